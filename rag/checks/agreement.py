"""Where a claim disagrees with the quotes on a name, a number, a date, a denial, or on who said or did something."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from index.passages import split_sentences
from rag.checks.assertions import STOP, denial, exchanged, has_unnamed_speaker, speakers
from rag.checks.contrasts import contrast, made_up
from rag.checks.roles import is_to_come, other_doer, other_object, other_owner
from rag.facts import has_name, known_names, names, same_word, share, words
from rag.quantities import Day, days, is_number_in, numbers, ordinals, weekday, weekdays, years
from rag.types import Quote

Kind = Literal["name", "number", "date", "denial", "roles", "speaker"]

_NEAR = 0.8  # of the best sentence's share of the claim's words; such sentences are about the same thing
_ABOUT = 0.4  # share of the claim's words that a sentence must have for the claim to be held against it
_ORDINARY = frozenset("article articles quote quotes source sources report reports news".split())


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Something that a claim and the quotes do not agree on; `reason` says it to a reader."""

    kind: Kind
    reason: str


def mismatches(claim: str, quotes: Sequence[Quote]) -> list[Mismatch]:
    """Return what a claim gets wrong by the quotes taken together, the surest first."""
    checks = (_made_up, _wrong_roles, _wrong_names, _wrong_numbers, _wrong_dates, _denials, _contrasts, _wrong_doers, _wrong_speakers)
    return [found for check in checks for found in check(claim, quotes)]


def _made_up(claim: str, quotes: Sequence[Quote]) -> Iterator[Mismatch]:
    if words_said := made_up(claim, [context(quote) for quote in quotes]):
        yield Mismatch("speaker", f"the words “{words_said}” do not stand in the quotes")


def _contrasts(claim: str, quotes: Sequence[Quote]) -> Iterator[Mismatch]:
    if reason := contrast(claim, _about(claim, quotes), [quote.text for quote in quotes]):
        yield Mismatch("denial", reason)
    if is_to_come(claim, [quote.text for quote in quotes]):
        yield Mismatch("denial", "the quotes only say that this is to come")


def content(text: str) -> list[str]:
    """Return the words of a text that carry meaning, folded."""
    return [word for word in words(text) if word not in STOP and len(word) > 1]


@lru_cache(maxsize=512)
def sentences_of(text: str) -> tuple[str, ...]:
    """Return the sentences of a text."""
    return tuple(text[start:end] for start, end in split_sentences(text))


def context(quote: Quote) -> str:
    """Return what a quote says together with what stands beside it: title, outlet and day."""
    return "\n".join(filter(None, (quote.text, quote.title, quote.source or "", f"{quote.date:%-d %B %Y %A}" if quote.date else "")))


def _wrong_names(claim: str, quotes: Sequence[Quote]) -> Iterator[Mismatch]:
    around = "\n".join(map(context, quotes))
    for name in names(claim):
        if not has_name(name, around) and not set(words(name)) <= _ORDINARY:
            yield Mismatch("name", f"the quotes do not mention “{name}”")


def _wrong_numbers(claim: str, quotes: Sequence[Quote]) -> Iterator[Mismatch]:
    there = [number for quote in quotes for text in (quote.text, quote.title) for number in (*numbers(text), *ordinals(text))]
    parts = {part for quote in quotes for day in days(quote.text) for part in (day.day, day.month)}
    for number in numbers(claim):
        if not is_number_in(number, there) and number.value not in parts:
            yield Mismatch("number", f"the number {number.text} is not in the quotes")


def _wrong_dates(claim: str, quotes: Sequence[Quote]) -> Iterator[Mismatch]:
    there = [day for quote in quotes for text in (quote.text, quote.title) for day in days(text)]
    told = {day for quote in quotes for day in weekdays(quote.text)}
    near = {day for quote in quotes for day in _days_near(quote)}
    known_years = {year for quote in quotes for text in (quote.text, quote.title) for year in years(text)} | {day.year for day in near}
    for day in days(claim):
        if not any(_same_day(day, other) for other in there) and not any(_is_date(day, date) for date in near):
            yield Mismatch("date", f"the date {_plain(day)} is not in the quotes")
    dated = {day.year for day in days(claim)}
    for year in sorted(years(claim) - known_years - dated):
        yield Mismatch("date", f"the year {year} is not in the quotes")
    for named in sorted(weekdays(claim) - told - {weekday(date) for date in near}):
        yield Mismatch("date", f"the quotes do not say {named.capitalize()}")


def _days_near(quote: Quote) -> Iterator[dt.date]:
    """Yield the quote's own day, and the days of the week before and after it that it names."""
    if not quote.date:
        return
    yield quote.date
    named = weekdays(quote.text)
    for step in (-7, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6):
        date = quote.date + dt.timedelta(step)
        if weekday(date) in named or (step == -1 and "yesterday" in quote.text.lower()) or (step == 1 and "tomorrow" in quote.text.lower()):
            yield date


def _same_day(one: Day, other: Day) -> bool:
    return one.month == other.month and all(
        mine == theirs or mine is None or (theirs is None and field == "year")
        for field, mine, theirs in (("day", one.day, other.day), ("year", one.year, other.year))
    )


def _is_date(day: Day, date: dt.date) -> bool:
    return day.month == date.month and day.day in (None, date.day) and day.year in (None, date.year)


def _plain(day: Day) -> str:
    return day.text.split(" ", 1)[1] if day.text[0].islower() and " " in day.text else day.text


def _about(claim: str, quotes: Sequence[Quote]) -> list[str]:
    """Return the sentences of the quotes that have most of the claim's words in common with it, best first."""
    wanted = content(claim)
    rated = [(share(wanted, content(sentence)), sentence) for quote in quotes for sentence in sentences_of(quote.text)]
    best = max((rate for rate, _ in rated), default=0.0)
    rated.sort(key=lambda pair: -pair[0])
    return [sentence for rate, sentence in rated if rate >= max(_NEAR * best, _ABOUT)]


def _denials(claim: str, quotes: Sequence[Quote]) -> Iterator[Mismatch]:
    known = known_names(claim).union(*(known_names(text) for quote in quotes for text in (quote.text, quote.title)))
    there = {word for quote in quotes for word in words(quote.text)}
    found = [denial(claim, sentence, known, there) for sentence in _about(claim, quotes)]
    if found and all(found):
        yield Mismatch("denial", found[0])


def _wrong_roles(claim: str, quotes: Sequence[Quote]) -> Iterator[Mismatch]:
    if exchanged(claim, [sentence for quote in quotes for sentence in sentences_of(quote.text)]):
        yield Mismatch("roles", "the quotes say it the other way round")


def _wrong_doers(claim: str, quotes: Sequence[Quote]) -> Iterator[Mismatch]:
    known = known_names(claim).union(*(known_names(text) for quote in quotes for text in (quote.text, quote.title)))
    about = _about(claim, quotes)
    if found := other_doer(claim, about, known):
        yield Mismatch("roles", f"the quotes say this of {found[0]}, not of {found[1]}")
    if given := other_object(claim, about, known):
        yield Mismatch("roles", f"the quotes say this of {given[0]}, not of {given[1]}")
    if owned := other_owner(claim, about, known):
        yield Mismatch("number", f"the quotes give {owned[0].text} for {owned[1]}, not for {owned[2]}")


def _wrong_speakers(claim: str, quotes: Sequence[Quote]) -> Iterator[Mismatch]:
    known = frozenset[str]().union(*(known_names(quote.text) for quote in quotes))
    about = _about(claim, quotes)
    claimed = speakers(claim, known)
    if len(claimed) > 1:  # it is made of what several say: each may say their part anywhere
        about = [sentence for quote in quotes for sentence in sentences_of(quote.text)]
    said = [other for sentence in about for other in speakers(sentence, known)]
    for who in claimed:
        if any(has_name(who, f"{quote.source or ''}\n") and quote.source for quote in quotes):
            continue
        last = words(who)[-1]
        if said and not any(same_word(last, words(other)[-1]) for other in said) and not any(map(has_unnamed_speaker, about)):
            yield Mismatch("speaker", f"the quotes give these words to {said[0]}, not to {who}")

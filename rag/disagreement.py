"""Set amounts that conflict side by side, oldest first: "200,000 (end of January) · 100,000 to 150,000 (11 February)".

Only where a question asks how many: two amounts of the same thing, on the same point, that cannot both be right. Sentences count
that answer the question by their words or by the reader's judgement, and what the same speaker says of the same thing next to them.
"""

import calendar
import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from index import Snapshot
from index.words import split_terms
from rag.composing import UNDATED, is_quoted, make_quote, with_wider
from rag.counting import Amount, counted, done, find_amount, is_alike
from rag.decision import contradicts
from rag.facts import words
from rag.names import find_names
from rag.quantities import Day, days, weekdays, years
from rag.question import FORESEEN, Question
from rag.quotations.speaking import name_speaker
from rag.ranking import Ranked
from rag.schedules import is_ahead, without_dateline
from rag.sentence import holds, take_apart
from rag.types import Conflict, Quote, Stated

MOST = 5  # amounts
_SAME_DAY = re.compile(r"\b(?:on|at) the same (?:day|time)\b|\bthat (?:day|evening|morning)\b|\bthe same day\b", re.I)
_BEFORE = 2  # sentences before one that tell what it is about
_ONE_IN = 6  # words of a question of which one may be missing, if it is no name
_COUNTED = 3  # words behind an amount that say what is counted
_REACH = 1000  # characters within which a speaker goes on about the same matter
_BACK = 3  # sentences that are looked back for the day that "the same day" means
_PART_LENGTH = 20  # characters before a month within which its part is named
_PARTS = {"early": 5, "beginning": 1, "start": 1, "mid": 15, "middle": 15, "late": 25, "end": 31}
_HALF_A_YEAR = 6  # months
_LEAP = 2000  # a year that has every day
_PLACE = re.compile(r"\b(?:in|at|near|across|outside|around|throughout) (?:the )?((?:[A-Z][\w’'-]+ ?)+)")
_TO_COME = re.compile(r"\b(?:will|shall|going to|does .* cost)\b", re.I)  # what is planned and what will be answer alike
_UNTIL = re.compile(r"\b(?:until|till|through|by|before)\b[^,.;]{0,20}\d{4}", re.I)


@dataclass(frozen=True, slots=True)
class _Found:
    """A sentence that states an amount."""

    candidate: Ranked
    amount: Amount
    quote: Quote  # the sentence, with its speaker
    day: Day | None  # that it names as the time of what it says
    when: str


def find_conflict(
    question: Question, quotes: Sequence[Quote], ranked: Sequence[Ranked], snapshot: Snapshot
) -> tuple[Conflict | None, list[Quote]]:
    """Return the amounts that conflict, if some do, and the quotes, with those added that state one and were not among them.

    `ranked` are the sentences that were read, best first.
    """
    noun = counted(question) if question.kind == "number" else ""
    found = _on_the_point(question, list(_stating(question, noun, ranked, snapshot)) if noun else [])
    different: list[_Found] = []
    for one in sorted(found, key=lambda one: (one.amount.least != one.amount.most, _time(found)(one))):  # "at least 12" is no 12
        if not any(one.amount.fits(other.amount) for other in different):
            different.append(one)
    if len(different) < 2:
        return None, list(quotes)
    different.sort(key=_time(found))
    shown = list(quotes)
    for one in different[:MOST]:
        if not is_quoted(one.candidate, shown):
            shown = with_wider(shown, name_speaker(make_quote(replace(one.candidate, reading=None)), _text(one.candidate, snapshot)))
    return Conflict(tuple(_state(one, shown) for one in different[:MOST])), shown


def _stating(question: Question, noun: str, ranked: Sequence[Ranked], snapshot: Snapshot) -> Iterator[_Found]:
    """Yield the sentences that state an amount of what is counted, in the question's manner: what is needed, or what is."""
    named = [term for term in question.terms if term not in split_terms(done(question))]
    for candidate in ranked:
        sentence = candidate.sentence
        amount = find_amount(noun, sentence.text, named, done(question))
        foreseen = bool(sentence.hypotheses) or bool(FORESEEN.search(sentence.text))
        of_time = foreseen == question.hypothetical or bool(_TO_COME.search(question.text))
        if amount is None or sentence.text.endswith("?") or not of_time or contradicts(question, candidate):
            continue
        plain = make_quote(replace(candidate, reading=None))
        quote = name_speaker(replace(plain, text=sentence.text, start=sentence.span[0], end=sentence.span[1]), _text(candidate, snapshot))
        day, when = _when(candidate)
        yield _Found(candidate, amount, quote, day, when)


def _text(candidate: Ranked, snapshot: Snapshot) -> str:
    return snapshot.texts([candidate.passage.version])[candidate.passage.version][1]


def _on_the_point(question: Question, found: Sequence[_Found]) -> list[_Found]:
    """Return those that answer the question, and those that a speaker of these says beside it, all of the same thing as the first."""
    answering = [one for one in found if _answers(question, one)]
    kept = [one for one in found if one in answering or any(_goes_on(question, other, one) for other in answering)]
    return [one for one in kept if _same_thing(question, kept[0], one)]


def _goes_on(question: Question, answering: _Found, one: _Found) -> bool:
    """Whether a sentence is what the speaker of one that answers says of the same matter: nearby, and it names nobody and nothing else."""
    quote, other = answering.quote, one.quote
    near = quote.article_id == other.article_id and abs(quote.start - other.start) <= _REACH
    return bool(quote.speaker) and quote.speaker == other.speaker and near and not _others(question, one, quote.text)


def _others(question: Question, one: _Found, known: str = "") -> set[str]:
    """Return the terms of a sentence's names that are neither its speaker's, nor its time's, nor the question's, nor `known`."""
    text = one.candidate.sentence.text
    days_of_week = " ".join(weekdays(text))
    counted_there = " ".join(text[one.amount.end :].split()[:_COUNTED])
    told = split_terms(f"{known} {one.quote.speaker} {counted_there} {one.when} {days_of_week}")
    return {term for name in find_names(text) for term in name.terms} - {*told, *question.terms}


def _answers(question: Question, one: _Found) -> bool:
    """Whether a sentence says of what is counted what is asked, and all that the question names stands in it, before it or in the title."""
    candidate, asked = one.candidate, done(question)
    own = candidate.sentence
    if asked and not one.amount.told and not any(is_alike(asked, word) for word in words(own.text)):
        return False
    sentences = take_apart(candidate.passage)
    place = sentences.index(own)
    near = (own, *sentences[max(place - _BEFORE, 0) : place])
    title = frozenset(split_terms(candidate.passage.article.title))
    known = frozenset(split_terms(f"{counted(question)} {asked} toll"))
    if not all(holds(own, name) for name in question.names) and _others(question, one):
        return False  # of something else, perhaps, than the sentence before
    missing = [term for term in question.terms if term not in known | title and not any(holds(sentence, term) for sentence in near)]
    return question.names.isdisjoint(missing) and len(missing) <= len(question.terms) // _ONE_IN


def _same_thing(question: Question, one: _Found, other: _Found) -> bool:
    """Whether two amounts are of the same thing: not one of Russia's and one of Ukraine's, of 2022 and of 2023, in Turkey and in Syria."""
    if one is other:
        return True
    asked = set(question.terms)
    same_speaker = bool(one.quote.speaker) and one.quote.speaker == other.quote.speaker
    mine, theirs = one.amount.which, other.amount.which
    if mine != theirs and not (same_speaker and not (mine and theirs)):
        return False
    places, others = _places(one.quote.text) - asked, _places(other.quote.text) - asked
    if places and others and places.isdisjoint(others):
        return False
    of_years = _years(one), _years(other)
    told = of_years[0] or _printed(one), of_years[1] or _printed(other)
    to_come = bool(_TO_COME.search(question.text))  # which happens once, however often its day is put off
    if any(of_years) and all(told) and told[0].isdisjoint(told[1]) and not to_come:
        return False
    spoken = bool(one.quote.speaker and other.quote.speaker)
    grows = to_come or one.amount.told or other.amount.told
    return not (one.day and other.day) or spoken or grows or one.day.month == other.day.month


def _years(one: _Found) -> set[int]:
    """Return the years that a sentence names, but for those until which something lasts."""
    return years(_UNTIL.sub("", one.quote.text))


def _printed(one: _Found) -> set[int]:
    return {one.quote.date.year} if one.quote.date else set()


def _places(text: str) -> set[str]:
    return {match[1].strip().lower() for match in _PLACE.finditer(text)}


def _when(candidate: Ranked) -> tuple[Day | None, str]:
    """Return the time that a sentence names, or the sentence before where it speaks of "the same day", and its words."""
    sentences = take_apart(candidate.passage)
    place = sentences.index(candidate.sentence)
    text = without_dateline(candidate.sentence.text)
    if not days(text) and _SAME_DAY.search(text):
        text = next((sentence.text for sentence in reversed(sentences[max(place - _BACK, 0) : place]) if days(sentence.text)), "")
    named = days(text)
    if len({(day.month, day.day, day.year) for day in named}) != 1 or is_ahead(named[0], candidate.passage.article.date):
        return None, ""
    return _parted(named[0], text)


def _parted(day: Day, text: str) -> tuple[Day, str]:
    """Return a time, with a day that stands for its part of the month, and its words: "end of January" of "at the end of January"."""
    month = calendar.month_name[day.month]
    name = f"{month} {day.year}" if day.year else month
    if day.day:
        return day, f"{day.day} {name}"
    part = re.search(rf"\b({'|'.join(_PARTS)})(?: of)?[ -]+(?={month[:3]})", text[max(day.start - _PART_LENGTH, 0) :], re.I)
    if part is None:
        return day, name
    return replace(day, day=_PARTS[part[1].lower()]), f"{' '.join(part[0].split())} {name}"


def _state(one: _Found, shown: Sequence[Quote]) -> Stated:
    """Return an amount with its time and the quote among those shown that has it."""
    place = one.quote.start + one.amount.start
    quote = next(quote for quote in shown if quote.article_id == one.quote.article_id and quote.start <= place < quote.end)
    return Stated(one.amount.text, one.when or (one.quote.date.isoformat() if one.quote.date else ""), one.quote.speaker, quote)


def _time(found: Sequence[_Found]) -> Callable[[_Found], tuple[bool, dt.date]]:
    """Return the key that sorts by time, oldest first, and what is of unknown time last.

    Days without a year are the last ones before their article's date; those of undated articles are taken to be within half a year.
    """
    months = [one.day.month for one in found if one.day and not one.day.year and not one.quote.date]
    apart = bool(months) and max(months) - min(months) > _HALF_A_YEAR

    def key(one: _Found) -> tuple[bool, dt.date]:
        printed = one.quote.date
        if one.day is None:
            return printed is None, printed or dt.date.max
        if one.day.year:
            return False, _in_year(one.day.year, one.day)
        if printed:
            day = _in_year(printed.year, one.day)
            return False, day if day <= printed else _in_year(printed.year - 1, one.day)
        day = _in_year(_LEAP, one.day)
        return any(other.quote.date or (other.day and other.day.year) for other in found), _in_year(
            _LEAP - (apart and day.month > 6), one.day
        )

    return key


def _in_year(year: int, day: Day) -> dt.date:
    length = calendar.monthrange(year, day.month)[1]
    return dt.date(year, day.month, min(day.day or 1, length))


def describe_conflict(conflict: Conflict, quotes: Sequence[Quote]) -> str:
    """Return "Different figures, oldest first: 200,000 (end of January, Volodymyr Zelenskyy) [1] · ...", with the numbers of `quotes`."""
    numbers = {quote: f" [{number}]" for number, quote in enumerate(quotes, start=1)}
    stated = (f"{one.text} ({beside(one)}){numbers.get(one.quote, '')}" for one in conflict.stated)
    return f"{differing(conflict)} {' · '.join(stated)}"


def differing(conflict: Conflict) -> str:
    """Return what a line begins with that sets side by side what conflicts."""
    return f"Different {conflict.of}, oldest first:"


def beside(stated: Stated) -> str:
    """Return what an amount is told from the others by: "11 February, Volodymyr Zelenskyy, Reuters"."""
    return ", ".join(filter(None, (stated.when or UNDATED, stated.speaker, stated.quote.source)))

"""What the articles' own text says of a time, where no article is dated in it: "What happened in February?" over undated articles."""

import calendar
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace

from index import ArticleHead, Passage, Snapshot
from index.words import split_terms
from rag.composing import is_quoted, list_quotes, make_claims, make_quote
from rag.quantities import Day, days, years
from rag.quotations.speaking import name_speakers
from rag.ranking import FEATURES, Ranked
from rag.sentence import take_apart
from rag.types import Answer, Filters, Hit, Quote, Searched
from rag.understanding.narrowing import describe_days
from rag.understanding.periods import Period

SHOWN = 10  # sentences
_MONTHS = 12  # months of a period up to which its months are looked for by name, and not only its years
_YEAR = dt.timedelta(days=364)  # from the first to the last day
_NO_FEATURES = tuple(0.0 for _ in FEATURES)


def tell_time(period: Period, searched: Searched, snapshot: Snapshot, allow: Callable[[ArticleHead], bool]) -> Answer | None:
    """Return the sentences that name a day or month of a period, article by article; None if there are none.

    A dated article's "in February" is the last one before its date. Of an undated one it is any year's: it fits a period within a year,
    and where the question states no year, neither is one that the article states compared.
    """
    passages = [passage for passage in _passages(period, snapshot) if allow(passage.article)]
    telling = sorted((candidate for passage in passages for candidate in _telling(period, passage)), key=_order)
    if not telling:
        return None
    shown, quotes = telling[:SHOWN], list[Quote]()
    for candidate in shown:
        quotes += [] if is_quoted(candidate, quotes) else [make_quote(candidate, before=quotes)]
    hits = tuple(Hit(passage, 0.0) for passage in dict.fromkeys(candidate.passage for candidate in telling))
    any_day = replace(searched.filters, after=None, before=None)
    searched = replace(searched, filters=any_day, inferred=replace(searched.inferred, after=None, before=None), undated=0)
    counted = replace(searched, found_passages=len(hits), found_articles=len({hit.passage.article_id for hit in hits}))
    time = describe_days(Filters(period.after, period.before))
    note = f"No article is dated {time} (“{period.words}”); these sentences name that time themselves."
    if any(candidate.passage.article.date is None for candidate in shown):
        note = f"{note[:-1]}, and of which year undated articles speak is only known where they state it."
    more = (f"{len(telling) - SHOWN:,} more sentences name it.",) if len(telling) > SHOWN else ()
    named = name_speakers(snapshot, quotes, hits)
    return Answer("answered", list_quotes(named), make_claims(named), hits, counted, confidence=1.0, notes=(note, *more))


def _order(candidate: Ranked) -> tuple[dt.date, str, int]:
    return candidate.passage.article.date or dt.date.max, candidate.passage.article_id, candidate.sentence.span[0]


def _passages(period: Period, snapshot: Snapshot) -> Iterator[Passage]:
    """Yield the passages, in order, that have the name of a month of the period, or its year."""
    rows = {row for name in _names(period) for row in snapshot.rows_with(split_terms(name))}
    found = snapshot.passages(sorted(rows))
    yield from found.values()


def _names(period: Period) -> list[str]:
    if period.after is None or period.before is None:
        return []
    months = (period.before.year - period.after.year) * 12 + period.before.month - period.after.month
    if months >= _MONTHS:
        return [str(year) for year in range(period.after.year, period.before.year + 1)]
    numbers = [(period.after.month + more - 1) % 12 + 1 for more in range(months + 1)]
    return [name[number] for number in numbers for name in (calendar.month_name, calendar.month_abbr)]


def _telling(period: Period, passage: Passage) -> Iterator[Ranked]:
    for sentence in take_apart(passage):
        if sentence.quotable and any(_is_within(day, period, passage.article.date) for day in _named(sentence.text)):
            yield Ranked(sentence, passage, 0.0, _NO_FEATURES, frozenset())


def _named(text: str) -> list[Day]:
    """Return the days, months and years that a text names."""
    found = days(text)
    dated = {day.year for day in found}
    return [*found, *(Day(str(year), 0, None, year) for year in years(text) - dated)]


def _is_within(day: Day, period: Period, printed: dt.date | None) -> bool:
    """Whether a day as far as it is named, in an article of the day `printed`, may lie in a period."""
    first, last = period.after or dt.date.min, period.before or dt.date.max
    if not day.month:
        return day.year is not None and first <= dt.date(day.year, 1, 1) and dt.date(day.year, 12, 31) <= last
    if printed and not day.year:
        possible = [printed.year - (day.month > printed.month)]
    elif day.year and (printed or years(period.words)):
        possible = [day.year]
    elif last - first >= _YEAR:
        return False
    else:
        possible = list(range(first.year, last.year + 1))
    spans = (_span(year, day) for year in possible)
    return any(first <= span[0] and span[1] <= last for span in spans)


def _span(year: int, day: Day) -> tuple[dt.date, dt.date]:
    length = calendar.monthrange(year, day.month)[1]
    if day.day is None or not 1 <= day.day <= length:
        return dt.date(year, day.month, 1), dt.date(year, day.month, length)
    return dt.date(year, day.month, day.day), dt.date(year, day.month, day.day)

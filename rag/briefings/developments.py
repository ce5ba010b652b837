"""The timeline of a topic: what is told of a day that is known, oldest first.

The day is the one that a sentence names; else that of its article, for what stands at the article's beginning. "On Monday" is known
only where the article is dated; "in February" of an undated article is told as such, for its year is not known.
"""

import datetime as dt
import re
from dataclasses import dataclass

from rag.briefings.topic import Material, by_time, is_titled, pick
from rag.ranking import Ranked
from rag.types import Entry
from rag.understanding.periods import Period, find_period

MOST, PER_ARTICLE = 12, 4  # developments
_BEGINNING = 500  # characters of an article within which a sentence tells what it is about
_TITLED = 0.5  # share of the topic's words that the title of such an article has
_FIRST = 40  # characters of a sentence within which it names the day that all of it is about, unless it ends with it
_QUOTED = 0.5  # share of a sentence from which it is somebody's own words
_FRESH = dt.timedelta(days=14)  # before an article's date: a day that its news are of
_AGO = dt.timedelta(days=150)  # before an article's date: what it dates without a year is hardly older
_MONTH, _YEAR = dt.timedelta(days=31), dt.timedelta(days=366)
_FAR = 2300  # a year that no article names
_DAYS = (dt.date(2399, 12, 31), dt.date(2398, 6, 15))  # a time that looks the same from both is told without a year
_AHEAD = re.compile(
    r"\b(?:will|to be held|upcoming|next|begins|starts|opens|takes place|(?:is|are|was|were)(?: \w+)? (?:scheduled|expected|due|set|to))\b",
    re.I,
)
_PREPOSITION = re.compile(r"^(?:on|in|at|since|by|during|from) (?:the )?", re.I)


@dataclass(frozen=True, slots=True)
class Day:
    """When something happened, as far as it is known; it sorts by that, and what has no year comes last."""

    unknown: bool  # whether the year is not stated
    article: str  # that names it, where the year is unknown: days of different articles have no order
    first: dt.date
    label: str


def find_developments(material: Material) -> list[Entry]:
    """Return what happened, oldest first: for each development its day and its quote."""
    days: dict[tuple[int, int], Day] = {}
    found: list[Ranked] = []
    led: set[str] = set()  # articles of which a sentence stands for the article's own day
    for candidate in sorted(material.sentences, key=by_time):  # the first of an article tells best what it is about
        article = candidate.passage.article
        day = find_day(candidate.sentence.text, article.date, article.id)
        if day is None and article.id not in led and (day := _day_of_lead(material, candidate)):
            led.add(article.id)
        if day and not candidate.sentence.text.endswith("?"):
            days[_key(candidate)] = day
            found.append(candidate)
    chosen = pick(sorted(found, key=lambda candidate: -candidate.score), MOST, PER_ARTICLE)
    ordered = sorted(chosen, key=lambda candidate: (*_order(days[_key(candidate)]), by_time(candidate)))
    return [Entry(days[_key(candidate)].label, (material.quote(candidate),)) for candidate in ordered]


def _day_of_lead(material: Material, candidate: Ranked) -> Day | None:
    """Return its article's day for a sentence at the beginning of one about the topic, in the reporter's words; else None."""
    start, end = candidate.sentence.span
    date = candidate.passage.article.date
    if date is None or start >= _BEGINNING or not is_titled(material.question, candidate, _TITLED):
        return None
    own_words = sum(min(said.end, end) - max(said.start, start) for said in material.said_in(candidate) if said.direct)
    return Day(False, "", date, str(date)) if own_words < _QUOTED * (end - start) else None


def _key(candidate: Ranked) -> tuple[int, int]:
    return candidate.passage.id, candidate.sentence.span[0]


def _order(day: Day) -> tuple[bool, str, dt.date]:
    return day.unknown, day.article, day.first


def find_day(sentence: str, date: dt.date | None, article: str) -> Day | None:
    """Return the day, month or year that a sentence of an article of that `date` tells of; None if it names none that is known."""
    far = [find_period(sentence, day) for day in _DAYS]
    stated, other = (_bounds(period) for period in far)
    if stated and stated == other and stated[1].year < _FAR and _is_of_all(sentence, far[0], stated):
        return None if date and stated[0] > date else Day(False, "", stated[0], _label(*stated))
    if _AHEAD.search(sentence):
        return None
    if date:
        near = find_period(sentence, date)
        found = _bounds(near)
        if not found or not near or found[1] - found[0] > _MONTH or date - found[1] > _AGO:
            return None
        return Day(False, "", found[0], _label(*found)) if date - found[1] <= _FRESH or _is_of_all(sentence, near, found) else None
    if stated and other and far[0] and stated[1] - stated[0] <= _MONTH and _without_year(stated) == _without_year(other):
        if _is_of_all(sentence, far[0], stated):
            first = stated[0].replace(year=_DAYS[0].year - 3)  # a leap year
            words = _PREPOSITION.sub("", far[0].words)
            return Day(True, article, first, f"{words[:1].upper()}{words[1:]}, year not stated")
    return None


def _is_of_all(sentence: str, period: Period | None, bounds: tuple[dt.date, dt.date]) -> bool:
    """Whether a time is that of a whole sentence: it begins or, unless it is a whole year, ends it; within, it is that of a part only."""
    words = period.words if period else ""
    place = sentence.find(words)
    return place < _FIRST or (bounds[1] - bounds[0] <= _MONTH and not re.search(r"\w", sentence[place + len(words) :]))


def _bounds(period: Period | None) -> tuple[dt.date, dt.date] | None:
    if period is None or period.after is None or period.before is None or period.before - period.after > _YEAR:
        return None
    return period.after, period.before


def _without_year(span: tuple[dt.date, dt.date]) -> list[tuple[int, int]]:
    return [(day.month, day.day) for day in span]


def _label(first: dt.date, last: dt.date) -> str:
    """Return a span as short as it can be said: "2024-02-26", "2024-02", "2024", "2024-02-21 to 2024-02-29"."""
    if first == last:
        return str(first)
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return str(first.year)
    whole = first.day == 1 and (last + dt.timedelta(days=1)).day == 1 and (first.year, first.month) == (last.year, last.month)
    return f"{first:%Y-%m}" if whole else f"{first} to {last}"

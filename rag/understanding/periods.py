"""Find the time that a question speaks of: "last week", "in February", "before March 2025", "between 3 and 9 May".

A period is told by its words and by what stands around them, never guessed. What a subordinate clause dates ("since the
invasion began on 24 February") is not when the question's own matter was reported.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.understanding.moments import AND, Moment, find_moments

_DAY, _YEAR_LATER = dt.timedelta(days=1), dt.timedelta(days=366)
_WITHIN = r"\b(?:in|on|at|during|throughout|over|within|from|dated)(?: the)? $"
_BOUND = re.compile(r"\b(?P<bound>before|prior to|until|till|up to|after|since|from)(?: the)? $", re.I)
_LIST = re.compile(r"(?:,|,? (?:and|or)) (?:the )?", re.I)
_FUTURE = re.compile(
    r"""(?:(?!(?:did|does|do|was|were|has|have|had|said)\b)\S+[ ]){0,6}?
    (?:will|shall|won['’]t|(?:is|are)[ ](?:going|due|set|expected|scheduled)[ ]to)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_BETWEEN = re.compile(r"\b(?:between|from)(?: the)? $", re.I)
_CLAUSE = re.compile(r"\b(?:since|after|before|until|following|while|because|whether|if)\b|(?<!^)\bwhen\b|(?<=, )which\b", re.I)
_STOP = re.compile(r"[,;.?!] (?!which\b)")
_SENTENCE = re.compile(r"\S.*?(?:(?<=[a-z\d]{3})[.!?]+[”\"’]?(?= [A-Z])|$)", re.S)
_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]")


@dataclass(frozen=True, slots=True)
class Period:
    """The days that a question asks about, inclusive; at least one bound is given. `words` are those of the question."""

    after: dt.date | None
    before: dt.date | None
    words: str

    def holds(self, other: "Period") -> bool:
        """Whether every day of the other one is in this one."""
        starts = not self.after or (other.after and other.after >= self.after)
        return bool(starts and (not self.before or (other.before and other.before <= self.before)))


def find_period(question: str, as_of: dt.date) -> Period | None:
    """Return the period that a question asked on the day `as_of` is about; None where it names none, or several.

    What lies wholly after `as_of` is none: what is said of it was said before. Months and days without a year are the latest
    ones that are not after `as_of`; of what is to come, none. Times in a list are one period where nothing lies between them.
    """
    text = _QUOTED.sub(lambda match: "“" * len(match[0]), question)
    if "?" in text:  # what the sentences before the question date is its background: its answer may be older
        text = _SENTENCE.sub(lambda match: match[0] if "?" in match[0] else " " * len(match[0]), text)
    periods = list(dict.fromkeys(_periods(text, as_of)))
    narrowest = [period for period in periods if all(other.holds(period) for other in periods)]
    return narrowest[0] if narrowest else None


def _periods(text: str, as_of: dt.date) -> Iterator[Period]:
    moments = find_moments(text)
    if _FUTURE.match(text):
        moments = [moment for moment in moments if moment.relative or moment.resolve(as_of) == moment.resolve(as_of + _YEAR_LATER)]
    place = 0
    while place < len(moments):
        moment, after = moments[place], moments[place + 1 : place + 2]
        pair = after and AND.fullmatch(text[moment.end : after[0].start]) and _BETWEEN.search(text[: moment.start])
        listed = [] if pair else _listed(text, moments[place:])
        if pair:
            period = _range(text, moment, after[0], as_of)
        elif len(listed) > 1:
            period = _joined(text, listed, as_of)
        else:
            period = _single(text, moment, as_of)
        if period and not (period.after and period.after > as_of):
            yield period
        place += 2 if pair else len(listed)


def _listed(text: str, moments: Sequence[Moment]) -> list[Moment]:
    """Return the first of some moments, and those that go on with it: "in March, April and May"."""
    for number, (one, other) in enumerate(pairwise(moments), start=1):
        if not _LIST.fullmatch(text[one.end : other.start]):
            return list(moments[:number])
    return list(moments)


def _joined(text: str, listed: Sequence[Moment], as_of: dt.date) -> Period | None:
    """Return the period of a list of times, of an open one its first; None where something lies between them."""
    first, spans = _single(text, listed[0], as_of), [moment.resolve(as_of) for moment in listed]
    if first is None or not (first.after and first.before):  # "since March and April"
        return first
    days = sorted(span for span in spans if span)
    if len(days) < len(spans) or any(after[0] - before[1] > _DAY for before, after in pairwise(days)):
        return None
    return Period(days[0][0], max(last for _, last in days), first.words + text[listed[0].end : listed[-1].end])


def _range(text: str, first: Moment, last: Moment, as_of: dt.date) -> Period | None:
    end = last.resolve(as_of)
    begin = first.resolve(end[1]) if end else None  # "from March to May 2024": the same year's
    if not begin or not end or begin[0] > end[1]:
        return None
    return Period(begin[0], end[1], text[first.start : last.end])


def _single(text: str, moment: Moment, as_of: dt.date) -> Period | None:
    before = text[: moment.start]
    bound = _BOUND.search(before)
    governed = bound or re.search(_WITHIN, before, re.I)
    begun = max((stop.end() for stop in _STOP.finditer(before)), default=0)
    clause = _CLAUSE.search(text, begun, governed.start() if governed else moment.start)
    span = moment.resolve(as_of)
    if span is None or (moment.bare and not governed) or (clause and not moment.relative):
        return None
    word = bound["bound"].lower() if bound else ""
    words = text[governed.start() if governed else moment.start : moment.end]
    if word in ("before", "prior to", "until", "till", "up to"):
        last = span[0] - _DAY if word in ("before", "prior to") else span[1]
        return Period(None, last, words) if last < as_of else None
    if word == "after":
        return Period(span[1] + _DAY, None, words)
    onwards = word == "since" or (word == "from" and re.match(r" on(?:wards?)?\b", text[moment.end :]))
    return Period(span[0], None if onwards else span[1], words)

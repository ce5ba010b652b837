"""Take limits from a question: first only the articles of the time that it speaks of, then, if these do not answer, more.

A question about a time can mean when something happened, not when it was reported. So the limits of `plan_stages` are tried in
turn, and the last are those that the caller gave.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from index import ArticleHead
from index.listing import DayCount
from rag.question import understand
from rag.ranking import Ranked
from rag.types import Filters, Quote
from rag.understanding.periods import Period, find_period

Order = Literal["newest", "oldest", ""]

RECENT = (dt.timedelta(days=30), dt.timedelta(days=365))  # before the newest article: where "latest" is looked for first
NEAR = 2.0  # how far below the best score an answer may be that is newer, or older, as the question wants
_PRINTED = dt.timedelta(days=1)  # after which what happened on a day is in the news
_SEVERAL = 2  # words for articles in a question that is about more than one
_SHORT = dt.timedelta(days=2)  # from the first to the last day of a period of which that matters

_NEWEST = re.compile(
    r"""\b(?:the[ ])?(?:latest|newest|most[ ]recent)\b(?![ ](?:possible|by|that|the)\b) | \bmost[ ]recently\b
    | ^when[ ](?:did|was|were|has|have|is)\b.*\blast\b(?![ ](?:week|month|year|quarter|night|\w+day|spring|summer|autumn|fall|winter)\b)""",
    re.I | re.X,
)
_OF_ARTICLES = re.compile(r"\b(?:articles?|report(?:s|ed|ing)?|coverage|published|according to)\b", re.I)
_OLDEST = re.compile(r"^when (?:did|was|were|has|have)\b.*\bfirst\b(?! (?:time|lady|minister|place|half|quarter|round))", re.I)


@dataclass(frozen=True, slots=True)
class Stage:
    """Limits to try."""

    text: str  # the question without the words that became a limit
    filters: Filters
    inferred: Filters = Filters()  # what of `filters` was taken from the question
    undated: int = 0  # articles that the limits leave out because they state no date
    notes: tuple[str, ...] = ()  # what a reader should know where these limits are what was searched with


def find_order(question: str) -> Order:
    """Return which of several answers a question wants first, by their date, if it does: "What is the latest ...?"."""
    return "newest" if _NEWEST.search(question) else "oldest" if _OLDEST.search(question) else ""


def is_timed(question: str, given: Filters, today: dt.date, *, infer: bool) -> bool:
    """Whether the dates of the articles matter to a question; only then `plan_stages` has something to plan."""
    if given.after or given.before or not infer:
        return bool(given.after or given.before)
    return find_order(question) == "newest" or _find_period(question, today) is not None


def _find_period(question: str, today: dt.date) -> Period | None:
    """Return a question's period; None where it compares articles, for each would have a time of its own."""
    return find_period(question, today) if len(_OF_ARTICLES.findall(question)) < _SEVERAL else None


def plan_stages(
    question: str, given: Filters, as_of: dt.date | None, days: Sequence[DayCount], today: dt.date, *, infer: bool
) -> tuple[Stage, ...]:
    """Return the limits to try in turn, each wider than the one before; the last are those `given`.

    `days` are the articles of the index. Limits that leave out no dated article, or all of them, are not tried.
    """
    known = [day for day in days if replace(given, after=None, before=None).allow(_head(day)) and not _is_later(day, as_of)]
    undated = sum(day.articles for day in known if day.date is None)
    if given.after or given.before or not infer:
        return (_last(question, given, undated, ()),)
    dated = sum(day.articles for day in known if day.date)
    period = _find_period(question, today)
    stages: list[Stage] = []
    notes: tuple[str, ...] = ()
    for words, limits in [(period.words, _around(period, today))] if period else _recent(question, known):
        held = sum(day.articles for day in known if limits.allow(_head(day)))
        if 0 < held < dated:
            both = replace(given, after=limits.after, before=limits.before)
            stages.append(Stage(_without(words, question), both, limits, undated, (*left_out(undated), *notes)))
        if held < dated or not dated:
            notes = (_tried(words, limits, held, dated),)
    return (*stages, _last(question, given, undated, notes))


def _without(words: str, question: str) -> str:
    """Return a question without the words of its period, unless no others say what it is about."""
    text = re.sub(r" (?=[?!.,;])", "", " ".join(question.replace(words, " ", 1).split())) if words else question
    return text if understand(text).terms else question


def _last(question: str, given: Filters, undated: int, notes: tuple[str, ...]) -> Stage:
    bounded = bool(given.after or given.before)
    return Stage(question, given, Filters(), undated if bounded else 0, (*(left_out(undated) if bounded else ()), *notes))


def _head(day: DayCount) -> ArticleHead:
    return ArticleHead("", "", day.date, day.source)


def _is_later(day: DayCount, as_of: dt.date | None) -> bool:
    return bool(as_of and day.date and day.date > as_of)


def _around(period: Period, today: dt.date) -> Filters:
    """Return the limits within which what happened in a period is reported."""
    short = period.after and period.before and period.before - period.after <= _SHORT
    return Filters(period.after, min(period.before + _PRINTED, today) if short and period.before else period.before)


def _recent(question: str, known: Sequence[DayCount]) -> list[tuple[str, Filters]]:
    """Return the limits for what is latest, counted from the newest article: an archive may have ended long ago."""
    newest = max((day.date for day in known if day.date), default=None)
    if newest is None or find_order(question) != "newest":
        return []
    return [("", Filters(after=newest - time)) for time in RECENT]


def left_out(undated: int) -> tuple[str, ...]:
    """Return the note that tells of undated articles which the limits left out, if there were any."""
    if not undated:
        return ()
    were, their = ("was", "its") if undated == 1 else ("were", "their")
    return (f"{undated:,} undated article{'' if undated == 1 else 's'} {were} left out, for {their} day is not known.",)


def _tried(words: str, limits: Filters, held: int, dated: int) -> str:
    """Return what a reader is told when limits did not answer and wider ones were searched."""
    named = f" (“{words}”)" if words else ""
    if not dated:
        return f"No article states its date, so “{words}” could not be looked for; all were searched."
    if not held:
        return f"No article is dated {describe_days(limits)}{named}; all dates were searched."
    return f"The articles dated {describe_days(limits)}{named} do not say; more were searched."


def describe_days(limits: Filters) -> str:
    """Return the days that limits allow: "from 2024-02-26 to 2024-03-03"; empty if they allow all."""
    if limits.after and limits.after == limits.before:
        return str(limits.after)
    return " ".join(f"{word} {day}" for word, day in (("from", limits.after), ("to", limits.before)) if day)


def keep_near(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Return the sentences that answer about as well as the best one, which is first: among these the date may decide."""
    return [candidate for candidate in ranked if candidate.score >= ranked[0].score - NEAR]


def by_date(quotes: Sequence[Quote], order: Order) -> list[Quote]:
    """Return quotes in the order of their articles' dates, undated ones last; as they are where the question wants none."""
    if not order:
        return list(quotes)
    dated = sorted((quote for quote in quotes if quote.date), key=lambda quote: quote.date or dt.date.min, reverse=order == "newest")
    return [*dated, *(quote for quote in quotes if quote.date is None)]

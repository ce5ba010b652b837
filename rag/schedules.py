"""Set days side by side that articles give for the same thing to come: "June 30, 2027 · September 15, 2027".

Only where a question asks when something will be: dates with a year, later than their article, in sentences that have all of the question's
words, with the two before them and the title.
"""

import calendar
import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index import Snapshot
from index.words import split_terms
from rag.composing import is_quoted, make_quote, with_wider
from rag.quantities import Day, days
from rag.question import Question
from rag.quotations.speaking import name_speaker
from rag.ranking import Ranked
from rag.sentence import holds, take_apart
from rag.types import Conflict, Quote, Stated

_BEFORE = 2  # sentences before one that tell what it is about
_DATELINE = re.compile(r"^[^a-z]{3,40}[A-Z]\w*\.? \d{1,2}\b[^-–—]{0,40}[-–—]\s")  # "RIGA, Oct 12 (Reuters) - "
_TO_COME = re.compile(r"\b(?:will|shall|is|are|does|do|expected|scheduled|due|planned)\b", re.I)
_PAST = re.compile(r"\b(?:did|was|were|had|has|have)\b", re.I)
_INSTEAD = re.compile(r"\b(?:instead of|rather than|not|from|originally|previously)\b[^.;:!?]*", re.I)


@dataclass(frozen=True, slots=True)
class _Told:
    """A sentence that names the day of what is asked."""

    candidate: Ranked
    day: Day
    printed: dt.date  # of its article


def without_dateline(sentence: str) -> str:
    """Return a sentence without the place, day and agency that an article begins with."""
    return _DATELINE.sub("", sentence)


def is_ahead(day: Day, printed: dt.date | None) -> bool:
    """Whether a time with a year is later than its article."""
    return (
        printed is not None and day.year is not None and (day.year, day.month, day.day or 31) > (printed.year, printed.month, printed.day)
    )


def find_dates(
    question: Question, quotes: Sequence[Quote], ranked: Sequence[Ranked], snapshot: Snapshot
) -> tuple[Conflict | None, list[Quote]]:
    """Return the days that conflict, oldest article first, and the quotes, with those added that name one and were not among them."""
    asked = question.kind == "when" and _TO_COME.search(question.text) and not _PAST.search(question.text)
    told = sorted((one for candidate in ranked if (one := _told(question, candidate))) if asked else (), key=lambda one: one.printed)
    different: list[_Told] = []
    for one in told:
        if not any(_is_same(one.day, other.day) for other in different):
            different.append(one)
    if len(different) < 2:
        return None, list(quotes)
    texts = snapshot.texts([one.candidate.passage.version for one in different])
    shown, speakers = list(quotes), []
    for one in different:
        text = texts[one.candidate.passage.version][1]
        plain, sentence = make_quote(replace(one.candidate, reading=None)), one.candidate.sentence
        start, end = sentence.span
        speakers.append(name_speaker(replace(plain, text=sentence.text, start=start, end=end), text).speaker)
        shown = shown if is_quoted(one.candidate, shown) else with_wider(shown, name_speaker(plain, text))
    return Conflict(tuple(_state(one, shown, speaker) for one, speaker in zip(different, speakers, strict=True)), "dates"), shown


def _told(question: Question, candidate: Ranked) -> _Told | None:
    article, own = candidate.passage.article, candidate.sentence
    named = days(_INSTEAD.sub("", without_dateline(own.text)))
    if article.date is None or len(named) != 1 or not is_ahead(named[0], article.date) or own.text.endswith("?"):
        return None
    sentences = take_apart(candidate.passage)
    place = sentences.index(own)
    near = sentences[max(place - _BEFORE, 0) : place + 1]
    title = frozenset(split_terms(article.title))
    verb = question.terms[-1:]  # "open" of "When will the stadium open?"
    if not all(holds(own, term) for term in verb):
        return None
    missing = [term for term in question.terms if term not in title and not any(holds(sentence, term) for sentence in near)]
    return None if missing else _Told(candidate, named[0], article.date)


def _is_same(one: Day, other: Day) -> bool:
    """Whether two times may be the same one: "August 2028" and "12 August 2028"."""
    return (one.year, one.month) == (other.year, other.month) and (one.day == other.day or not (one.day and other.day))


def _state(one: _Told, shown: Sequence[Quote], speaker: str) -> Stated:
    article, place = one.candidate.passage.article_id, one.candidate.sentence.span[0]
    quote = next(quote for quote in shown if quote.article_id == article and quote.start <= place < quote.end)
    month = f"{calendar.month_name[one.day.month]} {one.day.year}"
    return Stated(f"{one.day.day} {month}" if one.day.day else month, one.printed.isoformat(), speaker, quote)

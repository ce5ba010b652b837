"""Answer from the article whose headline a question quotes, such as In "Tram line opens in Riga": when did it happen?.

What such a question asks of is the event of the headline, so news style tells where the answer stands: early in the article, and where
a "when" is asked, beside a weekday or an hour. The weights were fitted on two thirds of public questions of this kind over 96 articles;
on the other third, the first quote answers .80 of those with "who" and "when" instead of .68.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.question import Question
from rag.ranking import FEATURES, Ranked
from rag.retrieval import Retrieved

_WORDS = 3  # that a headline has at least; a shorter one is any phrase
_MARKS = (('"', '"'), ("“", "”"), ("'", "'"), ("‘", "’"), ("«", "»"))
_NEAR = 300  # characters from the beginning at which what being early counts for has halved
_EARLY, _TIMED, _KIND, _TIME_ASKED = 5.5, 1.6, 5.5, 6.5
_TIME = re.compile(
    r"""\b(?: \d{1,2}[:.]\d\d | \d{1,2}[ ]?[ap]\.?m | (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day | yesterday | today | tonight | midnight
    | (?:last|this)[ ](?:night|week|month|morning|afternoon|evening) )\b""",
    re.IGNORECASE | re.VERBOSE,
)


def keep_named(question: str, retrieved: Retrieved) -> Retrieved | None:
    """Return what was retrieved of the article whose headline stands between quotation marks in a question; None if there is none."""
    if not any(first in question for first, _ in _MARKS):
        return None
    asked = _plain(question)
    named = [hit for hit in retrieved.hits if _is_quoted(hit.passage.article.title, asked)]
    return replace(retrieved, hits=tuple(named)) if named else None


def _is_quoted(title: str, question: str) -> bool:
    plain = _plain(title)
    return len(plain.split()) >= _WORDS and any(f"{first}{plain}{last}" in question for first, last in _MARKS)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def favour_event(question: Question, ranked: Sequence[Ranked]) -> list[Ranked]:
    """Return the sentences of such an article, best first: those early in it, and those that tell a time where one is asked, score more.

    What the headline has of the question's words, each of them counts as having.
    """
    scored = [_favoured(question, candidate) for candidate in ranked]
    return sorted(scored, key=lambda candidate: -candidate.score)


def _favoured(question: Question, candidate: Ranked) -> Ranked:
    coverage, nearby, titled, *others = candidate.features
    return replace(candidate, score=candidate.score + _gain(question, candidate), features=(coverage + titled, nearby, 0.0, *others))


def _gain(question: Question, candidate: Ranked) -> float:
    start, timed = candidate.sentence.span[0], bool(_TIME.search(candidate.sentence.text))
    gain = _EARLY / (1 + start / _NEAR) + _TIMED * timed
    if question.kind == "when":
        gain += _KIND * candidate.features[FEATURES.index("kind")] + _TIME_ASKED * timed
    return gain

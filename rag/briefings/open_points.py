"""What the articles leave open on a topic: said to be unclear, undecided, asked, denied or expected; nothing is added."""

import re
from collections.abc import Sequence

from rag.briefings.topic import Material, by_time, is_shown, is_titled, pick
from rag.ranking import Ranked
from rag.types import Entry, Quote

MOST, PER_ARTICLE = 5, 2

_ASKS = re.compile(r"\?[”\"’']?$")
_UNDECIDED = re.compile(
    r"""\b(?: unclear | unknown | undecided | uncertain\w* | unresolved | open[ ]question | remains?[ ]to[ ]be[ ]seen
    | not[ ](?:yet[ ]|immediately[ ]|fully[ ])?(?:clear|known|decided|determined|certain|settled)
    | questions?[ ](?:remain\w*|as[ ]to|whether)
    | no[ ](?:final[ ])?(?:decision|consensus|agreement|word|details|timetable|timeline) | unable[ ]to[ ]confirm | doubts?[ ]about
    | (?:has|have)[ ](?:not|yet)[ ](?:yet[ ])?(?:been[ ])?(?:to[ ])?(?:decid|confirm|verif|announc|said|sa[iy]|comment|determin)\w*
    | under[ ](?:discussion|review|consideration) | (?:is|are|being)[ ](?:\w+ly[ ])?(?:discuss|consider|debat|negotiat)(?:ed|ing) )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_DENIED = re.compile(
    r"""\b(?: (?:declin|refus)\w+[ ]to[ ](?:say|comment|speculate|answer|confirm|disclose|elaborate)
    | did[ ]not[ ](?:immediately[ ])?(?:respond|comment|reply|say|specify) | dismiss(?:es|ed)?\b[^.]{0,40}\bas
    | den(?:y|ies|ied)[ ](?:that|any|it|the|those|these|having|being|knowing|all|wrongdoing|allegations|claims|reports) )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_WHETHER = re.compile(r"\bwhether\b", re.IGNORECASE)
_EXPECTED = re.compile(r"\b(?:is|are|was|were)(?: also| now| still)? (?:expected|scheduled|due|likely|set) to\b", re.IGNORECASE)
# How surely each says that something is open.
_SURE, _TITLED = 3.0, 0.5
_CUES = ((4.0, _UNDECIDED), (3.0, _ASKS), (2.5, _DENIED), (2.0, _WHETHER), (1.5, _EXPECTED))


def find_open(material: Material, shown: Sequence[Quote]) -> list[Entry]:
    """Return what is left open, the most telling lines in the order of time, none that is `shown` already."""
    sure = [candidate for candidate in material.around if _cue(candidate) >= _SURE]
    free = [candidate for candidate in (*material.sentences, *sure) if _is_open(material, candidate) and not is_shown(candidate, shown)]
    weighed = sorted(free, key=lambda candidate: -(_cue(candidate) + candidate.score))
    return [Entry("", (material.quote(candidate),)) for candidate in sorted(pick(weighed, MOST, PER_ARTICLE), key=by_time)]


def _is_open(material: Material, candidate: Ranked) -> bool:
    """Whether a sentence leaves something open: surely, or in an article on the topic; a question that nobody asks is a heading."""
    cue = _cue(candidate)
    if _ASKS.search(candidate.sentence.text) and not material.said_in(candidate):
        return False
    return cue >= _SURE or (cue > 0 and is_titled(material.question, candidate, _TITLED))


def _cue(candidate: Ranked) -> float:
    return max((weight for weight, cue in _CUES if cue.search(candidate.sentence.text)), default=0.0)

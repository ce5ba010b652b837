"""Take a sentence apart: its words, and what it could answer by its form."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from index import Passage
from index.passages import Span
from index.words import split_terms
from rag.facts import fold, same_word
from rag.verbs import other_forms

Kind = Literal["who", "when", "where", "number", "other"]

_STEM = 5  # characters that two forms or spellings of a word share at least: Korea and Korean, Zelensky and Zelenskyy
_SHARED = 2 / 3  # share of a word's characters that another form of it has too
_CACHED = 4096  # passages

NEGATION = re.compile(
    r"""\b(?: not | no | never | none | nobody | neither | nor | without | cannot | rul(?:e[sd]?|ing)[ ]out | refus\w+
    | reject\w* | den(?:y|ies|ied|ying)
    | declin\w+ | exclud\w+ | oppos\w+ | against | unlikely | avoid\w* | taboo | distanc\w+ | disavow\w* | dismiss\w*
    | instead[ ]of | rather[ ]than
    )\b | n['’]t\b""",
    re.IGNORECASE | re.VERBOSE,
)
# What may or might happen: no word that it did.
HYPOTHESIS = re.compile(
    r"""\b(?: could | would | might | may | should | if | whether | possib\w+ | plan(?:s|ned|ning)? | consider\w* | discuss\w*
    | inten[dt]\w* | in[ ]mind | propos\w* | suggest\w* | idea | ready | potential\w* | call(?:s|ed|ing)? | want\w* | refus\w+
    | allegation\w* | alleged\w* )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_TIME = re.compile(
    r"""\b(?: (?:Jan|Febr)uary | March | April | May | June | July | August | (?:Septem|Octo|Novem|Decem)ber
    | (?:Jan|Feb|Aug|Sept|Oct|Nov|Dec)\.
    | (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day | (?:1[5-9]|20)\d\d | \d0s | noon | midnight | century
    | yesterday | today | tonight | tomorrow
    | (?:last|next|this)[ ](?:week|month|year|night|summer|winter|spring|fall|autumn|morning|afternoon|evening|weekend|century)
    | \d{1,2}(?::\d\d)?[ ]?[ap]\.?m
    | \w+[ ](?:minutes|hours|days|weeks|months|years|decades)[ ](?:ago|later|earlier|before|after)
    | (?:early|late|mid)[- ](?:\d|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)
    )(?!\w)""",
    re.VERBOSE,
)
_AMOUNT = re.compile(
    r"""\d | \b(?: two | three | four | five | six | seven | eight | nine | ten | eleven | twelve | \w+teen | twenty | thirty
    | forty | fifty | sixty | seventy
    | eighty | ninety | hundreds? | thousands? | millions? | billions? | dozens? | half | third | quarter | once | twice
    | annual(?:ly)? | daily | weekly )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_NAME = re.compile(r"(?<=[\w,;:’'”\"] )[“\"(]?([A-Z][\w’'.-]+)|^[“\"(]?((?:[A-Z][\w’'.-]+ ){1,}[A-Z]?)")
_SAYS = frozenset(
    "said say told tell state ad insist argu warn announc clarifi note explain wrote declar confirm reiter stress believ claim "
    "comment".split()
)  # stems
_BEFORE, _AFTER = 4, 5  # terms between which and a word of saying its speaker stands: "Olaf Scholz told", "said Chancellor Olaf Scholz"
_PLACE = re.compile(r"\b(?:in|at|from|near|to|across|outside|around|of) (?:the )?[A-Z]")
_FINISHED = re.compile(r"[.!?…:][\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence taken apart, without regard to any question."""

    span: Span  # characters of the article's text
    text: str
    terms: tuple[str, ...]  # index terms in order
    known: frozenset[str]
    pairs: frozenset[tuple[str, str]]  # neighbouring terms
    stems: frozenset[str]  # beginnings of the long terms
    kinds: frozenset[Kind]  # what it could answer, by its form
    names: frozenset[str]  # terms written like names
    speakers: frozenset[str]  # terms written like names, beside a word of saying
    negations: tuple[int, ...]  # places in `terms` after which something is ruled out or denied
    hypotheses: tuple[int, ...]  # places after which something is thought of, planned or feared
    quotable: bool  # a whole sentence, not a heading or a caption


def holds(sentence: Sentence, term: str) -> bool:
    """Whether a sentence has a term, a form or spelling of it that only ends otherwise, or another form of an irregular verb."""
    if term in sentence.known or not sentence.known.isdisjoint(other_forms(term)):
        return True
    if sentence.stems.isdisjoint(_stems(term)):
        return False
    return any(same_word(fold(term), fold(other)) for other in sentence.known if other[:_STEM] == term[:_STEM])


def _stems(term: str) -> list[str]:
    return [term[:length] for length in range(max(math.ceil(len(term) * _SHARED), _STEM), len(term) + 1)]


@lru_cache(maxsize=_CACHED)
def take_apart(passage: Passage) -> tuple[Sentence, ...]:
    """Return the sentences of a passage. Passages never change, so the last few thousand are kept."""
    return tuple(_sentence(passage.text[start - passage.start : end - passage.start], (start, end)) for start, end in passage.sentences)


def _sentence(text: str, span: Span) -> Sentence:
    terms = tuple(split_terms(text))
    names = frozenset(term for match in _NAME.finditer(text) for term in split_terms(match[1] or match[2]))
    kinds: set[Kind] = set()
    if _TIME.search(text):
        kinds.add("when")
    if _AMOUNT.search(text):
        kinds.add("number")
    if names:
        kinds.add("who")
    if _PLACE.search(text):
        kinds.add("where")
    return Sentence(
        span=span,
        text=text,
        terms=terms,
        known=frozenset(terms),
        pairs=frozenset(zip(terms, terms[1:], strict=False)),
        stems=frozenset(stem for term in terms for stem in _stems(term)),
        kinds=frozenset(kinds),
        names=names,
        speakers=names & _near_saying(terms),
        negations=_places(NEGATION, text),
        hypotheses=_places(HYPOTHESIS, text),
        quotable=_is_quotable(text),
    )


def _near_saying(terms: Sequence[str]) -> frozenset[str]:
    places = [place for place, term in enumerate(terms) if term in _SAYS]
    return frozenset(term for place in places for term in terms[max(place - _BEFORE, 0) : place + _AFTER])


def _places(cue: re.Pattern[str], text: str) -> tuple[int, ...]:
    return tuple(len(split_terms(text[: match.end()])) for match in cue.finditer(text))


def _is_quotable(text: str) -> bool:
    words = text.split()
    return len(words) >= 3 and (is_finished(text) or len(words) > 9)


def is_finished(text: str) -> bool:
    """Whether a sentence ends as one, unlike most headings and captions."""
    return bool(_FINISHED.search(text))


def overlap(one: Sequence[str], other: Sequence[str]) -> float:
    """Share of the shorter sentence's terms that the other has, 0 to 1."""
    first, second = set(one), set(other)
    return len(first & second) / max(min(len(first), len(second)), 1)

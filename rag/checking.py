"""Check one sentence of an answer, a claim, against the quotes it cites: whether they support it, and if not, why.

A claim may rest on one quote or on several together. Three things are looked at: how much of what it says is there in
words, what the shipped checker makes of it, and whether a name, a number, a date, a denial or who said or did something
disagrees (`agreement`). The probability is a logistic regression on `FIGURES`, fitted by rag/models/fit_check.py on claims
that people judged.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.agreement import Mismatch, content, context, mismatches, sentences_of, share
from rag.quantities import days
from rag.types import Quote

THRESHOLD = 0.5  # probability from which a claim counts as supported
MAX_JOINT = 3  # quotes that one claim may rest on together
NOT_SAID = "the quotes do not say this"

FIGURES = (
    "words",  # share of the claim's words that the quotes have
    "sentence",  # ... that one sentence of them has
    "pairs",  # share of its pairs of neighbouring words that they have
    "name",  # whether a name disagrees, and so on
    "number",
    "date",
    "denial",
    "roles",
    "speaker",
)
WEIGHTS = (0.0, 2.1, 2.5, -3.0, -3.0, -3.0, -3.0, -4.0, -3.0)
CONSTANT = -1.9

_CITATION = re.compile(r"\s*\[\d+(?:\s*[,–-]\s*\d+)*\]")
_KINDS = ("name", "number", "date", "denial", "roles", "speaker")
_NEWS = r"(?:the |these |this )?(?:articles?|quotes?|sources?|reports?|news|outlets?|texts?|passages?)"
_TELLS = r"(?:also )?(?:say|report|state|note|mention|write|indicate|describe|explain|add|tell|show)(?:s|d|ed)?"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the quotes support a claim."""

    supported: bool
    probability: float  # that they do, 0 to 1
    quotes: tuple[Quote, ...]  # that the claim rests on, best first; none if it is unsupported
    reason: str = ""  # why it is unsupported, part of a sentence for a reader


@dataclass(frozen=True, slots=True)
class _Judged:
    """What is made of a claim beside some quotes taken together."""

    probability: float
    quotes: tuple[Quote, ...]
    reason: str = NOT_SAID


def check(claim: str, cited: Sequence[Quote], others: Sequence[Quote] = ()) -> Verdict:
    """Check a claim against the quotes it cites; if they do not support it, against the other quotes that were found.

    The verdict's quotes are those of `cited` that carry the claim, or those of `others` that do. Raises `ModelFileError`.
    """
    judged = _judge(claim, cited)
    if judged.probability < THRESHOLD:
        found = _judge(claim, [quote for quote in others if quote not in cited])
        if found.probability >= THRESHOLD or not cited:
            judged = found
    if judged.probability >= THRESHOLD:
        return Verdict(True, judged.probability, judged.quotes)
    return Verdict(False, judged.probability, (), judged.reason)


def _judge(claim: str, quotes: Sequence[Quote]) -> _Judged:
    """Return the best that can be made of a claim beside the quotes, singly and together."""
    claim = bare(claim, quotes)
    if not quotes or not content(claim):
        return _Judged(0.0, ())
    groups = [*((quote,) for quote in quotes), *_joint(claim, quotes)]
    wrong = [tuple(mismatches(claim, group)) for group in groups]
    rated = [(_probability(claim, group, found), group, found) for group, found in zip(groups, wrong, strict=True)]
    probability, best, found = max(rated, key=lambda one: one[0])
    if probability < THRESHOLD:
        return _Judged(probability, (), _reason(found, mismatches(claim, quotes)))
    single = sorted((one for one in rated if len(one[1]) == 1 and one[0] >= THRESHOLD), key=lambda one: -one[0])
    return _Judged(probability, tuple(dict.fromkeys(quote for one in single for quote in one[1])) or best)


def _reason(found: Sequence[Mismatch], anywhere: Sequence[Mismatch]) -> str:
    """Return what is wrong by the best quotes; that something is not there counts only if it is in none of the quotes."""
    wrong = [mismatch for mismatch in found if mismatch.kind not in ("name", "number", "date") or mismatch in anywhere]
    return wrong[0].reason if wrong else NOT_SAID


def _joint(claim: str, quotes: Sequence[Quote]) -> Iterator[tuple[Quote, ...]]:
    """Yield quotes that together have more of the claim's words: the best one, and those that add most to it."""
    wanted = content(claim)
    chosen: list[Quote] = []
    there: list[str] = []
    while wanted and len(chosen) < min(MAX_JOINT, len(quotes)):
        rest = [quote for quote in quotes if quote not in chosen]
        best = max(rest, key=lambda quote: share(wanted, [*there, *content(quote.text)]))
        if chosen and share(wanted, [*there, *content(best.text)]) <= share(wanted, there):
            return
        chosen.append(best)
        there += content(best.text)
        if len(chosen) > 1:
            yield tuple(chosen)


def _probability(claim: str, quotes: Sequence[Quote], wrong: Sequence[Mismatch]) -> float:
    logit = sum(weight * figure for weight, figure in zip(WEIGHTS, figures(claim, quotes, wrong), strict=True)) + CONSTANT
    return 1 / (1 + math.exp(-logit))


def figures(claim: str, quotes: Sequence[Quote], wrong: Sequence[Mismatch]) -> tuple[float, ...]:
    """Return the `FIGURES` of a claim beside quotes taken together."""
    wanted = content(claim)
    around = [word for quote in quotes for word in content(context(quote))]
    single = max(share(wanted, content(sentence)) for quote in quotes for sentence in sentences_of(quote.text) or ("",))
    neighbours = {pair for quote in quotes for pair in _pairs(content(quote.text))}
    pairs = _pairs(wanted)
    kinds = {mismatch.kind for mismatch in wrong}
    together = sum(pair in neighbours for pair in pairs) / max(len(pairs), 1)
    return share(wanted, around), single, together, *(float(kind in kinds) for kind in _KINDS)


def _pairs(terms: Sequence[str]) -> list[tuple[str, str]]:
    return list(zip(terms, terms[1:], strict=False))


def bare(claim: str, quotes: Sequence[Quote]) -> str:
    """Return a claim without its citations, without "According to the articles" and the like, and without the quotes' own day."""
    text = _CITATION.sub("", claim).strip()
    outlets = "|".join(sorted({re.escape(quote.source) for quote in quotes if quote.source}, key=len, reverse=True))
    teller = rf"(?:{_NEWS}|(?:the )?(?:{outlets}))" if outlets else _NEWS
    text = re.sub(rf"^(?:according to|as reported by|as per|per) {teller}(?: (?:on|from|of) [^,]*)?, ", "", text, flags=re.IGNORECASE)
    text = re.sub(rf"^(?:{teller}|it) (?:is |was |has been |has |have )?{_TELLS} (?:that )?(?=\S+ \S+ \S+)", "", text, flags=re.IGNORECASE)
    text = re.sub(rf",? (?:according to {teller}|(?:{teller} {_TELLS}))(?=\.?$)", "", text, flags=re.IGNORECASE)
    for day in days(text):
        if any(quote.date and (day.month, day.day) == (quote.date.month, quote.date.day) for quote in quotes):
            if not any(day.text in quote.text for quote in quotes):
                text = re.sub(rf",? ?(?:on )?{re.escape(day.text)},?", "", text, count=1)
    text = text.strip()
    return text[:1].upper() + text[1:] if text else claim

"""Check one sentence of an answer, a claim, against the quotes it cites: whether they support it, and if not, why.

A claim may rest on one quote or on several together. Three things are looked at: how much of what it says is there in
words, what the shipped checker makes of it, and whether a name, a number, a date, a denial or who said or did something
disagrees (`agreement`). The probability is a logistic regression on `FIGURES`, fitted by rag/models/fit_check.py on claims that people
judged, 479 of QAGS and 736 of SummEval. Supported claims score above unsupported ones with an AUROC of .842 and .792 on articles left
out (.844 and .796 on all), and on FaithBench, which nothing was fitted on, of .654.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.checks.agreement import Mismatch, content, mismatches, sentences_of
from rag.checks.checker import Checker, MiniChecker, Support
from rag.facts import share, words
from rag.quantities import days
from rag.types import Quote

# Probability from which a claim counts as supported. At .35 short paraphrases that are right would be marked, such as "Poland has
# ruled out deploying ground troops" by a sentence on three countries.
THRESHOLD = 0.3
# Logit of the checker below which a claim is unsupported, however many words it shares with a sentence; one less for each further
# quote. With it, `COVERED` and `CONTRADICTIONS`, .07 of the supported claims of QAGS are marked. Of 200 claims that were made on
# the shipped articles to deceive it (120 false, 80 true), .56 of the false ones are marked and .21 of the true.
FLOOR = -2.0
COVERED = 0.4  # share of a claim's words that one sentence must have
WHOLE = 0.95  # ... with which it is supported unless something disagrees: short claims are not likely otherwise
SAME_MATTER = 0.6  # share of a claim's words from which a quote is about the same
CONTRADICTIONS = frozenset({"denial", "roles", "speaker"})
MAX_SENTENCES = 3  # of a quote that the checker reads
SHORT = 8  # words; a shorter claim counts as one of so many
MAX_JOINT = 3  # quotes that one claim may rest on together
NOT_SAID = "the quotes do not say this"

FIGURES = (
    "score",  # logit of the checker by the best sentence
    "doubt",  # mean doubt of the claim's words by the sentence that leaves least
    "sentence",  # share of the claim's words that one sentence has
    "runs",  # share of the claim's runs of three words that one sentence has
    "length",  # log of the number of the claim's words, `SHORT` at least
    "name",  # whether a name disagrees, and so on
    "number",
    "date",
    "denial",
    "roles",
    "speaker",
)
WEIGHTS = (0.215, -1.339, 0.584, 1.324, 1.4, -4.0, -4.0, -4.0, -4.0, -4.0, -4.0)
CONSTANT = -3.69

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
class Finding:
    """What is found of a claim beside some quotes taken together."""

    quotes: tuple[Quote, ...]
    figures: tuple[float, ...]  # `FIGURES`
    mismatches: tuple[Mismatch, ...]

    @property
    def probability(self) -> float:
        """How likely these quotes support the claim."""
        logit = sum(weight * figure for weight, figure in zip(WEIGHTS, self.figures, strict=True)) + CONSTANT
        return 1 / (1 + math.exp(-logit))

    @property
    def supports(self) -> bool:
        """Whether that is enough."""
        said = self.figures[0] >= FLOOR - (len(self.quotes) - 1) and self.figures[FIGURES.index("sentence")] >= COVERED
        whole = self.figures[FIGURES.index("sentence")] >= WHOLE and not self.mismatches
        return said and (whole or self.probability >= THRESHOLD)


@lru_cache(maxsize=1)
def shipped_checker() -> Checker:
    """Return the shipped checker; it is loaded when it is first used."""
    return MiniChecker()


def check(claim: str, cited: Sequence[Quote], others: Sequence[Quote] = (), *, checker: Checker | None = None) -> Verdict:
    """Check a claim against the quotes it cites; if they do not support it, against the other quotes that were found.

    The verdict's quotes are those of `cited` that carry the claim, or those of `others` that do. `checker` takes the
    place of the shipped one. Raises `ModelFileError`.
    """
    checker = checker or shipped_checker()
    if reason := _contradiction(claim, cited):
        return Verdict(False, 0.0, (), reason)
    verdict = _judge(claim, cited, checker)
    if verdict.supported:
        return verdict
    wanted = content(bare(claim, cited))
    told = max((share(wanted, content(quote.text)) for quote in cited), default=0.0)
    rest = [quote for quote in others if quote not in cited and share(wanted, content(quote.text)) > told]
    found = _judge(claim, rest, checker, alone=True)
    return found if found.supported or not cited else verdict


def _contradiction(claim: str, cited: Sequence[Quote]) -> str:
    """Return how the cited quotes that have most of a claim contradict it, if all of these do; no other quote can mend that."""
    text = bare(claim, cited)
    told = {quote: share(content(text), content(quote.text)) for quote in cited}
    most = max(told.values(), default=0.0)
    if most < SAME_MATTER:
        return ""
    reasons = [_contradicted(text, quote) for quote, part in told.items() if part == most]
    return reasons[0] if all(reasons) else ""


def _contradicted(claim: str, quote: Quote) -> str:
    return next((wrong.reason for wrong in mismatches(claim, (quote,)) if wrong.kind in CONTRADICTIONS), "")


def _judge(claim: str, quotes: Sequence[Quote], checker: Checker, *, alone: bool = False) -> Verdict:
    """Return the best that can be made of a claim beside the quotes, singly and, unless `alone`, together.

    Any claim of a few common words has its words somewhere among many quotes: only those that were cited for it count together.
    """
    findings = [finding for finding in inspect(claim, quotes, checker) if not alone or len(finding.quotes) == 1]
    if not findings:
        return Verdict(False, 0.0, (), NOT_SAID)
    best = max(findings, key=lambda finding: (finding.supports, finding.probability))
    if not best.supports:
        return Verdict(False, best.probability, (), _reason(best.mismatches, mismatches(bare(claim, quotes), quotes)))
    passing = sorted((one for one in findings if len(one.quotes) == 1 and one.supports), key=lambda one: -one.probability)
    return Verdict(True, best.probability, tuple(one.quotes[0] for one in passing[: 1 if alone else None]) or best.quotes)


def inspect(claim: str, quotes: Sequence[Quote], checker: Checker) -> list[Finding]:
    """Return what is found of a claim beside each quote, and beside those that together have more of it.

    The checker reads single sentences: a claim is told best by the one that it is closest to.
    """
    claim = bare(claim, quotes)
    if not quotes or not content(claim):
        return []
    groups = [*((quote,) for quote in quotes), *_joint(claim, quotes)]
    nearest = {quote: _nearest(claim, quote) for quote in quotes}
    pieces = list(dict.fromkeys(sentence for found in nearest.values() for sentence in found))
    supports = dict(zip(pieces, checker.weigh(claim, pieces), strict=True))
    findings = []
    for group in groups:
        wrong = tuple(mismatches(claim, group))
        sentences = {sentence: supports[sentence] for quote in group for sentence in nearest[quote]}
        findings.append(Finding(group, _figures(claim, sentences, wrong), wrong))
    return findings


def _nearest(claim: str, quote: Quote) -> list[str]:
    """Return the sentences of a quote that share most words with the claim, best first."""
    wanted = content(claim)
    return sorted(sentences_of(quote.text) or (quote.text,), key=lambda sentence: -share(wanted, content(sentence)))[:MAX_SENTENCES]


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


def _figures(claim: str, sentences: Mapping[str, Support], wrong: Sequence[Mismatch]) -> tuple[float, ...]:
    wanted, runs = content(claim), _runs(words(claim))
    kinds = {mismatch.kind for mismatch in wrong}
    return (
        max(support.score for support in sentences.values()),
        min(_mean(support.doubts) for support in sentences.values()),
        max(share(wanted, content(sentence)) for sentence in sentences),
        max(_mean([float(run in there) for run in runs]) for there in (set(_runs(words(sentence))) for sentence in sentences)),
        math.log(max(len(words(claim)), SHORT)),
        *(float(kind in kinds) for kind in _KINDS),
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _runs(terms: Sequence[str]) -> list[tuple[str, ...]]:
    return list(zip(terms, terms[1:], terms[2:], strict=False))


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

"""Decide whether the articles answer a question at all.

The confidence is a logistic regression on the figures of `FIGURES`, fitted on two thirds of public questions over
collections of 5 to 3,120 articles, some with the articles that answer them left out. On 3,120 news articles it separates
answerable from unanswerable questions with an AUROC of .91 (on the third not used: .90); the threshold was set there, so
that about one answerable question in ten is refused: then .76 of the unanswerable are (.84 on the third not used, at .15).
"""

import math
from collections.abc import Sequence

from rag.question import Question
from rag.ranking import FEATURES, Ranked

THRESHOLD = 0.45  # confidence from which an answer is given
CLOSE = 0.15  # confidence from which a refusal shows what was found instead
_LOOKED_AT = 5  # best sentences
_FEW = 3  # words; shorter questions are met as completely as such
OWN_SHARE = 0.1  # of the question's words, by rarity, that a sentence must hold itself if a certain kind of thing is asked

FIGURES = (
    "reach",  # share of the question's words that one of the best sentences reaches, with its neighbours and title
    "first",  # ... that the best one does
    "nearest",  # cosine of the question and the passage nearest to it in meaning
    "readings",  # log of the summed odds that the reader gives the sentences
    "length",  # log of the number of the question's words: a longer question is met less completely
    "length^2",
    "length * nearest",
    "length * reach",
    "articles",  # log of their number: among many, something always comes close
)
WEIGHTS = (8.862, 2.445, -5.006, 0.436, -2.969, 1.165, 4.523, -2.51, -0.726)
CONSTANT = -1.808
_COVERAGE, _NEARBY, _TITLED, _KIND, _DENIED = map(FEATURES.index, ("coverage", "nearby", "titled", "kind", "denied"))


def confidence(question: Question, ranked: Sequence[Ranked], nearest: float, articles: int) -> float:
    """Estimate the probability that the articles answer the question, from the sentences that were read, best first.

    `nearest` is the cosine of the nearest passage, `articles` the number of articles searched.
    """
    answering = [candidate for candidate in ranked if can_answer(question, candidate)]
    if not answering:
        return 0.0
    reaches = [sum(candidate.features[place] for place in (_COVERAGE, _NEARBY, _TITLED)) for candidate in answering[:_LOOKED_AT]]
    reach = max(reaches)
    readings = math.log(sum(math.exp(candidate.reading.score) for candidate in answering if candidate.reading))
    length = math.log1p(max(len(question.terms), _FEW))
    size = math.log(max(articles, 1))
    figures = (reach, reaches[0], nearest, readings, length, length**2, length * nearest, length * reach, size)
    logit = sum(weight * figure for weight, figure in zip(WEIGHTS, figures, strict=True)) + CONSTANT
    return 1 / (1 + math.exp(-logit))


def can_answer(question: Question, candidate: Ranked) -> bool:
    """Whether a sentence is about the question and has what it asks for: a time for "when", an amount for "how many"."""
    if contradicts(question, candidate):
        return False
    if question.kind == "other":
        return True
    if candidate.coverage < OWN_SHARE:
        return False
    return has_asked(question, candidate)


def has_asked(question: Question, candidate: Ranked) -> bool:
    """Whether a sentence has a time where the question asks when, and an amount where it asks how many."""
    return question.kind not in ("when", "number") or bool(candidate.features[_KIND])


def contradicts(question: Question, candidate: Ranked) -> bool:
    """Whether a sentence denies what the question takes for granted, or is about another number.

    "When did they send troops?" - "They ruled out sending troops"; "Why did they sign a 20-year deal?".
    """
    return question.event and (bool(candidate.features[_DENIED]) or not question.numbers <= candidate.reached)


def is_answered(sure: float) -> bool:
    """Whether a confidence is enough to answer."""
    return sure >= THRESHOLD


def is_close(sure: float) -> bool:
    """Whether a confidence is enough to show, beside a refusal, what was found instead."""
    return sure >= CLOSE

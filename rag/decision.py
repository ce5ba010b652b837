"""Decide whether the articles answer a question at all.

The confidence is a logistic regression on three figures. It was fitted on two thirds of public news questions, some with
the articles that answer them left out, over collections of 5 to 3,120 articles. On the other third it separates answerable
from unanswerable questions with an AUROC of .92 (3,120 articles), .82 (5 to 120 articles) and .90 (short why-questions over 5
to 120); at the threshold it refuses .68, .69 and .92 of the unanswerable ones, and .06, .14 and .30 of the answerable.
"""

import math
from collections.abc import Sequence

from rag.question import Question
from rag.ranking import FEATURES, Ranked

THRESHOLD = 0.5  # confidence from which an answer is given
_LOOKED_AT = 5  # best sentences
_FEW = 3  # words; shorter questions are met as completely as such
OWN_SHARE = 0.1  # of the question's words, by rarity, that a sentence must hold itself if a certain kind of thing is asked

_REACH, _SIMILARITY, _LENGTH, _CONSTANT = 5.44, 1.39, 1.41, -7.1
_COVERAGE, _NEARBY, _TITLED, _SIMILAR, _KIND, _DENIED = map(
    FEATURES.index, ("coverage", "nearby", "titled", "similarity", "kind", "denied")
)


def confidence(question: Question, ranked: Sequence[Ranked]) -> float:
    """Estimate the probability that the articles answer the question, from its ranked sentences.

    The figures: how much of the question the best sentences reach, with their neighbours and title; how near in meaning
    the nearest passage is; how many words the question has (a longer one is met less completely).
    """
    answering = [candidate for candidate in ranked[:_LOOKED_AT] if can_answer(question, candidate)]
    if not answering:
        return 0.0
    reach = max(sum(candidate.features[place] for place in (_COVERAGE, _NEARBY, _TITLED)) for candidate in answering)
    nearest = max(candidate.features[_SIMILAR] for candidate in ranked)
    figure = _REACH * reach + _SIMILARITY * nearest + _LENGTH * math.log1p(max(len(question.terms), _FEW)) + _CONSTANT
    return 1 / (1 + math.exp(-figure))


def can_answer(question: Question, candidate: Ranked) -> bool:
    """Whether a sentence is about the question and has what it asks for: a time for "when", an amount for "how many".

    A sentence that denies what the question takes for granted ("When did they send troops?" - "They ruled out sending
    troops"), or is about another number ("Why did they sign a 20-year deal?"), does not answer it.
    """
    if question.event and (candidate.features[_DENIED] or not question.numbers <= candidate.reached):
        return False
    if question.kind == "other":
        return True
    if candidate.coverage < OWN_SHARE:
        return False
    return question.kind not in ("when", "number") or bool(candidate.features[_KIND])


def is_answered(sure: float) -> bool:
    """Whether a confidence is enough to answer."""
    return sure >= THRESHOLD

"""How well an answer is supported, in words."""

import pytest

from index import ArticleHead
from rag import Answer, Claim, Quote
from rag.support import SURE, describe_support


def quote(text: str, article_id: str = "a.txt", also: tuple[ArticleHead, ...] = ()) -> Quote:
    return Quote(text, 0, len(text), article_id, "A", also=also)


def answer(*claims: Claim, confidence: float = 0.9) -> Answer:
    return Answer("answered", "text", claims, confidence=confidence)


def resting_on(*quotes: Quote) -> Claim:
    return Claim("It is so.", True, quotes)


HERE, THERE, ELSEWHERE = quote("It is so."), quote("So it is.", "b.txt"), quote("Indeed so.")
COPIED = quote("It is so.", also=(ArticleHead("c.txt", "C"),))
MADE_UP = Claim("It is not.", False, (), "the quotes do not say so")


@pytest.mark.parametrize(
    ("given", "level", "words", "because"),
    [
        (answer(resting_on(HERE, THERE)), "well", "Well supported", "2 quotes from 2 articles."),
        (answer(resting_on(HERE), resting_on(ELSEWHERE)), "thin", "One article", "Both quotes are from it."),
        (answer(resting_on(HERE)), "thin", "One quote only", "Nothing else that was found says so."),
        (answer(resting_on(COPIED)), "thin", "One quote only", "It stands in 2 articles."),
        (answer(resting_on(HERE, THERE), MADE_UP), "doubtful", "Partly supported", "The quotes do not support 1 of 2 sentences."),
        (answer(resting_on(HERE, THERE), confidence=SURE - 0.01), "doubtful", "Uncertain", "may not be what was asked for"),
    ],
    ids=["several articles", "one article", "one quote", "one quote with a copy", "a model's own sentence", "low confidence"],
)
def test_support_is_told_in_words_that_are_true(given: Answer, level: str, words: str, because: str) -> None:
    support = describe_support(given)
    assert (support.level, support.words) == (level, words)
    assert because in support.because
    assert not any(figure in support.because for figure in ("%", "0."))

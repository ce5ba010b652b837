"""Whether to answer: the confidence, on the five shipped articles."""

import pytest

from index import Index
from rag.answering import query
from rag.decision import CLOSE, FIGURES, THRESHOLD, WEIGHTS, confidence, is_answered, is_close
from rag.question import understand
from rag.ranking import Ranked, rank_sentences
from rag.reader import MiniReader
from rag.reading import read_sentences
from rag.retrieval import retrieve
from rag.types import Filters


def read(text: str, index: Index) -> list[Ranked]:
    question = understand(text)
    retrieved = retrieve(index.snapshot(), question, index.embedder.embed([text])[0], Filters())
    return read_sentences(question, rank_sentences(question, retrieved, index.snapshot()), MiniReader())


def test_every_figure_has_its_weight() -> None:
    assert len(FIGURES) == len(WEIGHTS)
    assert all(WEIGHTS)


def test_what_the_articles_say_is_surer_than_what_they_do_not(five: Index) -> None:
    said, unsaid = (
        confidence(understand(text), read(text, five), 0.6, 5) for text in ("Who replaced Josep Borrell?", "Who replaced the Pope?")
    )
    assert unsaid < THRESHOLD < said


def test_among_more_articles_the_same_sentences_say_less(five: Index) -> None:
    text = "Who replaced Josep Borrell?"
    ranked = read(text, five)
    assert confidence(understand(text), ranked, 0.6, 5) > confidence(understand(text), ranked, 0.6, 5000)


def test_a_nearer_passage_makes_a_long_question_surer(five: Index) -> None:
    text = "Which former Estonian prime minister replaced Josep Borrell as the foreign policy chief of the European Union?"
    ranked = read(text, five)
    assert confidence(understand(text), ranked, 0.8, 5) > confidence(understand(text), ranked, 0.2, 5)


def test_nothing_found_is_no_confidence() -> None:
    assert confidence(understand("Who replaced Josep Borrell?"), [], 0.9, 5) == 0.0


@pytest.mark.parametrize(
    ("sure", "answered", "close"), [(THRESHOLD, True, True), (CLOSE, False, True), (0.0, False, False), (1.0, True, True)]
)
def test_the_thresholds(sure: float, answered: bool, close: bool) -> None:
    assert (is_answered(sure), is_close(sure)) == (answered, close)


def test_a_close_miss_shows_what_was_found_instead(five: Index) -> None:
    misses = [query(text, five) for text in CLOSE_MISSES]
    assert any(miss.closest for miss in misses)
    for miss in misses:
        assert miss.status == "not_found"
        assert bool(miss.closest) == is_close(miss.confidence)
        for quote in miss.closest:
            assert five.snapshot().article(quote.article_id).text[quote.start : quote.end] == quote.text
            assert quote.answer is None


CLOSE_MISSES = ["When did Poland send ground troops to Ukraine?", "What did Scholz say about gas prices?"]

import pytest

from index import ArticleHead, Index, Passage
from index.passages import split_passages
from index.words import split_terms
from rag.question import understand
from rag.ranking import FEATURES, WEIGHTS, rank_sentences
from rag.retrieval import fuse, retrieve
from rag.sentence import holds, overlap, take_apart
from rag.types import Filters


def test_fusion_adds_weighted_reciprocal_ranks() -> None:
    fused = fuse([([7, 8, 9], 2), ([9, 7], 1)], k=10)
    assert [row for row, _ in fused] == [7, 9, 8]
    assert dict(fused)[7] == pytest.approx(2 / 11 + 1 / 12)
    assert dict(fused)[8] == pytest.approx(2 / 12)


def test_fusion_of_nothing_is_nothing() -> None:
    assert fuse([([], 1), ([], 1)]) == []


def test_every_feature_has_a_weight() -> None:
    assert len(FEATURES) == len(WEIGHTS)


def test_sentences_come_best_first_and_only_whole_ones(five: Index) -> None:
    question = understand("Who replaced Josep Borrell?")
    snapshot = five.snapshot()
    retrieved = retrieve(snapshot, question, five.embedder.embed([question.text])[0], Filters())
    ranked = rank_sentences(question, retrieved, snapshot)
    assert "replaced Josep Borrell" in ranked[0].sentence.text
    assert [candidate.score for candidate in ranked] == sorted((candidate.score for candidate in ranked), reverse=True)
    assert "Peacekeeping forces in Ukraine" not in {candidate.sentence.text for candidate in ranked}


@pytest.mark.parametrize(
    ("word", "held"),
    [("Zelensky", True), ("Zelenskyy", True), ("peacekeepers", True), ("peacekeeping", True), ("Austria", False), ("soldier", False)],
)
def test_a_sentence_holds_a_word_in_another_form_or_spelling(five: Index, word: str, held: bool) -> None:
    snapshot = five.snapshot()
    sentences = [sentence for passage, _ in snapshot.search_words(["zelenskyy"], 50) for sentence in take_apart(passage)]
    sentence = next(sentence for sentence in sentences if "at least 200,000 peacekeepers" in sentence.text)
    assert holds(sentence, understand(f"the {word}").terms[0]) is held


def test_a_name_that_only_begins_alike_is_another() -> None:
    text = "Nigeria rejected the grain offer, the Georgian envoy Carlos Martinez told the Slovaks."
    (span,) = split_passages(text)
    (sentence,) = take_apart(Passage(1, ArticleHead("a", "Title"), span.start, span.end, text, span.sentences))
    asked = "Niger Nigerian Martin George Georgia Slovakia".split()
    assert [name for name in asked if holds(sentence, *split_terms(name))] == ["Nigerian", "Georgia", "Slovakia"]


def test_overlap_is_the_share_of_the_shorter() -> None:
    assert overlap(["a", "b"], ["a", "b", "c", "d"]) == 1
    assert overlap(["a", "b"], ["c"]) == 0
    assert overlap([], []) == 0

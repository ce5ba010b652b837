"""Quotes are widened until they can be understood: a "he" gets its name, a quotation its speaker."""

import pytest

from index import ArticleHead, Passage
from index.passages import split_passages
from rag.context import MAX_WIDENED, widen
from rag.ranking import Ranked
from rag.sentence import take_apart


def widened(text: str, wanted: str, to_the_point: str = "") -> str:
    """Widen the sentence of `text` that holds `wanted`, where the reader finds the one that holds `to_the_point` so."""
    span = split_passages(text)[0]
    head = ArticleHead("a", "Title")
    passage = Passage(1, head, span.start, span.end, text[span.start : span.end], span.sentences)
    sentence = next(sentence for sentence in take_apart(passage) if wanted in sentence.text)
    scores = {other.span: 5.0 for other in take_apart(passage) if to_the_point and to_the_point in other.text}
    start, end = widen(Ranked(sentence, passage, 0.0, (), frozenset()), scores)
    return text[start:end]


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        ("Kaja Kallas took office. She replaced Josep Borrell.", "replaced", "Kaja Kallas took office. She replaced Josep Borrell."),
        ("Kaja Kallas took office. Kallas replaced Josep Borrell.", "replaced", "Kallas replaced Josep Borrell."),
        ("Scholz was asked.\n\n“We will not,” he said.", "will not", "Scholz was asked.\n\n“We will not,” he said."),
        ("It rained. The sun shone. He left.", "He left", "The sun shone. He left."),
        ("It rained. Poland sent aid. This was much. He left.", "He left", "Poland sent aid. This was much. He left."),
        ("She left.", "She left", "She left."),
        ("The minister spoke. “We rule it out.”", "rule it out", "The minister spoke. “We rule it out.”"),
        ("Kallas came. On her first visit she spoke.", "first visit", "Kallas came. On her first visit she spoke."),
        ("He spoke on Monday. On the same day, troops left.", "troops", "He spoke on Monday. On the same day, troops left."),
        ("Weinstein spoke. “It must go,” the former diplomat said.", "must go", "Weinstein spoke. “It must go,” the former diplomat said."),
        ("It rained. Scholz said that troops left.", "troops", "Scholz said that troops left."),
        ("The pact, it said, failed.", "failed", "The pact, it said, failed."),
        ("Theirs was a small town. Heather left.", "Heather", "Heather left."),
    ],
)
def test_widen(text: str, wanted: str, expected: str) -> None:
    assert widened(text, wanted) == expected


def test_a_long_neighbour_is_left_out() -> None:
    long = "The minister of " + "foreign and European " * 30 + "affairs spoke."
    assert len(long) > MAX_WIDENED
    assert widened(f"{long} He left.", "He left") == "He left."


@pytest.mark.parametrize(
    ("text", "wanted", "to_the_point", "expected"),
    [
        ("Poland sent aid. Spain did too.", "Poland", "Spain", "Poland sent aid. Spain did too."),
        ("Poland sent aid. Spain did too.", "Spain", "Poland", "Poland sent aid. Spain did too."),
        ("Poland sends aid to Ukraine\n\nSpain did too.", "Poland", "Spain", "Poland sends aid to Ukraine"),
        ("Poland sends aid to Ukraine\n\nSpain did too.", "Spain", "Poland", "Spain did too."),
        ("Poland sends aid to Ukraine\n\nIt sent much.", "much", "Poland", "Poland sends aid to Ukraine\n\nIt sent much."),
    ],
)
def test_a_neighbour_to_the_point_comes_along_but_does_not_run_on_from_a_heading(
    text: str, wanted: str, to_the_point: str, expected: str
) -> None:
    assert widened(text, wanted, to_the_point) == expected

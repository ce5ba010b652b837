"""What the reader is trained on: windows that hold the answer, or do not."""

import gzip
import json
import random

import pytest
from tokenizers import Tokenizer

from rag.models.reader_data import TOKENIZER, WINDOW_TOKENS, Example, Group, read_sets

TEXT = "\n\n".join(
    f"The {name} bridge was built in {year}. It crosses the river near the {name} mill. Many people walk over it every day."
    for name, year in (("iron", 1802), ("stone", 1650), ("wooden", 1901), ("long", 1977))
)
QUESTIONS = [
    ("When was the stone bridge built?", ["1650"], ["The stone bridge was built in 1650."], 1, []),
    ("When was the glass bridge built?", [], [], 2, ["1901"]),
    ("What do many people do?", ["nothing of it"], ["Many people walk over it every day."], 0, []),  # its answer is not there
]


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Example]:
    folder = tmp_path_factory.mktemp("data")
    article = {"id": "b", "title": "Bridges", "text": TEXT}
    questions = [
        {
            "question": text,
            "answers": answers,
            "article_ids": ["b"],
            "evidence": proof,
            "answerable": bool(proof),
            "paragraph": at,
            "plausible": seems,
        }
        for text, answers, proof, at, seems in QUESTIONS
    ]
    for name, lines in (("tiny-articles", [article]), ("tiny-questions", questions)):
        with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.write("\n".join(json.dumps(line) for line in lines))
    (found,) = read_sets(folder)
    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    return {tokenizer.decode(example.question.ids): example for example in found.training + found.held_out}


def sentences(group: Group) -> list[str]:
    tokenizer = Tokenizer.from_file(str(TOKENIZER))
    return [tokenizer.decode(window.ids[start:end]) for window in group.windows for start, end in window.places]


def test_a_question_whose_answer_is_nowhere_is_left_out(examples: dict[str, Example]) -> None:
    assert sorted(examples) == ["when was the glass bridge built?", "when was the stone bridge built?"]


def test_the_right_sentence_is_known_and_its_answer_marked(examples: dict[str, Example]) -> None:
    groups = [examples["when was the stone bridge built?"].group(random.Random(seed)) for seed in range(20)]
    answered = [group for group in groups if group.right]
    assert len(answered) > 10
    for group in answered:
        assert [sentences(group)[place] for place in group.right] == ["the stone bridge was built in 1650."]
        assert group.span is not None
        window = next(window for window in group.windows if 1650 in [int(word) for word in decoded(window.ids).split() if word.isdigit()])
        assert decoded(window.ids[group.span[0] : group.span[1] + 1]) == "1650"


def test_where_the_answer_is_removed_it_is_in_no_window(examples: dict[str, Example]) -> None:
    groups = [examples["when was the stone bridge built?"].group(random.Random(seed)) for seed in range(60)]
    removed = [group for group in groups if not group.right]
    assert removed
    assert all("1650" not in " ".join(sentences(group)) for group in removed)


def test_an_unanswerable_question_is_shown_what_seems_to_answer(examples: dict[str, Example]) -> None:
    group = examples["when was the glass bridge built?"].group(random.Random(0))
    assert group.right == []
    assert group.span is None
    assert "the wooden bridge was built in 1901." in sentences(group)


def test_windows_keep_to_their_length_and_share_no_sentence(examples: dict[str, Example]) -> None:
    for seed in range(20):
        group = examples["when was the stone bridge built?"].group(random.Random(seed))
        assert len(set(sentences(group))) >= len(sentences(group)) - 4  # "Many people ..." stands in every paragraph
        assert all(sum(end - start for start, end in window.places) <= WINDOW_TOKENS for window in group.windows)


def decoded(ids: list[int]) -> str:
    text: str = Tokenizer.from_file(str(TOKENIZER)).decode(ids)
    return text.replace(".", " ")

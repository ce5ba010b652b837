"""The shipped reader: real weights, real sentences."""

import shutil
from pathlib import Path

import pytest

import rag.reader
from corpus.errors import ModelFileError
from rag.reader import Excerpt, MiniReader, join

SHIPPED_MODEL = Path(rag.reader.__file__).parent / "models" / "reader"
MEGABYTE = 1_000_000

TOWN = Excerpt(
    "Mill reopens in Hartwell",
    (
        "The old mill in Hartwell opened its doors again on Saturday.",
        "Mayor Ruth Ellison cut the ribbon in front of four hundred guests.",
        "The repairs took three years and cost 2.4 million pounds.",
        "Visitors can see the wheel turn every afternoon.",
    ),
)


@pytest.fixture(scope="module")
def reader() -> MiniReader:
    return MiniReader()


@pytest.mark.parametrize(
    ("question", "best", "answer"),
    [
        ("Who cut the ribbon?", 1, "Ruth Ellison"),
        ("How many guests were there?", 1, "four hundred"),
        ("When did the mill open again?", 0, "Saturday"),
    ],
)
def test_the_sentence_that_answers_scores_highest_and_its_answer_is_marked(
    reader: MiniReader, question: str, best: int, answer: str
) -> None:
    (readings,) = reader.read(question, [TOWN])
    assert max(range(len(readings)), key=lambda place: readings[place].score) == best
    marked = readings[best].answer
    assert marked is not None
    assert answer in TOWN.sentences[best][slice(*marked)]


def test_what_no_sentence_answers_scores_lower(reader: MiniReader) -> None:
    answered, unanswered = (
        max(reading.score for reading in reader.read(question, [TOWN])[0]) for question in ("Who cut the ribbon?", "Who closed the mine?")
    )
    assert answered > unanswered


def test_an_excerpt_reads_the_same_alone_and_in_company(reader: MiniReader) -> None:
    other = Excerpt("Rain", ("It rained on Sunday.",))
    alone = MiniReader().read("Who cut the ribbon?", [TOWN])
    assert MiniReader().read("Who cut the ribbon?", [other, TOWN])[1] == alone[0]
    assert reader.read("Who cut the ribbon?", [TOWN, TOWN]) == [alone[0], alone[0]]


def test_nothing_to_read(reader: MiniReader) -> None:
    assert reader.read("Who?", []) == []


def test_what_was_read_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = MiniReader()
    first = reader.read("Who cut the ribbon?", [TOWN])
    monkeypatch.setattr(reader, "_model", None)  # a second run of the model would fail
    assert reader.read("Who cut the ribbon?", [TOWN]) == first


def test_endless_texts_are_cut(reader: MiniReader) -> None:
    endless = "ribbon " * 5000
    ((reading,),) = reader.read(endless, [Excerpt(endless, (endless,))])
    assert reading.score == reading.score  # a number


def test_tokens_are_joined_in_the_order_of_training() -> None:
    window = join([1, 2], [3], [[4, 5], [6]])
    assert window.ids == [101, 1, 2, 102, 3, 102, 4, 5, 6, 102]
    assert window.types == [0, 0, 0, 0, 1, 1, 1, 1, 1, 1]
    assert [window.ids[start:end] for start, end in window.places] == [[4, 5], [6]]


def test_the_model_is_small_and_described() -> None:
    assert (SHIPPED_MODEL / "model.onnx").stat().st_size <= 25 * MEGABYTE
    assert "CC BY" in (SHIPPED_MODEL / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_damaged_file_is_named_with_its_sum_and_what_to_do(tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(SHIPPED_MODEL, tmp_path / "reader"))
    with (folder / name).open("r+b") as file:
        file.write(b"damage")
    with pytest.raises(ModelFileError, match=rf"{name} is damaged: sha256 .* reinstall pullquote"):
        MiniReader(folder).read("Who?", [TOWN])

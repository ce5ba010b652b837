import pytest

from corpus.errors import QuestionError
from rag.question import MAX_QUESTION, check_question, understand


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"^the question is empty; type one, such as:"),
        (" \n\t ", r"^the question is empty; type one, such as:"),
        ("?!… —", r"^the question '\?!… —' has no words; type one, such as:"),
        ("why " * 2500, rf"^the question has 9,999 characters; expected at most {MAX_QUESTION:,}: shorten it$"),
    ],
    ids=["empty", "white space", "punctuation only", "ten thousand characters"],
)
def test_a_question_that_cannot_be_searched_is_refused_in_one_line(text: str, message: str) -> None:
    with pytest.raises(QuestionError, match=message) as caught:
        check_question(text)
    assert "\n" not in str(caught.value)


def test_may_is_a_month_where_it_is_written_as_one() -> None:
    assert understand("What happened in May?").names == {"may"}
    assert understand("May I ask what may happen?").terms == ("ask",)


@pytest.mark.parametrize(
    ("text", "hypothetical"),
    [
        ("How many peacekeepers are needed?", True),
        ("How much aid does Ukraine require?", True),
        ("When is the verdict expected?", True),
        ("How many troops could be sent?", True),
        ("How many people were killed?", False),
        ("When did Poland send ground troops to Ukraine?", False),
    ],
)
def test_what_is_needed_or_foreseen_need_not_have_happened(text: str, hypothetical: bool) -> None:
    assert understand(text).hypothetical is hypothetical


def test_white_space_in_a_question_is_folded() -> None:
    assert check_question("  Who\n ruled   it out? ") == "Who ruled it out?"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Who ruled out ground troops?", "who"),
        ("Which minister resigned?", "who"),
        ("When did the talks begin?", "when"),
        ("What year was the wall built?", "when"),
        ("How many peacekeepers are needed?", "number"),
        ("What percentage voted?", "number"),
        ("Where did the leaders meet?", "where"),
        ("Why did he resign?", "other"),
    ],
)
def test_what_is_asked_for(text: str, kind: str) -> None:
    assert understand(text).kind == kind


def test_function_words_are_left_out_and_names_are_known() -> None:
    question = understand("What did Olaf Scholz say about the gas prices in Germany?")
    assert question.terms == ("olaf", "scholz", "gas", "price", "germani")
    assert question.names == {"olaf", "scholz", "germani"}
    assert question.speech


@pytest.mark.parametrize(
    ("text", "event", "negative"),
    [
        ("When did Poland send ground troops to Ukraine?", True, False),
        ("Who ruled out ground troops?", False, True),
        ("What did Peskov say?", False, False),
        ("Why was the deal not signed?", True, True),
    ],
)
def test_what_a_question_takes_for_granted(text: str, event: bool, negative: bool) -> None:
    question = understand(text)
    assert (question.event, question.negative) == (event, negative)


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(QuestionError, match="^the question is None; expected text"):
        check_question(None)  # type: ignore[arg-type]

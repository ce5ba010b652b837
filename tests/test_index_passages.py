from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.passages import MAX_LINE, MAX_SENTENCE, PASSAGE_LENGTH, split_passages, split_sentences

LONG = " ".join(f"This is sentence {number} of a statement that goes on for quite a while." for number in range(8))

SENTENCES = {
    "a country": ["He said the U.S. would act.", "It did."],
    "a country at the end": ["It is made in the U.S.", "The law says so."],
    "a general": ["Gen. Mark Milley spoke.", "He left."],
    "two ranks": ["Lt. Col. John Smith was there.", "Others were not."],
    "a senator": ["St. Petersburg fell.", "Sen. Ted Cruz (R-Tex.) spoke."],
    "a day after the clock": ["It began at 9 a.m. Monday.", "People came."],
    "a date after the clock": ["It began at 9 a.m. Jan. 5 in Kyiv.", "People came."],
    "a time zone after the clock": ["They meet at 10 a.m. EDT on Friday.", "All came."],
    "a sentence after the clock": ["It ended at 5 p.m.", "He went home."],
    "a capital": ["She lives in Washington, D.C.", "He lives in Rome."],
    "initials": ["J. K. Rowling wrote it.", "George W. Bush read it."],
    "a number": ["See No. 5 on the list.", "It is long."],
    "a decimal": ["Prices rose 3.5 percent.", "Wages did not."],
    "a company": ["Acme Inc. said profits rose.", "Shares fell."],
    "spaced dots": ["Well ... maybe.", "Then again it rained."],
    "an ellipsis": ["Well… maybe.", "Then again… perhaps not."],
    "other marks": ["Was it true?", "Yes!", "It was."],
    "a curly quotation and its speaker": ["“We will win,” he said.", "“We will not stop.”"],
    "a curly question and its speaker": ["“Is it?” she asked.", "He nodded."],
    "a straight quotation and its speaker": ['"We will win. We must," he said.', '"No one can stop us."', "The crowd cheered."],
    "a quotation of several sentences": ["He said: “I came. I saw. I won.”", "Then he left."],
    "one word": ["Yes"],
}


@pytest.mark.parametrize("sentences", SENTENCES.values(), ids=SENTENCES.keys())
def test_sentences_end_where_a_reader_would_end_them(sentences: list[str]) -> None:
    text = " ".join(sentences)

    assert [text[start:end] for start, end in split_sentences(text)] == sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param(" \n\t\n", [], id="white space"),
        pytest.param("  One.  Two.  ", ["One.", "Two."], id="spaces around"),
        pytest.param("A headline\nText. More\n\nLast", ["A headline", "Text.", "More", "Last"], id="lines"),
        pytest.param("Cut at\nthe line. End.", ["Cut at", "the line.", "End."], id="never across a line end"),
        pytest.param("First.\r\nSecond.\r\n", ["First.", "Second."], id="lines of Windows"),
    ],
)
def test_lines_and_white_space(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in split_sentences(text)] == sentences


@pytest.mark.parametrize(("opening", "closing"), [("“", "”"), ('"', '"')], ids=["curly", "straight"])
def test_a_long_quotation_is_cut_between_its_sentences(opening: str, closing: str) -> None:
    text = f"{opening}{LONG}{closing} said Mr. Smith."

    sentences = [text[start:end] for start, end in split_sentences(text)]

    assert len(sentences) >= 8
    assert sentences[0] == f"{opening}This is sentence 0 of a statement that goes on for quite a while."
    assert sentences[3] == "This is sentence 3 of a statement that goes on for quite a while."


@pytest.mark.parametrize("unit", ["x", "word ", '." "A', "“A. ", "U.S. ", "(", "é。", "a.m. "], ids=repr)
def test_an_endless_line_is_cut_into_bounded_sentences(unit: str) -> None:
    text = unit * (5 * MAX_LINE // len(unit))

    spans = split_sentences(text)

    assert max(end - start for start, end in spans) <= MAX_SENTENCE
    assert sum(end - start for start, end in spans) >= len(text.replace(" ", ""))


MARKS = [*"aAbB .!?…“”\"'’‘()[]«»\n\r\t\u2028\u00a0\x0b\x1c0159,;:-é中。😀", "U.S. ", "Gen. ", "5 p.m. ", "Mon", " He said. ", "word " * 90]
TEXTS = st.lists(st.sampled_from(MARKS) | st.characters(exclude_categories=["Cs"]), max_size=200).map("".join)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(TEXTS)
def test_sentences_are_exact_slices_that_cover_any_text(text: str) -> None:
    spans = split_sentences(text)

    for start, end in spans:
        assert text[start:end] == text[start:end].strip() != ""
        assert "\n" not in text[start:end]
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    between = [0, *(place for span in spans for place in span), len(text)]
    assert "".join(text[start:end] for start, end in zip(between[::2], between[1::2], strict=True)).strip() == ""


@settings(max_examples=200, deadline=None, derandomize=True)
@given(TEXTS)
def test_passages_hold_every_sentence_once_and_stay_short(text: str) -> None:
    passages = split_passages(text)

    assert [sentence for passage in passages for sentence in passage.sentences] == split_sentences(text)
    for passage in passages:
        assert (passage.start, passage.end) == (passage.sentences[0][0], passage.sentences[-1][1])
        assert passage.end - passage.start <= PASSAGE_LENGTH or len(passage.sentences) == 1


def test_passages_of_an_article_are_about_as_long_as_they_may_be() -> None:
    text = "\n\n".join([LONG] * 10)

    lengths = [passage.end - passage.start for passage in split_passages(text)]

    assert min(lengths[:-1]) > PASSAGE_LENGTH / 2
    assert max(lengths) <= PASSAGE_LENGTH

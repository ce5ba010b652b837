import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.writers.prose import Sentence, SentenceCutter


def cut(text: str, size: int = 3) -> list[tuple[str, tuple[int, ...]]]:
    cutter = SentenceCutter()
    sentences: list[Sentence] = []
    for start in range(0, len(text), size):
        sentences += cutter.feed(text[start : start + size])
    sentences += cutter.rest()
    return [(sentence.text, sentence.numbers) for sentence in sentences]


@pytest.mark.parametrize(
    ("written", "sentences"),
    [
        ("Scholz ruled it out [1]. Kallas did not. [2][3]", [("Scholz ruled it out.", (1,)), ("Kallas did not.", (2, 3))]),
        ("Both did [1, 3]. All did [1-3]. None did [quote 2]!", [("Both did.", (1, 3)), ("All did.", (1, 2, 3)), ("None did!", (2,))]),
        ("Poland said no 【2】 and [1] Spain too.", [("Poland said no and Spain too.", (2, 1))]),
        ("Twice [1][1] and far off [2-900].", [("Twice and far off.", (1, 2, 900))]),
        ("It cost 3.5 million on Feb. 28 [1].", [("It cost 3.5 million on Feb. 28.", (1,))]),
        ('Mr. Scholz said: "No. Never." [1] Others agreed.', [('Mr. Scholz said: "No.', ()), ('Never."', (1,)), ("Others agreed.", ())]),
        ("[1] He said no.", [("He said no.", (1,))]),
        ("Quote 2 says that Poland said no. According to quote 1, it did.", [("Poland said no.", (2,)), ("It did.", (1,))]),
        ("Poland said no [^2].", [("Poland said no.", (2,))]),
        ("[1] [2]", []),
        ("", []),
    ],
)
def test_sentences_come_with_the_numbers_they_cite(written: str, sentences: list[tuple[str, tuple[int, ...]]]) -> None:
    found = cut(written)
    if '"' in written:  # where the quotation is cut does not matter, what it cites does
        assert " ".join(text for text, _ in found) == " ".join(text for text, _ in sentences)
        assert [numbers for _, numbers in found if numbers] == [numbers for _, numbers in sentences if numbers]
    else:
        assert found == sentences


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("- **Poland** said no.", "Poland said no."),
        ("The answer is: Poland said no.", "Poland said no."),
        ("The answer to this question is that Poland said no.", "Poland said no."),
        ("The answer was no.", "The answer was no."),
        ("2. `Poland` said __no__.", "Poland said no."),
        ("# Poland said no.", "Poland said no."),
        ("See [the story](http://foreign.example/a) now.", "See the story now."),
        ("Look ![at](http://foreign.example/a(b).png) at this.", "Look at this."),
        ("It is [so](javascript:alert(7)) today, see http://foreign.example/login?x=1.", "It is so today, see."),
        ("Ger\u200bmany \u202esaid no.", "Germany said no."),
        ('Look <img src="http://foreign.example/a.png"> at <b>this</b>.', "Look at this."),
        ("<script>alert(1)</script> Hello there.", "alert(1) Hello there."),
        ("<think>Maybe Poland. Or Spain?</think>Poland said no.", "Poland said no."),
        ("<think>It never stops", ""),
        ("Spain\nsaid  no", "Spain said no"),
    ],
)
def test_what_is_left_is_plain_text(written: str, text: str) -> None:
    assert " ".join(sentence for sentence, _ in cut(written)) == text


def test_a_thought_is_never_a_draft() -> None:
    cutter = SentenceCutter()
    assert list(cutter.feed("<think>Poland is far away. Spain is not. Who knows what Portugal is, or has been?")) == []
    assert cutter.draft == ""
    assert list(cutter.feed("</think>Poland")) == []
    assert cutter.draft == "Poland"


def test_the_draft_is_the_sentence_being_written_without_citations() -> None:
    cutter = SentenceCutter()
    assert list(cutter.feed("Poland said no [1]. Spain, which had been asked by the others as well, sa")) == [
        Sentence("Poland said no.", (1,))
    ]
    assert cutter.draft == "Spain, which had been asked by the others as well, sa"


TEXTS = st.lists(
    st.sampled_from(
        ["Scholz said no", "The U.S. agreed", "It cost 3.5 million", ". ", "! ", " [1]", "[2, 3] ", "\n", '"', " “yes” ", "- ", "<", "]"]
    )
).map("".join)


@given(TEXTS, st.integers(1, 40), st.integers(1, 40))
def test_how_a_text_is_cut_does_not_depend_on_its_pieces(text: str, one: int, other: int) -> None:
    assert cut(text, one) == cut(text, other)

"""Who is seen to have said what: every example can be checked by eye."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import SHIPPED_ARTICLES
from rag.quotations.attribution import attribute, find_quotations

LABELS = Path(__file__).parent / "bench" / "attribution-labels.jsonl"
CAST = "Chancellor Olaf Scholz met French President Emmanuel Macron and Kaja Kallas, the EU’s top diplomat, in Riga.\n"


def said(text: str, words: str) -> tuple[str, bool]:
    """Return who is seen to say the words, and whether as a quotation: by the shortest attribution that holds them."""
    start = text.index(words)
    holding = [part for part in attribute(text) if part.start <= start and start + len(words) <= part.end]
    shortest = min(holding, key=lambda part: part.end - part.start)
    return shortest.speaker, shortest.direct


@pytest.mark.parametrize(
    ("text", "words", "speaker", "direct"),
    [
        ("“There will be no troops,” said Olaf Scholz, German Chancellor, citing Reuters.", "no troops", "Olaf Scholz", True),
        ("“There will be no troops,” Scholz told reporters. “None at all.”", "None at all", "Olaf Scholz", True),
        ("Scholz said there would be no troops.", "there would be no troops", "Olaf Scholz", False),
        ("There would be no troops, Scholz said on Monday.", "There would be no troops", "Olaf Scholz", False),
        ("There would be no troops, said Scholz.", "There would be no troops", "Olaf Scholz", False),
        ("Kallas arrived on Monday. She said that the bloc was united.", "the bloc was united", "Kaja Kallas", False),
        ("“We are united,” she added.", "We are united", "Kaja Kallas", True),
        ("Scholz, who arrived late, told the newspaper that it was over.", "it was over", "Olaf Scholz", False),
        ("The chancellor insisted it was over.", "it was over", "Olaf Scholz", False),
        ("Moscow has repeatedly stated that it is at war.", "it is at war", "Moscow", False),
        ("According to Kallas, several missions are possible.", "several missions are possible", "Kaja Kallas", False),
        (
            "Several missions are possible, according to a spokesman for the ministry.",
            "Several missions",
            "a spokesman for the ministry",
            False,
        ),
        ("Police said four people were hurt, adding that nobody died.", "nobody died", "Police", False),
        ("Germany, Poland and NATO said it was over.", "it was over", "Germany, Poland and NATO", False),
        ("Asked about Macron, Scholz replied: “No comment from us.”", "No comment from us", "Olaf Scholz", True),
        ("Macron called the plan “a serious mistake”.", "a serious mistake", "Emmanuel Macron", True),
        ("Macron, his spokesman Jean Petit said, will not come.", "will not come", "Jean Petit", False),
        ("Scholz arrived and warned that time was short.", "time was short", "Olaf Scholz", False),
        ("The owner of Riga Bears, the investor Ivo Ozols, said it was late.", "it was late", "Ivo Ozols", False),
        ("Another witness, truck driver Ivo Ozols, said it was late.", "it was late", "Ivo Ozols", False),
        ("“It is late,” said the captain's lawyer, Ilze Kalna.", "It is late", "Ilze Kalna", True),
        ("The mayor of Old Riga said it was late.", "it was late", "The mayor of Old Riga", False),
        ("Health officials, including Dr Ivo Ozols, said it was late.", "it was late", "Health officials", False),
        ("It was late, according to a letter seen by Reuters.", "It was late", "a letter", False),
    ],
    ids=lambda value: value if isinstance(value, str) and value.endswith(".") else "",
)
def test_the_speaker_is_named_in_full(text: str, words: str, speaker: str, direct: bool) -> None:
    assert said(CAST + text, words) == (speaker, direct)


@pytest.mark.parametrize(
    "text",
    [
        "Alexander did not say where the dog was sent.",
        "He declined to say more.",
        "The reports were long, and the claims were many.",
        "Most cases reported in May were mild.",
        "The Yankees added two players.",
        "The film “Last Week Tonight” opens on Friday.",
    ],
)
def test_what_nobody_says_is_attributed_to_nobody(text: str) -> None:
    assert attribute(text) == ()


def test_role_and_outlet_are_what_the_article_states() -> None:
    found = attribute(
        "“No,” German Chancellor Olaf Scholz told Le Monde. “Never,” said Kaja Kallas, the EU’s top diplomat, citing Reuters."
    )
    assert [(part.speaker, part.role, part.via) for part in found] == [
        ("Olaf Scholz", "German Chancellor", "Le Monde"),
        ("Kaja Kallas", "the EU’s top diplomat", "Reuters"),
    ]


def test_a_role_does_not_point_to_what_another_sentence_names() -> None:
    text = "The union met in Riga. Its chairwoman, Grace Odhiambo, said that it would fight."
    assert [(part.speaker, part.role) for part in attribute(text)] == [("Grace Odhiambo", "chairwoman")]


def test_the_outlet_points_back_to_the_one_named_before() -> None:
    found = attribute(
        "The EU should return to it, Landsbergis argued in a statement to Politico. “We have to,” Landsbergis told the outlet."
    )
    assert [part.via for part in found] == ["Politico", "Politico"]


def test_people_of_one_last_name_are_told_apart() -> None:
    text = "Bill Clinton said he was sad. Clinton said it was over. Hillary Clinton said she was glad. Clinton said it had begun."
    assert [said(text, words)[0] for words in ("it was over", "it had begun")] == ["Bill Clinton", "Hillary Clinton"]


def test_a_quotation_over_several_paragraphs_keeps_its_speaker() -> None:
    text = "“We are one,” Jane Doe said. “We stay.\n“We will not go,\n“and that is that.”"
    assert said(text, "and that is that")[0] == "Jane Doe"


def test_quotation_marks_of_both_kinds_are_paired() -> None:
    text = 'He said "yes" and “no”, then "it goes on\nNext line, 6" wide.'
    assert [text[start:end] for start, end in find_quotations(text)] == ["yes", "no", "it goes on"]


@pytest.mark.parametrize(
    ("number", "words", "speaker", "role", "via"),
    [
        (0, "We have been speaking out", "Stephane Dujarric", "the secretary-general’s spokesperson", ""),
        (0, "Western military personnel are already", "Moscow", "", ""),
        (1, "NATO allies are providing", "Jens Stoltenberg", "NATO Secretary General", "TASS"),
        (1, "There will be no ground troops", "Olaf Scholz", "German Chancellor", "Reuters"),
        (1, "In this case, we need", "Dmitry Peskov", "Kremlin spokesman", ""),
        (2, "We are not sending troops to wage", "Stephane Sejourne", "French Foreign Minister", ""),
        (3, "The discussion revolves around", "Kaja Kallas", "EU High Representative for Foreign Affairs", ""),
        (3, "among the peacekeeping forces", "Volodymyr Zelenskyy", "Ukrainian President", ""),
        (4, "If information about", "Gabrielius Landsbergis", "Lithuanian Foreign Minister", "Politico"),
        (4, "If there is going to be a DMZ", "Kenneth Weinstein", "Washington’s former ambassador to Japan", "Politico"),
    ],
)
def test_the_shipped_articles_say_who_spoke(number: int, words: str, speaker: str, role: str, via: str) -> None:
    text = sorted(SHIPPED_ARTICLES.glob("*.txt"))[number].read_text("utf-8").strip()
    start = text.index(words)
    found = min((part for part in attribute(text) if part.start <= start < part.end), key=lambda part: part.end - part.start)
    assert (found.speaker, found.role, found.via) == (speaker, role, via)


@given(st.text(alphabet="Abc. ,“”\"'’\n:—said told he The according to Scholz", max_size=300))
def test_any_text_is_read_and_offsets_lie_within_it(text: str) -> None:
    assert all(0 <= part.start <= part.end <= len(text) and part.speaker for part in attribute(text))


def test_the_labels_are_sound() -> None:
    labels = [json.loads(line) for line in LABELS.read_text("utf-8").splitlines()]
    assert len(labels) >= 150
    assert all(label["speaker"] and 0 <= label["start"] < label["end"] and label["article"] for label in labels)
    assert {label["direct"] for label in labels} == {label["held"] for label in labels} == {True, False}

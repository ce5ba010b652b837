"""What the checker is trained on: claims that a piece of text supports, and claims that it does not."""

import gzip
import json
import random
from itertools import islice
from pathlib import Path

import pytest

from rag.models.checker_data import Pair, kind, make_pairs, read_articles, split_held_out
from rag.models.phrasings import make_phrasing
from rag.models.question_statements import base_verbs, to_statement
from rag.models.twists import (
    Text,
    borrow_word,
    cut_subject,
    distort,
    negate,
    reword,
    shorten,
    splice,
    swap_name,
    swap_number,
    swap_roles,
    swap_word,
    unqualify,
)
from rag.models.wordnet import WordNet

VERBS = base_verbs(["to invade and to found", "did not invade", "could found", "to build", "will build"])
STATEMENTS = [
    ("Who conquered England in 1066?", "the Normans", "", "The Normans conquered England in 1066."),
    ("When was Rome founded?", "753 BC", "in", "Rome was founded in 753 BC."),
    ("When did the Normans invade England?", "1066", "in", "The Normans invaded England in 1066."),
    ("Where was the tram line built?", "Riga", "in", "The tram line was built in Riga."),
    ("In what country is Normandy located?", "France", "in", "Normandy is located in France."),
    ("How many people were killed?", "40", "", "40 people were killed."),
    ("What did Rollo build?", "a castle", "", "Rollo built a castle."),
    ("Who was Rollo influenced by?", "Danes", "by", "Rollo was influenced by Danes."),
    ("What is the capital of Latvia?", "Riga", "", "Riga is the capital of Latvia."),
]


@pytest.mark.parametrize(("question", "answer", "before", "statement"), STATEMENTS)
def test_a_question_and_its_answer_become_a_statement(question: str, answer: str, before: str, statement: str) -> None:
    made = to_statement(question, answer, before, VERBS)
    assert made is not None
    assert made[0] == statement
    assert made[0][made[1] :].lower().startswith(answer.lower())


@pytest.mark.parametrize("question", ["How tall is it?", "Rome was founded when?", "What", "", "Why?"])
def test_what_no_rule_fits_is_left_out(question: str) -> None:
    assert to_statement(question, "753 BC", "in", VERBS) is None


def test_a_twist_marks_what_it_changed() -> None:
    source = random.Random(0)
    text = Text("In 2019 the mayor of Riga was elected by Olaf Scholz, who had lost before.")
    twisted = [
        swap_name(text, ["Berlin"], "", source),
        swap_number(text, ["1999"], source),
        negate(text, source),
        distort(text, source),
        unqualify(Text("Some of the mayors of Riga were elected by the former council."), source),
    ]
    for changed in twisted:
        assert changed is not None
        assert changed.text != text.text
        assert changed.wrong
        assert all(0 <= start < end <= len(changed.text) for start, end in changed.wrong)


def test_roles_are_exchanged_between_names_that_are_not_merely_listed() -> None:
    source = random.Random(0)
    swapped = swap_roles(Text("Kaja Kallas was replaced by Josep Borrell on Monday."), source)
    assert swapped is not None
    assert swapped.text == "Josep Borrell was replaced by Kaja Kallas on Monday."
    assert swap_roles(Text("They met Kaja Kallas and Josep Borrell."), source) is None


def test_what_is_shortened_or_reworded_is_not_wrong() -> None:
    source = random.Random(0)
    text = Text("The film, which was constructed in 1950, was often shown in the city, but it lost money.")
    short = shorten(text, source)
    assert short is not None
    assert len(short.text) < len(text.text)
    assert not short.wrong
    assert reword(text, WordNet(), source).text != text.text
    assert not reword(text, WordNet(), source).wrong


def test_one_word_becomes_another_of_its_form() -> None:
    net = WordNet(same={"buy": ["purchase"]}, other={"buy": ["sell"]}, kinds={"buy": "v", "sell": "v", "burn": "v", "car": "n"})
    text = Text("The city bought the bridge.")
    assert swap_word(text, net, random.Random(0)) == Text("The city sold the bridge.", ((9, 13),))
    assert borrow_word(text, ["cars", "burned"], net, random.Random(0)) == Text("The city burned the bridge.", ((9, 15),))
    assert any("purchased" in reword(text, net, random.Random(seed)).text for seed in range(9))
    assert swap_word(text, WordNet(), random.Random(0)) is None


def test_a_splice_leaves_out_a_verb() -> None:
    text = "The body was found at their farm after the husband of thirty years had been buried there."
    spliced = splice(Text(text), random.Random(1))
    assert spliced is not None
    assert len(spliced.text) < len(text)
    assert spliced.wrong


def test_a_plain_sentence_has_a_subject_to_cut() -> None:
    assert cut_subject("The old mayor was elected again.") == ("The old mayor", "was elected again.")
    assert cut_subject("Yesterday, in Riga, the mayor was elected.") is None


@pytest.mark.parametrize(
    ("answer", "sort"), [("1066", "year"), ("40 people", "number"), ("Rollo", "name"), ("castles", "word"), ("an old castle", "phrase")]
)
def test_answers_are_sorted_by_kind(answer: str, sort: str) -> None:
    assert kind(answer) == sort


def test_made_up_statements_are_right_and_wrong_in_turn() -> None:
    source = random.Random(0)
    sentences = [f"The number {place} bus goes to the harbour every day." for place in range(9)]
    made = [make_phrasing(["Kallas", "Borrell", "Scholz", "Macron"], sentences, source) for _ in range(200)]
    rights = [one[2] for one in made if one]
    assert 0.3 < sum(rights) / len(rights) < 0.7
    assert make_phrasing(["Kallas", "Scholz"], sentences, source) is None


@pytest.fixture
def pairs(tmp_path: Path) -> list[Pair]:
    paragraphs = [
        f"The {name} bridge was built in {year} by {who} Miller, who lived in Riga. It crosses the river near the {name} mill. Many people "
        f"walk over it every day, although it was not made for them. The mayor of Riga was elected in {year + 5}."
        for name, year, who in (("iron", 1802, "Anna"), ("stone", 1650, "Boris"), ("wooden", 1901, "Clara"), ("long", 1977, "David"))
    ]
    articles = [{"id": f"{place}", "title": "Bridges", "text": "\n\n".join(paragraphs)} for place in range(12)]
    question = {"question": "When was the stone bridge built?", "answers": ["1650"], "plausible": [], "answerable": True, "paragraph": 1}
    questions = [{**question, "article_ids": [article["id"]], "evidence": [paragraphs[1].split(". ")[0]]} for article in articles]
    for name, lines in (("tiny-articles", articles), ("tiny-questions", questions)):
        with gzip.open(tmp_path / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.write("\n".join(json.dumps(line) for line in lines))
    training, held_out = split_held_out(read_articles(tmp_path))
    assert (len(training), len(held_out)) == (11, 1)
    return list(islice(make_pairs(training, WordNet(), random.Random(0)), 300))


def test_pairs_are_of_both_kinds_and_mark_what_is_wrong(pairs: list[Pair]) -> None:
    supported = [pair for pair in pairs if pair.supported]
    assert 0.25 < len(supported) / len(pairs) < 0.65
    assert all(pair.wrong == () for pair in supported)
    marked = [pair for pair in pairs if pair.wrong]
    assert marked
    assert all(0 <= start < end <= len(pair.claim) for pair in marked for start, end in pair.wrong or ())


def test_a_claim_from_a_question_stands_beside_the_sentence_that_answers_it(pairs: list[Pair]) -> None:
    right = [pair for pair in pairs if pair.claim == "The stone bridge was built in 1650." and pair.supported]
    assert right
    assert all("The stone bridge was built in 1650" in pair.evidence for pair in right)

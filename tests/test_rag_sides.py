"""Who took a stand and who did not, kept apart."""

import pytest

from index import Index
from rag import query
from rag.question import understand
from rag.quotations.attribution import find_doers
from rag.quotations.sides import find_stand


def heading(five: Index, question: str, number: int) -> str:
    answer = query(question, five)
    return list(dict.fromkeys(quote.part for quote in answer.quotes))[number]


def test_those_who_ruled_it_out_come_first_and_those_who_did_not_are_kept_apart(five: Index) -> None:
    did, did_not = heading(five, "Who ruled out ground troops?", 0), heading(five, "Who ruled out ground troops?", 1)
    for name in ("Germany", "Poland", "NATO", "Olaf Scholz", "Boris Pistorius", "Czech Republic", "White House"):
        assert name in did
    assert did.startswith("Who did: ")
    assert did_not.startswith("Who did not: ")
    assert "Kallas" in did_not
    assert "Macron" in did_not
    assert "Macron" not in did
    assert "Kallas" not in did


def test_each_part_has_its_heading_and_each_quote_stands_in_one(five: Index) -> None:
    answer = query("Who ruled out ground troops?", five)
    headings = [line for line in answer.text.splitlines() if line.startswith("Who did")]
    assert headings == list(dict.fromkeys(quote.part for quote in answer.quotes))
    assert len({(quote.article_id, quote.start) for quote in answer.quotes}) == len(answer.quotes)


def test_a_heading_names_nobody_of_whom_no_quote_says_it(five: Index) -> None:
    quotes = query("Who ruled out ground troops: the US?", five).quotes
    headings = list(dict.fromkeys(quote.part for quote in quotes))
    assert headings[0] == "Who did: White House, Boris Pistorius"
    assert headings[2] == "Also found"
    assert all("bogus story" not in quote.text for quote in quotes if quote.part == headings[0])


@pytest.mark.parametrize(
    "question", ["Who did not rule out sending troops?", "Who has not ruled out sending troops?", "Who hasn’t ruled out sending troops?"]
)
def test_who_did_not_come_first_where_the_question_asks_for_them(question: str, five: Index) -> None:
    did_not, did = heading(five, question, 0), heading(five, question, 1)
    assert did_not.startswith("Who did not: ")
    assert "Kallas" in did_not
    assert "Macron" in did_not
    assert did.startswith("Who did: ")
    assert "Pistorius" in did
    assert not {"Kallas", "Macron", "Peskov"}.intersection(did.replace(",", "").split())


@pytest.mark.parametrize("question", ["What did Peskov say?", "Who replaced Josep Borrell?", "How many peacekeepers are needed?"])
def test_other_answers_have_no_parts(five: Index, question: str) -> None:
    assert {quote.part for quote in query(question, five).quotes} <= {""}


@pytest.mark.parametrize(
    ("text", "refuses"),
    [
        ("Germany ruled out troops.", False),
        ("She did not rule out troops.", True),
        ("He refused to rule out sending them.", True),
        ("We should not rule anything out.", True),
        ("Macron’s refusal to rule it out", True),
        ("They should not exclude any option.", True),
        ("She did not come. Her party ruled out troops.", False),
        ("Without delay, Germany ruled out troops.", False),
    ],
)
def test_a_refusal_to_take_the_stand_is_told_from_taking_it(text: str, refuses: bool) -> None:
    stand = find_stand(understand("Who ruled out ground troops?"))
    assert stand
    assert stand.took.search(text)
    assert bool(stand.refused.search(text)) is refuses


@pytest.mark.parametrize(
    ("question", "negated"),
    [
        ("Who ruled out ground troops?", False),
        ("Who has ruled it out?", False),
        ("Who did not rule it out?", True),
        ("Who hasn’t ruled it out?", True),
        ("Who refused to rule it out?", True),
        ("Which countries never supported it?", True),
        ("Who opposed the bill?", False),
    ],
)
def test_a_question_for_those_who_did_not_is_known(question: str, negated: bool) -> None:
    stand = find_stand(understand(question))
    assert stand
    assert stand.negated is negated


@pytest.mark.parametrize("question", ["Who is Macron?", "What ruled out troops?", "When was it ruled out?", "Who said it was ruled out?"])
def test_other_questions_ask_for_no_stand(question: str) -> None:
    assert find_stand(understand(question)) is None


@pytest.mark.parametrize(
    ("text", "verb", "doer"),
    [
        ("Kaja Kallas came. On Monday, she did not rule it out.", "not rule", "Kaja Kallas"),
        ("Germany, Poland and NATO have ruled it out.", "ruled", "Germany, Poland and NATO"),
        ("Emmanuel Macron came. Macron’s continued refusal to rule it out was criticized.", "refusal", "Emmanuel Macron"),
        ("Jane Doe said Germany had ruled it out.", "ruled", "Germany"),
        ("Jane Doe said the bloc should not rule it out.", "not rule", "Jane Doe"),
        ("“We rule it out,” Jane Doe said.", "rule", "Jane Doe"),
        ("Jane Doe spoke. Ann Roe and Bob Low – two friends – said they too were not considering it.", "not considering", "Ann Roe"),
    ],
)
def test_the_doer_is_named_in_full(text: str, verb: str, doer: str) -> None:
    assert find_doers(text, (text.index(verb),)) == (doer,)

"""What is several questions is taken apart, each part answered or refused on its own; what is one question stays one."""

import pytest

from index import Index
from rag import NOT_FOUND, Answer, Filters, query
from rag.joining import describe_refused
from rag.quotations.speaking import is_speaker
from rag.understanding.parts import split_question

BOTH = ["What did Germany say about troops?", "What did France say about troops?"]


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Compare what Germany and France said", ["What did Germany say?", "What did France say?"]),
        ("Compare what Germany and France said about troops.", BOTH),
        ("Compare Germany and France on troops", BOTH),
        ("Compare Germany with France on troops", BOTH),
        ("Compare Germany's and France's positions on troops", BOTH),
        ("Compare the positions of Germany and France on troops", BOTH),
        ("What is the difference between Germany’s and France’s position on troops?", BOTH),
        ("What's the difference between Germany and France on troops?", BOTH),
        ("How do Germany and France differ on troops?", BOTH),
        ("How does Germany's position on troops differ from France's?", BOTH),
        ("Germany vs France on troops?", BOTH),
        ("What did Germany and France say about troops?", BOTH),
        (
            "Compare Germany, Poland and France on aid",
            ["What did Germany say about aid?", "What did Poland say about aid?", "What did France say about aid?"],
        ),
        (
            "Compare Johnson and Johnson with Pfizer on vaccines",
            ["What did Johnson and Johnson say about vaccines?", "What did Pfizer say about vaccines?"],
        ),
        ("Who ruled out troops, and when did Macron speak?", ["Who ruled out troops?", "When did Macron speak?"]),
        ("Who ruled out troops and what did Peskov say?", ["Who ruled out troops?", "What did Peskov say?"]),
        ("Who ruled out troops? What did Peskov say?", ["Who ruled out troops?", "What did Peskov say?"]),
        ("What did Peskov say, and who won the World Cup?", ["What did Peskov say?", "Who won the World Cup?"]),
    ],
)
def test_several_questions_are_taken_apart(question: str, parts: list[str]) -> None:
    assert [part.question for part in split_question(question)] == parts


@pytest.mark.parametrize(
    "question",
    [
        "Who ruled out ground troops?",
        "Who and when ruled out troops?",
        "Who ruled out troops and when?",
        "Who said what and when?",
        "How many peacekeepers are needed and who said so?",
        "What did Simon and Garfunkel say about touring?",
        "Compare Simon and Garfunkel",
        "What did Johnson and Johnson say?",
        "What did Bosnia and Herzegovina say about aid?",
        "What did the Food and Drug Administration say?",
        "What did Smith and Sons say?",
        "What happened between Russia and Ukraine?",
        "What is the difference between a mission and a force?",
        "What is the border between France and Germany?",
        "Compare apples and oranges",
        "Compare the old and the new plan",
        "Who is the individual who founded FTX, and who is alleged to have committed fraud?",
        "Which company bought Twitter, and which was fined?",
        "When did the man who shot Kennedy, and who fled to Russia, die?",
        "When did the people leave who were hurt, and who was hurt?",
        "Do you know who he is and where he lives?",
        "Is it known which and how many employees will take part?",
        "Russia invaded Ukraine. Who ruled out troops?",
        "Who said that Germany and France would send troops?",
        "Did Germany and France send troops?",
        "When will war and peace be decided?",
        "What did “Who ruled it out, and when did he speak?” ask",
    ],
)
def test_one_question_stays_one(question: str) -> None:
    assert split_question(question) == ()


def parts(answer: Answer) -> list[str]:
    return list(dict.fromkeys(quote.part for quote in answer.quotes))


def test_a_comparison_gives_each_side_its_own_words(five: Index) -> None:
    answer = query("Compare Scholz and Macron on troops", five)
    assert parts(answer) == ["Scholz", "Macron"]
    assert all(quote.part in quote.speaker for quote in answer.quotes)
    assert [(part.question, part.answered) for part in answer.parts] == [
        ("What did Scholz say about troops?", True),
        ("What did Macron say about troops?", True),
    ]
    numbers = [line.rsplit("[", 1)[1] for line in answer.text.splitlines() if line.startswith("> ")]
    assert numbers == [f"{number}]" for number in range(1, len(answer.quotes) + 1)]
    assert answer.text.index("Scholz\n") < answer.text.index("\n\nMacron\n")


def test_those_who_govern_a_country_speak_for_it(five: Index) -> None:
    quotes = query("Compare what Germany and France said", five).quotes
    assert {quote.speaker for quote in quotes if quote.part == "Germany"} == {"Olaf Scholz", "Boris Pistorius"}
    assert {"Emmanuel Macron", "Stephane Sejourne"} <= {quote.speaker for quote in quotes if quote.part == "France"}


@pytest.mark.parametrize(
    ("asked", "speaker", "role", "same"),
    [
        ("Germany", "Olaf Scholz", "German Chancellor", True),
        ("France", "Stephane Sejourne", "French Foreign Minister", True),
        ("France", "Jane Doe", "president of France", True),
        ("Germany", "Jane Doe", "German opposition leader", False),
        ("Germany", "Jane Doe", "former German Chancellor", False),
        ("Germany", "Jane Doe", "German journalist", False),
        ("Germany", "Olaf Scholz", "", False),
        ("France", "Olaf Scholz", "German Chancellor", False),
    ],
)
def test_who_speaks_for_a_country(asked: str, speaker: str, role: str, same: bool) -> None:
    assert is_speaker(asked, speaker, role) is same


def test_a_side_of_which_the_articles_say_nothing_is_refused_on_its_own(five: Index) -> None:
    answer = query("Compare Peskov and Modi on troops", five)
    assert answer.status == "answered"
    assert parts(answer) == ["Peskov"]
    assert answer.text.endswith(f"Modi\n\n{NOT_FOUND}")
    assert describe_refused(answer) == (f"Modi: {NOT_FOUND}",)


@pytest.mark.parametrize("question", ["Who won the World Cup, and what did Peskov say?", "What did Peskov say, and who won the World Cup?"])
def test_each_part_is_answered_or_refused_on_its_own(question: str, five: Index) -> None:
    answer = query(question, five)
    assert parts(answer) == ["What did Peskov say?"]
    assert [quote.text for quote in answer.quotes] == [quote.text for quote in query("What did Peskov say?", five).quotes]
    assert describe_refused(answer) == (f"Who won the World Cup?: {NOT_FOUND}",)
    assert answer.text.count(NOT_FOUND) == 1


def test_a_part_may_lean_on_the_one_before(five: Index) -> None:
    answer = query("What did Peskov say, and who is he?", five)
    assert [part.question for part in answer.parts] == ["What did Peskov say?", "Who is Peskov?"]


def test_where_no_part_is_answered_all_is_refused(five: Index) -> None:
    answer = query("Who won the World Cup, and what is the capital of Peru?", five)
    assert (answer.status, answer.text, answer.quotes) == ("not_found", NOT_FOUND, ())
    assert answer.nearest


def test_parts_of_the_answer_keep_their_headings_and_figures(five: Index) -> None:
    answer = query("Who ruled out ground troops, and how many peacekeepers are needed?", five)
    headings = parts(answer)
    assert headings[0].startswith("Who ruled out ground troops? · Who did: ")
    assert headings[-1] == "How many peacekeepers are needed?"
    assert answer.conflict
    assert all(stated.quote in answer.quotes for stated in answer.conflict.stated)


def test_a_question_about_the_archive_may_be_a_part(five: Index) -> None:
    answer = query("What did Peskov say, and how many articles mention Macron?", five)
    assert "4 of 5 articles mention “Macron”." in answer.text


def test_a_speaker_that_was_given_is_not_compared(five: Index) -> None:
    answer = query("Compare Scholz and Macron on troops", five, filters=Filters(speaker="Peskov"))
    assert answer.parts == ()

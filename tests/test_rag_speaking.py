"""Whose words are quoted, and the keeping to one speaker."""

import pytest

from index import Index
from rag import Filters, query
from rag.composing import credit
from rag.quotations.speaking import asked_speaker, covered, is_speaker, name_speaker
from rag.types import Quote


@pytest.mark.parametrize(
    ("question", "speaker"),
    [
        ("What did Peskov say?", "Peskov"),
        ("what did peskov say about nato?", "peskov"),
        ("What did Chancellor Olaf Scholz say about troops?", "Olaf Scholz"),
        ("Where did the White House announce it?", "White House"),
        ("What has Emmanuel Macron publicly said?", "Emmanuel Macron"),
        ("According to Kallas, what is being discussed?", ""),  # others may tell it, as her office
        ("Show me all quotes by Dmitry Peskov", "Dmitry Peskov"),
        ("What did he say?", ""),
        ("What do people say about it?", ""),
        ("Who said it?", ""),
        ("What did Germany do?", ""),
        ("What does the law say?", ""),
    ],
)
def test_a_question_tells_whose_words_it_wants(question: str, speaker: str) -> None:
    assert asked_speaker(question) == speaker


@pytest.mark.parametrize(
    ("asked", "speaker", "role", "same"),
    [
        ("Peskov", "Dmitry Peskov", "", True),
        ("Zelensky", "Volodymyr Zelenskyy", "", True),
        ("the Kremlin", "Dmitry Peskov", "Kremlin spokesman", True),
        ("Dmitry Peskov", "Dmitry Medvedev", "", False),
        ("Scholz", "officials", "", False),
        ("the White House", "White House", "", True),
        ("White House", "House", "", False),
        ("", "officials", "", False),
        ("Martin", "Carlos Martinez", "", False),
        ("George", "Georgia", "", False),
        ("Croatia", "Croat", "", True),
    ],
)
def test_a_speaker_is_who_was_asked_for(asked: str, speaker: str, role: str, same: bool) -> None:
    assert is_speaker(asked, speaker, role) is same


def test_a_quote_is_credited_to_who_says_most_of_it() -> None:
    text = "Jane Doe, the mayor, told the Daily Herald it was late. “We lost,” John Roe said."
    quotes = [name_speaker(Quote(text[start:end], start, end, "a", "A"), text) for start, end in ((0, 55), (56, len(text)), (0, len(text)))]
    assert [credit(quote) for quote in quotes] == [
        "— Jane Doe, the mayor, via Daily Herald, as reported",
        "— John Roe",
        "",
    ]
    assert credit(Quote("Nobody spoke.", 0, 13, "a", "A")) == ""


def test_who_is_nobody_in_particular_is_credited_only_with_what_is_mostly_theirs() -> None:
    text = "The mayor, who took office in March, was criticized by other local leaders, who said that the bridge is too dear for the town."
    assert name_speaker(Quote(text, 0, len(text), "a", "A"), text).speaker == ""
    told = text.index("who said")
    assert name_speaker(Quote(text[told:], told, len(text), "a", "A"), text).speaker == "other local leaders"


def test_what_several_people_say_in_one_quote_is_credited_to_none_of_them_unless_asked_for() -> None:
    text = "Prosecutor Mikkel Sand said that the captain had been held. “He is cooperating with them,” said his lawyer, Freja Nygaard."
    quote = Quote(text, 0, len(text), "a", "A")
    assert name_speaker(quote, text).speaker == ""
    assert name_speaker(quote, text, "Nygaard").speaker == "Freja Nygaard"
    alone = text.index(" “He")
    assert name_speaker(Quote(text[:alone], 0, alone, "a", "A"), text).speaker == "Mikkel Sand"


def test_the_share_of_a_span_counts_overlaps_once() -> None:
    assert covered((0, 10), [(-5, 2), (1, 4), (3, 4), (8, 20)]) == 0.6


def test_only_what_the_speaker_said_is_quoted(five: Index) -> None:
    answer = query("What did Peskov say?", five)
    assert {quote.speaker for quote in answer.quotes} == {"Dmitry Peskov"}
    assert {quote.article_id[:3] for quote in answer.quotes} == {"001", "002"}
    assert answer.searched.inferred == Filters(speaker="Peskov") == answer.searched.filters


def test_a_speaker_given_is_kept_to_though_the_question_names_nobody(five: Index) -> None:
    answer = query("Will ground troops be sent?", five, filters=Filters(speaker="Scholz"))
    assert answer.status == "answered"
    assert {quote.speaker for quote in answer.quotes} == {"Olaf Scholz"}
    assert query("Will ground troops be sent?", five, filters=Filters(speaker="Angela Merkel")).status == "not_found"


def test_without_words_of_the_speaker_others_are_quoted_and_that_is_told(five: Index) -> None:
    answer = query("What did Josep Borrell say about the EU’s top diplomat?", five)
    assert answer.status == "not_found" or "Nothing said by “Josep Borrell” answers this" in " ".join(answer.notes)


def test_nothing_is_inferred_where_that_is_not_wanted(five: Index) -> None:
    assert query("What did Peskov say?", five, infer=False).searched.filters == Filters()


def test_a_long_article_is_read_around_the_quote() -> None:
    text = "The council met.\n" * 2000 + "Mayor Jane Doe arrived.\n" + "“We lost,” Doe said.\n" + "It rained.\n" * 2000
    start = text.index("“We lost")
    named = name_speaker(Quote(text[start : start + 20], start, start + 20, "a", "A"), text)
    assert (named.speaker, named.role, named.direct) == ("Jane Doe", "Mayor", True)

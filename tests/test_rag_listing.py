"""Questions about the archive are answered from every article, each with the sentence that mentions what was asked for."""

import datetime as dt
import json
import re
from functools import partial
from pathlib import Path

import pytest
from scripted import ScriptedWriter

from index import Index, build
from rag import Answer, Checked, Done, Filters, Found, Searched, Searching, Session, TextDelta, query, query_stream
from rag.list_question import find_list_question, split_words
from rag.listing import find_listing, list_articles

TODAY = dt.date(2025, 3, 19)


def ask(question: str, index: Index, given: Filters | None = None, *, infer: bool = True) -> Answer:
    filters = given or Filters()
    found = find_listing(question, filters, TODAY, infer=infer)
    assert found is not None
    asked, inferred = found
    searched = Searched(question, inferred if inferred != Filters() else filters, TODAY, inferred)
    return index.read(partial(list_articles, asked, searched))


def sentence(answer: Answer) -> str:
    assert answer.listing is not None
    return answer.listing.sentence


def ids(answer: Answer) -> list[str]:
    assert answer.listing is not None
    return [mention.article.id for mention in answer.listing.mentions]


LISTS = {  # the question -> what it asks, and for what
    "How many articles mention Macron?": "count “Macron”",
    "How many of the articles are about ground troops in Ukraine?": "count “ground troops” and “Ukraine”",
    "In how many articles is Josep Borrell mentioned?": "count “Josep Borrell”",
    "How many articles do you have about North Korea?": "count “North Korea”",
    "How many articles are there?": "count ",
    "How often is NATO mentioned?": "times “NATO”",
    "How many mentions of the European Union are there?": "times “European Union”",
    "List all articles about X-ray treaties": "list “X-ray treaties”",
    "Which articles mention Scholz and Macron?": "list “Scholz” and “Macron”",
    "Which articles mention Scholz or Kallas?": "list “Scholz” or “Kallas”",
    "How many articles mention Novak, Rossi or Lund?": "count “Novak” or “Rossi” or “Lund”",
    "How many articles mention Novak, the EU and Lund?": "count “Novak” and “EU” and “Lund”",
    "How many articles mention either Novak or Rossi?": "count “Novak” or “Rossi”",
    "How many articles mention both the EU and the Bank of England?": "count “EU” and “Bank of England”",
    "Which articles mention “boots, and troops” or “tanks”?": "list “boots, and troops” or “tanks”",
    "Which article mentions “boots on the ground”?": "list “boots on the ground”",
    "Can you list all articles that mention the word peacekeepers, please?": "list “peacekeepers”",
    "Are there any articles about the Coalition of the Willing?": "list “Coalition of the Willing”",
    "Name all stories mentioning the U.S.": "list “U.S.”",
    "Where is Macron mentioned?": "list “Macron”",
    "articles about Macron": "list “Macron”",
    "When was Macron first mentioned?": "first “Macron”",
    "When was the first mention of ground troops?": "first “ground troops”",
    "Which article mentioned Macron first?": "first “Macron”",
    "Show me the oldest article that mentions peacekeeping": "first “peacekeeping”",
    "What is the latest article about Kallas?": "last “Kallas”",
    "When was Borrell mentioned last?": "last “Borrell”",
}


@pytest.mark.parametrize(("question", "asked"), LISTS.items(), ids=LISTS)
def test_a_question_about_the_archive_is_recognized(question: str, asked: str) -> None:
    found = find_list_question(question, timed=False)
    assert found is not None
    assert f"{found.asks} {found.subject}" == asked


@pytest.mark.parametrize(
    "question",
    [
        "How many peacekeepers are needed?",
        "How many troops did he mention?",
        "How many articles does the constitution contain?",
        "How many articles mention Valencia but not Reuters?",
        "How many articles mention Trump without Biden?",
        "How many articles mention neither Trump nor Biden?",
        "How many articles mention NATO and either Trump or Biden?",
        "How many articles mention Trump more than once?",
        "How many articles mention Trump at least twice?",
        "How many articles mention Macron and were published by the BBC?",
        "How many articles mention Trump and how many mention Biden?",
        "How many stories does the tower have?",
        "How many reports of shelling were there?",
        "Which report said that troops were ruled out?",
        "Which report mentions who fired first?",
        "Which documents name the suspect?",
        "When was the virus first reported?",
        "What does the article say about troops?",
        "Who mentioned Macron?",
        "What happened?",
    ],
)
def test_a_question_that_an_article_answers_is_left_to_quotes(question: str) -> None:
    assert find_list_question(question, timed=False) is None


WORDS = "Macron Scholz NATO Kallas Borrell Ukraine Lithuania Stoltenberg Kremlin Tusk Poland Reuters EU UN Putin troops escalation".split()


@pytest.mark.parametrize("word", WORDS)
def test_counts_are_what_grep_counts(five: Index, word: str) -> None:
    texts = five.read(lambda snapshot: {head.id: snapshot.article(head.id).text for head in snapshot.heads()})
    having = {article_id for article_id, text in texts.items() if re.search(rf"\b{word}\b", text)}
    answer = ask(f"How many articles mention {word}?", five)
    assert set(ids(answer)) == having
    counted = f"{len(having)} of 5 articles mention{'s' if len(having) == 1 else ''}" if having else "None of the 5 articles mentions"
    assert sentence(answer) == f"{counted} “{word}”."
    assert (answer.status == "answered") == bool(having)
    for quote in answer.quotes:
        assert word in split_words(quote.text)
        assert texts[quote.article_id][quote.start : quote.end] == quote.text


def test_the_text_is_the_count_and_the_mentions_in_quotes(five: Index) -> None:
    answer = ask("Which articles mention Borrell?", five)
    first, byline, quote = (line for line in answer.text.splitlines() if line)
    assert first == "1 of 5 articles mentions “Borrell”."
    assert byline.endswith(" · undated")
    assert quote == f"> {answer.claims[0].text} [1]"
    assert "Borrell" in quote


def test_which_is_first_is_not_known_where_nothing_is_dated(five: Index) -> None:
    answer = ask("When was Kallas first mentioned?", five)
    assert sentence(answer) == "Which of 2 articles that mention “Kallas” is the first is not known: none states its date."
    assert len(answer.quotes) == 2


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of 15 articles: 12 on the bridge, one of them undated, one on turkeys and one of Turkey."""
    folder = tmp_path_factory.mktemp("archive")
    lines = [
        {
            "id": f"bridge-{day:02}",
            "title": f"Day {day}",
            "text": f"Rain fell. The harbour bridge was on day {day} of its repair.",
            "date": f"2025-03-{day:02}",
        }
        for day in range(1, 12)
    ]
    lines += [
        {"id": "undated", "title": "The harbour bridges of the county", "text": "There are three. One of them is old."},
        {"id": "birds", "text": "The farm sold turkeys, and a turkey won a prize.", "date": "2025-03-12", "source": "Herald"},
        {"id": "country", "text": "Turkey's president met the U.S. envoy in Nice.", "date": "2025-01-05", "source": "Post"},
        {"id": "us", "text": "The film Us told us that the bridges of Prague's old town are safe.", "date": "2025-01-06", "source": "Post"},
    ]
    (folder / "news.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    build(folder / "news.jsonl", folder / "index")
    return folder / "index"


@pytest.fixture(scope="module")
def opened(archive: Path) -> Index:
    return Index(archive)


def test_a_list_is_complete_and_shows_the_ten_newest(opened: Index) -> None:
    answer = ask("List all articles about the harbour bridge", opened)
    assert ids(answer) == [f"bridge-{day:02}" for day in range(11, 0, -1)] + ["undated"]
    assert len(answer.claims) == 10
    assert answer.text.startswith("12 of 15 articles mention “harbour bridge”.")
    assert answer.text.endswith("… and 2 more articles.")
    assert answer.searched.found_articles == 12


def test_what_only_a_title_mentions_is_quoted_with_the_first_sentence(opened: Index) -> None:
    answer = ask("Which articles mention harbour bridges?", opened)
    assert answer.listing is not None
    quote = answer.listing.mentions[-1].quote
    assert quote is not None
    assert (quote.article_id, quote.text) == ("undated", "There are three.")


def test_names_are_looked_for_as_names_and_words_in_both_numbers(opened: Index) -> None:
    assert ids(ask("Which articles mention Turkey?", opened)) == ["country"]
    assert ids(ask("Which articles mention a turkey?", opened)) == ["birds", "country"]
    assert ids(ask("Which articles mention “turkeys”?", opened)) == ["birds"]
    assert ids(ask("Which articles mention the US?", opened)) == ["country"]
    assert ids(ask("Which articles mention bridges in Prague?", opened)) == ["us"]


def test_first_and_last_are_by_date(opened: Index) -> None:
    first, last = (
        ask("When was the harbour bridge first mentioned?", opened),
        ask("What is the latest article about the harbour bridge?", opened),
    )
    assert sentence(first) == "The first of 12 articles that mention “harbour bridge” is dated 2025-03-01: “Day 1”; 1 of them is undated."
    assert first.quotes[0].article_id == "bridge-01"
    assert sentence(last) == "The latest of 12 articles that mention “harbour bridge” is dated 2025-03-11: “Day 11”; 1 of them is undated."


def test_a_period_limits_the_count_and_undated_articles_are_told_of(opened: Index) -> None:
    answer = ask("How many articles mention the harbour bridge last week?", opened)
    assert sentence(answer) == "2 of the 3 articles dated from 2025-03-10 to 2025-03-16 mention “harbour bridge”."
    assert answer.notes == ("1 undated article was left out, for its day is not known.",)
    assert (answer.searched.undated, answer.searched.inferred) == (1, Filters(dt.date(2025, 3, 10), dt.date(2025, 3, 16)))
    assert sentence(ask("How many articles mention the harbour bridge last week?", opened, infer=False)).startswith("12 of 15")


def test_limits_that_were_given_win(opened: Index) -> None:
    given = Filters(dt.date(2025, 1, 1), dt.date(2025, 1, 31), frozenset(["post"]))
    answer = ask("How many articles mention Prague last week?", opened, given)
    assert sentence(answer) == "1 of the 2 articles dated from 2025-01-01 to 2025-01-31 of post mentions “Prague”."


def test_the_news_of_a_period_is_its_articles(opened: Index) -> None:
    answer = ask("What happened in January 2025?", opened)
    assert sentence(answer) == "There are 2 articles dated from 2025-01-01 to 2025-01-31."
    assert ids(answer) == ["us", "country"]
    assert [quote.text for quote in answer.quotes][1] == "Turkey's president met the U.S. envoy in Nice."
    nothing = ask("Which articles were published in July 2024?", opened)
    assert (nothing.status, sentence(nothing)) == ("not_found", "There are no articles dated from 2024-07-01 to 2024-07-31.")


def test_every_sentence_that_mentions_is_counted(opened: Index) -> None:
    assert sentence(ask("How often is the harbour bridge mentioned?", opened)) == (
        "“harbour bridge” is mentioned in 11 sentences, in 12 of 15 articles."
    )


def test_a_question_about_the_archive_is_answered_without_a_search_or_a_model(archive: Path) -> None:
    writer = ScriptedWriter("The bridge is mentioned often [1].")
    answer = query("How many articles mention the harbour bridge?", archive, as_of=TODAY, writer=writer)
    assert answer.text.startswith("12 of 15 articles mention “harbour bridge”.")
    assert (answer.status, answer.writer, writer.requests, answer.hits) == ("answered", "", [], ())
    assert set(answer.timings) == {"understand", "list"}


def test_its_events_are_those_of_any_answer(archive: Path) -> None:
    events = list(query_stream("Which articles mention Prague?", archive, as_of=TODAY))
    assert [type(event) for event in events] == [Searching, Found, Checked, TextDelta, Done]


def test_a_follow_up_asks_the_archive_too(archive: Path) -> None:
    session = Session(archive, as_of=TODAY)
    session.ask("How many articles mention Turkey?")
    answer = session.ask("And Prague?")
    assert answer.searched.question == "How many articles mention Prague?"
    assert sentence(answer) == "1 of 15 articles mentions “Prague”."


def test_a_follow_up_with_a_time_changes_the_period_of_a_count(archive: Path) -> None:
    session = Session(archive, as_of=TODAY)
    session.ask("How many articles mention the harbour bridge in January?")
    answer = session.ask("And last week?")
    assert sentence(answer) == "2 of the 3 articles dated from 2025-03-10 to 2025-03-16 mention “harbour bridge”."


def test_an_archive_question_keeps_to_the_outlets_and_the_day_it_is_asked_on(archive: Path) -> None:
    answer = query("How many articles are there?", archive, as_of=dt.date(2025, 3, 2), filters=Filters(sources=frozenset(["Post"])))
    assert sentence(answer) == "There are 2 articles of Post."
    assert sentence(query("How many articles are there?", archive, as_of=dt.date(2025, 3, 2))) == "There are 5 articles."

"""Answers over the five shipped articles, which a reader can check by eye."""

import datetime as dt
import json
from pathlib import Path

import pytest

from corpus import SHIPPED_ARTICLES, Source, scan
from corpus.errors import IndexNotFoundError, QuestionError
from index import Index, build
from rag import NOT_FOUND, Answer, Checked, Done, Filters, Found, Searching, Session, TextDelta, query, query_stream
from rag.composing import credit
from rag.decision import THRESHOLD
from rag.disagreement import describe_conflict

QUESTIONS = (SHIPPED_ARTICLES.parent / "questions.txt").read_text("utf-8").splitlines()


def first_quotes(answer: Answer, count: int) -> str:
    return "\n".join(quote.text for quote in answer.quotes[:count])


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who replaced Josep Borrell?", ["Kallas replaced Josep Borrell"]),
        ("What did Boris Pistorius say?", ["Boris Pistorius also insisted on ruling out", "Deploying ground troops is not an option"]),
        ("How many peacekeepers did Zelenskyy say would be needed?", ["200,000 peacekeepers", "100,000 to 150,000"]),
        ("How many peacekeepers are needed?", ["200,000 peacekeepers", "100,000 to 150,000"]),
        ("How many troops are needed?", ["200,000 peacekeepers", "100,000 to 150,000"]),
        ("Who first floated the idea of Western troops?", ["by French President Emmanuel Macron"]),
        ("What would Medvedev's side consider a declaration of war?", ["deployment of Western peacekeepers in Ukraine"]),
        ("What did Peskov say?", ["Kremlin spokesman Dmitry Peskov told reporters"]),
        ("What did Landsbergis say about North Korea?", ["North Korean ammunition"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_answer_is_in_the_first_two_quotes(five: Index, question: str, expected: list[str]) -> None:
    answer = query(question, five)
    assert answer.status == "answered"
    for words in expected:
        assert words in first_quotes(answer, 2)


def test_every_quote_of_how_many_has_an_amount(five: Index) -> None:
    answer = query("How many peacekeepers are needed?", five)
    assert len(answer.quotes) == 2
    assert all(any(char.isdigit() for char in quote.text) for quote in answer.quotes)


def test_who_ruled_out_ground_troops(five: Index) -> None:
    answer = query("Who ruled out ground troops?", five)
    shown = first_quotes(answer, len(answer.quotes))
    for name in ("Germany", "Poland", "NATO", "Czech Republic", "Scholz"):
        assert name in shown
    assert len({quote.article_id for quote in answer.quotes}) >= 2


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of Peru?",
        "What did Scholz say about gas prices?",
        "When did Poland send ground troops to Ukraine?",
        "Who won the World Cup?",
        "When did Zelensky visit Beijing?",
        "How much money did Germany give Ukraine?",
        "Why did Trump resign?",
        "Wer gewann die Wahl in Bayern?",
        "Что сказал министр о пенсиях?",
        "¿Quién?",
        "Who is it?",
    ],
)
def test_what_the_articles_do_not_say_they_do_not_say(five: Index, question: str) -> None:
    answer = query(question, five)
    assert (answer.status, answer.text, answer.claims) == ("not_found", NOT_FOUND, ())
    assert answer.confidence < THRESHOLD


def test_a_refusal_names_the_nearest_articles(five: Index) -> None:
    answer = query("What did Scholz say about gas prices?", five)
    assert 1 <= len(answer.nearest) <= 3
    assert {article.id for article in answer.nearest} <= {head.id for head in five.snapshot().heads()}


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_quote_is_a_slice_of_its_article_and_every_sentence_is_a_quote(five: Index, question: str) -> None:
    articles = {source.id: source.read() for source in scan(SHIPPED_ARTICLES) if isinstance(source, Source)}
    answer = query(question, five)
    assert answer.status == "answered"
    assert answer.claims
    for claim in answer.claims:
        assert claim.supported
        assert claim.text == " ".join(claim.quotes[0].text.split())
        for quote in claim.quotes:
            assert articles[quote.article_id].text[quote.start : quote.end] == quote.text
            assert quote.title == articles[quote.article_id].title
            if quote.answer:
                assert quote.start <= quote.answer[0] < quote.answer[1] <= quote.end
    quoted = [line.removeprefix("> ").rsplit(" [", 1)[0] for line in answer.text.splitlines() if line.startswith("> ")]
    assert quoted == [claim.text for claim in answer.claims]
    others = {line for line in answer.text.splitlines() if line and not line.startswith("> ")}
    said = {f"  {credit(quote)}" for quote in answer.quotes if quote.speaker}
    differ = {describe_conflict(answer.conflict, answer.quotes)} if answer.conflict else set()
    assert all(one.text in one.quote.text and one.quote in answer.quotes for one in (answer.conflict.stated if answer.conflict else ()))
    headings = {quote.part for quote in answer.quotes if quote.part}
    assert others == {f"{quote.title} · undated" for quote in answer.quotes} | said | headings | differ


FURNITURE = ["See also", "Leave a Reply", "email", "automatically generated", "DigitalSiber", "관련", "- News", "Source: NATO", "SpaceX"]


@pytest.mark.parametrize("word", FURNITURE)
def test_page_furniture_is_never_quoted(five: Index, word: str) -> None:
    baits = ["Who launched a record booster reflight from Cape?", "Which email address will not be published?"]
    for question in (*QUESTIONS, *baits, f"What is said about {word}?"):
        answer = query(question, five)
        assert word.lower() not in answer.text.lower()
        assert all(word.lower() not in hit.passage.text.lower() for hit in answer.hits)


def test_citations_are_numbered_in_the_order_shown(five: Index) -> None:
    answer = query("Who ruled out ground troops?", five)
    numbers = [int(line.rsplit("[", 1)[1].rstrip("]")) for line in answer.text.splitlines() if line.startswith("> ")]
    assert numbers == list(range(1, len(answer.quotes) + 1))


def test_quotes_of_one_article_stand_together(five: Index) -> None:
    ids = [quote.article_id for quote in query("Who ruled out ground troops?", five).quotes]
    assert len({*ids}) == sum(one != other for one, other in zip(["", *ids], ids, strict=False))


def test_events_tell_what_happens_and_add_up_to_the_answer(five: Index) -> None:
    events = list(query_stream("Who ruled out ground troops?", five))
    assert [type(event) for event in events[:2]] == [Searching, Found]
    last = events[-1]
    assert isinstance(last, Done)
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == last.answer.text
    assert tuple(event.claim for event in events if isinstance(event, Checked)) == last.answer.claims
    assert [event for event in events if isinstance(event, Found)][0].searched == last.answer.searched
    assert set(last.answer.timings) == {"understand", "embed", "retrieve", "rank", "read", "compose"}


def test_what_was_searched_is_told(five: Index) -> None:
    searched = query("Who ruled out ground troops?", five).searched
    assert (searched.question, searched.articles, searched.generation) == ("Who ruled out ground troops?", 5, 1)
    assert searched.found_articles == 5
    assert searched.found_passages >= 15


@pytest.mark.parametrize("question", ["", "???", "a" * 10_000])
def test_a_question_that_cannot_be_searched_raises(five: Index, question: str) -> None:
    with pytest.raises(QuestionError):
        query(question, five)


def test_an_index_that_is_not_there_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFoundError, match="make it with: pullquote index --corpus FOLDER --index"):
        query("Who?", tmp_path / "nowhere")


def test_a_session_fills_in_what_a_follow_up_leaves_out(five: Index) -> None:
    session = Session(five)
    assert session.ask("Who ruled out ground troops?").status == "answered"
    answer = session.ask("And Spain?")
    assert answer.searched.question == "Who ruled out ground troops: Spain?"
    assert "Spain" in first_quotes(answer, 6)
    assert session.ask("Who replaced Josep Borrell?").searched.question == "Who replaced Josep Borrell?"


def test_sessions_do_not_share_their_history(five: Index) -> None:
    first, second = Session(five), Session(five)
    first.ask("Who ruled out ground troops?")
    assert second.history == []


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dated")
    lines = [
        {"id": "early", "text": "The harbour bridge was closed, the mayor said.", "date": "2024-01-10", "source": "Harbour Post"},
        {"id": "late", "text": "The harbour bridge was opened again, the mayor said.", "date": "2024-03-10", "source": "City Herald"},
        {"id": "undated", "text": "The harbour bridge is the oldest in the county, the mayor said."},
    ]
    (folder / "news.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    build(folder / "news.jsonl", folder / "index")
    return folder / "index"


@pytest.mark.parametrize(
    ("limits", "found"),
    [
        ({}, {"early", "late", "undated"}),
        ({"as_of": dt.date(2024, 2, 1)}, {"early", "undated"}),
        ({"filters": Filters(after=dt.date(2024, 2, 1))}, {"late"}),
        ({"filters": Filters(before=dt.date(2024, 1, 10))}, {"early"}),
        ({"filters": Filters(sources=frozenset(["city herald"]))}, {"late"}),
        ({"filters": Filters(sources=frozenset(["nobody"]))}, set()),
    ],
    ids=["none", "as of", "after", "before, inclusive", "outlet, any case", "no such outlet"],
)
def test_dates_and_outlets_limit_what_is_searched(dated: Path, limits: dict[str, object], found: set[str]) -> None:
    answer = query("What did the mayor say about the harbour bridge?", dated, **limits)  # type: ignore[arg-type]
    assert {hit.passage.article_id for hit in answer.hits} == found
    assert (answer.status == "not_found") == (not found)


def test_an_outlet_and_a_date_are_shown_with_the_quote(dated: Path) -> None:
    answer = query("What did the mayor say about the harbour bridge?", dated, filters=Filters(sources=frozenset(["City Herald"])))
    assert answer.text.splitlines()[0].endswith(" · City Herald · 2024-03-10")


def test_an_added_article_answers_and_a_deleted_one_does_not(articles: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    build(articles, index)
    question = "Who will build the tram line in Riga?"
    assert query(question, index).status == "not_found"
    (articles / "tram.txt").write_text("Tram line for Riga\n\nSkoda will build the tram line in Riga, the mayor said on Friday.\n", "utf-8")
    build(articles, index)
    assert "Skoda will build the tram line" in query(question, index).text
    (articles / "tram.txt").unlink()
    build(articles, index)
    assert query(question, index).status == "not_found"

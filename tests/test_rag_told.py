"""What the articles' own text says of a time in which none of them is dated."""

import datetime as dt
import json
from pathlib import Path

import pytest

from index import Index, build
from rag import Answer, Filters, query
from rag.quantities import days

TODAY = dt.date(2025, 3, 20)
ARTICLES = [
    {
        "id": "undated",
        "title": "Bridge",
        "text": "The bridge was closed in February. The tunnel was opened on 11 February 2023. Nobody came.",
    },
    {
        "id": "new",
        "title": "Tram",
        "date": "2025-03-12",
        "text": "The tram line was opened in February. A depot was planned in June 2024.",
    },
    {"id": "older", "title": "Ferry", "date": "2024-05-02", "text": "The ferry sank in February. In May the mayor resigned."},
    {"id": "name", "title": "Weather", "date": "2025-03-10", "text": "Ms May said that the march was long. They may march in summer."},
]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder: Path = tmp_path_factory.mktemp("told")
    (folder / "articles.jsonl").write_text("".join(f"{json.dumps(article)}\n" for article in ARTICLES), "utf-8")
    build(folder / "articles.jsonl", folder / "index", embedder="static")
    return Index(folder / "index")


def ask(question: str, index: Index, given: Filters | None = None) -> tuple[Answer, list[str]]:
    answer = query(question, index, as_of=TODAY, filters=given)
    return answer, [quote.text for quote in answer.quotes]


CLOSED, BUILT = "The bridge was closed in February.", "The tunnel was opened on 11 February 2023."
TRAM, PLANNED, SANK = "The tram line was opened in February.", "A depot was planned in June 2024.", "The ferry sank in February."


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What happened in February?", [TRAM, CLOSED, BUILT]),
        ("What happened in February 2023?", [CLOSED, BUILT]),
        ("What happened in February 2024?", [SANK, CLOSED]),
        ("What happened in June 2024?", [PLANNED]),
        ("What happened on 11 February 2023?", [BUILT]),
        ("What happened in 2023?", [BUILT]),
    ],
)
def test_sentences_that_name_the_time_answer_where_no_article_is_dated_in_it(question: str, told: list[str], opened: Index) -> None:
    answer, texts = ask(question, opened)
    assert answer.status == "answered"
    assert sorted(texts) == sorted(told)
    assert answer.notes[0].startswith("No article is dated ")
    assert answer.searched.filters == Filters()


def test_an_undated_article_leaves_the_year_open_and_the_note_says_so(opened: Index) -> None:
    answer, _ = ask("What happened in February 2024?", opened)
    assert answer.notes == (
        "No article is dated from 2024-02-01 to 2024-02-29 (“in February 2024”); these sentences name that time themselves, and of which "
        "year undated articles speak is only known where they state it.",
    )
    dated, _ = ask("What happened in June 2024?", opened)
    assert dated.notes == (
        "No article is dated from 2024-06-01 to 2024-06-30 (“in June 2024”); these sentences name that time themselves.",
    )


@pytest.mark.parametrize("question", ["What happened in July?", "What happened in April?", "What happened in 2020?"])
def test_a_time_that_no_sentence_names_is_not_told_of(question: str, opened: Index) -> None:
    answer, texts = ask(question, opened)
    assert (answer.status, texts) == ("not_found", [])


def test_dated_articles_of_the_time_are_the_answer_and_undated_ones_left_out_are_told_of(opened: Index) -> None:
    answer, _ = ask("What happened in March?", opened)
    assert answer.listing
    assert answer.notes == ("1 undated article was left out, for its day is not known.",)


def test_limits_that_were_given_and_questions_for_articles_are_kept_to(opened: Index) -> None:
    given = Filters(dt.date(2025, 2, 1), dt.date(2025, 2, 28))
    assert ask("What happened in February?", opened, given)[0].status == "not_found"
    assert ask("Which articles were published in February?", opened)[0].status == "not_found"


def test_the_five_articles_tell_what_they_say_of_february(five: Index) -> None:
    answer = query("What happened in February?", five)
    assert answer.status == "answered"
    named = ["in February" in quote.text or "February 28" in quote.text or "February 11" in quote.text for quote in answer.quotes]
    assert named == [True] * 3
    assert len({quote.article_id for quote in answer.quotes}) == 3
    for quote in answer.quotes:
        text = five.read(lambda snapshot: snapshot.article(quote.article_id).text)  # noqa: B023 - called at once
        assert text[quote.start : quote.end] == quote.text


def test_a_number_that_only_looks_like_a_day_is_none() -> None:
    assert [day.text for day in days("The file 2023-14-02 was closed on 2023-12-02.")] == ["2023-12-02"]

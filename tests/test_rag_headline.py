"""A question that quotes a headline is answered from its article, if that answers it."""

import json
from pathlib import Path

import pytest

from index import Index, build
from rag import query

HEADLINE = "Tram line opens in Riga"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Two articles on the same tram line, the second with more of the words, and one that does not tell when."""
    folder: Path = tmp_path_factory.mktemp("headline")
    articles = [
        (
            "a",
            HEADLINE,
            "The mayor cut the ribbon on Tuesday at 11 a.m. The line to the harbour took four years. In 2019 nobody believed in it.",
        ),
        ("b", "Opening", "A tram line opens in Riga on Sunday. The tram line that opens in Riga is the third one of Riga."),
        ("c", "Tram drivers of Riga wait", "The tram drivers of Riga wait for better weather and for warmer uniforms."),
    ]
    lines = [json.dumps({"id": id, "title": title, "text": text}) for id, title, text in articles]
    (folder / "news.jsonl").write_text("\n".join(lines), "utf-8")
    build(folder / "news.jsonl", folder / "index", embedder="static")
    return Index(folder / "index")


@pytest.mark.parametrize("marks", ['""', "“”", "''"])
def test_the_article_with_the_headline_answers(archive: Index, marks: str) -> None:
    answer = query(f"In {marks[0]}{HEADLINE}{marks[1]}: when did it happen?", archive)
    assert answer.status == "answered"
    assert {quote.title for quote in answer.quotes} == {HEADLINE}
    assert "on Tuesday at 11 a.m." in answer.quotes[0].text
    assert answer.hits[0].passage.article.title == HEADLINE
    assert len({hit.passage.article_id for hit in answer.hits}) == 3


def test_without_quotation_marks_it_is_a_question_like_others(archive: Index) -> None:
    assert query("When did the tram line open in Riga?", archive).quotes[0].title == "Opening"


def test_where_that_article_does_not_answer_all_are_asked(archive: Index) -> None:
    answer = query("“Tram drivers of Riga wait”: when did the tram line open in Riga?", archive)
    assert "Opening" in {quote.title for quote in answer.quotes}

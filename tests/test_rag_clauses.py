"""A long question is searched for by its clauses too, together with whom all of it is about."""

import json
from pathlib import Path

import pytest

from index import Index, build
from rag import Filters
from rag.answering import search
from rag.question import understand
from rag.retrieval import retrieve
from rag.understanding.clauses import find_subject, split_clauses

LONG = (
    "Which company, as reported by The Verge, spent billions of dollars on staying the search engine of telephones, and, according to "
    "Wired, is accused by publishers of harming newspapers with unfair practices in advertising?"
)
# Words of the question that articles on anything else have too.
OTHER = (
    "Publishers spent money on staying in advertising while unfair practices of telephones kept harming newspapers accused by a company of "
    "dollars that search many an engine for readers who like gardens roses rivers boats trains bridges mountains lakes birds horses"
).split()[:37]


def test_a_long_question_has_clauses_without_where_they_were_reported() -> None:
    first, second = split_clauses(understand(LONG))
    assert first.split()[:5] == "Which company spent billions of".split()
    assert second == "is accused by publishers of harming newspapers with unfair practices in advertising?"
    assert "Verge" not in first
    assert "Wired" not in first + second


@pytest.mark.parametrize(
    "question",
    [
        "Who ruled out ground troops, and when did Macron speak?",
        "Which company bought Twitter and fired its staff?",
        "What did the minister say about the long war of Russia with Ukraine Moldova Georgia Armenia Poland Latvia Estonia Finland Norway?",
    ],
)
def test_other_questions_have_none(question: str) -> None:
    assert split_clauses(understand(question)) == []


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Two articles that answer together, the second in none of the question's words but "practices", among many that look alike."""
    folder: Path = tmp_path_factory.mktemp("clauses")
    texts = {
        "search": "Lumina spent billions of dollars on staying the search engine of telephones. Lumina did not comment.",
        "again": "Lumina is the search engine of most telephones, for billions of dollars a year.",
        "suit": "Lumina takes readers away, say newsrooms that sued over its practices.",
    } | {f"other-{number}": " ".join(OTHER[place * number % 37] for place in range(30)) + "." for number in range(1, 20)}
    lines = [{"id": name, "title": "News", "text": text} for name, text in texts.items()]
    (folder / "articles.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    build(folder / "articles.jsonl", folder / "index", embedder="static")
    return Index(folder / "index")


def test_the_name_that_the_best_articles_have_is_whom_it_is_about(opened: Index) -> None:
    question = understand(LONG)
    retrieved = retrieve(opened.snapshot(), question, opened.embedder.embed([LONG])[0], Filters())
    assert find_subject(question, retrieved, opened.snapshot()) == "Lumina"
    named = understand("Lumina spent billions of dollars")
    assert find_subject(named, retrieved, opened.snapshot()) != "Lumina"


def test_what_only_a_clause_and_the_name_find_comes_among_the_first(opened: Index) -> None:
    question = understand(LONG)
    vector = opened.embedder.embed([LONG])[0]
    alone = [hit.passage.article_id for hit in retrieve(opened.snapshot(), question, vector, Filters()).hits]
    together = [hit.passage.article_id for hit in search(LONG, opened, Filters())]
    assert together.index("suit") < alone.index("suit")
    assert together.index("suit") < 10
    assert together[0] == alone[0]
    assert {"search", "again"} <= set(together[:10])
    assert len(together) == len(set(together))

"""Searching among certain passages only, such as those of a few days: what is found is what the whole search would find of them."""

import datetime as dt
import json
from pathlib import Path

import pytest
from test_index_support import HashedWords

from index import Index, Snapshot, build

TEXTS = {
    "2024-01-05": "Rain fell on Oslo and on the fjord.",
    "2024-02-05": "Snow fell on Oslo all night.",
    "2024-02-20": "The fjord froze, and Oslo skated.",
    "": "Oslo has a fjord.",
}


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    lines = [json.dumps({"id": day or "undated", "text": text, **({"date": day} if day else {})}) for day, text in TEXTS.items()]
    (tmp_path / "news.jsonl").write_text("\n".join(lines), "utf-8")
    build(tmp_path / "news.jsonl", tmp_path / "index", embedder=HashedWords())
    return Index(tmp_path / "index", HashedWords()).snapshot()


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("after", "before", "found"),
    [
        (day("2024-02-05"), day("2024-02-20"), ["2024-02-05", "2024-02-20"]),
        (day("2024-02-06"), None, ["2024-02-20"]),
        (None, day("2024-02-05"), ["2024-01-05", "2024-02-05"]),
        (day("2025-01-01"), None, []),
    ],
    ids=["both days count", "from a day", "to a day", "none"],
)
def test_the_rows_of_a_time_are_those_of_its_articles(
    snapshot: Snapshot, after: dt.date | None, before: dt.date | None, found: list[str]
) -> None:
    rows = snapshot.dated_rows(after, before, 10)
    assert sorted(passage.article_id for passage in snapshot.passages(rows).values()) == found
    assert len(snapshot.dated_rows(after, before, 1)) == min(len(found), 1)


@pytest.mark.parametrize("kind", ["words", "vectors"])
def test_a_search_among_rows_finds_them_in_the_same_order(snapshot: Snapshot, kind: str) -> None:
    question = HashedWords().embed(["the fjord froze"])[0]
    rows = snapshot.dated_rows(None, None, 10)

    def search(among: list[int] | None) -> list[tuple[int, float]]:
        terms = ["fjord", "froze", "oslo"]
        hits = snapshot.search_words(terms, 10, among) if kind == "words" else snapshot.search_vectors(question, 10, among)
        return [(passage.id, round(score, 4)) for passage, score in hits]

    expected = [hit for hit in search(None) if hit[0] in rows]
    assert len(expected) == 3
    assert search(rows) == expected
    assert search([]) == []

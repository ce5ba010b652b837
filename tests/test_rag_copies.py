from pathlib import Path

import pytest
from test_index_duplicates import AGENCY, COPIES, story, write
from test_index_support import HashedWords

from index import Index, Snapshot, build
from rag.composing import list_quotes
from rag.copies import collapse, name_copies
from rag.types import Hit, Quote

DATED = """---
title: {title}
source: {source}
date: {date}
---
{text}
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "corpus").mkdir()
    return tmp_path / "corpus"


def read(corpus: Path, tmp_path: Path) -> Index:
    build(corpus, tmp_path / "index", embedder=HashedWords())
    return Index(tmp_path / "index", HashedWords())


def hits(snapshot: Snapshot, first: str) -> list[Hit]:
    """Return all passages, those of an article first."""
    found = [passage for passage, _ in snapshot.search_vectors(HashedWords().embed(["tram"])[0], 1000)]
    found.sort(key=lambda passage: (passage.article_id != first, passage.article_id, passage.start))
    return [Hit(passage, 1 / (1 + rank)) for rank, passage in enumerate(found)]


def test_a_copy_that_was_found_later_is_left_out(corpus: Path, tmp_path: Path) -> None:
    write(corpus, agency=AGENCY, herald=COPIES["an outlet's line more"], other=story(1))
    with read(corpus, tmp_path) as index:
        snapshot = index.snapshot()
        for first, left in (("agency.txt", {"agency.txt", "other.txt"}), ("herald.txt", {"herald.txt", "other.txt"})):
            before = hits(snapshot, first)
            after = collapse(snapshot, before)

            assert {hit.passage.article_id for hit in after} == left
            assert after == [hit for hit in before if hit.passage.article_id in left]


def test_what_only_a_copy_says_stays(corpus: Path, tmp_path: Path) -> None:
    write(corpus, agency=AGENCY, merged=f"{AGENCY}\n{story(1)}")
    with read(corpus, tmp_path) as index:
        snapshot = index.snapshot()
        after = collapse(snapshot, hits(snapshot, "agency.txt"))

    said = "\n".join(hit.passage.text for hit in after if hit.passage.article_id == "merged.txt")
    assert said.split("\n")[-1] == story(1).split("\n")[-1]
    assert AGENCY.split("\n")[0] not in said


def test_without_copies_nothing_changes(corpus: Path, tmp_path: Path) -> None:
    write(corpus, agency=AGENCY, other=story(1))
    with read(corpus, tmp_path) as index:
        before = hits(index.snapshot(), "agency.txt")
        assert collapse(index.snapshot(), before) == before
        assert collapse(index.snapshot(), []) == []


def test_a_quote_names_the_other_articles_that_have_its_words(corpus: Path, tmp_path: Path) -> None:
    outlets = {
        "agency": ("Wire", "2024-03-02", AGENCY),
        "herald": ("Herald", "2024-03-03", COPIES["an outlet's line more"]),
        "post": ("Post", "2024-03-01", COPIES["half of the paragraphs"]),
        "other": ("Times", "2024-03-01", story(1)),
    }
    for name, (source, date, text) in outlets.items():
        (corpus / f"{name}.txt").write_text(DATED.format(title=f"Tram in {name}", source=source, date=date, text=text))
    with read(corpus, tmp_path) as index:
        snapshot = index.snapshot()
        text = snapshot.article("agency.txt").text
        paragraphs = text.split("\n")
        quotes = [
            Quote(part, text.index(part), text.index(part) + len(part), "agency.txt", "Tram", None, "Wire")
            for part in (paragraphs[0], paragraphs[1])
        ]
        first, second = name_copies(snapshot, quotes, hits(snapshot, "agency.txt"))

    assert [(head.id, head.source, str(head.date)) for head in first.also] == [
        ("post.txt", "Post", "2024-03-01"),
        ("herald.txt", "Herald", "2024-03-03"),
    ]
    assert [head.id for head in second.also] == ["herald.txt"]
    shown = list_quotes([first, second]).split("\n")
    assert shown[-1] == "  (also in 2 articles: Tram in post · Post · 2024-03-01; Tram in herald · Herald · 2024-03-03)"
    assert list_quotes([second]).split("\n")[-1] == "  (also in 1 article: Tram in herald · Herald · 2024-03-03)"

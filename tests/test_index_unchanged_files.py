"""Files that nobody changed are not looked into again, and nothing is lost by it."""

import json
import time
import zipfile
from pathlib import Path

import pytest
from test_index_support import HashedWords

from corpus.stamps import TICK, file_stamp
from index import Index, build
from index.database import Database
from index.database_writer import DatabaseWriter


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus that was left alone for long enough to be told from one that changed: files of one article and of many."""
    corpus = tmp_path_factory.mktemp("settled") / "corpus"
    corpus.mkdir()
    write_lines(corpus / "a.jsonl", kyiv="The council of Kyiv met.", oslo="The ferry to Oslo ran.")
    write_lines(corpus / "b.jsonl", rome="The tram of Rome stood still.")
    with zipfile.ZipFile(corpus / "c.zip", "w") as packed:
        packed.writestr("old/riga.txt", "A bridge\n\nThe bridge of Riga was opened.\n")
    (corpus / "d.txt").write_text("A tower\n\nThe tower of Paris was painted.\n")
    (corpus / "bad.jsonl").write_text("not JSON\n")
    time.sleep(TICK / 1e9 + 0.1)
    return corpus


def write_lines(file: Path, **articles: str) -> None:
    file.write_text("".join(json.dumps({"id": name, "title": name, "text": text}) + "\n" for name, text in articles.items()))


def texts(index: Path) -> dict[str, str]:
    with Index(index) as opened:
        snapshot = opened.snapshot()
        return {head.id: snapshot.article(head.id).text for head in snapshot.heads()}


def files(index: Path) -> set[str]:
    with DatabaseWriter(index) as database:
        return set(database.files())


def test_only_the_stamps_of_files_that_were_read_whole_are_kept(settled: Path, tmp_path: Path) -> None:
    report = build(settled, tmp_path / "index", embedder=HashedWords())

    assert (report.added, len(report.failed)) == (5, 1)
    assert files(tmp_path / "index") == {"a.jsonl", "b.jsonl", "c.zip", "d.txt"}


def test_a_file_that_changed_a_moment_ago_has_no_stamp(tmp_path: Path) -> None:
    file = tmp_path / "new.txt"
    file.write_text("A bridge.")
    assert file_stamp(file) == ""


def test_what_is_added_beside_files_that_are_not_looked_into_is_indexed(settled: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    build(settled, index, embedder=HashedWords())
    before = texts(index)
    added = settled / "e.txt"
    added.write_text("A harbour\n\nThe harbour of Genoa was closed.\n")
    try:
        report = build(settled, index, embedder=HashedWords())
        assert (report.added, report.changed, report.removed, report.unchanged) == (1, 0, 0, 5)
        assert texts(index) == before | {"e.txt": "The harbour of Genoa was closed."}
    finally:
        added.unlink()

    assert build(settled, index, embedder=HashedWords()).removed == 1
    assert texts(index) == before


def test_a_corpus_of_one_file_is_not_looked_into_either(settled: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    single = settled / "a.jsonl"
    build(single, index, embedder=HashedWords())
    assert texts(index) == {"kyiv": "The council of Kyiv met.", "oslo": "The ferry to Oslo ran."}
    with Database(index) as database:
        assert database.meta("seen")  # the whole corpus is as it was
    assert build(single, index, embedder=HashedWords()).unchanged == 2
    assert files(index) == {"a.jsonl"}

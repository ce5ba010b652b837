"""An index of pages, documents and archives stays whole when a file of them is damaged."""

import zipfile
from pathlib import Path

from pages import TEXT, page

from index import Index, build


def ids(folder: Path) -> list[str]:
    with Index(folder) as opened:
        return sorted(head.id for head in opened.snapshot().heads())


def test_what_lies_in_a_damaged_archive_stays_indexed(tmp_path: Path) -> None:
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    with zipfile.ZipFile(corpus / "a.zip", "w") as archive:
        archive.writestr("2024/ferry.html", page())
        archive.writestr("lines.jsonl", '{"id": 1, "title": "Tram", "text": "The tram line to the airport opened on Friday."}')
    (corpus / "b.txt").write_text("Storm breaks the pier\n\nThe storm broke the northern pier of the town on a Sunday.")
    report = build(corpus, index)
    assert (report.added, report.failed) == (3, ())
    with Index(index) as opened:
        assert opened.snapshot().article("a.zip/2024/ferry.html").text == TEXT
    (corpus / "a.zip").write_bytes((corpus / "a.zip").read_bytes()[:-40])
    report = build(corpus, index)
    assert (report.removed, [str(failure) for failure in report.failed]) == (0, ["a.zip is no .zip, or is cut off; pack it anew"])
    assert ids(index) == ["a.zip/2024/ferry.html", "a.zip/lines.jsonl/1", "b.txt"]


def test_unchanged_pages_are_not_read_again(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.html").write_text(page())
    assert build(corpus, tmp_path / "index").added == 1
    assert build(corpus, tmp_path / "index").unchanged == 1

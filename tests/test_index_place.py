from collections.abc import Iterator
from pathlib import Path

import pytest
from chroma_process import ChromaProcess, run_chroma
from test_index_support import HashedWords, everything, texts_of, write_corpus

from corpus.errors import SettingError, VectorServerError
from index import Index, Snapshot, build, status
from index.chroma_server import ChromaServer
from index.database import Database
from index.place import VectorsPlace
from ui.cli import main

THREE = {"kyiv": "the war", "oslo": "the fjord", "rome": "the forum"}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus", THREE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[ChromaProcess]:
    """A server to stop."""
    with run_chroma(tmp_path / "server") as server:
        yield server


def open_index(folder: Path, chroma_url: str = "") -> Index:
    return Index(folder, HashedWords(), chroma_url=chroma_url)


def texts(index: Index) -> list[tuple[str, int, int, str]]:
    """Return every passage, found by words and by vectors."""

    def read(snapshot: Snapshot) -> list[tuple[str, int, int, str]]:
        everything(snapshot)
        return texts_of(snapshot)

    return index.read(read)


def kept_on(url: str, folder: Path) -> list[str]:
    """Return the names of an index's collections on a server."""
    with Database(folder) as database:
        server = ChromaServer(url, VectorsPlace(folder, database).identity)
        names = server.names()
        server.close()
    return names


def test_an_index_keeps_its_vectors_on_a_server_and_remembers_which(chroma: ChromaProcess, corpus: Path, folder: Path) -> None:
    build(corpus, folder, embedder=HashedWords(), chroma_url=chroma.url)
    with open_index(folder) as index:
        assert len(texts(index)) == 3
        write_corpus(corpus, {"kyiv": "peace", "oslo": "the fjord", "paris": "the tower"})
        report = build(corpus, folder, embedder=HashedWords())
        assert (report.added, report.changed, report.removed) == (1, 1, 1)
        assert len(texts(index)) == 3
        generation = index.snapshot().generation

    assert not (folder / "vectors").exists()
    assert status(folder).chroma_url == chroma.url
    assert set(generation.collections) <= set(kept_on(chroma.url, folder))


def test_two_indexes_on_one_server_do_not_mix(chroma: ChromaProcess, corpus: Path, tmp_path: Path) -> None:
    other = write_corpus(tmp_path / "other", {"paris": "the tower"})
    build(corpus, tmp_path / "one", embedder=HashedWords(), chroma_url=chroma.url)
    build(other, tmp_path / "two", embedder=HashedWords(), chroma_url=chroma.url)
    write_corpus(corpus, THREE | {"kyiv": "peace"})
    build(corpus, tmp_path / "one", embedder=HashedWords())

    with open_index(tmp_path / "one") as one, open_index(tmp_path / "two") as two:
        assert (len(texts(one)), len(texts(two))) == (3, 1)


def test_vectors_move_from_the_folder_to_a_server_without_embedding(chroma: ChromaProcess, corpus: Path, folder: Path) -> None:
    build(corpus, folder, embedder=HashedWords())
    embedder = HashedWords()
    with open_index(folder) as index:
        before = texts(index)
        report = build(corpus, folder, embedder=embedder, chroma_url=chroma.url)
        assert texts(index) == before

    assert report.repaired == (f"the vectors of the index were in its folder and belong on the Chroma server at {chroma.url}",)
    assert embedder.embedded == []
    assert not (folder / "vectors").exists()
    assert build(corpus, folder, embedder=embedder, chroma_url=chroma.url).repaired == ()


def test_reading_with_the_address_of_a_server_moves_nothing(chroma: ChromaProcess, corpus: Path, folder: Path) -> None:
    build(corpus, folder, embedder=HashedWords())

    with open_index(folder, chroma.url) as index:
        assert len(texts(index)) == 3
    assert status(folder).chroma_url == ""


def test_a_server_that_stops_is_told_and_one_that_is_back_is_asked_again(own: ChromaProcess, corpus: Path, folder: Path) -> None:
    build(corpus, folder, embedder=HashedWords(), chroma_url=own.url)
    with open_index(folder) as index:
        before = texts(index)
        own.stop()
        with pytest.raises(VectorServerError, match=f"the Chroma server at {own.url} cannot be reached"):
            texts(index)
        write_corpus(corpus, THREE | {"kyiv": "peace"})
        with pytest.raises(VectorServerError, match=f"the Chroma server at {own.url} cannot be reached"):
            build(corpus, folder, embedder=HashedWords())
        own.start()
        assert texts(index) == before


def test_what_a_wiped_server_has_lost_is_written_again_at_the_next_question(
    own: ChromaProcess, corpus: Path, folder: Path, tmp_path: Path
) -> None:
    build(corpus, folder, embedder=HashedWords(), chroma_url=own.url)
    embedder = HashedWords()
    with Index(folder, embedder) as index:
        before = texts(index)
        own.stop()
        own.folder = tmp_path / "wiped"
        own.start()
        assert texts(index) == before

    assert embedder.embedded == []
    assert build(corpus, folder, embedder=embedder).repaired == ()


def test_a_build_finds_what_a_wiped_server_has_lost(own: ChromaProcess, corpus: Path, folder: Path, tmp_path: Path) -> None:
    build(corpus, folder, embedder=HashedWords(), chroma_url=own.url)
    own.stop()
    own.folder = tmp_path / "wiped"
    own.start()

    report = build(corpus, folder, embedder=HashedWords())

    assert len(report.repaired) == 1
    with open_index(folder) as index:
        assert len(texts(index)) == 3


def test_a_server_that_has_moved_is_asked_where_it_is_now(own: ChromaProcess, corpus: Path, folder: Path, tmp_path: Path) -> None:
    build(corpus, folder, embedder=HashedWords(), chroma_url=own.url)
    own.stop()
    with run_chroma(own.folder) as moved:
        with open_index(folder, moved.url) as index:
            assert len(texts(index)) == 3
        assert build(corpus, folder, embedder=HashedWords(), chroma_url=moved.url).repaired == ()
        assert status(folder).chroma_url == moved.url


def test_neither_user_nor_password_is_kept(chroma: ChromaProcess, corpus: Path, folder: Path) -> None:
    build(corpus, folder, embedder=HashedWords(), chroma_url=chroma.url.replace("//", "//reader:hunter2@"))

    assert status(folder).chroma_url == chroma.url
    assert not [file for file in folder.rglob("*") if file.is_file() and b"hunter2" in file.read_bytes()]


def test_a_first_build_without_its_server_can_be_done_again(own: ChromaProcess, corpus: Path, folder: Path) -> None:
    own.stop()
    with pytest.raises(VectorServerError, match="cannot be reached"):
        build(corpus, folder, embedder=HashedWords(), chroma_url=own.url)
    own.start()

    assert build(corpus, folder, embedder=HashedWords()).added == 3
    assert len(kept_on(own.url, folder)) == 1


def test_what_is_no_address_is_refused(corpus: Path, folder: Path) -> None:
    with pytest.raises(SettingError, match="chroma_url is no address of a server"):
        build(corpus, folder, embedder=HashedWords(), chroma_url="chroma.test:8000")


def test_the_command_line_takes_the_address_from_the_environment(
    chroma: ChromaProcess, articles: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = ["--corpus", str(articles), "--index", str(folder)]
    environ = {"PULLQUOTE_CHROMA_URL": chroma.url}

    assert main(["index", *place], environ) == 0
    assert main(["ask", "Who replaced Josep Borrell?", *place], environ) == 0
    assert main(["status", *place], environ) == 0
    assert f"vectors on {chroma.url}" in capsys.readouterr().out
    assert not (folder / "vectors").exists()

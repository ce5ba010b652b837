import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from test_index_support import HashedWords, everything, paused_build, start_python, texts_of, write_corpus

from corpus.errors import (
    REPAIR,
    ArticlesGoneError,
    CorpusNotFoundError,
    EmptyCorpusError,
    IndexBusyError,
    IndexDamagedError,
    IndexMismatchError,
    IndexWriteError,
    PullquoteError,
    SettingError,
    VectorsDamagedError,
)
from index import Index, Progress, build, status
from index.building import WINDOW
from index.collections import MAX_COLLECTIONS
from index.database import FILE, Database
from index.place import VectorsPlace

THREE = {"kyiv": "the war", "oslo": "the fjord", "rome": "the forum"}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write_corpus(tmp_path / "corpus", THREE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the index goes; nothing is there yet."""
    return tmp_path / "index"


@pytest.fixture
def embedder() -> HashedWords:
    return HashedWords()


def texts(folder: Path) -> list[tuple[str, int, int, str]]:
    with Index(folder) as index:
        return texts_of(index.snapshot())


def ids(folder: Path) -> list[str]:
    with Index(folder) as index:
        return [head.id for head in index.snapshot().heads()]


def clean_texts(corpus: Path, tmp_path: Path) -> list[tuple[str, int, int, str]]:
    build(corpus, tmp_path / "clean", embedder=HashedWords())
    return texts(tmp_path / "clean")


def counts(corpus: Path, folder: Path, embedder: HashedWords | None = None) -> dict[str, int]:
    report = build(corpus, folder, embedder=embedder or HashedWords())
    found = {"added": report.added, "changed": report.changed, "removed": report.removed, "unchanged": report.unchanged}
    return {name: number for name, number in (found | {"failed": len(report.failed)}).items() if number}


# What a build finds changed


UPDATES = {
    "nothing": (THREE, {"unchanged": 3}),
    "one added": (THREE | {"paris": "the tower"}, {"added": 1, "unchanged": 3}),
    "one changed": (THREE | {"kyiv": "peace"}, {"changed": 1, "unchanged": 2}),
    "one removed": ({"kyiv": "the war", "rome": "the forum"}, {"removed": 1, "unchanged": 2}),
    "all at once": ({"kyiv": "peace", "rome": "the forum", "paris": "the tower"}, {"added": 1, "changed": 1, "removed": 1, "unchanged": 1}),
    "all replaced": ({"paris": "the tower"}, {"added": 1, "removed": 3}),
}


@pytest.mark.parametrize(("bodies", "expected"), UPDATES.values(), ids=UPDATES.keys())
def test_an_update_does_what_changed_and_leaves_what_a_clean_build_would(
    corpus: Path, folder: Path, tmp_path: Path, bodies: dict[str, str], expected: dict[str, int]
) -> None:
    assert counts(corpus, folder) == {"added": 3}
    write_corpus(corpus, bodies)

    assert counts(corpus, folder) == expected

    assert texts(folder) == clean_texts(corpus, tmp_path)


def test_a_build_without_change_publishes_and_embeds_nothing(corpus: Path, folder: Path, embedder: HashedWords) -> None:
    build(corpus, folder, embedder=HashedWords())
    before = status(folder)

    build(corpus, folder, embedder=embedder)

    assert embedder.embedded == []
    assert status(folder).generation == before.generation
    assert status(folder).checked >= before.checked


def test_of_a_changed_article_only_the_new_version_is_found(corpus: Path, folder: Path, embedder: HashedWords) -> None:
    build(corpus, folder, embedder=embedder)
    write_corpus(corpus, THREE | {"kyiv": "an armistice"})
    build(corpus, folder, embedder=embedder)

    with Index(folder) as index:
        snapshot = index.snapshot()
        assert snapshot.search_words(["war"], 10) == []
        assert [passage.article_id for passage, _ in snapshot.search_words(["armistic"], 10)] == ["kyiv.txt"]
        assert [passage.article_id for passage in everything(snapshot)] == ["kyiv.txt", "oslo.txt", "rome.txt"]
        assert "armistice" in snapshot.article("kyiv.txt").text
        assert snapshot.generation.articles == 3


def test_progress_counts_to_the_end(corpus: Path, folder: Path, embedder: HashedWords) -> None:
    write_corpus(corpus, {f"article{number}": f"matter {number}" for number in range(WINDOW + 10)})
    seen: list[Progress] = []

    build(corpus, folder, embedder=embedder, progress=seen.append)

    total = WINDOW + 10
    assert seen == [Progress(0, total, 0), Progress(WINDOW, total, WINDOW), Progress(total, total, total)]


def test_the_same_text_is_embedded_once(folder: Path, tmp_path: Path, embedder: HashedWords) -> None:
    lines = [json.dumps({"id": number, "title": "Same", "text": "The common council met. It will meet again."}) for number in range(4)]
    (tmp_path / "dump.jsonl").write_text("\n".join(lines))

    build(tmp_path / "dump.jsonl", folder, embedder=embedder)

    assert len(embedder.embedded) == 1
    assert len(texts(folder)) == 4


# What cannot be read


def test_an_article_that_cannot_be_read_any_more_keeps_its_version(corpus: Path, folder: Path, embedder: HashedWords) -> None:
    build(corpus, folder, embedder=embedder)
    before = texts(folder)
    (corpus / "kyiv.txt").write_text("...")
    (corpus / "oslo.txt").unlink()
    (corpus / "oslo.txt").symlink_to("nowhere")

    report = build(corpus, folder, embedder=embedder)

    assert [failure.location for failure in report.failed] == ["kyiv.txt", "oslo.txt"]
    assert (report.changed, report.removed, report.unchanged) == (0, 0, 1)
    assert texts(folder) == before
    assert [str(failure) for failure in status(folder).failures] == [str(failure) for failure in report.failed]


def test_a_file_named_like_a_line_keeps_its_version(corpus: Path, folder: Path, embedder: HashedWords) -> None:
    write_corpus(corpus, THREE | {"front line report": "the front"})
    build(corpus, folder, embedder=embedder)
    (corpus / "front line report.txt").unlink()
    (corpus / "front line report.txt").symlink_to("nowhere")

    build(corpus, folder, embedder=embedder)

    assert "front line report.txt" in ids(folder)


def test_lines_of_a_damaged_file_keep_their_version(tmp_path: Path, folder: Path, embedder: HashedWords) -> None:
    dump = tmp_path / "dump.jsonl"
    lines = [json.dumps({"id": name, "title": name, "text": f"The common council spoke of {body}."}) for name, body in THREE.items()]
    dump.write_text("\n".join(lines))
    build(dump, folder, embedder=embedder)
    dump.write_text("\n".join([lines[0], lines[1][:20]]))

    report = build(dump, folder, embedder=embedder)

    assert [failure.location for failure in report.failed] == ["dump.jsonl line 2"]
    assert ids(folder) == ["kyiv", "oslo", "rome"]


def test_notes_on_unchanged_articles_stay_with_them(tmp_path: Path, folder: Path, embedder: HashedWords) -> None:
    dump = tmp_path / "dump.jsonl"
    fine = json.dumps({"id": "fine", "title": "Fine", "text": "The common council met."})
    odd = json.dumps({"id": "odd", "title": "Odd", "text": "The common council slept.", "date": "someday", "url": 7})
    dump.write_text(f"{odd}\n{fine}\n")
    reasons = [failure.reason for failure in build(dump, folder, embedder=embedder).failed]
    assert reasons
    dump.write_text(f"{fine}\n{odd}\n")

    report = build(dump, folder, embedder=embedder)

    assert report.unchanged == 2
    assert [(failure.location, failure.reason) for failure in report.failed] == [("dump.jsonl line 2", reason) for reason in reasons]
    assert status(folder).failures == report.failed


def test_a_failure_that_is_over_is_forgotten(corpus: Path, folder: Path, embedder: HashedWords) -> None:
    (corpus / "empty.txt").write_text("...")
    assert counts(corpus, folder, embedder) == {"added": 3, "failed": 1}
    (corpus / "empty.txt").unlink()

    assert counts(corpus, folder, embedder) == {"unchanged": 3}
    assert status(folder).failures == ()


@pytest.mark.parametrize(
    ("files", "error", "message"),
    [
        pytest.param(None, CorpusNotFoundError, "there is no corpus at", id="missing"),
        pytest.param({}, EmptyCorpusError, "holds no articles; put .txt, .html, .pdf or other files there", id="empty"),
        pytest.param({"a.pdf": "x"}, EmptyCorpusError, "the first of 1 that could not be read: a.pdf is", id="other kinds"),
        pytest.param({"a.txt": "...", "b.txt": ""}, EmptyCorpusError, "the first of 2 that could not be read: a.txt", id="no text"),
    ],
)
def test_a_corpus_without_article_leaves_everything_as_it_was(
    corpus: Path, folder: Path, tmp_path: Path, files: dict[str, str] | None, error: type[PullquoteError], message: str
) -> None:
    other = tmp_path / "other"
    if files is not None:
        other.mkdir()
        for name, content in files.items():
            (other / name).write_text(content)
    with pytest.raises(error, match=message):
        build(other, folder, embedder=HashedWords())
    assert not folder.exists()
    build(corpus, folder, embedder=HashedWords())
    before = texts(folder)

    with pytest.raises(error, match=message):
        build(other, folder, embedder=HashedWords())

    assert texts(folder) == before


# What the index was made with


@pytest.mark.parametrize(
    ("embedder", "message"),
    [
        pytest.param(HashedWords("other"), "was made with embedder 'hashed', not 'other'; use that one, or delete", id="name"),
        pytest.param(HashedWords(fingerprint="2"), r"another version of embedder 'hashed' \(1 != 2\); delete", id="fingerprint"),
        pytest.param("minilm", "was made with embedder 'hashed', not 'minilm'; use that one, or delete", id="shipped"),
    ],
)
def test_another_embedder_is_refused(corpus: Path, folder: Path, embedder: HashedWords | str, message: str) -> None:
    build(corpus, folder, embedder=HashedWords())
    before = texts(folder)

    with pytest.raises(IndexMismatchError, match=message) as raised:
        build(corpus, folder, embedder=embedder)

    assert "\n" not in str(raised.value)
    assert texts(folder) == before


def test_an_embedder_of_ones_own_must_be_given_again(corpus: Path, folder: Path) -> None:
    build(corpus, folder, embedder=HashedWords())

    with pytest.raises(SettingError, match="embedder 'hashed' is unknown"):
        build(corpus, folder)
    with Index(folder) as index, pytest.raises(SettingError, match="embedder 'hashed' is unknown"):
        _ = index.embedder
    with Index(folder, HashedWords("other")) as index, pytest.raises(IndexMismatchError, match="use that one, or delete"):
        _ = index.embedder
    with Index(folder, HashedWords()) as index:
        assert index.embedder.name == "hashed"


def _as_format(folder: Path, number: str) -> None:
    with closing(sqlite3.connect(folder / FILE)) as connection, connection:
        connection.execute("UPDATE meta SET value = ? WHERE key = 'format'", [number])


def test_a_newer_format_is_refused_by_builds_and_readers(corpus: Path, folder: Path) -> None:
    build(corpus, folder, embedder=HashedWords())
    _as_format(folder, "99.1")

    message = (
        r"has format 99\.1, this version of Pullquote needs [\d.]+; use the version that made it, or delete the folder and index again"
    )
    with pytest.raises(IndexMismatchError, match=message):
        build(corpus, folder, embedder=HashedWords())
    with pytest.raises(IndexMismatchError, match=message):
        Index(folder)
    with pytest.raises(IndexMismatchError, match=message):
        status(folder)


def test_an_older_format_is_brought_up_to_date_by_a_build_without_embedding(
    corpus: Path, folder: Path, tmp_path: Path, embedder: HashedWords
) -> None:
    build(corpus, folder, embedder=HashedWords())
    _as_format(folder, "2.1")
    message = (
        r"has format 2\.1, this version of Pullquote needs [\d.]+; run 'pullquote index' to bring it up to date; nothing is embedded again"
    )
    with pytest.raises(IndexMismatchError, match=message):
        Index(folder)

    report = build(corpus, folder, embedder=embedder)

    assert (report.added, report.upgraded, embedder.embedded) == (3, "2.1", [])
    assert texts(folder) == clean_texts(corpus, tmp_path)
    assert build(corpus, folder, embedder=embedder).upgraded is None


def test_tables_of_an_older_format_are_replaced(corpus: Path, folder: Path) -> None:
    build(corpus, folder, embedder=HashedWords())
    with closing(sqlite3.connect(folder / FILE)) as connection, connection:
        for table in ("articles", "names", "copies", "shingles"):
            connection.execute(f"DROP TABLE {table}")
        connection.execute("CREATE TABLE articles (row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, text TEXT)")
    _as_format(folder, "2.1")

    assert counts(corpus, folder) == {"added": 3}


def test_an_older_format_is_left_alone_where_its_corpus_is_not_given(corpus: Path, folder: Path, tmp_path: Path) -> None:
    build(corpus, folder, embedder=HashedWords())
    _as_format(folder, "2.1")
    with pytest.raises(CorpusNotFoundError):
        build(tmp_path / "nowhere", folder, embedder=HashedWords())
    other = write_corpus(tmp_path / "other", {"c": "c matter"})
    message = (
        "has the older format 2.1 and holds the articles of '.*corpus', not those of '.*other'; index those again .* or use another --index"
    )
    with pytest.raises(IndexMismatchError, match=message):
        build(other, folder, embedder=HashedWords())

    with closing(sqlite3.connect(folder / FILE)) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (3,)


# What is damaged


@pytest.mark.parametrize("content", [b"", b"garbage" * 5000], ids=["empty", "garbage"])
def test_a_damaged_database_is_named_by_builds_and_readers(corpus: Path, folder: Path, content: bytes) -> None:
    build(corpus, folder, embedder=HashedWords())
    (folder / FILE).write_bytes(content)

    message = "the index database is damaged .*; delete the index folder and index again"
    with pytest.raises(IndexDamagedError, match=message):
        build(corpus, folder, embedder=HashedWords())
    with pytest.raises(IndexDamagedError, match=message):
        Index(folder)
    with pytest.raises(IndexDamagedError, match=message):
        status(folder)


@pytest.mark.parametrize("engine", ["words", "vectors"])
def test_a_deleted_engine_is_named_by_snapshots_and_written_again_by_builds(
    corpus: Path, folder: Path, tmp_path: Path, embedder: HashedWords, engine: str
) -> None:
    build(corpus, folder, embedder=HashedWords())
    shutil.rmtree(folder / engine)

    with Index(folder) as index, pytest.raises(IndexDamagedError, match=f"the {engine} of the index .*; 'pullquote index' writes them"):
        everything(index.snapshot())
    write_corpus(corpus, THREE | {"kyiv": "peace"})
    report = build(corpus, folder, embedder=embedder)

    assert len(report.repaired) == 1
    assert report.repaired[0].startswith(f"the {engine} of the index ")
    assert len(embedder.embedded) == 1  # the changed one
    assert texts(folder) == clean_texts(corpus, tmp_path)
    assert build(corpus, folder, embedder=embedder).repaired == ()


def test_a_deleted_collection_is_written_again(corpus: Path, folder: Path, embedder: HashedWords) -> None:
    build(corpus, folder, embedder=HashedWords())
    before = texts(folder)
    with Database(folder) as database, VectorsPlace(folder, database).open() as vectors:
        vectors.drop(vectors.names()[0])

    assert build(corpus, folder, embedder=embedder).repaired == (f"the vectors of the index lack 'generation-1-from-1'; {REPAIR}",)
    assert embedder.embedded == []
    assert texts(folder) == before


def test_engines_left_without_their_database_are_made_anew(corpus: Path, folder: Path, tmp_path: Path) -> None:
    for round_ in range(3):
        write_corpus(corpus, THREE | {"kyiv": f"round {round_}"})
        build(corpus, folder, embedder=HashedWords())
    (folder / FILE).unlink()

    assert counts(corpus, folder) == {"added": 3}

    assert texts(folder) == clean_texts(corpus, tmp_path)
    assert len(list((folder / "vectors").iterdir())) == 1


def test_an_index_folder_that_is_a_file_is_a_write_error(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(IndexWriteError, match="cannot be written .*; choose another with --index"):
        build(corpus, tmp_path / "file", embedder=HashedWords())


# Other processes, kills and full disks


def test_a_second_writer_is_refused_and_readers_go_on(corpus: Path, folder: Path) -> None:
    build(corpus, folder, embedder=HashedWords())
    before = texts(folder)
    write_corpus(corpus, {"kyiv": "peace"})
    with paused_build(corpus, folder, "call", "_Build.run") as other:
        with pytest.raises(IndexBusyError, match="another process is writing the index at .*; wait until it is done") as raised:
            build(corpus, folder, embedder=HashedWords())
        assert raised.value.retryable
        assert texts(folder) == before
        other.finish()

    assert counts(corpus, folder) == {"unchanged": 1}


MANY = {f"article{number}": f"matter {number} of {'north' if number % 2 else 'south'}" for number in range(WINDOW + 20)}

FIRST_BUILD_KILLED = {
    "with the lock alone": ("call", "DatabaseWriter._open", 1, len(MANY)),
    "with a half-made database": ("return", "create", 1, len(MANY)),
    "with empty engines": ("return", "open_writer", 1, len(MANY)),
    "before embedding anything": ("call", "HashedWords.embed", 1, len(MANY)),
    "half embedded": ("call", "HashedWords.embed", 2, 20),
    "before publishing": ("call", "DatabaseWriter.publish", 1, 0),
}


@pytest.mark.parametrize(("event", "function", "count", "to_embed"), FIRST_BUILD_KILLED.values(), ids=FIRST_BUILD_KILLED.keys())
def test_a_first_build_killed_is_done_by_the_next(
    tmp_path: Path, folder: Path, embedder: HashedWords, event: str, function: str, count: int, to_embed: int
) -> None:
    corpus = write_corpus(tmp_path / "corpus", MANY)
    with paused_build(corpus, folder, event, function, count) as paused:
        paused.kill()

    assert counts(corpus, folder, embedder) == {"added": len(MANY)}

    assert len(embedder.embedded) == to_embed
    assert [(article_id, text) for article_id, _, _, text in texts(folder)] == sorted(
        (f"{name}.txt", f"On Friday the common council spoke about {body}. It met again on Monday.") for name, body in MANY.items()
    )


UPDATE_KILLED = {  # where, how many articles are embedded afterwards, and whether readers see the update meanwhile
    "before comparing": ("call", "compare", 1, 2, False),
    "before dropping anything": ("return", "DatabaseWriter.retire_before", 1, 2, False),
    "after dropping words": ("return", "WordsWriter.commit", 1, 2, False),
    "after dropping rows": ("return", "DatabaseWriter.drop_dead", 1, 2, False),
    "after embedding": ("return", "DatabaseWriter.cache_embeddings", 1, 0, False),
    "after writing rows": ("return", "_Build._write_window", 1, 0, False),
    "after making the collection": ("return", "VectorStore.create", 1, 0, False),
    "after writing vectors": ("return", "VectorStore.add", 1, 0, False),
    "after writing words": ("return", "WordsWriter.commit", 2, 0, False),
    "before publishing": ("call", "DatabaseWriter.publish", 1, 0, False),
    "after publishing": ("return", "DatabaseWriter.publish", 1, 0, True),
    "after forgetting embeddings": ("return", "DatabaseWriter.drop_unused_embeddings", 1, 0, True),
}


@pytest.mark.parametrize(("event", "function", "count", "to_embed", "seen"), UPDATE_KILLED.values(), ids=UPDATE_KILLED.keys())
def test_an_update_killed_loses_and_doubles_nothing(
    corpus: Path, folder: Path, tmp_path: Path, embedder: HashedWords, event: str, function: str, count: int, to_embed: int, seen: bool
) -> None:
    build(corpus, folder, embedder=HashedWords())
    write_corpus(corpus, THREE | {"oslo": "a ferry"})
    build(corpus, folder, embedder=HashedWords())  # leaves the old version dead, to be dropped by the next
    before = texts(folder)
    write_corpus(corpus, {"kyiv": "peace", "oslo": "a ferry", "paris": "the tower"})
    after = clean_texts(corpus, tmp_path)
    with paused_build(corpus, folder, event, function, count) as paused:
        assert texts(folder) == (after if seen else before)
        paused.kill()
    assert texts(folder) == (after if seen else before)

    build(corpus, folder, embedder=embedder)

    assert texts(folder) == after
    assert len(embedder.embedded) == to_embed
    assert counts(corpus, folder) == {"unchanged": 3}


@pytest.mark.parametrize("size", [20_000, 100_000, 150_000, 200_000, 300_000])
def test_a_full_disk_fails_the_build_and_keeps_the_generation_before(folder: Path, tmp_path: Path, size: int) -> None:
    corpus = write_corpus(tmp_path / "corpus", THREE)
    build(corpus, folder, embedder=HashedWords())
    before = texts(folder)
    # Each in words of its own: an approximate search may not reach every one of hundreds of near-copies.
    many = {f"{name}{copy}": " ".join(f"{name}{copy}x{word}" for word in range(30)) for name in THREE for copy in range(200)}
    write_corpus(corpus, many)
    code = f"""
import resource
from corpus.errors import PullquoteError
from index import build
from test_index_support import HashedWords
import chromadb, tantivy
resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))
try:
    build({str(corpus)!r}, {str(folder)!r}, embedder=HashedWords())
except PullquoteError as error:
    print(type(error).__name__, error, flush=True)
"""
    output, errors = start_python(code).communicate(timeout=60)

    assert output.startswith("IndexWriteError "), output + errors
    assert texts(folder) == before
    assert counts(corpus, folder)["added"] == 600
    assert len(texts(folder)) >= 600


# Many small updates


def test_many_small_updates_stay_within_few_collections(tmp_path: Path, folder: Path, embedder: HashedWords) -> None:
    bodies: dict[str, str] = {f"base{number}": f"matter {number}" for number in range(20)}
    corpus = write_corpus(tmp_path / "corpus", bodies)
    build(corpus, folder, embedder=embedder)
    most = 0
    for round_ in range(2 * MAX_COLLECTIONS + 2):
        embedder.embedded.clear()
        bodies[f"new{round_}"] = f"arrival {round_}"
        build(write_corpus(corpus, bodies), folder, embedder=embedder)
        assert len(embedder.embedded) == 1  # nothing else, even where collections are merged
        collections = status(folder).generation.collections
        most = max(most, len(collections))

    assert most == MAX_COLLECTIONS
    assert [article_id for article_id, *_ in texts(folder)] == sorted(f"{name}.txt" for name in bodies)


def test_what_one_collection_cannot_hold_goes_into_several(
    tmp_path: Path, folder: Path, embedder: HashedWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.collections.FULL", 30)
    bodies = {f"article{number:03}": f"matter {number}" for number in range(70)}
    corpus = write_corpus(tmp_path / "corpus", bodies)
    build(corpus, folder, embedder=embedder)
    first = status(folder).generation.collections
    assert first == ("generation-1-from-1", "generation-1-from-31", "generation-1-from-61")

    for round_ in range(MAX_COLLECTIONS):  # the last one makes one too many that are not full
        bodies[f"new{round_}"] = f"arrival {round_}"
        build(write_corpus(corpus, bodies), folder, embedder=embedder)

    assert status(folder).generation.collections[:2] == first[:2]
    assert len(status(folder).generation.collections) < MAX_COLLECTIONS + 2
    assert len(embedder.embedded) == len(bodies)
    shutil.rmtree(folder / "vectors")
    assert len(build(corpus, folder, embedder=embedder).repaired) == 1
    assert [article_id for article_id, *_ in texts(folder)] == sorted(f"{name}.txt" for name in bodies)
    assert len(status(folder).generation.collections) == 3
    assert len(embedder.embedded) == len(bodies)


def test_a_merge_that_fails_is_mended_and_doubles_nothing(
    corpus: Path, folder: Path, tmp_path: Path, embedder: HashedWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_once(*_: object) -> None:
        monkeypatch.undo()
        raise VectorsDamagedError("the vectors cannot be read")

    build(corpus, folder, embedder=embedder)
    (corpus / "lviv.txt").write_text("Lviv\n\nThe common council of Lviv met on Friday.\n")
    monkeypatch.setattr("index.building.compact", fail_once)

    report = build(corpus, folder, embedder=embedder)

    assert (report.added, report.repaired) == (1, ("the vectors cannot be read",))
    assert texts(folder) == clean_texts(corpus, tmp_path)
    assert counts(corpus, folder) == {"unchanged": 4}


def test_a_first_build_that_was_broken_off_binds_to_no_embedder(corpus: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("index.building.check_words", interrupt)
    with pytest.raises(KeyboardInterrupt):
        build(corpus, folder, embedder=HashedWords())
    monkeypatch.undo()

    other = HashedWords("other")
    assert build(corpus, folder, embedder=other).added == 3
    assert len(other.embedded) == 3


def test_dead_vectors_never_outnumber_the_live_for_long(tmp_path: Path, folder: Path, embedder: HashedWords) -> None:
    bodies = {f"article{number:02}": f"matter {number}" for number in range(40)}
    corpus = write_corpus(tmp_path / "corpus", bodies)
    build(corpus, folder, embedder=embedder)
    while len(bodies) > 4:
        for _ in range(4):
            bodies.popitem()
        build(write_corpus(corpus, bodies), folder, embedder=embedder)

    assert len(embedder.embedded) == 40
    assert status(folder).generation.collections != ("generation-1-from-1",)
    assert [article_id for article_id, *_ in texts(folder)] == [f"article{number:02}.txt" for number in range(4)]


def test_what_is_dead_is_dropped_by_the_next_update(corpus: Path, folder: Path) -> None:
    for round_ in range(5):
        build(write_corpus(corpus, THREE | {"kyiv": f"round {round_}"}), folder, embedder=HashedWords())

    with closing(sqlite3.connect(folder / FILE)) as connection:
        numbers = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("articles", "passages", "embeddings")]
    assert numbers == [7, 4, 4]  # three live, and the version before for who still reads it; of articles the older versions too
    assert os.path.getsize(folder / FILE) < 500_000


def test_an_index_is_not_emptied_for_another_corpus(tmp_path: Path, folder: Path, embedder: HashedWords) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    write_corpus(one, {"a": "a matter", "b": "b matter"})
    write_corpus(other, {"c": "c matter"})
    build(one, folder, embedder=embedder)
    with pytest.raises(IndexMismatchError, match="holds the articles of .*one.*, none of which is in .*other.*; use another --index"):
        build(other, folder, embedder=embedder)
    one.rename(tmp_path / "moved")  # the same articles elsewhere are the same articles
    assert build(tmp_path / "moved", folder, embedder=embedder).unchanged == 2


# Articles that are gone


def many(count: int) -> dict[str, str]:
    return {f"article{number:03}": f"matter {number}" for number in range(count)}


@pytest.mark.parametrize(("before", "after", "refused"), [(30, 10, False), (30, 9, True), (60, 30, False), (60, 29, True), (20, 1, False)])
def test_most_articles_gone_at_once_must_be_allowed(tmp_path: Path, folder: Path, before: int, after: int, refused: bool) -> None:
    corpus = write_corpus(tmp_path / "corpus", many(before))
    build(corpus, folder, embedder=HashedWords())
    write_corpus(corpus, many(after))
    if refused:
        message = f"{before - after} of the {before} articles of the index are not in the corpus at .* any more; .*add --allow-empty"
        with pytest.raises(ArticlesGoneError, match=message):
            build(corpus, folder, embedder=HashedWords())
        assert len(texts(folder)) == before

    assert build(corpus, folder, embedder=HashedWords(), allow_empty=True).removed == before - after

    assert len(texts(folder)) == after


def test_an_emptied_corpus_empties_the_index_only_if_that_is_allowed(corpus: Path, folder: Path, tmp_path: Path) -> None:
    build(corpus, folder, embedder=HashedWords())
    before = texts(folder)
    write_corpus(corpus, {})
    with pytest.raises(EmptyCorpusError, match="holds no articles; .*; the index keeps its 3 articles unless you add --allow-empty"):
        build(corpus, folder, embedder=HashedWords())
    assert texts(folder) == before

    assert build(corpus, folder, embedder=HashedWords(), allow_empty=True).removed == 3

    assert texts(folder) == []
    write_corpus(corpus, THREE)
    assert counts(corpus, folder) == {"added": 3}
    assert texts(folder) == before


def test_a_corpus_that_disappears_deletes_nothing(corpus: Path, folder: Path) -> None:
    build(corpus, folder, embedder=HashedWords())
    before = texts(folder)
    shutil.rmtree(corpus)

    for allow_empty in (False, True):
        with pytest.raises(CorpusNotFoundError, match="there is no corpus at"):
            build(corpus, folder, embedder=HashedWords(), allow_empty=allow_empty)
        assert texts(folder) == before


# Doing nothing costs next to nothing


def test_what_was_left_alone_is_not_read_again(corpus: Path, folder: Path, tmp_path: Path) -> None:
    code = f"""
import sys, time
from index import build
from test_index_support import HashedWords
import chromadb, tantivy

read = []
def count(frame, event, _):
    if event == "call" and frame.f_code.co_qualname in ("Source.digest", "Source.read"):
        read.append(frame.f_code.co_qualname)

def run():
    read.clear()
    sys.setprofile(count)
    report = build({str(corpus)!r}, {str(folder)!r}, embedder=HashedWords())
    sys.setprofile(None)
    print(report.added, report.changed, report.unchanged, len(read), flush=True)

run()
time.sleep(3.1)  # what changed a moment ago may change again within a tick of the file system's clock
run()
run()
open({str(corpus / "oslo.txt")!r}, "a").write("There was a ferry too.")
run()
"""
    output, errors = start_python(code).communicate(timeout=60)

    assert errors == ""
    first, _, nothing, changed = ([int(number) for number in line.split()] for line in output.splitlines())
    assert first[:3] == [3, 0, 0]
    assert nothing[:3] == [0, 0, 3]
    assert first[3] > nothing[3] == 0
    assert changed == [0, 1, 2, 2]  # of the one that changed, its hash and its text


def test_what_failed_is_tried_again_even_if_it_was_left_alone(corpus: Path, folder: Path) -> None:
    (corpus / "empty.txt").write_text("...")
    for _ in range(2):
        assert len(build(corpus, folder, embedder=HashedWords()).failed) == 1
    with Database(folder) as database:
        assert database.meta("seen") == ""

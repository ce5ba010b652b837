"""What is written is looked at before it is published, and some of what was there before with it."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from test_index_support import HashedWords, texts_of, write_corpus

from corpus.errors import REPAIR, VectorsDamagedError
from index import Index, build, status
from index.cache import EmbeddingCache
from index.collections import MAX_COLLECTIONS
from index.database import FILE
from index.database_writer import DatabaseWriter
from index.embedding import Vectors
from index.place import open_vectors
from index.records import StoredPassage
from index.soundness import check_collection
from index.vectors import VectorStore

TEXTS = [f"matter {number}" for number in range(40)]


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[EmbeddingCache]:
    (tmp_path / "index").mkdir()
    with DatabaseWriter(tmp_path / "index") as database:
        yield EmbeddingCache(database, HashedWords())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[VectorStore]:
    with open_vectors(tmp_path / "vectors", "", "one", anew=True) as opened:
        opened.create("generation-1-from-1")
        yield opened


def passages(cache: EmbeddingCache) -> tuple[list[StoredPassage], Vectors]:
    cache.fill({cache.key(text): text for text in TEXTS})
    stored = [StoredPassage(row, cache.key(text)) for row, text in enumerate(TEXTS, start=1)]
    return stored, cache.vectors(stored)


def test_a_collection_that_holds_what_it_should_passes(cache: EmbeddingCache, store: VectorStore) -> None:
    stored, vectors = passages(cache)
    store.add("generation-1-from-1", [passage.row for passage in stored], vectors)

    check_collection(store, "generation-1-from-1", stored, cache)


def test_a_vector_that_is_missing_or_one_too_many_is_found(cache: EmbeddingCache, store: VectorStore) -> None:
    stored, vectors = passages(cache)
    store.add("generation-1-from-1", [passage.row for passage in stored[:-1]], vectors[:-1])

    for expected in (stored, stored[:-2]):
        with pytest.raises(VectorsDamagedError, match=f"are not those of {len(expected)} passages, nothing was published"):
            check_collection(store, "generation-1-from-1", expected, cache)


def test_vectors_that_are_not_what_was_computed_are_found(cache: EmbeddingCache, store: VectorStore) -> None:
    stored, vectors = passages(cache)
    store.add("generation-1-from-1", [passage.row for passage in stored], vectors[::-1])

    with pytest.raises(VectorsDamagedError, match="do not hold that of passage"):
        check_collection(store, "generation-1-from-1", stored, cache)


def test_vectors_that_went_wrong_after_they_were_published_are_written_again(tmp_path: Path) -> None:
    bodies = {f"article{number}": f"matter {number} of {'north' if number % 2 else 'south'}" for number in range(30)}
    corpus, folder, embedder = write_corpus(tmp_path / "corpus", bodies), tmp_path / "index", HashedWords()
    build(corpus, folder, embedder=embedder)
    with DatabaseWriter(folder) as database:
        stored = database.live_passages(1)
        vectors = EmbeddingCache(database, embedder).vectors(stored)
        identity = database.identity
    with open_vectors(folder / "vectors", "", identity) as opened:
        opened.drop("generation-1-from-1")
        opened.create("generation-1-from-1")
        opened.add("generation-1-from-1", [passage.row for passage in stored], -vectors)
    write_corpus(corpus, bodies | {"last": "the last matter"})

    report = build(corpus, folder, embedder=embedder)

    assert [re.sub(r"\d+", "N", message) for message in report.repaired] == [
        f"the vectors of the index do not hold that of passage N; {REPAIR}"
    ]
    assert report.added == 1
    assert len(embedder.embedded) == 31
    with Index(folder, embedder) as index:
        assert len(index.read(texts_of)) == 31


def test_an_index_of_an_earlier_version_is_completed_and_merged(tmp_path: Path) -> None:
    bodies = {f"article{number}": f"matter {number}" for number in range(9)}
    corpus, folder, embedder = write_corpus(tmp_path / "corpus", bodies), tmp_path / "index", HashedWords()
    build(corpus, folder, embedder=embedder)
    for round_ in range(MAX_COLLECTIONS):
        with closing(sqlite3.connect(folder / FILE)) as connection, connection:
            connection.execute("DROP INDEX articles_known")
            connection.execute("DELETE FROM meta WHERE key LIKE 'size of %'")
        bodies[f"new{round_}"] = f"arrival {round_}"
        assert build(write_corpus(corpus, bodies), folder, embedder=embedder).added == 1

    assert len(status(folder).generation.collections) < MAX_COLLECTIONS
    assert len(embedder.embedded) == len(bodies)
    with Index(folder, embedder) as index:
        assert len(index.read(texts_of)) == len(bodies)


def test_what_was_remembered_of_collections_goes_with_them(tmp_path: Path) -> None:
    bodies = {"article": "matter"}
    corpus, folder, embedder = write_corpus(tmp_path / "corpus", bodies), tmp_path / "index", HashedWords()
    for round_ in range(3 * MAX_COLLECTIONS):
        bodies["article"] = f"matter {round_}"
        build(write_corpus(corpus, bodies), folder, embedder=embedder)

    with closing(sqlite3.connect(folder / FILE)) as connection:
        (kept,) = connection.execute("SELECT count(*) FROM meta WHERE key LIKE 'size of %'").fetchone()
    assert kept <= MAX_COLLECTIONS + 2

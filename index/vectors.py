"""The vectors of passages, in Chroma: nearest by cosine.

Collections are written once and never changed after they are published: embedded Chroma loses vectors when one process
writes what another reads. Names, ids and vectors only; texts stay in the database (Chroma's text index would make them
seven times as large).
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol, Self

import numpy as np

from corpus.errors import IndexStaleError
from index.embedding import Vectors

BATCH = 4000  # vectors an add; Chroma takes up to 5461
# Of the graph (Malkov and Yashunin, arXiv:1603.09320): building with 30 neighbours in view and searching with 200 finds as much as
# Chroma's 100 and 100, .84 of the 100 nearest of 40,000 `static` vectors against .83, and builds in half the time.
CONFIGURATION = {"hnsw": {"space": "cosine", "ef_construction": 30, "ef_search": 200}}


class Engine(Protocol):
    """Where collections are kept: a folder of this machine or a server. Safe to share between threads but for `close`.

    Raises `VectorsDamagedError` where something is gone; what was to be written and could not be is an `IndexWriteError`
    of a folder and a `VectorServerError` of a server.
    """

    def names(self) -> list[str]:
        """Return the names of the collections, published or not."""

    def create(self, name: str) -> None:
        """Make an empty collection; nearness is by cosine."""

    def add(self, name: str, passages: Sequence[int], vectors: Vectors) -> None:
        """Add at most `BATCH` vectors, shape (len(passages), dimension)."""

    def drop(self, name: str) -> None:
        """Delete a collection."""

    def count(self, name: str) -> int:
        """Return the number of vectors in a collection."""

    def ids(self, name: str) -> set[int]:
        """Return the passages that a collection holds."""

    def fetch(self, name: str, passages: Sequence[int]) -> dict[int, Vectors]:
        """Return passage id -> vector, shape (dimension,), for those of `passages` that a collection holds."""

    def files(self) -> dict[str, int]:
        """Return path -> size in bytes of the files of the collection made last, once all is added; empty on a server."""

    def search(self, name: str, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """Return up to `limit` (passage id, cosine similarity) of a collection, nearest first."""

    def release(self) -> None:
        """Give back the memory that collections take; they are loaded again when they are needed. Not beside other calls."""

    def close(self) -> None:
        """Free files, threads and connections."""


class VectorStore:
    """The collections of an index, opened. Safe to share between threads."""

    def __init__(self, engine: Engine, identity: str) -> None:
        self.identity = identity  # what the collections are kept under
        self._engine = engine
        self._lock = threading.Lock()  # guards the next two
        self._users = 0  # calls under way
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Free the engine, once calls under way in other threads are done; the object cannot be used afterwards."""
        with self._lock:
            last = not self._closed and not self._users
            self._closed = True
        if last:
            self._engine.close()

    @contextmanager
    def _using(self) -> Iterator[Engine]:
        with self._lock:
            if self._closed:  # another thread saw that the index was made anew
                raise IndexStaleError("the index was closed or made anew while it was read; ask again")
            self._users += 1
        try:
            yield self._engine
        finally:
            self._leave()

    def _leave(self) -> None:
        with self._lock:
            self._users -= 1
            last = self._closed and not self._users
        if last:
            self._engine.close()

    def names(self) -> list[str]:
        """Return the names of all collections, published or not."""
        with self._using() as engine:
            return engine.names()

    def count(self, names: Sequence[str]) -> int:
        """Return the number of vectors in the collections."""
        with self._using() as engine:
            return sum(engine.count(name) for name in names)

    def create(self, name: str) -> None:
        """Make an empty collection."""
        with self._using() as engine:
            engine.create(name)

    def add(self, name: str, passages: Sequence[int], vectors: Vectors) -> None:
        """Add vectors, shape (len(passages), dimension), to a collection that is being made."""
        with self._using() as engine:
            for start in range(0, len(passages), BATCH):
                engine.add(name, passages[start : start + BATCH], vectors[start : start + BATCH])

    def files(self) -> dict[str, int]:
        """Return path -> size in bytes of the files that hold the vectors of the collection made last; empty on a server."""
        with self._using() as engine:
            return engine.files()

    def release(self) -> None:
        """Give back the memory that collections take; they are loaded again when they are needed. For who writes alone."""
        with self._using() as engine:
            engine.release()

    def ids(self, name: str) -> set[int]:
        """Return the passages that a collection holds."""
        with self._using() as engine:
            return engine.ids(name)

    def fetch(self, name: str, passages: Sequence[int]) -> dict[int, Vectors]:
        """Return passage id -> vector, shape (dimension,), for those of `passages` that a collection holds."""
        with self._using() as engine:
            return engine.fetch(name, passages)

    def drop(self, name: str) -> None:
        """Delete a collection."""
        with self._using() as engine:
            engine.drop(name)

    def search(self, names: Sequence[str], vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """Return up to `limit` (passage id, cosine similarity) over the collections, nearest first.

        `vector` has shape (dimension,). Raises `VectorsDamagedError` if a collection is gone.
        """
        if limit < 1:
            return []
        hits: list[tuple[int, float]] = []
        for name in names:
            with self._using() as engine:
                hits += engine.search(name, vector, limit)
        return sorted(hits, key=lambda hit: -hit[1])[:limit]


def nearest(vector: Vectors, others: Sequence[tuple[int, bytes]]) -> list[tuple[int, float]]:
    """Return (id, cosine similarity to `vector`) of vectors given as (id, 32-bit floats), nearest first."""
    if not others:
        return []
    matrix = np.frombuffer(b"".join(packed for _, packed in others), np.float32).reshape(len(others), -1)
    lengths = np.linalg.norm(matrix, axis=1) * np.linalg.norm(vector)
    similar = matrix @ vector / np.maximum(lengths, np.finfo(np.float32).tiny)
    return [(others[place][0], float(similar[place])) for place in np.argsort(-similar)]

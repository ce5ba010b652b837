"""Vectors in a folder of this machine: embedded Chroma."""

import os
import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corpus.errors import REPAIR, IndexWriteError, VectorsDamagedError, first_line
from index.embedding import Vectors
from index.vectors import CONFIGURATION

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

_IDS = "index_metadata.pickle"  # in a folder of vectors

_OPENING = threading.Lock()  # Chroma shares what it opened by path among a process' clients, in a table without a lock


class ChromaFolder:
    """A Chroma folder, opened: an `Engine`.

    Chroma keeps each index in a folder named after the index's identity, because it goes on using files that were
    deleted and made again under a path it has open.
    """

    def __init__(self, folder: Path, identity: str, *, anew: bool = False) -> None:
        """Open what was made for an index; `anew` makes it, empty, beside what others have in the folder."""
        # One spelling of the path: Chroma would take two for two databases and lose one's writes.
        path = folder.resolve() / identity
        if not anew and not (path / "chroma.sqlite3").is_file():
            raise VectorsDamagedError(f"the vectors of the index are missing at {str(path)!r}; {REPAIR}")
        with _OPENING, _translated("written" if anew else "opened"):
            if anew:
                if path.exists():
                    shutil.rmtree(path)
                path.mkdir(parents=True)
            self._client = _open_client(path)
        self._path = path
        self._older: frozenset[str] = frozenset()  # folders that were there before the last collection was made
        self._collections: dict[str, Collection] = {}

    def close(self) -> None:
        """Free the files and threads."""
        self._collections.clear()
        with _OPENING:
            self._client.close()  # type: ignore[attr-defined]

    def release(self) -> None:
        """Give back the memory that collections take: Chroma keeps each that was used until it is closed."""
        self.close()
        with _OPENING, _translated("opened"):
            self._client = _open_client(self._path)

    def names(self) -> list[str]:
        """Return the names of the collections."""
        with _translated("read"):
            return [collection.name for collection in self._client.list_collections()]

    def count(self, name: str) -> int:
        """Return the number of vectors in a collection."""
        with _translated("read"):
            return self._collection(name).count()

    def create(self, name: str) -> None:
        """Make an empty collection; nearness is by cosine."""
        with _translated("written"):
            self._older = frozenset(os.listdir(self._path))
            self._collections[name] = self._client.create_collection(
                name,
                embedding_function=None,
                configuration=CONFIGURATION,  # type: ignore[arg-type]  # a mapping will do
            )

    def add(self, name: str, passages: Sequence[int], vectors: Vectors) -> None:
        """Add vectors, shape (len(passages), dimension)."""
        with _translated("written"):
            self._collection(name).add(ids=list(map(str, passages)), embeddings=vectors)

    def files(self) -> dict[str, int]:
        """Return path -> size in bytes of the files that hold the vectors of the collection made last, once they are all added.

        They never change again, and Chroma does not notice when they are cut short or gone: it finds less. What is not here
        lies in Chroma's own database.
        """
        # Without the list of its ids, Chroma makes a folder anew from its database whenever it opens it.
        kept = [self._path / name for name in set(os.listdir(self._path)) - self._older if (self._path / name / _IDS).is_file()]
        return {f"{file.parent.name}/{file.name}": file.stat().st_size for folder in kept for file in folder.iterdir()}

    def ids(self, name: str) -> set[int]:
        """Return the passages that a collection holds."""
        with _translated("read"):
            return set(map(int, self._collection(name).get(include=[])["ids"]))

    def fetch(self, name: str, passages: Sequence[int]) -> dict[int, Vectors]:
        """Return passage id -> vector, shape (dimension,), for those of `passages` that a collection holds."""
        with _translated("read"):
            found = self._collection(name).get(ids=list(map(str, passages)), include=["embeddings"])
        vectors = np.array(found["embeddings"], np.float32)
        return dict(zip(map(int, found["ids"]), vectors, strict=True))

    def drop(self, name: str) -> None:
        """Delete a collection."""
        with _translated("written"):
            self._collections.pop(name, None)
            self._client.delete_collection(name)

    def search(self, name: str, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """Return up to `limit` (passage id, cosine similarity) of a collection, nearest first."""
        with _translated("read"):
            found = self._collection(name).query(query_embeddings=vector[None], n_results=limit, include=["distances"])
        distances = found["distances"]
        return [(int(passage), 1 - distance) for passage, distance in zip(found["ids"][0], distances[0] if distances else [], strict=True)]

    def _collection(self, name: str) -> "Collection":
        if name not in self._collections:
            self._collections[name] = self._client.get_collection(name, embedding_function=None)
        return self._collections[name]


def check_files(folder: Path, identity: str, files: Mapping[str, int]) -> None:
    """Raise `VectorsDamagedError` unless the files that `ChromaFolder.files` told are there, in their size."""
    for name, size in files.items():
        file = folder / identity / name
        found = file.stat().st_size if file.is_file() else 0
        if found != size:
            raise VectorsDamagedError(f"the vectors of the index are damaged ({name} has {found:,} bytes, expected {size:,}); {REPAIR}")


def _open_client(path: Path) -> "ClientAPI":
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient
    from chromadb.config import Settings

    shared = SharedSystemClient._identifier_to_system
    known = str(path) in shared
    try:
        return chromadb.PersistentClient(str(path), settings=Settings(_env_file=None))  # type: ignore[call-arg] # reads no stray .env
    except BaseException:
        if not known:
            shared.pop(str(path), None)  # Chroma keeps what it failed to open, and would hand it to whoever opens the path next
        raise


@contextmanager
def _translated(done: str) -> Iterator[None]:
    """Turn Chroma's errors into Pullquote's; `done` says what could not be done."""
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, OSError, ValueError) as error:  # ValueError: "Could not connect to tenant", when opened on a full disk
        reason = first_line(error)
        if done == "written":
            raise IndexWriteError(f"the vectors of the index cannot be written ({reason}); free disk space and index again") from error
        raise VectorsDamagedError(f"the vectors of the index cannot be {done} ({reason}); {REPAIR}") from error

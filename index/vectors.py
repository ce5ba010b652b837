"""The vectors of passages, in Chroma: nearest by cosine.

Collections are written once and never changed after they are published: embedded Chroma loses vectors when one process
writes what another reads. Names, ids and vectors only; texts stay in the database (Chroma's text index would make them
seven times as large).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from corpus.errors import IndexDamagedError, IndexStaleError, IndexWriteError
from index.embedding import Vectors

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

BATCH = 1000  # vectors an add; Chroma takes up to 5461


class VectorStore:
    """A Chroma folder. One object a folder and process; `close` frees its files and threads."""

    def __init__(self, folder: Path) -> None:
        import chromadb
        from chromadb.config import Settings

        # One spelling of the path: Chroma would take two for two databases and lose one's writes. And its settings
        # must not come from a stray .env file.
        path = folder.resolve()
        with _translated("opened"):
            path.mkdir(parents=True, exist_ok=True)
            self._client: ClientAPI = chromadb.PersistentClient(str(path), settings=Settings(_env_file=None))  # type: ignore[call-arg]
        self._open: dict[str, Collection] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Free the files and threads; the object cannot be used afterwards."""
        self._open.clear()
        self._client.close()  # type: ignore[attr-defined]

    def names(self) -> list[str]:
        """Return the names of all collections, published or not."""
        with _translated("read"):
            return [collection.name for collection in self._client.list_collections()]

    def create(self, name: str) -> None:
        """Make an empty collection."""
        with _translated("written"):
            self._open[name] = self._client.create_collection(name, embedding_function=None, configuration={"hnsw": {"space": "cosine"}})

    def add(self, name: str, passages: Sequence[int], vectors: Vectors) -> None:
        """Add vectors, shape (len(passages), dimension), to a collection that is being made."""
        with _translated("written"):
            for start in range(0, len(passages), BATCH):
                ids = [str(passage) for passage in passages[start : start + BATCH]]
                self._open[name].add(ids=ids, embeddings=vectors[start : start + BATCH])

    def drop(self, name: str) -> None:
        """Delete a collection."""
        with _translated("written"):
            self._open.pop(name, None)
            self._client.delete_collection(name)

    def search(self, names: Sequence[str], vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """Return up to `limit` (passage id, cosine similarity) over the collections, nearest first.

        `vector` has shape (dimension,). Raises `IndexStaleError` if a collection is gone.
        """
        hits: list[tuple[int, float]] = []
        for name in names:
            with _translated("read"):
                if name not in self._open:
                    self._open[name] = self._client.get_collection(name, embedding_function=None)
                found = self._open[name].query(query_embeddings=vector[None], n_results=limit, include=["distances"])
            distances = found["distances"]
            hits += [
                (int(passage), 1 - distance) for passage, distance in zip(found["ids"][0], distances[0] if distances else [], strict=True)
            ]
        return sorted(hits, key=lambda hit: -hit[1])[:limit]


@contextmanager
def _translated(done: str) -> Iterator[None]:
    """Turn Chroma's errors into Pullquote's; `done` says what could not be done."""
    from chromadb.errors import ChromaError, NotFoundError

    try:
        yield
    except NotFoundError as error:
        raise IndexStaleError("the index was rebuilt while it was read; ask again") from error
    except (ChromaError, OSError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0][:200]
        if done == "written":
            raise IndexWriteError(f"the vectors of the index cannot be written ({reason}); free disk space and index again") from error
        raise IndexDamagedError(f"the vectors of the index cannot be {done} ({reason}); delete the index folder and index again") from error

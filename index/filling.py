"""Write vectors to new collections, as many as they fill, each checked when it is whole."""

from collections.abc import Sequence

from index.cache import EmbeddingCache
from index.collections import collection_name, room
from index.database_writer import DatabaseWriter
from index.place import remember
from index.records import StoredPassage
from index.soundness import check_collection
from index.vectors import BATCH, VectorStore


class Filling:
    """The new collections of a generation that is being made.

    The memory that one took is given back once it is full: an index of any size is written in that of one collection.
    """

    def __init__(self, vectors: VectorStore, database: DatabaseWriter, cache: EmbeddingCache, generation: int) -> None:
        self._vectors = vectors
        self._database = database
        self._cache = cache
        self._generation = generation
        self._names: list[str] = []
        self._held: list[StoredPassage] = []  # by the last one
        self._waiting: list[StoredPassage] = []

    def add(self, passages: Sequence[StoredPassage]) -> None:
        """Take passages whose embeddings are kept, after all those before in the order of rows; vectors are added many at a time.

        Raises `VectorsDamagedError` if a collection does not hold what was added.
        """
        self._waiting += passages
        while len(self._waiting) >= BATCH // 2:
            self._write()

    def finish(self) -> tuple[str, ...]:
        """Return the names of the collections, oldest first, once all is in them. Raises as `add` does."""
        while self._waiting:
            self._write()
        if self._held:
            self._check()
        return tuple(self._names)

    def _write(self) -> None:
        """Add some of those that wait."""
        if not self._held:
            self._names.append(collection_name(self._generation, self._waiting[0].row))
            self._vectors.create(self._names[-1])
        some = self._waiting[: min(BATCH // 2, room(len(self._held)))]
        del self._waiting[: len(some)]
        self._vectors.add(self._names[-1], [passage.row for passage in some], self._cache.vectors(some))
        self._held += some
        if not room(len(self._held)):
            self._check()
            self._vectors.release()

    def _check(self) -> None:
        check_collection(self._vectors, self._names[-1], self._held, self._cache)
        remember(self._database, self._names[-1], self._vectors, len(self._held))
        self._held = []

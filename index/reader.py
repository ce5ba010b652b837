"""Read an index: one consistent generation at a time, the newest one at each new question."""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Self, TypeVar

from corpus import Article, Failure
from corpus.errors import ArticleNotFoundError, IndexMismatchError, IndexNotFoundError, IndexStaleError
from index.database import ArticleHead, Database, Generation, Passage
from index.embedding import Embedder, Vectors, load_embedder
from index.vectors import VectorStore
from index.words import Words

T = TypeVar("T")

WORDS_FOLDER, VECTORS_FOLDER = "words", "vectors"
_CACHED_PASSAGES = 5000  # about 5 MB


@dataclass(frozen=True)
class Snapshot:
    """One generation of an index, opened. Answers stay consistent while newer generations appear."""

    generation: Generation
    _database: Database
    _words: Words
    _vectors: Callable[[], VectorStore]  # opened at the first search: importing Chroma takes most of a second
    _passages: dict[int, Passage | None] = field(default_factory=dict)

    def search_words(self, terms: Sequence[str], limit: int) -> list[tuple[Passage, float]]:
        """Return up to `limit` live passages with any of `terms`, best BM25 score first."""
        return self._live(lambda depth: self._words.search(terms, depth), limit)

    def search_vectors(self, vector: Vectors, limit: int) -> list[tuple[Passage, float]]:
        """Return up to `limit` live passages by cosine similarity to `vector`, shape (dimension,), nearest first."""
        return self._live(lambda depth: self._vectors().search(self.generation.collections, vector, depth), limit)

    def _live(self, search: Callable[[int], list[tuple[int, float]]], limit: int) -> list[tuple[Passage, float]]:
        """Search deeper until `limit` hits are live or there are no more: the engines may hold dead passages too."""
        depth = limit
        while True:
            hits = search(depth)
            passages = self.passages([row for row, _ in hits])
            live = [(passages[row], score) for row, score in hits if row in passages]
            if len(live) >= limit or len(hits) < depth:
                return live[:limit]
            depth *= 4

    def passages(self, rows: Sequence[int]) -> dict[int, Passage]:
        """Return row id -> passage for those of `rows` that are live."""
        missing = [row for row in rows if row not in self._passages]
        if missing:
            if len(self._passages) > _CACHED_PASSAGES:
                self._passages.clear()
            found = self._database.passages(self.generation.number, missing)
            self._passages.update((row, found.get(row)) for row in missing)
            missing = [row for row in rows if row not in self._passages]  # cleared by another thread
            if missing:
                return self._database.passages(self.generation.number, rows)
        return {row: passage for row in rows if (passage := self._passages[row]) is not None}

    def rarity(self, term: str) -> float:
        """Return the inverse document frequency of a term over passages, as in BM25: ln(1 + (N - n + .5) / (n + .5))."""
        return self._words.rarity(term)

    def article(self, article_id: str) -> Article:
        """Return a live article. Raises `ArticleNotFoundError`."""
        article = self._database.article(self.generation.number, article_id)
        if article is None:
            raise ArticleNotFoundError(f"no article has the id {article_id!r}; 'pullquote status --articles' lists them")
        return article

    def heads(self) -> list[ArticleHead]:
        """Return every live article without its text."""
        return self._database.heads(self.generation.number)


class Index:
    """An index folder, opened for reading. One object a folder and process; safe to share between threads."""

    def __init__(self, folder: str | Path, embedder: Embedder | None = None) -> None:
        """Open the newest generation.

        `embedder` is needed only for an index that was made with an embedder of one's own.
        Raises `IndexNotFoundError` if nothing was indexed there, `IndexMismatchError` if another version or embedder made it.
        """
        self.folder = Path(folder)
        self._given = embedder
        self._lock = threading.Lock()
        self._vectors_lock = threading.Lock()
        self._vectors: VectorStore | None = None
        self._open()

    def _open(self) -> None:
        self._database = Database(self.folder)
        self._state = self._database.state()
        self._snapshot: Snapshot | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Free the files and threads."""
        if self._vectors is not None:
            self._vectors.close()
            self._vectors = None
        self._database.close()

    @cached_property
    def embedder(self) -> Embedder:
        """What made the index's vectors. Raises `IndexMismatchError` if it is not to be had."""
        name, fingerprint = self._database.meta("embedder"), self._database.meta("fingerprint")
        embedder = self._given or load_embedder(name or "")
        check_embedder(embedder, name, fingerprint, self.folder)
        return embedder

    def snapshot(self) -> Snapshot:
        """Return the newest generation, reopened if a build has published one since the last call."""
        with self._lock:
            state = self._database.state() if self._database.file.exists() else None
            if state is None or state[0] != self._state[0]:  # the folder was deleted, and perhaps made again
                self.close()
                self.__dict__.pop("embedder", None)
                self._open()
            elif state != self._state:
                self._state, self._snapshot = state, None
            if self._snapshot is None:
                self._snapshot = self._take()
            return self._snapshot

    def _take(self) -> Snapshot:
        generation = self._database.generation()
        if not generation.number:
            raise IndexNotFoundError(f"the index at {str(self.folder)!r} was never finished; run: pullquote index --index {self.folder}")
        return Snapshot(generation, self._database, Words(self.folder / WORDS_FOLDER), self._open_vectors)

    def _open_vectors(self) -> VectorStore:
        with self._vectors_lock:
            if self._vectors is None:
                self._vectors = VectorStore(self.folder / VECTORS_FOLDER)
            return self._vectors

    def read(self, work: Callable[[Snapshot], T]) -> T:
        """Return `work` of the newest generation; once more if that one was dropped while it ran."""
        try:
            return work(self.snapshot())
        except IndexStaleError:
            with self._lock:
                self._snapshot = None
            return work(self.snapshot())


def check_embedder(embedder: Embedder, name: str | None, fingerprint: str | None, folder: Path) -> None:
    """Raise `IndexMismatchError` unless `embedder` is the one that an index recorded."""
    if embedder.name != name:
        raise IndexMismatchError(
            f"the index at {str(folder)!r} was made with embedder {name!r}, not {embedder.name!r}; "
            "use that one, or delete the folder and index again"
        )
    if embedder.fingerprint != fingerprint:
        raise IndexMismatchError(
            f"the index at {str(folder)!r} was made with another version of embedder {name!r} ({fingerprint} != {embedder.fingerprint}); "
            "delete the folder and index again"
        )


@dataclass(frozen=True, slots=True)
class Status:
    """What an index holds and what it could not read."""

    generation: Generation
    checked: str  # when the corpus was last looked through, ISO 8601 UTC
    embedder: str
    first_date: object  # datetime.date of the oldest dated article, or None
    last_date: object
    undated: int  # articles without a date
    failures: tuple[Failure, ...]


def status(index: str | Path = ".pullquote") -> Status:
    """Return what the index at a folder holds. Raises `IndexNotFoundError`."""
    return read_status(Database(Path(index)))


def read_status(database: Database) -> Status:
    """Return what an opened index holds."""
    generation = database.generation()
    first, last, undated = database.date_span(generation.number)
    failures: Iterable[Failure] = database.failures()
    return Status(generation, database.meta("checked") or "", database.meta("embedder") or "", first, last, undated, tuple(failures))

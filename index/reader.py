"""Read an index: one consistent generation at a time, the newest one at each new question."""

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Self, TypeVar

from corpus import Article, Failure
from corpus.errors import (
    REPAIR,
    ArticleNotFoundError,
    IndexBusyError,
    IndexDamagedError,
    IndexMismatchError,
    IndexNotFoundError,
    IndexStaleError,
    IndexWriteError,
    VectorsDamagedError,
    WordsDamagedError,
)
from index.database import Database
from index.embedding import Embedder, Vectors, load_embedder
from index.listing import DayCount, Listed, Wanted
from index.locks import reading
from index.place import CHROMA_URL, VectorsPlace
from index.records import ArticleHead, Generation, Passage, Version
from index.rewriting import repair_index
from index.soundness import words_folder
from index.vectors import VectorStore, nearest
from index.view import View, needs_view
from index.words import Words

T = TypeVar("T")

TRIES = 10  # reads of an index that is rebuilt or damaged meanwhile
_PAUSE = 0.5  # seconds, while another process mends what is damaged
_LOG = logging.getLogger("pullquote")
_CACHED_PASSAGES = 5000  # about 5 MB


@dataclass(frozen=True)
class Snapshot:
    """One generation of an index, opened. It stays the same while newer ones appear, for as long as it is kept.

    Within `Index.read` it is whole; kept for longer, every method raises `IndexStaleError` once a build has dropped some of it.
    """

    generation: Generation
    _database: Database
    _words: Words
    _vectors: Callable[[], VectorStore]  # opened at the first search: importing Chroma takes most of a second
    _passages: dict[int, Passage] = field(default_factory=dict)  # read before
    _dead: set[int] = field(default_factory=set)  # rows found to be none

    def search_words(self, terms: Sequence[str], limit: int, among: Sequence[int] | None = None) -> list[tuple[Passage, float]]:
        """Return up to `limit` live passages with any of `terms`, best BM25 score first; with `among`, only of these rows."""
        return self._live(lambda depth: self._words.search(terms, depth, among), limit)

    def search_vectors(self, vector: Vectors, limit: int, among: Sequence[int] | None = None) -> list[tuple[Passage, float]]:
        """Return up to `limit` live passages by cosine similarity to `vector`, shape (dimension,), nearest first.

        With `among`, only of these rows: each is compared, so there should be thousands at most.
        """
        if among is not None:
            return self._live(lambda depth: nearest(vector, self._database.vectors(self.generation.number, among))[:depth], limit)
        try:
            hits = self._live(lambda depth: self._vectors().search(self.generation.collections, vector, depth), limit)
            if not hits and limit > 0 and self.generation.passages:  # Chroma says nothing when its files are deleted under it
                raise VectorsDamagedError(f"the vectors of the index are missing; {REPAIR}")
        except VectorsDamagedError:
            self.check_kept()  # so it looks while a build drops what is read
            raise
        return hits

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
        known = {row: passage for row in rows if (passage := self._passages.get(row)) is not None}
        missing = [row for row in rows if row not in known and row not in self._dead]
        if missing:
            found = self._database.passages(self.generation.number, missing)
            if len(self._passages) > _CACHED_PASSAGES:
                self._passages.clear()
            self._passages.update(found)
            self._dead.update(row for row in missing if row not in found)
            known |= found
        return {row: known[row] for row in rows if row in known}

    def dated_rows(self, after: dt.date | None, before: dt.date | None, limit: int) -> list[int]:
        """Return up to `limit` row ids of the passages of articles that are dated from `after` to `before`, both inclusive."""
        return self._database.dated_rows(self.generation.number, after, before, limit)

    def rows_with(self, terms: Sequence[str]) -> list[int]:
        """Return the row ids of all passages that have every one of `terms` in their text or title, dead ones among them."""
        return self._words.holding(terms)

    def rarity(self, term: str) -> float:
        """Return the inverse document frequency of a term over passages, as in BM25: ln(1 + (N - n + .5) / (n + .5))."""
        return self._words.rarity(term)

    def article(self, article_id: str) -> Article:
        """Return a live article by its id, or by another file or line that has it. Raises `ArticleNotFoundError`."""
        return self._find(article_id)[0]

    def head(self, article_id: str) -> ArticleHead:
        """Return a live article without its text. Raises `ArticleNotFoundError`."""
        return self._find(article_id)[1]

    def _find(self, article_id: str) -> tuple[Article, ArticleHead]:
        found = self._database.article(self.generation.number, article_id)
        if found is None:
            raise ArticleNotFoundError(f"no article has the id {article_id!r}; 'pullquote status --articles' lists them")
        return found

    def versions(self, article_id: str) -> list[Version]:
        """Return every version of a live article, in the order in which they were indexed. Raises `ArticleNotFoundError`."""
        self._find(article_id)
        return self._database.versions(self.generation.number, article_id)

    def copies(self, versions: Sequence[int]) -> dict[int, tuple[int, ...]]:
        """Return version -> the live versions of other articles that are its near-duplicates, for those of `versions` that have some."""
        return self._database.copies(self.generation.number, versions)

    def texts(self, versions: Sequence[int]) -> dict[int, tuple[ArticleHead, str]]:
        """Return version -> its article without the text, and the text, for those of `versions` that are live."""
        return self._database.texts(self.generation.number, versions)

    def check_kept(self) -> None:
        """Raise `IndexStaleError` if a build has dropped some of the generation."""
        self._database.check_kept(self.generation.number)

    def heads(self) -> list[ArticleHead]:
        """Return every live article without its text."""
        return self._database.heads(self.generation.number)

    def listed(self, wanted: Wanted, start: int, limit: int) -> list[Listed]:
        """Return a page of a list: up to `limit` live articles from the `start`th on, counted from 0."""
        return self._database.listed(self.generation.number, wanted, start, limit)

    def count(self, wanted: Wanted) -> int:
        """Return how many live articles a list has on all its pages."""
        return self._database.count(self.generation.number, wanted)

    def failures(self) -> list[Failure]:
        """Return what the last build could not read."""
        return self._database.failures()

    def days(self) -> list[DayCount]:
        """Return how many live articles each outlet has of each day, the undated ones first."""
        return self._database.days(self.generation.number)


class Index:
    """An index folder, opened for reading. Safe to share between threads."""

    def __init__(self, folder: str | Path, embedder: Embedder | None = None, *, chroma_url: str = "") -> None:
        """Open the newest generation.

        `embedder` is needed only for an index that was made with an embedder of one's own; `chroma_url` only where the
        Chroma server that has the vectors has moved or wants a user and a password.
        Raises `IndexNotFoundError` if nothing was indexed there, `IndexMismatchError` if another version or embedder made it.
        """
        self.folder = Path(folder)
        self._given = embedder
        self._chroma_url = chroma_url
        self._lock = threading.Lock()  # guards the next two
        self._closed = False
        self._files = _Files(self.folder, self._chroma_url)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Free the files and threads; the object cannot be used afterwards."""
        with self._lock:
            self._closed = True
            self._files.close()

    @cached_property
    def embedder(self) -> Embedder:
        """What made the index's vectors. Raises `IndexMismatchError` if it is not to be had."""
        name, fingerprint = self._files.database.meta("embedder"), self._files.database.meta("fingerprint")
        embedder = self._given or load_embedder(name or "")
        check_embedder(embedder, name, fingerprint, self.folder)
        return embedder

    def snapshot(self) -> Snapshot:
        """Return the newest generation, reopened if a build has published one since the last call."""
        with self._lock:
            if self._closed:
                raise IndexStaleError("the index was closed; open it again")
            if not self._files.is_current():  # the folder was deleted, and perhaps made again
                self._reopen()
            return self._files.newest()

    def _reopen(self) -> None:
        self._files.close()
        self.__dict__.pop("embedder", None)
        self._files = _Files(self.folder, self._chroma_url)

    def read(self, work: Callable[[Snapshot], T]) -> T:
        """Return `work` of the newest generation, which is kept whole while it runs, however many builds go by.

        `work` runs again, up to `TRIES` times, where that could not be promised (`index.locks.reading`) or where words or
        vectors were damaged: they are written again from the database, without embedding, and a warning tells so in the log.
        Raises the damage if this process may not write the index.
        """
        for left in range(TRIES - 1, -1, -1):
            number = 0
            try:
                snapshot = self.snapshot()
                number = snapshot.generation.number
                with reading(self.folder, number):
                    snapshot.check_kept()
                    return work(snapshot)
            except IndexStaleError:
                if self._closed or not left:
                    raise
            except (WordsDamagedError, VectorsDamagedError) as error:
                if not left:
                    raise
                self._repair(error, number or self._files.database.newest())
        raise AssertionError("the last try returns or raises")

    def _repair(self, damage: IndexDamagedError, number: int) -> None:
        """Have damaged words or vectors written again, unless another process does. Raises `damage` if this one may not."""
        try:
            repair_index(self.folder, self.embedder, damage, number, self._chroma_url)
            _LOG.warning("%s: it was done now", damage)
        except IndexBusyError:
            time.sleep(_PAUSE)
        except IndexWriteError as error:
            raise damage from error
        with self._lock:
            if not self._closed:
                self._reopen()


class _Files:
    """The files of one index, opened; an index made anew in the same folder has others."""

    def __init__(self, folder: Path, chroma_url: str) -> None:
        self.database = Database(folder)
        self._place = VectorsPlace(folder, self.database, chroma_url)
        self._folder = folder
        self._lock = threading.Lock()
        self._vectors: VectorStore | None = None
        self._snapshot: Snapshot | None = None
        self._checked = 0  # the generation whose files were last looked at
        self._closed = False
        self._view = View() if needs_view(folder) else None

    def is_current(self) -> bool:
        """Whether these are still the files in the folder."""
        return self.database.is_current()

    def newest(self) -> Snapshot:
        """Return the newest generation. To be called by one thread at a time."""
        if self._snapshot is None or self._snapshot.generation.number != self.database.newest():
            self._snapshot = self._take()
        return self._snapshot

    def _take(self) -> Snapshot:
        while True:
            generation = self.database.generation()
            if not generation.number:
                raise IndexNotFoundError(
                    f"the index at {str(self._folder)!r} was never finished; run: pullquote index --index {self._folder}"
                )
            place = words_folder(self._folder, self.database)
            words = Words(self._view.of_words(place) if self._view else place)
            # Words opened after a build began to drop some of the generation's would lack them, unnoticed.
            if generation.number == self.database.newest():
                return Snapshot(generation, self.database, words, partial(self._open_vectors, generation))

    def _open_vectors(self, generation: Generation) -> VectorStore:
        with self._lock:
            if self._closed:
                raise IndexStaleError("the index was closed or made anew while it was read; ask again")
            if changed := self._checked != generation.number:
                self._place.check_files(generation)
                self._checked = generation.number
            # After damage they are written again elsewhere; a view has what was there when it was made.
            if self._vectors is None or self._vectors.identity != self._place.identity or (self._view and changed):
                if self._vectors is not None:
                    self._vectors.close()
                self._vectors = self._view.open_vectors(self._place) if self._view else self._place.open()
            return self._vectors

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._vectors is not None:
                self._vectors.close()
        self.database.close()
        if self._view:
            self._view.close()


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
    first_date: dt.date | None  # of the oldest dated article
    last_date: dt.date | None
    undated: int  # articles without a date
    failures: tuple[Failure, ...]
    chroma_url: str = ""  # of the server that has the vectors, without user and password; empty if the index folder has them


def status(index: str | Path = ".pullquote") -> Status:
    """Return what the index at a folder holds. Raises `IndexNotFoundError`."""
    with Database(Path(index)) as database:
        generation = database.generation()
        first, last, undated = database.date_span(generation.number)
        checked, embedder = database.meta("checked") or "", database.meta("embedder") or ""
        return Status(generation, checked, embedder, first, last, undated, tuple(database.failures()), database.meta(CHROMA_URL) or "")

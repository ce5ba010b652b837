"""Build an index, or bring it up to date with its corpus.

Order of work, so that readers always see one whole generation: drop what earlier builds left dead; write new rows,
words and vectors beside the live ones; publish the generation in one transaction, last. A build that is killed has
published nothing; what it embedded is cached, so the next one is quick.
"""

import datetime as dt
import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from corpus import Article, Failure
from corpus.errors import IndexBusyError, IndexDamagedError, IndexWriteError
from index.database import FILE, Database
from index.embedding import DEFAULT_EMBEDDER, Embedder, Vectors, load_embedder
from index.passages import PassageSpan, split_passages
from index.planning import Entry, Plan, check_holds_article, check_same_corpus, compare
from index.reader import VECTORS_FOLDER, WORDS_FOLDER, check_embedder
from index.records import Generation, StoredPassage
from index.vectors import VectorStore
from index.words import WordsWriter, open_writer

WINDOW = 128  # passages embedded and kept at a time: about two seconds of work that a kill can cost
MAX_COLLECTIONS = 6  # each is one more search a question; above, or once over half of their vectors are dead, all are written again as one


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: numbers of articles, and what could not be read."""

    added: int
    changed: int
    removed: int
    unchanged: int
    failed: tuple[Failure, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is."""

    articles: int  # done
    total: int  # that must be indexed
    passages: int  # done


def build(
    corpus: str | Path = "corpus/articles",
    index: str | Path = ".pullquote",
    *,
    embedder: str | Embedder | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> BuildReport:
    """Index every article of a corpus; on an existing index, only what was added, changed or removed.

    `embedder` is a shipped one's name or an object of one's own; by default the index's own, for a new index "minilm".
    `progress` is called now and then. Articles that cannot be read are in the report; if one was indexed before, that
    version stays.

    Raises `CorpusNotFoundError`, `EmptyCorpusError`, `IndexBusyError`, `IndexMismatchError`, `IndexWriteError` and
    `ModelFileError`; the generation before stays readable whatever happens.
    """
    began = time.monotonic()
    folder = Path(index)
    if not (folder / FILE).exists():
        check_holds_article(corpus)  # a missing or empty corpus must not leave an index folder behind
    with _writer_lock(folder), Database(folder, writable=True) as database:
        used = _choose_embedder(database, embedder, folder)
        plan = compare(corpus, database)
        check_same_corpus(Path(corpus).resolve(), plan, database, folder)
        _Build(database, folder, used, progress).run(plan)
    added = len(plan.entries) - len(plan.changed)
    return BuildReport(added, len(plan.changed), len(plan.removed), plan.unchanged, tuple(plan.failed), time.monotonic() - began)


@contextmanager
def _writer_lock(folder: Path) -> Iterator[None]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "writer.lock", blocking=False)
        lock.acquire()
    except Timeout as error:
        raise IndexBusyError(f"another process is writing the index at {str(folder)!r}; wait until it is done, then index again") from error
    except OSError as error:
        raise IndexWriteError(
            f"the index folder {str(folder)!r} cannot be written ({error.strerror}); choose another with --index"
        ) from error
    try:
        yield
    finally:
        lock.release()


def _choose_embedder(database: Database, wanted: str | Embedder | None, folder: Path) -> Embedder:
    recorded = database.meta("embedder")
    if wanted is None or isinstance(wanted, str):
        embedder = load_embedder(wanted or recorded or DEFAULT_EMBEDDER)
    else:
        embedder = wanted
    if recorded:
        check_embedder(embedder, recorded, database.meta("fingerprint"), folder)
    else:
        database.set_meta(embedder=embedder.name, fingerprint=embedder.fingerprint)
    return embedder


class _Build:
    """One run under the writer lock."""

    def __init__(self, database: Database, folder: Path, embedder: Embedder, progress: Callable[[Progress], None] | None) -> None:
        self._database = database
        self._folder = folder
        self._embedder = embedder
        self._progress = progress
        self._before = database.generation()
        self._number = self._before.number + 1

    def run(self, plan: Plan) -> None:
        """Carry out the plan and publish; without any change, only record that the corpus was looked through."""
        if plan.entries or plan.removed:
            anew = not self._before.number  # whatever is there then, a killed build or an index without its database left
            with (
                VectorStore(self._folder / VECTORS_FOLDER, self._database.identity, anew=anew) as vectors,
                open_writer(self._folder / WORDS_FOLDER, anew=anew) as words,
            ):
                dropped = self._drop_dead(words, vectors)
                self._database.publish(self._write(plan, words, vectors), plan.ended)
            if dropped:
                self._database.drop_unused_embeddings()
        self._database.replace_failures(plan.failed)
        self._database.set_meta(checked=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"))

    def _drop_dead(self, words: WordsWriter, vectors: VectorStore) -> bool:
        """Drop what was live only in earlier generations, and what a build that was killed has left."""
        names = set(vectors.names())
        if missing := set(self._before.collections) - names:
            raise IndexDamagedError(f"the vectors of the index lack {min(missing)!r}; delete the index folder and index again")
        self._database.retire_before(self._before.number)
        dead = self._database.dead_passages(self._before.number)
        words.remove(dead)
        words.remove_generation(self._number)
        words.commit()
        self._database.drop_dead(self._before.number)
        for name in names.difference(self._before.collections):
            vectors.drop(name)
        return bool(dead)

    def _write(self, plan: Plan, words: WordsWriter, vectors: VectorStore) -> Generation:
        name = f"generation-{self._number}"
        stored: list[StoredPassage] = []
        if plan.entries:
            vectors.create(name)
            self._tell(0, plan, 0)
        for window in _windows(plan.entries):
            rows = self._write_window(window, words)
            vectors.add(name, [passage.row for passage in rows], self._cached(rows))
            stored += rows
            self._tell(window[-1][0] + 1, plan, len(stored))
        words.commit()
        live = self._database.live_passages(self._before.number, self._number, plan.ended)
        collections = (*self._before.collections, name) if stored else self._before.collections
        if len(collections) > MAX_COLLECTIONS or vectors.count(collections) > 2 * len(live):
            collections = (f"generation-{self._number}-merged",)
            vectors.create(collections[0])
            for start in range(0, len(live), WINDOW):
                part = live[start : start + WINDOW]
                vectors.add(collections[0], [passage.row for passage in part], self._cached(part))
        articles = self._before.articles + len(plan.entries) - len(plan.ended)
        return Generation(self._number, dt.datetime.now(dt.UTC), collections, articles, len(live))

    def _tell(self, articles: int, plan: Plan, passages: int) -> None:
        if self._progress:
            self._progress(Progress(articles, len(plan.entries), passages))

    def _write_window(self, window: Sequence[tuple[int, Entry, list[PassageSpan]]], words: WordsWriter) -> list[StoredPassage]:
        texts = {(number, span): indexed_text(entry.article, span) for number, entry, spans in window for span in spans}
        keys = {place: self._key(text) for place, text in texts.items()}
        self._embed({keys[place]: text for place, text in texts.items()})
        stored: list[StoredPassage] = []
        with self._database.transaction() as connection:
            for number, entry, spans in window:
                rows = self._database.add_article(
                    connection, self._number, entry.article, entry.digest, entry.file, [(span, keys[number, span]) for span in spans]
                )
                for passage, span in zip(rows, spans, strict=True):
                    words.add(passage.row, self._number, texts[number, span])
                stored += rows
        return stored

    def _embed(self, texts: dict[bytes, str]) -> None:
        """Embed the texts whose key is not in the cache yet, and keep the vectors there."""
        known = self._database.embeddings(list(texts))
        missing = [key for key in texts if key not in known]
        if missing:
            vectors = self._embedder.embed([texts[key] for key in missing])
            self._database.cache_embeddings(dict(zip(missing, vectors, strict=True)))

    def _cached(self, passages: Sequence[StoredPassage]) -> Vectors:
        found = self._database.embeddings([passage.embedding for passage in passages])
        return np.stack([found[passage.embedding] for passage in passages])

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self._embedder.name} {self._embedder.fingerprint}\n{text}".encode()).digest()


def indexed_text(article: Article, span: PassageSpan) -> str:
    """Return what a passage is found by, in words and in meaning: the article's title, then the passage."""
    return f"{article.title}\n{article.text[span.start : span.end]}"


def _windows(entries: Sequence[Entry]) -> Iterator[list[tuple[int, Entry, list[PassageSpan]]]]:
    """Group articles, with their number and passages, into runs of about `WINDOW` passages."""
    window: list[tuple[int, Entry, list[PassageSpan]]] = []
    size = 0
    for number, entry in enumerate(entries):
        spans = split_passages(entry.article.text)
        window.append((number, entry, spans))
        size += len(spans)
        if size >= WINDOW:
            yield window
            window, size = [], 0
    if window:
        yield window

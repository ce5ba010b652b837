"""Build an index, or bring it up to date with its corpus.

Order of work, so that readers always see one whole generation: drop what earlier builds left dead; write new rows,
words and vectors beside the live ones; publish the generation in one transaction, last. A build that is killed has
published nothing; what it embedded is cached, so the next one is quick.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus import Article, Failure
from corpus.errors import IndexDamagedError, VectorsDamagedError, WordsDamagedError
from index.cache import EmbeddingCache, indexed_text
from index.collections import collection_name
from index.database_writer import DatabaseWriter
from index.embedding import DEFAULT_EMBEDDER, Embedder, load_embedder
from index.locks import offer, retiring, writer_lock
from index.passages import PassageSpan, split_passages
from index.place import VectorsPlace, remember_files
from index.planning import Plan, check_makes_index, check_same_corpus, compare
from index.reader import check_embedder
from index.records import Entry, Generation, StoredPassage
from index.rewriting import compact, drop_others, repair
from index.soundness import (
    SAMPLE,
    check_collection,
    check_stored,
    check_words,
    find_damage,
    words_folder,
)
from index.vectors import VectorStore
from index.watching import settled_stamp
from index.words import WordsWriter, open_writer

_UNFINISHED = "unfinished"  # a fact of the index: whether a build has begun to write and has not come to its end
_SEEN = "seen"  # a fact of the index: the stamp of the corpus that it was last compared with
WINDOW = 128  # passages embedded and kept at a time: about two seconds of work that a kill can cost


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did: numbers of articles, and what could not be read."""

    added: int
    changed: int
    removed: int
    unchanged: int
    failed: tuple[Failure, ...]
    seconds: float
    repaired: tuple[str, ...] = ()  # what was damaged and written again
    moved: int = 0  # articles whose file has another name
    upgraded: str | None = None  # the older format that the index had, if it was made anew from it


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is."""

    articles: int  # done
    total: int  # that must be indexed
    passages: int  # done
    doing: str = ""  # what is done instead of indexing, such as mending what is damaged


def build(
    corpus: str | Path = "corpus/articles",
    index: str | Path = ".pullquote",
    *,
    embedder: str | Embedder | None = None,
    allow_empty: bool = False,
    chroma_url: str = "",
    progress: Callable[[Progress], None] | None = None,
) -> BuildReport:
    """Index every article of a corpus; on an existing index, only what was added, changed or removed.

    `embedder` is a shipped one's name or an object of one's own; by default the index's own, for a new index "minilm".
    Articles that cannot be read are in the report; if one was indexed before, that version stays. Articles that are gone
    are removed; most of them at once only with `allow_empty`. `chroma_url` is the address of a Chroma server that is to have
    the vectors, with a user and a password if it wants them; the index remembers it without these, and vectors that were
    in the folder are moved. `progress` is called now and then.

    Raises `CorpusNotFoundError`, `EmptyCorpusError`, `ArticlesGoneError`, `IndexBusyError`, `IndexMismatchError`, `IndexWriteError`,
    `VectorServerError`, `SettingError` and `ModelFileError`; the generation before stays readable whatever happens.
    """
    began = time.monotonic()
    folder = Path(index)
    check_makes_index(corpus, folder)
    repaired: list[IndexDamagedError] = []
    with writer_lock(folder), DatabaseWriter(folder) as database:
        used = _choose_embedder(database, embedder, folder)
        cache = EmbeddingCache(database, used)
        place = VectorsPlace(folder, database, chroma_url, moves=True)
        place.settle(database)
        if database.newest() and (repaired := find_damage(folder, database, database.generation(), place)):
            _mend(folder, database, cache, repaired, place, progress)
        seen = settled_stamp(corpus)
        if seen and seen == database.meta(_SEEN) and database.newest():
            articles = database.generation().articles
            plan = Plan(unchanged=articles, articles=articles)
        else:
            plan = compare(corpus, database, allow_empty=allow_empty)
        check_same_corpus(Path(corpus).resolve(), plan, database, folder)
        upgraded = database.meta("upgraded")
        try:
            _Build(database, folder, cache, place, progress).run(plan, seen)
        except (WordsDamagedError, VectorsDamagedError) as error:  # that a first look did not show, or that happened since
            if not database.newest():
                raise
            _mend(folder, database, cache, [error], place, progress)
            repaired.append(error)
            _Build(database, folder, cache, place, progress).run(plan, seen)
    return BuildReport(
        plan.added,
        plan.changed,
        plan.removed,
        plan.unchanged,
        tuple(plan.failed),
        time.monotonic() - began,
        tuple(map(str, repaired)),
        plan.moved,
        upgraded,
    )


def _mend(
    folder: Path,
    database: DatabaseWriter,
    cache: EmbeddingCache,
    damage: Sequence[IndexDamagedError],
    place: VectorsPlace,
    progress: Callable[[Progress], None] | None,
) -> None:
    if progress:
        progress(Progress(0, 0, 0, doing=f"Mending: {damage[0]}"))
    repair(folder, database, cache, damage, place)


def _choose_embedder(database: DatabaseWriter, wanted: str | Embedder | None, folder: Path) -> Embedder:
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

    def __init__(
        self,
        database: DatabaseWriter,
        folder: Path,
        cache: EmbeddingCache,
        place: VectorsPlace,
        progress: Callable[[Progress], None] | None,
    ) -> None:
        self._database = database
        self._folder = folder
        self._cache = cache
        self._place = place
        self._progress = progress
        self._before = database.generation()
        self._number = self._before.number + 1

    def run(self, plan: Plan, seen: str) -> None:
        """Carry out the plan and publish; without any change, only record that the corpus was looked through as it is `seen`."""
        if plan.differs:
            anew = not self._before.number  # whatever is there then, a killed build or an index without its database left
            drop_others(self._folder, self._database, self._place)
            with (
                self._place.open(anew=anew) as vectors,
                open_writer(words_folder(self._folder, self._database), anew=anew) as words,
            ):
                broken_off = self._database.meta(_UNFINISHED) == "yes"  # the last build: what it left is not known
                self._database.set_meta(**{_UNFINISHED: "yes"})
                dropped = self._drop_dead(words, vectors)
                generation = self._write(plan, words, vectors)
                offer(self._folder, self._number)
                self._database.publish(generation, plan)
                if broken_off:
                    self._database.drop_all_unused_embeddings()
                else:
                    self._database.drop_unused_embeddings(dropped)
                self._database.set_meta(**{_UNFINISHED: "no"})
                compact(self._folder, self._database, self._cache, vectors)
        self._database.set_meta(**{_SEEN: "" if plan.failed else seen})  # what failed is tried again
        self._database.replace_failures(plan.failed)
        self._database.set_meta(checked=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"))

    def _drop_dead(self, words: WordsWriter, vectors: VectorStore) -> set[bytes]:
        """Drop what only generations had that nobody reads any more, and what a build that was killed has left.

        Return the keys of its embeddings.
        """
        newest = self._before.number
        with retiring(self._folder, newest) as oldest:
            self._database.retire_before(oldest)
        dead = self._database.dead_passages(oldest, newest)
        words.remove([passage.row for passage in dead])
        words.remove_generation(self._number)
        words.commit()
        self._database.drop_dead(oldest, newest)
        for name in set(vectors.names()) - self._database.collections():
            vectors.drop(name)
        return {passage.embedding for passage in dead}

    def _write(self, plan: Plan, words: WordsWriter, vectors: VectorStore) -> Generation:
        name = collection_name(self._number, self._database.next_passage())
        stored: list[StoredPassage] = []
        if plan.entries:
            vectors.create(name)
            self._tell(0, plan, 0)
        for window in _windows(plan.entries):
            rows = self._write_window(window, words)
            if rows:
                vectors.add(name, [passage.row for passage in rows], self._cache.vectors(rows))
            stored += rows
            self._tell(window[-1][0] + 1, plan, len(stored))
        words.commit()
        self._check(name, stored, vectors)
        live = self._before.passages + len(stored) - self._database.count_passages(plan.ended)
        collections = (*self._before.collections, name) if stored else self._before.collections
        return Generation(self._number, dt.datetime.now(dt.UTC), collections, plan.articles, live)

    def _check(self, name: str, stored: Sequence[StoredPassage], vectors: VectorStore) -> None:
        """Raise `WordsDamagedError` or `VectorsDamagedError` unless both hold what is to be published."""
        check_words(words_folder(self._folder, self._database), self._number, stored, self._database.stored_passages())
        if stored:
            check_collection(vectors, name, stored, self._cache)
            remember_files(self._database, name, vectors)
        check_stored(vectors, self._before.collections, self._database.some_passages(self._before.number, SAMPLE), self._cache)

    def _tell(self, articles: int, plan: Plan, passages: int) -> None:
        if self._progress:
            self._progress(Progress(articles, len(plan.entries), passages))

    def _write_window(self, window: Sequence[tuple[int, Entry, list[PassageSpan]]], words: WordsWriter) -> list[StoredPassage]:
        texts = {(number, span): _text(entry.article, span) for number, entry, spans in window for span in spans}
        keys = {place: self._cache.key(text) for place, text in texts.items()}
        self._cache.fill({keys[place]: text for place, text in texts.items()})
        stored: list[StoredPassage] = []
        with self._database.transaction() as connection:
            for number, entry, spans in window:
                rows = self._database.add_version(connection, self._number, entry, [(span, keys[number, span]) for span in spans])
                for passage, span in zip(rows, spans, strict=True):
                    words.add(passage.row, self._number, texts[number, span])
                stored += rows
        return stored


def _text(article: Article, span: PassageSpan) -> str:
    return indexed_text(article.title, article.text[span.start : span.end])


def _windows(entries: Sequence[Entry]) -> Iterator[list[tuple[int, Entry, list[PassageSpan]]]]:
    """Group articles, with their number and passages, into runs of about `WINDOW` passages."""
    window: list[tuple[int, Entry, list[PassageSpan]]] = []
    size = 0
    for number, entry in enumerate(entries):
        spans = split_passages(entry.article.text) if entry.live else []
        window.append((number, entry, spans))
        size += len(spans)
        if size >= WINDOW:
            yield window
            window, size = [], 0
    if window:
        yield window

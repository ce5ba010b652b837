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
from typing import NamedTuple

from corpus import Article, Failure
from corpus.errors import IndexDamagedError, VectorsDamagedError, WordsDamagedError
from index.cache import EmbeddingCache, indexed_text
from index.database_writer import DatabaseWriter
from index.drafts import Drafts
from index.embedding import DEFAULT_EMBEDDER, Embedder, load_embedder
from index.filling import Filling
from index.locks import offer, retiring, writer_lock
from index.passages import PassageSpan, split_passages
from index.place import VectorsPlace, drop_collection
from index.planning import Plan, check_makes_index, check_same_corpus, compare
from index.reader import check_embedder
from index.records import Entry, Generation, StoredPassage
from index.rewriting import compact, drop_others, repair
from index.soundness import check_others, check_words, find_damage, words_folder
from index.vectors import VectorStore
from index.watching import settled_stamp
from index.words import WordsWriter, open_writer

_UNFINISHED = "unfinished"  # a fact of the index: whether a build has begun to write and has not come to its end
_SEEN = "seen"  # a fact of the index: the stamp of the corpus that it was last compared with
# Passages embedded and kept at a time: about two seconds of work that a kill can cost. With a quick embedder more, for what is
# written over the whole of an index with each commit is a large part of the work then.
WINDOW, LARGEST_WINDOW = 128, 2048


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
    with writer_lock(folder), DatabaseWriter(folder) as database, Drafts(folder) as drafts:
        used = _choose_embedder(database, embedder, folder)
        cache = EmbeddingCache(database, used)
        place = VectorsPlace(folder, database, chroma_url, moves=True)
        place.settle(database)
        if database.newest() and (repaired := find_damage(folder, database, database.generation(), place)):
            _mend(folder, database, cache, repaired, place, progress)
        seen = settled_stamp(corpus)
        if seen and seen == database.meta(_SEEN) and database.newest():
            articles = database.generation().articles
            plan = Plan(unchanged=articles, articles=articles, stamps=database.files())
        else:
            plan = compare(corpus, database, drafts, allow_empty=allow_empty)
        check_same_corpus(Path(corpus).resolve(), plan, database, folder)
        upgraded, before = database.meta("upgraded"), database.newest()
        try:
            _Build(database, folder, cache, place, progress).run(plan, seen)
        except (WordsDamagedError, VectorsDamagedError) as error:  # that a first look did not show, or that happened since
            if not database.newest():
                raise
            published = database.newest() != before
            _mend(folder, database, cache, [error], place, progress)
            repaired.append(error)
            again = _Build(database, folder, cache, place, progress)
            again.record(plan, seen) if published else again.run(plan, seen)
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
    if recorded and database.newest():
        check_embedder(embedder, recorded, database.meta("fingerprint"), folder)
    else:  # what a build that published nothing has embedded is kept under its embedder's name
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
        self.record(plan, seen)

    def record(self, plan: Plan, seen: str) -> None:
        """Keep how the corpus was when it was looked through."""
        self._database.set_meta(**{_SEEN: "" if plan.failed else seen})  # what failed is tried again
        self._database.replace_failures(plan.failed)
        self._database.replace_files(plan.stamps)
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
            drop_collection(self._database, name, vectors)
        return {passage.embedding for passage in dead}

    def _write(self, plan: Plan, words: WordsWriter, vectors: VectorStore) -> Generation:
        first = self._database.next_passage()
        filling = Filling(vectors, self._database, self._cache, self._number)
        if plan.entries:
            self._tell(0, plan, 0)
        for window in self._cache.fill_ahead(_windows(plan.entries, self._cache)):
            filling.add(self._write_window(window, words))
            self._tell(window.last, plan, self._database.next_passage() - first)
        words.commit()
        made = filling.finish()
        new = range(first, self._database.next_passage())
        self._check(new, vectors)
        live = self._before.passages + len(new) - self._database.count_passages(plan.ended)
        return Generation(self._number, dt.datetime.now(dt.UTC), (*self._before.collections, *made), plan.articles, live)

    def _check(self, new: Sequence[int], vectors: VectorStore) -> None:
        """Raise `WordsDamagedError` or `VectorsDamagedError` unless both hold what is to be published; new vectors were checked."""
        check_words(words_folder(self._folder, self._database), self._number, new, self._database.stored_passages())
        check_others(vectors, self._before, self._database, self._cache)

    def _tell(self, articles: int, plan: Plan, passages: int) -> None:
        if self._progress:
            self._progress(Progress(articles, len(plan.entries), passages))

    def _write_window(self, window: "_Window", words: WordsWriter) -> list[StoredPassage]:
        stored: list[StoredPassage] = []
        with self._database.transaction() as connection:
            for cut in window.articles:
                rows = self._database.add_version(
                    connection, self._number, cut.entry, cut.article, [(part.span, part.key) for part in cut.parts]
                )
                for passage, part in zip(rows, cut.parts, strict=True):
                    words.add(passage.row, self._number, part.text)
                stored += rows
        return stored


class _Part(NamedTuple):
    """A passage that is to be indexed."""

    span: PassageSpan
    text: str  # that it is found by
    key: bytes  # of its embedding


@dataclass(frozen=True, slots=True)
class _Cut:
    """An article, cut into passages."""

    entry: Entry
    article: Article
    parts: list[_Part]


@dataclass(frozen=True, slots=True)
class _Window:
    """Articles that are written together."""

    articles: list[_Cut]
    last: int  # number of articles to its end, those of the windows before counted

    @property
    def to_embed(self) -> dict[bytes, str]:
        return {part.key: part.text for cut in self.articles for part in cut.parts}


def _windows(entries: Sequence[Entry], cache: EmbeddingCache) -> Iterator[_Window]:
    """Cut articles into passages, and group them into runs of about `WINDOW` passages, or of those that are embedded in a second."""
    window: list[_Cut] = []
    size = 0
    for number, entry in enumerate(entries, start=1):
        article = entry.read()
        spans = split_passages(article.text) if entry.live else []
        texts = [indexed_text(article.title, article.text[span.start : span.end]) for span in spans]
        window.append(_Cut(entry, article, [_Part(span, text, cache.key(text)) for span, text in zip(spans, texts, strict=True)]))
        size += len(spans)
        if size >= min(max(WINDOW, cache.pace), LARGEST_WINDOW) or number == len(entries):
            yield _Window(window, number)
            window, size = [], 0

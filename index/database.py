"""index.sqlite: what the index holds, and its commit point.

An article row lives from the generation it was `born` in until the one it `died` in. A build writes rows of the next
generation beside the live ones, unseen; publishing is one transaction that ends the old rows and adds the generation.
The engines (words, vectors) may hold more passages than are live, never fewer.
"""

import datetime as dt
import json
import os
import random
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import numpy as np

from corpus import Article, Failure
from corpus.errors import IndexDamagedError, IndexMismatchError, IndexNotFoundError, IndexStaleError, IndexWriteError
from index.embedding import Vectors
from index.passages import PASSAGES_VERSION, PassageSpan
from index.records import NO_GENERATION, ArticleHead, Generation, KnownArticle, Passage, StoredPassage, pack, unpack

FILE = "index.sqlite"
FORMAT = f"2.{PASSAGES_VERSION}"  # of the tables and the passages in them

_SCHEMA = """
PRAGMA page_size = 16384;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, digest TEXT NOT NULL, file TEXT NOT NULL,
    title TEXT NOT NULL, text TEXT NOT NULL, date TEXT, source TEXT, url TEXT, authors TEXT NOT NULL,
    notes TEXT NOT NULL, born INTEGER NOT NULL, died INTEGER
);
CREATE INDEX articles_id ON articles (id);
CREATE INDEX articles_died ON articles (died);
CREATE INDEX articles_born ON articles (born);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY AUTOINCREMENT, article INTEGER NOT NULL REFERENCES articles (row),
    start INTEGER NOT NULL, end INTEGER NOT NULL, sentences BLOB NOT NULL, embedding BLOB NOT NULL
);
CREATE INDEX passages_article ON passages (article);
CREATE INDEX passages_embedding ON passages (embedding);
CREATE TABLE embeddings (key BLOB NOT NULL UNIQUE, vector BLOB NOT NULL);
CREATE TABLE failures (location TEXT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE generations (
    number INTEGER PRIMARY KEY, published TEXT NOT NULL, collections TEXT NOT NULL,
    articles INTEGER NOT NULL, passages INTEGER NOT NULL
);
"""
_LIVE = "articles.born <= :generation AND (articles.died IS NULL OR articles.died > :generation)"
_DEAD = "SELECT row FROM articles WHERE died <= :oldest UNION SELECT row FROM articles WHERE born > :newest"
_VARIABLES = 500  # values bound in one statement
# What is wrong around the file rather than in it: full disk, permissions, another program's lock.
_OUTSIDE = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_NOMEM,
}


class Database:
    """An opened index.sqlite. Safe to share between threads; one process writes, under the writer lock."""

    def __init__(self, folder: Path, *, writable: bool = False) -> None:
        self.file = folder / FILE
        self._lock = threading.RLock()  # one connection, one statement at a time: each takes well under a millisecond
        if not self.file.exists():
            if not writable:
                raise IndexNotFoundError(
                    f"there is no index at {str(folder)!r}; make it with: pullquote index --corpus FOLDER --index {folder}"
                )
            self._create()
        self._inode = self._find_inode()
        with _translated():
            uri = f"{self.file.resolve().as_uri()}?mode={'rw' if writable else 'ro'}"
            self._connection: sqlite3.Connection | None = sqlite3.connect(
                uri, uri=True, isolation_level=None, timeout=30, check_same_thread=False
            )
        try:
            self._prepare(folder, writable)
        except BaseException:
            self.close()
            raise

    def _prepare(self, folder: Path, writable: bool) -> None:
        if writable:
            self._rows("PRAGMA journal_mode = WAL")
            self._rows("PRAGMA synchronous = NORMAL")
        if (found := self.meta("format")) != FORMAT:
            raise IndexMismatchError(
                f"the index at {str(folder)!r} has format {found}, this version of Pullquote needs {FORMAT}; "
                "delete the folder and index again"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def is_current(self) -> bool:
        """Whether the opened file is still the one in the folder: not when the folder was deleted, even if made again."""
        # Only while it is open is its number in the file system not given to another file.
        return self._connection is not None and self._inode == self._find_inode()

    def _find_inode(self) -> tuple[int, int] | None:
        with suppress(OSError):
            found = os.stat(self.file)
            return found.st_dev, found.st_ino
        return None

    def _create(self) -> None:
        draft = self.file.with_suffix(".new")  # so that a database is never seen half made
        with _translated():
            draft.unlink(missing_ok=True)
            with closing(sqlite3.connect(draft)) as connection, connection:
                connection.executescript(_SCHEMA)
                connection.executemany("INSERT INTO meta VALUES (?, ?)", [("format", FORMAT), ("identity", uuid.uuid4().hex)])
            draft.replace(self.file)

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _translated():
            if self._connection is None:  # another thread saw that the folder was made anew
                raise IndexStaleError("the index was closed or made anew while it was read; ask again")
            yield self._connection

    def _rows(self, statement: str, values: dict[str, Any] | Sequence[Any] = ()) -> list[Any]:
        with self._using() as connection:
            return connection.execute(statement, values).fetchall()

    def _rows_of(self, generation: int, statement: str, **values: Any) -> list[Any]:
        """Return rows of a generation. Raises `IndexStaleError` if it was retired, for its rows may be gone by then."""
        rows = self._rows(statement, {"generation": generation, **values})
        self.check_kept(generation)
        return rows

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; readers see it once it ends."""
        with self._using() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def close(self) -> None:
        """Close the file, once what other threads read is read; the object cannot be used afterwards."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    # Reading

    def meta(self, key: str) -> str | None:
        """Return a fact about the index: format, identity, embedder, fingerprint, checked."""
        rows = self._rows("SELECT value FROM meta WHERE key = ?", [key])
        return rows[0][0] if rows else None

    @property
    def identity(self) -> str:
        """Names this index; another one made later in the same folder has another."""
        return self.meta("identity") or ""

    def newest(self) -> int:
        """Return the newest published generation's number, 0 if there is none."""
        return self._rows("SELECT max(number) FROM generations")[0][0] or 0

    def check_kept(self, generation: int) -> None:
        """Raise `IndexStaleError` if a generation was retired: a build may have dropped some of what it held."""
        if not self.is_current() or not self._rows("SELECT 1 FROM generations WHERE number = ?", [generation]):
            raise IndexStaleError("the index was rebuilt while it was read; ask again")

    def generation(self) -> Generation:
        """Return the newest published generation, or `NO_GENERATION`."""
        rows = self._rows("SELECT number, published, collections, articles, passages FROM generations ORDER BY number DESC LIMIT 1")
        if not rows:
            return NO_GENERATION
        number, published, collections, articles, passages = rows[0]
        return Generation(number, dt.datetime.fromisoformat(published), tuple(json.loads(collections)), articles, passages)

    def passages(self, generation: int, rows: Sequence[int]) -> dict[int, Passage]:
        """Return row id -> passage for those of `rows` that are live in a generation."""
        found: dict[int, Passage] = {}
        for start in range(0, len(rows), _VARIABLES):
            part = rows[start : start + _VARIABLES]
            statement = f"""
                SELECT passages.row, start, end, substr(text, start + 1, end - start), sentences, id, title, date, source, url, authors
                FROM passages JOIN articles ON articles.row = article
                WHERE passages.row IN ({",".join(map(str, map(int, part)))}) AND {_LIVE}"""
            for row, begin, end, text, sentences, *head in self._rows_of(generation, statement):
                found[row] = Passage(row, _head(head), begin, end, text, unpack(sentences))
        return found

    def article(self, generation: int, article_id: str) -> Article | None:
        """Return the live article of that id."""
        statement = f"SELECT id, title, date, source, url, authors, text FROM articles WHERE id = :id AND {_LIVE}"
        rows = self._rows_of(generation, statement, id=article_id)
        if not rows:
            return None
        head = _head(rows[0][:6])
        return Article(head.id, head.title, rows[0][6], head.date, head.source, head.url, head.authors)

    def heads(self, generation: int) -> list[ArticleHead]:
        """Return every live article without its text, in the corpus' order."""
        statement = f"SELECT id, title, date, source, url, authors FROM articles WHERE {_LIVE} ORDER BY id"
        return [_head(row) for row in self._rows_of(generation, statement)]

    def date_span(self, generation: int) -> tuple[dt.date | None, dt.date | None, int]:
        """Return (first date, last date, number of undated articles) of the live articles."""
        first, last, undated = self._rows(
            f"SELECT min(date), max(date), sum(date IS NULL) FROM articles WHERE {_LIVE}", {"generation": generation}
        )[0]
        return _day(first), _day(last), undated or 0

    def failures(self) -> list[Failure]:
        """Return what the last build could not read."""
        return [Failure(location, reason) for location, reason in self._rows("SELECT location, reason FROM failures ORDER BY rowid")]

    # Writing: only under the writer lock

    def set_meta(self, **facts: str) -> None:
        """Record facts about the index."""
        with self.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", facts.items())

    def known_articles(self, generation: int) -> dict[str, KnownArticle]:
        """Return id -> what is known of each live article."""
        rows = self._rows(f"SELECT id, digest, file, notes FROM articles WHERE {_LIVE}", {"generation": generation})
        return {article_id: KnownArticle(digest, file, tuple(json.loads(notes))) for article_id, digest, file, notes in rows}

    def retire_before(self, generation: int) -> None:
        """Forget the generations before one. Comes before anything of theirs is dropped: readers of them notice, and reopen."""
        with self.transaction() as connection:
            connection.execute("DELETE FROM generations WHERE number < ?", [generation])

    def dead_passages(self, oldest: int, newest: int) -> list[StoredPassage]:
        """Return the passages that no generation from `oldest` to `newest` has, among them what a killed build left."""
        statement = f"SELECT row, embedding FROM passages WHERE article IN ({_DEAD})"
        return [StoredPassage(*row) for row in self._rows(statement, {"oldest": oldest, "newest": newest})]

    def drop_dead(self, oldest: int, newest: int) -> None:
        """Delete the rows behind `dead_passages`; their embeddings stay cached."""
        values = {"oldest": oldest, "newest": newest}
        with self.transaction() as connection:
            connection.execute(f"DELETE FROM passages WHERE article IN ({_DEAD})", values)
            connection.execute(f"DELETE FROM articles WHERE row IN ({_DEAD})", values)

    def drop_unused_embeddings(self, keys: Iterable[bytes]) -> None:
        """Delete those embeddings that no passage uses any more."""
        with self.transaction() as connection:
            connection.executemany(
                "DELETE FROM embeddings WHERE key = :key AND NOT EXISTS (SELECT 1 FROM passages WHERE embedding = :key)",
                [{"key": key} for key in keys],
            )

    def add_article(
        self,
        connection: sqlite3.Connection,
        born: int,
        article: Article,
        digest: str,
        file: str,
        passages: Iterable[tuple[PassageSpan, bytes]],
    ) -> list[StoredPassage]:
        """Write an article and its (passage, embedding key) pairs, unseen until `born` is published; return the passages' rows."""
        row = connection.execute(
            "INSERT INTO articles (id, digest, file, title, text, date, source, url, authors, notes, born)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                article.id,
                digest,
                file,
                article.title,
                article.text,
                article.date and article.date.isoformat(),
                article.source,
                article.url,
                json.dumps(article.authors),
                json.dumps(article.notes),
                born,
            ),
        ).lastrowid
        stored = []
        for passage, key in passages:
            values = (row, passage.start, passage.end, pack(passage.sentences), key)
            added = connection.execute("INSERT INTO passages (article, start, end, sentences, embedding) VALUES (?, ?, ?, ?, ?)", values)
            stored.append(StoredPassage(added.lastrowid or 0, key))
        return stored

    def live_passages(self, generation: int, first: int = 0) -> list[StoredPassage]:
        """Return the live passages of a generation from row `first` on, in the order of their rows."""
        statement = f"""
            SELECT passages.row, embedding FROM passages CROSS JOIN articles ON articles.row = article
            WHERE passages.row >= :first AND {_LIVE} ORDER BY passages.row"""
        return [StoredPassage(*row) for row in self._rows(statement, {"generation": generation, "first": first})]

    def some_passages(self, generation: int, count: int) -> list[StoredPassage]:
        """Return up to `count` live passages of a generation, spread at random over its rows."""
        places = random.sample(range(1, self.next_passage()), min(count, self.next_passage() - 1))
        statement = f"""
            SELECT passages.row, embedding FROM passages CROSS JOIN articles ON articles.row = article
            WHERE passages.row >= :place AND {_LIVE} ORDER BY passages.row LIMIT 1"""
        found = [self._rows(statement, {"generation": generation, "place": place}) for place in places]
        return sorted({StoredPassage(*row) for rows in found for row in rows})

    def collections(self) -> set[str]:
        """Return the names of the collections that any kept generation has."""
        return {name for (names,) in self._rows("SELECT collections FROM generations") for name in json.loads(names)}

    def count_passages(self, generation: int, ids: Iterable[str]) -> int:
        """Return how many passages the live articles of those ids have."""
        statement = f"SELECT count(*) FROM articles JOIN passages ON article = articles.row WHERE id = :id AND {_LIVE}"
        return sum(self._rows(statement, {"generation": generation, "id": article_id})[0][0] for article_id in ids)

    def next_passage(self) -> int:
        """Return the row that the next passage gets: greater than any before, those that were deleted too."""
        return int(self._rows("SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = 'passages'")[0][0]) + 1

    def stored_passages(self) -> int:
        """Return the number of rows of passages, live or not."""
        return int(self._rows("SELECT count(*) FROM passages")[0][0])

    def embeddings(self, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        """Return key -> vector, shape (dimension,), for those of `keys` that are cached."""
        found: dict[bytes, Vectors] = {}
        for start in range(0, len(keys), _VARIABLES):
            part = keys[start : start + _VARIABLES]
            marks = ",".join("?" * len(part))
            for key, vector in self._rows(f"SELECT key, vector FROM embeddings WHERE key IN ({marks})", part):
                found[key] = np.frombuffer(vector, np.float32)
        return found

    def cache_embeddings(self, vectors: dict[bytes, Vectors]) -> None:
        """Keep vectors by key, at once and whatever becomes of the build."""
        with self.transaction() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO embeddings VALUES (?, ?)", [(key, vector.tobytes()) for key, vector in vectors.items()]
            )

    def publish(self, generation: Generation, ended: Iterable[str] = (), **facts: str) -> None:
        """Make `generation` the one that readers see: its rows begin to live, those of the articles `ended` stop, `facts` hold."""
        with self.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", facts.items())
            statement = "UPDATE articles SET died = ? WHERE id = ? AND born < ? AND died IS NULL"
            connection.executemany(statement, [(generation.number, article_id, generation.number) for article_id in ended])
            values = (
                generation.number,
                generation.published.isoformat(),
                json.dumps(generation.collections),
                generation.articles,
                generation.passages,
            )
            connection.execute("INSERT INTO generations VALUES (?, ?, ?, ?, ?)", values)

    def replace_failures(self, failures: Iterable[Failure]) -> None:
        """Record what a build could not read, in place of what the one before could not."""
        with self.transaction() as connection:
            connection.execute("DELETE FROM failures")
            connection.executemany("INSERT INTO failures VALUES (?, ?)", [(failure.location, failure.reason) for failure in failures])


def _head(columns: Sequence[Any]) -> ArticleHead:
    article_id, title, date, source, url, authors = columns
    return ArticleHead(article_id, title, _day(date), source, url, tuple(json.loads(authors)))


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@contextmanager
def _translated() -> Iterator[None]:
    """Turn SQLite's errors into Pullquote's."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        if isinstance(error, OSError) or getattr(error, "sqlite_errorcode", 0) & 0xFF in _OUTSIDE:
            raise IndexWriteError(
                f"the index database cannot be used ({error}); check free disk space and permissions, then try again"
            ) from error
        raise IndexDamagedError(f"the index database is damaged ({error}); delete the index folder and index again") from error

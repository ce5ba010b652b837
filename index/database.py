"""index.sqlite: what the index holds, and its commit point.

Readers see one generation: the rows that were `born` in it or before and had not `died` by then. Who builds uses
`index.database_writer`.
"""

import datetime as dt
import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from corpus import Article, Failure
from corpus.errors import IndexDamagedError, IndexNotFoundError, IndexStaleError, IndexWriteError
from index.listing import DayCount, Listed, Wanted
from index.records import NO_GENERATION, ArticleHead, Generation, Passage, Version, unpack
from index.schema import FORMAT, mismatch

FILE = "index.sqlite"

_LIVE = "articles.born <= :generation AND (articles.died IS NULL OR articles.died > :generation)"
_NAMED = "names.born <= :generation AND (names.died IS NULL OR names.died > :generation)"
# A live article has one live main name: its id.
_ARTICLES = f"articles JOIN names ON names.article = articles.article AND names.main AND {_NAMED}"
_PATHS = """(SELECT group_concat(id, char(10)) FROM (
    SELECT id FROM names AS every WHERE every.article = names.article AND every.born <= :generation
    AND (every.died IS NULL OR every.died > :generation) ORDER BY main DESC, id))"""
_HEAD = f"names.id, title, date, source, url, authors, updated, {_PATHS}"
_IDENTITY = f"SELECT names.article FROM names WHERE id = :id AND {_NAMED}"
VARIABLES = 500  # values bound in one statement
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
    """An opened index.sqlite, to read. Safe to share between threads."""

    def __init__(self, folder: Path, *, any_format: bool = False) -> None:
        """Open it. Raises `IndexNotFoundError`, and without `any_format` `IndexMismatchError` if it has another one than this version's."""
        self.file = folder / FILE
        self._any_format = any_format
        self._lock = threading.RLock()  # one connection, one statement at a time: each takes well under a millisecond
        self._unchanging = False  # whether SQLite does not look whether the file has changed
        self._inode: tuple[int, ...] | None = None
        self._connection: sqlite3.Connection | None = None
        try:
            self._open(folder)
        except BaseException:
            self.close()
            raise

    def _open(self, folder: Path) -> None:
        if not self.file.exists():
            raise IndexNotFoundError(
                f"there is no index at {str(folder)!r}; make it with: pullquote index --corpus FOLDER --index {folder}"
            )
        self._connect("mode=ro")
        if self._lacks_shared_memory():
            self._take_as_unchanging()
        if (found := self.meta("format")) != FORMAT and not self._any_format:
            raise mismatch(found, folder)

    def _lacks_shared_memory(self) -> bool:
        """Whether SQLite must make files beside the database to read it, and may not."""
        assert self._connection is not None
        try:
            self._connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
        except sqlite3.OperationalError as error:
            return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
        except sqlite3.DatabaseError:  # damage, which is told by who reads next
            return False
        return False

    def _take_as_unchanging(self) -> None:
        """Open what lies in a folder that may not be written, unless the last of it is not in the file itself."""
        log = self.file.with_name(f"{FILE}-wal")
        if log.exists() and log.stat().st_size:
            raise IndexWriteError(
                f"the index cannot be read: {log.name} holds some of it, and {str(self.file.parent)!r} cannot be written; "
                "let who may write it run: pullquote index"
            )
        self.close()
        self._unchanging = True
        self._connect("immutable=1")

    def _connect(self, how: str) -> None:
        self._inode = self._find_inode()
        with translated():
            uri = f"{self.file.resolve().as_uri()}?{how}"
            self._connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=30, check_same_thread=False)
            self._connection.create_function("folded", 1, str.casefold, deterministic=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def is_current(self) -> bool:
        """Whether the opened file is still the one in the folder: not when the folder was deleted, even if made again.

        Of a folder that may not be written, it is not after any change either.
        """
        # Only while it is open is its number in the file system not given to another file.
        return self._connection is not None and self._inode == self._find_inode()

    def _find_inode(self) -> tuple[int, ...] | None:
        with suppress(OSError):
            found = os.stat(self.file)
            return found.st_dev, found.st_ino, *((found.st_mtime_ns, found.st_size) if self._unchanging else ())
        return None

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._lock, translated():
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

    def close(self) -> None:
        """Close the file, once what other threads read is read; the object cannot be used afterwards."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

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
        for start in range(0, len(rows), VARIABLES):
            part = rows[start : start + VARIABLES]
            statement = f"""
                SELECT passages.row, start, end, substr(text, start + 1, end - start), sentences, articles.row, {_HEAD}
                FROM passages JOIN articles ON articles.row = passages.version
                JOIN names ON names.article = articles.article AND names.main AND {_NAMED}
                WHERE passages.row IN ({",".join(map(str, map(int, part)))}) AND {_LIVE}"""
            for row, begin, end, text, sentences, version, *head in self._rows_of(generation, statement):
                found[row] = Passage(row, _head(head), begin, end, text, unpack(sentences), version)
        return found

    def dated_rows(self, generation: int, after: dt.date | None, before: dt.date | None, limit: int) -> list[int]:
        """Return up to `limit` rows of the passages of live articles that are dated from `after` to `before`, both inclusive."""
        statement = f"""
            SELECT passages.row FROM articles JOIN passages ON passages.version = articles.row
            WHERE {_LIVE} AND date BETWEEN :after AND :before LIMIT :limit"""
        bounds = {"after": (after or dt.date.min).isoformat(), "before": (before or dt.date.max).isoformat()}
        return [row for (row,) in self._rows_of(generation, statement, limit=limit, **bounds)]

    def vectors(self, generation: int, rows: Sequence[int]) -> list[tuple[int, bytes]]:
        """Return (row, 32-bit floats) of passages, in no order."""
        statement = f"""
            SELECT passages.row, vector FROM passages JOIN embeddings ON key = embedding
            WHERE passages.row IN ({",".join(map(str, map(int, rows)))})"""
        return self._rows_of(generation, statement)

    def article(self, generation: int, article_id: str) -> tuple[Article, ArticleHead] | None:
        """Return the live article that has that id, or another file or line of that name."""
        statement = f"SELECT {_HEAD}, text FROM {_ARTICLES} WHERE {_LIVE} AND articles.article = ({_IDENTITY})"
        for *columns, text in self._rows_of(generation, statement, id=article_id):
            head = _head(columns)
            return _article(head, text), head
        return None

    def versions(self, generation: int, article_id: str) -> list[Version]:
        """Return every version of an article, in the order in which they were indexed."""
        statement = f"""
            SELECT {_LIVE}, indexed, sha, {_HEAD}, text FROM {_ARTICLES}
            WHERE articles.article = ({_IDENTITY}) AND articles.born <= :generation ORDER BY articles.row"""
        rows = self._rows_of(generation, statement, id=article_id)
        return [
            Version(number, bool(live), dt.datetime.fromisoformat(indexed), sha, _article(_head(columns), text))
            for number, (live, indexed, sha, *columns, text) in enumerate(rows, start=1)
        ]

    def copies(self, generation: int, versions: Sequence[int]) -> dict[int, tuple[int, ...]]:
        """Return version -> the live versions of other articles that are its near-duplicates, for those of `versions` that have some."""
        found: dict[int, tuple[int, ...]] = {}
        statement = f"""
            SELECT version, other FROM copies JOIN articles ON articles.row = other
            WHERE version IN ({",".join(map(str, map(int, versions)))}) AND {_LIVE} ORDER BY other"""
        for version, other in self._rows_of(generation, statement):
            found[version] = (*found.get(version, ()), other)
        return found

    def texts(self, generation: int, versions: Sequence[int]) -> dict[int, tuple[ArticleHead, str]]:
        """Return version -> its article without the text, and the text, for those of `versions` that are live."""
        rows = ",".join(map(str, map(int, versions)))
        statement = f"SELECT articles.row, {_HEAD}, text FROM {_ARTICLES} WHERE articles.row IN ({rows}) AND {_LIVE}"
        return {row: (_head(columns), text) for row, *columns, text in self._rows_of(generation, statement)}

    def heads(self, generation: int) -> list[ArticleHead]:
        """Return every live article without its text, in the corpus' order."""
        return [_head(row) for row in self._rows_of(generation, f"SELECT {_HEAD} FROM {_ARTICLES} WHERE {_LIVE} ORDER BY names.id")]

    def listed(self, generation: int, wanted: Wanted, start: int, limit: int) -> list[Listed]:
        """Return a page of a list: up to `limit` live articles from the `start`th on, counted from 0."""
        condition, words = wanted.condition()
        page = f"SELECT articles.row FROM {_ARTICLES} WHERE {_LIVE} AND {condition} ORDER BY {wanted.ordering()} LIMIT :limit OFFSET :start"
        statement = f"""
            SELECT (SELECT count(*) FROM articles AS every WHERE every.article = articles.article AND every.born <= :generation), {_HEAD}
            FROM {_ARTICLES} WHERE {_LIVE} AND articles.row IN ({page}) ORDER BY {wanted.ordering()}"""
        rows = self._rows_of(generation, statement, start=start, limit=limit, **words)
        return [Listed(_head(columns), versions) for versions, *columns in rows]

    def count(self, generation: int, wanted: Wanted) -> int:
        """Return how many live articles a list has on all its pages."""
        condition, words = wanted.condition()
        number: int = self._rows_of(generation, f"SELECT count(*) FROM {_ARTICLES} WHERE {_LIVE} AND {condition}", **words)[0][0]
        return number

    def days(self, generation: int) -> list[DayCount]:
        """Return how many live articles each outlet has of each day, the undated ones first."""
        rows = self._rows_of(generation, f"SELECT date, source, count(*) FROM articles WHERE {_LIVE} GROUP BY date, source ORDER BY date")
        return [DayCount(_day(date), source, number) for date, source, number in rows]

    def date_span(self, generation: int) -> tuple[dt.date | None, dt.date | None, int]:
        """Return (first date, last date, number of undated articles) of the live articles."""
        first, last, undated = self._rows(
            f"SELECT min(date), max(date), sum(date IS NULL) FROM articles WHERE {_LIVE}", {"generation": generation}
        )[0]
        return _day(first), _day(last), undated or 0

    def failures(self) -> list[Failure]:
        """Return what the last build could not read."""
        return [Failure(location, reason) for location, reason in self._rows("SELECT location, reason FROM failures ORDER BY rowid")]


def _head(columns: Sequence[Any]) -> ArticleHead:
    article_id, title, date, source, url, authors, updated, paths = columns
    return ArticleHead(article_id, title, _day(date), source, url, tuple(json.loads(authors)), _day(updated), tuple(paths.split("\n")))


def _article(head: ArticleHead, text: str) -> Article:
    return Article(head.id, head.title, text, head.date, head.source, head.url, head.authors, head.updated)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@contextmanager
def translated() -> Iterator[None]:
    """Turn SQLite's errors into Pullquote's."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        if isinstance(error, OSError) or getattr(error, "sqlite_errorcode", 0) & 0xFF in _OUTSIDE:
            raise IndexWriteError(
                f"the index database cannot be used ({error}); check free disk space and permissions, then try again"
            ) from error
        raise IndexDamagedError(f"the index database is damaged ({error}); delete the index folder and index again") from error

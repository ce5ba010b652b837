"""The tables of index.sqlite, and how an index of an older format becomes one of this.

`articles` holds versions: a row lives from the generation it was `born` in until the one it `died` in; rows of one `article`
are its versions, and at most one of them lives. `names` holds the files and lines of the corpus, each with the version whose
content it has; the live `main` one of an article is its id. `files` has the stamps of the files that were read without a
failure. `shingles` and `copies` are described in `index/duplicates.py`.
"""

import sqlite3
import uuid
from pathlib import Path

from corpus.errors import IndexMismatchError
from index.passages import PASSAGES_VERSION

FORMAT = f"4.{PASSAGES_VERSION}"  # of the tables and the passages in them

_META = "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"
_EMBEDDINGS = "CREATE TABLE embeddings (key BLOB NOT NULL UNIQUE, vector BLOB NOT NULL)"
# What a build compares the corpus with, apart from the texts: these would be read with it, for an archive hundreds of megabytes.
_KNOWN = "CREATE INDEX IF NOT EXISTS articles_known ON articles (row, born, died, key, sha, date, updated, title)"
_TABLES = (
    """CREATE TABLE articles (
        row INTEGER PRIMARY KEY AUTOINCREMENT, article INTEGER NOT NULL, key TEXT NOT NULL, sha TEXT NOT NULL,
        indexed TEXT NOT NULL, born INTEGER NOT NULL, died INTEGER,
        title TEXT NOT NULL, date TEXT, updated TEXT, source TEXT, url TEXT, authors TEXT NOT NULL, text TEXT NOT NULL
    )""",
    _KNOWN,
    "CREATE INDEX articles_article ON articles (article)",
    "CREATE INDEX articles_died ON articles (died)",
    "CREATE INDEX articles_born ON articles (born)",
    """CREATE TABLE names (
        row INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, file TEXT NOT NULL, digest TEXT NOT NULL, notes TEXT NOT NULL,
        article INTEGER NOT NULL, version INTEGER NOT NULL REFERENCES articles (row), main INTEGER NOT NULL,
        born INTEGER NOT NULL, died INTEGER
    )""",
    "CREATE INDEX names_id ON names (id)",
    "CREATE INDEX names_article ON names (article)",
    "CREATE INDEX names_died ON names (died)",
    "CREATE INDEX names_born ON names (born)",
    """CREATE TABLE passages (
        row INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL REFERENCES articles (row),
        start INTEGER NOT NULL, end INTEGER NOT NULL, sentences BLOB NOT NULL, embedding BLOB NOT NULL
    )""",
    "CREATE INDEX passages_version ON passages (version)",
    "CREATE INDEX passages_embedding ON passages (embedding)",
    "CREATE TABLE shingles (hash INTEGER, version INTEGER, PRIMARY KEY (hash, version)) WITHOUT ROWID",
    "CREATE INDEX shingles_version ON shingles (version)",
    "CREATE TABLE copies (version INTEGER, other INTEGER, PRIMARY KEY (version, other)) WITHOUT ROWID",
    "CREATE TABLE files (file TEXT PRIMARY KEY, stamp TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE failures (location TEXT NOT NULL, reason TEXT NOT NULL)",
    """CREATE TABLE generations (
        number INTEGER PRIMARY KEY, published TEXT NOT NULL, collections TEXT NOT NULL,
        articles INTEGER NOT NULL, passages INTEGER NOT NULL
    )""",
)


def create(file: Path) -> None:
    """Make an empty database."""
    connection = sqlite3.connect(file)
    try:
        connection.execute("PRAGMA page_size = 16384")
        connection.execute("PRAGMA journal_mode = WAL")  # from the start: who reads could not undo a change of the mode that was broken off
        for statement in (_META, _EMBEDDINGS, *_TABLES):
            connection.execute(statement)
        connection.executemany("INSERT INTO meta VALUES (?, ?)", [("format", FORMAT), ("identity", uuid.uuid4().hex)])
        connection.commit()
    finally:
        connection.close()


def complete(connection: sqlite3.Connection) -> None:
    """Add to a database of this format what an earlier version of Pullquote did not make."""
    connection.execute(_KNOWN)


def upgrade(connection: sqlite3.Connection, found: str) -> None:
    """Empty a database of the older format `found` and give it this one's tables, in one transaction.

    What was embedded stays, so that the articles are indexed again without embedding them again.
    """
    tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    connection.execute("BEGIN IMMEDIATE")
    try:
        for (name,) in connection.execute(tables).fetchall():
            if name not in ("meta", "embeddings"):
                connection.execute(f'DROP TABLE "{name}"')
        for statement in _TABLES:
            connection.execute(statement)
        connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", [("format", FORMAT), ("upgraded", found)])
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def is_older(found: str | None) -> bool:
    """Whether a format is one that `upgrade` understands."""
    return _numbers(found) < _numbers(FORMAT)


def mismatch(found: str | None, folder: Path) -> IndexMismatchError:
    """Return the error for a format that cannot be read."""
    if is_older(found):
        what = "run 'pullquote index' to bring it up to date; nothing is embedded again"
    else:
        what = "use the version that made it, or delete the folder and index again"
    return IndexMismatchError(f"the index at {str(folder)!r} has format {found}, this version of Pullquote needs {FORMAT}; {what}")


def _numbers(found: str | None) -> tuple[int, ...]:
    return tuple(int(part) for part in (found or "0").split(".") if part.isdigit())

"""Write index.sqlite: only under the writer lock.

A build writes rows of the next generation beside the live ones, unseen; publishing is one transaction that ends the old
rows and adds the generation. The engines (words, vectors) may hold more passages than are live, never fewer.
"""

import datetime as dt
import json
import random
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from corpus import Article, Failure
from index.database import VARIABLES, Database, translated
from index.duplicates import Copies
from index.embedding import Vectors
from index.passages import PassageSpan
from index.records import Changes, Entry, Generation, KnownName, NewName, StoredPassage, pack
from index.schema import FORMAT, complete, create, is_older, mismatch, upgrade

CACHE_KIB = 32_768  # of pages: what one transaction changes, which would be written twice if it did not fit
_LIVE = "articles.born <= :generation AND (articles.died IS NULL OR articles.died > :generation)"
_DEAD = "SELECT row FROM articles WHERE died <= :oldest UNION SELECT row FROM articles WHERE born > :newest"


class DatabaseWriter(Database):
    """An opened index.sqlite, made if there is none, and brought to this format if it has an older one."""

    def _open(self, folder: Path) -> None:
        self._copies = Copies()
        if not self.file.exists():
            draft = self.file.with_suffix(".new")  # so that a database is never seen half made
            with translated():
                for name in (self.file.name, draft.name):  # left beside another file of this name, they would be taken for its own
                    for suffix in ("-wal", "-shm"):
                        self.file.with_name(name + suffix).unlink(missing_ok=True)
                draft.unlink(missing_ok=True)
                create(draft)
                draft.replace(self.file)
        self._connect("mode=rw")
        self._rows("PRAGMA journal_mode = WAL")
        self._rows("PRAGMA synchronous = NORMAL")
        self._rows(f"PRAGMA cache_size = -{CACHE_KIB}")
        found = self.meta("format")
        if found != FORMAT and not is_older(found):
            raise mismatch(found, folder)
        with self._using() as connection:
            if found == FORMAT:
                complete(connection)
            else:
                upgrade(connection, found or "")

    def drop_meta(self, *facts: str) -> None:
        """Forget facts about the index."""
        with self.transaction() as connection:
            connection.executemany("DELETE FROM meta WHERE key = ?", [(fact,) for fact in facts])

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

    def set_meta(self, **facts: str) -> None:
        """Record facts about the index."""
        with self.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", facts.items())

    def known_names(self, generation: int) -> list[KnownName]:
        """Return every file and line of the corpus that a generation knows."""
        statement = f"""
            SELECT names.row, id, file, digest, notes, names.article, version, main, {_LIVE}, key, sha,
            coalesce(updated, date, '') FROM names CROSS JOIN articles INDEXED BY articles_known ON articles.row = version
            WHERE names.born <= :generation AND (names.died IS NULL OR names.died > :generation) ORDER BY names.row"""
        found = self._rows(statement, {"generation": generation})
        return [
            KnownName(
                row, name, file, digest, tuple(json.loads(notes)) if notes != "[]" else (), article, version, bool(main), bool(live), *rest
            )
            for row, name, file, digest, notes, article, version, main, live, *rest in found
        ]

    def version(self, row: int, article_id: str) -> Article:
        """Return a version by its row, under an id."""
        statement = "SELECT title, text, source, url, authors, date, updated FROM articles WHERE row = ?"
        title, text, source, url, authors, *days = self._rows(statement, [row])[0]
        date, updated = (dt.date.fromisoformat(day) if day else None for day in days)
        return Article(article_id, title, text, date, source, url, tuple(json.loads(authors)), updated)

    def retire_before(self, generation: int) -> None:
        """Forget the generations before one. Comes before anything of theirs is dropped: readers of them notice, and reopen."""
        with self.transaction() as connection:
            connection.execute("DELETE FROM generations WHERE number < ?", [generation])

    def dead_passages(self, oldest: int, newest: int) -> list[StoredPassage]:
        """Return the passages that no generation from `oldest` to `newest` has, among them what a killed build left."""
        statement = f"SELECT row, embedding FROM passages WHERE version IN ({_DEAD})"
        return [StoredPassage(*row) for row in self._rows(statement, {"oldest": oldest, "newest": newest})]

    def drop_dead(self, oldest: int, newest: int) -> None:
        """Delete the rows behind `dead_passages`; their embeddings stay cached, as does the text of a living article's older versions."""
        values = {"oldest": oldest, "newest": newest}
        with self.transaction() as connection:
            for table in ("passages", "shingles"):
                connection.execute(f"DELETE FROM {table} WHERE version IN ({_DEAD})", values)
            mirrored = f"SELECT other, version FROM copies WHERE version IN ({_DEAD})"
            connection.execute(f"DELETE FROM copies WHERE (version, other) IN ({mirrored})", values)
            connection.execute(f"DELETE FROM copies WHERE version IN ({_DEAD})", values)
            connection.execute("DELETE FROM names WHERE died <= :oldest", values)
            connection.execute("DELETE FROM names WHERE born > :newest", values)
            connection.execute("DELETE FROM articles WHERE born > :newest", values)
            living = "SELECT 1 FROM articles AS newer WHERE newer.article = articles.article AND newer.died IS NULL"
            connection.execute("DELETE FROM articles WHERE died <= :oldest AND NOT EXISTS (" + living + ")", values)

    def drop_all_unused_embeddings(self) -> None:
        """Delete every embedding that no passage uses."""
        with self.transaction() as connection:
            connection.execute("DELETE FROM embeddings WHERE key NOT IN (SELECT embedding FROM passages)")

    def drop_unused_embeddings(self, keys: Iterable[bytes]) -> None:
        """Delete those embeddings that no passage uses any more."""
        with self.transaction() as connection:
            connection.executemany(
                "DELETE FROM embeddings WHERE key = :key AND NOT EXISTS (SELECT 1 FROM passages WHERE embedding = :key)",
                [{"key": key} for key in keys],
            )

    def add_version(
        self, connection: sqlite3.Connection, born: int, entry: Entry, article: Article, passages: Iterable[tuple[PassageSpan, bytes]]
    ) -> list[StoredPassage]:
        """Write a version, which is of `article`, with its names and (passage, embedding key) pairs, unseen until `born` is published.

        Return the passages' rows. A version that is not to answer is written as one that is over already.
        """
        identity = entry.identity
        died = None if entry.live else born
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        facts = (article.title, _iso(article.date), _iso(article.updated), article.source, article.url, json.dumps(article.authors))
        row = connection.execute(
            "INSERT INTO articles (article, key, sha, indexed, born, died, title, date, updated, source, url, authors, text)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (identity.article, entry.key, entry.sha, now, born, died, *facts, article.text),
        ).lastrowid
        if not identity.article:
            identity.article = row or 0
            connection.execute("UPDATE articles SET article = row WHERE row = ?", [row])
        _add_names(connection, born, [(name, identity.article, row or 0) for name in entry.names])
        if entry.live:
            self._copies.link(connection, row or 0, identity.article, article.text)
        first = self.next_passage()
        values = [
            (number, row, passage.start, passage.end, pack(passage.sentences), key)
            for number, (passage, key) in enumerate(passages, start=first)
        ]
        connection.executemany("INSERT INTO passages (row, version, start, end, sentences, embedding) VALUES (?, ?, ?, ?, ?, ?)", values)
        return [StoredPassage(number, key) for number, *_, key in values]

    def live_passages(self, generation: int, first: int = 0) -> list[StoredPassage]:
        """Return the live passages of a generation from row `first` on, in the order of their rows."""
        statement = f"""
            SELECT passages.row, embedding FROM passages CROSS JOIN articles ON articles.row = version
            WHERE passages.row >= :first AND {_LIVE} ORDER BY passages.row"""
        return [StoredPassage(*row) for row in self._rows(statement, {"generation": generation, "first": first})]

    def some_passages(self, generation: int, count: int, first: int, end: int) -> list[StoredPassage]:
        """Return up to `count` live passages of a generation, spread at random over the rows from `first` until `end`, exclusive."""
        places = random.sample(range(first, end), min(count, end - first))
        statement = f"""
            SELECT passages.row, embedding FROM passages CROSS JOIN articles ON articles.row = version
            WHERE passages.row >= :place AND passages.row < :end AND {_LIVE} ORDER BY passages.row LIMIT 1"""
        found = [self._rows(statement, {"generation": generation, "place": place, "end": end}) for place in places]
        return sorted({StoredPassage(*row) for rows in found for row in rows})

    def collections(self) -> set[str]:
        """Return the names of the collections that any kept generation has."""
        return {name for (names,) in self._rows("SELECT collections FROM generations") for name in json.loads(names)}

    def count_passages(self, versions: Iterable[int]) -> int:
        """Return how many passages versions have."""
        return sum(self._rows("SELECT count(*) FROM passages WHERE version = ?", [row])[0][0] for row in versions)

    def next_passage(self) -> int:
        """Return the row that the next passage gets: greater than any before, those that were deleted too."""
        return int(self._rows("SELECT ifnull(max(seq), 0) FROM sqlite_sequence WHERE name = 'passages'")[0][0]) + 1

    def stored_passages(self) -> int:
        """Return the number of rows of passages, live or not."""
        return int(self._rows("SELECT count(*) FROM passages")[0][0])

    def embeddings(self, keys: Sequence[bytes]) -> dict[bytes, Vectors]:
        """Return key -> vector, shape (dimension,), for those of `keys` that are cached."""
        found: dict[bytes, Vectors] = {}
        for start in range(0, len(keys), VARIABLES):
            part = keys[start : start + VARIABLES]
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

    def publish(self, generation: Generation, changes: Changes | None = None, facts: Mapping[str, str] | None = None) -> None:
        """Make `generation` the one that readers see: its rows begin to live, those that `changes` end stop, `facts` hold."""
        changes = changes or Changes()
        with self.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", (facts or {}).items())
            connection.executemany("UPDATE articles SET died = ? WHERE row = ?", [(generation.number, row) for row in changes.ended])
            connection.executemany("UPDATE names SET died = ? WHERE row = ?", [(generation.number, row) for row in changes.ended_names])
            _add_names(connection, generation.number, changes.names)
            values = (
                generation.number,
                generation.published.isoformat(),
                json.dumps(generation.collections),
                generation.articles,
                generation.passages,
            )
            connection.execute("INSERT INTO generations VALUES (?, ?, ?, ?, ?)", values)
            connection.execute("DELETE FROM meta WHERE key = 'upgraded'")

    def replace_failures(self, failures: Iterable[Failure]) -> None:
        """Record what a build could not read, in place of what the one before could not."""
        with self.transaction() as connection:
            connection.execute("DELETE FROM failures")
            connection.executemany("INSERT INTO failures VALUES (?, ?)", [(failure.location, failure.reason) for failure in failures])

    def files(self) -> dict[str, str]:
        """Return file -> stamp of the files that need not be looked into while they are the same."""
        return dict(self._rows("SELECT file, stamp FROM files"))

    def replace_files(self, stamps: Mapping[str, str]) -> None:
        """Record the stamps of the files that need not be looked into while they are the same."""
        before = self.files()
        with self.transaction() as connection:
            connection.executemany("DELETE FROM files WHERE file = ?", [(file,) for file in before if file not in stamps])
            new = [(file, stamp) for file, stamp in stamps.items() if before.get(file) != stamp]
            connection.executemany("INSERT OR REPLACE INTO files VALUES (?, ?)", new)


def _add_names(connection: sqlite3.Connection, born: int, names: Iterable[tuple[NewName, int, int]]) -> None:
    """Write names, each with its article and its version."""
    connection.executemany(
        "INSERT INTO names (id, file, digest, notes, main, article, version, born) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(name.id, name.file, name.digest, json.dumps(name.notes), name.main, article, version, born) for name, article, version in names],
    )


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None

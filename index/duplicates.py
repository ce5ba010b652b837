"""Find near-duplicates: the same agency text in several outlets, rewrites, excerpts.

What is compared are shingles, runs of a few words. Of each article some are kept in the database: every one whose hash is
below a fixed share of all (Broder, On the resemblance and containment of documents, 1997: the sketch by modulus), and the
`FEWEST` smallest ones, so that short texts have some. Articles that share enough of these are candidates; their texts are then
compared as a whole, so that chance decides only who is compared.
"""

import json
import sqlite3
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

SHINGLE = 4  # words
SHARE = 64  # one shingle in so many is kept ...
FEWEST = 20  # ... and at least so many
CANDIDATE = 0.15  # share of the smaller sketch that two articles must share for their texts to be compared ...
MOST_CANDIDATES = 20  # ... and how many at most are compared with a new one
MOST_HAVING = 100  # articles with a shingle that are looked at: one that more have, such as a newsletter's last lines, tells little
REMEMBERED = 500  # texts whose shingles are kept in memory, about 10 MB: what has copies has many
COPIED = 0.5  # share of the shorter text's shingles that the longer one has, from which they are near-duplicates
_HASH_BITS = 48
_LONGEST_WORD = 64  # characters that tell one word from another
_FACTOR = 0x9E3779B97F4A7C15  # of splitmix64
# In the order of how many they share, then of the sketch. `CROSS JOIN` has SQLite look up each hash.
_CANDIDATES = """
    SELECT version FROM (
        SELECT version, count(*) AS shared, min(key) AS place FROM json_each(:kept) CROSS JOIN shingles ON hash = value AND version <=
            ifnull((SELECT version FROM shingles WHERE hash = value ORDER BY version LIMIT 1 OFFSET :having - 1), version)
        GROUP BY version HAVING shared > 1
    ) CROSS JOIN articles ON row = version
    WHERE article != :article AND shared >= :share * min(:size, (SELECT count(*) FROM shingles WHERE version = row))
    ORDER BY shared DESC, place, version LIMIT :most"""

Hashes = npt.NDArray[np.int64]


def shingles(text: str) -> Hashes:
    """Return the different shingles of a text as hashes of 48 bits, in ascending order; of a very short text its words together.

    Case, punctuation and spaces do not count.
    """
    words = _words(text)
    length = min(SHINGLE, len(words))
    hashes = np.zeros(max(len(words) - length + 1, 0) if length else 0, np.uint64)
    for place in range(length):
        hashes = (hashes ^ words[place : place + len(hashes)]) * np.uint64(_FACTOR)
        hashes ^= hashes >> np.uint64(29)
    ordered = np.sort((hashes >> np.uint64(64 - _HASH_BITS)).astype(np.int64))
    return ordered[np.flatnonzero(np.diff(ordered, prepend=-1))]


def _words(text: str) -> npt.NDArray[np.uint64]:
    """Return a hash of each word: the sum over its characters of code times power of `_FACTOR`, modulo 2**64."""
    codes = np.frombuffer(text.lower().encode("utf-16-le", "surrogatepass"), np.uint16)
    of_word = _word_characters()[codes]
    begins = of_word.copy()
    begins[1:] &= ~of_word[:-1]
    starts = np.flatnonzero(begins)
    if not len(starts):
        return np.zeros(0, np.uint64)
    place = np.arange(len(codes)) - starts[np.maximum(np.cumsum(begins) - 1, 0)]
    values = np.where(of_word, codes * _powers()[np.clip(place, 0, _LONGEST_WORD - 1)], np.uint64(0))
    return np.add.reduceat(values, starts)


@cache
def _word_characters() -> npt.NDArray[np.bool_]:
    return np.array([chr(code).isalnum() or 0xD800 <= code < 0xE000 for code in range(2**16)])


@cache
def _powers() -> npt.NDArray[np.uint64]:
    return np.cumprod(np.full(_LONGEST_WORD, _FACTOR, np.uint64), dtype=np.uint64)


def sketch(hashes: Hashes) -> list[int]:
    """Return those of a text's shingles that are kept."""
    below = int(np.searchsorted(hashes, 2**_HASH_BITS // SHARE))
    return [int(one) for one in hashes[: max(below, FEWEST)]]


def contained(one: Hashes, other: Hashes) -> float:
    """Return the share of the shorter text's shingles that the longer one has, 0 to 1."""
    shorter = min(len(one), len(other))
    return len(np.intersect1d(one, other, assume_unique=True)) / shorter if shorter else 0.0


def held(part: Hashes, whole: Hashes) -> float:
    """Return the share of a part's shingles that a whole text has, 0 to 1; 1 for a part that has none."""
    return len(np.intersect1d(part, whole, assume_unique=True)) / len(part) if len(part) else 1.0


class Copies:
    """Finds the near-duplicates of articles as they are written, in the tables `shingles` and `copies`."""

    def __init__(self) -> None:
        self._known: dict[int, Hashes] = {}  # shingles by version

    def link(self, connection: sqlite3.Connection, version: int, article: int, text: str) -> None:
        """Keep the sketch of a version of an article, and record which versions of other articles it is a near-duplicate of."""
        hashes = shingles(text)
        kept = sketch(hashes)
        for other in _candidates(connection, kept, article):
            if contained(hashes, self._shingles(connection, other)) >= COPIED:
                connection.executemany("INSERT INTO copies VALUES (?, ?)", [(version, other), (other, version)])
        connection.executemany("INSERT INTO shingles VALUES (?, ?)", [(one, version) for one in kept])

    def _shingles(self, connection: sqlite3.Connection, version: int) -> Hashes:
        if version not in self._known:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            (text,) = connection.execute("SELECT text FROM articles WHERE row = ?", (version,)).fetchone()
            self._known[version] = shingles(text)
        return self._known[version]


def _candidates(connection: sqlite3.Connection, kept: Sequence[int], article: int) -> list[int]:
    """Return the versions of other articles that share most of a sketch."""
    values = {
        "kept": json.dumps(kept),
        "size": len(kept),
        "article": article,
        "having": MOST_HAVING,
        "share": CANDIDATE,
        "most": MOST_CANDIDATES,
    }
    return [version for (version,) in connection.execute(_CANDIDATES, values)]

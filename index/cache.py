"""Embeddings that were computed before: kept in the database by what they were computed from."""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np

from index.database_writer import DatabaseWriter
from index.embedding import Embedder, Vectors
from index.records import Passage, StoredPassage


class EmbeddingCache:
    """What an embedder makes of texts, each computed once, whatever becomes of the build that asks for it."""

    def __init__(self, database: DatabaseWriter, embedder: Embedder) -> None:
        self._database = database
        self._embedder = embedder

    def key(self, text: str) -> bytes:
        """Return what a text's embedding is kept under."""
        return hashlib.sha256(f"{self._embedder.name} {self._embedder.fingerprint}\n{text}".encode()).digest()

    def fill(self, texts: Mapping[bytes, str]) -> None:
        """Embed the texts whose key is not kept yet."""
        known = self._database.embeddings(list(texts))
        missing = [key for key in texts if key not in known]
        if missing:
            vectors = self._embedder.embed([texts[key] for key in missing])
            self._database.cache_embeddings(dict(zip(missing, vectors, strict=True)))

    def lost(self, passages: Sequence[StoredPassage]) -> list[StoredPassage]:
        """Return the passages whose embedding is not kept."""
        found = self._database.embeddings([passage.embedding for passage in passages])
        return [passage for passage in passages if passage.embedding not in found]

    def vectors(self, passages: Sequence[StoredPassage]) -> Vectors:
        """Return the embeddings of passages, shape (len(passages), dimension), all of which are kept."""
        found = self._database.embeddings([passage.embedding for passage in passages])
        return np.stack([found[passage.embedding] for passage in passages])


def indexed_text(title: str, text: str) -> str:
    """Return what a passage is found by, in words and in meaning: its article's title, then its text."""
    return f"{title}\n{text}"


def text_of(passage: Passage) -> str:
    """Return what a passage of the index is found by."""
    return indexed_text(passage.article.title, passage.text)

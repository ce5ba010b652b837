"""Embeddings that were computed before: kept in the database by what they were computed from."""

import hashlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeVar

import numpy as np

from index.database_writer import DatabaseWriter
from index.embedding import Embedder, Vectors
from index.records import Passage, StoredPassage


class Texts(Protocol):
    """Something with texts to embed."""

    @property
    def to_embed(self) -> Mapping[bytes, str]:
        """Texts by the key that each one's embedding is kept under."""
        ...


T = TypeVar("T", bound=Texts)


class EmbeddingCache:
    """What an embedder makes of texts, each computed once, whatever becomes of the build that asks for it."""

    def __init__(self, database: DatabaseWriter, embedder: Embedder) -> None:
        self._database = database
        self._embedder = embedder
        self.pace = 0.0  # texts embedded in a second, as last measured

    def key(self, text: str) -> bytes:
        """Return what a text's embedding is kept under."""
        return hashlib.sha256(f"{self._embedder.name} {self._embedder.fingerprint}\n{text}".encode()).digest()

    def fill(self, texts: Mapping[bytes, str]) -> None:
        """Embed the texts whose key is not kept yet."""
        missing = self._missing(texts)
        self._keep(missing, self._embed(list(missing.values())))

    def fill_ahead(self, parts: Iterable[T]) -> Iterator[T]:
        """Give each part when its texts' embeddings are kept; those of the next one are computed meanwhile, in a thread."""
        with ThreadPoolExecutor(1, "embedding") as thread:
            waiting: tuple[T, Mapping[bytes, str], Future[Vectors]] | None = None
            for part in parts:
                if waiting:
                    self._keep(waiting[1], waiting[2].result())
                ready, missing = waiting, self._missing(part.to_embed)
                waiting = part, missing, thread.submit(self._embed, list(missing.values()))
                if ready:
                    yield ready[0]
            if waiting:
                self._keep(waiting[1], waiting[2].result())
                yield waiting[0]

    def _embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, 0), np.float32)
        began = time.perf_counter()
        vectors = self._embedder.embed(texts)
        self.pace = len(texts) / max(time.perf_counter() - began, 1e-6)
        return vectors

    def _missing(self, texts: Mapping[bytes, str]) -> dict[bytes, str]:
        known = self._database.embeddings(list(texts))
        return {key: text for key, text in texts.items() if key not in known}

    def _keep(self, texts: Mapping[bytes, str], vectors: Vectors) -> None:
        if texts:
            self._database.cache_embeddings(dict(zip(texts, vectors, strict=True)))

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

"""What the database gives out: generations, passages, articles' heads."""

import datetime as dt
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from index.passages import Span


@dataclass(frozen=True, slots=True)
class Generation:
    """One published state of the index."""

    number: int  # counts from 1; 0 before the first build
    published: dt.datetime  # UTC
    collections: tuple[str, ...]  # of vectors, in Chroma
    articles: int
    passages: int


NO_GENERATION = Generation(0, dt.datetime.fromtimestamp(0, dt.UTC), (), 0, 0)


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article: `article.text[start:end] == text`."""

    id: int
    article: "ArticleHead"
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...]  # offsets into the article's text

    @property
    def article_id(self) -> str:
        """The id of the article."""
        return self.article.id


@dataclass(frozen=True, slots=True)
class ArticleHead:
    """An article without its text; None or empty where the article states nothing."""

    id: str
    title: str
    date: dt.date | None = None
    source: str | None = None
    url: str | None = None
    authors: tuple[str, ...] = ()


class StoredPassage(NamedTuple):
    """A passage's row id and the key of its embedding."""

    row: int
    embedding: bytes


class KnownArticle(NamedTuple):
    """What a build compares an article of the corpus with."""

    digest: str
    file: str
    notes: tuple[str, ...]  # what the article states that could not be understood


def pack(spans: Sequence[Span]) -> bytes:
    """Return spans as bytes, four for each number."""
    numbers = [number for span in spans for number in span]
    return struct.pack(f"<{len(numbers)}I", *numbers)


def unpack(blob: bytes) -> tuple[Span, ...]:
    """Return the spans in what `pack` returned."""
    numbers = struct.unpack(f"<{len(blob) // 4}I", blob)
    return tuple(zip(numbers[0::2], numbers[1::2], strict=True))

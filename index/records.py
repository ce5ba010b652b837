"""What the database gives out and takes in: generations, passages, articles' heads, versions."""

import datetime as dt
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from corpus import Article
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
    version: int = 0  # of the article, as `Snapshot.copies` takes it

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
    updated: dt.date | None = None
    paths: tuple[str, ...] = ()  # every file or line of the corpus that has the article, or an older version; its id first


@dataclass(frozen=True, slots=True)
class Version:
    """One text that an article has had."""

    number: int  # counts from 1, in the order in which they were indexed
    live: bool  # whether it is the one that answers
    indexed: dt.datetime  # when it was first indexed, UTC
    sha: str  # of all that it states
    article: Article


class StoredPassage(NamedTuple):
    """A passage's row id and the key of its embedding."""

    row: int
    embedding: bytes


class KnownName(NamedTuple):
    """A file or line of the corpus that an index knows, and the version whose content it has."""

    row: int
    id: str
    file: str
    digest: str
    notes: tuple[str, ...]  # what the article states that could not be understood
    article: int
    version: int
    main: bool  # whether it is the article's id
    live: bool  # whether its version is the one that answers
    key: str  # of the article, see `index.planning`
    sha: str
    day: str  # of the version's last change, as far as it states one, ISO 8601


@dataclass(slots=True)
class Identity:
    """The article that versions belong to."""

    article: int = 0  # 0 until its first version is written


@dataclass(frozen=True, slots=True)
class NewName:
    """A file or line of the corpus as it is to be recorded."""

    id: str
    file: str
    digest: str
    notes: tuple[str, ...]
    main: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A version that must be written: with its passages if it is to answer, else only its text."""

    read: Callable[[], Article]  # kept elsewhere meanwhile
    identity: Identity
    key: str
    sha: str
    live: bool
    names: list[NewName] = field(default_factory=list)


@dataclass(slots=True)
class Changes:
    """What a generation has that the one before had not, and the other way round, beside the versions that it begins with."""

    ended: list[int] = field(default_factory=list)  # rows of versions that answer no more
    ended_names: list[int] = field(default_factory=list)  # rows
    names: list[tuple[NewName, int, int]] = field(default_factory=list)  # new ones with the article and the version, known before


def pack(spans: Sequence[Span]) -> bytes:
    """Return spans as bytes, four for each number."""
    numbers = [number for span in spans for number in span]
    return struct.pack(f"<{len(numbers)}I", *numbers)


def unpack(blob: bytes) -> tuple[Span, ...]:
    """Return the spans in what `pack` returned."""
    numbers = struct.unpack(f"<{len(blob) // 4}I", blob)
    return tuple(zip(numbers[0::2], numbers[1::2], strict=True))

"""One article as it lies in the corpus, and how it is read."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus.article import Article
from corpus.cleaning import CLEANING_VERSION, SENTENCE_END, clean, normalize, skip_preamble
from corpus.decoding import decode
from corpus.errors import ArticleError, shown
from corpus.formats import ISOLATED, LINE_SUFFIXES, suffix_of
from corpus.metadata import Stated, from_mapping, latest_update, split_facts, split_front_matter, split_header, strip_site_name

MAX_ARTICLE_BYTES = 5_000_000  # of text: a long book; anything larger is a dump that should be .jsonl


@dataclass(frozen=True, slots=True)
class Source:
    """One article as it lies in the corpus, not yet read."""

    id: str
    file: str  # path below the corpus folder; inside a .zip "archive.zip/kyiv.txt"
    content: bytes  # the file, or one JSON object
    line: int = 0  # which object of its file it is, from 1; 0 for a file that is one article

    @property
    def location(self) -> str:
        """Where it lies, for people: "2024/kyiv.txt", "dump.jsonl line 7" or "list.json item 7"."""
        return location(self.file, self.line)

    @property
    def digest(self) -> str:
        """Hash of everything the article depends on, its kind of file too; differs if and only if the article must be read again."""
        reader = "1" if self.line else ISOLATED.get(suffix_of(self.file), "0")
        return hashlib.sha256(f"{CLEANING_VERSION} {reader} ".encode() + self.content).hexdigest()

    def read(self) -> Article:
        """Return the cleaned article. Raises `ArticleError` with the reason if there is none in it."""
        if self.line:
            return _from_fields(self.id, json.loads(self.content))
        if suffix_of(self.file) in ISOLATED:
            from corpus.isolation import reading_process

            return _from_fields(self.id, reading_process().read(self.file, self.content), of_a_page=True)
        return _from_text(self.id, self.content)


@dataclass(frozen=True, slots=True)
class Known:
    """What an earlier scan found: it makes a second one faster."""

    ids: Mapping[tuple[str, str], str] = field(default_factory=dict)  # (file, digest) -> id
    files: Mapping[str, str] | None = None  # file -> stamp, of those that need not be looked into again; None to hear of no file


@dataclass(frozen=True, slots=True)
class FileSeen:
    """All articles of a file were given before, or it is the `same` as an earlier scan found it, and was not looked into."""

    file: str
    stamp: str
    same: bool


@dataclass(frozen=True, slots=True)
class Failure:
    """A file or line that could not be read as an article."""

    location: str
    reason: str  # completes "<location> ..."
    hides: bool = field(default=True, compare=False)  # whether an article that an earlier scan found may be in it

    def __str__(self) -> str:
        return f"{self.location} {self.reason}"


def location(file: str, number: int) -> str:
    """Return where the `number`th article of a file lies, for people; 0 for a file that is one article."""
    return f"{file} {'line' if file.lower().endswith(LINE_SUFFIXES) else 'item'} {number}" if number else file


def too_large(size: int, limit: int) -> str:
    """Return the reason why something of `size` bytes is not read."""
    return f"is {size / 1e6:.1f} MB; an article may have at most {limit // 1_000_000} MB: split it"


def _from_text(article_id: str, content: bytes) -> Article:
    stated, text = split_front_matter(decode(content).replace("\r\n", "\n").replace("\r", "\n"))
    return _article(article_id, stated, text)


def _from_fields(article_id: str, fields: dict[str, object], *, of_a_page: bool = False) -> Article:
    text = fields.get("text")
    if text is None:
        raise ArticleError('has no "text"; expected an object with one')
    if not isinstance(text, str):
        raise ArticleError(f"has the text {shown(text)}; expected a string")
    if len(text) > MAX_ARTICLE_BYTES:
        raise ArticleError(too_large(len(text), MAX_ARTICLE_BYTES))
    return _article(article_id, from_mapping(fields), text, of_a_page=of_a_page)


def _article(article_id: str, stated: Stated, text: str, *, of_a_page: bool = False) -> Article:
    """Put an article together; below the headline of a page stand its date and byline, even where it states them elsewhere too."""
    text = normalize(text)
    if stated.title:
        body = _without_headline(text, stated.title)
        found, body = split_facts(body) if of_a_page else (Stated(), body)
    else:
        found, body = split_header(skip_preamble(text))
    body = clean(body)
    if not any(char.isalpha() for char in body):
        raise ArticleError(f"holds {'only page furniture' if any(map(str.isalpha, text)) else 'no text'}; expected an article")
    title = strip_site_name(stated.title or found.title or body)
    return Article(
        id=article_id,
        title=title,
        text=body,
        date=stated.date or found.date,
        source=stated.source or found.source,
        url=stated.url,
        authors=stated.authors or found.authors,
        updated=latest_update(stated.date or found.date, [stated.updated, found.updated]),
        notes=stated.notes,
    )


def _without_headline(text: str, title: str) -> str:
    """Drop the first line where it only repeats the title; one that is a sentence, or goes on, is the story's."""
    first, _, rest = text.partition("\n")
    repeated = first.lstrip("# ") in (title, strip_site_name(title)) and not SENTENCE_END.search(first)
    return (rest.strip() if repeated else "") or text

"""Find the articles of a corpus and read each one.

A corpus is a folder of .txt, .md and .jsonl files, at any depth, or one .jsonl or .jsonl.gz file with an article a
line: `{"id", "title", "text", "date", "source", "url", "authors"}`, all but "text" optional. Files are only read.
"""

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.article import Article
from corpus.cleaning import CLEANING_VERSION, clean, normalize
from corpus.decoding import decode
from corpus.errors import ArticleError, CorpusNotFoundError, SettingError
from corpus.metadata import Stated, from_mapping, split_front_matter, split_header, strip_site_name

MAX_ARTICLE_BYTES = 5_000_000  # a long book; anything larger is a dump that should be .jsonl
TEXT_SUFFIXES = (".txt", ".md")
LINE_SUFFIXES = (".jsonl", ".jsonl.gz")


@dataclass(frozen=True, slots=True)
class Source:
    """One article as it lies in the corpus, not yet read."""

    id: str
    file: str  # path below the corpus folder
    content: bytes  # the file, or one JSON line
    line: int = 0  # of a .jsonl file, from 1; 0 for a file that is one article

    @property
    def location(self) -> str:
        """Where it lies, for people: "2024/kyiv.txt", or "dump.jsonl line 7"."""
        return f"{self.file} line {self.line}" if self.line else self.file

    @property
    def digest(self) -> str:
        """Hash of everything the article depends on; differs if and only if the article must be read again."""
        return hashlib.sha256(b"%d %d " % (CLEANING_VERSION, self.line > 0) + self.content).hexdigest()

    def read(self) -> Article:
        """Return the cleaned article. Raises `ArticleError` with the reason if there is none in it."""
        return _from_json(self.id, self.content) if self.line else _from_text(self.id, self.content)


@dataclass(frozen=True, slots=True)
class Failure:
    """A file or line that could not be read as an article."""

    location: str
    reason: str  # completes "<location> ..."

    def __str__(self) -> str:
        return f"{self.location} {self.reason}"


def scan(corpus: str | Path) -> Iterator[Source | Failure]:
    """Yield every article of a corpus folder or .jsonl file, in a stable order; each id once.

    Raises `CorpusNotFoundError` if there is nothing at `corpus`, `SettingError` if it is a file of another kind.
    """
    path = Path(corpus)
    if path.is_dir():
        yield from _unique(source for file in _files(path) for source in _scan_file(file, _name(file, path)))
    elif not path.exists():
        raise CorpusNotFoundError(f"there is no corpus at {str(path)!r}; expected a folder of articles or a .jsonl file")
    elif path.name.endswith(LINE_SUFFIXES):
        yield from _unique(_scan_lines(path, path.name, prefix=""))
    else:
        raise SettingError(f"corpus {str(path)!r} is a single file; expected a folder, or a file ending in .jsonl or .jsonl.gz")


def _files(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        if not hidden and (file.is_symlink() or not file.is_dir()):
            yield file


def _name(file: Path, folder: Path) -> str:
    """Return the path below the folder; bytes of a file name that are no characters show as U+FFFD."""
    return os.fsencode(file.relative_to(folder).as_posix()).decode("utf-8", "replace")


def _scan_file(file: Path, name: str) -> Iterator[Source | Failure]:
    if name.endswith(LINE_SUFFIXES):
        yield from _scan_lines(file, name, prefix=f"{name}/")
        return
    try:
        if not file.is_file():
            yield Failure(name, "is not a regular file, or a link to nothing; expected an article")
        elif file.suffix.lower() not in TEXT_SUFFIXES:
            yield Failure(name, f"is of a kind that is not read; expected {', '.join(TEXT_SUFFIXES + LINE_SUFFIXES)}")
        elif (size := file.stat().st_size) > MAX_ARTICLE_BYTES:
            yield Failure(name, _too_large(size))
        else:
            yield Source(name, name, file.read_bytes())
    except OSError as error:
        yield Failure(name, f"cannot be read ({error.strerror}); check its permissions")


def _scan_lines(file: Path, name: str, prefix: str) -> Iterator[Source | Failure]:
    opener = gzip.open if name.endswith(".gz") else open
    try:
        with opener(file, "rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _json_line(line, name, number, prefix)
    except OSError as error:  # gzip.BadGzipFile too
        yield Failure(name, f"cannot be read ({error.strerror or error}); check the file and its permissions")
    except (EOFError, zlib.error) as error:
        yield Failure(name, f"is damaged gzip ({error}); the lines before the damage were read")


def _json_line(line: bytes, file: str, number: int, prefix: str) -> Source | Failure:
    location = f"{file} line {number}"
    if len(line) > MAX_ARTICLE_BYTES:
        return Failure(location, _too_large(len(line)))
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Failure(location, f"is not JSON ({str(error).splitlines()[0]}); expected one object a line")
    if not isinstance(fields, dict):
        return Failure(location, f"is a JSON {type(fields).__name__}; expected an object with a text")
    given = fields.get("id")
    if given is not None and (not isinstance(given, (str, int)) or isinstance(given, bool) or not str(given).strip()):
        return Failure(location, f"has the id {given!r}; expected text or a number")
    article_id = str(given).strip() if given is not None else hashlib.sha256(line.strip()).hexdigest()[:16]
    return Source(prefix + article_id, file, line.strip(), number)


def _unique(sources: Iterator[Source | Failure]) -> Iterator[Source | Failure]:
    first: dict[str, str] = {}
    for source in sources:
        if isinstance(source, Source):
            if source.id in first:
                yield Failure(source.location, f"has the id {source.id!r} of {first[source.id]}; ids must differ, the first is kept")
                continue
            first[source.id] = source.location
        yield source


def _from_text(article_id: str, content: bytes) -> Article:
    stated, text = split_front_matter(decode(content).replace("\r\n", "\n"))
    return _article(article_id, stated, text)


def _from_json(article_id: str, content: bytes) -> Article:
    fields = json.loads(content)
    text = fields.get("text")
    if not isinstance(text, str):
        raise ArticleError(f"has the text {text!r}; expected a string")
    return _article(article_id, from_mapping(fields), text)


def _article(article_id: str, stated: Stated, text: str) -> Article:
    text = normalize(text)
    if stated.title:
        found, body = Stated(), text.removeprefix(stated.title).lstrip()
    else:
        found, body = split_header(text)
    body = clean(body)
    if not any(char.isalpha() for char in body):
        raise ArticleError("holds no text; expected an article" if not text else "holds no article besides page furniture")
    title = strip_site_name(normalize(stated.title or found.title or body))
    return Article(
        id=article_id,
        title=title,
        text=body,
        date=stated.date or found.date,
        source=stated.source or found.source,
        url=stated.url,
        authors=stated.authors or found.authors,
        notes=stated.notes,
    )


def _too_large(size: int) -> str:
    return f"is {size / 1e6:.1f} MB; an article may have at most {MAX_ARTICLE_BYTES // 1_000_000} MB: split it, or use .jsonl"

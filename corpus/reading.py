"""Find the articles of a corpus and read each one.

A corpus is a folder of .txt, .md and .jsonl files, at any depth, or one .jsonl or .jsonl.gz file with an article a
line: `{"id", "title", "text", "date", "source", "url", "authors"}`, all but "text" optional. Files are only read.
"""

import gzip
import hashlib
import json
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from corpus.article import Article
from corpus.cleaning import CLEANING_VERSION, SENTENCE_END, clean, normalize, skip_preamble
from corpus.decoding import decode
from corpus.errors import ArticleError, CorpusNotFoundError, SettingError, shown
from corpus.metadata import Stated, from_mapping, latest_update, split_front_matter, split_header, strip_site_name

MAX_ARTICLE_BYTES = 5_000_000  # a long book; anything larger is a dump that should be .jsonl
MAX_ID_LENGTH = 300  # characters
TEXT_SUFFIXES = (".txt", ".md")
LINE_SUFFIXES = (".jsonl", ".jsonl.gz")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


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
    if os.path.isdir(path):  # unlike Path.is_dir, these never raise
        yield from _unique(_scan_folder(path))
    elif not os.path.exists(path):
        raise CorpusNotFoundError(f"there is no corpus at {str(path)!r}; expected a folder of articles or a .jsonl file")
    elif path.name.lower().endswith(LINE_SUFFIXES):
        yield from _unique(_scan_lines(path, path.name, prefix=""))
    else:
        raise SettingError(f"corpus {str(path)!r} is a single file; expected a folder, or a file ending in .jsonl or .jsonl.gz")


def _scan_folder(folder: Path) -> Iterator[Source | Failure]:
    files: list[Path] = []
    unreadable: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=unreadable.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        links = [name for name in folders if os.path.islink(os.path.join(place, name))]
        files += (Path(place, name) for name in names + links if not name.startswith("."))
    for error in unreadable:
        yield Failure(_name(Path(error.filename), folder), f"is a folder that cannot be read ({error.strerror}); check its permissions")
    for file in sorted(files):
        yield from _scan_file(file, _name(file, folder))


def _name(file: Path, folder: Path) -> str:
    """Return the path below the folder; control characters, and bytes that are no characters, show as U+FFFD."""
    name = os.fsencode(file.relative_to(folder).as_posix()).decode("utf-8", "replace")
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", "\ufffd", name)


def _scan_file(file: Path, name: str) -> Iterator[Source | Failure]:
    try:
        if not file.is_file():
            yield Failure(name, "is not a regular file, or is a link to a folder or to nothing; expected an article")
        elif file.name.lower().endswith(LINE_SUFFIXES):
            yield from _scan_lines(file, name, prefix=f"{name}/")
        elif file.suffix.lower() not in TEXT_SUFFIXES:
            yield Failure(name, f"is of a kind that is not read; expected {', '.join(TEXT_SUFFIXES + LINE_SUFFIXES)}")
        elif (size := file.stat().st_size) > MAX_ARTICLE_BYTES:
            yield Failure(name, _too_large(size))
        else:
            yield Source(name, name, file.read_bytes())
    except OSError as error:
        yield Failure(name, f"cannot be read ({error.strerror}); check its permissions")


def _scan_lines(file: Path, name: str, prefix: str) -> Iterator[Source | Failure]:
    try:
        with gzip.open(file) if file.name.lower().endswith(".gz") else file.open("rb") as stream:
            for number, (line, size) in enumerate(_lines(stream), start=1):
                if number == 1 and line.startswith(_UTF16_MARKS):
                    yield Failure(name, "is UTF-16; expected UTF-8: save it as UTF-8")
                    return
                if size > MAX_ARTICLE_BYTES:
                    yield Failure(f"{name} line {number}", _too_large(size))
                elif line.strip():
                    yield _json_line(line, name, number, prefix)
    except OSError as error:  # gzip.BadGzipFile too
        yield Failure(name, f"cannot be read ({error.strerror or error}); check the file and its permissions")
    except (EOFError, zlib.error) as error:
        yield Failure(name, f"is damaged gzip ({error}); the lines before the damage were read")


def _lines(stream: BinaryIO | gzip.GzipFile) -> Iterator[tuple[bytes, int]]:
    """Yield every line and its size in bytes; of a line that is too large only the start, so that memory stays small."""
    while line := stream.readline(MAX_ARTICLE_BYTES + 1):
        size, part = len(line), line
        while not part.endswith(b"\n") and (part := stream.readline(MAX_ARTICLE_BYTES)):
            size += len(part)
        yield line, size


def _json_line(line: bytes, file: str, number: int, prefix: str) -> Source | Failure:
    location = f"{file} line {number}"
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Failure(location, f"is not JSON ({str(error).splitlines()[0]}); expected one object a line")
    if not isinstance(fields, dict):
        return Failure(location, f"is a JSON {type(fields).__name__}; expected an object with a text")
    given = fields.get("id")
    if given is None:
        return Source(prefix + hashlib.sha256(line.strip()).hexdigest()[:16], file, line.strip(), number)
    # The id is printed and stored: one normalized line, as a title is.
    article_id = " ".join(normalize(str(given)).split()) if isinstance(given, (str, int)) and not isinstance(given, bool) else ""
    if not 0 < len(article_id) <= MAX_ID_LENGTH:
        return Failure(location, f"has the id {shown(given)}; expected a number, or text of at most {MAX_ID_LENGTH} characters")
    return Source(prefix + article_id, file, line.strip(), number)


def _unique(sources: Iterator[Source | Failure]) -> Iterator[Source | Failure]:
    first: dict[str, str] = {}
    for source in sources:
        if isinstance(source, Source):
            if source.id in first:
                yield Failure(source.location, f"has the id {shown(source.id)} of {first[source.id]}; ids must differ, the first is kept")
                continue
            first[source.id] = source.location
        yield source


def _from_text(article_id: str, content: bytes) -> Article:
    stated, text = split_front_matter(decode(content).replace("\r\n", "\n").replace("\r", "\n"))
    return _article(article_id, stated, text)


def _from_json(article_id: str, content: bytes) -> Article:
    fields = json.loads(content)
    text = fields.get("text")
    if text is None:
        raise ArticleError('has no "text"; expected an object with one')
    if not isinstance(text, str):
        raise ArticleError(f"has the text {shown(text)}; expected a string")
    return _article(article_id, from_mapping(fields), text)


def _article(article_id: str, stated: Stated, text: str) -> Article:
    text = normalize(text)
    found, body = (Stated(), _without_headline(text, stated.title)) if stated.title else split_header(skip_preamble(text))
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


def _too_large(size: int) -> str:
    return f"is {size / 1e6:.1f} MB; an article may have at most {MAX_ARTICLE_BYTES // 1_000_000} MB: split it"

"""Articles that lie together in one file: a line each in .jsonl, a list in .json; each may be packed with gzip."""

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from corpus.cleaning import normalize
from corpus.errors import first_line, shown
from corpus.source import MAX_ARTICLE_BYTES, Failure, Known, Source, location, too_large

MAX_ID_LENGTH = 300  # characters
MAX_JSON_BYTES = 50_000_000  # of a .json file, which must be read whole; a .jsonl file has no limit
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def scan_lines(stream: BinaryIO, name: str, prefix: str, known: Known) -> Iterator[Source | Failure]:
    """Yield the article of every line; `prefix` comes before their ids. Lines that are `known` are not parsed."""
    try:
        with gzip.open(stream) if name.lower().endswith(".gz") else stream as opened:
            for number, (line, size) in enumerate(_lines(opened), start=1):
                if number == 1 and line.startswith(_UTF16_MARKS):
                    yield Failure(name, "is UTF-16; expected UTF-8: save it as UTF-8")
                    return
                if size > MAX_ARTICLE_BYTES:
                    yield Failure(location(name, number), too_large(size, MAX_ARTICLE_BYTES))
                elif line.strip():
                    yield _known_line(line, name, number, known) or _json_line(line, name, number, prefix)
    except OSError as error:  # gzip.BadGzipFile too
        yield Failure(name, f"cannot be read ({error.strerror or error}); check the file and its permissions")
    except (EOFError, zlib.error) as error:
        yield Failure(name, f"is damaged gzip ({error}); the lines before the damage were read")


def scan_json(stream: BinaryIO, name: str, prefix: str) -> Iterator[Source | Failure]:
    """Yield the article of a .json file that is one object, or those of a list; one object without an id has the file's."""
    try:
        with gzip.open(stream) if name.lower().endswith(".gz") else stream as opened:
            content = opened.read(MAX_JSON_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        yield Failure(name, f"is damaged gzip ({first_line(error)}); pack it anew")
        return
    if len(content) > MAX_JSON_BYTES:
        yield Failure(name, f"has more than {MAX_JSON_BYTES // 1_000_000} MB; save it as .jsonl, with an article a line")
        return
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        yield Failure(name, f"is not JSON ({first_line(error)}); expected an object with a text, or a list of them")
        return
    if isinstance(value, dict) and value.get("id") is None and prefix:
        yield Source(name, name, _dumped(value), 1)
        return
    for number, fields in enumerate(value if isinstance(value, list) else [value], start=1):
        yield _source(fields, _dumped(fields), name, number, prefix)


def _dumped(fields: object) -> bytes:
    return json.dumps(fields).encode()


def _lines(stream: BinaryIO | gzip.GzipFile) -> Iterator[tuple[bytes, int]]:
    """Yield every line and its size in bytes; of a line that is too large only the start, so that memory stays small."""
    while line := stream.readline(MAX_ARTICLE_BYTES + 1):
        size, part = len(line), line
        while not part.endswith(b"\n") and (part := stream.readline(MAX_ARTICLE_BYTES)):
            size += len(part)
        yield line, size


def _known_line(line: bytes, file: str, number: int, known: Known) -> Source | None:
    source = Source("", file, line.strip(), number)
    article_id = known.ids.get((file, source.digest))
    return replace(source, id=article_id) if article_id else None


def _json_line(line: bytes, file: str, number: int, prefix: str) -> Source | Failure:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Failure(location(file, number), f"is not JSON ({str(error).splitlines()[0]}); expected one object a line")
    return _source(fields, line.strip(), file, number, prefix)


def _source(fields: object, content: bytes, file: str, number: int, prefix: str) -> Source | Failure:
    if not isinstance(fields, dict):
        return Failure(location(file, number), f"is a JSON {type(fields).__name__}; expected an object with a text")
    if len(content) > MAX_ARTICLE_BYTES:
        return Failure(location(file, number), too_large(len(content), MAX_ARTICLE_BYTES))
    given = fields.get("id")
    if given is None:
        return Source(prefix + hashlib.sha256(content).hexdigest()[:16], file, content, number)
    # The id is printed and stored: one normalized line, as a title is.
    article_id = " ".join(normalize(str(given)).split()) if isinstance(given, (str, int)) and not isinstance(given, bool) else ""
    if not 0 < len(article_id) <= MAX_ID_LENGTH:
        reason = f"has the id {shown(given)}; expected a number, or text of at most {MAX_ID_LENGTH} characters"
        return Failure(location(file, number), reason)
    return Source(prefix + article_id, file, content, number)

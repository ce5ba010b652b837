"""Find the articles of a corpus.

A corpus is a folder of articles, at any depth, or one file that holds many. `corpus.formats` lists the kinds of files that
are read. A .jsonl file has an article a line: `{"id", "title", "text", "date", "updated", "source", "url", "authors"}`, all but
"text" optional; a .json file is one such object or a list of them. Files are only read, and nothing is fetched.
"""

import io
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from corpus.archives import members
from corpus.errors import ArticleError, CorpusNotFoundError, SettingError, shown
from corpus.formats import COLLECTION_SUFFIXES, ISOLATED, JSON_SUFFIXES, LINE_SUFFIXES, UNKNOWN_KIND, ZIP_SUFFIXES, listed, suffix_of
from corpus.objects import scan_json, scan_lines
from corpus.source import MAX_ARTICLE_BYTES, Failure, FileSeen, Known, Source, location, too_large
from corpus.stamps import file_stamp

Scanned = Source | Failure | FileSeen
MAX_FILE_BYTES = 50_000_000  # of a page, a PDF, a document or a mail with all its pictures, and of any file in a .zip


def scan(corpus: str | Path) -> Iterator[Source | Failure]:
    """Yield every article of a corpus folder, or of a file of many, in a stable order; each id once.

    Raises as `scan_again` does.
    """
    for found in scan_again(corpus, Known()):
        assert not isinstance(found, FileSeen)  # nothing was asked for
        yield found


def scan_again(corpus: str | Path, known: Known) -> Iterator[Scanned]:
    """Yield what a corpus holds as `scan` does, without looking into the files that are as `known` has them.

    After what a file holds comes that it was seen, if its stamp says something.
    Raises `CorpusNotFoundError` if there is nothing at `corpus`, `SettingError` if it is a file of another kind.
    """
    path = Path(corpus)
    if os.path.isdir(path):  # unlike Path.is_dir, these never raise
        yield from _unique(_scan_folder(path, known))
    elif not os.path.exists(path):
        raise CorpusNotFoundError(f"there is no corpus at {str(path)!r}; expected a folder of articles or a .jsonl file")
    elif suffix_of(path.name) in COLLECTION_SUFFIXES:
        yield from _unique(_scan_file(path, path.name, "", known))
    else:
        raise SettingError(f"corpus {str(path)!r} is a single file; expected a folder, or a file ending in {listed(COLLECTION_SUFFIXES)}")


def _scan_folder(folder: Path, known: Known) -> Iterator[Scanned]:
    files: list[Path] = []
    unreadable: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=unreadable.append):
        folders[:] = [name for name in folders if not name.startswith(".") and not _is_of_a_page(name, names)]
        links = [name for name in folders if os.path.islink(os.path.join(place, name))]
        files += (Path(place, name) for name in names + links if not name.startswith("."))
    for error in unreadable:
        yield Failure(_name(Path(error.filename), folder), f"is a folder that cannot be read ({error.strerror}); check its permissions")
    for file in sorted(files):
        name = _name(file, folder)
        yield from _scan_file(file, name, f"{name}/", known)


def _is_of_a_page(folder: str, files: Iterable[str]) -> bool:
    """Recognise the folder that a browser saves beside a page, with its pictures and scripts, by their paths."""
    page = folder.removesuffix("_files")
    return page != folder and (f"{page}.html" in files or f"{page}.htm" in files)


def _name(file: Path, folder: Path) -> str:
    """Return the path below the folder; bytes that are no characters show as U+FFFD."""
    return _printable(os.fsencode(file.relative_to(folder).as_posix()).decode("utf-8", "replace"))


def _printable(name: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", "\ufffd", name)


def _scan_file(file: Path, name: str, prefix: str, known: Known) -> Iterator[Scanned]:
    try:
        if not file.is_file():
            yield Failure(name, "is not a regular file, or is a link to a folder or to nothing; expected an article")
        elif not suffix_of(file.name):
            yield Failure(name, UNKNOWN_KIND)
        else:
            stamp = file_stamp(file) if known.files is not None and "\ufffd" not in name else ""  # then another may have that name
            same = bool(stamp and known.files and known.files.get(name) == stamp)
            if not same:
                with file.open("rb") as stream:
                    yield from _scan_stream(stream, file.stat().st_size, name, prefix, known)
            if stamp:
                yield FileSeen(name, stamp, same)
    except OSError as error:
        yield Failure(name, f"cannot be read ({error.strerror}); check its permissions")


def _scan_stream(stream: BinaryIO, size: int, name: str, prefix: str, known: Known) -> Iterator[Source | Failure]:
    """Yield what a file of one of `SUFFIXES` holds; `prefix` comes before the ids of many."""
    suffix = suffix_of(name)
    limit = MAX_FILE_BYTES if suffix in ISOLATED else MAX_ARTICLE_BYTES
    if suffix in LINE_SUFFIXES:
        yield from scan_lines(stream, name, prefix, known)
    elif suffix in JSON_SUFFIXES:
        yield from scan_json(stream, name, prefix)
    elif suffix in ZIP_SUFFIXES:
        yield from _scan_zip(stream, name, prefix, known)
    elif size > limit:
        yield Failure(name, too_large(size, limit))
    else:
        yield Source(prefix.removesuffix("/") or name, name, stream.read())


def _scan_zip(stream: BinaryIO, name: str, prefix: str, known: Known) -> Iterator[Source | Failure]:
    try:
        for path, content in members(stream, MAX_FILE_BYTES):
            place = f"{name}/{_printable(path)}"
            if isinstance(content, str):
                yield Failure(place, content)
            else:
                yield from _scan_stream(io.BytesIO(content), len(content), place, f"{prefix}{_printable(path)}/", known)
    except ArticleError as error:
        yield Failure(name, str(error))


def _unique(found: Iterator[Scanned]) -> Iterator[Scanned]:
    """Yield each id once: what is there twice is one article, of different ones with one id the first.

    A file of which something was left out has to be looked into again: that it was seen is not yielded.
    """
    first: dict[str, tuple[str, int, int]] = {}  # file, line and hash of the content: little, for there may be very many
    whole = True
    for one in found:
        if isinstance(one, FileSeen):
            if whole:
                yield one
            whole = True
            continue
        if isinstance(one, Source):
            content = hash(one.content)
            if one.id in first:
                whole = False
                file, line, known = first[one.id]
                if content != known:
                    reason = f"has the id {shown(one.id)} of {location(file, line)}; ids must differ, the first is kept"
                    yield Failure(one.location, reason, hides=False)
                continue
            first[one.id] = one.file, one.line, content
        yield one

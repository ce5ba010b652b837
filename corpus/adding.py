"""Put one more file into a corpus folder: a copy of a file, what comes on standard input, or a page from the web."""

import codecs
import contextlib
import json
import os
import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from corpus.article import Article
from corpus.errors import AddError, ArticleError, NameTakenError, shown
from corpus.fetching import Fetched, fetch
from corpus.formats import COLLECTION_SUFFIXES, TEXT_SUFFIXES, UNKNOWN_KIND, suffix_of
from corpus.html import page_text
from corpus.page_metadata import saved_from
from corpus.reading import MAX_FILE_BYTES, scan
from corpus.source import MAX_ARTICLE_BYTES, Source

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_KINDS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/json": ".json",
    "application/x-ndjson": ".jsonl",
    "application/zip": ".zip",
    "message/rfc822": ".eml",
    "multipart/related": ".mhtml",
}
_UNTOLD = ("", "application/octet-stream", "binary/octet-stream")  # kinds that say nothing
_PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,3000}?-->\s*)?<(?:!doctype\s+html|html|head|body|article|meta)\b", re.I | re.S
)
_MAIL = re.compile(rb"(?:from|return-path|received|delivered-to|mime-version|message-id|subject|date|to): ?\S", re.I)
_JSON = re.compile(rb'\s*(?:\{\s*["}]|\[\s*[\[{\]])')  # text may begin with a bracket too
_MAX_FILE_BYTES = 500_000_000  # of a file of many articles, which is held in memory
_NAME_LENGTH = 80  # characters of a name made from a title
_NAME_BYTES = 200  # and its bytes: file systems take 255, with the suffix
_START = 4096  # bytes by which a kind is told


@dataclass(frozen=True, slots=True)
class Added:
    """What was put into the corpus."""

    path: Path
    new: bool  # False if the same file was there already
    article: Article | None  # None for a file of many


@dataclass(frozen=True, slots=True)
class _File:
    name: str  # without a path; "" where its article's title is to name it
    suffix: str
    content: bytes


def add(
    what: str,
    corpus: Path,
    *,
    name: str | None = None,
    replace: bool = False,
    stdin: BinaryIO,
    fetch: Callable[[str, int], Fetched] = fetch,
) -> Added:
    """Put a file, standard input (`what` is "-") or the page at an address into the folder `corpus`, which is made if there is none.

    The file keeps its name, or gets `name`, or is named after its article's title. A file of the same name with another content
    is only replaced if `replace`. Raises `AddError` if it cannot be had or written, or holds no article that can be read.
    """
    if what == "-":
        file = _of_bytes(stdin.read(MAX_FILE_BYTES + 1), "standard input")
    elif _ADDRESS.match(what):
        file = _of_page(fetch(what, MAX_FILE_BYTES))
    else:
        file = _of_file(Path(what))
    return _put(file, corpus, name, replace)


def add_content(name: str, content: bytes, corpus: Path) -> Added:
    """Put the content of a file into the folder `corpus`; it is named `name`, or after its article's title if that is empty.

    Nothing is replaced. Raises `AddError` as `add` does; `NameTakenError` if another file of that name is there.
    """
    if not name:
        return _put(_of_bytes(content, "the text"), corpus, None, replace=False)
    if not (suffix := suffix_of(name)):
        raise AddError(f"{name!r} {UNKNOWN_KIND}")
    return _put(_File(name, suffix, content), corpus, None, replace=False)


def add_page(url: str, corpus: Path, *, fetch: Callable[[str, int], Fetched] = fetch) -> Added:
    """Put the page at an http or https address into the folder `corpus`. Nothing is replaced. Raises as `add_content` does."""
    return _put(_of_page(fetch(url, MAX_FILE_BYTES)), corpus, None, replace=False)


def _put(file: _File, corpus: Path, name: str | None, replace: bool) -> Added:
    if os.path.exists(corpus) and not os.path.isdir(corpus):  # unlike Path.exists, these never raise
        raise AddError(f"the corpus {str(corpus)!r} is one file; expected a folder to add to: choose one with --corpus")
    article = _read(file)
    target = corpus / _target(name or file.name or _slug(article.title if article else "articles"), file.suffix)
    try:
        if target.exists() and not replace:
            if target.is_file() and target.read_bytes() == file.content:
                return Added(target, False, article)
            raise NameTakenError(f"{str(target)!r} is there already, with another content; give another --name, or --replace it")
        _write(target, file.content)
    except OSError as error:
        raise AddError(f"{str(target)!r} cannot be written ({error.strerror}); check its name and its folder's permissions") from error
    return Added(target, True, article)


def _of_file(path: Path) -> _File:
    suffix = suffix_of(path.name)
    if not suffix:
        raise AddError(f"{str(path)!r} {UNKNOWN_KIND}")
    try:
        if (size := path.stat().st_size) > _MAX_FILE_BYTES:
            most = _MAX_FILE_BYTES // 1_000_000
            raise AddError(f"{str(path)!r} is {size / 1e6:.0f} MB; copy a file of more than {most} MB into the folder yourself")
        return _File(path.name, suffix, path.read_bytes())
    except OSError as error:
        raise AddError(f"{str(path)!r} cannot be read ({error.strerror}); expected a file, an address or - for standard input") from error


def _of_bytes(content: bytes, origin: str) -> _File:
    if not content.strip():
        raise AddError(f"{origin} is empty; expected an article")
    if len(content) > MAX_FILE_BYTES:
        raise AddError(f"{origin} has more than {MAX_FILE_BYTES // 1_000_000} MB; save it as a file and add that")
    return _File("", _kind(content), content)


def _kind(content: bytes) -> str:
    """Return the suffix of the kind that content looks like; ".txt" if it looks like none."""
    start = content[:_START].removeprefix(codecs.BOM_UTF8)
    if start.startswith(b"%PDF-"):
        return ".pdf"
    if start.startswith(b"PK\x03\x04"):
        return ".docx" if b"word/document.xml" in content else ".zip"
    if _PAGE.match(start):
        return ".html"
    if _JSON.match(start):
        return _json_kind(content)
    return ".eml" if _MAIL.match(start) and b"\nsubject:" in b"\n" + start.lower() else ".txt"


def _json_kind(content: bytes) -> str:
    first = content.lstrip().split(b"\n", 1)
    try:
        json.loads(first[0])
    except (ValueError, RecursionError):
        return ".json"
    return ".jsonl" if len(first) == 2 and first[1].strip() else ".json"


def _of_page(fetched: Fetched) -> _File:
    """Return what a server sent, with its address where the kind of file has a place for it."""
    if fetched.kind not in _KINDS and fetched.kind not in _UNTOLD:
        raise AddError(f"{fetched.url} is {shown(fetched.kind)}; expected a page, a text, a PDF or a document")
    file = _of_bytes(fetched.content, fetched.url)
    suffix = _KINDS.get(fetched.kind) or file.suffix
    content = fetched.content
    mark = f"saved from url=({len(fetched.url):04}){fetched.url}"  # as browsers write it
    if suffix == ".html":
        markup = _text(fetched)
        # The mark at the start says UTF-8, whatever the page states further down.
        content = codecs.BOM_UTF8 + (markup if saved_from(markup) else f"<!-- {mark} -->\n{markup}").encode("utf-8", "replace")
    elif suffix == ".pdf":
        content += f"\n% {mark}\n".encode()
    elif suffix in TEXT_SUFFIXES and not content.lstrip().startswith(b"---"):
        content = f"---\nurl: {json.dumps(fetched.url)}\n---\n{_text(fetched)}".encode("utf-8", "replace")
    return _File("", suffix, content)


def _text(fetched: Fetched) -> str:
    try:
        return fetched.content.decode(fetched.charset) if fetched.charset else page_text(fetched.content)
    except (LookupError, UnicodeError, ArticleError):
        return fetched.content.decode("utf-8", "replace")


def _read(file: _File) -> Article | None:
    """Return the file's article, or None if it is a file of many. Raises `AddError` if it holds none."""
    name = file.name or f"what was given, as {file.suffix},"
    limit = MAX_ARTICLE_BYTES if file.suffix in TEXT_SUFFIXES else MAX_FILE_BYTES
    if file.suffix in COLLECTION_SUFFIXES:
        return None
    if len(file.content) > limit:
        raise AddError(f"{name} is {len(file.content) / 1e6:.1f} MB; an article may have at most {limit // 1_000_000} MB: split it")
    try:
        return Source(name, f"a{file.suffix}", file.content).read()
    except ArticleError as error:
        raise AddError(f"{name} {error}") from error


def _slug(title: str) -> str:
    """Return a title as the name of a file: its letters and digits, with hyphens between words."""
    plain = unicodedata.normalize("NFKC", title).lower()
    name = "-".join(re.findall(r"\w+", plain))[:_NAME_LENGTH].encode()[:_NAME_BYTES].decode(errors="ignore")
    return name.strip("-_") or "article"


def _target(name: str, suffix: str) -> Path:
    path = Path(name if suffix_of(name) == suffix else name + suffix)
    if path.is_absolute() or any(part.startswith(".") for part in path.parts) or not str(path).isprintable():
        raise AddError(f"the name {name!r} cannot be used; expected one such as kyiv.html, or 2024/kyiv.html, below the corpus folder")
    return path


def _write(target: Path, content: bytes) -> None:
    """Write a file whole or not at all; where it is not, a file of that name stays as it was."""
    suffix = suffix_of(target.name)
    part = target.with_name(f".{secrets.token_hex(8)}{suffix}")  # hidden: an index that is built meanwhile passes over it
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        if suffix in COLLECTION_SUFFIXES:
            _check_collection(part, target)
        os.replace(part, target)
    finally:
        with contextlib.suppress(OSError):  # it may not be there
            part.unlink()


def _check_collection(part: Path, target: Path) -> None:
    """Raise `AddError` unless a file of many holds an article that can be read."""
    reasons: list[str] = []
    for found in scan(part):
        try:
            if isinstance(found, Source):
                found.read()
                return
            reasons.append(found.reason)
        except ArticleError as error:
            reasons.append(str(error))
    why = f"; the first that cannot be read {reasons[0]}" if reasons else ""
    raise AddError(f"{target.name!r} holds no article{why}")

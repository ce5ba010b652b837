"""What a reader of the page changes in the corpus: uploads, pasted texts, pages, deletions. No Gradio here.

Everything that a reader gives is checked here once more, whatever the page let through: which files are read, how many, how large.
"""

import datetime as dt
import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Final

from corpus.adding import Added, add_content, add_page
from corpus.errors import AddError, NameTakenError, PullquoteError
from corpus.fetching import Fetched, fetch
from corpus.formats import UNKNOWN_KIND, suffix_of
from corpus.trash import Removed, remove, removed, restore
from index import ArticleHead
from rag.composing import byline
from ui.printing import count

MAX_FILES: Final = 100  # at once
MAX_UPLOAD: Final = 50_000_000  # bytes of one file
MAX_TEXT: Final = 1_000_000  # characters that can be pasted
_NAME_LENGTH = 100  # characters
_UNSAFE = re.compile(r"[^\w .,()+-]")
_FIELDS = ("title", "source", "date")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one thing that a reader wanted."""

    name: str
    well: bool
    text: str


def take_files(files: Sequence[Path], corpus: Path, uploads: Path) -> Iterator[Outcome]:
    """Put uploaded files into the corpus folder, and delete the uploads; yield what became of each.

    Only regular files below `uploads`, where the server itself keeps what is uploaded, are read.
    """
    if len(files) > MAX_FILES:
        yield Outcome(
            f"{len(files)} files",
            False,
            f"not added: too many at once; expected at most {MAX_FILES}: put them into the corpus folder yourself",
        )
        return
    for file in files:
        if not _is_upload(file, uploads):
            yield Outcome(safe_name(file.name), False, "not added: it was not uploaded here; choose the file again")
            continue
        try:
            yield _take_file(file, corpus)
        finally:
            with suppress(OSError):
                file.unlink()


def _is_upload(file: Path, uploads: Path) -> bool:
    return file.is_file() and not file.is_symlink() and uploads.resolve() in file.resolve().parents


def _take_file(file: Path, corpus: Path) -> Outcome:
    name = safe_name(file.name)
    if not suffix_of(name):
        return Outcome(name, False, f"not added: {UNKNOWN_KIND}")
    if (size := file.stat().st_size) > MAX_UPLOAD:
        return Outcome(
            name,
            False,
            f"not added: it is {size / 1e6:.0f} MB; expected at most {MAX_UPLOAD // 1_000_000}: put it into the corpus folder yourself",
        )
    return _outcome(name, lambda: add_content(name, file.read_bytes(), corpus))


def safe_name(name: str) -> str:
    """Return the name of a file as it may lie in the corpus: letters, digits and a few signs, not hidden, not too long."""
    plain = _UNSAFE.sub("_", unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])).lstrip(". ")
    suffix = suffix_of(plain)
    stem = plain.removesuffix(plain[len(plain) - len(suffix) :]) if suffix else plain
    return f"{stem[:_NAME_LENGTH].strip() or 'article'}{suffix}"


def take_text(text: str, title: str, source: str, date: str, corpus: Path) -> Outcome:
    """Put a pasted text into the corpus folder, with what the reader says of it."""
    said = {field: " ".join(value.split()) for field, value in zip(_FIELDS, (title, source, date), strict=True) if value.strip()}
    name = said.get("title", "Pasted text")
    if not text.strip():
        return Outcome(name, False, "not added: it is empty; paste an article")
    if len(text) > MAX_TEXT:
        return Outcome(name, False, f"not added: it has {len(text):,} characters; expected at most {MAX_TEXT:,}: upload it as a file")
    if "date" in said and not _is_day(said["date"]):
        return Outcome(name, False, f"not added: it has the date {said['date']!r}; expected one such as 2024-02-29, or none")
    if said and text.lstrip().startswith("---"):
        return Outcome(name, False, "not added: it says in its first lines itself what it is; leave title, outlet and date empty")
    stated = "".join(f"{field}: {json.dumps(value, ensure_ascii=False)}\n" for field, value in said.items())
    content = f"---\n{stated}---\n{text}" if said else text
    return _outcome(name, lambda: add_content("", content.encode("utf-8", "replace"), corpus))


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def take_page(url: str, corpus: Path, fetch: Callable[[str, int], Fetched] = fetch) -> Outcome:
    """Put the page at an address into the corpus folder."""
    return _outcome(url.strip()[:200], lambda: add_page(url.strip(), corpus, fetch=fetch))


def _outcome(name: str, add: Callable[[], Added]) -> Outcome:
    try:
        added = add()
    except NameTakenError:
        return Outcome(
            name, False, "not added: another file of the corpus has that name; give yours another one, or delete that article first"
        )
    except AddError as error:
        return Outcome(name, False, f"not added: {str(error).removeprefix(f'{name!r} ').removeprefix(f'{name} ')}")
    what = f"{byline(added.article)}, {count(len(added.article.text), 'character')}" if added.article else "a file of several articles"
    return Outcome(name, True, f"added: {what}" if added.new else f"in the corpus already: {what}")


def show_outcomes(outcomes: Sequence[Outcome]) -> str:
    """Return what became of each thing as a list."""
    entries = "".join(
        f'<li class="{"pq-done" if outcome.well else "pq-refused"}"><span aria-hidden="true">{"✓" if outcome.well else "✗"}</span> '
        f"<strong>{escape(outcome.name)}</strong> – {escape(outcome.text)}</li>"
        for outcome in outcomes
    )
    return f'<ul class="pq-outcomes">{entries}</ul>' if entries else ""


def take_out(head: ArticleHead, corpus: Path) -> Outcome:
    """Move the files of an article into the trash."""
    try:
        gone = remove(corpus, head.paths)
    except PullquoteError as error:
        return Outcome(head.title, False, f"not deleted: {error}")
    return Outcome(head.title, True, f"deleted: {', '.join(gone.files)} in the trash")


def put_back(step: str, corpus: Path) -> Outcome:
    """Move what was deleted in one step back."""
    try:
        back = restore(corpus, step)
    except PullquoteError as error:
        return Outcome("Undo", False, f"not possible: {error}")
    return Outcome(", ".join(back.files), True, "back in the corpus")


def last_removed(corpus: Path) -> Removed | None:
    """Return what an undo would put back; None if nothing is in the trash."""
    return next(iter(removed(corpus)), None)

"""What lies in a .zip, within limits: an archive of a few kilobytes can unpack to a full disk."""

import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from corpus.errors import ArticleError, first_line
from corpus.formats import UNKNOWN_KIND, ZIP_SUFFIXES, suffix_of

MAX_MEMBERS = 65_534  # files; more need another kind of directory, which would be read whole before it can be counted
MAX_UNPACKED = 2_000_000_000  # bytes of all files together
_MAX_DIRECTORY = 50_000_000  # bytes that the list of the files may have
_MAX_RATIO = 300  # that a file of more than a megabyte may grow by; text grows by about 5, one letter repeated by 1,000
_MAX_PATH_LENGTH = 1_000  # characters
_END, _END_SIZE = b"PK\x05\x06", 22
_SEPARATE = re.compile(r"[/\\]")
# What `zipfile` raises for archives that are damaged or of a kind that it does not know.
_DAMAGES = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, struct.error, ValueError, OSError)


def members(file: BinaryIO, max_bytes: int) -> Iterator[tuple[str, bytes | str]]:
    """Yield each file of an archive: its path, and its bytes or the reason why they cannot be had.

    Hidden files and the parts of saved pages are left out. `max_bytes` is how much one file may have.
    Raises `ArticleError` if the archive as a whole cannot be read.
    """
    _check_directory(file)
    try:
        archive = zipfile.ZipFile(file)
    except _DAMAGES as error:
        raise ArticleError(f"is a damaged .zip ({first_line(error)}); pack it anew") from error
    with archive:
        names = set(archive.namelist())
        files = [info for info in archive.infolist() if not info.is_dir() and not _hidden(info.filename)]
        check_sizes(info for info in files if not why_unread(info.filename))
        for info in files:
            if not _is_of_a_page(info.filename, names):
                yield info.filename, why_unread(info.filename) or _content(archive, info, max_bytes)


def why_unread(path: str) -> str:
    """Return why a file of an archive is not looked into; "" if it is."""
    suffix = suffix_of(path)
    if len(path) > _MAX_PATH_LENGTH:
        return f"has a path of {len(path)} characters; expected at most {_MAX_PATH_LENGTH}: rename it"
    return "is a .zip inside a .zip, which is not read; unpack it" if suffix in ZIP_SUFFIXES else "" if suffix else UNKNOWN_KIND


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, max_bytes: int) -> bytes | str:
    if info.flag_bits & 1:
        return "is locked with a password; pack it without one"
    if info.file_size > max_bytes:
        return f"is {info.file_size / 1e6:.1f} MB; a file in a .zip may have at most {max_bytes // 1_000_000} MB: split it"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is packed by a method other than deflate, which is not read; pack it anew"
    try:
        with archive.open(info) as stream:
            return stream.read(info.file_size)  # without a number, everything that a false size hides would come out
    except (*_DAMAGES, RuntimeError) as error:  # RuntimeError: a password after all
        return f"is damaged in its .zip ({first_line(error)}); pack it anew"


def check_sizes(files: Iterable[zipfile.ZipInfo]) -> None:
    """Raise `ArticleError` for an archive that unpacks to far more than it has; no more can come out than it states."""
    total = 0
    for info in files:
        total += info.file_size
        if info.file_size > 1_000_000 and info.file_size > _MAX_RATIO * max(info.compress_size, 1):
            sizes = f"{info.file_size / 1e6:,.0f} MB into {info.compress_size / 1e6:.1f}"
            raise ArticleError(f"packs {sizes}, as no text can be; unpack it")
    if total > MAX_UNPACKED:
        raise ArticleError(f"unpacks to {total / 1e9:,.1f} GB; expected at most {MAX_UNPACKED / 1e9:.0f}: split it, or unpack it")


def _check_directory(file: BinaryIO) -> None:
    """Raise `ArticleError` if the archive's directory is too large to be read, before it is."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_SIZE - 65_535))
    tail = file.read()
    file.seek(0)
    place = tail.rfind(_END)
    if place < 0 or len(tail) < place + _END_SIZE:
        raise ArticleError("is no .zip, or is cut off; pack it anew")
    count, directory = struct.unpack_from("<HI", tail, place + 10)
    if count > MAX_MEMBERS or directory > _MAX_DIRECTORY:
        raise ArticleError(f"holds more than {MAX_MEMBERS:,} files; split it, or unpack it")


def _is_of_a_page(path: str, names: set[str]) -> bool:
    """Recognise what a browser saved beside a page, in the folder with the page's name and "_files"."""
    pages = [path[: found.start()] for found in re.finditer("_files/", path)]
    return any(f"{page}.html" in names or f"{page}.htm" in names for page in pages)


def _hidden(path: str) -> bool:
    """Recognise what is hidden in a folder too, and what a Mac packs beside the files."""
    return any(part.startswith((".", "__MACOSX")) and part not in (".", "..") for part in _SEPARATE.split(path))

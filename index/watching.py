"""Follow a corpus: index it again whenever its files have changed and then been left alone for a moment.

By looking, not by the system's notifications, which network folders do not give.
"""

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from corpus.cleaning import CLEANING_VERSION
from corpus.errors import PullquoteError
from corpus.stamps import Look, look_at

T = TypeVar("T")
_Seen = tuple[bytes, Look | int | None]  # a path, and what it is like, or the number of the error

PAUSE = 1.0  # seconds between two looks, and for how long nothing may change before a build
SHARE = 0.05  # of the time, at most, is spent on looking: in a slow folder the pauses grow
PATIENCE = 30.0  # seconds until what failed is tried again although nothing has changed


def watch(
    corpus: str | Path, build: Callable[[], T], *, sleep: Callable[[float], None] = time.sleep, clock: Callable[[], float] = time.monotonic
) -> Iterator[T | PullquoteError]:
    """Yield what `build` returns, or the `PullquoteError` that it raises: first at once, then after each change. Never ends.

    A build that failed is tried again every `PATIENCE` seconds, or at the next change; the same error is not told twice in a row.
    """
    built = last = b""  # what was indexed, and what the last look saw
    failed_at: float | None = None
    told = ""
    while True:
        began = clock()
        seen = stamp(corpus)
        due = failed_at is not None and began - failed_at >= PATIENCE
        if due or (seen != built and last in (seen, b"")):
            try:
                result: T | PullquoteError = build()
            except PullquoteError as error:
                result = error
            failed_at = clock() if isinstance(result, PullquoteError) else None
            built = seen  # before the build: what changed meanwhile shows at the next look
            if str(result) != told or failed_at is None:
                yield result
            told = str(result)
            began = clock()
        last = seen
        sleep(max(PAUSE, (clock() - began) / SHARE))


def stamp(corpus: str | Path) -> bytes:
    """Return what differs whenever a file of a corpus was added, changed, moved or removed. Opens none."""
    return _hash(_look(Path(corpus)))


def settled_stamp(corpus: str | Path) -> str:
    """Return the stamp of a corpus that stays the same only if what an index has of it does; empty if that cannot be said.

    A file that changed a moment ago may change again within the same tick of its file system's clock, and what cannot be
    looked at is always changing.
    """
    seen = _look(Path(corpus).resolve())
    settled = all(isinstance(look, Look) and look.is_settled for _, look in seen)
    return f"{CLEANING_VERSION} {_hash(seen).hex()}" if settled else ""


def _hash(seen: Sequence[_Seen]) -> bytes:
    lines = (b"%s %s\n" % (path, repr(look).encode()) for path, look in seen)
    return hashlib.sha256(b"".join(lines)).digest()


def _look(path: Path) -> list[_Seen]:
    """Return what there is at a path. Never raises: `os.path.isdir` does not either, unlike `Path.is_dir`."""
    return sorted(_entries(os.fsencode(path))) if os.path.isdir(path) else [_seen(os.fsencode(path))]


def _entries(folder: bytes) -> Iterator[_Seen]:
    try:
        entries = list(os.scandir(folder))
    except OSError as error:  # deleted meanwhile, or not to be read
        yield folder, error.errno
        return
    for entry in entries:
        if entry.name.startswith(b"."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(entry.path)
        else:
            yield _seen(entry.path)


def _seen(file: bytes) -> _Seen:
    try:
        return file, look_at(file)
    except OSError as error:
        return file, error.errno

"""Follow a corpus: index it again whenever its files have changed and then been left alone for a moment.

By looking, not by the system's notifications, which network folders do not give.
"""

import hashlib
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from corpus.cleaning import CLEANING_VERSION
from corpus.errors import PullquoteError
from corpus.stamps import TICK

T = TypeVar("T")

PAUSE = 1.0  # seconds between two looks, and for how long nothing may change before a build
SHARE = 0.05  # of the time, at most, is spent on looking: in a slow folder the pauses grow
_TIMES = re.compile(rb" (\d+) (\d+) \d+\n$")  # of a change of the content, and of anything, in a line
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
    return hashlib.sha256(b"".join(_lines(Path(corpus)))).digest()


def settled_stamp(corpus: str | Path) -> str:
    """Return the stamp of a corpus that stays the same only if what an index has of it does; empty if that cannot be said.

    A file that changed a moment ago may change again within the same tick of its file system's clock.
    """
    path = Path(corpus).resolve()
    newest = max((_changed(line) for line in _lines(path)), default=0)
    return f"{CLEANING_VERSION} {stamp(path).hex()}" if newest < time.time_ns() - TICK else ""


def _changed(line: bytes) -> int:
    """Return when the file of a line changed, in nanoseconds since 1970; what cannot be looked at is always changing."""
    found = _TIMES.search(line)
    return max(int(found[1]), int(found[2])) if found else sys.maxsize


def _lines(path: Path) -> list[bytes]:
    return sorted(_entries(os.fsencode(path))) if path.is_dir() else [_line(os.fsencode(path))]


def _entries(folder: bytes) -> Iterator[bytes]:
    try:
        entries = list(os.scandir(folder))
    except OSError as error:  # deleted meanwhile, or not to be read
        yield b"%s %d\n" % (folder, error.errno or 0)
        return
    for entry in entries:
        if entry.name.startswith(b"."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(entry.path)
        else:
            yield _line(entry.path)


def _line(file: bytes) -> bytes:
    try:
        found = os.stat(file)
    except OSError as error:
        return b"%s %d\n" % (file, error.errno or 0)
    return b"%s %d %d %d %d\n" % (file, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)

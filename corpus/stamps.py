"""Tell whether a file was changed, without opening it."""

import os
import time
from pathlib import Path
from typing import NamedTuple

from corpus.cleaning import CLEANING_VERSION

TICK = 3_000_000_000  # nanoseconds: the coarsest clock of a file system, FAT's, counts two seconds


class Look(NamedTuple):
    """What differs whenever a file was changed."""

    size: int  # bytes
    modified: int  # nanoseconds since 1970
    changed: int  # the same, of anything about it
    inode: int

    @property
    def is_settled(self) -> bool:
        """Whether a change from now on would show: not in the same tick of the file system's clock as the last one."""
        return max(self.modified, self.changed) < time.time_ns() - TICK


def look_at(file: Path | bytes) -> Look:
    """Look at a file without opening it. Raises `OSError`."""
    found = os.stat(file)
    return Look(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def file_stamp(file: Path) -> str:
    """Return what stays the same only if the articles in a file do; empty if that cannot be said. Raises `OSError`."""
    look = look_at(file)
    return f"{CLEANING_VERSION} {' '.join(map(str, look))}" if look.is_settled else ""

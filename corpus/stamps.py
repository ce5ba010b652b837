"""Tell whether a file was changed, without opening it."""

import os
import time
from pathlib import Path

from corpus.cleaning import CLEANING_VERSION

TICK = 3_000_000_000  # nanoseconds: the coarsest clock of a file system, FAT's, counts two seconds


def file_stamp(file: Path) -> str:
    """Return what stays the same only if the articles in a file do; empty if that cannot be said.

    A file that changed a moment ago may change again within the same tick of its file system's clock. Raises `OSError`.
    """
    found = os.stat(file)
    if max(found.st_mtime_ns, found.st_ctime_ns) >= time.time_ns() - TICK:
        return ""
    return f"{CLEANING_VERSION} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino}"

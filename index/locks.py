"""Who writes an index, and which of its generations are being read.

The locks are the operating system's: they end with the process that holds them, however it ends.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.errors import IndexBusyError, IndexStaleError, IndexWriteError

READERS_FOLDER = "readers"  # a file for each generation; who reads it holds a shared lock on it


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Be the one that writes an index. Raises `IndexBusyError` if another process is, `IndexWriteError` if the folder cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "writer.lock", blocking=False)
        lock.acquire()
    except Timeout as error:
        raise IndexBusyError(f"another process is writing the index at {str(folder)!r}; wait until it is done, then index again") from error
    except OSError as error:
        raise IndexWriteError(
            f"the index folder {str(folder)!r} cannot be written ({error.strerror}); choose another with --index"
        ) from error
    try:
        yield
    finally:
        lock.release()


def offer(folder: Path, generation: int) -> None:
    """Let readers say that they read a generation; comes before it is published."""
    with suppress(OSError):  # a full disk is found by what is written next
        (folder / READERS_FOLDER).mkdir(exist_ok=True)
        _file(folder, generation).touch()


@contextmanager
def reading(folder: Path, generation: int) -> Iterator[None]:
    """Keep a generation from being retired while it is read. Raises `IndexStaleError` if it is being retired.

    It may have been retired before: whoever reads asks once inside. Where there are no such locks (on Windows, in some
    network folders, in a folder that was never built here) nothing is kept, and a reader that is overtaken sees so.
    """
    with ExitStack() as stack:
        if not _lock(_file(folder, generation), stack, shared=True):
            raise IndexStaleError("the index was rebuilt while it was read; ask again")
        yield


@contextmanager
def retiring(folder: Path, newest: int) -> Iterator[int]:
    """Give the oldest generation that is being read, or `newest` if no older one is; nobody begins to read those before it meanwhile."""
    with ExitStack() as stack:
        offered = [generation for generation in _offered(folder) if generation < newest]
        oldest = next((generation for generation in offered if not _lock(_file(folder, generation), stack, shared=False)), newest)
        yield oldest
        for generation in offered:
            if generation < oldest:
                _file(folder, generation).unlink(missing_ok=True)


def _file(folder: Path, generation: int) -> Path:
    return folder / READERS_FOLDER / str(generation)


def _offered(folder: Path) -> list[int]:
    with suppress(OSError):
        return sorted(int(name) for name in os.listdir(folder / READERS_FOLDER) if name.isdecimal())
    return []


def _lock(file: Path, stack: ExitStack, *, shared: bool) -> bool:
    """Lock a file until the stack ends; return False if another holds a lock that excludes this one."""
    if sys.platform == "win32":
        return True
    import fcntl

    try:
        handle = os.open(file, os.O_RDONLY)
    except OSError:
        return True
    stack.callback(os.close, handle)  # and with it the lock goes
    try:
        fcntl.flock(handle, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # the file system has no locks
        return True
    return True

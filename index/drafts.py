"""Articles between reading and indexing: an archive of tens of thousands has gigabytes of text, which memory need not hold."""

import os
import pickle
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Self

from corpus import Article
from corpus.errors import IndexWriteError, first_line

IN_MEMORY = 16_000_000  # bytes; with more, they are in a file without a name, which is gone with the process


class Drafts:
    """Articles that were read, kept until they are indexed."""

    def __init__(self, folder: Path) -> None:
        """Keep them in `folder` once they are many."""
        self._file = tempfile.SpooledTemporaryFile(IN_MEMORY, dir=str(folder))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def keep(self, article: Article) -> Callable[[], Article]:
        """Return what reads an article again, as often as one likes. Raises `IndexWriteError` if the disk is full."""
        with _writing():
            place = self._file.seek(0, os.SEEK_END)
            size = self._file.write(pickle.dumps(article))
        return partial(self._read, place, size)

    def _read(self, place: int, size: int) -> Article:
        with _writing():  # what is written may still be on its way to the disk
            self._file.seek(place)
        article: Article = pickle.loads(self._file.read(size))
        return article


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise IndexWriteError(f"the index cannot be written ({first_line(error)}); free disk space and index again") from error

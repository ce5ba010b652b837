"""Read an index in a folder that cannot be written: another's, a read-only disk's, a full one's.

Its engines lock and write what they only read: tantivy makes a lock file, Chroma tidies its database. A view is a temporary
folder in which they may: it has links to what is large and never changes, and copies of the rest.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus.errors import IndexWriteError
from index.place import VectorsPlace, open_vectors
from index.vectors import VectorStore

KEPT = 2  # folders of the words, and of the vectors: the newest, and the one before, which may be in use
_LOCKS = ".lock"  # suffix of the files that tantivy locks
_IDS = "index_metadata.pickle"  # in the folders whose files Chroma does not change
_ROOM = 4_000_000  # bytes free; with fewer, Chroma may not open what it only reads


def needs_view(folder: Path) -> bool:
    """Whether an index can be read only through a view."""
    return not os.access(folder, os.W_OK) or shutil.disk_usage(folder).free < _ROOM


class View:
    """A temporary folder, gone with `close`, that stands in for those of the words and the vectors."""

    def __init__(self) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="pullquote-", ignore_cleanup_errors=True)
        self._words: list[Path] = []  # folders made for them, oldest first
        self._vectors: list[Path] = []

    def close(self) -> None:
        """Delete it; files that are in use stay readable on systems that allow this."""
        self._scratch.cleanup()

    def of_words(self, folder: Path) -> Path:
        """Return a folder with the words as they are now; `folder` itself if there are none."""
        if not folder.is_dir():
            return folder
        with self._made(self._words) as view:
            for file in folder.iterdir():
                if file.suffix != _LOCKS:
                    (view / file.name).symlink_to(file.resolve())
        return view

    def open_vectors(self, place: VectorsPlace) -> VectorStore:
        """Open the vectors as they are now."""
        if place.url or not place.folder.is_dir():
            return place.open()
        with self._made(self._vectors) as view:
            (view / place.identity).mkdir()
            for entry in place.folder.iterdir():
                stands_in = view / place.identity / entry.name
                if entry.is_file():
                    shutil.copyfile(entry, stands_in)
                elif (entry / _IDS).is_file():
                    stands_in.symlink_to(entry.resolve())
        return open_vectors(view, "", place.identity)

    @contextmanager
    def _made(self, kept: list[Path]) -> Iterator[Path]:
        """Make a folder beside those `kept`, of which the oldest go."""
        try:
            kept.append(Path(tempfile.mkdtemp(dir=self._scratch.name)))
            yield kept[-1]
            for old in kept[:-KEPT]:
                shutil.rmtree(old, ignore_errors=True)
            del kept[:-KEPT]
        except OSError as error:
            raise IndexWriteError(
                f"the index cannot be read: its folder cannot be written, nor can {tempfile.gettempdir()!r} in its place "
                f"({error.strerror}); free disk space, or set TMPDIR to a folder with some"
            ) from error

"""Read an index in a folder that cannot be written: another's, a read-only disk's.

Its engines lock and write what they only read: tantivy makes a lock file, Chroma tidies its database. A view is a temporary
folder in which they may: it has links to what is large and never changes, and copies of the rest.
"""

import shutil
import tempfile
from pathlib import Path

from index.place import VectorsPlace, open_vectors
from index.vectors import VectorStore

_LOCKS = ".lock"  # suffix of the files that tantivy locks
_IDS = "index_metadata.pickle"  # in the folders whose files Chroma does not change


class View:
    """A temporary folder, gone with `close`, that stands in for those of the words and the vectors."""

    def __init__(self) -> None:
        self._scratch = tempfile.TemporaryDirectory(prefix="pullquote-", ignore_cleanup_errors=True)

    def close(self) -> None:
        """Delete it; files that are in use stay readable on systems that allow this."""
        self._scratch.cleanup()

    def of_words(self, folder: Path) -> Path:
        """Return a folder with the words as they are now; `folder` itself if there are none."""
        if not folder.is_dir():
            return folder
        view = Path(tempfile.mkdtemp(dir=self._scratch.name))
        for file in folder.iterdir():
            if file.suffix != _LOCKS:
                (view / file.name).symlink_to(file.resolve())
        return view

    def open_vectors(self, place: VectorsPlace) -> VectorStore:
        """Open the vectors as they are now."""
        if place.url or not place.folder.is_dir():
            return place.open()
        view = Path(tempfile.mkdtemp(dir=self._scratch.name))
        (view / place.identity).mkdir()
        for entry in place.folder.iterdir():
            stands_in = view / place.identity / entry.name
            if entry.is_file():
                shutil.copyfile(entry, stands_in)
            elif (entry / _IDS).is_file():
                stands_in.symlink_to(entry.resolve())
        return open_vectors(view, "", place.identity)

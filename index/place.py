"""Where an index has its vectors: in its folder, or on a Chroma server that several indexes may share."""

import json
import shutil
import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

from corpus.errors import REPAIR, VectorsDamagedError
from index.chroma_folder import ChromaFolder, check_files
from index.chroma_server import ChromaServer, check_url, public_url
from index.database import Database
from index.database_writer import DatabaseWriter
from index.records import Generation
from index.vectors import VectorStore

VECTORS_FOLDER = "vectors"
CHROMA_URL = "chroma_url"  # fact about an index whose vectors are on a server: its address without user and password

_FILES, _SIZE = "files of ", "size of "  # facts about a collection, before its name


class VectorsPlace:
    """Where the vectors of an opened index are, and where they are to be.

    `chroma_url` is the address that the server has now, with user and password if it wants them; empty for the address
    that the index remembers. With `moves`, vectors that are in the folder belong there too. Raises `SettingError` if it is none.
    """

    def __init__(self, folder: Path, database: Database, chroma_url: str = "", *, moves: bool = False) -> None:
        self._folder = folder / VECTORS_FOLDER
        self._database = database
        self._given = check_url(chroma_url) if chroma_url else ""
        self._moves = moves

    @property
    def url(self) -> str:
        """Where the vectors are; empty if in the folder."""
        recorded = self._database.meta(CHROMA_URL)
        return (self._given or recorded) if recorded else ""

    @property
    def identity(self) -> str:
        """What the vectors are kept under; something else once they were damaged and written again."""
        return self._database.meta(VECTORS_FOLDER) or self._database.identity

    def open(self, *, anew: bool = False) -> VectorStore:
        """Open the vectors; `anew` makes the place for them, empty."""
        return open_vectors(self._folder, self.url, self.identity, anew=anew)

    @property
    def folder(self) -> Path:
        """Where the vectors are if they are in the folder."""
        return self._folder / self.identity

    def open_other(self, identity: str) -> tuple[VectorStore, dict[str, str]]:
        """Make an empty place under another identity, where the vectors are to be: on the server, if one was given.

        Return with it the facts about the index that hold once they are there.
        """
        url = self.url or (self._given if self._moves else "")
        facts = {VECTORS_FOLDER: identity} | ({CHROMA_URL: public_url(url)} if url else {})
        return open_vectors(self._folder, url, identity, anew=True), facts

    def settle(self, database: DatabaseWriter) -> None:
        """Remember the address that was given, if the vectors are on a server or, before anything is published, are to be."""
        if self._given and (self.url or not database.newest()):
            database.set_meta(**{CHROMA_URL: public_url(self._given)})

    def check_files(self, generation: Generation) -> None:
        """Raise `VectorsDamagedError` if a file of a generation's vectors is gone or cut short. Opens none: a few stats."""
        for name in () if self.url else generation.collections:
            check_files(self._folder, self.identity, json.loads(self._database.meta(f"{_FILES}{name}") or "{}"))

    def check(self, generation: Generation) -> None:
        """Raise `VectorsDamagedError` unless a generation's vectors are all where they are to be. Does not load Chroma."""
        if self._moves and self._given and not self.url:
            server = public_url(self._given)
            raise VectorsDamagedError(f"the vectors of the index were in its folder and belong on the Chroma server at {server}")
        if not self.url:
            self.check_files(generation)
            names = _names(self._folder / self.identity / "chroma.sqlite3")
        else:
            with self.open() as store:
                names = set(store.names())
                if not set(generation.collections) - names and (held := store.count(generation.collections)) < generation.passages:
                    raise VectorsDamagedError(f"the vectors of the index are {held:,} of {generation.passages:,} passages; {REPAIR}")
        if missing := set(generation.collections) - names:
            raise VectorsDamagedError(f"the vectors of the index lack {min(missing)!r}; {REPAIR}")

    def drop_others(self) -> None:
        """Delete vectors that are not the index's any more, or of which a killed build has made a part."""
        if self.url:
            shutil.rmtree(self._folder, ignore_errors=True)
            with closing(ChromaServer(self.url, self.identity)) as server:
                server.drop_others(self._database.identity)
        elif self._folder.exists():
            for other in self._folder.iterdir():
                if other.name != self.identity:
                    shutil.rmtree(other, ignore_errors=True)


def open_vectors(folder: Path, url: str, identity: str, *, anew: bool = False) -> VectorStore:
    """Open what is kept under an identity on the server at `url`, or in `folder` if that is empty; `anew` makes it, empty."""
    if not url:
        return VectorStore(ChromaFolder(folder, identity, anew=anew), identity)
    with ExitStack() as undone:
        store = undone.enter_context(VectorStore(ChromaServer(url, identity), identity))
        for name in store.names() if anew else ():
            store.drop(name)
        undone.pop_all()
    return store


def remember(database: DatabaseWriter, name: str, store: VectorStore, size: int) -> None:
    """Keep the number of vectors in the collection that was made last, and the sizes of its files."""
    database.set_meta(**{f"{_FILES}{name}": json.dumps(store.files()), f"{_SIZE}{name}": str(size)})


def size_of(database: Database, name: str, store: VectorStore) -> int:
    """Return the number of vectors in a collection. Chroma would load all of it to tell; it must where an older version made it."""
    kept = database.meta(f"{_SIZE}{name}")
    return int(kept) if kept else store.count([name])


def drop_collection(database: DatabaseWriter, name: str, store: VectorStore) -> None:
    """Delete a collection, and what is remembered of it."""
    store.drop(name)
    database.drop_meta(f"{_FILES}{name}", f"{_SIZE}{name}")


def _names(file: Path) -> set[str]:
    """Return the collections in the database of embedded Chroma. Raises `VectorsDamagedError` unless it is sound."""
    if not file.is_file():
        raise VectorsDamagedError(f"the vectors of the index are missing at {str(file.parent)!r}; {REPAIR}")
    try:
        with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=30)) as connection:
            wrong = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            names = {name for (name,) in connection.execute("SELECT name FROM collections")}
    except sqlite3.Error as error:
        wrong, names = str(error), set()
    if wrong != "ok":
        raise VectorsDamagedError(f"the vectors of the index are damaged ({wrong.splitlines()[0][:200]}); {REPAIR}")
    return names

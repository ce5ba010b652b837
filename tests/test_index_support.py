"""What the index's tests share: a fast embedder, small corpora, and builds in other processes that stop where told."""

import re
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import numpy as np

from index import Passage, Snapshot, build
from index.embedding import Vectors

DIMENSION = 16
_HERE = Path(__file__).parent


class HashedWords:
    """A bag of hashed words: fast, the same in every process, and texts that share words are near."""

    def __init__(self, name: str = "hashed", fingerprint: str = "1") -> None:
        self.name = name
        self.fingerprint = fingerprint
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        vectors = np.full((len(texts), DIMENSION), 1e-3, np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                vectors[row, zlib.crc32(word.encode()) % DIMENSION] += 1 + zlib.crc32(word.encode()) % 97 / 97
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def write_corpus(folder: Path, bodies: Mapping[str, str]) -> Path:
    """Make `folder` hold exactly one article a name, `name`.txt, each with the word "common"."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, body in bodies.items():
        text = f"Headline of {name}\n\nOn Friday the common council spoke about {body}. It met again on Monday.\n"
        (folder / f"{name}.txt").write_text(text)
    return folder


def find_all(snapshot: Snapshot) -> list[Passage]:
    """Return every live passage, checked to be the same by words and by vectors, each once.

    Every vector must be stored; one in a hundred may be out of an approximate search's reach, whatever it asks.
    """
    passages = snapshot.generation.passages
    by_words = [passage for passage, _ in snapshot.search_words(["common"], passages + 50)]
    by_vectors = [passage for passage, _ in snapshot.search_vectors(HashedWords().embed(["common council"])[0], passages + 50)]
    found, near = {passage.id for passage in by_words}, {passage.id for passage in by_vectors}
    assert len(found) == len(by_words) == passages
    assert len(near) == len(by_vectors) >= passages - passages // 100
    assert near <= found <= set().union(*map(snapshot._vectors().ids, snapshot.generation.collections))
    return by_words


def everything(snapshot: Snapshot) -> list[Passage]:
    """Return every live passage, checked to be the same by words and by vectors, each once, with true offsets."""
    found = find_all(snapshot)
    for passage in found:
        text = snapshot.article(passage.article_id).text
        assert text[passage.start : passage.end] == passage.text
        assert passage.sentences[0][0] == passage.start
        assert passage.sentences[-1][1] == passage.end
    return sorted(found, key=lambda passage: (passage.article_id, passage.start))


def texts_of(snapshot: Snapshot) -> list[tuple[str, int, int, str]]:
    """Return every live passage without what differs between two builds of the same corpus."""
    return [(passage.article_id, passage.start, passage.end, passage.text) for passage in everything(snapshot)]


class PausedBuild:
    """A build in another process that has stopped at a function of the index, as a debugger would stop it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def kill(self) -> None:
        """End it at once, as kill -9 does."""
        self._process.kill()
        self._process.wait(30)

    def finish(self) -> None:
        """Let it go on to its end."""
        _, errors = self._process.communicate("go\n", timeout=60)
        assert self._process.returncode == 0, errors


@contextmanager
def paused_build(corpus: Path, index: Path, event: str, function: str, count: int = 1) -> Iterator[PausedBuild]:
    """Start a build and stop it when `function` is called ("call") or returns ("return") for the `count`th time."""
    call = f"from test_index_support import _build_until; _build_until(*{(str(corpus), str(index), event, function, count)!r})"
    process = start_python(call)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "paused\n", process.communicate(timeout=30)
        yield PausedBuild(process)
    finally:
        process.kill()
        process.communicate(timeout=30)


def start_python(code: str) -> "subprocess.Popen[str]":
    """Start an interpreter that runs `code` and can import the tests."""
    pipe = subprocess.PIPE
    head = f"import sys; sys.path[:0] = {[str(_HERE), str(_HERE.parent)]!r}\n"
    return subprocess.Popen([sys.executable, "-c", head + code], stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def _build_until(corpus: str, index: str, event: str, function: str, count: int) -> None:
    left = count

    def watch(frame: FrameType, happened: str, _: object) -> None:
        nonlocal left
        if happened == event and frame.f_code.co_qualname == function:
            left -= 1
            if left == 0:
                sys.setprofile(None)
                sys.stdout.write("paused\n")
                sys.stdout.flush()
                sys.stdin.readline()

    sys.setprofile(watch)
    threading.setprofile(watch)
    build(corpus, index, embedder=HashedWords())

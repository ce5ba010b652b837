"""What an index survives: kills, full disks, damage, other writers. Real processes, real files.

PULLQUOTE_TRIALS sets how many builds, and how many mergings, are killed at random moments.
"""

import json
import os
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from test_index_support import HashedWords, find_all, paused_build, start_python, texts_of, write_corpus

from corpus.errors import IndexDamagedError
from index import Index, Snapshot, build, status
from index.collections import FULL, MAX_COLLECTIONS
from index.database import FILE

TRIALS = int(os.environ.get("PULLQUOTE_TRIALS", "6"))
QUESTIONS = ("the war in the north", "a ferry and the fjord", "matter 7 of south")
Text = tuple[str, int, int, str]

# Imports what a build needs, then forks for each: a build starts at once, and a random moment is one of the build.
RUNNER = """
import json, os, signal, time
import chromadb, chromadb.api.rust, tantivy
from index import build, collections
from test_index_support import HashedWords

while True:
    try:
        corpus, index, seconds, collections.FULL = json.loads(input())
    except EOFError:
        break
    began = time.monotonic()
    child = os.fork()
    if not child:
        build(corpus, index, embedder=HashedWords())
        os._exit(0)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    print(json.dumps([status, time.monotonic() - began]), flush=True)
"""


class Runner:
    """Builds in processes of their own, ended as kill -9 does after so many seconds."""

    def __init__(self) -> None:
        self._process = start_python(RUNNER)

    def build(self, corpus: Path, folder: Path, seconds: float | None = None, *, full: int = FULL) -> tuple[int, float]:
        """Return how the process ended, 0 if by itself, and how long it took; collections hold up to `full` vectors."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([str(corpus), str(folder), seconds, full]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, self._process.communicate(timeout=30)
        ended, took = json.loads(line)
        return ended, took

    def close(self) -> None:
        self._process.communicate(timeout=30)


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    started = Runner()
    yield started
    started.close()


def texts(folder: Path) -> list[Text]:
    with Index(folder, HashedWords()) as index:
        return index.read(texts_of)


def hits(folder: Path) -> list[list[tuple[str, int, float]]]:
    """Return what is found by meaning, best first, for a few questions."""

    def search(snapshot: Snapshot) -> list[list[tuple[str, int, float]]]:
        found = [snapshot.search_vectors(vector, 10) for vector in HashedWords().embed(QUESTIONS)]
        return [sorted((passage.article_id, passage.start, round(cosine, 4)) for passage, cosine in each) for each in found]

    with Index(folder, HashedWords()) as index:
        return index.read(search)


def rows(folder: Path, table: str) -> int:
    with closing(sqlite3.connect(folder / FILE)) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


# Kills


def bodies(round_: int) -> dict[str, str]:
    """Return a corpus of which every round changes, adds and removes some."""
    names = range(round_ * 5, round_ * 5 + 60)
    return {
        f"article{name:03}": f"matter {name} of {'north' if name % 2 else 'south'} in {round_ if name % 7 == 0 else 'all'}"
        for name in names
    }


def started(tmp_path: Path) -> tuple[Path, Path]:
    """Return a corpus one round ahead of its index."""
    corpus = write_corpus(tmp_path / "corpus", bodies(0))
    for round_ in (0, 1):
        build(write_corpus(corpus, bodies(round_)), tmp_path / "base", embedder=HashedWords())
    return write_corpus(corpus, bodies(2)), tmp_path / "base"


def about_to_merge(tmp_path: Path) -> tuple[Path, Path]:
    """Return a corpus and an index whose next build has one collection too many."""
    articles = bodies(0)
    corpus = write_corpus(tmp_path / "corpus", articles)
    build(corpus, tmp_path / "base", embedder=HashedWords())
    while len(status(tmp_path / "base").generation.collections) < MAX_COLLECTIONS:
        articles[f"new{len(articles)}"] = f"matter {len(articles)} that is new"
        build(write_corpus(corpus, articles), tmp_path / "base", embedder=HashedWords())
    return write_corpus(corpus, {**articles, "last": "the last matter"}), tmp_path / "base"


def nothing_yet(tmp_path: Path) -> tuple[Path, Path]:
    """Return a corpus, and a folder without an index."""
    (tmp_path / "base").mkdir()
    return write_corpus(tmp_path / "corpus", bodies(0)), tmp_path / "base"


KILLED: dict[str, tuple[Callable[[Path], tuple[Path, Path]], int]] = {  # what is there before, and how many vectors a collection holds
    "first build": (nothing_yet, FULL),
    "of several collections": (nothing_yet, 25),
    "update": (started, FULL),
    "merging": (about_to_merge, FULL),
    "merging to several": (about_to_merge, 40),
}


@pytest.mark.parametrize(("prepare", "full"), KILLED.values(), ids=KILLED.keys())
def test_a_build_killed_at_any_moment_loses_and_doubles_nothing(
    tmp_path: Path, runner: Runner, prepare: Callable[[Path], tuple[Path, Path]], full: int
) -> None:
    corpus, base = prepare(tmp_path)
    before = texts(base) if (base / FILE).exists() else None
    built = [runner.build(corpus, shutil.copytree(base, tmp_path / name), full=full) for name in ("whole", "timed", "again")]
    assert [ended for ended, _ in built] == [0, 0, 0]
    took = min(seconds for _, seconds in built)  # what runs beside may slow down one of them
    after, found = texts(tmp_path / "whole"), hits(tmp_path / "whole")
    moments = random.Random(1)
    killed = 0
    for trial in range(TRIALS):
        folder = Path(shutil.copytree(base, tmp_path / f"trial{trial}"))
        killed += runner.build(corpus, folder, moments.uniform(0, took), full=full)[0] != 0
        if before is not None:
            assert texts(folder) in (before, after)
        again = HashedWords()

        build(corpus, folder, embedder=again)

        assert texts(folder) == after
        assert hits(folder) == found
        assert build(corpus, folder, embedder=again).unchanged == len(list(corpus.iterdir()))
        assert rows(folder, "embeddings") == rows(tmp_path / "whole", "embeddings")
        shutil.rmtree(folder)
    assert killed > TRIALS // 3


def test_what_a_killed_build_left_does_not_come_to_life_when_damage_is_mended(tmp_path: Path) -> None:
    corpus, folder = started(tmp_path)
    before = texts(folder)
    with paused_build(corpus, folder, "call", "_Build._check") as paused:
        paused.kill()
    shutil.rmtree(folder / "vectors")

    assert texts(folder) == before  # mended by the reader

    build(corpus, folder, embedder=HashedWords())
    build(corpus, tmp_path / "clean", embedder=HashedWords())
    assert texts(folder) == texts(tmp_path / "clean")


# Several at once


def test_of_writers_at_once_one_works_and_the_others_say_so(tmp_path: Path) -> None:
    corpus, folder = started(tmp_path)
    code = f"""
import sys
from corpus.errors import IndexBusyError
from index import build
from test_index_support import HashedWords
import chromadb, tantivy
print("ready", flush=True)
input()
try:
    build({str(corpus)!r}, {str(folder)!r}, embedder=HashedWords())
    print("built")
except IndexBusyError as error:
    print(error)
"""
    writers = [start_python(code) for _ in range(3)]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    said = [writer.communicate(timeout=60) for writer in writers]

    assert ("built\n", "") in said
    assert all(output == "built\n" or output.startswith("another process is writing the index at ") for output, _ in said), said
    build(corpus, folder, embedder=HashedWords())
    build(corpus, tmp_path / "clean", embedder=HashedWords())
    assert texts(folder) == texts(tmp_path / "clean")


def test_a_reader_sees_whole_generations_through_fifty_builds(tmp_path: Path) -> None:
    names = [f"article{number}" for number in range(8)]
    corpus, folder = write_corpus(tmp_path / "corpus", dict.fromkeys(names, "round 0")), tmp_path / "index"
    build(corpus, folder, embedder=HashedWords())
    code = f"""
from pathlib import Path
from index import build
from test_index_support import HashedWords, write_corpus
for number in range(1, 51):
    corpus = write_corpus(Path({str(corpus)!r}), dict.fromkeys({names!r}, f"round {{number}}"))
    build(corpus, {str(folder)!r}, embedder=HashedWords())
"""
    builder = start_python(code)
    rounds: list[str] = []
    with Index(folder) as index:
        while builder.poll() is None or not rounds:
            found = {text.split(" about ")[1] for *_, text in index.read(texts_of)}
            assert len(found) == 1
            rounds += found
        assert builder.communicate(timeout=60) == ("", "")
        assert {text for *_, text in index.read(texts_of)} == {"On Friday the common council spoke about round 50. It met again on Monday."}
    assert len(set(rounds)) > 5
    assert rounds == sorted(rounds, key=lambda said: int(said.split()[1].rstrip(".")))


# Damage


def many(numbers: range) -> dict[str, str]:
    """Return articles with words of their own each: an approximate search may not reach every one of hundreds of near-copies."""
    return {f"article{number:04}": " ".join(f"matter{number}of{thing}" for thing in range(6)) for number in numbers}


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, set[str]]:
    """A corpus, its index, which is large enough for Chroma to keep files of vectors, and the ids of its articles."""
    place = tmp_path_factory.mktemp("large")
    corpus = write_corpus(place / "corpus", many(range(1100)))
    build(corpus, place / "index", embedder=HashedWords())
    write_corpus(corpus, many(range(3, 1110)))
    build(corpus, place / "index", embedder=HashedWords())
    return corpus, place / "index", {path.name for path in corpus.iterdir()}


def found_by(snapshot: Snapshot) -> set[str]:
    """Return the articles that are found by words and by vectors."""
    return {passage.article_id for passage in find_all(snapshot)}


def files_of_engines(folder: Path) -> list[str]:
    files = (path for engine in ("words", "vectors") for path in (folder / engine).rglob("*") if path.is_file())
    return sorted(str(path.relative_to(folder)) for path in files)


@pytest.mark.parametrize("how", ["truncated", "emptied", "deleted"])
@pytest.mark.parametrize("mender", ["reader", "build"])
def test_every_file_of_the_engines_may_be_damaged(large: tuple[Path, Path, set[str]], tmp_path: Path, how: str, mender: str) -> None:
    corpus, original, ids = large
    names = files_of_engines(original)
    assert {Path(name).suffix for name in names} >= {".sqlite3", ".bin", ".pickle", ".term", ".json"}
    for place, name in enumerate(names[{"truncated": 0, "emptied": 1, "deleted": 2}[how] :: 1 if TRIALS > 20 else 3]):
        folder = Path(shutil.copytree(original, tmp_path / f"{place}"))
        if how == "deleted":
            (folder / name).unlink()
        else:
            os.truncate(folder / name, (folder / name).stat().st_size // 2 if how == "truncated" else 0)
        embedder = HashedWords()
        if mender == "build":
            build(corpus, folder, embedder=embedder)

        with Index(folder, embedder) as index:
            assert index.read(found_by) == ids, name

        assert embedder.embedded == []
        shutil.rmtree(folder)


def test_damage_that_a_reader_may_not_mend_names_the_command(large: tuple[Path, Path, set[str]], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(large[1], tmp_path / "index"))
    shutil.rmtree(folder / "words")
    (folder / "writer.lock").unlink()
    (folder / "writer.lock").mkdir()  # so that no lock can be had

    with Index(folder, HashedWords()) as index, pytest.raises(IndexDamagedError, match="the words of .*; 'pullquote index' writes them"):
        index.read(found_by)


def test_a_reader_that_mends_says_so_in_one_line(
    large: tuple[Path, Path, set[str]], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = Path(shutil.copytree(large[1], tmp_path / "index"))
    shutil.rmtree(folder / "vectors")

    with Index(folder, HashedWords()) as index:
        index.read(found_by)
        index.read(found_by)

    assert [record.getMessage().count("\n") for record in caplog.records if record.name == "pullquote"] == [0]
    assert "the vectors of the index are " in caplog.text


def test_an_embedding_that_is_lost_with_the_vectors_is_computed_again(large: tuple[Path, Path, set[str]], tmp_path: Path) -> None:
    corpus, original, ids = large
    folder = Path(shutil.copytree(original, tmp_path / "index"))
    shutil.rmtree(folder / "vectors")
    with closing(sqlite3.connect(folder / FILE)) as connection, connection:
        connection.execute("DELETE FROM embeddings WHERE rowid % 100 = 0")
    embedder = HashedWords()

    assert len(build(corpus, folder, embedder=embedder).repaired) == 1

    assert 0 < len(embedder.embedded) < 20
    with Index(folder, embedder) as index:
        assert index.read(found_by) == ids


@contextmanager
def clock_ahead(folder: Path) -> Iterator[None]:
    """What was published until now was published when the clock was a century ahead."""
    with closing(sqlite3.connect(folder / FILE)) as connection, connection:
        connection.execute("UPDATE generations SET published = '2126' || substr(published, 5)")
        connection.execute("UPDATE meta SET value = '2126' || substr(value, 5) WHERE key = 'checked'")
    yield


def test_a_clock_that_is_set_back_changes_nothing(tmp_path: Path) -> None:
    corpus, folder = started(tmp_path)
    with Index(folder) as index:
        index.snapshot()
        with clock_ahead(folder):
            build(corpus, folder, embedder=HashedWords())
        build(corpus, tmp_path / "clean", embedder=HashedWords())

        assert index.read(texts_of) == texts(tmp_path / "clean")
    os.utime(corpus / "article020.txt", (0, 0))
    (corpus / "article021.txt").write_text("Headline\n\nOn Friday the common council spoke about 1970.\n")
    os.utime(corpus / "article021.txt", (0, 0))
    assert build(corpus, folder, embedder=HashedWords()).changed == 1


# A folder that cannot be written

READ_ONLY = """
import os, sys
import chromadb, chromadb.api.rust, tantivy
from index import Index
from corpus.errors import PullquoteError
from test_index_support import HashedWords, texts_of
chromadb.EphemeralClient()  # imports what it needs later: another user may not be able to read the libraries
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
folder = {folder!r}
assert not os.access(folder, os.W_OK)
with Index(folder, HashedWords()) as index:
    for _ in range(2):
        try:
            print(len(index.read(texts_of)), flush=True)
        except PullquoteError as error:
            print(type(error).__name__, error, flush=True)
        sys.stdin.readline()
print("closed", os.listdir(os.environ["TMPDIR"]))
"""


def build_elsewhere(corpus: Path, folder: Path) -> None:
    """Build in a process that has ended, so that nothing is left open."""
    call = f"build({str(corpus)!r}, {str(folder)!r}, embedder=HashedWords())"
    owner = start_python(f"from index import build\nfrom test_index_support import HashedWords\n{call}")
    assert owner.communicate(timeout=60) == ("", "")


@pytest.fixture
def lent(tmp_path: Path) -> Iterator[Path]:
    """A folder that others can reach but not write."""
    with tempfile.TemporaryDirectory(prefix="lent-") as name:
        place = Path(name)
        os.chmod(place, 0o755)
        yield place
        for path in [place, *place.rglob("*")]:
            if path.is_dir():
                os.chmod(path, 0o755)


def lend(folder: Path, *, writable: bool) -> None:
    """Let nobody write a folder, or its owner again."""
    for path in [folder, *folder.rglob("*")]:
        os.chmod(path, (0o755 if writable else 0o555) if path.is_dir() else 0o644 if writable else 0o444)


def test_a_folder_that_cannot_be_written_can_be_read_and_shows_what_its_owner_adds(
    lent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, scratch = lent / "index", lent / "scratch"
    scratch.mkdir()
    os.chmod(scratch, 0o777)
    articles = many(range(1100))
    corpus = write_corpus(tmp_path / "corpus", articles)
    build_elsewhere(corpus, folder)
    lend(folder, writable=False)
    monkeypatch.setenv("TMPDIR", str(scratch))
    reader = start_python(READ_ONLY.format(folder=str(folder)))
    assert reader.stdout is not None
    assert reader.stdout.readline() == "1100\n"

    lend(folder, writable=True)
    write_corpus(corpus, articles | {"last": "the last matter"})
    build_elsewhere(corpus, folder)
    lend(folder, writable=False)

    assert reader.communicate("\n\n", timeout=60) == ("1101\nclosed []\n", "")


def test_a_folder_that_cannot_be_written_and_is_damaged_names_the_command(
    lent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = lent / "index"
    build(write_corpus(tmp_path / "corpus", bodies(0)), folder, embedder=HashedWords())
    shutil.rmtree(folder / "words")
    lend(folder, writable=False)
    (lent / "scratch").mkdir(mode=0o777)
    os.chmod(lent / "scratch", 0o777)
    monkeypatch.setenv("TMPDIR", str(lent / "scratch"))

    output, errors = start_python(READ_ONLY.format(folder=str(folder))).communicate("\n\n", timeout=60)

    assert errors == ""
    assert output.startswith("WordsDamagedError the words of the index cannot be read")
    assert "'pullquote index' writes them again" in output

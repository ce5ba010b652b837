import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus.errors import CorpusNotFoundError, IndexBusyError, PullquoteError
from index.watching import PATIENCE, PAUSE, SHARE, stamp, watch


class World:
    """A clock that only sleeping moves on, and what happens meanwhile: a list of things to do, one a sleep."""

    def __init__(self, *happens: Callable[[], object]) -> None:
        self.happens = list(happens)
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)
        if not self.happens:
            raise KeyboardInterrupt
        self.happens.pop(0)()

    def clock(self) -> float:
        return self.now


def nothing() -> None:
    pass


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "corpus" / "2024").mkdir(parents=True)
    (tmp_path / "corpus" / "2024" / "a.txt").write_text("one")
    return tmp_path / "corpus"


def follow(corpus: Path, world: World, build: Callable[[], object]) -> Iterator[object]:
    """Yield what a watch yields until nothing more happens."""
    try:
        yield from watch(corpus, build, sleep=world.sleep, clock=world.clock)
    except KeyboardInterrupt:
        return


def test_a_build_at_once_and_one_after_each_change_once_it_is_quiet(corpus: Path) -> None:
    world = World(
        nothing,
        lambda: (corpus / "b.txt").write_text("t"),
        lambda: (corpus / "b.txt").write_text("tw"),  # still being written
        lambda: (corpus / "b.txt").write_text("two"),
        nothing,
        nothing,
        lambda: (corpus / "b.txt").unlink(),
        nothing,
        nothing,
    )
    builds = follow(corpus, world, lambda: (world.now, sorted(path.name for path in corpus.rglob("*.txt"))))

    assert list(builds) == [(0, ["a.txt"]), (5, ["a.txt", "b.txt"]), (8, ["a.txt"])]
    assert set(world.slept) == {PAUSE}


def test_what_changes_during_a_build_is_built_next(corpus: Path) -> None:
    contents = ["two", "three"]

    def build() -> str:
        read = (corpus / "2024" / "a.txt").read_text()
        if contents:
            (corpus / "2024" / "a.txt").write_text(contents.pop(0))
        return read

    assert list(follow(corpus, World(*[nothing] * 8), build)) == ["one", "two", "three"]


def test_an_error_is_told_once_and_tried_again_until_it_is_over(corpus: Path) -> None:
    world = World(*[nothing] * int(3 * PATIENCE / PAUSE))
    outcomes: list[Callable[[], str]] = []

    def busy() -> str:
        raise IndexBusyError("another process is writing")

    outcomes += [busy, busy, lambda: f"built at {world.now}"]
    found = list(follow(corpus, world, lambda: outcomes.pop(0)()))

    assert [str(result) for result in found] == ["another process is writing", f"built at {2 * PATIENCE}"]
    assert isinstance(found[0], PullquoteError)


def test_a_corpus_that_goes_and_comes_back(corpus: Path, tmp_path: Path) -> None:
    world = World(
        nothing, lambda: corpus.rename(tmp_path / "away"), *[nothing] * 4, lambda: (tmp_path / "away").rename(corpus), *[nothing] * 4
    )

    def build() -> str:
        if not corpus.is_dir():
            raise CorpusNotFoundError("there is no corpus")
        return "built"

    assert [str(result) for result in follow(corpus, world, build)] == ["built", "there is no corpus", "built"]


def test_a_folder_that_is_slow_to_look_through_is_looked_at_less_often(corpus: Path) -> None:
    world = World(nothing, nothing)

    def slow_clock() -> float:
        world.now += 0.5
        return world.now

    with pytest.raises(KeyboardInterrupt):
        list(watch(corpus, lambda: "built", sleep=world.sleep, clock=slow_clock))

    assert world.slept == [0.5 / SHARE] * 3


def touch_again(file: Path) -> None:
    found = file.stat()
    os.utime(file, ns=(found.st_atime_ns, found.st_mtime_ns + 1))


CHANGES = {
    "added": (lambda corpus: (corpus / "b.txt").write_text("two"), True),
    "changed": (lambda corpus: (corpus / "2024" / "a.txt").write_text("two!"), True),
    "changed in the same size": (lambda corpus: (corpus / "2024" / "a.txt").write_text("two"), True),
    "touched": (lambda corpus: touch_again(corpus / "2024" / "a.txt"), True),
    "moved": (lambda corpus: (corpus / "2024" / "a.txt").rename(corpus / "a.txt"), True),
    "removed": (lambda corpus: (corpus / "2024" / "a.txt").unlink(), True),
    "folder removed": (lambda corpus: shutil.rmtree(corpus), True),
    "hidden file": (lambda corpus: (corpus / ".swp").write_text("x"), False),
    "nothing": (lambda corpus: None, False),
}


@pytest.mark.parametrize(("change", "seen"), CHANGES.values(), ids=CHANGES.keys())
def test_a_stamp_differs_when_files_do(corpus: Path, change: Callable[[Path], object], seen: bool) -> None:
    before = stamp(corpus)
    change(corpus)
    assert (stamp(corpus) != before) == seen


def test_a_single_file_has_a_stamp_and_so_has_what_is_not_there(corpus: Path) -> None:
    file = corpus / "2024" / "a.txt"
    before = stamp(file)
    file.write_text("more than that")
    after = stamp(file)
    file.unlink()
    assert len({before, after, stamp(file)}) == 3


def test_a_name_that_no_file_can_have_has_a_stamp_too(tmp_path: Path) -> None:
    assert stamp(tmp_path / ("x" * 300)) != stamp(tmp_path / ("y" * 300))

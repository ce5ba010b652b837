import gc
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import IndexDamagedError, IndexStaleError, IndexWriteError
from index.embedding import Vectors
from index.place import open_vectors
from index.vectors import BATCH, VectorStore


def topics(count: int, seed: int = 0) -> Vectors:
    """Return unit vectors that lie around thirty topics, as embeddings of news do."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(1).normal(size=(30, 32))
    vectors = (centres[np.arange(count) % 30] + 0.5 * random.normal(size=(count, 32))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


Opener = Callable[..., VectorStore]  # of an identity, `anew` or not


@pytest.fixture(params=["in a folder", "on a server"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    """Both places that vectors can be in."""
    url = request.getfixturevalue("chroma").url if request.param == "on a server" else ""
    return partial(open_vectors, tmp_path / "vectors", url)


@pytest.fixture
def store(opener: Opener) -> Iterator[VectorStore]:
    with opener("one", anew=True) as opened:
        yield opened


def test_the_nearest_come_first_with_their_cosine(store: VectorStore) -> None:
    vectors = topics(300)
    store.create("generation-1")
    store.add("generation-1", range(1000, 1300), vectors)

    hits = store.search(["generation-1"], vectors[7], 20)

    exact = vectors @ vectors[7]
    assert [passage for passage, _ in hits] == [1000 + int(row) for row in np.argsort(-exact)[:20]]
    assert [cosine for _, cosine in hits] == pytest.approx(np.sort(exact)[::-1][:20].tolist(), abs=1e-5)


def test_a_search_goes_through_all_collections_named_and_no_other(store: VectorStore) -> None:
    vectors = topics(90)
    for number in range(3):
        store.create(f"generation-{number}")
        store.add(f"generation-{number}", range(number * 30, number * 30 + 30), vectors[number * 30 : number * 30 + 30])

    assert {passage for passage, _ in store.search(["generation-0", "generation-2"], vectors[0], 100)} == {*range(30), *range(60, 90)}
    assert store.search(["generation-0", "generation-2"], vectors[70], 1)[0][0] == 70
    assert store.count(["generation-0", "generation-2"]) == 60
    assert set(store.names()) == {"generation-0", "generation-1", "generation-2"}


@pytest.mark.parametrize(("limit", "found"), [(0, 0), (1, 1), (29, 29), (1000, 30)])
def test_the_limit_holds(store: VectorStore, limit: int, found: int) -> None:
    store.create("generation-1")
    store.add("generation-1", range(30), topics(30))

    assert len(store.search(["generation-1"], topics(1)[0], limit)) == found


def test_more_vectors_than_a_batch_all_arrive(store: VectorStore) -> None:
    count = 2 * BATCH + 1
    vectors = topics(count)
    store.create("generation-1")
    store.add("generation-1", range(count), vectors)

    assert store.count(["generation-1"]) == count
    assert all(store.search(["generation-1"], vectors[row], 1)[0][0] == row for row in (0, BATCH - 1, BATCH, count - 1))


def test_no_collection_or_an_empty_one_finds_nothing(store: VectorStore) -> None:
    store.create("generation-1")

    assert store.search([], topics(1)[0], 5) == []
    assert store.search(["generation-1"], topics(1)[0], 5) == []


def test_vectors_are_found_again_when_reopened(opener: Opener) -> None:
    vectors = topics(30)
    with opener("one", anew=True) as store:
        store.create("generation-1")
        store.add("generation-1", range(30), vectors)

    with opener("one") as store:
        assert store.search(["generation-1"], vectors[11], 1)[0][0] == 11


def test_a_dropped_collection_is_damage_to_who_searches_it(store: VectorStore) -> None:
    store.create("generation-1")
    store.drop("generation-1")

    assert store.names() == []
    with pytest.raises(IndexDamagedError, match="'pullquote index' writes them again"):
        store.search(["generation-1"], topics(1)[0], 5)


def test_closing_one_of_two_stores_leaves_the_other_open(store: VectorStore, opener: Opener) -> None:
    vectors = topics(30)
    other = opener("one")
    other.create("generation-1")
    other.add("generation-1", range(30), vectors)
    assert store.search(["generation-1"], vectors[3], 1)[0][0] == 3

    other.close()
    other.close()

    assert store.search(["generation-1"], vectors[4], 1)[0][0] == 4
    store.create("generation-2")
    with pytest.raises(IndexStaleError, match="the index was closed"):
        other.names()


def test_many_threads_may_open_and_close(store: VectorStore, opener: Opener) -> None:
    vectors = topics(30)
    store.create("generation-1")
    store.add("generation-1", range(30), vectors)
    found: list[int] = []

    def use() -> None:
        for row in range(5):
            with opener("one") as own:
                found.append(own.search(["generation-1"], vectors[row], 1)[0][0] - row)

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert found == [0] * 40


def test_closing_waits_for_searches_of_other_threads(store: VectorStore) -> None:
    vectors = topics(30)
    store.create("generation-1")
    store.add("generation-1", range(30), vectors)
    started = threading.Event()
    outcomes: list[str] = []

    def search_until_closed() -> None:
        try:
            while True:
                store.search(["generation-1"], vectors[0], 5)
                started.set()
        except IndexStaleError:
            outcomes.append("stale")

    threads = [threading.Thread(target=search_until_closed) for _ in range(6)]
    for thread in threads:
        thread.start()
    started.wait(30)
    store.close()
    for thread in threads:
        thread.join(30)

    assert outcomes == ["stale"] * 6


def test_one_made_anew_for_another_index_is_empty_and_leaves_the_first(store: VectorStore, opener: Opener) -> None:
    store.create("generation-1")

    with opener("two", anew=True) as other:
        assert other.names() == []
        other.create("generation-1")
    assert store.names() == ["generation-1"]
    with opener("two", anew=True) as other:
        assert other.names() == []


# In a folder


@pytest.mark.parametrize("left", ["no folder", "an empty folder"])
def test_missing_vectors_are_damage(tmp_path: Path, left: str) -> None:
    if left == "an empty folder":
        (tmp_path / "vectors" / "one").mkdir(parents=True)

    with pytest.raises(IndexDamagedError, match="vectors of the index are missing at .*; 'pullquote index' writes them again"):
        open_vectors(tmp_path / "vectors", "", "one")


def test_a_broken_database_is_damage_and_is_forgotten_once_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "vectors"
    open_vectors(folder, "", "one", anew=True).close()
    good = shutil.copytree(folder, tmp_path / "good")
    (folder / "one" / "chroma.sqlite3").write_bytes(b"garbage" * 1000)
    with pytest.raises(IndexDamagedError, match="vectors of the index cannot be opened .*; 'pullquote index' writes them again"):
        open_vectors(folder, "", "one")

    shutil.rmtree(folder)
    shutil.copytree(good, folder)

    with open_vectors(folder, "", "one") as store:
        assert store.names() == []


def test_a_folder_that_cannot_be_made_is_a_write_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(IndexWriteError, match="vectors of the index cannot be written"):
        open_vectors(tmp_path / "file" / "vectors", "", "one", anew=True)


def test_settings_do_not_come_from_a_stray_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("ALLOW_RESET=true\nIS_PERSISTENT=false\n")
    monkeypatch.chdir(tmp_path)

    with open_vectors(tmp_path / "vectors", "", "one", anew=True) as store:
        store.create("generation-1")

    assert (tmp_path / "vectors" / "one" / "chroma.sqlite3").is_file()
    gc.collect()  # what Chroma left open would warn here, and a warning fails the test

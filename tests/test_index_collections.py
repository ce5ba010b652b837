"""When collections of vectors are merged, and that none grows past its bound."""

import pytest

from index.collections import FULL, MAX_COLLECTIONS, first_to_merge, room

ONES = [1] * MAX_COLLECTIONS
MERGED = {  # sizes, live vectors, and the place from which on they are merged
    "few": (ONES, MAX_COLLECTIONS, None),
    "one too many of a size": ([*ONES, 1], MAX_COLLECTIONS + 1, 0),
    "a larger one is left alone": ([30, *ONES], 30 + MAX_COLLECTIONS, 1),
    "until the others are half as large": ([12, *ONES], 12 + MAX_COLLECTIONS, 0),
    "most are dead": ([100, 1], 50, 0),
    "half are dead": ([100, 2], 51, None),
    "full ones do not count": ([FULL] * 20 + ONES, 20 * FULL + MAX_COLLECTIONS, None),
    "full ones are left alone": ([FULL, FULL, FULL // 2, *[FULL // 4] * 6], 4 * FULL, 2),
    "so is what is older than a full one": ([10, FULL, *ONES, 1], FULL + 10 + MAX_COLLECTIONS + 1, 2),
    "larger ones of an older version too": ([9 * FULL, *ONES, 1], 9 * FULL + MAX_COLLECTIONS + 1, 1),
}


@pytest.mark.parametrize(("sizes", "live", "first"), MERGED.values(), ids=MERGED.keys())
def test_from_which_collection_on_merging_pays(sizes: list[int], live: int, first: int | None) -> None:
    assert first_to_merge(sizes, live) == first


@pytest.mark.parametrize("update", [1, FULL // 50, FULL // 3, FULL + 1])
def test_an_archive_that_grows_has_few_collections_and_writes_each_vector_a_few_times(update: int) -> None:
    sizes: list[int] = []
    written = 0

    def write(count: int) -> None:
        nonlocal written
        written += count
        sizes.extend([room(0)] * (count // room(0)) + [count % room(0)] * (count % room(0) > 0))

    for _ in range(400):
        write(update)
        if (first := first_to_merge(sizes, sum(sizes))) is not None:
            merged = sum(sizes[first:])
            del sizes[first:]
            write(merged)
        assert max(sizes) <= FULL
        assert len(sizes) <= 2 * (sum(sizes) // FULL) + MAX_COLLECTIONS
    assert written <= 6 * sum(sizes)

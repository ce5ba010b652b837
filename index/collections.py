"""Which collections of vectors an index has: new ones a build, small ones merged as they pile up, none larger than `FULL`.

Merging works as in a log-structured merge tree (O'Neil et al., The log-structured merge-tree, 1996): the newest are merged
with the next older one only once together they are half as large, so that a vector is written again a few times in all,
and a large collection is left alone while articles arrive one by one. One that is full, and what is older, is left alone for good.
"""

from collections.abc import Sequence

FULL = 100_000  # vectors in a collection: Chroma keeps 3 to 4 kB for each in memory while it makes one, and frees none before it is closed
MAX_COLLECTIONS = 6  # that are not full, after the last that is; each is one more search a question
_PLACE = "-from-"  # in a name, before the row of the first passage


def collection_name(generation: int, first: int) -> str:
    """Return the name of a collection that a generation's build writes, of passages from row `first` on."""
    return f"generation-{generation}{_PLACE}{first}"


def first_passage(name: str) -> int:
    """Return the row of the first passage that a collection may hold; those of the collections after it are greater."""
    return int(name.partition(_PLACE)[2])


def room(held: int) -> int:
    """Return how many vectors more go into a collection that holds so many."""
    return FULL - held


def first_to_merge(sizes: Sequence[int], live: int) -> int | None:
    """Return the place from which on collections are to be written again, as few as can be; None if it does not pay yet.

    `sizes` are the numbers of vectors in each, oldest first, dead ones too; `live` the number that are live in all. Once
    over half are dead, all are written again.
    """
    if sum(sizes) > 2 * live:
        return 0
    oldest = max((place for place, size in enumerate(sizes, start=1) if size >= FULL), default=0)
    if len(sizes) - oldest <= MAX_COLLECTIONS:
        return None
    first = len(sizes) - 2
    while first > oldest and sizes[first - 1] <= 2 * sum(sizes[first:]):
        first -= 1
    return first

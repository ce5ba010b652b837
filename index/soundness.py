"""Whether the words and the vectors on the disk are those that a generation needs: before it is published, and ever after."""

import random
from collections.abc import Sequence
from pathlib import Path

from corpus.errors import REPAIR, IndexDamagedError, VectorsDamagedError, WordsDamagedError
from index.cache import EmbeddingCache
from index.collections import first_passage
from index.database import Database
from index.database_writer import DatabaseWriter
from index.place import VectorsPlace
from index.records import Generation, StoredPassage
from index.vectors import VectorStore
from index.words import Words

WORDS_FOLDER = "words"
SAMPLE = 16  # vectors that are looked up after a build, of what is new and of the whole
_SAME = 0.999  # cosine of a vector and what was stored of it


def words_folder(folder: Path, database: Database) -> Path:
    """Return where the words of an index lie; elsewhere once they were damaged and written again."""
    return folder / WORDS_FOLDER / (database.meta(WORDS_FOLDER) or database.identity)


def find_damage(folder: Path, database: Database, generation: Generation, place: VectorsPlace) -> list[IndexDamagedError]:
    """Return what is wrong with the words and the vectors of a generation, as far as it shows without loading Chroma."""
    found: list[IndexDamagedError] = []
    try:
        held = Words(words_folder(folder, database)).count
        if held < generation.passages:
            raise WordsDamagedError(f"the words of the index hold {held:,} of {generation.passages:,} passages; {REPAIR}")
    except WordsDamagedError as error:
        found.append(error)
    try:
        place.check(generation)
    except VectorsDamagedError as error:
        found.append(error)
    return found


def check_words(folder: Path, generation: int, new: Sequence[int], stored: int) -> None:
    """Raise `WordsDamagedError` unless the words hold the passages `new`, in order, of a generation and at least `stored` in all."""
    words = Words(folder)
    held = words.of_generation(generation)
    if held != list(new):
        lost = len(set(new).symmetric_difference(held))
        raise WordsDamagedError(f"the words just written lack {lost:,} of {len(new):,} passages, nothing was published; {REPAIR}")
    if words.count < stored:
        raise WordsDamagedError(f"the words of the index hold {words.count:,} of {stored:,} passages; {REPAIR}")


def check_collection(store: VectorStore, name: str, passages: Sequence[StoredPassage], cache: EmbeddingCache) -> None:
    """Raise `VectorsDamagedError` unless a collection just written holds these passages, and those of a sample with their vectors.

    Of the sample most must also be what a search for their vector finds: an approximate index may miss some.
    """
    if store.ids(name) != {passage.row for passage in passages}:
        raise VectorsDamagedError(f"the vectors just written are not those of {len(passages):,} passages, nothing was published; {REPAIR}")
    sample = _sample(passages)
    _check_stored(store, name, sample, cache)
    vectors = cache.vectors(sample)
    found = sum(store.search([name], vector, 1)[0][1] > _SAME for vector in vectors)
    if 2 * found < len(sample):
        raise VectorsDamagedError(
            f"a search finds {found} of {len(sample)} of the vectors just written by themselves, nothing was published; {REPAIR}"
        )


def check_others(store: VectorStore, generation: Generation, database: DatabaseWriter, cache: EmbeddingCache) -> None:
    """Raise `VectorsDamagedError` unless a sample of a generation's vectors is stored as computed.

    It is of one collection, each time of another by chance: to load all of them would take longer the more there are.
    """
    if generation.collections:
        place = random.randrange(len(generation.collections))
        firsts = [*map(first_passage, generation.collections), database.next_passage()]
        passages = database.some_passages(generation.number, SAMPLE, *firsts[place : place + 2])
        _check_stored(store, generation.collections[place], passages, cache)


def _check_stored(store: VectorStore, name: str, passages: Sequence[StoredPassage], cache: EmbeddingCache) -> None:
    """Raise `VectorsDamagedError` unless a collection holds these passages with their vectors."""
    if not passages:
        return
    held = store.fetch(name, [passage.row for passage in passages])
    for passage, vector in zip(passages, cache.vectors(passages), strict=True):
        if passage.row not in held or float(held[passage.row] @ vector) < _SAME:
            raise VectorsDamagedError(f"the vectors of the index do not hold that of passage {passage.row}; {REPAIR}")


def _sample(passages: Sequence[StoredPassage]) -> list[StoredPassage]:
    chosen = random.Random(len(passages)).sample(range(len(passages)), min(SAMPLE, len(passages)))
    return [passages[place] for place in sorted(chosen)]

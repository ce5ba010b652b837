"""Write words or vectors again from the database, without embedding: after damage, and to merge collections."""

import datetime as dt
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from corpus.errors import IndexDamagedError, VectorsDamagedError, WordsDamagedError
from index.cache import EmbeddingCache, text_of
from index.collections import first_passage, first_to_merge
from index.database_writer import DatabaseWriter
from index.embedding import Embedder
from index.filling import Filling
from index.locks import offer, writer_lock
from index.place import VECTORS_FOLDER, VectorsPlace, size_of
from index.records import Generation, StoredPassage
from index.soundness import WORDS_FOLDER, check_words, find_damage, words_folder
from index.vectors import BATCH, VectorStore
from index.words import open_writer


def repair_index(folder: Path, embedder: Embedder, seen: IndexDamagedError, generation: int, chroma_url: str = "") -> None:
    """Write again what is damaged in an index, as one saw who read a generation of it; nothing if it was written since.

    Raises `IndexBusyError` if another process writes the index, `IndexWriteError` if it cannot be written.
    """
    with writer_lock(folder), DatabaseWriter(folder) as database:
        if database.newest() == generation:
            place = VectorsPlace(folder, database, chroma_url)
            found = find_damage(folder, database, database.generation(), place)
            repair(folder, database, EmbeddingCache(database, embedder), [seen, *found], place)


def repair(folder: Path, database: DatabaseWriter, cache: EmbeddingCache, damage: Iterable[IndexDamagedError], place: VectorsPlace) -> None:
    """Write the words, the vectors or both again, whichever are damaged, beside what is there; publish them as a generation.

    Raises the first of `damage` that is of neither.
    """
    before = database.generation()
    number = before.number + 1
    identity = f"{database.identity}-{number}"
    live = database.live_passages(before.number)
    facts: dict[str, str] = {}
    collections = before.collections
    for error in damage:
        if isinstance(error, WordsDamagedError):
            facts[WORDS_FOLDER] = identity
        elif isinstance(error, VectorsDamagedError):
            facts[VECTORS_FOLDER] = identity
        else:
            raise error
    database.drop_dead(0, before.number)  # what a killed build left would come to life with the number that it had
    if WORDS_FOLDER not in facts:
        with open_writer(words_folder(folder, database), anew=False) as words:
            words.remove_generation(number)
            words.commit()
    else:
        _write_words(folder / WORDS_FOLDER / identity, database, before.number, number, live)
    if VECTORS_FOLDER in facts:
        opened, there = place.open_other(identity)
        with opened as vectors:
            collections = _write_vectors(vectors, database, cache, before.number, live)
        facts |= there
    offer(folder, number)
    database.publish(_next(before, collections), facts=facts)
    database.retire_before(number)  # who reads what is damaged is to reopen
    database.drop_dead(number, number)  # of what older generations had, nothing was written
    drop_others(folder, database, place)


def _next(before: Generation, collections: Sequence[str]) -> Generation:
    """Return a generation of the same articles."""
    return replace(before, number=before.number + 1, published=dt.datetime.now(dt.UTC), collections=tuple(collections))


def drop_others(folder: Path, database: DatabaseWriter, place: VectorsPlace) -> None:
    """Delete words and vectors that are not the index's any more, or of which a killed build has made a part."""
    used = words_folder(folder, database)
    with suppress(FileNotFoundError):
        for other in used.parent.iterdir():
            if other != used:
                shutil.rmtree(other, ignore_errors=True)
    place.drop_others()


def _write_words(folder: Path, database: DatabaseWriter, live: int, number: int, passages: Sequence[StoredPassage]) -> None:
    with open_writer(folder, anew=True) as words:
        for start in range(0, len(passages), BATCH):
            found = database.passages(live, [passage.row for passage in passages[start : start + BATCH]])
            for passage in found.values():
                words.add(passage.id, number, text_of(passage))
        words.commit()
    check_words(folder, number, [passage.row for passage in passages], len(passages))


def _write_vectors(
    vectors: VectorStore, database: DatabaseWriter, cache: EmbeddingCache, live: int, passages: Sequence[StoredPassage]
) -> tuple[str, ...]:
    """Write passages of the `live` generation to new collections of the next; what the cache has lost is embedded again."""
    filling = Filling(vectors, database, cache, live + 1)
    for start in range(0, len(passages), BATCH):
        part = passages[start : start + BATCH]
        if lost := cache.lost(part):
            found = database.passages(live, [passage.row for passage in lost])
            cache.fill({passage.embedding: text_of(found[passage.row]) for passage in lost})
        filling.add(part)
    return filling.finish()


def compact(folder: Path, database: DatabaseWriter, cache: EmbeddingCache, vectors: VectorStore) -> None:
    """Merge the newest collections, or all of them, where that pays; publish it as a generation of the same articles."""
    before = database.generation()
    sizes = [size_of(database, name, vectors) for name in before.collections]
    first = first_to_merge(sizes, before.passages)
    if first is None:
        return
    row = first_passage(before.collections[first]) if first else 0
    passages = database.live_passages(before.number, row)
    collections = (*before.collections[:first], *_write_vectors(vectors, database, cache, before.number, passages))
    offer(folder, before.number + 1)
    database.publish(_next(before, collections))

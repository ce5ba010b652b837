"""Take articles out of a corpus folder, and put them back.

What is taken out lies in a hidden folder of the corpus, which nothing reads: "CORPUS/.pullquote-trash/000001/2024/kyiv.txt" is
what was "CORPUS/2024/kyiv.txt". Whoever wants the space deletes that folder.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from corpus.errors import RemoveError
from corpus.formats import COLLECTION_SUFFIXES, suffix_of

TRASH = ".pullquote-trash"
_PAGES = (".html", ".htm")


@dataclass(frozen=True, slots=True)
class Removed:
    """Files that were taken out of a corpus together."""

    step: str  # the name of their folder in the trash; the last one taken out sorts last
    files: tuple[str, ...]  # paths below the corpus folder, with slashes


def remove(corpus: Path, paths: Sequence[str]) -> Removed:
    """Move an article's files, as `ArticleHead.paths` names them, into the trash: all of them, or none.

    Raises `RemoveError` if one is not a file of its own but lies in one of many articles, is gone, or cannot be moved.
    """
    if not corpus.is_dir():
        raise RemoveError(f"the corpus {str(corpus)!r} is one file of many articles; take the article out of it yourself")
    files = [file for path in paths for file in _files_of(corpus, path)]
    try:
        step = _new_step(corpus)
    except OSError as error:
        raise RemoveError(f"nothing can be moved into {str(corpus / TRASH)!r} ({error.strerror}); check its permissions") from error
    try:
        _move([(file, step / file.relative_to(corpus)) for file in files])
    except RemoveError:
        _prune(step)
        raise
    return Removed(step.name, tuple(file.relative_to(corpus).as_posix() for file in files))


def removed(corpus: Path) -> list[Removed]:
    """Return what lies in the trash, the last that was taken out first."""
    try:
        steps = sorted((entry for entry in (corpus / TRASH).iterdir() if entry.is_dir()), reverse=True)
    except OSError:
        return []
    found = (Removed(step.name, tuple(file.relative_to(step).as_posix() for file in _entries(step))) for step in steps)
    return [step for step in found if step.files]


def restore(corpus: Path, step: str) -> Removed:
    """Move what was taken out in one step back to where it was. Raises `RemoveError` if that is not possible; then nothing is moved."""
    found = next((known for known in removed(corpus) if known.step == step), None)
    if found is None:
        raise RemoveError(f"there is nothing in the trash under {step!r}; it was put back already, or the trash was emptied")
    for name in found.files:
        if os.path.lexists(corpus / name):
            raise RemoveError(f"{name!r} cannot be put back: there is a file of that name again; rename that one")
    folder = corpus / TRASH / step
    _move([(folder / name, corpus / name) for name in found.files])
    _prune(folder)
    return found


def _files_of(corpus: Path, path: str) -> Iterable[Path]:
    """Yield an article's file, and the folder that a browser saved beside it."""
    file = corpus / path
    holder = next((place for place in (file, *file.parents) if suffix_of(place.name) in COLLECTION_SUFFIXES and place.is_file()), None)
    if holder:
        raise RemoveError(
            f"{path!r} is in {holder.name!r}, a file that may hold more articles; take it out of that file, or delete the file"
        )
    within = corpus.resolve() in (file.parent.resolve() / file.name).parents
    if not within or not os.path.lexists(file) or file.is_dir():
        raise RemoveError(f"there is no file {path!r} any more; update the index")
    yield file
    beside = file.with_name(f"{file.stem}_files")
    if file.suffix in _PAGES and beside.is_dir():
        yield beside


def _new_step(corpus: Path) -> Path:
    trash = corpus / TRASH
    trash.mkdir(exist_ok=True)
    last = max((int(entry.name) for entry in trash.iterdir() if entry.name.isdecimal()), default=0)
    for number in count(last + 1):
        step = trash / f"{number:06}"
        try:
            step.mkdir()
        except FileExistsError:  # another process was faster
            continue
        return step
    raise AssertionError("numbers do not end")


def _entries(step: Path) -> list[Path]:
    return sorted(Path(place, name) for place, _, names in os.walk(step) for name in names)


def _move(pairs: Sequence[tuple[Path, Path]]) -> None:
    """Move files; where one cannot be, those before it are moved back."""
    done: list[tuple[Path, Path]] = []
    try:
        for source, target in pairs:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.rename(source, target)
            done.append((source, target))
    except OSError as error:
        for source, target in reversed(done):
            os.rename(target, source)
        raise RemoveError(f"{source.name!r} cannot be moved ({error.strerror}); check the folder's permissions") from error


def _prune(folder: Path) -> None:
    """Remove a folder in which there are only empty folders."""
    for place, _, _ in os.walk(folder, topdown=False):
        os.rmdir(place)

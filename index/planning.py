"""Compare a corpus with an index: what must be indexed, what is gone, what could not be read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from corpus import Article, Failure, Source, scan
from corpus.errors import ArticleError, ArticlesGoneError, EmptyCorpusError, IndexMismatchError
from index.database import Database

MANY = 20  # articles that may always go at once; above, half of them
_LINE_NUMBER = re.compile(r" (?:line|item) \d+$")  # in the location of a failure


@dataclass(frozen=True, slots=True)
class Entry:
    """An article that must be indexed."""

    article: Article
    digest: str
    file: str


@dataclass(slots=True)
class Plan:
    """What differs between the corpus and the live generation."""

    entries: list[Entry] = field(default_factory=list)  # new and changed articles
    changed: set[str] = field(default_factory=set)  # ids
    removed: set[str] = field(default_factory=set)
    unchanged: int = 0
    failed: list[Failure] = field(default_factory=list)

    @property
    def ended(self) -> set[str]:
        """Ids of the articles whose live version is over."""
        return self.changed | self.removed


def compare(corpus: str | Path, database: Database, *, allow_empty: bool = False) -> Plan:
    """Return what a corpus has that an index lacks, and the other way round.

    Raises `CorpusNotFoundError`; and, unless `allow_empty`, `EmptyCorpusError` if no article would be left and
    `ArticlesGoneError` if most would go: a folder that is not mounted looks like one that was emptied.
    """
    known = database.known_articles(database.generation().number)
    plan = Plan()
    seen: set[str] = set()
    failed_files: set[str] = set()
    for found in scan(corpus):
        if isinstance(found, Failure):
            plan.failed.append(found)
            failed_files.add(_LINE_NUMBER.sub("", found.location))
            continue
        digest = found.digest
        seen.add(found.id)
        if found.id in known and known[found.id].digest == digest:
            plan.unchanged += 1
            plan.failed += [Failure(found.location, note) for note in known[found.id].notes]
        elif (article := _read(found, plan.failed)) is not None:
            plan.entries.append(Entry(article, digest, found.file))
            if found.id in known:
                plan.changed.add(found.id)
    # An article whose file failed is not gone: the version before stays.
    plan.removed.update(
        article_id for article_id, was in known.items() if article_id not in seen and not _has_failed(was.file, failed_files)
    )
    if not allow_empty:
        _check_not_emptied(corpus, plan, len(known))
    return plan


def _check_not_emptied(corpus: str | Path, plan: Plan, known: int) -> None:
    if not plan.entries and len(plan.removed) == known:
        hint = f"; the index keeps its {known:,} articles unless you add --allow-empty" if known else ""
        raise EmptyCorpusError(f"{_empty(corpus, plan.failed)}{hint}")
    if len(plan.removed) > max(MANY, known // 2):
        raise ArticlesGoneError(
            f"{len(plan.removed):,} of the {known:,} articles of the index are not in the corpus at {str(corpus)!r} any more; "
            "the index is left as it was: see that the folder is whole, or add --allow-empty to remove them"
        )


def check_holds_article(corpus: str | Path) -> None:
    """Raise `EmptyCorpusError` if a corpus holds no article that can be read, `CorpusNotFoundError` if there is none."""
    failed: list[Failure] = []
    for found in scan(corpus):
        if isinstance(found, Failure):
            failed.append(found)
        elif _read(found, failed) is not None:
            return
    raise _empty(corpus, failed)


def _has_failed(file: str, failed: set[str]) -> bool:
    """Tell whether a file failed, or the folder or archive that it lies in."""
    return file in failed or any(str(place) in failed for place in PurePosixPath(file).parents)


def check_same_corpus(corpus: Path, plan: Plan, database: Database, folder: Path) -> None:
    """Record where the articles lie. Raise if the index holds those of another place, none of which is in this one."""
    recorded = database.meta("corpus")
    if recorded not in (None, str(corpus)) and plan.removed and not (plan.changed or plan.unchanged):
        raise IndexMismatchError(
            f"the index at {str(folder)!r} holds the articles of {recorded!r}, none of which is in {str(corpus)!r}; "
            "use another --index, or delete the folder to replace them"
        )
    database.set_meta(corpus=str(corpus))


def _read(source: Source, failed: list[Failure]) -> Article | None:
    """Read an article; what cannot be read or understood is added to `failed`."""
    try:
        article = source.read()
    except ArticleError as error:
        failed.append(Failure(source.location, str(error)))
        return None
    failed += [Failure(source.location, note) for note in article.notes]
    return article


def _empty(corpus: str | Path, failed: Sequence[Failure]) -> EmptyCorpusError:
    if not failed:
        return EmptyCorpusError(f"the corpus at {str(corpus)!r} holds no articles; put .txt, .md or .jsonl files there")
    return EmptyCorpusError(
        f"the corpus at {str(corpus)!r} holds no article that can be read; the first of {len(failed)} that could not be read: {failed[0]}"
    )

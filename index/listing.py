"""A list of a generation's articles: what it holds and in which order, as `index.database` asks for it."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from index.records import ArticleHead

Order = Literal["date", "title", "source", "id"]

# `folded` is `str.casefold`.
_SEARCHED = "folded(title || ' ' || coalesce(source, '') || ' ' || coalesce(date, 'undated') || ' ' || names.id)"
_ORDERS: dict[Order, tuple[str, ...]] = {
    "date": ("date IS NULL", "date {way}", "names.id"),
    "title": ("title COLLATE NOCASE {way}", "names.id"),
    "source": ("source IS NULL", "source COLLATE NOCASE {way}", "date DESC", "names.id"),
    "id": ("names.id {way}",),
}
_OLDER = """EXISTS (SELECT 1 FROM articles AS older
    WHERE older.article = articles.article AND older.row != articles.row AND older.born <= :generation)"""
_WORDS = 12  # of a search that are looked at


@dataclass(frozen=True, slots=True)
class Listed:
    """An article in a list."""

    head: ArticleHead
    versions: int  # texts that it has had, the one that answers included


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many live articles an outlet has of one day."""

    date: dt.date | None  # None for the undated ones
    source: str | None  # None for those that state no outlet
    articles: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which articles a list holds, and in which order."""

    search: str = ""  # words, each of which must be in the title, outlet, date or id, whatever the case; empty for all
    order: Order = "date"
    descending: bool = True  # what has no date, or no outlet, comes last either way
    older: bool = False  # only articles that have older versions

    def condition(self) -> tuple[str, dict[str, str]]:
        """Return what must hold of a live article beside being live, in SQL, and the values in it."""
        words = {f"word{number}": word for number, word in enumerate(self.search.casefold().split()[:_WORDS])}
        return " AND ".join(["1", *(f"instr({_SEARCHED}, :{name})" for name in words), *([_OLDER] if self.older else [])]), words

    def ordering(self) -> str:
        """Return the order in SQL: one that leaves nothing open, so that no article is on two pages."""
        return ", ".join(_ORDERS[self.order]).format(way="DESC" if self.descending else "ASC")

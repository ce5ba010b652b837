"""The list of articles as the page shows it, as HTML made of escaped text. No Gradio here: everything is a plain function.

What a reader may open or delete is named by a token that the list minted when it was drawn; nothing else is accepted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Final, get_args

from corpus import Failure
from corpus.errors import PullquoteError
from index import Index, Snapshot
from index.listing import Listed, Order, Wanted
from rag.composing import UNDATED
from ui.api import Tell
from ui.printing import count

PAGE: Final = 25  # articles shown at a time
KEPT: Final = 4 * PAGE  # tokens: a reader may press what is still shown while the list is drawn anew
ALL, OLDER, FAILED = "All", "Older versions", "Not read"
SHOWN: Final = (ALL, OLDER, FAILED)
_COLUMNS: Final[tuple[tuple[Order, str], ...]] = (("title", "Title"), ("source", "Outlet"), ("date", "Date"))
_TURNS: Final = ("first", "previous", "next", "last")


@dataclass
class Browsing:
    """What one browser tab shows of the list."""

    wanted: Wanted = Wanted()
    failed: bool = False  # whether the list is of what could not be read
    start: int = 0  # of the page, counted from 0
    drawn: int = 0  # times
    tokens: dict[str, str] = field(default_factory=dict)  # token -> id of an article, those minted last

    def search(self, search: str, shown: str) -> None:
        """List what a search finds of one of `SHOWN`, from the first page on."""
        self.wanted = replace(self.wanted, search=search, older=shown == OLDER)
        self.failed, self.start = shown == FAILED, 0

    def sort(self, order: object) -> None:
        """Sort by a column, or the other way round if it was sorted by that; what is no column changes nothing."""
        for known in get_args(Order):
            if order == known:
                again = self.wanted.order == known
                self.wanted = replace(self.wanted, order=known, descending=not self.wanted.descending if again else known == "date")
                self.start = 0

    def turn(self, where: object) -> None:
        """Go to one of the pages "first", "previous", "next" and "last"; which there are is seen when the list is drawn."""
        places = (0, self.start - PAGE, self.start + PAGE, 1 << 40)
        self.start = max(0, dict(zip(_TURNS, places, strict=True)).get(str(where), self.start))

    def article(self, token: object) -> str | None:
        """Return the id of the article that a token stands for; None for one that the list did not mint, or too long ago."""
        return self.tokens.get(str(token))

    def mint(self, ids: Sequence[str]) -> list[str]:
        """Return a token for each article of the page that is drawn now."""
        self.drawn += 1
        new = {f"{self.drawn}-{number}": article_id for number, article_id in enumerate(ids)}
        self.tokens = dict(list((self.tokens | new).items())[-KEPT:])
        return list(new)


def show_list(browsing: Browsing, index: Callable[[], Index], tell: Tell = str, *, deletable: bool) -> str:
    """Return the page of the list that is wanted, with a button for each article that deletes it if `deletable`."""
    try:
        opened = index()
        return opened.read(lambda snapshot: _draw(browsing, snapshot, deletable))
    except PullquoteError as error:
        return f'<p class="pq-warn" role="alert">{escape(tell(error))}</p>'


def _draw(browsing: Browsing, snapshot: Snapshot, deletable: bool) -> str:
    failures = snapshot.failures()
    if browsing.failed:
        words = browsing.wanted.search.casefold().split()
        found = [failure for failure in failures if all(word in str(failure).casefold() for word in words)]
        total = _settle(browsing, len(found))
        browsing.mint([])
        table = _failures(found[browsing.start : browsing.start + PAGE])
        return _list(browsing, total, table, "problem")
    total = _settle(browsing, snapshot.count(browsing.wanted))
    listed = snapshot.listed(browsing.wanted, browsing.start, PAGE)
    reasons = {failure.location: failure.reason for failure in failures}
    rows = [
        _row(article, token, next((reasons[path] for path in article.head.paths if path in reasons), ""), deletable)
        for article, token in zip(listed, browsing.mint([article.head.id for article in listed]), strict=True)
    ]
    heads = "".join(_head(order, label, browsing.wanted) for order, label in _COLUMNS)
    deleting = '<th><span class="pq-hidden">Delete</span></th>' if deletable else ""
    table = f"<table><thead><tr>{heads}<th>Status</th>{deleting}</tr></thead><tbody>{''.join(rows)}</tbody></table>" if rows else ""
    return _list(browsing, total, table, "article")


def _settle(browsing: Browsing, total: int) -> int:
    """Move to the last page that there is, if the page is behind it."""
    browsing.start = min(browsing.start, max(0, total - 1) // PAGE * PAGE)
    return total


def _head(order: Order, label: str, wanted: Wanted) -> str:
    sorted_by = wanted.order == order
    state = ' aria-sort="descending"' if sorted_by and wanted.descending else ' aria-sort="ascending"' if sorted_by else ""
    arrow = ("▾" if wanted.descending else "▴") if sorted_by else ""
    return f'<th scope="col"{state}>{_button("sort", order, f"{label} <span aria-hidden=true>{arrow}</span>", key=f"sort-{order}")}</th>'


def _button(event: str, value: str, label: str, *, key: str, name: str = "", kind: str = "pq-plain", enabled: bool = True) -> str:
    """Return a button that triggers an event of the list with a value; `key` stays the same when the list is drawn anew."""
    more = (f' aria-label="{escape(name)}"' if name else "") + ("" if enabled else " disabled")
    return f'<button type="button" class="{kind}" data-event="{event}" data-value="{value}" data-key="{key}"{more}>{label}</button>'


def _row(article: Listed, token: str, reason: str, deletable: bool) -> str:
    head = article.head
    row = token.partition("-")[2]
    title = _button("pick", token, escape(head.title), key=f"pick-{row}", kind="pq-plain pq-title")
    older = f" · {count(article.versions - 1, 'older version')}" if article.versions > 1 else ""
    problem = f'<span class="pq-warn"> · {escape(reason)}</span>' if reason else ""
    cells = [
        f'<td class="pq-cell-title">{title}<span class="pq-cell-file">{escape(head.id)}</span></td>',
        f"<td>{escape(head.source or '')}</td>",
        f"<td>{head.date or UNDATED}</td>",
        f"<td>indexed{older}{problem}</td>",
    ]
    if deletable:
        button = _button("discard", token, "Delete", key=f"discard-{row}", name=f"Delete {head.title}", kind="pq-small")
        cells.append(f'<td class="pq-cell-drop">{button}</td>')
    return f"<tr>{''.join(cells)}</tr>"


def _failures(failures: Sequence[Failure]) -> str:
    rows = "".join(
        f'<tr><td class="pq-cell-file">{escape(failure.location)}</td><td>{escape(failure.reason)}</td></tr>' for failure in failures
    )
    return f'<table><thead><tr><th scope="col">File</th><th scope="col">Why</th></tr></thead><tbody>{rows}</tbody></table>' if rows else ""


def _list(browsing: Browsing, total: int, table: str, noun: str) -> str:
    last = min(browsing.start + PAGE, total)
    searched = f" for “{browsing.wanted.search}”" if browsing.wanted.search.strip() else ""
    place = f"{browsing.start + 1:,} to {last:,} of " if total > PAGE else ""
    told = f"{place}{count(total, noun)}{searched}" if total else f"No {noun}{searched}."
    allowed = {"first": browsing.start > 0, "previous": browsing.start > 0, "next": last < total, "last": last < total}
    turns = "".join(
        _button("turn", where, where.capitalize(), key=f"turn-{where}", kind="pq-small", enabled=allowed[where]) for where in _TURNS
    )
    nav = f'<nav aria-label="Pages of the list">{turns}</nav>' if total > PAGE else ""
    return f'<div class="pq-list"><p class="pq-soft" role="status">{escape(told)}</p>{table}{nav}</div>'

"""What may answer, as the reader chooses: dates and outlets, and the chips that show what limits an answer. No Gradio here."""

import datetime as dt
from collections import Counter
from dataclasses import replace

from corpus.errors import SettingError, shown
from index import Snapshot
from rag import Filters
from ui.markup import text

DROP = "drop"  # a chip's button is "drop-BOUND": the reader's own filter
WIDEN = "widen"  # ... or "widen-EXCHANGE-BOUND": one taken from a question
_MOST_OUTLETS = 500


def read_filters(after: str | None, before: str | None, outlets: list[str] | None) -> Filters:
    """Return the filters that the form holds; empty fields limit nothing. Raises `SettingError` for what is no day."""
    filters = Filters(_day(after), _day(before), frozenset(outlets or ()))
    if filters.after and filters.before and filters.after > filters.before:
        raise SettingError(f"no day is from {filters.after} and to {filters.before}; expected the earlier day first")
    return filters


def _day(written: str | None) -> dt.date | None:
    if not (written or "").strip():
        return None
    try:
        return dt.date.fromisoformat((written or "").strip()[:10])
    except ValueError as error:
        raise SettingError(f"{shown(written)} is no day; expected one such as 2024-02-29") from error


def list_outlets(snapshot: Snapshot) -> list[str]:
    """Return the outlets of the articles, those with the most articles first, at most 500."""
    counted = Counter(head.source for head in snapshot.heads() if head.source)
    return [outlet for outlet, _ in counted.most_common(_MOST_OUTLETS)]


def bounds(filters: Filters) -> dict[str, str]:
    """Return what limits an answer, in words, by a name that `without` takes."""
    days = {
        "after": f"from {filters.after}" if filters.after else "",
        "before": f"to {filters.before}" if filters.before else "",
    }
    outlets = {f"outlet{place}": outlet for place, outlet in enumerate(sorted(filters.sources))}
    speaker = {"speaker": f"said by {filters.speaker}" if filters.speaker else ""}
    return {name: words for name, words in {**days, **outlets, **speaker}.items() if words}


def without(filters: Filters, bound: str) -> Filters:
    """Return the filters without one of their `bounds`; the same if it is none."""
    if bound not in bounds(filters):
        return filters
    if bound == "after":
        return replace(filters, after=None)
    if bound == "before":
        return replace(filters, before=None)
    if bound == "speaker":
        return replace(filters, speaker="")
    return replace(filters, sources=filters.sources - {bounds(filters)[bound]})


def show_filters(filters: Filters) -> str:
    """Return the chips of the reader's filters, each a button that takes it away; empty if there are none."""
    chips = "".join(_chip(f"{DROP}-{bound}", words) for bound, words in bounds(filters).items())
    return f'<div class="pq-chips"><span>Only:</span> {chips}</div>' if chips else ""


def show_inferred(filters: Filters, exchange: int) -> str:
    """Return the chips of what was taken from an exchange's question, each a button that asks again without it."""
    chips = "".join(_chip(f"{WIDEN}-{exchange}-{bound}", words) for bound, words in bounds(filters).items())
    return f'<div class="pq-chips"><span>Only, as your question says:</span> {chips}</div>' if chips else ""


def _chip(value: str, words: str) -> str:
    return f'<button type="button" class="pq-do pq-chip" value="{value}" title="Remove this filter">{text(words)} ×</button>'

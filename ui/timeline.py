"""A picture of when the articles are from, and of whom: bars of inline SVG, and the same as a table."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from index.listing import DayCount
from ui.printing import count

OUTLETS = 5  # with a colour of their own; the others are drawn together
MOST = 80  # bars; with more days than that a bar is a month, then a year, then ten years
NO_OUTLET, OTHERS = "no outlet stated", "other outlets"
_UNITS = ("day", "month", "year", "decade")
_SAID = {"day": "day", "month": "month", "year": "year", "decade": "ten years"}
_HEIGHT = 100  # units of the drawing; the page stretches it
_GAP = 0.12  # of a bar's place


@dataclass(frozen=True, slots=True)
class Timeline:
    """How many articles there are of each period and outlet."""

    unit: str  # one of "day", "month", "year", "decade"
    periods: tuple[str, ...]  # every one from the first to the last, such as "2024-02"
    outlets: tuple[str, ...]  # those with the most articles first, then perhaps OTHERS
    articles: tuple[tuple[int, ...], ...]  # for each period, for each outlet
    undated: int


def timeline(days: Sequence[DayCount]) -> Timeline:
    """Return the counts of days put together into at most `MOST` periods and `OUTLETS` outlets with the others."""
    names = _names(days)
    total: Counter[str] = Counter()
    for day in days:
        total[names[_key(day)]] += day.articles if day.date else 0
    total = +total
    outlets = [name for name, _ in total.most_common(OUTLETS)]
    outlets += [OTHERS] if len(total) > len(outlets) else []
    dated = [(day.date, names[_key(day)], day.articles) for day in days if day.date]
    undated = sum(day.articles for day in days if not day.date)
    if not dated:
        return Timeline("day", (), (), (), undated)
    first, last = min(date for date, _, _ in dated), max(date for date, _, _ in dated)
    unit = next((unit for unit in _UNITS if _number(last, unit) - _number(first, unit) < MOST), _UNITS[-1])
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for date, name, articles in dated:
        counts[_number(date, unit)][name if name in outlets else OTHERS] += articles
    numbers = range(_number(first, unit), _number(last, unit) + 1)
    rows = tuple(tuple(counts[number][name] for name in outlets) for number in numbers)
    return Timeline(unit, tuple(_label(number, unit) for number in numbers), tuple(outlets), rows, undated)


def _key(day: DayCount) -> str:
    return (day.source or "").casefold()


def _names(days: Sequence[DayCount]) -> dict[str, str]:
    """Return key -> how most articles spell the outlet."""
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for day in days:
        spellings[_key(day)][day.source or NO_OUTLET] += day.articles
    return {key: counted.most_common(1)[0][0] for key, counted in spellings.items()}


def _number(date: dt.date, unit: str) -> int:
    """Return which period a date is in; the next period has the next number."""
    if unit == "day":
        return date.toordinal()
    if unit == "month":
        return date.year * 12 + date.month - 1
    return date.year if unit == "year" else date.year // 10


def _label(number: int, unit: str) -> str:
    if unit == "day":
        return dt.date.fromordinal(number).isoformat()
    if unit == "month":
        return f"{number // 12:04}-{number % 12 + 1:02}"
    return f"{number:04}" if unit == "year" else f"{number:03}0s"


def draw_timeline(shown: Timeline) -> str:
    """Return the picture, its legend and its table as HTML."""
    undated = f"{count(shown.undated, 'undated article')} not in the picture" if shown.undated else ""
    if not shown.periods:
        return f'<p class="pq-soft">{undated and "No article states its date."}</p>'
    most = max(map(sum, shown.articles))
    span = shown.periods[0] if len(shown.periods) == 1 else f"{shown.periods[0]} to {shown.periods[-1]}"
    title = f"Articles by {_SAID[shown.unit]} and outlet, {span}"
    fullest = shown.periods[[sum(row) for row in shown.articles].index(most)]
    told = f"{count(sum(map(sum, shown.articles)), 'dated article')}; the fullest {_SAID[shown.unit]}, {fullest}, has {most:,}"
    middle = shown.periods[len(shown.periods) // 2] if len(shown.periods) > 2 else ""
    labels = "".join(f"<span>{label}</span>" for label in dict.fromkeys((shown.periods[0], middle, shown.periods[-1])) if label)
    return (
        f'<figure class="pq-timeline"><figcaption>{escape(title)}<span class="pq-soft"> · {escape(told)}'
        f"{' · ' if undated else ''}{undated}</span></figcaption>"
        f"{_picture(shown, title, told, most)}"
        f'<div class="pq-axis" aria-hidden="true">{labels}</div>{_legend(shown)}{_table(shown, title)}</figure>'
    )


def _picture(shown: Timeline, title: str, told: str, most: int) -> str:
    bars = "".join(
        _bar(place, period, row, shown.outlets, most) for place, (period, row) in enumerate(zip(shown.periods, shown.articles, strict=True))
    )
    return (
        f'<svg role="img" aria-labelledby="pq-timeline-title pq-timeline-told" viewBox="0 0 {len(shown.periods)} {_HEIGHT}"'
        f' preserveAspectRatio="none"><title id="pq-timeline-title">{escape(title)}</title>'
        f'<desc id="pq-timeline-told">{escape(told)}. The table below has every number.</desc>{bars}</svg>'
    )


def _bar(place: int, period: str, row: Sequence[int], outlets: Sequence[str], most: int) -> str:
    if not sum(row):
        return ""
    by_outlet = ", ".join(f"{name} {number:,}" for name, number in zip(outlets, row, strict=True) if number)
    parts, top = [], float(_HEIGHT)
    for number, articles in enumerate(row):
        height = _HEIGHT * articles / most
        top -= height
        if articles:
            parts.append(
                f'<rect class="pq-outlet-{number}" x="{place + _GAP / 2:.2f}" y="{top:.3f}" width="{1 - _GAP:.2f}" height="{height:.3f}"/>'
            )
    return f"<g><title>{period}: {count(sum(row), 'article')} ({escape(by_outlet)})</title>{''.join(parts)}</g>"


def _legend(shown: Timeline) -> str:
    totals = [sum(row[number] for row in shown.articles) for number in range(len(shown.outlets))]
    entries = "".join(
        f'<li><span class="pq-swatch pq-outlet-{number}"></span>{escape(name)} <span class="pq-soft">{total:,}</span></li>'
        for number, (name, total) in enumerate(zip(shown.outlets, totals, strict=True))
    )
    return f'<ul class="pq-legend">{entries}</ul>'


def _table(shown: Timeline, title: str) -> str:
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in (_SAID[shown.unit].capitalize(), *shown.outlets, "All"))
    rows = "".join(
        f'<tr><th scope="row">{period}</th>{"".join(f"<td>{number:,}</td>" for number in (*row, sum(row)))}</tr>'
        for period, row in zip(shown.periods, shown.articles, strict=True)
        if sum(row)
    )
    return (
        f'<details><summary>As a table</summary><div class="pq-scroll" tabindex="0" role="region" aria-label="{escape(title)}">'
        f"<table><caption>{escape(title)}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div></details>"
    )

"""The picture of articles over time."""

import datetime as dt
import re
import xml.etree.ElementTree as ElementTree

import pytest

from index.listing import DayCount
from ui.timeline import NO_OUTLET, OTHERS, draw_timeline, timeline


def day(text: str | None, source: str | None = "BBC", articles: int = 1) -> DayCount:
    return DayCount(dt.date.fromisoformat(text) if text else None, source, articles)


@pytest.mark.parametrize(
    ("first", "last", "unit", "periods"),
    [
        ("2024-02-27", "2024-02-27", "day", ["2024-02-27"]),
        ("2024-02-27", "2024-03-01", "day", ["2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01"]),
        ("2023-11-30", "2024-03-01", "month", ["2023-11", "2023-12", "2024-01", "2024-02", "2024-03"]),
        ("2013-11-30", "2015-01-01", "month", None),
        ("2013-11-30", "2024-01-01", "year", [str(year) for year in range(2013, 2025)]),
        ("1899-01-01", "2024-01-01", "decade", [f"{ten}0s" for ten in range(189, 203)]),
    ],
)
def test_periods_run_from_the_first_to_the_last_without_a_gap(first: str, last: str, unit: str, periods: list[str] | None) -> None:
    shown = timeline([day(first), day(last)])
    assert shown.unit == unit
    assert periods is None or list(shown.periods) == periods
    assert sum(map(sum, shown.articles)) == 2


def test_outlets_are_counted_whatever_their_case_and_the_smaller_ones_together() -> None:
    days = [day("2024-02-27", "REUTERS", 9), day("2024-02-28", "Reuters", 30), day("2024-02-28", None, 20)]
    days += [day("2024-02-28", f"Outlet {number}", 10 - number) for number in range(5)]
    shown = timeline([*days, day(None, "Reuters", 3)])
    assert shown.outlets == ("Reuters", NO_OUTLET, "Outlet 0", "Outlet 1", "Outlet 2", OTHERS)
    assert shown.articles == ((9, 0, 0, 0, 0, 0), (30, 20, 10, 9, 8, 7 + 6))
    assert shown.undated == 3


def test_the_picture_is_well_formed_and_says_the_same_as_its_table() -> None:
    html = draw_timeline(timeline([day("2024-02-27", "BBC", 2), day("2024-02-28", "<b>Le & Monde</b>", 4), day(None)]))
    assert "1 undated article not in the picture" in html
    assert "<b>" not in html
    picture = ElementTree.fromstring(re.search("<svg.*</svg>", html)[0])  # type: ignore[index]
    assert [float(bar.get("height", 0)) for bar in picture.iter("rect")] == [50, 100]
    assert [title.text for title in picture.iter("title")][1:] == [
        "2024-02-27: 2 articles (BBC 2)",
        "2024-02-28: 4 articles (<b>Le & Monde</b> 4)",
    ]
    rows = re.findall('<th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td>', html)
    assert rows == [("2024-02-27", "0", "2", "2"), ("2024-02-28", "4", "0", "4")]


def test_bars_never_leave_the_picture() -> None:
    days = [day(f"2024-{month:02}-01", f"Outlet {outlet}", month * outlet + 1) for month in range(1, 13) for outlet in range(9)]
    picture = ElementTree.fromstring(re.search("<svg.*</svg>", draw_timeline(timeline(days)))[0])  # type: ignore[index]
    for bar in picture.iter("rect"):
        assert float(bar.get("y", -1)) >= -0.01
        assert float(bar.get("y", 0)) + float(bar.get("height", 0)) <= 100.01


@pytest.mark.parametrize(("days", "says"), [([], ""), ([day(None)], "No article states its date.")])
def test_without_dates_there_is_no_picture(days: list[DayCount], says: str) -> None:
    html = draw_timeline(timeline(days))
    assert "<svg" not in html
    assert says in html

"""The filters that a reader sets."""

import datetime as dt

import pytest

from corpus.errors import SettingError
from index import Index
from rag import Filters
from ui.filtering import bounds, list_outlets, read_filters, show_filters, show_inferred, without

BOTH = Filters(dt.date(2024, 2, 1), dt.date(2024, 2, 29), frozenset({"RT", "A <b>"}))


def test_the_form_becomes_filters() -> None:
    assert read_filters("2024-02-01", " 2024-02-29 ", ["RT", "A <b>"]) == BOTH
    assert read_filters(None, "", []) == Filters()


@pytest.mark.parametrize(
    ("after", "before", "message"),
    [
        ("soon", None, "'soon' is no day; expected one such as 2024-02-29"),
        ("2024-02-30", None, "is no day"),
        ("2024-03-01", "2024-02-01", "no day is from 2024-03-01 and to 2024-02-01; expected the earlier day first"),
    ],
)
def test_what_is_no_filter_is_told(after: str, before: str | None, message: str) -> None:
    with pytest.raises(SettingError, match=message):
        read_filters(after, before, [])


def test_each_bound_has_a_chip_and_can_be_taken_away() -> None:
    assert bounds(BOTH) == {"after": "from 2024-02-01", "before": "to 2024-02-29", "outlet0": "A <b>", "outlet1": "RT"}
    assert without(BOTH, "after").after is None
    assert without(BOTH, "before").before is None
    assert without(BOTH, "outlet0").sources == {"RT"}
    assert without(BOTH, "outlet7") == BOTH
    assert bounds(Filters(speaker="Tusk")) == {"speaker": "said by Tusk"}
    assert without(Filters(speaker="Tusk"), "speaker") == Filters()


def test_chips_are_escaped_buttons() -> None:
    shown = show_filters(BOTH)
    assert "A &lt;b&gt; ×" in shown
    assert 'value="drop-outlet0"' in shown
    assert show_filters(Filters()) == ""
    assert 'value="widen-3-after"' in show_inferred(BOTH, 3)


def test_outlets_come_from_the_index(five: Index) -> None:
    stated = {head.source for head in five.snapshot().heads() if head.source}
    assert set(five.read(list_outlets)) == stated

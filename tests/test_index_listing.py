"""Lists of articles: searched, sorted and paged by the database."""

import datetime as dt
import json
from collections.abc import Iterator

import pytest
from test_index_support import HashedWords

from index import Index, build
from index.listing import DayCount, Listed, Order, Wanted

ARTICLES = [
    ("kyiv", "Kyiv holds", "2024-02-27", "Reuters"),
    ("oslo", "äpfel in Ÿpres", "2024-02-28", "BBC"),
    ("riga", "Tram line for Riga", None, "BBC"),
    ("bern", "bern votes", "2023-01-05", None),
    ("rome", "Rome votes", "2024-02-27", "reuters"),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("listing")
    lines = [
        {"id": name, "title": title, "text": f"The council of {name} met.", "date": date, "source": source}
        for name, title, date, source in ARTICLES
    ]
    corpus = folder / "dump.jsonl"
    corpus.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    build(corpus, folder / "index", embedder=HashedWords())
    lines[2]["text"] = "The council of riga met again."
    corpus.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    build(corpus, folder / "index", embedder=HashedWords())
    with Index(folder / "index", HashedWords()) as index:
        yield index


def ids(listed: list[Listed]) -> list[str]:
    return [article.head.id for article in listed]


@pytest.mark.parametrize(
    ("order", "descending", "expected"),
    [
        ("date", True, ["oslo", "kyiv", "rome", "bern", "riga"]),
        ("date", False, ["bern", "kyiv", "rome", "oslo", "riga"]),
        ("title", False, ["bern", "kyiv", "rome", "riga", "oslo"]),
        ("source", False, ["oslo", "riga", "kyiv", "rome", "bern"]),
        ("source", True, ["kyiv", "rome", "oslo", "riga", "bern"]),
        ("id", True, ["rome", "riga", "oslo", "kyiv", "bern"]),
    ],
)
def test_a_list_is_sorted_and_what_states_nothing_comes_last(index: Index, order: Order, descending: bool, expected: list[str]) -> None:
    assert ids(index.snapshot().listed(Wanted(order=order, descending=descending), 0, 9)) == expected


def test_pages_make_up_the_list(index: Index) -> None:
    snapshot = index.snapshot()
    pages = [ids(snapshot.listed(Wanted(), start, 2)) for start in (0, 2, 4, 6)]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert sum(pages, []) == ids(snapshot.listed(Wanted(), 0, 9))


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("VOTES", {"bern", "rome"}),
        ("ÄPFEL", {"oslo"}),
        ("reuters votes", {"rome"}),
        ("2024-02-27", {"kyiv", "rome"}),
        ("undated", {"riga"}),
        ("  ", {"kyiv", "oslo", "riga", "bern", "rome"}),
        ("votes nowhere", set()),
        ("100%", set()),
        ("' OR 1=1 --", set()),
    ],
)
def test_every_word_of_a_search_must_be_found_whatever_the_case(index: Index, search: str, expected: set[str]) -> None:
    snapshot = index.snapshot()
    assert set(ids(snapshot.listed(Wanted(search), 0, 9))) == expected
    assert snapshot.count(Wanted(search)) == len(expected)


def test_versions_are_counted_and_can_be_asked_for(index: Index) -> None:
    snapshot = index.snapshot()
    assert {article.head.id: article.versions for article in snapshot.listed(Wanted(), 0, 9)} == {
        "kyiv": 1,
        "oslo": 1,
        "riga": 2,
        "bern": 1,
        "rome": 1,
    }
    assert ids(snapshot.listed(Wanted(older=True), 0, 9)) == ["riga"]
    assert snapshot.count(Wanted(older=True)) == 1


def test_days_count_the_articles_of_each_outlet(index: Index) -> None:
    assert index.snapshot().days() == [
        DayCount(None, "BBC", 1),
        DayCount(dt.date(2023, 1, 5), None, 1),
        DayCount(dt.date(2024, 2, 27), "Reuters", 1),
        DayCount(dt.date(2024, 2, 27), "reuters", 1),
        DayCount(dt.date(2024, 2, 28), "BBC", 1),
    ]

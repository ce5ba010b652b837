"""What a question says about time limits the articles, is widened where it finds nothing, and never silently drops undated ones."""

import datetime as dt
import json
from pathlib import Path

import pytest

from index import Index, build
from index.listing import DayCount
from rag import Filters, Found, Searching, Session, Turn, query, query_stream
from rag.understanding.narrowing import find_order, plan_stages

TODAY = dt.date(2024, 3, 20)  # a Wednesday


def day(date: str | None, articles: int = 1, source: str | None = None) -> DayCount:
    return DayCount(dt.date.fromisoformat(date) if date else None, source, articles)


DAYS = [day(None, 3), day("2024-01-10"), day("2024-02-20", 2), day("2024-03-12"), day("2024-03-19")]


def plan(question: str, days: list[DayCount] = DAYS, given: Filters | None = None, *, infer: bool = True) -> list[tuple[str, ...]]:
    """Return (text, first day, last day, notes) of each stage."""
    stages = plan_stages(question, given or Filters(), TODAY, days, TODAY, infer=infer)
    return [(stage.text, f"{stage.filters.after or '-'} {stage.filters.before or '-'}", " ".join(stage.notes)) for stage in stages]


LEFT_OUT = "3 undated articles were left out, for their day is not known."


def test_a_period_is_tried_first_and_widened_with_a_word_about_it() -> None:
    assert plan("What did the mayor say last week?") == [
        ("What did the mayor say?", "2024-03-11 2024-03-17", LEFT_OUT),
        (
            "What did the mayor say last week?",
            "- -",
            "The articles dated from 2024-03-11 to 2024-03-17 (“last week”) do not say; more were searched.",
        ),
    ]


def test_a_period_without_articles_is_not_tried() -> None:
    assert plan("What did the mayor say in December 2023?") == [
        (
            "What did the mayor say in December 2023?",
            "- -",
            "No article is dated from 2023-12-01 to 2023-12-31 (“in December 2023”); all dates were searched.",
        )
    ]


def test_a_period_of_all_dated_articles_leaves_no_undated_one_out() -> None:
    assert plan("What has the mayor said since 2020?") == [("What has the mayor said since 2020?", "- -", "")]


def test_what_happened_on_a_day_is_printed_on_the_next() -> None:
    assert plan("What was opened on 18 March?")[0][:2] == ("What was opened?", "2024-03-18 2024-03-19")
    assert plan("What was opened today?", [*DAYS, day("2024-03-20")])[0][1] == "2024-03-20 2024-03-20"


def test_articles_without_any_date_are_searched_and_it_is_told() -> None:
    assert plan("What did the mayor say last week?", [day(None, 5)]) == [
        (
            "What did the mayor say last week?",
            "- -",
            "No article states its date, so “last week” could not be looked for; all were searched.",
        )
    ]


def test_the_latest_is_looked_for_in_a_month_then_a_year_then_everywhere() -> None:
    days = [day("2020-01-01"), day("2023-10-01"), day("2024-02-10"), day("2024-03-01")]
    assert [stage[1] for stage in plan("What is the latest on the bridge?", days)] == ["2024-01-31 -", "2023-03-02 -", "- -"]


def test_what_the_caller_gives_wins_and_is_never_widened() -> None:
    given = Filters(after=dt.date(2024, 1, 1), before=dt.date(2024, 1, 31))
    assert plan("What did the mayor say last week?", given=given) == [
        ("What did the mayor say last week?", "2024-01-01 2024-01-31", LEFT_OUT)
    ]
    assert plan("What did the mayor say last week?", infer=False) == [("What did the mayor say last week?", "- -", "")]


def test_a_question_that_compares_articles_is_not_limited_to_the_time_of_one() -> None:
    question = "Did the report of the Herald last week agree with the article of the Post?"
    assert plan(question) == [(question, "- -", "")]


def test_only_what_the_given_outlets_have_counts() -> None:
    days = [day("2024-03-12", 1, "Herald"), day("2024-03-13", 1, "Post"), day("2024-01-13", 1, "Post"), day(None, 1, "Post")]
    first = plan_stages("Who spoke last week?", Filters(sources=frozenset(["herald"])), None, days, TODAY, infer=True)
    assert [stage.inferred for stage in first] == [Filters()]  # all that the Herald has is of that week
    second = plan_stages("Who spoke last week?", Filters(sources=frozenset(["post"])), None, days, TODAY, infer=True)
    assert second[0].filters == Filters(dt.date(2024, 3, 11), dt.date(2024, 3, 17), frozenset(["post"]))
    assert second[0].inferred == Filters(dt.date(2024, 3, 11), dt.date(2024, 3, 17))
    assert second[0].notes == ("1 undated article was left out, for its day is not known.",)


@pytest.mark.parametrize(
    ("question", "order"),
    [
        ("What is the latest on the bridge?", "newest"),
        ("What did Macron say most recently?", "newest"),
        ("When did Macron last speak to Putin?", "newest"),
        ("When did Macron first raise the possibility?", "oldest"),
        ("Who was the first to resign?", ""),
        ("What did the First Lady say?", ""),
        ("What did Macron say last week?", ""),
        ("When was the latest possible date?", ""),
        ("When was Macron in Kyiv last month?", ""),
    ],
)
def test_first_and_latest_order_by_date_where_they_are_about_time(question: str, order: str) -> None:
    assert find_order(question) == order


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("narrowing")
    lines = [
        {"id": "closed", "text": "The harbour bridge was closed for repairs, the mayor said.", "date": "2024-01-10"},
        {"id": "storm", "text": "A storm tore the roof off the town hall of Ventspils on Sunday.", "date": "2023-12-04"},
        {"id": "opened", "text": "The harbour bridge was opened to traffic again, the mayor said.", "date": "2024-03-12"},
        {"id": "old", "text": "The harbour bridge is the oldest bridge in the county, the mayor said."},
    ]
    (folder / "news.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    build(folder / "news.jsonl", folder / "index")
    return folder / "index"


def test_an_answer_is_taken_from_the_period_and_says_so(dated: Path) -> None:
    answer = query("What did the mayor say about the harbour bridge last week?", dated, as_of=TODAY)
    assert [quote.article_id for quote in answer.quotes] == ["opened"]
    assert answer.searched.question == "What did the mayor say about the harbour bridge last week?"
    for filters in (answer.searched.inferred, answer.searched.filters):
        assert (filters.after, filters.before) == (dt.date(2024, 3, 11), dt.date(2024, 3, 17))
    assert answer.searched.undated == 1
    assert answer.notes == ("1 undated article was left out, for its day is not known.",)


def test_a_period_that_does_not_answer_is_widened(dated: Path) -> None:
    events = list(query_stream("What tore the roof off the town hall of Ventspils last week?", dated, as_of=TODAY))
    answer = events[-1].answer  # type: ignore[union-attr]
    assert [quote.article_id for quote in answer.quotes] == ["storm"]
    assert answer.searched.inferred == answer.searched.filters == Filters()
    assert answer.notes == ("The articles dated from 2024-03-11 to 2024-03-17 (“last week”) do not say; more were searched.",)
    assert [type(event) for event in events[:4]] == [Searching, Found, Searching, Found]


def test_nothing_is_inferred_where_it_is_not_wanted(dated: Path) -> None:
    question = "What did the mayor say about the harbour bridge last week?"
    answer = query(question, dated, as_of=TODAY, infer=False)
    assert (answer.searched.filters.after, answer.searched.filters.before) == (None, None)
    assert {hit.passage.article_id for hit in answer.hits} == {"closed", "storm", "opened", "old"}
    session = Session(dated, as_of=TODAY, infer=False)
    assert session.ask(question).searched.inferred == Filters()


def test_the_latest_comes_first(dated: Path) -> None:
    answer = query("What is the latest on the harbour bridge?", dated, as_of=TODAY)
    assert answer.quotes[0].article_id == "opened"
    assert answer.searched.inferred == Filters(after=dt.date(2024, 2, 11))


def test_a_follow_up_may_be_a_period(dated: Path) -> None:
    history = [Turn("What did the mayor say about the harbour bridge?", "It is the oldest bridge in the county.")]
    answer = query("And in January?", dated, as_of=TODAY, history=history)
    assert [quote.article_id for quote in answer.quotes] == ["closed"]
    assert (answer.searched.inferred.after, answer.searched.inferred.before) == (dt.date(2024, 1, 1), dt.date(2024, 1, 31))


def test_the_shipped_articles_are_undated_and_answer_all_the_same(five: Index) -> None:
    answer = query("Who ruled out ground troops last week?", five, as_of=TODAY)
    assert answer.status == "answered"
    assert answer.notes == ("No article states its date, so “last week” could not be looked for; all were searched.",)

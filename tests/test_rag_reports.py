"""Readers' reports: kept, read again, and replayed as regression cases."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import SettingError
from index import Index
from rag import Filters, query
from rag.evals.replaying import replay
from rag.evals.reports import MAX_BYTES, Report, keep_report, make_report, read_reports, reports_file
from ui.cli import main

QUESTION = "Who replaced Josep Borrell?"
UNANSWERABLE = "What is the capital of Peru?"


@pytest.fixture
def up(five: Index) -> Report:
    return make_report("one-1", "up", query(QUESTION, five))


def outcomes(report: Report, index: Index) -> list[tuple[str, bool | None]]:
    return [(one.outcome, one.passed) for one in replay([report], index)]


def test_reports_are_kept_beside_the_index_folder(tmp_path: Path) -> None:
    assert reports_file(tmp_path / ".pullquote") == tmp_path / ".pullquote-reports.jsonl"


def test_a_report_comes_back_as_it_was_kept(tmp_path: Path, up: Report) -> None:
    file = tmp_path / "reports.jsonl"
    filtered = replace(up, id="two", filters=Filters(sources=frozenset({"City Herald"})), infer=False)
    for report in (up, filtered):
        keep_report(file, report)
    assert read_reports(file) == [up, filtered]
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_last_report_of_an_answer_counts(tmp_path: Path, up: Report) -> None:
    file = tmp_path / "reports.jsonl"
    for report in (up, replace(up, verdict="down"), replace(up, id="two"), replace(up, id="two", verdict="withdrawn")):
        keep_report(file, report)
    assert [(report.id, report.verdict) for report in read_reports(file)] == [("one-1", "down")]


def test_a_line_that_was_cut_off_spoils_no_other(tmp_path: Path, up: Report) -> None:
    file = tmp_path / "reports.jsonl"
    file.write_text('{"id": "x', "utf-8")
    keep_report(file, up)
    with pytest.raises(SettingError, match=r"reports.jsonl line 1 is no report .*delete it"):
        read_reports(file)
    file.write_text(file.read_text("utf-8").split("\n", 1)[1], "utf-8")
    assert read_reports(file) == [up]


@pytest.mark.parametrize(
    "change",
    [{"verdict": "sideways"}, {"quotes": [{}]}, {"filters": None}, {"verdict": "wrong_quote"}, {"question": 3}],
    ids=["no such verdict", "no quote", "no filters", "wrong quote without a quote", "question is no text"],
)
def test_what_is_no_report_is_named_by_its_line(tmp_path: Path, up: Report, change: dict[str, object]) -> None:
    file = tmp_path / "reports.jsonl"
    keep_report(file, up)
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), **change}), "utf-8")
    with pytest.raises(SettingError, match="line 1 is no report"):
        read_reports(file)


def test_a_file_without_reports_is_told(tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").touch()
    with pytest.raises(SettingError, match="holds no reports; the chat writes"):
        read_reports(tmp_path / "none.jsonl")


def test_reports_that_cannot_be_kept_are_told(tmp_path: Path, up: Report) -> None:
    with pytest.raises(SettingError, match="the report was not kept: .* cannot be written"):
        keep_report(tmp_path / "none" / "reports.jsonl", up)
    file = tmp_path / "reports.jsonl"
    with file.open("wb") as full:
        full.truncate(MAX_BYTES)
    with pytest.raises(SettingError, match="the report was not kept: 'reports.jsonl' is full"):
        keep_report(file, up)


def test_a_liked_answer_must_keep_its_quote(five: Index, up: Report) -> None:
    assert outcomes(up, five) == [("its quote is kept", True)]
    other = make_report("x", "up", query("What did Boris Pistorius say?", five)).quotes[:1]
    assert outcomes(replace(up, quotes=other), five) == [("its quote is lost", False)]
    assert outcomes(replace(up, question=UNANSWERABLE), five) == [("refused now", False)]


def test_a_liked_refusal_must_stay_one(five: Index) -> None:
    refusal = make_report("x", "up", query(UNANSWERABLE, five))
    assert outcomes(refusal, five) == [("refused as before", True)]
    assert outcomes(replace(refusal, question=QUESTION), five) == [("answered now", False)]
    assert outcomes(replace(refusal, verdict="down", question=QUESTION), five) == [("answered now", True)]


def test_a_wrong_quote_must_not_come_first_again(five: Index) -> None:
    answer = query(QUESTION, five)
    first = make_report("x", "wrong_quote", answer, answer.quotes[0])
    assert outcomes(first, five) == [("the wrong quote comes first", False)]
    assert outcomes(replace(first, question="What did Boris Pistorius say?"), five) == [("the wrong quote is gone", True)]
    several = query("Who ruled out ground troops?", five)
    second = make_report("x", "wrong_quote", several, several.quotes[1])
    assert outcomes(second, five) == [("the wrong quote comes as number 2", True)]


def test_a_disliked_answer_must_change(five: Index, up: Report) -> None:
    assert outcomes(replace(up, verdict="down"), five) == [("the same quote comes first", False)]
    other = make_report("x", "down", query("What did Boris Pistorius say?", five))
    assert outcomes(replace(other, question=QUESTION), five) == [("another quote comes first", True)]


def test_a_report_on_an_article_that_is_gone_is_skipped(five: Index, up: Report) -> None:
    gone = replace(up, quotes=(replace(up.quotes[0], article_id="gone.txt"),))
    assert outcomes(gone, five) == [("the article is gone or has changed", None)]


def test_eval_prints_how_reports_went(tmp_path: Path, five_folder: Path, up: Report, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "reports.jsonl"
    keep_report(file, up)
    arguments = ["eval", "--reports", str(file), "--index", str(five_folder)]
    assert main(arguments, {}) == 0
    assert capsys.readouterr().out.splitlines()[0] == "1 report: 1 passed, 0 failed, 0 skipped"
    keep_report(file, replace(up, id="two", verdict="down"))
    assert main(arguments, {}) == 1
    table = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in table[2:]] == ["result", "FAILED", "passed"]
    assert main([*arguments, "--json"], {}) == 1
    values = json.loads(capsys.readouterr().out)
    assert (values["reports"], values["failed"], values["outcomes"][0]["outcome"]) == (2, 1, "its quote is kept")


def test_reports_are_replayed_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "questions.jsonl", "--reports", "reports.jsonl"], {}) == 2
    assert "expected no questions and no option beside it but --index and --json" in capsys.readouterr().err

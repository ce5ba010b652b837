import json
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rag.decision import THRESHOLD
from rag.evals.comparison import Change, Comparison, Flip
from rag.evals.measures import Curve, Figure
from ui.cli import main
from ui.plotting import plot_refusal
from ui.tables import describe_comparison, describe_groups

CASES: list[dict[str, Any]] = [
    {
        "id": "b-1",
        "question": "Who replaced Josep Borrell?",
        "answers": ["Kallas"],
        "article_ids": ["000_598fce04970280a0.txt"],
        "answerable": True,
        "date": "2024-12-03",
        "type": "who",
        "gold_kind": "url",
    },
    {"question": "What is the capital of Peru?", "answers": ["Lima"], "article_ids": [], "answerable": False, "type": "what"},
    {"question": "", "answers": [], "article_ids": [], "answerable": False, "type": "what"},
]


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(map(json.dumps, CASES)), "utf-8")
    return file


@pytest.fixture
def run(questions: Path, five_folder: Path) -> Any:
    """Run `pullquote eval` on the three questions with further options; return its exit code."""
    return lambda *options: main(["eval", str(questions), "--index", str(five_folder), *map(str, options)], {})


def test_json_has_the_measures_their_intervals_and_groups(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--json") == 0
    output = capsys.readouterr().out
    assert output.count("\n") == 1
    values = json.loads(output)
    intervals, n, by = (values.pop(key) for key in ("intervals", "n", "by"))
    assert values.pop("p95_ms") >= values.pop("p50_ms") > 0
    assert values == {
        "answerable": 1,
        "unanswerable": 2,
        "hit@1": 1.0,
        "hit@5": 1.0,
        "hit@10": 1.0,
        "all@10": 0.0,
        "quote@1": 1.0,
        "quote@3": 1.0,
        "quote@5": 1.0,
        "refused": 0.5,
        "false_refusal": 0.0,
        "auroc": 1.0,
        "failed": 1,
    }
    assert (n["hit@1"], n["refused"], n["auroc"], n["failed"], n["p50_ms"]) == (1, 2, 2, 3, 3)
    assert intervals["refused"] == [0.0, 1.0]
    assert "p50_ms" not in intervals
    assert list(by) == ["type"]  # only one gold_kind is there
    assert (by["type"]["who"]["quote@3"], by["type"]["who"]["n"]["quote@3"]) == (1.0, 1)
    assert (by["type"]["what"]["refused"], by["type"]["what"]["failed"]) == (0.5, 1)


def test_the_tables_have_a_row_a_measure_and_a_row_a_group(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["3", "questions:", "1", "answerable,", "2", "not"]
    assert rows[2] == ["measure", "value", "95", "%", "interval", "n"]
    assert ["hit@1", "1.000", "1.000", "to", "1.000", "1"] in rows
    assert ["refused", "0.500", "0.000", "to", "1.000", "2"] in rows
    assert ["failed", "1", "–", "3"] in rows
    assert rows[-3:] == [
        ["type", "n", "hit@10", "quote@1", "quote@3", "refused", "false_refusal"],
        ["what", "2", "–", "–", "–", "0.500", "–"],
        ["who", "1", "1.000", "1.000", "1.000", "–", "0.000"],
    ]


def test_columns_stand_under_each_other() -> None:
    figures = {name: Figure(0.5, 2, (0.0, 1.0)) for name in ("hit@10", "quote@1", "quote@3", "refused", "false_refusal")}
    groups = {"type": {"who\n is\x1b asked": {**figures, "failed": Figure(0, 1000)}, "x" * 60: {**figures, "failed": Figure(0, 7)}}}
    lines = describe_groups(groups).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert lines[1].startswith("who is asked ")
    assert lines[2].startswith(f"{'x' * 39}…  ")


def test_only_asks_the_questions_that_match(run: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--only", "type=what", "--json") == 0
    values = json.loads(capsys.readouterr().out)
    assert (values["answerable"], values["unanswerable"], values["by"]) == (0, 2, {})
    assert run("--only", "type=what", "--only", "type=who", "--only", "answerable=true", "--json") == 0
    assert json.loads(capsys.readouterr().out)["answerable"] == 1


def test_a_run_is_saved_and_compared_with(run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    saved = tmp_path / "old.jsonl"
    assert run("--save", saved) == 0
    header, *lines = map(json.loads, saved.read_text("utf-8").splitlines())
    assert header["summary"]["refused"] == 0.5
    assert [(line["id"], line["status"], line["hit_rank"], line["refused"]) for line in lines] == [
        ("b-1", "answered", 1, False),
        ("2", "not_found", None, True),
        ("3", "failed", None, False),
    ]
    capsys.readouterr()
    assert run("--compare", saved) == 0
    assert capsys.readouterr().out.endswith("\n0 changes\n")
    lines[0]["quote_rank"], lines[1]["status"] = 4, "answered"
    saved.write_text("\n".join(map(json.dumps, [header, *lines])), "utf-8")
    assert run("--compare", saved) == 0
    output = capsys.readouterr().out
    assert "\n2 changes:\n  quote@3 gained  b-1  Who replaced Josep Borrell?\n" in output
    assert output.endswith("\n  refusal gained  2  What is the capital of Peru? (unanswerable)\n")
    assert re.search(r"^quote@3 +0\.000 -> 1\.000 +\+1\.000 +\+1\.000 to \+1\.000 +1$", output, re.MULTILINE)
    assert run("--compare", saved, "--only", "type=who", "--json") == 0
    compared = json.loads(capsys.readouterr().out)["compare"]
    assert [flip["change"] for flip in compared["changed"]] == ["quote@3 gained"]
    assert compared["measures"]["quote@3"] == {"old": 0.0, "new": 1.0, "difference": 1.0, "interval": [1.0, 1.0], "n": 1}


def test_a_comparison_has_signs_and_no_negative_zero() -> None:
    flip = Flip("7", "Why \n" + "so " * 60, True, "refusal lost")
    text = describe_comparison(Comparison({"p50_ms": Change(20.0, 17.5, -2.5, (-5.0, -0.04), 3)}, [flip]))
    assert text.splitlines()[1].split() == ["p50_ms", "20.0", "->", "17.5", "-2.5", "-5.0", "to", "+0.0", "3"]
    assert text.splitlines()[3:] == ["1 change:", f"  refusal lost    7  Why {'so ' * 31}so…"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--only", "type=where"], "no question of '{tmp}/questions.jsonl' has type=where; expected a field and a value that"),
        (["--compare", "{tmp}/none.jsonl"], "the saved run '{tmp}/none.jsonl' cannot be read (No such file or directory)"),
        (["--compare", "{tmp}/questions.jsonl"], "'{tmp}/questions.jsonl' is no saved run; expected a file that 'pullquote eval --save'"),
        (["--compare", "{tmp}/other.jsonl"], "the saved run is of other questions: it does not hold 'Who replaced Josep Borrell?' with"),
        (["--save", "{tmp}/none/run.jsonl"], "'{tmp}/none/run.jsonl' cannot be written; expected the name of a file in a folder"),
        (["--save", "{tmp}"], "'{tmp}' cannot be written; expected the name of a file"),
        (["--plot", "{tmp}/plot.pdf"], "the plot '{tmp}/plot.pdf' has an unknown kind; expected a name that ends in .svg or .png"),
        (["--plot", "{tmp}/p.svg", "--only", "type=who"], "refusal cannot be plotted: that takes answerable and unanswerable questions"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_goes_wrong_is_one_clear_line_before_anything_is_asked(
    run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    (tmp_path / "other.jsonl").write_text('{"format": "pullquote-run-1", "questions": 0, "summary": {}}\n', "utf-8")
    assert run(*(option.replace("{tmp}", str(tmp_path)) for option in options)) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"pullquote: {message.replace('{tmp}', str(tmp_path))}")
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize("selection", ["type", "=who"])
def test_a_selection_names_a_field_and_a_value(run: Any, capsys: pytest.CaptureFixture[str], selection: str) -> None:
    with pytest.raises(SystemExit):
        run("--only", selection)
    assert f"{selection!r} is no selection; expected a field and its value such as type=who" in capsys.readouterr().err


def test_the_plot_is_an_svg_with_the_area_and_the_threshold(run: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "plot.svg"
    assert run("--plot", file) == 0
    assert "auroc" in capsys.readouterr().out
    root = ET.parse(file).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    texts = ["".join(each.itertext()).strip() for each in root.iter("{http://www.w3.org/2000/svg}text")]
    assert "Refusal, area under the curve 1.000" in texts
    assert f"threshold {THRESHOLD:g}: 1.00 at 0.00" in texts
    assert {"refused (unanswerable)", "false refusal (answerable)"} <= set(texts)


def test_the_mark_is_where_the_present_threshold_refuses(tmp_path: Path) -> None:
    levels = np.array([THRESHOLD - 0.1, THRESHOLD, THRESHOLD + 0.1, np.inf])
    file = tmp_path / "plot.svg"
    plot_refusal(Curve(levels, np.array([0, 0.25, 0.5, 1]), np.array([0, 0.125, 0.75, 1]), 0.5), file)
    assert f"threshold {THRESHOLD:g}: 0.25 at 0.12" in file.read_text("utf-8")  # answers at the threshold are given
    again = tmp_path / "again.svg"
    plot_refusal(Curve(levels, np.array([0, 0.25, 0.5, 1]), np.array([0, 0.125, 0.75, 1]), 0.5), again)
    assert file.read_bytes() == again.read_bytes()


def test_the_plot_may_be_a_png(tmp_path: Path) -> None:
    file = tmp_path / "plot.PNG"
    plot_refusal(Curve(np.array([0.2, np.inf]), np.array([0.0, 1]), np.array([0.0, 1]), 0.5), file)
    assert file.read_bytes().startswith(b"\x89PNG")


def test_without_matplotlib_only_the_plot_is_missing(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert run("--json") == 0
    capsys.readouterr()
    assert run("--plot", tmp_path / "plot.svg") == 2
    captured = capsys.readouterr()
    assert captured.err == 'pullquote: plotting needs matplotlib, which is not installed; get it with: pip install "pullquote[plot]"\n'
    assert captured.out == ""

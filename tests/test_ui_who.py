"""`pullquote who`: all that somebody said, and `ask --speaker`."""

import json
from pathlib import Path

import pytest

from index import Index, build
from rag import Filters
from rag.quotations.who import find_said
from ui.cli import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments, {})
    out, err = capsys.readouterr()
    return code, out, err


def test_all_that_somebody_said_is_listed_with_its_quotes(five_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "who", "Peskov", "--index", str(five_folder))
    assert code == 0
    assert out.startswith("4 quotes from 2 articles, newest first: Dmitry Peskov (4)\n")
    assert out.count("  — Dmitry Peskov, Kremlin spokesman\n") == 4
    assert "inevitability [of direct conflict].”" in out


def test_quotes_are_slices_of_their_articles(five: Index) -> None:
    quotes = five.read(lambda snapshot: list(find_said(snapshot, "Kallas")))
    assert len(quotes) >= 6
    for quote in quotes:
        assert five.snapshot().article(quote.article_id).text[quote.start : quote.end] == quote.text


def test_json_has_the_page_and_the_totals(five_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "who", "olaf scholz", "--index", str(five_folder), "--json")
    found = json.loads(out)
    assert code == 0
    assert (found["total"], found["page"], found["pages"]) == (len(found["quotes"]), 1, 1)
    assert found["speakers"] == {"Olaf Scholz": found["total"]}
    assert {quote["role"] for quote in found["quotes"]} == {"German Chancellor"}


def test_who_said_nothing_is_told_with_the_exit_code_of_no_answer(five_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "who", "Angela Merkel", "--index", str(five_folder))
    assert (code, out) == (3, "No article is seen to quote “Angela Merkel”.\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["Peskov", "--page", "2"], "--page 2 is none of the pages of what 'Peskov' said; expected one from 1 to 1"),
        (["?!"], "the speaker '\\?!' has no words; expected a name, such as: Peskov"),
    ],
)
def test_bad_input_is_one_line(five_folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str) -> None:
    code, _, err = run(capsys, "who", *arguments, "--index", str(five_folder))
    assert code == 2
    assert err == f"pullquote: {message}\n".replace("\\", "")


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("council")
    for day in range(1, 26):
        text = (
            f"---\ndate: 2024-03-{day:02}\nsource: City Herald\n---\nThe council met.\nMayor Jane Doe said plan number {day} was ready.\n"
        )
        (folder / f"{day:02}.txt").write_text(text, "utf-8")
    (folder / "copy.txt").write_text("---\nsource: Wire\n---\nThe council met.\nMayor Jane Doe said plan number 7 was ready.\n", "utf-8")
    build(folder, folder / ".index")
    return folder / ".index"


def test_pages_are_newest_first_and_the_same_words_come_once(council: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, first, _ = run(capsys, "who", "Doe", "--index", str(council))
    _, second, _ = run(capsys, "who", "Doe", "--index", str(council), "--page", "2")
    assert first.startswith("25 quotes from 25 articles, newest first: Jane Doe (25)")
    assert [f"plan number {day} " in first for day in (25, 6, 5)] == [True, True, False]
    assert [f"plan number {day} " in second for day in (5, 1)] == [True, True]
    assert "Page 1 of 2; the next one: --page 2" in first
    assert second.endswith("Page 2 of 2\n")


def test_limits_hold_for_the_articles(council: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "who", "Doe", "--index", str(council), "--after", "2024-03-24", "--source", "city herald")
    assert out.startswith("2 quotes from 2 articles")
    with Index(council) as index:
        assert list(index.snapshot().heads())
        assert index.read(lambda snapshot: list(find_said(snapshot, "Doe", Filters(sources=frozenset({"Nobody"}))))) == []


def test_ask_keeps_to_a_speaker(five_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "ask", "Will ground troops be sent?", "--speaker", "Scholz", "--index", str(five_folder), "--quote")
    assert code == 0
    assert "only what Scholz said" in out
    assert {line for line in out.splitlines() if line.startswith("  — ")} <= {
        "  — Olaf Scholz, German Chancellor",
        "  — Olaf Scholz, German Chancellor, via Reuters",
        "  — Olaf Scholz, German Chancellor, as reported",
    }

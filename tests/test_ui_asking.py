"""`pullquote ask` where a question is about a time or about the archive."""

import json

import pytest

from index import build
from ui.cli import main


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("asking")
    lines = [
        {
            "id": f"bridge-{day:02}",
            "title": f"Day {day}",
            "text": f"The harbour bridge was on day {day} of its repair.",
            "date": f"2025-03-{day:02}",
        }
        for day in range(1, 13)
    ]
    (folder / "news.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    build(folder / "news.jsonl", folder / "index")
    return str(folder / "index")


def ask(question: str, index: str, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    assert main(["ask", question, "--index", index, "--as-of", "2025-03-19", *options], {}) == 0
    return capsys.readouterr().out


def test_ten_of_a_list_are_shown_and_all_on_request(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    question = "Which articles mention the harbour bridge?"
    short, whole = ask(question, archive, capsys), ask(question, archive, capsys, "--all")
    assert short.startswith("12 of 12 articles mention “harbour bridge”.")
    assert (short.count("\n> "), whole.count("\n> ")) == (10, 12)
    assert "… and 2 more articles." in short
    assert "more articles" not in whole
    listed = json.loads(ask(question, archive, capsys, "--json"))["listing"]
    assert [mention["article"]["id"] for mention in listed["mentions"]] == [f"bridge-{day:02}" for day in range(12, 0, -1)]


def test_limits_are_taken_from_the_question_unless_told_not_to(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    question = "How many articles mention the harbour bridge last week?"
    assert ask(question, archive, capsys).startswith("3 of the 3 articles dated from 2025-03-10 to 2025-03-16 mention")
    assert ask(question, archive, capsys, "--no-infer").startswith("12 of 12 articles mention")


def test_articles_that_are_listed_without_a_subject(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    whole = ask("List all articles", archive, capsys, "--all")
    assert whole.startswith("There are 12 articles.")
    assert "Day 12 · 2025-03-12\n> The harbour bridge was on day 12 of its repair. [1]" in whole
    assert "\nDay 2 · 2025-03-02\nDay 1 · 2025-03-01\n" in whole


def test_an_archive_without_the_words_says_so(archive: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "How many articles mention zebras?", "--index", archive], {}) == 3
    assert capsys.readouterr().out.startswith("None of the 12 articles mentions “zebras”.")

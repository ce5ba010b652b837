"""What the command line and the page tell of versions, other files, and other articles with the same words."""

import json
from pathlib import Path

import pytest
from test_ui_cli import run

from rag.answering import open_index
from ui.answers import respond
from ui.conversation import Conversation
from ui.panel import show_citation

TRAM = """---
title: {title}
source: {source}
date: {date}
{more}---
Skoda will build the tram line in Riga, the mayor Martins Vale said on Tuesday. The line will open in four years.
It will cost {cost} million euros, of which the state pays half. Works begin near the harbour in the spring.
The opposition had asked for a cheaper bus line, and voted against the plan after a debate that took six hours.
"""


def write(file: Path, title: str = "Tram line for Riga", source: str = "City Herald", date: str = "2024-02-27", **stated: str) -> None:
    more = "".join(f"{key}: {value}\n" for key, value in stated.items() if key != "cost")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(TRAM.format(title=title, source=source, date=date, more=more, cost=stated.get("cost", "90")))


@pytest.fixture
def places(tmp_path: Path) -> list[str]:
    """Options that name a corpus with one article in two versions and two files, and its index."""
    options = ["--corpus", str(tmp_path / "corpus"), "--index", str(tmp_path / "index")]
    write(tmp_path / "corpus" / "tram.txt")
    assert run("index", *options) == 0
    for name in ("copy.txt", "tram.txt"):
        write(tmp_path / "corpus" / name, updated="2024-03-03", cost="95")
    assert run("index", *options) == 0
    return options


def test_show_lists_versions_and_prints_one(places: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run("show", "copy.txt", *places) == 0
    assert capsys.readouterr().out.startswith(
        "Tram line for Riga · City Herald · 2024-02-27 · updated on 3 March 2024\nfiles: tram.txt, copy.txt\n\nSkoda will build"
    )

    assert run("show", "tram.txt", *places, "--versions") == 0
    first, second = (line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert (first[0], first[3]) == ("1", "Tram line for Riga · City Herald · 2024-02-27")
    assert (second[0], second[3], second[4]) == ("2", "Tram line for Riga · City Herald · 2024-02-27 · updated on 3 March 2024", "answers")
    assert first[1].startswith("indexed 20")
    assert first[2] != second[2]

    assert run("show", "tram.txt", *places, "--version", "1") == 0
    assert "It will cost 90 million" in capsys.readouterr().out


def test_show_and_status_tell_all_files_as_json(places: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert run("show", "copy.txt", *places, "--json") == 0
    article = json.loads(capsys.readouterr().out)
    assert (article["id"], article["paths"], article["updated"]) == ("tram.txt", ["tram.txt", "copy.txt"], "2024-03-03")

    assert run("show", "tram.txt", *places, "--versions", "--json") == 0
    assert [(one["number"], one["live"], one["article"]["updated"]) for one in json.loads(capsys.readouterr().out)] == [
        (1, False, None),
        (2, True, "2024-03-03"),
    ]

    assert run("status", *places, "--articles", "--json") == 0
    assert [head["paths"] for head in json.loads(capsys.readouterr().out)] == [["tram.txt", "copy.txt"]]
    assert run("status", *places, "--articles") == 0
    listed = "tram.txt\tTram line for Riga · City Herald · 2024-02-27 · updated on 3 March 2024\talso copy.txt\n"
    assert capsys.readouterr().out == listed


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--version", "3"], "'tram.txt' has no version 3; expected one from 1 to 2"),
        (["--version", "0"], "'tram.txt' has no version 0; expected one from 1 to 2"),
        (["--version", "1", "--versions"], "--versions lists them, --version prints one; expected one of the two"),
    ],
)
def test_a_version_that_is_not_there_is_told(
    places: list[str], capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    assert run("show", "tram.txt", *places, *options) == 2
    assert capsys.readouterr().err == f"pullquote: {message}\n"


def test_a_move_is_told(places: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "corpus" / "tram.txt").unlink()
    (tmp_path / "corpus" / "copy.txt").rename(tmp_path / "corpus" / "line.txt")
    capsys.readouterr()

    assert run("index", *places) == 0

    assert ": 0 added, 0 changed, 0 removed, 0 unchanged, 1 moved (" in capsys.readouterr().out


def test_copies_in_other_outlets_are_named_in_the_answer_and_on_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--corpus", str(tmp_path / "corpus"), "--index", str(tmp_path / "index")]
    write(tmp_path / "corpus" / "herald.txt")
    write(tmp_path / "corpus" / "post.txt", title="Skoda <b>wins</b>", source="Post", date="2024-02-28")
    run("index", *options)
    capsys.readouterr()

    assert run("ask", "Who will build the tram line in Riga?", *options) == 0
    shown = capsys.readouterr().out
    others = [line for line in shown.splitlines() if "also in" in line]
    assert others in (
        ["  (also in 1 article: Skoda <b>wins</b> · Post · 2024-02-28)"],
        ["  (also in 1 article: Tram line for Riga · City Herald · 2024-02-27)"],
    )
    assert shown.count("Skoda will build the tram line") == 1
    run("ask", "Who will build the tram line in Riga?", *options, "--json")
    assert [len(claim["quotes"][0]["also"]) for claim in json.loads(capsys.readouterr().out)["claims"]][0] == 1

    index = open_index(tmp_path / "index")
    conversation = Conversation()
    answer = list(respond(conversation.ask("Who will build the tram line in Riga?"), conversation, lambda: index))[-1]
    panel = show_citation("1-1", conversation, lambda: index)
    assert "also in 1 article" in answer
    assert "also in 1 article<ul" in panel
    assert "<b>wins" not in answer + panel

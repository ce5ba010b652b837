import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from model_server import ModelServer
from protocol_server import ProtocolServer, serve_protocol

from ui.cli import main
from ui.settings import Settings

KEY = "sk-proj-0123456789abcdef0123456789"


def run(*arguments: str, environ: dict[str, str] | None = None) -> int:
    return main(arguments, environ or {})


@pytest.mark.parametrize(
    ("question", "code", "shown"),
    [
        ("Who replaced Josep Borrell?", 0, "Former Estonian prime minister Kallas replaced Josep Borrell"),
        ("What is the capital of Peru?", 3, "The articles do not say."),
    ],
)
def test_ask(five_folder: Path, capsys: pytest.CaptureFixture[str], question: str, code: int, shown: str) -> None:
    assert run("ask", question, "--index", str(five_folder)) == code
    output = capsys.readouterr().out
    assert shown in output
    assert f"Searched 5 articles for “{question}”" in output


def test_limits_are_told_with_what_was_searched(five_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    limits = ["--source", "City Herald", "--after", "2024-02-01", "--as-of", "2024-03-01"]
    assert run("ask", "Who ruled out ground troops?", "--index", str(five_folder), *limits) == 3
    assert "· only articles dated from 2024-02-01, of City Herald, as of 2024-03-01 · read 0 passages" in capsys.readouterr().out


def test_a_refusal_lists_the_nearest_articles(five_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("ask", "What did Scholz say about gas prices?", "--index", str(five_folder))
    assert "Nearest articles:\n  " in capsys.readouterr().out


def test_ask_json_is_one_line_with_the_whole_answer(five_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("ask", "Who replaced Josep Borrell?", "--index", str(five_folder), "--json") == 0
    output = capsys.readouterr().out
    assert output.count("\n") == 1
    answer = json.loads(output)
    assert answer["status"] == "answered"
    quote = answer["claims"][0]["quotes"][0]
    assert quote["text"] == answer["claims"][0]["text"]
    assert quote["end"] - quote["start"] == len(quote["text"])
    assert quote["date"] is None
    assert answer["hits"][0]["passage"]["article"]["id"].endswith(".txt")
    assert answer["searched"]["articles"] == 5


def test_index_status_and_show(articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (articles / "broken.txt").write_bytes(b"")
    where = ["--corpus", str(articles), "--index", str(tmp_path / "index")]
    assert run("index", *where) == 0
    assert "5 added, 0 changed, 0 removed, 0 unchanged" in capsys.readouterr().out
    assert run("status", *where) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("5 articles, ")
    assert "all undated" in shown
    assert "1 problem:\n  broken.txt holds no text" in shown
    assert run("status", "--articles", *where) == 0
    listed = capsys.readouterr().out.splitlines()
    assert len(listed) == 5
    assert run("show", listed[3].split("\t")[0], *where) == 0
    assert capsys.readouterr().out.startswith("Kallas outlines EU's potential peacekeeping mission formats in Ukraine · undated\n\nEU High")


@pytest.mark.parametrize("command", ["index", "status", "show", "ask"])
def test_json_everywhere(articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    where = ["--corpus", str(articles), "--index", str(tmp_path / "index"), "--json"]
    run("index", *where)
    extra = {"show": ["000_598fce04970280a0.txt"], "ask": ["Who replaced Josep Borrell?"]}.get(command, [])
    capsys.readouterr()
    assert run(command, *extra, *where) == 0
    assert isinstance(json.loads(capsys.readouterr().out), dict)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["ask", "Who?", "--index", "{tmp}/none"], 1, "pullquote: there is no index at '{tmp}/none'; make it with: pullquote index"),
        (["ask", "", "--index", "{five}"], 2, "pullquote: the question is empty; type one"),
        (["ask", "?!", "--index", "{five}"], 2, "pullquote: the question '?!' has no words; type one"),
        (["ask", "x" * 10_000, "--index", "{five}"], 2, "pullquote: the question has 10,000 characters; expected at most 2,000"),
        (["show", "no.txt", "--index", "{five}"], 1, "pullquote: no article has the id 'no.txt'; 'pullquote status --articles' lists them"),
        (["index", "--corpus", "{tmp}/none", "--index", "{tmp}/i"], 1, "pullquote: there is no corpus at '{tmp}/none'; expected a folder"),
        (["index", "--corpus", "{tmp}", "--index", "{tmp}/i"], 1, "pullquote: the corpus at '{tmp}' holds no articles; put .txt"),
        (
            ["index", "--embedder", "bert", "--index", "{tmp}/i"],
            2,
            "pullquote: embedder 'bert' is unknown; expected one of: minilm, static",
        ),
        (["eval", "{tmp}/none.jsonl", "--index", "{five}"], 2, "pullquote: the questions file '{tmp}/none.jsonl' cannot be read"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_what_goes_wrong_is_one_clear_line(
    tmp_path: Path, five_folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, message: str
) -> None:
    def fill(text: str) -> str:
        return text.replace("{tmp}", str(tmp_path)).replace("{five}", str(five_folder))

    assert run(*map(fill, arguments)) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(fill(message))
    assert captured.err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [["ask"], ["nonsense"], ["ask", "Who?", "--as-of", "yesterday"], ["serve", "--port", "many"], ["serve", "--port", "99999"]]
)
def test_wrong_usage_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        run(*arguments)
    assert stopped.value.code == 2
    assert "usage: pullquote" in capsys.readouterr().err


def test_the_environment_sets_defaults_and_options_win(five_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    environ = {"PULLQUOTE_INDEX": str(five_folder)}
    assert run("status", environ=environ) == 0
    assert run("status", "--index", str(tmp_path / "none"), environ=environ) == 1
    capsys.readouterr()


def test_an_empty_variable_counts_as_unset() -> None:
    assert Settings.from_environment({"PULLQUOTE_INDEX": "", "PULLQUOTE_EMBEDDER": ""}) == Settings()


def test_output_into_a_closed_pipe_is_no_error(five_folder: Path) -> None:
    command = f"{sys.executable} -m ui.cli show 000_598fce04970280a0.txt --index {five_folder} | true; exit ${{PIPESTATUS[0]}}"
    run_ = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=dict(os.environ), check=False)
    assert (run_.returncode, run_.stderr) == (0, "")


@pytest.fixture
def broken_server() -> Iterator[ProtocolServer]:
    """A server that has a model, and answers whatever it is asked with 500."""
    with serve_protocol(lambda _: 500) as server:
        yield server


def test_a_model_writes_and_is_named_before_it_gets_the_quotes(
    five_folder: Path, model_server: ModelServer, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"{model_server.model} on {model_server.url.removeprefix('http://').removesuffix('/v1')}"
    environ = {"OPENAI_BASE_URL": model_server.url, "OPENAI_API_KEY": KEY}
    assert run("ask", "Who replaced Josep Borrell?", "--index", str(five_folder), environ=environ) in (0, 3)  # so small a model may refuse
    output, told = capsys.readouterr()
    assert told == f"Answers are written by {name}, which gets the question and the quotes found (--quote keeps them here)\n"
    assert f"\nModel: {name} · " in output
    assert " tokens read, " in output
    assert KEY not in output


@pytest.mark.parametrize(
    ("question", "arguments", "code"),
    [("What is the capital of Peru?", [], 3), ("Who replaced Josep Borrell?", ["--quote"], 0)],
    ids=["refused", "in quotes"],
)
def test_what_needs_no_model_is_sent_to_none(
    five_folder: Path, broken_server: ProtocolServer, capsys: pytest.CaptureFixture[str], question: str, arguments: list[str], code: int
) -> None:
    environ = {"OPENAI_BASE_URL": broken_server.url}
    assert run("ask", question, "--index", str(five_folder), *arguments, environ=environ) == code
    output, told = capsys.readouterr()
    assert "Model: " not in output
    assert ("Answers are written by" in told) != ("--quote" in arguments)
    assert broken_server.requests == []


def test_a_model_that_fails_is_told_with_the_next_step_and_the_answer_in_quotes(
    five_folder: Path, broken_server: ProtocolServer, capsys: pytest.CaptureFixture[str]
) -> None:
    question = ["ask", "Who replaced Josep Borrell?", "--index", str(five_folder)]
    environ = {"OPENAI_BASE_URL": broken_server.url, "OPENAI_API_KEY": KEY}
    name = f"scripted on {broken_server.url.removeprefix('http://').removesuffix('/v1')}"
    told = f"{name} has a fault of its own (500); try again, or read its log"
    assert run(*question, environ=environ) == 1
    output = capsys.readouterr().out
    assert output.startswith(f"{told}\n\nThe answer in quotes:\n\n")
    assert "Former Estonian prime minister Kallas replaced Josep Borrell" in output
    assert f"\nModel: {name} · tokens not counted\n" in output
    assert run(*question, "--json", environ=environ) == 1
    output = capsys.readouterr().out
    answer = json.loads(output)
    assert (answer["status"], answer["text"], answer["claims"]) == ("failed", told, [])
    assert (answer["instead"]["status"], answer["instead"]["instead"]) == ("answered", None)
    assert KEY not in output
    assert broken_server.requests


@pytest.mark.parametrize(
    ("name", "value"), [("OPENAI_BASE_URL", "reader:hunter2@models"), ("OPENAI_API_KEY", "hunter2\nx"), ("PULLQUOTE_TIMEOUT", "soon")]
)
def test_a_variable_that_cannot_be_used_is_told_on_one_line(capsys: pytest.CaptureFixture[str], name: str, value: str) -> None:
    assert run("ask", "Who?", environ={name: value}) == 2
    output, told = capsys.readouterr()
    assert (output, told.count("\n")) == ("", 1)
    assert told.startswith(f"pullquote: {name} ")
    assert "hunter2" not in told

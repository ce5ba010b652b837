"""What the documentation shows is what happens."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from protocol_server import serve_protocol

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
OLLAMA = "http://127.0.0.1:11434/v1"
COMMANDS = ("", "index", "add", "ask", "brief", "who", "serve", "mcp", "status", "show", "eval")


def run(arguments: list[str], folder: Path) -> str:
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=True, cwd=folder, env=environ).stdout


def test_the_readmes_python_examples_run(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "corpus" / "articles", tmp_path / "corpus" / "articles")
    quoting, writing, in_llama_index = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    first = run(["-c", quoting], tmp_path).splitlines()
    assert first[0] == "answered"
    assert first[1].startswith("Germany, Poland and NATO have ruled out sending ground troops to Ukraine")
    assert re.fullmatch(r"    .+, undated, characters \d+ to \d+", first[2])

    with serve_protocol(lambda _: "Germany has ruled out ground troops [1]. Brazil bought forty submarines.") as server:
        assert writing.count(OLLAMA) == 1
        supported, unsupported = run(["-c", writing.replace(OLLAMA, server.url)], tmp_path).splitlines()
    assert supported.startswith("Germany has ruled out ground troops. ['")
    assert unsupported.startswith("Brazil bought forty submarines. NOT SUPPORTED: ")

    *found, answer = run(["-c", in_llama_index], tmp_path).splitlines()
    assert all(re.match(r"0\.\d{3} \S+\.txt \d+-\d+$", line) for line in found[:3])
    assert re.search(r" answered \d$", answer)


def test_the_readme_names_the_two_commands_and_they_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"^make (\w+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_what_the_readme_links_to_exists() -> None:
    for link in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / link).exists(), link


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_texts_in_the_documentation_are_the_programs(command: str, tmp_path: Path) -> None:
    shown = run(["-m", "ui.cli", *command.split(), "--help"], tmp_path)
    assert f"```\n{shown}```" in (ROOT / "docs" / "commands.md").read_text("utf-8")


def test_every_row_of_the_security_table_is_held_by_tests_that_exist() -> None:
    rows = [line for line in (ROOT / "docs" / "security.md").read_text("utf-8").splitlines() if line.startswith("| ")][1:]
    tests = {name for file in (ROOT / "tests").glob("test_*.py") for name in re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.M)}
    for row in rows:
        named = re.findall(r"`(test_\w+)`", row)
        assert named, row
        assert set(named) <= tests, set(named) - tests

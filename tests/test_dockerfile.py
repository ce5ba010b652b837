"""The Dockerfile, as far as it can be checked where there is no Docker."""

import json
import re
import shlex
import subprocess
import tomllib
from pathlib import Path

from ui.cli import _parser
from ui.settings import Settings

ROOT = Path(__file__).parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
LINES = [line.split(maxsplit=1) for line in DOCKERFILE.replace("\\\n", " ").splitlines() if line and not line.startswith("#")]


def test_what_it_copies_is_there_and_is_all_that_the_package_needs() -> None:
    copied = [source for word, rest in LINES if word == "COPY" for source in rest.split()[:-1]]
    assert [source for source in copied if not (ROOT / source).exists()] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert {package.split(".")[0] for package in project["tool"]["setuptools"]["packages"]} <= set(copied)
    assert {project["project"]["readme"], *project["project"]["license-files"]} <= set(copied)


def test_its_python_is_one_that_the_package_runs_on() -> None:
    assert re.search(r"^FROM python:3\.11-slim$", DOCKERFILE, re.MULTILINE)
    assert 'requires-python = ">=3.11"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_its_commands_are_ones_that_pullquote_and_the_shell_understand() -> None:
    (command,) = [json.loads(rest) for word, rest in LINES if word == "CMD"]
    assert command[:2] == ["sh", "-c"]
    subprocess.run(["sh", "-n", "-c", command[2]], check=True)
    for part in command[2].split("&&"):
        words = shlex.split(part.replace("exec ", ""))
        assert words[0] == "pullquote"
        _parser(Settings()).parse_args(words[1:])
    (installed,) = [rest for word, rest in LINES if word == "RUN"]
    subprocess.run(["sh", "-n", "-c", installed], check=True)


def test_it_runs_as_a_reader_and_tells_how_it_is() -> None:
    words = [word for word, _ in LINES]
    assert ["USER", "reader"] in LINES
    assert words.index("USER") < words.index("CMD")
    (check,) = [rest for word, rest in LINES if word == "HEALTHCHECK"]
    (code,) = json.loads(check[check.index("CMD") + 4 :])[2:]
    compile(code, "healthcheck", "exec")
    assert "/health" in code
    assert not re.search(r"KEY|PASSWORD|SECRET", "".join(rest for word, rest in LINES if word in ("ENV", "ARG")))

import io
import json
import sys
from pathlib import Path

import pytest
from pages import TEXT, page

from ui.cli import main


def run(*arguments: str) -> int:
    return main(arguments, {})


@pytest.fixture
def folders(articles: Path, tmp_path: Path) -> list[str]:
    return ["--corpus", str(articles), "--index", str(tmp_path / "index")]


def test_a_file_is_added_and_indexed_at_once(
    articles: Path, folders: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "ferry.html"
    file.write_text(page())
    assert run("add", str(file), *folders) == 0
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first == f"Added {articles / 'ferry.html'}: Ferry runs again · undated, {len(TEXT)} characters"
    assert second.startswith(f"Indexed into {tmp_path / 'index'}: 6 added, 0 changed, 0 removed, 0 unchanged")
    assert run("ask", "What did the repair of the pier cost?", *folders[2:]) == 0
    assert "The repair cost 4.2 million euros" in capsys.readouterr().out
    assert run("add", str(file), *folders) == 0
    assert capsys.readouterr().out.startswith(f"There already: {articles / 'ferry.html'}: ")


def test_standard_input_without_indexing(
    articles: Path, folders: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(page().encode())))
    assert run("add", "-", "--no-index", "--json", *folders) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["path"], shown["new"], shown["index"]) == (str(articles / "ferry-runs-again.html"), True, None)
    assert shown["article"]["title"] == "Ferry runs again"
    assert not (tmp_path / "index").exists()


def test_what_cannot_be_added_is_one_line(folders: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run("add", "missing.html", *folders) == 1
    assert capsys.readouterr().err.startswith("pullquote: 'missing.html' cannot be read (No such file or directory); expected a file, ")

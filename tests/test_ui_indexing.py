import io
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index import Progress
from ui.cli import main
from ui.indexing import EVERY, ProgressLine

ROOT = Path(__file__).parent.parent


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def show_all(stream: io.StringIO, *steps: tuple[float, Progress]) -> str:
    clock = Clock()
    line = ProgressLine(stream, clock=clock)
    for seconds, progress in steps:
        clock.now = 100 + seconds
        line.show(progress)
    line.clear()
    return stream.getvalue()


LONG = [
    (0.0, Progress(0, 25_000, 0)),
    (1.0, Progress(25, 25_000, 128)),
    (EVERY, Progress(125, 25_000, 640)),
    (EVERY + 1, Progress(150, 25_000, 768)),
    (60.0, Progress(1500, 25_000, 7680)),
    (980.0, Progress(24_500, 25_000, 125_440)),
]


def test_without_a_terminal_there_is_a_line_every_few_seconds() -> None:
    assert show_all(io.StringIO(), *LONG).splitlines() == [
        "125 of 25,000 articles, 640 passages, 128 passages a second, 17 min left",
        "1,500 of 25,000 articles, 7,680 passages, 128 passages a second, 16 min left",
        "24,500 of 25,000 articles, 125,440 passages, 128 passages a second, 20 s left",
    ]


def test_a_short_build_tells_nothing_without_a_terminal() -> None:
    assert show_all(io.StringIO(), (0.0, Progress(0, 5, 0)), (0.5, Progress(5, 5, 9))) == ""


def test_on_a_terminal_one_line_is_kept_up_to_date_and_is_gone_in_the_end() -> None:
    states = show_all(Terminal(), *LONG).split("\r")

    assert states[1] == "0 of 25,000 articles, 0 passages"
    assert states[2].rstrip() == "25 of 25,000 articles, 128 passages, 128 passages a second, 17 min left"
    assert len(states) == 1 + len(LONG) + 2
    assert states[-2].strip() == states[-1] == ""
    assert "\n" not in "".join(states)


def test_hours_are_told_as_such_and_what_is_mended_too() -> None:
    steps = [(0.0, Progress(0, 0, 0, doing="Mending: the words")), (1.0, Progress(0, 10**6, 0)), (11.0, Progress(1000, 10**6, 5000))]
    assert show_all(io.StringIO(), *steps).splitlines() == [
        "Mending: the words",
        "1,000 of 1,000,000 articles, 5,000 passages, 455 passages a second, 3 h 3 min left",
    ]


def test_json_has_no_progress(articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", "--corpus", str(articles), "--index", str(tmp_path / "index"), "--json"], {}) == 0

    output = capsys.readouterr()
    assert output.err == ""
    assert json.loads(output.out)["added"] == 5
    assert output.out.count("\n") == 1


def test_what_was_damaged_is_told(articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--corpus", str(articles), "--index", str(tmp_path / "index")]
    main(["index", *where], {})
    shutil.rmtree(tmp_path / "index" / "words")
    capsys.readouterr()

    assert main(["index", *where], {}) == 0

    output = capsys.readouterr()
    assert output.out.startswith("Indexed into ")
    assert "0 added, 0 changed, 0 removed, 5 unchanged" in output.out
    assert "\nMended: the words of the index cannot be read" in output.out
    assert output.err.startswith("Mending: the words of the index cannot be read")


def test_an_emptied_corpus_needs_a_flag(articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    where = ["--corpus", str(articles), "--index", str(tmp_path / "index")]
    main(["index", *where], {})
    for file in articles.iterdir():
        file.unlink()

    assert main(["index", *where], {}) == 1
    assert "the index keeps its 5 articles unless you add --allow-empty" in capsys.readouterr().err
    assert main(["index", *where, "--allow-empty"], {}) == 0
    assert "0 added, 0 changed, 5 removed, 0 unchanged" in capsys.readouterr().out
    assert main(["ask", "Who replaced Josep Borrell?", *where], {}) == 3


@contextmanager
def watching(*where: str) -> Iterator["subprocess.Popen[str]"]:
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "ui.cli", "index", "--watch", *where]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environ)
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=30)


def test_watch_indexes_what_changes_and_ends_at_an_interrupt(articles: Path, tmp_path: Path) -> None:
    with watching("--corpus", str(articles), "--index", str(tmp_path / "index")) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert ": 5 added, 0 changed, 0 removed, 0 unchanged (" in process.stdout.readline()
        (articles / "tram.txt").write_text("Tram for Riga\n\nSkoda will build the tram line in Riga, the mayor said.\n")
        (articles / "broken.txt").write_text("...")
        line = process.stdout.readline()
        assert ": 1 added, 0 changed, 0 removed, 5 unchanged (" in line
        assert line.endswith("; 1 problem, which 'pullquote status' lists\n")
        articles.rename(tmp_path / "away")
        assert process.stderr.readline().startswith("pullquote: there is no corpus at ")
        (tmp_path / "away").rename(articles)
        assert ": 0 added, 0 changed, 0 removed, 6 unchanged (" in process.stdout.readline()

        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=30)

    assert (output, errors, process.returncode) == ("", "\nStopped; the index stays as it is.\n", 0)

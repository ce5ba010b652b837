import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pages import PARAGRAPHS, TEXT, page

from corpus import ArticleError
from corpus.isolation import ReadingProcess

ROOT = Path(__file__).parent.parent
PAGE = page().encode()


@pytest.fixture
def process() -> Iterator[ReadingProcess]:
    started = ReadingProcess(seconds=3)
    yield started
    started.close()


def worker(process: ReadingProcess) -> "subprocess.Popen[bytes]":
    assert process._process is not None
    return process._process


def test_one_process_reads_file_after_file(process: ReadingProcess) -> None:
    process.read("a.html", PAGE)
    first = worker(process).pid
    assert process.read("b.html", PAGE)["text"] == TEXT
    assert worker(process).pid == first


def test_what_is_no_article_does_not_end_it(process: ReadingProcess) -> None:
    with pytest.raises(ArticleError, match="^has no text|^is a damaged PDF"):
        process.read("a.pdf", b"")
    first = worker(process).pid
    assert process.read("b.html", PAGE)["text"] == TEXT
    assert worker(process).pid == first


def test_a_process_that_was_killed_is_started_again(process: ReadingProcess) -> None:
    process.read("a.html", PAGE)
    worker(process).kill()
    worker(process).wait()
    assert process.read("b.html", PAGE)["text"] == TEXT


def test_without_work_it_ends_by_itself_and_is_started_again() -> None:
    process = ReadingProcess(idle_seconds=0.2)
    process.read("a.html", PAGE)
    assert worker(process).wait() == 0
    assert process.read("b.html", PAGE)["text"] == TEXT
    process.close()


def test_a_file_that_takes_too_long_ends_it_and_the_next_one_is_read(process: ReadingProcess) -> None:
    hurried = ReadingProcess(seconds=0.01)
    with pytest.raises(ArticleError, match=r"^took longer than 0\.01 seconds to read; save its text as \.txt$"):
        hurried.read("a.html", PAGE)
    hurried.close()


def test_after_an_interruption_the_next_file_does_not_get_the_reply_to_the_one_before(process: ReadingProcess) -> None:
    process.read("a.html", PAGE)
    first = worker(process)
    first.send_signal(signal.SIGSTOP)
    threading.Timer(0.2, signal.pthread_kill, [threading.main_thread().ident, signal.SIGINT]).start()
    with pytest.raises(KeyboardInterrupt):
        process.read("b.html", page(paragraphs=PARAGRAPHS[1:]).encode())
    first.send_signal(signal.SIGCONT)
    assert process.read("c.html", PAGE)["text"] == TEXT


def test_an_error_of_a_library_is_one_line_and_the_next_file_is_read(process: ReadingProcess) -> None:
    with pytest.raises(ArticleError, match=r"^is damaged, or of a kind that its reader does not know \(KeyError: ''\); open it"):
        process.read("a.none", PAGE)
    assert process.read("b.html", PAGE)["text"] == TEXT


def test_closing_ends_it_and_can_be_repeated(process: ReadingProcess) -> None:
    process.read("a.html", PAGE)
    started = worker(process)
    process.close()
    process.close()
    assert started.poll() is not None


def test_it_ends_with_the_program_that_started_it() -> None:
    code = (
        "from corpus.isolation import reading_process as p; import os; "
        f"p().read('a.html', {PAGE!r}); print(p()._process.pid, flush=True); os._exit(0)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    pid = int(run.stdout)
    for _ in range(200):
        try:
            if Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
                return
        except FileNotFoundError:
            return
        time.sleep(0.05)
    pytest.fail("it is still there")


def test_nothing_is_printed() -> None:
    code = f"from corpus import Source; print(Source('a.pdf', 'a.pdf', b'%PDF-').id, Source('a.html', 'a.html', {PAGE!r}).read().title)"
    run = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert (run.stdout, run.stderr) == ("a.pdf Ferry runs again\n", "")

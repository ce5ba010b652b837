"""The served page: how soon it can be used, how soon an answer begins, and many readers at once."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from threading import Barrier

from chat_browser import CHROMIUM, FLAGS
from page_client import Asked, Reader
from playwright.sync_api import Browser, sync_playwright
from served import free_port, run_page

from bench.timing import seconds
from corpus import SHIPPED_ARTICLES
from index import Index, build
from rag import query

READERS, QUESTIONS, CORES = 20, 10, 2
OPENED = 7  # times that each page is opened, in turn
ROUNDS = 15
_EMPTY = """import sys, gradio as gr
with gr.Blocks(analytics_enabled=False) as page:
    gr.Textbox(label="Question")
page.launch(server_port=int(sys.argv[1]), run_history=False, quiet=True)"""
_READY = "() => { const box = document.querySelector('textarea'); return box && !box.disabled; }"
_ASKED = ("Who ruled out ground troops?", "What did Peskov say?", "Who replaced Josep Borrell?", "What did Macron say about troops?")


def measure_page(folder: Path) -> dict[str, float]:
    """Return the figures of the page over the five shipped articles."""
    build(SHIPPED_ARTICLES, folder / "index")
    with run_page(folder / "index", folder, "--quote") as address:
        figures = _opening(address) | _first_event(address.rstrip("/"), folder / "index")
        return figures | _together(address.rstrip("/"))


def _opening(address: str) -> dict[str, float]:
    """Open the page and an empty one of Gradio's in turn, each in a new browser context, until one can type."""
    port = free_port()
    empty = subprocess.Popen([sys.executable, "-c", _EMPTY, str(port)], stdout=subprocess.DEVNULL)
    foreign: list[str] = []
    complaints: list[str] = []

    def open_it(browser: Browser, at: str) -> float:
        with browser.new_context() as context:
            page = context.new_page()
            page.on("request", lambda request: foreign.append(request.url) if not request.url.startswith((at, "data:", "blob:")) else None)
            page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
            began = time.perf_counter()
            page.goto(at)
            page.wait_for_function(_READY)
            return time.perf_counter() - began

    try:
        _until_there(f"http://127.0.0.1:{port}/")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            pairs = [(open_it(browser, address), open_it(browser, f"http://127.0.0.1:{port}/")) for _ in range(OPENED + 1)][1:]
            browser.close()
    finally:
        empty.kill()
        empty.wait()
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    return {
        "page_s": ours,
        "empty_page_s": theirs,
        "page_vs_empty": ratio,
        "external_requests": len(foreign),
        "console_errors": len(complaints),
    }


def _until_there(address: str) -> None:
    import httpx

    for _ in range(600):
        try:
            httpx.get(address)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"nothing listens at {address}")


def _first_event(address: str, index: Path) -> dict[str, float]:
    """Ask in turn over the page's events and with `query()`: until the answer's first state, and how many states a second follow."""
    with Reader(address) as reader, Index(index) as opened:
        reader.start()
        query("Is everything loaded?", opened)
        reader.ask("Is everything loaded?")
        first, states = [], []
        for turn in range(ROUNDS):
            # What was read for a question is remembered, so each is asked in spellings of its own.
            question = _ASKED[turn % len(_ASKED)]
            quoted = seconds(partial(query, question + "?" * (2 * turn + 1), opened))
            asked = reader.ask(question + "?" * (2 * turn + 2))
            first.append(asked.first / quoted)
            states.append(asked.states / max(asked.seconds, 1.0))
    return {"first_event_vs_query": statistics.median(first), "states_per_s": max(states)}


def _together(address: str) -> dict[str, float]:
    """Let one reader ask alone, then many at once, each a conversation of its own and each question with a mark of its own."""
    with Reader(address) as alone:
        alone.ask("Is everything loaded?")
        single = [asked.seconds for asked, _ in _ask_all(alone, READERS, lambda: None)]
    barrier = Barrier(READERS)
    with ExitStack() as stack, ThreadPoolExecutor(READERS) as pool:
        readers = [stack.enter_context(Reader(address)) for _ in range(READERS)]
        asking = [pool.submit(_ask_all, reader, number, barrier.wait) for number, reader in enumerate(readers)]
        answers = [answer for asked in asking for answer in asked.result()]
    times = sorted(asked.seconds for asked, _ in answers)
    p95 = times[int(0.95 * len(times))]
    typical = statistics.median(single)
    return {
        "single_s": typical,
        "many_p95_s": p95,
        "many_p95_vs_share": p95 / (typical * READERS / CORES),
        "errors": sum(bool(asked.error) or not asked.answer for asked, _ in answers),
        "mixed": sum(f"“{question}”" not in asked.answer for asked, question in answers),
    }


def _ask_all(reader: Reader, number: int, wait: Callable[[], object]) -> list[tuple[Asked, str]]:
    """Ask ten questions one after the other, each in a spelling that no other reader has; return what came of each, and the question.

    Readers begin with different ones: some take twice as long as others, and nobody asks in step with everybody else.
    """
    reader.start()
    wait()
    questions = [_ASKED[(turn + number) % len(_ASKED)] + "?" * (turn * (READERS + 1) + number) for turn in range(QUESTIONS)]
    return [(reader.ask(question), question) for question in questions]

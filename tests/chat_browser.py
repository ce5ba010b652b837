"""The chat opened in a real browser, for the tests of the page: Debian's Chromium, driven by Playwright, and a real server process."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect, sync_playwright
from served import run_page

from index import build

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# Without these, Chromium looks for its maker's servers at every start.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"desktop": (1280, 860), "phone": (390, 844)}
MISSING = "no chromium; install it with: apt-get install chromium"
IN_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None and os.environ.get("CI") != "true", reason=MISSING),
]  # the marks of a module of such tests


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM, MISSING
    expect.set_options(timeout=20_000)  # what is slow on a busy machine is not wrong
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from corpus import SHIPPED_ARTICLES

    return Path(shutil.copytree(SHIPPED_ARTICLES, tmp_path_factory.mktemp("chat") / "articles"))


@contextmanager
def serve_chat(corpus: Path, *options: str, port: int = 0, **environ: str) -> Iterator[str]:
    """Run `pullquote serve` over a corpus, indexed beside it, on a port, 0 for any that is free, and give its address."""
    with run_page(corpus.parent / "index", corpus.parent, "--corpus", str(corpus), *options, port=port, **environ) as address:
        yield address


@pytest.fixture(scope="module")
def address(corpus: Path) -> Iterator[str]:
    """A running chat over a copy of the five articles."""
    build(corpus, corpus.parent / "index")
    with serve_chat(corpus) as address:
        yield address


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens the chat; afterwards, nothing must have been asked of another host or complained about in the console."""
    pages: list[Page] = []
    opened: list[str] = []
    foreign: list[str] = []
    complaints: list[str] = []

    def on_request(request: Request) -> None:
        if not request.url.startswith((*opened, "data:", "blob:")):
            foreign.append(request.url)

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    def open_one(size: str = "desktop", at: str = address, scheme: Literal["light", "dark"] = "light") -> Page:
        width, height = SIZES[size]
        page = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme).new_page()
        page.on("request", on_request)
        page.on("console", on_console)
        opened.append(at)
        page.goto(at)
        expect(page.get_by_role("textbox", name="Question")).to_be_editable()
        expect(page.locator(".pq-number")).to_have_text(re.compile(r"^[0-9a-f]{8}$"))  # what the page does when it is opened is done
        pages.append(page)
        return page

    yield open_one
    for page in pages:
        page.context.close()
    assert (foreign, complaints) == ([], [])


def ask(page: Page, question: str) -> None:
    page.get_by_role("textbox", name="Question").fill(question)
    page.keyboard.press("Enter")

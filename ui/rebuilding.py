"""Bring the index up to date while somebody watches."""

import queue
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import escape

from corpus.errors import PullquoteError
from index import BuildReport, Progress, build
from ui.indexing import describe_progress
from ui.printing import count
from ui.settings import Settings

_REDRAWN = 0.3  # seconds between two states


def rebuild(settings: Settings, *, allow_empty: bool = False) -> Iterator[str]:
    """Build the index; yield how far it is, again and again, and in the end what it did or why it could not, as HTML.

    Whoever stops watching does not stop the build.
    """
    told: queue.SimpleQueue[Progress] = queue.SimpleQueue()
    yield _step("Looking through the articles …")
    with ThreadPoolExecutor(1, "rebuild") as worker:
        building = worker.submit(
            build,
            settings.corpus,
            settings.index,
            embedder=settings.embedder,
            chroma_url=settings.chroma_url,
            allow_empty=allow_empty,
            progress=told.put,
        )
        first: Progress | None = None
        began = 0.0
        while not building.done():
            time.sleep(_REDRAWN)
            progress = _newest(told)
            if progress and (first is None or progress.doing):
                first, began = progress, time.monotonic()
            if progress and first:
                yield _show(progress, first, time.monotonic() - began)
        try:
            yield describe_done(building.result())
        except PullquoteError as error:
            yield f'<p class="pq-warn" role="alert">The index was not brought up to date: {escape(str(error))}</p>'


def _newest(told: queue.SimpleQueue[Progress]) -> Progress | None:
    newest = None
    while not told.empty():
        newest = told.get()
    return newest


def _show(progress: Progress, first: Progress, seconds: float) -> str:
    if progress.doing:
        return _step(progress.doing)
    bar = f'<progress max="{max(progress.total, 1)}" value="{progress.articles}" aria-label="Articles indexed"></progress>'
    return f'<div class="pq-progress">{bar}{_step(f"Indexing: {describe_progress(progress, first.articles, seconds)}")}</div>'


def _step(text: str) -> str:
    return f'<p class="pq-soft" role="status">{escape(text)}</p>'


def describe_done(report: BuildReport) -> str:
    """Return what a build did, in one line of HTML."""
    numbers = {"added": report.added, "changed": report.changed, "removed": report.removed, "moved": report.moved}
    done = ", ".join(f"{number:,} {what}" for what, number in numbers.items() if number) or "nothing has changed"
    failed = f'; <span class="pq-warn">{count(len(report.failed), "problem")}, listed under “Not read”</span>' if report.failed else ""
    return f'<p class="pq-soft" role="status">The index is up to date: {done}{failed}</p>'

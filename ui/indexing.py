"""`pullquote index`: bring an index up to date once or again and again, and tell how far it is."""

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from corpus.errors import PullquoteError
from index import BuildReport, Progress, build
from index.watching import watch
from ui.printing import count, describe_build, describe_report, to_json
from ui.settings import Settings

EVERY = 5.0  # seconds between two lines where there is no terminal
_REDRAWN = 0.1  # seconds between two states of the line on a terminal
_MINUTE, _HOUR = 60, 3600


class ProgressLine:
    """Tells how far a build is: on a terminal one line that is kept up to date, elsewhere a line every few seconds."""

    def __init__(self, stream: TextIO, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._redrawn = stream.isatty()
        self._clock = clock
        self._began: float | None = None
        self._last = 0.0
        self._started_at = 0  # articles
        self._shown = ""

    def show(self, progress: Progress) -> None:
        """Tell it, unless the last time was a moment ago."""
        now = self._clock()
        if self._began is None or progress.doing:
            self._began, self._last, self._started_at = now, now, progress.articles
            if not self._redrawn and not progress.doing:
                return
        elif now - self._last < (_REDRAWN if self._redrawn else EVERY):
            return
        self._last = now
        line = progress.doing or describe_progress(progress, self._started_at, now - self._began)
        if self._redrawn:
            line = line[: shutil.get_terminal_size().columns - 1]
            self._stream.write(f"\r{line.ljust(len(self._shown))}")
            self._shown = line
        else:
            self._stream.write(f"{line}\n")
        self._stream.flush()

    def clear(self) -> None:
        """Leave the terminal's line empty for what is printed next."""
        if self._shown:
            self._stream.write(f"\r{' ' * len(self._shown)}\r")
            self._stream.flush()
        self._shown, self._began = "", None


def describe_progress(progress: Progress, started_at: int, seconds: float) -> str:
    """Return how far a build is, `seconds` after it was at article `started_at`: articles, passages, rate, time left."""
    parts = [f"{progress.articles:,} of {count(progress.total, 'article')}", count(progress.passages, "passage")]
    done = progress.articles - started_at
    if done and seconds > 0:
        parts.append(f"{progress.passages / seconds:,.0f} passages a second")
        parts.append(f"{_duration(seconds / done * (progress.total - progress.articles))} left")
    return ", ".join(parts)


def _duration(seconds: float) -> str:
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    return f"{seconds // _HOUR:.0f} h {seconds % _HOUR / _MINUTE:.0f} min"


@contextmanager
def _shown(json: bool) -> Iterator[Callable[[Progress], None] | None]:
    """Give what `build` reports its progress to: a line on standard error, nothing for JSON."""
    line = ProgressLine(sys.stderr)
    try:
        yield None if json else line.show
    finally:
        line.clear()


def index_once(settings: Settings, *, allow_empty: bool, json: bool) -> str:
    """Bring the index up to date; return what is to be printed."""
    report = _build(settings, allow_empty, json)
    return to_json(report) if json else describe_report(report, settings.index)


def index_again_and_again(settings: Settings, *, allow_empty: bool, json: bool) -> Iterator[tuple[str, bool]]:
    """Follow the corpus; yield a line for each build, and whether it went well. Never ends by itself."""
    for result in watch(settings.corpus, lambda: _build(settings, allow_empty, json)):
        if isinstance(result, PullquoteError):
            yield str(result), False
        else:
            yield (to_json(result) if json else describe_build(result, settings.index)), True


def _build(settings: Settings, allow_empty: bool, json: bool) -> BuildReport:
    with _shown(json) as show:
        return build(
            settings.corpus,
            settings.index,
            embedder=settings.embedder,
            chroma_url=settings.chroma_url,
            allow_empty=allow_empty,
            progress=show,
        )

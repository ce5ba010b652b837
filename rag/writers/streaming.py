"""Ask a language model on a thread of its own, so that a request can be watched and stopped while nothing arrives."""

import asyncio
import queue
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Callable, Generator
from concurrent.futures import CancelledError, Future
from functools import cached_property
from threading import Thread

from corpus.errors import WriterError
from rag.writers.writer import Piece

TIMEOUT = 60.0  # seconds without a sign of life after which a model counts as stalled
_TICK = 0.1  # seconds between pieces without text while nothing arrives


class StreamingWriter(ABC):
    """A writer whose model is asked through asyncio. `close` ends its thread; it can be used again."""

    def __init__(self, timeout: float = TIMEOUT) -> None:
        self._timeout = timeout

    @property
    @abstractmethod
    def name(self) -> str:
        """The model and the host that questions and quotes are sent to, as readers are told."""

    @abstractmethod
    def stream(self, instructions: str, request: str) -> AsyncGenerator[Piece, None]:
        """Yield a text as it arrives. May raise anything."""

    @abstractmethod
    def describe(self, error: BaseException) -> str:
        """Return what an error of `stream` means and what to do, to be read behind the model's name."""

    def write(self, instructions: str, request: str) -> Generator[Piece, None, None]:
        """Yield a text as it is written. Closing the generator stops the request. Raises `WriterError`."""
        pieces: queue.SimpleQueue[Piece | None] = queue.SimpleQueue()
        running = asyncio.run_coroutine_threadsafe(self._pass_on(instructions, request, pieces.put), self._loop)
        silent = 0.0  # seconds waited without text; what the reader does between two pieces does not count
        try:
            while True:
                asked = time.monotonic()
                try:
                    piece, silent = pieces.get(timeout=_TICK), 0.0  # one without text is a thought
                except queue.Empty:
                    piece, silent = Piece(), silent + time.monotonic() - asked
                if piece is None:
                    break
                if silent > self._timeout:
                    raise WriterError(f"{self.name} {self.describe(TimeoutError())}")
                yield piece
            self._check(running)
        finally:
            running.cancel()

    def close(self) -> None:
        """End the thread, and what is still being asked."""
        if loop := self.__dict__.pop("_loop", None):
            loop.call_soon_threadsafe(loop.stop)

    async def _pass_on(self, instructions: str, request: str, put: Callable[[Piece | None], None]) -> None:
        stream = self.stream(instructions, request)
        try:
            async for piece in stream:
                put(piece)
                await asyncio.sleep(0)  # a model that never waits could not be stopped otherwise
        finally:
            put(None)
            await stream.aclose()

    def _check(self, running: "Future[None]") -> None:
        """Raise what the request ended with, whatever a library raises, as `WriterError`. What it was caused by may hold a key."""
        try:
            error = running.exception()
        except CancelledError:
            raise WriterError(f"{self.name} was stopped; ask again") from None
        if isinstance(error, WriterError):
            raise error
        if error:
            raise WriterError(f"{self.name} {self.describe(error)}")

    @cached_property
    def _loop(self) -> asyncio.AbstractEventLoop:
        loop = asyncio.new_event_loop()

        def run() -> None:
            with asyncio.Runner(loop_factory=lambda: loop):  # at its end, cancels and closes all that is left
                loop.run_forever()

        Thread(target=run, name="pullquote-writer", daemon=True).start()
        return loop

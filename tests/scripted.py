"""A writer that writes what a test tells it to, in small pieces, and remembers what it was asked."""

from collections.abc import Callable, Generator

from corpus.errors import WriterError
from rag.types import Usage
from rag.writers.writer import Piece


class ScriptedWriter:
    """Writes the next of its texts at each request, or what a function makes of the request; a `WriterError` among them is raised."""

    name = "scripted on nowhere.example"

    def __init__(self, *texts: str | WriterError | Callable[[str], str], cut: bool = False) -> None:
        self._texts = list(texts)
        self._cut = cut
        self.requests: list[tuple[str, str]] = []
        self.closed = 0  # requests that were ended before their text was

    def write(self, instructions: str, request: str) -> Generator[Piece, None, None]:
        self.requests.append((instructions, request))
        text = self._texts.pop(0)
        if isinstance(text, WriterError):
            raise text
        written = text if isinstance(text, str) else text(request)
        try:
            for start in range(0, len(written), 7):
                yield Piece(written[start : start + 7])
            yield Piece()
            yield Piece(usage=Usage(100, 10), cut=self._cut)
        except GeneratorExit:
            self.closed += 1
            raise

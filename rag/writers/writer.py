"""The seam to language models: what Pullquote needs of one."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol

from rag.types import Usage


@dataclass(frozen=True, slots=True)
class Piece:
    """What came from a writer since the last piece. One without text comes several times a second while nothing arrives."""

    text: str = ""
    usage: Usage | None = None  # with the last piece, if the server counts
    cut: bool = False  # with the last piece: the writer reached its limit of tokens before its end


class Writer(Protocol):
    """(instructions, request) to text, in pieces: a language model."""

    @property
    def name(self) -> str:
        """The model and the host that questions and quotes are sent to, as readers are told."""

    def write(self, instructions: str, request: str) -> Generator[Piece, None, None]:
        """Yield a text as it is written. Closing the generator stops the model's request.

        Raises `WriterError` if the model cannot be asked or breaks off; what came until then is no answer.
        """

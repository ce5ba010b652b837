"""The one place where environment variables are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command line and the chat work on."""

    corpus: Path = Path("corpus/articles")  # folder of articles, or one .jsonl file
    index: Path = Path(".pullquote")  # folder of the index
    embedder: str | None = None  # a shipped embedder's name; None for the index's own

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Read PULLQUOTE_CORPUS, PULLQUOTE_INDEX and PULLQUOTE_EMBEDDER; an empty value counts as unset."""
        default = cls()
        return cls(
            corpus=Path(environ.get("PULLQUOTE_CORPUS") or default.corpus),
            index=Path(environ.get("PULLQUOTE_INDEX") or default.index),
            embedder=environ.get("PULLQUOTE_EMBEDDER") or None,
        )

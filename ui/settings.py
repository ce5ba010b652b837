"""The one place where environment variables are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from corpus.errors import SettingError, shown

if TYPE_CHECKING:
    from rag.openai_writer import OpenAIWriter

_DIGITS = 6  # of a number of seconds


@dataclass(frozen=True, slots=True)
class Settings:
    """What the command line and the chat work on."""

    corpus: Path = Path("corpus/articles")  # folder of articles, or one .jsonl, .json or .zip file
    index: Path = Path(".pullquote")  # folder of the index
    embedder: str | None = None  # a shipped embedder's name; None for the index's own
    api_key: str = field(default="", repr=False)
    base_url: str = field(default="", repr=False)  # of a server that speaks the OpenAI protocol; empty for OpenAI's own
    model: str = ""  # empty for the server's only one
    chroma_url: str = field(default="", repr=False)  # of the Chroma server that is to have the vectors; empty for where the index has them
    auth: str = field(default="", repr=False)  # lines NAME:PASSWORD of those who may read what is served
    timeout: float | None = None  # seconds that a model may be silent; None for the default

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Read PULLQUOTE_CORPUS, _INDEX, _EMBEDDER, _CHROMA_URL, _MODEL, _TIMEOUT, _AUTH, OPENAI_API_KEY and OPENAI_BASE_URL.

        An empty value counts as unset. Raises `SettingError` for a value that cannot be used.
        """
        default = cls()
        return cls(
            corpus=Path(environ.get("PULLQUOTE_CORPUS") or default.corpus),
            index=Path(environ.get("PULLQUOTE_INDEX") or default.index),
            embedder=environ.get("PULLQUOTE_EMBEDDER") or None,
            api_key=_key(environ.get("OPENAI_API_KEY") or ""),
            base_url=_url("OPENAI_BASE_URL", environ, "http://127.0.0.1:11434/v1"),
            chroma_url=_url("PULLQUOTE_CHROMA_URL", environ, "http://127.0.0.1:8000"),
            model=environ.get("PULLQUOTE_MODEL") or "",
            auth=environ.get("PULLQUOTE_AUTH") or "",
            timeout=_seconds(environ.get("PULLQUOTE_TIMEOUT") or ""),
        )

    def writer(self) -> "OpenAIWriter | None":
        """Return the language model that writes answers; None where neither a key nor a base URL is set. Takes seconds."""
        if not (self.api_key or self.base_url):
            return None
        from rag.openai_writer import DEFAULT_URL, OpenAIWriter
        from rag.writers.streaming import TIMEOUT

        return OpenAIWriter(self.base_url or DEFAULT_URL, self.api_key, self.model, timeout=self.timeout or TIMEOUT)


def _key(text: str) -> str:
    key = text.strip()
    if not (key.isascii() and key.isprintable()):  # not shown
        raise SettingError("OPENAI_API_KEY has a character that no key has, such as a line end or a quotation mark; copy it again")
    return key


def _url(name: str, environ: Mapping[str, str], example: str) -> str:
    url = (environ.get(name) or "").strip()
    try:
        parts = urlsplit(url)
        usable = not url or (parts.scheme in ("http", "https") and parts.hostname and parts.port != 0)
    except ValueError:  # no number as port
        usable = False
    if not usable or not url.isprintable() or " " in url:  # not shown: it may hold a password
        raise SettingError(f"{name} is no address of a server; expected one such as {example}")
    return url


def _seconds(text: str) -> float | None:
    if not text:
        return None
    if text.isdecimal() and len(text) <= _DIGITS and int(text):
        return float(text)
    raise SettingError(f"PULLQUOTE_TIMEOUT is {shown(text)}; expected a number of seconds such as 60")

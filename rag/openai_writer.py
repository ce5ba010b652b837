"""A model on a server that speaks the OpenAI protocol, as a writer. Importing this takes a second or two."""

import asyncio
import re
from collections.abc import AsyncGenerator
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import openai
from openai.types import CompletionUsage

from corpus.errors import WriterError
from rag.types import Usage
from rag.writers.streaming import TIMEOUT, StreamingWriter
from rag.writers.writer import Piece

DEFAULT_MODEL: Final = "gpt-4.1-mini"  # of OpenAI's own server; any other server is asked which it has
DEFAULT_URL: Final = "https://api.openai.com/v1"
MAX_TOKENS = 2000  # of an answer, with what a model says to itself
_LISTING = 5.0  # seconds for a server to list its models
_QUOTED = 200  # characters of what a server says
_LISTED = 8  # models that a message names
_BROKEN_OFF = "broke off in the middle of the answer; try again"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_THINKING = re.compile(r"^(?:o\d|gpt-5)")  # OpenAI's models that choose their own temperature and count their thoughts


class OpenAIWriter(StreamingWriter):
    """A model of OpenAI, vLLM, Ollama, llama.cpp, LM Studio or any other server of that protocol.

    Without a `model`, OpenAI's own server gets `DEFAULT_MODEL`, and any other is asked for the one it has. `timeout` is in
    seconds without a sign of life. `transport` is for tests.
    """

    def __init__(
        self,
        base_url: str = DEFAULT_URL,
        api_key: str = "",
        model: str = "",
        *,
        timeout: float = TIMEOUT,
        transport: httpx.MockTransport | None = None,
    ) -> None:
        super().__init__(timeout)
        self._url = urlsplit(base_url)
        self._model = model or (DEFAULT_MODEL if self._url.hostname == urlsplit(DEFAULT_URL).hostname else "")
        self._key = api_key
        # The client wants a key even where the server does not. A server on this machine is not asked through a proxy, and
        # none may send the quotes on to a host that readers were not told of.
        self._client: dict[str, Any] = {"base_url": base_url, "api_key": api_key or "none"}
        self._http: dict[str, Any] = {"transport": transport, "trust_env": self._url.hostname not in _LOOPBACK, "follow_redirects": False}

    @property
    def name(self) -> str:
        """The model and its host, which is asked for the model if none was given."""
        try:
            return f"{self._choose_model()} on {self._host}"
        except WriterError:
            return f"a model on {self._host}"

    async def stream(self, instructions: str, request: str) -> AsyncGenerator[Piece, None]:
        """Yield a text as it arrives."""
        model = await asyncio.to_thread(self._choose_model)
        limits: dict[str, Any] = {"max_completion_tokens": 2 * MAX_TOKENS} if _THINKING.match(model) else {"max_tokens": MAX_TOKENS}
        messages: Any = [{"role": "system", "content": instructions}, {"role": "user", "content": request}]
        if not _THINKING.match(model):
            limits["temperature"] = 0
        finish, usage, came = "", None, False
        http = httpx.AsyncClient(timeout=self._timeout, **self._http)
        async with openai.AsyncOpenAI(**self._client, timeout=self._timeout, max_retries=1, http_client=http) as client:
            async with await client.chat.completions.create(
                model=model, messages=messages, stream=True, stream_options={"include_usage": True}, **limits
            ) as stream:
                async for chunk in stream:
                    usage = chunk.usage or usage
                    for choice in chunk.choices[:1]:
                        finish, came = choice.finish_reason or finish, came or bool(choice.delta.content)
                        yield Piece(choice.delta.content or "")
        check_end(finish, came)
        yield Piece(usage=_usage(usage), cut=finish == "length")

    def describe(self, error: BaseException) -> str:
        """Return what happened and what to do."""
        return describe(error, self._key)

    @property
    def _host(self) -> str:
        return f"{self._url.hostname}:{self._url.port}" if self._url.port else str(self._url.hostname)

    def _choose_model(self) -> str:
        if self._model:
            return self._model
        http = httpx.Client(timeout=_LISTING, **self._http)
        try:
            with openai.OpenAI(**self._client, max_retries=0, timeout=_LISTING, http_client=http) as client:
                models = [model.id.strip() for model in client.models.list()]  # which fails where it is no text
        except (openai.OpenAIError, httpx.HTTPError, httpx.InvalidURL, ValueError, AttributeError, TypeError) as error:
            raise WriterError(f"{self._host} {self.describe(error)}") from None
        if not models:
            raise WriterError(f"{self._host} has no model; load one there, or set PULLQUOTE_MODEL")
        if len(models) > 1:
            named = ", ".join([*models[:_LISTED], *(["…"] if len(models) > _LISTED else [])])
            raise WriterError(f"{self._host} has {len(models)} models; set PULLQUOTE_MODEL to one of: {named}")
        self._model = models[0]
        return self._model


class NotWrittenError(Exception):
    """A stream ended without an error and without an answer."""


def check_end(finish: str, came: bool) -> None:
    """Raise `NotWrittenError` unless a stream that has ended says why, and brought text: one that was cut ends like any other."""
    if finish == "content_filter":
        raise NotWrittenError("stopped at its content filter; ask in other words, or another model")
    if not came and finish == "length":
        raise NotWrittenError("reached its limit of tokens before it wrote anything; set PULLQUOTE_MODEL to one that thinks less")
    if not came:
        raise NotWrittenError("wrote nothing; try again, or check OPENAI_BASE_URL, which often ends in /v1")
    if not finish:
        raise NotWrittenError(_BROKEN_OFF)


def is_known(error: BaseException) -> bool:
    """Whether `describe` knows more of an error than its name."""
    return isinstance(error, (openai.OpenAIError, httpx.HTTPError, TimeoutError, NotWrittenError))


def describe(error: BaseException, key: str = "") -> str:
    """Return what happened and what to do, to be read behind the name of a model or host. The `key` is not in it."""
    if isinstance(error, openai.APIStatusError):
        return _describe_status(error.status_code, excerpt(error, key))
    if isinstance(error, (openai.APITimeoutError, httpx.TimeoutException, TimeoutError)):
        return "did not answer in time; try again, or give it longer with PULLQUOTE_TIMEOUT"
    if isinstance(error, (openai.APIConnectionError, httpx.ConnectError, httpx.ProxyError)):
        return f"cannot be reached ({excerpt(error.__cause__ or error, key)}); is it running? check OPENAI_BASE_URL"
    if isinstance(error, (httpx.NetworkError, httpx.RemoteProtocolError)):
        return _BROKEN_OFF
    if isinstance(error, NotWrittenError):
        return str(error)
    if isinstance(error, openai.APIError):
        return f"broke off with an error ({excerpt(error, key)}); try again"
    return "did not answer as the OpenAI protocol says; check OPENAI_BASE_URL, which often ends in /v1"


def excerpt(error: BaseException, key: str = "") -> str:
    """Return what a server or a library says of an error, on one short line and without the `key`, which some repeat."""
    body = error.body if isinstance(error, openai.APIError) else None
    said = str(body.get("message") or error) if isinstance(body, dict) else str(error)
    if said.lstrip().startswith("<"):
        return "a web page"
    said = said.replace(key, "…") if key else said
    line = " ".join("".join(character if character.isprintable() else " " for character in said).split())
    return line[:_QUOTED] or type(error).__name__


def _describe_status(code: int, message: str) -> str:
    if code < 400:
        return f"redirects to another address ({code}); set OPENAI_BASE_URL to that one"
    if code in (401, 403):
        return f"refused the key ({code}); check OPENAI_API_KEY"  # its message may hold parts of the key
    if code == 404:
        return f"does not know what was asked for ({message}); check OPENAI_BASE_URL and PULLQUOTE_MODEL"
    if code == 429:
        return "is asked too often, or its quota is used up (429); wait a minute, or check the account"
    if code >= 500:
        return f"has a fault of its own ({code}); try again, or read its log"
    if "context" in message.casefold():
        return f"cannot hold the quotes in its context ({message}); choose a model with a longer one with PULLQUOTE_MODEL"
    return f"refused the request ({message}); try another model with PULLQUOTE_MODEL"


def _usage(usage: CompletionUsage | None) -> Usage | None:
    return Usage(usage.prompt_tokens, usage.completion_tokens) if usage else None

"""What an OpenAI-compatible server can do wrong, and what the reader is told of it."""

import asyncio
import json
import re
import socket
import time
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest
from model_server import ModelServer

from corpus.errors import WriterError
from rag import Answer
from rag.openai_writer import DEFAULT_MODEL, DEFAULT_URL, MAX_TOKENS, OpenAIWriter
from rag.types import Usage
from rag.writers.writer import Piece
from ui.printing import to_json

KEY = "sk-proj-0123456789abcdef0123456789"
URL = "http://models.example:8080/v1"
MODEL = "tiny"
NAME = "tiny on models.example:8080"
PATIENCE = 60.0  # seconds until what should happen at once counts as missing

Handler = Callable[[httpx.Request], httpx.Response]


def event(text: str | None = None, finish: str | None = None, **more: Any) -> bytes:
    chunk = {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}], **more}
    return f"data: {json.dumps(chunk)}\n\n".encode()


COUNTED = b'data: {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}}\n\n'
DONE = b"data: [DONE]\n\n"
GOOD = event("") + event("It is ") + event("so. [1]") + event(finish="stop") + COUNTED + DONE
STREAM = {"content-type": "text/event-stream"}
AT_ONCE = {"retry-after-ms": "1"}  # what is tried again is not waited for


class Wire(httpx.AsyncByteStream):
    """A body in parts: bytes come, an error is raised, seconds are waited; `parts` are repeated for ever if `endless`."""

    def __init__(self, *parts: bytes | float | Exception, endless: bool = False) -> None:
        self._parts = parts
        self._endless = endless
        self.ended = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            while True:
                for part in self._parts:
                    if isinstance(part, Exception):
                        raise part
                    if isinstance(part, bytes):
                        yield part
                    else:
                        await asyncio.sleep(part)
                if not self._endless:
                    return
        finally:
            self.ended = True


def stream(*parts: bytes | float | Exception, endless: bool = False) -> Handler:
    return lambda _: httpx.Response(200, headers=STREAM, stream=Wire(*parts, endless=endless))


def says(code: int, message: str = "", **headers: str) -> Handler:
    return lambda _: httpx.Response(code, json={"error": {"message": message}}, headers={**AT_ONCE, **headers})


def raises(error: Exception) -> Handler:
    def handle(_: httpx.Request) -> httpx.Response:
        raise error

    return handle


def lists(*models: str) -> Handler:
    return lambda _: httpx.Response(200, json={"object": "list", "data": [{"id": model, "object": "model"} for model in models]})


class Server:
    """A transport that answers with `handlers`, the last one over and over, and remembers what it was asked."""

    def __init__(self, *handlers: Handler) -> None:
        self._handlers = handlers
        self.requests: list[httpx.Request] = []
        self.transport = httpx.MockTransport(self._handle)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self._handlers[min(len(self.requests), len(self._handlers)) - 1](request)

    @property
    def body(self) -> Any:
        """What was sent last."""
        return json.loads(self.requests[-1].content)


@pytest.fixture
def make() -> Iterator[Callable[..., OpenAIWriter]]:
    """Writers that are closed at the end."""
    made: list[OpenAIWriter] = []

    def make_one(server: Server | None = None, **options: Any) -> OpenAIWriter:
        options = {"base_url": URL, "api_key": KEY, "model": MODEL, **options}
        made.append(OpenAIWriter(**options, transport=server.transport if server else None))
        return made[-1]

    yield make_one
    for writer in made:
        writer.close()


Make = Callable[..., OpenAIWriter]


def failure(writer: OpenAIWriter) -> str:
    """Return what a reader is told. It is one line, and neither it nor the error's traceback holds the key."""
    with pytest.raises(WriterError) as caught:
        list(writer.write("Be brief.", "Is it so?"))
    told = str(caught.value)
    assert told.isprintable()
    assert KEY[:12] not in "".join(traceback.format_exception(caught.value))
    return told


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("parts", "last"),
    [
        ([GOOD], Piece(usage=Usage(7, 2))),
        ([GOOD[:90], GOOD[90:91], GOOD[91:]], Piece(usage=Usage(7, 2))),
        ([b": ping\n\n", event("It is so. [1]"), b": ping\n\n", event(finish="stop")], Piece()),
        ([event("It is "), event("so. [1]", "length"), DONE], Piece(cut=True)),
    ],
    ids=["whole", "in odd parts", "with pings, not counted, without the last mark", "cut"],
)
def test_a_text_comes_in_pieces(make: Make, parts: list[bytes], last: Piece) -> None:
    pieces = list(make(Server(stream(*parts))).write("Be brief.", "Is it so?"))
    assert "".join(piece.text for piece in pieces) == "It is so. [1]"
    assert pieces[-1] == last
    assert {(piece.usage, piece.cut) for piece in pieces[:-1]} == {(None, False)}


def test_a_writer_can_be_used_again_and_after_it_was_closed(make: Make) -> None:
    writer = make(Server(stream(GOOD)))
    for _ in range(2):
        assert len(list(writer.write("", "Is it so?"))) > 1
    writer.close()
    assert len(list(writer.write("", "Is it so?"))) > 1


@pytest.mark.parametrize(
    ("model", "limits"),
    [
        ("tiny", {"max_tokens": MAX_TOKENS, "temperature": 0}),
        ("gpt-4.1-mini", {"max_tokens": MAX_TOKENS, "temperature": 0}),
        ("gpt-5-mini", {"max_completion_tokens": 2 * MAX_TOKENS}),
        ("o4-mini", {"max_completion_tokens": 2 * MAX_TOKENS}),
    ],
)
def test_what_is_sent(make: Make, model: str, limits: dict[str, int]) -> None:
    server = Server(stream(GOOD))
    list(make(server, model=model).write("Be brief.", "Is it so?"))
    assert server.requests[0].url == f"{URL}/chat/completions"
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert server.body == {
        "model": model,
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Is it so?"}],
        "stream": True,
        "stream_options": {"include_usage": True},
        **limits,
    }


@pytest.mark.parametrize(
    ("handler", "told"),
    [
        (says(401, f"Incorrect API key provided: {KEY}"), "refused the key (401); check OPENAI_API_KEY"),
        (says(403, f"{KEY} may not"), "refused the key (403); check OPENAI_API_KEY"),
        (
            says(404, f"no model 'tiny'\nfor {KEY}"),
            "does not know what was asked for (no model 'tiny' for …); check OPENAI_BASE_URL and PULLQUOTE_MODEL",
        ),
        (
            lambda _: httpx.Response(404, html="<html>\n<h1>404</h1>"),
            "does not know what was asked for (a web page); check OPENAI_BASE_URL and PULLQUOTE_MODEL",
        ),
        (says(429, KEY), "is asked too often, or its quota is used up (429); wait a minute, or check the account"),
        (says(500, KEY), "has a fault of its own (500); try again, or read its log"),
        (lambda _: httpx.Response(502, html="<html>", headers=AT_ONCE), "has a fault of its own (502); try again, or read its log"),
        (
            says(400, "the request exceeds the available context size"),
            "cannot hold the quotes in its context (the request exceeds the available context size); "
            "choose a model with a longer one with PULLQUOTE_MODEL",
        ),
        (says(400, f"bad\x1b[2J\nbody {KEY}"), "refused the request (bad [2J body …); try another model with PULLQUOTE_MODEL"),
        (
            says(400, "." * 190 + KEY),  # not even the part of a key that is left when what is long is cut
            f"refused the request ({'.' * 190}…); try another model with PULLQUOTE_MODEL",
        ),
        (says(302, location="http://elsewhere.example/"), "redirects to another address (302); set OPENAI_BASE_URL to that one"),
        (says(307, location="http://elsewhere.example/"), "redirects to another address (307); set OPENAI_BASE_URL to that one"),
        (
            lambda _: httpx.Response(200, html="<html>\n\n<h1>Welcome</h1>\n"),
            "wrote nothing; try again, or check OPENAI_BASE_URL, which often ends in /v1",
        ),
        (
            lambda _: httpx.Response(200, json={"choices": [{"message": {"content": "It is so."}}]}),
            "wrote nothing; try again, or check OPENAI_BASE_URL, which often ends in /v1",
        ),
        (stream(event(finish="stop") + DONE), "wrote nothing; try again, or check OPENAI_BASE_URL, which often ends in /v1"),
        (
            stream(event(finish="length") + DONE),
            "reached its limit of tokens before it wrote anything; set PULLQUOTE_MODEL to one that thinks less",
        ),
        (stream(event("It is "), event(finish="content_filter")), "stopped at its content filter; ask in other words, or another model"),
        (
            stream(event("It is "), httpx.RemoteProtocolError("peer closed connection without sending complete message body")),
            "broke off in the middle of the answer; try again",
        ),
        (stream(event("It is "), httpx.ReadError("")), "broke off in the middle of the answer; try again"),
        (stream(event("It is ")), "broke off in the middle of the answer; try again"),
        (stream(event("It is ") + event("so.", "stop")[:30]), "broke off in the middle of the answer; try again"),
        (
            stream(event("It is "), f'data: {{"error": {{"message": "out of memory\\nat {KEY}"}}}}\n\n'.encode()),
            "broke off with an error (out of memory at …); try again",
        ),
        (
            stream(event("It is "), b"data: Internal Server Error\n\n"),
            "did not answer as the OpenAI protocol says; check OPENAI_BASE_URL, which often ends in /v1",
        ),
        (
            stream(b'data: {"choices": null}\n\n'),
            "did not answer as the OpenAI protocol says; check OPENAI_BASE_URL, which often ends in /v1",
        ),
        (raises(httpx.ConnectTimeout(KEY)), "did not answer in time; try again, or give it longer with PULLQUOTE_TIMEOUT"),
        (raises(httpx.ConnectError(f"no {KEY}\n")), "cannot be reached (no …); is it running? check OPENAI_BASE_URL"),
    ],
    ids=[
        "no such key",
        "not for this key",
        "no such model",
        "no such page",
        "too often",
        "its own fault",
        "a proxy's fault",
        "too long",
        "refused",
        "refused at length",
        "redirected",
        "redirected with the quotes",
        "a web page",
        "JSON in one piece",
        "nothing",
        "nothing but thoughts",
        "filtered",
        "cut off",
        "connection lost",
        "ended without a reason",
        "half an event",
        "error in the stream",
        "no JSON in the stream",
        "other JSON in the stream",
        "connect timeout",
        "no connection",
    ],
)
def test_what_goes_wrong_is_told_with_the_next_step(make: Make, handler: Handler, told: str) -> None:
    server = Server(handler)
    assert failure(make(server)) == f"{NAME} {told}"
    assert {request.url.host for request in server.requests} == {"models.example"}


@pytest.mark.parametrize("code", [429, 500, 503])
def test_what_may_pass_is_tried_once_more(make: Make, code: int) -> None:
    server = Server(says(code), stream(GOOD))
    assert "".join(piece.text for piece in make(server).write("", "Is it so?")) == "It is so. [1]"
    failing = Server(says(code))
    failure(make(failing))
    assert len(failing.requests) == 2


@pytest.mark.parametrize(
    "body", [Wire(event("It is "), 3600.0), Wire(b": ping\n\n", 0.01, endless=True), Wire(3600.0)], ids=["stalls", "only pings", "silent"]
)
def test_a_server_that_writes_nothing_more_is_given_up(make: Make, body: Wire) -> None:
    writer = make(Server(lambda _: httpx.Response(200, headers=STREAM, stream=body)), timeout=0.5)
    assert failure(writer) == f"{NAME} did not answer in time; try again, or give it longer with PULLQUOTE_TIMEOUT"
    until(lambda: body.ended)


def test_a_slow_reader_is_not_taken_for_a_slow_server(make: Make) -> None:
    pieces = make(Server(stream(event("It is "), b": ping\n\n", event("", "stop"))), timeout=0.5).write("", "Is it so?")
    while not next(pieces).text:
        pass
    time.sleep(1)
    assert list(pieces)[-1] == Piece()


def test_while_nothing_arrives_there_are_pieces_and_closing_stops_the_request(make: Make) -> None:
    body = Wire(event("It is "), 3600.0)
    pieces = make(Server(lambda _: httpx.Response(200, headers=STREAM, stream=body))).write("", "Is it so?")
    assert [piece.text for piece, _ in zip(pieces, range(20), strict=False)][-3:] == ["", "", ""]
    assert not body.ended
    pieces.close()
    until(lambda: body.ended)


def test_closing_the_writer_ends_what_it_is_at(make: Make) -> None:
    body = Wire(event("It is "), 3600.0)
    writer = make(Server(lambda _: httpx.Response(200, headers=STREAM, stream=body)))
    pieces = writer.write("", "Is it so?")
    next(pieces)
    writer.close()
    with pytest.raises(WriterError, match=f"^{NAME} was stopped; ask again$"):
        list(pieces)
    until(lambda: body.ended)


def test_nobody_listens(make: Make) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = f"127.0.0.1:{port} cannot be reached (All connection attempts failed); is it running? check OPENAI_BASE_URL"
    assert failure(make(base_url=f"http://127.0.0.1:{port}/v1")) == f"tiny on {told}"
    unnamed = make(base_url=f"http://127.0.0.1:{port}/v1", model="")
    assert unnamed.name == f"a model on 127.0.0.1:{port}"
    assert re.fullmatch(rf"127\.0\.0\.1:{port} cannot be reached \(.+\); is it running\? check OPENAI_BASE_URL", failure(unnamed))


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({}, NAME),
        ({"base_url": "https://models.example/v1"}, "tiny on models.example"),
        ({"base_url": "http://reader:password@models.example/v1"}, "tiny on models.example"),
        ({"base_url": DEFAULT_URL, "model": ""}, f"{DEFAULT_MODEL} on api.openai.com"),
        ({"base_url": DEFAULT_URL}, "tiny on api.openai.com"),
    ],
)
def test_a_model_that_is_known_is_not_asked_for(make: Make, options: dict[str, str], name: str) -> None:
    server = Server(raises(AssertionError()))
    assert make(server, **options).name == name
    assert server.requests == []


def test_the_only_model_is_chosen(make: Make) -> None:
    server = Server(lists("tiny"), stream(GOOD))
    writer = make(server, model="")
    assert (writer.name, writer.name) == (NAME, NAME)
    list(writer.write("", "Is it so?"))
    assert [request.url.path for request in server.requests] == ["/v1/models", "/v1/chat/completions"]
    assert server.body["model"] == "tiny"


@pytest.mark.parametrize(
    ("handler", "told"),
    [
        (lists("small", "large"), "has 2 models; set PULLQUOTE_MODEL to one of: small, large"),
        (lists(*"abcdefghij"), "has 10 models; set PULLQUOTE_MODEL to one of: a, b, c, d, e, f, g, h, …"),
        (lists(), "has no model; load one there, or set PULLQUOTE_MODEL"),
        (says(401, KEY), "refused the key (401); check OPENAI_API_KEY"),
        (says(404, KEY), "does not know what was asked for (…); check OPENAI_BASE_URL and PULLQUOTE_MODEL"),
        (says(302, location="/login"), "redirects to another address (302); set OPENAI_BASE_URL to that one"),
        (
            lambda _: httpx.Response(200, html=f"<html>{KEY}"),
            "did not answer as the OpenAI protocol says; check OPENAI_BASE_URL, which often ends in /v1",
        ),
        (
            lambda _: httpx.Response(200, json={"data": [{"name": KEY}]}),
            "did not answer as the OpenAI protocol says; check OPENAI_BASE_URL, which often ends in /v1",
        ),
        (
            lambda _: httpx.Response(200, content=f"{{{KEY}", headers={"content-type": "application/json"}),
            "did not answer as the OpenAI protocol says; check OPENAI_BASE_URL, which often ends in /v1",
        ),
        (raises(httpx.ReadTimeout(KEY)), "did not answer in time; try again, or give it longer with PULLQUOTE_TIMEOUT"),
    ],
    ids=["two", "many", "none", "no such key", "no such page", "redirected", "a web page", "other JSON", "half JSON", "timeout"],
)
def test_a_model_that_cannot_be_chosen(make: Make, handler: Handler, told: str) -> None:
    writer = make(Server(handler), model="")
    assert writer.name == "a model on models.example:8080"
    assert failure(writer) == f"models.example:8080 {told}"


def test_an_address_that_no_client_takes(make: Make) -> None:
    writer = make(base_url="http://mod\x01els.example/v1", model="")
    assert writer.name == "a model on mod\x01els.example"
    with pytest.raises(WriterError, match="check OPENAI_BASE_URL"):
        list(writer.write("", "Is it so?"))


def test_a_real_server(make: Make, model_server: ModelServer) -> None:
    writer = make(base_url=model_server.url, api_key="", model="")
    assert writer.name == f"{model_server.model} on {model_server.url.removeprefix('http://').removesuffix('/v1')}"
    *pieces, last = writer.write("You are terse.", "What is the capital of France?")
    assert "".join(piece.text for piece in pieces)
    assert last.usage
    assert last.usage.prompt_tokens > 10
    with pytest.raises(WriterError, match="cannot hold the quotes in its context"):
        list(writer.write("", "word " * model_server.context))


def test_closing_stops_a_real_server(make: Make, model_server: ModelServer) -> None:
    def busy() -> bool:
        slots = httpx.get(f"{model_server.url.removesuffix('/v1')}/slots", timeout=PATIENCE).json()
        return any(slot["is_processing"] for slot in slots)

    pieces = make(base_url=model_server.url).write("", "Write a long story about a king and his horse.")
    while not next(pieces).text:
        pass
    assert busy()
    pieces.close()
    until(lambda: not busy())


def test_an_answer_that_failed_holds_no_key(make: Make) -> None:
    told = failure(make(Server(says(400, KEY))))
    assert KEY not in to_json(Answer("failed", told))

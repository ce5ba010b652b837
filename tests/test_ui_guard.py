"""The guard before a small app that answers whatever it is asked."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from ui.guard import HEADERS, LARGEST, Guard, Limits, Message, Receive, Scope, Send
from ui.pace import Pace

HOME = "http://127.0.0.1:7860"


class Echo:
    """Reads a request, answers with its length; /login with 400, as Gradio does where the password is wrong."""

    def __init__(self) -> None:
        self.served: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        length, more = 0, True
        while more:
            message = await receive()
            length, more = length + len(message.get("body", b"")), message.get("more_body", False)
        self.served.append(scope["path"])
        await send({"type": "http.response.start", "status": 400 if scope["path"] == "/login" else 200, "headers": []})
        await send({"type": "http.response.body", "body": str(length).encode()})


def ask(guard: Guard, *requests: tuple[str, str, dict[str, Any]], address: str = "192.0.2.7") -> list[httpx.Response]:
    """Send requests one after the other, as from an address."""

    async def send_all() -> list[httpx.Response]:
        transport = httpx.ASGITransport(guard, client=(address, 1234))
        async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
            return [await client.request(method, path, **how) for method, path, how in requests]

    return asyncio.run(send_all())


def ask_once(guard: Guard, path: str, method: str = "GET", **how: Any) -> httpx.Response:
    return ask(guard, (method, path, how))[0]


@pytest.mark.parametrize(
    ("hosts", "asked", "status"),
    [
        ((), "127.0.0.1:7860", 200),
        ((), "localhost:7860", 200),
        ((), "[::1]:7860", 200),
        ((), "evil.example", 421),
        ((), "127.0.0.1.evil.example:7860", 421),
        ((), "", 421),
        ((), "[broken", 421),
        (("News.example",), "news.example", 200),
        (("news.example",), "evil.example", 421),
        (None, "whatever.example", 200),
    ],
)
def test_a_name_that_is_not_the_pages_is_refused(hosts: tuple[str, ...] | None, asked: str, status: int) -> None:
    reply = ask_once(Guard(Echo(), hosts), "/", headers={"Host": asked})
    assert reply.status_code == status
    if status == 421:
        assert "start it with --allow-host and that name" in reply.json()["detail"]


@pytest.mark.parametrize(
    ("origin", "host", "status"),
    [
        (HOME, "127.0.0.1:7860", 200),
        ("http://evil.example", "127.0.0.1:7860", 403),
        ("http://127.0.0.1:9999", "127.0.0.1:7860", 403),  # another server of this machine
        ("null", "127.0.0.1:7860", 403),
        ("https://news.example", "127.0.0.1:7860", 200),  # a proxy that passes on its own Host
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_site_is_refused(origin: str, host: str, status: int, method: str) -> None:
    guard = Guard(Echo(), ("news.example",))
    assert ask_once(guard, "/gradio_api/queue/join", method, headers={"Origin": origin, "Host": host}).status_code == status


@pytest.mark.parametrize(
    "path",
    [
        *("/gradio_api/proxy=http://evil.example/", "/gradio_api/run/ask", "/gradio_api/api/ask", "/gradio_api/process_recording"),
        *("/gradio_api/vibe-edit/", "/gradio_api/dev/reload", "/monitoring", "/gradio_api/runs", "/gradio_api/deep_link", "/docs"),
        *("/openapi.json", "/gradio_api/stream/x", "/gradio_api/run-history/records", "/etc/passwd", "/x/assets/y", "/pwa_icon"),
    ],
)
def test_what_the_page_does_not_need_is_not_there(path: str) -> None:
    app = Echo()
    assert ask_once(Guard(app), path).status_code == 404
    assert app.served == []


@pytest.mark.parametrize(
    "path", ["/", "/config", "/assets/index.js", "/gradio_api/info", "/gradio_api/queue/data", "/gradio_api/call/ask/0"]
)
def test_what_the_page_needs_is_served(path: str) -> None:
    assert ask_once(Guard(Echo()), path).status_code == 200


def test_every_reply_has_the_security_headers_and_refusals_too() -> None:
    for path in ("/", "/nothing"):
        reply = ask_once(Guard(Echo()), path)
        assert {name: reply.headers[name] for name in HEADERS} == HEADERS
    assert "frame-ancestors 'none'" in HEADERS["content-security-policy"]
    assert "connect-src 'self'" in HEADERS["content-security-policy"]


async def in_pieces(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 1_000_000 + 1):
        yield b"x" * 1_000_000


def test_a_request_that_is_too_large_is_refused_announced_or_not() -> None:
    app = Echo()
    guard = Guard(app)
    announced = ask_once(guard, "/gradio_api/queue/join", "POST", headers={"Content-Length": "200000000"}, content=b"x")
    streamed = ask_once(guard, "/gradio_api/queue/join", "POST", content=in_pieces(LARGEST))
    odd = ask_once(guard, "/gradio_api/queue/join", "POST", headers={"Content-Length": "-1"}, content=b"x")
    assert [announced.status_code, streamed.status_code, odd.status_code] == [413, 413, 413]
    assert announced.json()["detail"] == "this is more than the 8,000,000 bytes that a request may have"
    assert app.served == []
    assert ask_once(guard, "/gradio_api/upload", "POST", content=in_pieces(LARGEST)).status_code == 200
    assert ask_once(guard, "/gradio_api/upload", "POST", headers={"Content-Length": "200000000"}, content=b"x").status_code == 413


def test_an_address_that_asks_too_much_must_wait_and_another_need_not() -> None:
    guard = Guard(Echo(), limits=Limits(calls=Pace(3, 0.1)))
    join: tuple[str, str, dict[str, Any]] = ("POST", "/gradio_api/queue/join", {})
    assert [reply.status_code for reply in ask(guard, join, join, join, join)] == [200, 200, 200, 429]
    refused = ask(guard, ("POST", "/gradio_api/call/ask", {}))[0]
    assert refused.json()["detail"].startswith("too many requests from this address; try again in ")
    assert ask(guard, join, address="192.0.2.8")[0].status_code == 200
    assert {reply.status_code for reply in ask(guard, *[join] * 9, address="127.0.0.1")} == {200}  # this machine: perhaps many readers
    assert ask(guard, ("GET", "/gradio_api/queue/data", {}))[0].status_code == 200  # what was asked before still arrives


def test_an_address_that_guesses_passwords_must_wait() -> None:
    app = Echo()
    guard = Guard(app, limits=Limits(logins=Pace(3, 1 / 30)))
    login: tuple[str, str, dict[str, Any]] = ("POST", "/login", {"data": {"username": "anna", "password": "guess"}})
    assert [reply.status_code for reply in ask(guard, *[login] * 5)] == [400, 400, 400, 429, 429]
    assert len(app.served) == 3
    assert ask(guard, login)[0].json()["detail"].startswith("too many wrong passwords from this address; try again in ")
    assert ask(guard, login, address="192.0.2.8")[0].status_code == 400


def test_websockets_are_closed() -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(Guard(Echo())({"type": "websocket", "path": "/", "headers": []}, receive, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]

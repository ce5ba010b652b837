"""What stands between the network and the page: who may ask for what, how much, and how often. ASGI, without Gradio.

Gradio checks neither the Host nor, away from localhost, the Origin of a request, limits no attempts to log in, reads a request of any
size and has routes for editors, proxies and recorders that this page does not need.
"""

import json
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from corpus.errors import shown
from ui.pace import LOOPBACK, Pace, describe_wait
from ui.readers import guesses

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST: Final = 8_000_000  # bytes of a request that is no upload: a conversation of some hundred answers
_LOOKS = re.compile(r"/health$|/(?:assets|static|svelte)/|/(?:config|theme\.css|favicon\.ico|manifest\.json|robots\.txt)?/?$")
_LOGS_IN = re.compile(r"/log(?:in|out)/?$")
_CALLS = re.compile(r"/gradio_api/(?:queue/join|call/(?:v2/)?\w+|upload)/?$")  # what makes work; questions are counted by `ui.asking`
_UPLOADS = re.compile(r"/gradio_api/upload/?$")
_FOLLOWS = re.compile(
    r"""/gradio_api/(?: info | openapi\.json | app_id | user | login_check | startup-events | theme\.css | cancel | reset | queue/data
    | upload_progress | heartbeat/\w+ | call/(?:v2/)?\w+/\w+ | file=.* )/?$""",
    re.VERBOSE,
)
# Gradio's page makes functions of the scripts that its components bring, and styles of their settings: hence the two "unsafe". Nothing
# may be loaded from, sent to or framed by another site, whatever an article or a model manages to put on the page.
POLICY: Final = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; media-src 'none'; object-src 'none'; worker-src 'self' blob:; frame-src 'none'; "
    "frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
)
HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one address may do; this machine's own calls are not counted."""

    calls: Pace = field(default_factory=lambda: Pace(400, 40))  # events of the page, some five a question and reader, and calls of the API
    logins: Pace = field(default_factory=guesses)  # with a wrong password
    upload: int = 100_000_000  # bytes of a request that brings files


class Refusal(Exception):  # noqa: N818 - no error of Pullquote's: it ends as a response
    """A request is refused with an HTTP status and one line."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Guard:
    """Middleware that lets through what the page needs, and adds the security headers to what comes back.

    `hosts` are the names that readers may reach the page by, beside this machine's own; None for any. `may_upload` says whether who sent
    a request may bring files.
    """

    def __init__(
        self,
        app: App,
        hosts: Iterable[str] | None = (),
        limits: Limits | None = None,
        may_upload: Callable[[Scope], bool] = lambda _: True,
    ) -> None:
        self._app = app
        self._hosts = None if hosts is None else {*LOOPBACK, *(host.lower() for host in hosts)}
        self._named = {host.lower() for host in hosts or ()}
        self._limits = limits or Limits()
        self._may_upload = may_upload

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or refuse it."""
        if scope["type"] == "lifespan":
            return await self._app(scope, receive, send)
        if scope["type"] != "http":  # the page uses no WebSocket
            return await send({"type": "websocket.close", "code": 1008})
        started = False
        address = (scope.get("client") or ("unknown",))[0]

        async def answer(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                if _LOGS_IN.match(scope["path"]) and message["status"] == 400:  # what Gradio says to a wrong password
                    self._limits.logins.take(address)
                kept = [(name, value) for name, value in message["headers"] if name.decode().lower() not in HEADERS]
                message = {**message, "headers": kept + [(name.encode(), value.encode()) for name, value in HEADERS.items()]}
            await send(message)

        try:
            headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
            self._check(scope["method"], scope["path"], headers, address)
            uploads = _UPLOADS.match(scope["path"])
            if uploads and not self._may_upload(scope):
                raise Refusal(403, "files are added here by those only who may change the articles")
            largest = self._limits.upload if uploads else LARGEST
            await self._app(scope, _at_most(largest, headers, receive), answer)
        except Refusal as refusal:
            if started:
                raise
            await _refuse(refusal, answer)

    def _check(self, method: str, path: str, headers: Mapping[str, str], address: str) -> None:
        """Raise `Refusal` if a request is not one of the page's own, or one too many."""
        name = _host_name(headers.get("host", ""))
        if self._hosts is not None and name not in self._hosts:
            raise Refusal(421, f"this page is not known as {shown(name)}; if it should be, start it with --allow-host and that name")
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != headers.get("host") and _host_name(urlsplit(origin).netloc) not in self._named:
            raise Refusal(403, f"another site, {shown(origin)}, asked for this; open the page itself")
        if not any(known.match(path) for known in (_LOOKS, _LOGS_IN, _CALLS, _FOLLOWS)):
            raise Refusal(404, "there is nothing here")
        if _LOGS_IN.match(path) and method == "POST" and (seconds := self._limits.logins.wait(address)):
            raise Refusal(429, describe_wait("wrong passwords from this address", seconds))
        counted = method == "POST" and address not in LOOPBACK and _CALLS.match(path)  # a proxy has to tell who asks
        if counted and (seconds := self._limits.calls.take(address)):
            raise Refusal(429, describe_wait("requests from this address", seconds))


def _host_name(host: str) -> str:
    """Return the name in a Host header, without the port; an empty text if there is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _at_most(largest: int, headers: Mapping[str, str], receive: Receive) -> Receive:
    """Return `receive`, which raises `Refusal` once more than `largest` bytes came. Raises it at once if they are announced."""
    refusal = Refusal(413, f"this is more than the {largest:,} bytes that a request may have")
    announced = headers.get("content-length", "0")
    if not announced.isdecimal() or int(announced) > largest:
        raise refusal
    came = 0

    async def counted() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > largest:
            raise refusal
        return message

    return counted


async def _refuse(refusal: Refusal, send: Send) -> None:
    # Gradio's page shows what a reply has under "detail".
    body = json.dumps({"detail": str(refusal)}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

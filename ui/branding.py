"""The page's head: without what Gradio says there about itself, with what is to be fetched at once. ASGI, without Gradio."""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

# Titles, pictures and addresses of Gradio's, for previews of a link; Gradio has no setting for them.
_PREVIEW: Final = re.compile(rb'<meta\s+(?:property="og:|name="twitter:)[^>]*>')


def without_branding(page: bytes) -> bytes:
    """Return a page of HTML without what is meant for previews of a link to it."""
    return _PREVIEW.sub(b"", page)


class OwnHead:
    """Middleware that takes Gradio's previews out of the page and puts `links` before its scripts."""

    def __init__(self, app: App, links: str = "") -> None:
        self._app = app
        self._links = links.encode()

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve a request; the page is held back until it is whole."""
        if scope["type"] != "http" or scope["path"] not in ("", "/"):
            return await self._app(scope, receive, send)
        begun: list[Message] = []
        parts: list[bytes] = []

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                begun.append(message)
                return
            parts.append(message.get("body", b""))
            if not message.get("more_body"):
                page = without_branding(b"".join(parts)).replace(b"<style>", self._links + b"<style>", 1)
                kept = [(name, value) for name, value in begun[0]["headers"] if name.lower() != b"content-length"]
                await send({**begun[0], "headers": [*kept, (b"content-length", str(len(page)).encode())]})
                await send({"type": "http.response.body", "body": page})

        headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]  # what is compressed cannot be read
        await self._app({**scope, "headers": headers}, receive, answer)

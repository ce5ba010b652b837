"""The scripts and styles of Gradio's that the page begins with: named in its head, kept compressed in memory. ASGI, without Gradio.

A browser would learn of them one after the other, four rounds long, and Gradio would compress each for each request.
"""

import gzip
from collections.abc import MutableMapping, Sequence
from pathlib import Path
from typing import Any, Final

from ui.branding import App, Receive, Send

_TYPES: Final = {".js": b"text/javascript", ".css": b"text/css"}
_HEADERS: Final = (
    (b"content-encoding", b"gzip"),
    (b"vary", b"accept-encoding"),
    (b"cache-control", b"public, max-age=31536000, immutable"),  # their names tell their content
)


def first_assets(folder: Path) -> list[Path]:
    """Return the files of a folder that the page begins with, in the order in which it needs them."""
    names = Path(__file__).with_suffix(".txt").read_text("utf-8").split()
    return [folder / name for name in names if (folder / name).is_file()]


def preload(files: Sequence[Path]) -> str:
    """Return what tells a browser in the page's head to fetch files at once."""
    links = {
        ".js": '<link rel="modulepreload" crossorigin href="./assets/{}">',
        ".css": '<link rel="preload" as="style" crossorigin href="./assets/{}">',
    }
    return "".join(links[file.suffix].format(file.name) for file in files)


class Assets:
    """Middleware that serves files from memory; all else, and browsers that take no gzip, are left to the app."""

    def __init__(self, app: App, files: Sequence[Path]) -> None:
        self._app = app
        self._kept = {f"/assets/{file.name}": (_TYPES[file.suffix], gzip.compress(file.read_bytes())) for file in files}

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Serve a request."""
        kept = self._kept.get(scope.get("path", ""))
        if (
            kept is None
            or scope.get("method") != "GET"
            or not any(b"gzip" in value for name, value in scope["headers"] if name == b"accept-encoding")
        ):
            return await self._app(scope, receive, send)
        kind, body = kept
        headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), *_HEADERS]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

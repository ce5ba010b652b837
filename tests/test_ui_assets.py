"""What of Gradio's the page begins with: named in its head, served from memory."""

import asyncio
import gzip
from pathlib import Path

import httpx
import pytest

from ui.assets import Assets, first_assets, preload
from ui.branding import Message, Receive
from ui.guard import Scope, Send

HOME = "http://127.0.0.1:7860"


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    files = [tmp_path / "one-1a.js", tmp_path / "two-2b.css"]
    for file in files:
        file.write_text(f"/* {file.name} */")
    return files


async def _elsewhere(scope: Scope, receive: Receive, send: Send) -> None:
    start: Message = {"type": "http.response.start", "status": 404, "headers": []}
    await send(start)
    await send({"type": "http.response.body", "body": scope["path"].encode()})


def get(files: list[Path], path: str, method: str = "GET", encoding: str = "gzip, br") -> httpx.Response:
    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(Assets(_elsewhere, files)), base_url=HOME) as client:
            return await client.request(method, path, headers={"accept-encoding": encoding})

    return asyncio.run(send())


@pytest.mark.parametrize(("name", "kind"), [("one-1a.js", "text/javascript"), ("two-2b.css", "text/css")])
def test_a_file_comes_compressed_and_to_be_kept(files: list[Path], name: str, kind: str) -> None:
    came = get(files, f"/assets/{name}")
    assert (came.status_code, came.text, came.headers["content-type"]) == (200, f"/* {name} */", kind)
    assert came.headers["content-encoding"] == "gzip"
    assert int(came.headers["content-length"]) == len(gzip.compress(came.content))
    assert "immutable" in came.headers["cache-control"]


@pytest.mark.parametrize(
    ("path", "method", "encoding"),
    [
        ("/assets/three-3c.js", "GET", "gzip"),
        ("/assets/one-1a.js", "HEAD", "gzip"),
        ("/assets/one-1a.js", "GET", "identity"),
        ("/assets/../assets/two-2b.css/", "GET", "gzip"),
        ("/", "GET", "gzip"),
    ],
    ids=["another file", "no GET", "no gzip", "no such path", "the page"],
)
def test_all_else_is_left_to_the_app(files: list[Path], path: str, method: str, encoding: str) -> None:
    assert get(files, path, method, encoding).status_code == 404


def test_only_what_is_there_is_named(tmp_path: Path, files: list[Path]) -> None:
    assert first_assets(tmp_path) == []
    assert preload(files) == (
        '<link rel="modulepreload" crossorigin href="./assets/one-1a.js">'
        '<link rel="preload" as="style" crossorigin href="./assets/two-2b.css">'
    )

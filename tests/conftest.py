"""What every test may rely on: no network but loopback, no home folder, no stray variables, one small index."""

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chroma_process import ChromaProcess, run_chroma
from model_server import ModelServer, serve

from corpus import SHIPPED_ARTICLES
from index import Index, build

pytest_plugins = ["chat_browser"]

_LOCAL = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(autouse=True)
def _isolated(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Refuse connections to other machines, and give the test an empty home."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in _LOCAL:
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setenv("HOME", str(tmp_path_factory.getbasetemp() / "home"))
    for name in list(os.environ):
        if name.startswith(("PULLQUOTE_", "OPENAI_")):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def five_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the five shipped articles; to be read only."""
    folder = tmp_path_factory.mktemp("five") / "index"
    build(SHIPPED_ARTICLES, folder)
    return folder


@pytest.fixture(scope="session")
def five(five_folder: Path) -> Iterator[Index]:
    """The five shipped articles, opened."""
    with Index(five_folder) as index:
        yield index


@pytest.fixture(scope="session")
def model_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModelServer]:
    """A language model behind the OpenAI protocol on this machine; a test that kills its server starts one of its own."""
    with serve(tmp_path_factory.mktemp("model-home")) as server:
        yield server


@pytest.fixture(scope="session")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaProcess]:
    """A Chroma server on this machine; a test that stops its server, or wants it empty, starts one of its own."""
    with run_chroma(tmp_path_factory.mktemp("chroma")) as server:
        yield server


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A copy of the five shipped articles, to change."""
    return Path(shutil.copytree(SHIPPED_ARTICLES, tmp_path / "articles"))

"""A Chroma server on this machine, as `chroma run` starts it, in a process of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

_PATIENCE = 60  # seconds for a server to start, on a busy machine


class ChromaProcess:
    """A server on a port of 127.0.0.1 that stays the same when it is stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        chroma = str(Path(sys.executable).with_name("chroma"))
        command = [chroma, "run", "--path", str(self.folder), "--host", "127.0.0.1", "--port", str(self.port)]
        home = {**os.environ, "HOME": str(self.folder)}
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=home)
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                httpx.get(f"{self.url}/api/v2/heartbeat", trust_env=False)
            except httpx.TransportError:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """End it at once."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def run_chroma(folder: Path) -> Iterator[ChromaProcess]:
    """Start a server that keeps its data in a folder, and stop it at the end."""
    server = ChromaProcess(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()

"""`pullquote serve` in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def run_page(index: Path, log: Path, *options: str, port: int = 0, **environ: str) -> Iterator[str]:
    """Serve an index on a port, 0 for any that is free, and give the address.

    What the process says goes into a file in the folder `log`.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        port = probe.getsockname()[1]
    file = log / f"log-{port}"
    command = [sys.executable, "-m", "ui.cli", "serve", "--index", str(index), "--port", str(port), *options]
    with file.open("w") as output:
        server = subprocess.Popen(command, stdout=output, stderr=output, env={**os.environ, **environ})
        try:
            address = f"http://127.0.0.1:{port}/"
            while True:
                try:
                    urllib.request.urlopen(f"{address}health", timeout=5).close()
                    break
                except OSError:
                    assert server.poll() is None, file.read_text()
                    time.sleep(0.1)
            yield address
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(20)

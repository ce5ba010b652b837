"""Read one file after another in a process of its own, within limits of time and memory.

What reads pages, PDF and documents is other people's code on other people's files: it may hang, crash or eat the
memory. There it ends only that process, and the file is one failure. The process reaches no network, and ends by itself
when it has nothing to do, or with the one that started it.

On its standard input come a line of JSON (`{"suffix", "size"}`) and `size` bytes, on its standard output goes a line of JSON:
`{"fields": {...}}`, `{"reason": "..."}` or, before it ends, `{"crash": "..."}`.
"""

import atexit
import contextlib
import functools
import importlib
import json
import logging
import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from corpus.errors import ArticleError, first_line
from corpus.formats import ISOLATED, suffix_of

SECONDS = 10.0  # that one file may take
MEGABYTES = 2_000  # of address space that the process may have; it takes about 70 before the first large file
IDLE_SECONDS = 30.0  # after which the process ends by itself


class ReadingProcess:
    """Reads files in another process, which is started when it is needed and again after a file has ended it."""

    def __init__(self, seconds: float = SECONDS, idle_seconds: float = IDLE_SECONDS) -> None:
        self._seconds = seconds
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, file: str, content: bytes) -> dict[str, object]:
        """Return what an article file states, in the fields of a .jsonl line; `file` is its name.

        Raises `ArticleError` with the reason if there is no article in it, or it cannot be read within the limits.
        """
        with self._lock:
            reply = self._ask(suffix_of(file), content)
        if "reason" in reply:
            raise ArticleError(reply["reason"])
        if "crash" in reply:
            raise ArticleError(f"is damaged, or of a kind that its reader does not know ({reply['crash']}); open it and save it anew")
        fields: dict[str, object] = reply["fields"]
        return fields

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):  # what it has not read of the last file
                    pipe.close() if pipe else None

    def _ask(self, suffix: str, content: bytes) -> dict[str, Any]:
        if self._process and self._process.poll() is not None:
            self.close()
        for _ in range(2):  # one that ends for want of work just now is started again
            process = self._process or self._start()
            late = threading.Event()
            timer = threading.Timer(self._seconds, _end, [process, late])
            try:
                timer.start()
                line = _exchange(process, suffix, content)
            except BaseException:  # Ctrl-C, such as: the next file would get this one's reply
                self.close()
                raise
            finally:
                timer.cancel()
            if late.is_set():
                self.close()
                raise ArticleError(f"took longer than {self._seconds:g} seconds to read; save its text as .txt")
            if line:
                reply: dict[str, Any] = json.loads(line)
                if "crash" in reply:
                    self.close()
                return reply
            idle = process.wait() == 0
            self.close()
            if not idle:
                break
        return {"crash": "its reader ended without a word, or needed too much memory"}

    def _start(self) -> subprocess.Popen[bytes]:
        paths = [str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "corpus.isolation", str(self._idle_seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in paths if path), "PYTHONWARNINGS": "ignore"},
        )
        return self._process


def _end(process: "subprocess.Popen[bytes]", late: threading.Event) -> None:
    late.set()
    process.kill()


def _exchange(process: "subprocess.Popen[bytes]", suffix: str, content: bytes) -> bytes:
    """Send a file and return the reply; empty if the process has ended."""
    if not (process.stdin and process.stdout):
        raise ValueError("the process has no pipes")
    try:
        process.stdin.write(json.dumps({"suffix": suffix, "size": len(content)}).encode() + b"\n")
        process.stdin.write(content)
        process.stdin.flush()
    except OSError:  # it has ended; what it said before is still there
        pass
    return process.stdout.readline()


@functools.cache
def reading_process() -> ReadingProcess:
    """Return the one that this program uses; it ends with the program."""
    process = ReadingProcess()
    atexit.register(process.close)
    return process


def _serve(requests: BinaryIO, replies: BinaryIO, idle_seconds: float) -> None:
    """Answer requests until they end, or none comes for so long."""

    def crash(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
        what = "it needs too much memory" if kind is MemoryError else f"{kind.__name__}: {first_line(error)}"
        replies.write(json.dumps({"crash": what}).encode() + b"\n")
        replies.flush()

    sys.excepthook = crash
    while _comes(requests, idle_seconds) and (line := requests.readline()):
        request = json.loads(line)
        content = requests.read(request["size"])
        module, function = ISOLATED[request["suffix"]].split(":")
        try:
            reply = {"fields": getattr(importlib.import_module(module), function)(content)}
        except ArticleError as error:
            reply = {"reason": str(error)}
        replies.write(json.dumps(reply).encode() + b"\n")
        replies.flush()


def _comes(requests: BinaryIO, seconds: float) -> bool:
    """Wait for a request; False if none comes. Where pipes cannot be waited for, the wait is for ever."""
    return sys.platform == "win32" or bool(select.select([requests], [], [], seconds)[0])


def _limit_memory() -> None:
    if sys.platform == "win32":
        return
    import resource

    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES * 1_000_000, MEGABYTES * 1_000_000))
    except (ValueError, OSError):  # a system without this limit, or with a lower one
        return


def _no_network(event: str, _: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "subprocess.Popen", "os.system"):
        raise PermissionError(f"reading an article takes no {event}")


def _main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program that started this one
    _limit_memory()
    sys.addaudithook(_no_network)
    logging.disable()
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what a library prints is no reply
    _serve(sys.stdin.buffer, replies, float(sys.argv[1]))


if __name__ == "__main__":
    _main()

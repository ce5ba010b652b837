"""A server on this machine that speaks the OpenAI protocol and writes what a test tells it to, for programs that run on their own."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MODEL = "scripted"
STALL = "…"  # in a text: nothing comes any more until the client leaves


@dataclass
class ProtocolServer:
    """A running server. `answer` makes of a request's last message a text, or an HTTP status."""

    answer: Callable[[str], str | int]
    url: str = ""
    requests: list[str] = field(default_factory=list)  # the last messages, as they came
    left: threading.Event = field(default_factory=threading.Event)  # a client left before its text was at an end
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serve_protocol(answer: Callable[[str], str | int]) -> Iterator[ProtocolServer]:
    """Start a server on a free port of 127.0.0.1 and stop it at the end."""
    state = ProtocolServer(answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), lambda *arguments: _Handler(state, *arguments))
    state.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        state.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, state: ProtocolServer, *arguments: object) -> None:
        self._state = state
        super().__init__(*arguments)  # type: ignore[arg-type]

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._reply(200, {"object": "list", "data": [{"id": MODEL, "object": "model", "created": 1, "owned_by": "test"}]})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["messages"][-1]["content"]
        self._state.requests.append(asked)
        text = self._state.answer(asked)
        if isinstance(text, int):
            self._reply(text, {"error": {"message": "as the test wants it"}})
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        try:
            for word in text.split(" "):
                if word == STALL:
                    self._stall()
                self._chunk({"content": f"{word} "})
            self._chunk({}, "stop")
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            self._state.left.set()

    def _stall(self) -> None:
        """Send comments, which mean nothing, until the client is gone: that is when they cannot be sent any more."""
        while not self._state.over.wait(0.05):
            self.wfile.write(b": still thinking\n\n")
            self.wfile.flush()

    def _chunk(self, delta: dict[str, str], finish: str | None = None) -> None:
        choice = {"index": 0, "delta": {"role": "assistant", **delta}, "finish_reason": finish}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": MODEL, "choices": [choice]}
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.flush()

    def _reply(self, status: int, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

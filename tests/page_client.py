"""A reader's browser without the browser: asks over HTTP as the page does, for tests and benchmarks with many readers."""

import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
from gradio_client.utils import apply_diff


@dataclass
class Asked:
    """What came of a question."""

    answer: str = ""  # HTML of its exchange, as far as it came
    seconds: float = 0.0  # from the question until the answer is whole
    first: float = 0.0  # ... until something of it was there
    states: int = 0  # of the growing answer
    error: str = ""  # what the page would show instead


@dataclass
class Reader:
    """One browser tab."""

    address: str  # without a slash at its end
    headers: dict[str, str] = field(default_factory=dict)
    session: str = field(default_factory=lambda: secrets.token_hex(6))

    def __post_init__(self) -> None:
        self._client = httpx.Client(base_url=f"{self.address}/gradio_api", headers=self.headers, timeout=120)
        events = self._client.get(f"{self.address}/config").json()["dependencies"]
        self._events = {event["api_name"]: event for event in events}
        self._started = False
        self._sent = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def start(self) -> None:
        """Do what opening the page does for the conversation: begin it."""
        self.fire("open")
        self._started = True

    def ask(self, question: str) -> Asked:
        """Ask, and wait until the answer is whole."""
        if not self._started:
            self.start()
        asked, began = Asked(), time.perf_counter()
        taken = self._send(question)
        asked.error = taken.error
        if not asked.error:
            for data in self._stream("answer"):
                if isinstance(data, str):
                    asked.error = data
                    break
                if exchanges := data[0].get("exchanges"):  # else nothing is to change
                    asked.first = asked.first or time.perf_counter() - began
                    asked.states += 1
                    asked.answer = exchanges[-1]
        asked.seconds = time.perf_counter() - began
        return asked

    def begin(self, question: str) -> None:
        """Ask, and leave the answer to itself."""
        self._send(question)
        self._join("answer")

    def _send(self, question: str) -> Asked:
        self._sent += 1
        return self.fire("take", event_data={"typed": [[self._sent, question]]})

    def fire(self, name: str, *values: Any, event_data: Any = None) -> Asked:
        """Fire one event of the page with the values of its first inputs."""
        asked = Asked()
        for data in self._stream(name, *values, event_data=event_data):
            if isinstance(data, str):
                asked.error = data
            else:
                asked.answer = json.dumps(data, ensure_ascii=False)
        return asked

    def _stream(self, name: str, *values: Any, event_data: Any = None) -> Iterator[list[Any] | str]:
        """Yield what an event gives, whole each time; a text is an error."""
        joined = self._join(name, *values, event_data=event_data)
        if joined.status_code != 200:
            yield f"{joined.status_code} {joined.json()['detail']}"
            return
        known: list[Any] | None = None
        with self._client.stream("GET", "/queue/data", params={"session_hash": self.session}) as stream:
            for line in stream.iter_lines():
                if not line.startswith("data:"):
                    continue
                message = json.loads(line[5:])
                output = message.get("output") or {}
                if message["msg"] == "unexpected_error":
                    yield message["message"]
                elif message["msg"] in ("process_generating", "process_completed"):
                    if not message["success"]:
                        yield output.get("error") or "an error without a word"
                    elif message["msg"] == "process_generating" and known is not None:
                        known = [apply_diff(old, change) for old, change in zip(known, output["data"], strict=True)]
                        yield known
                    elif output.get("data"):
                        known = output["data"] if known is None or message["msg"] == "process_generating" else known
                        yield known

    def _join(self, name: str, *values: Any, event_data: Any = None) -> httpx.Response:
        event = self._events[name]
        data = [*values, *[None] * (len(event["inputs"]) - len(values))]
        trigger = event["targets"][0][0] if event["targets"] else None
        body = {"data": data, "event_data": event_data, "fn_index": event["id"], "session_hash": self.session, "trigger_id": trigger}
        return self._client.post("/queue/join", json=body)

"""Many readers at once, some of them unkind; over HTTP, as the page and programs ask."""

import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from page_client import Reader
from protocol_server import STALL, serve_protocol
from served import run_page

QUESTIONS = {"Who replaced Josep Borrell?": "Kallas", "What did Peskov say?": "Peskov", "Who ruled out ground troops?": "ground troops"}
STRANGER, FRIEND = {"X-Forwarded-For": "203.0.113.5"}, {"X-Forwarded-For": "203.0.113.9"}  # as a proxy on this machine tells who asks


@pytest.fixture(scope="module")
def address(five_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with run_page(five_folder, tmp_path_factory.mktemp("many")) as address:
        yield address.rstrip("/")


@pytest.fixture
def readers(address: str) -> Iterator[list[Reader]]:
    with ExitStack() as stack:
        yield [stack.enter_context(Reader(address)) for _ in range(6)]


def test_readers_who_ask_at_once_get_their_own_answers(readers: list[Reader]) -> None:
    def ask_all(reader: Reader) -> list[tuple[str, str]]:
        first = readers.index(reader) % len(QUESTIONS)
        questions = [*QUESTIONS][first:] + [*QUESTIONS][:first]
        return [(QUESTIONS[question], json.dumps(vars(reader.ask(question)))) for question in questions]

    with ThreadPoolExecutor(len(readers)) as pool:
        answers = [answer for answers in pool.map(ask_all, readers) for answer in answers]
    assert [expected for expected, answer in answers if expected not in answer] == []


def test_another_readers_conversation_is_out_of_reach(readers: list[Reader]) -> None:
    one, other = readers[:2]
    assert "pq-cite" in one.ask("Who ruled out ground troops?").answer
    assert "NATO" in one.fire("cite", event_data={"link": "1-1"}).answer
    other.start()
    assert "not from this conversation" in other.fire("cite", event_data={"link": "1-1"}).answer
    assert "for “And Poland?”" in other.ask("And Poland?").answer


@pytest.mark.parametrize("link", ["9-9", "1-99", "../../etc/passwd", "<img src=x onerror=alert(1)>", None, 7])
def test_a_citation_that_was_not_given_out_opens_nothing(readers: list[Reader], link: object) -> None:
    reader = readers[0]
    reader.start()
    shown = reader.fire("cite", event_data={"link": link})
    assert "not from this conversation" in shown.answer
    assert "root:" not in shown.answer
    assert "<img" not in shown.answer


def test_a_path_that_a_browser_sends_is_no_file(readers: list[Reader]) -> None:
    reader = readers[0]
    shown = reader.fire("cite", event_data={"link": {"path": "/etc/passwd"}})
    assert (shown.answer, "cannot be accessed" in shown.error) == ("", True)


@pytest.mark.parametrize(
    ("function", "asked"),
    [
        ("ask", {"question": "Who said so?", "after": "", "before": "", "sources": ["Nobody"], "quotes_only": True, "history": None}),
        ("search_articles", {"query": "troops", "after": "", "before": "", "sources": ["Nobody"], "limit": 3}),
        ("brief", {"topic": "troops", "after": "", "before": "", "sources": ["Nobody"]}),
    ],
)
def test_however_a_reader_asks_the_api_the_questions_are_counted(address: str, function: str, asked: dict[str, object]) -> None:
    stranger = {"X-Forwarded-For": f"198.51.100.{len(function)}"}  # asks of an outlet that there is not, so that nothing takes long
    refused = "too many questions from you; try again in [0-9]+ seconds"
    with Reader(address, stranger) as reader, httpx.Client(base_url=f"{address}/gradio_api", headers=stranger, timeout=60) as client:
        errors = [reader.fire(function, *asked.values()).error for _ in range(40)]  # by the number of the event, as the page asks
        posted = [client.post(f"/call/v2/{function}", json=asked).json()["event_id"] for _ in range(5)]
        told = "".join(client.get(f"/call/{function}/{event}").text for event in posted)
    assert errors[:20] == [""] * 20
    assert any(re.fullmatch(refused, error) for error in errors)
    assert re.search(f"event: error\ndata: .*{refused}", told)


def test_a_thousand_rapid_questions_are_slowed_down_and_others_are_served(address: str) -> None:
    def ask(number: int) -> httpx.Response:
        return stranger.post("/call/v2/ask", json={"question": f"Who is number {number}?"})

    at = f"{address}/gradio_api"
    with (
        Reader(address, FRIEND) as friend,
        httpx.Client(base_url=at, headers=STRANGER, timeout=300) as stranger,
        ThreadPoolExecutor(16) as pool,
    ):
        friend.start()
        asking = [pool.submit(ask, number) for number in range(1000)]
        answer = friend.ask("Who replaced Josep Borrell?")
        replies = [asked.result() for asked in asking]
        assert ("Kallas" in answer.answer, answer.error) == (True, "")
        assert {reply.status_code for reply in replies} == {200, 429}
        refused = next(reply for reply in replies if reply.status_code == 429)
        assert re.match("too many (questions|requests) from this address; try again in [0-9]+ seconds", refused.json()["detail"])
        assert "Kallas" in friend.ask("Who replaced Josep Borrell?").answer
    assert httpx.get(f"{address}/health").json() == {"status": "ok"}


def test_a_model_that_hangs_holds_up_nobody_else(five_folder: Path, tmp_path: Path) -> None:
    def write(request: str) -> str:
        return STALL if "Borrell" in request.rsplit("Question:", 1)[1] else "NATO has ruled out ground troops. [1]"

    with serve_protocol(write) as model, run_page(five_folder, tmp_path, OPENAI_BASE_URL=model.url) as address, ExitStack() as stack:
        readers = [stack.enter_context(Reader(address.rstrip("/"))) for _ in range(6)]
        for reader in readers[:5]:
            reader.start()
            reader.begin("Who replaced Josep Borrell?")
        while len(model.requests) < 5:
            time.sleep(0.05)
        assert "NATO has ruled out ground" in readers[5].ask("Who ruled out ground troops?").answer
        assert not model.left.is_set()  # the five still wait

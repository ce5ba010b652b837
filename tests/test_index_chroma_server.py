import json
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from chroma_process import ChromaProcess, run_chroma

from corpus.errors import PullquoteError, SettingError, VectorsDamagedError, VectorServerError
from index.chroma_server import ChromaServer, check_url, public_url

SECRET = "hunter2"
VECTORS = np.eye(3, 8, dtype=np.float32)


@pytest.fixture
def own(tmp_path: Path) -> Iterator[ChromaProcess]:
    """A server to stop."""
    with run_chroma(tmp_path / "server") as server:
        yield server


@pytest.fixture
def deaf() -> Iterator[str]:
    """The address of a server that takes connections and says nothing."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def replying(status: int, content: str, seen: list[httpx.Request] | None = None) -> httpx.MockTransport:
    def reply(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        return httpx.Response(status, text=content)

    return httpx.MockTransport(reply)


def failure(work: Callable[[], object]) -> PullquoteError:
    with pytest.raises(PullquoteError) as raised:
        work()
    assert str(raised.value).isprintable()
    assert len(str(raised.value)) < 400
    assert SECRET not in str(raised.value)
    return raised.value


def test_indexes_that_share_a_server_do_not_see_each_other(chroma: ChromaProcess) -> None:
    one, other, repaired = (ChromaServer(chroma.url, identity) for identity in ("a1", "b2", "a1-7"))
    for server in (one, other, repaired):
        server.create("generation-1")
    one.add("generation-1", [1, 2, 3], VECTORS)

    assert (one.count("generation-1"), other.count("generation-1")) == (3, 0)
    assert one.names() == other.names() == repaired.names() == ["generation-1"]
    repaired.drop_others("a1")
    assert (one.names(), other.names(), repaired.names()) == ([], ["generation-1"], ["generation-1"])
    for server in (one, other, repaired):
        server.close()


def test_more_collections_than_are_listed_at_a_time_are_all_found() -> None:
    names = [f"pullquote.one.generation-{number}" for number in range(2345)]

    def reply(request: httpx.Request) -> httpx.Response:
        start, limit = (int(request.url.params[name]) for name in ("offset", "limit"))
        return httpx.Response(200, json=[{"name": name} for name in names[start : start + limit]])

    server = ChromaServer("http://chroma.test:8000", "one", transport=httpx.MockTransport(reply))
    assert len(set(server.names())) == 2345
    server.close()


def test_a_server_that_is_stopped_and_started_again_goes_on(own: ChromaProcess) -> None:
    server = ChromaServer(own.url, "one")
    server.create("generation-1")
    server.add("generation-1", [1, 2, 3], VECTORS)

    own.stop()
    error = failure(lambda: server.search("generation-1", VECTORS[1], 1))
    own.start()

    assert isinstance(error, VectorServerError)
    assert error.retryable
    assert str(error) == (
        f"the Chroma server at {own.url} cannot be reached ([Errno 111] Connection refused); "
        "start it, or set PULLQUOTE_CHROMA_URL to where it is now"
    )
    assert [passage for passage, _ in server.search("generation-1", VECTORS[1], 1)] == [2]
    server.close()


def test_a_server_that_is_wiped_lacks_vectors_and_takes_new_ones(tmp_path: Path) -> None:
    with run_chroma(tmp_path / "full") as first:
        server = ChromaServer(first.url, "one")
        server.create("generation-1")
        server.add("generation-1", [1, 2, 3], VECTORS)
        first.stop()
        first.folder = tmp_path / "empty"
        first.start()

        error = failure(lambda: server.search("generation-1", VECTORS[1], 1))
        assert isinstance(error, VectorsDamagedError)
        assert str(error) == (
            f"the Chroma server at {first.url} lacks vectors of the index; 'pullquote index' writes them again from the index's database"
        )
        server.create("generation-1")
        server.add("generation-1", [4], VECTORS[1:2])
        assert [passage for passage, _ in server.search("generation-1", VECTORS[1], 9)] == [4]
        server.close()


def test_a_server_that_says_nothing_is_given_up(deaf: str) -> None:
    server = ChromaServer(deaf, "one", timeout=0.2)

    error = failure(server.names)

    assert str(error) == f"the Chroma server at {deaf} did not answer within 0.2 seconds; see its log, or try again"
    server.close()


def test_a_connection_that_breaks_off_is_told() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def hang_up() -> None:
            connection, _ = listening.accept()
            connection.recv(1000)
            connection.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        server = ChromaServer(f"http://127.0.0.1:{listening.getsockname()[1]}", "one")
        assert "broke off (Server disconnected without sending a response.); try again" in str(failure(server.names))
        server.close()
        thread.join()


@pytest.mark.parametrize(
    ("status", "content", "told"),
    [
        (
            200,
            "<html>",
            "what answers at http://chroma.test:8000 is no Chroma server; set PULLQUOTE_CHROMA_URL to one that `chroma run` started",
        ),
        (404, "<html>", "what answers at http://chroma.test:8000 is no Chroma server (HTTP 404); set"),
        (502, "[]", "what answers at http://chroma.test:8000 is no Chroma server (HTTP 502); set"),
        (
            401,
            "",
            "the Chroma server at http://chroma.test:8000 refuses the user and password of PULLQUOTE_CHROMA_URL (HTTP 401); expected",
        ),
        (403, "{}", "the Chroma server at http://chroma.test:8000 refuses the user and password of PULLQUOTE_CHROMA_URL (HTTP 403)"),
        (
            500,
            json.dumps({"error": "InternalError", "message": "the disk\nis full"}),
            "the Chroma server at http://chroma.test:8000 failed (InternalError: the disk is full); see its log, or try again",
        ),
    ],
    ids=["a page", "another server", "a proxy", "no user", "forbidden", "a full disk"],
)
def test_what_a_server_refuses_is_told_without_the_password(status: int, content: str, told: str) -> None:
    server = ChromaServer(f"http://reader:{SECRET}@chroma.test:8000/", "one", transport=replying(status, content))

    assert str(failure(server.names)).startswith(told)
    server.close()


def test_user_and_password_are_sent() -> None:
    seen: list[httpx.Request] = []
    server = ChromaServer("http://reader:p%40ss@chroma.test:8000/vectors", "one", transport=replying(200, "[]", seen))

    assert server.names() == []
    assert seen[0].headers["Authorization"] == httpx.BasicAuth("reader", "p@ss")._auth_header
    assert str(seen[0].url).startswith("http://chroma.test:8000/vectors/api/v2/")
    assert SECRET not in repr(server)
    server.close()


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("https://reader:hunter2@chroma.test/vectors/", "https://chroma.test/vectors"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
    ],
)
def test_an_address_is_kept_without_user_and_password(url: str, public: str) -> None:
    assert public_url(check_url(f" {url}\n")) == public


@pytest.mark.parametrize(
    "url", ["", "chroma.test:8000", "ftp://chroma.test", "http://", "http://chroma.test:many", "http://chroma.test?tenant=1", "http://a b"]
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(SettingError, match=r"chroma_url is no address of a server; expected one such as http://127.0.0.1:8000"):
        check_url(url)


@pytest.mark.parametrize("host", ["ü..x", "chroma..test", "a" * 64])
def test_a_name_that_no_machine_can_have_cannot_be_reached(host: str) -> None:
    server = ChromaServer(f"http://{host}:8000", "one")

    assert str(failure(server.names)).startswith(f"the Chroma server at http://{host}:8000 cannot be reached (")
    server.close()


@pytest.mark.parametrize("ask", ["names", "create", "count", "ids"])
@pytest.mark.parametrize("content", ['{"status": "ok"}', "[1]", "null", "5"])
def test_another_server_that_answers_everything_is_no_chroma(content: str, ask: str) -> None:
    server = ChromaServer("http://chroma.test:8000", "one", transport=replying(200, content))

    error = failure(lambda: getattr(server, ask)(*["generation-1"] * (ask != "names")))

    assert "what answers at http://chroma.test:8000 is no Chroma server; set" in str(error)
    server.close()

"""The served page as programs and strangers meet it: over HTTP."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from page_client import Reader
from served import run_page

from index import build
from ui.api import OUT_OF_ORDER

ROOT = Path(__file__).parent.parent
DOCS = (ROOT / "docs" / "api.md").read_text("utf-8")
DOCUMENTED = "http://127.0.0.1:7860"
FUNCTIONS = ["/ask", "/brief", "/get_article", "/search_articles"]
QUESTION = "Who replaced Josep Borrell?"
PASSWORD = "a long password"
READERS = f"anna:{PASSWORD}\nbob:{PASSWORD}"


@pytest.fixture(scope="module")
def address(five_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with run_page(five_folder, tmp_path_factory.mktemp("open")) as address:
        yield address.rstrip("/")


@pytest.fixture(scope="module")
def locked(five_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with run_page(five_folder, tmp_path_factory.mktemp("locked"), PULLQUOTE_AUTH=READERS) as address:
        yield address.rstrip("/")


def call(address: str, function: str, client: httpx.Client | None = None, **arguments: Any) -> tuple[str, Any]:
    """Call a function as curl would; return the event and its data."""
    client = client or httpx.Client()
    joined = client.post(f"{address}/gradio_api/call/v2/{function}", json=arguments)
    assert joined.status_code == 200, joined.text
    told = client.get(f"{address}/gradio_api/call/{function}/{joined.json()['event_id']}", timeout=60).text
    client.close()
    event, data = re.findall(r"event: (\w+)\ndata: (.*)", told)[-1]
    return event, json.loads(data)


def test_the_documented_python_runs(address: str) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL)
    assert example.count(DOCUMENTED) == 1
    script = example.replace(DOCUMENTED, address)
    status, verbatim, searched, *found = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert (status, verbatim, searched) == ("answered", "True", "Who ruled out ground troops: Poland?")
    assert [re.match(r"\d{3}_\w+\.txt ", line) is not None for line in found] == [True] * 3


def test_the_documented_curl_runs(address: str) -> None:
    (example,) = re.findall(r"```sh\n(.*?)```", DOCS, re.DOTALL)
    script = example.replace(DOCUMENTED, address)
    output = subprocess.run(["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, check=True).stdout
    event, data = re.findall(r"event: (\w+)\ndata: (.*)", output)[-1]
    assert event == "complete"
    assert json.loads(data)[0]["status"] == "answered"


def test_only_the_functions_are_public_and_all_are_documented(address: str) -> None:
    named = httpx.get(f"{address}/gradio_api/info").json()["named_endpoints"]
    assert sorted(named) == FUNCTIONS
    for name, endpoint in named.items():
        assert f"`{name.removeprefix('/')}`" in DOCS
        assert all(f"`{parameter['parameter_name']}`" in DOCS for parameter in endpoint["parameters"])
        assert endpoint["description"]


def test_errors_are_one_line_for_the_caller(address: str) -> None:
    event, told = call(address, "ask", question=QUESTION, after="yesterday")
    assert (event, told["error"]) == ("error", "after is 'yesterday'; expected a day such as 2024-02-29")
    event, told = call(address, "get_article", article_id="../../etc/passwd")
    assert (event, told["error"][:41]) == ("error", "no article has the id '../../etc/passwd';")


def test_the_page_tells_no_path_of_this_machine(address: str, five_folder: Path) -> None:
    for path in ("/", "/config", "/gradio_api/info"):
        text = httpx.get(address + path).text
        assert str(five_folder.parent) not in text
        assert str(ROOT) not in text


@pytest.mark.parametrize("options", [(), ("--allow-host", "news.example")], ids=["on one's own machine", "to others"])
def test_where_the_index_is_missing_is_told_on_ones_own_machine_only(articles: Path, tmp_path: Path, options: tuple[str, ...]) -> None:
    build(articles, tmp_path / "index")
    with run_page(tmp_path / "index", tmp_path, "--corpus", str(articles), *options) as address, Reader(address.rstrip("/")) as reader:
        reader.start()
        named = json.dumps(reader.ask("What is the capital of Peru?").answer)
        listed = reader.fire("draw").answer
        token = re.findall(r'data-event=\\"pick\\" data-value=\\"(.*?)\\"', listed)[0]
        assert "article-1-1" in named
        (tmp_path / "index").rename(tmp_path / "gone")
        told = [
            reader.ask(QUESTION).answer,
            reader.fire("notice", "").answer,
            reader.fire("draw").answer,
            reader.fire("brief_1", "peacekeepers").answer,
            reader.fire("visit", event_data={"link": "1-1"}).answer,
            reader.fire("open_2", event_data={"value": token}).answer,
        ]
    assert [OUT_OF_ORDER in one for one in told] == [bool(options)] * len(told)
    assert [str(tmp_path) in one for one in told[:2]] == [not options] * 2


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file=../../etc/passwd",
        "/gradio_api/file=pyproject.toml",
        f"/gradio_api/file={ROOT}/README.md",
        "/gradio_api/file=http://127.0.0.1:1/x",
        "/gradio_api/file=%2e%2e%2f%2e%2e%2fetc/passwd",
        "/static/../../../../pyproject.toml",
        "/assets/..%2f..%2f..%2fpyproject.toml",
        "/svelte/..%2f..%2froutes.py",
    ],
)
def test_no_path_reads_a_file(address: str, path: str) -> None:
    with httpx.Client() as client:
        reply = client.send(client.build_request("GET", address + path))
    assert reply.status_code in (403, 404)
    assert "root:" not in reply.text


def test_calls_cannot_get_past_the_queue(address: str) -> None:
    for path in ("/gradio_api/run/ask", "/gradio_api/api/ask", "/gradio_api/run/predict"):
        assert httpx.post(address + path, json={"data": [QUESTION]}).status_code == 404


def test_without_a_name_and_a_password_nothing_is_told(locked: str) -> None:
    assert "Borrell" not in httpx.get(locked).text
    assert httpx.get(f"{locked}/config").status_code == 401
    assert httpx.get(f"{locked}/gradio_api/info").status_code == 401
    assert httpx.post(f"{locked}/gradio_api/call/ask", json={"data": [QUESTION]}).status_code == 401
    assert httpx.post(f"{locked}/gradio_api/upload", files={"files": b"x"}).status_code == 401


def test_with_them_the_api_answers(locked: str) -> None:
    client = httpx.Client()
    assert client.post(f"{locked}/login", data={"username": "bob", "password": PASSWORD}).json() == {"success": True}
    assert call(locked, "ask", client, question=QUESTION)[1][0]["status"] == "answered"


def test_guessing_passwords_is_stopped_for_the_name_and_for_the_address(five_folder: Path, tmp_path: Path) -> None:
    def log_in(name: str, password: str, sender: str) -> httpx.Response:
        # As a proxy on this machine tells who asked.
        return httpx.post(f"{locked}login", data={"username": name, "password": password}, headers={"X-Forwarded-For": sender})

    with run_page(five_folder, tmp_path, PULLQUOTE_AUTH=READERS) as locked:
        spread = [log_in("anna", f"guess {number}", f"192.0.2.{number}").status_code for number in range(11)]
        assert spread == [400] * 10 + [429]
        told = log_in("anna", PASSWORD, "192.0.2.99")
        assert (told.status_code, told.json()["detail"][:38]) == (429, "too many wrong passwords for this name")
        assert log_in("bob", PASSWORD, "192.0.2.99").status_code == 200
        one = [log_in(f"reader {number}", "guess", "198.51.100.1").status_code for number in range(11)]
        assert one == [400] * 10 + [429]
        assert "from this address" in log_in("bob", PASSWORD, "198.51.100.1").json()["detail"]


def test_behind_a_proxy_the_page_knows_its_place(five_folder: Path, tmp_path: Path) -> None:
    options = ["--root-path", "https://news.example/ask", "--allow-host", "news.example"]
    with run_page(five_folder, tmp_path, *options) as address:
        config = httpx.get(f"{address}config", headers={"Host": "news.example"}).json()
        assert config["root"] == "https://news.example/ask"
        assert httpx.get(f"{address}config", headers={"Host": "evil.example"}).status_code == 421


def test_only_editors_change_the_corpus(articles: Path, tmp_path: Path) -> None:
    build(articles, tmp_path / "index")

    def paste(address: str, name: str) -> str:
        with httpx.Client(base_url=address, timeout=60) as client:
            client.post("login", data={"username": name, "password": PASSWORD}).raise_for_status()
            events = client.get("config").json()["dependencies"]
            (event,) = (event["id"] for event in events if any(kind == "paste" for _, kind in event["targets"]))
            sent = {"text": f"{name} saw the mayor of Riga open the bridge on Monday.", "title": f"By {name}"}
            joined = {"data": [], "event_data": sent, "fn_index": event, "session_hash": name}
            client.post("gradio_api/queue/join", json=joined).raise_for_status()
            return client.get("gradio_api/queue/data", params={"session_hash": name}).text

    with run_page(tmp_path / "index", tmp_path, "--corpus", str(articles), "--editor", "anna", PULLQUOTE_AUTH=READERS) as address:
        assert "Nothing was changed: only some readers may" in paste(address, "bob")
        assert "added: By anna" in paste(address, "anna")
    assert [file.name for file in articles.glob("by-*")] == ["by-anna.txt"]


def test_only_editors_upload_and_what_they_leave_is_deleted(five_folder: Path, tmp_path: Path) -> None:
    def upload(address: str, name: str) -> httpx.Response:
        with httpx.Client(base_url=address, timeout=60) as client:
            client.post("login", data={"username": name, "password": PASSWORD}).raise_for_status()
            return client.post("gradio_api/upload", files={"files": (f"{name}.txt", b"The mayor spoke.")})

    uploads = tmp_path / "uploads"
    with run_page(five_folder, tmp_path, "--editor", "anna", PULLQUOTE_AUTH=READERS, GRADIO_TEMP_DIR=str(uploads)) as address:
        refused = upload(address, "bob")
        assert (refused.status_code, refused.json()) == (403, {"detail": "files are added here by those only who may change the articles"})
        assert [Path(file).name for file in upload(address, "anna").json()] == ["anna.txt"]
        assert [file.name for file in uploads.rglob("*.txt")] == ["anna.txt"]
    assert list(uploads.rglob("*.txt")) == []


def test_an_editor_without_a_password_is_one_clear_line(five_folder: Path) -> None:
    command = [sys.executable, "-m", "ui.cli", "serve", "--index", str(five_folder), "--editor", "eve"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PULLQUOTE_AUTH": READERS})
    expected = "pullquote: --editor is 'eve'; expected a name that --auth-file or PULLQUOTE_AUTH has a password for\n"
    assert (run.returncode, run.stderr) == (2, expected)

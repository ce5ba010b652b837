import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
import pytest
from pages import CANONICAL, PARAGRAPHS, TEXT, page
from test_corpus_archives import packed
from test_corpus_docx import document
from test_corpus_mail import mail
from test_corpus_pdf import column, pdf

from corpus import Source, scan
from corpus.adding import Added, add
from corpus.errors import AddError
from corpus.fetching import Fetched, fetch

URL = "https://gazette.example/2024/ferry"
Pages = Mapping[str, httpx.Response]


def put(what: str, corpus: Path, *, given: bytes = b"", fetched: Fetched | None = None, name: str | None = None,
        replace: bool = False) -> Added:  # fmt: skip
    def from_web(url: str, max_bytes: int) -> Fetched:
        assert url == what
        assert fetched
        return fetched

    return add(what, corpus, name=name, replace=replace, stdin=io.BytesIO(given), fetch=from_web)


def ids(corpus: Path) -> list[str]:
    return [found.id if isinstance(found, Source) else str(found) for found in scan(corpus)]


def test_a_file_keeps_its_name_and_its_bytes(tmp_path: Path) -> None:
    file = tmp_path / "ferry.html"
    file.write_text(page())
    added = put(str(file), tmp_path / "corpus")
    assert (added.path, added.new) == (tmp_path / "corpus" / "ferry.html", True)
    assert added.article
    assert (added.article.title, added.article.text) == ("Ferry runs again", TEXT)
    assert added.path.read_bytes() == file.read_bytes()
    assert ids(tmp_path / "corpus") == ["ferry.html"]


@pytest.mark.parametrize(
    ("name", "path"),
    [("storm", "storm.html"), ("storm.html", "storm.html"), ("storm.v2", "storm.v2.html"), ("2024/storm", "2024/storm.html")],
)
def test_a_file_can_be_given_a_name(tmp_path: Path, name: str, path: str) -> None:
    assert put("-", tmp_path, given=page().encode(), name=name).path == tmp_path / path


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", ".hidden", "a/../../b", "a\nb"])
def test_names_that_lead_out_of_the_corpus(tmp_path: Path, name: str) -> None:
    with pytest.raises(AddError, match=r"^the name .* cannot be used; expected one such as kyiv\.html, or 2024/kyiv\.html, below"):
        put("-", tmp_path, given=page().encode(), name=name)
    assert list(tmp_path.iterdir()) == []


def test_the_same_file_again_is_no_error_and_another_of_its_name_is(tmp_path: Path) -> None:
    put("-", tmp_path, given=b"Ferry runs again\n\nIt does.", name="a")
    assert not put("-", tmp_path, given=b"Ferry runs again\n\nIt does.", name="a").new
    with pytest.raises(AddError, match=r"a\.txt' is there already, with another content; give another --name, or --replace it$"):
        put("-", tmp_path, given=b"Ferry rests\n\nIt does.", name="a")
    assert (tmp_path / "a.txt").read_text() == "Ferry runs again\n\nIt does."
    assert put("-", tmp_path, given=b"Ferry rests\n\nIt does.", name="a", replace=True).new
    assert (tmp_path / "a.txt").read_text() == "Ferry rests\n\nIt does."


@pytest.mark.parametrize(
    ("given", "path"),
    [
        pytest.param(page().encode(), "ferry-runs-again.html", id="page"),
        pytest.param(b"\xef\xbb\xbf\n<!-- x -->\n" + page().encode(), "ferry-runs-again.html", id="page after a comment"),
        pytest.param(pdf([(72, 730, 22, "Ferry is back!"), *column(PARAGRAPHS)]), "ferry-is-back.pdf", id="PDF"),
        pytest.param(document(lambda made: made.add_heading("Ferry is back", 0)), "ferry-is-back.docx", id="Word"),
        pytest.param(mail(), "ferry-runs-again.eml", id="mail"),
        pytest.param(b"Ferry runs again\n\nIt does.", "ferry-runs-again.txt", id="text"),
        pytest.param(b"[Update] Ferry runs again\n\nIt does.", "update-ferry-runs-again.txt", id="text in brackets"),
        pytest.param("---\ntitle: Паром, снова\n---\nХодит.".encode(), "паром-снова.txt", id="Russian"),
        pytest.param(json.dumps({"text": "a"}).encode(), "articles.json", id="JSON"),
        pytest.param(json.dumps([{"text": "a"}], indent=1).encode(), "articles.json", id="JSON list"),
        pytest.param(b'{"text": "a"}\n{"text": "b"}\n', "articles.jsonl", id="lines"),
        pytest.param(packed({"a.txt": "A text."}), "articles.zip", id="archive"),
    ],
)
def test_standard_input_is_told_by_its_look_and_named_after_its_title(tmp_path: Path, given: bytes, path: str) -> None:
    added = put("-", tmp_path, given=given)
    assert added.path == tmp_path / path
    assert added.path.read_bytes() == given
    assert all(isinstance(found, Source) for found in scan(tmp_path))


@pytest.mark.parametrize(
    ("what", "given", "message"),
    [
        pytest.param("-", b" \n", "^standard input is empty; expected an article$", id="empty"),
        pytest.param("-", b"x" * 50_000_001, "^standard input has more than 50 MB; save it as a file and add that$", id="large"),
        pytest.param(
            "-", b"x" * 5_000_001, r"^what was given, as \.txt, is 5\.0 MB; an article may have at most 5 MB: split it$", id="text"
        ),
        pytest.param("-", b"<html><p>x", r"^what was given, as \.html, has no main text that can be told from", id="no article"),
        pytest.param("-", b"{}{", r"^'articles\.json' holds no article; the first that cannot be read is not JSON \(", id="no JSON"),
        pytest.param("-", b"[]", r"^'articles\.json' holds no article$", id="empty list"),
        pytest.param("-", b'{"headline": "Ferry"}', r"^'articles\.json' holds no article; .* has no \"text\"; expected", id="no text"),
        pytest.param("-", b'{"body": "a"}\n{"body": "b"}', r"^'articles\.jsonl' holds no article; .* has no \"text\"", id="no texts"),
        pytest.param("photo.jpg", b"", r"^'photo\.jpg' is of a kind that is not read; expected \.txt, \.md, ", id="kind"),
        pytest.param(
            "missing.txt",
            b"",
            r"^'missing\.txt' cannot be read \(No such file or directory\); expected a file, an address or - for standard input$",
            id="missing",
        ),
    ],
)
def test_what_cannot_be_added_leaves_nothing_behind(tmp_path: Path, what: str, given: bytes, message: str) -> None:
    with pytest.raises(AddError, match=message):
        put(what, tmp_path, given=given)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["ferry.txt/b.txt", "x" * 300, f"{'x' * 300}/b.txt", "folder.txt"])
def test_a_name_that_the_corpus_has_no_place_for(tmp_path: Path, name: str) -> None:
    (tmp_path / "ferry.txt").write_text("The ferry runs.")
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(AddError, match=r"' cannot be written \(.+\); check its name and its folder's permissions$"):
        put("-", tmp_path, given=b"The ferry rests.", name=name, replace=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ferry.txt", "folder.txt"]


def test_a_title_in_large_letters_is_cut_to_a_name_that_a_file_can_have(tmp_path: Path) -> None:
    assert put("-", tmp_path, given=("\U00020000" * 90 + "\n\nThe ferry runs.").encode()).path.name == "\U00020000" * 50 + ".txt"


def test_a_corpus_that_is_one_file_is_not_added_to(tmp_path: Path) -> None:
    (tmp_path / "c.jsonl").write_text("{}")
    with pytest.raises(AddError, match=r"c\.jsonl' is one file; expected a folder to add to: choose one with --corpus$"):
        put("-", tmp_path / "c.jsonl", given=b"A text.")


@pytest.mark.parametrize(
    ("fetched", "path", "url"),
    [
        pytest.param(Fetched(URL, page().encode(), "text/html", "utf-8"), "ferry-runs-again.html", URL, id="page"),
        pytest.param(Fetched(URL, page().encode("utf-16"), "text/html", None), "ferry-runs-again.html", URL, id="UTF-16"),
        pytest.param(Fetched(URL, page().encode("cp1252"), "text/html", "cp1252"), "ferry-runs-again.html", URL, id="windows-1252"),
        pytest.param(Fetched(URL, page(CANONICAL).encode(), "text/html", "utf-8"), "ferry-runs-again.html",
                     "https://gazette.example/ferry", id="canonical"),
        pytest.param(Fetched(URL, pdf(column(PARAGRAPHS)), "application/pdf", None), None, URL, id="PDF"),
        pytest.param(Fetched(URL, pdf(column(PARAGRAPHS)), "application/octet-stream", None), None, URL, id="PDF by its look"),
        pytest.param(Fetched(URL, TEXT.encode(), "text/plain", "utf-8"), None, URL, id="text"),
        pytest.param(Fetched(URL, mail(TEXT), "message/rfc822", None), "ferry-runs-again.eml", None, id="mail"),
    ],
)  # fmt: skip
def test_what_was_fetched_keeps_its_address(tmp_path: Path, fetched: Fetched, path: str | None, url: str | None) -> None:
    added = put(URL, tmp_path, fetched=fetched)
    assert path in (None, added.path.name)
    (source,) = scan(tmp_path)
    assert isinstance(source, Source)
    article = source.read()
    assert article.url == url
    assert article == Source(source.id, source.file, added.path.read_bytes()).read()
    assert article.text.replace("\n\n", "\n") == TEXT


def test_other_kinds_of_pages_are_refused(tmp_path: Path) -> None:
    with pytest.raises(AddError, match=r"^https://\S+ is 'image/png'; expected a page, a text, a PDF or a document$"):
        put(URL, tmp_path, fetched=Fetched(URL, b"\x89PNG", "image/png", None))


ADDRESSES = {"gazette.example": ["203.0.114.7"], "inside.example": ["10.0.0.7"], "both.example": ["203.0.114.7", "127.0.0.1"]}


def get(url: str, answer: Callable[[httpx.Request], httpx.Response], max_bytes: int = 1_000_000) -> Fetched:
    return fetch(url, max_bytes, transport=httpx.MockTransport(answer), resolve=lambda host: ADDRESSES.get(host, []))


def leading_to(target: str) -> Callable[[httpx.Request], httpx.Response]:
    """Answer the first request with a redirect, and every other with a page."""
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(302, headers={"location": target}) if len(seen) == 1 else httpx.Response(200, html=page())

    return answer


def test_a_page_is_fetched_with_its_kind_and_encoding() -> None:
    fetched = get(URL, lambda _: httpx.Response(200, content=b"x", headers={"content-type": "Text/HTML; charset=windows-1251"}))
    assert fetched == Fetched(URL, b"x", "text/html", "windows-1251")


def test_a_redirect_is_followed_and_its_end_is_the_address() -> None:
    assert get("http://gazette.example/a", leading_to("/b?c=d")).url == "http://gazette.example/b?c=d"


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1/x", "http://localhost:8000/", "http://[::1]/", "http://169.254.169.254/latest", "http://inside.example/",
     "http://both.example/", "http://[::ffff:10.0.0.1]/", "http://192.168.1.1/", "http://0.0.0.0/"],
)  # fmt: skip
def test_no_redirect_leads_from_the_web_to_this_network(target: str) -> None:
    with pytest.raises(AddError, match=rf"^{URL} leads to \S+, an address of this machine or its network; fetch it under that address$"):
        get(URL, leading_to(target))


@pytest.mark.parametrize("url", ["http://127.0.0.1/x", "http://inside.example/"])
def test_the_user_may_ask_for_an_address_of_this_network(url: str) -> None:
    assert get(url, lambda _: httpx.Response(200, html=page())).url == url
    assert get(url, leading_to("http://10.0.0.8/")).url == "http://10.0.0.8/"


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://gazette.example/", "javascript:alert(1)", "http://[x", "http:///x"])
def test_a_redirect_to_what_is_no_page(target: str) -> None:
    with pytest.raises(AddError, match=r"is no address of a page; expected one that|cannot be fetched \(.+\); check the address"):
        get(URL, leading_to(target))


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        pytest.param(lambda _: httpx.Response(404), "answered 404 Not Found; check the address$", id="404"),
        pytest.param(lambda _: httpx.Response(403), r"lets no program in \(403 Forbidden\); save the page in a browser and add", id="403"),
        pytest.param(lambda _: httpx.Response(200, content=b"x" * 2_000_000), "has more than 1 MB; expected one article$", id="large"),
        pytest.param(lambda _: httpx.Response(302, headers={"location": "/x"}), "leads on more than 5 times; save the page", id="circle"),
        pytest.param(lambda _: httpx.Response(304), "answered 304 Not Modified; check the address$", id="304"),
        pytest.param(
            lambda _: httpx.Response(200, content=b"no", headers={"content-encoding": "gzip"}),
            r"cannot be fetched \(.+\); check",
            id="gzip",
        ),
    ],
)
def test_what_cannot_be_fetched(answer: Callable[[httpx.Request], httpx.Response], message: str) -> None:
    with pytest.raises(AddError, match=message):
        get(URL, answer)


def test_a_server_that_is_not_there() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("Connection refused", request=request)

    with pytest.raises(AddError, match=rf"^{URL} cannot be fetched \(Connection refused\); check the address and the connection$"):
        get(URL, refuse)


@pytest.mark.parametrize("host", ["gazette..example", "a" * 64 + ".example"])
def test_a_name_that_no_server_can_have(host: str) -> None:
    with pytest.raises(AddError, match=r"^http://\S+ cannot be fetched \(.*label.*\); check the address and the connection$"):
        fetch(f"http://{host}/x", 1_000_000)

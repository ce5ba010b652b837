"""What a reader of the page adds to the corpus and deletes from it, without Gradio."""

import gzip
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest
from pages import TEXT, page

from corpus.fetching import fetch
from index import ArticleHead, Index, build
from ui.changing import (
    MAX_FILES,
    MAX_UPLOAD,
    Outcome,
    last_removed,
    put_back,
    safe_name,
    show_outcomes,
    take_files,
    take_out,
    take_page,
    take_text,
)
from ui.rebuilding import rebuild
from ui.settings import Settings

ARTICLE = "Ferry runs again\n\nThe ferry ran again on Monday, said Ann Lee.\n"


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    folder = tmp_path / "uploads"
    folder.mkdir()
    return folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    return folder


def upload(uploads: Path, name: str, content: str | bytes = ARTICLE) -> Path:
    """Put a file where the server would put it: in a folder of its own."""
    folder = uploads / f"{len(list(uploads.iterdir())):064}"
    folder.mkdir()
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder / name


def zipped(path: Path, name: str, content: bytes) -> bytes:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return path.read_bytes()


def test_each_file_is_told_what_became_of_it(corpus: Path, uploads: Path) -> None:
    files = [
        upload(uploads, "ferry.txt"),
        upload(uploads, "saved.html", page()),
        upload(uploads, "empty.txt", " \n"),
        upload(uploads, "letter.doc", "x"),
        upload(uploads, "fake.pdf", "no pdf"),
        upload(uploads, "dump.jsonl", '{"text": "The mayor said so."}'),
    ]
    outcomes = list(take_files(files, corpus, uploads))
    assert [(outcome.name, outcome.well) for outcome in outcomes] == [
        ("ferry.txt", True),
        ("saved.html", True),
        ("empty.txt", False),
        ("letter.doc", False),
        ("fake.pdf", False),
        ("dump.jsonl", True),
    ]
    texts = [outcome.text for outcome in outcomes]
    assert texts[0] == "added: Ferry runs again · undated, 44 characters"
    assert texts[2] == "not added: holds no text; expected an article"
    assert texts[3].startswith("not added: is of a kind that is not read; expected .txt, .md")
    assert texts[4].startswith("not added: is a damaged PDF")
    assert texts[5] == "added: a file of several articles"
    assert sorted(file.name for file in corpus.iterdir()) == ["dump.jsonl", "ferry.txt", "saved.html"]
    assert not any(file.exists() for file in files)


def test_a_file_that_is_there_is_never_replaced(corpus: Path, uploads: Path) -> None:
    list(take_files([upload(uploads, "ferry.txt")], corpus, uploads))
    (again,) = take_files([upload(uploads, "ferry.txt")], corpus, uploads)
    (other,) = take_files([upload(uploads, "ferry.txt", "Another text about the mayor.")], corpus, uploads)
    assert again.text.startswith("in the corpus already: Ferry runs again")
    assert other.text == "not added: another file of the corpus has that name; give yours another one, or delete that article first"
    assert (corpus / "ferry.txt").read_text() == ARTICLE


@pytest.mark.parametrize("where", ["outside", "link", "folder", "nowhere", "dots"])
def test_only_what_was_uploaded_is_read(corpus: Path, uploads: Path, tmp_path: Path, where: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("The secret of the mayor.")
    (uploads / "link.txt").symlink_to(secret)
    (uploads / "folder.txt").mkdir()
    file = {
        "outside": secret,
        "link": uploads / "link.txt",
        "folder": uploads / "folder.txt",
        "nowhere": uploads / "nowhere.txt",
        "dots": uploads / ".." / "secret.txt",
    }[where]
    (outcome,) = take_files([file], corpus, uploads)
    assert outcome.text == "not added: it was not uploaded here; choose the file again"
    assert list(corpus.iterdir()) == []
    assert secret.exists()


def test_too_many_and_too_large_files_are_refused(corpus: Path, uploads: Path) -> None:
    (many,) = take_files([uploads / f"{number}.txt" for number in range(MAX_FILES + 1)], corpus, uploads)
    assert many == Outcome(
        "101 files", False, "not added: too many at once; expected at most 100: put them into the corpus folder yourself"
    )
    large = upload(uploads, "large.txt")
    with large.open("r+b") as file:
        file.truncate(MAX_UPLOAD + 1)
    (outcome,) = take_files([large], corpus, uploads)
    assert outcome.text == "not added: it is 50 MB; expected at most 50: put it into the corpus folder yourself"


def test_archives_that_unpack_to_far_more_are_refused(corpus: Path, uploads: Path, tmp_path: Path) -> None:
    bomb = upload(uploads, "bomb.zip", zipped(tmp_path / "z", "a.txt", b"\0" * 40_000_000))
    packed = upload(uploads, "bomb.jsonl.gz", gzip.compress(b'{"text": "' + b"a" * 40_000_000))
    outcomes = list(take_files([bomb, packed], corpus, uploads))
    assert (
        outcomes[0].text == "not added: holds no article; the first that cannot be read packs 40 MB into 0.0, as no text can be; unpack it"
    )
    assert not outcomes[1].well
    assert list(corpus.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("kyiv.txt", "kyiv.txt"),
        ("Kyiv – 27 février (1).PDF", "Kyiv _ 27 février (1).pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\ann\\kyiv.html", "kyiv.html"),
        (".hidden.txt", "hidden.txt"),
        ("...txt", "txt"),
        (".txt", "txt"),
        ("a\nb\x00c\u202e.txt", "a_b_c_.txt"),
        ("<img src=x>.md", "_img src_x_.md"),
        ("a" * 300 + ".jsonl.gz", "a" * 100 + ".jsonl.gz"),
        ("", "article"),
    ],
)
def test_names_are_made_safe(name: str, expected: str) -> None:
    assert safe_name(name) == expected


def test_a_pasted_text_gets_what_is_said_of_it(corpus: Path) -> None:
    outcome = take_text(TEXT, "The ferry: again", "Harbour Gazette", "2024-02-27", corpus)
    assert outcome.well
    assert outcome.text.startswith("added: The ferry: again · Harbour Gazette · 2024-02-27, ")
    assert [file.name for file in corpus.iterdir()] == ["the-ferry-again.txt"]
    assert take_text(page(), "", "", "", corpus).well  # the source of a page
    assert sorted(file.suffix for file in corpus.iterdir()) == [".html", ".txt"]


@pytest.mark.parametrize(
    ("text", "fields", "told"),
    [
        ("  ", ("", "", ""), "not added: it is empty; paste an article"),
        (TEXT, ("", "", "yesterday"), "not added: it has the date 'yesterday'; expected one such as 2024-02-29, or none"),
        (
            f"---\ntitle: A\n---\n{TEXT}",
            ("B", "", ""),
            "not added: it says in its first lines itself what it is; leave title, outlet and date",
        ),
        ("a" * 1_000_001, ("", "", ""), "not added: it has 1,000,001 characters; expected at most 1,000,000: upload it as a file"),
        ("123 456", ("", "", ""), "not added: what was given, as .txt, holds no text; expected an article"),
    ],
)
def test_a_text_that_cannot_be_added_is_told_why(corpus: Path, text: str, fields: tuple[str, str, str], told: str) -> None:
    outcome = take_text(text, *fields, corpus)
    assert not outcome.well
    assert outcome.text.startswith(told)
    assert list(corpus.iterdir()) == []


def test_a_page_is_fetched_and_never_a_file_of_the_server(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("The secret of the mayor.")
    served = partial(fetch, transport=httpx.MockTransport(lambda _: httpx.Response(200, html=page())), resolve=lambda _: ["93.184.215.14"])
    assert take_page(" https://gazette.example/ferry ", corpus, served).text.startswith("added: Ferry runs again")
    for address in (str(tmp_path / "secret.txt"), "file:///etc/passwd", "-", "", "ferry.txt"):
        outcome = take_page(address, corpus, served)
        assert "is no address of a page; expected one that begins with https:// or http://" in outcome.text


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:7860/", "http://localhost/", "http://10.0.0.1/", "http://[::1]/", "http://inside.example/"]
)
def test_others_may_not_have_this_machine_look_around_in_its_network(corpus: Path, address: str) -> None:
    served = partial(
        fetch, transport=httpx.MockTransport(lambda _: httpx.Response(200, html=page())), resolve=lambda _: ["192.168.0.7"], private=False
    )
    assert "is an address of this machine or its network; save the page" in take_page(address, corpus, served).text
    assert list(corpus.iterdir()) == []


def test_what_is_deleted_can_be_put_back_step_by_step(corpus: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (corpus / name).write_text(ARTICLE)
    assert last_removed(corpus) is None
    assert take_out(ArticleHead("a.txt", "Ferry", paths=("a.txt",)), corpus).text == "deleted: a.txt in the trash"
    take_out(ArticleHead("b.txt", "Ferry", paths=("b.txt",)), corpus)
    for name in ("b.txt", "a.txt"):
        step = last_removed(corpus)
        assert step is not None
        assert put_back(step.step, corpus) == Outcome(name, True, "back in the corpus")
    assert last_removed(corpus) is None
    assert put_back("000001", corpus).text.startswith("not possible: there is nothing in the trash under '000001'")
    assert take_out(ArticleHead("d.jsonl/1", "Ferry", paths=("d.jsonl/1",)), corpus).text.startswith("not deleted: there is no file")


def test_outcomes_are_escaped() -> None:
    html = show_outcomes([Outcome("<b>.txt", False, "not added: <i>")])
    assert "<strong>&lt;b&gt;.txt</strong> – not added: &lt;i&gt;" in html


@pytest.fixture
def index(corpus: Path, tmp_path: Path) -> Iterator[Index]:
    (corpus / "a.txt").write_text(ARTICLE)
    build(corpus, tmp_path / "index", embedder="static")
    with Index(tmp_path / "index") as index:
        yield index


def test_a_rebuild_tells_how_far_it_is_and_what_it_did(corpus: Path, tmp_path: Path, index: Index) -> None:
    (corpus / "b.txt").write_text("The mayor of Riga spoke on Friday.")
    (corpus / "c.txt").write_text("")
    *states, last = rebuild(Settings(corpus=corpus, index=tmp_path / "index"))
    assert "Looking through the articles" in states[0]
    assert 'The index is up to date: 1 added; <span class="pq-warn">1 problem, listed under “Not read”</span>' in last
    assert index.snapshot().generation.articles == 2


def test_a_rebuild_that_fails_says_so_and_changes_nothing(corpus: Path, tmp_path: Path, index: Index) -> None:
    (corpus / "a.txt").unlink()
    *_, last = rebuild(Settings(corpus=corpus, index=tmp_path / "index"))
    assert 'role="alert">The index was not brought up to date: the corpus at' in last
    assert index.snapshot().generation.articles == 1
    *_, last = rebuild(Settings(corpus=corpus, index=tmp_path / "index"), allow_empty=True)
    assert "1 removed" in last


def test_who_stops_watching_does_not_stop_the_rebuild(corpus: Path, tmp_path: Path, index: Index) -> None:
    (corpus / "b.txt").write_text("The mayor of Riga spoke on Friday.")
    watching = rebuild(Settings(corpus=corpus, index=tmp_path / "index"))
    next(watching)
    next(watching, None)
    del watching
    assert index.snapshot().generation.articles == 2

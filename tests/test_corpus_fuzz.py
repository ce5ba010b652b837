"""Whatever lies in a corpus folder, it is an article or a failure of one line; nothing else, and soon."""

import gzip
import io
import json
import os
import tempfile
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import CANONICAL, PARAGRAPHS, described, page
from test_corpus_archives import packed
from test_corpus_docx import document, repacked
from test_corpus_mail import mail
from test_corpus_pdf import column, pdf

from corpus import Article, ArticleError, Source, scan
from corpus.cleaning import clean, normalize
from corpus.formats import SUFFIXES

SLOWEST = 10  # seconds of a processor for 5 MB
MANY = int(os.environ.get("FUZZ_EXAMPLES", "10"))  # of each kind of trouble; 200 make 10,000 files


def read_all(name: str, content: bytes) -> list[Article]:
    """Read a corpus of one file, holding every result to its promises; return the articles."""
    articles = []
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, name).write_bytes(content)
        for found in scan(folder):
            if not isinstance(found, Source):
                hold_message(str(found))
                continue
            try:
                articles.append(found.read())
            except ArticleError as error:
                hold_message(str(error))
    for article in articles:
        hold_article(article)
    return articles


def hold_article(article: Article) -> None:
    assert article.text
    assert article.text == article.text.strip()
    assert article.title.strip()
    stated = (article.id, article.title, article.text, article.source or "", article.url or "", *article.authors, *article.notes)
    for field in stated:
        assert "\x00" not in field
        field.encode("utf-8")
    assert "\n" not in article.id + article.title
    for note in article.notes:
        hold_message(note)


def hold_message(message: str) -> None:
    assert message.strip()
    assert message.isprintable()
    assert len(message) < 700


BITS = st.sampled_from(
    [
        *("---\n", "title: ", "date: ", "authors: ", "[", "{", "}", "]", "&a ", "*a", '"', "<<: ", "!!python/name:os ", "# "),
        *("By Ann Lee", "2024-02-27", " | ", " - BBC News", "Leave a Reply", "See also", "- News", "(Photo: ", ")", "관련 뉴스"),
        *("\n", "\n\n", "\r", "\u200b", "\u0301", "\ud800", "\x00", "\x0c", "word "),
    ]
)
TEXTS = st.lists(BITS | st.text(max_size=20), max_size=40).map("".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)
FIELDS = st.sampled_from(["id", "title", "text", "date", "source", "outlet", "url", "author", "authors"])


@pytest.mark.parametrize("suffix", SUFFIXES)
@settings(deadline=None, max_examples=2 * MANY)
@given(content=st.binary(max_size=300))
def test_any_bytes(suffix: str, content: bytes) -> None:
    read_all(f"a{suffix}", content)


LINE = json.dumps({"id": 1, "title": "T", "text": "The ferry runs again.", "date": "2024-02-27", "authors": ["Ann Lee"]}).encode()
DOCUMENT = document(lambda made: made.add_heading("Ferry runs again", 0))
GOOD = {
    ".html": page(described() + CANONICAL).encode(),
    ".mhtml": mail(None, page(described())),
    ".eml": mail(PARAGRAPHS[0], page()),
    ".pdf": pdf([(72, 730, 22, "Ferry runs again"), *column(PARAGRAPHS)]),
    ".docx": DOCUMENT,
    ".json": b"[%b]" % LINE,
    ".json.gz": gzip.compress(LINE),
    ".zip": packed({"a.html": page(), "b.jsonl": LINE}),
}
PIECES = st.sampled_from(
    [
        *(b"<", b">", b"<div>" * 300, b"</p>", b"<!--", b"<![CDATA[", b"&#x0;", b"<svg><title>", b"<table><tr><td>" * 20, b"charset=x"),
        *(b"{", b"[" * 2000, b'"', b"null", b"1e999", b"\xed\xa0\x80", b"\x00", b"\xff", b"\n\n", b"PK\x05\x06", b"PK\x01\x02"),
        *(
            b"/Kids[2 0 R]",
            b"/Length 99999999",
            b"endobj",
            b" 0 R",
            b"=?utf-8?q?=",
            b"\n--x\n",
            b"Content-Type: multipart/mixed; boundary=x\n",
        ),
    ]
)
# Where to cut (a share of the file), how many bytes to leave out, and what to put in.
EDITS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 200), PIECES | st.binary(max_size=20)), min_size=1, max_size=8)


def edited(content: bytes, edits: list[tuple[float, int, bytes]]) -> bytes:
    for share, left_out, put_in in edits:
        place = int(share * len(content))
        content = content[:place] + put_in + content[place + left_out :]
    return content


@pytest.mark.parametrize("suffix", GOOD)
@settings(deadline=None, max_examples=2 * MANY)
@given(edits=EDITS)
def test_damaged_files(suffix: str, edits: list[tuple[float, int, bytes]]) -> None:
    read_all(f"a{suffix}", edited(GOOD[suffix], edits))


@pytest.mark.parametrize("part", ["word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels", "word/styles.xml"])
@settings(deadline=None, max_examples=MANY)
@given(edits=EDITS)
def test_documents_with_a_damaged_part(part: str, edits: list[tuple[float, int, bytes]]) -> None:
    content = zipfile.ZipFile(io.BytesIO(DOCUMENT)).read(part)
    read_all("a.docx", repacked(DOCUMENT, part, edited(content, edits)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "cp1251", "cp1252"])
@settings(deadline=None, max_examples=60)
@given(text=TEXTS)
def test_any_text(encoding: str, text: str) -> None:
    read_all("a.md", text.encode(encoding, "replace"))


@settings(deadline=None, max_examples=150)
@given(yaml=TEXTS, text=TEXTS)
def test_any_front_matter(yaml: str, text: str) -> None:
    read_all("a.txt", f"---\n{yaml}\n---\n{text}".encode("utf-8", "replace"))


@settings(deadline=None, max_examples=150)
@given(fields=st.dictionaries(FIELDS, TEXTS | VALUES))
def test_any_fields(fields: dict[str, object]) -> None:
    read_all("a.jsonl", json.dumps(fields).encode())


@settings(deadline=None, max_examples=200)
@given(text=TEXTS)
def test_normalizing_and_cleaning_twice_changes_nothing_more(text: str) -> None:
    normal = normalize(text)
    assert normalize(normal) == normal
    assert normalize(clean(normal)) == clean(normal)


M = 4_900_000
SLOW = {
    "brackets": ("a.txt", b"[" * M),
    "brackets in JSON": ("a.jsonl", b'{"text": ' + b"[" * M),
    "lists in JSON": ("a.jsonl", b'{"text": "word", "authors": ' + b"[" * 900 + b"]" * 900 + b"}"),
    "digits in JSON": ("a.jsonl", b'{"text": "word", "id": ' + b"9" * M + b"}"),
    "digits as date": ("a.jsonl", b'{"text": "word", "date": ' + b"9" * 4000 + b"}"),
    "infinity in JSON": ("a.jsonl", b'{"text": "word", "title": 1e999, "source": -Infinity, "authors": NaN}'),
    "clocks as date": ("a.jsonl", b'{"text": "word", "date": "' + b"1:11 " * 900_000 + b'"}'),
    "dashes as title": ("a.jsonl", b'{"text": "word", "title": "' + b"T - " * 900_000 + b'"}'),
    "no-break spaces": ("a.txt", "\u00a0".encode() * (M // 2) + b"word"),
    "spaces": ("a.txt", b"Title" + b" " * M + b"x\nword"),
    "blank lines": ("a.txt", b"Title" + b"\t\n" * (M // 2) + b"word"),
    "dashes": ("a.txt", b" - " * (M // 3) + b"a\nword"),
    "one word after a dash": ("a.txt", b"Title - " + b"a" * 1_000_000 + b"!\nword"),
    "points and quotes": ("a.txt", b".'" * (M // 2) + b"x"),
    "promos": ("a.txt", b"More: " * (M // 6)),
    "marks": ("a.txt", b"!-" * 50_000 + b"\nword\n" + b"-" * 100_000),
    "section names": ("a.txt", b"News\n" * (M // 5)),
    "labels": ("a.txt", b"- Kyiv\nAnn\n" * (M // 11)),
    "brackets for credits": ("a.txt", (b"(photo " * 60 + b"\n") * 5_000),
    "words for newsletters": ("a.txt", (b"subscribe here " * 30 + b"!\n") * 5_000),
    "versions": ("a.txt", (b"the " + b"versions " * 50 + b"\n") * 5_000),
    "windows-1251": ("a.txt", "Паром снова ходит, ".encode("cp1251") * (M // 19)),
    "unknown letters": ("a.txt", b"caf\xe9 \xb3 \x9d " * (M // 9)),
    "front matter of brackets": ("a.txt", b"---\n" + b"[" * M + b"\n---\nword"),
    "front matter, deep": ("a.txt", b"---\n" + b"[" * 19_000 + b"\n---\nword"),
    "front matter, never closed": ("a.txt", b"---\n" + b"--- x\n" * 500_000),
    "front matter of aliases": (
        "a.txt",
        b"---\na0: &a0 [x, x]\n"
        + b"".join(b"a%d: &a%d [*a%d, *a%d]\n" % (n, n, n - 1, n - 1) for n in range(1, 99))
        + b"authors: *a98\n---\nx",
    ),
    "front matter that holds itself": ("a.txt", b"---\nauthors: &a [*a]\n---\nword"),
}


HEAVY = {
    "deep": ("a.html", b"<div>" * 2_000 + page().encode()),
    "one line": ("a.html", page().encode() + b"<p>" + b"word " * 500_000),
    "open brackets": ("a.html", page().encode() + b"<" * 500_000),
    "descriptions": ("a.html", page(described("[" + '{"@type":"Article"},' * 45_000 + "1]")).encode()),
    "deep descriptions": ("a.html", page(described("[" * 400_000)).encode()),
    "many attributes": ("a.html", page().encode() + b"<p " + b"a=1 " * 100_000 + b">"),
    "mails in mails": ("a.eml", b"".join(b"Content-Type: multipart/mixed; boundary=x%d\n\n--x%d\n" % (n, n) for n in range(5_000))),
    "parts": ("a.eml", b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\n" * 100_000),
    "encoded words": ("a.eml", b"Subject: " + b"=?utf-8?q?a?= " * 20_000 + b"\n\ntext"),
    "brackets in a sender": ("a.eml", b"From: " + b'"a(<,' * 100_000 + b"\n\ntext here"),
    "pages that hold themselves": ("a.pdf", GOOD[".pdf"].replace(b"Kids[4 0 R]", b"Kids[2 0 R]")),
    "a false number of pages": ("a.pdf", GOOD[".pdf"].replace(b"/Count 1/", b"/Count 99999999/")),
    "many lines": ("a.pdf", pdf([(72, 700, 11, "ab-")] * 20_000, compressed=True)),
    "entities in entities": (
        "a.docx",
        repacked(
            DOCUMENT,
            "word/document.xml",
            b'<!DOCTYPE x [<!ENTITY a0 "ha">'
            + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
            + b"]><x>&a11;</x>",
        ),
    ),
}


@pytest.mark.parametrize(("name", "content"), HEAVY.values(), ids=HEAVY)
def test_heavy_files_are_an_article_or_a_failure(name: str, content: bytes) -> None:
    read_all(name, content)  # the process that reads them ends what takes too long


@pytest.mark.parametrize(("name", "content"), SLOW.values(), ids=SLOW)
def test_hostile_files_end_soon(name: str, content: bytes) -> None:
    start = time.process_time()
    read_all(name, content)
    assert time.process_time() - start < SLOWEST

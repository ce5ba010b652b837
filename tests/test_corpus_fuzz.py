"""Whatever lies in a corpus folder, it is an article or a failure of one line; nothing else, and soon."""

import json
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import Article, ArticleError, Source, scan
from corpus.cleaning import clean, normalize

SLOWEST = 10  # seconds of a processor for 5 MB


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


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.jsonl", "a.jsonl.gz"])
@settings(deadline=None, max_examples=60)
@given(content=st.binary(max_size=300))
def test_any_bytes(name: str, content: bytes) -> None:
    read_all(name, content)


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


@pytest.mark.parametrize(("name", "content"), SLOW.values(), ids=SLOW)
def test_hostile_files_end_soon(name: str, content: bytes) -> None:
    start = time.process_time()
    read_all(name, content)
    assert time.process_time() - start < SLOWEST

"""The list of articles as the page shows it, without Gradio."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_index_support import HashedWords

from index import Index, build
from ui.articles import ALL, FAILED, KEPT, OLDER, PAGE, Browsing, show_list

MARKUP = "<script>alert(1)</script> {{value}} ${1+1} \"quoted\" 'too'"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    corpus = tmp_path_factory.mktemp("list") / "articles"
    corpus.mkdir()
    for number in range(60):
        front = f"---\ntitle: Story {number:02}\ndate: 2024-01-{number % 28 + 1:02}\nsource: {'BBC' if number % 2 else 'Reuters'}\n---\n"
        (corpus / f"s{number:02}.txt").write_text(f"{front}The council number {number} met on Friday.", "utf-8")
    (corpus / "markup.jsonl").write_text(json.dumps({"id": "m", "title": MARKUP, "text": "The mayor said so.", "source": MARKUP}), "utf-8")
    (corpus / "broken.txt").write_text("", "utf-8")
    build(corpus, corpus.parent / "index", embedder=HashedWords())
    (corpus / "s07.txt").write_text("---\ntitle: Story 07\n---\nThe council number 7 met again on Monday.", "utf-8")
    (corpus / "s08.txt").write_text("", "utf-8")
    build(corpus, corpus.parent / "index", embedder=HashedWords())
    with Index(corpus.parent / "index", HashedWords()) as index:
        yield index


def draw(browsing: Browsing, index: Index, *, deletable: bool = True) -> str:
    return show_list(browsing, lambda: index, deletable=deletable)


def titles(html: str) -> list[str]:
    return re.findall(r'data-event="pick"[^>]*>(.*?)</button>', html)


def test_pages_are_turned_and_never_left(index: Index) -> None:
    browsing = Browsing()
    browsing.sort("title")
    html = draw(browsing, index)
    assert "1 to 25 of 61 articles" in html
    assert len(titles(html)) == PAGE
    assert html.count(" disabled>") == 2
    seen = titles(html)
    for where, told in (("next", "26 to 50"), ("next", "51 to 61"), ("next", "51 to 61"), ("first", "1 to 25"), ("previous", "1 to 25")):
        browsing.turn(where)
        html = draw(browsing, index)
        assert f"{told} of 61 articles" in html
        seen += titles(html)
    browsing.turn("last")
    assert titles(draw(browsing, index)) == seen[50:61]
    assert len(set(seen)) == 61
    browsing.turn("../../etc/passwd")
    assert "51 to 61" in draw(browsing, index)


def test_a_column_sorts_and_again_the_other_way_round(index: Index) -> None:
    browsing = Browsing()
    assert 'aria-sort="descending"><button type="button" class="pq-plain" data-event="sort" data-value="date"' in draw(browsing, index)
    browsing.sort("title")
    assert titles(draw(browsing, index))[1:3] == ["Story 00", "Story 01"]
    browsing.sort("title")
    assert titles(draw(browsing, index))[:2] == ["Story 59", "Story 58"]
    before = browsing.wanted
    browsing.sort("title; DROP TABLE articles")
    assert browsing.wanted == before


def test_a_search_begins_at_the_first_page(index: Index) -> None:
    browsing = Browsing()
    browsing.turn("last")
    draw(browsing, index)
    browsing.search("reuters 2024-01-0", ALL)
    html = draw(browsing, index)
    assert re.search(r">1[0-9] articles for “reuters 2024-01-0”<", html)
    browsing.search("<b>nothing</b>", ALL)
    assert "No article for “&lt;b&gt;nothing&lt;/b&gt;”." in draw(browsing, index)


def test_the_status_tells_versions_and_problems(index: Index) -> None:
    browsing = Browsing()
    browsing.search("", OLDER)
    html = draw(browsing, index)
    assert titles(html) == ["Story 07"]
    assert "indexed · 1 older version" in html
    browsing.search("story 08", ALL)
    assert 'indexed<span class="pq-warn"> · holds no text' in draw(browsing, index)
    browsing.search("", FAILED)
    html = draw(browsing, index)
    assert "2 problems" in html
    assert "broken.txt" in html
    browsing.search("S08", FAILED)
    assert "1 problem for" in draw(browsing, index)


def test_a_token_stands_for_an_article_of_the_list_as_it_was_drawn_lately(index: Index) -> None:
    browsing = Browsing()
    browsing.search("s0", ALL)
    old = re.findall(r'data-event="pick" data-value="(.*?)"', draw(browsing, index))
    new = re.findall(r'data-event="pick" data-value="(.*?)"', draw(browsing, index))
    articles = {f"s0{number}.txt" for number in range(10)}
    assert {browsing.article(token) for token in new} == {browsing.article(token) for token in old} == articles
    for _ in range(KEPT):
        draw(browsing, index)
    for token in (*old, "", None, "s00.txt", "9-9", {"a": 1}):
        assert browsing.article(token) is None
    assert len(browsing.tokens) == KEPT


def test_what_articles_state_reaches_the_list_as_text(index: Index) -> None:
    browsing = Browsing()
    browsing.search("alert(1)", ALL)
    html = draw(browsing, index)
    assert "<script" not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3
    assert 'aria-label="Delete &lt;script&gt;' in html


def test_a_page_that_is_read_only_offers_no_deletion(index: Index) -> None:
    assert "Delete" in draw(Browsing(), index)
    assert "Delete" not in draw(Browsing(), index, deletable=False)


def test_an_index_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    def missing() -> Index:
        return Index(tmp_path / "<none>")

    assert "there is no index at" in show_list(Browsing(), missing, deletable=True)
    assert "<none>" not in show_list(Browsing(), missing, deletable=True)

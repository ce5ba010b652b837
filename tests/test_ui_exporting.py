"""A conversation to take away."""

import datetime as dt
from pathlib import Path

import pytest

from index import Index, build
from rag import Answer, Claim, Quote, query
from ui.exporting import as_html, as_markdown, as_text, web_address
from ui.recording import Recorded

EVIL = "<img src=x onerror=alert(1)> [click](javascript:alert(1)) *bold* `code` https://foreign.example www.foreign.example"


def quoted(text: str, title: str = "Tram line", url: str | None = "https://example.com/a?b=1&c=2") -> Recorded:
    quote = Quote(text, 0, len(text), "a.txt", title, dt.date(2024, 2, 27), "City Herald", url)
    return Recorded("Who builds it?", Answer("answered", text, (Claim(text, True, (quote,)),)))


def test_an_answer_as_text_has_its_quotes_and_their_sources() -> None:
    told = as_text(quoted("Skoda builds it."))
    source = "Tram line · City Herald · 2024-02-27\n    https://example.com/a?b=1&c=2"
    assert told == f"Who builds it?\n\n[1] “Skoda builds it.”\n    {source}"


def test_a_written_answer_as_text_has_its_sentences_first() -> None:
    one = quoted("Skoda builds it.")
    claims = (Claim("It is Skoda.", True, one.answer.quotes), Claim("It is red.", False, (), "nothing says so"))
    told = as_text(Recorded("Who?", Answer("answered", "", claims)))
    assert told.startswith("Who?\n\nIt is Skoda. [1] It is red. (not supported: nothing says so)\n\n[1] “Skoda builds it.”")


def test_a_refusal_is_taken_away_as_one(five: Index) -> None:
    refused = Recorded("What is the capital of Peru?", query("What is the capital of Peru?", five))
    for told in (as_text(refused), as_markdown([refused]), as_html([refused])):
        assert "The articles do not say" in told


def test_figures_that_differ_are_taken_away_side_by_side(five: Index) -> None:
    differing = Recorded("How many?", query("How many peacekeepers are needed?", five))
    line = "Different figures, oldest first: at least 200,000 (end of January, Volodymyr Zelenskyy)"
    for told in (as_text(differing), as_markdown([differing]), as_html([differing])):
        assert line in told
        assert told.index("100,000 to 150,000 (11 February") < told.index("At the end of January")


def test_parts_are_taken_away_under_their_headings_and_what_was_refused_too(five: Index) -> None:
    compared = Recorded("Compare", query("Compare Peskov and Modi on troops", five))
    for told, heading in (
        (as_text(compared), "\nPeskov\n"),
        (as_markdown([compared]), "### Peskov"),
        (as_html([compared]), "<h3>Peskov</h3>"),
    ):
        assert told.count(heading) == 1
        assert "Modi: The articles do not say." in told


def test_the_articles_of_a_list_that_are_not_quoted_are_taken_away_too(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    for number in range(14):
        text = f"---\ntitle: Harbour <{number}>\ndate: 2024-01-02\n---\nMacron spoke of matter {number} in Riga, officials said."
        (tmp_path / "articles" / f"{number}.txt").write_text(text)
    build(tmp_path / "articles", tmp_path / "index")
    listed = Recorded("Who?", query("How many articles mention Macron?", tmp_path / "index"))
    assert len(listed.answer.quotes) == 10
    for told, title in (
        (as_text(listed), "Harbour <{}> · "),
        (as_markdown([listed]), "Harbour \\<{}\\>"),
        (as_html([listed]), "Harbour &lt;{}&gt;"),
    ):
        assert "4 more articles:" in told
        assert [number for number in range(14) if title.format(number) not in told] == []


def test_markdown_names_headline_outlet_date_quote_and_link() -> None:
    told = as_markdown([quoted("Skoda builds it.")])
    assert "## Who builds it?" in told
    assert "> Skoda builds it. \\[1\\]\n>\n> **Tram line** · City Herald · 2024-02-27 · <https://example.com/a?b=1&c=2>" in told


def test_markdown_shows_what_articles_hold_as_text() -> None:
    told = as_markdown([quoted(EVIL, title="1. # [Title](http://foreign.example)", url="javascript:alert(1)")])
    assert "\\<img src=x" in told
    assert "\\[click\\](javascript" in told
    assert "\\*bold\\*" in told
    assert "https\\://foreign.example www\\.foreign" in told
    assert "**1\\. \\# \\[Title" in told
    assert "<javascript" not in told


def test_html_shows_what_articles_hold_as_text_and_links_only_to_web_addresses() -> None:
    told = as_html([quoted(EVIL, title="<script>", url='javascript:alert("1")'), quoted("Skoda.", url='https://example.com/"><script>')])
    assert "<script" not in told
    assert "<img" not in told
    assert told.count("<a ") == 1
    assert 'href="https://example.com/%22%3E%3Cscript%3E"' in told
    assert "default-src &#x27;none&#x27;" in told or "default-src 'none'" in told


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://example.com/ü", "https://example.com/%C3%BC"),
        ("http://example.com", "http://example.com"),
        ("HTTPS://example.com", "HTTPS://example.com"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//example.com", ""),
        ("https://", ""),
        ("http://[", ""),
        (None, ""),
    ],
)
def test_only_web_addresses_are_links(url: str | None, linked: str) -> None:
    assert web_address(url) == linked

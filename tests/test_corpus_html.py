import datetime as dt
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from pages import ARTICLE_JSON, CANONICAL, COMMENTS, COOKIES, FOOTER, MENU, PARAGRAPHS, TEXT, described, page

from corpus import Article, ArticleError, Source, scan

DAY, LATER = dt.date(2024, 2, 27), dt.date(2024, 2, 28)
SAVED = "<!-- saved from url=(0035)https://gazette.example/saved/ferry -->\n"


def read(markup: str | bytes, name: str = "a.html") -> Article:
    return Source(name, name, markup.encode() if isinstance(markup, str) else markup).read()


def meta(name: str, content: str, attribute: str = "property") -> str:
    return f'<meta {attribute}="{name}" content="{content}">'


def test_an_article_without_what_stands_around_it() -> None:
    article = read(page(described() + CANONICAL, title="Ferry runs again after nine weeks | Harbour Gazette"))
    assert article == Article(
        "a.html", "Ferry runs again after nine weeks", TEXT, DAY, "Harbour Gazette", "https://gazette.example/ferry",
        ("Jane Doe", "John Roe"), LATER,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["a.htm", "a.HTML", "a.xhtml"])
def test_the_ends_that_names_of_pages_have(name: str) -> None:
    assert read(page(), name).text == TEXT


def test_a_page_that_states_nothing_is_not_dated_by_its_footer_or_its_links() -> None:
    article = read(page())
    assert (article.title, article.text) == ("Ferry runs again", TEXT)
    assert (article.date, article.updated, article.source, article.url, article.authors) == (None, None, None, None, ())


def test_a_byline_and_a_day_above_the_text_are_read_and_leave_it() -> None:
    article = read(page(paragraphs=("By Jane Doe", "27 February 2024", *PARAGRAPHS)))
    assert (article.authors, article.date, article.text) == (("Jane Doe",), DAY, TEXT)


def test_an_amp_page() -> None:
    article = read(
        f'<!doctype html><html ⚡><head><meta charset="utf-8"><script async src="https://cdn.ampproject.org/v0.js"></script>{CANONICAL}'
        f"{described()}<style amp-boilerplate>body{{visibility:hidden}}</style></head><body><amp-sidebar layout='nodisplay'><ul>"
        f"<li>News</li><li>Sport</li></ul></amp-sidebar><article><h1>Ferry</h1><amp-img src='x.jpg'></amp-img><div>"
        + "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
        + f"</div></article><amp-ad width=300 height=250></amp-ad>{FOOTER}</body></html>"
    )
    assert (article.text, article.url, article.date) == (TEXT, "https://gazette.example/ferry", DAY)


def test_a_saved_page_has_the_address_it_was_saved_from() -> None:
    assert read(page(start=SAVED)).url == "https://gazette.example/saved/ferry"


@pytest.mark.parametrize(
    ("head", "url"),
    [
        pytest.param(CANONICAL, "https://gazette.example/ferry", id="canonical"),
        pytest.param('<link rel="canonical" href="/2024/ferry">', "https://gazette.example/2024/ferry", id="relative"),
        pytest.param('<link rel="canonical" href="https://gazette.example/">', "https://gazette.example/saved/ferry", id="front page"),
        pytest.param('<link rel="canonical" href="javascript:alert(1)">', "https://gazette.example/saved/ferry", id="script"),
        pytest.param('<link rel="canonical" href="https://[x">', "https://gazette.example/saved/ferry", id="no address"),
        pytest.param('<link rel="canonical" href="file:///etc/passwd">', "https://gazette.example/saved/ferry", id="file"),
        pytest.param(meta("og:url", "https://gazette.example/og"), "https://gazette.example/og", id="Open Graph"),
    ],
)
def test_addresses(head: str, url: str) -> None:
    assert read(page(head, start=SAVED)).url == url


@pytest.mark.parametrize(
    ("head", "date"),
    [
        pytest.param(meta("article:published_time", "2024-02-27T10:00:00Z"), DAY, id="Open Graph"),
        pytest.param(meta("DC.date.issued", "2024-02-27", "name"), DAY, id="Dublin Core"),
        pytest.param(meta("date", "20240227", "name"), DAY, id="digits"),
        pytest.param(meta("pubdate", "2024/02/27 10:15", "name"), DAY, id="slashes"),
        pytest.param(meta("datePublished", "Feb. 27, 2024", "itemprop"), DAY, id="words"),
        pytest.param(meta("article:published_time", "0001-01-01T00:00:00") + meta("date", "2024-02-27", "name"), DAY, id="no day first"),
        pytest.param('<link rel="canonical" href="https://gazette.example/2024/02/27/ferry">', DAY, id="address"),
        pytest.param('<link rel="canonical" href="https://gazette.example/2024/02/ferry">', None, id="month in the address"),
        pytest.param(meta("last-modified", "2024-02-27", "http-equiv"), None, id="when it was sent"),
    ],
)
def test_days(head: str, date: dt.date | None) -> None:
    article = read(page(head))
    assert (article.date, article.notes) == (date, ())


def test_a_day_that_cannot_be_read_is_noted() -> None:
    article = read(page(meta("date", "03/04/2024", "name")))
    assert (article.date, article.notes) == (None, ("has the date '03/04/2024', indexed as undated; expected a day such as 2024-02-27",))


def test_time_elements_count_if_they_are_of_one_day() -> None:
    one = "<time datetime='2024-02-27T08:00'>Tuesday</time>"
    assert read(page(paragraphs=(one + PARAGRAPHS[0], *PARAGRAPHS[1:]))).date == DAY
    two = f"{one}<time datetime='2024-02-29'>Thursday</time>"
    assert read(page(paragraphs=(two + PARAGRAPHS[0], *PARAGRAPHS[1:]))).date is None


@pytest.mark.parametrize(
    ("head", "updated"),
    [
        pytest.param(meta("article:modified_time", "2024-02-28T10:00:00Z"), LATER, id="later"),
        pytest.param(meta("article:modified_time", "2024-02-27T18:00:00Z"), None, id="the same day"),
        pytest.param(meta("article:modified_time", "2023-02-28"), None, id="before"),
    ],
)
def test_updates(head: str, updated: dt.date | None) -> None:
    assert read(page(meta("article:published_time", "2024-02-27") + head)).updated == updated


@pytest.mark.parametrize(
    ("head", "authors"),
    [
        pytest.param(meta("author", "By Jane Doe and John Roe", "name"), ("Jane Doe", "John Roe"), id="two in one"),
        pytest.param(meta("author", "Reuters", "name"), ("Reuters",), id="agency"),
        pytest.param(meta("article:author", "https://social.example/jane"), (), id="address"),
        pytest.param(described('{"@type": "Article", "author": {"name": ["Jane Doe"]}}'), ("Jane Doe",), id="nested"),
        pytest.param(described('{"@type": ["Thing", "NewsArticle"], "author": "Jane Doe"}'), ("Jane Doe",), id="plain name"),
    ],
)
def test_authors(head: str, authors: tuple[str, ...]) -> None:
    assert read(page(head)).authors == authors


def test_of_two_described_articles_the_one_of_the_address_counts() -> None:
    other = '{"@type": "NewsArticle", "headline": "Storm breaks pier", "datePublished": "2024-01-03"}'
    own = '{"@type": "NewsArticle", "headline": "Ferry is back", "mainEntityOfPage": {"@id": "https://gazette.example/ferry"}}'
    assert read(page(CANONICAL + described(f"[{other}, {own}]"))).title == "Ferry is back"


@pytest.mark.parametrize(
    "json",
    ["{", "[" * 100_000, '{"@type": 5, "headline": 7}', '{"@type": "Article", "headline": {"x": 1}, "author": [[1]]}', "null", "NaN"],
)
def test_a_description_that_is_none_states_nothing(json: str) -> None:
    assert read(page(described(json))).title == "Ferry runs again"


def test_markup_in_a_title_is_no_markup() -> None:
    assert read(page(title="Ferry <script>alert(1)</script> &lt;b&gt;runs&lt;/b&gt; &amp;amp; runs")).title == "Ferry alert(1) runs & runs"


def test_what_a_page_does_not_show_is_not_quoted() -> None:
    hidden = "The ferry sank with all aboard, which nobody may know."
    unseen = (f"<p hidden>{hidden}</p>", f'<p style="color:red; display : none">{hidden}</p>', f"<template><p>{hidden}</p></template>")
    text = read(page(paragraphs=(*PARAGRAPHS, *unseen, f"<!-- {hidden} -->"))).text
    assert text == TEXT


@pytest.mark.parametrize(
    ("stated", "encoding"),
    [("utf-8", "utf-8"), ("iso-8859-1", "cp1252"), ("windows-1251", "cp1251"), ("utf-8", "cp1251"), ("no-such", "utf-8"), ("", "utf-16")],
)
def test_encodings(stated: str, encoding: str) -> None:
    # windows-1252 and windows-1251 share these signs.
    markup = page().replace('charset="utf-8"', f'charset="{stated}"')
    assert read(markup.encode(encoding)).text == TEXT


def test_russian_in_the_encoding_that_the_page_states() -> None:
    russian = "Паром снова ходит на острова, сообщил в понедельник начальник порта, впервые за девять недель после зимнего шторма."
    markup = page(title="Паром", paragraphs=(russian,) * 3).replace('charset="utf-8"', "charset=windows-1251")
    assert russian in read(markup.encode("cp1251", "replace")).text


@pytest.mark.parametrize(
    ("markup", "message"),
    [
        pytest.param("", "^is no web page (.*); expected the page of an article$", id="empty"),
        pytest.param(
            f"<html><body>{MENU}" + "".join(f"<a href=/{number}>Story {number}</a>" for number in range(60)) + FOOTER,
            "^has no main text that can be told from its menus and links; save the article's own page, or its text as .txt$",
            id="list of links",
        ),
        pytest.param("just a word", "^has no main text that can be told", id="word"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "^is binary, not text", id="picture"),
        pytest.param("<p>a</p>" * 61_000, r"^has 61,00\d elements; expected a page of at most 60,000: save its text as .txt$", id="many"),
        pytest.param(page(paragraphs=("<div>" * 3000,)), "^nests its elements deeper than 2,048 levels, and would", id="deep"),
        pytest.param(
            "<p>" + "a " * 2_600_000, r"^has 5\.2 million characters; expected a page of at most 5: save its text as .txt$", id="long"
        ),
        pytest.param(
            page(paragraphs=(*PARAGRAPHS[:2], "Subscribe now to continue reading.")),
            r"^shows only the start of its article, 2\d\d characters \(a paywall: “Subscribe now to continue reading”\); "
            "save the whole page, signed in$",
            id="paywall",
        ),
        pytest.param(
            page(described(ARTICLE_JSON.replace('"headline"', '"isAccessibleForFree": false, "headline"')), paragraphs=PARAGRAPHS[:2]),
            r"^shows only the start of its article, 2\d\d characters \(a paywall\); save the whole page, signed in$",
            id="not for free",
        ),
    ],
)  # fmt: skip
def test_a_page_without_an_article(markup: str | bytes, message: str) -> None:
    with pytest.raises(ArticleError, match=message):
        read(markup)


def test_an_article_that_is_not_for_free_but_whole_is_read() -> None:
    json = ARTICLE_JSON.replace('"headline"', '"isAccessibleForFree": "False", "headline"')
    assert read(page(described(json), paragraphs=PARAGRAPHS * 3)).text.count("\n") == 14


def test_a_page_of_many_unclosed_elements_is_read_whole() -> None:
    assert read(page(paragraphs=("<font size=2>" * 1000, *PARAGRAPHS))).text == TEXT


def test_pictures_inside_a_page_do_not_count_as_its_size() -> None:
    picture = f'<img src="data:image/png;base64,{"iVBORw0KGgo" * 600_000}">'
    assert read(page(paragraphs=(picture, *PARAGRAPHS))).text == TEXT


def test_what_lies_beside_a_saved_page_is_no_article(tmp_path: Path) -> None:
    parts = tmp_path / "Ferry runs again_files"
    parts.mkdir()
    (tmp_path / "Ferry runs again.html").write_text(page())
    (parts / "ad.html").write_text("<html><body>Buy a boat today, the best there is, said nobody ever about boats.</body></html>")
    (parts / "photo.jpg").write_bytes(b"\xff\xd8")
    (tmp_path / "other_files").mkdir()
    (tmp_path / "other_files" / "a.txt").write_text("An article of its own.")
    assert [str(found) if not isinstance(found, Source) else found.id for found in scan(tmp_path)] == [
        "Ferry runs again.html",
        "other_files/a.txt",
    ]


def test_reading_a_page_fetches_nothing_and_opens_no_file(tmp_path: Path) -> None:
    asked: list[str] = []

    class Counting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET

    secret = tmp_path / "secret.txt"
    secret.write_text("The secret of the harbour master is a long sentence that must never be read by a page.")
    with HTTPServer(("127.0.0.1", 0), Counting) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        head = (
            f'<base href="{url}/"><link rel="canonical" href="{url}/ferry"><link rel="stylesheet" href="{url}/a.css">'
            f'<meta http-equiv="refresh" content="0;url={url}/next"><script src="{url}/a.js"></script>{meta("og:image", f"{url}/a.png")}'
        )
        start = f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{secret}"><!ENTITY % y SYSTEM "{url}/y.dtd"> %y;]>'
        inside = (f'<iframe src="file://{secret}"></iframe><object data="{url}/o"></object><xi:include href="file://{secret}"/>&x;',)
        article = read(page(head, start=start, paragraphs=(*PARAGRAPHS, *inside)))
        server.shutdown()
    assert asked == []
    assert "secret of" not in article.text
    assert COOKIES not in article.text
    assert COMMENTS not in article.text

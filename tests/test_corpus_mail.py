import datetime as dt
from email.message import EmailMessage

import pytest
from pages import CANONICAL, PARAGRAPHS, TEXT, described, page

from corpus import Article, ArticleError, Source

PLAIN = "\n\n".join(PARAGRAPHS)


def mail(text: str | None = PLAIN, html: str | None = None, **headers: str) -> bytes:
    """Return a mail with a plain text, a page, or both."""
    message = EmailMessage()
    stated = {"Subject": "Ferry runs again", "From": "Jane Doe <jane@gazette.example>", "Date": "Tue, 27 Feb 2024 23:30:00 +0100"}
    for name, value in {**stated, **headers}.items():
        message[name] = value
    if text is not None:
        message.set_content(text)
    if html is not None:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


def read(content: bytes, name: str = "a.eml") -> Article:
    return Source(name, name, content).read()


def test_subject_day_and_sender() -> None:
    article = read(mail())
    assert (article.title, article.date, article.authors, article.source) == (
        "Ferry runs again", dt.date(2024, 2, 27), ("Jane Doe",), None,
    )  # fmt: skip
    assert article.text.replace("\n\n", "\n") == TEXT


@pytest.mark.parametrize(
    ("headers", "stated"),
    [
        pytest.param({"From": "Harbour Herald <news@herald.example>"}, ("Ferry runs again", (), "Harbour Herald"), id="an outlet"),
        pytest.param({"From": "jane@gazette.example"}, ("Ferry runs again", (), None), id="no name"),
        pytest.param({"Subject": "=?utf-8?q?F=C3=A4hre_f=C3=A4hrt?="}, ("Fähre fährt", ("Jane Doe",), None), id="encoded"),
        pytest.param({"Subject": "Re: Ferry runs again"}, ("Ferry runs again", ("Jane Doe",), None), id="reply"),
        pytest.param({"Subject": ""}, (PARAGRAPHS[0], ("Jane Doe",), None), id="no subject"),
    ],
)
def test_headers(headers: dict[str, str], stated: tuple[str, tuple[str, ...], str | None]) -> None:
    article = read(mail(**headers))
    assert (article.title, article.authors, article.source) == stated


def test_who_passed_it_on_is_not_who_wrote_it() -> None:
    article = read(mail(Subject="Fwd: Ferry runs again"))
    assert (article.title, article.date, article.authors) == ("Ferry runs again", None, ())


def test_a_day_that_cannot_be_read_is_noted() -> None:
    article = read(mail().replace(b"Tue, 27 Feb 2024 23:30:00 +0100", b"soon"))
    assert (article.date, article.notes) == (None, ("has the date 'soon', indexed as undated; expected a day such as 2024-02-27",))


def test_a_mail_that_is_a_page() -> None:
    article = read(mail(None, page(CANONICAL)))
    assert (article.title, article.text, article.url) == ("Ferry runs again", TEXT, "https://gazette.example/ferry")


def test_a_plain_text_that_only_points_to_the_page_gives_way_to_it() -> None:
    assert read(mail("View this mail in your browser.", page())).text == TEXT


def test_a_plain_text_wins_over_the_page() -> None:
    assert "page" not in read(mail(PLAIN, "<p>This is the page, and a long sentence at that.</p>")).text


def test_broken_lines_are_joined_and_the_signature_left_out() -> None:
    flowed = (
        b"Subject: Ferry runs again\nContent-Type: text/plain; format=flowed\n\nThe ferry \nruns again.\n-- \nJane Doe\nHarbour Gazette\n"
    )
    assert read(flowed).text == "The ferry runs again."


def test_attachments_are_no_text() -> None:
    message = EmailMessage()
    message["Subject"] = "Ferry runs again"
    message.set_content(PLAIN)
    message.add_attachment("An attached text, not for quoting.", filename="a.txt")
    assert "attached" not in read(message.as_bytes()).text


def test_a_page_that_a_browser_saved_as_one_file() -> None:
    message = EmailMessage()
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = "https://gazette.example/saved"
    message["Subject"] = "Ferry runs again"
    message["Date"] = "Sun, 22 Nov 2026 17:00:00 -0000"
    message.make_related()
    message.add_related(page(described()), subtype="html")
    article = read(message.as_bytes(), "a.mhtml")
    assert (article.text, article.url, article.date) == (TEXT, "https://gazette.example/saved", dt.date(2024, 2, 27))


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        pytest.param(b"", "a.eml", "^is a mail without text; expected one with a text or a page$", id="empty"),
        pytest.param(mail(""), "a.eml", "^is a mail without text; expected one with a text or a page$", id="no text"),
        pytest.param(mail(None, "<a>x</a>"), "a.eml", "^has no main text that can be told from its menus", id="no main text"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00IHDR", "a.eml", "^is a mail without text", id="picture"),
        pytest.param(mail(), "a.mht", "^holds no page; expected one that a browser saved as one file$", id="no page"),
    ],
)
def test_a_mail_without_an_article(content: bytes, name: str, message: str) -> None:
    with pytest.raises(ArticleError, match=message):
        read(content, name)


@pytest.mark.parametrize(
    "content",
    [
        b"Content-Type: text/plain; charset=no-such\n\nThe ferry runs again.",
        b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nVGhlIGZlcnJ5IHJ1bnMgYWdhaW4u====",
        b"Subject: =?x?q?=\nFrom: <<<\nDate: Tue, 99 Feb 99999 99:99:99\n\nThe ferry runs again.",
    ],
    ids=["unknown encoding", "base64", "headers"],
)
def test_odd_mails_are_read(content: bytes) -> None:
    assert read(content).text == "The ferry runs again."

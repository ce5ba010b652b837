import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from pages import PARAGRAPHS, TEXT

from corpus import Article, ArticleError, Source

MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


def document(write: Callable[[Document], object] = lambda made: None, *, paragraphs: tuple[str, ...] = PARAGRAPHS) -> bytes:
    """Return a Word document of paragraphs; `write` is called before they are written."""
    made = docx.Document()
    write(made)
    for paragraph in paragraphs:
        made.add_paragraph(paragraph)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def read(content: bytes) -> Article:
    return Source("a.docx", "a.docx", content).read()


def repacked(content: bytes, name: str, part: bytes) -> bytes:
    """Return a document with one of its parts replaced."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, part if info.filename == name else old.read(info))
    return file.getvalue()


def test_a_headline_that_is_marked_as_such() -> None:
    article = read(document(lambda made: made.add_heading("Has the ferry run again?", 0)))
    assert (article.title, article.text) == ("Has the ferry run again?", TEXT)


def test_a_headline_byline_and_day_that_are_plain_paragraphs() -> None:
    article = read(document(paragraphs=("Ferry runs again", "By Jane Doe", "27 February 2024", *PARAGRAPHS)))
    assert (article.title, article.authors, str(article.date), article.text) == ("Ferry runs again", ("Jane Doe",), "2024-02-27", TEXT)


def test_who_typed_it_when_is_not_who_wrote_it_when() -> None:
    article = read(document())
    assert (article.date, article.updated, article.authors, article.source) == (None, None, (), None)


def test_tables_and_line_breaks_are_text() -> None:
    def write(made: Document) -> None:
        made.add_paragraph("First line of it.\nSecond line of it.")
        made.add_table(1, 2).cell(0, 1).text = "The cell says this."

    assert read(document(write)).text.startswith("First line of it.\nSecond line of it.\nThe cell says this.\nThe ferry")


def test_suggested_changes_are_read_as_they_are_shown() -> None:
    xml = (
        f"<w:p {nsdecls('w')}><w:r><w:t>The pier is </w:t></w:r><w:ins w:id='1' w:author='x'><w:r><w:t>not </w:t></w:r></w:ins>"
        "<w:del w:id='2' w:author='x'><w:r><w:delText>never </w:delText></w:r></w:del>"
        "<w:moveFrom w:id='3' w:author='x'><w:r><w:t>soon </w:t></w:r></w:moveFrom><w:r><w:t>ready.</w:t></w:r></w:p>"
    )
    assert read(document(lambda made: made.element.body.insert(0, parse_xml(xml)))).text.startswith("The pier is not ready.\n")


def text_box(words: str) -> str:
    drawing = f"<w:drawing><w:txbxContent><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:txbxContent></w:drawing>"
    twice = f"<mc:Choice Requires='wps'>{drawing}</mc:Choice><mc:Fallback>{drawing.replace('drawing', 'pict')}</mc:Fallback>"
    return f"<w:r><mc:AlternateContent xmlns:mc='{MC}'>{twice}</mc:AlternateContent></w:r>"


def test_a_text_box_is_a_paragraph_of_its_own_after_the_one_that_it_is_anchored_in() -> None:
    first, last = "<w:r><w:t>The pier </w:t></w:r>", "<w:r><w:t>is ready.</w:t></w:r>"
    xml = f"<w:p {nsdecls('w')}>{first}{text_box('We never agreed to it.')}{last}</w:p>"
    text = read(document(lambda made: made.element.body.insert(0, parse_xml(xml)))).text
    assert text == f"The pier is ready.\nWe never agreed to it.\n{TEXT}"


DAMAGED = r"^is a damaged \.docx \(.*\); open it and save it anew$"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", DAMAGED, id="empty"),
        pytest.param(b"PK\x03\x04 no more", DAMAGED, id="cut off"),
        pytest.param(document()[:-500], DAMAGED, id="without its end"),
        pytest.param(repacked(document(), "word/document.xml", b"<w:"), DAMAGED, id="bad XML"),
        pytest.param(repacked(document(), "[Content_Types].xml", b"<x/>"), DAMAGED, id="no types"),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
            r"^is an old \.doc, or locked with a password; save it as \.docx without a password$",
            id="locked",
        ),
        pytest.param(document(paragraphs=()), "^holds no text; expected an article$", id="no text"),
        pytest.param(
            repacked(document(), "word/styles.xml", b" " * 400_000_000),
            r"^packs 400 MB into 0\.4, as no text can be; unpack it$",
            id="bomb",
        ),
    ],
)
def test_a_document_without_an_article(content: bytes, message: str) -> None:
    with pytest.raises(ArticleError, match=message):
        read(content)


def test_a_document_opens_no_other_file(tmp_path: object) -> None:
    secret = f"{tmp_path}/secret.txt"
    with open(secret, "w") as file:
        file.write("The secret of the harbour master.")
    xml = (
        f'<!DOCTYPE x [<!ENTITY s SYSTEM "file://{secret}">]><w:document {nsdecls("w")}><w:body><w:p><w:r><w:t>A word &s; here.'
        "</w:t></w:r></w:p></w:body></w:document>"
    )
    try:
        text = read(repacked(document(), "word/document.xml", xml.encode())).text
    except ArticleError as error:
        text = str(error)
    assert "secret of" not in text

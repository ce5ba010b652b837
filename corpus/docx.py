"""The article of a Word document: what a reader of it sees as its text, with changes that were suggested but not taken back."""

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from corpus.archives import check_sizes
from corpus.errors import ArticleError, first_line

if TYPE_CHECKING:
    from docx.document import Document

_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"  # the file is a Compound File: .doc, or .docx with a password
# What comes out of a package that is none, or lacks a part, or has one of another kind in its place.
_DAMAGES = (zipfile.BadZipFile, zlib.error, KeyError, ValueError, AttributeError, NotImplementedError, EOFError, OSError)
_HEADLINES = ("Title", "Heading 1")


def read_docx(content: bytes) -> dict[str, object]:
    """Return the fields of the document's article. Raises `ArticleError` if it cannot be read.

    The document's properties are left aside: they tell who typed it, and when, in a template's words.
    """
    if content.startswith(_OLD_OR_LOCKED):
        raise ArticleError("is an old .doc, or locked with a password; save it as .docx without a password")
    import docx
    from docx.opc.exceptions import OpcError
    from lxml import etree

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            check_sizes(archive.infolist())
        document = docx.Document(io.BytesIO(content))
        headline, lines = _headline(document), _lines(document)
    except (OpcError, etree.XMLSyntaxError, *_DAMAGES) as error:
        raise ArticleError(f"is a damaged .docx ({first_line(error)}); open it and save it anew") from error
    if headline and lines and " ".join(lines[0].split()) == headline:
        del lines[0]
    return {"title": headline, "text": "\n".join(lines)}


def _headline(document: "Document") -> str | None:
    """Return the first paragraph that has words, if its style says that it is a headline."""
    for paragraph in document.paragraphs:
        if words := " ".join(paragraph.text.split()):
            style = paragraph.style
            return words if style is not None and style.name in _HEADLINES else None
    return None


def _lines(document: "Document") -> list[str]:
    """Return the paragraphs of the body, those in tables too; the ones of a text box follow the one that it is anchored in."""
    from docx.oxml.ns import qn

    body = document.element.body
    # What was moved away, and the second form of what is there in two.
    for gone in list(body.iter(qn("w:moveFrom"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback")):
        gone.getparent().remove(gone)
    signs = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
    lines: dict[object, list[str]] = {paragraph: [] for paragraph in body.iter(qn("w:p"))}
    for element in body.iter(qn("w:t"), *signs):
        if (paragraph := next(element.iterancestors(qn("w:p")), None)) is not None:
            lines[paragraph].append(signs.get(element.tag) or element.text or "")
    return [line for parts in lines.values() if (line := "".join(parts).strip())]

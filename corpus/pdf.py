"""The article of a PDF: its lines put together to paragraphs, without what every page repeats.

A PDF knows where letters stand, not what a paragraph is. Sizes, gaps, indents and short last lines tell.
"""

import collections
import contextlib
import ctypes
import itertools
import math
import re
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.cleaning import SENTENCE_END
from corpus.errors import ArticleError, first_line

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfTextPage

_EDGE_LINES = 2  # lines at the top and at the bottom of a page that may be its running head and foot
_NUMBERS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"(?:page )?\d{1,4}(?: ?(?:/|of) ?\d{1,4})?$", re.IGNORECASE)
_PRINTED_FOOT = re.compile(r"((?:https?|file)://\S+) \d+/\d+$")  # what browsers print below a page
_PRINTED_HEAD = re.compile(r"\d{1,4}[/.]\d{1,2}[/.]\d{2,4}, \d{1,2}:\d{2}(?: ?[AP]M)? \S")  # and above it: when it was printed
_SAVED_FROM = re.compile(rb"% saved from url=\(\d+\)(https?://[!-~]+)\s*\Z")  # what is added to a PDF that was fetched
_SAVED_FROM_BYTES = 3_000  # at its end
_WORD = re.compile(r"[^\W\d_]{3,}")
_BROKEN_WORD = re.compile(r"([^\W_]+)(?:\x02|\ufffe|[-\u00ad]\n)([^\W_]+)")
_HYPHENATED = 0.05  # of the lines end in a hyphen where a program has put them in; a fiftieth or so where only their words have one
_HEADLINE_SIZE = 1.15  # of the body's size, from which a line is a headline
_MAX_HEADLINE = 200  # characters


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page, or two with a broken word between them; measures in points, from the page's lower left corner."""

    text: str
    left: float  # where its first letter begins
    first: float  # height of the base line under its first letter
    size: float  # of its letters, as shown, whatever the font
    right: float  # where its last letter ends
    last: float  # height of the base line under its last letter


def read_pdf(content: bytes) -> dict[str, object]:
    """Return the fields of a PDF's article. Raises `ArticleError` if it is locked, broken, or holds pictures of text only.

    The document's properties are left aside: they tell when and with what the file was made, not what it holds.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise ArticleError("is locked with a password; save it without one") from error
        raise ArticleError(f"is a damaged PDF ({first_line(error)}); open it and save it anew") from error
    with contextlib.closing(document):  # which closes its pages too
        pages = list(_pages(document))
    lines = _without_running_lines(pages)
    if not any(char.isalpha() for line in lines for char in line.text):
        count = f"{len(pages)} page{'' if len(pages) == 1 else 's'}"
        raise ArticleError(f"has no text, only pictures ({count}); let a program recognise its text (OCR) and save it anew")
    saved = _SAVED_FROM.search(content[-_SAVED_FROM_BYTES:])
    printed = (found[1] for page in pages for line in page if (found := _PRINTED_FOOT.match(line.text)))
    address = saved[1].decode("ascii", "replace") if saved else next(printed, "")
    title, text = _headline_and_text(_paragraphs(lines))
    known = address.startswith("http") and "…" not in address
    return {"title": title, "text": text, **({"url": address} if known else {})}


def _pages(document: "PdfDocument") -> Iterator[list[Line]]:
    import pypdfium2

    for number in range(len(document)):
        try:
            page = document[number].get_textpage()
        except pypdfium2.PdfiumError:
            continue  # a damaged page; the others may be whole
        yield list(_lines(page))


def _lines(page: "PdfTextPage") -> Iterator[Line]:
    """Yield the lines of a page in the order in which they were written."""
    place = 0
    for line in page.get_text_range(errors="replace").split("\r\n"):
        text = line.strip()
        if text:
            first = place + line.index(text)
            first = min(first, page.count_chars() - 1)
            last = min(first + len(text), page.count_chars()) - 1
            left, right = page.get_charbox(first, loose=True)[0], page.get_charbox(last, loose=True)[2]
            yield Line(" ".join(text.split()), left, _base(page, first), _size(page, first), right, _base(page, last))
        place += len(line) + 2


def _base(page: "PdfTextPage", place: int) -> float:
    """Return the height of a letter's base line."""
    import pypdfium2.raw

    x, y = ctypes.c_double(), ctypes.c_double()
    pypdfium2.raw.FPDFText_GetCharOrigin(page, place, x, y)
    return y.value


def _size(page: "PdfTextPage", place: int) -> float:
    """Return the size of a letter: its font's, scaled as the page scales it."""
    import pypdfium2.raw

    matrix = pypdfium2.raw.FS_MATRIX()
    pypdfium2.raw.FPDFText_GetMatrix(page, place, matrix)
    return float(pypdfium2.raw.FPDFText_GetFontSize(page, place)) * math.hypot(matrix.b, matrix.d)


def _without_running_lines(pages: Sequence[Sequence[Line]]) -> list[Line]:
    """Return the lines of all pages but heads and feet: numbers, what a browser prints, and what half of the pages repeat."""
    edges = [[*page[:_EDGE_LINES], *page[-_EDGE_LINES:]] for page in pages]
    counted = collections.Counter(key for edge in edges for key in {_NUMBERS.sub("#", line.text) for line in edge})
    often = {key for key, count in counted.items() if count >= max(2, len(pages) / 2)}
    running = {
        id(line)
        for edge in edges
        for line in edge
        if _NUMBERS.sub("#", line.text) in often or any(kind.match(line.text) for kind in (_PAGE_NUMBER, _PRINTED_FOOT, _PRINTED_HEAD))
    }
    return [line for page in pages for line in page if id(line) not in running]


def _paragraphs(lines: Sequence[Line]) -> list[tuple[str, float]]:
    """Put lines together to paragraphs; each comes with the size of its letters."""
    text = "\n".join(line.text for line in lines)
    words = set(_WORD.findall(_BROKEN_WORD.sub(" ", text)))
    broken = _BROKEN_WORD.findall(text)
    hyphenated = len(broken) > _HYPHENATED * text.count("\n") or any(first + second in words for first, second in broken)
    pitches = _pitches(lines)
    found: list[list[Line]] = []
    for before, line in zip([None, *lines], lines, strict=False):
        if before is None or _starts_paragraph(before, line, found[-1], pitches.get(round(line.size), 1.2 * line.size)):
            found.append([])
        found[-1].append(line)
    return [(_join(paragraph, words if hyphenated else None), statistics.median(line.size for line in paragraph)) for paragraph in found]


def _pitches(lines: Sequence[Line]) -> dict[int, float]:
    """Return how far apart lines of a size are inside of a paragraph: what a quarter of them are at most."""
    found: dict[int, list[float]] = collections.defaultdict(list)
    for before, line in itertools.pairwise(lines):
        if round(before.size) == round(line.size) and 0.8 * line.size < before.last - line.first < 3 * line.size:
            found[round(line.size)].append(before.last - line.first)
    return {size: sorted(known)[len(known) // 4] for size, known in found.items()}


def _starts_paragraph(before: Line, line: Line, paragraph: Sequence[Line], pitch: float) -> bool:
    size = max(before.size, 0.1)
    if not 0.87 < line.size / size < 1.15:
        return True
    ended = bool(SENTENCE_END.search(before.text))
    if not 0 < before.last - line.first < 4 * size:  # another column or page
        return ended and before.right < max(earlier.right for earlier in paragraph) - 2 * size
    if before.last - line.first > 1.25 * pitch:
        return True
    return ended and (line.left > before.left + 0.7 * size or before.right < max(line.right, *(e.right for e in paragraph)) - 2 * size)


def _join(paragraph: Iterable[Line], words: set[str] | None) -> str:
    """Return the lines of a paragraph as one, with words that a line's end broke made whole.

    A hyphen there stays if the document is not hyphenated (`words` is None), or has both halves as words and not the whole, or if
    it stands beside no small letter.
    """

    def mend(broken: re.Match[str]) -> str:
        first, second = broken.groups()
        small = first[-1].islower() and second[0].islower()
        whole = words is not None and small and (first + second in words or not {first, second} <= words)
        return first + second if whole else f"{first}-{second}"

    return _BROKEN_WORD.sub(mend, "\n".join(line.text for line in paragraph)).replace("\n", " ")


def _headline_and_text(paragraphs: Sequence[tuple[str, float]]) -> tuple[str | None, str]:
    """Split the first paragraph in clearly larger letters than the text's from the others; what is above it is the page's."""
    lengths: collections.Counter[float] = collections.Counter()
    for text, size in paragraphs:
        lengths[round(size, 1)] += len(text)
    body = max(lengths, key=lambda size: lengths[size])
    large = [(size, -place) for place, (text, size) in enumerate(paragraphs[:10]) if size > _HEADLINE_SIZE * body and " " in text]
    if not large or len(paragraphs[-max(large)[1]][0]) > _MAX_HEADLINE:
        return None, "\n".join(text for text, _ in paragraphs)
    place = -max(large)[1]
    kept = [text for number, (text, _) in enumerate(paragraphs) if number > place or (number < place and SENTENCE_END.search(text))]
    return paragraphs[place][0], "\n".join(kept)

import zlib
from collections.abc import Sequence

import pytest
from pages import PARAGRAPHS, TEXT

from corpus import Article, ArticleError, Source

HEADLINE = "Ferry runs again after nine weeks"
FOOT = [(72, 40, 9, "From the archive of the Harbour Gazette")]


def pdf(*pages: Sequence[tuple[float, float, float, str]], compressed: bool = False) -> bytes:
    """Return a PDF whose pages show lines of (left, baseline, size in points, text) in Helvetica."""
    kids = " ".join(f"{number * 2 + 4} 0 R" for number in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for number, lines in enumerate(pages):
        shown = (text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") for *_, text in lines)
        drawn = "".join(f"/F {size} Tf 1 0 0 1 {x} {y} Tm ({text}) Tj\n" for (x, y, size, _), text in zip(lines, shown, strict=True))
        stream = f"BT\n{drawn}ET".encode("cp1252")
        stream = zlib.compress(stream) if compressed else stream
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>" % (number * 2 + 5),
            b"<</Length %d%s>>stream\n%s\nendstream" % (len(stream), b"/Filter/FlateDecode" * compressed, stream),
        ]
    content, places = b"%PDF-1.4\n", []
    for number, value in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, value)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, len(content))
    return content + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (len(places) + 1, table, trailer)


def wrapped(text: str, width: int = 60) -> list[str]:
    """Return text as lines of at most `width` characters."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def column(paragraphs: Sequence[str], *, left: float = 72, top: float = 700, size: float = 11, gap: float = 8, indent: float = 0,
           width: int = 60) -> list[tuple[float, float, float, str]]:  # fmt: skip
    """Return the lines of paragraphs below each other."""
    found = []
    for paragraph in paragraphs:
        for number, line in enumerate(wrapped(paragraph, width)):
            found.append((left + (0 if number else indent), top, size, line))
            top -= size * 1.2
        top -= gap
    return found


def read(content: bytes) -> Article:
    return Source("a.pdf", "a.pdf", content).read()


@pytest.mark.parametrize("compressed", [False, True])
def test_lines_become_paragraphs_by_the_gaps_between_them(compressed: bool) -> None:
    article = read(pdf([(72, 730, 22, HEADLINE), *column(PARAGRAPHS)], compressed=compressed))
    assert (article.title, article.text) == (HEADLINE, TEXT)
    assert (article.date, article.url, article.authors) == (None, None, ())


def test_lines_become_paragraphs_by_their_indent() -> None:
    assert read(pdf([(72, 730, 22, HEADLINE), *column(PARAGRAPHS, gap=0, indent=12)])).text == TEXT


def test_a_headline_of_two_lines_and_a_byline() -> None:
    lines = [(72, 760, 22, "Ferry runs again"), (72, 734, 22, "after nine weeks"), (72, 710, 9, "By Jane Doe")]
    article = read(pdf([*lines, *column(PARAGRAPHS, top=680)]))
    assert (article.title, article.authors, article.text) == (HEADLINE, ("Jane Doe",), TEXT)


def test_columns_and_pages_go_on_in_the_middle_of_a_sentence() -> None:
    lines = column(PARAGRAPHS, gap=0, indent=10, width=34)
    first, second, third = lines[:7], lines[7:13], lines[13:]
    right = [(320, 700 - 13 * number, 11, text) for number, (_, _, _, text) in enumerate(second)]
    article = read(pdf([(72, 740, 22, HEADLINE), *first, *right], [(x, y + 200, size, text) for x, y, size, text in third]))
    assert article.text.replace("\n", " ") == " ".join(PARAGRAPHS)
    assert "of the town.\n“We" in article.text


def test_broken_words_are_made_whole() -> None:
    lines = ["The har-", "bour master spoke for the secretary-", "general, a secretary, and a general, of the NATO-", "led force."]
    article = read(pdf([(72, 700 - 13 * number, 11, line) for number, line in enumerate(lines)]))
    assert article.text == "The harbour master spoke for the secretary-general, a secretary, and a general, of the NATO-led force."


def test_where_few_lines_end_in_a_hyphen_it_is_the_words_own() -> None:
    lines = ["The secretary-", "general has come to the islands, and will stay for a day."]
    lines += ["The ferry ran again on a day like any other, or so they say."] * 30
    article = read(pdf([(72, 700 - 13 * number, 11, line) for number, line in enumerate(lines)]))
    assert article.text.startswith("The secretary-general has come")


def test_lines_in_letters_of_two_sizes_stay_one_paragraph() -> None:
    lines = column(PARAGRAPHS)
    lines[1] = (lines[1][0], lines[1][1], 10, lines[1][3])
    assert read(pdf([(72, 730, 22, HEADLINE), *lines])).text == TEXT


def test_heads_feet_and_page_numbers_are_left_out() -> None:
    pages = [
        [(72, 770, 9, "The Harbour Gazette"), (500, 770, 9, f"Page {number + 1}"), *column([paragraph]), (300, 30, 9, str(number + 1))]
        for number, paragraph in enumerate(PARAGRAPHS)
    ]
    assert read(pdf(*pages)).text.replace("\n", " ") == " ".join(PARAGRAPHS)


def test_a_printed_page_states_its_address_and_not_its_day() -> None:
    foot = (40, 20, 9, "https://gazette.example/2024/ferry 1/1")
    article = read(pdf([(40, 770, 9, "11/22/26, 5:02 PM Ferry runs again - Gazette"), (72, 730, 22, HEADLINE), *column(PARAGRAPHS), foot]))
    assert (article.title, article.text, article.url, article.date) == (HEADLINE, TEXT, "https://gazette.example/2024/ferry", None)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(
            pdf([]), r"^has no text, only pictures \(1 page\); let a program recognise its text \(OCR\) and save it anew$", id="1"
        ),
        pytest.param(pdf([], []), r"^has no text, only pictures \(2 pages\)", id="scanned"),
        pytest.param(pdf(*[FOOT] * 3), r"^has no text, only pictures \(3 pages\)", id="scanned, with a foot"),
        pytest.param(b"", r"^is a damaged PDF \(.*\); open it and save it anew$", id="empty"),
        pytest.param(b"%PDF-1.4 no more", r"^is a damaged PDF \(.*\); open it and save it anew$", id="cut off"),
        pytest.param(b"just text", r"^is a damaged PDF \(.*\); open it and save it anew$", id="text"),
    ],
)
def test_a_pdf_without_an_article(content: bytes, message: str) -> None:
    with pytest.raises(ArticleError, match=message):
        read(content)


def test_a_pdf_that_lost_its_table_of_objects_is_read() -> None:
    assert read(pdf(column(PARAGRAPHS)).replace(b"startxref\n", b"startxref\n9")).text == TEXT


def locked(user: str) -> bytes:
    """Return a PDF that opens with `user` as password."""
    import io

    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(PdfReader(io.BytesIO(pdf(column(PARAGRAPHS)))))
    writer.encrypt(user_password=user, owner_password="owner", algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def test_a_pdf_that_may_be_read_but_not_changed_is_read() -> None:
    assert read(locked("")).text == TEXT


def test_a_locked_pdf() -> None:
    with pytest.raises(ArticleError, match="^is locked with a password; save it without one$"):
        read(locked("secret"))

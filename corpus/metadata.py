"""What an article states about itself: front matter, headline, byline, date."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from corpus.errors import ArticleError

TITLE_LENGTH = 100  # characters; a longer first line is a stand-first or a paragraph, and stays in the text
_SHOWN_LENGTH = 140  # characters of a stand-first that serve as title

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")
_BYLINE = re.compile(r"^by ((?:[A-Z][\w.'’-]+)(?:(?:,| and|) (?:[A-Z][\w.'’-]+|de|van|von|al|bin|and)){0,8})$", re.IGNORECASE)
_STATED_DATE = re.compile(r"^(?:(?:first )?(?:published|posted|updated|last updated|date)(?: on| at)?:? )?(.{8,60})$", re.IGNORECASE)
_STATED_SOURCE = re.compile(r"^(?:source|outlet|publisher): ([^.!?]{2,60})$", re.IGNORECASE)
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})(?=\b|T)")
_CLOCK = re.compile(r",? (?:at )?\d{1,2}[:.]\d{2}(?: ?[ap]\.?m\.?)?(?: ?[A-Z]{2,4})?$", re.IGNORECASE)
_DATE_FORMATS = ("%B %d %Y", "%b %d %Y", "%d %B %Y", "%d %b %Y")
_WEEKDAY = re.compile(r"^(?:mon|tues|wednes|thurs|fri|satur|sun)day,? ", re.IGNORECASE)
_OUTLET_WORDS = re.compile(
    r"\b(news|times|post|journal|herald|guardian|reuters|today|sentinel|telegraph|tribune|daily|weekly|observer|independent"
    r"|chronicle|gazette|press|magazine|radio|tv|online|politico|axios|bloomberg|BBC|CNN|NBC|CBS|ABC|NPR|AP|AFP|RT|DW)\b|\.\w{2,3}$",
    re.IGNORECASE,
)
_NO_VALUE = frozenset(("", "none", "null", "nan", "n/a", "unknown", "undated"))
_HEADER_LINES = 6  # non-blank lines after the headline that may state author, date or outlet


@dataclass(frozen=True, slots=True)
class Stated:
    """Metadata that a text or its front matter states; None or empty where it states nothing."""

    title: str | None = None
    date: dt.date | None = None
    source: str | None = None
    url: str | None = None
    authors: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # what could not be understood


def from_mapping(fields: Mapping[str, object]) -> Stated:
    """Read title, date, source (or outlet), url and authors (or author) from front matter or a JSON line.

    A date that is no full day is left out and noted. Raises `ArticleError` naming a field whose value is of the wrong type.
    """
    date, notes = _date(fields.get("date"))
    authors = fields.get("authors") or fields.get("author") or ()
    if isinstance(authors, str):
        authors = [authors]
    if not isinstance(authors, (list, tuple)) or not all(isinstance(name, str) for name in authors):
        raise ArticleError(f"authors is {authors!r}; expected a name or a list of names")
    return Stated(
        title=_text(fields, "title"),
        date=date,
        source=_text(fields, "source") or _text(fields, "outlet"),
        url=_text(fields, "url"),
        authors=tuple(name.strip() for name in authors if name.strip()),
        notes=notes,
    )


def split_front_matter(text: str) -> tuple[Stated, str]:
    """Split YAML front matter from the text after it.

    Raises `ArticleError` if there is front matter that is not a YAML mapping.
    """
    match = _FRONT_MATTER.match(text)
    if not match:
        return Stated(), text
    import yaml

    try:
        fields = yaml.safe_load(match[1])
    except (yaml.YAMLError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise ArticleError(f"has front matter that is not YAML ({reason}); mend it or remove the --- lines") from error
    if not isinstance(fields, dict):
        raise ArticleError("has front matter that is not 'key: value' lines; mend it or remove the --- lines")
    return from_mapping(fields), text[match.end() :]


def split_header(text: str) -> tuple[Stated, str]:
    """Split a headline, and byline, date and outlet lines right after it, from the body of normalized `text`.

    A first line of at most `TITLE_LENGTH` characters that does not end like a sentence is the headline. A longer one is
    a stand-first: it serves as title and stays in the text.
    """
    first, _, rest = text.partition("\n")
    title = strip_site_name(first)
    if len(title) > TITLE_LENGTH or _SENTENCE_END.search(first) or not rest.strip():
        return Stated(title=_shorten(first)), text
    lines = rest.lstrip("\n").split("\n")
    authors: tuple[str, ...] = ()
    published: dt.date | None = None
    source: str | None = None
    body: list[str] = []
    seen = 0
    for number, line in enumerate(lines):
        if seen >= _HEADER_LINES or len(line) > TITLE_LENGTH:
            body += lines[number:]
            break
        seen += bool(line)
        if not authors and (byline := _BYLINE.match(line)):
            authors = tuple(re.split(r", and |, | and ", byline[1]))
        elif not published and (stated := _date_line(line)):
            published = stated
        elif not source and (outlet := _STATED_SOURCE.match(line)):
            source = outlet[1]
        else:
            body.append(line)
    return Stated(title, published, source, None, authors), "\n".join(body).strip()


def strip_site_name(title: str) -> str:
    """Remove a site's or section's name from the end of a headline, keeping at least four words of it."""
    head, bar, _ = title.rpartition(" | ")
    if not bar:
        match = re.search(r" [-–—] (?=(?:[\w.&'’]+ ?){1,4}$)", title)
        if match and _OUTLET_WORDS.search(title[match.end() :]):
            head = title[: match.start()]
    return head.strip() if len(head.split()) >= 4 else title


def _shorten(line: str) -> str:
    line = line.strip()
    if len(line) <= _SHOWN_LENGTH:
        return line
    return line[:_SHOWN_LENGTH].rsplit(" ", 1)[0].rstrip(",;:-–— ") + "…"


def _text(fields: Mapping[str, object], key: str) -> str | None:
    value = fields.get(key)
    if value is not None and not isinstance(value, (str, int, float)):
        raise ArticleError(f"{key} is {value!r}; expected text")
    return (" ".join(str(value).split()) or None) if value is not None else None


def _date(value: object) -> tuple[dt.date | None, tuple[str, ...]]:
    if isinstance(value, dt.datetime):
        return value.date(), ()
    if isinstance(value, dt.date):
        return value, ()
    if value is None or str(value).strip().lower() in _NO_VALUE:
        return None, ()
    parsed = parse_date(value) if isinstance(value, str) else None
    if parsed is None:
        return None, (f"has the date {value!r}, indexed as undated; expected a day such as 2024-02-27",)
    return parsed, ()


def parse_date(text: str) -> dt.date | None:
    """Read a full, unambiguous date ("2024-02-27...", "February 27, 2024", "27 Feb 2024"); None for anything else."""
    iso = _ISO_DATE.match(text.strip())
    if iso:
        try:
            return dt.date(int(iso[1]), int(iso[2]), int(iso[3]))
        except ValueError:
            return None
    words = _WEEKDAY.sub("", _CLOCK.sub("", text.strip())).replace(",", " ").replace(".", " ")
    words = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", " ".join(words.split()))
    for form in _DATE_FORMATS:
        try:
            return dt.datetime.strptime(words, form).date()
        except ValueError:
            continue
    return None


def _date_line(line: str) -> dt.date | None:
    match = _STATED_DATE.match(line)
    return parse_date(match[1]) if match else None

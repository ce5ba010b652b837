"""What an article states about itself: front matter, headline, byline, date."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from corpus.cleaning import SENTENCE_END, normalize
from corpus.errors import ArticleError, shown

TITLE_LENGTH = 100  # characters; a longer first line is a stand-first or a paragraph, and stays in the text
_SHOWN_LENGTH = 140  # characters of a stand-first that serve as title

_FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\n(.*?)(?<=\n)---[ \t]*(?:\n|\Z)", re.DOTALL)
# A headline with a colon, "title: Correction: the toll is 16", which YAML takes for a mapping within a line.
_WITH_COLON = re.compile(r"""^((?:title|source|outlet|author)[ \t]*:[ \t]+)(?!["'\[{|>&*!%#@`]|.* #)(\S.*:[ \t].*?)[ \t\r]*$""", re.M)
_FRONT_MATTER_LENGTH = 20_000  # characters; longer ones are no metadata, and take the YAML parser minutes
_HEADING = re.compile(r"^#{1,6} ")  # Markdown's mark of a headline
_BYLINE = re.compile(r"by ([\w.'’-]+(?:,? [\w.'’-]+){0,9})$", re.IGNORECASE)
_BY = re.compile(r"^by:? ", re.IGNORECASE)
_NAME_ENDS = re.compile(r", and |, | and ", re.IGNORECASE)
_PARTICLES = frozenset("al,bin,da,de,del,der,di,dos,du,la,le,van,von".split(","))
_ROLES = re.compile(r"\b(editor|correspondent|reporter|writer|staff|analyst|chief)s?\b", re.IGNORECASE)
_STATED_DATE = re.compile(r"(?:(first published|published|posted|last updated|updated|date)(?: on| at)?:? )?(.{8,60})$", re.IGNORECASE)
_UPDATE = re.compile(r"(?:last )?updated\b", re.IGNORECASE)
_STATED_SOURCE = re.compile(r"(?:source|outlet|publisher): ([^!?]{2,60}(?<![.!?]))$", re.IGNORECASE)
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?=\b|T)")
_CLOCK = re.compile(
    r"(?:,| [-–—|])? (?:at )?\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?: ?[ap]\.?m\.?)?(?: \(?[A-Z]{2,4}\)?| [+-]\d{4})?$", re.IGNORECASE
)
_DATE_FORMATS = ("%B %d %Y", "%b %d %Y", "%d %B %Y", "%d %b %Y")
_WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[.,]* ", re.IGNORECASE)
_OUTLET_WORDS = re.compile(
    r"\b(news|times|post|journal|herald|guardian|reuters|today|sentinel|telegraph|tribune|daily|weekly|observer|independent"
    r"|chronicle|gazette|press|magazine|radio|tv|online|politico|axios|bloomberg|BBC|CNN|NBC|CBS|ABC|NPR|AP|AFP|RT|DW)\b|\.\w{2,3}$",
    re.IGNORECASE,
)
_SITE_WORDS = 5  # words that the name of a site or of its section has at most
_UPDATE_FIELDS = ("updated", "corrected", "dateModified")
_NO_VALUE = frozenset(("", "~", "none", "null", "nan", "n/a", "unknown", "undated"))
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
    updated: dt.date | None = None  # later than `date`, where both are stated


def from_mapping(fields: Mapping[str, object]) -> Stated:
    """Read title, date, updated (or corrected, dateModified), source (or outlet), url and authors (or author).

    `fields` is front matter or a JSON line. A date that is no full day is left out and noted.
    Raises `ArticleError` naming a field whose value is of the wrong type.
    """
    date, notes = _date(fields, "date", "indexed as undated")
    changes = [_date(fields, name, "left out") for name in _UPDATE_FIELDS]
    return Stated(
        title=_text(fields, "title"),
        date=date,
        source=_text(fields, "source") or _text(fields, "outlet"),
        url=_text(fields, "url"),
        authors=_authors(fields.get("authors")) or _authors(fields.get("author")),
        notes=notes + tuple(note for _, found in changes for note in found),
        updated=latest_update(date, [day for day, _ in changes]),
    )


def latest_update(published: dt.date | None, changes: Iterable[dt.date | None]) -> dt.date | None:
    """Return the last of the days on which an article was changed after it was published; None without one."""
    return max((day for day in changes if day and (not published or day > published)), default=None)


def split_front_matter(text: str) -> tuple[Stated, str]:
    """Split YAML front matter from the text after it.

    Raises `ArticleError` if there is front matter that is not a YAML mapping.
    """
    match = _FRONT_MATTER.match(text)
    if not match:
        return Stated(), text
    if len(match[1]) > _FRONT_MATTER_LENGTH:
        raise ArticleError(f"has front matter of {len(match[1])} characters; expected at most {_FRONT_MATTER_LENGTH}: shorten it")
    import yaml

    try:
        # BaseLoader leaves every value as it is written: a title of 1984 or a date is text, and no tag makes an object.
        fields = yaml.load(_WITH_COLON.sub(_quoted, match[1]), Loader=yaml.BaseLoader) or {}
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0]
        raise ArticleError(f"has front matter that is not YAML ({reason}); mend it or remove the --- lines") from error
    if not isinstance(fields, dict):
        raise ArticleError("has front matter that is not 'key: value' lines; mend it or remove the --- lines")
    return from_mapping(fields), text[match.end() :]


def _quoted(match: re.Match[str]) -> str:
    """Return a line of front matter with its value between quotation marks."""
    value = match[2].replace("'", "''")
    return f"{match[1]}'{value}'"


def split_header(text: str) -> tuple[Stated, str]:
    """Split a headline, and byline, date and outlet lines right after it, from the body of normalized `text`.

    A first line of at most `TITLE_LENGTH` characters that does not end like a sentence is the headline. A longer one is
    a stand-first: it serves as title and stays in the text.
    """
    first, _, rest = text.partition("\n")
    title = strip_site_name(_HEADING.sub("", first)) if len(first) <= 2 * TITLE_LENGTH else first
    if len(title) > TITLE_LENGTH or SENTENCE_END.search(first) or not rest.strip():
        return Stated(title=_shorten(first)), text
    found, body = split_facts(rest.lstrip("\n"))
    return replace(found, title=title), body


def split_facts(text: str) -> tuple[Stated, str]:
    """Split byline, date and outlet lines from the start of normalized `text`, which has no headline."""
    authors: tuple[str, ...] = ()
    dates: list[tuple[bool, dt.date]] = []
    source: str | None = None
    body = text.split("\n")
    header = _header(body)
    kept = []
    for line in header:
        if not authors and (names := _byline(line)):
            authors = names
        elif stated := _date_line(line):
            dates.append((bool(_UPDATE.match(line)), stated))
        elif not source and (outlet := _STATED_SOURCE.match(line)):
            source = outlet[1]
        else:
            kept.append(line)
    published = min(dates, key=lambda date: date[0])[1] if dates else None  # the day of an update only if no other is stated
    updated = latest_update(published, [day for update, day in dates if update]) if len(dates) > 1 else None
    return Stated(None, published, source, None, authors, updated=updated), "\n".join(kept + body[len(header) :]).strip()


def _header(lines: list[str]) -> list[str]:
    """Return the lines before the first paragraph, at most `_HEADER_LINES` of them besides blank ones."""
    filled = 0
    for number, line in enumerate(lines):
        if filled == _HEADER_LINES or len(line) > TITLE_LENGTH:
            return lines[:number]
        filled += bool(line)
    return lines


def _byline(line: str) -> tuple[str, ...]:
    """Return the names of a line such as "By Ann Lee and Bo Berg, Europe editor"; empty if it is none."""
    match = _BYLINE.match(line)
    names = [name for name in _NAME_ENDS.split(match[1]) if not _ROLES.search(name)] if match else []
    if not all(word[0].isupper() or word in _PARTICLES for name in names for word in name.split()):
        return ()
    people = [name for name in names if " " in name and not _OUTLET_WORDS.search(name)]
    return tuple(people or [name for name in names if _OUTLET_WORDS.search(name)])  # agencies sign too: "By Reuters"


def split_names(text: str) -> list[str]:
    """Return the people, or the agency, that an author's field names: "By Ann Lee and Bo Berg" is two; an address is none."""
    text = _BY.sub("", text)
    if "://" in text or "@" in text:
        return []
    names = [name.strip() for name in _NAME_ENDS.split(text) if name.strip()]
    return names if all(" " in name for name in names) else [text]


def is_outlet(name: str) -> bool:
    """Tell whether a name is that of an outlet, as far as its words tell."""
    return bool(_OUTLET_WORDS.search(name))


def strip_site_name(title: str) -> str:
    """Remove a site's or section's name from the end of a headline, keeping at least four words of it."""
    head, bar, site = title.rpartition(" | ")
    if not bar:
        head, _, site = max((title.rpartition(f" {dash} ") for dash in "-–—"), key=lambda parts: len(parts[0]))
        if not _OUTLET_WORDS.search(site) or not all(map(_is_name_word, site.split())):
            return title
    return head.strip() if len(head.split()) >= 4 and len(site.split()) <= _SITE_WORDS else title


def _is_name_word(word: str) -> bool:
    return word[0].isupper() or "." in word or word in ("and", "of", "the")


def _shorten(line: str) -> str:
    line = line.strip()
    if len(line) <= _SHOWN_LENGTH:
        return line
    return line[:_SHOWN_LENGTH].rsplit(" ", 1)[0].rstrip(",;:-–— ") + "…"


def _text(fields: Mapping[str, object], key: str) -> str | None:
    value = fields.get(key)
    if value is not None and (not isinstance(value, (str, int, float)) or isinstance(value, bool)):
        raise ArticleError(f"{key} is {shown(value)}; expected text")
    return _words(value)


def _words(value: object) -> str | None:
    """Return a value as one normalized line; None for one that says there is none."""
    text = " ".join(normalize(str(value)).split())
    return None if text.lower() in _NO_VALUE else text


def _authors(value: object) -> tuple[str, ...]:
    if isinstance(value, (list, tuple)) and all(isinstance(name, str) for name in value):
        names = value
    elif value is None or isinstance(value, (str, float)):  # pandas writes NaN for no value
        names = [value]
    else:
        raise ArticleError(f"authors is {shown(value)}; expected a name or a list of names")
    return tuple(name for name in map(_words, names) if name)


def _date(fields: Mapping[str, object], key: str, effect: str) -> tuple[dt.date | None, tuple[str, ...]]:
    """Return the day that a field states, and what to note where it states something else; `effect` says what that means."""
    value = fields.get(key)
    stated = _words(value) if isinstance(value, (str, int, float, type(None))) else value
    parsed = parse_date(stated) if isinstance(stated, str) else None
    if stated is None or parsed:
        return parsed, ()
    what = "" if key == "date" else f"{key} "
    return None, (f"has the {what}date {shown(stated)}, {effect}; expected a day such as 2024-02-27",)


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
    words = re.sub(r"\bSept\b", "Sep", words, flags=re.IGNORECASE)
    for form in _DATE_FORMATS:
        try:
            return dt.datetime.strptime(words, form).date()
        except ValueError:
            continue
    return None


def _date_line(line: str) -> dt.date | None:
    match = _STATED_DATE.match(line)
    return parse_date(match[2]) if match else None

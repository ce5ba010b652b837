"""What a web page states about its article: JSON-LD, meta elements, links and the address it was saved from.

Only what is stated is taken; nothing is guessed from the text. schema.org's words win, as they are about the article and
not about the page, then Open Graph's, then those of the older vocabularies.
"""

import html
import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from corpus.metadata import parse_date, split_names

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(https?://\S{1,2000}?)\s*-->", re.IGNORECASE)
_SAVED_FROM_CHARACTERS = 5_000  # at the start of a page
_ARTICLE_TYPES = re.compile(r"(?:\w*Article|\w*BlogPosting|Report)$")
_MAX_JSON = 1_000_000  # characters of one script
_MAX_ITEMS = 10_000  # objects that are looked through
_NO_DAYS = ("0001-01-01", "1970-01-01")  # what programs write for no day
_COMPACT_DAY = re.compile(r"(\d{4})[/.]?(\d{2})[/.]?(\d{2})(?!\d)")
_DAY_IN_URL = re.compile(r"/((?:19|20)\d{2})[/-]([01]?\d)[/-]([0-3]?\d)(?=[/-]|$)")
_TITLES = ("og:title", "twitter:title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title", "title")
_DATES = (
    *("article:published_time", "og:published_time", "datepublished", "article.published", "date.issued", "dc.date.issued"),
    *("dcterms.issued", "dc.date", "dcterms.date", "dc.date.created", "dcterms.created", "parsely-pub-date", "sailthru.date"),
    *("pubdate", "publishdate", "publish-date", "publish_date", "publication_date", "citation_publication_date"),
    *("cxenseparse:recs:publishtime", "rnews:datepublished", "date"),
)
_UPDATES = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified", "article.updated")
_AUTHORS = ("author", "article:author", "og:article:author", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author", "byl")
_SOURCES = ("og:site_name", "dc.publisher", "dcterms.publisher", "citation_journal_title", "publisher", "application-name")


def saved_from(markup: str) -> str | None:
    """Return the address that a browser wrote at the start of a page when it saved it."""
    found = _SAVED_FROM.search(markup, 0, _SAVED_FROM_CHARACTERS)
    return html.unescape(found[1]) if found else None


def read_metadata(tree: "HtmlElement", url: str | None) -> tuple[dict[str, object], bool]:
    """Return the fields of a .jsonl line, without the text, that the page states, and whether it is for free.

    `url` is the address that the page was saved from.
    """
    meta = _meta(tree)
    items = list(_items(tree))
    address = _address(tree, meta, url)
    item = _main_item(items, address)
    source = _name(item.get("publisher")) or _first(meta, _SOURCES)
    title = _title(tree, meta, item, source)
    date = _day([*_texts(item, "datePublished", "dateCreated"), *_values(meta, _DATES), *_times(tree), *_days_in(address)])
    updated = _day([*_texts(item, "dateModified"), *_values(meta, _UPDATES)])
    fields = {"title": title, "date": date, "updated": updated, "source": source, "url": address, "authors": _authors(tree, meta, item)}
    free = all(str(found.get("isAccessibleForFree", True)).lower() != "false" for found in (item, *items[:1]))
    return {name: value for name, value in fields.items() if value}, free


def _meta(tree: "HtmlElement") -> dict[str, list[str]]:
    """Return the values of the page's meta elements by their lower-case names."""
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        value = _line(element.get("content") or "")
        for attribute in ("property", "name", "itemprop"):
            if value and (name := element.get(attribute)):
                found.setdefault(name.strip().lower(), []).append(value)
    return found


def _items(tree: "HtmlElement") -> Iterator[dict[str, object]]:
    """Yield the articles that the page's JSON-LD describes, outer ones first."""
    waiting: list[object] = []
    for script in tree.iter("script"):
        text = script.text or ""
        if "ld+json" in (script.get("type") or "").lower() and len(text) <= _MAX_JSON:
            try:
                waiting.append(json.loads(text.strip().strip(";"), strict=False))
            except (ValueError, RecursionError):
                continue  # what is no JSON states nothing
    for value in _walk(waiting):
        types = value.get("@type")
        if any(isinstance(name, str) and _ARTICLE_TYPES.search(name) for name in (types if isinstance(types, list) else [types])):
            yield value


def _walk(waiting: list[object]) -> Iterator[dict[str, object]]:
    """Yield every object, level by level."""
    for number, value in enumerate(waiting):
        if number > _MAX_ITEMS:
            return
        if isinstance(value, dict):
            yield value
            waiting += [inner for inner in value.values() if isinstance(inner, (dict, list))]
        elif isinstance(value, list):
            waiting += [inner for inner in value if isinstance(inner, (dict, list))]


def _main_item(items: list[dict[str, object]], address: str | None) -> dict[str, object]:
    """Return the article that the page is about: the one of its address, else the outermost; empty if none is described."""
    for item in items:
        page = item.get("mainEntityOfPage")
        stated = [item.get("url"), item.get("@id"), page.get("@id") if isinstance(page, dict) else page]
        if address and address in stated:
            return item
    return items[0] if items else {}


def _address(tree: "HtmlElement", meta: dict[str, list[str]], saved: str | None) -> str | None:
    """Return the page's address: as its canonical link says, unless that is the site's front page, or as it was saved."""
    links = [link.get("href") or "" for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split()]
    known = [address for value in [*links, *meta.get("og:url", [])] if (address := _web_address(value, saved))]
    deep = [address for address in known if urlsplit(address).path.strip("/")]
    return next(iter([*deep, *filter(None, [saved]), *known]), None)


def _web_address(value: str, base: str | None) -> str | None:
    try:
        address = urljoin(base or "", value.strip())
        parts = urlsplit(address)
        known = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return address if known and address.isprintable() and " " not in address else None


def _title(tree: "HtmlElement", meta: dict[str, list[str]], item: dict[str, object], source: str | None) -> str | None:
    headings = [_line(heading.text_content()) for heading in tree.iter("h1")]
    page = [_line(title.text_content()) for title in tree.iterfind(".//head/title")]
    stated = [*_texts(item, "headline", "name"), *_values(meta, _TITLES), *(headings if len(headings) == 1 else []), *page, *headings]
    title = next((title for title in stated if title), None)
    if title and source:
        for bar in ("|", "-", "–", "—", "·", ":"):
            title = title.removesuffix(f" {bar} {source}").strip()
    return title


def _authors(tree: "HtmlElement", meta: dict[str, list[str]], item: dict[str, object]) -> list[str]:
    stated = item.get("author") or item.get("creator")
    named = [_name(author) for author in (stated if isinstance(stated, list) else [stated])]
    linked = [_line(element.text_content()) for element in tree.xpath("//*[@rel='author' or @itemprop='author']")[:10]]
    for names in (named, _values(meta, _AUTHORS), linked):
        authors = [author for name in names if name for author in split_names(name)]
        if authors:
            return list(dict.fromkeys(authors))
    return []


def _name(value: object) -> str | None:
    """Return the name of a person or organization, given as such or as text."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("name")
    if isinstance(value, list):
        value = value[0] if value else None
    return _line(value) or None if isinstance(value, str) else None


def _texts(item: dict[str, object], *names: str) -> Iterator[str]:
    yield from (_line(value) for name in names if isinstance(value := item.get(name), str))


def _values(meta: dict[str, list[str]], names: Iterable[str]) -> list[str]:
    return [value for name in names for value in meta.get(name, [])]


def _first(meta: dict[str, list[str]], names: Iterable[str]) -> str | None:
    return next(iter(_values(meta, names)), None)


def _times(tree: "HtmlElement") -> list[str]:
    """Return when the page's time elements say it was published; those of an article only if they are of one day."""
    marked = tree.xpath("//*[@itemprop='datePublished' or @pubdate]")
    if stated := [element.get("datetime") or element.get("content") or "" for element in marked]:
        return stated
    articles = tree.xpath("(//article)[1]//time[@datetime]")
    days = {time.get("datetime")[:10] for time in articles}
    return list(days) if len(days) == 1 else []


def _days_in(address: str | None) -> list[str]:
    found = _DAY_IN_URL.search(urlsplit(address).path) if address else None
    return [f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"] if found else []


def _day(stated: Iterable[str]) -> str | None:
    """Return the first that is a full day, as YYYY-MM-DD; if none is, the first, for people to see."""
    given = [value for value in stated if value and not value.startswith(_NO_DAYS)]
    for value in given:
        day = parse_date(value) or parse_date("-".join(found.groups()) if (found := _COMPACT_DAY.match(value)) else "")
        if day:
            return day.isoformat()
    return given[0] if given else None


def _line(text: str) -> str:
    """Return text on one line, without markup that was written into it."""
    return " ".join(re.sub(r"</?[a-zA-Z][^<>]{0,200}>", "", html.unescape(text)).split())

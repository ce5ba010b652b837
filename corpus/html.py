"""The article of a web page: saved by a browser ("complete"), fetched, AMP, or the page inside a mail."""

import codecs
import re
from typing import TYPE_CHECKING, Any

from corpus.cleaning import SENTENCE_END
from corpus.decoding import decode
from corpus.errors import ArticleError, first_line
from corpus.page_metadata import read_metadata, saved_from

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})|<\?xml[^>]{0,100}?encoding=["']([\w.:-]{2,40})""", re.I)
_HEAD_BYTES = 4096  # within which a page states its encoding
_MAX_ELEMENTS = 60_000  # of a page; telling its text from its menus takes about 10 s per 100,000
_MAX_CHARACTERS = 5_000_000  # of a page's markup, without what is embedded in it
_EMBEDDED = re.compile(r"data:[\w/+.-]{1,60};base64,[A-Za-z0-9+/=\s]{100,}")
_UNSEEN = (
    "//script | //style | //template | //noscript | //*[@hidden] | //*[contains(translate(@style, ' ', ''), 'display:none')]"
    " | //*[contains(translate(@style, ' ', ''), 'visibility:hidden')]"
)
_PROSE_CHARACTERS = 30  # of a line of the main text, at least: a sentence, or, in scripts that end theirs otherwise, some letters
_OTHER_SCRIPTS = re.compile(r"[\u0600-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_STUB_CHARACTERS = 1_500  # a page with a wall, and less text than this, shows only the start of its article
_TEASER_CHARACTERS = 600  # so does one that says that it is not for free, and has less than this
_PAYWALL = re.compile(
    r"\b(subscribe|sign in|log in|register|become a (subscriber|member)|start your (free )?trial)\b.{0,60}"
    r"\b(to (continue|read|keep|unlock|access|finish)|(continue|keep) reading|for (full|unlimited) access)"
    r"|\b(to (continue|keep) reading|to read (the|this) (full|entire|whole) (article|story)|(this|the) (article|story|content) is"
    r" (only|exclusively|reserved)? ?(available )?(for|to) (our )?(paying |registered )?(subscribers|members))\b",
    re.IGNORECASE,
)
_EDGE_LINES = 5  # lines at the end of a page's text where a wall would speak


def read_html(content: bytes) -> dict[str, object]:
    """Return the fields of the page's one article. Raises `ArticleError` if it has none, or only the start of one."""
    return read_page(page_text(content))


def page_text(content: bytes) -> str:
    """Decode a page: as its marks say, as UTF-8, as it states, else as it looks. Raises `ArticleError` if it is no text."""
    found = _CHARSET.search(content, 0, _HEAD_BYTES)
    stated = (found[1] or found[2]).decode("ascii", "replace") if found else ""
    if stated and not content.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and b"\x00" not in content:
        for name in ("utf-8", "cp1252" if stated.lower() in ("iso-8859-1", "latin1", "ascii", "us-ascii") else stated):
            try:
                return str(codecs.decode(content, name))
            except (LookupError, UnicodeError, TypeError, ValueError):
                continue  # no such encoding, or a page that is not in the one it states
    return decode(content)


def read_page(markup: str) -> dict[str, object]:
    """Return the fields of the article in a page's markup; raises as `read_html`."""
    from lxml import etree

    url = saved_from(markup)
    markup = _EMBEDDED.sub("", markup)
    if len(markup) > _MAX_CHARACTERS:
        raise ArticleError(f"has {len(markup) / 1e6:.1f} million characters; expected a page of at most 5: save its text as .txt")
    try:
        tree = _tree(markup)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise ArticleError(f"is no web page ({first_line(error)}); expected the page of an article") from error
    if (size := int(tree.xpath("count(//*)"))) > _MAX_ELEMENTS:
        raise ArticleError(f"has {size:,} elements; expected a page of at most {_MAX_ELEMENTS:,}: save its text as .txt")
    fields, free = read_metadata(tree, url)
    text = _main_text(tree)
    if not any(_is_prose(line) for line in text.splitlines()):
        raise ArticleError("has no main text that can be told from its menus and links; save the article's own page, or its text as .txt")
    _check_whole(tree, text, free)
    return {**fields, "text": text}


def _tree(markup: str) -> "HtmlElement":
    from lxml import html

    # Bytes, as lxml refuses characters that come with a statement of their encoding. `huge_tree` allows 2,048 levels in place of
    # 256, which unclosed <font> elements of older pages reach.
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    tree: HtmlElement = html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise ArticleError("nests its elements deeper than 2,048 levels, and would be read in part; save its text as .txt")
    return tree


def _main_text(tree: "HtmlElement") -> str:
    """Return the page's main text, a paragraph a line, without its headline; empty if there is none."""
    import trafilatura

    for unseen in tree.xpath(_UNSEEN):
        if unseen.tag not in ("html", "body"):
            unseen.drop_tree()
    headlines = {" ".join(heading.text_content().split()) for heading in tree.iter("h1")}
    found: Any = trafilatura.bare_extraction(tree, include_comments=False)
    text: str = found.text or "" if found else ""
    first, _, rest = text.partition("\n")
    return rest if first in headlines else text


def _is_prose(line: str) -> bool:
    return len(line) >= _PROSE_CHARACTERS and bool(SENTENCE_END.search(line[-_PROSE_CHARACTERS:]) or _OTHER_SCRIPTS.search(line))


def _check_whole(tree: "HtmlElement", text: str, free: bool) -> None:
    """Raise `ArticleError` if a wall hides most of the article."""
    if len(text) >= _STUB_CHARACTERS:
        return
    wall = _PAYWALL.search("\n".join(text.splitlines()[-_EDGE_LINES:])) or (not free and _PAYWALL.search(tree.text_content()))
    if wall or (not free and len(text) < _TEASER_CHARACTERS):
        says = f": “{' '.join(wall[0].split())[:60]}”" if wall else ""
        raise ArticleError(f"shows only the start of its article, {len(text)} characters (a paywall{says}); save the whole page, signed in")

"""Bytes of a text file to characters."""

import codecs
import re

from corpus.errors import ArticleError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MOSTLY = 0.6  # share of one byte position that must be NUL for text to count as UTF-16 without a mark
# What Western European words and print in windows-1252 use; not ð, þ, ý, ³, which other code pages' letters turn into.
_WESTERN = frozenset("àâäáãåæçéèêëìíîïñóòôöøœùúûüßÀÂÄÁÃÅÆÇÉÈÊËÍÎÏÑÓÔÖØŒÚÛÜ‘’“”‚„–—…•€£§©®°²½«»¿¡ºª´·×™\xa0")
_CENTRAL = re.compile(r"[^\W\d_][¹³¾¿¼]")  # ą, ł, ľ, ż, Ľ of windows-1250 read as windows-1252: signs inside words
_OTHER_ENCODINGS = ["cp1251", "koi8_r", "cp1253", "cp1255", "cp1256", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr"]
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\f\x1a")


def decode(content: bytes) -> str:
    """Decode a text file: UTF-8, UTF-16 and UTF-32, else the legacy encoding that fits best.

    Raises `ArticleError` if the bytes are not text or no encoding fits.
    """
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), None) or _unmarked_utf16(content)
    if encoding is None and b"\x00" in content:
        raise ArticleError("is binary, not text; expected a text file such as UTF-8")
    try:
        return content.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if encoding is not None or _mostly_utf8(content):
            raise ArticleError(f"is not valid {encoding or 'utf-8'} at byte {error.start}; save it as UTF-8") from error
    return _legacy(content)


def _unmarked_utf16(content: bytes) -> str | None:
    pairs = len(content) // 2
    if pairs < 4 or b"\x00" not in content:
        return None
    low, high = content[0::2].count(0) / pairs, content[1::2].count(0) / pairs
    if high > _MOSTLY and low < 0.1:
        return "utf-16-le"
    if low > _MOSTLY and high < 0.1:
        return "utf-16-be"
    return None


def _mostly_utf8(content: bytes) -> bool:
    """Tell damaged UTF-8, which every legacy encoding would turn into garbage, from text in another encoding."""
    text = content.decode("utf-8", "replace")
    return sum(char > "\x7f" for char in text) > 4 * text.count("\ufffd")


def _legacy(content: bytes) -> str:
    if sum(byte in _CONTROLS for byte in content[:4096]) > len(content[:4096]) // 100:
        raise ArticleError("is binary, not text; expected a text file such as UTF-8")
    beyond = sum(byte > 127 for byte in content)
    western = content.decode("cp1252", "replace")
    if _WESTERN.issuperset(char for char in western if char > "\x7f") and beyond < len(content) / 5:
        return western
    from charset_normalizer import from_bytes

    # Letters beyond ASCII are a minority in languages of the Latin script, and nearly all letters in the others.
    mostly_latin = sum(byte < 128 and chr(byte).isalpha() for byte in content) > beyond
    latin = ["cp1250"] if _CENTRAL.search(western) else ["cp1250", "cp1254"]
    best = from_bytes(content, cp_isolation=latin if mostly_latin else _OTHER_ENCODINGS).best()
    if best is None:
        raise ArticleError("is in no encoding that could be recognised; save it as UTF-8")
    return str(best)

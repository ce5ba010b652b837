"""Bytes of a text file to characters."""

import codecs

from corpus.errors import ArticleError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MOSTLY = 0.6  # share of one byte position that must be NUL for text to count as UTF-16 without a mark
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
        if encoding is not None:
            raise ArticleError(f"is not valid {encoding} at byte {error.start}; save it as UTF-8") from error
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


def _legacy(content: bytes) -> str:
    if sum(byte in _CONTROLS for byte in content[:4096]) > len(content[:4096]) // 100:
        raise ArticleError("is binary, not text; expected a text file such as UTF-8")
    from charset_normalizer import from_bytes

    best = from_bytes(content).best()
    if best is None:
        raise ArticleError("is in no encoding that could be recognised; save it as UTF-8")
    return str(best)

"""The article in a mail, such as a newsletter or an agency's message, and in a page that a browser saved as one file (MHTML)."""

import email
import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime

from corpus.decoding import decode
from corpus.errors import ArticleError
from corpus.html import page_text, read_page
from corpus.metadata import is_outlet

_STUB_CHARACTERS = 200  # a plain part shorter than this, beside a page, only says that there is a page
_MAX_PARTS = 1_000  # of a message, at any depth
_PASSED_ON = re.compile(r"^\s*((?:fwd?|wg|tr)\s*:)\s*", re.IGNORECASE)
_REPLY = re.compile(r"^\s*(?:re|aw)\s*:\s*", re.IGNORECASE)
_SIGNATURE = re.compile(r"^-- ?\n.*\Z", re.MULTILINE | re.DOTALL)
_FLOWED_LINE = re.compile(r"(?<=\S) \n(?=\S)")  # RFC 3676: a space before the line's end means that the paragraph goes on


def read_mail(content: bytes) -> dict[str, object]:
    """Return the fields of a mail's article: subject, day and sender, and its text, or its page where there is none.

    Raises `ArticleError` if there is neither.
    """
    message = email.message_from_bytes(content)
    subject = _header(message, "Subject")
    passed_on = bool(_PASSED_ON.match(subject))
    fields: dict[str, object] = {"title": _REPLY.sub("", _PASSED_ON.sub("", subject))}
    if not passed_on:  # otherwise day and sender are those of whoever passed it on
        name = parseaddr(_header(message, "From"))[0].strip()
        fields.update({"date": _day(message), "source" if is_outlet(name) else "authors": name})
    text = next((text for part in _parts(message, "text/plain") if (text := _plain(part))), "")
    if len(text) < _STUB_CHARACTERS and (page := next(_parts(message, "text/html"), None)):
        try:
            found = read_page(page_text(_payload(page)))
        except ArticleError:
            if not text:
                raise
        else:
            return {**found, **{name: value for name, value in fields.items() if value}}
    if not text:
        raise ArticleError("is a mail without text; expected one with a text or a page")
    return {**fields, "text": text}


def read_saved_page(content: bytes) -> dict[str, object]:
    """Return the fields of the article of an .mhtml file. Raises `ArticleError` if there is no page in it, or no article in that."""
    message = email.message_from_bytes(content)
    page = next(_parts(message, "text/html"), None)
    if page is None:
        raise ArticleError("holds no page; expected one that a browser saved as one file")
    fields = read_page(page_text(_payload(page)))
    saved = _header(message, "Snapshot-Content-Location")
    return {**({"url": saved} if saved.startswith(("http://", "https://")) else {}), **fields}


def _parts(message: "Message[str, str]", kind: str) -> Iterator["Message[str, str]"]:
    """Yield the parts of a kind that are no attachments, in their order."""
    for number, part in enumerate(message.walk()):
        if number > _MAX_PARTS:
            return
        if part.get_content_type() == kind and not part.is_multipart() and part.get_content_disposition() != "attachment":
            yield part


def _payload(part: "Message[str, str]") -> bytes:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset()
    try:
        return content.decode(charset).encode() if charset else content
    except (LookupError, UnicodeError, ValueError):
        return content  # in no encoding that exists, or not in the one it states


def _plain(part: "Message[str, str]") -> str:
    try:
        text = decode(_payload(part)).replace("\r\n", "\n").strip()
    except ArticleError:
        return ""
    text = _SIGNATURE.sub("", text)
    return _FLOWED_LINE.sub(" ", text) if part.get_param("format") == "flowed" else text


def _header(message: "Message[str, str]", name: str) -> str:
    stated = str(message.get(name) or "")
    try:
        return " ".join(str(make_header(decode_header(stated))).split())
    except (LookupError, UnicodeError, ValueError, HeaderParseError):
        return " ".join(stated.split())


def _day(message: "Message[str, str]") -> str | None:
    stated = _header(message, "Date")
    try:
        return parsedate_to_datetime(stated).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return stated or None

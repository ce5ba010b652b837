"""The outlet that something was said to, or is quoted from."""

import re

_NAME = r"[A-Z][\w’'&.-]*(?:[ ](?:(?:de|la|of|the|and|&)[ ])?[A-Z][\w’'&.-]*){0,4}"
_MEDIA = re.compile(
    r"""\b(?: News | Times | Post | Press | Journal | Radio | Agency | Daily | Tribune | Herald | Today | TODAY | Magazine | Media | Network
    | TV | Television | Telegraph | Guardian | Independent | Sun | Mirror | Mail | Express | Standard | Observer | Globe | Star | Chronicle
    | Gazette | Register | Examiner | Reuters | Politico | POLITICO | Bloomberg | Xinhua | Axios | Le[ ]Monde | Spiegel | Bild | Interfax
    | Tanjug | Associated[ ]Press | Facebook | Twitter | Instagram | Insider | Fox | Channel | Sports? | Eurosport | Variety | Forbes
    | Fortune | Athletic | Atlantic | Economist | Time | Newsweek | Sky | Al[ ]Jazeera | Liberty | Wire | Review | Week | BuzzFeed
    | HuffPost | Vox | [A-Z]{2,5} )\b""",
    re.VERBOSE,
)
_NOT_MEDIA = re.compile(r"^(?:US|U\.S\.|UK|EU|UN|NATO|FBI|CIA|CDC|FDA|WHO|NHS|NASA|DNA|GOP|AI|CEO|I|II)$")
_TO = re.compile(
    rf"""\b(?: told | tells | telling | (?:in|during)[ ]an[ ](?:exclusive[ ])?(?:\w+[ ])?interview[ ](?:with|published[ ](?:by|in)|on)
    | (?:statement|email|letter|comments?|confirmed|said|explained|revealed)[ ]to | citing | cited[ ]by | quoted[ ](?:from|by|in)
    | (?:as[ ])?reported[ ]by | (?:wrote|said|posted)[ ](?:on|in) | speaking[ ](?:to|on) | appear(?:ed|ance)[ ]on )
    \s(?:the[ ]|a[ ])?(?:[a-z]\w*[ ]|[A-Z]\w+[ ](?=[a-z])){{0,5}}(?P<name>{_NAME})""",
    re.VERBOSE,
)
_REPORTED = re.compile(rf"(?:,| —) (?P<name>(?:the (?:\w+ )?)?{_NAME})(?: news agency)? (?:reported|reports)\b")
_OUTLET = re.compile(r"\btold the (?:outlet|newspaper|paper|news agency|agency|broadcaster|magazine|website|network|channel)\b")


def find_via(sentence: str, place: int, before: str = "") -> str:
    """Return the outlet that a sentence names as having what is said at or behind `place`, or that "told the outlet" points back to.

    `before` is the outlet that the article named last. Empty if there is none.
    """
    around = sentence[max(place - 12, 0) :]
    if _OUTLET.search(around):
        return before
    for match in (*_TO.finditer(around), *_REPORTED.finditer(sentence)):
        name = re.sub(r"['’]s?\b.*$", "", match["name"]).removeprefix("the ").rstrip(".")
        if is_outlet(name):
            return name
    return ""


def is_outlet(name: str) -> bool:
    """Whether a name is written like that of a newspaper, an agency or a broadcaster."""
    return bool(_MEDIA.search(name) and not _NOT_MEDIA.match(name))

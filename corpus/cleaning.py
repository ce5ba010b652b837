"""Take page furniture out of an article's text.

The rules look at one line (a paragraph, in news files) at a time and hold for news pages in general: promos for other
stories, comment forms, machine-translation notes, photo credits, advertising marks, and stray section labels at the
edges. A line that reads as a sentence of the story stays.
"""

import re
import statistics
import unicodedata

# Bump when the rules change what an article's text is: it is part of every article's digest, so the next build sees
# each article as changed and offsets stay right.
CLEANING_VERSION = 1

_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\ud800-\udfff]|[^\S\n\t ]*[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")

_I = re.IGNORECASE
_PROMO = re.compile(
    r"^\W*(?:(?:see also|read also|also read|read more|read next|don['’]t miss|you (?:may|might) also like)\b"
    r"|(?:more|read|related|recommended|watch|listen|trending|most read|most popular|live updates(?: now)?|up next"
    r"|further reading|more (?:stories|news|on this)|editors?['’]?s? picks?|related (?:stories|articles?|news|content))(?:\s*:|$))",
    _I,
)
_FURNITURE = tuple(
    re.compile(pattern, _I)
    for pattern in (
        # comment forms
        r"^leave (us )?a (reply|comment)\b.{0,40}$",
        r"your e-?mail address will not be (published|shared)",
        r"^required fields are marked",
        r"^save my name, e-?mail",
        r"^(post comment|cancel reply|add a comment|join the conversation|view comments|show comments|comments are closed.?)$",
        r"^you must be logged in to (post|leave|comment)",
        r"^\d+ comments?$",
        # advertising, subscriptions, sharing
        r"^(advertise?ment|sponsored( content)?|promoted|story continues below.*|article continues (below|after).*)$",
        r"^(sign up|subscribe|register)\b[^.!?]*\b(newsletters?|inbox|account|free|today|now|here)\b.{0,60}$",
        r"^(follow|like|find|join) us on .{0,80}$",
        r"^(share|tweet|e-?mail|print|save|copy link|share (this|on|via|to)\b.{0,60}|click here\b.{0,80})$",
        # photo credits
        r"^(photo|image|picture|photograph|file photo|photo credit|image credit)s?( by|:| credit:) .{0,120}$",
        r"^(getty images|ap photo|afp|epa|reuters)\b[/ |,-].{0,60}(?<![.!?])$",
        r"^.{0,220}[(\[](source|photo|photograph|image|picture|pic|credit|file photo|courtesy|ap photo|getty)s?\b[^)\]]{0,80}[)\]]\.?$",
        # the page about itself
        r"^(all rights reserved|copyright|©).{0,160}$",
        r"^this (article|story|text) (was|has been|is) (machine|automatically|auto)[- ]?translated\b",
    )
)
_TRANSLATION_NOTE = re.compile(
    r"\b(automatically|machine|auto)[- ](generated|translated|translation)\b.*\b(AI|translat\w*|versions?|languages?)\b"
    r"|\b(translated|generated) (automatically )?by (the )?(AI|artificial intelligence|google translate|deepl)\b",
    _I,
)
_LABEL = re.compile(r"^\W*[^\W\d_][\w'’&-]*(?: [\w'’&-]+){0,2}:?$")
_SECTIONS = frozenset(
    "analysis,breaking,breaking news,business,culture,economy,entertainment,europe,features,health,home,latest,latest news,"
    "lifestyle,local,local news,middle east,more news,national,news,opinion,opinions,politics,related,related news,science,"
    "sport,sports,tags,technology,top stories,topics,uncategorized,us,video,videos,war,world,world news".split(",")
)
_PROMO_LENGTH, _NOTE_LENGTH, _EDGE_LENGTH = 200, 500, 40  # characters a line of that kind has at most


def normalize(text: str) -> str:
    """Return `text` in NFC, with plain newlines and single spaces, without control and invisible characters."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    text = _SPACES.sub(" ", _INVISIBLE.sub("", text.replace("\u2029", "\n\n")))
    return "\n".join(line.strip() for line in text.split("\n")).strip()


def clean(text: str) -> str:
    """Return the body of the story: `normalize`d `text` without page furniture; may be empty."""
    lines = [line for line in _unwrap(text).split("\n") if not is_furniture(line)]
    script = _script(text)
    while lines and (not lines[-1] or _is_edge_label(lines[-1], script)):
        lines.pop()
    while lines and (not lines[0] or _is_edge_label(lines[0], script)):
        lines.pop(0)
    return _BLANK_LINES.sub("\n\n", "\n".join(lines))


def is_furniture(line: str) -> bool:
    """Tell whether a line belongs to the page rather than to the story."""
    if _PROMO.match(line) and len(line) <= _PROMO_LENGTH and not _SENTENCE_END.search(line):
        return True
    if len(line) <= _NOTE_LENGTH and _TRANSLATION_NOTE.search(line):
        return True
    return any(pattern.search(line) for pattern in _FURNITURE)


def _is_edge_label(line: str, script: str) -> bool:
    """Recognise a section name such as "- News", or a few words in another script than the story's."""
    if len(line) > _EDGE_LENGTH or _SENTENCE_END.search(line):
        return False
    if _script(line) not in (script, ""):
        return True
    words = line.strip("-–—•|*#>: ").lower()
    return words in _SECTIONS or (bool(_LABEL.match(line)) and line[0] in "-–—•|#>")


def _script(text: str) -> str:
    """Return the script that most of the first letters are in, by their Unicode names; "" without letters."""
    letters = [unicodedata.name(char, "").split(" ")[0] for char in text[:2000] if char.isalpha()]
    return statistics.mode(letters) if letters else ""


def _unwrap(text: str) -> str:
    """Join lines that were broken at a fixed width, as in mail and old agency files."""
    lines = [line for line in text.split("\n") if line]
    if len(lines) < 8 or not 45 <= statistics.median(map(len, lines)) <= 90 or max(map(len, lines)) > 100:
        return text
    broken = sum(not _SENTENCE_END.search(line) for line in lines) / len(lines)
    return re.sub(r"(?<=\S)\n(?=\S)", " ", text) if broken > 0.6 else text

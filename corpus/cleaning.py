"""Take page furniture out of an article's text.

The rules look at one line (a paragraph, in news files) at a time and hold for news pages in general: promos for other
stories, comment forms, machine-translation notes, photo credits, advertising marks, and stray section labels at the
edges. A line that reads as a sentence of the story stays.
"""

import collections
import functools
import re
import statistics
import unicodedata

# Bump when the rules change what an article's text is: it is part of every article's digest, so the next build sees
# each article as changed and offsets stay right.
CLEANING_VERSION = 4

_SPACES = re.compile(r"[^\S\n ]")  # but the plain one
_SEVERAL_SPACES = re.compile("  +")
_BLANK_LINES = re.compile("\n\n\n+")
_LINE_END = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028]")
# Lone surrogates go because neither UTF-8 nor SQLite can hold them, tag characters because they hide text from people.
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)
# Joiners stay after letters of scripts that spell with them (Arabic and Persian to Indic and Burmese).
_JOINER = re.compile(r"[\u200c\u200d](?<![\u0600-\u109f].)")
SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*$")

_I = re.IGNORECASE
_PROMO = re.compile(
    r"\W*(?:(?:see also|read also|also read|read more|read next|don['’]t miss|you (?:may|might) also like)\b(?:\s*:)?"
    r"|(?:more|read|related|recommended|watch|listen|trending|most read|most popular|live updates(?: now)?|up next"
    r"|further reading|more (?:stories|news|on this)|editors?['’]?s? picks?|related (?:stories|articles?|news|content)"
    r"|lesen sie auch|lire aussi|leer también|leggi anche|leia também|читайте также|читайте також|관련 ?(?:뉴스|기사))(?:\s*:|$))",
    _I,
)
_WIRE = "(getty images|ap photo|ap|afp|epa|reuters)"
_PAGE = "this (article|story|text|page|translation|content) (is|was|has been|may have been)"
_FURNITURE_PATTERNS = (
    # comment forms
    r"leave (us )?a (reply|comment)\b.{0,40}$",
    r"your e-?mail address will not be (published|shared)\b.{0,80}$",
    r"required fields are marked\b.{0,10}$",
    r"save my name, e-?mail\b.{0,100}$",
    r"(post comment|cancel reply|add a comment|join the conversation|view comments|show comments|comments are closed\.?)$",
    r"you must be logged in to (post|leave|comment)\b.{0,40}$",
    r"\d+ comments?$",
    # advertising, subscriptions, sharing
    r"(advertise?ment( ?[-–—:|(].{0,40})?|sponsored( content)?|promoted|story continues below.*|article continues (below|after).*)$",
    r"(sign up|subscribe|register)\b[^.!?]*\b(newsletters?|inbox|account|free|today|now|here)\b.{0,60}$",
    r"(follow|like|find|join) us on .{0,80}$",
    r"(share|tweet|e-?mail|print|save|copy link|share (this|on|via|to)\b.{0,60}|click here\b.{0,80})$",
    # photo credits
    r"(photo|image|picture|photograph|file photo|photo credit|image credit)s?( by|:| credit:) .{0,120}(?<![.!?])$",
    rf"{_WIRE}(( ?[/|,] ?| via ){_WIRE})*( ?[-–—])?$",
    # the page about itself
    r"(all rights reserved|copyright( ?(©|\(c\)|\d{4}|:|by\b|notices?$)|$)|©|\(c\) ?\d{4}).{0,160}$",
    # translation notes
    rf"{_PAGE}( \w+)?( an?)? (machine|automatic(ally)?|auto|AI)[- ](translat|generat)",
    rf"{_PAGE}( \w+)? (translated|generated|produced)\b.{{0,60}}\b(AI|artificial intelligence|automatically|google translate|deepl)\b",
    r"the .{0,160}\bversions? (is|are) (automatically|machine|auto|AI)[- ](generated|translated)\b",
    r"(automatically|machine|auto|AI)[- ]translated( (from|by|with|using|into)\b.{0,60})?$",
    r"translated( automatically)?( from \w+)? (by|with|using) (the )?(AI|artificial intelligence|google|deepl|chatgpt)\b.{0,30}$",
)
_FURNITURE = re.compile("|".join(_FURNITURE_PATTERNS), _I)
# "(source: Eurostat)." ends a sentence of the story, "(Source: NATO)" a caption.
_CREDIT = re.compile(
    r".{0,400}[(\[]((file |ap )?(photo|photograph|image|picture|pic)s?"
    r"( by\b|:| credits?:?| courtesy|/|[)\]]|[^)\]]*(/|\bvia\b|getty|reuters|afp))"
    r"|(credits?|courtesy)( of\b|:)|getty images|reuters/)[^)\]]*[)\]]?\.?$"
    r"|.{0,200}[(\[]source: [^)\]]{0,80}[)\]]$",
    _I,
)
_BRACKET = re.compile(r"[(\[]")  # that a credit has; most lines that end in a full stop have none
# A sentence that tells what somebody said is the story's, whatever it starts with.
_REPORTED = re.compile(r"\b(said|says|told|tells|added|wrote|warned|argued|asked|announced|according to)\b", _I)
_BULLETS = "-–—•*|#►▶> "
_SECTIONS = frozenset(
    "advertisement,analysis,breaking,breaking news,business,culture,economy,entertainment,europe,features,health,home,latest,"
    "latest news,lifestyle,local,local news,menu,middle east,more news,national,news,opinion,opinions,politics,related,"
    "related news,science,skip to content,skip to main content,sport,sports,tags,technology,top stories,topics,uncategorized,"
    "us,video,videos,war,world,world news".split(",")
)
_SCRIPT_SAMPLE = 400  # characters of the story that show its script
_LABEL_WORDS = 3  # a marked line of at most so many words, alone at an edge, is a label
_PROMO_LENGTH, _FURNITURE_LENGTH, _EDGE_LENGTH = 200, 500, 40  # characters a line of that kind has at most


def normalize(text: str) -> str:
    """Return `text` in NFC, with plain newlines and single spaces, without control and invisible characters."""
    if not all(map(str.isprintable, text.split("\n"))):  # else it has none of these
        text = _LINE_END.sub("\n", text.replace("\u2029", "\n\n"))
        text = _SPACES.sub(" ", _JOINER.sub("", _INVISIBLE.sub("", text)))
    text = _SEVERAL_SPACES.sub(" ", unicodedata.normalize("NFC", text))
    return "\n".join(map(str.strip, text.split("\n"))).strip()


def skip_preamble(text: str) -> str:
    """Return `text` from its first line that is no section name: some pages put those above the headline."""
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if line and not _is_section(line)), len(lines))
    return "\n".join(lines[first:])


def clean(text: str) -> str:
    """Return the body of the story: `normalize`d `text` without page furniture; may be empty."""
    lines = [line for line in _unwrap(text).split("\n") if not is_furniture(line)]
    story = collections.deque(number for number, line in enumerate(lines) if line)
    while story and _is_edge_label(lines[story[-1]], lines[story[-2]] if len(story) > 1 else "", text):
        story.pop()
    while story and _is_edge_label(lines[story[0]], lines[story[1]] if len(story) > 1 else "", text):
        story.popleft()
    return _BLANK_LINES.sub("\n\n", "\n".join(lines[story[0] : story[-1] + 1])) if story else ""


def is_furniture(line: str) -> bool:
    """Tell whether a line belongs to the page rather than to the story."""
    if not line or len(line) > _FURNITURE_LENGTH:
        return False
    bare = line.lstrip(_BULLETS)
    found = _is_promo(line) or bool(_FURNITURE.match(bare)) or _is_credit(line)
    return found and not (SENTENCE_END.search(line) and _REPORTED.search(line))


def _is_promo(line: str) -> bool:
    match = _PROMO.match(line)
    if not match or len(line) > _PROMO_LENGTH:
        return False
    # After a colon comes the other story's headline, which may ask or exclaim.
    return not SENTENCE_END.search(line) or (match[0].endswith(":") and line[-1] in "?!")


def _is_credit(line: str) -> bool:
    return line[-1] in ")]." and bool(_BRACKET.search(line) and _CREDIT.match(line))


def _is_edge_label(line: str, inner: str, text: str) -> bool:
    """Recognise a section name, a lone marked label such as "- Kyiv", or a few words in another script than the story's.

    `inner` is the next line towards the middle: what follows another item, or a colon, belongs to a list.
    """
    if len(line) > _EDGE_LENGTH or SENTENCE_END.search(line):
        return False
    if _is_section(line) or _script(line) not in (_script(text[:_SCRIPT_SAMPLE]), ""):
        return True
    marked = line[0] in _BULLETS and len(line.lstrip(_BULLETS).split()) <= _LABEL_WORDS
    return marked and bool(inner) and inner[0] not in _BULLETS and not inner.endswith(":")


def _is_section(line: str) -> bool:
    return line.strip(_BULLETS + ":").lower() in _SECTIONS


@functools.lru_cache(maxsize=64)
def _script(text: str) -> str:
    """Return the script that most letters are in, by their Unicode names; "" without letters."""
    if text.isascii():
        return "LATIN" if any(map(str.isalpha, text)) else ""
    letters = [unicodedata.name(char, "").split(" ")[0] for char in text if char.isalpha()]
    script = statistics.mode(letters) if letters else ""
    return "CJK" if script in ("HIRAGANA", "KATAKANA") else script  # Japanese writes in all three


def _unwrap(text: str) -> str:
    """Join lines that were broken at a fixed width, as in mail and old agency files; items of a list stay lines."""
    lines = [line for line in text.split("\n") if line]
    if len(lines) < 8 or not 45 <= statistics.median(map(len, lines)) <= 90 or max(map(len, lines)) > 100:
        return text
    broken = sum(not SENTENCE_END.search(line) for line in lines) / len(lines)
    return re.sub(r"(?<=\S)\n(?=[^\s•*>|#-]|-\S)", " ", text) if broken > 0.6 else text

"""What a question counts, and which amounts of just that a sentence states: "How many peacekeepers?", "200,000 peacekeepers".

What is no amount of it for certain is left out: parts of it ("including 12 children", "another 30"), what is denied ("no 200,000
peacekeepers"), and sentences with several amounts of it, for each would be of something else.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.words import split_terms
from rag.facts import is_country, same_word, words
from rag.quantities import Number, numbers
from rag.question import FUNCTION_WORDS, Question

_AUX = frozenset("is are was were do does did has have had can could will would shall should may might must be been".split())
# Things that are counted under several names ...
ALIKE = tuple(
    frozenset(kind.split())
    for kind in (
        "troops soldiers peacekeepers personnel servicemen forces",
        "people persons residents citizens",
        "deaths fatalities dead killed kills kill died die",
        "injured injures wounded hurt injuries",
        "jobs positions posts",
        "cases infections infected",
        "homes houses",
        "votes ballots",
        "migrants refugees asylum-seekers",
    )
)
# ... and what is done to them, and what is money or a share.
_ALSO_ALIKE = tuple(
    frozenset(kind.split())
    for kind in (
        "needed need needs required requires necessary",
        "sent send sends deployed deploy dispatched",
        "arrested detained",
        "percent % pct",
        "dollars usd",
        "euros euro",
        "pounds pound",
    )
)
_SIGNS = {"$": "dollars", "€": "euros", "£": "pounds", "¥": "yen"}
_CURRENCIES = frozenset("dollars usd euros euro pounds pound yen roubles rubles".split())
_MONEY = frozenset("money cost costs pay paid spend spent worth price".split())
_MANY = re.compile(r"\bhow many (?:more |of the |other )?(?P<rest>[^?.!]+)|\bwhat (?:is the )?number of (?P<number>[^?.!]+)", re.I)
_MUCH = re.compile(r"\bhow much\b(?P<rest>[^?.!]*)", re.I)
_SHARE = re.compile(r"\bwhat (?:percentage|percent|share|proportion)\b", re.I)
_RANGE = re.compile(r"\s*(?:to|or|-|–|—)\s*")
_BETWEEN = re.compile(r"\bbetween\W+$", re.I)
_DENIED = re.compile(r"\b(?:no|not|never|nor|without|than the)\W+(?:[\w’']+\W+){0,1}$|n['’]t\W+(?:\w+\W+){0,2}$", re.I)
_PART = re.compile(
    r"""\b(?:another|one[ ]in|additional|further|extra|a[ ]further|other|including|among[ ]them|of[ ]whom|of[ ]which|of[ ]them|some[ ]of
    |than|by|times|every|each|per|first|last|next|past|out[ ]of|of)\W+
    (?:(?:at[ ]least|about|around|some|nearly|up[ ]to|over|[$€£¥])\W*)*$""",
    re.I | re.X,
)
_MORE = re.compile(r"\W*(?:more|other|additional|further|extra|fewer|less|times|of the|per|each|a (?:day|week|month|year))\b", re.I)
_ROUGHLY = re.compile(
    r"\b(?:at least|at most|up to|more than|less than|fewer than|about|around|some|roughly|nearly|almost|over|under)\W+$", re.I
)
_OF = re.compile(r"\W*(?:%|\w+)? ?of ((?:[\w’'-]+ ?){1,4})")
_NEAR = 4  # words behind an amount in which what it counts is named
_WORD = re.compile(r"[^\W_](?:[\w'’&-]*\w)?|[%$€£¥]")


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as a sentence states it."""

    text: str  # "100,000 to 150,000"
    start: int  # characters of the sentence, half-open
    end: int
    least: float  # what it may stand for
    most: float
    which: frozenset[str]  # the names by which what it counts is told from others of its kind: "European", "Russian"

    def fits(self, other: "Amount") -> bool:
        """Whether both may be the same amount: said to be "about" so much, or more than, or rounded."""
        slack = 0.05 * max(self.least, other.least) if max(self.least, other.least) >= 1000 else 0.0  # noqa: PLR2004 - 10,300 is 10,000
        return self.least <= other.most + slack and other.least <= self.most + slack


def counted(question: Question) -> str:
    """Return what a question counts: "peacekeepers", "percent", "money"; empty if it asks for no amount that is surely told from others."""
    if _SHARE.search(question.text):
        return "percent"
    if many := _MANY.search(question.text):
        return _head(many["rest"] or many["number"])
    if much := _MUCH.search(question.text):
        following = [word.lower() for word in _WORD.findall(much["rest"])]
        return "money" if following[:1] == ["money"] or _MONEY.intersection(following) else ""
    return ""


def done(question: Question) -> str:
    """Return the word for what is asked of it: "killed" of "How many people were killed in the fire?"; empty if none is seen."""
    noun = counted(question)
    if share := _SHARE.search(question.text):
        behind = _WORD.findall(question.text[share.end() :])
        behind = behind[next((place for place, word in enumerate(behind) if word.lower() in _AUX), len(behind) - 1) :]
    else:
        behind = _WORD.findall(question.text[question.text.lower().find(noun) + len(noun) :]) if noun else []
    plain = [word for word in behind if word[0].islower() and word.lower() not in FUNCTION_WORDS | _AUX]
    return plain[0] if plain else ""


def _head(rest: str) -> str:
    """Return the noun at the beginning of a phrase: "troops" of "ground troops are needed"."""
    found = _WORD.findall(rest)
    for place, word in enumerate(found[:5]):
        if word.lower() in FUNCTION_WORDS | _AUX:
            return found[place - 1].lower() if place else ""
    plain = [word.lower() for word in found if word[0].islower()]
    return plain[0] if plain else ""


def is_counted(noun: str, word: str) -> bool:
    """Whether a word names what is counted, or another word for it."""
    return word in _CURRENCIES if noun == "money" else is_alike(noun, word)


def is_alike(one: str, other: str) -> bool:
    """Whether two words are forms of one, or stand for the same thing."""
    if same_word(one, other) or one.rstrip("s") == other.rstrip("s"):
        return True
    return any(one in kind and other in kind for kind in (*ALIKE, *_ALSO_ALIKE))


def find_amount(noun: str, sentence: str, asked: Sequence[str] = ()) -> Amount | None:
    """Return the amount of what is counted that a sentence states; None if it states none, or several.

    `asked` are the question's terms: a share must be one of something that it names, "40 percent of the voters".
    """
    found = list(_amounts(noun, sentence))
    if len(found) != 1 or (noun == "percent" and not _is_of(sentence[found[0].end :], asked)):
        return None
    return found[0]


def _is_of(after: str, asked: Sequence[str]) -> bool:
    whole = _OF.match(after)
    return whole is None or not set(asked).isdisjoint(split_terms(whole[1]))


def _amounts(noun: str, sentence: str) -> Iterator[Amount]:
    stated = [number for number in numbers(sentence) if sentence[number.start :].startswith(number.text)]
    place = 0
    while place < len(stated):
        first = last = stated[place]
        if place + 1 < len(stated) and _are_range(first, stated[place + 1], sentence):
            last = stated[place + 1]
        place += 2 if last is not first else 1
        start, end = first.start, last.start + len(last.text)
        named = _names_counted(noun, sentence, start, end)
        if named is not None and not _is_part(sentence[:start], sentence[end:] if noun != "percent" else ""):
            start -= sentence[start - 1 : start] in _SIGNS if start else 0
            roughly = _ROUGHLY.search(sentence[:start])
            start = roughly.start() if roughly else start
            yield Amount(sentence[start:end], start, end, *_bounds(first, last), named)


def _bounds(first: Number, last: Number) -> tuple[float, float]:
    """Return what an amount, or a range of two, may stand for: from 5,000,000 in "5 to 6 million"."""
    if first is last:
        return first.least, first.most
    times = last.value / float(re.sub(r"[^\d.]", "", last.text) or last.value)
    return (first.value * times if first.value * times < last.value else first.value), last.value


def _are_range(first: Number, second: Number, sentence: str) -> bool:
    between = sentence[first.start + len(first.text) : second.start]
    and_ = between.strip(" $€£") == "and" and _BETWEEN.search(sentence[: first.start])
    return bool((_RANGE.fullmatch(re.sub(r"[$€£¥]", "", between)) or and_) and first.value < second.value)


def _names_counted(noun: str, sentence: str, start: int, end: int) -> frozenset[str] | None:
    """Return the names before what is counted, if that is what stands behind, or, for money, before a number; else None."""
    sign = _SIGNS.get(sentence[start - 1 : start]) if start else None
    if sign:
        return frozenset() if is_counted(noun, sign) else None
    which: set[str] = set()
    for match in list(_WORD.finditer(sentence, end))[:_NEAR]:
        word = match[0].lower()
        if re.search(r"[.,;:!?()“”\"]", sentence[end : match.start()]):
            return None
        if is_counted(noun, word):
            return frozenset(which)
        if word in FUNCTION_WORDS | _AUX:
            return None
        if match[0][0].isupper() or is_country(match[0]):
            which.add(words(match[0])[0])
    return None


def _is_part(before: str, after: str) -> bool:
    """Whether an amount is denied, or one of a part, a change or a rate."""
    return bool(_DENIED.search(before) or _PART.search(before) or _MORE.match(after))

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
from rag.verbs import other_forms

_AUX = frozenset("is are was were do does did has have had can could will would shall should may might must be been".split())
# Things that are counted under several names ...
ALIKE = tuple(
    frozenset(kind.split())
    for kind in (
        "troops soldiers peacekeepers personnel servicemen forces",
        "people persons residents citizens",
        "deaths death fatalities dead killed kills kill killing died die dies",
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
_CURRENCY = re.compile(rf" (?:US |U\.S\. )?(?:{'|'.join(sorted(_CURRENCIES))})\b")
_MONEY = frozenset("money cost costs pay paid spend spent worth price".split())
_MANY = re.compile(
    r"\bhow many (?:more |of the |other )?(?P<rest>[^?.!]+)|\bwhat (?:(?:is|was) the )?number of (?P<number>[^?.!]+)"
    r"|\bwhat (?:is|was) the (?:[\w-]+ )?(?P<toll>(?:death )?toll)\b",
    re.I,
)
_MUCH = re.compile(r"\bhow much\b(?P<rest>[^?.!]*)", re.I)
_SHARE = re.compile(r"\bwhat (?:percentage|percent|share|proportion)\b", re.I)
_RANGE = re.compile(r"\s*(?:to|or|-|–|—)\s*")
_BETWEEN = re.compile(r"\bbetween\W+$", re.I)
_DENIED = re.compile(r"\b(?:no|not|never|nor|without|than the)\W+(?:[\w’']+\W+){0,1}$|n['’]t\W+(?:\w+\W+){0,2}$", re.I)
_PART = re.compile(
    r"""\b(?:another|one[ ]in|additional|further|extra|a[ ]further|other|including|among[ ]them|of[ ]whom|of[ ]which|of[ ]them|some[ ]of
    |than|by|times|every|each|per|first|last|next|past|out[ ]of|of)\W+
    (?:(?:at[ ]least|about|around|some|nearly|up[ ]to|over|its|the|their|[$€£¥])\W*)*$""",
    re.I | re.X,
)
_MORE = re.compile(r"\W*(?:more|other|additional|further|extra|fewer|less|times|of the|per|each|a (?:day|week|month|year))\b", re.I)
_ROUGHLY = re.compile(
    r"\b(?:at least|at most|up to|more than|less than|fewer than|about|around|some|roughly|nearly|almost|over|under)\W+$", re.I
)
_OF = re.compile(r"\W*(?:%|\w+)? ?of ((?:[\w’'-]+ ?){1,4})")
_OF_MORE = re.compile(r" (?:out )?of (?:(?:the|its|their|about|some|nearly|more than) ){0,2}")
_NEAR = 4  # words behind an amount in which what it counts is named
_DEATHS, _PEOPLE, _KILLED = "deaths", "people", "killed"
_COUNT = re.compile(r"\b(?:number|total|count) of (?=\w)|\bdeath toll\b", re.I)
_COMES_TO = re.compile(
    r"\b(?:to|at|is|was|of|as|reached|hit|passed|topped|exceeded)\W+(?:(?:at least|about|around|some|over|nearly|more than) )?$"
)
_LIVES = re.compile(r"\b(?:loss of|claim\w*|cost|costing|took|taken|taking)\W+(?:\w+ ){0,3}$", re.I)
_COUNT_REACH = 120  # characters behind "the number of" within which the number stands
_DEED_BEHIND, _DEED_BEFORE = 6, 3  # words behind and before an amount in which what is done to it is told
_APART = 6  # words between two amounts that are no list of the same thing
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
    told: bool = False  # whether its own words say what is done: "the death toll rose to 17"

    def fits(self, other: "Amount") -> bool:
        """Whether both may be the same amount: said to be "about" so much, or more than, or rounded."""
        slack = 0.05 * max(self.least, other.least) if max(self.least, other.least) >= 1000 else 0.0  # noqa: PLR2004 - 10,300 is 10,000
        return self.least <= other.most + slack and other.least <= self.most + slack


def counted(question: Question) -> str:
    """Return what a question counts: "peacekeepers", "percent", "money"; empty if it asks for no amount that is surely told from others."""
    if _SHARE.search(question.text):
        return "percent"
    if many := _MANY.search(question.text):
        return _DEATHS if many["toll"] else _head(many["rest"] or many["number"])
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
            verb = place > 1 and (found[place - 1].endswith("ed") or bool(other_forms(found[place - 1])))  # "people died in the fire"
            return found[place - 1 - verb].lower() if place else ""
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


def find_amount(noun: str, sentence: str, asked: Sequence[str] = (), deed: str = "") -> Amount | None:
    """Return the amount of what is counted that a sentence states; None if it states none, or several.

    `asked` are the question's terms: a share must be one of something that it names, "40 percent of the voters". `deed` is what is asked
    of what is counted: of several amounts, the one it is told of counts.
    """
    if is_alike(noun, _DEATHS):
        noun, deed = _PEOPLE, _KILLED
    found = [*_amounts(noun, sentence), *_comes_to(noun, deed, sentence)]
    if len(found) > 1 and deed:
        found = _done_to(deed, sentence, found)
    if len(found) != 1 or (noun == "percent" and not _is_of(sentence[found[0].end :], asked)):
        return None
    return found[0]


def find_toll(sentence: str) -> Amount | None:
    """Return how many a sentence says have died: "12 people have died", "the death toll rose to 17"; None if it does not, or of several."""
    found = find_amount(_DEATHS, sentence)
    return found if found and (found.told or _is_done_to(_KILLED, sentence, found)) else None


def _comes_to(noun: str, deed: str, sentence: str) -> Iterator[Amount]:
    """Yield the amounts that "the number of" what is counted comes to: "the number of marchers at 4,000", "a death toll of 17"."""
    deaths = is_alike(noun, _PEOPLE) and is_alike(deed, _DEATHS)
    stated = numbers(sentence)
    for number in stated:
        before, after = sentence[: number.start], sentence[number.start + len(number.text) :]
        lives = deaths and re.match(r" lives\b", after) and (_LIVES.search(before) or re.match(r" lives (?:were |have been )?lost", after))
        if lives or (_COMES_TO.search(before) and _is_count(noun, deed, before, deaths=deaths)):
            roughly = _ROUGHLY.search(before)
            start, end = roughly.start() if roughly else number.start, number.start + len(number.text)
            yield Amount(sentence[start:end], start, end, number.least, number.most, frozenset(), told=True)
            return


def _is_count(noun: str, deed: str, before: str, *, deaths: bool) -> bool:
    """Whether "the number of" what is counted stands before a number, and no other number between."""
    places = [match for match in _COUNT.finditer(before) if len(before) - match.end() < _COUNT_REACH]
    if not places:
        return False
    last = places[-1]
    if last[0].lower() == "death toll":
        return deaths
    of = [word.lower() for word in _WORD.findall(before[last.end() :])[:_NEAR]]
    if is_alike(noun, _PEOPLE) and deed:
        return any(is_alike(deed, word) or (deaths and is_alike(_DEATHS, word)) for word in of)
    return any(is_counted(noun, word) for word in of)


def _done_to(deed: str, sentence: str, found: Sequence[Amount]) -> list[Amount]:
    """Return the amounts of which a sentence tells what is done to them, unless they are a list: "12 people here and 13 people there"."""
    ordered = sorted(found, key=lambda amount: amount.start)
    if any(len(sentence[one.end : other.start].split()) < _APART for one, other in zip(ordered, ordered[1:], strict=False)):
        return []
    return [amount for amount in ordered if amount.told or _is_done_to(deed, sentence, amount)]


def _is_done_to(deed: str, sentence: str, amount: Amount) -> bool:
    behind = re.split(r"[.,;:!?]| and ", sentence[amount.end :])[0]
    near = words(behind)[:_DEED_BEHIND] + words(re.split(r"[.,;:!?]", sentence[: amount.start])[-1])[-_DEED_BEFORE:]
    return any(is_alike(deed, word) for word in near)


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
            currency = _CURRENCY.match(sentence, end) if noun == "money" else None
            end = currency.end() if currency else end
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
    if (more := _OF_MORE.match(sentence, end)) and (whole := re.match(r"\d[\d,.]*", sentence[more.end() :])):  # "1,200 of 6,400 jobs"
        end = more.end() + whole.end()
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

"""The figures of a topic: amounts that the articles give of the same thing side by side, oldest first."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.words import split_terms
from rag.briefings.topic import Material, by_time, says_same
from rag.counting import ALIKE, find_toll
from rag.quantities import numbers
from rag.question import FUNCTION_WORDS
from rag.ranking import Ranked
from rag.types import Entry

MOST, PER_THING = 5, 5  # things counted, and sentences for each
_FEW, _MANY = 10, 100  # from which people, and other things, count though the topic does not name them
# Word -> one that stands for all that count the same.
_ALIKE = {word: min(kind) for kind in ALIKE for word in kind}
_PEOPLE = frozenset(map(_ALIKE.__getitem__, ("troops", "deaths", "injured", "cases", "people")))
_TIME = frozenset("seconds minutes hours days weeks months years decades centuries times year-old points yards games am pm".split())
_NOT_COUNTED = frozenset("was is has his this its as us yes ones others does says".split())
_ENDS = re.compile(
    r"[.,;:!?()“”\"—–]|\b(?:to|in|of|on|at|by|for|from|with|that|who|which|would|will|have|had|were|are|and|or|but|than|after|since|when)\b"
)
_MONEY = re.compile(r"[$€£¥]\s?$")
_CURRENCY = re.compile(r"\s(euros|dollars|pounds|yen|rubles|roubles|yuan|francs)\b")
_PERCENT = re.compile(r"\s?(?:%|percent\b|per cent\b|percentage points?\b)")
_MONTH = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? $")  # before a day
_RANGE = re.compile(r"\s?(?:to|and|[-–])\s?[$€£¥]?$")
_WORD = re.compile(r"[A-Za-z][\w’'-]*")
_OF_MORE = re.compile(r" (?:out )?of (?:(?:the|its|their|about|some|nearly) )*\d[\d,.]*\d")  # "1,200 of 6,400 jobs"
_ANYBODY = _ALIKE["people"]
_DONE = 3  # words before an amount, and one more behind it, that tell what is said of it
_COUNT = 3  # words behind a number among which what it counts is


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in a sentence, as written, and what it counts."""

    text: str  # "200,000", "100,000 to 150,000", "$1.2 billion", "40%"
    of: str  # "peacekeepers", as written; empty of money and percentages
    key: str  # the same for amounts of the same thing
    value: float  # the largest, where it is a range
    done: frozenset[str] = frozenset()  # terms of the words beside it, of which one tells what is said of people: "missing", "killed"


def find_amounts(sentence: str) -> Iterator[Amount]:
    """Yield the amounts of a sentence: of things that can be counted, of money, percentages. Times, ages and years are none."""
    place, begun, before = 0, -1, -1  # where the search goes on; where the last number begins and ends
    for number in numbers(sentence):
        start = sentence.find(number.text, place)
        if start < 0 or _MONTH.search(sentence[:start]):
            continue
        place = end = start + len(number.text)
        whole = _OF_MORE.match(sentence, end)
        place = whole.end() if whole else end
        joined = begun >= 0 and _RANGE.fullmatch(sentence[before:start])
        first = begun if joined else start
        begun, before = first, end
        money = _MONEY.search(sentence[:first])
        percent = _PERCENT.match(sentence, end)
        if money:
            yield Amount(sentence[money.start() : end], "", money[0].strip(), number.value)
        elif percent:
            yield Amount(sentence[first : percent.end()], "", "%", number.value)
        elif currency := _CURRENCY.match(sentence, end):
            yield Amount(sentence[first : currency.end()], "", currency[1], number.value)
        elif of := _counted(sentence[place:]):
            key = _ALIKE.get(of.lower(), " ".join(split_terms(of)))
            behind = sentence[sentence.find(of, place) + len(of) :]
            yield Amount(sentence[first:end], of, key, number.value, _done(sentence[:first], behind))


def _done(before: str, behind: str) -> frozenset[str]:
    """Return the terms of the words that may tell what is said of an amount, each for all that say the same."""
    near = [*_WORD.findall(re.split(r"[.,;:!?]", before)[-1])[-_DONE:], *_WORD.findall(re.split(r"[.,;:!?]", behind)[0])[: _DONE + 1]]
    plain = [word for word in near if word[0].islower() and word not in FUNCTION_WORDS]
    return frozenset(term for word in plain for term in split_terms(_ALIKE.get(word, word)))


def _counted(after: str) -> str:
    """Return the word behind a number that says of what it is one: the first in the plural before a word that ends such a phrase."""
    if not after.startswith(" "):
        return ""
    end = _ENDS.search(after)
    for word in _WORD.findall(after, 0, end.start() if end else len(after))[: _COUNT + 1]:
        lower = word.lower()
        if lower in _TIME:
            return ""
        if lower in _ALIKE or (lower.endswith("s") and not lower.endswith(("ss", "’s", "'s", "us")) and lower not in _NOT_COUNTED):
            return str(word)
    return ""


@dataclass(frozen=True, slots=True)
class _Figure:
    amount: Amount
    candidate: Ranked


def find_figures(material: Material) -> list[Entry]:
    """Return the amounts on the topic by what they count: how many died first, then those of which the articles give several."""
    groups: dict[str, list[_Figure]] = {}
    for candidate in (*material.sentences, *material.beside):
        for amount in _with_toll(candidate.sentence.text):
            figure = _Figure(amount, candidate)
            if _is_relevant(figure, material):
                groups.setdefault(_key(figure, groups), []).append(figure)
    weighed = sorted(groups.values(), key=lambda group: (group[0].amount.key != _ALIKE["deaths"], -_weight(group, material)))
    taken: list[Ranked] = []
    entries: list[Entry] = []
    for group in weighed[:MOST]:
        chosen = _choose(group, taken)
        taken += [figure.candidate for figure in chosen]
        entries += [_entry(material, chosen)] if chosen else []
    return entries


def _with_toll(sentence: str) -> Iterator[Amount]:
    """Yield the amounts of a sentence, the one of which it says that they died as one of deaths."""
    toll = find_toll(sentence)
    if toll:
        yield Amount(toll.text, "deaths", _ALIKE["deaths"], numbers(toll.text)[-1].value)
    for amount in find_amounts(sentence):
        if not (toll and amount.text in toll.text and amount.key in (_ANYBODY, _ALIKE["deaths"])):
            yield amount


def _names_topic(amount: Amount, material: Material) -> bool:
    return any(term in material.question.terms for term in split_terms(amount.of))


def _is_relevant(figure: _Figure, material: Material) -> bool:
    """Whether an amount is one of the topic: of what it names, or large, of money, or a share, in a sentence on it."""
    amount = figure.amount
    if f"{amount.value:.0f}" in material.question.numbers:
        return False  # of a name, such as "Boeing 737"
    people = amount.key in _PEOPLE and amount.value >= _FEW
    if figure.candidate in material.beside:
        return people
    return _names_topic(amount, material) or people or not amount.of or amount.value >= _MANY


def _key(figure: _Figure, groups: dict[str, list[_Figure]]) -> str:
    """Return what an amount is grouped under: people, money and percentages only with those of which the same is said."""
    key = figure.amount.key
    if figure.amount.of and key != _ANYBODY:
        return key
    for name, group in groups.items():
        if name.startswith(f"{key} ") and any(_are_same(figure, other) for other in group):
            return name
    return f"{key} {len(groups)}"


def _are_same(one: _Figure, other: _Figure) -> bool:
    """Whether two amounts of people are said to have done the same, or two of money stand in sentences that say much the same."""
    if one.amount.of:
        return not one.amount.done.isdisjoint(other.amount.done)
    return says_same(one.candidate, other.candidate)


def _weight(group: Sequence[_Figure], material: Material) -> float:
    values = {figure.amount.value for figure in group}
    named = any(_names_topic(figure.amount, material) for figure in group)
    return max(figure.candidate.score for figure in group) + 3 * named + min(len(values), 4)


def _choose(group: Sequence[_Figure], taken: Sequence[Ranked]) -> list[_Figure]:
    """Return the best sentence for each different amount, oldest first; none that another thing is counted in already."""
    chosen: list[_Figure] = []
    for figure in sorted(group, key=lambda figure: -figure.candidate.score):
        new = all(figure.amount.value != other.amount.value and figure.candidate != other.candidate for other in chosen)
        if new and figure.candidate not in taken and len(chosen) < PER_THING:
            chosen.append(figure)
    return sorted(chosen, key=lambda figure: by_time(figure.candidate))


def _entry(material: Material, chosen: Sequence[_Figure]) -> Entry:
    things = ", ".join(dict.fromkeys(figure.amount.of for figure in chosen if figure.amount.of))
    amounts = " · ".join(figure.amount.text for figure in chosen)
    return Entry(f"{things}: {amounts}" if things else amounts, tuple(dict.fromkeys(material.quote(figure.candidate) for figure in chosen)))

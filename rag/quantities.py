"""The numbers and dates of a text, and whether a quote gives them too, in whatever form."""

import datetime as dt
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from rag.facts import same_word, words

_MONTHS = "january february march april may june july august september october november december".split()
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_SMALL = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_UNITS = {word: value for value, word in enumerate(_SMALL.split())} | {
    word: 10 * value for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_TIMES = {
    "dozen": 12, "hundred": 100, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "mn": 1e6, "billion": 1e9, "bn": 1e9,
    "trillion": 1e12,
}  # fmt: skip
_ORDINALS = {
    word: value for value, word in enumerate("second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), start=2)
}
_COUNTED = 10  # what is written as a word up to here may count what the quote lists
_ROUND = 0.1  # how far a number may be off that is said to be about so much
_LOOSE = 1.5  # how many times "more than 100" may be

_MONTH = (
    r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)|apr(?:il|\.)|may|june?|july?|aug(?:ust|\.)?|sept?(?:ember|\.)?|oct(?:ober|\.)?|"
    r"nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
_A_YEAR = r"(?:1[5-9]|20)\d\d"
_DATE = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})(?!\w)(?:,? (?P<year>{_A_YEAR}))?"
    rf"|\b(?P<month2>{_MONTH}) (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!,\d)(?:,? (?P<year2>{_A_YEAR}))?"
    rf"|\b(?P<month3>{_MONTH}),? (?:of )?(?P<year3>{_A_YEAR})\b"
    rf"|\b(?P<year4>{_A_YEAR})-(?P<month4>0[1-9]|1[0-2])-(?P<day4>\d\d)\b"
    r"|\b(?:in|since|until|by|of|last|this|next|early|late|mid)[ -](?P<month5>(?-i:[JFMASOND])[a-z]+)\b"
    rf"(?!,? (?:of )?{_A_YEAR}\b| \d{{1,2}}(?:st|nd|rd|th)?\b)",
    re.IGNORECASE,
)
_DAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b", re.IGNORECASE)
_YEAR = re.compile(rf"\b{_A_YEAR}\b(?![,.]\d|%)")
_LARGE = "dozen|hundred|thousand|million|billion|trillion"
_NUMBER = re.compile(
    rf"(?<![\w.])(?P<digits>\d(?:[\d,]*\d)?(?:\.\d+)?)(?:[- ]?(?P<times>{'|'.join(_TIMES)})s?\b)?(?:[a-z]{{1,4}})?(?!\w)"
    rf"|\b(?P<tens>{'|'.join(_UNITS)})(?:-(?P<ones>{'|'.join(_UNITS)}))?(?P<times2>(?:[- ](?:{_LARGE}))*)\b"
    rf"|\ban? (?P<times3>{_LARGE})\b",
    re.IGNORECASE,
)
_ORDINAL = re.compile(rf"\b(?:{'|'.join(_ORDINALS)})\b", re.IGNORECASE)
_TORN = re.compile(r"(?<=\d)([,.]) (?=\d{3}\b|(?<=\. )\d)")  # "10, 000" and "1. 3" as some agencies set them
_SCORE = re.compile(r"\b\d{1,2}\s?[-–:]\s?\d{1,2}\b")
_ABOUT = re.compile(r"\b(?:about|around|some|roughly|approximately|close to)\W+$", re.IGNORECASE)
_ABOVE = re.compile(r"\b(?:over|more than|at least|upwards of)\W+$", re.IGNORECASE)
_BELOW = re.compile(r"\b(?:nearly|almost|up to|under|less than|fewer than|below)\W+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text; `of` is the word after it, folded."""

    value: float
    text: str
    of: str
    least: float  # what it may stand for, given that it is said to be "about" or "more than" so much
    most: float
    start: int = field(default=0, compare=False)  # characters of the text before it


@dataclass(frozen=True, slots=True)
class Day:
    """A date as far as a text gives it."""

    text: str
    month: int
    day: int | None = None
    year: int | None = None
    start: int = field(default=0, compare=False)  # characters of the text before it


def numbers(text: str) -> list[Number]:
    """Return the numbers of a text; dates, years and the word "one" are none. Their places are those of the text without torn numbers."""
    text = _SCORE.sub(_blank, _TORN.sub(r"\1", text))
    text = _YEAR.sub(_blank, _DATE.sub(lambda match: _blank(match) if _month(match) else match[0], text))
    found = []
    for match in _NUMBER.finditer(text):
        value = _value(match)
        if value == 1 and not match["digits"]:
            continue
        after = words(text[match.end() :].lstrip(" -")[:40])
        least, most = _range(value, text[: match.start()])
        found.append(Number(value, match[0].strip(), after[0] if after else "", least, most, match.start()))
    return found


def ordinals(text: str) -> list[Number]:
    """Return the places in an order that a text gives in words: 8 for "eighth"."""
    places = [(_ORDINALS[match[0].lower()], match[0]) for match in _ORDINAL.finditer(text)]
    return [Number(value, word, "", value, value) for value, word in places]


def _range(value: float, before: str) -> tuple[float, float]:
    """Return what a number may stand for, given the words before it."""
    if _ABOVE.search(before):
        return value, value * _LOOSE
    if _BELOW.search(before):
        return value / _LOOSE, value
    return (value * (1 - _ROUND), value * (1 + _ROUND)) if _ABOUT.search(before) else (value, value)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _value(match: re.Match[str]) -> float:
    times = math.prod(
        _TIMES[word] for found in match.group("times", "times2", "times3") if found for word in re.findall("[a-z]+", found.lower())
    )
    if match["digits"]:
        return float(match["digits"].replace(",", "")) * times
    return (_UNITS[match["tens"].lower()] + _UNITS.get((match["ones"] or "").lower(), 0)) * times if match["tens"] else times


def years(text: str) -> set[int]:
    """Return the years that a text names."""
    return {int(match[0]) for match in _YEAR.finditer(text)}


def days(text: str) -> list[Day]:
    """Return the dates of a text that name a month."""
    found = []
    for match in _DATE.finditer(text):
        parts = {name.rstrip("2345"): value for name, value in match.groupdict().items() if value}
        if month := _month(match):
            day, year = parts.get("day"), parts.get("year")
            found.append(Day(match[0], month, int(day) if day else None, int(year) if year else None, match.start()))
    return found


def _month(match: re.Match[str]) -> int:
    """Return the month of a match, 1 to 12, or 0 where it is none."""
    text = next(value for name, value in match.groupdict().items() if name.startswith("month") and value).lower().rstrip(".")
    if text.isdecimal():
        return int(text)
    return next((number for number, name in enumerate(_MONTHS, start=1) if name.startswith(text if len(text) < 4 else text[:4])), 0)


def weekdays(text: str) -> set[str]:
    """Return the days of the week that a text names, in lower case."""
    return {match[0].lower() for match in _DAY.finditer(text)}


def weekday(date: dt.date) -> str:
    """Return the day of the week of a date, in lower case."""
    return _DAYS[date.weekday()]


def is_number_in(number: Number, others: Iterable[Number]) -> bool:
    """Whether a number is among others, or is one of them rounded, or may count what a quote lists."""
    others = list(others)
    for other in others:
        loose = number.least == number.most or other.least == other.most  # not "at least 200" and "at least 300"
        if number.value == other.value or (loose and number.least <= other.most and other.least <= number.most):
            return True
        if _is_rounded(number.value, other.value):
            return True
    written = not any(char.isdigit() for char in number.text)
    return written and number.value <= _COUNTED and not any(other.of and same_word(other.of, number.of) for other in others)


def _is_rounded(said: float, exact: float) -> bool:
    """Whether a large number of at most three digits is another one rounded: 2.5 million for 2,487,000."""
    digits = len(f"{said:.0f}".rstrip("0"))
    return said >= 1000 and digits <= 3 and float(f"{exact:.{digits}g}") == said

"""Times as texts name them: "last week", "February", "3 to 9 May", "Q3 2024"; what each means depends on the day.

"May" and "March" count behind a preposition or beside a day or a year, a bare year behind a preposition, a weekday not within a name
("Sunday Times", "Black Friday").
"""

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

Span = tuple[dt.date, dt.date]  # first and last day, inclusive

_DAY = dt.timedelta(days=1)
_DAYS_IN_WEEK, _MONTHS = 7, 12
_MONTH_NAMES = [name.lower() for name in calendar.month_name]
_WEEKDAYS = [name.lower() for name in calendar.day_name]
_NUMBERS = dict(zip("one two three four five six seven eight nine ten eleven twelve".split(), range(1, 13), strict=True)) | {
    "a": 1,
    "an": 1,
}
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}  # the month each begins with, north of the equator
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}
_PARTS = {"early": 0, "beginning": 0, "start": 0, "mid": 1, "middle": 1, "late": 2, "end": 2}  # thirds

_MONTH = (
    r"(?P<month>january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)"
)
_D = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_Y = r"(?P<year>(?:19|20)\d\d)(?![\d-])"
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(_NUMBERS)}|couple of)"
_UNIT = r"(?P<unit>hour|day|week|month|year)s?"
_PART = r"(?:(?P<part>early|mid|late)[ -]|(?:the )?(?P<end>beginning|start|middle|end) of )?"
_WEEKDAY = r"(?P<weekday>monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_ON = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,? )?"
_SEASON = r"(?P<season>spring|summer|autumn|fall|winter)"

AND = re.compile(r" ?(?:and|to|until|till|through|[-–—]) ?(?:the )?", re.I)
_PREPOSITION = "(?:Since|Before|After|Until|Till|From|Between)\\b"
# What may stand behind a year or a month that is a time and not a part of a name or a number of things.
_FOLLOWS = re.compile(
    r"""\s*(?:$|[?!.,;:)–—-](?!\d)|(?-i:(?:and|or|but|by|to|until|from|in|at|on|with|about|according|as|for|because|when|while|that|which|who|why|how
    |after|before|since|did|do|does|was|were|is|are|has|have|had|would|could|will|can|the|a|an|he|she|it|they|his|her|their|there
    |mention\w*|discuss\w*|report\w*|write|wrote|say|says|said|tell|told|only|alone)\b))""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time named in a text; `resolve` returns its days as seen from a day, None if there are none."""

    start: int
    end: int
    resolve: Callable[[dt.date], Span | None]
    bare: bool  # counts only behind a preposition
    relative: bool  # "last week": near the day of the question, whatever clause it stands in


def find_moments(text: str) -> list[Moment]:
    """Return the times named in a text, in order; where patterns overlap, that of the earlier pattern."""
    found: list[Moment] = []
    for pattern, read, bare, relative in _PATTERNS:
        for match in pattern.finditer(text):
            free = all(match.end() <= other.start or other.end <= match.start() for other in found)
            if free and not _is_name(text, match, bare):

                def resolve(as_of: dt.date, match: re.Match[str] = match, read: _Read = read) -> Span | None:
                    return read(match, as_of)

                found.append(Moment(match.start(), match.end(), resolve, bare, relative))
    return sorted(found, key=lambda moment: moment.start)


def _is_name(text: str, match: re.Match[str], bare: bool) -> bool:
    """Whether what looks like a time is part of a name or a figure: "the Jan. 6 committee", "Euro 2024", "in 2000 homes"."""
    before, after = text[: match.start()], text[match.end() :]
    if re.match(r"['’]s?\b|-\w", after) or re.search(r"(?:[\w$€£#]|\d[,.])-?$", before):
        return True
    if match[0] in ("Today", "Tonight") and before.strip():
        return True
    if bare:
        return not (_FOLLOWS.match(after) or AND.match(after))
    if match.groupdict().get("weekday"):
        if re.match(r" [A-Z]", after):
            return True
        named = re.search(rf"(?:^|[ \"“])(?:(?!{_PREPOSITION})[A-Z][\w’'-]+|the|a|every|each|next|series|show|film|movie) $", before)
        return bool(named) and not match[0].lower().startswith(("last", "this", "on", "early", "late"))
    if match.groupdict().get("month"):
        told = match.groupdict().get("which") or match.groupdict().get("part")
        if told and match["month"] in ("may", "march") and not match.groupdict().get("year"):  # "this may", "their last march"
            return True
        return bool(re.search(r"(?<!\bon )\bthe $", before, re.I)) and not (match.groupdict().get("part") or match.groupdict().get("end"))
    return False


_Read = Callable[[re.Match[str], dt.date], Span | None]


def _number(word: str) -> int:
    return 2 if word.startswith("couple") else _NUMBERS.get(word.lower()) or int(word)


def _month_number(name: str) -> int:
    return next(number for number, full in enumerate(_MONTH_NAMES) if number and full.startswith(name.lower().rstrip(".")[:3]))


def _month(year: int, month: int, months: int = 1) -> Span:
    """Return the days of `months` months; `month` may lie outside 1 to 12, years then carry over."""
    first, last = (year * _MONTHS + month - 1, year * _MONTHS + month + months - 2)
    end = (last // _MONTHS, last % _MONTHS + 1)
    return dt.date(first // _MONTHS, first % _MONTHS + 1, 1), dt.date(*end, calendar.monthrange(*end)[1])


def _year(year: int) -> Span:
    return dt.date(year, 1, 1), dt.date(year, 12, 31)


def _third(span: Span, match: re.Match[str]) -> Span:
    """Return the part of a span that "early", "mid" or "the end of" names, in whole months or ten days."""
    word = (match["part"] or match["end"] or "").lower()
    if not word:
        return span
    part, first = _PARTS[word], span[0]
    if (span[1] - first).days > 100:  # noqa: PLR2004 - a year
        return _month(first.year, first.month + 4 * part, 4)
    begin = first.replace(day=1 + 10 * part)
    return begin, (span[1] if part == 2 else begin.replace(day=10 * part + 10))  # noqa: PLR2004 - the last third


def _latest(match: re.Match[str], as_of: dt.date, span_of: Callable[[int], Span | None]) -> Span | None:
    """Return the span in the year stated, else the latest one that begins by `as_of`; None if there is none."""
    if match["year"]:
        return span_of(int(match["year"]))
    spans = (span_of(as_of.year - back) for back in range(9))  # 29 February comes once in four years, or in eight
    return next((span for span in spans if span and span[0] <= as_of), None)


def _one_day(year: int, month: int, day: int) -> Span | None:
    if not 1 <= month <= _MONTHS or not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return dt.date(year, month, day), dt.date(year, month, day)


def _read_iso(match: re.Match[str], as_of: dt.date) -> Span | None:
    return _one_day(int(match["year"]), int(match["number"]), int(match["day"]))


def _read_day(match: re.Match[str], as_of: dt.date) -> Span | None:
    month, day = _month_number(match["month"]), int(match["day"])
    return _latest(match, as_of, lambda year: _one_day(year, month, day))


def _read_days(match: re.Match[str], as_of: dt.date) -> Span | None:
    month = _month_number(match["month"])

    def span_of(year: int) -> Span | None:
        first, last = _one_day(year, month, int(match["day"])), _one_day(year, month, int(match["last"]))
        return (first[0], last[1]) if first and last and first[0] <= last[1] else None

    return _latest(match, as_of, span_of)


def _read_month(match: re.Match[str], as_of: dt.date) -> Span | None:
    month = _month_number(match["month"])
    return _latest(match, as_of, lambda year: _third(_month(year, month), match))


def _read_last_month_name(match: re.Match[str], as_of: dt.date) -> Span | None:
    span = _month(as_of.year, _month_number(match["month"]))
    if match["which"].lower() == "this":
        return span
    return span if span[1] < as_of else _month(as_of.year - 1, span[0].month)


def _read_year(match: re.Match[str], as_of: dt.date) -> Span | None:
    return _third(_year(int(match["year"])), match)


def _read_quarter(match: re.Match[str], as_of: dt.date) -> Span | None:
    number = int(match["quarter"]) if match["quarter"].isdigit() else _ORDINALS[match["quarter"].lower()]
    return _latest(match, as_of, lambda year: _month(year, 3 * number - 2, 3))


def _read_half(match: re.Match[str], as_of: dt.date) -> Span | None:
    second = match["half"].lower() in ("second", "2", "last")
    return _latest(match, as_of, lambda year: _month(year, 7 if second else 1, 6))


def _read_season(match: re.Match[str], as_of: dt.date) -> Span | None:
    month = _SEASONS[match["season"].lower()]
    if "year" in match.groupdict():
        return _month(int(match["year"]), month, 3)
    if match["which"].lower() == "this":
        return _month(as_of.year, month, 3)
    spans = (_month(as_of.year - back, month, 3) for back in range(3))
    return next(span for span in spans if span[1] < as_of)


def _read_weekday(match: re.Match[str], as_of: dt.date) -> Span | None:
    back = (as_of.weekday() - _WEEKDAYS.index(match["weekday"].lower())) % _DAYS_IN_WEEK
    if back == 0 and (match["which"] or "").lower() in ("last", "this past", "past"):
        back = _DAYS_IN_WEEK
    day = as_of - back * _DAY
    return day, day


def _read_near_day(match: re.Match[str], as_of: dt.date) -> Span | None:
    word = match[0].lower()
    day = as_of - (2 if word.startswith("the day") else 1 if word in ("yesterday", "last night") else 0) * _DAY
    return day, day


def _read_this(match: re.Match[str], as_of: dt.date) -> Span | None:
    """Return the days of this week, month, quarter or year so far.

    A week is the last seven days: on a Thursday, a quarter of what people call this week was before Monday (152 news questions).
    """
    first = {
        "week": as_of - 6 * _DAY,
        "month": as_of.replace(day=1),
        "quarter": _month(as_of.year, as_of.month - (as_of.month - 1) % 3)[0],
        "year": as_of.replace(month=1, day=1),
    }
    return first[match["unit"].lower()], as_of


def _read_last(match: re.Match[str], as_of: dt.date) -> Span | None:
    """Return the days of the week (from Monday), month, quarter or year before this one."""
    return _calendar(match["unit"].lower(), 1, as_of)


def _calendar(unit: str, back: int, as_of: dt.date) -> Span:
    if unit == "day":
        return as_of - back * _DAY, as_of - back * _DAY
    if unit == "week":
        monday = as_of - (as_of.weekday() + _DAYS_IN_WEEK * back) * _DAY
        return monday, monday + 6 * _DAY
    if unit == "month":
        return _month(as_of.year, as_of.month - back)
    if unit == "quarter":
        return _month(as_of.year, as_of.month - (as_of.month - 1) % 3 - 3 * back, 3)
    return _year(as_of.year - back)


def _read_ago(match: re.Match[str], as_of: dt.date) -> Span | None:
    return _calendar(match["unit"].lower(), _number(match["count"]), as_of)


def _read_past(match: re.Match[str], as_of: dt.date) -> Span | None:
    """Return so many days, weeks, months or years back, and today."""
    count, unit = _number(match["count"] or "one"), match["unit"].lower()
    if unit in ("month", "year"):
        month = _month(as_of.year, as_of.month - count * (_MONTHS if unit == "year" else 1))
        return month[0].replace(day=min(as_of.day, month[1].day)), as_of
    days = {"hour": (count + 23) // 24, "day": count, "week": _DAYS_IN_WEEK * count}
    return as_of - days[unit] * _DAY, as_of


def _read_weekend(match: re.Match[str], as_of: dt.date) -> Span | None:
    saturday = as_of - (as_of.weekday() - 5) % _DAYS_IN_WEEK * _DAY
    which, now = match["which"].lower(), as_of.weekday() >= 5  # noqa: PLR2004 - Saturday
    if which == "this" and not now:
        return None  # it is still to come
    if now and which in ("last", "past", "this past"):
        saturday -= _DAYS_IN_WEEK * _DAY
    return saturday, saturday + _DAY


def _compile(pattern: str, *, cased: bool = False) -> re.Pattern[str]:
    return re.compile(pattern, re.NOFLAG if cased else re.I)


# (pattern, what reads it, whether it counts only behind a preposition, whether it is near the day of the question)
_PATTERNS: tuple[tuple[re.Pattern[str], _Read, bool, bool], ...] = (
    (_compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<number>\d\d)-(?P<day>\d\d)\b"), _read_iso, False, False),
    (_compile(r"\b(?P<day>\d{1,2})\.(?P<number>\d{1,2})\.(?P<year>(?:19|20)\d\d)\b"), _read_iso, False, False),
    (_compile(r"\b(?P<day>1[3-9]|2\d|3[01])/(?P<number>\d{1,2})/(?P<year>(?:19|20)\d\d)\b"), _read_iso, False, False),
    (_compile(rf"\b{_D} ?(?:and|to|-|–) ?(?P<last>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH}(?:,? {_Y})?"), _read_days, False, False),
    (_compile(rf"\b{_MONTH} {_D} ?(?:and|to|-|–) ?(?P<last>\d{{1,2}})(?:st|nd|rd|th)?,? {_Y}"), _read_days, False, False),
    (_compile(rf"\b{_MONTH} {_D} ?(?:and|to|-|–) ?(?P<last>\d{{1,2}})(?:st|nd|rd|th)?(?P<year>)\b"), _read_days, True, False),
    (_compile(rf"\b{_ON}{_D} (?:of )?{_MONTH},? {_Y}"), _read_day, False, False),
    (_compile(rf"\b{_ON}{_MONTH} {_D},? {_Y}"), _read_day, False, False),
    (_compile(rf"\b{_ON}{_D} (?:of )?{_MONTH}(?P<year>)"), _read_day, True, False),
    (_compile(rf"\b{_ON}{_MONTH} {_D}\b(?P<year>)(?![,.]?\d)"), _read_day, True, False),
    (_compile(rf"\b(?P<which>last|this) {_MONTH}(?! \d)\b"), _read_last_month_name, False, False),
    (_compile(rf"\b{_PART}{_MONTH},?(?: of)? {_Y}"), _read_month, False, False),
    (
        _compile(rf"\b(?:(?P<part>early|mid|late)[ -]|(?P<end>beginning|start|middle|end) of ){_MONTH}(?P<year>)\b"),
        _read_month,
        False,
        False,
    ),
    (_compile(rf"\b(?P<part>)(?P<end>){_MONTH}(?P<year>)(?! \d)"), _read_month, True, False),
    (_compile(rf"\bQ(?P<quarter>[1-4])(?: (?:of )?{_Y})?\b"), _read_quarter, False, False),
    (_compile(rf"\b(?P<quarter>first|second|third|fourth|last) quarter of {_Y}"), _read_quarter, False, False),
    (_compile(rf"\b(?P<half>first|second|last) half of {_Y}"), _read_half, False, False),
    (_compile(rf"\bH(?P<half>[12]) {_Y}"), _read_half, False, False),
    (_compile(rf"\b{_SEASON} (?:of )?{_Y}"), _read_season, True, False),
    (_compile(rf"\b(?P<which>last|this) {_SEASON}\b"), _read_season, False, False),
    (_compile(r"\bthe day before yesterday\b|\byesterday\b|\blast night\b"), _read_near_day, False, True),
    (_compile(r"\btoday\b(?! show)|\btonight\b(?! show)|\bthis (?:morning|afternoon|evening)\b"), _read_near_day, False, True),
    (_compile(r"\bthis (?P<unit>week|month|quarter|year)\b"), _read_this, False, True),
    (_compile(rf"\b(?:in|over|during|within|for) the (?:last|past) {_COUNT} {_UNIT}\b"), _read_past, False, True),
    (
        _compile(r"\b(?:in|over|during|within|for) the (?:last|past)(?P<count>) (?P<unit>hour|day|week|month|year)\b"),
        _read_past,
        False,
        True,
    ),
    (_compile(rf"\b(?:last|past) {_COUNT} {_UNIT}\b"), _read_past, False, True),
    (_compile(r"\b(?:this )?past(?P<count>) (?P<unit>day|week|month|year)\b"), _read_past, False, True),
    (_compile(r"\b(?:last|the previous) (?P<unit>week|month|quarter|year)\b"), _read_last, False, True),
    (_compile(r"\b(?P<which>last|past|this past|this|over the|at the|on the) weekend\b"), _read_weekend, False, True),
    (_compile(rf"\b(?:a )?{_COUNT} (?P<unit>day|week|month|year)s? ago\b"), _read_ago, False, True),
    (_compile(rf"\b(?:(?P<which>last|this past|past|this|on|early|late) )?{_WEEKDAY}\b"), _read_weekday, False, False),
    (_compile(rf"\b{_PART}{_Y}"), _read_year, True, False),
)

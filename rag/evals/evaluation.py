"""Ask questions whose answers are known, and judge what comes back: `read_cases`, then `run_cases`.

A line of the questions file is `{"question", "answerable", "answers": [...], "article_ids": [...], "also_likely"?: [...],
"date"?, "id"?, "type"?, "gold_kind"?, "history"?: [...]}`. `history` are the turns before a question of a conversation, oldest
first: `{"question", "answer"?}` each, or `{"role": "user" or "assistant", "text"}`. What else a line has can be selected by, and
is not read otherwise.
"""

import datetime as dt
import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from corpus.errors import ArticleNotFoundError, PullquoteError, SettingError, first_line, shown
from index import Index, Snapshot
from rag.answering import query
from rag.types import Answer, Quote, Status, Turn

DEPTH = 10  # articles kept of a question, in the order their first passage was retrieved
GROUPED = ("type", "gold_kind")  # fields that the measures are split by


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what is known about its answer."""

    id: str  # as the file gives it, else its line's number
    question: str
    answers: tuple[str, ...]
    article_ids: frozenset[str]  # that answer it
    acceptable: frozenset[str]  # these, and others that are not wrong
    answerable: bool
    date: dt.date | None = None  # the day it was asked
    groups: Mapping[str, str] = field(default_factory=dict)  # those of `GROUPED` that it states
    history: tuple[Turn, ...] = ()  # the turns before it, oldest first


@dataclass(frozen=True, slots=True)
class ShownQuote:
    """A quote as an answer showed it: `text` is the article's text from `start` to `end`."""

    article_id: str
    start: int  # characters, half-open
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one question went: what came back, and the verdicts on it."""

    id: str
    question: str
    answerable: bool
    quotable: bool  # answerable, and an answer stands in a right article of the index
    status: Status
    confidence: float | None  # 0 to 1; None if it failed
    quotes: tuple[ShownQuote, ...]  # in the order shown
    articles: tuple[str, ...]  # ids of those retrieved, best first, `DEPTH` at most
    seconds: float
    hit_rank: int | None  # of the first right one of `articles`, from 1
    quote_rank: int | None  # of the first of `quotes` that holds an answer, from 1
    groups: Mapping[str, str] = field(default_factory=dict)
    found_all: bool | None = None  # whether all right articles are among `articles`; None if there are not several

    @property
    def refused(self) -> bool:
        """Whether the answer was that the articles do not say."""
        return self.status == "not_found"


def read_cases(file: str | Path, only: Mapping[str, Set[str]] | None = None) -> list[Case]:
    """Read a questions file; with `only`, the questions whose every named field has one of the values given for it.

    A field that is no text has its JSON as value: `{"answerable": {"true"}}`. Raises `SettingError` naming the file and the
    line that cannot be used, and if there are no questions.
    """
    cases = []
    for number, line in read_lines(file, "questions file"):
        try:
            fields = _object(line)
            if all(key in fields and _as_text(fields[key]) in values for key, values in (only or {}).items()):
                cases.append(_case(fields, number))
        except (ValueError, RecursionError) as error:
            raise SettingError(f"{file} line {number} is no question: {first_line(error)}") from error
    if not cases and only:
        wanted = ", ".join(f"{key}={' or '.join(sorted(values))}" for key, values in only.items())
        raise SettingError(f"no question of {str(file)!r} has {wanted}; expected a field and a value that its lines have")
    if not cases:
        raise SettingError(f"the questions file {str(file)!r} holds no questions; expected one JSON object a line")
    return cases


def read_lines(file: str | Path, kind: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file that are not blank, with their numbers from 1. Raises `SettingError` if it cannot be read."""
    try:
        text = Path(file).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", error)
        raise SettingError(f"the {kind} {str(file)!r} cannot be read ({reason}); expected a .jsonl file") from error
    for number, line in enumerate(text.split("\n"), start=1):  # JSON may hold other line ends, such as U+2028, as they are
        if line.strip():
            yield number, line


def _object(line: str) -> dict[str, object]:
    fields = json.loads(line)
    if not isinstance(fields, dict):
        raise ValueError("expected an object with question and answerable")
    json.dumps(fields, ensure_ascii=False).encode()  # half a surrogate pair can be neither searched for nor printed
    return fields


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _case(fields: dict[str, object], number: int) -> Case:
    question, answerable = fields.get("question"), fields.get("answerable", "")
    if not isinstance(question, str):
        raise ValueError(f"expected an object with question and answerable, and question is {shown(question)}")
    if answerable is not None and not isinstance(answerable, bool):  # null: nobody knows that it is
        raise ValueError(f"expected an object with question and answerable, and answerable is {shown(answerable)}, not true or false")
    right = _texts(fields, "article_ids")
    groups = {key: _text(fields, key) for key in GROUPED}
    return Case(
        id=_text(fields, "id") or str(number),
        question=question,
        answers=() if fields.get("answers_hidden") else _texts(fields, "answers"),
        article_ids=frozenset(right),
        acceptable=frozenset((*right, *_texts(fields, "also_likely"))),
        answerable=bool(answerable),
        date=_date(fields.get("date")),
        groups={key: value for key, value in groups.items() if value},
        history=_history(fields.get("history")),
    )


def _text(fields: Mapping[str, object], key: str) -> str:
    value = fields.get(key)
    if value is None or (isinstance(value, (str, int)) and not isinstance(value, bool)):
        return "" if value is None else str(value)
    raise ValueError(f"{key} is {shown(value)}; expected a text")


def _texts(fields: Mapping[str, object], key: str) -> tuple[str, ...]:
    value = fields.get(key)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, (str, int, float)) for item in value):
        raise ValueError(f"{key} is {shown(value)}; expected a list of texts")
    return tuple(map(str, value))


def _date(value: object) -> dt.date | None:
    if not value:
        return None
    try:
        return dt.date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise ValueError(f"date is {shown(value)}; expected a day such as 2024-02-29") from error


def _history(value: object) -> tuple[Turn, ...]:
    """Return the turns before a question, from questions with their answers or from the messages of a chat."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ValueError(f"history is {shown(value)}; expected a list of turns")
    turns: list[Turn] = []
    for turn in value:
        match turn:
            case {"question": str(question), **rest} if isinstance(answer := rest.get("answer"), str | None):
                turns.append(Turn(question, answer or ""))
            case {"role": "user", "text": str(text)}:
                turns.append(Turn(text))
            case {"role": "assistant", "text": str(text)} if turns:
                turns[-1] = Turn(turns[-1].question, f"{turns[-1].answer}\n{text}".strip())
            case {"role": "assistant", "text": str()}:
                raise ValueError(f"history begins with the answer {shown(turn['text'])}; expected a question first")
            case _:
                raise ValueError(f"history has {shown(turn)}; expected question and answer, or role (user or assistant) and text")
    return tuple(turns)


def run_cases(cases: Sequence[Case], index: Index, *, dated: bool = False) -> Iterator[Outcome]:
    """Ask every question, after its history, with `dated` as of the day it was asked, and judge the answer; errors count as failed."""
    for case in cases:
        began = time.perf_counter()
        try:
            answer = query(case.question, index, as_of=case.date if dated else None, history=case.history)
        except PullquoteError:
            answer = Answer("failed", "")
        seconds = time.perf_counter() - began
        yield judge(case, answer, seconds, quotable=case.answerable and index.read(partial(_is_quotable, case)))


def judge(case: Case, answer: Answer, seconds: float, *, quotable: bool) -> Outcome:
    """Return how a question went, from the answer it got in `seconds`."""
    articles = tuple(dict.fromkeys(hit.passage.article_id for hit in answer.hits))[:DEPTH]
    quotes = answer.quotes
    return Outcome(
        id=case.id,
        question=case.question,
        answerable=case.answerable,
        quotable=quotable,
        status=answer.status,
        confidence=None if answer.status == "failed" else answer.confidence,
        quotes=tuple(map(_shown, quotes)),
        articles=articles,
        seconds=seconds,
        hit_rank=_first(article in case.acceptable for article in articles),
        quote_rank=_first(holds_answer(quote.text, case.answers) for quote in quotes),
        groups=case.groups,
        found_all=case.article_ids <= set(articles) if case.answerable and len(case.article_ids) > 1 else None,
    )


def _shown(quote: Quote) -> ShownQuote:
    return ShownQuote(quote.article_id, quote.start, quote.end, quote.text)


def _first(outcomes: Iterator[bool]) -> int | None:
    return next((rank for rank, outcome in enumerate(outcomes, start=1) if outcome), None)


def _is_quotable(case: Case, snapshot: Snapshot) -> bool:
    return any(holds_answer(_text_of(article_id, snapshot), case.answers) for article_id in case.article_ids)


def _text_of(article_id: str, snapshot: Snapshot) -> str:
    try:
        return snapshot.article(article_id).text
    except ArticleNotFoundError:
        return ""


def holds_answer(text: str, answers: Sequence[str]) -> bool:
    """Whether one of `answers` stands in `text`: whole words, case and punctuation aside."""
    folded = f" {_fold(text)} "
    return any(f" {_fold(answer)} " in folded for answer in answers if _fold(answer))


def _fold(text: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", text.lower()).split())

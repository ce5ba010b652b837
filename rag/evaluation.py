"""Measure answers against questions whose answers are known.

A line of the questions file is `{"question", "answers": [...], "article_ids": [...], "answerable": bool, "date"?}`; further
article ids that are not wrong may stand in "also_likely".
"""

import datetime as dt
import json
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import PullquoteError, SettingError
from index import Index
from rag.answering import query
from rag.types import Answer

DEPTHS = (1, 5, 10)  # of articles, for hit@k
QUOTES = (1, 3, 5)  # for quote@k


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what is known about its answer."""

    question: str
    answers: tuple[str, ...]
    article_ids: frozenset[str]  # that answer it
    acceptable: frozenset[str]  # these, and others that are not wrong
    answerable: bool
    date: dt.date | None = None  # the day it was asked


@dataclass(frozen=True, slots=True)
class Result:
    """How one question went."""

    case: Case
    answer: Answer | None  # None if it failed
    seconds: float


def read_cases(file: str | Path) -> list[Case]:
    """Read a questions file. Raises `SettingError` naming the file and line that cannot be used."""
    cases = []
    try:
        lines = Path(file).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(
            f"the questions file {str(file)!r} cannot be read ({getattr(error, 'strerror', error)}); expected a .jsonl file"
        ) from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                cases.append(_case(json.loads(line)))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise SettingError(f"{file} line {number} is no question; expected an object with question and answerable") from error
    if not cases:
        raise SettingError(f"the questions file {str(file)!r} holds no questions; expected one JSON object a line")
    return cases


def _case(fields: dict[str, object]) -> Case:
    def texts(key: str) -> tuple[str, ...]:
        value = fields.get(key) or []
        if not isinstance(value, list):
            raise TypeError(f"{key} is not a list")
        return tuple(map(str, value))

    date = fields.get("date")
    return Case(
        question=str(fields["question"]),
        answers=() if fields.get("answers_hidden") else texts("answers"),
        article_ids=frozenset(texts("article_ids")),
        acceptable=frozenset((*texts("article_ids"), *texts("also_likely"))),
        answerable=bool(fields["answerable"]),
        date=dt.date.fromisoformat(str(date)[:10]) if date else None,
    )


def run_cases(
    cases: Sequence[Case], index: Index, *, dated: bool = False, progress: Callable[[int], None] | None = None
) -> Iterator[Result]:
    """Ask every question; with `dated`, as of the day it was asked. `progress` gets the number done."""
    for number, case in enumerate(cases, start=1):
        began = time.perf_counter()
        try:
            answer = query(case.question, index, as_of=case.date if dated else None)
        except PullquoteError:
            answer = None  # counted as failed
        yield Result(case, answer, time.perf_counter() - began)
        if progress:
            progress(number)


def summarize(results: Sequence[Result], index: Index) -> dict[str, float]:
    """Return the measures by name; a share over no questions is 0.

    hit@k: among the first k articles retrieved is a right one, over the answerable questions. quote@k: one of the first k
    quotes shown holds an answer, over those whose answer stands in a right article. refused: not_found, over the
    unanswerable; false_refusal: over the answerable.
    """
    answerable = [result for result in results if result.case.answerable]
    others = [result for result in results if not result.case.answerable]
    known = {head.id for head in index.snapshot().heads()}
    quotable = [result for result in answerable if _is_quotable(result.case, index, known)]
    milliseconds = sorted(1000 * result.seconds for result in results) or [0.0]
    summary: dict[str, float] = {"answerable": len(answerable), "unanswerable": len(others)}
    summary |= {f"hit@{k}": _share(_hit(result, k) for result in answerable) for k in DEPTHS}
    summary |= {f"quote@{k}": _share(_quoted(result, k) for result in quotable) for k in QUOTES}
    summary["refused"] = _share(_refused(result) for result in others)
    summary["false_refusal"] = _share(_refused(result) for result in answerable)
    summary["failed"] = sum(result.answer is None for result in results)
    summary["p50_ms"] = round(statistics.median(milliseconds), 2)
    summary["p95_ms"] = round(milliseconds[min(int(len(milliseconds) * 0.95), len(milliseconds) - 1)], 2)
    return summary


def _share(outcomes: Iterator[bool]) -> float:
    values = list(outcomes)
    return round(sum(values) / len(values), 4) if values else 0.0


def _hit(result: Result, depth: int) -> bool:
    if result.answer is None:
        return False
    articles = list(dict.fromkeys(hit.passage.article_id for hit in result.answer.hits))
    return not result.case.acceptable.isdisjoint(articles[:depth])


def _quoted(result: Result, count: int) -> bool:
    return result.answer is not None and any(holds_answer(quote.text, result.case.answers) for quote in result.answer.quotes[:count])


def _refused(result: Result) -> bool:
    return result.answer is not None and result.answer.status == "not_found"


def _is_quotable(case: Case, index: Index, known: set[str]) -> bool:
    snapshot = index.snapshot()
    return any(holds_answer(snapshot.article(article_id).text, case.answers) for article_id in case.article_ids & known)


def holds_answer(text: str, answers: Sequence[str]) -> bool:
    """Whether one of `answers` stands in `text`: whole words, case and punctuation aside."""
    folded = f" {_fold(text)} "
    return any(f" {_fold(answer)} " in folded for answer in answers if _fold(answer))


def _fold(text: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", text.lower()).split())

"""Keep a run over questions in a file of JSON lines: `save_run`, `read_run`.

The first line is an object with "format", "questions", how many lines follow, and "summary". Every further line is one
`Outcome`: "id", "question", "answerable", "quotable", "status", "confidence", "quotes" ("article_id", "start", "end",
"text"), "articles", "seconds", "hit_rank", "quote_rank", "refused", "groups" and "found_all". The only text of articles is the quotes'.
"""

import dataclasses
import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from corpus.errors import SettingError
from rag.evals.evaluation import Outcome, ShownQuote, read_lines

FORMAT = "pullquote-run-1"


def save_run(file: str | Path, outcomes: Sequence[Outcome], summary: Mapping[str, object]) -> None:
    """Write a run; `summary` is its measures, as JSON can hold them. Raises `SettingError` if the file cannot be written."""
    lines: list[dict[str, Any]] = [{"format": FORMAT, "questions": len(outcomes), "summary": summary}]
    lines += [{**dataclasses.asdict(outcome), "refused": outcome.refused} for outcome in outcomes]
    try:
        Path(file).write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines), "utf-8")
    except OSError as error:
        raise SettingError(f"the run cannot be saved in {str(file)!r} ({error.strerror}); name a file in a folder you may write") from error


def read_run(file: str | Path) -> list[Outcome]:
    """Read what `save_run` wrote. Raises `SettingError` if it cannot be read, naming the line if one is damaged."""
    lines = list(read_lines(file, "saved run"))
    expected = _questions(lines[0][1]) if lines else None
    if expected is None:
        raise SettingError(f"{str(file)!r} is no saved run; expected a file that 'pullquote eval --save' wrote")
    outcomes = []
    for number, line in lines[1:]:
        try:
            outcomes.append(_outcome(json.loads(line)))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise SettingError(f"the saved run {str(file)!r} is damaged at line {number}; make it again with --save") from error
    if len(outcomes) != expected:
        raise SettingError(f"the saved run {str(file)!r} holds {len(outcomes)} of {expected} questions; make it again with --save")
    return outcomes


def _questions(line: str) -> int | None:
    """Return how many questions a first line announces; None if it is none."""
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return None
    questions = fields.get("questions") if isinstance(fields, dict) and fields.get("format") == FORMAT else None
    return questions if isinstance(questions, int) else None


def _outcome(fields: Mapping[str, Any]) -> Outcome:
    """Return a line as an outcome. Raises `KeyError`, `TypeError` or `ValueError` if it is none."""
    fields = {"found_all": None, **fields}  # not there in older runs
    if not all(is_sound(fields[key]) for key, is_sound in _CHECKS.items()):
        raise ValueError("a field is of the wrong kind")
    values = {field.name: fields[field.name] for field in dataclasses.fields(Outcome)}
    quotes = tuple(ShownQuote(**quote) for quote in fields["quotes"])
    return Outcome(**{**values, "quotes": quotes, "articles": tuple(fields["articles"])})


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value) and value >= 0


def _is_rank(value: object) -> bool:
    return value is None or (isinstance(value, int) and value >= 1)


def _is(kind: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, kind)


_CHECKS: Mapping[str, Callable[[Any], bool]] = {
    "id": _is(str),
    "question": _is(str),
    "answerable": _is(bool),
    "quotable": _is(bool),
    "status": lambda value: value in ("answered", "not_found", "failed"),
    "confidence": lambda value: value is None or (_is_number(value) and value <= 1),
    "quotes": _is(list),
    "articles": _is(list),
    "seconds": _is_number,
    "hit_rank": _is_rank,
    "quote_rank": _is_rank,
    "groups": _is(dict),
    "found_all": lambda value: value is None or isinstance(value, bool),
}

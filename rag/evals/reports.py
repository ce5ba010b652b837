"""What readers said of answers, kept as JSON lines: `keep_report`, `read_reports`.

The file lies beside the index folder, not in it: deleting the index loses none. A line is one `Report`: "id", "when", "verdict",
"question", "filters" ("after", "before", "sources", "speaker"), "infer", "status", "quotes" ("article_id", "start", "end", "text") and
"reported", the quote that a "wrong_quote" names. A later line with the same id takes the place of an earlier one.
"""

import dataclasses
import datetime as dt
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from corpus.errors import SettingError, first_line
from rag.evals.evaluation import ShownQuote, read_lines
from rag.types import Answer, Filters, Quote
from rag.types import Status as AnswerStatus

Verdict = Literal["up", "down", "wrong_quote", "withdrawn"]

MAX_BYTES = 20_000_000  # of the file: whoever can ask can report


@dataclass(frozen=True, slots=True)
class Report:
    """What a reader said of one answer or of one of its quotes."""

    id: str  # of the answer, or of the answer and the quote
    when: str  # ISO 8601, UTC
    verdict: Verdict  # withdrawn: the reader took back what the id said before
    question: str  # standalone, as it was searched for
    status: AnswerStatus
    quotes: tuple[ShownQuote, ...] = ()  # of the answer, in the order shown
    reported: ShownQuote | None = None  # the wrong one
    filters: Filters = Filters()
    infer: bool = True  # whether filters were taken from the question beside


def reports_file(index: str | Path) -> Path:
    """Return where the reports on an index's answers are kept: beside its folder, with its name and "-reports.jsonl"."""
    folder = Path(index).resolve()
    return folder.with_name(f"{folder.name}-reports.jsonl")


def make_report(id: str, verdict: Verdict, answer: Answer, reported: Quote | None = None, *, infer: bool = True) -> Report:
    """Return a report on an answer, as of now."""
    shown = answer.instead or answer
    searched = answer.searched
    return Report(
        id,
        dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        verdict,
        searched.question,
        shown.status,
        tuple(map(_shown, shown.quotes)),
        _shown(reported) if reported else None,
        searched.given,
        infer,
    )


def _shown(quote: Quote) -> ShownQuote:
    return ShownQuote(quote.article_id, quote.start, quote.end, quote.text)


def keep_report(file: Path, report: Report) -> None:
    """Append a report. Raises `SettingError` if it cannot be written, or if the file has grown beyond `MAX_BYTES`."""
    filters = report.filters
    fields = {
        **dataclasses.asdict(report),
        "filters": {
            "after": _day(filters.after),
            "before": _day(filters.before),
            "sources": sorted(filters.sources),
            "speaker": filters.speaker,
        },
    }
    line = f"{json.dumps(fields, ensure_ascii=False)}\n".encode("utf-8", "replace")
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)  # what people asked is for its owner only
        try:
            size = os.fstat(descriptor).st_size
            if size + len(line) > MAX_BYTES:
                raise SettingError(f"the report was not kept: {file.name!r} is full; replay it, then move it away")
            torn = size and os.pread(descriptor, 1, size - 1) != b"\n"  # a write that was cut off spoils its own line only
            os.write(descriptor, b"\n" + line if torn else line)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise SettingError(f"the report was not kept: {file.name!r} beside the index cannot be written ({error.strerror})") from error


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def read_reports(file: str | Path) -> list[Report]:
    """Read what `keep_report` wrote: of each id the last report, without those withdrawn.

    Raises `SettingError` if the file cannot be read, if a line is no report, naming it, and if there is none.
    """
    reports: dict[str, Report] = {}
    for number, line in read_lines(file, "reports file"):
        try:
            report = _report(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            reason = f"{type(error).__name__}: {first_line(error)}"
            raise SettingError(f"{file} line {number} is no report ({reason}); expected a line that the chat wrote: delete it") from error
        reports[report.id] = report
    kept = [report for report in reports.values() if report.verdict != "withdrawn"]
    if not kept:
        raise SettingError(f"the reports file {str(file)!r} holds no reports; the chat writes one line for each thumb and each wrong quote")
    return kept


def _report(fields: Mapping[str, Any]) -> Report:
    filters, reported = fields["filters"], fields["reported"]
    if fields["verdict"] not in get_args(Verdict) or fields["status"] not in get_args(AnswerStatus):
        raise ValueError("verdict or status is none that is known")
    if fields["verdict"] == "wrong_quote" and not reported:
        raise ValueError("a wrong quote is not named")
    return Report(
        id=_text(fields["id"]),
        when=_text(fields["when"]),
        verdict=fields["verdict"],
        question=_text(fields["question"]),
        status=fields["status"],
        quotes=tuple(_quote(quote) for quote in fields["quotes"]),
        reported=_quote(reported) if reported else None,
        filters=Filters(_date(filters["after"]), _date(filters["before"]), frozenset(map(_text, filters["sources"])), filters["speaker"]),
        infer=bool(fields["infer"]),
    )


def _quote(fields: Mapping[str, Any]) -> ShownQuote:
    return ShownQuote(_text(fields["article_id"]), int(fields["start"]), int(fields["end"]), _text(fields["text"]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("expected a text")
    return value


def _date(value: str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None

"""What `pullquote eval --reports` does: ask again what readers reported on, and print how each report went."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from index import Index
from rag.evals.replaying import Replayed, replay
from rag.evals.reports import read_reports
from ui.printing import count, to_json
from ui.settings import Settings
from ui.tables import one_line, table

_WIDEST_QUESTION = 80  # characters
_WIDEST_OUTCOME = 60
_RESULTS = {True: "passed", False: "FAILED", None: "skipped"}
_VERDICTS = {"up": "thumb up", "down": "thumb down", "wrong_quote": "wrong quote"}


def evaluate_reports(file: Path, settings: Settings, *, json: bool) -> tuple[str, bool]:
    """Return the table of outcomes, or one line of JSON, and whether no report failed. Raises as `read_reports` and `replay` do."""
    reports = read_reports(file)
    with Index(settings.index, chroma_url=settings.chroma_url) as opened:
        outcomes = list(replay(reports, opened))
    results = Counter(_RESULTS[outcome.passed] for outcome in outcomes)
    failed = results["FAILED"]
    if not json:
        return describe_reports(outcomes), not failed
    counts = {"reports": len(outcomes), "passed": results["passed"], "failed": failed, "skipped": results["skipped"]}
    return to_json({**counts, "outcomes": outcomes}), not failed


def describe_reports(outcomes: Sequence[Replayed]) -> str:
    """Return a table with one row a report, the failed ones first, under a line that counts them."""
    order = (False, True, None)
    ordered = sorted(outcomes, key=lambda outcome: order.index(outcome.passed))
    rows: list[tuple[str, ...]] = [("result", "report", "outcome", "question")]
    for one in ordered:
        words = one_line(one.outcome, _WIDEST_OUTCOME), one_line(one.question, _WIDEST_QUESTION)
        rows.append((_RESULTS[one.passed], _VERDICTS[one.verdict], *words))
    results = Counter(_RESULTS[outcome.passed] for outcome in outcomes)
    counted = ", ".join(f"{results[name]} {name.lower()}" for name in _RESULTS.values())
    return f"{count(len(outcomes), 'report')}: {counted}\n\n{table(rows, right=False)}"

"""What `pullquote eval` prints: tables for people, plain values for JSON."""

from collections.abc import Mapping, Sequence

from rag.evals.claim_eval import ClaimFigures
from rag.evals.comparison import Change, Comparison, Flip
from rag.evals.evaluation import Outcome
from rag.evals.measures import Figure
from ui.printing import count

Figures = Mapping[str, Figure]
Groups = Mapping[str, Mapping[str, Figures]]

_DASH = "–"
_GROUP_COLUMNS = ("hit@10", "quote@1", "quote@3", "refused", "false_refusal")
_WIDEST_QUESTION = 100  # characters
_WIDEST_GROUP = 40


def summary(outcomes: Sequence[Outcome], figures: Figures) -> dict[str, object]:
    """Return the figures as JSON has them: the values by name, and of each its n and interval."""
    answerable = sum(outcome.answerable for outcome in outcomes)
    counts: dict[str, object] = {"answerable": answerable, "unanswerable": len(outcomes) - answerable}
    return {**counts, **flat(figures)}


def flat(figures: Figures) -> dict[str, object]:
    """Return the values by name, "n" with how many questions count for each, and "intervals" of those that have one."""
    return {
        **{name: figure.value for name, figure in figures.items()},
        "n": {name: figure.n for name, figure in figures.items()},
        "intervals": {name: figure.interval for name, figure in figures.items() if figure.interval},
    }


def by_group(groups: Groups) -> dict[str, dict[str, dict[str, object]]]:
    """Return the figures of each group as JSON has them: field -> value -> figures."""
    return {field: {value: flat(figures) for value, figures in values.items()} for field, values in groups.items()}


def describe_figures(outcomes: Sequence[Outcome], figures: Figures) -> str:
    """Return a table with one row a measure, under a line that counts the questions."""
    answerable = sum(outcome.answerable for outcome in outcomes)
    rows = [("measure", "value", "95 % interval", "n")]
    rows += [
        (name, _value(name, figure.value if figure.n else None), _bounds(figure.interval), f"{figure.n}")
        for name, figure in figures.items()
    ]
    return f"{count(len(outcomes), 'question')}: {answerable} answerable, {len(outcomes) - answerable} not\n\n{table(rows)}"


def describe_groups(groups: Groups) -> str:
    """Return a table for each field, with one row a group; a dash where no question counts."""
    tables = []
    for field, values in groups.items():
        rows: list[tuple[str, ...]] = [(field, "n", *_GROUP_COLUMNS)]
        for value, figures in values.items():
            shares = (_value(name, figures[name].value if figures[name].n else None) for name in _GROUP_COLUMNS)
            rows.append((one_line(value, _WIDEST_GROUP), f"{figures['failed'].n}", *shares))
        tables.append(table(rows))
    return "\n\n".join(tables)


def describe_claims(sets: Sequence[ClaimFigures]) -> str:
    """Return a table with one row a set of claims."""
    rows: list[tuple[str, ...]] = [("set", "n", "auroc", "balanced accuracy", "supported ones marked")]
    rows += [(one.set, f"{one.n}", *(_value("", value) for value in (one.auroc, one.balanced_accuracy, one.marked))) for one in sets]
    return table(rows)


def describe_comparison(comparison: Comparison) -> str:
    """Return a table with one row a measure, and one line for each question that went otherwise."""
    rows: list[tuple[str, ...]] = [("measure", "old -> new", "difference", "95 % interval", "n")]
    rows += [_change(name, change) for name, change in comparison.measures.items()]
    changed = comparison.changed
    return "\n".join([table(rows), "", f"{count(len(changed), 'change')}{':' if changed else ''}", *map(_flip, changed)])


def _change(name: str, change: Change) -> tuple[str, ...]:
    sides = f"{_value(name, change.old)} -> {_value(name, change.new)}"
    return name, sides, _value(name, change.difference, sign="+"), _bounds(change.interval, name, sign="+"), f"{change.n}"


def _flip(flip: Flip) -> str:
    kind = "" if flip.answerable else " (unanswerable)"
    return f"  {flip.change:<14}  {one_line(flip.id, _WIDEST_GROUP)}  {one_line(flip.question, _WIDEST_QUESTION)}{kind}"


def _value(name: str, value: float | None, sign: str = "-") -> str:
    if value is None:
        return _DASH
    digits = 0 if name == "failed" else 1 if name.endswith("_ms") else 3
    return f"{round(value, digits) + 0.0:{sign}.{digits}f}"  # adding zero makes -0.0 plain


def _bounds(interval: tuple[float, float] | None, name: str = "", sign: str = "-") -> str:
    return f"{_value(name, interval[0], sign)} to {_value(name, interval[1], sign)}" if interval else _DASH


def one_line(text: str, widest: int) -> str:
    """Return a text on one line of printable characters, cut where it is wider."""
    shown = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return shown if len(shown) <= widest else f"{shown[: widest - 1]}…"


def table(rows: Sequence[Sequence[str]], *, right: bool = True) -> str:
    """Return the rows as lines, the first column to the left and the others to the `right`, or to the left as well."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join([row[0].ljust(widths[0]), *map(str.rjust if right else str.ljust, row[1:], widths[1:])]) for row in rows)
    return "\n".join(line.rstrip() for line in lines)

"""Compare two runs over the same questions: `compare`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.errors import SettingError, shown
from rag.evals.bootstrap import Floats, Interval, auroc, auroc_draws, draw, interval, mean, median, p95, total
from rag.evals.evaluation import Case, Outcome
from rag.evals.measures import SHARES, confidences, milliseconds, verdict


@dataclass(frozen=True, slots=True)
class Change:
    """How one measure differs between two runs, over the questions that count in both."""

    old: float
    new: float
    difference: float  # new - old
    interval: Interval  # of the difference, as in `rag.evals.bootstrap`; a resample takes the same questions from both runs
    n: int  # questions that count in both


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that went otherwise than before."""

    id: str
    question: str
    answerable: bool
    change: str  # "quote@3 gained", "quote@3 lost", "refusal gained" or "refusal lost"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a run differs from an older one on the same questions."""

    measures: dict[str, Change]  # by name
    changed: list[Flip]  # in the order of the questions


def pair(old: Sequence[Outcome], new: Sequence[Case] | Sequence[Outcome]) -> list[Outcome]:
    """Return the old outcome of each new question; `old` may hold more. Raises `SettingError` naming one that it does not hold."""
    before = {(outcome.id, outcome.question): outcome for outcome in old}
    for case in new:
        if (case.id, case.question) not in before:
            raise SettingError(f"the saved run is of other questions: it does not hold {shown(case.question)} with id {shown(case.id)}")
    return [before[case.id, case.question] for case in new]


def compare(old: Sequence[Outcome], new: Sequence[Outcome]) -> Comparison:
    """Return how `new` differs from `old`, question by question. Raises like `pair`."""
    pairs = list(zip(pair(old, new), new, strict=True))
    sides = [[each[side] for each in pairs] for side in (0, 1)]
    changes = {name: change for name in SHARES if (change := _share_change(pairs, name))}
    if change := _auroc_change(pairs):
        changes["auroc"] = change
    changes["failed"] = _change(total, *(np.array([float(outcome.status == "failed") for outcome in side]) for side in sides))
    changes["p50_ms"] = _change(median, *map(milliseconds, sides))
    changes["p95_ms"] = _change(p95, *map(milliseconds, sides))
    return Comparison(changes, [flip for each in pairs for flip in _flips(*each)])


def _share_change(pairs: Sequence[tuple[Outcome, Outcome]], name: str) -> Change | None:
    verdicts = [(verdict(old, name), verdict(new, name)) for old, new in pairs]
    both = np.array([each for each in verdicts if None not in each], dtype=np.float64).reshape(-1, 2)
    return _change(mean, both[:, 0], both[:, 1]) if len(both) else None


def _change(statistic: Callable[[Floats], Floats], old: Floats, new: Floats) -> Change:
    """Return the change of a statistic; `old` and `new` hold a value for each of the same questions, (n,)."""
    draws = draw(len(old))
    return _as_change(float(statistic(old)), float(statistic(new)), statistic(new[draws]) - statistic(old[draws]), len(old))


def _auroc_change(pairs: Sequence[tuple[Outcome, Outcome]]) -> Change | None:
    whole = [
        (old, new) for old, new in pairs if old.confidence is not None and new.confidence is not None and old.answerable == new.answerable
    ]
    old, new = (confidences([each[side] for each in whole]) for side in (0, 1))
    right, wrong = map(len, new)
    if not (right and wrong):
        return None
    draws = draw(right), draw(wrong, stream=1)
    return _as_change(auroc(*old), auroc(*new), auroc_draws(*new, *draws) - auroc_draws(*old, *draws), right + wrong)


def _as_change(old: float, new: float, differences: Floats, n: int) -> Change:
    return Change(round(old, 4), round(new, 4), round(new - old, 4), interval(differences), n)


def _flips(old: Outcome, new: Outcome) -> list[Flip]:
    sides = {"quote@3": (verdict(old, "quote@3"), verdict(new, "quote@3")), "refusal": (old.refused, new.refused)}
    return [
        Flip(new.id, new.question, new.answerable, f"{name} {'gained' if after else 'lost'}")
        for name, (before, after) in sides.items()
        if None not in (before, after) and before != after
    ]

"""Measures over judged questions: `measure`, `measure_groups`, and what every threshold would refuse, `refusal_curve`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from corpus.errors import SettingError
from rag.evals.bootstrap import Floats, Interval, auroc, auroc_draws, draw, interval, mean, median, p95
from rag.evals.evaluation import GROUPED, Outcome

SHARES = ("hit@1", "hit@5", "hit@10", "all@10", "quote@1", "quote@3", "quote@5", "refused", "false_refusal")
UNGROUPED = "(none)"  # the group of questions that do not state a field


@dataclass(frozen=True, slots=True)
class Figure:
    """The value of one measure."""

    value: float  # a share is 0 if no question counts
    n: int  # questions that count
    interval: Interval | None = None  # as in `rag.evals.bootstrap`; None for times and counts, and if no question counts


@dataclass(frozen=True, slots=True)
class Curve:
    """Refusal against false refusal as the threshold on the confidence rises from 0 to above 1."""

    thresholds: Floats  # (k,) ascending; answers of lower confidence are refused; the last is infinite
    refused: Floats  # (k,) share of the unanswerable questions
    false_refusal: Floats  # (k,) share of the answerable ones
    area: float  # under `refused` over `false_refusal`; it equals the AUROC


def verdict(outcome: Outcome, measure: str) -> bool | None:
    """Return what a question adds to one of `SHARES`; None if it does not count for it.

    hit@k: among the first k articles retrieved is a right one, over the answerable questions. all@10: the first ten hold all
    right ones, over those that have several. quote@k: one of the first k
    quotes shown holds an answer, over those whose answer stands in a right article. refused: not_found, over the
    unanswerable; false_refusal: over the answerable. A failed question is a miss and no refusal.
    """
    name, _, depth = measure.partition("@")
    if name == "hit":
        return _within(outcome.hit_rank, int(depth)) if outcome.answerable else None
    if name == "all":
        return outcome.found_all
    if name == "quote":
        return _within(outcome.quote_rank, int(depth)) if outcome.quotable else None
    return outcome.refused if outcome.answerable == (name == "false_refusal") else None


def _within(rank: int | None, depth: int) -> bool:
    return rank is not None and rank <= depth


def measure(outcomes: Sequence[Outcome]) -> dict[str, Figure]:
    """Return the figures of at least one question by name: `SHARES`, auroc, failed, p50_ms and p95_ms.

    auroc, how well the confidence separates the answerable from the unanswerable questions, is there if both kinds are;
    its resamples keep the number of each kind. failed is a number of questions; the times are milliseconds a question.
    """
    figures = {name: _share(outcomes, name) for name in SHARES}
    right, wrong = confidences(outcomes)
    if len(right) and len(wrong):
        bounds = interval(auroc_draws(right, wrong, draw(len(right)), draw(len(wrong), stream=1)))
        figures["auroc"] = Figure(round(auroc(right, wrong), 4), len(right) + len(wrong), bounds)
    times = milliseconds(outcomes)
    figures["failed"] = Figure(sum(outcome.status == "failed" for outcome in outcomes), len(outcomes))
    figures["p50_ms"] = Figure(round(float(median(times)), 2), len(outcomes))
    figures["p95_ms"] = Figure(round(float(p95(times)), 2), len(outcomes))
    return figures


def _share(outcomes: Sequence[Outcome], name: str) -> Figure:
    values = np.array([value for outcome in outcomes if (value := verdict(outcome, name)) is not None], dtype=np.float64)
    if not len(values):
        return Figure(0.0, 0)
    return Figure(round(float(mean(values)), 4), len(values), interval(mean(values[draw(len(values))])))


def measure_groups(outcomes: Sequence[Outcome]) -> dict[str, dict[str, dict[str, Figure]]]:
    """Return field of `GROUPED` -> value, the most frequent first -> figures as of `measure`, for fields with several values."""
    split: dict[str, dict[str, dict[str, Figure]]] = {}
    for field in GROUPED:
        groups: dict[str, list[Outcome]] = {}
        for outcome in outcomes:
            groups.setdefault(outcome.groups.get(field, UNGROUPED), []).append(outcome)
        if len(groups.keys() - {UNGROUPED}) > 1:
            split[field] = {value: measure(groups[value]) for value in sorted(groups, key=lambda value: (-len(groups[value]), value))}
    return split


def milliseconds(outcomes: Sequence[Outcome]) -> Floats:
    """Return how long each question took, (n,)."""
    return np.array([1000 * outcome.seconds for outcome in outcomes])


def confidences(outcomes: Sequence[Outcome]) -> tuple[Floats, Floats]:
    """Return the confidences, 0 to 1, of the answerable and of the unanswerable questions that did not fail, (p,) and (q,)."""
    kinds: tuple[list[float], list[float]] = ([], [])
    for outcome in outcomes:
        if outcome.confidence is not None:
            kinds[0 if outcome.answerable else 1].append(outcome.confidence)
    return np.array(kinds[0]), np.array(kinds[1])


def refusal_curve(outcomes: Sequence[Outcome]) -> Curve:
    """Return what each threshold would refuse. Raises `SettingError` unless answerable and unanswerable questions went well."""
    right, wrong = confidences(outcomes)
    if not (len(right) and len(wrong)):
        raise SettingError("refusal cannot be plotted: that takes answerable and unanswerable questions that did not fail")
    thresholds = np.append(np.unique(np.concatenate([right, wrong])), np.inf)
    false_refusal, refused = (np.searchsorted(np.sort(kind), thresholds) / len(kind) for kind in (right, wrong))
    return Curve(thresholds, refused, false_refusal, auroc(right, wrong))

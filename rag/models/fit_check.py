"""Fit the weights of `rag.checks.checking` on claims that people judged, and measure them on articles that were left out.

    python -m rag.models.fit_check DIR

`DIR` is as for `pullquote eval --claims`. Weights are fitted on the claims of the sets `FITTED`, each beside its best quotes; which
these are is found anew with each set of weights. Of a claim of several sentences the least supported one counts. The threshold is set
on `SINGLE`, whose claims are single sentences as those of an answer are. What disagrees (a name, a number, ...) is rare but was right
for most of what it marked: its weight is held near `DISAGREES`.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.checks.checking import FIGURES, inspect, shipped_checker
from rag.evals.claim_eval import auroc, read_claim_sets, sentences

Floats = npt.NDArray[np.float64]

DISAGREES = -4.0  # logit of a claim that a rule contradicts
RULES = ("name", "number", "date", "denial", "roles", "speaker")
STIFFNESS, RULE_STIFFNESS = 2.0, 300.0  # how strongly weights are drawn to zero, and those of the rules to `DISAGREES`
ROUNDS = 6
PARTS = 5  # of the articles, each left out once
FITTED = frozenset({"qags", "summeval"})
SINGLE = "qags"
SUPPORTED_MARKED = 0.1  # share of the supported claims of `SINGLE` that the threshold may call unsupported


@dataclass
class Item:
    """A claim: the figures of each sentence beside each group of quotes."""

    set: str
    article: str
    supported: bool
    sentences: list[Floats]  # (groups, figures)


def read_items(folder: Path) -> list[Item]:
    """Check every claim of a folder's sets."""
    items = []
    for name, claims in read_claim_sets(folder).items():
        for judged in claims:
            found = [inspect(sentence, quotes, shipped_checker()) for sentence, quotes in sentences(judged)]
            figures = [np.array([finding.figures for finding in findings]) for findings in found if findings]
            if figures:
                items.append(Item(name, judged.article.article_id, judged.supported, figures))
    return items


def fit(items: Sequence[Item]) -> Floats:
    """Return the weights and, last, the constant."""
    items = [item for item in items if item.set in FITTED]
    expected = np.array([DISAGREES if name in RULES else 0.0 for name in FIGURES] + [0.0])
    stiffness = np.diag([RULE_STIFFNESS if name in RULES else STIFFNESS for name in FIGURES] + [0.001])
    supported = np.array([item.supported for item in items], float)
    weights = np.array([DISAGREES if name in RULES else -1.0 if name == "doubt" else 1.0 for name in FIGURES] + [0.0])
    for _ in range(ROUNDS):
        rows = np.array([np.append(_deciding(item, weights)[1], 1.0) for item in items])
        weights = expected  # Newton's steps from further away may overshoot
        for _ in range(30):
            likely = 1 / (1 + np.exp(-rows @ weights))
            slope = rows.T @ (likely - supported) + stiffness @ (weights - expected)
            weights = weights - np.linalg.solve((rows * (likely * (1 - likely))[:, None]).T @ rows + stiffness, slope)
    return weights


def _deciding(item: Item, weights: Floats) -> tuple[float, Floats]:
    """Return the logit and the figures of the least supported sentence beside its best quotes."""
    best = []
    for figures in item.sentences:
        logits = figures @ weights[:-1] + weights[-1]
        best.append((float(logits.max()), figures[int(logits.argmax())]))
    return min(best, key=lambda one: one[0])


def _supported(item: Item, weights: Floats) -> float:
    """Return the log of the probability that all sentences of a claim are supported."""
    logits = [float((figures @ weights[:-1] + weights[-1]).max()) for figures in item.sentences]
    return -sum(float(np.log1p(np.exp(-logit))) for logit in logits)


def left_out(items: Sequence[Item]) -> list[float]:
    """Return for each claim how well it is supported by weights that were fitted without its article."""
    articles = sorted({item.article for item in items})
    np.random.default_rng(0).shuffle(articles)
    part = {article: place % PARTS for place, article in enumerate(articles)}
    logits = [0.0] * len(items)
    for number in range(PARTS):
        weights = fit([item for item in items if part[item.article] != number])
        for place, item in enumerate(items):
            if part[item.article] == number:
                logits[place] = _supported(item, weights)
    return logits


def report(items: Sequence[Item]) -> str:
    """Return the weights, the AUROC of each set, left out and not, and the threshold."""
    weights, logits = fit(items), left_out(items)
    plain = [_supported(item, weights) for item in items]
    lines = [f"{name:>10} {weight:8.3f}" for name, weight in zip((*FIGURES, "constant"), weights, strict=True)]
    for name in dict.fromkeys(item.set for item in items):
        figures = []
        for scores in (logits, plain):
            right, wrong = (
                [score for item, score in zip(items, scores, strict=True) if item.set == name and item.supported is wanted]
                for wanted in (True, False)
            )
            figures.append(auroc(right, wrong))
        lines.append(f"{name}: AUROC {figures[0]:.3f} on articles left out, {figures[1]:.3f} on all")
    right = [score for item, score in zip(items, plain, strict=True) if item.set == SINGLE and item.supported]
    if right:
        threshold = float(np.exp(np.quantile(right, SUPPORTED_MARKED)))
        lines.append(f"threshold at which {SUPPORTED_MARKED} of the supported ones of {SINGLE} are marked: {threshold:.3f}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(report(read_items(Path(sys.argv[1]))) + "\n")

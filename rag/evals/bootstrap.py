"""Statistics of a measure over questions: intervals, and the area under the receiver operating characteristic.

Every interval is a 95 % percentile bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, section 13.3):
the questions that count for a measure are drawn anew, as many as there are and with replacement, `RESAMPLES` times, and the
measure is taken of each draw. It says how far the figure hangs on which questions were asked, and nothing of how fast the
machine happened to be. Where all questions go alike it has no width, however few they are. The seed is fixed: reruns agree.
"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2000
_SEED = 0
_PERCENTILES = (2.5, 97.5)

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Interval: TypeAlias = tuple[float, float]


def draw(n: int, stream: int = 0) -> Ints:
    """Return which of n questions each resample holds, (RESAMPLES, n); another `stream` draws independently."""
    return np.random.default_rng((_SEED, stream)).integers(n, size=(RESAMPLES, n))


def interval(values: Floats) -> Interval:
    """Return the 95 % interval of a measure from its value in each resample, (RESAMPLES,)."""
    low, high = np.percentile(values, _PERCENTILES)
    return round(float(low), 4), round(float(high), 4)


def mean(values: Floats) -> Floats:
    """Return the means along the last axis."""
    return np.asarray(values.mean(axis=-1))


def total(values: Floats) -> Floats:
    """Return the sums along the last axis."""
    return np.asarray(values.sum(axis=-1))


def median(values: Floats) -> Floats:
    """Return the medians along the last axis."""
    return np.asarray(np.median(values, axis=-1))


def p95(values: Floats) -> Floats:
    """Return, along the last axis, the value that 95 % of the values are below."""
    n = values.shape[-1]
    return np.asarray(np.sort(values, axis=-1)[..., min(int(n * 0.95), n - 1)])


def auroc(right: Floats, wrong: Floats) -> float:
    """Return how often one of `right`, (p,), is above one of `wrong`, (q,); ties count half. Neither may be empty.

    That is the area under the receiver operating characteristic (Hanley and McNeil, Radiology 143, 1982, page 31).
    """
    return float(auroc_draws(right, wrong, np.arange(len(right))[None], np.arange(len(wrong))[None])[0])


def auroc_draws(right: Floats, wrong: Floats, right_draws: Ints, wrong_draws: Ints) -> Floats:
    """Return `auroc` of each of b resamples, (b,); the draws, (b, p) and (b, q), are places in `right` and `wrong`."""
    levels, places = np.unique(np.concatenate([right, wrong]), return_inverse=True)
    rights = _count(places[: len(right)][right_draws], len(levels))
    wrongs = _count(places[len(right) :][wrong_draws], len(levels))
    below = np.cumsum(wrongs, axis=1) - wrongs / 2
    return np.asarray((rights * below).sum(axis=1) / (right_draws.shape[1] * wrong_draws.shape[1]))


def _count(drawn: Ints, levels: int) -> Ints:
    """Return how often each level stands in each row of `drawn`, (b, levels)."""
    rows = len(drawn)
    return np.bincount((drawn + levels * np.arange(rows)[:, None]).ravel(), minlength=rows * levels).reshape(rows, levels)

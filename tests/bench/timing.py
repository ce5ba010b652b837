"""Time one thing against another, side by side."""

import statistics
import time
from collections.abc import Callable

ROUNDS = 7  # each side, in turn


def seconds(work: Callable[[], object]) -> float:
    """Return how long a call takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def medians(one: Callable[[], object], other: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """Return the median seconds of each, run in turn after one round that does not count."""
    pairs = [(seconds(one), seconds(other)) for _ in range(rounds + 1)][1:]
    return statistics.median(pair[0] for pair in pairs), statistics.median(pair[1] for pair in pairs)

"""How often someone may do something: a bucket of tokens for each address or name."""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")  # this machine
_AT_ONCE, _PER_SECOND = 20, 1.0  # questions that a reader may ask at once, and from then on; far more than people do
_KNOWN = 10_000  # keys that are remembered; of more, those unused for longest are forgotten


class Pace:
    """Lets each key act `burst` times at once and `per_second` times a second from then on. Safe to share between threads."""

    def __init__(self, burst: int, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst = burst
        self._per_second = per_second
        self._clock = clock
        self._lock = threading.Lock()
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()  # key -> (actions left, when that was)

    def take(self, key: str) -> float:
        """Count one action; return 0 if it is allowed, else the seconds until the next one is."""
        with self._lock:
            left = self._now(key)
            allowed = left >= 1
            self._put(key, left - 1 if allowed else left)
            return 0.0 if allowed else (1 - left) / self._per_second

    def wait(self, key: str) -> float:
        """Return the seconds until the next action is allowed, without counting one."""
        with self._lock:
            return max(0.0, (1 - self._now(key)) / self._per_second)

    def _now(self, key: str) -> float:
        left, since = self._left.get(key, (float(self._burst), self._clock()))
        return min(self._burst, left + (self._clock() - since) * self._per_second)

    def _put(self, key: str, left: float) -> None:
        self._left[key] = (left, self._clock())
        self._left.move_to_end(key)
        while len(self._left) > _KNOWN:
            self._left.popitem(last=False)


def questions() -> Pace:
    """Return how fast a reader may ask. This machine's own questions are not counted: a proxy has to tell who asks (X-Forwarded-For)."""
    return Pace(_AT_ONCE, _PER_SECOND)


def describe_wait(what: str, seconds: float) -> str:
    """Return one line: too much of something, and when to go on."""
    return f"too many {what}; try again in {max(1, math.ceil(seconds)):,} seconds"

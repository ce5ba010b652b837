"""Remember what was computed last, so that asking again costs nothing."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Memory(Generic[Key, Value]):
    """The outcomes of the last `size` different keys; may be asked from several threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = Lock()
        self._known: OrderedDict[Key, Value] = OrderedDict()

    def recall(self, keys: Sequence[Key], compute: Callable[[list[Key]], Sequence[Value]]) -> list[Value]:
        """Return an outcome for each key; `compute` makes those that are not known, in order, if there are any."""
        with self._lock:
            found = {key: self._known[key] for key in keys if key in self._known}
        new = [key for key in dict.fromkeys(keys) if key not in found]
        if new:
            found |= zip(new, compute(new), strict=True)
        with self._lock:
            self._known.update({key: found[key] for key in new})
            while len(self._known) > self._size:
                self._known.popitem(last=False)
        return [found[key] for key in keys]

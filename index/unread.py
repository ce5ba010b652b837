"""What could not be read of a corpus, where articles that were there before may still be: they are not gone."""

import re
from collections import Counter
from pathlib import PurePosixPath

from corpus import Failure

_LINE_NUMBER = re.compile(r" (?:line|item) \d+$")  # in the location of a failure


class Unread:
    """Takes note of failures while a corpus is looked through, then tells for each article that was not met whether it may be there.

    A broken line hides one article. Where nothing whole comes after it the file may be cut off, and hides any number.
    """

    def __init__(self) -> None:
        self._lines: Counter[str] = Counter()  # file -> broken lines
        self._ends: set[str] = set()  # files, folders and archives that failed, or whose last line did

    def fail(self, failure: Failure) -> None:
        """Take note of a failure."""
        file = _LINE_NUMBER.sub("", failure.location)
        if failure.hides:
            self._lines[file] += 1
            self._ends.add(file)
        else:
            self.go_on(file)

    def go_on(self, file: str) -> None:
        """Take note that something whole comes after what failed."""
        self._ends.discard(file)

    def may_hold(self, file: str) -> bool:
        """Tell whether one more article of a file may be there; each call counts."""
        if file in self._ends or any(str(place) in self._ends for place in PurePosixPath(file).parents):
            return True
        self._lines[file] -= 1
        return self._lines[file] >= 0

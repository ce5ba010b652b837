"""Read a claim beside a piece of an article: whether the piece supports it, and which of its words it does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from index.model_files import run_each
from rag.memory import Memory
from rag.pair_model import CLS, SEP, PairModel

MAX_CLAIM_TOKENS = 80
MAX_TITLE_TOKENS = 24
MAX_EVIDENCE_TOKENS = 160
_REMEMBERED = 2048  # pairs


@dataclass(frozen=True, slots=True)
class Support:
    """What the checker makes of a claim beside one piece of evidence."""

    score: float  # logit; above zero the piece rather supports the claim than not
    doubts: tuple[float, ...]  # of each word piece of the claim: the probability that it is not supported


class Checker(Protocol):
    """(claim, pieces of evidence) to how well each supports the claim."""

    def weigh(self, claim: str, evidence: Sequence[str]) -> list[Support]:
        """Return one `Support` for each piece."""


@dataclass(frozen=True, slots=True)
class Window:
    """The tokens of a claim, a title and a piece of evidence, as the model reads them."""

    ids: list[int]
    types: list[int]  # 0 for the claim, 1 for what may support it
    claim: tuple[int, int]  # tokens of the claim, half-open


def join(claim: Sequence[int], title: Sequence[int], evidence: Sequence[int]) -> Window:
    """Put token ids together: [CLS] claim [SEP] title [SEP] evidence [SEP]."""
    first = [CLS, *claim[:MAX_CLAIM_TOKENS], SEP]
    second = [*title[:MAX_TITLE_TOKENS], SEP, *evidence[:MAX_EVIDENCE_TOKENS], SEP]
    return Window([*first, *second], [0] * len(first) + [1] * len(second), (1, len(first) - 1))


class MiniChecker:
    """The shipped checker: six layers, trained by rag/models/train_checker.py. `folder` is as for `PairModel`.

    The last few thousand pairs are remembered.
    """

    def __init__(self, folder: Path = Path(__file__).parent.parent / "models" / "checker") -> None:
        self._model = PairModel(folder)
        self._memory: Memory[tuple[str, str], Support] = Memory(_REMEMBERED)

    def weigh(self, claim: str, evidence: Sequence[str]) -> list[Support]:
        """Return one `Support` for each piece."""
        pairs = [(claim, piece) for piece in evidence]
        return self._memory.recall(pairs, lambda new: self._weigh(claim, [piece for _, piece in new]))

    def _weigh(self, claim: str, evidence: Sequence[str]) -> list[Support]:
        first, *rest = (encoding.ids for encoding in self._model.encode([claim, *evidence]))
        return run_each(self._run, [join(first, [], piece) for piece in rest], lambda window: len(window.ids))

    def _run(self, window: Window) -> Support:
        start, end = window.claim
        if start == end:
            return Support(0.0, ())
        scores = self._model.score(window)[start:end]  # (tokens of the claim, 2): supports, is wrong
        return Support(float(scores[:, 0].mean()), tuple((1 / (1 + np.exp(-scores[:, 1]))).tolist()))

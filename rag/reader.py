"""Read sentences in their context: how well each answers the question, and where in it the answer stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from index.model_files import run_each
from index.passages import Span
from rag.memory import Memory
from rag.pair_model import CLS, SEP, PairModel

if TYPE_CHECKING:
    from tokenizers import Encoding

MAX_QUESTION_TOKENS = 64
MAX_TITLE_TOKENS = 24
MAX_SENTENCE_TOKENS = 96
SURE = 0.5  # probability from which the answer is marked, in a sentence that rather answers than not
_LONGEST_ANSWER = 16  # tokens
_REMEMBERED = 2048  # excerpts


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Neighbouring sentences of an article, read together."""

    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of one sentence."""

    score: float  # logit; above zero it rather answers than not
    answer: Span | None = None  # characters of the sentence where the answer stands, if the reader is sure of it


class Reader(Protocol):
    """(question, sentences in their context) to scores. Scores are comparable within one question."""

    def read(self, question: str, excerpts: Sequence[Excerpt]) -> list[tuple[Reading, ...]]:
        """Return for each excerpt one reading a sentence."""


@dataclass(frozen=True, slots=True)
class Window:
    """The tokens of a question, a title and neighbouring sentences, as the model reads them."""

    ids: list[int]
    types: list[int]  # 0 for the question, 1 for what may answer it
    places: list[tuple[int, int]]  # tokens of each sentence, half-open


def join(question: Sequence[int], title: Sequence[int], sentences: Sequence[Sequence[int]]) -> Window:
    """Put token ids together: [CLS] question [SEP] title [SEP] sentence sentence ... [SEP]."""
    first = [CLS, *question[:MAX_QUESTION_TOKENS], SEP]
    second = [*title[:MAX_TITLE_TOKENS], SEP]
    places = []
    for sentence in sentences:
        start = len(first) + len(second)
        second += sentence[:MAX_SENTENCE_TOKENS]
        places.append((start, len(first) + len(second)))
    second.append(SEP)
    return Window([*first, *second], [0] * len(first) + [1] * len(second), places)


class MiniReader:
    """The shipped reader: six layers, started from all-MiniLM-L6-v2 and trained by rag/models/train_reader.py.

    `folder` is as for `PairModel`. The last few thousand excerpts read are remembered.
    """

    def __init__(self, folder: Path = Path(__file__).parent / "models" / "reader") -> None:
        self._model = PairModel(folder)
        self._memory: Memory[tuple[str, Excerpt], tuple[Reading, ...]] = Memory(_REMEMBERED)

    def read(self, question: str, excerpts: Sequence[Excerpt]) -> list[tuple[Reading, ...]]:
        """Return for each excerpt one reading a sentence."""
        pairs = [(question, excerpt) for excerpt in excerpts]
        return self._memory.recall(pairs, lambda new: self._read(question, [excerpt for _, excerpt in new]))

    def _read(self, question: str, excerpts: Sequence[Excerpt]) -> list[tuple[Reading, ...]]:
        texts = [text for excerpt in excerpts for text in (excerpt.title, *excerpt.sentences)]
        asked, *encodings = self._model.encode([question, *texts])
        jobs = []
        for excerpt in excerpts:
            title, sentences = encodings[0], encodings[1 : 1 + len(excerpt.sentences)]
            del encodings[: 1 + len(sentences)]
            jobs.append((join(asked.ids, title.ids, [sentence.ids for sentence in sentences]), sentences))
        return run_each(lambda job: self._run(*job), jobs, lambda job: len(job[0].ids))

    def _run(self, window: Window, sentences: Sequence["Encoding"]) -> tuple[Reading, ...]:
        scores = self._model.score(window)  # (tokens, 3): answers, first, last
        likely = np.exp(scores[:, 1:] - scores[:, 1:].max(axis=0))
        likely /= likely.sum(axis=0)
        readings = []
        for (start, end), sentence in zip(window.places, sentences, strict=True):
            score = float(scores[start:end, 0].mean()) if start < end else 0.0
            readings.append(Reading(score, _mark(likely[start:end], sentence) if score > 0 else None))
        return tuple(readings)


def _mark(likely: npt.NDArray[np.float32], sentence: "Encoding") -> Span | None:
    """Return the characters of the likeliest answer, given each token's probability to be its first and its last, if it is likely."""
    pairs = np.triu(np.outer(likely[:, 0], likely[:, 1]))
    pairs -= np.triu(pairs, _LONGEST_ANSWER)
    if not pairs.size or pairs.max() < SURE:
        return None
    first, last = np.unravel_index(pairs.argmax(), pairs.shape)
    return sentence.offsets[first][0], sentence.offsets[last][1]

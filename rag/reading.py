"""Let the reader judge the sentences that can win, and order them anew."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from index import Passage
from index.passages import Span
from rag.question import Question
from rag.ranking import Ranked
from rag.reader import Excerpt, Reader, Reading
from rag.sentence import Sentence, take_apart

EXCERPT_LENGTH = 480  # characters that are read together at most, unless one sentence is longer
READ_EXCERPTS = 6  # excerpts read for a question
READER_WEIGHT = 0.3  # of the reader's logit beside the score by words
_CACHED = 4096  # passages


def read_sentences(question: Question, ranked: Sequence[Ranked], reader: Reader) -> list[Ranked]:
    """Return the sentences of the most promising excerpts, best first, each with what the reader makes of it."""
    chosen: dict[tuple[Passage, tuple[Sentence, ...]], Excerpt] = {}
    for candidate in ranked:
        if len(chosen) == READ_EXCERPTS:
            break
        run = next(run for run in split_excerpts(candidate.passage) if candidate.sentence in run)
        chosen[candidate.passage, run] = Excerpt(candidate.passage.article.title, tuple(sentence.text for sentence in run))
    readings: dict[tuple[int, Span], Reading] = {}
    for (passage, run), scores in zip(chosen, reader.read(question.text, list(chosen.values())), strict=True):
        readings.update({_key(passage, sentence): reading for sentence, reading in zip(run, scores, strict=True)})
    read = [(candidate, readings.get(_key(candidate.passage, candidate.sentence))) for candidate in ranked]
    return sorted((_rescored(candidate, reading) for candidate, reading in read if reading), key=lambda candidate: -candidate.score)


def _key(passage: Passage, sentence: Sentence) -> tuple[int, Span]:
    return passage.id, sentence.span


def _rescored(candidate: Ranked, reading: Reading) -> Ranked:
    return replace(candidate, score=candidate.score + READER_WEIGHT * reading.score, reading=reading)


@lru_cache(maxsize=_CACHED)
def split_excerpts(passage: Passage) -> tuple[tuple[Sentence, ...], ...]:
    """Cut a passage's sentences into runs of at most `EXCERPT_LENGTH` characters."""
    return tuple(_runs(take_apart(passage)))


def _runs(sentences: Sequence[Sentence]) -> Iterator[tuple[Sentence, ...]]:
    run: list[Sentence] = []
    for sentence in sentences:
        if run and sentence.span[1] - run[0].span[0] > EXCERPT_LENGTH:
            yield tuple(run)
            run = []
        run.append(sentence)
    if run:
        yield tuple(run)

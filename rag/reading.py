"""Let the reader judge the sentences that can win, and order them anew."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from index import Passage
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
    candidates = {(candidate.passage.id, candidate.sentence.span): candidate for candidate in ranked}
    chosen: dict[tuple[int, int], tuple[Excerpt, Sequence[Sentence]]] = {}
    for candidate in ranked:
        if len(chosen) == READ_EXCERPTS:
            break
        number = next(number for number, run in enumerate(split_excerpts(candidate.passage)) if candidate.sentence in run)
        if (candidate.passage.id, number) not in chosen:
            run = split_excerpts(candidate.passage)[number]
            excerpt = Excerpt(candidate.passage.article.title, tuple(sentence.text for sentence in run))
            chosen[candidate.passage.id, number] = excerpt, run
    readings = reader.read(question.text, [excerpt for excerpt, _ in chosen.values()])
    read = []
    for ((passage_id, _), (_, run)), scores in zip(chosen.items(), readings, strict=True):
        for sentence, reading in zip(run, scores, strict=True):
            if candidate := candidates.get((passage_id, sentence.span)):
                read.append(_rescored(candidate, reading))
    return sorted(read, key=lambda candidate: -candidate.score)


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

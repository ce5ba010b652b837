"""Answer a question: understand, retrieve, rank, read, decide, compose. See `query`."""

import datetime as dt
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from index import Index, Snapshot
from index.embedding import Vectors
from rag.composing import choose, group, make_claims, make_quote, write
from rag.conversation import make_standalone
from rag.decision import confidence, is_answered, is_close
from rag.question import Question, check_question, understand
from rag.ranking import rank_sentences
from rag.reader import MiniReader, Reader
from rag.reading import read_sentences
from rag.retrieval import Retrieved, retrieve
from rag.types import NOT_FOUND, Answer, Checked, Done, Event, Filters, Found, Hit, Searched, Searching, TextDelta, Turn

NEAREST = 3  # articles named when nothing is found


def query(
    question: str,
    index: str | Path | Index = ".pullquote",
    *,
    as_of: dt.date | None = None,
    filters: Filters | None = None,
    history: Sequence[Turn] = (),
) -> Answer:
    """Answer a question from an index, in quotes.

    `as_of` leaves out articles dated later. `filters` limits the articles. `history` holds the turns before, oldest
    first, for follow-up questions; what was searched for is in `answer.searched.question`.

    Raises `QuestionError` if the question cannot be searched for, and a `StoreError` if the index cannot serve.
    """
    answer = Answer("failed", "")
    for event in query_stream(question, index, as_of=as_of, filters=filters, history=history):
        if isinstance(event, Done):
            answer = event.answer
    return answer


def query_stream(
    question: str,
    index: str | Path | Index = ".pullquote",
    *,
    as_of: dt.date | None = None,
    filters: Filters | None = None,
    history: Sequence[Turn] = (),
) -> Iterator[Event]:
    """Answer like `query`, as events: `Searching`, `Found`, `Checked` and `TextDelta`s, and last `Done` with the answer."""
    opened = index if isinstance(index, Index) else open_index(index)
    clock = _Clock()
    standalone = make_standalone(check_question(question), history)
    searched = Searched(standalone, filters or Filters(), as_of)
    yield Searching(searched)
    taken = understand(standalone)
    clock.lap("understand")
    vector = opened.read(lambda _: opened.embedder.embed([standalone])[0])
    clock.lap("embed")
    snapshot, retrieved = _retrieve(opened, taken, vector, searched)
    searched = replace(
        searched,
        generation=snapshot.generation.number,
        articles=snapshot.generation.articles,
        found_passages=len(retrieved.hits),
        found_articles=len({hit.passage.article_id for hit in retrieved.hits}),
    )
    clock.lap("retrieve")
    yield Found(searched)
    yield from _compose(taken, retrieved, snapshot, searched, clock)


def search(question: str, index: Index, filters: Filters, as_of: dt.date | None = None) -> tuple[Hit, ...]:
    """Return the passages retrieved for a question, best first. Raises like `query`."""
    text = check_question(question)
    vector = index.read(lambda _: index.embedder.embed([text])[0])
    return _retrieve(index, understand(text), vector, Searched(text, filters, as_of))[1].hits


def _retrieve(index: Index, question: Question, vector: Vectors, searched: Searched) -> tuple[Snapshot, Retrieved]:
    """Retrieve, and return the snapshot it was done on: only this step reads the vectors, which a build may drop."""
    return index.read(lambda snapshot: (snapshot, retrieve(snapshot, question, vector, searched.filters, searched.as_of)))


def _compose(question: Question, retrieved: Retrieved, snapshot: Snapshot, searched: Searched, clock: "_Clock") -> Iterator[Event]:
    ranked = rank_sentences(question, retrieved, snapshot)
    clock.lap("rank")
    ranked = read_sentences(question, ranked, _shipped_reader())
    clock.lap("read")
    sure = confidence(question, ranked, max(retrieved.similarity.values(), default=0.0), searched.articles)
    if not is_answered(sure):
        yield TextDelta(NOT_FOUND)
        articles = list({hit.passage.article_id: hit.passage.article for hit in retrieved.hits}.values())
        closest = tuple(make_quote(replace(candidate, reading=None)) for candidate in ranked[:1] if is_close(sure))
        yield Done(Answer("not_found", NOT_FOUND, (), retrieved.hits, searched, sure, tuple(articles[:NEAREST]), closest, clock.laps))
        return
    claims = make_claims(group(choose(question, ranked)))
    for claim in claims:
        yield Checked(claim)
    pieces = []
    for piece in write(claims):
        pieces.append(piece)
        yield TextDelta(piece)
    clock.lap("compose")
    yield Done(Answer("answered", "".join(pieces), claims, retrieved.hits, searched, sure, (), (), clock.laps))


class Session:
    """A conversation over one index: each question may refer to the one before."""

    def __init__(self, index: str | Path | Index = ".pullquote", *, as_of: dt.date | None = None, filters: Filters | None = None) -> None:
        self._index = index if isinstance(index, Index) else open_index(index)
        self._as_of = as_of
        self._filters = filters
        self.history: list[Turn] = []

    def ask(self, question: str) -> Answer:
        """Answer a question in the light of the turns before. Raises like `query`."""
        answer = query(question, self._index, as_of=self._as_of, filters=self._filters, history=self.history)
        self.history.append(Turn(question, answer.text))
        return answer


def open_index(folder: str | Path) -> Index:
    """Return the process's one reader of an index folder: Chroma loses writes when a process opens a folder twice."""
    return _open_once(Path(folder).resolve())


@cache
def _open_once(folder: Path) -> Index:
    return Index(folder)


@cache
def _shipped_reader() -> Reader:
    return MiniReader()


class _Clock:
    """Seconds since the last lap, by name."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = now - self._last
        self._last = now

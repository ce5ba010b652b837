"""Answer a question: understand, retrieve, rank, read, decide, compose. See `query`."""

import datetime as dt
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

from corpus.errors import WriterError
from index import Index, Snapshot
from rag.composing import choose, group, list_quotes, make_claims, make_quote, write_prose
from rag.copies import name_copies
from rag.decision import confidence, is_answered, is_close
from rag.disagreement import describe_conflict, find_conflict
from rag.joining import describe_refused, join_answers
from rag.list_question import ListQuestion
from rag.listing import find_listing, list_articles
from rag.question import Question, check_question, understand
from rag.quotations.sides import take_sides
from rag.quotations.speaking import keep_speaker, name_speakers, plan_speaker, reach_country
from rag.ranking import rank_sentences
from rag.reader import MiniReader, Reader
from rag.reading import read_sentences
from rag.retrieval import Retrieved, retrieve
from rag.schedules import find_dates
from rag.sentence import holds
from rag.types import NOT_FOUND, Answer, Checked, Done, Draft, Event, Filters, Found, Hit, Searched, Searching, TextDelta, Turn, Usage
from rag.understanding.clauses import add_clauses
from rag.understanding.conversation import make_standalone
from rag.understanding.headline import favour_event, keep_named
from rag.understanding.narrowing import Stage, by_date, find_order, is_timed, keep_near, plan_stages
from rag.understanding.outlets import NamedOutlet, find_outlet, may_name_outlet, plan_outlet
from rag.understanding.parts import Asked, split_question
from rag.writers.writer import Writer
from rag.writers.writing import write_claims, write_standalone

NEAREST = 3  # articles named, and quotes shown, when nothing is found


def query(
    question: str,
    index: str | Path | Index = ".pullquote",
    *,
    as_of: dt.date | None = None,
    filters: Filters | None = None,
    history: Sequence[Turn] = (),
    writer: Writer | None = None,
    infer: bool = True,
) -> Answer:
    """Answer a question from an index: in quotes, or in the words of a `writer`, each sentence checked against the quotes.

    `as_of` leaves out articles dated later. `filters` limits the articles. `history` holds the turns before, oldest
    first, for follow-up questions; what was searched for is in `answer.searched.question`. `infer` takes filters from the
    question, such as "last week": they are in `answer.searched.inferred`, unless the articles of that time do not answer; then all
    are searched, and `answer.notes` says so. A question about the archive ("How many articles mention ...?") is answered from all
    articles: `answer.listing`. Without a `writer`, nothing leaves the machine; one that fails makes the answer `failed`, with the
    answer in quotes as `answer.instead`.

    Raises `QuestionError` if the question cannot be searched for, and a `StoreError` if the index cannot serve.
    """
    answer = Answer("failed", "")
    for event in query_stream(question, index, as_of=as_of, filters=filters, history=history, writer=writer, infer=infer):
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
    writer: Writer | None = None,
    infer: bool = True,
) -> Iterator[Event]:
    """Answer like `query`, as events.

    `Searching` and `Found`, again where a search is widened, then `Checked` for each claim, with `Draft`s of the sentences between
    them where a writer writes, then the text as `TextDelta`, and last `Done` with the answer. Closing the iterator stops the
    writer's request.
    """
    opened = index if isinstance(index, Index) else open_index(index)
    clock = _Clock()
    standalone, usage, failure = yield from _understand(check_question(question), history, writer)
    clock.lap("understand")
    answer = yield from _find(standalone, opened, filters or Filters(), as_of, clock, infer=infer)
    to_write = answer.status == "answered" and answer.quotes and not answer.listing
    if writer and (history or to_write):
        answer = replace(answer, writer=writer.name, usage=usage)
    if writer and to_write:
        answer = yield from _write(standalone, answer, writer, failure)
        clock.lap("write")
    else:
        yield from map(Checked, answer.claims)
    yield TextDelta(answer.text)
    yield Done(answer)


def _understand(
    question: str, history: Sequence[Turn], writer: Writer | None
) -> Generator[Draft, None, tuple[str, Usage | None, WriterError | None]]:
    """Return the standalone question, by the writer if there is one that does not fail, and its failure."""
    offline = make_standalone(question, history)
    if writer is None or not history:
        return offline, None, None
    try:
        rewritten, usage = yield from write_standalone(question, history, writer)
    except WriterError as error:
        return offline, None, error
    return rewritten or offline, usage, None


def _find(
    question: str, index: Index, given: Filters, as_of: dt.date | None, clock: "_Clock", *, infer: bool
) -> Generator[Searching | Found, None, Answer]:
    """Return the answer in quotes; of several questions, each part is answered or refused on its own, in the light of those before."""
    parts = split_question(question)
    if not parts or (given.speaker and parts[0].side):
        return (yield from _find_one(question, index, given, as_of, clock, infer=infer))
    answers: list[tuple[Asked, Answer]] = []
    for asked in parts:
        before = [make_turn(answer.searched.question, answer) for _, answer in answers]
        text = asked.question if asked.side else make_standalone(asked.question, before)
        answers.append((asked, (yield from _find_one(text, index, given, as_of, clock, infer=infer, side=asked.side))))
    answer = join_answers(Searched(question, given, as_of), answers)
    return replace(answer, text=_below_conflict(answer, answer.text), timings=clock.laps)


def _find_one(
    question: str, index: Index, given: Filters, as_of: dt.date | None, clock: "_Clock", *, infer: bool, side: str = ""
) -> Generator[Searching | Found, None, Answer]:
    """Return the answer to one question: from all articles if it is about the archive, else within the first limits that have one.

    With a `side`, what they say, or else only what names them.
    """
    outlet = _find_outlet(question, index, given) if infer else None
    if listed := find_listing(outlet.text if outlet else question, given, as_of or dt.date.today(), infer=infer):
        inferred = replace(listed[1], sources=outlet.sources if outlet else frozenset())
        return (yield from _list(question, listed[0], inferred, index, given, as_of, clock))
    stages = _plan(question, index, given, as_of, infer=infer, side=side)
    if outlet:
        stages = plan_outlet(outlet, _plan(outlet.text, index, given, as_of, infer=infer, side=side), stages)
    for stage in stages:
        searched = Searched(question, stage.filters, as_of, stage.inferred, stage.undated)
        yield Searching(searched)
        snapshot, retrieved, searched = _search(index, stage.text, searched, clock)
        yield Found(searched)
        answer = replace(_quote_best(understand(stage.text), retrieved, snapshot, searched, clock, side), notes=stage.notes)
        if answer.status == "answered":
            break
    return answer


def _list(
    question: str, asked: ListQuestion, inferred: Filters, index: Index, given: Filters, as_of: dt.date | None, clock: "_Clock"
) -> Generator[Searching | Found, None, Answer]:
    """Return the answer to a question about the archive."""
    sources = inferred.sources or given.sources
    bounds = replace(given, after=inferred.after or given.after, before=inferred.before or given.before, sources=sources)
    searched = Searched(question, bounds, as_of, inferred)
    yield Searching(searched)
    answer = index.read(partial(list_articles, asked, searched))
    clock.lap("list")
    yield Found(answer.searched)
    return replace(answer, timings=clock.laps)


def _plan(question: str, index: Index, given: Filters, as_of: dt.date | None, *, infer: bool, side: str) -> tuple[Stage, ...]:
    """Return the limits to try in turn: those of the time that a question names, and of whom it asks what they said."""
    today = as_of or dt.date.today()
    stages: tuple[Stage, ...] = (Stage(question, given),)
    if is_timed(question, given, today, infer=infer):
        days = index.read(lambda snapshot: snapshot.days())
        stages = plan_stages(question, given, as_of, days, today, infer=infer)
    return plan_speaker(question, given, stages, infer=infer, side=side)


def _find_outlet(question: str, index: Index, given: Filters) -> NamedOutlet | None:
    """Return the outlet of the archive that a question asks of; None where outlets were given."""
    if given.sources or not may_name_outlet(question):
        return None
    return find_outlet(question, index.read(lambda snapshot: {day.source for day in snapshot.days() if day.source}))


def _search(index: Index, text: str, searched: Searched, clock: "_Clock") -> tuple[Snapshot, Retrieved, Searched]:
    """Retrieve for a text, and add to `searched` in how much and how much was found."""
    snapshot, retrieved = _retrieve(index, understand(text), searched, clock)
    counted = replace(
        searched,
        generation=snapshot.generation.number,
        articles=snapshot.generation.articles,
        found_passages=len(retrieved.hits),
        found_articles=len({hit.passage.article_id for hit in retrieved.hits}),
    )
    clock.lap("retrieve")
    return snapshot, retrieved, counted


def search(question: str, index: Index, filters: Filters, as_of: dt.date | None = None) -> tuple[Hit, ...]:
    """Return the passages retrieved for a question, best first. Raises like `query`."""
    text = check_question(question)
    return _retrieve(index, understand(text), Searched(text, filters, as_of), _Clock())[1].hits


def _retrieve(index: Index, question: Question, searched: Searched, clock: "_Clock") -> tuple[Snapshot, Retrieved]:
    """Retrieve, and return the snapshot it was done on: only this step reads the vectors, which a build may drop."""

    def retrieve_all(snapshot: Snapshot) -> tuple[Snapshot, Retrieved]:
        def each(questions: Sequence[Question]) -> list[Retrieved]:
            vectors = index.embedder.embed([clause.text for clause in questions])
            limits = searched.filters, searched.as_of
            return [retrieve(snapshot, clause, near, *limits) for clause, near in zip(questions, vectors, strict=True)]

        vector = index.embedder.embed([question.text])[0]
        clock.lap("embed")
        whole = retrieve(snapshot, question, vector, searched.filters, searched.as_of)
        return snapshot, add_clauses(question, whole, snapshot, each)

    return index.read(retrieve_all)


def _quote_best(question: Question, retrieved: Retrieved, snapshot: Snapshot, searched: Searched, clock: "_Clock", side: str) -> Answer:
    """Return the answer in quotes: from the article whose headline the question quotes, if that answers, else from all."""
    if named := keep_named(searched.question, retrieved):
        answer = _quote(question, named, snapshot, searched, clock, side, of_headline=True)
        if answer.status == "answered":
            return replace(answer, hits=tuple(dict.fromkeys((*named.hits, *retrieved.hits))))
    return _quote(question, retrieved, snapshot, searched, clock, side)


def _quote(
    question: Question,
    retrieved: Retrieved,
    snapshot: Snapshot,
    searched: Searched,
    clock: "_Clock",
    side: str,
    *,
    of_headline: bool = False,
) -> Answer:
    """Return the answer in quotes; from sentences that name the `side`, if there is one, unless it speaks in them."""
    speaker = searched.filters.speaker
    found = keep_speaker(rank_sentences(question, retrieved, snapshot), speaker, snapshot)
    found = reach_country(question, found, speaker, snapshot)
    if side and not speaker:
        named = understand(f"a {side}").terms
        found = [candidate for candidate in found if all(holds(candidate.sentence, term) for term in named)]
    if of_headline:
        found = favour_event(question, found)
    clock.lap("rank")
    ranked = read_sentences(question, found, _shipped_reader())
    clock.lap("read")
    sure = confidence(question, ranked, max(retrieved.similarity.values(), default=0.0), searched.articles)
    answer = Answer("not_found", NOT_FOUND, hits=retrieved.hits, searched=searched, confidence=sure, timings=clock.laps)
    if not is_answered(sure):
        articles = list({hit.passage.article_id: hit.passage.article for hit in retrieved.hits}.values())
        closest = tuple(make_quote(replace(candidate, reading=None)) for candidate in ranked[:1] if is_close(sure))
        return replace(answer, nearest=tuple(articles[:NEAREST]), closest=closest)
    order = find_order(searched.question)
    chosen = by_date(choose(question, keep_near(ranked) if order else ranked), order)
    quotes = name_speakers(snapshot, name_copies(snapshot, group(chosen), retrieved.hits), retrieved.hits, speaker)
    conflict, quotes = (find_dates if question.kind == "when" else find_conflict)(question, quotes, ranked, snapshot)
    claims = make_claims(take_sides(question, quotes, found, snapshot))
    answer = replace(answer, status="answered", claims=claims, conflict=conflict)
    clock.lap("compose")
    return replace(answer, text=_below_conflict(answer, list_quotes(answer.quotes)))


def _below_conflict(answer: Answer, text: str) -> str:
    """Return a text below the line that sets side by side what conflicts in it, if something does."""
    return f"{describe_conflict(answer.conflict, answer.quotes)}\n\n{text}" if answer.conflict else text


def _write(question: str, quoted: Answer, writer: Writer, failure: WriterError | None) -> Generator[Draft | Checked, None, Answer]:
    """Return the answer in the writer's words; in quotes, with a note, if nothing of them is supported."""
    try:
        if failure:
            raise failure
        written = yield from write_claims(question, quoted.quotes, writer)
    except WriterError as error:
        return replace(quoted, status="failed", text=str(error), claims=(), conflict=None, instead=replace(quoted, hits=()))
    used = _sum(quoted.usage, written.usage)
    if any(claim.supported for claim in written.claims):
        notes = (*quoted.notes, *describe_refused(quoted), *written.notes)
        answer = replace(quoted, claims=written.claims, notes=notes, usage=used)
        return replace(answer, text=_below_conflict(answer, write_prose(written.claims)))
    if not written.claims:
        note = f"{writer.name} found no answer in the quotes."
        return replace(
            quoted,
            status="not_found",
            text=NOT_FOUND,
            claims=(),
            conflict=None,
            closest=quoted.quotes[:NEAREST],
            notes=(*quoted.notes, note),
            usage=used,
        )
    note = f"The quotes support nothing of what {writer.name} wrote; they are shown instead."
    return replace(quoted, notes=(*quoted.notes, note), usage=used)


def _sum(one: Usage | None, other: Usage | None) -> Usage | None:
    if one and other:
        return Usage(one.prompt_tokens + other.prompt_tokens, one.completion_tokens + other.completion_tokens)
    return one or other


class Session:
    """A conversation over one index: each question may refer to the ones before."""

    def __init__(
        self,
        index: str | Path | Index = ".pullquote",
        *,
        as_of: dt.date | None = None,
        filters: Filters | None = None,
        writer: Writer | None = None,
        infer: bool = True,
    ) -> None:
        opened = index if isinstance(index, Index) else open_index(index)
        self._query = partial(query, index=opened, as_of=as_of, filters=filters, writer=writer, infer=infer)
        self.history: list[Turn] = []

    def ask(self, question: str) -> Answer:
        """Answer a question in the light of the turns before. Raises like `query`."""
        answer = self._query(question, history=self.history)
        self.history.append(make_turn(question, answer))
        return answer


def make_turn(question: str, answer: Answer) -> Turn:
    """Return what later questions can refer to: nothing that a writer wrote and no quote supports."""
    answer = answer.instead or answer
    unsupported = any(not claim.supported for claim in answer.claims)
    return Turn(question, write_prose([claim for claim in answer.claims if claim.supported]) if unsupported else answer.text)


def open_index(folder: str | Path, chroma_url: str = "") -> Index:
    """Return the process's one reader of an index folder: Chroma loses writes when a process opens a folder twice.

    `chroma_url` is as for `Index`.
    """
    return _open_once(Path(folder).resolve(), chroma_url)


@cache
def _open_once(folder: Path, chroma_url: str) -> Index:
    return Index(folder, chroma_url=chroma_url)


@cache
def _shipped_reader() -> Reader:
    return MiniReader()


class _Clock:
    """Seconds that each stage took, by name."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = self.laps.get(name, 0.0) + now - self._last
        self._last = now

"""A briefing on a topic: what happened, who says what, how much, and what is left open, each line a verbatim quote. See `brief`."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from corpus.errors import QuestionError
from index import ArticleHead, Index, Snapshot
from index.embedding import Vectors
from rag.answering import NEAREST, open_index
from rag.briefings.actors import find_actors
from rag.briefings.developments import find_developments
from rag.briefings.figures import find_figures
from rag.briefings.open_points import find_open
from rag.briefings.topic import Material, by_time, gather, is_shown, pick, topic_question
from rag.copies import name_copies
from rag.question import Question, check_question
from rag.types import Briefing, Entry, Filters, Quote, Searched, Section
from rag.understanding.narrowing import left_out

TIMELINE, ACTORS, FIGURES, OPEN, MORE = "Timeline", "Who says what", "Figures", "Left open", "Also reported"
FEW = 4  # quotes; with fewer in all sections, as many more come along


def brief(
    topic: str, index: str | Path | Index = ".pullquote", *, as_of: dt.date | None = None, filters: Filters | None = None
) -> Briefing:
    """Return what the articles have on a topic, such as "ground troops in Ukraine", in sections of verbatim quotes.

    The timeline is oldest first, by the days that sentences name or else their articles' dates; those who speak come with their role, what
    each said in the order of time; different amounts of the same thing stand side by side. Sections that have nothing are left out.
    `as_of` leaves out articles dated later, `filters` limits the articles, or what is quoted to one speaker.

    Raises `QuestionError` if the topic has no words to search for, and a `StoreError` if the index cannot serve.
    """
    opened = index if isinstance(index, Index) else open_index(index)
    text = check_question(topic)
    question = topic_question(text)
    if not question.terms:
        raise QuestionError(f"the topic {text[:40]!r} has no words to search for; name what it is about, such as: ground troops in Ukraine")
    vector = opened.read(lambda _: opened.embedder.embed([text])[0])
    searched = Searched(text, filters or Filters(), as_of)
    return opened.read(lambda snapshot: _brief(snapshot, text, question, vector, searched))


def _brief(snapshot: Snapshot, topic: str, question: Question, vector: Vectors, searched: Searched) -> Briefing:
    material = gather(snapshot, question, vector, searched)
    counted = replace(
        searched,
        undated=_undated(snapshot, searched.filters),
        generation=snapshot.generation.number,
        articles=snapshot.generation.articles,
        found_passages=len({candidate.passage.id for candidate in material.sentences}),
        found_articles=len({candidate.passage.article_id for candidate in material.sentences}),
    )
    sections = _sections(material, topic) if material.sentences else ()
    notes = left_out(counted.undated)
    if not sections:
        heads = dict.fromkeys(hit.passage.article for hit in material.hits)
        return Briefing(topic, "not_found", searched=counted, nearest=tuple(heads)[:NEAREST], notes=notes)
    quotes = _quotes(sections)
    named = dict(zip(quotes, name_copies(snapshot, quotes, material.hits), strict=True))
    return Briefing(topic, "answered", tuple(_with(section, named.__getitem__) for section in sections), counted, notes=notes)


def _sections(material: Material, topic: str) -> tuple[Section, ...]:
    parts = [
        Section("timeline", TIMELINE, tuple(find_developments(material))),
        Section("actors", ACTORS, tuple(find_actors(material, topic))),
        Section("figures", FIGURES, tuple(find_figures(material))),
    ]
    parts.append(Section("open", OPEN, tuple(find_open(material, _quotes(parts)))))
    shown = _quotes(parts)
    if len(shown) < FEW:
        free = (candidate for candidate in material.sentences if not is_shown(candidate, shown))
        rest = sorted(pick(free, FEW, FEW), key=by_time)
        parts.append(Section("more", MORE, tuple(Entry("", (material.quote(candidate),)) for candidate in rest)))
    return tuple(part for part in parts if part.entries)


def _quotes(sections: Iterable[Section]) -> list[Quote]:
    return list(dict.fromkeys(quote for section in sections for entry in section.entries for quote in entry.quotes))


def _with(section: Section, named: Callable[[Quote], Quote]) -> Section:
    """Return a section with each quote as `named` has it."""
    return replace(section, entries=tuple(Entry(entry.heading, tuple(map(named, entry.quotes))) for entry in section.entries))


def _undated(snapshot: Snapshot, filters: Filters) -> int:
    """Return how many articles a bound of the filters leaves out because they state no date."""
    if not (filters.after or filters.before):
        return 0
    any_day = replace(filters, after=None, before=None)
    heads = (ArticleHead("", "", None, day.source) for day in snapshot.days() if day.date is None for _ in range(day.articles))
    return sum(map(any_day.allow, heads))

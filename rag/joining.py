"""Put the answers to the parts of a question together: each under its heading, refused ones too."""

from collections.abc import Sequence
from dataclasses import replace

from rag.composing import list_quotes, make_claims
from rag.retrieval import fuse
from rag.types import NOT_FOUND, Answer, Conflict, Filters, Part, Quote, Searched
from rag.understanding.parts import Asked


def join_answers(searched: Searched, answers: Sequence[tuple[Asked, Answer]]) -> Answer:
    """Return one answer made of those to the parts of a question, in their order: `not_found` if none of them is answered.

    `searched` has what was asked and given; its counts are filled in.
    """
    parts = tuple(Part(answer.searched.question, asked.heading, answer.status == "answered") for asked, answer in answers)
    hits = {hit.passage.id: hit for _, answer in answers for hit in answer.hits}
    ranked = fuse([([hit.passage.id for hit in answer.hits], 1.0) for _, answer in answers])
    articles = {hit.passage.article_id for hit in hits.values()}
    first = answers[0][1]
    joined = Answer(
        "not_found",
        NOT_FOUND,
        hits=tuple(replace(hits[row], score=score) for row, score in ranked),
        searched=replace(
            searched,
            inferred=_common([answer.searched.inferred for _, answer in answers]),
            generation=first.searched.generation,
            articles=first.searched.articles,
            undated=max(answer.searched.undated for _, answer in answers),
            found_passages=len(hits) or sum(answer.searched.found_passages for _, answer in answers),
            found_articles=len(articles) or max(answer.searched.found_articles for _, answer in answers),
        ),
        confidence=max(answer.confidence for _, answer in answers),
        nearest=first.nearest,
        closest=first.closest,
        timings=first.timings,
        notes=tuple(dict.fromkeys(note for _, answer in answers for note in answer.notes)),
        parts=parts,
    )
    if not any(part.answered for part in parts):
        return joined
    quotes = [_headed(quote, asked.heading) for asked, answer in answers for quote in _shown(answer)]
    sure = min(answer.confidence for _, answer in answers if answer.status == "answered")
    conflict = next((_moved(answer.conflict, asked.heading) for asked, answer in answers if answer.conflict), None)
    return replace(
        joined,
        status="answered",
        text=_write(answers),
        claims=make_claims(quotes),
        confidence=sure,
        nearest=(),
        closest=(),
        conflict=conflict,
    )


def _common(inferred: Sequence[Filters]) -> Filters:
    """Return the days that were taken from every part; a speaker is one part's only."""
    days = {(filters.after, filters.before) for filters in inferred}
    return Filters(*days.pop()) if len(days) == 1 else Filters()


def _shown(answer: Answer) -> Sequence[Quote]:
    return answer.quotes if answer.status == "answered" else ()


def _headed(quote: Quote, heading: str) -> Quote:
    return replace(quote, part=f"{heading} · {quote.part}" if quote.part else heading)


def _moved(conflict: Conflict, heading: str) -> Conflict:
    return replace(conflict, stated=tuple(replace(stated, quote=_headed(stated.quote, heading)) for stated in conflict.stated))


def _write(answers: Sequence[tuple[Asked, Answer]]) -> str:
    """Return the parts as text, each under its heading."""
    texts: list[str] = []
    before = 0
    for asked, answer in answers:
        if answer.status != "answered":
            texts.append(f"{asked.heading}\n\n{NOT_FOUND}")
            continue
        quotes = [_headed(quote, asked.heading) for quote in answer.quotes]
        texts += [f"{asked.heading}: {answer.listing.sentence}"] if answer.listing else []
        texts.append(list_quotes(quotes, before))
        before += len(quotes)
    return "\n\n".join(texts)


def describe_refused(answer: Answer) -> tuple[str, ...]:
    """Return a sentence for each part of an answer that was refused."""
    return tuple(f"{part.heading}: {NOT_FOUND}" for part in answer.parts if not part.answered)

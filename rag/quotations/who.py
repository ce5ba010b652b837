"""All that somebody is quoted with, over all articles, not only over the best passages of a question."""

from collections.abc import Iterator, Sequence

from corpus.errors import QuestionError
from index import ArticleHead, Snapshot
from index.passages import Span, split_sentences
from index.words import split_terms
from rag.composing import on_one_line
from rag.context import QUOTE_LENGTH
from rag.quotations.speaking import name_speaker, speaker_spans
from rag.types import Filters, Quote

_LEAST = 15  # characters of a sentence that somebody must say, or all of it
_AT_ONCE = 200  # articles read together


def find_said(snapshot: Snapshot, speaker: str, filters: Filters | None = None) -> Iterator[Quote]:
    """Yield what a speaker said in whole sentences, newest article first, undated ones last, each article in its order.

    What several articles have in the same words comes once. Raises `QuestionError` if `speaker` has no words.
    """
    terms = split_terms(speaker)
    if not terms:
        raise QuestionError(f"the speaker {speaker!r} has no words; expected a name, such as: Peskov")
    rare = max(terms, key=snapshot.rarity)
    passages = snapshot.passages(snapshot.rows_with([rare])).values()
    heads = {passage.version: passage.article for passage in passages if (filters or Filters()).allow(passage.article)}
    newest_first = sorted(heads, key=lambda version: (heads[version].date is None, _age(heads[version]), heads[version].id))
    seen: set[str] = set()
    for first in range(0, len(newest_first), _AT_ONCE):
        texts = snapshot.texts(newest_first[first : first + _AT_ONCE])
        for version in newest_first[first : first + _AT_ONCE]:
            for quote in _in_article(*texts[version], speaker):
                words = on_one_line(quote).casefold()
                if words not in seen:
                    seen.add(words)
                    yield quote


def _age(head: ArticleHead) -> int:
    return -head.date.toordinal() if head.date else 0


def _in_article(head: ArticleHead, text: str, speaker: str) -> Iterator[Quote]:
    spans = speaker_spans(text, speaker)
    said = [sentence for sentence in split_sentences(text) if _says(sentence, spans)] if spans else []
    for start, end in _runs(text, said):
        yield name_speaker(
            Quote(text[start:end], start, end, head.id, head.title, head.date, head.source, head.url, None, head.updated), text
        )


def _says(sentence: Span, spans: Sequence[Span]) -> bool:
    return any(min(end, sentence[1]) - max(start, sentence[0]) >= min(_LEAST, end - start) > 0 for start, end in spans)


def _runs(text: str, sentences: Sequence[Span]) -> Iterator[Span]:
    """Yield sentences that follow each other in one paragraph together, up to the length of a quote."""
    run: Span | None = None
    for start, end in sentences:
        if run and not text[run[1] : start].strip(" ") and end - run[0] <= QUOTE_LENGTH:
            run = run[0], end
            continue
        if run:
            yield run
        run = start, end
    if run:
        yield run

"""Answer questions about the archive from all its articles, not from the best passages: counts, lists, the first and the last.

Passages with the words are found in the words index, and each sentence of them is read: nothing is counted that it does not say.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from index import ArticleHead, Passage, Snapshot
from index.passages import Span, split_sentences
from rag.composing import byline, list_quotes, make_claims
from rag.list_question import ListQuestion, Phrase, find_list_question, split_words
from rag.told import tell_time
from rag.types import Answer, Filters, Listing, Mention, Quote, Searched
from rag.understanding.narrowing import describe_days, left_out
from rag.understanding.periods import find_period

SHOWN = 10  # articles shown of a list; `Answer.listing` has all
_AT_ONCE = 400  # passages read together
_WHOLE = 3  # words that a sentence has at least, and a heading often not


@dataclass(slots=True)
class _Seen:
    """What was seen of an article."""

    passage: Passage  # the first one seen
    phrases: set[Phrase] = field(default_factory=set)
    best: tuple[int, bool, int] = (0, False, 0)  # of its sentences: phrases, whether it is no heading, how early
    span: Span | None = None  # of that sentence
    text: str = ""  # of it
    sentences: int = 0  # with a phrase


def find_listing(question: str, given: Filters, today: dt.date, *, infer: bool) -> tuple[ListQuestion, Filters] | None:
    """Return what a question asks of the archive, and the filters that it states; None if it asks for what articles say."""
    period = find_period(question, today)
    asked = find_list_question(question.replace(period.words, " ", 1) if period else question, timed=period is not None)
    if asked is None:
        return None
    free = infer and not (given.after or given.before)
    return asked, Filters(period.after, period.before) if period and free else Filters()


def list_articles(asked: ListQuestion, searched: Searched, snapshot: Snapshot) -> Answer:
    """Return the articles that a question about the archive asks for; `not_found` if there are none.

    `searched` has the filters; its counts are filled in.
    """

    def allow(head: ArticleHead) -> bool:
        return _is_open(head, searched, searched.filters)

    days = [ArticleHead("", "", day.date, day.source) for day in snapshot.days() for _ in range(day.articles)]
    pool = [head for head in days if allow(head)]
    any_day = replace(searched.filters, after=None, before=None)
    undated = 0 if any_day == searched.filters else sum(head.date is None and any_day.allow(head) for head in days)
    mentions = _order(asked, _mentions(asked, snapshot, allow) if asked.alternatives else _opened(asked, snapshot, allow))
    generation = snapshot.generation
    counted = replace(
        searched,
        undated=undated,
        generation=generation.number,
        articles=generation.articles,
        found_passages=sum(mention.sentences for mention in mentions),
        found_articles=len(mentions),
    )
    if asked.news and not mentions and (told := _tell(counted, snapshot)):
        return told
    sentence = _sentence(asked, mentions, len(pool), searched.filters)
    quotes = [mention.quote for mention in mentions[:SHOWN] if mention.quote]
    more = f"… and {len(mentions) - SHOWN:,} more articles." if len(mentions) > SHOWN else ""
    text = "\n\n".join(part for part in (sentence, list_quotes(quotes), more) if part)
    return Answer(
        "answered" if mentions else "not_found",
        text,
        make_claims(quotes),
        searched=counted,
        confidence=float(bool(mentions)),
        notes=left_out(undated),
        listing=Listing(sentence, tuple(mentions)),
    )


def _is_open(head: ArticleHead, searched: Searched, filters: Filters) -> bool:
    return filters.allow(head) and not (searched.as_of and head.date and head.date > searched.as_of)


def _tell(searched: Searched, snapshot: Snapshot) -> Answer | None:
    """Return what articles of any date say of a time that was taken from the question; None if they say nothing."""
    any_day = replace(searched.filters, after=None, before=None)
    period = find_period(searched.question, searched.as_of or dt.date.today())
    if period is None or not searched.inferred.before:
        return None
    return tell_time(period, searched, snapshot, lambda head: _is_open(head, searched, any_day))


def write_whole(listing: Listing) -> str:
    """Return a list as text with every article that it has, not only those that are shown."""
    quotes = [mention.quote for mention in listing.mentions if mention.quote]
    others = [byline(mention.article) for mention in listing.mentions if not mention.quote]
    return "\n\n".join(part for part in (listing.sentence, list_quotes(quotes), "\n".join(others)) if part)


def _mentions(asked: ListQuestion, snapshot: Snapshot, allow: Callable[[ArticleHead], bool]) -> Iterator[Mention]:
    """Yield the articles that have all phrases of one alternative, in their text or title."""
    seen: dict[str, _Seen] = {}
    rows = sorted({row for phrase in asked.phrases for row in snapshot.rows_with(phrase.terms)})
    for start in range(0, len(rows), _AT_ONCE):
        for passage in snapshot.passages(rows[start : start + _AT_ONCE]).values():
            if allow(passage.article):
                _read(passage, asked.phrases, seen.setdefault(passage.article_id, _Seen(passage)))
    for found in seen.values():
        head = found.passage.article
        title = split_words(head.title)
        having = found.phrases | {phrase for phrase in asked.phrases if phrase.stands_in(title)}
        if any(having.issuperset(alternative) for alternative in asked.alternatives):
            yield Mention(head, _quote(head, found.span, found.text) if found.span else _opening(head, snapshot), found.sentences)


def _read(passage: Passage, phrases: Sequence[Phrase], seen: _Seen) -> None:
    """Add to what was seen of an article what one of its passages says."""
    for start, end in passage.sentences:
        text = passage.text[start - passage.start : end - passage.start]
        words = split_words(text)
        held = {phrase for phrase in phrases if phrase.stands_in(words)}
        if not held:
            continue
        seen.sentences += 1
        seen.phrases |= held
        rank = (len(held), len(words) >= _WHOLE, -start)
        if seen.span is None or rank > seen.best:
            seen.best, seen.span, seen.text = rank, (start, end), text


def _opened(asked: ListQuestion, snapshot: Snapshot, allow: Callable[[ArticleHead], bool]) -> Iterator[Mention]:
    """Yield all articles, those that are shown with their first sentence."""
    heads = [mention.article for mention in _order(asked, (Mention(head, None) for head in snapshot.heads() if allow(head)))]
    for place, head in enumerate(heads):
        yield Mention(head, _opening(head, snapshot) if place < SHOWN else None)


def _opening(head: ArticleHead, snapshot: Snapshot) -> Quote | None:
    text = snapshot.article(head.id).text
    spans = split_sentences(text)
    whole = [span for span in spans if len(split_words(text[span[0] : span[1]])) >= _WHOLE] or spans
    return _quote(head, whole[0], text[whole[0][0] : whole[0][1]]) if whole else None


def _quote(head: ArticleHead, span: Span, text: str) -> Quote:
    return Quote(text, *span, head.id, head.title, head.date, head.source, head.url, updated=head.updated)


def _order(asked: ListQuestion, mentions: Iterator[Mention]) -> list[Mention]:
    """Return mentions by date, newest first unless the question asks for the first; undated ones last, by id."""
    by_id = sorted(mentions, key=lambda mention: mention.article.id)
    dated = [mention for mention in by_id if mention.article.date]
    dated.sort(key=lambda mention: mention.article.date or dt.date.min, reverse=asked.asks != "first")
    return [*dated, *(mention for mention in by_id if mention.article.date is None)]


def _sentence(asked: ListQuestion, mentions: Sequence[Mention], total: int, filters: Filters) -> str:
    """Return what was counted, in a sentence."""
    pool = _pool(total, filters)
    mentioning = f"{'mentions' if len(mentions) == 1 else 'mention'} {asked.subject}"
    if not total:
        return f"There are no {pool.removeprefix('the 0 ')}."
    if not mentions:
        return f"None of the {pool.removeprefix('the ')} mentions {asked.subject}."
    if asked.asks in ("first", "last"):
        return _extreme(asked, mentions, pool)
    if not asked.subject:
        return f"There {'is' if total == 1 else 'are'} {pool.removeprefix('the ')}."
    if asked.asks == "times":
        times = sum(mention.sentences for mention in mentions)
        sentences = "1 sentence" if times == 1 else f"{times:,} sentences"
        return f"{asked.subject} is mentioned in {sentences}, in {len(mentions):,} of {pool}."
    return f"{len(mentions):,} of {pool} {mentioning}."


def _extreme(asked: ListQuestion, mentions: Sequence[Mention], pool: str) -> str:
    """Return which article is the first, or the latest, as far as dates are stated."""
    which = "first" if asked.asks == "first" else "latest"
    subject = f" that mention{'s' if len(mentions) == 1 else ''} {asked.subject}" if asked.subject else ""
    undated = sum(mention.article.date is None for mention in mentions)
    count = f"{len(mentions):,} article{'' if len(mentions) == 1 else 's'}"
    if undated == len(mentions):
        return f"Which of {count}{subject} is the {which} is not known: none states its date."
    end = mentions[0].article
    rest = f"; {undated:,} of them {'is' if undated == 1 else 'are'} undated" if undated else ""
    return f"The {which} of {count}{subject} is dated {end.date}: “{end.title}”{rest}."


def _pool(total: int, filters: Filters) -> str:
    """Return the articles that were looked through: "5 articles", "the 12 articles dated from 2024-02-01 to 2024-02-29"."""
    limits = f" dated {describe_days(filters)}" if filters.after or filters.before else ""
    limits += f" of {' or '.join(sorted(filters.sources))}" if filters.sources else ""
    return f"{'the ' if limits else ''}{total:,} article{'' if total == 1 else 's'}{limits}"

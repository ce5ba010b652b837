"""Make an answer of quotes: choose which to show, in which order, and write them down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus import Article
from index import ArticleHead
from rag.question import Question
from rag.ranking import Ranked
from rag.sentence import overlap
from rag.types import Claim, Quote

MAX_QUOTES = 6
MAX_PER_ARTICLE = 4
KEPT_WITHIN = 4.0  # how far below the best score a further quote may be
KEPT_COVERAGE = 0.3  # of the best one's share of the question's words that a further quote must hold, if a kind of thing is asked
SAME = 0.8  # share of the shorter sentence's words above which two quotes say the same
UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class Group:
    """The quotes of one article, in the order shown, with the number of the first."""

    first: int
    quotes: tuple[Quote, ...]


def choose(question: Question, ranked: Sequence[Ranked]) -> list[Ranked]:
    """Pick the sentences to show, best first: different ones, not too many from one article, none far below the best."""
    coverage = 0.0 if question.kind == "other" else KEPT_COVERAGE * ranked[0].coverage
    chosen: list[Ranked] = []
    for candidate in ranked:
        if len(chosen) == MAX_QUOTES or candidate.score < ranked[0].score - KEPT_WITHIN:
            break
        if candidate.coverage >= coverage and _adds(candidate, chosen):
            chosen.append(candidate)
    return chosen


def _adds(candidate: Ranked, chosen: Sequence[Ranked]) -> bool:
    of_article = sum(other.passage.article_id == candidate.passage.article_id for other in chosen)
    return of_article < MAX_PER_ARTICLE and all(overlap(other.sentence.terms, candidate.sentence.terms) <= SAME for other in chosen)


def make_quote(chosen: Ranked) -> Quote:
    """Return the sentence as a quote of its article."""
    start, end = chosen.sentence.span
    article = chosen.passage.article
    return Quote(chosen.sentence.text, start, end, article.id, article.title, article.date, article.source, article.url)


def group(quotes: Sequence[Quote]) -> list[Quote]:
    """Bring quotes of one article together, articles in the order of their best quote."""
    order = {article_id: place for place, article_id in reversed(list(enumerate(quote.article_id for quote in quotes)))}
    return sorted(quotes, key=lambda quote: order[quote.article_id])


def make_claims(quotes: Sequence[Quote]) -> tuple[Claim, ...]:
    """Each quote is a claim that rests on itself."""
    return tuple(Claim(quote.text, True, (quote,)) for quote in quotes)


def groups(claims: Sequence[Claim]) -> Iterator[Group]:
    """Yield runs of quotes from one article; quotes count from 1 over all claims."""
    quotes = [quote for claim in claims for quote in claim.quotes]
    first = 0
    for place in range(1, len(quotes) + 1):
        if place == len(quotes) or quotes[place].article_id != quotes[first].article_id:
            yield Group(first + 1, tuple(quotes[first:place]))
            first = place


def write(claims: Sequence[Claim]) -> Iterator[str]:
    """Yield the text of an answer made of quotes, piece by piece: under each article's line, its quotes with their numbers."""
    for part in groups(claims):
        yield byline(part.quotes[0]) if part.first == 1 else f"\n\n{byline(part.quotes[0])}"
        for number, quote in enumerate(part.quotes, start=part.first):
            yield f"\n> {quote.text} [{number}]"


def byline(article: Quote | Article | ArticleHead) -> str:
    """Return "Title · outlet · date", with "undated" where the article states no date."""
    return f"{article.title} · {origin(article)}"


def origin(article: Quote | Article | ArticleHead) -> str:
    """Return "outlet · date", with "undated" where the article states no date."""
    date = article.date.isoformat() if article.date else UNDATED
    return f"{article.source} · {date}" if article.source else date

"""Make an answer of quotes: choose which to show, in which order, and write them down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus import Article
from index import ArticleHead
from index.passages import Span
from rag.context import widen
from rag.decision import contradicts, has_asked
from rag.question import Question
from rag.quotations.speakers import with_role
from rag.ranking import Ranked
from rag.sentence import Sentence, overlap, take_apart
from rag.types import Answer, Claim, Quote

MAX_QUOTES = 6
MAX_PER_ARTICLE = 4
KEPT_WITHIN = 3.8  # how far below the best score the second and third quote may be: what is further hardly ever answers
MORE_WITHIN = 2.0  # ... any later one may be, and any at all where the best one has a short answer that the reader is sure of
SAID_WITHIN = 5.0  # ... any may be where a question asks what somebody said: all of it answers
_FIRST = 3  # quotes up to which `KEPT_WITHIN` counts
READ_WITHIN = 5.0  # ... and below what the reader makes of the best one, in logits
SAME = 0.8  # share of the shorter sentence's words above which two quotes say the same
LISTED = 3  # articles named that have a quote too
UNDATED = "undated"
UNSUPPORTED = "not supported"


@dataclass(frozen=True, slots=True)
class Group:
    """The quotes of one article, in the order shown, with the number of the first."""

    first: int
    quotes: tuple[Quote, ...]


def choose(question: Question, ranked: Sequence[Ranked]) -> list[Quote]:
    """Return what to show, best first: different quotes, not too many from one article, none far below the best."""
    answering = [candidate for candidate in ranked if not contradicts(question, candidate)]
    answering = [candidate for candidate in answering if _is_about_speaker(question, candidate)] or answering
    answering = answering[:1] + [candidate for candidate in answering[1:] if has_asked(question, candidate)]
    chosen: list[Ranked] = []
    quotes: list[Quote] = []
    beside = [candidate for candidate in ranked if not _is_of_another(question, candidate)]
    for candidate in answering:
        if len(quotes) == MAX_QUOTES or candidate.score < answering[0].score - _within(question, answering[0], len(quotes)):
            break
        if _score(candidate) >= _score(answering[0]) - READ_WITHIN and _adds(candidate, chosen, quotes):
            quote = make_quote(candidate, beside, quotes)
            if any(other.text in quote.text and not _holds(quote, other) for other in quotes):
                continue
            chosen.append(candidate)
            quotes = with_wider(quotes, quote)
    return quotes


def _within(question: Question, best: Ranked, quoted: int) -> float:
    """Return how far below the best score the next quote may be, behind those quoted."""
    if question.speech:
        return SAID_WITHIN
    sure = best.reading is not None and best.reading.answer is not None
    return KEPT_WITHIN if quoted < _FIRST and not sure else MORE_WITHIN


def with_wider(quotes: Sequence[Quote], quote: Quote) -> list[Quote]:
    """Return quotes with one more; it takes the place, and keeps the short answer, of those that stand within it."""
    within = [other for other in quotes if _holds(quote, other)]
    place = quotes.index(within[0]) if within else len(quotes)
    answer = next((other.answer for other in within if other.answer), quote.answer)
    kept = [other for other in quotes if other not in within]
    return [*kept[:place], replace(quote, answer=answer), *kept[place:]]


def _holds(quote: Quote, other: Quote) -> bool:
    return quote.article_id == other.article_id and quote.start <= other.start and other.end <= quote.end


def _score(candidate: Ranked) -> float:
    return candidate.reading.score if candidate.reading else 0.0


def _is_about_speaker(question: Question, candidate: Ranked) -> bool:
    """Whether a sentence names, or stands beside, somebody of whom the question asks what they said, if it asks that."""
    return not (question.speech and question.names) or not question.names.isdisjoint(candidate.reached)


def _is_of_another(question: Question, candidate: Ranked) -> bool:
    """Whether somebody speaks in a sentence of whom the question did not ask what they said."""
    return question.speech and bool(candidate.sentence.speakers) and candidate.sentence.speakers.isdisjoint(question.names)


def _adds(candidate: Ranked, chosen: Sequence[Ranked], quotes: Sequence[Quote]) -> bool:
    of_article = [quote for quote in quotes if quote.article_id == candidate.passage.article_id]
    if len(of_article) == MAX_PER_ARTICLE or any(candidate.sentence.text in quote.text for quote in quotes):
        return False
    return not any(_says_same(other.sentence, candidate.sentence) for other in chosen)


def _says_same(one: Sentence, other: Sentence) -> bool:
    """Whether two sentences have most of their words in common, and all of their numbers: "400 metres" is not "500 metres"."""
    return overlap(one.terms, other.terms) > SAME and not any(term.isdigit() for term in one.known ^ other.known)


def is_quoted(candidate: Ranked, quotes: Sequence[Quote]) -> bool:
    """Whether one of the quotes has the beginning of a sentence."""
    article_id, place = candidate.passage.article_id, candidate.sentence.span[0]
    return any(quote.article_id == article_id and quote.start <= place < quote.end for quote in quotes)


def make_quote(candidate: Ranked, ranked: Sequence[Ranked] = (), before: Sequence[Quote] = ()) -> Quote:
    """Return the sentence as a quote, with those of the `ranked` ones beside it that belong to it and that none `before` quotes."""
    passage, article = candidate.passage, candidate.passage.article
    free = [other for other in ranked if other.passage.id == passage.id and not is_quoted(other, before)]
    start, end = widen(candidate, {other.sentence.span: _score(other) for other in free})
    start, end = _beside(start, end, [quote for quote in before if quote.article_id == article.id], candidate)
    text = passage.text[start - passage.start : end - passage.start]
    stated = (article.id, article.title, article.date, article.source, article.url)
    return Quote(text, start, end, *stated, _answer(candidate), article.updated)


def _beside(start: int, end: int, before: Sequence[Quote], candidate: Ranked) -> Span:
    """Return the characters without those, before or after the candidate's own sentence, with which another quote ends or begins."""
    spans = [sentence.span for sentence in take_apart(candidate.passage) if start <= sentence.span[0] < end]
    for quote in before:
        partly = quote.start < start < quote.end or quote.start < end < quote.end
        free = [span for span in spans if not quote.start <= span[0] < quote.end]
        spans = free if partly and candidate.sentence.span in free else spans
    return spans[0][0], spans[-1][1]


def _answer(candidate: Ranked) -> Span | None:
    if candidate.reading is None or candidate.reading.answer is None:
        return None
    first, last = candidate.reading.answer
    return candidate.sentence.span[0] + first, candidate.sentence.span[0] + last


def group(quotes: Sequence[Quote]) -> list[Quote]:
    """Bring quotes of one article together, articles in the order of their best quote."""
    order = {article_id: place for place, article_id in reversed(list(enumerate(quote.article_id for quote in quotes)))}
    return sorted(quotes, key=lambda quote: order[quote.article_id])


def make_claims(quotes: Sequence[Quote]) -> tuple[Claim, ...]:
    """Each quote is a claim that rests on itself; the claim is on one line."""
    return tuple(Claim(on_one_line(quote), True, (quote,)) for quote in quotes)


def on_one_line(quote: Quote) -> str:
    """Return a quote's text with its line ends as spaces."""
    return " ".join(quote.text.split())


def groups(quotes: Sequence[Quote]) -> Iterator[Group]:
    """Yield runs of quotes from one article and in one part of the answer."""
    first = 0
    for place in range(1, len(quotes) + 1):
        if place == len(quotes) or (quotes[place].article_id, quotes[place].part) != (quotes[first].article_id, quotes[first].part):
            yield Group(first + 1, tuple(quotes[first:place]))
            first = place


def list_quotes(quotes: Sequence[Quote], before: int = 0) -> str:
    """Return quotes as text: under each article's line, its quotes with their numbers; under each heading, its articles.

    `before` is how many quotes the answer has before these.
    """
    parts: list[str] = []
    heading = ""
    for part in groups(quotes):
        numbered = [line for number, quote in enumerate(part.quotes, start=before + part.first) for line in _numbered(quote, number)]
        if part.quotes[0].part != heading:
            heading = part.quotes[0].part
            parts.append(heading)
        parts.append("\n".join([byline(part.quotes[0]), *numbered, *_listed(part.quotes)]))
    return "\n\n".join(parts)


def _numbered(quote: Quote, number: int) -> list[str]:
    said = credit(quote)
    return [f"> {on_one_line(quote)} [{number}]", *([f"  {said}"] if said else [])]


def credit(quote: Quote) -> str:
    """Return "— Olaf Scholz, German Chancellor, via Reuters", with "as reported" if not in their words; empty if nobody is named."""
    if not quote.speaker:
        return ""
    via = f"via {quote.via}" if quote.via and quote.via != quote.speaker else ""
    return "— " + ", ".join(part for part in (with_role(quote.speaker, quote.role), via, "" if quote.direct else "as reported") if part)


def also(quotes: Sequence[Quote]) -> list[ArticleHead]:
    """Return the other articles that have the words of any of these quotes too."""
    return list(dict.fromkeys(article for quote in quotes for article in quote.also))


def also_in(articles: Sequence[ArticleHead]) -> str:
    """Return "also in 2 articles"."""
    return f"also in {len(articles)} article{'' if len(articles) == 1 else 's'}"


def _listed(quotes: Sequence[Quote]) -> list[str]:
    """Return the line that tells where else these quotes of one article stand, if anywhere."""
    articles = also(quotes)
    if not articles:
        return []
    more = f" and {len(articles) - LISTED} more" if len(articles) > LISTED else ""
    return [f"  ({also_in(articles)}: {'; '.join(map(byline, articles[:LISTED]))}{more})"]


def is_prose(answer: Answer) -> bool:
    """Whether an answer is in a writer's words."""
    return any(not claim.quotes or claim.text != on_one_line(claim.quotes[0]) for claim in answer.claims)


def write_prose(claims: Sequence[Claim]) -> str:
    """Return claims as running text with the numbers of their quotes, the unsupported ones marked, and the quotes below."""
    quotes = list(dict.fromkeys(quote for claim in claims for quote in claim.quotes))
    sentences = []
    for claim in claims:
        numbers = "".join(f"[{quotes.index(quote) + 1}]" for quote in claim.quotes)
        sentences.append(f"{claim.text} {numbers if claim.supported else f'({UNSUPPORTED}: {claim.reason})'}")
    return "\n\n".join([" ".join(sentences), list_quotes(quotes)])


def byline(article: Quote | Article | ArticleHead) -> str:
    """Return "Title · outlet · date", with "undated" where the article states no date."""
    return f"{article.title} · {origin(article)}"


def origin(article: Quote | Article | ArticleHead) -> str:
    """Return "outlet · date", with "undated" where the article states no date, and the day of its last update if it states one."""
    date = article.date.isoformat() if article.date else UNDATED
    updated = f"updated on {article.updated.day} {article.updated:%B %Y}" if article.updated else ""
    return " · ".join(part for part in (article.source, date, updated) if part)

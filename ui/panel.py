"""The article panel, as HTML made of escaped text: an article, with what the conversation quotes of it marked."""

from collections.abc import Callable, Iterable
from html import escape

from corpus import Article
from corpus.errors import PullquoteError
from index import Index
from index.passages import Span
from rag import Quote
from rag.composing import also_in, byline, origin
from ui.actions import show_report
from ui.answers import ARTICLE, CITATION
from ui.api import Tell
from ui.conversation import Conversation, exchange_of
from ui.markup import text
from ui.printing import count

WAITING = (
    '<div class="pq-empty"><p>Click a number in an answer to read the quote in its article.</p>'
    "<p><kbd>j</kbd> and <kbd>k</kbd> go from quote to quote, <kbd>Esc</kbd> closes the article, <kbd>/</kbd> goes to the question.</p>"
    "</div>"
)
UNKNOWN = '<div class="pq-empty" role="alert">This citation is not from this conversation. Ask the question again.</div>'


def show_citation(citation: str, conversation: Conversation, index: Callable[[], Index]) -> str:
    """Return the panel for a citation ("2-1"), its quote marked; one that was not minted here is refused."""
    quote = conversation.citations.get(citation)
    if quote is None:
        return UNKNOWN
    walk = _walk(citation, conversation) + show_report(citation) + _of(f"{CITATION}{citation}")
    return show_quote(quote, conversation.citations.values(), index, walk)


def show_quote(quote: Quote, quotes: Iterable[Quote], index: Callable[[], Index], walk: str = "") -> str:
    """Return the panel with the article of a quote, the quote marked, and more faintly what else of `quotes` stands in it."""
    try:
        article = index().read(lambda snapshot: snapshot.article(quote.article_id))
    except PullquoteError:
        return panel(quote.title, describe(quote), _note("This article is no longer in the index. The quote was:", quote), walk=walk)
    if article.text[quote.start : quote.end] != quote.text:
        note = _note("This article has changed since the answer. The quote was:", quote)
        return panel(article.title, describe(article), note + mark(article.text, None, ()), walk=walk)
    body = _elsewhere(quote) + mark(article.text, (quote.start, quote.end), quoted(article, quotes))
    return panel(article.title, describe(article), body, walk=walk)


def show_article(article_id: str, conversation: Conversation, index: Callable[[], Index], tell: Tell = str) -> str:
    """Return the panel with an article, everything marked that the conversation quotes of it."""
    try:
        article = index().read(lambda snapshot: snapshot.article(article_id))
    except PullquoteError as error:
        return f'<div class="pq-empty" role="alert">{text(tell(error))}</div>'
    spans = quoted(article, conversation.citations.values())
    told = f"<p>{count(len(spans), 'passage')} quoted in this conversation, marked</p>" if spans else ""
    return panel(article.title, describe(article), mark(article.text, None, spans), walk=told)


def show_named(link: str, conversation: Conversation, index: Callable[[], Index], tell: Tell = str) -> str:
    """Return the panel for an article that an answer names ("2-1"); one that was not minted here is refused."""
    head = conversation.articles.get(link)
    return show_article(head.id, conversation, index, tell) + _of(f"{ARTICLE}{link}") if head else UNKNOWN


def _of(link: str) -> str:
    """Return what tells chat.js which link the panel is of."""
    return f'<span hidden data-link="{escape(link)}"></span>'


def quoted(article: Article, quotes: Iterable[Quote]) -> list[Span]:
    """Return where those of `quotes` stand that are in an article as it is, in order, the ones that touch as one."""
    joined: list[Span] = []
    here = (quote for quote in quotes if quote.article_id == article.id and article.text[quote.start : quote.end] == quote.text)
    for start, end in sorted((quote.start, quote.end) for quote in here):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def mark(article: str, hit: Span | None, others: Iterable[Span]) -> str:
    """Return an article's paragraphs as HTML, with the `hit` marked, which is to be looked at, and the `others` more faintly.

    The first mark of the hit, or of the others if there is none, is the one to be scrolled to.
    """
    spans = list(others)
    cuts = sorted({place for span in (*spans, *([hit] if hit else [])) for place in span})
    paragraphs, place, sought = [], 0, True
    for line in article.split("\n"):
        end = place + len(line)
        inside = [place, *(cut for cut in cuts if place < cut < end), end]
        inner = ""
        for first, last in zip(inside, inside[1:], strict=False):
            part = escape(article[first:last])
            is_hit = hit is not None and hit[0] <= first < hit[1]
            if part.strip() and (is_hit or any(span[0] <= first < span[1] for span in spans)):
                goal = ' id="pq-hit"' if sought and (is_hit or hit is None) else ""
                sought = sought and not goal
                part = f"<mark{goal}>{part}</mark>" if is_hit else f'<mark{goal} class="pq-other">{part}</mark>'
            inner += part
        paragraphs += [f"<p>{inner}</p>"] if line.strip() else []
        place = end + 1
    return "".join(paragraphs)


def describe(article: Article | Quote) -> str:
    """Return outlet, date, authors and address of an article, as far as it states them."""
    authors = ", ".join(article.authors) if isinstance(article, Article) else ""
    return " · ".join(part for part in (origin(article), authors, article.url) if part)


def panel(title: str, about: str, body: str, walk: str = "") -> str:
    """Return the panel with a title, a line about it, HTML as its body, and HTML that leads to other quotes."""
    close = '<button type="button" class="pq-close" aria-label="Close the article">×</button>'
    heading = f'<div class="pq-walk">{walk}{close}</div><h2>{text(title)}</h2><p class="pq-byline">{text(about)}</p>'
    parts = f'<header>{heading}</header><div class="pq-body" tabindex="0">{body}</div>'
    return f'<article class="pq-article" tabindex="-1" aria-label="Article">{parts}</article>'


def _walk(citation: str, conversation: Conversation) -> str:
    """Return the links to the quotes before and after a citation of its answer."""
    links = [link for link in conversation.citations if exchange_of(link) == exchange_of(citation)]
    place = links.index(citation)
    before = _step("Previous quote", "‹", links[place - 1] if place else "")
    after = _step("Next quote", "›", links[place + 1] if place + 1 < len(links) else "")
    return f'{before}<span class="pq-place">Quote {place + 1} of {len(links)}</span>{after}'


def _step(label: str, sign: str, link: str) -> str:
    if not link:
        return f'<span class="pq-turn" aria-hidden="true">{sign}</span>'
    return f'<a class="pq-turn" href="#{CITATION}{link}" aria-label="{label}" title="{label}">{sign}</a>'


def _elsewhere(quote: Quote) -> str:
    """Return the other articles that have a quote's words too, with their outlets and dates."""
    listed = "".join(f"<li>{text(byline(article))}</li>" for article in quote.also)
    return f'<div class="pq-byline">{also_in(quote.also)}<ul class="pq-named">{listed}</ul></div>' if listed else ""


def _note(written: str, quote: Quote) -> str:
    return f'<p class="pq-note">{text(written)}</p><blockquote class="pq-quote"><mark id="pq-hit">{text(quote.text)}</mark></blockquote>'

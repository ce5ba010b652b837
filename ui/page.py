"""What the chat shows, as HTML made of escaped text. No Gradio here: everything is a plain function.

Articles are untrusted: nothing of them reaches the page but `html.escape`d text, and the only links are citations whose
numbers this module has minted.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Final

from corpus import Article
from corpus.errors import PullquoteError
from index import Index, Status
from rag import Answer, Checked, Claim, Done, Found, Quote, Searching, Turn, query_stream
from rag.composing import byline, groups, origin
from ui.printing import CLOSEST, count, date_span, describe_search, moment

_SPACES = re.compile(r"\s+")
_LISTED = 10  # problems that the header's tooltip names
CITATION: Final = "cite-"  # a citation's link is "#cite-TURN-NUMBER"
WELCOME = (
    '<div class="pq-welcome"><h2>Ask what the articles say</h2>'
    "<p>Every sentence of an answer is a verbatim quote. Click its number to read it in its article.</p></div>"
)
WAITING = '<div class="pq-empty">Click a citation to read the quote in its article.</div>'


class Conversation:
    """One browser tab's turns. What a citation number stands for is known only here."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.citations: dict[str, Quote] = {}
        self.asked = ""  # the question being answered


def respond(question: str, conversation: Conversation, index: Callable[[], Index]) -> Iterator[str]:
    """Answer a question; yield the answer's HTML again and again as it grows. Errors become a message that says so."""
    steps = ""
    claims: list[Claim] = []
    turn = len(conversation.turns) + 1
    try:
        for event in query_stream(question, index(), history=conversation.turns):
            if isinstance(event, Searching):
                steps = _step(f"Searching for “{event.searched.question}” …")
                yield _answer(steps)
            elif isinstance(event, Found):
                steps = _step(describe_search(event.searched))
                yield _answer(steps)
            elif isinstance(event, Checked):
                claims.append(event.claim)
                _mint(conversation, turn, [quote for claim in claims for quote in claim.quotes])
                yield _answer(steps, _quotes(claims, turn))
            elif isinstance(event, Done):
                conversation.turns.append(Turn(question, event.answer.text))
                if event.answer.status == "not_found":
                    _mint(conversation, turn, event.answer.closest)
                    yield _answer(steps, _not_found(event.answer, turn))
    except PullquoteError as error:
        reason = f"<strong>This question could not be answered:</strong> {_text(str(error))}"
        yield f'<div class="pq-answer pq-failed" role="alert">{reason}</div>'


def show_question(question: str) -> str:
    """Return a question as its bubble shows it: as text, whatever was pasted into it."""
    return f'<div class="pq-question">{_text(question)}</div>'


def _mint(conversation: Conversation, turn: int, quotes: Sequence[Quote]) -> None:
    conversation.citations.update((f"{turn}-{number}", quote) for number, quote in enumerate(quotes, start=1))


def _answer(*parts: str) -> str:
    return f'<div class="pq-answer">{"".join(parts)}</div>'


def _step(text: str) -> str:
    return f'<p class="pq-step">{_text(text)}</p>'


def _quotes(claims: list[Claim], turn: int) -> str:
    parts = []
    for part in groups(claims):
        parts.append(f'<p class="pq-byline">{_byline(part.quotes[0])}</p>')
        parts += [_cited(quote, turn, number) for number, quote in enumerate(part.quotes, start=part.first)]
    return "".join(parts)


def _cited(quote: Quote, turn: int, number: int) -> str:
    label = f"Citation {number}: open this quote in {quote.title}"
    link = f'<a class="pq-cite" href="#{CITATION}{turn}-{number}" title="{_text(label)}">{number}</a>'
    return f'<blockquote class="pq-quote">{_emphasized(quote)} {link}</blockquote>'


def _emphasized(quote: Quote) -> str:
    """Return a quote's text with the short answer in it strong."""
    if quote.answer is None:
        return _text(quote.text)
    first, last = (place - quote.start for place in quote.answer)
    before, answer, after = (escape(_SPACES.sub(" ", part)) for part in (quote.text[:first], quote.text[first:last], quote.text[last:]))
    return f"{before}<strong>{answer}</strong>{after}"


def _byline(quote: Quote) -> str:
    return f"<strong>{_text(quote.title)}</strong> · {_text(origin(quote))}"


def _not_found(answer: Answer, turn: int) -> str:
    nearest = "".join(f"<li>{_text(byline(article))}</li>" for article in answer.nearest)
    listed = f'<p class="pq-byline">Nearest articles:</p><ul class="pq-nearest">{nearest}</ul>' if nearest else ""
    closest = "".join(
        f'<p class="pq-byline">{CLOSEST} {_byline(quote)}</p>{_cited(quote, turn, number)}'
        for number, quote in enumerate(answer.closest, start=1)
    )
    return f'<p class="pq-notfound"><strong>{_text(answer.text)}</strong></p>{closest}{listed}'


def show_citation(citation: str, conversation: Conversation, index: Callable[[], Index]) -> str:
    """Return the article panel for a citation's number ("2-1"), its quote marked; a number not minted here is refused."""
    quote = conversation.citations.get(citation)
    if quote is None:
        return '<div class="pq-empty" role="alert">This citation is not from this conversation. Ask the question again.</div>'
    try:
        article = index().snapshot().article(quote.article_id)
    except PullquoteError:
        return _panel(quote.title, _rest(quote), _note("This article is no longer in the index. The quote was:", quote))
    if article.text[quote.start : quote.end] != quote.text:
        return _panel(
            article.title, _rest(article), _note("This article has changed since the answer. The quote was:", quote), _body(article.text)
        )
    return _panel(article.title, _rest(article), _marked(article.text, quote))


def _rest(article: Article | Quote) -> str:
    authors = ", ".join(article.authors) if isinstance(article, Article) else ""
    return " · ".join(part for part in (origin(article), authors, article.url) if part)


def _panel(title: str, rest: str, *body: str) -> str:
    close = '<a class="pq-close" href="#pq-close" aria-label="Close the article">×</a>'
    heading = f'<header>{close}<h2>{_text(title)}</h2><p class="pq-byline">{_text(rest)}</p></header>'
    return f'<article class="pq-article">{heading}<div class="pq-body">{"".join(body)}</div></article>'


def _note(text: str, quote: Quote) -> str:
    return f'<p class="pq-note">{_text(text)}</p><blockquote class="pq-quote"><mark id="pq-hit">{_text(quote.text)}</mark></blockquote>'


def _marked(text: str, quote: Quote) -> str:
    """Return the article with the quote marked, in each of the paragraphs that it spans."""
    start = text.rfind("\n", 0, quote.start) + 1
    end = text.find("\n", quote.end)
    end = len(text) if end < 0 else end
    first, *others = [line for line in quote.text.split("\n") if line.strip()]
    marks = [f'<mark id="pq-hit">{escape(first)}</mark>', *(f"<mark>{escape(line)}</mark>" for line in others)]
    lines = f"{escape(text[start : quote.start])}{'</p><p>'.join(marks)}{escape(text[quote.end : end])}"
    return f"{_body(text[:start])}<p>{lines}</p>{_body(text[end:])}"


def _body(text: str) -> str:
    return "".join(f"<p>{_text(line)}</p>" for line in text.split("\n") if line.strip())


def show_header(status: Status) -> str:
    """Return the line above the conversation: what is being asked, and how fresh it is."""
    generation = status.generation
    checked = moment(dt.datetime.fromisoformat(status.checked)) if status.checked else "never"
    listed = "; ".join(str(failure) for failure in status.failures[:_LISTED])
    failed = f' · <span class="pq-warn" title="{_text(listed)}">{count(len(status.failures), "problem")}</span>' if status.failures else ""
    facts = f"{count(generation.articles, 'article')} · {date_span(status)} · indexed {checked}"
    return f'<div class="pq-header"><h1>Pullquote</h1><p>{_text(facts)}{failed} · answers in quotes, on this machine</p></div>'


def show_error(error: PullquoteError) -> str:
    """Return the header's place for an index that cannot be read."""
    return f'<div class="pq-header"><h1>Pullquote</h1><p class="pq-warn" role="alert">{_text(str(error))}</p></div>'


def _text(text: str) -> str:
    """Escape for HTML, on one line: the chat reads messages as Markdown, in which an empty line would end the HTML."""
    return escape(" ".join(text.split()))

"""Answers as the chat shows them, as HTML made of escaped text. The only links are those that the conversation has minted."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from html import escape
from typing import Any, Final

from corpus.errors import PullquoteError
from index import ArticleHead, Index
from rag import Answer, Checked, Claim, Conflict, Done, Draft, Event, Found, Quote, Searching, TextDelta, query_stream
from rag.composing import UNSUPPORTED, also, also_in, byline, credit, groups, is_prose, origin
from rag.disagreement import beside, differing
from rag.joining import describe_refused
from rag.support import describe_support
from rag.writers.writer import Writer
from ui.actions import show_actions, show_taken
from ui.api import Tell
from ui.conversation import Conversation, Exchange, named
from ui.listings import show_count, show_rest
from ui.markup import text
from ui.printing import CLOSEST, count, describe_reading, describe_scope, describe_writer

CITATION: Final = "cite-"  # a quote's link is "#cite-EXCHANGE-NUMBER", both from 1
ARTICLE: Final = "article-"  # an article's link is "#article-EXCHANGE-NUMBER"
_SPACES = re.compile(r"\s+")
_APART = 0.07  # seconds between two states of a growing answer
Drawn = dict[str, Any]  # "state": a number, "exchanges": HTML of each
_WAITS, _WAITS_BEHIND = "Waiting for its turn …", "Waiting for the answer above …"


def respond(
    exchange: Exchange, conversation: Conversation, index: Callable[[], Index], writer: Writer | None = None, tell: Tell = str
) -> Iterator[str]:
    """Answer an exchange's question; yield the answer's HTML again and again as it grows. Errors become a message, worded by `tell`."""
    shown = 0.0
    exchange.written = bool(writer)
    asked = partial(query_stream, history=conversation.turns(exchange), filters=exchange.filters, infer=exchange.infer)
    try:
        for event in asked(exchange.question, index(), writer=writer):
            if exchange.stopped:
                return
            _take(event, exchange, conversation)
            if exchange.answer or (not isinstance(event, TextDelta) and time.monotonic() - shown >= _APART):
                shown = time.monotonic()
                yield show_exchange(exchange)
    except PullquoteError as error:
        exchange.failure = tell(error)
        yield show_exchange(exchange)


def _take(event: Event, exchange: Exchange, conversation: Conversation) -> None:
    if isinstance(event, Searching):
        exchange.steps = [f"Searching for “{event.searched.question}” …"]
    elif isinstance(event, Found):
        exchange.steps = [describe_scope(event.searched), describe_reading(event.searched)]
    elif isinstance(event, Draft):
        exchange.steps, exchange.draft = exchange.steps or ["Understanding the question …"], event.text
    elif isinstance(event, Checked):
        exchange.claims.append(event.claim)
        conversation.cite(exchange, [quote for claim in exchange.claims for quote in claim.quotes])
    elif isinstance(event, Done):
        conversation.finish(exchange, event.answer)


def draw(conversation: Conversation) -> Drawn:
    """Return a conversation as talk.js draws it; of two states, the one with the higher number is the later."""
    conversation.drawn += 1  # first, so that what is the last has seen every change
    return {"state": conversation.drawn, "exchanges": show_conversation(conversation)}


def show_conversation(conversation: Conversation) -> list[str]:
    """Return the exchanges of a conversation, each a question and its answer."""
    unanswered = next((exchange for exchange in conversation.exchanges if not exchange.ended), None)
    return [
        f'{show_question(exchange.question)}<div class="pq-reply">{show_exchange(exchange, behind=exchange is not unanswered)}</div>'
        for exchange in conversation.exchanges
    ]


def show_question(question: str) -> str:
    """Return a question: as text, whatever was pasted into it."""
    return f'<div class="pq-question">{text(question)}</div>'


def show_exchange(exchange: Exchange, *, behind: bool = False) -> str:
    """Return the answer of an exchange as far as it has come, between what was taken from its question and what can be done with it.

    `behind`: it waits for another's answer.
    """
    parts = show_taken(exchange), _shown(exchange, behind), show_actions(exchange)
    return " ".join(part for part in parts if part)


def _shown(exchange: Exchange, behind: bool) -> str:
    if exchange.answer:
        return _whole(exchange.answer, exchange.number)
    if exchange.failure:
        return _answer(_failure("This question could not be answered:", exchange.failure))
    prose = _prose(exchange.claims, exchange.number)
    if exchange.stopped:
        left = "Stopped. What was not checked yet is left out."
        return _answer(_step(*exchange.steps), f'<p class="pq-prose">{prose}</p>' if prose else "", _step(left))
    steps = "".join(f"<li>{text(step)}</li>" for step in exchange.steps or [_WAITS_BEHIND if behind else _WAITS])
    draft = f'<span class="pq-draft">{text(exchange.draft)} … <em>not checked yet</em></span>' if exchange.draft else ""
    return _answer(f'<ul class="pq-steps">{steps}</ul>', f'<p class="pq-prose">{prose} {draft}</p>' if prose or draft else "")


def _whole(answer: Answer, number: int) -> str:
    wrote = _step(describe_writer(answer)) if answer.writer else ""
    notes = "".join(f'<p class="pq-note">{text(note)}</p>' for note in answer.notes)
    parts = [_step(*_steps(answer))]
    if answer.status == "failed" and answer.instead:
        failure = _failure("The model did not answer:", answer.text)
        parts += [failure, '<p class="pq-step">The answer in quotes:</p>', _quotes(answer.instead, number)]
    elif answer.status == "not_found":
        parts += [notes, _not_found(answer, number), wrote]
    elif is_prose(answer):
        sources = f'<div class="pq-sources">{_quotes(answer, number)}</div>'
        parts += [_support(answer), f'<p class="pq-prose">{_prose(answer.claims, number)}</p>', notes, sources, wrote]
    elif answer.listing:
        parts += [show_count(answer), notes, _quotes(answer, number), show_rest(answer, _opener(answer, number))]
    else:
        parts += [_support(answer), notes, _quotes(answer, number), wrote]
    return _answer(*parts)


def _steps(answer: Answer) -> list[str]:
    """Return what was done for an answer: what was searched, how much of it was read, how much of that is quoted."""
    quotes = (answer.instead or answer).quotes
    articles = count(len({quote.article_id for quote in quotes}), "article")
    quoted = [f"{count(len(quotes), 'quote')} from {articles}"] if quotes else []
    return [describe_scope(answer.searched), describe_reading(answer.searched), *quoted]


def _support(answer: Answer) -> str:
    support = describe_support(answer)
    return f'<p class="pq-support pq-{support.level}"><strong>{text(support.words)}</strong> {text(support.because)}</p>'


def _answer(*parts: str) -> str:
    return f'<div class="pq-answer">{"".join(parts)}</div>'


def _step(*phrases: str) -> str:
    return f'<p class="pq-step">{text(" · ".join(phrases))}</p>'


def _failure(what: str, why: str) -> str:
    return f'<div class="pq-failed" role="alert"><strong>{text(what)}</strong> {text(why)}</div>'


def _prose(claims: Sequence[Claim], exchange: int) -> str:
    """Return claims as running text, each with its quotes' links or the reason why it has none."""
    quotes = list(dict.fromkeys(quote for claim in claims for quote in claim.quotes))
    return " ".join(_claim(claim, [(quotes.index(quote) + 1, quote) for quote in claim.quotes], exchange) for claim in claims)


def _claim(claim: Claim, numbered: Sequence[tuple[int, Quote]], exchange: int) -> str:
    if claim.supported:
        before, _, last = text(claim.text).rpartition(" ")
        first, *others = (_link(quote, exchange, number, origin(quote)) for number, quote in numbered)
        return " ".join([before, f'<span class="pq-kept">{last} {first}</span>', *others])
    reason = f'<span class="pq-reason">({UNSUPPORTED}: {text(claim.reason)})</span>'
    return f'<span class="pq-unsupported"><span class="pq-doubted">{text(claim.text)}</span> {reason}</span>'


def _quotes(answer: Answer, exchange: int) -> str:
    """Return an answer's quotes, under each article's line, with the other articles that have their words."""
    elsewhere = named(answer)
    parts = [_conflict(answer, answer.conflict, exchange)] if answer.conflict else []
    heading = ""
    for part in groups(answer.quotes):
        if part.quotes[0].part != heading:
            heading = part.quotes[0].part
            parts.append(f'<p class="pq-part"><strong>{text(heading)}</strong></p>')
        parts.append(f'<p class="pq-byline">{_byline(part.quotes[0])}</p>')
        parts += [_cited(quote, exchange, number) for number, quote in enumerate(part.quotes, start=part.first)]
        if copies := also(part.quotes):
            parts.append(f'<div class="pq-byline">{also_in(copies)}{_list(copies, elsewhere, exchange)}</div>')
    refused = [f'<p class="pq-notfound">{text(line)}</p>' for line in describe_refused(answer)] if answer.quotes else []
    return "".join([*parts, *refused])


def _conflict(answer: Answer, conflict: Conflict, exchange: int) -> str:
    """Return the line that sets side by side what the quotes state differently."""
    numbers = {quote: number for number, quote in enumerate(answer.quotes, start=1)}
    stated = []
    for one in conflict.stated:
        link = f" {_link(one.quote, exchange, numbers[one.quote])}" if one.quote in numbers else ""
        stated.append(f"<strong>{text(one.text)}</strong> ({text(beside(one))}){link}")
    return f'<p class="pq-conflict">{text(differing(conflict))} {" · ".join(stated)}</p>'


def _cited(quote: Quote, exchange: int, number: int) -> str:
    said = f'<footer class="pq-said">{text(credit(quote))}</footer>' if quote.speaker else ""
    return f'<blockquote class="pq-quote">{_emphasized(quote)} {_link(quote, exchange, number)}{said}</blockquote>'


def _link(quote: Quote, exchange: int, number: int, outlet: str = "") -> str:
    """Return a quote's link: its number, the outlet and date if they are not beside it, and its words for who points at it."""
    beside = f' <span class="pq-outlet">{text(outlet)}</span>' if outlet else ""
    label = text(f"{number} {outlet}: open this quote in {quote.title}")
    card = f'<span class="pq-card"><strong>{text(quote.title)}</strong> {text(origin(quote))}<q>{_emphasized(quote)}</q></span>'
    return f'<a class="pq-cite" href="#{CITATION}{exchange}-{number}" aria-label="{label}">{number}{beside}{card}</a>'


def _list(articles: Sequence[ArticleHead], elsewhere: Sequence[ArticleHead], exchange: int) -> str:
    """Return articles as links, numbered as in all that the answer names."""
    return f'<ul class="pq-named">{"".join(f"<li>{_opens(head, elsewhere, exchange)}</li>" for head in articles)}</ul>'


def _opener(answer: Answer, exchange: int) -> Callable[[ArticleHead], str]:
    """Return what makes links of the articles that an answer names."""
    return partial(_opens, elsewhere=named(answer), exchange=exchange)


def _opens(head: ArticleHead, elsewhere: Sequence[ArticleHead], exchange: int) -> str:
    return f'<a class="pq-open" href="#{ARTICLE}{exchange}-{elsewhere.index(head) + 1}">{text(byline(head))}</a>'


def _emphasized(quote: Quote) -> str:
    """Return a quote's text with the short answer in it strong."""
    if quote.answer is None:
        return text(quote.text)
    first, last = (place - quote.start for place in quote.answer)
    before, answer, after = (escape(_SPACES.sub(" ", part)) for part in (quote.text[:first], quote.text[first:last], quote.text[last:]))
    return f"{before}<strong>{answer}</strong>{after}"


def _byline(quote: Quote) -> str:
    return f"<strong>{text(quote.title)}</strong> · {text(origin(quote))}"


def _not_found(answer: Answer, exchange: int) -> str:
    nearest = f'<p class="pq-byline">Nearest articles:</p>{_list(answer.nearest, named(answer), exchange)}' if answer.nearest else ""
    closest = "".join(
        f'<p class="pq-byline">{_byline(quote)}</p>{_cited(quote, exchange, number)}' for number, quote in enumerate(answer.closest, 1)
    )
    closest = f'<p class="pq-byline">{CLOSEST}</p>{closest}' if closest else ""
    return f'<p class="pq-notfound"><strong>{text(answer.text)}</strong></p>{closest}{nearest}'

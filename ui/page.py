"""What the chat shows, as HTML made of escaped text. No Gradio here: everything is a plain function.

Articles are untrusted: nothing of them reaches the page but `html.escape`d text, and the only links are citations whose
numbers this module has minted.
"""

import datetime as dt
import re
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from html import escape
from typing import Final

from corpus import Article
from corpus.errors import PullquoteError
from index import Index, Status
from rag import Answer, Checked, Claim, Done, Draft, Event, Filters, Found, Quote, Searching, TextDelta, Turn, query_stream
from rag.answering import make_turn
from rag.composing import UNSUPPORTED, also, also_in, byline, groups, is_prose, origin
from rag.writer import Writer
from ui.printing import CLOSEST, count, date_span, describe_search, describe_writer, moment

_SPACES = re.compile(r"\s+")
_APART = 0.07  # seconds between two states of a growing answer
_LISTED = 10  # problems that the header's tooltip names
CITATION: Final = "cite-"  # a citation's link is "#cite-TURN-NUMBER"
WELCOME = (
    '<div class="pq-welcome"><h2>Ask what the articles say</h2>'
    "<p>Every sentence of an answer rests on a verbatim quote. Click its number to read it in its article.</p></div>"
)
WAITING = '<div class="pq-empty">Click a citation to read the quote in its article.</div>'


@dataclass
class Growing:
    """An answer as far as it has come."""

    turn: int
    steps: str = ""
    claims: list[Claim] = field(default_factory=list)
    draft: str = ""

    def take(self, event: Event, conversation: "Conversation") -> None:
        """Take the next event; the citations that it brings become the conversation's."""
        if isinstance(event, Searching):
            self.steps = _step(f"Searching for “{event.searched.question}” …")
        elif isinstance(event, Found):
            self.steps = _step(describe_search(event.searched))
        elif isinstance(event, Draft):
            self.steps, self.draft = self.steps or _step("Understanding the question …"), event.text
        elif isinstance(event, Checked):
            self.claims.append(event.claim)
            mint(conversation, self.turn, [quote for claim in self.claims for quote in claim.quotes])

    def html(self) -> str:
        """Return what has come; a draft is shown as one."""
        waiting = "" if self.claims or self.draft or "Searched" not in self.steps else '<span class="pq-draft">…</span>'
        draft = f'<span class="pq-draft">{_text(self.draft)} … <em>not checked yet</em></span>' if self.draft else waiting
        return _answer(self.steps, f'<p class="pq-prose">{_prose(self.claims, self.turn)} {draft}</p>')


class Conversation:
    """One browser tab's turns. What a citation number stands for is known only here."""

    def __init__(self, id: str = "") -> None:
        self.id = id or secrets.token_hex(8)
        self.turns: list[Turn] = []
        self.answers: list[Answer] = []  # one for each turn
        self.citations: dict[str, Quote] = {}
        self.asked = ""  # the question being answered
        self.filters = Filters()  # that it is asked with
        self.infer = True  # whether filters are taken from it
        self.growing = Growing(1)  # its answer

    def add(self, question: str, answer: Answer) -> int:
        """Add a turn and mint its citations; return its number, from 1."""
        self.turns.append(make_turn(question, answer))
        self.answers.append(answer)
        mint(self, len(self.turns), (answer.instead or answer).quotes or answer.closest)
        return len(self.turns)

    def cut(self, turn: int) -> None:
        """Forget a turn and those after it."""
        del self.turns[turn - 1 :], self.answers[turn - 1 :]
        self.citations = {number: quote for number, quote in self.citations.items() if int(number.split("-")[0]) < turn}


def respond(question: str, conversation: Conversation, index: Callable[[], Index], writer: Writer | None = None) -> Iterator[str]:
    """Answer a question; yield the answer's HTML again and again as it grows. Errors become a message that says so."""
    growing = conversation.growing = Growing(len(conversation.turns) + 1)
    shown = 0.0
    try:
        asked = partial(query_stream, history=conversation.turns, filters=conversation.filters, infer=conversation.infer)
        for event in asked(question, index(), writer=writer):
            growing.take(event, conversation)
            if isinstance(event, Done):
                yield show_answer(event.answer, conversation.add(question, event.answer))
            elif not isinstance(event, TextDelta) and time.monotonic() - shown >= _APART:
                shown = time.monotonic()
                yield growing.html()
    except PullquoteError as error:
        yield _answer(_failure("This question could not be answered:", str(error)))


def show_stopped(conversation: Conversation) -> str:
    """Return what of an answer was checked when the reader stopped it."""
    growing = conversation.growing
    prose = f'<p class="pq-prose">{_prose(growing.claims, growing.turn)}</p>' if growing.claims else ""
    return _answer(growing.steps, prose, _step("Stopped. What the model was writing is left out."))


def show_answer(answer: Answer, turn: int) -> str:
    """Return a whole answer, the citations of a turn being minted."""
    steps = _step(describe_search(answer.searched))
    notes = "".join(f'<p class="pq-note">{_text(note)}</p>' for note in answer.notes)
    wrote = _step(describe_writer(answer)) if answer.writer else ""
    if answer.status == "failed" and answer.instead:
        failure = _failure("The model did not answer:", answer.text)
        return _answer(steps, failure, '<p class="pq-step">The answer in quotes:</p>', _quotes(answer.instead.quotes, turn))
    if answer.status == "not_found":
        return _answer(steps, notes, _not_found(answer, turn), wrote)
    if is_prose(answer):
        prose = f'<p class="pq-prose">{_prose(answer.claims, turn)}</p>'
        return _answer(steps, prose, notes, f'<div class="pq-sources">{_quotes(answer.quotes, turn)}</div>', wrote)
    return _answer(steps, notes, _quotes(answer.quotes, turn), wrote)


def _prose(claims: Sequence[Claim], turn: int) -> str:
    """Return claims as running text, each with the numbers of its quotes or the reason why it has none."""
    quotes = list(dict.fromkeys(quote for claim in claims for quote in claim.quotes))
    return " ".join(_claim(claim, [(quotes.index(quote) + 1, quote) for quote in claim.quotes], turn) for claim in claims)


def _claim(claim: Claim, numbered: Sequence[tuple[int, Quote]], turn: int) -> str:
    if claim.supported:
        before, _, last = _text(claim.text).rpartition(" ")
        cited = "".join(_link(quote, turn, number) for number, quote in numbered)
        return f'{before} <span class="pq-kept">{last} {cited}</span>'
    reason = f'<span class="pq-reason">({UNSUPPORTED}: {_text(claim.reason)})</span>'
    return f'<span class="pq-unsupported"><span class="pq-doubted">{_text(claim.text)}</span> {reason}</span>'


def _failure(what: str, why: str) -> str:
    return f'<div class="pq-failed" role="alert"><strong>{_text(what)}</strong> {_text(why)}</div>'


def show_question(question: str) -> str:
    """Return a question as its bubble shows it: as text, whatever was pasted into it."""
    return f'<div class="pq-question">{_text(question)}</div>'


def mint(conversation: Conversation, turn: int, quotes: Sequence[Quote]) -> None:
    """Make the different ones of `quotes` the citations of a turn, numbered from 1."""
    different = dict.fromkeys(quotes)
    conversation.citations.update((f"{turn}-{number}", quote) for number, quote in enumerate(different, start=1))


def _answer(*parts: str) -> str:
    return f'<div class="pq-answer">{"".join(parts)}</div>'


def _step(text: str) -> str:
    return f'<p class="pq-step">{_text(text)}</p>'


def _quotes(quotes: Sequence[Quote], turn: int) -> str:
    parts = []
    for part in groups(quotes):
        parts.append(f'<p class="pq-byline">{_byline(part.quotes[0])}</p>')
        parts += [_cited(quote, turn, number) for number, quote in enumerate(part.quotes, start=part.first)]
        elsewhere = also(part.quotes)
        parts += [f'<p class="pq-byline">{also_in(elsewhere)}</p>'] if elsewhere else []
    return "".join(parts)


def _cited(quote: Quote, turn: int, number: int) -> str:
    return f'<blockquote class="pq-quote">{_emphasized(quote)} {_link(quote, turn, number)}</blockquote>'


def _link(quote: Quote, turn: int, number: int) -> str:
    label = f"Citation {number}: open this quote in {quote.title}"
    return f'<a class="pq-cite" href="#{CITATION}{turn}-{number}" title="{_text(label)}">{number}</a>'


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
        f'<p class="pq-byline">{_byline(quote)}</p>{_cited(quote, turn, number)}' for number, quote in enumerate(answer.closest, start=1)
    )
    closest = f'<p class="pq-byline">{CLOSEST}</p>{closest}' if closest else ""
    return f'<p class="pq-notfound"><strong>{_text(answer.text)}</strong></p>{closest}{listed}'


def show_citation(citation: str, conversation: Conversation, index: Callable[[], Index]) -> str:
    """Return the article panel for a citation's number ("2-1"), its quote marked; a number not minted here is refused."""
    quote = conversation.citations.get(citation)
    if quote is None:
        return '<div class="pq-empty" role="alert">This citation is not from this conversation. Ask the question again.</div>'
    try:
        article = index().read(lambda snapshot: snapshot.article(quote.article_id))
    except PullquoteError:
        return _panel(quote.title, _rest(quote), _note("This article is no longer in the index. The quote was:", quote))
    if article.text[quote.start : quote.end] != quote.text:
        return _panel(
            article.title, _rest(article), _note("This article has changed since the answer. The quote was:", quote), _body(article.text)
        )
    return _panel(article.title, _rest(article), _elsewhere(quote), _marked(article.text, quote))


def _elsewhere(quote: Quote) -> str:
    """Return the other articles that have a quote's words too, with their outlets and dates."""
    if not quote.also:
        return ""
    listed = "".join(f"<li>{_text(byline(article))}</li>" for article in quote.also)
    return f'<div class="pq-byline">{also_in(quote.also).capitalize()}:<ul class="pq-nearest">{listed}</ul></div>'


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


def show_header(status: Status, writer: str = "") -> str:
    """Return the line above the conversation: what is being asked, how fresh it is, and who gets to see it."""
    generation = status.generation
    checked = moment(dt.datetime.fromisoformat(status.checked)) if status.checked else "never"
    listed = "; ".join(str(failure) for failure in status.failures[:_LISTED])
    failed = f' · <span class="pq-warn" title="{_text(listed)}">{count(len(status.failures), "problem")}</span>' if status.failures else ""
    facts = f"{count(generation.articles, 'article')} · {date_span(status)} · indexed {checked}"
    mode = f"answers written by {writer}, which gets the questions and the quotes found" if writer else "answers in quotes, on this machine"
    return f'<div class="pq-header"><h1>Pullquote</h1><p>{_text(facts)}{failed} · {_text(mode)}</p></div>'


def show_error(error: PullquoteError) -> str:
    """Return the header's place for an index that cannot be read."""
    return f'<div class="pq-header"><h1>Pullquote</h1><p class="pq-warn" role="alert">{_text(str(error))}</p></div>'


def _text(text: str) -> str:
    """Escape for HTML, on one line: the chat reads messages as Markdown, in which an empty line would end the HTML."""
    return escape(" ".join(text.split()))

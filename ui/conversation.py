"""One browser tab's conversation: what was asked, how far the answers are, and what their links stand for."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from index import ArticleHead
from rag import Answer, Claim, Filters, Quote, Turn
from rag.answering import make_turn
from rag.composing import also
from ui.listings import unquoted


@dataclass
class Exchange:
    """A question and its answer as far as it has come."""

    number: int  # in its conversation, from 1
    question: str
    filters: Filters = Filters()  # that it is asked with
    infer: bool = True  # whether filters are also taken from it
    quotes_only: bool = False  # whether no model is to be asked
    written: bool = False  # whether a model is asked, which takes its time
    steps: list[str] = field(default_factory=list)  # what was done for it, a phrase each
    claims: list[Claim] = field(default_factory=list)  # checked so far
    draft: str = ""  # what of the answer is not checked yet
    answer: Answer | None = None  # once it is whole
    failure: str = ""  # why there is none
    stopped: bool = False  # by the reader, before it was whole
    verdict: Literal["", "up", "down"] = ""  # what the reader said of it

    @property
    def waits(self) -> bool:
        """Whether nothing was done for it yet."""
        return not (self.steps or self.ended)

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return bool(self.answer or self.failure or self.stopped)


@dataclass
class Conversation:
    """The exchanges of one browser tab. What a link of its answers opens is known only here."""

    id: str = field(default_factory=lambda: secrets.token_hex(8))
    exchanges: list[Exchange] = field(default_factory=list)
    citations: dict[str, Quote] = field(default_factory=dict)  # by "EXCHANGE-NUMBER"
    articles: dict[str, ArticleHead] = field(default_factory=dict)  # named, not quoted; by "EXCHANGE-NUMBER"
    filters: Filters = Filters()  # for the next question
    infer: bool = True  # ... too
    quotes_only: bool = False  # ... too
    editing: int = 0  # number of the exchange that the next question replaces, 0 for none
    heard: int = 0  # number that the browser gave to the last question it sent
    drawn: int = field(default_factory=lambda: time.time_ns() // 1_000_000)  # number of the last state that the page was given
    tickets: int = 0  # given out to who is to answer what waits
    answering: bool = False  # whether the last of them does

    def ask(self, question: str) -> Exchange:
        """Append a question; it waits until those before it are answered."""
        self.exchanges.append(Exchange(len(self.exchanges) + 1, question, self.filters, self.infer, self.quotes_only))
        return self.exchanges[-1]

    @property
    def ticket(self) -> str:
        """The last ticket; no two of any conversations are the same."""
        return f"{self.id}-{self.tickets}"

    def waiting(self) -> Exchange | None:
        """Return the first exchange for which nothing was done."""
        return next((exchange for exchange in self.exchanges if exchange.waits), None)

    def stop(self) -> None:
        """End what has not ended."""
        self.answering = False
        for exchange in self.exchanges:
            exchange.stopped = not (exchange.answer or exchange.failure)

    def add(self, question: str, answer: Answer) -> int:
        """Append a question that has its answer; return its exchange's number."""
        exchange = self.ask(question)
        self.finish(exchange, answer)
        return exchange.number

    def finish(self, exchange: Exchange, answer: Answer) -> None:
        """Give an exchange its answer and mint the answer's links."""
        exchange.answer = answer
        whole = answer.instead or answer
        self.cite(exchange, whole.quotes or whole.closest)
        for number, article in enumerate(named(whole), start=1):
            self.articles[f"{exchange.number}-{number}"] = article

    def cite(self, exchange: Exchange, quotes: Sequence[Quote]) -> None:
        """Mint the different ones of `quotes` as an exchange's citations, numbered from 1."""
        for number, quote in enumerate(dict.fromkeys(quotes), start=1):
            self.citations[f"{exchange.number}-{number}"] = quote

    def turns(self, before: Exchange) -> list[Turn]:
        """Return what the question of an exchange may refer to."""
        earlier = self.exchanges[: before.number - 1]
        return [make_turn(exchange.question, exchange.answer) for exchange in earlier if exchange.answer]

    def cut(self, number: int) -> None:
        """Forget an exchange and those after it."""
        del self.exchanges[number - 1 :]
        self.citations = {link: quote for link, quote in self.citations.items() if exchange_of(link) < number}
        self.articles = {link: article for link, article in self.articles.items() if exchange_of(link) < number}


def exchange_of(link: str) -> int:
    """Return the number of the exchange that a link is of."""
    return int(link.split("-")[0])


def named(answer: Answer) -> list[ArticleHead]:
    """Return the articles that an answer names without quoting them, in the order shown."""
    return list(dict.fromkeys([*also(answer.quotes), *answer.nearest, *unquoted(answer)]))

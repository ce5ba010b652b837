"""What programs may ask: the same functions over HTTP (`ui.publishing`) and over MCP (`ui.mcp_server`). No Gradio here.

Replies are plain dictionaries that JSON can hold; docs/api.md describes them. Requests come from strangers: every argument is checked.
"""

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from typing_extensions import TypedDict  # pydantic, and so MCP, understands Python 3.11's own not

from corpus.errors import ArticleNotFoundError, PullquoteError, QuestionError, SettingError, shown
from index import ArticleHead, Index
from rag import Answer, Claim, Filters, Quote, Section, Turn, brief, query
from rag.answering import open_index, search
from rag.types import Status
from rag.writers.writer import Writer
from ui.settings import Settings

MOST = 50  # articles in one reply of `search_articles`
_TURNS = 50  # of a conversation that `ask` takes
_SOURCES = 100
_LONGEST = 20_000  # characters of an argument
_LOG = logging.getLogger("pullquote")

Tell = Callable[[PullquoteError], str]  # what somebody is told of an error
OUT_OF_ORDER = "the articles cannot be read at the moment; try again, or ask whoever runs this server, whose log says why"


class Head(TypedDict):
    """An article without its text; what it does not state is null, or no author."""

    id: str
    title: str
    date: str | None  # ISO 8601
    source: str | None  # outlet
    url: str | None
    authors: list[str]


class FoundArticle(Head):
    """An article that was found, and the passage of it that fits best."""

    passage: str
    start: int  # of the passage in the article's text, characters, half-open
    end: int


class WholeArticle(Head):
    """An article with the text that quotes refer to."""

    text: str


class QuoteReply(TypedDict):
    """A verbatim slice of an article: characters `start` to `end` of its text are `text`."""

    text: str
    start: int
    end: int
    article_id: str
    title: str
    date: str | None
    source: str | None
    url: str | None


class ClaimReply(TypedDict):
    """One sentence of an answer and what it rests on; `reason` says why it is not supported."""

    text: str
    supported: bool
    reason: str
    quotes: list[QuoteReply]


class AnswerReply(TypedDict):
    """The outcome of a question; `text` says what happened if the model `failed`, and `instead` is the answer in quotes."""

    status: Status
    text: str
    claims: list[ClaimReply]
    searched: str  # the question as it was searched for, with what a follow-up leaves out
    confidence: float  # that the articles answer it, 0 to 1
    nearest: list[Head]  # if they do not
    closest: list[QuoteReply]  # what was found if they do not: no evidence
    instead: list[QuoteReply]
    notes: list[str]
    writer: str  # the model that was asked, and its host; empty if none was


class EntryReply(TypedDict):
    """Quotes of a briefing that belong together: under a day, somebody's name and role, amounts of one thing, or nothing."""

    heading: str
    quotes: list[QuoteReply]


class SectionReply(TypedDict):
    """A part of a briefing; its kind is "timeline", "actors", "figures", "open" or "more"."""

    kind: str
    title: str
    entries: list[EntryReply]


class BriefingReply(TypedDict):
    """What the articles have on a topic; for `not_found`, the articles that come closest."""

    status: Status
    sections: list[SectionReply]
    nearest: list[Head]
    notes: list[str]


class PastTurn(TypedDict):
    """A question of the conversation before, and the `text` it was answered with."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Api:
    """The functions that programs may call. They raise `SettingError` for an argument that cannot be used."""

    settings: Settings
    writer: Writer | None = None
    check_pace: Callable[[], None] = lambda: None  # raises `QuestionError` if the caller asks too fast

    def search_articles(
        self, query: str, after: str = "", before: str = "", sources: list[str] | None = None, limit: int = 10
    ) -> list[FoundArticle]:
        """Find articles by words and by meaning, best first, each with the passage that fits best.

        `after` and `before` are days such as 2024-02-29, inclusive (undated articles are then left out), `sources` outlets; `limit` is
        at most 50. Raises `QuestionError` if there is nothing to search for.
        """
        if not isinstance(limit, int) or not 1 <= limit <= MOST:
            raise SettingError(f"limit is {shown(limit)}; expected a number from 1 to {MOST}")
        hits = search(_text("query", query), self._index_to_ask(), _filters(after, before, sources))
        best = {hit.passage.article_id: hit.passage for hit in reversed(hits)}
        order = list(dict.fromkeys(hit.passage.article_id for hit in hits))[:limit]
        passages = [best[article] for article in order]
        return [{**_head(found.article), "passage": found.text, "start": found.start, "end": found.end} for found in passages]

    def ask(
        self,
        question: str,
        after: str = "",
        before: str = "",
        sources: list[str] | None = None,
        quotes_only: bool = False,
        history: list[PastTurn] | None = None,
    ) -> AnswerReply:
        """Answer a question from the articles; every sentence rests on verbatim quotes, or is marked as not supported.

        `after`, `before` and `sources` are as for `search_articles`. With `quotes_only` no language model is asked. `history` has the
        conversation before, oldest turn first, for a question such as "And Poland?". Raises `QuestionError` if there is nothing to
        search for.
        """
        answer = query(
            _text("question", question),
            self._index_to_ask(),
            filters=_filters(after, before, sources),
            history=_turns(history),
            writer=None if quotes_only else self.writer,
        )
        return _answer(answer)

    def brief(self, topic: str, after: str = "", before: str = "", sources: list[str] | None = None) -> BriefingReply:
        """Brief on a topic in verbatim quotes: timeline, who says what, figures, and what is left open.

        `topic` is a few words, such as "ground troops in Ukraine"; the other arguments are as for `search_articles`. Raises
        `QuestionError` if there is nothing to search for.
        """
        made = brief(_text("topic", topic), self._index_to_ask(), filters=_filters(after, before, sources))
        return {
            "status": made.status,
            "sections": [_section(section) for section in made.sections],
            "nearest": [_head(head) for head in made.nearest],
            "notes": list(made.notes),
        }

    def get_article(self, article_id: str) -> WholeArticle:
        """Return a whole article by the id that a quote or a search gives. Raises `ArticleNotFoundError`."""
        wanted = _text("article_id", article_id)
        head, article = self._index().read(lambda snapshot: (snapshot.head(wanted), snapshot.article(wanted)))
        return {**_head(head), "text": article.text}

    def _index_to_ask(self) -> Index:
        self.check_pace()
        return self._index()

    def _index(self) -> Index:
        return open_index(self.settings.index, self.settings.chroma_url)


def tell(error: PullquoteError) -> str:
    """Return what a caller is told: nothing of this machine's folders, which the log gets instead."""
    if isinstance(error, QuestionError | SettingError | ArticleNotFoundError):
        return str(error)
    _LOG.error("a call failed: %s", error)
    return OUT_OF_ORDER


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise SettingError(f"{name} is {shown(value)}; expected a text of at most {_LONGEST:,} characters")
    return value


def _filters(after: str, before: str, sources: list[str] | None) -> Filters:
    if not isinstance(sources, list | None) or len(sources or ()) > _SOURCES:
        raise SettingError(f"sources is {shown(sources)}; expected a list of at most {_SOURCES} outlets")
    named = frozenset(_text("sources", source) for source in sources or ())
    return Filters(_day("after", after), _day("before", before), named)


def _day(name: str, value: object) -> dt.date | None:
    if value in ("", None):
        return None
    try:
        return dt.date.fromisoformat(_text(name, value))
    except ValueError as error:
        raise SettingError(f"{name} is {shown(value)}; expected a day such as 2024-02-29") from error


def _turns(history: object) -> list[Turn]:
    if history is None:
        return []
    if not isinstance(history, list) or len(history) > _TURNS or not all(isinstance(turn, dict) for turn in history):
        raise SettingError(f"history is {shown(history)}; expected a list of at most {_TURNS} turns, each with question and answer")
    return [Turn(_text("question", turn.get("question")), _text("answer", turn.get("answer", ""))) for turn in history]


def _head(head: ArticleHead) -> Head:
    return {
        "id": head.id,
        "title": head.title,
        "date": _iso(head.date),
        "source": head.source,
        "url": head.url,
        "authors": list(head.authors),
    }


def _quotes(quotes: Sequence[Quote]) -> list[QuoteReply]:
    return [
        {
            "text": quote.text,
            "start": quote.start,
            "end": quote.end,
            "article_id": quote.article_id,
            "title": quote.title,
            "date": _iso(quote.date),
            "source": quote.source,
            "url": quote.url,
        }
        for quote in quotes
    ]


def _claim(claim: Claim) -> ClaimReply:
    return {"text": claim.text, "supported": claim.supported, "reason": claim.reason, "quotes": _quotes(claim.quotes)}


def _section(section: Section) -> SectionReply:
    entries: list[EntryReply] = [{"heading": entry.heading, "quotes": _quotes(entry.quotes)} for entry in section.entries]
    return {"kind": section.kind, "title": section.title, "entries": entries}


def _answer(answer: Answer) -> AnswerReply:
    return {
        "status": answer.status,
        "text": answer.text,
        "claims": [_claim(claim) for claim in answer.claims],
        "searched": answer.searched.question,
        "confidence": round(answer.confidence, 3),
        "nearest": [_head(head) for head in answer.nearest],
        "closest": _quotes(answer.closest),
        "instead": _quotes(answer.instead.quotes) if answer.instead else [],
        "notes": list(answer.notes),
        "writer": answer.writer,
    }


def _iso(date: dt.date | None) -> str | None:
    return date.isoformat() if date else None

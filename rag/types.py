"""What a question comes back as. Every stage of an answer keeps its own field: asked, searched, found, written, checked."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from index import ArticleHead, Passage

Status = Literal["answered", "not_found", "failed"]

NOT_FOUND = "The articles do not say."


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles may answer. With a date bound, undated articles may not: their day is not known."""

    after: dt.date | None = None  # first day, inclusive
    before: dt.date | None = None  # last day, inclusive
    sources: frozenset[str] = frozenset()  # outlets, compared without case; empty for all
    speaker: str = ""  # only what this person or body said is quoted; it limits sentences, not articles; empty for everybody

    def allow(self, article: ArticleHead) -> bool:
        """Whether an article may answer."""
        if (self.after or self.before) and article.date is None:
            return False
        if article.date and ((self.after and article.date < self.after) or (self.before and article.date > self.before)):
            return False
        return not self.sources or (article.source or "").casefold() in {source.casefold() for source in self.sources}


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim slice of an article: `article.text[start:end] == text`, always.

    `answer` are the characters of the article's text, within the quote, that answer the question by themselves, where the
    reader is sure of them.
    """

    text: str
    start: int  # characters of the article's text, half-open
    end: int
    article_id: str
    title: str
    date: dt.date | None = None  # None where the article does not state one
    source: str | None = None
    url: str | None = None
    answer: tuple[int, int] | None = None
    updated: dt.date | None = None  # day of the article's last update or correction, where it states one
    also: tuple[ArticleHead, ...] = ()  # other articles that have these words too: copies and rewrites
    speaker: str = ""  # who says it, in full as the article has it; empty where the article itself does
    role: str = ""  # what the article says that the speaker is: "German Chancellor"
    via: str = ""  # the outlet that it was said to or is quoted from, where the article names one
    direct: bool = False  # whether the speaker's own words, between quotation marks, are most of what they are quoted with
    part: str = ""  # heading under which it stands, where an answer has parts


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer, and the quotes it rests on: none if it is unsupported, and `reason` says why."""

    text: str
    supported: bool
    quotes: tuple[Quote, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a writer took for one answer, as its server counts."""

    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage."""

    passage: Passage
    score: float  # reciprocal rank fusion over words and vectors; higher is better, comparable within one question only


@dataclass(frozen=True, slots=True)
class Searched:
    """What was actually searched for, and how much of it there was."""

    question: str  # standalone: what a follow-up refers to is filled in
    filters: Filters = Filters()
    as_of: dt.date | None = None  # articles dated later were left out
    inferred: Filters = Filters()  # what of `filters` was taken from the question: "last week"
    undated: int = 0  # articles that a bound of `filters` left out because they state no date
    generation: int = 0  # of the index
    articles: int = 0  # in that generation
    found_passages: int = 0  # retrieved
    found_articles: int = 0  # that these come from

    @property
    def given(self) -> Filters:
        """The filters that were not taken from the question."""
        inferred, filters = self.inferred, self.filters
        return Filters(
            None if inferred.after else filters.after,
            None if inferred.before else filters.before,
            filters.sources - inferred.sources,
            "" if inferred.speaker else filters.speaker,
        )


@dataclass(frozen=True, slots=True)
class Mention:
    """An article that a question about the archive asks for."""

    article: ArticleHead
    quote: Quote | None  # the first sentence that mentions it; the article's first one where only the title does
    sentences: int = 0  # that mention it


@dataclass(frozen=True, slots=True)
class Listing:
    """What a question about the archive comes to: every article that matches, not only those that are shown."""

    sentence: str  # "4 of 5 articles mention “Macron”."
    mentions: tuple[Mention, ...]  # in the order asked for: newest first, or oldest; undated ones last


@dataclass(frozen=True, slots=True)
class Stated:
    """One of several amounts, or days, that are stated for the same thing."""

    text: str  # an amount as the article has it, "100,000 to 150,000"; a day as "15 September 2027"
    when: str  # "11 February": the time that its sentence names, else the article's date; empty where neither is known
    speaker: str  # who says it; empty where the article itself does
    quote: Quote  # where it stands, one of the answer's in quotes


@dataclass(frozen=True, slots=True)
class Conflict:
    """Amounts of the same thing, or days for it, that cannot all be right, or have changed."""

    stated: tuple[Stated, ...]  # each amount or day once, oldest first; those of unknown time last
    of: Literal["figures", "dates"] = "figures"


@dataclass(frozen=True, slots=True)
class Part:
    """One of the questions that a question was taken apart into."""

    question: str  # standalone
    heading: str  # under which its quotes stand: it begins their `part`
    answered: bool  # whether the articles say; each part is answered or refused on its own


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of one question.

    `answered`: every claim of `claims` is in `text`, in the order shown. `not_found`: the articles do not say; `text` says
    so, `nearest` holds the articles that come closest and `closest` what was found instead, if that was close. `failed`:
    the writer broke; `text` says what happened and what to do, `instead` is the answer in quotes.
    """

    status: Status
    text: str
    claims: tuple[Claim, ...] = ()
    hits: tuple[Hit, ...] = ()  # what was retrieved, best first
    searched: Searched = Searched("")
    confidence: float = 0.0  # estimated probability that the articles answer the question, 0 to 1
    nearest: tuple[ArticleHead, ...] = ()
    closest: tuple[Quote, ...] = ()  # no evidence: it does not answer the question
    timings: Mapping[str, float] = field(default_factory=dict)  # stage -> seconds
    writer: str = ""  # the model that was asked and the host it is on; empty if none was
    usage: Usage | None = None  # of the writer, if its server says
    notes: tuple[str, ...] = ()  # what a reader should know of how the answer came about, a sentence each
    instead: "Answer | None" = None
    listing: Listing | None = None  # of a question about the archive; `claims` then are its first mentions
    conflict: Conflict | None = None  # where quotes state different amounts of what is asked for, or different days
    parts: tuple[Part, ...] = ()  # of a comparison, or of several questions in one; without them it was one

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """The different quotes of all claims, in the order shown; the first is citation [1]."""
        return tuple(dict.fromkeys(quote for claim in self.claims for quote in claim.quotes))


@dataclass(frozen=True, slots=True)
class Entry:
    """Quotes of a briefing that belong together under a heading: a day, somebody with their role, amounts of one thing; or none."""

    heading: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a briefing: what happened, who says what, how much, what is left open; what else is reported, where that is little."""

    kind: Literal["timeline", "actors", "figures", "open", "more"]
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Briefing:
    """What the articles have on a topic. `not_found`: they do not say; `nearest` holds the articles that come closest."""

    topic: str
    status: Literal["answered", "not_found"]
    sections: tuple[Section, ...] = ()  # those that have something
    searched: Searched = Searched("")
    nearest: tuple[ArticleHead, ...] = ()
    notes: tuple[str, ...] = ()  # what a reader should know of how it came about, a sentence each

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """The different quotes of all sections, in the order shown; the first is citation [1]."""
        return tuple(dict.fromkeys(quote for section in self.sections for entry in section.entries for quote in entry.quotes))


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation and the answer it got."""

    question: str  # as it was asked
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Searching:
    """Event: the search begins."""

    searched: Searched


@dataclass(frozen=True, slots=True)
class Found:
    """Event: passages were retrieved; the counts are in `searched`."""

    searched: Searched


@dataclass(frozen=True, slots=True)
class Draft:
    """Event: the sentence that the writer is at, as far as it has come; nothing of it is checked. Empty while it is thinking."""

    text: str


@dataclass(frozen=True, slots=True)
class TextDelta:
    """Event: a piece of the answer's text; all pieces together are `answer.text`."""

    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """Event: a claim was checked against its quotes."""

    claim: Claim


@dataclass(frozen=True, slots=True)
class Done:
    """Event: the last one, with the whole answer."""

    answer: Answer


Event = Searching | Found | Draft | Checked | TextDelta | Done

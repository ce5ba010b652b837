"""Answers in verbatim quotes: the Python API.

`answering` goes through the stages, each a module here: `question`, `retrieval`, `ranking`, `reading`, `decision`, `composing`. Beside
them: `understanding` (limits, parts and follow-ups), `quotations` (who said it), `writers` and `checks` (language models, and whether
the quotes say what they write), `briefings`, and `evals` (how good all this is).
"""

from rag.answering import Session, query, query_stream
from rag.briefings.briefing import brief
from rag.types import (
    NOT_FOUND,
    Answer,
    Briefing,
    Checked,
    Claim,
    Conflict,
    Done,
    Draft,
    Entry,
    Event,
    Filters,
    Found,
    Hit,
    Listing,
    Mention,
    Part,
    Quote,
    Searched,
    Searching,
    Section,
    Stated,
    TextDelta,
    Turn,
    Usage,
)

__all__ = [
    "NOT_FOUND",
    "Answer",
    "Briefing",
    "Checked",
    "Claim",
    "Conflict",
    "Done",
    "Draft",
    "Entry",
    "Event",
    "Filters",
    "Found",
    "Hit",
    "Listing",
    "Mention",
    "Part",
    "Quote",
    "Searched",
    "Searching",
    "Section",
    "Session",
    "Stated",
    "TextDelta",
    "Turn",
    "Usage",
    "brief",
    "query",
    "query_stream",
]

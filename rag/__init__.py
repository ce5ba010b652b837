"""Answers in verbatim quotes: the Python API."""

from rag.answering import Session, query, query_stream
from rag.types import (
    NOT_FOUND,
    Answer,
    Checked,
    Claim,
    Done,
    Draft,
    Event,
    Filters,
    Found,
    Hit,
    Quote,
    Searched,
    Searching,
    TextDelta,
    Turn,
    Usage,
)

__all__ = [
    "NOT_FOUND",
    "Answer",
    "Checked",
    "Claim",
    "Done",
    "Draft",
    "Event",
    "Filters",
    "Found",
    "Hit",
    "Quote",
    "Searched",
    "Searching",
    "Session",
    "TextDelta",
    "Turn",
    "Usage",
    "query",
    "query_stream",
]

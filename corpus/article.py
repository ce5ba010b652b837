"""One news article, as the rest of Pullquote sees it."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Article:
    """One news text with what it states about itself.

    `text` is the cleaned body; every offset anywhere in Pullquote counts its characters, half-open.
    What neither the text nor its front matter states stays None or empty: nothing is guessed.
    """

    id: str  # a file's path below the corpus folder ("2024/kyiv.txt"), or the "id" of a JSON line
    title: str  # the headline; where there is none, the opening words
    text: str  # cleaned body, never empty
    date: datetime.date | None = None  # day of publication
    source: str | None = None  # outlet
    url: str | None = None
    authors: tuple[str, ...] = ()
    updated: datetime.date | None = None  # day of the last update or correction that it states; after `date`, where there is one
    notes: tuple[str, ...] = ()  # what it states that could not be understood; completes "<location> ..."

"""How well an answer is supported, in words: a figure would claim more than is known.

`describe_support` takes the first of these that is true:

================  ==========================================================================================
"Partly"          a model wrote sentences that the quotes do not support
"Uncertain"       the articles are not much more likely than not to answer the question: confidence below `SURE`
"One quote only"  there is no second one
"One article"     all quotes are from one article
"Well supported"  none of these: quotes from several articles
================  ==========================================================================================
"""

from dataclasses import dataclass
from typing import Literal

from rag.types import Answer

SURE = 0.6  # confidence
Level = Literal["well", "thin", "doubtful"]


@dataclass(frozen=True, slots=True)
class Support:
    """How well an answer is supported."""

    level: Level
    words: str
    because: str


def describe_support(answer: Answer) -> Support:
    """Return how well an answer that was given is supported, and why it is said to be."""
    unsupported = sum(not claim.supported for claim in answer.claims)
    articles = len({quote.article_id for quote in answer.quotes})
    if unsupported:
        sentences = f"{unsupported} of {len(answer.claims)} sentence{'' if len(answer.claims) == 1 else 's'}"
        return Support("doubtful", "Partly supported", f"The quotes do not support {sentences}.")
    if answer.confidence < SURE:
        return Support("doubtful", "Uncertain", "The quotes may not be what was asked for.")
    if len(answer.quotes) == 1:
        copies = f" It stands in {len(answer.quotes[0].also) + 1} articles." if answer.quotes[0].also else ""
        return Support("thin", "One quote only", f"Nothing else that was found says so.{copies}")
    if articles == 1:
        all_of_them = "Both" if len(answer.quotes) == 2 else f"All {len(answer.quotes)}"
        return Support("thin", "One article", f"{all_of_them} quotes are from it.")
    return Support("well", "Well supported", f"{len(answer.quotes)} quotes from {articles} articles.")

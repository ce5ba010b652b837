"""Widen a sentence until it can be understood on its own: a "he" gets its name, a quotation its speaker.

In news the name or the figure that is asked for often stands in the sentence before or after the one that speaks of the
matter, so a short neighbour that the reader finds to the point comes along too.
"""

import re
from collections.abc import Mapping

from index.passages import Span
from rag.ranking import Ranked
from rag.sentence import Sentence, is_finished, take_apart

QUOTE_LENGTH = 500  # characters up to which neighbours that are to the point are quoted along
_BACK = 2  # sentences that are looked back for what a sentence points to
TO_THE_POINT = -2.0  # score from which the next sentence comes along
TO_OPEN_WITH = 0.5  # ... from which the one before does, with which the quote then begins
MAX_WIDENED = 600  # characters up to which those are that the sentence cannot be understood without

# A sentence that speaks of what came before: "He said ...", "On her first visit ...", "“We will not,” she added."
_POINTS_BACK = re.compile(
    r"""^["“‘(]*(?:(?:On|In|At|After|Before|During|With|For|From|By|When|While|But|And|Yet|So|Instead|However|Then),?[ ])?
        (?:[Hh]e|[Ss]he|[Tt]hey|[Ii]t|[Hh]is|[Hh]er|[Tt]heir|[Ii]ts|[Tt]his|[Tt]hat|[Tt]hese|[Tt]hose|[Bb]oth)\b
    | ^["“‘(]*(?:When[ ]asked|Asked)[ ][^,.]*\b(?:he|she|they)\b
    | ^["“‘(]*(?:On|At)[ ]the[ ]same[ ] | ^["“‘(]*The[ ](?:former|latter|diplomat|minister|president|official|politician)\b
    | ["”’],?[ ](?:he|she|they)[ ]\w+ | ["”’],?[ ](?:said|says|added|told|asked)[ ](?:he|she|they|the[ ](?:former|latter|diplomat))\b""",
    re.VERBOSE,
)
_SAYS = re.compile(
    r"\b(?:said|says|told|tells|added|adds|asked|wrote|writes|stated|warned|argued|insisted|tweeted|according to|announced|explained)\b"
)
_OPEN, _CLOSE = "“", "”"


def widen(candidate: Ranked, scores: Mapping[Span, float]) -> Span:
    """Return the characters to quote: the sentence and those beside it that belong to it.

    `scores` holds what the reader makes of the article's sentences that it has read and that may still be quoted.
    """
    sentences = take_apart(candidate.passage)
    place = sentences.index(candidate.sentence)
    first, last = _needed(sentences, place)
    if _length(sentences, first, last) > MAX_WIDENED:
        first = last = place
    for neighbour, enough in ((last + 1, TO_THE_POINT), (first - 1, TO_OPEN_WITH)):
        if 0 <= neighbour < len(sentences) and scores.get(sentences[neighbour].span, enough) > enough:
            wider = min(first, neighbour), max(last, neighbour)
            # Behind a heading or a stand-first, another sentence would run on as if it were one with it.
            if _length(sentences, *wider) <= QUOTE_LENGTH and is_finished(sentences[min(neighbour, last)].text):
                first, last = wider
    return sentences[first].span[0], sentences[last].span[1]


def _length(sentences: tuple[Sentence, ...], first: int, last: int) -> int:
    return sentences[last].span[1] - sentences[first].span[0]


def _needed(sentences: tuple[Sentence, ...], place: int) -> tuple[int, int]:
    """Return the first and the last of the sentences that one cannot be understood without."""
    if _is_inside_quotation(sentences[place]):
        return _with_speaker(sentences, place)
    first = place
    while first > 0 and place - first < _BACK and _points_back(sentences[first]):
        first -= 1
    return first, place


def _points_back(sentence: Sentence) -> bool:
    return bool(_POINTS_BACK.search(sentence.text))


def _is_inside_quotation(sentence: Sentence) -> bool:
    """Whether a sentence is a part of what somebody said, and does not say who."""
    return _unclosed(sentence.text) != 0 or _is_all_quoted(sentence.text)


def _is_all_quoted(text: str) -> bool:
    return text[0] in '"“' and text[-1] in '"”' and not _SAYS.search(text)


def _unclosed(text: str) -> int:
    """Return how many quotation marks are opened and not closed (above 0) or closed and not opened (below 0)."""
    if _OPEN in text or _CLOSE in text:
        return text.count(_OPEN) - text.count(_CLOSE)
    return text.count('"') % 2 * (1 if text.startswith('"') else -1)


def _with_speaker(sentences: tuple[Sentence, ...], place: int) -> tuple[int, int]:
    """Return the first and the last sentence of a quotation together with the one that names its speaker."""
    first = last = place
    while first > 0 and _unclosed(sentences[first].text) < 0 and place - first < 3:
        first -= 1
    while last + 1 < len(sentences) and _unclosed(sentences[last].text) > 0 and last - place < 3:
        last += 1
    run = sentences[first : last + 1]
    if any(_SAYS.search(sentence.text) for sentence in run):
        return first, last
    if last + 1 < len(sentences) and _SAYS.search(sentences[last + 1].text[:60]):
        return first, last + 1
    return max(first - 1, 0), last

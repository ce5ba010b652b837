"""Make a question of a conversation stand alone."""

import re
from collections.abc import Sequence

from rag.question import understand
from rag.types import Turn

_FEW = 3  # words of meaning that a follow-up has at most: "And what about Poland?"

_FOLLOW_UP = re.compile(r"^\s*(?:and|but|so|what about|how about|and what about|also)\b", re.I)
_PRONOUN = re.compile(r"\b(?:he|him|his|she|her|hers|they|them|their|theirs|it|its|that|this|those|these|there)\b", re.I)


def make_standalone(text: str, history: Sequence[Turn]) -> str:
    """Fill a follow-up's gaps from the questions before: "And Poland?" after "Who ruled out troops?" asks about both.

    A question that names its own subject is returned as it is, so that a new topic does not drag the old one along. A
    further "And Spain?" takes the place of "And Poland?"; "What did he say?" is asked about both.
    """
    if not history or not _is_follow_up(text):
        return text
    asked = [turn.question for turn in history]
    first = next((place for place in reversed(range(len(asked))) if not _is_follow_up(asked[place])), 0)
    kept = [asked[first]]
    if first < len(asked) - 1 and not _FOLLOW_UP.match(text):
        kept.append(asked[-1])
    return ": ".join([*(question.rstrip("?!. ") for question in kept), text])


def _is_follow_up(text: str) -> bool:
    """Whether a question leans on the one before: it opens like one, names nothing of its own, or has a pronoun for it."""
    own = understand(text)
    refers = bool(_PRONOUN.search(text)) and not own.names
    return refers or not own.terms or (bool(_FOLLOW_UP.match(text)) and len(own.terms) <= _FEW)

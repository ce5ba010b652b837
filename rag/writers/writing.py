"""Let a writer put quotes into words, and check every sentence of it against them."""

import re
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from corpus.errors import WriterError
from rag.checks.agreement import content
from rag.checks.checking import Verdict, check
from rag.facts import words
from rag.names import find_names
from rag.types import Checked, Claim, Draft, Quote, Turn, Usage
from rag.understanding.conversation import MAX_REWRITE, accept_rewrite
from rag.writers.prompts import ANSWER, STANDALONE, ask_for_answer, ask_for_standalone
from rag.writers.prose import Sentence, SentenceCutter
from rag.writers.writer import Writer

MAX_LENGTH = 3000  # characters of an answer
_FEW = 3  # words of meaning that a fragment has at most
# What says that something is not said: no claim, and no quote can support it.
_GAP = re.compile(
    r"""^\W*(?: (?:unfortunately|however|but|sorry)\b\W* | i['’]m\ sorry\b\W* | i\ am\ sorry\b\W* )*
    (?: (?:there\ is|there['’]s)\ (?:no|not\ enough|insufficient)\ (?:information|mention|evidence|answer|indication)
      | (?:the|these|this|those|given|provided|none\ of\ the)\ (?:\w+\ ){0,2}(?:articles?|quotes?|texts?|sources?|passages?|information)\b
        \ (?:\w+\ ){0,2}? (?: (?:do|does|did|is|are|can)(?:\ not|n['’]t)\b | cannot\b
          | says?\ nothing | contains?\ no | mentions?\ no | fail )
      | (?:it|this)\ (?:is|was|remains)\ (?:unclear|unknown|uncertain|not\ (?:clear|known|stated|mentioned|specified|said))
      | i\ (?:cannot|can['’]?t|do\ not|don['’]t|could\ not|couldn['’]t)\b
      | no\ (?:information|answer|quote|article)\b )""",
    re.IGNORECASE | re.VERBOSE,
)
_PRONOUN = re.compile(r"(?:He|She)\b")
_ASKING = frozenset("who whom whose what which when where why how".split())
# Speaks of the articles themselves. "The article says that ..." is checked for what it says they say.
_OF_ARTICLES = re.compile(
    r"(?:the|this|these|that|those|both|all) (?:\w+ ){0,2}?(?:article|quote|passage|text|report|source)s? (?:also |then |further )?"
    r"(?:(?:is|are) about|provid|contain|discuss|cover|focus|highlight|conclud|revolv|explor|deal|talk|summar|giv|offer)\w*",
    re.IGNORECASE,
)
NO_CLAIM = "this speaks of the articles, not of what they tell"
REPEATS = "this only repeats the question"
CUT: Final = "The model was cut off at the longest answer it may give; the sentence it was at is left out."


@dataclass(frozen=True, slots=True)
class Written:
    """What came of a writer's text."""

    claims: tuple[Claim, ...] = ()  # in the order written
    gaps: tuple[str, ...] = ()  # sentences that say what the articles do not say
    notes: tuple[str, ...] = ()
    usage: Usage | None = None


def write_claims(question: str, quotes: Sequence[Quote], writer: Writer) -> Generator[Draft | Checked, None, Written]:
    """Ask for an answer that rests on the quotes; yield it as it grows, and return its checked sentences. Raises `WriterError`."""
    cutter, taken, usage, cut = SentenceCutter(), _Taken(question, quotes), None, False
    length = 0
    with closing(writer.write(ANSWER, ask_for_answer(question, quotes))) as pieces:
        for piece in pieces:
            usage, cut = piece.usage or usage, cut or piece.cut
            for sentence in cutter.feed(piece.text):
                yield from taken.take(sentence)
            yield Draft(cutter.draft)
            length += len(piece.text)
            if length > MAX_LENGTH:  # a model that talks on and on
                cut = True
                break
    left = list(cutter.rest())
    for sentence in left[:-1] if cut else left:
        yield from taken.take(sentence)
    if not taken.claims and not taken.gaps:
        raise WriterError(f"{writer.name} wrote nothing that could be an answer; try again, or another model")
    return Written(tuple(taken.claims), tuple(taken.gaps), taken.notes(cut), usage)


def write_standalone(question: str, history: Sequence[Turn], writer: Writer) -> Generator[Draft, None, tuple[str | None, Usage | None]]:
    """Ask for a question that can be understood without the turns before; return it, None if it is no such. Raises `WriterError`."""
    text, line, usage = "", "", None
    with closing(writer.write(STANDALONE, ask_for_standalone(question, history))) as pieces:
        for piece in pieces:
            text, usage = text + piece.text, piece.usage or usage
            line, *more = text.lstrip().split("\n", 1)
            if more or len(line) > MAX_REWRITE:  # a model that talks on
                break
            yield Draft("")
    return accept_rewrite(line, question, history), usage


class _Taken:
    """The sentences taken so far. What claims nothing ("The answer is:") is left out, and what was written before."""

    def __init__(self, question: str, quotes: Sequence[Quote]) -> None:
        self._question = question
        self._quotes = quotes
        self._unknown: list[int] = []  # numbers cited that were not given
        self._people: list[str] = []  # named in the last sentence that names any
        self.claims: list[Claim] = []
        self.gaps: list[str] = []

    def take(self, sentence: Sentence) -> Generator[Checked, None, None]:
        given = [number for number in sentence.numbers if 1 <= number <= len(self._quotes)]
        self._unknown += [number for number in sentence.numbers if number not in given]
        if _GAP.search(sentence.text):
            self.gaps.append(sentence.text)
        elif sentence.text[-1] not in ":?" and sentence.text not in {claim.text for claim in self.claims}:
            cited = [self._quotes[number - 1] for number in given]
            verdict = self._check(sentence.text, cited, [quote for quote in self._quotes if quote not in cited])
            self.claims.append(Claim(sentence.text, verdict.supported, verdict.quotes, verdict.reason))
            yield Checked(self.claims[-1])

    def _check(self, text: str, cited: Sequence[Quote], others: Sequence[Quote]) -> Verdict:
        """Check a sentence.

        One that speaks of the articles themselves, or only repeats the question, is no claim. One that opens with "He" or
        "She" must hold of somebody named last too, and a mere name or number together with the question that it answers.
        """
        if _OF_ARTICLES.match(text):
            return Verdict(False, 0.0, (), NO_CLAIM)
        if self._repeats(text):
            return Verdict(False, 0.0, (), REPEATS)
        readings = []
        if pronoun := _PRONOUN.match(text):
            readings = [person + text[pronoun.end() :] for person in self._people]
        elif 0 < len(content(text)) <= _FEW:
            readings = [f"{self._question.rstrip('?')}: {text}"]
        verdict = check(text, cited, others)
        if readings and verdict.supported:
            verdicts = [check(reading, cited, others) for reading in readings]
            verdict = next((one for one in verdicts if one.supported), verdicts[-1])
        self._people = [name.text for name in find_names(text) if name.personal] or self._people
        return verdict

    def _repeats(self, text: str) -> bool:
        """Whether a sentence has a word that asks, and no other word of meaning than the question has."""
        asks = _ASKING & set(words(self._question)) & set(words(text))
        return bool(asks) and not set(content(text)) - set(content(self._question))

    def notes(self, cut: bool) -> tuple[str, ...]:
        unknown = ", ".join(f"[{number}]" for number in dict.fromkeys(self._unknown))
        return (
            *([f"The model cited {unknown}, which it was not given."] if unknown else []),
            *([f"The model also wrote: “{' '.join(self.gaps)}”"] if self.gaps and self.claims else []),
            *([CUT] if cut else []),
        )

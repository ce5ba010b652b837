"""Take apart what a language model writes: sentences as they come, and the numbers of the quotes they cite."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import category

from index.passages import split_sentences

_CITATION = re.compile(r"\s*[\[【]\s*(?:quotes?\s*|\^)?(\d+(?:\s*(?:,|;|-|–|and|&)\s*(?:quotes?\s*)?\d+)*)\s*[\]】]", re.I)
_CITED_FIRST = re.compile(rf"(?:{_CITATION.pattern})+\s*[.!?]?", re.I)
_NUMBER = re.compile(r"(\d+)(?:\s*[-–]\s*(\d+))?")
_LOOKED_AHEAD = 40  # characters behind a full stop that tell whether the sentence ends there, and what it cites
_LONGEST_RANGE = 20  # quote numbers that "[1-9]" may stand for
_THOUGHT = re.compile(r"<think>.*?</think>", re.S)  # what some models say to themselves first
_THINKING = re.compile(r"\s*<think>.*", re.S)
_ITEM = re.compile(r"^\s*(?:[-*•#>]+|\d+[.)])\s+(?=\S)")
_LISTED = re.compile(r"\s*\d+[.)]")  # belongs to what is listed
_NAMED = re.compile(r"^(?:according to )?quotes? (\d+)(?:,|:| (?:says?|states?|notes?|reports?|shows?|mentions?)(?: that)?)\s+", re.I)
_LEAD = re.compile(
    r"^(?:the |my )?(?:short )?answer(?:(?: to (?:this|the|your) question)?(?::| is:| is that)"
    r"| to (?:this|the|your) question is) (?=\S+ \S)",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"!\[[^\]\[]*\]\((?:[^()]|\([^()]*\))*\)")
_LINK = re.compile(r"\[([^\]\[]*)\]\((?:[^()]|\([^()]*\))*\)")
_ADDRESS = re.compile(r"\(?\b(?:https?://|www\.)[^\s<>\"”]*[^\s<>\"”.,;:!?]")
_TAG = re.compile(r"</?[a-zA-Z!][^<>]*>")
_EMPHASIS = re.compile(r"\*\*|__|`")
_BEFORE_END = re.compile(r"\s+(?=[.,;:!?](?:\s|$))")
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence that was written, without its citations, and the numbers it cites, each once, in order."""

    text: str
    numbers: tuple[int, ...]


class SentenceCutter:
    """Cuts a text that comes in pieces into sentences; citations behind a full stop belong to the sentence before it."""

    def __init__(self) -> None:
        self._text = ""

    def feed(self, piece: str) -> Iterator[Sentence]:
        """Take the next piece; yield the sentences that it shows to be complete."""
        self._text = _THOUGHT.sub("", self._text + piece)
        if _THINKING.match(self._text):
            return
        start = 0
        for end in self._ends():
            if len(self._text) < end + _LOOKED_AHEAD or _is_open(self._text[start:end]):
                break
            yield from _sentence(self._text[start:end])
            start = end
        self._text = self._text[start:]

    def rest(self) -> Iterator[Sentence]:
        """Yield what is left as sentences, at the end of the text."""
        self._text = _THINKING.sub("", self._text)
        start = 0
        for end in self._ends():
            yield from _sentence(self._text[start:end])
            start = end
        self._text = ""

    @property
    def draft(self) -> str:
        """The sentence that is being written, as far as it has come, without citations."""
        return " ".join(sentence.text for sentence in _sentence(_THINKING.sub("", self._text)))

    def _ends(self) -> list[int]:
        """Return where the sentences of the text end, with the citations that follow them."""
        ends: list[int] = []
        for start, end in split_sentences(self._text):
            cited = _CITED_FIRST.match(self._text, start, end)
            if cited and ends:
                ends[-1] = cited.end()
            whole = not cited or _WORD.search(self._text, cited.end(), end)
            if whole and not _LISTED.fullmatch(self._text, start, end):
                ends.append(end)
        return ends


def _is_open(text: str) -> bool:
    """Whether a quotation goes on behind a text."""
    return text.count('"') % 2 == 1 or text.count("“") > text.count("”")


def _sentence(written: str) -> Iterator[Sentence]:
    text = _clean(_CITATION.sub("", written))
    named = _NAMED.match(text)
    if named:  # "Quote 2 says that ..."
        text = text[named.end() :][:1].upper() + text[named.end() + 1 :]
    if lead := _LEAD.match(text):
        text = text[lead.end() :][:1].upper() + text[lead.end() + 1 :]
    listed = [*([named[1]] if named else []), *(match[1] for match in _CITATION.finditer(written))]
    numbers = [number for part in listed for number in _numbers(part)]
    if _WORD.search(text):
        yield Sentence(text, tuple(dict.fromkeys(numbers)))


def _numbers(listed: str) -> Iterator[int]:
    for match in _NUMBER.finditer(listed):
        first, last = int(match[1]), int(match[2] or match[1])
        yield from range(first, last + 1) if first <= last < first + _LONGEST_RANGE else (first, last)


def _clean(text: str) -> str:
    """Return plain text on one line: no list marks, markup, images, addresses or signs that cannot be seen; a link's text stays."""
    text = "".join(sign for sign in text if category(sign) != "Cf")
    text = _ADDRESS.sub("", _TAG.sub("", _LINK.sub(r"\1", _IMAGE.sub("", text))))
    text = _EMPHASIS.sub("", _ITEM.sub("", text))
    return _BEFORE_END.sub("", " ".join(text.split()))

"""Cut an article's text into sentences, and whole sentences into passages, keeping exact offsets."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

PASSAGE_LENGTH = 900  # characters a passage aims at; one more sentence is taken while it stays below
LONG_SENTENCE = 320  # characters; above, a quotation of several sentences is cut between them
MAX_SENTENCE = 1000  # characters; text without any full stop is cut at spaces
MAX_LINE = 10_000  # characters looked at together; bounds the work on a file that is one endless line

# Bump when passages change, so that existing indexes are rebuilt from their articles.
PASSAGES_VERSION = 1

Span = tuple[int, int]  # characters, half-open

_PARAGRAPH = re.compile(r"[^\n]+")
_CLOCK_END = re.compile(r"\b[ap]\.m\.$")
_CLOCK_MORE = re.compile(
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|[A-Z][a-z]{2})\.? \d|[A-Z]{2,4}\b|[a-z\d(])"
)
_TITLE_END = re.compile(r"(?:^|\s)(?:[A-Z]\.|(?:Sgt|Lt|Col|Capt|Cpl|Cmdr|Maj|Gen|Adm|Sen|Rep|Gov|Rev|Hon|Dr|Mr|Mrs|Ms|Prof|St|No)\.)$")
_LONGEST_END = 8  # characters of a sentence's end that `_CLOCK_END` and `_TITLE_END` need
_REOPENED = re.compile(r" (?=[“\"][A-Z‘'])(?:(?<=[.!?] )|(?<=[.!?][\"”] ))")  # begins with what is rare in a text: so it is fast
_QUOTE_MARKS = str.maketrans(dict.fromkeys('"“”„«»()[]', " "))


@dataclass(frozen=True, slots=True)
class PassageSpan:
    """A run of whole sentences: offsets into the article's text."""

    start: int
    end: int
    sentences: tuple[Span, ...]


def split_sentences(text: str) -> list[Span]:
    """Return the spans of the sentences of `text`, in order, without surrounding white space.

    A sentence never crosses a line end. A quotation stays with the words that attribute it, unless it is long.
    """
    spans: list[Span] = []
    for paragraph in _PARAGRAPH.finditer(text):
        for start, end in _cut_at_spaces(text, *paragraph.span(), limit=MAX_LINE):
            spans += _split_line(text[start:end], start)
    return spans


def split_passages(text: str) -> list[PassageSpan]:
    """Return passages of whole sentences that together cover every sentence of `text` once."""
    passages: list[PassageSpan] = []
    run: list[Span] = []
    for sentence in split_sentences(text):
        if run and sentence[1] - run[0][0] > PASSAGE_LENGTH:
            passages.append(_passage(run))
            run = []
        run.append(sentence)
    if run:
        passages.append(_passage(run))
    return passages


def _passage(run: Sequence[Span]) -> PassageSpan:
    return PassageSpan(run[0][0], run[-1][1], tuple(run))


def _split_line(line: str, offset: int) -> Iterator[Span]:
    reopened = bool(_REOPENED.search(line))
    for start, end in _join_mistaken(line, _segment(line)):
        for begin, stop in _split_long(line, start, end) if reopened or end - start > LONG_SENTENCE else ((start, end),):
            sentence = line[begin:stop].lstrip()
            first = stop - len(sentence)
            if sentence := sentence.rstrip():
                yield offset + first, offset + first + len(sentence)


def _segment(line: str) -> list[str]:
    """Cut a line into sentences, each with the spaces after it."""
    import sentencex

    pieces: list[str] = sentencex.segment("en", line)
    return pieces


def _join_mistaken(line: str, pieces: Iterable[str]) -> list[Span]:
    """Undo cuts after "5 p.m." before a day, and after a rank or initial; return the spans of the pieces of a line then."""
    joined: list[Span] = []
    end = 0
    for piece in pieces:
        start, end = end, end + len(piece)
        if joined:
            before = line[joined[-1][0] : start].rstrip()[-_LONGEST_END:]
            if (_CLOCK_END.search(before) and _CLOCK_MORE.match(line[start:end])) or _TITLE_END.search(before):
                joined[-1] = (joined[-1][0], end)
                continue
        joined.append((start, end))
    return joined


def _split_long(line: str, start: int, end: int) -> Iterator[Span]:
    """Cut where one quotation ends and another starts; what is too long then, between its sentences, and those at spaces."""
    sentence = line[start:end]
    cuts = [start, *(start + match.end() for match in _REOPENED.finditer(sentence) if _balanced(sentence, match.end())), end]
    for begin, stop in pairwise(cuts):
        if stop - begin <= LONG_SENTENCE:
            yield begin, stop
            continue
        # A quotation is one sentence to the splitter; with its marks blanked out, its own sentences show.
        for inner, outer in _join_mistaken(line[begin:stop], _segment(line[begin:stop].translate(_QUOTE_MARKS))):
            yield from _cut_at_spaces(line, begin + inner, begin + outer)


def _balanced(sentence: str, position: int) -> bool:
    """Whether the straight or curly quotation before `position` is closed, so that a mark there opens a new one."""
    before = sentence[:position]
    return before.count('"') % 2 == 0 and before.count("“") <= before.count("”")


def _cut_at_spaces(text: str, start: int, end: int, limit: int = MAX_SENTENCE) -> Iterator[Span]:
    while end - start > limit:
        cut = text.rfind(" ", start + limit // 2, start + limit)
        cut = start + limit if cut < 0 else cut
        yield start, cut
        start = cut
    yield start, end

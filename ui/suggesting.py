"""Questions to ask: made from sentences of the articles, and offered only if the index answers them with such a sentence.

`suggest_questions` for a conversation that has not begun, `follow_up` for one that has.
"""

import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from corpus import SHIPPED_ARTICLES, Article
from corpus.errors import PullquoteError
from index import Index, Snapshot
from index.passages import Span, split_sentences
from rag import Answer, Filters, query
from rag.names import TITLES, find_names

SHOWN = 4
FOLLOWING = 3
_LOOKED = 4.0  # seconds between two looks for a new generation
_LOOKED_AT = 40  # articles that questions are made from
_ASKED = 16  # questions asked to find `SHOWN`
_TRIED = 6  # ... and to find `FOLLOWING`
_FROM = 12  # quotes and passages whose articles lead on
_LONGEST_SENTENCE = 320  # characters
_WORDS = (4, 13)  # of a question
_CLAUSE = re.compile(
    r"[,;:.?!()“”\"–—]|\s-\s|\b(?:that|which|who|whom|whose|where|when|while|after|before|because|but|as|if|although|though|amid|since)\b"
)
_VAGUE = re.compile(
    r"\b(?:he|she|it|they|his|her|hers|its|their|him|them|this|these|those|there|here|such|also|then|however|we|our|us|i|my|you|your"
    r"|two|one|another|other|same|former|latter)\b",
    re.I,
)
_SAID = re.compile(r"^,? ?(?:also |has |had )?(?:said|told|stated|argued|warned|announced|explained|added|insisted|claimed)\b")
_DID = re.compile(
    r"^ ((?:has |have |had )?(?:\w{3,}ed|won|led|took|gave|made|became|began|held|met|left|sent|built|bought|sold|wrote|signed|beat|lost"
    r"|ran|struck|spent|won't|shot|fell|rose|broke|brought|chose|cut|drew|drove|paid|put|set) .+)"
)
_PASSIVE = re.compile(
    r"^ (was|were) ((?:\w+ly )?(?:\w{3,}ed|born|built|held|sent|sold|taken|given|shot|found|made|won|chosen|written)\b.*)"
)
_SPEECH = re.compile(r"^(?:said|told|stated|added|noted|argued|warned|explained|insisted|claimed)\b")
_DAY = re.compile(
    r" (?:on|in|last|since) (?:(?:early|late|mid)[ -])?(?:\w+day\b|(?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December)\b(?: \d{1,2})?|\d{1,2} [A-Z]\w+|(?:19|20)\d\d\b|week\b|month\b|year\b).*"
)
_NUMBER = re.compile(
    r"\b(?:about |around |nearly |some |over |more than |at least |up to )?"
    r"(?:\d[\d,.]*(?: (?:million|billion|thousand|hundred))?|three|four|five|six|seven|eight|nine|ten|dozens of|hundreds of|thousands of) "
    r"((?:[a-z-]+ )?(?:people|[a-z-]{3,}s)) ((?:were|have|had|are|will|would|died|took|live|lost|voted|fled|work) [^,;:.]+)"
)
_UNITS = frozenset("years days weeks months hours minutes times percent points seconds pounds dollars euros cents degrees".split())


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question made from a sentence."""

    question: str
    kind: str  # its first words
    article_id: str
    span: Span  # of the sentence


class Suggestions:
    """The first questions of an index, found once for each of its generations. Safe to share between threads."""

    def __init__(self, corpus: Path) -> None:
        self._corpus = corpus
        self._lock = threading.Lock()
        self._found: tuple[int, list[str]] = (0, [])  # generation, questions

    def questions(self, index: Index) -> list[str]:
        """Return the questions for the newest generation; the first call for it asks them and takes seconds."""
        with self._lock:
            generation = index.snapshot().generation.number
            if self._found[0] != generation:
                self._found = generation, suggest_questions(self._corpus, index)
            return self._found[1]

    def keep(self, index: Callable[[], Index]) -> None:
        """Have the questions ready before somebody opens the page, for each new generation too; never returns."""
        while True:
            with suppress(PullquoteError):  # told to whoever asks
                self.questions(index())
            time.sleep(_LOOKED)


def suggest_questions(corpus: Path, index: Index) -> list[str]:
    """Return up to `SHOWN` questions that the index answers: those shipped with the shipped articles, else such as `candidates` makes.

    They are of different kinds and from different articles as far as there are some, and the same for one generation.
    """
    if corpus.resolve() == SHIPPED_ARTICLES.resolve():
        shipped = (SHIPPED_ARTICLES.parent / "questions.txt").read_text("utf-8").splitlines()
        answered = [question for question in shipped if query(question, index).status == "answered"]
        if len(answered) >= SHOWN:
            return answered[:SHOWN]
    found = index.read(lambda snapshot: [one for article in _sample(snapshot) for one in candidates(article)])
    return list(islice(_answerable(vary(found), index, Filters()), SHOWN))


def follow_up(answer: Answer, index: Index, asked: Set[str] = frozenset(), wanted: Callable[[], bool] = lambda: True) -> Iterator[str]:
    """Yield up to `FOLLOWING` questions that lead on from an answer, each answered from the articles it quotes or found.

    They are answered under the filters that the answer was given, from sentences that it does not quote, and none was `asked` before
    (compared without case). Stops early once they are not `wanted` any more.
    """
    quotes = (answer.instead or answer).quotes
    ids = dict.fromkeys([*(quote.article_id for quote in quotes), *(hit.passage.article_id for hit in answer.hits)][:_FROM])
    known = {question.casefold() for question in asked}

    def is_new(one: Candidate) -> bool:
        quoted = any(one.article_id == quote.article_id and _overlap(one.span, (quote.start, quote.end)) for quote in quotes)
        return not quoted and one.question.casefold() not in known

    try:
        found = index.read(lambda snapshot: [one for id in ids for one in candidates(snapshot.article(id))])
        new = _near(vary([one for one in found if is_new(one)], per_article=FOLLOWING), answer.searched.question)
        tried = (one for one in islice(new, _TRIED) if wanted())
        yield from islice(_answerable(tried, index, answer.searched.given), FOLLOWING)
    except PullquoteError:
        return  # an article or the index is gone: there is nothing to offer


def _near(found: Sequence[Candidate], question: str) -> list[Candidate]:
    """Put those first that share a name with the question, otherwise keeping the order."""
    names = {term for name in find_names(question) for term in name.terms}
    return sorted(found, key=lambda one: not any(names & name.terms for name in find_names(one.question)))


def candidates(article: Article) -> list[Candidate]:
    """Return questions that sentences of an article answer: who did, when was, how many, what did somebody say."""
    made = []
    for start, end in split_sentences(article.text):
        sentence = article.text[start:end]
        if len(sentence) <= _LONGEST_SENTENCE:
            made += [Candidate(text, text.split()[0], article.id, (start, end)) for text in _questions(sentence)]
    made.sort(key=lambda one: one.kind == "What" and " about " not in one.question)  # the least telling last
    return list({one.question: one for one in made}.values())


def _questions(sentence: str) -> Iterator[str]:
    names = [name for name in find_names(sentence) if " " in name.text and name.personal]
    for name in names:
        rest = sentence[name.end :]
        if _SAID.match(rest):
            others = (other for other in find_names(sentence) if other.country and other.text not in name.text)
            about = next((f" about {_with_article(sentence, other.text, other.start)}" for other in others), "")
            yield f"What did {name.text} say{about}?"
        elif _begins(sentence, name.start):
            yield from _of_deed(name.text, rest)
    if found := _NUMBER.search(sentence):
        if found[1].split()[-1] not in _UNITS:
            yield from _ask(f"How many {found[1]} {_clause(found[2])}")


def _with_article(sentence: str, name: str, start: int) -> str:
    return f"the {name}" if sentence[:start].lower().endswith("the ") else name


def _of_deed(name: str, rest: str) -> Iterator[str]:
    if found := _PASSIVE.match(rest):
        clause = _clause(found[2])
        if _DAY.search(found[2]) and (bare := _DAY.sub("", clause)):
            yield from _ask(f"When {found[1]} {name} {bare}")
    elif (found := _DID.match(rest)) and not _SPEECH.match(found[1]):
        yield from _ask(f"Who {_clause(found[1])}")


def _begins(sentence: str, start: int) -> bool:
    """Whether nothing but titles ("Prime Minister") stands before a place in a sentence."""
    return (
        all(word.strip(",").lower() in TITLES or word[:1].isupper() for word in sentence[:start].split()[:5])
        and start < _LONGEST_SENTENCE // 5
    )


def _clause(text: str) -> str:
    """Return a text up to where its first clause ends."""
    end = _CLAUSE.search(text)
    return " ".join((text[: end.start()] if end else text).split())


def _ask(text: str) -> Iterator[str]:
    """Yield a question unless it is too short, too long, names nothing or needs another sentence to be understood."""
    few, many = _WORDS
    names_something = any(name.start and (name.country or " " in name.text) for name in find_names(text))
    if few <= len(text.split()) <= many and names_something and not _VAGUE.search(text):
        yield f"{text}?"


def vary(found: Sequence[Candidate], per_article: int = 1) -> list[Candidate]:
    """Return the different candidates so that kinds take turns, and of each article those beyond `per_article` come last."""
    taken: dict[str, int] = {}
    first: list[Candidate] = []
    last: list[Candidate] = []
    different = {one.question.casefold(): one for one in reversed(found)}.values()
    kinds = {one.kind: [other for other in reversed(different) if other.kind == one.kind] for one in found}
    while any(kinds.values()):
        for waiting in kinds.values():
            fresh = next((one for one in waiting if taken.get(one.article_id, 0) < per_article), None)
            if one := fresh or (waiting[0] if waiting else None):
                waiting.remove(one)
                (first if fresh else last).append(one)
                taken[one.article_id] = taken.get(one.article_id, 0) + 1
    return [*first, *last]


def _sample(snapshot: Snapshot) -> list[Article]:
    """Return some articles, half of them the newest, in an order that is the same for one generation."""
    heads = snapshot.heads()
    newest = sorted((head for head in heads if head.date), key=lambda head: str(head.date))[-_LOOKED_AT // 2 :]
    known = {head.id for head in newest}
    others = [head for head in heads if head.id not in known]
    chance = random.Random(snapshot.generation.number)
    picked = [*newest, *chance.sample(others, min(len(others), _LOOKED_AT - len(newest)))]
    chance.shuffle(picked)
    return [snapshot.article(head.id) for head in picked]


def _answerable(found: Iterator[Candidate] | Sequence[Candidate], index: Index, filters: Filters) -> Iterator[str]:
    """Yield the questions that are answered with the sentence they were made from, up to `_ASKED` of them asked."""
    for one in islice(found, _ASKED):
        answer = query(one.question, index, filters=filters)
        quoted = (quote for quote in answer.quotes if quote.article_id == one.article_id)
        if answer.status == "answered" and any(_overlap(one.span, (quote.start, quote.end)) for quote in quoted):
            yield one.question


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]

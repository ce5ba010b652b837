"""Rank the sentences of retrieved passages by how well each answers the question.

A sentence's score is a weighted sum of features that one can check by eye: which of the question's words it holds,
weighted by rarity; whether it has the kind of thing asked for; how well its passage was found.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index import Passage, Snapshot
from index.words import split_terms
from rag.question import Question
from rag.reader import Reading
from rag.retrieval import Retrieved
from rag.sentence import Sentence, holds, take_apart

_REACH = 5  # terms that a "not" or "could" reaches
SHORT = 25  # characters
READ_PASSAGES = 30  # best passages whose sentences are ranked


@dataclass(frozen=True, slots=True)
class Ranked:
    """A sentence with its score for one question."""

    sentence: Sentence
    passage: Passage
    score: float
    features: tuple[float, ...]  # in the order of FEATURES
    reached: frozenset[str]  # terms of the question in the sentence, beside it or in the title
    reading: Reading | None = None  # what the reader makes of it, once it was read

    @property
    def coverage(self) -> float:
        """Share of the question's words that the sentence itself holds, weighted by rarity."""
        return self.features[0]


FEATURES = (
    "coverage",  # share of the question's words in the sentence, weighted by rarity
    "nearby",  # share of the words that only the sentences beside it hold
    "titled",  # ... that only the title holds
    "around",  # ... that only the rest of the passage holds
    "names",  # share of the question's names in the sentence or beside it
    "pairs",  # share of the question's neighbouring words that are neighbours in the sentence
    "similarity",  # cosine of question and passage
    "rank",  # 1 / (1 + rank of the passage / 5)
    "kind",  # 1 if the sentence has the kind of thing that is asked for, beyond what the question has
    "speech",  # 1 if the question asks what somebody said and that person speaks in the sentence
    "denied",  # 1 if the sentence denies what the question takes for granted
    "asks",  # 1 if the sentence is itself a question
    "short",  # 1 below `SHORT` characters
    "first",  # 1 at the beginning of the article
    "density",  # share of the sentence's words that the question has
)
WEIGHTS = (3.69, 2.81, 1.56, -0.3, 0.66, 3.09, 0.2, 2.26, 2.09, 0.9, -0.5, -3.2, -1.71, 0.71, -2.25)


def rank_sentences(question: Question, retrieved: Retrieved, snapshot: Snapshot, most: int = READ_PASSAGES) -> list[Ranked]:
    """Return the quotable sentences of the `most` best passages, best first."""
    weights = {term: snapshot.rarity(term) for term in question.terms}
    passages = [hit.passage for hit in retrieved.hits[:most]]
    surnames = _find_surnames(question, passages)
    ranked: list[Ranked] = []
    for rank, passage in enumerate(passages):
        similarity = retrieved.similarity.get(passage.id, 0.0)
        ranked += _rank_passage(question, weights, passage, surnames[passage.article_id], rank, similarity)
    return sorted(ranked, key=lambda candidate: -candidate.score)


def reach_beside(candidate: Ranked, question: Question, terms: Sequence[str], snapshot: Snapshot) -> Ranked:
    """Return a sentence as if it had terms of the question beside it that it does not reach: what it means by other words."""
    missing = {term for term in terms if term in question.terms} - candidate.reached
    total = sum(snapshot.rarity(term) for term in question.terms) or 1.0
    share = sum(snapshot.rarity(term) for term in missing) / total
    place = FEATURES.index("nearby")
    features = tuple(value + share if number == place else value for number, value in enumerate(candidate.features))
    return replace(candidate, score=candidate.score + WEIGHTS[place] * share, features=features, reached=candidate.reached | missing)


def _find_surnames(question: Question, passages: Sequence[Passage]) -> dict[str, dict[str, str]]:
    """Return article id -> last name -> first name, of the question's full names that the article uses."""
    full_names = {pair for pair in question.pairs if question.names.issuperset(pair)}
    found: dict[str, dict[str, str]] = {}
    for passage in passages:
        used = found.setdefault(passage.article_id, {})
        if full_names:
            for sentence in take_apart(passage):
                used.update((last, first) for first, last in full_names & sentence.pairs)
    return found


def _rank_passage(
    question: Question, weights: dict[str, float], passage: Passage, surnames: dict[str, str], rank: int, similarity: float
) -> list[Ranked]:
    sentences = take_apart(passage)
    total = sum(weights.values()) or 1.0
    title = frozenset(split_terms(passage.article.title))
    held = [_held(question, sentence, surnames) for sentence in sentences]
    everywhere = frozenset[str]().union(*held)
    titled = frozenset(term for term in question.terms if term in title)

    def share(terms: frozenset[str]) -> float:
        return sum(weights[term] for term in terms) / total

    found = []
    for place, sentence in enumerate(sentences):
        if not sentence.quotable:
            continue
        own = held[place]
        beside = frozenset[str]().union(*held[max(place - 2, 0) : place + 2]) - own
        features = (
            share(own),
            share(beside),
            share(titled - own - beside),
            share(everywhere - own - beside - titled),
            len(question.names & (own | beside | titled)) / len(question.names) if question.names else 0.0,
            _pairs(question, sentence),
            similarity,
            1 / (1 + rank / 5),
            float(_has_kind(question, sentence)),
            float(question.speech and not sentence.speakers.isdisjoint(question.names)),
            float(_denied(question, sentence, own)),
            float(sentence.text.endswith("?")),
            float(len(sentence.text) < SHORT),
            float(sentence.span[0] == 0),
            len(own) / len(sentence.known) if sentence.known else 0.0,
        )
        score = sum(weight * value for weight, value in zip(WEIGHTS, features, strict=True))
        found.append(Ranked(sentence, passage, score, features, own | beside | titled))
    return found


def _held(question: Question, sentence: Sentence, surnames: dict[str, str]) -> frozenset[str]:
    """Return the question's terms that a sentence holds; a person's last name stands for the full one that the article uses."""
    held = {term for term in question.terms if holds(sentence, term)}
    return frozenset(held | {first for last, first in surnames.items() if last in held})


def _pairs(question: Question, sentence: Sentence) -> float:
    if not question.pairs:
        return 0.0
    return len(question.pairs & sentence.pairs) / len(question.pairs)


def _has_kind(question: Question, sentence: Sentence) -> bool:
    if question.kind == "other":
        return False
    if question.kind in ("who", "where"):
        return question.kind in sentence.kinds and bool(sentence.names - set(question.terms))
    return question.kind in sentence.kinds


def _denied(question: Question, sentence: Sentence, own: frozenset[str]) -> bool:
    """Whether what the question takes for granted stands shortly after "not", "ruled out" and the like.

    To a question about an event, neither does it help that the event is planned or thought of.
    """
    cues = () if question.negative else sentence.negations
    if question.event and not question.hypothetical:
        cues += sentence.hypotheses
    plain = own - question.names
    return any(plain & set(sentence.terms[place : place + _REACH]) for place in cues)

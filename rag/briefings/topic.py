"""Find the sentences of the articles that are about a topic: "ground troops in Ukraine", "Macron"."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from index import Snapshot
from index.embedding import Vectors
from index.words import split_terms
from rag.composing import make_quote
from rag.question import Question, understand
from rag.quotations.attribution import Attribution, attribute
from rag.quotations.speakers import is_title
from rag.quotations.speaking import keep_speaker, name_speaker
from rag.ranking import SHORT, Ranked, rank_sentences
from rag.retrieval import retrieve
from rag.sentence import Sentence, overlap
from rag.types import Hit, Quote, Searched

HELD = 0.5  # share of the topic's words, by rarity and by number, that a sentence must hold where the title, or the opening, has them all
MOST_WORDS = 2 / 3  # ... by number, where its article has them all and there are three at least
OPENING = 500  # characters of an article that tell, together, what it is about
AROUND = 3000  # characters of an article about the topic of which all speak of it, whether they name it or not
CLOSE = 8  # words within which a sentence must have them all where neither is so
TITLED = 2.0  # what the score of a sentence gains whose article's title has the whole topic
SAME = 0.6  # share of the shorter sentence's words from which two of them say the same
_ALL = 0.99  # share from which nothing is missing
_SEVERAL = 2  # words
_LONG_WORD, _ENDING = 5, 2  # letters of a word that may end otherwise, and by how many
_LINK = re.compile(r"^\W*:|\w['’”\"]?:['‘“\"]?[A-Z]|\b(?:JUST|MUST) WATCH|\bMore Videos\b")  # to another story: "Explained:How ..."
_LONG = 40_000  # characters of an article from which nobody is looked for who speaks in it: reading it all takes too long


@dataclass(frozen=True, slots=True)
class Material:
    """What the articles have on a topic."""

    question: Question
    hits: tuple[Hit, ...]
    sentences: tuple[Ranked, ...]  # on the topic, best first; of each article in no special order
    beside: tuple[Ranked, ...]  # have the topic's words only together with the sentences beside them
    around: tuple[Ranked, ...]  # have not the topic's words, but stand near the beginning of an article about it
    texts: dict[str, str]  # article id -> its text, of those with sentences

    def said(self, article_id: str) -> Sequence[Attribution]:
        """Return what is said in an article; nothing of a very long one."""
        return attribute(self.texts[article_id]) if len(self.texts[article_id]) <= _LONG else ()

    def said_in(self, candidate: Ranked) -> list[Attribution]:
        """Return what is said in a sentence."""
        start, end = candidate.sentence.span
        return [said for said in self.said(candidate.passage.article_id) if said.start < end and said.end > start]

    def quote(self, candidate: Ranked, speaker: str = "") -> Quote:
        """Return a sentence as a quote with what it needs to be understood, and who says it: `speaker`, if they do."""
        return name_speaker(make_quote(candidate), self.texts[candidate.passage.article_id], speaker)


def topic_question(topic: str) -> Question:
    """Return a topic as a question: its words, and which of them are names wherever they stand."""
    return understand(f"about {topic}")


def gather(snapshot: Snapshot, question: Question, vector: Vectors, searched: Searched) -> Material:
    """Return what the articles that `searched` allows have on a topic."""
    retrieved = retrieve(snapshot, question, vector, searched.filters, searched.as_of)
    ranked = rank_sentences(question, retrieved, snapshot, len(retrieved.hits))
    ranked = [candidate for candidate in ranked if len(candidate.sentence.text) >= SHORT and not _LINK.search(candidate.sentence.text)]
    ranked = keep_speaker(ranked, searched.filters.speaker, snapshot)
    by_article: defaultdict[str, list[Sentence]] = defaultdict(list)
    for candidate in ranked:
        by_article[candidate.passage.article_id].append(candidate.sentence)
    introduced = {article for article, found in by_article.items() if _is_introduced(question, found)}
    kept = {article: _about_topic(question, found, introduced=article in introduced) for article, found in by_article.items()}
    chosen = [kept[candidate.passage.article_id](candidate) for candidate in ranked]
    sentences = [_favoured(question, candidate) for candidate, on in zip(ranked, chosen, strict=True) if on]
    sentences.sort(key=lambda candidate: -candidate.score)
    beside = [candidate for candidate, on in zip(ranked, chosen, strict=True) if not on and sum(candidate.features[:2]) >= _ALL]
    free = (candidate for candidate, on in zip(ranked, chosen, strict=True) if not on and candidate.sentence.span[1] <= AROUND)
    around = [one for one in free if one.passage.article_id in introduced or is_titled(question, one)]
    versions = dict.fromkeys(candidate.passage.version for candidate in (*sentences, *beside, *around))
    texts = {head.id: text for head, text in snapshot.texts(list(versions)).values()}
    return Material(question, retrieved.hits, tuple(sentences), tuple(beside), tuple(around), texts)


def _favoured(question: Question, candidate: Ranked) -> Ranked:
    """Return a sentence with a better score if its article's title has the topic."""
    return replace(candidate, score=candidate.score + TITLED) if is_titled(question, candidate) else candidate


def _is_introduced(question: Question, article: Sequence[Sentence]) -> bool:
    """Whether the beginning of an article, of which the sentences that were found are given, has the whole topic."""
    opening = [sentence for sentence in article if sentence.span[0] < OPENING]
    return all(any(has_word(sentence, term) for sentence in opening) for term in question.terms)


def _about_topic(question: Question, article: Sequence[Sentence], *, introduced: bool) -> Callable[[Ranked], bool]:
    """Return what tells whether a sentence of an article, of which the sentences that were found are given, is about the topic."""
    terms = question.terms
    in_article = {term for term in terms if any(has_word(sentence, term) for sentence in article)}
    pairs = {pair for pair in question.pairs if question.names.issuperset(pair) and any(pair in sentence.pairs for sentence in article)}
    # A last name stands for the full one where nobody else of that name is in the article.
    alone = {last: first for first, last in pairs if all(one == first for one in _first_names(last, article))}

    def is_about(candidate: Ranked) -> bool:
        sentence = candidate.sentence
        held = {term for term in terms if has_word(sentence, term)}
        held |= {alone[term] for term in held & alone.keys()}
        number = len(held) / len(terms)
        coverage = candidate.coverage if len(held) == len(terms) else min(candidate.coverage, number)
        if len(held) == len(terms):
            return len(terms) < _SEVERAL or _closeness(question, sentence) <= CLOSE + len(terms) or is_titled(question, candidate)
        if (introduced or is_titled(question, candidate)) and not pairs:
            return max(coverage, (coverage + number) / 2) >= HELD
        return len(terms) > _SEVERAL and number >= MOST_WORDS and in_article.issuperset(terms)

    return is_about


def has_word(sentence: Sentence, term: str) -> bool:
    """Whether a sentence has a term, or a spelling of it that ends otherwise: "zelenski" and "zelenskyi", not "monkey" and "monkeypox"."""
    return term in sentence.known or any(_is_spelling(term, word) for word in sentence.known)


def _is_spelling(one: str, other: str) -> bool:
    return (
        abs(len(one) - len(other)) <= _ENDING
        and min(len(one), len(other)) >= _LONG_WORD
        and (one.startswith(other) or other.startswith(one))
    )


def _first_names(last: str, article: Sequence[Sentence]) -> set[str]:
    """Return the words written like names that stand before a last name anywhere in an article, titles left out."""
    found = {one for sentence in article for one, other in sentence.pairs if other == last and one in sentence.names}
    return {one for one in found if not is_title(one)}


def is_titled(question: Question, candidate: Ranked, share: float = 1.0) -> bool:
    """Whether an article's title has that share of the topic's words."""
    title = split_terms(candidate.passage.article.title)
    held = sum(any(word == term or _is_spelling(term, word) for word in title) for term in question.terms)
    return held >= share * len(question.terms)


def _closeness(question: Question, sentence: Sentence) -> int:
    """Return how many words of a sentence it takes to have all words of the topic."""
    places = {term: [place for place, word in enumerate(sentence.terms) if word == term] for term in question.terms}
    held = [found for found in places.values() if found]
    return (
        min((max(min((abs(place - start), place) for place in found)[0] for found in held) for start in held[0]), default=0) if held else 0
    )


def pick(candidates: Iterable[Ranked], most: int, per_article: int, taken: Sequence[Ranked] = ()) -> list[Ranked]:
    """Return the first `most` candidates that say something else than those before them and than those `taken`."""
    chosen: list[Ranked] = []
    for candidate in candidates:
        if len(chosen) == most:
            break
        of_article = sum(other.passage.article_id == candidate.passage.article_id for other in chosen)
        if of_article < per_article and not any(says_same(candidate, other) for other in (*taken, *chosen)):
            chosen.append(candidate)
    return chosen


def says_same(one: Ranked, other: Ranked) -> bool:
    """Whether two sentences are the same one, or have most of their words in common."""
    return overlap(one.sentence.terms, other.sentence.terms) >= SAME


def is_shown(candidate: Ranked, quotes: Sequence[Quote]) -> bool:
    """Whether a sentence stands in one of some quotes."""
    article, place = candidate.passage.article_id, candidate.sentence.span[0]
    return any(quote.article_id == article and quote.start <= place < quote.end for quote in quotes)


def by_time(candidate: Ranked) -> tuple[bool, dt.date, str, int]:
    """Return what sorts sentences by their articles' dates, undated ones last, those of an article as it has them."""
    date = candidate.passage.article.date
    return date is None, date or dt.date.max, candidate.passage.article_id, candidate.sentence.span[0]

"""Who says what on a topic: people and bodies with their roles, and what each said, in the order of time."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from rag.briefings.topic import Material, by_time, pick
from rag.facts import same_word, words
from rag.quotations.attribution import Attribution
from rag.quotations.speakers import is_unnamed, with_role
from rag.quotations.speaking import OWN, covered, is_speaker
from rag.quotations.via import is_outlet
from rag.ranking import Ranked
from rag.types import Entry, Quote

MOST, POSITIONS = 8, 3  # people and bodies; what each is quoted with
_OF_TOPIC = 2.0  # what a sentence's score gains where the topic itself speaks
_PAPER = re.compile(
    r"^(?:the|a|an) (?:\w+ )?(?:statement|letter|report|release|tweet|post|email|spokesperson) (?:from|by|of|for) (?:the )?", re.I
)
_MEDIA = frozenset("AP AFP BBC CNN NBC ABC CBS NPR NYT WSJ TASS ANSA DPA RIA RT MSNBC PBS ITV TMZ USA CNBC ESPN".split())
# Indefinite ones, papers, days that were taken for a name, and lists of several.
_NOBODY = re.compile(r"^an? |,|\b(?:all|both)$|day$|\b(?:report|study|poll|survey|statement|analysis|article|paper|data|evidence)$", re.I)
_REPORTER = 4  # words of an outlet's name at most


@dataclass
class _Actor:
    """Somebody, and what they are seen to have said."""

    names: Counter[str] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    sentences: list[Ranked] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The fullest of the names, the most frequent one among these."""
        return max(self.names, key=lambda name: (len(name.split()), self.names[name])).strip(" –—-")


def find_actors(material: Material, topic: str) -> list[Entry]:
    """Return those who say most on the topic, each with what they say, oldest first."""
    found: list[_Actor] = []
    for candidate in (*material.sentences, *material.beside):
        for said in _speaking(material, candidate):
            if candidate in material.sentences or is_speaker(topic, said.speaker):
                _take(found, said, candidate)
    weighed = sorted(found, key=lambda actor: -_weight(actor, topic))
    named = len(weighed)
    for candidate in material.around:
        for said in _speaking(material, candidate):
            _take(found, said, candidate)
    weighed += sorted(found[named:], key=lambda actor: -_weight(actor, topic))
    entries = [_entry(material, actor) for actor in weighed]
    return [entry for entry in entries if entry.quotes][:MOST]


def _speaking(material: Material, candidate: Ranked) -> Iterator[Attribution]:
    """Yield once each who is named as saying enough of a sentence."""
    span = candidate.sentence.span
    said = [replace(one, speaker=_PAPER.sub("", one.speaker)) for one in material.said_in(candidate)]
    for speaker in dict.fromkeys(one.speaker for one in said):
        own = [one for one in said if one.speaker == speaker]
        if is_somebody(speaker) and covered(span, [(one.start, one.end) for one in own]) >= OWN:
            yield next((one for one in own if one.role), own[0])


def is_somebody(speaker: str) -> bool:
    """Whether a speaker is a certain person or body: not "officials", "a source", "other EU leaders", nor who only reports it."""
    return not (is_unnamed(speaker) or _NOBODY.search(speaker) or is_reporter(speaker))


def is_reporter(speaker: str) -> bool:
    """Whether a speaker is an outlet, by itself or with a word for what it published: "NYT", "a Politico article"."""
    acronyms = re.findall(r"\b[A-Z]{2,5}\b", speaker)
    return len(speaker.split()) <= _REPORTER and is_outlet(speaker) and _MEDIA.issuperset(acronyms)


def _take(found: list[_Actor], said: Attribution, candidate: Ranked) -> None:
    actor = next((one for one in found if any(_is_same(name, said.speaker) for name in one.names)), None)
    if actor is None:
        actor = _Actor()
        found.append(actor)
    actor.names[said.speaker] += 1
    if said.role:
        actor.roles[said.role] += 1
    actor.sentences.append(candidate)


def _is_same(one: str, other: str) -> bool:
    """Whether two names are one's: "Zelensky" and "Volodymyr Zelenskyy"."""
    short, long = sorted((words(one), words(other)), key=len)
    return bool(short) and same_word(short[-1], long[-1]) and all(any(same_word(word, there) for there in long) for word in short)


def _weight(actor: _Actor, topic: str) -> float:
    """Return how much an actor has to say: more in more articles, more to the point, most where the topic is the actor."""
    articles = {candidate.passage.article_id for candidate in actor.sentences}
    best = max(candidate.score for candidate in actor.sentences)
    return best + len(articles) + 0.3 * len(actor.sentences) + _OF_TOPIC * is_speaker(topic, actor.name)


def _entry(material: Material, actor: _Actor) -> Entry:
    chosen = pick(sorted(actor.sentences, key=lambda candidate: -candidate.score), POSITIONS, POSITIONS)
    quotes: list[Quote] = []
    for candidate in sorted(chosen, key=by_time):
        quote = material.quote(candidate, actor.name)
        if not any(quote.text in other.text or other.text in quote.text for other in quotes):
            quotes.append(quote)
    role = max(actor.roles, key=lambda role: actor.roles[role], default="")
    return Entry(with_role(actor.name, role), tuple(quotes))

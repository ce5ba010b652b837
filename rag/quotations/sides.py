"""Keep apart who did and who did not, where a question asks who took a stand: "Who ruled out ground troops?"."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from index import Snapshot
from rag.composing import group, is_quoted, make_quote
from rag.question import Question
from rag.quotations.attribution import find_doers
from rag.quotations.speaking import name_speaker
from rag.ranking import Ranked
from rag.sentence import overlap
from rag.types import Quote

REACHED = 0.5  # share of the question's words that a sentence with the other stand must reach, with its neighbours and title
MOST, OF_ONE = 4, 2  # quotes up to which a part is filled with further sentences: in all, and of one article
SAME = 0.6  # share of words from which two of them say the same
DID, DID_NOT, NEITHER = "Who did", "Who did not", "Also found"

# The verbs of a stand, as regular expressions of their forms.
_STANDS = {
    r"rul(?:e|es|ed|ing)(?: \w+){0,2} out|exclud\w+": r"(?:rul(?:e|es|ed|ing)\b(?:\W+\w+){0,2}?\W+out|exclud(?:e|es|ed|ing))",
    r"support\w*|back(?:s|ed|ing)?": r"(?:support|supports|supported|supporting|back|backs|backed|backing)",
    r"oppos\w+|reject\w*": r"(?:oppose|opposes|opposed|opposing|reject|rejects|rejected|rejecting)",
    r"condemn\w*|denounc\w+": r"(?:condemn|condemns|condemned|condemning|denounce|denounces|denounced|denouncing)",
    r"recogni[sz]\w+": r"recogni[sz](?:e|es|ed|ing)",
    r"endors\w+|approv\w+": r"(?:endors|approv)(?:e|es|ed|ing)",
    r"sign(?:s|ed)?": r"sign(?:s|ed|ing)?",
}
_DENIES = r"|\b(?:no plans?|distanced|disavowed|not (?:considering|planning|an option)|there will be no)\b"  # says as much as "ruled out"
_ASKED = (
    r"^(?:who|which \w+)(?: else)? (?:(?:has|have|had|also|did|does|do) )*"
    r"(?P<not>(?:not|never|\w+n['’]t|refus(?:es|ed|ing) to|declin(?:es|ed) to) )?(?:{})\b"
)
_NOT = r"(?:\b(?:not|never|refus(?:es|ed|al|ing)|declin(?:es|ed|ing)|without|nobody|no[ ]one)\b|n['’]t\b)(?:[ “\"’-]+[\w’']+){0,4}?[ “\"-]+"


@dataclass(frozen=True, slots=True)
class Stand:
    """What a question asks who did."""

    took: re.Pattern[str]  # a sentence that speaks of it
    refused: re.Pattern[str]  # one that says somebody did not
    negated: bool = False  # whether it asks who did not

    def is_taken(self, text: str) -> bool:
        """Whether a text says that somebody took it, and of nobody that they did not."""
        return bool(self.took.search(text)) and not self.is_refused(text)

    def is_refused(self, text: str) -> bool:
        """Whether a text says that somebody did not take it."""
        return bool(self.refused.search(text))


def find_stand(question: Question) -> Stand | None:
    """Return the stand that a question asks who took, or who did not; None if it asks something else."""
    for asks, forms in _STANDS.items():
        if asked := re.search(_ASKED.format(asks), question.text, re.I):
            took = rf"\b{forms}\b{_DENIES if forms.startswith('(?:rul') else ''}"
            return Stand(re.compile(took, re.I), re.compile(rf"{_NOT}{forms}\b", re.I), bool(asked["not"]))
    return None


def take_sides(question: Question, quotes: Sequence[Quote], ranked: Sequence[Ranked], snapshot: Snapshot) -> list[Quote]:
    """Return the quotes in parts, each with its heading, if the question asks who took a stand and somebody is said not to have.

    Those whom it asks for come first. `ranked` are the sentences that were ranked, best first: the others are quoted from them.
    """
    stand = find_stand(question)
    if stand is None:
        return list(quotes)
    versions = dict.fromkeys(candidate.passage.version for candidate in ranked)
    texts = {head.id: text for head, text in snapshot.texts(list(versions)).values()}
    refusing = [quote for quote in quotes if stand.is_refused(quote.text)]
    did_not = _fill(refusing, stand.is_refused, ranked, quotes, texts)
    taking = [quote for quote in quotes if quote not in refusing and stand.took.search(quote.text)]
    if stand.negated:
        did = _fill(taking, stand.is_taken, ranked, quotes, texts)
    else:
        articles = {quote.article_id for quote in taking}
        rest = [quote for quote in quotes if quote not in refusing]
        did = [quote for quote in rest if quote.article_id in articles]  # what else an article says stays with it
    if not did_not or not did:
        return list(quotes)
    parts = [(DID, did, stand.took), (DID_NOT, did_not, stand.refused)]
    ordered = reversed(parts) if stand.negated else parts
    headed = [quote for name, part, mark in ordered for quote in group(_headed(name, part, mark, texts))]
    return headed + [replace(quote, part=NEITHER) for quote in quotes if quote not in did and quote not in refusing]


def _fill(
    part: Sequence[Quote], fits: Callable[[str], bool], ranked: Sequence[Ranked], quoted: Sequence[Quote], texts: dict[str, str]
) -> list[Quote]:
    """Return a part with different sentences that fit, that speak of what was asked and that are not `quoted` already."""
    filled, taken = list(part), list[Ranked]()
    for candidate in ranked:
        article = candidate.passage.article_id
        full = len(filled) >= MOST or sum(quote.article_id == article for quote in filled) >= OF_ONE
        if full or is_quoted(candidate, quoted) or sum(candidate.features[:3]) < REACHED or not fits(candidate.sentence.text):
            continue
        if all(overlap(other.sentence.terms, candidate.sentence.terms) < SAME for other in taken):
            taken.append(candidate)
            filled.append(name_speaker(make_quote(replace(candidate, reading=None)), texts[article]))
    return filled


def _headed(name: str, quotes: Sequence[Quote], mark: re.Pattern[str], texts: dict[str, str]) -> list[Quote]:
    """Return quotes with a heading that names who did: "Who did: Germany, Poland, NATO, Olaf Scholz"."""
    named = (doer for quote in quotes for doers in _doers(quote, mark, texts[quote.article_id]) for doer in _each(doers))
    found = list(dict.fromkeys(named))
    doers = [doer for doer in found if not any(set(doer.split()) < set(other.split()) for other in found)]
    heading = f"{name}: {', '.join(doers)}" if doers else name
    return [replace(quote, part=heading) for quote in quotes]


def _doers(quote: Quote, mark: re.Pattern[str], text: str) -> tuple[str, ...]:
    """Return who takes the stand in a quote, empty where nobody is seen to."""
    places = tuple(match.start() for match in mark.finditer(text, quote.start, quote.end))
    return find_doers(text, places) if places else ()


def _each(doers: str) -> list[str]:
    """Return each name of "Germany, Poland and NATO"."""
    parts = re.split(r", (?:and )?| and ", doers) if "," in doers else [doers]
    return [re.sub(r"^the ", "", part)[:1].upper() + re.sub(r"^the ", "", part)[1:] for part in parts if part]

"""Whose words an answer quotes: name the speaker of each quote, and keep to one speaker where a question asks for one."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from index import Snapshot
from index.passages import Span
from index.words import split_terms
from rag.facts import fold, is_country, same_word
from rag.names import TITLES
from rag.question import FUNCTION_WORDS, Question
from rag.quotations.attribution import Attribution, attribute
from rag.quotations.speakers import is_unnamed
from rag.ranking import Ranked, reach_beside
from rag.types import Filters, Hit, Quote
from rag.understanding.narrowing import Stage

OWN = 0.2  # share of a quote's, or a sentence's, characters from which it is what a speaker said: the rest tells who and where
MOST = 0.5  # ... where the speaker is nobody in particular, such as "critics"
MAINLY = 0.7  # share of all that is said in a quote from which it is one speaker's; below, its own words tell who says what
_LONG, _BEFORE, _BEHIND = 20_000, 8_000, 2_000  # characters of a long article, and of it those read before and behind a quote
_ALIKE = 3  # letters that two spellings of a name begin with at least
_SAYS = (
    r"(?:say|said|state|stated|tell|told|claim|claimed|comment|commented|argue|argued|warn|warned|announce|announced|think|react|respond"
    r"|promise|demand)"
)
_ASKED = re.compile(
    rf"""^(?:so[ ]|and[ ]|but[ ])?(?:what|how|why|when|where|which[ ]\w+)\b[^?]{{0,30}}?\b(?:did|does|do|has|have|had)[ ](?P<did>[^,?]+?)
        [ ](?:\w+ly[ ]|also[ ]|publicly[ ])?{_SAYS}\b
    | ^(?:list|show|give)[ ](?:me[ ])?(?:all[ ])?(?:the[ ])?(?:quotes|statements|quotations|remarks)[ ](?:by|of|from)[ ](?P<by>[^,?]+?)
        (?:[ ](?:on|about|regarding)\b|[?.]?$)""",
    re.IGNORECASE | re.VERBOSE,
)
_GOVERNS = re.compile(
    r"\b(?:president|chancellor|prime minister|premier|\w*minister|ministry|government|king|queen|spokes\w+|secretary|ambassador)\b"
)
_NOT_GOVERNING = re.compile(r"\b(?:former|ex|opposition|shadow|candidate|party|company|\w*bank|club)\b")
_NOBODY = FUNCTION_WORDS | frozenset(
    "people experts officials critics analysts articles everyone anyone somebody someone anybody nobody others".split()
)
_SMALL = frozenset("of the for and de van von bin al la le".split())
_ARTICLE = re.compile(r"^(?:the|an?) ", re.I)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def asked_speaker(question: str) -> str:
    """Return who a question asks to have said something: "Peskov" of "What did Peskov say?"; empty if it does not ask that."""
    asked = _ASKED.search(question)
    who = next((part for part in asked.groups() if part), "") if asked else ""
    words = re.sub(r"^(?:the|a|an) ", "", who.strip(), flags=re.I).split()
    while len(words) > 1 and words[0].lower() in TITLES:
        words = words[1:]
    plain = [word for word in words if word.lower() in _NOBODY]
    capitals = any(word[0].isupper() for word in question.split()[1:])
    named = (
        all(word[0].isupper() or word in _SMALL for word in words) if capitals else len(who.split()) <= 2 and who.split()[:1] == words[:1]
    )
    return " ".join(words) if words and not plain and named and len(words) <= 5 else ""


def is_speaker(asked: str, speaker: str, role: str = "") -> bool:
    """Whether a speaker is who was asked for: every word asked for is one of the name or, beside the name, of the role.

    Those who govern a country speak for it: the German chancellor for Germany.
    """
    name, stated = _WORD.findall(fold(speaker)), frozenset(_WORD.findall(role.casefold()))
    if is_country(asked) and _speaks_for(fold(asked), fold(role)):
        return True
    called = re.escape(_ARTICLE.sub("", asked.strip()))
    if called and re.search(rf"\b{called}$", speaker, re.I):  # "White House", which `fold` takes for the USA
        return True
    wanted = [word for word in _WORD.findall(re.sub(r"['’]s\b", "", asked)) if word.lower() not in FUNCTION_WORDS]
    return bool(wanted) and all(
        word.casefold() in stated or any(same_word(folded, other) for folded in _WORD.findall(fold(word)) for other in name)
        for word in wanted
    )


def _speaks_for(country: str, role: str) -> bool:
    named = re.match(rf"(?:the )?{re.escape(country)}\b", role) or re.search(rf"\b(?:of|for) (?:the )?{re.escape(country)}\b", role)
    return bool(named and _GOVERNS.search(role) and not _NOT_GOVERNING.search(role))


def plan_speaker(question: str, given: Filters, stages: Sequence[Stage], *, infer: bool, side: str = "") -> tuple[Stage, ...]:
    """Return the limits to try in turn: first, where the question asks what somebody said, only their words, then everybody's.

    Of a `side` of a comparison, what names it is meant then.
    """
    if given.speaker:
        found = [replace(stage, filters=replace(stage.filters, speaker=given.speaker)) for stage in stages]
        return tuple(replace(stage, text=_with(stage.text, given.speaker)) for stage in found)
    asked = side or (asked_speaker(question) if infer else "")
    if not asked:
        return tuple(stages)
    first = [
        replace(stage, filters=replace(stage.filters, speaker=asked), inferred=replace(stage.inferred, speaker=asked)) for stage in stages
    ]
    note = f"Nothing said by “{asked}” answers this; {'what names them' if side else 'what others say'} was searched too."
    return (*first, *(replace(stage, notes=(*stage.notes, note)) for stage in stages))


def _with(text: str, speaker: str) -> str:
    missing = [word for word in _WORD.findall(speaker) if word.lower() not in text.lower()]
    return f"{text} {' '.join(missing)}".strip()


def keep_speaker(ranked: Sequence[Ranked], speaker: str, snapshot: Snapshot) -> list[Ranked]:
    """Return the sentences that are a speaker's, in the order given; all of them if nobody was asked for."""
    if not speaker:
        return list(ranked)
    texts = snapshot.texts(list(dict.fromkeys(candidate.passage.version for candidate in ranked)))
    spans = {version: speaker_spans(text, speaker) for version, (_, text) in texts.items()}
    return [candidate for candidate in ranked if covered(candidate.sentence.span, spans.get(candidate.passage.version, [])) >= OWN]


def reach_country(question: Question, kept: Sequence[Ranked], speaker: str, snapshot: Snapshot) -> list[Ranked]:
    """Return the sentences of a country's government as if they named the country, best first; of anybody else as they are."""
    if not is_country(speaker):
        return list(kept)
    reaching = (reach_beside(candidate, question, split_terms(speaker), snapshot) for candidate in kept)
    return sorted(reaching, key=lambda candidate: -candidate.score)


def speaker_spans(text: str, speaker: str) -> list[Span]:
    """Return the characters of an article that are what a speaker said, in order."""
    words = [word for word in _WORD.findall(speaker) if word.lower() not in FUNCTION_WORDS]
    lower = text.lower()
    if not is_country(speaker) and not any(word[:_ALIKE].lower() in lower for word in words):
        return []  # spares the reading
    return [(said.start, said.end) for said in attribute(text) if is_speaker(speaker, said.speaker, said.role)]


def covered(span: Span, spans: Sequence[Span]) -> float:
    """Return the share of a span's characters that lie in any of `spans`, which are in order; 0 to 1."""
    total, reached = 0, span[0]
    for start, end in spans:
        start, end = max(start, reached), min(end, span[1])
        if start < end:
            total += end - start
            reached = end
    return total / max(span[1] - span[0], 1)


def name_speakers(snapshot: Snapshot, quotes: Sequence[Quote], hits: Sequence[Hit], asked: str = "") -> list[Quote]:
    """Return the quotes, each with who says it where most of it is somebody's words; who was `asked` for goes before others."""
    versions = {hit.passage.article_id: hit.passage.version for hit in hits}
    texts = snapshot.texts(list(dict.fromkeys(versions[quote.article_id] for quote in quotes)))
    return [name_speaker(quote, texts[versions[quote.article_id]][1], asked) for quote in quotes]


def name_speaker(quote: Quote, text: str, asked: str = "") -> Quote:
    """Return a quote from an article's text with who says it: who was asked for, who its short answer is by, or else most of it."""
    around = attribute(text) if asked else _said_around(text, quote)
    found = [said for said in around if said.start < quote.end and said.end > quote.start]
    if quote.answer:
        first, last = quote.answer
        answering = [said for said in found if said.start <= first and last <= said.end]
        found = [said for said in found if said.speaker in {answer.speaker for answer in answering}] or found
    of_asked = [said for said in found if asked and is_speaker(asked, said.speaker, said.role)]
    found = of_asked or found
    shares = {speaker: _share(quote, parts) for speaker, parts in _by_speaker(found).items()}
    speaker = max(shares, key=lambda name: shares[name], default="")
    least = MOST if is_unnamed(speaker) else OWN
    if not speaker or (not of_asked and shares[speaker] < max(least, MAINLY * _share(quote, found))):
        return quote
    parts = _by_speaker(found)[speaker]
    direct = _share(quote, [said for said in parts if said.direct]) * 2 > shares[speaker]
    role, via = (next((value for value in values if value), "") for values in ([p.role for p in parts], [p.via for p in parts]))
    return replace(quote, speaker=speaker, role=role, via=via, direct=direct)


def _said_around(text: str, quote: Quote) -> Sequence[Attribution]:
    """Return what is said in an article, of a long one only what is said around a quote: reading it all would take too long."""
    if len(text) <= _LONG:
        return attribute(text)
    first = text.rfind("\n", 0, max(quote.start - _BEFORE, 0)) + 1
    part = text[first : quote.end + _BEHIND]
    return [replace(said, start=first + said.start, end=first + said.end, verb=first + said.verb) for said in attribute(part)]


def _by_speaker(found: Sequence[Attribution]) -> dict[str, list[Attribution]]:
    parts: defaultdict[str, list[Attribution]] = defaultdict(list)
    for said in found:
        parts[said.speaker].append(said)
    return parts


def _share(quote: Quote, parts: Sequence[Attribution]) -> float:
    return covered((quote.start, quote.end), [(said.start, said.end) for said in parts])

"""Change a sentence so that it still says the same, or so that it does not; where it was made wrong is remembered."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.models.wordnet import WordNet

NAME = re.compile(r"(?<=[\w,;:’'”\"(–-] )(?:[A-Z][\w’.-]*[\w])(?: (?:of |the |de |van )?[A-Z][\w’-]+)*")
NUMBER = re.compile(
    r"[$£€]?\b\d[\d,.]*\d\b|\b\d\b|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|"
    r"hundred|thousand|million|billion)\b"
)
_SMALL = {word: place for place, word in enumerate("two three four five six seven eight nine ten".split(), start=2)}
_ROLES = re.compile(r"\b(?:and|or|,|, and|/)\s*$")
_HELPING = re.compile(r"\b(is|was|were|are|has|have|had|will|can|could|would|should|may|might|must|did|does|do)\b(?! not\b|n't)")
_NOT = re.compile(r"\b(?:not|never) |n['’]t\b")
_APPOSITION = re.compile(
    r", (?:which|who|where|whose|including|such as|an?|the|with|after|before|when|while|although|as|but|and|because|"
    r"in|at|on|by|\w+ing)\b[^,;()]{8,120}(?=,)"
)
_TAIL = re.compile(
    r",? (?:which|who|where|whose|including|such as|after|before|when|while|although|because|as well as|"
    r"in order to|with|despite|but|and)\b[^;()]{8,160}(?=[.]$)"
)
_BRACKET = re.compile(r" \([^()]*\)")
_OPENING = re.compile(
    r"^(?:In|On|At|During|After|Before|While|When|Although|However|Because|As|By|For|With|Despite|Since|"
    r"Following|Under|Also|Moreover|Furthermore)\b[^,]{0,70}, "
)
_PLAIN = re.compile(r"\b[a-z]{4,}\b")
_LIST_AND = re.compile(r"\b([a-z]{4,}) and ([a-z]{4,})\b")
_SAME: Sequence[tuple[str, str]] = [
    tuple(pair.split("/"))  # type: ignore[misc]
    for pair in (
        "approximately/about|however/but|started/began|constructed/built|large/big|such as/like|numerous/many|several/some|because/since|"
        "stated/said|located/situated|received/got|purchased/bought|created/made|also known as/called|used/employed|important/significant|"
        "primarily/mainly|usually/normally|often/frequently|though/although|required/needed|attempted/tried|permitted/allowed|assisted/helped|"
        "obtained/got|the majority of/most of|as well as/and|while/whereas|near/close to|throughout/across|following/after|"
        "prior to/before|until/till|currently/now|immediately/at once|established/set up|founded/set up|died/passed away|ended/finished|"
        "children/kids|film/movie|difficult/hard|people/persons|area/region|nation/country|city/town|company/firm|entire/whole|various/different|"
        "rapidly/quickly|roughly/about|over/more than|almost/nearly|became/turned into|led to/caused|resulted in/led to|due to/because of|"
        "considered/seen as|referred to as/called|consists of/is made up of|contains/holds|includes/has|"
        "demonstrated/showed|believed/thought|argued/said|claimed/said|announced/said|declared/said|"
        "United States/US|United Kingdom/UK|United States/U.S.|"
        "million/m|percent/%|per cent/percent|World War II/the Second World War|chief executive/CEO|kilometers/km|police officers/police"
    ).split("|")
]
_OPPOSITE: Sequence[tuple[str, str]] = [
    tuple(pair.split("/"))  # type: ignore[misc]
    for pair in (
        "increased/decreased|increase/decrease|before/after|first/last|more/fewer|most/least|won/lost|supported/opposed|accepted/rejected|"
        "allowed/banned|largest/smallest|north/south|northern/southern|east/west|eastern/western|higher/lower|highest/lowest|always/never|"
        "rise/fall|rose/fell|male/female|men/women|better/worse|best/worst|early/late|earlier/later|began/ended|start/end|old/new|"
        "agreed to/refused to|able to/unable to|possible/impossible|likely/unlikely|legal/illegal|public/private|positive/negative|"
        "inside/outside|above/below|large/small|larger/smaller|good/bad|all/none|some/no|many/few|same/different|with/without|older/younger|"
        "strong/weak|success/failure|failed to/managed to|victory/defeat|buy/sell|bought/sold|born/died|father/son|mother/daughter|"
        "brother/sister|husband/wife|his/her|he/she|may/will|could/did|might/will|planned to/refused to|only/also|common/rare|high/low|"
        "summer/winter|day/night|left/right|rich/poor|open/closed|opened/closed|joined/left|arrived/left|war/peace|against/for|"
        "denied/confirmed|rejected/approved|praised/criticized|ruled out/planned|exceeded/missed|gained/lost|added/removed|"
        "Monday/Thursday|Tuesday/Friday|January/August|March/October|April/November|June/December|July/February|September/May"
    ).split("|")
]


@dataclass(frozen=True)
class Text:
    """A text and the characters of it that are wrong."""

    text: str
    wrong: tuple[tuple[int, int], ...] = ()

    def put(self, start: int, end: int, new: str, *, wrong: bool = False) -> "Text":
        """Return the text with `new` from `start` to `end`; what is wrong moves along."""
        move = len(new) - (end - start)
        kept = [(a + move * (a >= end), b + move * (b >= end)) for a, b in self.wrong if b <= start or a >= end]
        text = self.text[:start] + new + self.text[end:]
        return Text(text, (*kept, (start, start + len(new))) if wrong else tuple(kept))


def shorten(text: Text, source: random.Random) -> Text | None:
    """Leave out a clause, or what stands in brackets; None if there is nothing to leave out."""
    cuts = [match.span() for cut in (_APPOSITION, _TAIL, _BRACKET, _OPENING) for match in cut.finditer(text.text)]
    cuts = [(start, end) for start, end in cuts if len(text.text) - (end - start) > 30]
    if not cuts:
        return None
    start, end = source.choice(cuts)
    if text.text[start] == "," and end < len(text.text) and text.text[end] == "," and _is_apposition(text.text[start + 2 : end]):
        end += 1  # the comma that closes it
    short = text.put(start, end, "")
    return short.put(0, 1, short.text[0].upper()) if start == 0 else short


def _is_apposition(clause: str) -> bool:
    return clause.split()[0] in {"which", "who", "where", "whose", "including", "a", "an", "the"}


def reword(text: Text, net: WordNet, source: random.Random) -> Text:
    """Put other words of the same meaning in, turn "A and B" around, or leave a small word out."""
    pairs = [*_both(_SAME), ("in order to", "to")]
    options = [(match.span(), new) for old, new in pairs for match in re.finditer(rf"\b{re.escape(old)}\b", text.text)]
    options += [(match.span(), f"{match[2]} and {match[1]}") for match in _LIST_AND.finditer(text.text)]
    options += [
        (match.span(), " ") for match in re.finditer(r" (?:also|however|then|therefore|that|very|still|already|just|then) ", text.text)
    ]
    options += [(match.span(), new) for match in _PLAIN.finditer(text.text) for new in net.same_as(match[0])[:3]]
    source.shuffle(options)
    before = len(text.text)
    for span, new in sorted(options[: source.choice((1, 2, 3))], reverse=True):
        if span[1] <= before and all(end <= span[0] or start >= span[1] for start, end in text.wrong):
            text, before = text.put(*span, new), span[0]
    return text


def _both(pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [*pairs, *((second, first) for first, second in pairs)]


def add_noise(text: Text, source: random.Random) -> Text:
    """Write a text as badly set summaries are: odd quotation marks, spaces and doubled words, no last full stop."""
    draw = source.random()
    if draw < 0.3 and '"' in text.text:
        return Text(text.text.replace('"', source.choice(("'", "`", "''"))), text.wrong) if "''" not in text.text else text
    if draw < 0.5:
        place = text.text.find(",")
        return text.put(place, place + 1, " ,") if place > 0 else text
    if draw < 0.7 and text.text.endswith("."):
        return text.put(len(text.text) - 1, len(text.text), source.choice(("", " .")))
    words = list(re.finditer(r"\b(?:the|a|an|of|has|had|been|was|is) ", text.text))
    if not words:
        return text
    word = source.choice(words)
    return text.put(*word.span(), "" if draw < 0.9 else word[0] * 2)


def swap_name(text: Text, others: Sequence[str], evidence: str, source: random.Random) -> Text | None:
    """Put another name in the place of one."""
    names = list(NAME.finditer(text.text))
    if not names or not others:
        return None
    old = source.choice(names)
    new = [name for name in others if not set(name.lower().split()) & set(text.text.lower().split())]
    return text.put(*old.span(), source.choice(new), wrong=True) if new else None


def swap_number(text: Text, others: Sequence[str], source: random.Random) -> Text | None:
    """Put another number in the place of one."""
    numbers = list(NUMBER.finditer(text.text))
    if not numbers:
        return None
    old = source.choice(numbers)
    new = [
        number
        for number in others
        if number not in text.text and number[0].isdigit() == old[0][0].isdigit() and abs(len(number) - len(old[0])) < 3
    ]
    if not new and old[0].isdigit():
        new = [str(int(old[0]) + step) for step in (-3, -1, 1, 2, 10) if int(old[0]) + step > 0]
    return text.put(*old.span(), source.choice(new), wrong=True) if new else None


def swap_roles(text: Text, source: random.Random) -> Text | None:
    """Exchange two names of a sentence that are not merely listed together."""
    names = list(
        re.finditer(rf"^(?!The |In |On |At |It |This |He |She |They )[A-Z][\w’-]+(?: [A-Z][\w’-]+)*(?= [a-z])|{NAME.pattern}", text.text)
    )
    pairs = [
        (first, second)
        for first, second in zip(names, names[1:], strict=False)
        if len(text.text[first.end() : second.start()].split()) > 1 and not _ROLES.search(text.text[first.end() : second.start()])
    ]
    if not pairs:
        return None
    first, second = source.choice(pairs)
    if set(first[0].lower().split()) & set(second[0].lower().split()):
        return None
    return text.put(*second.span(), first[0], wrong=True).put(*first.span(), second[0], wrong=True)


def negate(text: Text, source: random.Random) -> Text | None:
    """Put a "not" in, or take one out."""
    if found := _NOT.search(text.text):
        if found[0].strip() in ("not", "never"):
            start, end = found.span()
            near = re.search(r"\w+\s*$", text.text[:start])
            gone = text.put(start, end, "")
            return Text(gone.text, (*gone.wrong, near.span() if near else (max(start - 2, 0), start + 2)))
        return None
    places = list(_HELPING.finditer(text.text))
    if not places:
        return None
    place = places[0] if source.random() < 0.7 else source.choice(places)
    new = source.choice(("not", "not", "never")) if place[1] != "do" else "not"
    short = {"is": "isn't", "was": "wasn't", "did": "didn't", "has": "hasn't", "will": "won't", "could": "couldn't"}
    if place[1] in short and source.random() < 0.25:
        return text.put(*place.span(), short[place[1]], wrong=True)
    return text.put(place.end(), place.end(), f" {new}", wrong=True)


def distort(text: Text, source: random.Random) -> Text | None:
    """Put a word's opposite in its place."""
    options = [(match.span(), new) for old, new in _both(_OPPOSITE) for match in re.finditer(rf"\b{re.escape(old)}\b", text.text)]
    return _put_one(text, options, source)


def swap_word(text: Text, net: WordNet, source: random.Random) -> Text | None:
    """Put a word of the same sort with another meaning in the place of one."""
    found = [(match.span(), net.other_than(match[0])) for match in _PLAIN.finditer(text.text)]
    return _put_one(text, [(span, source.choice(others)) for span, others in found if others], source)


def borrow_word(text: Text, others: Sequence[str], net: WordNet, source: random.Random) -> Text | None:
    """Put a word of another sentence with the same form in the place of one."""
    found = [(match.span(), match[0], net.kind(match[0])) for match in _PLAIN.finditer(text.text)]
    known = {word: net.kind(word) for word in others}
    options = [
        (span, other)
        for span, word, kind in found
        if kind
        for other, same in known.items()
        if same == kind and other not in text.text and other not in net.same_as(word)
    ]
    return _put_one(text, options, source)


def _put_one(text: Text, options: Sequence[tuple[tuple[int, int], str]], source: random.Random) -> Text | None:
    if not options:
        return None
    span, new = source.choice(options)
    return text.put(*span, new, wrong=True)


def splice(text: Text, source: random.Random) -> Text | None:
    """Leave out some words in the middle, a verb among them, as a bad summary does."""
    found = list(re.finditer(r"\S+", text.text))
    options = []
    for first in range(2, len(found) - 3):
        for size in range(2, min(9, len(found) - first - 2)):
            cut = text.text[found[first].start() : found[first + size].start()]
            before = text.text[: found[first].start()].rstrip()
            if _FINITE.search(cut) and before[-1] not in ",;:" and not _JOINS.match(cut):
                options.append((found[first - 1].start(), found[first].start(), found[first + size].start(), found[first + size].end()))
    if not options:
        return None
    near, start, end, _ = source.choice(options)
    spliced = text.put(start, end, "")
    return Text(spliced.text, (*spliced.wrong, (near, min(start + 12, len(spliced.text)))))


def cut_subject(sentence: str) -> tuple[str, str] | None:
    """Return the words of a plain sentence before its verb, and the rest."""
    verb = _FINITE.search(sentence)
    if not verb or not 2 < verb.start() < 60 or "," in sentence[: verb.start()]:
        return None
    return sentence[: verb.start()].rstrip(), sentence[verb.start() :]


def unqualify(text: Text, source: random.Random) -> Text | None:
    """Leave out a word that limits what is said."""
    found = list(_QUALIFIER.finditer(text.text))
    if not found:
        return None
    match = source.choice(found)
    gone = text.put(*match.span(), "")
    return Text(gone.text, (*gone.wrong, (match.start(), min(match.start() + 10, len(gone.text)))))


_FINITE = re.compile(r"\b(?:is|was|were|are|has|had|have|will|would|could|can|became|began|made|took|gave|won|lost|led|[a-z]{3,}ed)\b")
_JOINS = re.compile(r"(?:and|or|but|which|who|that|in|on|at|by|for|with|after|before|when|while|as|because|also|the)\b", re.IGNORECASE)
_QUALIFIER = re.compile(
    r"\b(?:formerly|former|possibly|possible|alleged|allegedly|reportedly|some|nearly|almost|only|partly|suspected|potential|initially|"
    r"temporarily|usually|often|rarely|likely to|tried to|attempted to|about to|failed to|planned to|expected to|proposed|part of|half of|"
    r"at least|up to|fewer than|less than|more than) "
)

"""What a sentence asserts: what it denies or leaves open, who says it, who does it to whom; and where two sentences differ in that."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.facts import fold, known_names, names, same_word, share

Stance = Literal["yes", "no", "open"]

_CUE = re.compile(
    r"""(?P<back>\b(?:out\ of\ the\ question | off\ the\ table | not\ an\ option | taboo ))
    | (?P<cue>\b(?: not(?!\ (?:only|just|necessarily|least)\b) | never | no(?!\ (?:doubt|longer\ than|one\ but)\b) | none | nobody
      | nothing | neither | nor | without | cannot | refus(?:e[sd]?|ing|als?) | reject(?:s|ed|ing|ion)? | den(?:y|ies|ied|ying|ials?)
      | declin(?:e[sd]?|ing)\ to | rul(?:e[sd]?|ing)(?:\ (?:it|this|that|them|anything|nothing))?\ out
      | oppos(?:e[sd]?|ing|ition) | against
      | exclud(?:e[sd]?|ing) | unlikely | avoid(?:s|ed|ing)? | bypass(?:es|ed|ing)? | lack(?:s|ed|ing)?
      | fail(?:s|ed|ing)?\ to | dismiss(?:es|ed|ing)? | disavow(?:s|ed|ing)? | unable
      | distanc(?:e[sd]?|ing)\ (?:him|her|it|them)sel(?:f|ves)\ from
      )\b) | (?P<short>(?<=[\w\ ])n'\ ?t\b)""",
    re.IGNORECASE | re.VERBOSE,
)
_VERB = re.compile(r"rul\w+(?: \w+)? out|reject|den[yi]|dismiss|exclud|oppos|disavow|refus|declin|avoid|fail|bypass|lack")  # verbs
_ENDED = re.compile(r"\s*(?:[^\w\s]|$|(?:by|on|in|at|as|after|when|because|and|but|last|this|yesterday|today)\b)")
_BOUND = re.compile(
    r"[,;:()“”\"—–]|\b(?:but|although|though|while|whereas|because|since|which|who|after|before|if|unless|until|despite|amid|and)\b",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[^\W_](?:[\w'.&]*\w)?")
_REACH = 9  # words after a cue that it can deny
_PRONOUN = re.compile(r"\b(?:he|she|they|it|we|i)\b")
_ALIKE = 0.7  # share of a claim's words that a sentence has where one denial is all that they differ in
_MOST = 0.6  # share of the common words that must be denied by one side only
_OUTCOMES = (
    ("rul", "was ruled out"),
    ("refus", "was refused"),
    ("den", "was denied"),
    ("reject", "was rejected"),
    ("declin", "was declined"),
)
_CHAINED = 2  # words between two cues that work on each other: "refused to rule out"
_ADVERBS = frozenset("still yet now also already firmly clearly flatly explicitly repeatedly".split())
BE = frozenset("is are was were be been being".split())
STOP = frozenset(
    "a an the and or but nor so yet of in on at to for from by with as into over under about than then that this these those it its he she "
    "they them his her their him we us our you your i my me is are was were be been being has have had having do does did will would can "
    "could may might shall should must not no there here also such any some all more most other another one who whom which what when where "
    "why how if while because since until after before during between against without within out up down off only just very too said says "
    "say saying told tell according both each either neither still even already however".split()
)
_SAYS = (
    r"(?:said|says|say|told|tells|added|adds|argued|argues|insisted|insists|stated|states|warned|warns|announced|announces|noted|notes|"
    r"explained|wrote|writes|declared|confirmed|claimed|claims|stressed|believes|believed|suggested|acknowledged|admitted|tweeted|"
    r"predicted|urged|reiterated|emphasi[sz]ed|commented|testified|recalled|remarked|responded|replied|asked|thinks|thought)"
)
_RUN = r"(?:(?:[A-ZÀ-Þ][\w.’'-]*|of|the|de|van|von)\s)*[A-ZÀ-Þ][\w’'-]*\w"
_SPEAKER = re.compile(
    rf"(?P<before>{_RUN})(?:, (?P<beside>[^,.“”\"]{{3,90}}),)?"
    rf"(?: (?:has|had|have|also|later|then|repeatedly|\w+ly|himself|herself)){{0,2}} {_SAYS}\b(?! by)"
    rf"|\b(?!told|tells|asked|urged|warned|warns){_SAYS} (?:the )?(?:[a-z-]+ ){{0,4}}?(?P<after>{_RUN})"
    rf"|\b[Aa]ccording to (?:the )?(?:[a-z-]+ ){{0,4}}?(?P<source>{_RUN})"
)
_ANOTHER = re.compile(
    rf"\b(?:he|she|they|it|who|\w+s|official|spokesman|spokeswoman|spokesperson|minister|president|diplomat|man|woman) {_SAYS}\b",
    re.IGNORECASE,
)
_MUTUAL = frozenset("met meet meets meeting married talked talks spoke discussed fought agreed joined share shared tied drew".split())
IRREGULAR = frozenset(
    "beat won lost hit shot met led fed sued told gave took made saw held kept left sent paid bought sold caught fought found struck put "
    "cut overtook overthrew outran sought taught withdrew backed owes owe beats likes hates loves blames".split()
)
_GETS, _GIVES = frozenset("signed bought acquired".split()), frozenset("sold released".split())  # a player, a company


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a sentence, folded, and whether the sentence denies it or leaves it open."""

    word: str
    stance: Stance
    cue: str = ""  # what denies it, in lower case
    scope: int = 0  # number of that cue in the sentence, from 1
    near: int = 0  # how many words from that cue it stands, from 1


@lru_cache(maxsize=1024)
def tokens(sentence: str) -> tuple[Token, ...]:
    """Return the words of a sentence with the stance it takes to each."""
    text = fold(sentence)
    found = list(_TOKEN.finditer(text))
    stances: list[Stance] = ["yes"] * len(found)
    cues = [("", 0, 0)] * len(found)
    for scope, (chain, backwards) in enumerate(_chains(text), start=1):
        start, end = chain[0].start(), chain[-1].end()
        cue = text[start:end]
        after = [place for place, word in enumerate(found) if word.start() >= end][:_REACH]
        bound = _BOUND.search(text, end)
        reached = [place for place in after if not bound or found[place].start() < bound.start()]
        before = [place for place, word in enumerate(found) if word.end() <= start]
        if backwards or (_VERB.match(cue) and _ENDED.match(text, end) and _is_passive([found[place][0] for place in before])):
            bounds = [match.end() for match in _BOUND.finditer(text[:start])]
            reached = [place for place in reversed(before) if found[place].start() >= max(bounds, default=0)]
        for near, place in enumerate(reached, start=1):
            stances[place] = "open" if len(chain) > 1 else "no"
            cues[place] = (cue, scope, near)
    return tuple(Token(word[0].removesuffix("'s"), stance, *cue) for word, stance, cue in zip(found, stances, cues, strict=True))


def _is_passive(before: Sequence[str]) -> bool:
    """Whether words end in a form of "be", with an adverb behind it or not."""
    return bool(before) and (before[-1] in BE or (len(before) > 1 and before[-2] in BE and before[-1] in _ADVERBS))


def _chains(text: str) -> Iterator[tuple[list[re.Match[str]], bool]]:
    """Yield the cues that work on each other, and whether they deny what stands before them."""
    chain: list[re.Match[str]] = []
    for match in _CUE.finditer(text):
        between = text[chain[-1].end() : match.start()] if chain else ""
        if chain and not (_VERB.match(match[0]) and len(_TOKEN.findall(between)) <= _CHAINED and not _BOUND.search(between)):
            yield chain, chain[-1].lastgroup == "back"
            chain = []
        chain.append(match)
    if chain:
        yield chain, chain[-1].lastgroup == "back"


def shared(claim: str, sentence: str, known: frozenset[str]) -> list[tuple[Token, Token]]:
    """Return the content words that a claim has in common with a sentence, names left out."""
    called = known | known_names(claim) | known_names(sentence)
    pairs = []
    there = [token for token in tokens(sentence) if token.word not in STOP]
    for token in tokens(claim):
        if token.word in STOP or token.word in called:
            continue
        same = [other for other in there if same_word(token.word, other.word)]
        if same:
            pairs.append((token, next((other for other in same if other.stance == token.stance), same[0])))
    return pairs


def denial(claim: str, sentence: str, known: frozenset[str], there: Collection[str] = ()) -> str:
    """Return how a sentence contradicts a claim about the same thing, by a denial that only one of the two has; else nothing.

    `known` are the folded words of names that show elsewhere; `there` are words beside the sentence that may say the claim's denial.
    """
    both = shared(claim, sentence, known)
    for turned in _turned(claim, sentence, both, known):
        if _of_same(claim, sentence, turned, known, there) is not None:
            return _reason(turned)
    differ = [(one, other) for one, other in both if one.stance != other.stance]
    if not differ or any(one.stance == other.stance != "yes" for one, other in both):
        return ""
    same = _of_same(claim, sentence, differ, known, there)
    if same is None or (not (same and both[0] in differ) and (len(differ) < 2 or len(differ) < _MOST * len(both))):
        return ""
    return _reason(differ)


def _of_same(
    claim: str, sentence: str, differ: Sequence[tuple[Token, Token]], known: frozenset[str], there: Collection[str]
) -> bool | None:
    """Whether the two say it of the same name; None if of different ones, or if a denial of the claim's own is there in another form."""
    if any(one.stance != "yes" for one, _ in differ):
        words = {token.word for token in tokens(sentence)}.union(there)
        if any(same_word(cue, word) for cue in denials(claim) for word in words):
            return None
    mine, theirs = _subjects(claim, differ[0][0], known), _subjects(sentence, differ[0][1], known)
    same = any(same_word(one, other) for one in mine for other in theirs)
    return None if mine and theirs and not same else same


def _reason(differ: Sequence[tuple[Token, Token]]) -> str:
    one, other = max(differ, key=lambda pair: pair[1].stance != "yes")
    if other.stance == "open":
        return "the quotes only say that this was not ruled out" if one.stance == "yes" else "the quotes say that this was not ruled out"
    if other.stance == "no":
        return f"the quotes say that this {_told(other.cue)}"
    return "the quotes say the opposite" if one.stance == "no" else ""


def _turned(claim: str, sentence: str, both: Sequence[tuple[Token, Token]], known: frozenset[str]) -> Iterator[list[tuple[Token, Token]]]:
    """Yield the words that a denial of one side reaches and the other side does not deny, if the two are else much alike."""
    wanted = [token.word for token in tokens(claim) if token.word not in STOP]
    if share(wanted, [token.word for token in tokens(sentence)]) < _ALIKE or _count_cues(claim) == _count_cues(sentence):
        return
    called = STOP | known | known_names(claim) | known_names(sentence)
    for side, text in enumerate((claim, sentence)):
        for scope in {pair[side].scope for pair in both} - {0}:
            reached = [pair for pair in both if pair[side].scope == scope]
            nearest = min(token.near for token in tokens(text) if token.scope == scope and token.word not in called)
            if any(one.stance == other.stance for one, other in reached) or all(pair[side].near > nearest for pair in reached):
                continue
            if len(reached) > 1 or reached[0][side].cue == "no":
                yield reached


def _count_cues(text: str) -> int:
    return sum(len(chain) for chain, _ in _chains(fold(text)))


def _told(cue: str) -> str:
    for word, told in _OUTCOMES:
        if cue.startswith(word):
            return told
    return "is not so"


def _subjects(sentence: str, token: Token, known: frozenset[str]) -> list[str]:
    """Return the last words of the names before a word of the sentence, or before what denies it; none if a pronoun is nearer."""
    text = fold(sentence)
    text = text[: max(text.find(token.cue) if token.cue else text.find(token.word), 1)]
    before = {name: text.find(name) for name in map(fold, names(sentence, known))}
    pronoun = max((match.start() for match in _PRONOUN.finditer(text)), default=-1)
    if pronoun > max(before.values(), default=-1):
        return []
    return [name.split()[-1] for name, place in before.items() if place >= 0]


def denials(claim: str) -> list[str]:
    """Return the verbs by which a claim itself denies something: "denied", "refused"."""
    return [match[0].split()[0] for match in _CUE.finditer(fold(claim)) if _VERB.match(match[0])]


@lru_cache(maxsize=1024)
def speakers(sentence: str, known: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return the names of those to whom a sentence gives its words."""
    found = []
    for match in _SPEAKER.finditer(sentence):
        run = match["before"] or match["after"] or match["source"]
        named = names(f"{run} said" if match.start() == 0 and match["before"] else f"x {run}", known)
        found += [*named[-1:], *names(f"x {match['beside'] or ''}")[-1:]]
    return tuple(dict.fromkeys(found))


def has_unnamed_speaker(sentence: str) -> bool:
    """Whether someone who is not named there is said to speak: "he said", "officials said"."""
    return _ANOTHER.search(sentence) is not None


def deeds(sentence: str, known: frozenset[str] = frozenset()) -> list[tuple[str, str, str]]:
    """Return (who, did, to whom) of a sentence, folded, for each verb between two names; a passive is turned around."""
    text = fold(sentence)
    marks = []
    for name in names(sentence, known):
        last = fold(name)
        place = text.find(last)
        if place >= 0:
            marks.append((place, place + len(last), last.split()[-1]))
    found = []
    marks.sort()
    for (_, end, first), (start, _, second) in zip(marks, marks[1:], strict=False):
        between = [match[0] for match in _TOKEN.finditer(text[end:start])]
        if _BOUND.search(text[end:start]) and not text[end:start].lstrip(", ").startswith("who"):
            continue
        for place, word in enumerate(between[:6]):
            if word in _MUTUAL or word in STOP or not (word.endswith("ed") or word in IRREGULAR):
                continue
            passive = place and between[place - 1] in BE and "by" in between[place + 1 : place + 3]
            if len(between) - place > 4 or not {"for", "with"}.isdisjoint(between[place:]):
                continue
            found.append((second, word, first) if passive else (first, word, second))
            break
    return found


def exchanged(claim: str, sentences: Sequence[str]) -> bool:
    """Whether a claim exchanges who does something and to whom it is done, or has somebody buy what they sold."""
    known = frozenset[str]().union(*map(known_names, (claim, *sentences)))
    told = [deed for sentence in sentences for deed in deeds(sentence, known)]
    for who, did, whom in deeds(claim, known):
        alike = [(one, other) for one, verb, other in told if same_word(did, verb)]
        if any(same_word(one, who) and same_word(other, whom) for one, other in alike):
            return False
        if any(same_word(one, whom) and same_word(other, who) for one, other in alike):
            return True
        opposite = _GIVES if did in _GETS else _GETS if did in _GIVES else frozenset[str]()
        if any(verb in opposite and same_word(one, who) and same_word(other, whom) for one, verb, other in told):
            return True
    return False

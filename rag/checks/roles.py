"""Who does what in a sentence, and whose a number is; and where a claim gives it to somebody else."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from index.words import split_terms
from rag.checks.assertions import BE, IRREGULAR, STOP
from rag.facts import fold, is_country, names, same_word
from rag.quantities import Number, numbers, years
from rag.verbs import other_forms

_TOKEN = re.compile(r"[^\W_](?:[\w'.&]*\w)?")
_HELPING = BE | frozenset("who has have had will would also not never then later again just already himself herself".split())
_AFTER = 4  # words between a subject and its verb
_REACH = 4  # words from a verb to its year, or to what it is done to
_TURNS = frozenset("but while whereas though although".split())
# What stands before a verb that is only to come; "would" where somebody says so: else it tells of what came later.
_COMING = re.compile(
    r"""\b(?: will | could | may | might | shall | should | (?:said|says|told|announced|promised|pledged|vowed|if)\b[^.!?\n]*\bwould
    | (?:plan|want|hop|intend|aim|promis|pledg|vow|propos|threaten|expect|due|set|going)\w*[ ]to )
    [ ](?:(?:not|also|soon|be|have|been|\w+ly)[ ]){0,2}$""",
    re.VERBOSE,
)
_LEFT_OPEN = re.compile(r"\b(?:if|will|would|could|can|may|might|shall|should|be|being)\b")
_COUNTS_IN = re.compile(r"(?: ?%| [a-z]+)? in (?:the )?")
_SPEECH = frozenset(
    "said says told asked added argued insisted stated warned announced noted claimed reported believed called called named based".split()
)


def other_doer(claim: str, sentences: Sequence[str], known: frozenset[str]) -> tuple[str, str] | None:
    """Return (who it is by the sentences, who by the claim) if they give what a claim's subject does to somebody else.

    `known` are the folded words of names that show elsewhere.
    """
    own = next((doing for doing in _doings(claim, known) if doing[2]), None)
    if own is None or is_country(own[2]):
        return None
    stem, passive, claimed = own
    told = [doing for sentence in sentences for doing in _doings(sentence, known) if doing[0] == stem]
    if not told or any(voice != passive or not doer or is_country(doer) or _same(claimed, doer) for _, voice, doer in told):
        return None
    return told[0][2], claimed


def other_object(claim: str, sentences: Sequence[str], known: frozenset[str]) -> tuple[str, str] | None:
    """Return (year or name by a sentence, by the claim) if a sentence gives a claim's verb another one, and the claim's to another verb.

    Of names that counts only where the sentence sets the two against each other, by "but": else the verbs may mean the same.
    """
    told = [_objects(sentence, known) for sentence in sentences]
    for did, thing, _ in _objects(claim, known):
        if any(verb == did and _same(thing, other) for objects in told for verb, other, _ in objects):
            continue
        for objects in told:
            own = [part for _, other, part in objects if _same(thing, other)]
            for verb, other, part in objects:
                if verb == did and other.isdecimal() == thing.isdecimal() and own and (thing.isdecimal() or part not in own):
                    return other, thing
    return None


def _objects(sentence: str, known: frozenset[str]) -> list[tuple[str, str, int]]:
    """Return each verb that has a name right behind it or a year soon, with that, and in which part of the sentence, parted by "but"."""
    text = fold(sentence)
    marks = {start: name for start, _, name in _places(sentence, text, known)}
    found: list[tuple[str, str, int]] = []
    verb, far, part = "", 0, 0
    for token in re.finditer(rf"{_TOKEN.pattern}|[^\s]", text):
        far += 1
        part += token[0] in _TURNS
        name = marks.get(token.start(), "") if far == 1 else ""
        if verb and (name or (far <= _REACH and years(token[0]))):
            found.append((verb, name or token[0], part))
        elif _is_verb(token[0]) and token[0] not in _SPEECH:
            verb, far = _verb(token[0]), 0
        elif not token[0][0].isalnum():
            verb = ""
    return found


def is_to_come(claim: str, texts: Sequence[str]) -> bool:
    """Whether a claim has something done to something of which all the texts only say that it will, would or may be."""
    text, whole = fold(claim), fold(" \n".join(texts))
    if _LEFT_OPEN.search(text):
        return False
    for token in _TOKEN.finditer(text):
        if not _is_verb(token[0]) or token[0].endswith("ing") or token[0] in _SPEECH or text[: token.start()].endswith("to "):
            continue
        there = [other for other in _TOKEN.finditer(whole) if _verb(other[0]) == _verb(token[0])]
        same = any(_behind(text, token)[:1] == [word] for other in there for word in _behind(whole, other))
        if same and all(_COMING.search(whole[: other.start()]) for other in there):
            return True
    return False


def _behind(text: str, token: re.Match[str]) -> list[str]:
    """Return the first content words behind a word of a text."""
    return [word for word in _TOKEN.findall(text[token.end() :]) if word not in STOP][:_REACH]


def _doings(sentence: str, known: frozenset[str]) -> Iterator[tuple[str, bool, str]]:
    """Yield the stem of each verb, whether it is passive, and the name right before it, or nothing where there is none."""
    text = fold(sentence)
    marks = _places(sentence, text, known)
    for token in _TOKEN.finditer(text):
        if not _is_verb(token[0]) or token[0] in _SPEECH or any(start <= token.start() < end for start, end, _ in marks):
            continue
        before = [mark for mark in marks if mark[1] <= token.start()]
        between = text[before[-1][1] : token.start()] if before else ""
        helping = _TOKEN.findall(between)
        near = bool(before) and not re.search(r"[^\w\s,']", between) and all(word in _HELPING or word.endswith("ly") for word in helping)
        passive = any(word in BE for word in _TOKEN.findall(text[: token.start()])[-3:])
        yield _stem(token[0]), passive, before[-1][2] if near and len(helping) <= _AFTER else ""


def _places(sentence: str, text: str, known: frozenset[str]) -> list[tuple[int, int, str]]:
    """Return where the names of a sentence stand in its folded text, in order."""
    marks = []
    for name in names(sentence, known):
        start = text.find(fold(name))
        end = start + len(fold(name))
        if start >= 0 and not text.startswith("'s", end):
            marks.append((start, end, name))
    return sorted(marks)


def _is_verb(word: str) -> bool:
    return (len(word) > 4 and word.endswith(("ed", "ing"))) or word in IRREGULAR


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    return (split_terms(word) or [word])[0]


def _verb(word: str) -> str:
    """Return one word for all forms of a verb."""
    return min({_stem(word), *other_forms(_stem(word))})


def _same(one: str, other: str) -> bool:
    mine, theirs = fold(one).split(), fold(other).split()
    return any(same_word(word, there) for word in mine for there in theirs if word not in STOP)


def other_owner(claim: str, sentences: Sequence[str], known: frozenset[str]) -> tuple[Number, str, str] | None:
    """Return (number, whose it is by the sentences, whose by the claim) if a sentence gives the two a number of the same thing each."""
    text = fold(claim)
    marks = _places(claim, text, known)
    if len(marks) != 1:
        return None
    claimed = marks[0][2]
    for number in numbers(claim):
        for sentence in sentences:
            owners = _owners(sentence, known)
            right = [name for value, of, name in owners if value == number.value]
            mine = [value for value, of, name in owners if _same(name, claimed) and of == number.of and value != number.value]
            if right and mine and not any(_same(name, claimed) for name in right):
                return number, right[0], claimed
    return None


def _owners(sentence: str, known: frozenset[str]) -> list[tuple[float, str, str]]:
    """Return each number of a sentence, the word after it, and the last name before it; and the place in which it counts."""
    text = fold(sentence)
    marks = _places(sentence, text, known)
    found = []
    for number in numbers(sentence):
        place = text.find(number.text.lower())
        before = [name for start, _, name in marks if start < place]
        if before:
            found.append((number.value, number.of, before[-1]))
        counts = _COUNTS_IN.match(text, place + len(number.text))
        found += [(number.value, number.of, name) for start, _, name in marks if counts and start == counts.end()]
    return found

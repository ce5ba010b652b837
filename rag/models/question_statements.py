"""Turn a question and its answer into a statement, by simple rules: "When was Rome founded?", "753 BC" -> "Rome was founded in 753 BC"."""

import re
from collections.abc import Sequence, Set

_BE = frozenset("is are was were".split())
_DO = frozenset("do does did".split())
_HELPING = frozenset("can could will would should may might must has have had".split())
_PREPOSITIONS = frozenset("in on at by from to with for of during after before since until under around near as into through over".split())
_DETERMINERS = frozenset("the a an this that these those its their his her some any most many all each every".split())
_WHERE_WHEN = frozenset({"when", "where"})
_PARTICIPLES = frozenset(
    "known made built held born found given taken won lost led sent set put run begun called said told written seen shown sold spoken "
    "thought brought bought left paid kept met grown drawn chosen driven broken beaten caught cut done drunk eaten fallen felt flown "
    "forgotten fought hidden hit hurt laid meant read ridden risen shot shut spent spread struck sung taught thrown understood worn".split()
)
IRREGULAR = dict(
    pair.split(":")
    for pair in (
        "begin:began become:became break:broke bring:brought build:built buy:bought catch:caught choose:chose come:came cost:cost cut:cut "
        "do:did draw:drew drive:drove eat:ate fall:fell feel:felt fight:fought find:found fly:flew get:got give:gave go:went grow:grew "
        "have:had hear:heard hide:hid hit:hit hold:held keep:kept know:knew lay:laid lead:led leave:left lend:lent let:let lie:lay "
        "lose:lost make:made mean:meant meet:met overthrow:overthrew pay:paid put:put read:read ride:rode rise:rose run:ran say:said "
        "see:saw seek:sought sell:sold send:sent set:set shoot:shot show:showed sing:sang sit:sat speak:spoke spend:spent spread:spread "
        "stand:stood steal:stole strike:struck swear:swore take:took teach:taught tell:told think:thought throw:threw "
        "understand:understood undergo:underwent wear:wore win:won withdraw:withdrew write:wrote be:was"
    ).split()
)
_ASKS = re.compile(r"\b(who|whom|what|which|when|where|why|how)\b", re.IGNORECASE)


def base_verbs(texts: Sequence[str]) -> frozenset[str]:
    """Return the words that stand more than once after "to", "did" or a helping verb in the texts."""
    counts: dict[str, int] = {}
    for text in texts:
        for word in re.findall(r"\b(?:to|can|could|will|would|should|may|might|must|not) ([a-z]{2,})\b", text):
            counts[word] = counts.get(word, 0) + 1
    not_verbs = _PREPOSITIONS | _DETERMINERS | _BE | {"been", "also", "not", "only", "about", "other"}
    return frozenset(word for word, count in counts.items() if count > 1 and word not in not_verbs) | IRREGULAR.keys()


def to_statement(question: str, answer: str, before: str, verbs: Set[str]) -> tuple[str, int] | None:
    """Return a statement and the character at which the answer stands in it, or None where no rule fits.

    `before` is the word before the answer in its sentence: its preposition is the one to use.
    """
    words = question.strip().rstrip("?").strip().replace(" ?", "").split()
    asks = next((place for place, word in enumerate(words) if _ASKS.fullmatch(word.strip(","))), None)
    answer = answer.strip().rstrip(".").strip()
    if asks is None or asks > 1 or len(words) < 4 or not answer:
        return None
    lead = words[0].lower() if asks == 1 else ""
    if lead and lead not in _PREPOSITIONS:
        return None
    parts = _parts(words[asks:], lead, answer, before.lower(), verbs)
    if parts is None:
        return None
    head, tail = " ".join(parts[0]), " ".join(parts[1])
    text = f"{head} {answer} {tail}".strip()
    return text[0].upper() + text[1:] + ".", len(head) + 1 if head else 0


_Parts = tuple[Sequence[str], Sequence[str]]  # the words before the answer and those after it


def _parts(words: Sequence[str], lead: str, answer: str, before: str, verbs: Set[str]) -> _Parts | None:
    asked = words[0].lower()
    place = next((at for at, word in enumerate(words) if at and word.lower() in _BE | _DO | _HELPING), None)
    joint = [] if answer.split()[0].lower() in _PREPOSITIONS else [lead or (before if before in _PREPOSITIONS else "in")]
    if place is None or (place > 1 and words[place - 1].lower() in ("who", "that", "which")):
        return _subject(words, verbs) if not lead else None
    helping, rest, noun = words[place].lower(), words[place + 1 :], words[1:place]
    if len(noun) > 5 or not rest:
        return None
    counted = asked == "how" and noun and noun[0].lower() in ("many", "much")
    if asked in ("how", "why") and not counted:
        joint = {"why": [] if answer.split()[0].lower() in ("because", "to", "due", "for", "as") else ["because"]}.get(
            asked, joint if before in _PREPOSITIONS else []
        )
        if asked == "how" and not joint:
            return None
    if helping not in _DO and not lead and (asked in ("who", "what", "which") or counted):
        return _be(words, noun if counted else (), helping, rest, verbs)
    split = _split(rest, helping, verbs)
    if split is None:
        return ([*rest, helping, *joint], []) if helping in _BE and asked in _WHERE_WHEN and len(rest) < 7 else None
    subject, verb, more = split
    clause = [*subject, *([] if helping in _DO else [helping]), _inflect(verb, helping)]
    if lead or asked in ("when", "where", "how", "why") and not counted:
        return [*clause, *more, *joint], []
    named = noun[1:] if counted else ()
    return ([*clause, *more], named) if more and more[-1].lower() in _PREPOSITIONS else (clause, [*named, *more])


def _subject(words: Sequence[str], verbs: Set[str]) -> _Parts | None:
    """Return the parts of a question whose subject is asked: "Who conquered England?", "What army conquered England?"."""
    asked = words[0].lower()
    if asked == "who":
        return [], words[1:]
    if asked in ("what", "which"):
        past = next((at for at in range(1, min(len(words), 5)) if _is_finite(words[at], verbs)), None)
        return ([], words[past:]) if past else None
    if asked == "how" and words[1].lower() == "many":
        return [], words[2:]
    return None


def _is_finite(word: str, verbs: Set[str]) -> bool:
    return word.endswith("ed") or word in IRREGULAR.values() or (word.endswith("s") and word[:-1] in verbs)


def _be(words: Sequence[str], counted: Sequence[str], helping: str, rest: Sequence[str], verbs: Set[str]) -> _Parts | None:
    """Return the parts of "What is the capital?", "How many people were killed?", "Who was Rollo led by?"."""
    if rest[-1].lower() in _PREPOSITIONS:
        split = _split(rest, helping, verbs)
        return None if split is None else ([*split[0], helping, split[1], *split[2]], counted[1:])
    if counted and rest[0].lower() == "there":
        return ["there", helping], [*counted[1:], *rest[1:]]
    if not counted and helping in _BE and rest[0].lower() in ("the", "a", "one", "another") and len(rest) % 2:
        return [*rest, helping], []
    return [], [*counted[1:], helping, *rest]


def _split(rest: Sequence[str], helping: str, verbs: Set[str]) -> tuple[Sequence[str], str, Sequence[str]] | None:
    """Cut "the Normans invade England" into subject, verb and what follows."""
    first = 2 if rest[0].lower() in _DETERMINERS else 1
    for place in range(first, len(rest)):
        word = rest[place].lower()
        done = word.endswith("ed") or word in _PARTICIPLES or (helping in _BE and word.endswith("ing"))
        base = word in verbs and rest[place - 1].lower() not in _DETERMINERS | _PREPOSITIONS
        if base if helping in _DO or helping in _HELPING - {"has", "have", "had"} else done:
            return rest[:place], rest[place], rest[place + 1 :]
    return None


def _inflect(verb: str, helping: str) -> str:
    if helping == "does":
        return verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "o")) else "s")
    if helping != "did":
        return verb
    if verb in IRREGULAR:
        return IRREGULAR[verb]
    if verb.endswith("e"):
        return verb + "d"
    return f"{verb[:-1]}ied" if verb.endswith("y") and verb[-2:-1] not in "aeou" else f"{verb}ed"

"""Where a claim says something else than the sentences it comes from in one word that changes the meaning: "at most" for "at least"."""

import re
from collections.abc import Iterator, Sequence

from rag.facts import fold

# Words for the same thing stand together; a claim that has one of a group contradicts a sentence that has only another.
_BOUNDS = {
    "at least": r"at least|(?:a )?minimum of|or more|no (?:fewer|less) than",
    "at most": r"at most|up to|(?:a )?maximum of|no more than",
    "more than": r"(?<!no )more than|over(?= \d)|exceed\w*|above(?= \d)",
    "less than": r"(?<!no )(?:less|fewer) than|under(?= \d)|below(?= \d)",
    "almost": r"almost|nearly|close to",
}
_MULTIPLES = {
    "half": r"half",
    "twice": r"twice|doubl\w+|two times",
    "three times": r"three times|threefold|tripl\w+",
    "four times": r"four times|fourfold",
}
_CURRENCIES = {"dollars": r"dollars?|\$", "euros": r"euros?|€", "pounds": r"pounds?|£", "yen": r"yen|¥", "roubles": r"rou?bles?"}
_MONTHS = {month.title(): month for month in "january february march april june july august september october november december".split()}
_LAST = {f"last {unit}": rf"(?:last|past|previous) {unit}" for unit in ("week", "month", "year", "night", "summer", "decade")}
_NEXT = {f"next {unit}": rf"(?:next|coming|following) {unit}" for unit in ("week", "month", "year", "summer", "decade")}
_MEDALS = {medal: medal for medal in ("gold", "silver", "bronze")}
_GROUPS = (_BOUNDS, _MULTIPLES, _LAST, _NEXT)  # held against the sentences that say most of the same
_FACTS = (_CURRENCIES, _MEDALS, _MONTHS)  # held against all that the quotes say

# Such a word contradicts another of its group only where both stand before the same word.
_BEFORE_SAME = (
    {"before": r"before|prior to|ahead of", "after": r"after|following|once", "during": r"during|amid"},
    {word: word for word in "first second third fourth fifth sixth seventh eighth ninth tenth".split()},
    {"former": r"former|ex-", "current": r"current|incumbent|sitting", "deputy": r"deputy|vice", "acting": r"acting|interim"},
    {unit: rf"\d+[- ]?{unit}s?|{unit}-long" for unit in ("day", "week", "month", "year", "decade")},
)
_DONE_TO_SAME = (
    {
        "raised": r"rais(?:e|es|ed|ing)|hik(?:e|es|ed|ing)",
        "cut": r"cut(?:s|ting)?|lower(?:s|ed|ing)?|reduc(?:e|es|ed|ing)",
        "held": r"h[eo]ld(?:s|ing)?|kept|keep(?:s|ing)?",
    },
    {"created": r"creat(?:e|es|ed|ing)", "cut": r"cut(?:s|ting)?|axe(?:s|d)?|axing|shed(?:s|ding)?|slash(?:es|ed|ing)?"},
)
_LITTLE = frozenset("the a an of its his her their that this".split())
_SAME_WITHIN = 3  # words behind them

_OPPOSITES = tuple(
    tuple(rf"\b(?:{side.strip()})" for side in pair.split("/"))
    for pair in r"""encourag|urg / discourag|dissuad
    welcom|prais|applaud|hail / condemn|denounc|criticiz|criticis
    support|back(?:s|ed|ing)?\b|endors|favou?r / oppos|against\b|reject
    vot\w+ (?:for|in favou?r)\b / vot\w+ (?:against|down)\b
    accept|agree / reject|refus|declin|disagree
    increas|ris(?:e|es|en|ing)\b|rose\b|grew\b|grow|climb|soar / decreas|fell\b|fall(?:s|ing|en)?\b|drop|declin|shr[iau]nk|plung
    sign(?:s|ed|ing)?\b / broke\b|break|tore\b|cancel|scrap
    beg[aiu]n|start|launch|rekindl|reviv|resum|reopen / end(?:s|ed|ing)?\b|stop|halt|suspend|cancel
    allow|permit|approv|legali[sz] / ban(?:s|ned|ning)?\b|forb[ia]d|prohibit|block|outlaw
    confirm / den(?:y|ies|ied|ying)\b
    open / clos(?:e|ed|es|ing)\b|shut
    liberal|progressive|left-wing / conservative|right-wing
    convict|guilty / acquit|innocent|cleared\b
    appoint|hir(?:e|ed|es|ing)\b / dismiss|fired\b|sack|oust
    strengthen|boost / weaken|undermin
    join / left\b|leav|quit
    deploy|send|sent\b / withdr|pull(?:s|ed|ing)? out
    attack / defend
    import / export
    majority / minority
    killed\b|died\b|dead\b / surviv|alive\b|wounded\b|injured\b
    possib / impossib|inevitab
    likely / unlikely
    includ / exclud
    safe / dangerous|unsafe
    free of charge|donat|gave away / sold\b|sell|paid\b
    enem|foe\b|rival / all(?:y|ies)\b|friend""".splitlines()
)
_DENIED = re.compile(r"\b(?:not|no|never|nor|neither|without|cannot|un\w+|refus\w+|declin\w+|rul\w+ out|stop\w*|end\w*)\b|n't\b")
_WILL = re.compile(r"\b(?:will|going to|is set to)\b")
_MAYBE = re.compile(
    r"\b(?:could|can|may|might|possib\w+|if|whether|consider\w*|propos\w+|suggest\w+|urg\w+|want\w*|call(?:s|ed|ing)? (?:for|on))\b"
)
_CERTAIN = re.compile(r"\b(?:will|would|shall|going to|is set to|are to|is to|plan\w*)\b")
_WORD = re.compile(r"[\w$€£¥][\w'-]*")
_QUOTATION = re.compile(r"“([^“”]+)”|\"([^\"]+)\"")
_GAP = re.compile(r"\.\.\.|…|\[[^\]]*\]|\([^)]*\)")


def made_up(claim: str, texts: Sequence[str]) -> str:
    """Return the first words between quotation marks of a claim that none of the texts has; else nothing."""
    there = " ".join(_letters(text) for text in texts)
    for match in _QUOTATION.finditer(claim):
        for part in _GAP.split(match[1] or match[2]):
            if _letters(part).strip() and f" {_letters(part).strip()} " not in f" {there} ":
                return " ".join((match[1] or match[2]).split())
    return ""


def contrast(claim: str, sentences: Sequence[str], texts: Sequence[str]) -> str:
    """Return how a claim contradicts the sentences that say most of the same, as a reason for a reader; else nothing.

    `texts` are all that the claim may rest on.
    """
    mine, theirs = fold(claim), [fold(sentence) for sentence in sentences]
    return next(_contrasts(mine, theirs, fold(" \n".join(texts))), "") if theirs else ""


def _contrasts(claim: str, sentences: Sequence[str], everything: str) -> Iterator[str]:
    whole = " \n".join(sentences)
    for group, text in (*((group, whole) for group in _GROUPS), *((group, everything) for group in _FACTS)):
        said, found = _members(group, claim), _members(group, whole)
        for word in said - _members(group, text):
            if found - said:
                yield f"the quotes say “{min(found - said)}”, not “{word}”"
    yield from _before_same(_BEFORE_SAME, claim, whole)
    if not _DENIED.search(claim):
        yield from _before_same(_DONE_TO_SAME, claim, whole)
        yield from _opposites(claim, sentences)
    if _WILL.search(claim) and all(_MAYBE.search(sentence) and not _CERTAIN.search(sentence) for sentence in sentences):
        yield "the quotes do not say that this will happen"


def _before_same(groups: Sequence[dict[str, str]], claim: str, whole: str) -> Iterator[str]:
    """Yield where a claim has one word of a group before something, and the text only another."""
    for group in groups:
        mine, theirs = list(_with_next(group, claim)), list(_with_next(group, whole))
        for word, following in mine:
            same = [other for other, words in theirs if following[:1] and following[0] in words]
            if same and word not in same:
                yield f"the quotes say “{same[0]}”, not “{word}”"


def _opposites(claim: str, sentences: Sequence[str]) -> Iterator[str]:
    best = sentences[0]
    if _DENIED.search(best):
        return
    for one, other in _OPPOSITES:
        for mine, theirs in ((one, other), (other, one)):
            said, told = re.search(rf"{mine}\w*", claim), re.search(rf"{theirs}\w*", best)
            if said and told and not re.search(theirs, claim) and not any(re.search(mine, sentence) for sentence in sentences):
                yield f"the quotes say “{told[0]}”, not “{said[0]}”"


def _members(group: dict[str, str], text: str) -> set[str]:
    return {name for name, pattern in group.items() if re.search(rf"(?<!\w)(?:{pattern})(?!\w)", text)}


def _with_next(group: dict[str, str], text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each word of a group in a text, with the words behind it."""
    for name, pattern in group.items():
        for match in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", text):
            words = [word[0] for word in _WORD.finditer(text, match.end())]
            yield name, [word for word in words if word not in _LITTLE][:_SAME_WITHIN]


def _letters(text: str) -> str:
    """Return a text's words in lower case between single spaces."""
    return " ".join(word[0] for word in re.finditer(r"\w+(?:'\w+)*", fold(text)))

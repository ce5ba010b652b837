"""Understand a question: what it asks for, and which of its words must be found."""

import re
from dataclasses import dataclass

from corpus.errors import QuestionError
from index.words import split_terms
from rag.sentence import HYPOTHESIS, NEGATION, Kind

MAX_QUESTION = 2000  # characters

# Words that say what is asked, not what it is about. Compared before stemming.
FUNCTION_WORDS = frozenset(
    "a about above according after again all also although am an and any are aren't as at be became because been before being below "
    "between both but by can can't could couldn't describe did didn't do does doesn't doing don't down during each ever explain few for "
    "from further give had hadn't has hasn't have haven't having he her here hers herself him himself his how i i'd i'll i'm i've if in "
    "into is isn't it it's its itself just know let list many may me might mine more most much must my myself name nor of off on once "
    "only or other our ours ourselves out over own please per really same say saying says said shall she should shouldn't so some "
    "such tell than that that's the their theirs them themselves then there there's these they this those through to told too under "
    "until up upon us use very was wasn't we were weren't what what's whatever when where where's whether which while who who's whom "
    "whose why will with won't would wouldn't yes yet you your yours yourself article articles happen happened "
    "following mention mentioned first last latest still".split()
)
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_SPEECH = re.compile(
    r"\b(say|says|said|saying|tell|told|state|stated|think|thinks|thought|claim|claimed|comment|commented|argue|argued|warn|warned)\b", re.I
)
_NUMBER = re.compile(
    r"\bhow (?:many|much|old|long|far|tall|large|big|high|often)\b|\bwhat (?:percentage|percent|share|number|proportion|age|amount)\b"
    r"|\bwhat (?:is|was) the (?:number of|(?:[\w-]+ )?toll)\b",
    re.I,
)
_WHEN = re.compile(r"\bwhen\b|\b(?:what|which) (?:year|day|date|month|time)\b|\bhow long ago\b", re.I)
_WHERE = re.compile(r"\bwhere\b|\b(?:what|which) (?:country|city|state|place|town)\b", re.I)
_WHO = re.compile(
    r"""\bwho(?:m|se)?\b | \bwhich[ ](?!of\b)\w+ | \bwhat[ ](?:[\w-]+[ ])?(?: person | people | man | woman | politician
    | leader | company | companies | team
    | city | country | countries | state | actor | actress | singer | artist | film | movie | show | book | brand | group
    | agency | organi[sz]ation | party
    | store | chain | retailer | airline | name )\b""",
    re.IGNORECASE | re.VERBOSE,
)
# What is wanted or foreseen: sentences that answer say that it "would be needed".
FORESEEN = re.compile(
    r"""\b(?: need(?:s|ed)? | require(?:s|d)? | necessary | enough | sufficient | expect(?:s|ed)? | predict(?:s|ed)? | estimate[sd]?
    | demand(?:s|ed)? | request(?:s|ed)? | hop(?:e|es|ed|ing)(?![ ](?:of|are|were)\b) | set[ ]to | due )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_EVENT = re.compile(r"\b(when|where|why|how)\b.{0,20}?\b(did|was|were|has|have|does|do|is|are)\b", re.I)


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart."""

    text: str
    terms: tuple[str, ...]  # index terms that carry meaning, each once, in order
    names: frozenset[str]  # those of them written like names, or numbers
    kind: Kind
    speech: bool  # asks what somebody said
    event: bool  # takes for granted that something happened ("When did Poland send ...?")
    negative: bool  # is itself about something not happening ("Who ruled out ...?")
    hypothetical: bool  # is itself about what may happen, or is needed for it ("When could ...?", "How many are needed?")
    numbers: frozenset[str]  # terms that are numbers
    pairs: frozenset[tuple[str, str]]  # neighbouring terms


def check_question(text: str) -> str:
    """Return the question without surrounding white space. Raises `QuestionError` if it cannot be searched for."""
    if not isinstance(text, str):
        raise QuestionError(f"the question is {text!r}; expected text, such as: Who ruled out ground troops?")
    stripped = " ".join(text.split())
    if not stripped:
        raise QuestionError("the question is empty; type one, such as: Who ruled out ground troops?")
    if len(stripped) > MAX_QUESTION:
        raise QuestionError(f"the question has {len(stripped):,} characters; expected at most {MAX_QUESTION:,}: shorten it")
    if not any(char.isalnum() for char in stripped):
        raise QuestionError(f"the question {stripped[:40]!r} has no words; type one, such as: Who ruled out ground troops?")
    return stripped


def understand(text: str) -> Question:
    """Take a checked question apart."""
    words = [match[0] for match in _WORD.finditer(text)]
    mixed_case = any(word[0].islower() for word in words)  # where all words are capitalized, it says nothing
    terms: dict[str, bool] = {}
    for position, word in enumerate(words):
        month = word == "May" and mixed_case and position > 0
        if word.lower().replace("’", "'") in FUNCTION_WORDS and not (month or (word.isupper() and 1 < len(word))):
            continue
        name = word[0].isdigit() or (word[0].isupper() and mixed_case and position > 0)
        for term in split_terms(word):
            if len(term) > 1 or term.isdigit():
                terms[term] = terms.get(term, False) or name
    ordered = tuple(terms)
    return Question(
        text=text,
        terms=ordered,
        names=frozenset(term for term, name in terms.items() if name),
        kind=_kind(text),
        speech=bool(_SPEECH.search(text)),
        event=bool(_EVENT.search(text)) and not _SPEECH.search(text),
        negative=bool(NEGATION.search(text)),
        hypothetical=bool(HYPOTHESIS.search(text) or FORESEEN.search(text)),
        numbers=frozenset(term for term in ordered if term.isdigit()),
        pairs=frozenset(zip(ordered, ordered[1:], strict=False)),
    )


def _kind(text: str) -> Kind:
    for kind, pattern in (("number", _NUMBER), ("when", _WHEN), ("where", _WHERE), ("who", _WHO)):
        if pattern.search(text):
            return kind  # type: ignore[return-value]
    return "other"

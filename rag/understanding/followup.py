"""Recognize a question that leans on the turns before it: by its form alone, without the conversation."""

import re

from rag.names import TITLES
from rag.question import understand

_FEW = 3  # words of meaning that a fragment has at most: "And what about Poland?"
_SHORT = 6  # ... that a question has at most whose "that" is taken to point back

AUX = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|shall|should|may|might|must)"
WH = r"(?:who|whom|whose|what|which|when|where|why|how)"

# What a question may open with that says nothing of what it is about.
_POLITE = re.compile(
    r"""^\W*(?: (?: (?:many[ ])?(?:thanks|thank[ ]you) | ok(?:ay)? | i[ ]see | got[ ]it | oh | wow | hmm+ | oops | please | hi | hello
    | by[ ]the[ ]way | btw )(?![\w'’-])
    | (?: (?:thanks|thank[ ]you)[ ](?:for|very|so)[ ][^.;!?]* | yes | no | sure | right | well | sorry | great | fine | good | interesting
    | (?:no[ ])?worries | that(?:[ ]is|['’]s)[ ](?:ok(?:ay)?|fine|great|good|interesting) )(?=[,.!;:…]|$) )[\s,.!;:…-]*""",
    re.IGNORECASE | re.VERBOSE,
)
JOINT = re.compile(r"^\W*(?:and|but|so|or|then|also|plus)\b[\s,]*(?:then\b[\s,]*)?", re.I)
OPENER = re.compile(
    r"""^\W*(?: (?:and|but|so|or|then|also|plus)\b[\s,]*(?:then\b[\s,]*)? (?:(?:what|how)[ ]about\b)? | (?:what|how)[ ]about\b
    | (?:i[ ]mean|i[ ]meant|(?:i['’]m|i[ ]am)[ ](?:asking|talking))(?:[ ]to[ ]ask)?(?:[ ]about)?\b )[\s,:]*""",
    re.IGNORECASE | re.VERBOSE,
)
_CONTRAST = re.compile(r"^\W*(?:but|then|so then)\b", re.I)
ASKS = re.compile(rf"^\W*(?:(?:(?:in|at|on|by|for|to|from|with|of|since|until|under) )?{WH}|{AUX}(?:n['’]t)?)\b", re.I)
TELLS = re.compile(r"^\W*(?:tell|explain|describe|summari[sz]e|define|list|show|give|go on|continue|say)\b", re.I)
_DEFINES = re.compile(
    rf"^\W*(?:(?:what|who)(?: (?:is|are|was|were|does|do)|['’]s) |define |explain |describe |tell me about )(?!{AUX}\b|the\b|there\b)",
    re.I,
)
PREPOSITIONS = r"(?:about|in|at|on|by|for|to|from|with|of|since|until|before|after|during)"
PREPOSITION = re.compile(rf"^\W*({PREPOSITIONS})\b", re.I)

PERSON = re.compile(r"\b(?:he|him|his|himself|she|her|hers|herself)\b(?!['’])", re.I)
_SOMEBODY = re.compile(r"\b(?:he|him|she)\b", re.I)
_PEOPLE = TITLES | frozenset(
    """actor actress artist author boy brother candidate child daughter driver father girl husband journalist lawmaker lawyer man member
    mother neighbor neighbour officer official parent patient person player politician scientist singer sister soldier somebody
    someone son student suspect teacher victim wife winner witness woman worker writer""".split()
)
_PERSONAL = re.compile(r"\b(?:he|him|his|himself|she|her|hers|herself|they|them|their|theirs|themselves|it|its|itself)\b", re.I)
# "Is it true that", "it is safe to", "how long does it take to", "those who": nothing before is referred to.
_EXPLETIVE = re.compile(
    r"""\b(?: (?:is|was|be|will|would)[ ]it | it(?:['’]s|[ ](?:is|was|will[ ]be|would[ ]be)) )[ ](?:not[ ])?\w+[ ](?:to|that|if|for|when)\b
    | \b(?:is|was)[ ]it[ ]that\b | \bthose[ ]who\b | \bit[ ](?:takes?|costs?)[ ]to\b | \bit[ ](?:seems|appears|looks)\b""",
    re.IGNORECASE | re.VERBOSE,
)
# What is done to "it": not what the name before it is. In a further clause it may be.
_OBJECT = re.compile(
    r"\b(?:him|her|it|them)\b(?=\W*$|[?.!;]| (?:out|off|up|down|in|on|at|to|for|about|with|from|by|after|before|again|too|back|away)\b)",
    re.I,
)
_CLAUSE = re.compile(r",|\b(?:and|but|or|if|when|that|because|while|as|who|which|after|before)\b", re.I)
_PERIOD = r"(?:year|quarter|month|week(?:end)?|morning|afternoon|evening|time|day|summer|winter|spring|autumn|fall|century)s?\b"
_OPENS_POINTING = re.compile(rf"^\W*(?:that|this|these|those)\b(?! {_PERIOD})", re.I)
_POINTING = re.compile(rf"\b(?:this|these|those)\b(?! {_PERIOD})|\bthat\b(?=\W*(?:$|[?.!,;]))", re.I)
_THAT = re.compile(r"\b(?:about|after|before|of|for|with|like|from|on|at|by|to|in|is|was|are|were|do|did|does|has|than) that\b", re.I)
# "Which country confirmed its first case?" asks for whom the word after it stands.
_SEEKS = re.compile(rf"^\W*(?:(?:which|what) (?!{AUX}\b)[\w’'-]+|who) (?!{AUX}\b)\w", re.I)
_THERE = re.compile(rf"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )(?<!\bbe )\bthere\b(?!\W+(?:{AUX}|any|an?|no|be)\b)", re.I)
_ONE = re.compile(r"\b(?:which|that|this|another|other|first|second|last|new) ones?\b|\bones?\b(?=\W*$|[?.!,;])", re.I)
_OTHER = re.compile(
    r"\b(?:another|others?|else|such|the same|both|latter|former|either|neither|more|less|further|instead|too|as well|similar(?:ly)?)\b",
    re.I,
)
# What one does about something: "How did NATO react?"
_REACTS = re.compile(r"\b(?:react|respon|repl[iy]|disagree|agree|comment)\w*\W*$", re.I)
_SENTENCES = re.compile(r"(?<=[.?!])\s+")


def leans(text: str) -> bool:
    """Whether a question leans on the turns before: it points back, is a fragment, or names next to nothing of its own."""
    body = plain_body(text)
    own = understand(body)
    count = len(own.terms)
    if count == 0 or points(body) or take_fragment(body) or (OPENER.match(body) and take_fragment(_SENTENCES.split(body)[0])):
        return True
    if count <= _FEW and (_CONTRAST.match(body) or _REACTS.search(body)):
        return True
    if not own.names and ((count <= _FEW and _ONE.search(body)) or (count < _FEW and _OTHER.search(body))):
        return True
    return count == 1 and not own.names and not _DEFINES.match(body) and bool(ASKS.match(body) or TELLS.match(body))


def points(body: str) -> bool:
    """Whether a word such as "it" or "that" refers to something said before, not to something named before it in the question."""
    plain = _EXPLETIVE.sub(" ", body)
    question = understand(plain)
    count = len(question.terms)
    if _OPENS_POINTING.match(plain) or (_POINTING.search(plain) and count <= _SHORT) or (_THAT.search(plain) and count <= _FEW):
        return True
    if _THERE.search(plain) and count <= _FEW and not question.names:
        return True
    done = _OBJECT.search(plain)
    if done and count <= _FEW and not _CLAUSE.search(plain[: done.start()].split(" ", 1)[-1]):
        return True
    somebody = _SOMEBODY.search(plain)
    if somebody and not _names_somebody(plain[: somebody.start()]):
        return True
    personal = _PERSONAL.search(plain) if count <= _SHORT else None
    return personal is not None and not _names_something(plain[: personal.start()])


def _names_somebody(before: str) -> bool:
    """Whether the words before "he" or "she" in its question may be for whom it stands."""
    people = any(word.rstrip("s") in _PEOPLE for word in before.lower().split())
    return bool(understand(f"a {before}").names or people or re.match(r"\W*(?:who|which)\b", before, re.I))


def _names_something(before: str) -> bool:
    """Whether the words before a pronoun in its question may be for what it stands."""
    named = understand(f"a {before}")  # so that a name may come first
    count = len(named.terms)
    inner = _SEEKS.match(before) or _CLAUSE.search(before.split(" ", 1)[-1])
    return bool(named.names) or count >= _FEW or (count > 0 and inner is not None)


def take_fragment(text: str) -> str:
    """Return what a question is that is none by itself: "Poland" of "And what about Poland?". Empty if it is a whole one."""
    body = plain_body(text)
    opener = OPENER.match(body)
    part = body[opener.end() if opener else 0 :].rstrip("?!.… ")
    count = len(understand(part).terms)
    whole = ASKS.match(part) or TELLS.match(part) or points(part) or _SENTENCES.search(part)
    if not 1 <= count <= _FEW or whole:
        return ""
    asked = body.endswith("?") and count < _FEW
    return part if opener or asked or PREPOSITION.match(part) else ""


def plain_body(text: str) -> str:
    """Return a question on one line, without thanks and greetings before it; empty if there is nothing else."""
    body = " ".join(text.split())
    while polite := _POLITE.match(body):
        body = body[polite.end() :]
    return body


def without(pattern: re.Pattern[str], text: str) -> str:
    """Return a text without what a pattern finds first; the whole text, if nothing else is left."""
    return pattern.sub("", text, count=1) or text

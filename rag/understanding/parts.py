"""Take apart what is several questions: a comparison of what persons or countries say, and questions joined by "and" or in a row.

What is one question stays one: "and" within names and clauses, "who said what and when", "between X and Y". Only names are compared.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.question import understand
from rag.understanding.followup import AUX, PERSON, WH

MOST = 4  # parts
_LONGEST = 45  # words of a question that is taken apart
_NAME = 5  # words of a name that is compared
_WITHIN = frozenset("of the and for de van von bin al la".split())  # what a name may have in lower case

# Names with "and" within that are one. A part of them alone is compared where the question has it alone.
_JOINED = re.compile(
    r"""\b(?:Bosnia[ ]and[ ]Herzegovina | Trinidad[ ]and[ ]Tobago | Antigua[ ]and[ ]Barbuda | (?:St\.?|Saint)[ ]Kitts[ ]and[ ]Nevis
    | Turks[ ]and[ ]Caicos | Tyne[ ]and[ ]Wear | Papua[ ]and[ ]New[ ]Guinea | Newfoundland[ ]and[ ]Labrador | England[ ]and[ ]Wales
    | Johnson[ ]and[ ]Johnson | Procter[ ]and[ ]Gamble | Marks[ ]and[ ]Spencer | Ernst[ ]and[ ]Young | Smith[ ]and[ ]Wesson
    | Barnes[ ]and[ ]Noble | Standard[ ]and[ ]Poor['’]?s? | Black[ ]and[ ]Decker | Dolce[ ]and[ ]Gabbana | Abercrombie[ ]and[ ]Fitch
    | Bed[ ]Bath[ ]and[ ]Beyond | Ben[ ]and[ ]Jerry['’]?s? | Crate[ ]and[ ]Barrel | Simon[ ]and[ ]Garfunkel | Hall[ ]and[ ]Oates
    | Penn[ ]and[ ]Teller | Tom[ ]and[ ]Jerry | Bonnie[ ]and[ ]Clyde | Romeo[ ]and[ ]Juliet | Adam[ ]and[ ]Eve | Ant[ ]and[ ]Dec
    | Siegfried[ ]and[ ]Roy | Earth,[ ]Wind[ ]and[ ]Fire | Mumford[ ]and[ ]Sons | War[ ]and[ ]Peace | Pride[ ]and[ ]Prejudice
    | \w+[ ]and[ ](?:Sons|Brothers|Company|Co|Partners|Associates|Her|His|the[ ]\w*s)\b | Food[ ]and[ ]Drug[ ]Administration
    | Health[ ]and[ ]Human[ ]Services | \w+[ ]and[ ](?:\w+[ ])?(?:Administration|Department|Commission|Committee|Ministry|Agency
    |Organi[sz]ation|Association|Institute|Bank|University|Prevention) )""",
    re.X,
)
_STANCE = (
    r"(?:positions?|stances?|views?|opinions?|attitudes?|statements?|remarks|comments|reactions?|responses?|arguments?|approach(?:es)?"
    r"|plans?|polic(?:y|ies))"
)
_ABOUT = r"(?:on|about|regarding|concerning|over|towards?|to|of)"
_SAYS = (
    r"(?:says?|said|thinks?|thought|argues?|argued|states?|stated|claims?|claimed|wants?|wanted|proposed?|proposes?|planned|plans?"
    r"|did|do|does|promised?)"
)
_TOPIC = rf"(?:[ ]{_ABOUT}[ ](?P<topic>.+))?"
_SIDES = r"(?P<sides>.+?)"
_ASKS = r"(?:please[ ])?(?:compare|contrast|compare[ ]and[ ]contrast)[ ]"
_DIFFERENCE = (
    r"(?:what(?:['’]s|[ ]is|[ ]are|[ ]was|[ ]were)[ ]the[ ](?:main[ ])?differences?|what[ ]differences?[ ](?:is|are)[ ]there)"
    r"[ ](?:between|in)[ ]"
)
_COMPARISONS = tuple(
    re.compile(form, re.I | re.X)
    for form in (
        rf"{_ASKS}what[ ]{_SIDES}[ ](?:have[ ]|has[ ])?{_SAYS}{_TOPIC}",
        rf"{_ASKS}(?:the[ ])?{_STANCE}[ ]of[ ]{_SIDES}{_TOPIC}",
        rf"{_ASKS}{_SIDES}(?:['’]s?)?[ ]{_STANCE}{_TOPIC}",
        rf"{_ASKS}{_SIDES}{_TOPIC}",
        rf"{_DIFFERENCE}what[ ]{_SIDES}[ ](?:have[ ]|has[ ])?{_SAYS}{_TOPIC}",
        rf"{_DIFFERENCE}(?:the[ ])?{_STANCE}[ ]of[ ]{_SIDES}{_TOPIC}",
        rf"{_DIFFERENCE}{_SIDES}(?:['’]s?)?[ ]{_STANCE}{_TOPIC}",
        rf"{_DIFFERENCE}{_SIDES}{_TOPIC}",
        rf"how[ ](?:do|did|does)[ ]{_SIDES}[ ](?:differ|disagree|compare){_TOPIC}",
        rf"how[ ](?:do|did|does)[ ]{_SIDES}(?:['’]s?)?[ ]{_STANCE}{_TOPIC}[ ](?:differ|compare)",
        rf"how[ ](?:do|did|does)[ ](?P<sides>\S+(?:[ ]\S+)?)['’]s?[ ]{_STANCE}{_TOPIC}[ ](?:differ|compare)"
        r"[ ](?:from|with|to)[ ](?P<other>.+?)",
        rf"(?P<sides>[^,]+?[ ](?:vs\.?|versus)[ ].+?){_TOPIC}",
        rf"what[ ](?:do|did|does|have|has)[ ]{_SIDES}[ ](?:say|said|think|argue|state|claim|propose){_TOPIC}",
    )
)
_APART = re.compile(r",?[ ](?:and|with|to|versus|vs\.?|against|or|from)[ ](?:what[ ]|(?:those|that|the[ ]\w+)[ ]of[ ])?|,[ ]", re.I)
_FIRST = re.compile(r"[ ](?:with|to|versus|vs\.?|against|from)[ ]", re.I)  # parts two sides, whatever "and" joins within them
_QUESTION = re.compile(r"[^?]+\?+")
_JOINT = re.compile(
    rf",?[ ](?:and|but)[ ](?:also[ ])?(?=(?P<asks>{WH})[ ](?:(?:many|much|long|often|old|far|few)\b|{AUX}\b|(?<=, and who )\w))", re.I
)
_OPENS = re.compile(rf"^(?:(?:in|on|at|by|for|to|from|with)[ ])?(?:{WH}|{AUX})\b", re.I)
# Somebody or something that "who is", "which was" may go on about.
_ANTECEDENT = re.compile(rf"^(?:who (?:is|was|are|were) |(?:which|what|whose) (?!{AUX}\b))|(?<!^)\b(?:who|which)\b", re.I)


@dataclass(frozen=True, slots=True)
class Asked:
    """One of several questions."""

    question: str  # may lean on the parts before: "When did he say so?"
    heading: str  # what its answer stands under
    side: str = ""  # who, of those that are compared, it is about


def split_question(text: str) -> tuple[Asked, ...]:
    """Return the questions that a question is made of; none if it is one."""
    if len(text.split()) > _LONGEST:
        return ()
    return _compared(text.rstrip(" ?.!")) or _joined(text)


def _compared(text: str) -> tuple[Asked, ...]:
    for form in _COMPARISONS:
        if match := form.fullmatch(text):
            other = match.groupdict().get("other")
            sides = _sides(f"{match['sides']} with {other}" if other else match["sides"])
            if 1 < len(sides) <= MOST:
                topic = f" about {match['topic']}" if match["topic"] else ""
                return tuple(Asked(f"What did {side} say{topic}?", side, side) for side in sides)
    return ()


def _sides(text: str) -> list[str]:
    """Return the names that are compared; none if anything else is."""
    kept = _JOINED.sub(lambda match: match[0].replace(" ", "\0"), text)
    parts = _FIRST.split(kept) if len(_FIRST.findall(kept)) == 1 else _APART.split(kept)
    sides = [re.sub(r"['’]s?$|^(?:what |both |the )+", "", part.replace("\0", " ").strip(), flags=re.I).strip() for part in parts]
    sides = [re.sub(r"['’]s?$", "", side) for side in sides]
    return list(dict.fromkeys(sides)) if all(map(_is_name, sides)) else []


def _is_name(side: str) -> bool:
    words = side.split()
    return 0 < len(words) <= _NAME and words[0][0].isupper() and all(word[0].isupper() or word in _WITHIN for word in words)


def _joined(text: str) -> tuple[Asked, ...]:
    """Return the questions that follow each other or are joined by "and", each with what it asks."""
    found = [sentence.strip() for sentence in _QUESTION.findall(text)]
    rest = _QUESTION.sub("", text).strip()
    if rest or not all(_OPENS.match(question) for question in found):
        return ()  # what a statement goes before is one question with its background
    parts = [part for question in found for part in _at_joints(question)]
    if not 1 < len(parts) <= MOST:
        return ()
    return tuple(Asked(part, part) for part in parts)


def _at_joints(question: str) -> Iterator[str]:
    """Yield the questions of a sentence: "Who ruled it out, and when did Macron speak?"."""
    joint = next((match for match in _JOINT.finditer(question) if _parts(question, match)), None)
    if joint is None:
        yield question
        return
    yield f"{question[: joint.start()].rstrip(' ,')}?"
    rest = question[joint.end() :]
    yield from _at_joints(rest[:1].upper() + rest[1:])


def _parts(question: str, joint: re.Match[str]) -> bool:
    """Whether two whole questions stand before and behind a joint."""
    before, after = question[: joint.start()], question[joint.end() :]
    if re.search(rf"\b{WH}$", before, re.I):
        return False  # "which and how many"
    clause = joint["asks"].lower() in ("who", "which", "whose", "whom", "what") and _ANTECEDENT.search(before)
    return bool(not clause and _OPENS.match(before) and understand(before).terms and (understand(after).terms or PERSON.search(after)))

"""Find in one sentence the words that tell who speaks: "Scholz told reporters", "said the spokesman", "according to police".

Sentences come with what stands between quotation marks made unreadable (`rag.quotations.attribution`), so that only the
reporter's words count.
"""

import re
from dataclasses import dataclass

from rag.quotations.speakers import CAPITALS, is_title, split_role

# Verbs that report a clause ("said it would"), and those that report by a quotation or an object only ("called it “absurd”").
_CLAUSE = """said told stated added claimed argued insisted announced explained wrote declared confirmed noted reported
    believed tweeted acknowledged admitted alleged asserted stressed reiterated predicted replied recalled revealed conceded concluded
    agreed vowed urged demanded denied maintained emphasized emphasised indicated estimated testified cautioned promised complained
    warned suggested decried disclosed posted commented remarked quipped joked texted ruled rejected dismissed accused
    says tells states adds claims argues insists announces explains writes declares confirms notes reports believes acknowledges admits
    alleges asserts stresses predicts reveals concludes warns suggests maintains found finds quoted cited clarified proposed"""
_QUOTATION = """called described slammed branded dubbed remembered hailed praised blasted condemned criticized criticised referred read
    reads exclaimed continued responded asked shouted chanted sang voiced expressed spoke whispered mused lamented boasted yelled
    calls describes asks thinks thought labeled labelled put puts concluded hopes hoped feels felt"""
_PLURAL = frozenset(
    "say claim warn argue believe report note predict suggest insist add tell fear hope allege acknowledge estimate recommend think".split()
)
_ALSO_NOUNS = frozenset("claims reports states notes estimates demands promises warns ruled found finds posted read reads quoted".split())
_OFTEN_OTHER = frozenset("added adds posted agreed found finds suggested ruled recalled rejected dismissed accused quoted".split())
_TAKES_CLAUSE = re.compile(r" (?:that|he|she|it|they|there|we|no|in (?:a|an|his|her|its|their)|on \w+day that|\w+day that)\b")
_PARTICIPLE_TOO = frozenset("reported found quoted cited proposed predicted estimated alleged suggested".split())
_PARTICIPLES = frozenset(
    """saying adding telling noting warning arguing claiming stressing insisting writing explaining suggesting concluding announcing
    predicting recalling revealing tweeting calling describing""".split()
)
_INVERTED = frozenset(
    """said says wrote writes exclaimed added adds explained explains noted notes asked reports reported claimed claims argued argues warned
    warns confirmed recalled admitted declared tweeted insisted continued replied concluded announced agreed joked predicted""".split()
)
_REPORTS_CLAUSE = (frozenset(_CLAUSE.split()) | _PLURAL | _PARTICIPLES) - {"calling", "describing"}
VERB = re.compile(rf"\b(?:{'|'.join(sorted(_REPORTS_CLAUSE | _PARTICIPLES | frozenset(_QUOTATION.split())))})\b")
_ACCORDING = re.compile(r"\b[Aa]ccording to ")
DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
# What may stand between a speaker and the verb: "has repeatedly", "on Monday", "also".
_BETWEEN = re.compile(
    rf"""(?:\s(?: ha[sd] | have | also | then | later | again | further | first | once | even | now | just | earlier | still | since
    | never | \w+ly | in[ ]turn | in[ ](?:a|an|his|her|its)[ ](?:\w+[ ])?(?:statement|tweet|interview|report|letter|speech|email|post)
    | (?:late[ ]|early[ ])?(?:on[ ])?{DAY}(?:[ ](?:night|morning|afternoon|evening))? | yesterday | today | himself | herself
    | this[ ]week | last[ ]\w+ | did ))+\s*$""",
    re.VERBOSE,
)
_HARD = re.compile(r"[;:—–“”\"()]|\s-{1,2}\s|\.\.\.")
_BREAK = frozenset(
    """that which when while but as because although though if whether where what after before since until so than then is was were are be
    been has had have would will could can may might should must do does did not by to into over under about against like who whom whose
    or per via nor both it's he's she's until upon despite amid said told says how why were being also yet""".split()
)
_JOINS = frozenset("of for at in with from on".split())
_PREPOSITIONS = frozenset("in on at of from to by with near for into over under about against between among through".split())
_OPENERS = frozenset(
    "but and meanwhile however still separately yet so then now also instead even earlier later elsewhere today yesterday besides".split()
)
_INTRODUCES = re.compile(
    r"^\W*(?:(?:and |but |when |while )?(?:in|on|at|after|before|during|with|by|from|for|when|asked|speaking|meanwhile|however|separately|"
    r"earlier|ahead|despite|although|though|while|if|as|since|under|over|following|according|like|unlike|because|amid|among|who|whose|which|"
    r"but|and|yet|still|now|today|then|instead|to|\w+ing|\w+ly)\b)",
    re.I,
)
_ENDS_RIGHT = frozenset(
    f"""in on at who after during as while when from last this earlier to that told adding referring yesterday today late before by with via
    citing about and but early following speaking just shortly because through amid again whose is was has had of over outside
    published released seen obtained reviewed
    {" ".join(day + "day" for day in "Mon Tues Wednes Thurs Fri Satur Sun".split())}""".split()
)
_DETERMINERS = frozenset("the a an his her its their this that one another some several many most two three other both each".split())
_SPEAKING_NOUNS = frozenset(
    """police study statement report brief letter people source sources officials media agency company ministry government court committee
    authorities witnesses users group team office department spokespeople center centre newspaper outlet website paper article poll survey
    lawsuit complaint indictment filing document announcement post tweet message email press it he she they who
    everyone someone somebody nobody
    critics experts others residents scientists parents friends family fans analysts researchers authors""".split()
)
_PRONOUN = re.compile(r"(?:he|she|they|it)$", re.I)
_APPOSED = re.compile(
    rf",\s(?!including|such|like)(?:the |an? )?((?:[\w’'-]+ ){{0,3}}{CAPITALS.pattern})(?=[,.]| (?:on|in|at|who)\b)"
)  # the name in ", the investor Victor Lang,"
_LONGEST = 14  # words of a speaker


@dataclass(frozen=True, slots=True)
class Cue:
    """One place in a sentence that tells who speaks; offsets into the sentence."""

    start: int  # where "X said", "said X" or "according to X" begins
    verb: int
    end: int  # behind it
    speaker: str  # as written: "the minister", "he"; empty where it is the one who spoke or acted before in the sentence
    inverted: bool = False  # "said X"
    according: bool = False
    clause: bool = True  # whether it may report without quotation marks
    relative: bool = False  # "X, who said"
    word: str = ""


def find_cues(sentence: str) -> list[Cue]:
    """Return the cues of a sentence in order."""
    cues = [cue for match in VERB.finditer(sentence) if (cue := _cue(sentence, match))]
    for match in _ACCORDING.finditer(sentence):
        end = _right(sentence, match.end())
        if end > match.end():
            cues.append(Cue(match.start(), match.start(), end, sentence[match.end() : end], according=True, word="according"))
    return sorted(cues, key=lambda cue: cue.verb)


def _cue(sentence: str, match: re.Match[str]) -> Cue | None:
    word = match[0]
    place, clause = match.start(), word in _REPORTS_CLAUSE
    before = sentence[:place].rstrip()
    if word in _PARTICIPLES:
        return Cue(place, place, match.end(), "", clause=clause, word=word) if before.endswith((",", "”", '"')) else None
    if _is_other(sentence, match, word):
        return None
    left = find_subject(sentence, place)
    inverted = word in _INVERTED and (not before or before[-1] in ',”"—') and (before[-1:] != "," or left is None)
    if inverted and (end := _right(sentence, match.end())) > match.end():
        phrase = sentence[match.end() : end].strip()
        named = _named_behind(phrase, sentence[end:])
        return Cue(place, place, end, named if " " in named else phrase, inverted=True, clause=clause, word=word)
    if left is None:
        elided = re.search(r"(?:\b(?:and|but|then|also|later)|,)\s*$", _BETWEEN.sub("", sentence[:place]) or "")
        return Cue(place, place, match.end(), "", clause=clause, word=word) if elided else None
    start, phrase = left
    relative = phrase.endswith(" who") or phrase.endswith(", who")
    return Cue(start, place, match.end(), re.sub(r",? who$", "", phrase), clause=clause, relative=relative, word=word)


def _is_other(sentence: str, match: re.Match[str], word: str) -> bool:
    """Whether a verb is none that reports: passive, denied, an infinitive, a noun."""
    before = re.findall(r"[\w’']+|[^\w\s]", sentence[: match.start()])[-4:]
    last = [part.lower() for part in before if not (part.lower().endswith("ly") or part.lower() in ("also", "been", "being"))]
    previous = last[-1] if last else ""
    if re.search(r"\b(?:is|was|were|are|be|been|being|get|got|not|never|n['’]t)$", " ".join(last)) or previous.endswith(("n't", "n’t")):
        return True
    if word in _PLURAL:
        plural = previous in ("police", "people", "they", "some", "many", "media", "others", "who", "authors") or (
            previous.endswith("s") and previous not in ("this", "its", "his", "was", "is", "has", "does", "’s", "s")
        )
        return not plural
    if word in _PARTICIPLE_TOO and re.match(
        r" (?:in|by|on|to|at|from|as|for|this|last|here|there|across|during|since)\b", sentence[match.end() :]
    ):
        return not re.match(r" (?:on|in|last|this) [^.,]*\bthat\b", sentence[match.end() :])
    reported = sentence[: match.start()].rstrip()[-1:] in ("“", "”", '"') or sentence[match.end() :].strip(" .,") == ""
    if word in _OFTEN_OTHER and not (
        reported or _TAKES_CLAUSE.match(sentence[match.end() :]) or re.match(r"[^.]{0,40}[“\"]", sentence[match.end() :])
    ):
        return True
    if word in _ALSO_NOUNS:
        lower = bool(before) and before[-1].islower() and not (is_title(before[-1]) or before[-1] in _SPEAKING_NOUNS)
        return (
            not before
            or (lower and not _PRONOUN.match(before[-1]))
            or before[-1].lower() in _DETERMINERS | {"of", "to", "and", "for", "with", "in", "by", "these", "those"}
        )
    return previous in ("to", "a", "an", "the", "of")


def find_subject(sentence: str, place: int) -> tuple[int, str] | None:
    """Return where the subject of the verb at `place` begins, and the phrase; None if none is seen before it."""
    text = _BETWEEN.sub("", sentence[:place].rstrip() if sentence[:place].rstrip().endswith(",") else sentence[:place])
    hard = max((match.end() for match in _HARD.finditer(text)), default=0)
    region = text[hard:]
    if not region.strip(" ,"):
        return None
    if region.rstrip().endswith(","):
        return _apposed(region, hard)
    if who := re.search(r",? who$", region.rstrip()):
        found = _phrase(region[: who.start()].rpartition(",")[2], governed=True) or _apposed(region[: who.start()] + ",", hard)
        name = found if isinstance(found, str) else (found[1] if found else "")
        return (hard + region.rfind(name), f"{name} who") if name else None
    phrase = _phrase(region.rpartition(",")[2])
    if not phrase:
        return None
    start = region.rfind(phrase)
    if " and " in phrase and (listed := re.search(rf"(?:{CAPITALS.pattern}, )+$", region[:start])):  # "Germany, Poland and NATO"
        start = listed.start()
    if re.search(r"\b(?:whether|if) $", region[:start]):
        return None
    return hard + start, region[start:].strip()


def _apposed(region: str, offset: int) -> tuple[int, str] | None:
    """Return the speaker that stands before an apposition: "Weinstein, who is chairman of ..., told"."""
    place = 0
    for part in region.rstrip(" ,").split(","):
        phrase = _phrase(part)
        words = re.sub(r"^\W*(?:and|but)\s", "", part.strip(), flags=re.I)
        if phrase and len(phrase) >= len(words) - 10 and not _INTRODUCES.match(part):
            named = _named_behind(phrase, region[place + len(part) :])
            return offset + place + part.find(phrase), named or phrase
        place += len(part) + 1
    return None


def _named_behind(phrase: str, after: str) -> str:
    """Return the name behind what somebody is: "his youngest son, Marco Antonio,", "the owner of X, the investor Victor Lang,"."""
    if split_role(phrase).personal:
        return ""
    if plain := re.match(rf",\s({CAPITALS.pattern})(?=[,.])", after):
        if not phrase.split()[-1][0].isupper():
            return plain[1]
    titled = any(map(is_title, phrase.split()))
    apposed = _APPOSED.match(after)
    return apposed[1] if titled and apposed and split_role(apposed[1]).personal else ""


def _phrase(part: str, *, governed: bool = False) -> str:
    """Return the words at the end of a part of a sentence that name somebody; empty if they do not.

    Behind a preposition they are no subject, and count only if they may be `governed`: "a statement by Kallas, who said".
    """
    tokens = part.split()
    first = len(tokens)
    while first and len(tokens) - first < _LONGEST and _continues(tokens, first):
        first -= 1
    while first < len(tokens) and (tokens[first].lower().strip(",.") in _OPENERS or tokens[first] in _JOINS):
        first += 1
    words = tokens[first:]
    if words and first and not governed and tokens[first - 1].lower() in _PREPOSITIONS and not is_title(words[-1]):
        return ""  # "ships in U.S. waters reported"
    if not words or not _names_somebody(words):
        return ""
    phrase = " ".join(words)
    return phrase if phrase in part else ""


def _continues(tokens: list[str], first: int) -> bool:
    """Whether the word before `first` still belongs to the phrase."""
    word = tokens[first - 1]
    lower = word.lower()
    if lower in _BREAK or (word.endswith((".", "?", "!")) and len(word) > 4):
        return False
    if lower in ("and", "&"):
        return first >= 2 and tokens[first - 2][0].isupper() and first < len(tokens) and (first <= 4)
    if lower in _JOINS:
        near = tokens[max(first - 6, 0) : first - 1]
        return any(is_title(token) or token.lower() in _SPEAKING_NOUNS for token in near)
    return not _PRONOUN.match(tokens[first]) if first < len(tokens) else True


def _names_somebody(words: list[str]) -> bool:
    last = words[-1].strip(",.’'\"")
    if not last or _PRONOUN.match(last):
        return len(words) == 1
    if any(word[0].isupper() for word in words[1:]) or (words[0][0].isupper() and words[0].lower() not in _DETERMINERS | _OPENERS):
        return True
    if is_title(last) or last.lower() in _SPEAKING_NOUNS or last.endswith("-old"):
        return True
    return (words[0].lower() in _DETERMINERS and len(words) <= 5) or (last.endswith("s") and len(words) <= 4)


def _right(sentence: str, place: int) -> int:
    """Return the end of a speaker that stands at `place`; `place` if none does."""
    end, names = place, False
    for count, match in enumerate(re.finditer(r"\S+", sentence[place:])):
        word = match[0]
        bare = word.strip(',.;:”"“')
        if count > _LONGEST or (word[0] in '“"(' and count):
            break
        joins = bare in _JOINS and count and not (names and bare != "of")
        if bare in _ENDS_RIGHT and not (joins and (bare == "of" or _titled(sentence[place:end]))):
            break
        end = place + match.start() + len(word.rstrip(',.;:”"“') if not re.fullmatch(r"(?:[A-Z]\.)+|[A-Z][a-z]{1,2}\.", word) else word)
        names = names or bare[:1].isupper()
        if word != bare and not re.fullmatch(r"(?:[A-Z]\.)+|[A-Z][a-z]{1,2}\.", word):
            break
    words = sentence[place:end].split()
    if not words or any(word.lower() in _BREAK for word in words) or not (names or _names_somebody(words)):
        return place
    return end


def _titled(phrase: str) -> bool:
    return any(is_title(word) or word.lower() in _SPEAKING_NOUNS for word in phrase.split())


def subject(sentence: str) -> tuple[int, str]:
    """Return where the first part of a sentence that is no introduction begins, and what it begins with if that names somebody."""
    place = 0
    for part in re.split(r"[,;:]", sentence):
        if part.strip() and not _INTRODUCES.match(part):
            begin = len(part) - len(part.lstrip())
            return place, _without_verb(part[begin : _right(part, begin)])
        place += len(part) + 1
    return 0, ""


def _without_verb(phrase: str) -> str:
    """Return a phrase up to its last name or word for a speaker: "a presidential adviser" of "a presidential adviser fired back"."""
    words = phrase.split()
    while words and not (words[-1][0].isupper() or is_title(words[-1]) or words[-1].lower() in _SPEAKING_NOUNS):
        words.pop()
    return " ".join(words)

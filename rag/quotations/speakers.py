"""Who speaks in an article: a name, its role, and whom "Scholz", "he" or "the minister" means there."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.names import COUNTRIES, TITLES
from rag.question import FUNCTION_WORDS

# Words that say what somebody is, before a name ("Fire Chief Anthony Goode") or in its place ("the coach").
_MEN = frozenset("man boy father son husband brother king prince sir lord spokesman chairman congressman actor mr".split())
_WOMEN = frozenset(
    "woman girl mother daughter wife sister queen princess lady spokeswoman chairwoman congresswoman actress mrs ms miss".split()
)
PEOPLE = (
    TITLES
    | _MEN
    | _WOMEN
    | frozenset(
        """lawyer attorney solicitor prosecutor analyst strategist economist expert professor researcher scientist author writer journalist
        reporter correspondent columnist editor commentator critic activist advocate lawmaker politician official officer diplomat aide
        adviser advisor candidate nominee president-elect leader owner founder co-founder manager executive chair billionaire investor
        star singer rapper musician comedian host presenter artist athlete player quarterback striker midfielder defender goalkeeper captain
        driver pilot farmer teacher student resident neighbor neighbour witness victim survivor veteran soldier commander sheriff
        detective sergeant lieutenant lt col capt gen rep sen gov gm svp cto cfo evp vp treasurer envoy negotiator
        surgeon physician nurse doctor meteorologist forecaster archbishop bishop reverend rev pastor priest imam rabbi democrat republican
        secretary-general vice-president undersecretary speaker deputy head user customer fan source designer entrepreneur
        tycoon politician historian psychologist champion teenager engineer trainer
        """.split()
    )
)
_WOMEN_NAMES = frozenset(
    """mary linda barbara elizabeth jennifer maria susan margaret dorothy lisa nancy karen betty helen sandra donna carol ruth sharon
    michelle laura sarah kimberly deborah jessica cynthia angela melissa brenda amy anna rebecca virginia kathleen pamela martha
    amanda stephanie carolyn christine marie janet catherine frances ann anne joyce diane alice julie heather teresa gloria evelyn
    jean cheryl katherine joan ashley judith judy rose janice kelly nicole emma olivia sophia kate hillary madeleine ursula kaja
    giorgia jacinda meghan serena simone megan taylor patti niya natalie rachel samantha victoria hannah emily lauren claire kamala
    melania ivanka angelina jill condoleezza annalena liz theresa nikki crissy maryanna caroline charlotte leah""".split()
)
_MEN_NAMES = frozenset(
    """james john robert michael william david richard charles joseph thomas christopher daniel paul mark donald george kenneth steven
    edward brian ronald anthony kevin jason matthew gary timothy jose larry jeffrey frank scott eric stephen andrew raymond gregory
    joshua jerry dennis walter patrick peter harold douglas henry carl arthur ryan roger joe juan jack albert jonathan justin terry
    gerald keith samuel ralph lawrence nicholas bill bruce adam harry fred wayne steve barack vladimir emmanuel olaf boris dmitry jens
    antonio volodymyr keir sergei recep benjamin xi narendra rafael niki max lewis nico felipe elon jeff tim mike tom ben nick chuck
    kirk vaughn christopher evan pete javier ted neeraj michel rishi ron dan chris alex sam josh luke jake jim""".split()
)
_PARTICLES = "de|van|von|der|den|bin|al|la|le|el|da|di|dos|du|ibn"
_ABBREVIATED = "[A-Z]|Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Capt|Maj|St|Jr|Sr|Prof|Rev|Adm"
_UPPER = "A-ZÀ-ÖØ-ÞĆČĐİŁŃŚŠŹŻŽ"
_CAP = rf"(?:(?:[A-Z]\.){{2,}}|(?:{_ABBREVIATED})\.|[{_UPPER}](?:[\w’'-]|\.(?=\w))*|al-[A-Z]\w+)"
CAPITALS = re.compile(rf"{_CAP}(?: (?:(?:{_PARTICLES}) ){{0,2}}{_CAP})*")
_TOKEN = re.compile(r"[^\s,]+")
_BODY = frozenset(
    """agency alliance army association bank board bureau centre center city club coalition college commission committee company conference
    congress council county court department division embassy fire force foundation fund government group guard hospital house institute
    league media ministry mission museum nations network news office organization organisation parliament party police post press school
    senate service services society state states station street team times tower treaty union university network index report reports
    disease control health centers public water championship cup open series game games day tv
    radio airlines airport island islands river street avenue park hall church
    research daily sunday monday tuesday wednesday thursday friday saturday january february march april june july august september
    october november december international inc corp ltd llc act constitution prix olympics league world north south east west eastern
    western northern southern easter christmas thanksgiving orthodox getty images oval image""".split()
)
_NATION = re.compile(
    r"""(?:American|British|English|Scottish|Welsh|Irish|French|German|Italian|Spanish|Portuguese|Dutch|Belgian|Swiss|Austrian|Polish|Czech
    |Slovak|Hungarian|Romanian|Bulgarian|Greek|Turkish|Russian|Ukrainian|Belarusian|Lithuanian|Latvian|Estonian|Finnish|Swedish|Norwegian
    |Danish|Icelandic|Canadian|Mexican|Brazilian|Argentine|Chilean|Colombian|Cuban|Haitian|Australian|Chinese|Japanese|Korean|Indian
    |Pakistani|Afghan|Iranian|Iraqi|Israeli|Palestinian|Syrian|Lebanese|Egyptian|Saudi|Kuwaiti|Libyan|Nigerian|Kenyan|African|Asian
    |European|Western|Eastern|Northern|Southern|Olympic|Christian|Jewish|Muslim|Catholic|Orthodox|US|U\.S|UK|U\.K|EU|UN|NATO)\.?$""",
    re.VERBOSE,
)
_PLACED = re.compile(r"\b(?:in|at|from|to|into|near|across|outside|around|of|the)\s$")
_OF_TITLE = re.compile(r"(?:[Ss]ecretary|[Mm]inister|[Ss]peaker|[Dd]irector|[Pp]resident) of $")
_LEADING = frozenset("another meanwhile however today yesterday like unlike two three many former late photo caption image holy".split())
_OF_BODY = re.compile(r" (?:of|from|with|at) (?:the )?[\w’'. -]+$")
_STATE = frozenset("of for at".split())
_OFFICES = frozenset("State Defense Health Labor Energy Education Transportation Commerce Agriculture Staff".split())
_NO_ROLE = frozenset("who and but as which when while said says told is was are were will would has had have be he she they that".split())
_BEGINS_NONE = frozenset(
    "despite after before during in on at with for from by as like unlike because since among amid under over about to".split()
)
_UNNAMED = re.compile(
    r"""^(?:(?:the|a|an|one|two|some|many|most|several|other|another|all|both|his|her|their|its|our|my|this|these|those|u\.?s\.?|eu|local|state
    |federal|senior|former|anonymous)[ ])*(?:officials?|sources?|experts?|critics?|analysts?|people|authorities|police|reports?|media
    |leaders?|allies|lawmakers?|diplomats?|countries|nations|states|researchers?|scientists?|study|studies|statement|documents?|he|she|they|it|who|i|we
    |supporters?|opponents?|democrats|republicans|voters|observers|studies|survey|poll|article|website|paper|letter|report)$""",
    re.IGNORECASE | re.VERBOSE,
)
_OWN = re.compile(r"^(?:his|her|its|their) ", re.I)  # "Its chairwoman" says nothing apart from its sentence
_MAX_NAME = 4  # words
_MAX_ROLE = 70  # characters
_POSSESSIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody as a text names them: `name` may be a person's, a body's or, lower-case, "officials"."""

    name: str
    role: str = ""  # "German Chancellor"
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a text names a person of its cast."""

    place: int  # characters
    name: str  # in full


def is_title(word: str) -> bool:
    """Whether a word says what somebody is."""
    return word.lower().strip("’'\".()").rstrip("s") in PEOPLE or word.lower().strip("’'\".()") in PEOPLE


def split_role(phrase: str) -> Speaker:
    """Take a phrase apart into role and name: "German Chancellor Olaf Scholz", "the White House", "a spokesman for the ministry"."""
    phrase = phrase.strip(" ,")
    tokens = phrase.split()
    place = _after_title(tokens)
    if place is not None:
        return Speaker(" ".join(tokens[place:]), " ".join(tokens[:place])[-_MAX_ROLE:], personal=True)
    if (of := _OF_BODY.search(phrase)) and split_role(phrase[: of.start()]).personal:  # "Minister Ossama Hamad of the east Libyan ..."
        return split_role(phrase[: of.start()])
    trailing = _trailing_name(tokens)
    name, before = tokens[trailing:], tokens[:trailing]
    if before and (before[-1] in ("and", "&") or before[-1] in _STATE):  # "the owner of Harlan Rovers" is not called that
        return Speaker(phrase)
    if is_personal(" ".join(name)) and (not before or before[-1][0].islower() or before[-1].endswith(("’s", "'s"))):
        return Speaker(" ".join(name), " ".join(before) if any(map(is_title, before)) else "", personal=True)
    return Speaker(phrase)


def _after_title(tokens: Sequence[str]) -> int | None:
    """Return where the name begins behind the last title, if nothing but a name is there."""
    for place in range(len(tokens) - 1, 0, -1):
        if is_title(tokens[place - 1]):
            rest = tokens[place:]
            if rest[0] in _STATE and len(rest) > 2 and (rest[1] in _OFFICES or len(rest) > 3):  # "Secretary of State Madeleine Albright"
                place, rest = place + 2, rest[2:]
            return place if _is_name(rest) and not is_title(rest[0]) else None
    return None


def _is_name(tokens: Sequence[str]) -> bool:
    return (
        0 < len(tokens) <= _MAX_NAME + 1
        and bool(CAPITALS.fullmatch(" ".join(tokens)))
        and not tokens[-1].endswith(("’s", "'s"))
        and not _BODY.intersection(token.lower() for token in tokens)
    )


def _trailing_name(tokens: Sequence[str]) -> int:
    """Return where the capitalized words begin that a phrase ends with."""
    place = len(tokens)
    while place and (tokens[place - 1][0].isupper() or (tokens[place - 1] in _PARTICLES.split("|") and place < len(tokens))):
        if _POSSESSIVE.search(tokens[place - 1]) and place < len(tokens):
            break
        place -= 1
    return place


def is_personal(name: str) -> bool:
    """Whether two to four words may be a person's full name, by their writing."""
    words = name.split()
    plain = [word.lower().strip(".’'") for word in words]
    capital = all(word[0].isupper() or word in _PARTICLES.split("|") for word in words)
    return (
        1 < len(words) <= _MAX_NAME
        and capital
        and plain[0] not in FUNCTION_WORDS | _LEADING
        and not _BODY.intersection(plain)
        and not any(is_title(word) for word in words)
        and "_".join(plain) not in COUNTRIES
        and not _NATION.search(words[0])
        and not any(word.isupper() and len(word) > 1 and "." not in word for word in words)
    )


class Cast:
    """The people of one article: full names, roles, and where each is mentioned."""

    def __init__(self, text: str) -> None:
        counts: Counter[str] = Counter()
        self.roles: dict[str, str] = {}  # full name -> role, the first that is stated
        self._women: set[str] = set()  # last names after "Mrs" or "Ms"
        self._men: set[str] = set()
        runs = [(match.start(), match[0].rstrip(".'’-")) for match in CAPITALS.finditer(text)]
        for place, run in runs:
            name = self._take(text, place, run)
            if name:
                counts[name] += 1
        self._full: Mapping[str, list[str]] = self._by_last(counts)
        self.mentions = tuple(self._mentions(runs))
        self._places = [mention.place for mention in self.mentions]

    def _take(self, text: str, place: int, run: str) -> str:
        """Return the full name in a run of capitals, if there is one, and note the role and the address that stand there."""
        run, place = _plain(text, place, run)
        first, _, rest = run.partition(" ")
        address = first.rstrip(".").lower()
        if address in ("mr", "mrs", "ms", "miss", "sir") and rest:
            (self._men if address in _MEN else self._women).add(rest.split()[-1].lower())
            run, place = rest, place + len(first) + 1
        speaker = split_role(run) if " " in run else Speaker("")
        name = speaker.name
        if not is_personal(name):
            return ""
        role = speaker.role or _role_before(text, place)
        if not role and _PLACED.search(text[max(place - 9, 0) : place]) and name.split()[0].lower() not in _WOMEN_NAMES | _MEN_NAMES:
            return ""
        role = role or _role_after(text, place + len(run))
        if role and not self.roles.get(name):
            self.roles[name] = _OWN.sub("", role)
        return name

    @staticmethod
    def _by_last(counts: Counter[str]) -> Mapping[str, list[str]]:
        full: defaultdict[str, list[str]] = defaultdict(list)
        for name, _ in counts.most_common():
            last = last_name(name)
            shorter = [known for known in full[last] if set(known.lower().split()) <= set(name.lower().split())]
            if not shorter and not any(set(name.lower().split()) <= set(known.lower().split()) for known in full[last]):
                full[last].append(name)
        return full

    def _mentions(self, runs: Sequence[tuple[int, str]]) -> Iterator[Mention]:
        latest: dict[str, str] = {}
        for place, run in runs:
            words = _POSSESSIVE.sub("", run).lower().split()
            last = last_name(" ".join(words))
            known = self._full.get(last, [])
            if known:
                exact = [name for name in known if set(name.lower().split()) <= set(words)]
                latest[last] = exact[0] if exact else latest.get(last, known[0])
                yield Mention(place, latest[last])
            elif words[0] in _WOMEN_NAMES | _MEN_NAMES and len(words) == 1:
                yield Mention(place, run.split()[0])

    def find(self, name: str, place: int) -> str:
        """Return the full name that a last name, or a name in part, stands for at a place of the text; empty if for none."""
        tokens = name.split()
        while len(tokens) > 1 and (is_title(tokens[0]) or (tokens[0].isupper() and len(tokens[0]) > 1) or _NATION.search(tokens[0])):
            tokens = tokens[1:]
        words = [word.lower() for word in tokens]
        known = self._full.get(last_name(" ".join(words)), []) if words else []
        fitting = [full for full in known if set(words) <= set(full.lower().split())]
        if len(fitting) < 2:
            return fitting[0] if fitting else ""
        before = self.mentions[: bisect_right(self._places, place)]
        return next((mention.name for mention in reversed(before) if mention.name in fitting), fitting[0])

    def role(self, name: str) -> str:
        """Return what the article says that somebody is; empty if it does not."""
        return self.roles.get(name, "")

    def can_be(self, name: str, word: str) -> bool:
        """Whether "he", "she" or a noun such as "spokeswoman" may mean a person, as far as their name tells."""
        word = word.lower()
        first, last = name.split()[0].lower(), name.split()[-1].lower()
        role = set(re.findall(r"[\w-]+", self.role(name).lower()))
        woman = first in _WOMEN_NAMES or last in self._women or bool(role & _WOMEN)
        man = first in _MEN_NAMES or last in self._men or bool(role & _MEN)
        if word == "she" or word in _WOMEN:
            return woman or not man
        if word == "he" or word in _MEN:
            return man or not woman
        return True

    def before(self, place: int, since: int) -> list[str]:
        """Return the people mentioned from `since` up to a place, in order."""
        first, last = bisect_left(self._places, since), bisect_left(self._places, place)
        return [mention.name for mention in self.mentions[first:last]]


def is_unnamed(speaker: str) -> bool:
    """Whether a speaker is nobody in particular: "officials", "a source", "other EU leaders"; also an empty one."""
    words = speaker.split()
    plural = bool(words) and words[-1][0].islower() and words[-1].endswith("s")
    return plural or bool(_UNNAMED.match(speaker)) or not any(word[0].isupper() for word in words)


def with_role(name: str, role: str) -> str:
    """Return a name with its role as news write it: "Olaf Scholz, German Chancellor", "Rep. Liz Cheney"."""
    name = name[:1].upper() + name[1:]
    if role.endswith("."):
        return f"{role} {name}"
    return f"{name}, {role}" if role else name


def last_name(name: str) -> str:
    """Return the last name in a name, lower-case, without "Jr"; empty for an empty one."""
    words = [word for word in name.lower().split() if word.strip(".") not in ("jr", "sr", "ii", "iii", "iv")]
    return words[-1].rstrip(".") if words else ""


def _plain(text: str, place: int, run: str) -> tuple[str, int]:
    """Return a run of capitals without "The", "Another" and the "State" of "Secretary of State" before it, and where it then begins."""
    run = _POSSESSIVE.sub("", run)
    while " " in run and (
        run.split()[0].lower() in FUNCTION_WORDS | _LEADING or run.startswith("Ex-") or _OF_TITLE.search(text[max(place - 20, 0) : place])
    ):
        dropped = len(run.split()[0]) + 1
        run, place = run[dropped:], place + dropped
    return run, place


def _role_before(text: str, place: int) -> str:
    """Return the role right before a name: "EU foreign policy chief ", "Washington’s former ambassador to Japan, "."""
    ahead = text[max(place - 90, 0) : place]
    if apposed := re.search(r"(?:^|[\n.!?,]\s?|\b(?:said|says|and|by|but)\s)([^\n.!?,:;“”\"]{4,70}), $", ahead):
        words = apposed[1].split()
        named = (
            any(map(is_title, words[:6])) and not any(word.lower() in _NO_ROLE for word in words) and words[0].lower() not in _BEGINS_NONE
        )
        return " ".join(words) if named else ""
    before = re.search(r"((?:[\w’'-]+ ){0,5}[a-z][\w-]+) $", ahead)
    words = before[1].split() if before else []
    if not words or not is_title(words[-1]):
        return ""
    first = plain = len(words) - 1
    while first and words[first - 1].lower() not in FUNCTION_WORDS and words[first - 1][0].islower() and plain - first < 3:
        first -= 1
    capital = first
    while capital and words[capital - 1][0].isupper():
        capital -= 1
    if capital == first:  # what is before the title may be a verb
        first = plain
        while first and (is_title(words[first - 1]) or words[first - 1] in ("former", "deputy", "senior")):
            first -= 1
        capital = first
    return " ".join(words[capital:])


def _role_after(text: str, end: int) -> str:
    """Return what stands behind a name between commas: ", deputy ISS program manager,"."""
    after = re.match(r",\s((?:an? |the )?[^,.;:“”\"\n()]{4,70}?)(?=[,.;]|\s(?:who|said|says|told)\b)", text[end : end + 90])
    if not after or not any(map(is_title, _TOKEN.findall(after[1])[:9])):
        return ""
    words = after[1].lower().split()
    return "" if _NO_ROLE.intersection(words) or words[0].endswith("ing") else after[1].strip()

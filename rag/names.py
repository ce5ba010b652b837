"""Find the people and countries that a question or an answer names, by their writing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.words import split_terms
from rag.question import FUNCTION_WORDS

# Countries and groups of them that answer "And Poland?"; a name that is none may be a person.
COUNTRIES = frozenset(
    """afghanistan algeria america argentina armenia australia austria azerbaijan bangladesh belarus belgium bosnia brazil britain brussels
    bulgaria canada chile china colombia congo croatia cuba cyprus czechia denmark egypt england estonia ethiopia eu europe finland
    france gaza georgia germany ghana greece greenland haiti hungary iceland india indonesia iran iraq ireland israel italy japan jordan
    kazakhstan kenya kosovo kuwait kyrgyzstan latvia lebanon libya lithuania luxembourg malaysia mali malta mexico moldova mongolia
    morocco myanmar nato nepal netherlands nigeria norway oman pakistan palestine panama peru philippines poland portugal qatar romania
    russia rwanda scotland senegal serbia singapore slovakia slovenia somalia spain sudan sweden switzerland syria taiwan tajikistan
    tanzania thailand tunisia turkey türkiye turkmenistan uae uganda uk ukraine un us u.s u.k u.s.a usa uzbekistan venezuela vietnam
    wales yemen zambia zimbabwe united+states united+kingdom united+nations european+union czech+republic north+korea south+korea
    saudi+arabia south+africa new+zealand great+britain sri+lanka united+arab+emirates white+house kremlin""".replace("+", "_").split()
)
# Words of a name that say what somebody is, and those that make it none of a person.
TITLES = frozenset(
    """president prime minister chancellor premier secretary general king queen prince princess pope senator governor mayor ambassador
    representative spokesman spokeswoman spokesperson chairman chairwoman chief director judge justice professor doctor dr mr mrs ms sir
    lord lady captain colonel admiral commissioner congressman congresswoman former ex vice deputy foreign defense defence interior
    finance leader head high coach ceo""".split()
)
_THINGS = frozenset(
    """affairs agency alliance army association bank bill board bureau church city club college commission committee company conference
    congress council county court day department fund government group guard hospital house institute island islands league ministry
    mission museum nations news office organisation organization parliament park party police post press prize republic river school
    senate service society state states station street times treaty union university war street team january february march april may
    june july august september october november december monday tuesday wednesday thursday friday saturday sunday""".split()
)
_CAPITAL = "[A-ZÀ-ÖØ-ÞĆČĐİŁŃŚŠŹŻŽ]"
_PART = rf"{_CAPITAL}[\w’'.-]*"
_GOES_ON = r"(?<![A-Z]{3}\.)(?<![a-z]{3}\.) "  # not behind "the BBC." or "on Monday."
_NAME = re.compile(rf"\b{_PART}(?:{_GOES_ON}(?:(?:de|van|von|der|den|bin|al|la|le) ){{0,2}}{_PART})*")
_SAYS = r"\b(?:said|says|told|stated|added|argued|warned|announced|explained|wrote|declared|confirmed|insisted|believes)\b"
_SPEAKS = re.compile(rf",? ?(?:also |later |then )?{_SAYS}", re.I)
_SPOKE = re.compile(rf"{_SAYS}(?: [\w-]+){{0,2}} $", re.I)
_APPOSED = re.compile(r"^, [a-z\d][^,.;:“”\"]{1,80},")  # behind a name: ", a Green lawmaker,"
_TITLE_BEFORE = re.compile(rf"\b(?:{'|'.join(sorted(TITLES))})[ ,]+$", re.I)
_PLACE_BEFORE = re.compile(r"\b(?:in|at|from|to|into|near|across|outside|around|the)[ ]$", re.I)


@dataclass(frozen=True, slots=True)
class Name:
    """A run of words written like a name."""

    text: str
    start: int  # characters of the text it stands in
    end: int
    country: bool
    placed: bool  # after "the", "in", "from" and the like
    titled: bool  # after a word such as "minister"

    @property
    def terms(self) -> frozenset[str]:
        """Its index terms."""
        return frozenset(split_terms(self.text))

    @property
    def personal(self) -> bool:
        """Whether it may be a person's."""
        words = self.text.lower().split()
        return not (self.country or self.placed or _THINGS.intersection(words) or self.text.isupper())


def find_names(text: str) -> Iterator[Name]:
    """Yield the names in a text, in order, without the titles and function words they begin with."""
    for match in _NAME.finditer(text):
        words = match[0].rstrip(".'’-").removesuffix("’s").removesuffix("'s").split(" ")
        dropped = 0
        for place, word in enumerate(words):
            if word.lower() in TITLES or (place == dropped and _is_plain(word, first=not place and _opens(text, match.start()))):
                dropped = place + 1
        name = " ".join(words[dropped:])
        if not name:
            continue
        start = match.start() + len(" ".join(words[:dropped])) + bool(dropped)
        titled = bool(dropped and words[dropped - 1].lower() in TITLES) or bool(_TITLE_BEFORE.search(text[:start]))
        country = is_country(name)
        yield Name(name, start, start + len(name), country, bool(_PLACE_BEFORE.search(text[: match.start()])), titled)


def is_country(name: str) -> bool:
    """Whether a name is a country's or that of a group of countries."""
    return name.lower().removeprefix("the ").rstrip(".").replace(" ", "_") in COUNTRIES


def find_people(text: str, verbs: frozenset[str], asked: Sequence[str] = ()) -> list[str]:
    """Return whom a sentence of an answer may be about, the likeliest first, each once.

    Who does what the question's `verbs` (terms) say, who speaks, who has a title, who has a name of several words; then who does
    what it says but has a name of one word, as a club may; last, those of the question itself (`asked`) who have several.
    """
    known = frozenset(term for name in asked for term in split_terms(name))
    people = [name for name in find_names(text) if name.personal and known.isdisjoint(name.terms)]
    behind = {name: _APPOSED.sub("", text[name.end :]) for name in people}
    doing = [name for name in people if not (verbs - known).isdisjoint(split_terms(behind[name])[:1])]
    marked = (
        (name for name in doing if name.titled or " " in name.text),
        (name for name in people if _SPEAKS.match(behind[name]) or _SPOKE.search(text[: name.start])),
        (name for name in people if name.titled),
        (name for name in people if " " in name.text),
    )
    found = [name.text for names in marked for name in names]
    return list(dict.fromkeys([*found, *(name.text for name in doing), *(name for name in asked if " " in name)]))


def _opens(text: str, place: int) -> bool:
    return not text[:place].strip(" “”\"'(") or text[:place].rstrip(' “"(')[-1:] in ".?!:"


def _is_plain(word: str, *, first: bool) -> bool:
    """Whether a capitalized word is no name: "Who", "The"; at the beginning of a sentence any function word."""
    return word.lower().replace("’", "'") in FUNCTION_WORDS and (first or not word.isupper() or word == "I")

"""The words and names of a text, and whether another text has them too, in whatever form."""

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from os.path import commonprefix

_SPELLINGS = {  # one word for all forms of a name; a capital stands for the country's government too
    "washpost": r"washington post",
    "usa": r"united states(?: of america)?|u\.s\.(?:a\.)?|(?-i:USA?)|americans?|america|washington|white house",
    "uk": r"united kingdom|u\.k\.|(?-i:UK)|great britain|britain|british|britons?|london|downing street",
    "eu": r"european union|e\.u\.|(?-i:EU)|brussels",
    "un": r"united nations|u\.n\.|(?-i:UN)",
    "nato": r"north atlantic treaty organi[sz]ation|nato",
    "russia": r"russians?|russia|moscow|kremlin",
    "ukraine": r"ukrainians?|ukraine|kyiv|kiev",
    "germany": r"germans?|germany|berlin",
    "france": r"french(?:man|men)?|france|paris|elysee",
    "poland": r"polish|poland|poles?|warsaw",
    "china": r"chinese|china|beijing",
    "spain": r"spanish|spain|spaniards?|madrid",
    "italy": r"italians?|italy|rome",
    "israel": r"israelis?|israel|jerusalem",
    "iran": r"iranians?|iran|tehran",
    "northkorea": r"north korea(?:ns?)?|pyongyang|(?-i:DPRK)",
    "southkorea": r"south korea(?:ns?)?|seoul",
    "turkey": r"turkish|turkey|turkiye|turks?|ankara",
    "netherlands": r"netherlands|dutch|the hague",
    "sweden": r"swedish|sweden|swedes?|stockholm",
    "denmark": r"danish|denmark|danes?|copenhagen",
    "finland": r"finnish|finland|finns?|helsinki",
    "norway": r"norwegians?|norway|oslo",
    "ireland": r"irish|ireland|dublin",
    "scotland": r"scottish|scotland|scots?",
    "wales": r"welsh|wales",
    "switzerland": r"swiss|switzerland",
    "greece": r"greeks?|greece|athens",
    "czechia": r"czechs?(?: republic)?|czechia|prague",
    "japan": r"japanese|japan|tokyo",
    "india": r"indians?|india|new delhi",
    "niger": r"nigeriens?|niger",
    "nigeria": r"nigerians?|nigeria",
    "ap": r"associated press|(?-i:AP)",
    "nyt": r"new york times|(?-i:NYT)",
    "zelensky": r"zelensk\w+",
    "covid": r"covid(?:-?19)?|coronavirus",
    "republican": r"republicans?|(?-i:GOP)",
}
_PEOPLE = {"zelensky"}
# Capitalised words that are no part of a name.
_TITLES = frozenset(
    "president chancellor prime minister premier secretary general foreign defense defence chief king queen prince princess pope senator "
    "congressman congresswoman representative governor mayor judge justice attorney director professor doctor dr mr mrs ms sir lord lady "
    "former acting vice deputy head chairman chairwoman ceo captain colonel commander sergeant officer lieutenant police spokesman "
    "spokeswoman spokesperson high leader ambassador state interior finance "
    "monday tuesday wednesday thursday friday saturday sunday "
    "january february march april may june july august september october november december republic the a an i and or "
    "of for in on at to it he she "
    "they we this that these those his her their its but as with by from after before while when according both".split()
)
# Words at the beginning of a sentence that begin no name.
_OPENINGS = frozenset(
    "the a an i and or of for in on at to it he she they we you this that these those his her their its our my but as with by from after "
    "before while when where if since because although though however according both some many most several all no not there what "
    "who "
    "which how why each every one two three four five six seven eight nine ten during under over between about despite earlier "
    "later meanwhile officials "
    "police also mr mrs ms".split()
)
_SAYING = frozenset("said says told added argued warned insisted reported wrote stated".split())
_OPENERS = frozenset("“\"‘'`(:.!?")
_SHARED, _SHORTEST = 2 / 3, 5  # share and number of letters with which two forms of a word begin alike
# How two names end that begin alike and are different ones: Niger and Nigeria, George and Georgia, Rodrigo and Rodriguez.
_OTHER_ENDS = re.compile(r"[eo]? (?:[in]?[ao]|[dgu]?ez|s?on|sen)")
_PEOPLES = frozenset("croat mongol slovak slovene sloven somali yugoslav".split())  # their countries end so too
_TOKEN = re.compile(r"(?:[A-ZÀ-Þ]\.){2,}|[^\W_](?:[\w’'&-]*\w)?|[^\s]")
_WORD = re.compile(r"[^\W_](?:[\w'.&]*\w)?")
_RUN = re.compile(r"(?:[A-Z][\w-]+ (?:of |for |the |and )*){1,5}[A-Z][\w-]+")
_CACHED = 2048  # texts


@lru_cache(maxsize=_CACHED)
def fold(text: str) -> str:
    """Return a text in lower case, without accents, and with one spelling for each well-known name."""
    text = unicodedata.normalize("NFKD", text.replace("’", "'").replace("‘", "'"))
    text = "".join(char for char in text if not unicodedata.combining(char))
    return _spellings().sub(lambda match: str(match.lastgroup), text).lower()


@cache
def _spellings() -> re.Pattern[str]:
    return re.compile("|".join(rf"(?P<{name}>\b(?:{forms})(?!\w))" for name, forms in _SPELLINGS.items()), re.IGNORECASE)


@lru_cache(maxsize=_CACHED)
def words(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded, without possessive endings."""
    return tuple(word.removesuffix("'s").strip("'.") for word in _WORD.findall(fold(text)))


def same_word(one: str, other: str) -> bool:
    """Whether two folded words are forms or spellings of one."""
    if one == other:
        return True
    need = max(_SHORTEST, math.ceil(_SHARED * max(len(one), len(other))))
    return len(one) >= need <= len(other) and one[:need] == other[:need] and not _are_other_names(one, other)


def _are_other_names(one: str, other: str) -> bool:
    """Whether two words that begin alike end like different names."""
    begin = len(commonprefix((one, other)))
    ends = sorted((one[begin:], other[begin:]), key=lambda end: (len(end), end))
    return _OTHER_ENDS.fullmatch(" ".join(ends)) is not None and _PEOPLES.isdisjoint((one, other))


def share(wanted: Sequence[str], there: Sequence[str]) -> float:
    """Return the share of folded words that are among others, in some form, 0 to 1."""
    exact = set(there)
    return sum(word in exact or any(same_word(word, other) for other in exact) for word in wanted) / max(len(wanted), 1)


@lru_cache(maxsize=_CACHED)
def names(text: str, known: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return the names of a sentence as it writes them, titles left out: "German", "Olaf Scholz" of "German Chancellor Olaf Scholz".

    A single word at the beginning counts only where its writing or what follows shows that it is a name, or if it is one of
    the `known` names, folded.
    """
    found: list[str] = []
    run: list[str] = []
    opening, opened = True, False  # at the beginning of a sentence; the run began there
    for token in (*_TOKEN.findall(text), ""):
        word = token.removesuffix("'s").removesuffix("’s")
        if word[:1].isupper() and not (opening and word.lower() in _OPENINGS):
            opened = opened if run else opening
            run.append(word)
        else:
            alone = opened and len(run) == 1
            if not alone or _is_name(run[0], token, known):
                found += _split_run(run)
            run = []
        opening = token in _OPENERS
    return tuple(found)


def _is_name(word: str, after: str, known: frozenset[str]) -> bool:
    return (word.isupper() and len(word) > 1) or fold(word) in _SPELLINGS or after in _SAYING or fold(word) in known


def _split_run(run: Sequence[str]) -> Iterator[str]:
    """Yield the names in a run of capitalised words: a country by itself, and what stands before and behind a title."""
    if fold(" ".join(run)) in _SPELLINGS:
        yield " ".join(run)
        return
    rest: list[str] = []
    for word in (*run, ""):
        if fold(word) in _SPELLINGS.keys() - _PEOPLE and len(run) > 1:
            yield word
        elif word and word.lower().strip(".") not in _TITLES:
            rest.append(word)
        elif rest:
            yield " ".join(rest)
            rest = []


def is_country(name: str) -> bool:
    """Whether a name stands for a country, a union of them or another name with several forms."""
    return fold(name) in _SPELLINGS


def known_names(text: str) -> frozenset[str]:
    """Return the folded words of the names of a text that show inside its sentences."""
    return frozenset(word for name in names(text) for word in words(name))


def has_name(name: str, text: str) -> bool:
    """Whether a text has a name, in another form perhaps: its last word, unless another first name stands before it; its initials."""
    wanted = words(name)
    there = words(text)
    if not wanted or any(word in _SPELLINGS and word in there for word in wanted):
        return True
    places = [place for place, word in enumerate(there) if same_word(wanted[-1], word)]
    if not places:
        return _has_initials(wanted, text)
    if len(wanted) < 2 or any(not place or same_word(wanted[-2], there[place - 1]) for place in places):
        return True
    first_names = {part for other in names(text) for part in words(other)[:-1]}
    return not all(there[place - 1] in first_names for place in places)


def _has_initials(wanted: Sequence[str], text: str) -> bool:
    """Whether one is made of the other's initials: "WHO" and "World Health Organization"."""
    if len(wanted) > 1:
        return re.search(rf"\b{re.escape(''.join(word[0] for word in wanted).upper())}\b", text) is not None
    runs = ("".join(part[0] for part in run.split() if part[0].isupper()) for run in _RUN.findall(text))
    return 1 < len(wanted[0]) < 6 and any(wanted[0].upper() in run for run in runs)

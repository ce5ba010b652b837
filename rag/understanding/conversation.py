"""Make a question of a conversation stand alone: carry what it leans on from the turns before.

Without a model: what a question leans on is told by its form, and the words come from the earlier questions, or, for "he" and
"she", from the answer. With a model, `accept_rewrite` checks what it wrote.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.words import split_terms
from rag.list_question import find_list_question
from rag.names import find_names, find_people, is_country
from rag.question import FUNCTION_WORDS, understand
from rag.quotations.speakers import Cast, is_title
from rag.types import NOT_FOUND, Turn
from rag.understanding.followup import (
    ASKS,
    AUX,
    JOINT,
    OPENER,
    PERSON,
    PREPOSITION,
    PREPOSITIONS,
    TELLS,
    WH,
    leans,
    plain_body,
    take_fragment,
    without,
)
from rag.understanding.periods import find_period

_CONTEXT, _NARROWED = 16, 6  # words carried at most, of the subject and of what was asked about it since
_LONGEST = 200  # characters of the words carried
_TOLD = 2000  # characters of questions and quotes that are read for who somebody is
MAX_REWRITE = 300  # characters of a question that a model wrote
_LINE = 12  # words that a search line has at most
_NEW = 0.25  # share of a rewritten question's words that nobody said
_ADDED = 2  # words that a model may add to a question that already stands alone
_LATE = dt.date(9200, 12, 31)  # as seen from it, a Sunday, every time that is named is over

_REQUEST = re.compile(
    r"""^(?: (?:(?:can|could|would|will)[ ]you[ ])? (?:please[ ])? (?:tell|show|explain|give|describe|summari[sz]e)\b
    (?:[ ](?:me|us)\b)? (?:[ ]about\b)?
    | do[ ]you[ ]know\b | i[ ](?:want|need|would[ ]like)[ ]to[ ](?:know|ask|understand|find[ ]out)\b(?:[ ]about\b)? )[ ]?""",
    re.IGNORECASE | re.VERBOSE,
)
_SOUGHT = re.compile(r"^\W*(?:who|which)\b", re.I)
_IDENTITY = re.compile(r"^\W*who(?:['’]s| is| was| are| were) ", re.I)
_REFERRING = re.compile(r"\b(?:he|him|his|she|her|hers|they|them|their|theirs|it|its|this|that|these|those|there)\b", re.I)
_OFFICE = re.compile(r"^the (?:[\w’'-]+ ){0,2}?([\w’'-]+)(?: (?:of|for) .+)?$", re.I)
# What a model writes around the question, and what it writes instead of one.
_LABEL = re.compile(r"^\W*(?:the )?(?:(?:standalone|rewritten|last|new|search|final) )?(?:question|query|rewrite)\W*: *", re.I)
_TALKS = re.compile(
    r"""^\W*(?: sure | here | certainly | of[ ]course | okay | answer | assistant | user | yes | no | i | i['’]m | as[ ]an? | sorry
    | unfortunately | based[ ]on | according[ ]to | note | output | input | example | the[ ](?:last|standalone|question|answer|user) )\b
    | \b(?:standalone|rewrit\w+|rephras\w+|language[ ]model|(?:last|following|previous|original)[ ]question|this[ ]conversation)\b
    | https?:""",
    re.IGNORECASE | re.VERBOSE,
)
_MORE = re.compile(r"[?!]\W|[.;]\s+[A-Z][a-z]+\s")  # after the question
_FIGURE = re.compile(
    r"""\b(?: \w*\d\w* | two | three | four | five | six | seven | eight | nine | ten | eleven | twelve | \w+teen | twenty | thirty | forty
    | fifty | (?:hundred|thousand|million|billion|dozen)s? )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_LOOSE = frozenset(
    "a an the and or but of to in on at by for from with about as that which who i is are was were my your our their so".split()
)
_HOW = re.compile(rf"(?:how (?:many|much|old|long|far|often)|{WH})\b(?:['’]s)? ?", re.I)


def make_standalone(text: str, history: Sequence[Turn]) -> str:
    """Return a question with what it leaves out filled in from the turns before, oldest first.

    "And Poland?" after "Who ruled out ground troops?" is "Who ruled out ground troops: Poland?". A question that names its own
    subject is returned as it is, so that a new topic does not drag the old one along.
    """
    talk = _Talk()
    for turn in history:
        talk = talk.after(turn)
    return talk.complete(text)


def accept_rewrite(written: str, text: str, history: Sequence[Turn]) -> str | None:
    """Return the standalone question that a model wrote, cleaned; None if it is not to be trusted.

    It must be one question or search line of at most `MAX_REWRITE` characters that still asks for what `text` does, leans on
    nothing, and has no name or number, and few words, that neither `text` nor the conversation has.
    """
    if len(written) > 2 * MAX_REWRITE or len(written.strip().splitlines()) != 1:
        return None
    line = without(_LABEL, " ".join(re.sub(r"[*_`]+", "", written).split())).strip(" \"“”'‘’")
    if ASKS.match(line) and line[-1].isalnum():
        line += "?"
    said = frozenset(split_terms(" ".join([text, *(part for turn in history for part in (turn.question, turn.answer))])))
    trusted = _is_one_question(line) and _is_from(line, said) and _keeps(line, text) and not leans(line)
    return line if trusted else None


def _is_one_question(line: str) -> bool:
    """Whether a line is one question, one request or a few words to search for, and no talk around them."""
    count = len(line.split())
    if not understand(line).terms or len(line) > MAX_REWRITE or _TALKS.search(line) or _MORE.search(line):
        return False
    return line.endswith("?") or (TELLS.match(line) is not None and count <= _CONTEXT) or (count <= _LINE and line[-1].isalnum())


def _is_from(line: str, said: frozenset[str]) -> bool:
    """Whether a line has no name or number, and few other words, that were not said; "UN" may be written out."""
    terms, first = understand(line).terms, split_terms(line)[0]
    names = [name for name in find_names(line) if name.start or name.terms != {first}]
    if any(not name.terms <= said and _initials(name.text) not in said for name in names):
        return False
    if not said.issuperset(term for figure in _FIGURE.findall(line) for term in split_terms(figure)):
        return False
    written_out = {term for name in names for term in name.terms}
    unsaid = [term for term in terms if term not in said and term not in written_out]
    return len(unsaid) <= max(len(terms) * _NEW, 1) and len(unsaid) < len(terms)


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split()).lower()


def _keeps(line: str, text: str) -> bool:
    """Whether a line asks for what was asked: its names, numbers, question word, most of its words, and no other topic dragged along."""
    own, has = understand(plain_body(text)), set(split_terms(line))
    kept = [term for term in own.terms if term in has]
    written = understand(line)
    drags = not leans(text) and len(set(written.terms) - set(own.terms)) > _ADDED
    same = own.kind in ("other", written.kind)
    return same and not drags and own.names | own.numbers <= has and len(kept) * 2 >= len(own.terms)


@dataclass(frozen=True, slots=True)
class _Talk:
    """What a conversation is about, after some turns."""

    subject: str = ""  # the last question that had a subject of its own, or was given one
    narrowed: str = ""  # what it was asked about since: "Poland"
    people: tuple[str, ...] = ()  # whom "he" or "she" may mean, the likeliest first
    named: frozenset[str] = frozenset()  # those of them that the question names
    others: tuple[str, ...] = ()  # whom further quotes of its answer name
    told: str = ""  # what says who they are

    def after(self, turn: Turn) -> "_Talk":
        """Return what the conversation is about after one more turn."""
        body = without(JOINT, plain_body(turn.question))
        if not self.subject or not leans(turn.question):
            return _Talk(body)._meeting(body, turn.answer) if understand(body).terms else self
        fragment = take_fragment(turn.question)
        if fragment:
            put = _put(self.subject, fragment)
            return (replace(self, subject=put, narrowed="") if put else replace(self, narrowed=fragment))._meeting(fragment, turn.answer)
        whole = _ellipsis(self.subject, body) or self._alone(body)
        if whole:
            return replace(self, subject=whole, narrowed="")._meeting(body, turn.answer)
        words = _short(_REFERRING.sub(" ", _topic(body)), _NARROWED) if ASKS.match(body) else ""
        new = set(understand(words).terms) - set(understand(self.subject).terms)
        return replace(self, narrowed=words if new else self.narrowed)._meeting(body, turn.answer)

    def complete(self, text: str) -> str:
        """Return a question with what it leaves out."""
        if not self.subject or not plain_body(text):
            return text
        body = without(JOINT, plain_body(text))
        if not leans(text):
            return _sentence(body) if JOINT.match(plain_body(text)) and ASKS.match(body) else text
        fragment = take_fragment(text)
        if fragment:
            return _put(self.subject, fragment) or f"{_sentence(_short(self.subject))}: {fragment}?"
        return _ellipsis(self.subject, body) or self._alone(body) or self._beside(body)

    def _alone(self, body: str) -> str:
        """Return a question with the person's name in it, where it then leaves out no more; else an empty text."""
        person = self._person(body)
        named = _name(body, person) if person else body
        whole = named != body and not leans(named) and (understand(body).terms or person not in self.named or _IDENTITY.match(body))
        return _sentence(named) if whole else ""

    def _beside(self, body: str) -> str:
        """Return a question behind what the conversation is about."""
        context = _topic(self.subject)
        if self.narrowed and not set(understand(self.narrowed).terms) <= set(understand(context).terms):
            context = _narrow(self.subject, self.narrowed) or f"{context}, {self.narrowed}"
        person = self._person(body)
        if not person and PERSON.search(body):  # none of them is meant
            context = " ".join(re.sub("|".join(map(re.escape, self.people)), "", context).split())
        known = person and person.split()[-1].lower() in context.lower()  # "Peskov said: when did he say that?"
        named = body if known or not person else _name(body, person)
        if set(understand(context).terms) <= set(understand(named).terms):
            return _sentence(named)
        return f"{_sentence(context)}: {_lower(named)}"

    def _person(self, body: str) -> str:
        """Return whom the first "he" or "she" of a question means; empty if nobody whose name and title allow it.

        Who is named in the question comes first; of those in its answer, a woman who is known for one is "she".
        """
        pronoun = PERSON.search(body)
        if not pronoun:
            return ""
        cast = Cast(self.told)
        she = _is_she(pronoun[0])
        for people in (self.people, self.others):
            full = {name: cast.find(name, len(self.told)) or name for name in people}
            fitting = [name for name in people if cast.can_be(full[name], "she" if she else "he")]
            women = [name for name in fitting if she and not cast.can_be(full[name], "he")]
            if fitting:
                return next((name for name in women if name in self.named or fitting[0] not in self.named), fitting[0])
        return ""

    def _meeting(self, asked: str, answer: str) -> "_Talk":
        """Return the conversation with the people that a question and its answer are about."""
        quote, *further = _quotes(answer) or [""]
        question = understand(asked)
        named = [name.text for name in find_names(asked) if name.personal]
        if not named and not question.names:  # perhaps nothing is capitalized
            named = [name.text for name in find_names(quote) if name.personal and name.terms <= set(question.terms)]
        identity, pronoun = _IDENTITY.match(asked), PERSON.search(asked)
        found = find_people(quote, frozenset(question.terms), named) or named
        others = [name for text in further for name in find_people(text, frozenset(), named)]
        told = "\n".join([asked, quote, *further])
        if named and (not _SOUGHT.match(asked) or (identity and asked.startswith(named[0], identity.end()))):
            found = [*named, *found]
        elif self.people and pronoun:
            meant = f"{'Mrs' if _is_she(pronoun[0]) else 'Mr'} {self._person(asked)}"  # that they were called so says who they are
            people, others = (*self.people, *found), [*self.others, *others]
            return replace(self, people=_unique(people), others=_unique(others), told=f"{self.told}\n{meant}\n{told}"[-_TOLD:])
        return replace(self, people=_unique(found), named=frozenset(named), others=_unique(others), told=told)


def _put(subject: str, fragment: str) -> str:
    """Return the subject asked about the fragment, where the place it takes is plain; else an empty text.

    "Did Germany send troops?", "Poland": "Did Poland send troops?"; "Who ruled it out?", "in May": "Who ruled it out in May?"
    """
    asked = subject.rstrip("?!. ")
    if len(asked.split()) > _CONTEXT:
        return ""
    if timed := _put_time(asked, fragment):
        return timed
    preposition = PREPOSITION.match(fragment)
    if not preposition:
        return _put_name(asked, fragment) or _put_subject(asked, fragment)
    about = preposition[1].lower() in ("about", "on")
    return (about and _put_subject(asked, fragment[preposition.end() :].strip())) or _put_phrase(asked, fragment, preposition[1])


def _put_name(asked: str, fragment: str) -> str:
    """Return a question with a name, or "the mayor", in the place of the name that it fits; an empty text if there is none, or several."""
    names, office = list(find_names(fragment)), _OFFICE.match(fragment)
    titled = office is not None and is_title(office[1])
    if not titled and (len(names) != 1 or names[0].text != re.sub("^the ", "", fragment, flags=re.I)):
        return ""
    country = not titled and names[0].country
    alike = [name for name in find_names(asked) if name.country == country and (name.country or name.personal)]
    doing = [name for name in alike if re.search(rf"\b{AUX}(?: the)? $", asked[: name.start], re.I)]
    if not doing and len(alike) != 1:
        return ""
    place = (doing or alike)[0]
    return f"{re.sub('the $', '', asked[: place.start], flags=re.I)}{fragment}{asked[place.end :]}?"


def _put_subject(asked: str, fragment: str) -> str:
    """Return a question about the archive, asked for something else; an empty text for any other question."""
    time = _find_time(asked)
    listed = find_list_question(asked.replace(time[0], " ", 1) if time else asked, timed=False)
    if not listed or not listed.phrases:
        return ""
    start, last = asked.find(listed.phrases[0].text), listed.phrases[-1].text
    return f"{re.sub('the $', '', asked[:start], flags=re.I)}{fragment}{asked[asked.rfind(last) + len(last) :]}?" if start >= 0 else ""


def _put_phrase(asked: str, fragment: str, preposition: str) -> str:
    """Return a question with a phrase in the place of the last one that has its preposition and is no time, else behind it."""
    time = _find_time(asked)
    end = rf"(?=,| (?!of\b){PREPOSITIONS}\b{f'| {re.escape(time[0])}' if time else ''}|$)"
    phrases = [found for found in re.finditer(rf"(?<= ){preposition}\b.*?{end}", asked, re.I) if not time or found.start() != time.start()]
    if not phrases:
        return f"{asked} {fragment}?"
    return f"{asked[: phrases[-1].start()]}{fragment}{asked[phrases[-1].end() :]}?"


def _put_time(asked: str, fragment: str) -> str:
    """Return a question with a time in the place of its own, else behind it; an empty text if the fragment is no time."""
    own = _find_time(asked)
    times = [fragment, f"in {fragment}"] if own else [fragment]  # "And April?" may be a person, where no month was asked for
    time = next((time for time in times if (found := _find_time(time)) and found[0] == time), "")
    if not time or not own:
        return time and f"{asked} {time}?"
    return f"{asked[: own.start()]}{time}{asked[own.end() :]}?"


def _find_time(text: str) -> re.Match[str] | None:
    """Return the time that a text names, with the preposition before it; None if it names none, or several."""
    period = find_period(text, _LATE)
    return re.search(rf"(?:\b(?:between|from)(?: the)? )?{re.escape(period.words)}", text) if period else None


def _ellipsis(subject: str, body: str) -> str:
    """Return the subject with the question word that is all a question consists of, where they go together; else an empty text."""
    asked, word = subject.rstrip("?!. "), body.rstrip("?!. ").lower()
    if word in ("why", "when", "where", "how") and len(asked.split()) <= _CONTEXT:
        if re.match(r"^(?:why|when|where|how) " + AUX, asked, re.I):
            return _sentence(f"{word} {asked.split(' ', 1)[1]}?")
        if re.match(rf"^{AUX} ", asked, re.I):
            return _sentence(f"{word} {_lower(asked)}?")
    if word in ("who else", "anyone else", "anybody else", "any others") and re.match(r"^who ", asked, re.I):
        return f"Who else {_short(asked.split(' ', 1)[1])}?"
    return ""


def _name(body: str, person: str) -> str:
    """Put a person's name in the place of the first word that refers to one."""

    def named(match: re.Match[str]) -> str:
        after = re.match(r" ([\w’'-]+)", body[match.end() :])
        owns = match[0].lower() == "his" or (match[0].lower() == "her" and after and after[1].lower() not in FUNCTION_WORDS)
        return f"{person}'s" if owns else person

    return PERSON.sub(named, body, count=1)


def _topic(question: str) -> str:
    """Return what a question is about without what it asks: "ruled out ground troops" of "Who ruled out ground troops?"."""
    topic = _REQUEST.sub("", without(OPENER, plain_body(question))).rstrip("?!.… ")
    if how := _HOW.match(topic):
        topic = topic[how.end() :]
        topic = re.sub(r"\bdid (.+?) say\b|^(.+?) say$", lambda match: f"{match[1] or match[2]} said", topic, count=1)
        topic = re.sub(r"\b(?:did|does|do) ", "", topic, count=1)
        topic = re.sub(r"^(?:i|you|we) ", "", topic, flags=re.I)
    topic = re.sub(rf"^(?:{AUX} (?:(?:there|i|you|we) )?)?(?:(?:the|an?) )?", "", topic, flags=re.I)
    return _short(topic) or _short(question)


def _narrow(subject: str, narrowed: str) -> str:
    """Return "Poland ruled out ground troops" for "Who ruled out ground troops?" and "Poland"; else an empty text."""
    rest = re.match(rf"^who (?!{AUX}\b)(.+)", subject.rstrip("?!. "), re.I)
    return f"{narrowed} {_short(rest[1])}" if rest and is_country(narrowed) else ""


def _short(text: str, limit: int = _CONTEXT) -> str:
    """Return the first words of a text as one line of words, as many as are carried, without loose ends."""
    words = re.sub(r"[.?!;:]+(?= )", ",", " ".join(text.split()).rstrip("?!.… ")[:_LONGEST]).split()[:limit]
    while len(words) > 1 and words[-1].lower() in _LOOSE:
        words.pop()
    return " ".join(words).rstrip(",")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    first = text.split(" ", 1)[0].rstrip("?!.,").lower()
    return text[:1].lower() + text[1:] if first != "i" and (first in FUNCTION_WORDS or TELLS.match(text)) else text


def _is_she(pronoun: str) -> bool:
    return pronoun.lower().startswith(("she", "her"))


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _quotes(answer: str) -> list[str]:
    """Return the quotes of an answer, or its first line, without marks."""
    lines = [line for line in answer.splitlines() if line.strip()]
    texts = [line for line in lines if line.startswith(">")] or lines[:1]
    texts = [" ".join(re.sub(r"\[\d+\]|[*_`#>]", " ", text).split()) for text in texts]
    return [text for text in texts if text != NOT_FOUND]

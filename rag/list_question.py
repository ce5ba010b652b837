"""Recognize questions about the archive itself: how many articles mention something, which do, and which was first.

"How many peacekeepers are needed?" is none: its answer stands in an article.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from index.words import join_acronyms, split_terms
from rag.question import FUNCTION_WORDS

Asks = Literal["count", "times", "list", "first", "last"]

_N = r"(?:news )?(?:articles?|stories|story|reports?|news items?|pieces?|texts?|documents?)(?: (?:published|dated|written|printed|from))?"
_ABOUT = r"(?:about|on|concerning|regarding|mentioning|discussing|covering)"
_V = rf"""(?:mention(?:s|ed)? | refer(?:s|red)?[ ]to | (?:talk|speak)s?[ ](?:about|of) | talked[ ]about | spoke[ ]of | discuss(?:es|ed)?
    | cover(?:s|ed)? | deals?[ ]with | dealt[ ]with | contain(?:s|ed)? | writes?[ ]about | wrote[ ]about
    | reports?[ ](?:on|about) | reported[ ](?:on|about) | (?:is|are|was|were)[ ](?:there[ ])?{_ABOUT} | do[ ]you[ ]have[ ]{_ABOUT}
    | (?:have|has|use|uses)(?=[ ]the[ ](?:words?|terms?|names?|phrase)\b) | {_ABOUT} )"""
_BE = r"(?:is|are|was|were)"
_NAMED = r"(?:mentioned|named|discussed|covered|referred[ ]to)"
_HERE = r"(?:[ ]in[ ](?:total|all|(?:the|your)[ ](?:articles|news|archive|corpus|collection|folder|index)))?"
_FIRST = r"(?P<first>first|earliest|oldest)"
_LAST = r"(?P<last>last|latest|newest|most[ ]recent(?:ly)?)"
_END = rf"(?:{_FIRST}|{_LAST})"
_S = r"(?P<subject>.+?)"
_GET = r"(?:(?:list|show|find|give|get|name)(?:[ ](?:me|us))?[ ])"

# What each form asks; the first that fits counts. White space in them is written [ ].
_FORMS: tuple[tuple[Asks | None, str], ...] = (
    ("count", rf"how[ ]many[ ](?:of[ ]the[ ]|different[ ])?{_N}(?:[ ](?:that|which|are[ ]there|there[ ]are))*[ ]{_V}[ ]{_S}"),
    ("count", rf"(?:in[ ])?how[ ]many[ ]{_N}[ ]{_BE}[ ]{_S}[ ]{_NAMED}(?:[ ]in)?"),
    ("count", rf"(?:in[ ])?how[ ]many[ ]{_N}[ ](?:does|do|did)[ ]{_S}[ ](?:appear|occur|come[ ]up)(?:[ ]in)?"),
    ("count", rf"how[ ]many[ ]{_N}(?:[ ](?:are[ ]there|do[ ]you[ ]have|are[ ]indexed|were[ ](?:published|written)|appeared))?{_HERE}"),
    ("times", rf"how[ ](?:often|many[ ]times)[ ]{_BE}[ ]{_S}[ ]{_NAMED}{_HERE}"),
    ("times", rf"how[ ](?:often|many[ ]times)[ ](?:does|do|did)[ ]the[ ]{_N}[ ]mention[ ]{_S}"),
    ("times", rf"how[ ]many[ ]mentions[ ]of[ ]{_S}(?:[ ]are[ ]there)?{_HERE}"),
    (None, rf"when[ ]{_BE}[ ]{_S}[ ]{_END}[ ]{_NAMED}{_HERE}"),
    (None, rf"when[ ]{_BE}[ ]{_S}[ ]{_NAMED}[ ]{_END}{_HERE}"),
    (None, rf"when[ ]{_BE}[ ]the[ ]{_END}[ ]mention[ ]of[ ]{_S}"),
    (None, rf"when[ ]did[ ]{_S}[ ]{_END}[ ](?:appear|come[ ]up)[ ]in[ ]the[ ](?:articles|news|archive|corpus)"),
    (None, rf"when[ ]did[ ](?:the|any)[ ]{_N}[ ]{_END}[ ]mention[ ]{_S}"),
    (None, rf"(?:(?:which|what)[ ]{_BE}[ ]|{_GET})?the[ ]{_END}[ ]{_N}(?:[ ](?:that|which))?[ ](?:to[ ])?{_V}[ ]{_S}"),
    (None, rf"(?:(?:which|what)[ ]{_BE}[ ]|{_GET})?the[ ]{_END}[ ]{_N}{_HERE}"),
    (None, rf"(?:which|what)[ ]{_N}[ ](?:{_BE}[ ](?:the[ ])?)?{_END}[ ](?:to[ ])?mention(?:s|ed)?[ ]{_S}"),
    (None, rf"(?:which|what)[ ]{_N}[ ]mention(?:s|ed)?[ ]{_S}[ ]{_END}"),
    (
        "list",
        rf"(?:{_GET}|which[ ]|what[ ]|are[ ]there[ ]|is[ ]there[ ])?(?:(?:all|every|each|any|the|of|a|an)[ ])*"
        rf"{_N}(?:[ ](?:that|which|are[ ]there|do[ ]you[ ]have))*[ ]{_V}[ ]{_S}",
    ),
    ("list", rf"(?:in[ ])?(?:which|what)[ ]{_N}[ ]{_BE}[ ]{_S}[ ]{_NAMED}(?:[ ]in)?"),
    ("list", rf"(?:in[ ])?(?:which|what)[ ]{_N}[ ](?:does|do|did)[ ]{_S}[ ](?:appear|occur|come[ ]up)(?:[ ]in)?"),
    ("list", rf"where[ ]{_BE}[ ]{_S}[ ]mentioned{_HERE}"),
    ("list", rf"{_GET}(?:(?:all|every|the|of)[ ])+{_N}{_HERE}"),
    ("list", rf"(?:which|what)[ ]{_N}[ ](?:are[ ]there|do[ ]you[ ]have|were[ ](?:published|written)|appeared|are){_HERE}"),
)
_COMPILED = tuple((asks, re.compile(form, re.I | re.X)) for asks, form in _FORMS)
_DAY_NEWS = re.compile(
    r"what(?:['’]s| (?:is|was|were|are))? (?:(?:has |have )?happened|new|(?:in )?the (?:top |main )?(?:news|headlines|stories))", re.I
)
_REQUEST = re.compile(r"^(?:(?:can|could|would|will) you )?(?:please )?|^i (?:want|need|would like) (?:to see )?|[ ,]*please$", re.I)
_LABEL = re.compile(r"^(?:either |both )?(?:the |a |an |any )?(?:(?:exact )?(?:words?|terms?|names?|phrase) )?(?:of )?", re.I)
_QUOTED = re.compile(r"^(?:[“\"](?P<double>[^“”\"]+)[”\"]|[‘'](?P<single>.+)[’'])$")
_QUOTATION = re.compile(r"[“\"][^“”\"]*[”\"]")
# Between two that are looked for; no quotation is open, for the marks behind it are in pairs.
_JOINT = re.compile(r"(?:,? (and|or|as well as)|,) (?=(?:[^“”\"]*[“\"][^“”\"]*[”\"])*[^“”\"]*$)", re.I)
# Words of a condition that is more than "has this": it is not counted. "The WHO" is none.
_CONDITION = re.compile(
    r"""\b(?: who | whom | what | which | when | where | why | how | whether | if | that
    | not | but | neither | nor | without | except | excluding | instead | than | only | alone | at[ ](?:least|most) | once | twice
    | is | are | was | were | be | been | has | have | had | does | do | did | (?:published|written|printed)(?=[ ](?:by|in|on)\b)
    | (?<!^)either )\b(?!-)""",
    re.VERBOSE,
)
_RUN = re.compile(r"[^\W_]+")
_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*\.?")
_MOST_WORDS = 12  # of a subject


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must stand in a sentence one after the other."""

    text: str  # as the question writes it
    terms: tuple[str, ...]  # index terms: what a passage must hold at least
    words: tuple[str, ...]  # as `split_words` returns them
    exact: bool = False  # put in quotation marks: no other forms of the words count

    def stands_in(self, words: Sequence[str]) -> bool:
        """Whether words, in order, have the phrase: names in capitals too, other words in singular or plural."""
        first, size = self.words[0], len(self.words)
        return any(
            _is_form(first, word, self.exact)
            and len(words) >= place + size
            and all(_is_form(own, other, self.exact) for own, other in zip(self.words[1:], words[place + 1 : place + size], strict=True))
            for place, word in enumerate(words)
        )


def split_words(text: str) -> list[str]:
    """Return the words of a text in order, without accents and marks; "U.S." is one, "NATO-led" and "Macron's" are two."""
    if not text.isascii():
        text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return _RUN.findall(join_acronyms(text))


def _is_form(own: str, word: str, exact: bool) -> bool:
    if own[0].isupper() and not exact:
        shouted = own.isupper() and own.lower() in FUNCTION_WORDS  # the US and the WHO, not "Us" and "Who"
        return word == own if shouted else word[0].isupper() and word.lower() == own.lower()
    own, word = own.lower(), word.lower()
    return own == word or (not exact and own[0] == word[0] and (_plural(own, word) or _plural(word, own)))


def _plural(one: str, many: str) -> bool:
    return many in (f"{one}s", f"{one}es") or (one.endswith("y") and many == f"{one[:-1]}ies")


@dataclass(frozen=True, slots=True)
class ListQuestion:
    """A question about the archive: which articles have all phrases of one of the `alternatives`; without any, all articles."""

    asks: Asks
    alternatives: tuple[tuple[Phrase, ...], ...] = ()
    news: bool = False  # asks what happened, not for articles as such

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """All phrases, each once."""
        return tuple(dict.fromkeys(phrase for alternative in self.alternatives for phrase in alternative))

    @property
    def subject(self) -> str:
        """What is looked for, as a reader is told: “Macron” and “Scholz”."""
        return " or ".join(" and ".join(f"“{phrase.text}”" for phrase in alternative) for alternative in self.alternatives)


def find_list_question(text: str, *, timed: bool) -> ListQuestion | None:
    """Return what a question, without the words of its period, asks of the archive; None if it asks for what articles say.

    `timed`: whether it has a period; then "What happened?" asks for the articles of it.
    """
    asked = re.sub(r"\s+([?!.,])", r"\1", " ".join(text.split()))
    asked = _REQUEST.sub("", re.sub(r"(?<!\.[A-Z])[ ?!.]+$", "", asked.strip(" ?!")))
    if timed and _DAY_NEWS.fullmatch(asked):
        return ListQuestion("list", news=True)
    for asks, form in _COMPILED:
        match = form.fullmatch(asked)
        if match is None:
            continue
        groups = match.groupdict()
        alternatives = _alternatives(groups["subject"]) if groups.get("subject") else ()
        if alternatives is None:
            return None
        return ListQuestion(asks or ("first" if groups["first"] else "last"), alternatives)
    return None


def _alternatives(subject: str) -> tuple[tuple[Phrase, ...], ...] | None:
    """Return the phrases of a subject; None if one has no words, or if it is too long or says too much to be that of a list."""
    subject = subject.rsplit(": ", 1)[-1]  # a follow-up, made to stand alone: "How many articles mention Macron: Prague?"
    plain = _QUOTATION.sub(" ", subject)
    if not _QUOTED.match(subject) and (len(plain.split()) > _MOST_WORDS or _CONDITION.search(plain)):
        return None
    parts = [subject] if _QUOTED.match(subject) else _JOINT.split(subject)
    found = [_phrases(_LABEL.sub("", part)) for part in parts[::2]]
    if not all(found):
        return None
    alternatives = [found.pop()]
    joint = ""  # a comma stands for the one after it
    for phrases, own in zip(reversed(found), reversed(parts[1::2]), strict=True):
        joint = own or joint
        if joint.lower() == "or":
            alternatives.insert(0, phrases)
        else:
            alternatives[0] = phrases + alternatives[0]
    return tuple(alternatives)


def _phrases(text: str) -> tuple[Phrase, ...]:
    """Return the runs of words that are not function words; a name with such words within ("Bank of England") stays whole."""
    if quoted := _QUOTED.match(text):
        phrase = _phrase(quoted["double"] or quoted["single"], exact=True)
        return (phrase,) if phrase.terms else ()
    words = [match[0] for match in _WORD.finditer(text)]
    if words and words[0][0].isupper() and words[-1][0].isupper() and not any(_splits(word) for word in words):
        return (_phrase(text),)
    runs: list[list[str]] = [[]]
    for word in words:
        if word.lower() in FUNCTION_WORDS and not (word.isupper() and len(word) > 1) and not (word == "May" and len(words) == 1):
            runs.append([])
        else:
            runs[-1].append(word)
    return tuple(phrase for run in runs if run and (phrase := _phrase(" ".join(run))).terms)


def _splits(word: str) -> bool:
    """Whether a word in lower case cannot be within a name."""
    return word[0].islower() and word not in ("of", "the", "for", "de", "la", "le", "van", "von", "der", "den", "du", "al", "bin", "on")


def _phrase(text: str, *, exact: bool = False) -> Phrase:
    shown = re.sub(r"['’]s$", "", " ".join(text.strip(" ,;:").split()))
    return Phrase(shown, tuple(split_terms(shown)), tuple(split_words(shown)), exact)

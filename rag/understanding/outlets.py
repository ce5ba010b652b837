"""Take the outlet that a question asks of for a filter: "What did Reuters report about ...?", "according to the BBC".

Only an outlet of the archive counts, and only one that is named as who reports: in "Who owns the BBC?" it is the subject. The articles
of the outlet are searched first; where they do not answer, all are.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rag.question import understand
from rag.understanding.narrowing import Stage

_NAME = r"(?P<name>[‘'“\"]?[A-Z][\w’'&.-]*(?:[ ](?:(?:of|the|and|&|de|la)[ ])?[A-Z][\w’'&.-]*){0,5}[’'”\"]?)"
_THE = r"(?:[Tt]he[ ])?"
_REPORTS = r"(?:report|say|write|publish|print|note|find|reveal|state|claim|mention)"
_PIECE = r"(?P<piece>(?:article|report|story|stories|piece|editorial)s?|coverage|reporting)"
_NO_VERB = r"(?!(?:(?<=[Dd]id[ ])|(?<=[Dd]oes[ ])|(?<=[Ww]ill[ ]))[Tt]he[ ][\w’'&. -]+?[ ]report\b)"  # "Did the BBC report that ...?"
_NOT_OF = "poll|survey|study|analysis|correspondent|reporter|host|anchor|journalist|editor|interview"  # of the outlet, but not it
_END = rf"(?![\w’'&.-]|[ ][A-Z(]|[ ](?:{_NOT_OF})),?"
_SPEAKS = re.compile(rf"\b(?:did|does|has|have|do)[ ]{_THE}{_NAME}[ ]{_REPORTS}(?:ed|n)?\b(?=[ ](?:about|on|of|that|in)\b|[?])", re.X)
# What names an outlet otherwise, and what takes its place in the question that is searched for.
_FORMS = tuple(
    (re.compile(form, re.X), instead)
    for form, instead in (
        (rf",?[ ]?\b(?:[Aa]ccording[ ]to|(?:[Aa]s[ ])?[Rr]eported[ ]by|[Aa]s[ ]told[ ]by|says)[ ]{_THE}{_NAME}{_END}", ""),
        (rf",?[ ]?\b(?:[Ii]n|[Ff]rom|[Bb]y)[ ](?:an?[ ])?{_THE}{_NAME}(?:['’]s?)?[ ](?:recent[ ]|latest[ ])?{_PIECE}\b,?", ""),
        (rf"\b{_NO_VERB}(?P<lead>[Hh]ow[ ]many|[Ww]hich|[Ww]hat|[Aa]ll|[Tt]he|[Aa]n?)[ ]{_NAME}[ ]{_PIECE}\b", r"\g<lead> \g<piece>"),
        (rf"\b{_PIECE}[ ](?:in|by|from|of)[ ]{_THE}{_NAME}(?![ ]?[A-Z(])", r"\g<piece>"),
    )
)
_ITS_OWN = re.compile(r"\b(?:its|their)\b")
_DOMAIN = re.compile(r"^(?:https?://)?(?:www\.)?(?P<name>[\w-]+)(?:\.(?:com|org|net|co|gov|news|info|tv|[a-z]{2}))+/?$", re.I)
_ENDINGS = re.compile(r"[ ](?:news|online|digital|magazine|newspaper|com|international)$")
_QUOTES = " ‘'“\"’”.,?"


@dataclass(frozen=True, slots=True)
class NamedOutlet:
    """An outlet that a question asks of."""

    sources: frozenset[str]  # as the archive's articles spell it
    name: str  # as the question has it
    text: str  # the question without it


def may_name_outlet(question: str) -> bool:
    """Whether a question names somebody as who reports; only then `find_outlet` has something to find."""
    return bool(_SPEAKS.search(question)) or any(form.search(question) for form, _ in _FORMS)


def find_outlet(question: str, outlets: Iterable[str]) -> NamedOutlet | None:
    """Return the one of the archive's outlets of which a question asks what it reports; None if it asks of none, or of several."""
    known = {outlet: _forms(outlet) for outlet in outlets}
    found = [(match, match.expand(instead)) for form, instead in _FORMS for match in form.finditer(question)]
    found += [(match, "is there") for match in _SPEAKS.finditer(question) if any(_forms(match["name"]) & forms for forms in known.values())]
    if len({_forms(match["name"]) for match, _ in found}) != 1 or _ITS_OWN.search(question):
        return None
    wanted = _forms(found[0][0]["name"])
    sources = frozenset(outlet for outlet, forms in known.items() if wanted & forms)
    if not sources or any(outlet not in sources and _is_named(outlet, question) for outlet in known):
        return None
    text = question
    for match, instead in found:
        text = text.replace(match[0], f" {instead} ", 1)
    text = re.sub(r" (?=[?!.,;])", "", " ".join(text.split())).lstrip(",; ")
    return NamedOutlet(sources, found[0][0]["name"].strip(_QUOTES), text if understand(text).terms else question)


def _is_named(outlet: str, question: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(outlet)}(?!\w)", question) is not None


def _forms(name: str) -> frozenset[str]:
    """Return how an outlet's name may be written, folded: without "The" and "News", without ".com", its initials."""
    plain = re.sub(r"['’]s?$", "", name.strip(_QUOTES))
    if domain := _DOMAIN.match(plain):
        plain = domain["name"]
    bare = re.sub(r"^the ", "", plain.casefold().replace(".", ""))
    initials = "".join(word[0] for word in re.sub(r"^The ", "", plain).split() if word[0].isupper()).casefold()
    return frozenset(form for form in (bare, _ENDINGS.sub("", bare), initials if len(initials) > 1 else "") if form)


def plan_outlet(asked: NamedOutlet, inside: Sequence[Stage], outside: Sequence[Stage]) -> tuple[Stage, ...]:
    """Return the limits to try in turn: those of the question without the outlet within its articles, then those of the question in all."""
    first = [
        replace(stage, filters=replace(stage.filters, sources=asked.sources), inferred=replace(stage.inferred, sources=asked.sources))
        for stage in inside
    ]
    note = f"The articles of {asked.name} do not say; those of all outlets were searched."
    return (*first, *(replace(stage, notes=(*stage.notes, note)) for stage in outside))

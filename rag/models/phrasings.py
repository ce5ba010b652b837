"""Small made-up statements in several wordings: who said it, who did it to whom, whether it will be done."""

import random
import re
from collections.abc import Sequence

_Made = tuple[str, str, bool]  # claim, evidence, whether the claim is supported

_SPOKEN = (
    "“{said},” {name} said.", '"{said}," said {name}.', "“{said},” {name} told reporters.", '{name} said: "{said}."',
    "{name} said that {said}.",
    "According to {name}, {said}.", "“{said},” {name} wrote in a letter.", "{name} insisted that {said}.", "{name} noted that {said}.",
    '"{said}," {name} added.', "{name} told the newspaper that {said}.", "{said}, {name} argued.", "{said}, {name} warned on Monday.",
)  # fmt: skip
_DENIED = ("{name} denied that {said}.", "{name} rejected the claim that {said}.", "{name} said it was not true that {said}.")
_TOLD = (
    "{name} said that {said}.",
    "{name} said {said}.",
    "According to {name}, {said}.",
    "{name} stated that {said}.",
    "{name} believes that {said}.",
)

_DEEDS = tuple(
    tuple(deed.split("/"))
    for deed in (
        "replaced/replaced|succeeded/succeeded|defeated/defeated|beat/beaten|criticized/criticized|accused/accused|sued/sued|hired/hired|"
        "attacked/attacked|praised/praised|warned/warned|bought/bought|invited/invited|thanked/thanked|supported/supported|overtook/overtaken|"
        "visited/visited|appointed/appointed|dismissed/dismissed|killed/killed|married/married off|interviewed/interviewed|"
        "outvoted/outvoted|blocked/blocked|nominated/nominated|trained/trained|threatened/threatened|paid/paid|called/called|betrayed/betrayed"
    ).split("|")
)
_ACTIVE = ("{one} {did} {other}{tail}.", "It was {one} who {did} {other}{tail}.", "{one}, who {did} {other}{tail}, did not comment.",
           "{one} {did} {other}{tail}, officials said.")  # fmt: skip
_PASSIVE = (
    "{other} was {done} by {one}{tail}.",
    "{other}, who was {done} by {one}{tail}, did not comment.",
    "{other} has been {done} by {one}{tail}.",
)

_PLANS = (
    "send/sending troops", "sign/signing the agreement", "raise/raising taxes", "close/closing the border", "attend/attending the summit",
    "run/running for office again", "build/building the new line", "meet/meeting the president", "support/supporting the bill",
    "deliver/delivering the missiles", "leave/leaving the alliance", "sell/selling the company", "cut/cutting interest rates",
    "release/releasing the prisoners", "recognize/recognizing the new state", "join/joining the talks", "extend/extending the ceasefire",
    "pay/paying the fine", "publish/publishing the report", "ban/banning the app", "withdraw/withdrawing its soldiers", "resign/resigning",
    "negotiate/negotiating with the rebels", "appeal/appealing the verdict", "deploy/deploying ground forces", "hire/hiring more teachers",
)  # fmt: skip
_STANCES = {
    "yes": ("{name} will {do}", "{name} plans to {do}", "{name} decided to {do}", "{name} agreed to {do}", "{name} has promised to {do}",
            "{name} intends to {do}", "{name} is going to {do}", "{name} is ready to {do}", "{name} wants to {do}"),
    "no": ("{name} will not {do}", "{name} ruled out {doing}", "{name} refused to {do}", "{name} has no plans to {do}",
           "{name} declined to {do}", "{name} rejected calls to {do}", "{name} is not going to {do}",
           "{name} has ruled out {doing}", "{name} opposes {doing}"),
    "open": ("{name} did not rule out {doing}", "{name} refused to rule out {doing}", "{name} might {do}", "{name} is considering {doing}",
             "{name} could {do}", "{name} left open whether to {do}", "{name} has not decided whether to {do}"),
}  # fmt: skip
_TAILS = ("", "", " in {year}", " last year", " on Tuesday", " after the election", " in May {year}")


def make_phrasing(names: Sequence[str], sentences: Sequence[str], source: random.Random) -> _Made | None:
    """Return a made-up claim and evidence about some of the names, set among one of the sentences, or None if there are too few names."""
    several = list(dict.fromkeys(name for name in names if len(name) > 3))
    if len(several) < 3:
        return None
    one, other, third = source.sample(several, 3)
    make = source.choice((_spoken, _spoken, _done, _planned))
    made = make(one, other, third, sentences, source)
    if made is None:
        return None
    claim, evidence, supported = made
    near = source.choice(sentences)
    if len(near) < 200:
        evidence = f"{near} {evidence}" if source.random() < 0.5 else f"{evidence} {near}"
    return claim[0].upper() + claim[1:], evidence[0].upper() + evidence[1:], supported


def _spoken(one: str, other: str, third: str, sentences: Sequence[str], source: random.Random) -> _Made | None:
    short = [text for text in sentences if 25 < len(text) < 130 and re.match(r"(?:The|A|It|He|They|This|In) [^\"“”:]*\.$", text)]
    if len(short) < 2:
        return None
    first, second = source.sample(short, 2)
    said, also = (text[0].lower() + text[1:].rstrip(".") for text in (first, second))
    parts = [source.choice(_SPOKEN).format(name=one, said=said), source.choice(_SPOKEN).format(name=other, said=also)]
    draw = source.random()
    if draw < 0.15:
        parts[0] = source.choice(_DENIED).format(name=one, said=said)
    source.shuffle(parts)
    told = source.choice(_TOLD)
    if draw < 0.15:
        return (told if draw < 0.09 else source.choice(_DENIED)).format(name=one, said=said), " ".join(parts), draw >= 0.09
    if draw < 0.55:
        return told.format(name=one, said=said), " ".join(parts), True
    return told.format(name=other if draw < 0.9 else third, said=said), " ".join(parts), False


def _done(one: str, other: str, third: str, sentences: Sequence[str], source: random.Random) -> _Made:
    did, done = source.choice(_DEEDS)
    tail = source.choice(_TAILS).format(year=source.randrange(1950, 2025))
    forms = [source.choice(_ACTIVE), source.choice(_PASSIVE)]
    source.shuffle(forms)
    evidence = forms[0].format(one=one, other=other, did=did, done=done, tail=tail)
    right = source.random() < 0.5
    if not right:
        one, other = (other, one) if source.random() < 0.8 else (one, third)
    form = source.choice(forms).replace(", who {did} {other}{tail}, did not comment", " {did} {other}{tail}")
    form = form.replace(", who was {done} by {one}{tail}, did not comment", " was {done} by {one}{tail}").replace(", officials said", "")
    return form.format(one=one, other=other, did=did, done=done, tail=tail if source.random() < 0.5 else ""), evidence, right


def _planned(one: str, other: str, third: str, sentences: Sequence[str], source: random.Random) -> _Made:
    verb, _, rest = source.choice(_PLANS).partition(" ")
    do, doing = (f"{form} {rest}".strip() for form in verb.split("/"))
    stance = source.choice(list(_STANCES))
    evidence = source.choice(_STANCES[stance]).format(name=one, do=do, doing=doing) + source.choice(_TAILS).format(year=2023) + "."
    claimed = stance if source.random() < 0.5 else source.choice([other_stance for other_stance in _STANCES if other_stance != stance])
    return source.choice(_STANCES[claimed]).format(name=one, do=do, doing=doing) + ".", evidence, claimed == stance

"""Pairs to train the checker on: a claim, a piece of an article, and whether the piece supports the claim.

Claims come from two places. Questions with their answers are turned into statements (`question_statements`), which say in
other words what a sentence says; with another answer they are wrong. Sentences are shortened, merged and reworded, which
leaves them right, and twisted (`twists`), which makes them wrong. The files are those of `reader_data`.
"""

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from index.passages import split_sentences
from rag.models.phrasings import make_phrasing
from rag.models.question_statements import base_verbs, to_statement
from rag.models.twists import (
    NAME,
    NUMBER,
    Text,
    add_noise,
    borrow_word,
    cut_subject,
    distort,
    negate,
    reword,
    shorten,
    splice,
    swap_name,
    swap_number,
    swap_roles,
    swap_word,
    unqualify,
)
from rag.models.wordnet import WordNet

HELD_OUT = 12  # one article in so many
FROM_QUESTIONS = 0.55  # share of the pairs that start from a question
RIGHT, ALSO_RIGHT = 0.45, 0.5  # share of the claims from questions that are supported, and of the plain ones from sentences
ELSEWHERE = 0.12  # share that are shown a piece of the article from elsewhere
ROOM = 420  # characters of a piece, unless one sentence is longer
NEIGHBOURS = (0, 0, 0, 0, 1, 1, 2)  # sentences beside the claim's
UNTITLED = 0.6  # share of the pairs that are shown without the article's title
LIKELY = 6  # places elsewhere that look most like the claim's
FRAMED = 0.06
PHRASED = 0.13  # share that is made up (`phrasings`)
BROKEN = 0.2  # share of those from sentences that are put together badly
MORE = 0.1  # ... that say more than the piece
MERGED = 0.1  # ... that are made of two
_FRAMES = ("According to the article, ", "The article says that ", "The articles say that ", "It was reported that ", "As the quotes say, ")
_WORD = re.compile(r"\w{3,}")


@dataclass(frozen=True)
class Pair:
    """`wrong` are the characters of the claim that are not supported; None where it is not known which."""

    claim: str
    title: str
    evidence: str
    supported: bool
    wrong: tuple[tuple[int, int], ...] | None = ()


@dataclass
class Article:
    """An article's sentences, and the claims that questions about it make."""

    title: str
    sentences: list[str]
    paragraphs: list[int]  # of each sentence
    claims: list["QuestionClaim"] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # kind -> answers
    names: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)  # in small letters


@dataclass
class QuestionClaim:
    """A statement made of a question and an answer, and the sentence it belongs to."""

    statement: str
    answer: tuple[int, int]  # characters of the statement
    sentence: int
    supported: bool


def read_articles(folder: Path) -> list[Article]:
    """Read every pair of files in a folder."""
    files = sorted(folder.glob("*-questions.jsonl.gz"))
    lines = {file: _lines(file.with_name(file.name.replace("-questions", "-articles"))) for file in files}
    verbs = base_verbs([line["text"] for found in lines.values() for line in found])
    articles: list[Article] = []
    for file in files:
        by_id = {line["id"]: _article(line) for line in lines[file]}
        for question in _lines(file):
            article = by_id[question["article_ids"][0]]
            if claim := _claim(question, article, verbs):
                article.claims.append(claim)
        articles += by_id.values()
    return [article for article in articles if len(article.sentences) > LIKELY]


def split_held_out(articles: Sequence[Article]) -> tuple[list[Article], list[Article]]:
    """Return the articles to train on and those to measure on."""
    shuffled = list(articles)
    random.Random(1).shuffle(shuffled)
    held = len(shuffled) // HELD_OUT
    return shuffled[held:], shuffled[:held]


def _lines(file: Path) -> list[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def _article(line: dict[str, Any]) -> Article:
    article = Article(line["title"], [], [])
    for number, paragraph in enumerate(line["text"].split("\n\n")):
        for start, end in split_sentences(paragraph):
            article.sentences.append(paragraph[start:end])
            article.paragraphs.append(number)
    for sentence in article.sentences:
        article.names += [match[0] for match in NAME.finditer(sentence)]
        article.numbers += [match[0] for match in NUMBER.finditer(sentence)]
        article.words += re.findall(r"\b[a-z]{4,}\b", sentence)
    return article


def _claim(question: dict[str, Any], article: Article, verbs: Set[str]) -> QuestionClaim | None:
    inside = [place for place, number in enumerate(article.paragraphs) if number == question["paragraph"]]
    answers = sorted(question["answers"] if question["answerable"] else question["plausible"], key=len)
    for answer in answers:
        for place in inside:
            sentence = article.sentences[place]
            if answer not in sentence or (
                question["answerable"] and not any(sentence in proof or proof in sentence for proof in question["evidence"])
            ):
                continue
            article.answers[kind(answer)].append(answer)
            before = sentence[: sentence.index(answer)].split()
            if made := to_statement(question["question"], answer, before[-1] if before else "", verbs):
                text, start = made
                return QuestionClaim(text, (start, start + len(answer.strip().rstrip(".").strip())), place, question["answerable"])
            return None
    return None


def kind(answer: str) -> str:
    """Return what sort of thing an answer is, so that another of its sort can take its place."""
    words = answer.split()
    if re.search(r"\b1\d{3}\b|\b20\d\d\b", answer):
        return "year"
    if re.match(r"[\d$£€]", answer):
        return "number"
    if all(word[:1].isupper() for word in (words[0], words[-1])):
        return "name"
    return "word" if len(words) == 1 else "phrase" if len(words) < 5 else "clause"


def make_pairs(articles: Sequence[Article], net: WordNet, source: random.Random) -> Iterator[Pair]:
    """Yield pairs without end."""
    weights = [len(article.sentences) for article in articles]
    while True:
        article = source.choices(articles, weights)[0]
        asked = source.random() < FROM_QUESTIONS and article.claims
        if source.random() < PHRASED:
            pair = _phrased(article, source)
        else:
            pair = _from_question(article, net, source) if asked else _from_sentence(article, net, source)
        if pair is None or len(pair.claim) < 15:
            continue
        if source.random() < UNTITLED:
            pair = replace(pair, title="")
        yield _framed(pair, source) if source.random() < FRAMED else pair


def _phrased(article: Article, source: random.Random) -> Pair | None:
    made = make_phrasing(article.names, article.sentences, source)
    return made and Pair(made[0], "", made[1], made[2], () if made[2] else None)


def _framed(pair: Pair, source: random.Random) -> Pair:
    frame = source.choice(_FRAMES)
    moved = None if pair.wrong is None else tuple((start + len(frame), end + len(frame)) for start, end in pair.wrong)
    return replace(pair, claim=frame + pair.claim, wrong=moved)


def _from_question(article: Article, net: WordNet, source: random.Random) -> Pair | None:
    made = source.choice(article.claims)
    text, wrong = Text(made.statement), None if not made.supported else ()
    supported = made.supported
    evidence = _around(article, [made.sentence], source)
    start, end = made.answer
    draw = source.random()
    if supported and draw > RIGHT:
        supported = False
        if draw < RIGHT + 0.33:
            answer = made.statement[start:end]
            others = [other for other in article.answers[kind(answer)] if _differ(other, answer)]
            near = [other for other in others if other in evidence]
            if not others:
                return None
            other = source.choice(near) if near and source.random() < 0.7 else source.choice(others)
            other = other.strip().rstrip(".")
            text = text.put(start, end, other if start else other[:1].upper() + other[1:], wrong=True)
        elif draw < RIGHT + 0.33 + ELSEWHERE:
            evidence, wrong = _elsewhere(article, made.sentence, made.statement, source), None
        else:
            twisted = _twist(text, article, evidence, net, source)
            if twisted is None:
                return None
            text = twisted
    if source.random() < 0.3:
        text = reword(text, net, source)
    return Pair(text.text, article.title, evidence, supported, wrong if wrong is None or supported else text.wrong or None)


def _differ(one: str, other: str) -> bool:
    """Whether two answers share no word."""
    return (
        not {word.lower() for word in _WORD.findall(one)} & {word.lower() for word in _WORD.findall(other)} and one.lower() != other.lower()
    )


def _from_sentence(article: Article, net: WordNet, source: random.Random) -> Pair | None:
    place = source.randrange(len(article.sentences))
    sentence = article.sentences[place]
    if not 40 < len(sentence) < 330 or not sentence[0].isupper() or sentence[-1] not in '.!?"”':
        return None
    evidence = _around(article, [place], source)
    draw = source.random()
    for share, make in ((BROKEN, _broken), (MERGED, _merged), (ELSEWHERE / 2, _misplaced)):
        if draw < share:
            return make(article, place, evidence, source)
        draw -= share
    if draw < MORE:
        return _more(article, place, evidence, net, source)
    text = Text(sentence)
    for _ in range(source.choice((0, 0, 1, 1, 2, 3))):
        text = shorten(text, source) or text
    if source.random() < 0.6:
        text = reword(text, net, source)
    if source.random() < 0.2:
        text = add_noise(text, source)
    if source.random() < ALSO_RIGHT:
        return Pair(text.text, article.title, evidence, supported=True)
    twisted = _twist(text, article, evidence, net, source)
    return None if twisted is None else Pair(twisted.text, article.title, evidence, supported=False, wrong=twisted.wrong)


def _more(article: Article, place: int, evidence: str, net: WordNet, source: random.Random) -> Pair | None:
    """Return a sentence as claim whose piece says only part of it."""
    sentence = article.sentences[place]
    short = shorten(Text(sentence), source)
    if short is None or not (gone := _gone(sentence, short.text)):
        return None
    claim, wrong = (reword(Text(sentence), net, source).text, None) if source.random() < 0.3 else (sentence, gone)
    return Pair(claim, article.title, evidence.replace(sentence, short.text), supported=False, wrong=wrong)


def _misplaced(article: Article, place: int, evidence: str, source: random.Random) -> Pair:
    """Return a sentence as claim beside a piece from elsewhere."""
    sentence = article.sentences[place]
    return Pair(sentence, article.title, _elsewhere(article, place, sentence, source), supported=False, wrong=None)


def _broken(article: Article, place: int, evidence: str, source: random.Random) -> Pair | None:
    """Return a claim put together badly: words left out, or the subject of one sentence with what another says of its own."""
    sentence = article.sentences[place]
    draw = source.random()
    if draw < 0.45:
        broken = splice(Text(sentence), source)
    elif draw < 0.6:
        broken = unqualify(Text(sentence), source)
    else:
        return _fused(article, place, source)
    return None if broken is None else Pair(broken.text, article.title, evidence, False, broken.wrong)


def _fused(article: Article, place: int, source: random.Random) -> Pair | None:
    """Return a sentence's subject with the next one's predicate; right where the next one's subject is "he" or "she"."""
    other = place + 1
    if other >= len(article.sentences) or article.paragraphs[other] != article.paragraphs[place]:
        return None
    first, second = cut_subject(article.sentences[place]), cut_subject(article.sentences[other])
    if first is None or second is None or _same_subject(first[0], second[0]):
        return None
    right = second[0] in ("He", "She")
    if second[0] in ("It", "They", "This", "These", "There") or (right and not first[0].split()[-1][0].isupper()):
        return None
    claim = f"{first[0]} {second[1]}"
    return Pair(claim, article.title, _around(article, [place, other], source), right, () if right else ((0, len(first[0])),))


def _same_subject(one: str, other: str) -> bool:
    return bool({word.lower() for word in _WORD.findall(one)} & {word.lower() for word in _WORD.findall(other)} - {"the"})


def _twist(text: Text, article: Article, evidence: str, net: WordNet, source: random.Random) -> Text | None:
    """Return a claim that says something else, by the first twist of a random order that applies."""
    near_names = [match[0] for match in NAME.finditer(evidence)]
    near_numbers = [match[0] for match in NUMBER.finditer(evidence)]
    twists: list[Callable[[], Text | None]] = [
        lambda: swap_name(text, near_names if source.random() < 0.6 else article.names, evidence, source),
        lambda: swap_number(text, near_numbers if source.random() < 0.4 else article.numbers, source),
        lambda: swap_roles(text, source),
        lambda: negate(text, source),
        lambda: distort(text, source),
        lambda: swap_word(text, net, source),
        lambda: borrow_word(text, source.sample(article.words, min(60, len(article.words))), net, source),
    ]
    for twist in source.sample(twists, len(twists)):
        if twisted := twist():
            return twisted
    return None


def _merged(article: Article, place: int, evidence: str, source: random.Random) -> Pair | None:
    """Return a claim of two sentences' parts: the piece holds both, or only one of them."""
    other = place + 1
    if other >= len(article.sentences) or article.paragraphs[other] != article.paragraphs[place]:
        return None
    first, second = Text(article.sentences[place]), Text(article.sentences[other])
    if not 30 < len(second.text) < 300 or second.text[-1] != ".":
        return None
    first, second = shorten(first, source) or first, shorten(second, source) or second
    joint = source.choice((", and ", ", while ", "; ", " and "))
    head = first.text.rstrip(".!?")
    claim = head + joint + second.text
    draw = source.random()
    if draw < 0.55:
        return Pair(claim, article.title, _around(article, [place, other], source), True)
    at = len(head) + len(joint)
    if draw < 0.8:
        return Pair(claim, article.title, article.sentences[place], False, ((at, len(claim)),))
    return Pair(claim, article.title, article.sentences[other], False, ((0, len(head)),))


def _gone(longer: str, shorter: str) -> tuple[tuple[int, int], ...]:
    """Return the characters of the longer text between what it has in common with the shorter at both ends."""
    start = next((place for place, (one, other) in enumerate(zip(longer, shorter, strict=False)) if one != other), len(shorter))
    tail = 0
    while tail < len(shorter) - start and longer[-1 - tail] == shorter[-1 - tail]:
        tail += 1
    return ((start, len(longer) - tail),) if start < len(longer) - tail else ()


def _around(article: Article, places: Sequence[int], source: random.Random) -> str:
    """Return the sentences at `places` with some of their neighbours."""
    first, last = min(places), max(places)
    room = ROOM - sum(len(article.sentences[place]) for place in range(first, last + 1))
    for _ in range(source.choice(NEIGHBOURS)):
        near = [place for place in (first - 1, last + 1) if 0 <= place < len(article.sentences)]
        near = [place for place in near if article.paragraphs[place] == article.paragraphs[first] and len(article.sentences[place]) < room]
        if not near:
            break
        place = source.choice(near)
        room -= len(article.sentences[place])
        first, last = min(first, place), max(last, place)
    return " ".join(article.sentences[first : last + 1])


def _elsewhere(article: Article, place: int, claim: str, source: random.Random) -> str:
    """Return a piece of the article that looks like the claim's, without its sentence's paragraph."""
    words = set(_WORD.findall(claim.lower()))
    others = [at for at, number in enumerate(article.paragraphs) if number != article.paragraphs[place]] or [0]
    if source.random() < 0.7:
        others = sorted(others, key=lambda at: -len(words & set(_WORD.findall(article.sentences[at].lower()))))[:LIKELY]
    return _around(article, [source.choice(others)], source)

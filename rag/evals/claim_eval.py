"""Measure the check on claims that people judged: `read_claim_sets`, then `measure_claims`.

A folder holds pairs of files: `NAME-claims.jsonl` with lines `{"id"?, "claim", "article_ids": [...], "supported"}`, and
`NAME-articles.jsonl` with `{"id", "text", "title"?, "source"?}`.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import SettingError, first_line, shown
from index.passages import Span, split_sentences
from rag.checks.agreement import content
from rag.checks.checker import Checker
from rag.checks.checking import check
from rag.evals.evaluation import read_lines
from rag.facts import share
from rag.types import Quote

WINDOWS = 3  # places of an article that a sentence of a claim is checked against
WINDOW_LENGTH = 400  # characters of a window, unless one sentence is longer


@dataclass(frozen=True, slots=True)
class JudgedClaim:
    """A claim of one or more sentences, the article it was judged against, and the judgement."""

    claim: str
    article: Quote  # the whole text
    supported: bool


@dataclass(frozen=True, slots=True)
class ClaimFigures:
    """What the check makes of one set."""

    set: str
    n: int
    auroc: float  # probability that a supported claim scores above an unsupported one
    balanced_accuracy: float  # mean of the shares of supported and unsupported claims that are told right
    marked: float  # share of the supported claims that are called unsupported


def read_claim_sets(folder: Path) -> dict[str, list[JudgedClaim]]:
    """Read every pair of files in a folder. Raises `SettingError` naming the file and what is wrong with it."""
    files = sorted(folder.glob("*-claims.jsonl")) if folder.is_dir() else []
    if not files:
        raise SettingError(f"{str(folder)!r} holds no claims; expected a folder with NAME-claims.jsonl and NAME-articles.jsonl")
    return {file.name.removesuffix("-claims.jsonl"): _read_set(file) for file in files}


def _read_set(file: Path) -> list[JudgedClaim]:
    beside = file.with_name(file.name.replace("-claims.jsonl", "-articles.jsonl"))
    if not beside.is_file():
        raise SettingError(f"{str(beside)!r} is missing; expected the articles of {file.name} in it")
    articles = {}
    for number, fields in _objects(beside, "articles file"):
        if not isinstance(fields.get("id"), str) or not isinstance(fields.get("text"), str):
            raise SettingError(f"{beside} line {number}: expected an object with id and text")
        articles[fields["id"]] = fields
    claims = []
    for number, fields in _objects(file, "claims file"):
        claim, ids, supported = fields.get("claim"), fields.get("article_ids"), fields.get("supported")
        if not isinstance(claim, str) or not isinstance(ids, list) or not isinstance(supported, bool):
            raise SettingError(f"{file} line {number}: expected claim, article_ids and supported, and supported is {shown(supported)}")
        found = [articles[id_] for id_ in ids if id_ in articles]
        if not found:
            raise SettingError(f"{file} line {number}: none of the articles {shown(ids)} is in {beside.name}")
        claims.append(JudgedClaim(claim, _whole(found), supported))
    return claims


def _objects(file: Path, kind: str) -> Iterator[tuple[int, dict[str, object]]]:
    """Yield the JSON objects of a file's lines with their numbers."""
    for number, line in read_lines(file, kind):
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise SettingError(f"{file} line {number} is no JSON: {first_line(error)}; expected one object a line") from error
        if not isinstance(fields, dict):
            raise SettingError(f"{file} line {number} is {shown(fields)}; expected one object a line")
        yield number, fields


def _whole(articles: Sequence[Mapping[str, object]]) -> Quote:
    text = "\n".join(str(article["text"]) for article in articles)
    return Quote(text, 0, len(text), str(articles[0]["id"]), str(articles[0].get("title") or ""))


def measure_claims(claims: Mapping[str, Sequence[JudgedClaim]], checker: Checker | None = None) -> Iterator[ClaimFigures]:
    """Check the claims of each set and yield its figures. Raises `ModelFileError`."""
    for name, judged in claims.items():
        checked = [(check_all(one, checker), one.supported) for one in judged]
        right = [found for found, supported in checked if supported]
        wrong = [found for found, supported in checked if not supported]
        marked = sum(not found.supported for found in right) / max(len(right), 1)
        told = sum(not found.supported for found in wrong) / max(len(wrong), 1)
        area = auroc([found.probability for found in right], [found.probability for found in wrong])
        yield ClaimFigures(name, len(judged), area, (1 - marked + told) / 2, marked)


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check makes of all sentences of a claim."""

    probability: float  # that the article supports all of them
    supported: bool  # whether each of them passes


def check_all(judged: JudgedClaim, checker: Checker | None = None) -> Checked:
    """Check the sentences of a claim: the product of their probabilities, 0 if it says nothing."""
    each = [check(sentence, quotes, checker=checker) for sentence, quotes in sentences(judged)]
    return Checked(math.prod(verdict.probability for verdict in each) if each else 0.0, bool(each) and all(one.supported for one in each))


def sentences(judged: JudgedClaim) -> Iterator[tuple[str, list[Quote]]]:
    """Yield the sentences of a claim that say something, each with its evidence."""
    for start, end in split_sentences(judged.claim):
        sentence = judged.claim[start:end]
        if content(sentence):
            yield sentence, evidence(sentence, judged.article)


def evidence(sentence: str, article: Quote) -> list[Quote]:
    """Return the places of an article that share most words with a sentence, as quotes."""
    spans = split_sentences(article.text)
    wanted = content(sentence)
    rated = sorted(range(len(spans)), key=lambda place: -share(wanted, content(article.text[slice(*spans[place])])))
    windows: list[Span] = []
    for place in rated[:WINDOWS]:
        start, end = _window(spans, place)
        if not any(start < other[1] and end > other[0] and _middle(spans[place]) in range(*other) for other in windows):
            windows.append((start, end))
    return [Quote(article.text[start:end], start, end, article.article_id, article.title) for start, end in windows]


def _middle(span: Span) -> int:
    return sum(span) // 2


def _window(spans: Sequence[Span], place: int) -> Span:
    """Return a sentence with the one before and the one after it, as far as they fit."""
    start, end = spans[place]
    if place and end - spans[place - 1][0] <= WINDOW_LENGTH:
        start = spans[place - 1][0]
    if place + 1 < len(spans) and spans[place + 1][1] - start <= WINDOW_LENGTH:
        end = spans[place + 1][1]
    return start, end


def auroc(right: Sequence[float], wrong: Sequence[float]) -> float:
    """Return the share of pairs of a right and a wrong claim in which the right one scores higher; ties count half."""
    pairs = [(one > other) + (one == other) / 2 for one in right for other in wrong]
    return sum(pairs) / max(len(pairs), 1)

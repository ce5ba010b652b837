"""Questions to train the reader on: each with windows of sentences, some of which answer it.

An article is `{"id", "title", "text"}` with paragraphs between empty lines; a question is `{"question", "answers",
"article_ids", "evidence", "answerable", "paragraph", "plausible"}`, where `plausible` holds what may look like an answer
to a question that has none.
"""

import gzip
import json
import random
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from math import log
from pathlib import Path
from typing import Any

from tokenizers import Encoding, Tokenizer

from index.model_files import load_tokenizer
from index.passages import split_sentences
from rag.reader import MAX_SENTENCE_TOKENS, Window, join

TOKENIZER = Path(__file__).parents[2] / "index" / "models" / "minilm" / "tokenizer.json"
WINDOW_TOKENS = 110  # of the sentences that are read together, unless one is longer
HELD_OUT = 100  # questions of a set, or a tenth if that is less
DISTRACTORS = 1  # windows beside the one that holds the answer
LIKELY = 8  # places that look most like an answer, of which distractors are taken
REMOVED = 0.12  # share of the answerable questions that are shown without their answer
ANYWHERE = 0.25  # share of the distractors that come from the article at random


@dataclass
class Article:
    """An article's sentences as tokens."""

    title: list[int]
    sentences: list[Encoding]
    texts: list[str]
    paragraphs: list[int]  # of each sentence

    @cached_property
    def words(self) -> list[frozenset[int]]:
        """The different tokens of each sentence."""
        return [frozenset(sentence.ids) for sentence in self.sentences]

    @cached_property
    def rarity(self) -> dict[int, float]:
        """How rare each token is among the article's sentences."""
        counts = Counter(token for words in self.words for token in words)
        return {token: log(len(self.sentences) / count + 0.5) for token, count in counts.items()}

    def likely(self, question: frozenset[int]) -> list[int]:
        """Return the sentences that share most with a question, best first."""
        shared = [sum(self.rarity[token] for token in words & question) for words in self.words]
        return sorted(range(len(shared)), key=lambda place: -shared[place])[: 3 * LIKELY]


@dataclass
class Group:
    """A question's windows; `right` are the sentences that answer, counted over all windows."""

    windows: list[Window]
    right: list[int]
    span: tuple[int, int] | None  # first and last token of the answer in the first right sentence's window


@dataclass
class Example:
    """One question of the training data."""

    question: Encoding
    article: Article
    paragraph: int
    right: int | None  # sentence that answers
    answer: tuple[int, int] | None  # characters of that sentence
    tempting: int | None  # sentence that only seems to answer

    @cached_property
    def likely(self) -> list[int]:
        """Sentences outside the question's paragraph that look like an answer."""
        return [place for place in self.article.likely(frozenset(self.question.ids)) if self.article.paragraphs[place] != self.paragraph][
            :LIKELY
        ]

    def group(self, source: random.Random) -> Group:
        """Return windows for one reading of the question, drawn anew each time."""
        right = self.right if self.right is None or source.random() >= REMOVED else None
        near = right if right is not None else self.tempting
        centers = [] if near is None else [near]
        while len(centers) < 1 + DISTRACTORS:
            anywhere = source.random() < ANYWHERE or not self.likely
            centers.append(source.randrange(len(self.article.sentences)) if anywhere else source.choice(self.likely))
        windows: list[Window] = []
        answering: list[int] = []
        span = None
        taken: set[int] = set()
        count = 0
        for center in centers:
            places = self._around(center, source, taken, self.right if right is None else None)
            if not places:
                continue
            taken.update(places)
            window = join(self.question.ids, self.article.title, [self.article.sentences[place].ids for place in places])
            if right in places:
                answering.append(count + places.index(right))
                span = self._span(window.places[places.index(right)])
            windows.append(window)
            count += len(places)
        return Group(windows, answering, span)

    def _around(self, center: int, source: random.Random, taken: set[int], hidden: int | None) -> list[int]:
        """Return neighbouring sentences of one paragraph around `center`, within the window's tokens."""
        if center in taken or center == hidden:
            return []
        article, first, last = self.article, center, center
        room = WINDOW_TOKENS - len(article.sentences[center].ids)
        open_ends = {-1, 1}
        while open_ends:
            step = source.choice(sorted(open_ends))
            place = first - 1 if step < 0 else last + 1
            inside = 0 <= place < len(article.sentences) and article.paragraphs[place] == article.paragraphs[center]
            if not inside or place in taken or place == hidden or len(article.sentences[place].ids) > room:
                open_ends.remove(step)
                continue
            room -= len(article.sentences[place].ids)
            first, last = min(first, place), max(last, place)
        return list(range(first, last + 1))

    def _span(self, place: tuple[int, int]) -> tuple[int, int] | None:
        if self.answer is None or self.right is None:
            return None
        start, end = self.answer
        offsets = self.article.sentences[self.right].offsets[:MAX_SENTENCE_TOKENS]
        inside = [token for token, (first, last) in enumerate(offsets) if first < end and last > start]
        return (place[0] + inside[0], place[0] + inside[-1]) if inside else None


@dataclass
class QuestionSet:
    """The questions of one data set."""

    training: list[Example]
    held_out: list[Example]

    def held_out_groups(self) -> list[Group]:
        """Return the same windows every time."""
        source = random.Random(0)
        return [group for example in self.held_out if (group := example.group(source)).windows]


def read_sets(folder: Path) -> list[QuestionSet]:
    """Read every pair of files in a folder."""
    tokenizer = load_tokenizer(TOKENIZER.parent)
    return [_read_set(file, tokenizer) for file in sorted(folder.glob("*-questions.jsonl.gz"))]


def _read_set(file: Path, tokenizer: Tokenizer) -> QuestionSet:
    lines = _lines(file.with_name(file.name.replace("-questions", "-articles")))
    articles = {line["id"]: _article(line, tokenizer) for line in lines}
    examples = [example for line in _lines(file) if (example := _example(line, articles[line["article_ids"][0]], tokenizer))]
    random.Random(1).shuffle(examples)
    held = min(HELD_OUT, len(examples) // 10)
    return QuestionSet(examples[held:], examples[:held])


def _lines(file: Path) -> list[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def _article(line: dict[str, Any], tokenizer: Tokenizer) -> Article:
    texts, paragraphs = [], []
    for number, paragraph in enumerate(line["text"].split("\n\n")):
        for start, end in split_sentences(paragraph):
            texts.append(paragraph[start:end])
            paragraphs.append(number)
    encoded = tokenizer.encode_batch([line["title"], *texts], add_special_tokens=False)
    return Article(encoded[0].ids, encoded[1:], texts, paragraphs)


def _example(line: dict[str, Any], article: Article, tokenizer: Tokenizer) -> Example | None:
    inside = [place for place, number in enumerate(article.paragraphs) if number == line["paragraph"]]
    question = tokenizer.encode(line["question"], add_special_tokens=False)
    if not line["answerable"]:
        tempting = next((place for place in inside for text in line["plausible"] if text in article.texts[place]), None)
        return Example(question, article, line["paragraph"], None, None, tempting)
    found = [(place, answer) for place in inside for answer in sorted(line["answers"], key=len) if answer in article.texts[place]]
    proven = [(place, answer) for place, answer in found if any(_same(article.texts[place], evidence) for evidence in line["evidence"])]
    if not proven:
        return None  # the answer spreads over sentences
    place, answer = proven[0]
    start = article.texts[place].index(answer)
    return Example(question, article, line["paragraph"], place, (start, start + len(answer)), None)


def _same(text: str, evidence: str) -> bool:
    return text in evidence or evidence in text

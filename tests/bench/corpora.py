"""Corpora of any size, made of paragraphs of real articles."""

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

from corpus import SHIPPED_ARTICLES, Article, Source, scan

EXCHANGED = 0.4  # share of the words of a paragraph of the shipped articles that others take the place of
_WORD = re.compile(r"[A-Za-z]{4,}")


def read_corpus(corpus: Path) -> list[Article]:
    """Return the articles of a corpus."""
    return [source.read() for source in scan(corpus) if isinstance(source, Source)]


def write_corpus(file: Path, count: int, corpus: Path | None) -> None:
    """Write `count` articles made of paragraphs drawn from the articles of `corpus`.

    By default, of the shipped ones: these are so few that words are exchanged in them, or all articles would be copies of each other.
    """
    articles = read_corpus(corpus or SHIPPED_ARTICLES)
    with file.open("w", encoding="utf-8") as lines:
        for article in _recombine(articles, random.Random(1), count, 0.0 if corpus else EXCHANGED):
            lines.write(json.dumps(article) + "\n")


def _recombine(articles: list[Article], drawn: random.Random, count: int, exchanged: float) -> Iterator[dict[str, str]]:
    paragraphs = [line for article in articles for line in article.text.split("\n") if line]
    vocabulary = sorted({word for paragraph in paragraphs for word in _WORD.findall(paragraph)})

    def other(match: re.Match[str]) -> str:
        return drawn.choice(vocabulary) if drawn.random() < exchanged else match[0]

    for number in range(count):
        length = drawn.choice(articles).text.count("\n") + 1
        text = "\n".join(drawn.choice(paragraphs) for _ in range(length))
        yield {
            "id": str(number),
            "title": f"{drawn.choice(articles).title} ({number})",
            "text": _WORD.sub(other, text) if exchanged else text,
        }


def folder_size(folder: Path) -> int:
    """Return the bytes of a folder's files."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())

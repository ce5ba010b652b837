"""Questions to start with: only such as the index answers."""

import re
from collections import Counter
from itertools import islice
from pathlib import Path

from corpus import SHIPPED_ARTICLES
from index import Index, Snapshot
from rag import query

SHOWN = 4
_LOOKED_AT = 60  # articles searched for speakers
_FULL_NAME = "([A-Z][a-zé'’-]+ [A-Z][a-zé'’-]+)"
_SPEAKER = re.compile(rf"\b{_FULL_NAME} (?:said|says|told|stated|argued|announced|warned)\b|\b(?:said|says) {_FULL_NAME}\b")


def suggest_questions(corpus: Path, index: Index) -> list[str]:
    """Return up to `SHOWN` questions that the index answers: the shipped ones for the shipped articles, else who said what."""
    candidates: list[str] = []
    if corpus.resolve() == SHIPPED_ARTICLES.resolve():
        candidates = (SHIPPED_ARTICLES.parent / "questions.txt").read_text("utf-8").splitlines()
    candidates += [f"What did {name} say?" for name in index.read(_speakers)]
    answered = (question for question in candidates if query(question, index).status == "answered")
    return list(islice(answered, SHOWN))


def _speakers(snapshot: Snapshot) -> list[str]:
    names: Counter[str] = Counter()
    for head in snapshot.heads()[-_LOOKED_AT:]:
        for match in _SPEAKER.finditer(snapshot.article(head.id).text):
            names[match[1] or match[2]] += 1
    return [name for name, _ in names.most_common(SHOWN)]

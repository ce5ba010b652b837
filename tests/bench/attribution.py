"""How often the attribution names the right speaker, on quotations that a person labelled.

    python tests/bench/attribution.py tests/bench/attribution-labels.jsonl --corpus articles.jsonl.gz --corpus more.jsonl

A label says which characters of an article are said by whom, and whether in the speaker's own words. It is right if what is
attributed there, in the same manner, is attributed to a name with all words of one of the label's `speaker`s: "Scholz" is
wrong where the article has "Olaf Scholz". `held` labels were not looked at while the rules were written.
"""

import argparse
import gzip
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.quotations.attribution import Attribution, attribute


def read_texts(file: Path) -> dict[str, str]:
    """Return article id -> text."""
    raw = file.read_bytes()
    lines = (gzip.decompress(raw) if file.suffix == ".gz" else raw).decode().split("\n")
    return {article["id"]: article["text"] for article in map(json.loads, filter(None, lines))}


def attributed(said: list[Attribution], label: dict[str, Any]) -> Attribution | None:
    """Return what the rules make of a label's characters: the shortest that holds half of them or more."""
    size = label["end"] - label["start"]
    holding = [
        part
        for part in said
        if part.direct == label["direct"] and min(part.end, label["end"]) - max(part.start, label["start"]) >= size / 2
    ]
    return min(holding, key=lambda part: part.end - part.start, default=None)


def is_right(found: Attribution | None, label: dict[str, Any]) -> bool:
    """Whether the speaker found is one of the label's."""
    return found is not None and any(set(words(name)) <= set(words(found.speaker)) for name in label["speaker"])


def words(name: str) -> list[str]:
    return [word for word in re.findall(r"[\w-]+", name.casefold().replace("’s", "").replace("'s", "")) if word not in ("the", "a", "an")]


def judged(labels: list[dict[str, Any]], texts: dict[str, str]) -> Iterator[tuple[dict[str, Any], Attribution | None]]:
    for label in labels:
        yield label, attributed(list(attribute(texts[label["article"]])), label)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--corpus", type=Path, action="append", required=True, help="a .jsonl or .jsonl.gz of articles; may be repeated")
    parser.add_argument("--wrong", action="store_true", help="print the labels of the first two thirds that are wrong")
    options = parser.parse_args()
    texts = {name: text for file in options.corpus for name, text in read_texts(file).items()}
    labels = [json.loads(line) for line in options.labels.read_text("utf-8").splitlines()]
    found = list(judged(labels, texts))
    for held in (False, True):
        for direct in (True, False):
            right = [is_right(said, label) for label, said in found if (label["held"], label["direct"]) == (held, direct)]
            kind = f"{'direct' if direct else 'indirect'}, {'held' if held else 'others'}"
            sys.stdout.write(f"{kind}: {sum(right)} of {len(right)} right ({sum(right) / len(right):.0%})\n")
    for label, said in found if options.wrong else []:
        if not label["held"] and not is_right(said, label):
            quoted = texts[label["article"]][label["start"] : label["end"]][:60]
            sys.stdout.write(
                f"{label['article']} {'d' if label['direct'] else 'i'} {label['speaker'][0]} / {said and said.speaker}: {quoted!r}\n"
            )


if __name__ == "__main__":
    main()

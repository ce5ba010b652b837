"""Building an index: against the bare embedder, against plain LlamaIndex, again with nothing changed, and as it grows."""

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench.corpora import folder_size, read_corpus, write_corpus
from bench.timing import seconds
from corpus import SHIPPED_ARTICLES
from index import Index, build
from index.cache import indexed_text
from index.embedding import Embedder, load_embedder
from index.passages import split_passages
from rag import query
from rag.answering import search
from rag.types import Filters

if TYPE_CHECKING:
    from llama_index.core.base.base_retriever import BaseRetriever

QUESTIONS = (SHIPPED_ARTICLES.parent / "questions.txt").read_text("utf-8").splitlines()
BUILDS = 3  # of each side, in turn
TOP_K = 10  # of both retrievers
SIZES = (1_000, 3_000, 10_000, 25_000)  # articles, for the growth of time, memory and disk
BASE = 3_000  # articles, that the time of a question is compared with


def bench_index(folder: Path, options: argparse.Namespace) -> dict[str, float]:
    """Index articles with our build, with the bare embedder and with plain LlamaIndex; then retrieve from both."""
    from bench.plain_llamaindex import PlainIndex

    corpus = folder / "corpus.jsonl"
    write_corpus(corpus, options.articles, options.corpus)
    articles = read_corpus(corpus)
    texts = [
        indexed_text(article.title, article.text[span.start : span.end]) for article in articles for span in split_passages(article.text)
    ]
    embedder = load_embedder(options.embedder)
    embedder.embed(texts[:8])  # loaded before any side is timed
    built, bare, plain = [], [], []
    indexes: list[PlainIndex] = []

    def index_plainly(place: Path) -> None:
        indexes.append(PlainIndex(place, read_corpus(corpus), embedder))

    for turn in range(options.builds):
        bare.append(seconds(partial(embedder.embed, texts)))
        built.append(seconds(partial(build, corpus, folder / f"index-{turn}", embedder=embedder)))
        plain.append(seconds(partial(index_plainly, folder / f"plain-{turn}")))
    noop = seconds(lambda: build(corpus, folder / "index-0", embedder=embedder))
    ours, theirs = folder_size(folder / "index-0"), folder_size(folder / "plain-0")
    asked, retrieved = _retrieval(folder / "index-0", embedder, indexes[0].retriever(TOP_K))
    index_s = statistics.median(built)
    return {
        "articles": len(articles),
        "passages": len(texts),
        "llamaindex_nodes": indexes[0].nodes,
        "index_s": index_s,
        "passages_per_s": len(texts) / index_s,
        "index_speed_vs_llamaindex": statistics.median(plain) / index_s,
        "disk_vs_llamaindex": ours / theirs,
        "query_vs_llamaindex": asked / retrieved,
        "speed_vs_bare_embedder": statistics.median(bare) / index_s,
        "noop_share": noop / index_s,
        "disk_bytes_per_passage": ours / len(texts),
    }


def _retrieval(folder: Path, embedder: Embedder, retriever: "BaseRetriever") -> tuple[float, float]:
    """Return the median seconds of a warm retrieval by words and vectors, and of LlamaIndex's by vectors."""
    with Index(folder, embedder=embedder) as index:
        pairs = [
            (seconds(partial(search, question, index, Filters())), seconds(partial(retriever.retrieve, question)))
            for question in QUESTIONS * BUILDS
        ][len(QUESTIONS) :]
    return statistics.median(ours for ours, _ in pairs), statistics.median(theirs for _, theirs in pairs)


def bench_growth(folder: Path, options: argparse.Namespace) -> dict[str, float]:
    """Index ever more articles, each size in a process of its own; add one article while a reader watches; then ask all sizes in turn.

    With `--into`, indexes and figures are kept there, and what was measured before is not measured again.
    """
    from bench.growth_report import plot_growth, table_growth

    folder = options.into or folder
    figures: dict[str, float] = {}
    for count in options.sizes:
        kept = folder / f"figures-{count}.json"
        if not kept.exists():
            kept.write_text(json.dumps(_measure_size(folder, count, options)))
        figures |= json.loads(kept.read_text())
    asked = [{count: _in_own_process("ask", *_places(folder, count), options.embedder) for count in options.sizes} for _ in range(BUILDS)]
    for count in options.sizes:
        figures[f"query_ms@{count}"] = statistics.median(turn[count]["query_ms"] for turn in asked)
        figures[f"query_mb@{count}"] = max(turn[count]["megabytes"] for turn in asked)
    if {BASE, options.sizes[-1]} <= set(options.sizes):
        figures["query_growth"] = figures[f"query_ms@{options.sizes[-1]}"] / figures[f"query_ms@{BASE}"]
    if options.plot:
        plot_growth(figures, options.sizes, options.plot)
        options.plot.with_suffix(".md").write_text(table_growth(figures, options.sizes), "utf-8")
    return figures


def _places(folder: Path, count: int) -> tuple[Path, Path]:
    """Return where so many articles are, and their index."""
    return folder / f"corpus-{count}", folder / f"index-{count}"


def _measure_size(folder: Path, count: int, options: argparse.Namespace) -> dict[str, float]:
    corpus, place = _places(folder, count)
    for left in (corpus, place):  # by a run that was broken off
        shutil.rmtree(left, ignore_errors=True)
    corpus.mkdir(parents=True)
    write_corpus(corpus / "articles.jsonl", count, options.corpus)
    measured = _in_own_process("build", corpus, place, options.embedder)
    return {
        f"index_s@{count}": measured["seconds"],
        f"index_mb@{count}": measured["megabytes"],
        f"passages@{count}": measured["passages"],
        f"disk_mb@{count}": folder_size(place) / 1e6,
        f"noop_s@{count}": _in_own_process("build", corpus, place, options.embedder)["seconds"],
        f"added_visible_s@{count}": _seen_after(corpus, place, options.embedder),
    }


def _in_own_process(task: str, corpus: Path, index: Path, embedder: str) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.indexing", task, str(corpus), str(index), embedder]
    figures: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return figures


def _seen_after(corpus: Path, index: Path, embedder: str) -> float:
    """Return the seconds from the start of a build of one added article until a running reader sees it."""
    (corpus / "added.txt").write_text("A new bridge\n\nThe bridge over the Daugava was opened by the mayor of Riga on Monday morning.\n")
    loaded = load_embedder(embedder)
    with Index(index, embedder=loaded) as reader:
        before = reader.snapshot().generation.number
        query("Who opened the bridge?", reader)
        began = time.perf_counter()
        builder = threading.Thread(target=partial(build, corpus, index, embedder=loaded))
        builder.start()
        while reader.snapshot().generation.number == before and builder.is_alive():
            time.sleep(0.01)
        took = time.perf_counter() - began
        builder.join()
        if reader.snapshot().generation.number == before:
            raise SystemExit("the article that was added never appeared")
    return took


def run_task(task: str, corpus: str, index: str, embedder: str) -> dict[str, float]:
    """Build an index, or ask one, and return how long that took and how much memory this process had at most."""
    if task == "build":
        loaded = load_embedder(embedder)
        loaded.embed(["loaded"])
        took = {"seconds": seconds(lambda: build(corpus, index, embedder=loaded))}
        with Index(index) as opened:
            took["passages"] = opened.snapshot().generation.passages
    else:
        with Index(index) as opened:
            query("Is everything loaded?", opened)
            took = {"query_ms": 1000 * statistics.median(seconds(partial(query, question, opened)) for question in QUESTIONS)}
    return {**took, "megabytes": _peak()}


def _peak() -> float:
    """Return the most memory that this process had, in megabytes; `getrusage` would count what the process before `exec` had."""
    return next(int(line.split()[1]) * 1024 / 1e6 for line in Path("/proc/self/status").open() if line.startswith("VmHWM"))


def main(arguments: Sequence[str]) -> None:
    sys.stdout.write(json.dumps(run_task(*arguments)) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])

"""How long things take, as ratios measured side by side in one run: machines differ, ratios less.

    make bench                                    everything
    make -s bench ARGS="--only index --json"      one part, as one line of JSON

Parts: `ask` (a whole `pullquote ask` against `python -c "import chromadb"`), `index` (building against the bare embedder
fed the same passages, and against plain LlamaIndex; retrieval by words and vectors against its retrieval by vectors), `query`
(a warm `query()` against embedding its question, and what each of its stages takes), `write` (a question until the first token
of a model that takes no time, against the whole answer in quotes), and only if asked for `growth` (time, memory and disk at
several sizes) and `page` (the served page in a browser against an empty one of Gradio's, the first event of an answer against
`query()`, and twenty readers at once).
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from functools import partial
from pathlib import Path

from protocol_server import serve_protocol

from bench.indexing import BUILDS, QUESTIONS, SIZES, bench_growth, bench_index
from bench.timing import ROUNDS, medians, seconds
from corpus import SHIPPED_ARTICLES
from index import Index, build
from rag import Draft, query, query_stream
from rag.evals.evaluation import read_cases
from rag.openai_writer import OpenAIWriter


def bench_ask(folder: Path, _: argparse.Namespace) -> dict[str, float]:
    build(SHIPPED_ARTICLES, folder / "index")

    def run(*arguments: str) -> None:
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)

    asked, imported = medians(
        lambda: run("-m", "ui.cli", "ask", QUESTIONS[0], "--index", str(folder / "index")), lambda: run("-c", "import chromadb")
    )
    return {"ask_s": asked, "import_chromadb_s": imported, "ask_vs_import_chromadb": asked / imported}


def bench_query(folder: Path, options: argparse.Namespace) -> dict[str, float]:
    if not options.index:
        build(SHIPPED_ARTICLES, folder / "index")
    questions = [question + "?" * turn for turn in range(ROUNDS) for question in QUESTIONS]  # what was read for a question is remembered
    if options.questions:
        questions = [case.question for case in read_cases(options.questions)]
    with Index(options.index or folder / "index") as index:
        query("Is everything loaded?", index)
        asked, embedded, laps = [], [], defaultdict(list)
        for question in questions:
            embedded.append(seconds(partial(index.embedder.embed, [question])))
            began = time.perf_counter()
            answer = query(question, index)
            asked.append(time.perf_counter() - began)
            for stage, lap in answer.timings.items():
                laps[stage].append(lap)
    ratios = [whole / part for whole, part in zip(asked, embedded, strict=True)]
    stages = {f"{stage}_ms": 1000 * statistics.median(values) for stage, values in laps.items()}
    return {"query_ms": 1000 * statistics.median(asked), "query_vs_embedding": statistics.median(ratios), **stages}


def bench_page(folder: Path, _: argparse.Namespace) -> dict[str, float]:
    from bench.page import measure_page

    return measure_page(folder)


def bench_write(folder: Path, _: argparse.Namespace) -> dict[str, float]:
    build(SHIPPED_ARTICLES, folder / "index")
    with serve_protocol(lambda _: "NATO has ruled out ground troops. [1] " * 3) as server, Index(folder / "index") as index:
        writer = OpenAIWriter(server.url)

        def first_token(question: str) -> None:
            next(event for event in query_stream(question, index, writer=writer) if isinstance(event, Draft) and event.text)

        # What was read for a question is remembered, so each is asked in two spellings, once a side.
        ratios = []
        for turn in range(ROUNDS + 1):
            for question in QUESTIONS:
                quoted = seconds(partial(query, question + "?" * (2 * turn + 1), index))
                ratios.append(seconds(partial(first_token, question + "?" * (2 * turn + 2))) / quoted)
        writer.close()
    return {"first_token_vs_quoting": statistics.median(ratios[len(QUESTIONS) :])}


PARTS = {"ask": bench_ask, "index": bench_index, "query": bench_query, "write": bench_write, "growth": bench_growth, "page": bench_page}
LONG = {"growth", "page"}  # only when asked for


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=PARTS, help="one part")
    parser.add_argument("--articles", type=int, default=60, help="articles to index (default: %(default)s)")
    parser.add_argument("--embedder", default="static", help="that `index` and `growth` build with (default: %(default)s)")
    parser.add_argument("--builds", type=int, default=BUILDS, help="times that `index` builds each side (default: %(default)s)")
    parser.add_argument(
        "--sizes", type=int, nargs="+", default=SIZES, metavar="N", help="articles that `growth` indexes (default: %(default)s)"
    )
    parser.add_argument("--plot", type=Path, metavar="FILE", help="picture that `growth` draws; a table is written beside it")
    parser.add_argument("--into", type=Path, metavar="FOLDER", help="where `growth` keeps what it measured, and goes on from")
    parser.add_argument("--corpus", type=Path, help="corpus to draw paragraphs from (default: the shipped articles)")
    parser.add_argument("--index", type=Path, help="index that `query` asks (default: the shipped articles)")
    parser.add_argument("--questions", type=Path, help="questions that `query` asks it, as for `pullquote eval`")
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    options = parser.parse_args()
    figures: dict[str, float] = {}
    for name, part in PARTS.items():
        if options.only == name or (options.only is None and name not in LONG):
            with tempfile.TemporaryDirectory() as folder:
                figures |= part(Path(folder), options)
    rounded = {name: round(value, 4) for name, value in figures.items()}
    sys.stdout.write(json.dumps(rounded) + "\n" if options.json else "".join(f"{name:>26}  {value:g}\n" for name, value in rounded.items()))


if __name__ == "__main__":
    main()

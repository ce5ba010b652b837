"""Make the shipped `static` model: a table of word pieces whose mean comes near what `minilm` makes of a text.

    pip install "pullquote[train]"
    python -m index.models.make_static QUESTIONS_FOLDER WORDNET_FOLDER

QUESTIONS_FOLDER holds NAME-articles.jsonl.gz and NAME-questions.jsonl.gz in the form of `rag/models/train_reader.py`, here
of Wikipedia; WORDNET_FOLDER is the folder `dict` of WordNet. `minilm` reads their passages, sentences, questions and
definitions, which takes it an hour or so on two cores; `--vectors FILE` keeps what it has read.

The table begins with what `minilm` makes of each word piece alone, frequent ones weighing less (Arora, Liang, Ma, A simple
but tough-to-beat baseline for sentence embeddings, 2017; van Dongen, Tulkens, Model2Vec, 2024). It is then fitted by ridge
regression, so that rare pieces stay near where they began: the cosine with `minilm`'s vector, in the directions that these
vectors use most, is what counts. It is kept as int8 with one scale for each piece.
"""

import argparse
import gzip
import hashlib
import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse as sparse
from tqdm import tqdm

from index.embedding import MiniLM
from index.model_files import load_model, load_tokenizer
from index.passages import split_passages, split_sentences

MINILM, TARGET = (Path(__file__).parent / name for name in ("minilm", "static"))
SIZE = 256  # numbers of a vector
READ = 256  # pieces of a text that minilm reads
RARE = 1e-4  # share of all pieces below which one weighs fully; frequencies go by rank, as in Zipf's law
RIDGE = 0.3  # weight of staying near the beginning, in units of what a piece's texts weigh on average
ROUNDS, STEPS = 2, 25  # lengths are set anew each round; steps of conjugate gradients
AT_A_TIME = 256  # texts
Array = npt.NDArray[np.float32]


def read_texts(questions: Path, wordnet: Path) -> list[str]:
    """Return the different passages, questions and sentences of the folder, and the definitions with their words in a fixed order."""
    articles = [article for file in sorted(questions.glob("*-articles.jsonl.gz")) for article in _lines(file)]
    texts = [f"{article['title']}\n{article['text'][start:end]}" for article in articles for start, end in _passages(article["text"])]
    texts += [line["question"] for file in sorted(questions.glob("*-questions.jsonl.gz")) for line in _lines(file)]
    for article in articles:
        for paragraph in article["text"].split("\n\n"):
            texts += [paragraph[start:end] for start, end in split_sentences(paragraph)]
    definitions = [text for file in sorted(wordnet.glob("data.*")) for text in _definitions(file)]
    random.Random(1).shuffle(definitions)
    return [text for text in dict.fromkeys(texts + definitions) if text.strip()]


def _lines(file: Path) -> Iterator[dict[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _passages(text: str) -> Iterator[tuple[int, int]]:
    yield from ((passage.start, passage.end) for passage in split_passages(text))


def _definitions(file: Path) -> Iterator[str]:
    """Yield "word, other word: what it means" for each entry of a WordNet file (wndb(5WN))."""
    for line in file.read_text("utf-8", errors="replace").splitlines():
        if not line.startswith(" "):  # the licence
            head, _, meaning = line.partition(" | ")
            fields = head.split()
            words = [fields[4 + 2 * place].replace("_", " ").split("(")[0] for place in range(int(fields[3], 16))]
            yield f"{', '.join(words)}: {meaning.strip()}"


def read_vectors(texts: list[str], file: Path) -> Array:
    """Return minilm's vector of each text, shape (texts, 384); what `file` has of them already is not read again."""
    minilm = MiniLM()
    done = file.with_suffix(".done")
    if not file.exists():
        np.lib.format.open_memmap(file, "w+", np.float32, (len(texts), 384))
        done.write_text("0")
    vectors = np.load(file, mmap_mode="r+")
    for start in tqdm(range(int(done.read_text()), len(texts), AT_A_TIME), unit=" batches"):
        vectors[start : start + AT_A_TIME] = minilm.embed(texts[start : start + AT_A_TIME])
        vectors.flush()
        done.write_text(str(start + AT_A_TIME))
    return np.array(vectors)


def count_pieces(texts: list[str]) -> sparse.csr_matrix:
    """Return how often each text has each word piece, shape (texts, pieces), as far as minilm reads it."""
    tokenizer = load_tokenizer(MINILM)
    tokenizer.enable_truncation(READ)
    rows = [np.unique(np.array(encoding.ids), return_counts=True) for encoding in tokenizer.encode_batch_fast(texts)]
    starts = np.cumsum([0, *(len(pieces) for pieces, _ in rows)])
    counts = np.concatenate([counts for _, counts in rows]).astype(np.float32)
    return sparse.csr_matrix((counts, np.concatenate([pieces for pieces, _ in rows]), starts), (len(texts), tokenizer.get_vocab_size()))


def first_table(pieces: int, axes: Array) -> Array:
    """Return minilm's vectors of the pieces alone along `axes`, shape (384, SIZE), about their mean and weighted by rarity."""
    tokenizer, model = load_tokenizer(MINILM), load_model(MINILM)
    first, last = tokenizer.encode("").ids
    parts = []
    for start in range(0, pieces, AT_A_TIME):
        ids = np.array([[first, piece, last] for piece in range(start, min(start + AT_A_TIME, pieces))])
        parts.append(model({"input_ids": ids, "attention_mask": np.ones_like(ids)}))
    alone = np.concatenate(parts)
    shares = 1 / np.arange(1, pieces + 1)  # the vocabulary is in order of frequency
    weights = RARE / (RARE + shares / shares.sum())
    table: Array = ((alone - alone.mean(0)) @ axes * weights[:, None]).astype(np.float32)
    return table


def fit(counts: sparse.csr_matrix, wanted: Array, table: Array) -> Array:
    """Return the table whose sums, shape (texts, SIZE), point most nearly where `wanted` does, of the same shape and length 1."""
    for _ in range(ROUNDS):
        sums = counts @ table
        scaled = (sparse.diags(1 / np.linalg.norm(sums, axis=1)) @ counts).astype(np.float32)
        ridge = RIDGE * scaled.multiply(scaled).sum() / scaled.shape[1]
        table = table + _solve(scaled, wanted - scaled @ table, ridge)
        tqdm.write(f"cosine with minilm: {np.mean(np.sum(_unit(counts @ table) * wanted, axis=1)):.4f}")
    return table


def _solve(matrix: sparse.csr_matrix, wanted: Array, ridge: float) -> Array:
    """Return about the x that makes |matrix x - wanted|^2 + ridge |x|^2 least, by conjugate gradients for each column."""
    flipped = matrix.T.tocsr()
    residual = flipped @ wanted
    found, direction = np.zeros_like(residual), residual
    size = (residual**2).sum(0)
    for _ in range(STEPS):
        product = flipped @ (matrix @ direction) + ridge * direction
        step = size / (direction * product).sum(0)
        found, residual = found + step * direction, residual - step * product
        size, before = (residual**2).sum(0), size
        direction = residual + size / before * direction
    return found


def _unit(vectors: Array) -> Array:
    lengths: Array = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / lengths


def main() -> None:
    """Write table.npz, tokenizer.json and SHA256SUMS into the folder `static` beside this file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("wordnet", type=Path)
    parser.add_argument("--vectors", type=Path, default=Path("static-vectors.npy"))
    options = parser.parse_args()
    texts = read_texts(options.questions, options.wordnet)
    vectors = read_vectors(texts, options.vectors)
    counts = count_pieces(texts)
    axes = np.linalg.svd(vectors.T @ vectors)[0][:, :SIZE]
    table = fit(counts, _unit(vectors @ axes), first_table(counts.shape[1], axes))
    scales = np.abs(table).max(axis=1, keepdims=True) / 127
    TARGET.mkdir(exist_ok=True)
    np.savez(TARGET / "table.npz", values=np.rint(table / scales).astype(np.int8), scales=scales)
    shutil.copyfile(MINILM / "tokenizer.json", TARGET / "tokenizer.json")
    sums = "".join(f"{hashlib.sha256((TARGET / name).read_bytes()).hexdigest()}  {name}\n" for name in ("table.npz", "tokenizer.json"))
    (TARGET / "SHA256SUMS").write_text(sums)


if __name__ == "__main__":
    main()

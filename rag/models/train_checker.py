"""Train the shipped `checker` from the weights of the reader.

    pip install "pullquote[train]"
    python -m rag.models.train_checker DATA --wordnet DICT --start reader.pt --minutes 80 --checkpoint checker.pt

`DATA` is as for `train_reader`, `DICT` as for `wordnet`. `--start` is a checkpoint of its reader, or of an earlier run of this;
without it, training starts from the official all-MiniLM-L6-v2 weights. Two scores a token are learned: the mean of the first over
the claim is the logit of "the evidence supports the claim"; the second is the logit of "this token of the claim is not supported",
where that is known.
"""

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import torch
from tokenizers import Tokenizer

from index.model_files import load_tokenizer
from index.models.make_minilm import official_weights
from rag.checks.checker import Window, join
from rag.evals.claim_eval import auroc
from rag.models.checker_data import Pair, make_pairs, read_articles, split_held_out
from rag.models.reader_data import TOKENIZER
from rag.models.train_loop import Plan, Scorer, Tokens, pad, score, train
from rag.models.wordnet import read_wordnet

SCORES = 2  # a token: its part in support, and "not supported"
LEARNING_RATE = 1e-4
WARMUP = 0.04  # of the time
BATCH = 32  # pairs
SORTED = 640  # pairs among which batches of like length are made
TOKEN_WEIGHT = 0.5
HELD_OUT_PAIRS = 800
SEED = 20260102


@dataclass
class Row:
    """A pair as the model reads it, with the tokens of the claim and, where known, which of them are wrong."""

    window: Window
    supported: bool
    wrong: list[float] | None  # of each token of the claim


@dataclass
class Batch:
    """Some rows, padded."""

    tokens: Tokens
    claim: torch.Tensor  # 1 for the tokens of the claim
    supported: torch.Tensor
    wrong: torch.Tensor  # of each token
    known: torch.Tensor  # 1 for the tokens of which it is known whether they are wrong


def encode(pairs: Sequence[Pair], tokenizer: Tokenizer) -> list[Row]:
    """Return the rows of pairs."""
    texts = [text for pair in pairs for text in (pair.claim, pair.title, pair.evidence)]
    encodings = iter(tokenizer.encode_batch(texts, add_special_tokens=False))
    rows = []
    for pair, claim, title, evidence in zip(pairs, encodings, encodings, encodings, strict=False):
        window = join(claim.ids, title.ids, evidence.ids)
        start, end = window.claim
        wrong = pair.wrong
        marks = (
            None
            if wrong is None
            else [float(any(a < last and b > first for a, b in wrong)) for first, last in claim.offsets[: end - start]]
        )
        rows.append(Row(window, pair.supported, marks))
    return rows


def gather(rows: Sequence[Row]) -> Batch:
    """Put rows into one batch."""
    tokens = pad([row.window for row in rows])
    claim, wrong, known = (torch.zeros(tokens.ids.shape) for _ in range(3))
    for number, row in enumerate(rows):
        start, end = row.window.claim
        claim[number, start:end] = 1
        if row.wrong is not None:
            wrong[number, start:end] = torch.tensor(row.wrong)
            known[number, start:end] = 1
    return Batch(tokens, claim, torch.tensor([float(row.supported) for row in rows]), wrong, known)


def support_scores(tokens: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Return the mean of the first score over the tokens of each claim."""
    return (tokens[:, :, 0] * batch.claim).sum(1) / batch.claim.sum(1)


def loss_of(tokens: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Cross-entropy of the support of each claim, plus that of its tokens where it is known which are wrong."""
    entropy = torch.nn.functional.binary_cross_entropy_with_logits
    each = entropy(tokens[:, :, 1], batch.wrong, weight=batch.known * (1 + 2 * batch.wrong), reduction="sum") / batch.known.sum().clamp(
        min=1
    )
    return entropy(support_scores(tokens, batch), batch.supported) + TOKEN_WEIGHT * each


def losses(model: Scorer, pairs: Iterator[Pair], tokenizer: Tokenizer) -> Iterator[Callable[[], torch.Tensor]]:
    """Yield the loss of one batch of like length after the other."""
    while True:
        rows = sorted(encode(list(islice(pairs, SORTED)), tokenizer), key=lambda row: len(row.window.ids))
        batches = [rows[place : place + BATCH] for place in range(0, SORTED, BATCH)]
        random.shuffle(batches)
        for chosen in batches:
            batch = gather(chosen)
            yield lambda batch=batch: loss_of(score(model, batch.tokens), batch)


@torch.no_grad()
def evaluate(model: Scorer, rows: Sequence[Row]) -> dict[str, float]:
    """Measure held-out pairs: AUROC of the claim's score, and of the highest "not supported" among its tokens."""
    scores: list[tuple[float, float, bool]] = []
    for place in range(0, len(rows), BATCH):
        batch = gather(rows[place : place + BATCH])
        tokens = score(model, batch.tokens)
        worst = tokens[:, :, 1].masked_fill(batch.claim == 0, -1e4).max(1).values
        scores += zip(support_scores(tokens, batch).tolist(), (-worst).tolist(), (batch.supported > 0).tolist(), strict=True)
    right, wrong = ([one for one in scores if one[2] is wanted] for wanted in (True, False))
    figures = zip(("auroc", "auroc_tokens"), zip(*right, strict=True), zip(*wrong, strict=True), strict=False)
    return {name: auroc(high, low) for name, high, low in figures}


def main() -> None:
    """Train, printing one line of JSON every few minutes."""
    parser = argparse.ArgumentParser(description="Train the checker.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--wordnet", type=Path, required=True, help="folder of WordNet's data files")
    parser.add_argument("--seed", type=int, default=SEED, help="another one for each further run, for other pairs")
    parser.add_argument("--minutes", type=float, default=80)
    parser.add_argument("--rate", type=float, default=LEARNING_RATE, help="highest learning rate")
    parser.add_argument("--checkpoint", type=Path, default=Path("checker.pt"))
    parser.add_argument("--start", type=Path, help="checkpoint of train_reader to start from (default: the official weights)")
    parser.add_argument("--weights", type=Path, help="folder of a BertModel (default: the installed package's)")
    settings = parser.parse_args()
    torch.manual_seed(settings.seed)
    random.seed(settings.seed)
    model = Scorer(settings.weights or official_weights(), SCORES)
    if settings.start:
        start = torch.load(settings.start, weights_only=True)
        if start["head.bias"].shape != model.head.bias.shape:  # the reader's
            del start["head.weight"], start["head.bias"]
        model.load_state_dict(start, strict=False)
    net, tokenizer = read_wordnet(settings.wordnet), load_tokenizer(TOKENIZER.parent)
    training, held_out = split_held_out(read_articles(settings.data))
    measured = encode(list(islice(make_pairs(held_out, net, random.Random(0)), HELD_OUT_PAIRS)), tokenizer)
    pairs = make_pairs(training, net, random.Random(settings.seed))
    plan = Plan(settings.minutes, settings.rate, WARMUP, settings.checkpoint)
    for line in train(model, losses(model, pairs, tokenizer), partial(evaluate, model, measured), plan):
        sys.stdout.write(json.dumps({name: round(value, 4) for name, value in line.items()}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

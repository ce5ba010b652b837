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
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import BertModel

from index.model_files import load_tokenizer
from index.models.make_minilm import official_weights
from rag.checker import Window, join
from rag.models.checker_data import Pair, make_pairs, read_articles, split_held_out
from rag.models.reader_data import TOKENIZER
from rag.models.wordnet import read_wordnet

LEARNING_RATE = 1e-4
HEAD_LEARNING_RATE = 1e-3
WARMUP = 0.04  # of the time
BATCH = 32  # pairs
SORTED = 640  # pairs among which batches of like length are made
TOKEN_WEIGHT = 0.5
FROZEN_LAYERS = 1
HELD_OUT_PAIRS = 800
SEED = 20260102


class Checker(torch.nn.Module):
    """Token ids, types and mask, shape (pairs, tokens), to two scores a token: its part in support, and "not supported"."""

    def __init__(self, weights: Path, attention: str = "sdpa") -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(
            weights, add_pooling_layer=False, attn_implementation=attention, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
        )
        self.head = torch.nn.Linear(self.bert.config.hidden_size, 2)
        torch.nn.init.normal_(self.head.weight, std=0.02)
        torch.nn.init.zeros_(self.head.bias)

    def forward(self, input_ids: torch.Tensor, token_type_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return scores of shape (pairs, tokens, 2)."""
        hidden = self.bert(input_ids=input_ids, token_type_ids=token_type_ids, attention_mask=attention_mask).last_hidden_state
        return self.head(hidden)


@dataclass
class Row:
    """A pair as the model reads it, with the tokens of the claim and, where known, which of them are wrong."""

    window: Window
    supported: bool
    wrong: list[float] | None  # of each token of the claim


@dataclass
class Batch:
    """Some rows, padded."""

    ids: torch.Tensor
    types: torch.Tensor
    mask: torch.Tensor
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


def pad(rows: Sequence[Row]) -> Batch:
    """Put rows into one batch."""
    length = max(len(row.window.ids) for row in rows)
    whole = [torch.zeros(len(rows), length, dtype=torch.long) for _ in range(3)]
    ids, types, mask = whole
    claim, wrong, known = (torch.zeros(len(rows), length) for _ in range(3))
    for number, row in enumerate(rows):
        size, (start, end) = len(row.window.ids), row.window.claim
        ids[number, :size] = torch.tensor(row.window.ids)
        types[number, :size] = torch.tensor(row.window.types)
        mask[number, :size] = 1
        claim[number, start:end] = 1
        if row.wrong is not None:
            wrong[number, start:end] = torch.tensor(row.wrong)
            known[number, start:end] = 1
    return Batch(ids, types, mask, claim, torch.tensor([float(row.supported) for row in rows]), wrong, known)


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


def train(
    model: Checker, pairs: Iterator[Pair], measured: Sequence[Row], minutes: float, rate: float, checkpoint: Path
) -> Iterator[dict[str, float]]:
    """Train until the time is up, saving as it goes; yields a log line every hundred steps."""
    for module in (model.bert.embeddings, *model.bert.encoder.layer[:FROZEN_LAYERS]):
        module.requires_grad_(False)
    body = [parameter for parameter in model.bert.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": rate}, {"params": model.head.parameters(), "lr": HEAD_LEARNING_RATE}], weight_decay=0.01
    )
    highest = [group["lr"] for group in optimizer.param_groups]
    tokenizer = load_tokenizer(TOKENIZER.parent)
    began, losses, step = time.monotonic(), [], 0
    while True:
        rows = sorted(encode(list(islice(pairs, SORTED)), tokenizer), key=lambda row: len(row.window.ids))
        batches = [rows[place : place + BATCH] for place in range(0, SORTED, BATCH)]
        random.shuffle(batches)
        for chosen in batches:
            spent = (time.monotonic() - began) / 60 / minutes
            if spent >= 1:
                torch.save(model.state_dict(), checkpoint)
                yield {"step": step, "pairs": step * BATCH, "minutes": minutes, **evaluate(model, measured)}
                return
            for group, high in zip(optimizer.param_groups, highest, strict=True):
                group["lr"] = high * min(spent / WARMUP, (1 - spent) / (1 - WARMUP))
            batch = pad(chosen)
            loss = loss_of(model(batch.ids, batch.types, batch.mask), batch)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(body, 1.0)
            optimizer.step()
            losses.append(loss.item())
            step += 1
            if step % 50 == 0:
                line = {"step": step, "pairs": step * BATCH, "minutes": spent * minutes, "loss": sum(losses) / len(losses)}
                losses.clear()
                if step % 200 == 0:
                    torch.save(model.state_dict(), checkpoint)
                    line |= evaluate(model, measured)
                yield line


@torch.no_grad()
def evaluate(model: Checker, rows: Sequence[Row]) -> dict[str, float]:
    """Measure held-out pairs: AUROC of the claim's score, and of the highest "not supported" among its tokens."""
    scores: list[tuple[float, float, bool]] = []
    for place in range(0, len(rows), BATCH):
        batch = pad(rows[place : place + BATCH])
        tokens = model(batch.ids, batch.types, batch.mask)
        worst = tokens[:, :, 1].masked_fill(batch.claim == 0, -1e4).max(1).values
        scores += zip(support_scores(tokens, batch).tolist(), (-worst).tolist(), (batch.supported > 0).tolist(), strict=True)
    return {"auroc": auroc([(one, right) for one, _, right in scores]), "auroc_tokens": auroc([(two, right) for _, two, right in scores])}


def auroc(scored: Sequence[tuple[float, bool]]) -> float:
    """Return the share of pairs of a right and a wrong one in which the right one scores higher."""
    right, wrong = ([score for score, is_right in scored if is_right is wanted] for wanted in (True, False))
    return sum((one > other) + (one == other) / 2 for one in right for other in wrong) / max(len(right) * len(wrong), 1)


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
    model = Checker(settings.weights or official_weights())
    if settings.start:
        start = torch.load(settings.start, weights_only=True)
        if start["head.bias"].shape != model.head.bias.shape:  # the reader's
            del start["head.weight"], start["head.bias"]
        model.load_state_dict(start, strict=False)
    net, source = read_wordnet(settings.wordnet), random.Random(settings.seed)
    training, held_out = split_held_out(read_articles(settings.data))
    measured = encode(list(islice(make_pairs(held_out, net, random.Random(0)), HELD_OUT_PAIRS)), load_tokenizer(TOKENIZER.parent))
    pairs = make_pairs(training, net, source)
    for line in train(model, pairs, measured, settings.minutes, settings.rate, settings.checkpoint):
        sys.stdout.write(json.dumps({name: round(value, 4) for name, value in line.items()}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

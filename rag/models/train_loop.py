"""What the trainings of the reader and of the checker share: a model that scores tokens, batches of windows, and the steps."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import BertModel

from rag.pair_model import Window

HEAD_LEARNING_RATE = 1e-3
FROZEN_LAYERS = 1
LOGGED, SAVED = 50, 250  # steps from one line of the log to the next, and from one checkpoint to the next


class Scorer(torch.nn.Module):
    """Token ids, types and mask, shape (windows, tokens), to some scores a token, shape (windows, tokens, scores)."""

    def __init__(self, weights: Path, scores: int, attention: str = "sdpa") -> None:
        super().__init__()
        self.bert = BertModel.from_pretrained(
            weights, add_pooling_layer=False, attn_implementation=attention, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
        )
        self.head = torch.nn.Linear(self.bert.config.hidden_size, scores)
        torch.nn.init.normal_(self.head.weight, std=0.02)
        torch.nn.init.zeros_(self.head.bias)

    def forward(self, input_ids: torch.Tensor, token_type_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        """Return the scores."""
        hidden = self.bert(input_ids=input_ids, token_type_ids=token_type_ids, attention_mask=attention_mask).last_hidden_state
        return self.head(hidden)


@dataclass
class Tokens:
    """Windows, padded to one length: shape (windows, tokens)."""

    ids: torch.Tensor
    types: torch.Tensor
    mask: torch.Tensor


def pad(windows: Sequence[Window]) -> Tokens:
    """Put windows into one batch."""
    length = max(len(window.ids) for window in windows)
    ids, types, mask = (torch.zeros(len(windows), length, dtype=torch.long) for _ in range(3))
    for row, window in enumerate(windows):
        size = len(window.ids)
        ids[row, :size] = torch.tensor(window.ids)
        types[row, :size] = torch.tensor(window.types)
        mask[row, :size] = 1
    return Tokens(ids, types, mask)


def score(model: Scorer, tokens: Tokens) -> torch.Tensor:
    """Return the scores of padded windows."""
    return model(tokens.ids, tokens.types, tokens.mask)


@dataclass
class Plan:
    """How long to train and how fast: the learning rate rises to `rate`, then falls linearly to nothing at the end of the time."""

    minutes: float
    rate: float
    warmup: float  # share of the time
    checkpoint: Path


def train(
    model: Scorer, losses: Iterator[Callable[[], torch.Tensor]], evaluate: Callable[[], dict[str, float]], plan: Plan
) -> Iterator[dict[str, float]]:
    """Train until the time is up, a step for each of `losses`, saving as it goes; yields lines of a log."""
    for module in (model.bert.embeddings, *model.bert.encoder.layer[:FROZEN_LAYERS]):
        module.requires_grad_(False)
    body = [parameter for parameter in model.bert.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": plan.rate}, {"params": model.head.parameters(), "lr": HEAD_LEARNING_RATE}], weight_decay=0.01
    )
    highest = [group["lr"] for group in optimizer.param_groups]
    began, lost, step = time.monotonic(), [], 0
    while (spent := (time.monotonic() - began) / 60 / plan.minutes) < 1:
        for group, high in zip(optimizer.param_groups, highest, strict=True):
            group["lr"] = high * min(spent / plan.warmup, (1 - spent) / (1 - plan.warmup))
        loss = next(losses)()
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(body, 1.0)
        optimizer.step()
        lost.append(loss.item())
        step += 1
        if step % LOGGED == 0:
            line = {"step": step, "minutes": spent * plan.minutes, "loss": sum(lost) / len(lost)}
            lost.clear()
            if step % SAVED == 0:
                torch.save(model.state_dict(), plan.checkpoint)
                line |= evaluate()
            yield line
    torch.save(model.state_dict(), plan.checkpoint)
    yield {"step": step, "minutes": plan.minutes, **evaluate()}

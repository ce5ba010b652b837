"""Make the shipped `checker` model from a checkpoint of `train_checker`.

    pip install "pullquote[train]"
    python -m rag.models.make_checker checker.pt

The graph returns two scores a token; its weights are stored like those of `minilm` (see index/models/make_minilm.py).
"""

import sys
from pathlib import Path

import torch

from index.models.make_minilm import official_weights, pack
from rag.models.reader_data import TOKENIZER
from rag.models.train_checker import Checker

TARGET = Path(__file__).parent / "checker"


def make(checkpoint: Path, weights: Path, target: Path) -> None:
    """Write model.onnx, tokenizer.json and SHA256SUMS into the folder `target`."""
    model = Checker(weights, attention="eager")
    model.load_state_dict(torch.load(checkpoint, weights_only=True))
    target.mkdir(exist_ok=True)
    ids = torch.randint(1000, 2000, (2, 16))
    names = ["input_ids", "token_type_ids", "attention_mask"]
    torch.onnx.export(
        model.eval(),
        (ids, torch.ones_like(ids), torch.ones_like(ids)),
        str(target / "model.onnx"),
        input_names=names,
        output_names=["scores"],
        dynamic_axes={name: {0: "pairs", 1: "tokens"} for name in (*names, "scores")},
        opset_version=17,
        dynamo=False,
    )
    pack(target, TOKENIZER)


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else official_weights(), TARGET)

"""Make the shipped `reader` or `checker` from a checkpoint of its training.

    pip install "pullquote[train]"
    python -m rag.models.make_model reader reader.pt

The graph returns some scores a token; its weights are stored like those of `minilm` (see index/models/make_minilm.py).
"""

import sys
from pathlib import Path

import torch

from index.models.make_minilm import official_weights, pack
from rag.models import train_checker, train_reader
from rag.models.reader_data import TOKENIZER
from rag.models.train_loop import Scorer

SCORES = {"reader": train_reader.SCORES, "checker": train_checker.SCORES}


def make(name: str, checkpoint: Path, weights: Path, target: Path) -> None:
    """Write model.onnx, tokenizer.json and SHA256SUMS into the folder `target`."""
    model = Scorer(weights, SCORES[name], attention="eager")
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
        dynamic_axes={name: {0: "windows", 1: "tokens"} for name in (*names, "scores")},
        opset_version=17,
        dynamo=False,
    )
    pack(target, TOKENIZER)


def main(name: str, checkpoint: str, weights: str = "") -> None:
    """Make the model of that name in its folder; `weights` is a folder of a BertModel (default: the installed package's)."""
    make(name, Path(checkpoint), Path(weights) if weights else official_weights(), Path(__file__).parent / name)


if __name__ == "__main__":
    main(*sys.argv[1:])

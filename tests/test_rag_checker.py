"""The shipped checker: what it reads, what it makes of plain cases, and what happens when a file is not what was shipped."""

import shutil
from pathlib import Path

import pytest

from corpus.errors import ModelFileError
from rag.checks.checker import MAX_CLAIM_TOKENS, MAX_EVIDENCE_TOKENS, MiniChecker, join
from rag.models import checker_data

FOLDER = Path(checker_data.__file__).parent / "checker"
EVIDENCE = "The mayor of Riga announced on Tuesday that the tram line would be built by Skoda and would cost 40 million euros."


@pytest.fixture(scope="module")
def checker() -> MiniChecker:
    return MiniChecker()


def test_what_is_said_scores_above_what_is_not(checker: MiniChecker) -> None:
    right, wrong = (
        checker.weigh(claim, [EVIDENCE])[0]
        for claim in (
            "The mayor of Riga said that Skoda would build the tram line.",
            "A storm destroyed forty houses on the coast of Portugal.",
        )
    )
    assert right.score > 0 > wrong.score
    assert max(right.doubts) < max(wrong.doubts)


def test_each_piece_gets_its_own_support_whatever_the_order(checker: MiniChecker) -> None:
    claim = "Skoda would build the tram line."
    pieces = [EVIDENCE, "The sun is shining.", EVIDENCE]
    first = checker.weigh(claim, pieces)
    assert first[0] == first[2] != first[1]
    assert MiniChecker().weigh(claim, list(reversed(pieces))) == list(reversed(first))


def test_doubts_are_probabilities_one_for_each_word_piece(checker: MiniChecker) -> None:
    (support,) = checker.weigh("Skoda builds trams.", [EVIDENCE])
    assert len(support.doubts) >= 4
    assert all(0 <= doubt <= 1 for doubt in support.doubts)


@pytest.mark.parametrize("claim", ["", " ", "x " * 5000])
def test_any_claim_can_be_weighed(checker: MiniChecker, claim: str) -> None:
    assert len(checker.weigh(claim, ["", "y " * 5000])) == 2
    assert checker.weigh(claim, []) == []


def test_a_window_is_cut_to_its_length() -> None:
    window = join([7] * 500, [8] * 500, [9] * 500)
    assert window.claim == (1, 1 + MAX_CLAIM_TOKENS)
    assert window.ids.count(9) == MAX_EVIDENCE_TOKENS
    assert len(window.ids) == len(window.types)
    assert sum(window.types) == len(window.ids) - MAX_CLAIM_TOKENS - 2


def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "checker"
    shutil.copytree(FOLDER, folder)
    (folder / "model.onnx").write_bytes(b"no model")
    with pytest.raises(ModelFileError, match=r"model\.onnx is damaged"):
        MiniChecker(folder).weigh("Skoda builds trams.", [EVIDENCE])

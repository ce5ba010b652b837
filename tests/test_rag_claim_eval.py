"""How the check is measured: what is read, what is refused, and what comes out."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from corpus.errors import SettingError
from rag.checks.checker import Support
from rag.evals.claim_eval import measure_claims, read_claim_sets
from ui.cli import main

TEXT = "The mayor of Riga announced that the tram line would be built by Skoda. It will cost 40 million euros and open in 2027."


class Words:
    """A checker that has read nothing: it counts words."""

    def weigh(self, claim: str, evidence: Sequence[str]) -> list[Support]:
        wanted = claim.lower().split()
        return [Support(sum(word in piece.lower() for word in wanted) - len(wanted) / 2, (0.5,)) for piece in evidence]


def write(folder: Path, claims: Sequence[object], name: str = "tiny") -> None:
    articles = [{"id": "a", "title": "Tram", "text": TEXT}]
    for kind, lines in (("articles", articles), ("claims", claims)):
        (folder / f"{name}-{kind}.jsonl").write_text("\n".join(json.dumps(line) for line in lines))


def claim(text: str, supported: bool) -> dict[str, object]:
    return {"claim": text, "article_ids": ["a"], "supported": supported}


CLAIMS = [
    claim("The tram line will be built by Skoda, the mayor of Riga announced. It will open in 2027.", True),
    claim("The tram line will cost 40 million euros.", True),
    claim("The tram line will cost 90 million euros.", False),
    claim("The tram line will be built by Skoda. A storm in Portugal destroyed houses.", False),
]


def test_supported_claims_score_above_unsupported_ones(tmp_path: Path) -> None:
    write(tmp_path, CLAIMS)
    write(tmp_path, CLAIMS[:3], "other")
    other, tiny = measure_claims(read_claim_sets(tmp_path), Words())
    assert (other.set, other.n, tiny.set, tiny.n) == ("other", 3, "tiny", 4)
    assert tiny.auroc == 1.0
    assert tiny.marked <= 0.5


def test_the_command_prints_a_table_or_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, CLAIMS)
    assert main(["eval", "--claims", str(tmp_path), "--json"], {}) == 0
    (figures,) = json.loads(capsys.readouterr().out)["sets"]
    assert figures["set"] == "tiny"
    assert figures["n"] == 4
    assert set(figures) == {"set", "n", "auroc", "balanced_accuracy", "marked"}
    assert main(["eval", "--claims", str(tmp_path)], {}) == 0
    assert capsys.readouterr().out.splitlines()[0].split() == ["set", "n", "auroc", "balanced", "accuracy", "supported", "ones", "marked"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", r"tiny-claims\.jsonl line 1 is no JSON"),
        ("[]", "line 1 is"),
        ('{"claim": "x"}', "expected claim, article_ids and supported"),
        ('{"claim": "x", "article_ids": ["b"], "supported": true}', r"none of the articles \['b'\] is in tiny-articles"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, line: str, message: str) -> None:
    write(tmp_path, CLAIMS)
    (tmp_path / "tiny-claims.jsonl").write_text(line)
    with pytest.raises(SettingError, match=message):
        read_claim_sets(tmp_path)


def test_files_that_are_missing_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SettingError, match=r"expected a folder with NAME-claims\.jsonl"):
        read_claim_sets(tmp_path / "nowhere")
    write(tmp_path, CLAIMS)
    (tmp_path / "tiny-articles.jsonl").unlink()
    with pytest.raises(SettingError, match=r"tiny-articles\.jsonl' is missing"):
        read_claim_sets(tmp_path)
    assert main(["eval"], {}) == 2
    assert "expected a file of questions, or --claims" in capsys.readouterr().err
    assert main(["eval", "questions.jsonl", "--claims", str(tmp_path)], {}) == 2

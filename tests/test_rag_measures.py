import random
from typing import Any

import numpy as np
import pytest

from corpus.errors import SettingError
from rag.evals.bootstrap import auroc, auroc_draws, draw, interval
from rag.evals.comparison import Flip, compare
from rag.evals.evaluation import Outcome
from rag.evals.measures import Figure, measure, measure_groups, refusal_curve, verdict


def outcome(id: str = "1", **fields: Any) -> Outcome:
    """An answerable, quotable question that was answered at once; an unanswerable one that was refused."""
    answerable = fields.get("answerable", True)
    plain: dict[str, Any] = {
        "question": f"Question {id}?",
        "answerable": answerable,
        "quotable": answerable,
        "status": "answered" if answerable else "not_found",
        "confidence": 0.9 if answerable else 0.1,
        "quotes": (),
        "articles": (),
        "seconds": 0.01,
        "hit_rank": 1 if answerable else None,
        "quote_rank": 1 if answerable else None,
    }
    return Outcome(id, **{**plain, **fields})


FAILED: dict[str, Any] = {"status": "failed", "confidence": None, "hit_rank": None, "quote_rank": None}
RUN = [
    outcome("1", seconds=0.010, found_all=True),
    outcome("2", seconds=0.020, hit_rank=5, quote_rank=3, confidence=0.6, found_all=False),
    outcome("3", seconds=0.030, hit_rank=6, quote_rank=None, status="not_found", confidence=0.2),
    outcome("4", seconds=0.040, quotable=False, quote_rank=None, confidence=0.7),
    outcome("5", seconds=0.050, **FAILED),
    outcome("6", seconds=0.060, answerable=False, confidence=0.2),
    outcome("7", seconds=0.070, answerable=False, status="answered", confidence=0.8),
]


def test_every_measure_of_seven_questions() -> None:
    figures = {name: (figure.value, figure.n) for name, figure in measure(RUN).items()}
    assert figures == {
        "hit@1": (0.4, 5),  # questions 1 and 4
        "hit@5": (0.6, 5),  # and 2
        "hit@10": (0.8, 5),  # and 3
        "all@10": (0.5, 2),  # 1; 2 lacks one, of the others one article is enough
        "quote@1": (0.25, 4),  # question 1; 4 does not count
        "quote@3": (0.5, 4),  # and 2
        "quote@5": (0.5, 4),
        "refused": (0.5, 2),  # 6
        "false_refusal": (0.2, 5),  # 3
        "auroc": (0.5625, 6),  # above .2 and .8: .9 both; .6 and .7 one each; .2 ties with one: 4.5 of 8 pairs
        "failed": (1, 7),
        "p50_ms": (40.0, 7),
        "p95_ms": (70.0, 7),
    }


@pytest.mark.parametrize(
    ("case", "measure", "expected"),
    [
        (outcome(hit_rank=10), "hit@10", True),
        (outcome(hit_rank=10), "hit@5", False),
        (outcome(answerable=False), "hit@10", None),
        (outcome(quotable=False), "quote@5", None),
        (outcome(status="not_found"), "false_refusal", True),
        (outcome(status="not_found"), "refused", None),
        (outcome(answerable=False), "refused", True),
        (outcome(answerable=False, **FAILED), "refused", False),
        (outcome(answerable=False), "false_refusal", None),
    ],
)
def test_what_a_question_adds_to_a_measure(case: Outcome, measure: str, expected: bool | None) -> None:
    assert verdict(case, measure) is expected


def test_a_share_over_no_questions_is_0_without_interval_and_one_kind_has_no_auroc() -> None:
    figures = measure([outcome()])
    assert figures["refused"] == Figure(0.0, 0)
    assert "auroc" not in figures
    assert "auroc" not in measure([outcome(), outcome(answerable=False, **FAILED)])


def mixed(n: int) -> list[Outcome]:
    """n answerable questions of which every second one is hit, and n others of which two thirds are refused."""
    chance = random.Random(5)
    right = [outcome(f"a{i}", hit_rank=1 + i % 2, confidence=chance.uniform(0.3, 1)) for i in range(n)]
    wrong = [
        outcome(f"u{i}", answerable=False, status="not_found" if i % 3 else "answered", confidence=chance.uniform(0, 0.7)) for i in range(n)
    ]
    return right + wrong


def test_an_interval_holds_its_value_and_is_narrower_over_more_questions() -> None:
    widths: dict[str, list[float]] = {name: [] for name in ("hit@1", "refused", "auroc")}
    for n in (12, 60, 600):
        figures = measure(mixed(n))
        for name, found in widths.items():
            figure = figures[name]
            assert figure.interval is not None
            low, high = figure.interval
            assert 0 <= low < figure.value < high <= 1
            found.append(high - low)
    for name, (wide, middle, narrow) in widths.items():
        assert wide > middle > 2 * narrow, name


def test_an_interval_is_as_wide_as_theory_has_it_and_comes_out_alike_again() -> None:
    interval = measure(mixed(400))["hit@1"].interval
    assert interval == pytest.approx((0.5 - 1.96 * 0.025, 0.5 + 1.96 * 0.025), abs=0.006)  # standard error: sqrt(.5 * .5 / 400)
    assert measure(mixed(400)) == measure(mixed(400))


def test_an_interval_leaves_out_a_fortieth_at_each_end() -> None:
    assert interval(np.linspace(0, 1, 2001)) == (0.025, 0.975)


def test_a_share_of_questions_that_all_went_alike_has_no_width() -> None:
    assert measure([outcome(str(i)) for i in range(9)])["hit@1"].interval == (1.0, 1.0)


def test_the_auroc_counts_pairs() -> None:
    chance = random.Random(3)
    right, wrong = ([chance.randint(0, 9) / 10 for _ in range(n)] for n in (23, 31))
    pairs = [1.0 if high > low else 0.5 if high == low else 0.0 for high in right for low in wrong]
    assert auroc(np.array(right), np.array(wrong)) == pytest.approx(sum(pairs) / len(pairs))


def test_each_resample_has_the_auroc_of_the_questions_it_holds() -> None:
    right, wrong = np.array([0.2, 0.5, 0.9]), np.array([0.1, 0.5])
    draws = draw(3), draw(2, stream=1)
    found = auroc_draws(right, wrong, *draws)
    assert len(found) == len(draws[0]) == 2000
    for each in range(20):
        assert found[each] == pytest.approx(auroc(right[draws[0][each]], wrong[draws[1][each]]))


def test_groups_are_the_values_of_a_field_the_largest_first() -> None:
    kinds = ["why", "who", "who", None]
    run = [outcome(str(i), hit_rank=i + 1, groups={"type": kind} if kind else {}) for i, kind in enumerate(kinds)]
    groups = measure_groups(run)
    assert list(groups) == ["type"]
    assert list(groups["type"]) == ["who", "(none)", "why"]
    assert groups["type"]["who"] == measure(run[1:3])
    assert groups["type"]["why"]["hit@1"] == Figure(1.0, 1, (1.0, 1.0))


def test_a_field_of_one_value_is_not_split() -> None:
    assert measure_groups([outcome("1", groups={"type": "who", "gold_kind": "url"}), outcome("2", groups={"type": "who"})]) == {}


def test_the_refusal_curve_goes_from_nothing_to_everything_refused() -> None:
    curve = refusal_curve(RUN)
    assert curve.thresholds.tolist() == [0.2, 0.6, 0.7, 0.8, 0.9, float("inf")]
    assert curve.refused.tolist() == [0, 0.5, 0.5, 0.5, 1, 1]
    assert curve.false_refusal.tolist() == [0, 0.25, 0.5, 0.75, 0.75, 1]
    assert curve.area == pytest.approx(0.5625)
    assert float(np.trapezoid(curve.refused, curve.false_refusal)) == pytest.approx(curve.area)


def test_one_kind_of_question_has_no_refusal_curve() -> None:
    with pytest.raises(SettingError, match="takes answerable and unanswerable questions that did not fail"):
        refusal_curve([outcome(), outcome(answerable=False, **FAILED)])


def test_a_comparison_names_exactly_what_changed() -> None:
    old = [
        outcome("same"),
        outcome("gained", quote_rank=4),
        outcome("lost", quote_rank=3),
        outcome("within", quote_rank=1),
        outcome("refused"),
        outcome("open", answerable=False),
        outcome("not asked again", quote_rank=None),
    ]
    new = [
        outcome("open", answerable=False, status="answered"),
        outcome("same", seconds=0.5),
        outcome("gained", quote_rank=3),
        outcome("lost", quote_rank=None),
        outcome("within", quote_rank=3),
        outcome("refused", status="not_found", quote_rank=None),
    ]
    comparison = compare(old, new)
    assert comparison.changed == [
        Flip("open", "Question open?", False, "refusal lost"),
        Flip("gained", "Question gained?", True, "quote@3 gained"),
        Flip("lost", "Question lost?", True, "quote@3 lost"),
        Flip("refused", "Question refused?", True, "quote@3 lost"),
        Flip("refused", "Question refused?", True, "refusal gained"),
    ]
    changes = {name: (change.old, change.new, change.difference, change.n) for name, change in comparison.measures.items()}
    assert changes["quote@3"] == (0.8, 0.6, -0.2, 5)
    assert changes["false_refusal"] == (0.0, 0.2, 0.2, 5)
    assert changes["refused"] == (1.0, 0.0, -1.0, 1)
    assert changes["hit@1"] == (1.0, 1.0, 0.0, 5)
    assert changes["auroc"] == (1.0, 1.0, 0.0, 6)
    assert changes["failed"] == (0.0, 0.0, 0.0, 6)
    assert changes["p95_ms"] == (10.0, 500.0, 490.0, 6)


def test_the_interval_of_a_difference_pairs_the_questions() -> None:
    """Half of 400 questions are hit in both runs, one in ten is gained: as variable as a share of .1, not as two shares of .5."""
    old = [outcome(str(i), hit_rank=1 if i % 2 else None) for i in range(400)]
    new = [outcome(str(i), hit_rank=1 if i % 2 or i % 10 == 0 else None) for i in range(400)]
    change = compare(old, new).measures["hit@1"]
    assert (change.old, change.new, change.difference) == (0.5, 0.6, 0.1)
    assert change.interval == pytest.approx((0.1 - 1.96 * 0.015, 0.1 + 1.96 * 0.015), abs=0.005)  # sqrt(.1 * .9 / 400)


def test_a_run_compared_with_itself_differs_in_nothing() -> None:
    comparison = compare(RUN, RUN)
    assert comparison.changed == []
    assert {(change.difference, change.interval) for change in comparison.measures.values()} == {(0.0, (0.0, 0.0))}


def test_what_counts_in_one_run_only_is_left_out() -> None:
    comparison = compare([outcome("1"), outcome("2", quotable=False)], [outcome("1", quotable=False), outcome("2")])
    assert "quote@3" not in comparison.measures
    assert comparison.changed == []


@pytest.mark.parametrize("other", [outcome("2"), outcome("1", question="Who else?")])
def test_a_run_of_other_questions_is_refused(other: Outcome) -> None:
    with pytest.raises(SettingError, match=r"the saved run is of other questions: it does not hold '.+\?' with id '[12]'"):
        compare([outcome("1")], [other])

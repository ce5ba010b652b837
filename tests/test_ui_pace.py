import pytest

from ui.pace import Pace, describe_wait


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_then_a_steady_pace_for_each_key() -> None:
    clock = Clock()
    pace = Pace(burst=2, per_second=0.5, clock=clock)
    assert [pace.take("a"), pace.take("a"), pace.take("a")] == [0, 0, 2]
    assert pace.take("b") == 0
    clock.now += 1
    assert pace.wait("a") == 1
    clock.now += 1
    assert (pace.wait("a"), pace.take("a"), pace.take("a")) == (0, 0, 2)
    clock.now += 1000
    assert [pace.take("a"), pace.take("a"), pace.take("a")] == [0, 0, 2]  # no more than a burst is saved up


def test_a_flood_of_keys_is_forgotten() -> None:
    pace = Pace(burst=1, per_second=0.001)
    for number in range(20_000):
        pace.take(str(number))
    assert (pace.take("19999") > 0, pace.take("0")) == (True, 0)


@pytest.mark.parametrize(("seconds", "told"), [(0.2, "try again in 1 seconds"), (29.2, "try again in 30 seconds")])
def test_a_wait_is_told_in_whole_seconds(seconds: float, told: str) -> None:
    assert describe_wait("questions", seconds) == f"too many questions; {told}"

"""Which frames are looked at: by their own times alone."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ductoscope.live.find import is_due


def looked_at(t_ns: list[int]) -> list[int]:
    last: int | None = None
    chosen = []
    for number, t in enumerate(t_ns):
        if is_due(last, t):
            last = t
            chosen.append(number)
    return chosen


@pytest.mark.parametrize(("fps", "every"), [(12.5, 1), (25.0, 2), (50.0, 4), (100.0, 8)])
def test_even_rates_are_thinned_evenly(fps: float, every: int) -> None:
    times = [round(number * 1e9 / fps) for number in range(200)]
    chosen = looked_at(times)[1:]  # the first slot of all is cut short
    assert chosen == list(range(chosen[0], 200, every))
    assert chosen[0] <= every


@pytest.mark.parametrize("fps", [24.0, 29.97, 30.0, 59.94, 60.0])
def test_other_rates_are_looked_at_12_5_times_a_second(fps: float) -> None:
    times = [round(number * 1e9 / fps) for number in range(1000)]
    chosen = looked_at(times)
    assert len(chosen) == pytest.approx(12.5 * 1000 / fps, rel=0.01)
    gaps = [times[b] - times[a] for a, b in pairwise(chosen)]
    assert max(gaps) <= 80e6 + 1e9 / fps


def test_slow_cameras_are_looked_at_always() -> None:
    assert looked_at([number * 200_000_000 for number in range(20)]) == list(range(20))


def test_jitter_of_a_camera_loses_no_look() -> None:
    times = [number * 80_000_000 + (-1) ** number * 9_000_000 for number in range(1, 100)]
    assert len(looked_at(times)) == 99


def test_times_of_a_stream_that_began_long_ago() -> None:
    start = 40 * 86_400 * 10**9
    chosen = looked_at([start + number * 40_000_000 for number in range(100)])[1:]
    assert chosen == list(range(chosen[0], 100, 2))

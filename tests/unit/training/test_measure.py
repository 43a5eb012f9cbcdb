"""Average precision, the figure by which maps are compared."""

from __future__ import annotations

import numpy as np
import pytest

from training.measure import average_precision


def test_the_right_order_is_perfect_and_chance_is_the_share() -> None:
    rng = np.random.default_rng(3)
    is_true = rng.random(20_000) < 0.2
    right = np.where(is_true, 0.9, 0.1).astype(np.float32)
    assert average_precision(right, is_true) == pytest.approx(1.0)
    assert average_precision(1.0 - right, is_true) == pytest.approx(0.2, abs=0.01)
    assert average_precision(rng.random(20_000).astype(np.float32), is_true) == pytest.approx(0.2, abs=0.02)


def test_a_false_alarm_before_every_hit_costs_half() -> None:
    chances = np.array([0.9, 0.8, 0.7, 0.6], dtype=np.float32)
    assert average_precision(chances, np.array([False, True, False, True])) == pytest.approx(0.5)

"""A duct's line: true arc length, no twist, no kink, bends as asked."""

from __future__ import annotations

import numpy as np
import pytest

from ductoscope.model import DoubleArray
from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.line import NIPPLE_ROW, draw_wander, grow_line, turn_out


def _frames(line: DoubleArray) -> DoubleArray:
    return line[:, 3:].reshape(-1, 3, 3)


def test_a_steady_bend_follows_the_circle() -> None:
    radius = 12.0
    rows = int(np.pi / 2.0 * radius / LINE_MM) + 1
    line = grow_line(NIPPLE_ROW, np.tile([1.0 / radius, 0.0], (rows, 1)))
    angle = np.arange(rows) * LINE_MM / radius
    circle = np.column_stack([radius * (1.0 - np.cos(angle)), np.zeros(rows), radius * np.sin(angle)])
    np.testing.assert_allclose(line[:, :3], circle, atol=1e-9)
    np.testing.assert_allclose(line[:, 9:], np.tile([0.0, 1.0, 0.0], (rows, 1)), atol=1e-12)


def test_frames_stay_orthonormal_right_handed_and_untwisted() -> None:
    line = grow_line(NIPPLE_ROW, draw_wander(np.random.default_rng(3), 400, 10.0, 0.0))
    frames = _frames(line)
    np.testing.assert_allclose(frames @ frames.transpose(0, 2, 1), np.tile(np.eye(3), (400, 1, 1)), atol=1e-10)
    np.testing.assert_allclose(np.cross(frames[:, 0], frames[:, 1]), frames[:, 2], atol=1e-10)
    twist = np.sum((frames[1:, 1] - frames[:-1, 1]) * 0.5 * (frames[1:, 2] + frames[:-1, 2]), axis=1)
    assert np.max(np.abs(twist)) < 1e-6


@pytest.mark.parametrize("tightest_mm", [10.0, 40.0])
def test_wandering_never_bends_tighter_and_starts_straight(tightest_mm: float) -> None:
    tightest = []
    for seed in range(40):
        bend = draw_wander(np.random.default_rng(seed), 81, tightest_mm, 2.0)
        size = np.hypot(bend[:, 0], bend[:, 1])
        assert not size[: int(2.0 / LINE_MM)].any()
        tightest.append(1.0 / size.max())
        # No kink: the bend itself changes slowly from row to row.
        assert np.max(np.abs(np.diff(bend, axis=0))) < 0.25 / tightest_mm
    assert min(tightest) >= tightest_mm
    assert np.median(tightest) < 2.5 * tightest_mm


def test_turning_out_turns_by_the_angle_towards_the_direction_within_the_length() -> None:
    bend = turn_out(30, np.deg2rad(25.0), np.deg2rad(70.0), 2.0)
    assert not bend[int(2.0 / LINE_MM) :].any()
    end = grow_line(NIPPLE_ROW, bend)[-1, 3:6]
    assert np.rad2deg(np.arccos(end[2])) == pytest.approx(25.0, abs=1e-6)
    assert np.rad2deg(np.arctan2(end[1], end[0])) == pytest.approx(70.0, abs=1e-6)

from __future__ import annotations

import numpy as np
import pytest

from ductoscope.model import DoubleArray, Rim
from ductoscope.restore.rim import fit_rim
from tests.lattices import lay_round_hexagons

PITCH_PX = 5.0


def _bundle() -> tuple[DoubleArray, DoubleArray, float]:
    xy = lay_round_hexagons(PITCH_PX, 40, jitter=0.03)
    return xy, xy.mean(axis=0), 0.42 * 40 * PITCH_PX


def _assert_near(rim: Rim, middle: DoubleArray, radius_px: float, within_px: float) -> None:
    assert np.hypot(rim.x_px - middle[0], rim.y_px - middle[1]) <= within_px
    assert rim.radius_px == pytest.approx(radius_px + 0.5 * PITCH_PX, abs=within_px)


def test_the_rim_of_a_whole_bundle_holds_its_cores() -> None:
    xy, middle, radius_px = _bundle()
    rim = fit_rim(xy, PITCH_PX, (400, 400))
    _assert_near(rim, middle, radius_px, 0.6 * PITCH_PX)
    assert np.hypot(xy[:, 0] - rim.x_px, xy[:, 1] - rim.y_px).max() < rim.radius_px


def test_a_rim_partly_outside_is_completed() -> None:
    xy, middle, radius_px = _bundle()
    seen = xy[(xy[:, 0] < middle[0] + 40) & (xy[:, 1] > middle[1] - 50)]
    offset = np.array([0.0, -(middle[1] - 50)])
    rim = fit_rim(seen + offset, PITCH_PX, (400, int(middle[0] + 40)))
    _assert_near(rim, middle + offset, radius_px, 1.0 * PITCH_PX)


def test_a_few_false_cores_outside_do_not_move_it() -> None:
    xy, middle, radius_px = _bundle()
    angle = np.linspace(0.2, 0.9, 6)
    false = middle + (radius_px + 4 * PITCH_PX) * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    _assert_near(fit_rim(np.concatenate([xy, false]), PITCH_PX, (400, 400)), middle, radius_px, 0.6 * PITCH_PX)


def test_a_bundle_that_fills_the_picture_gets_the_circle_around_its_cores() -> None:
    xy, middle, _ = _bundle()
    seen = xy[(np.abs(xy - middle) < 45).all(axis=1)]
    rim = fit_rim(seen - seen.min(axis=0), PITCH_PX, tuple(np.ceil(np.ptp(seen, axis=0)[::-1]).astype(int) + 1))
    distance = np.hypot(*(seen - seen.min(axis=0) - np.array([rim.x_px, rim.y_px])).T)
    assert distance.max() <= rim.radius_px

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import cKDTree

from ductoscope.restore.spots import (
    climb,
    find_outward,
    find_peaks,
    measure_contrast,
    measure_depth,
    measure_fall,
    measure_pitch,
    measure_sigma,
)
from tests.lattices import lay_hexagons, light_spots


def test_peaks_lie_between_pixels() -> None:
    xy = lay_hexagons(8.0, 8, jitter=0.03)
    peaks, height = find_peaks(light_spots(xy, 1.6, (80, 100), floor=0.0), 8.0, 1)
    distance, _ = cKDTree(peaks).query(xy)
    assert distance.max() < 0.1
    assert len(peaks) == len(xy)
    np.testing.assert_allclose(height, 0.5, atol=0.05)


def test_climbing_reaches_the_next_peak_and_no_other() -> None:
    light = light_spots(np.array([[30.4, 30.7]]), 2.0, (64, 64), floor=0.0)
    near, _ = climb(light, np.array([[31.6, 29.4]]), 8.0, 1)
    np.testing.assert_allclose(near, [[30.4, 30.7]], atol=0.1)
    far = np.array([[36.0, 30.0]])
    stayed, _ = climb(light, far, 8.0, 1)
    np.testing.assert_array_equal(stayed, far)


@pytest.mark.parametrize("sigma", [0.17, 0.24, 0.33])
def test_the_width_of_overlapping_spots_is_measured(sigma: float) -> None:
    xy = lay_hexagons(6.0, 24, jitter=0.05)
    light = light_spots(xy, sigma * 6.0, (170, 170))
    assert measure_sigma(light, xy, 6.0) == pytest.approx(sigma * 6.0, rel=0.06)


def test_pitch_is_the_distance_of_neighbours() -> None:
    assert measure_pitch(lay_hexagons(6.5, 20)) == pytest.approx(6.5, rel=0.01)


def test_contrast_compares_cores_with_their_gaps() -> None:
    xy = lay_hexagons(10.0, 12)
    sharp = measure_contrast(light_spots(xy, 1.5, (160, 170), floor=0.1), xy, 10.0)
    # Gaps show almost only the floor of 0.1, cores 0.6 (0.5 / 0.7 = 0.71).
    assert sharp == pytest.approx(0.71, abs=0.05)
    flat = measure_contrast(np.full((160, 170), 0.3, dtype=np.float32), xy, 10.0)
    assert flat == pytest.approx(0.0, abs=1e-6)


def test_light_falls_behind_the_outermost_cores_but_not_behind_a_step() -> None:
    xy = lay_hexagons(8.0, 10)
    light = light_spots(xy, 2.0, (110, 130), floor=0.05)
    outward = find_outward(xy, 8.0)
    is_edge = np.hypot(*outward.T) > 0
    border = (xy[:, 0] < xy[:, 0].min() + 1) | (xy[:, 1] < xy[:, 1].min() + 1)
    assert is_edge[border].all()
    inner = (np.abs(xy - xy.mean(axis=0)) < 20).all(axis=1)
    assert not is_edge[inner].any()
    depth = np.median(measure_depth(light, xy, 8.0))
    assert (measure_fall(light, xy[is_edge], outward[is_edge], 8.0) > 0.8 * depth).all()
    step = np.where(np.arange(130) < 20, 0.5, 0.05) * np.ones((110, 1))
    beside = measure_fall(step.astype(np.float32), np.array([[14.0, 50.0]]), np.array([[-1.0, 0.0]]), 8.0)
    assert beside[0] < 0.05 * depth

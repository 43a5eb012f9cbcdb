from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from ductoscope.restore.nearest import find_nearest


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 300), st.integers(1, 20))
def test_the_tree_finds_the_same(seed: int, cores: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    count = min(count, cores)
    # Any spread, and points far outside it too.
    cores_xy = rng.uniform(-1.0, 1.0, (cores, 2)) * 10.0 ** rng.uniform(-2.0, 3.0, 2) + rng.uniform(-500.0, 500.0, 2)
    middle, across = cores_xy.mean(axis=0), np.ptp(cores_xy, axis=0) + 1.0
    points_xy = middle + rng.uniform(-3.0, 3.0, (200, 2)) * across
    away, index = find_nearest(cores_xy, points_xy, count)
    expected, same = cKDTree(cores_xy).query(points_xy, k=count)
    np.testing.assert_allclose(away, expected.reshape(away.shape), rtol=1e-12)
    np.testing.assert_array_equal(index, same.reshape(index.shape))


@pytest.mark.parametrize(
    "cores_xy",
    [
        np.full((9, 2), 3.0),
        np.stack([np.arange(30.0), np.zeros(30)], axis=1),
        np.stack([np.zeros(30), np.arange(30.0)], axis=1),
        np.stack(np.meshgrid(np.arange(6.0), np.arange(6.0)), axis=-1).reshape(-1, 2),
    ],
    ids=["one place", "a row", "a column", "a square grid"],
)
def test_cores_in_line_or_in_one_place_are_found(cores_xy: np.ndarray) -> None:
    points_xy = np.random.default_rng(1).uniform(-10.0, 40.0, (100, 2))
    away, index = find_nearest(cores_xy, points_xy, 5)
    np.testing.assert_allclose(away, cKDTree(cores_xy).query(points_xy, k=5)[0], rtol=1e-12)
    # Of equally near ones any may be named, but each only once, and at its true distance.
    assert all(len(set(row)) == 5 for row in index.tolist())
    np.testing.assert_allclose(np.linalg.norm(cores_xy[index] - points_xy[:, np.newaxis], axis=2), away, rtol=1e-12)

"""The pooled guess: exact bookkeeping on the grid, and the motion that lays one table onto another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.restore.mmse import SceneModel
from ductoscope.restore.pooled_scene import (
    SceneGrid,
    draw_core_light,
    draw_scene,
    guess_scene,
    place_samples,
    plan_scene_grid,
    read_grid,
    spread_samples,
)
from ductoscope.restore.register import STILL, coarse_picture, coarse_shift, register

CENTRE, RADIUS_PX, PITCH_PX = (100.0, 90.0), 80.0, 5.0


@pytest.fixture
def grid() -> SceneGrid:
    return plan_scene_grid(CENTRE, RADIUS_PX, PITCH_PX, SceneModel())


def scatter(count: int, reach: float = 0.95) -> np.ndarray:
    rng = np.random.default_rng(1)
    angle, radius = rng.uniform(0.0, 2.0 * np.pi, count), RADIUS_PX * reach * np.sqrt(rng.uniform(0.0, 1.0, count))
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1) + CENTRE


def wavy(xy: np.ndarray) -> np.ndarray:
    """A smooth scene, zero in the mean."""
    return (0.2 * np.sin(xy[:, 0] / 9.0) * np.cos(xy[:, 1] / 7.0) + 0.1 * np.sin(xy @ [0.05, 0.11])).astype(np.float32)


def test_spreading_is_the_transpose_of_reading(grid: SceneGrid) -> None:
    """<S x, y> = <x, S' y>: conjugate gradients converge to something else when it is not."""
    rng = np.random.default_rng(2)
    places = place_samples(grid, scatter(200))
    x = rng.normal(size=(2, grid.side, grid.side)).astype(np.float32)
    y = rng.normal(size=(200, 2)).astype(np.float32)
    assert np.sum(read_grid(x, places) * y) == pytest.approx(np.sum(x * spread_samples(grid, places, y)), rel=1e-3)


def test_a_smooth_scene_comes_back(grid: SceneGrid) -> None:
    xy, elsewhere = scatter(8000), scatter(4000, 0.8)[::-1] * 0.999
    values = wavy(xy)[:, np.newaxis]
    guess = guess_scene(grid, place_samples(grid, xy), values, np.full_like(values, 500.0), 20)
    drawn = read_grid(draw_scene(grid, guess), place_samples(grid, elsewhere))[:, 0]
    # Scattered samples leave holes, and a hole is a guess: nearly all places must be right, not every one.
    assert np.quantile(np.abs(drawn - wavy(elsewhere)), 0.95) < 0.1 * wavy(xy).std()


def test_a_sample_without_weight_says_nothing(grid: SceneGrid) -> None:
    xy = scatter(2000)
    values, weight = wavy(xy)[:, np.newaxis], np.full((2000, 1), 100.0, dtype=np.float32)
    weight[::10] = 0.0
    spoilt = values.copy()
    spoilt[::10] = 50.0
    places = place_samples(grid, xy)
    clean, dirty = (draw_scene(grid, guess_scene(grid, places, v, weight, 10)) for v in (values, spoilt))
    assert np.array_equal(clean, dirty)


@pytest.mark.parametrize("shift", [(0.0, 0.0), (1.3, -0.7), (-14.0, 9.0)])
def test_motion_is_found_to_a_fiftieth_of_a_pitch(grid: SceneGrid, shift: tuple[float, float]) -> None:
    """Shift, a slight turn and a gain together, as a hand and a camera make them."""
    xy = scatter(2500)
    turn = np.array([[0.0, -0.01], [0.01, 0.0]])
    truth = replace(STILL, shift_xy_px=shift, matrix=turn)
    first = wavy(xy)
    second = 1.2 * wavy(truth.move(xy, CENTRE))
    places = place_samples(grid, xy)
    weight = np.full((2500, 1), 500.0, dtype=np.float32)
    scene = draw_core_light(grid, guess_scene(grid, places, first[:, np.newaxis], weight, 20))
    rough = coarse_shift(grid, coarse_picture(grid, places, first), coarse_picture(grid, places, second))
    starts = [STILL, replace(STILL, shift_xy_px=rough)]
    found = register(grid, scene, xy, second, np.ones(2500, dtype=np.bool_), CENTRE, RADIUS_PX, starts)
    middle = xy[np.hypot(*(xy - CENTRE).T) < 0.6 * RADIUS_PX]
    error = np.hypot(*(found.move(middle, CENTRE) - truth.move(middle, CENTRE)).T)
    assert error.max() < 0.05 * PITCH_PX
    assert np.median(error) < 0.02 * PITCH_PX
    assert found.gain == pytest.approx(1.2, abs=0.05)

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.simulate.breast.draw_wall import draw_wall, halve
from ductoscope.simulate.breast.wall import Wall
from ductoscope.simulate.settings import PRESETS, WorldSettings

_RADIUS = np.full(61, 0.9)


def _draw(seed: int = 1, **changes: float) -> Wall:
    return draw_wall(np.random.default_rng(seed), 15.0, _RADIUS, replace(WorldSettings(), **changes))


@pytest.fixture(scope="module")
def usual_wall() -> Wall:
    return _draw()


def test_the_same_seed_draws_the_same_wall(usual_wall: Wall) -> None:
    again, other = _draw(), _draw(2)
    for name in ("fold_mm", "bump_mm", "gloss"):
        np.testing.assert_array_equal(getattr(again, name), getattr(usual_wall, name))
    for mine, theirs in zip(again.levels, usual_wall.levels, strict=True):
        np.testing.assert_array_equal(mine, theirs)
    assert (other.levels[0] != usual_wall.levels[0]).mean() > 0.5


def test_a_wall_covers_its_branch_in_colour_and_relief(usual_wall: Wall) -> None:
    rows, columns = usual_wall.levels[0].shape[:2]
    assert rows * usual_wall.sample_mm >= 15.0
    assert columns * usual_wall.sample_mm == pytest.approx(2.0 * np.pi * 0.9)
    assert len(usual_wall.fold_mm) * usual_wall.relief_mm >= 15.0
    assert usual_wall.fold_mm.shape == usual_wall.bump_mm.shape == usual_wall.gloss.shape
    for fine, coarse in zip(usual_wall.levels, usual_wall.levels[1:], strict=False):
        assert coarse.shape == (fine.shape[0] // 2, fine.shape[1] // 2, 4)


def test_the_wall_is_pale_and_warm_glossy_and_not_uniform(usual_wall: Wall) -> None:
    red, green, blue = usual_wall.levels[0][:, :, :3].reshape(-1, 3).mean(axis=0) / 255.0
    assert red > 0.85
    assert 0.55 < green < red
    assert 0.5 < blue < green
    assert usual_wall.gloss.mean() > 0.75
    assert usual_wall.levels[0][:, :, 1].std() > 8.0


def test_vessels_are_redder_than_the_wall_about_them() -> None:
    with_vessels, without = _draw(), _draw(vessels=0.0)
    colour, plain = (wall.levels[0][:, :, :3].astype(float) for wall in (with_vessels, without))
    darkest = colour[:, :, 1] < np.percentile(colour[:, :, 1], 1)
    hue, usual = colour[darkest].mean(axis=0), plain.reshape(-1, 3).mean(axis=0)
    assert hue[0] / usual[0] > 0.85
    assert hue[1] / usual[1] < 0.8


def test_the_smooth_preset_has_one_albedo_and_no_relief() -> None:
    wall = draw_wall(np.random.default_rng(1), 15.0, _RADIUS, PRESETS["smooth"])
    for level in wall.levels:
        assert np.ptp(level.reshape(-1, 4), axis=0).max() == 0
    assert np.ptp(wall.gloss) == 0.0
    assert np.abs(wall.fold_mm).max() == 0.0
    assert np.abs(wall.bump_mm).max() == 0.0


def test_settings_scale_folds_and_texture() -> None:
    single, double = _draw(folds=1.0, texture=1.0), _draw(folds=2.0, texture=2.0)
    assert double.fold_mm.max() == pytest.approx(2.0 * single.fold_mm.max(), rel=1e-5)
    assert double.bump_mm.std() == pytest.approx(2.0 * single.bump_mm.std(), rel=0.01)
    assert double.levels[0][:, :, 3].std() > 1.6 * single.levels[0][:, :, 3].std()


def test_an_inflamed_wall_is_red_dull_and_rough(usual_wall: Wall) -> None:
    sore = _draw(inflammation=1.0)
    assert sore.gloss.mean() < 0.6 * usual_wall.gloss.mean()
    assert sore.levels[0][:, :, 1].mean() < 0.88 * usual_wall.levels[0][:, :, 1].mean()
    assert sore.levels[0][:, :, 3].std() > 1.3 * usual_wall.levels[0][:, :, 3].std()


def test_halving_averages() -> None:
    finest = np.arange(32 * 64 * 4, dtype=np.uint32).reshape(32, 64, 4) % 251
    levels = halve(finest.astype(np.uint8))
    assert [level.shape[0] for level in levels] == [32, 16, 8, 4, 2]
    np.testing.assert_allclose(levels[1][3, 5], finest[6:8, 10:12].mean(axis=(0, 1)), atol=0.51)

from __future__ import annotations

import numpy as np
import pytest

from ductoscope.simulate.breast.duct_tree import Branch
from ductoscope.simulate.breast.easel import Easel


def test_painting_changes_the_finished_wall_there_and_leaves_the_first_alone(plain_duct: Branch) -> None:
    wall = plain_duct.wall
    before = wall.levels[0].copy()
    easel = Easel(wall)
    window = easel.open_window(12.0, 90.0, 1.0, 0.9)
    mask = np.asarray((np.hypot(window.along, window.around) < 0.3), dtype=np.float32)
    window.tint(mask, np.array([0.2, 0.1, 0.1]))
    window.raise_bump(0.1 * mask)
    window.change_gloss(mask, 0.1)
    painted = easel.finish()
    np.testing.assert_array_equal(wall.levels[0], before)
    row, column = round(12.0 / wall.sample_mm), wall.levels[0].shape[1] // 4
    np.testing.assert_allclose(painted.levels[0][row, column, :3], [51, 26, 26], atol=1)
    np.testing.assert_array_equal(painted.levels[0][row, column + column * 2], before[row, column * 3])
    assert painted.levels[2][row // 4, column // 4, 0] == pytest.approx(51, abs=1)
    relief = painted.bump_mm[row // 4, column // 4]
    assert relief == pytest.approx(0.1, abs=0.01)
    assert painted.gloss[row // 4, column // 4] == pytest.approx(0.1, abs=0.02)
    changed = np.argwhere((painted.levels[0] != before).any(axis=2))
    assert np.ptp(changed[:, 0]) * wall.sample_mm == pytest.approx(0.6, abs=0.05)
    assert np.ptp(changed[:, 1]) * wall.sample_mm == pytest.approx(0.6, abs=0.05)


def test_a_window_measures_from_its_place_and_across_the_seam(plain_duct: Branch) -> None:
    window = Easel(plain_duct.wall).open_window(5.0, 0.0, 2.0, 0.9)
    assert window.along.min() == pytest.approx(-2.0, abs=0.06)
    assert window.along.max() == pytest.approx(2.0, abs=0.06)
    assert abs(window.around[0, 0]) < 0.02
    assert abs(window.around[0, -1]) < 0.02
    assert np.abs(window.around).max() == pytest.approx(0.9 * np.pi, abs=0.02)
    assert window.draw_clouds(np.random.default_rng(1), 1.0, 0.1, 1.0).shape == window.shape


def test_a_window_at_an_end_is_cut_off(plain_duct: Branch) -> None:
    window = Easel(plain_duct.wall).open_window(0.2, 0.0, 2.0, 0.9)
    assert window.along[0, 0] == pytest.approx(-0.2, abs=1e-6)


def test_folds_do_not_add_up_and_blood_takes_green_first(plain_duct: Branch) -> None:
    easel = Easel(plain_duct.wall)
    window = easel.open_window(10.0, 0.0, 1.0, 0.9)
    whole = np.ones(window.shape, dtype=np.float32)
    window.raise_fold(0.2 * whole)
    window.raise_fold(0.1 * whole)
    window.redden(0.5 * whole, np.array([0.1, 1.0, 0.9], dtype=np.float32))
    window.roughen(0.1 * whole)
    painted = easel.finish()
    row = round(10.0 / painted.sample_mm)
    assert painted.fold_mm[row // 4, 0] == pytest.approx(0.2)
    ratio = painted.levels[0][row, 0] / plain_duct.wall.levels[0][row, 0].astype(float)
    np.testing.assert_allclose(ratio[:3], np.exp([-0.05, -0.5, -0.45]), atol=0.01)
    assert int(painted.levels[0][row, 0, 3]) - int(plain_duct.wall.levels[0][row, 0, 3]) in (25, 26)

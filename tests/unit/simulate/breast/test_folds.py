from __future__ import annotations

import numpy as np

from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.folds import draw_folds, draw_unevenness
from ductoscope.simulate.breast.wall_grid import lay_grid

_ROWS = int(20.0 / LINE_MM) + 1


def test_folds_stand_into_the_lumen_and_never_close_it() -> None:
    radius = np.full(_ROWS, 0.9)
    fold = draw_folds(np.random.default_rng(1), lay_grid(20.0, 0.9), radius)
    assert fold.shape == lay_grid(20.0, 0.9).relief_shape
    assert fold.min() >= 0.0
    assert 0.08 < fold.max() <= 0.3 * 0.9 + 1e-6


def test_folds_are_circular_but_incomplete() -> None:
    fold = draw_folds(np.random.default_rng(2), lay_grid(20.0, 0.9), np.full(_ROWS, 0.9))
    high = fold > 0.5 * fold.max()
    across = high.any(axis=1)
    # Where there is a fold it takes part of the way around, not all of it; and most of the duct has none.
    assert 0.02 < high[across].mean() < 0.7
    assert across.mean() < 0.5
    along, around = np.abs(np.diff(fold, axis=0)).mean(), np.abs(np.diff(fold, axis=1)).mean()
    assert along > 1.5 * around


def test_folds_are_lower_where_the_duct_is_thin() -> None:
    radius = np.where(np.arange(_ROWS) < _ROWS // 2, 1.2, 0.3)
    grid = lay_grid(20.0, float(radius.mean()))
    fold = draw_folds(np.random.default_rng(3), grid, radius)
    half = len(fold) // 2
    assert fold[: half - 40].max() > 2.0 * fold[half + 40 :].max()
    assert fold[half + 40 :].max() <= 0.3 * 0.3 + 1e-6


def test_unevenness_goes_both_ways_and_stays_small() -> None:
    uneven = draw_unevenness(np.random.default_rng(4), lay_grid(20.0, 0.9), np.full(_ROWS, 0.9))
    assert uneven.min() < -0.01
    assert 0.01 < uneven.max() < 0.12

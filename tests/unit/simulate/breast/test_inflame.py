from __future__ import annotations

import numpy as np

from ductoscope.simulate.breast.inflame import inflame, scatter_spots
from ductoscope.simulate.breast.wall_grid import lay_grid

_GRID = lay_grid(12.0, 0.9)


def test_more_inflammation_is_redder_rougher_and_duller() -> None:
    mild, severe = (inflame(np.random.default_rng(1), _GRID, share) for share in (0.2, 1.0))
    assert severe.blood.mean() > 2.0 * mild.blood.mean()
    assert severe.dullness.mean() > 2.0 * mild.dullness.mean()
    assert severe.roughness.std() > 1.5 * mild.roughness.std()
    assert severe.cover.mean() > 2.0 * mild.cover.mean()


def test_a_mildly_inflamed_wall_is_sore_in_patches() -> None:
    mild = inflame(np.random.default_rng(2), _GRID, 0.3)
    assert 0.1 < (mild.dullness > 0.5).mean() < 0.6
    assert (mild.dullness < 0.05).mean() > 0.1


def test_ulcers_are_sunk_and_covered_with_fibrin() -> None:
    severe = inflame(np.random.default_rng(3), _GRID, 1.0)
    assert severe.swelling_mm.min() < -0.02
    row, column = np.unravel_index(int(severe.swelling_mm.argmin()), severe.swelling_mm.shape)
    assert severe.cover[4 * row : 4 * row + 4, 4 * column : 4 * column + 4].mean() > 0.4


def test_spots_are_few_small_and_wrap_around() -> None:
    spots = scatter_spots(np.random.default_rng(4), _GRID, 60, (0.02, 0.12))
    assert spots.shape == (_GRID.rows, _GRID.columns)
    assert 0.002 < (spots > 0.3).mean() < 0.1
    assert 0.3 < spots.max() <= 1.0
    assert scatter_spots(np.random.default_rng(4), _GRID, 0, (0.02, 0.12)).max() == 0.0

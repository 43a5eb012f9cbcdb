from __future__ import annotations

import numpy as np

from ductoscope.simulate.breast.vessels import draw_vessels
from ductoscope.simulate.breast.wall_grid import lay_grid

_GRID = lay_grid(12.0, 0.9)


def test_vessels_cover_a_part_of_the_wall_in_several_calibres() -> None:
    shallow, deep = draw_vessels(np.random.default_rng(1), _GRID)
    assert shallow.shape == deep.shape == (_GRID.rows, _GRID.columns)
    assert 0.02 < (shallow > 0.15).mean() < 0.4
    assert 0.005 < (deep > 0.1).mean() < 0.4
    assert shallow.min() >= 0.0
    assert shallow.max() < 1.7


def test_shallow_vessels_are_sharper_than_deep_ones() -> None:
    shallow, deep = draw_vessels(np.random.default_rng(2), _GRID)

    def sharpness(field: np.ndarray) -> float:
        return float(np.abs(np.diff(field, axis=1)).max() / field.max())

    assert sharpness(shallow) > 3.0 * sharpness(deep)


def test_a_vessel_goes_on_across_the_seam() -> None:
    total = [0.0, 0.0]
    for seed in range(6):
        shallow, _ = draw_vessels(np.random.default_rng(seed), _GRID)
        total[0] += float(np.abs(shallow[:, 0] - shallow[:, -1]).mean())
        total[1] += float(np.abs(np.diff(shallow, axis=1)).mean())
    assert total[0] < 2.0 * total[1]

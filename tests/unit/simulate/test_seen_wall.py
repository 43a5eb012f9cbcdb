from __future__ import annotations

import numpy as np
import pytest

from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.seen_wall import COLUMNS, lay_wall_grid, note_seen
from tests.unit.simulate.small_tree import make_branch, make_sight, make_tree

TUBE = DuctTree(0, (make_branch(0, (0.0, 0.0, 0.0), (0.0, 0.0, 1.0), 10.0, 1.0),), ())
CELL_MM2 = 2.0 * np.pi / 16 * 0.25


def test_a_tubes_cells_are_its_wall() -> None:
    grid = lay_wall_grid(TUBE, ((0, 6.0),))
    assert grid.area_mm2.sum() == pytest.approx(2.0 * np.pi * 10.0)
    assert grid.area_mm2[grid.is_reachable].sum() == pytest.approx(2.0 * np.pi * 6.0)
    assert set(grid.needed) == {5}, "0.098 mm^2 at one core for every 0.02"


def test_where_a_branch_opens_there_is_no_wall() -> None:
    tree = make_tree()
    grid = lay_wall_grid(tree, ((0, 10.0), (1, 4.0)))
    main = grid.area_mm2[grid.branch_cells(0)].reshape(-1, COLUMNS)
    side = grid.area_mm2[grid.branch_cells(1)].reshape(-1, COLUMNS)
    assert (main[:30] > 0).all()
    assert (main[-1, [0, -1]] == 0).all(), "the side duct leaves to the right"
    assert (main[-1, COLUMNS // 2] > 0).all()
    assert (side[0] == 0).all(), "it begins inside its parent"
    assert (side[-4:] > 0).all()
    assert not grid.is_reachable[grid.area_mm2 == 0].any()


def test_a_cell_is_seen_when_enough_cores_see_it_well_in_one_picture() -> None:
    grid = lay_wall_grid(TUBE, ((0, 6.0),))
    good = np.ones(5, dtype=bool)
    four = np.array([True] * 4 + [False])
    seen, new = note_seen(grid, grid.unseen, make_sight(5), four)
    assert (new, seen.any()) == (0.0, False)
    seen, new = note_seen(grid, seen, make_sight(5, branch=[0, 0, 0, 0, -1]), good)
    assert new == 0.0
    seen, new = note_seen(grid, seen, make_sight(5, arc_mm=5.1, angle_deg=10.0), good)
    assert new == pytest.approx(CELL_MM2)
    assert np.flatnonzero(seen).tolist() == [20 * COLUMNS]
    assert grid.share_seen(seen) == pytest.approx(1.0 / (24 * COLUMNS))
    seen, new = note_seen(grid, seen, make_sight(5, arc_mm=5.1, angle_deg=10.0), good)
    assert new == 0.0, "only the first time counts"
    seen, new = note_seen(grid, seen, make_sight(5, arc_mm=8.0, angle_deg=359.9), good)
    assert new == pytest.approx(CELL_MM2)
    assert grid.share_seen(seen) == pytest.approx(1.0 / (24 * COLUMNS)), "beyond reach it adds nothing to the share"


def test_the_ends_belong_to_the_last_cells() -> None:
    grid = lay_wall_grid(TUBE, ())
    good = np.ones(5, dtype=bool)
    for arc_mm, row in ((-0.1, 0), (10.3, 39)):
        seen, _ = note_seen(grid, grid.unseen, make_sight(5, arc_mm=arc_mm), good)
        assert np.flatnonzero(seen).tolist() == [row * COLUMNS]
    assert grid.share_seen(seen) == 0.0, "nothing can be reached"

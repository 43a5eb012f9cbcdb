from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.simulate.breast.access import lumen_diameter_mm
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.breast.wall import Wall
from ductoscope.simulate.drive.lumen import Lumen, lets_pass, radius_towards_mm, round_radius_mm
from ductoscope.simulate.settings import WorldSettings


def test_is_as_wide_as_access_says(forked_tree: DuctTree, open_lumen: Lumen) -> None:
    for branch in forked_tree.branches:
        width = lumen_diameter_mm(forked_tree, branch.id, WorldSettings().distension, 60.0)
        for row in (0, 7, len(width) - 1):
            assert 2.0 * round_radius_mm(open_lumen, branch, row * 0.25) == pytest.approx(width[row])


def test_a_narrow_child_lets_nothing_pass_and_pressure_opens_another(open_lumen: Lumen) -> None:
    tree = open_lumen.tree
    assert [lets_pass(open_lumen, branch, 2.0) for branch in tree.branches] == [True, True, True, True, False]
    assert not lets_pass(replace(open_lumen, stretch_mmhg=0.0), tree.branches[3], 2.0)


def test_the_neck_was_dilated(open_lumen: Lumen) -> None:
    main = open_lumen.tree.branches[0]
    thin = replace(main, radius_mm=np.full(len(main.radius_mm), 0.1))
    assert lets_pass(open_lumen, thin, 4.9)
    assert not lets_pass(open_lumen, thin, 5.2)


def test_a_collapsed_lumen_is_a_slit(open_lumen: Lumen) -> None:
    slit = replace(open_lumen, roundness=0.6, stretch_mmhg=0.0, scope_radius_mm=0.1)
    branch = slit.tree.branches[0]
    assert radius_towards_mm(slit, branch, 6.0, 0.0) == pytest.approx(0.9)
    assert radius_towards_mm(slit, branch, 6.0, 90.0) == pytest.approx(0.54)
    turned = replace(branch, slit_deg=90.0)
    assert radius_towards_mm(slit, turned, 6.0, 90.0) == pytest.approx(0.9)


def test_the_shaft_holds_it_open(open_lumen: Lumen) -> None:
    slit = replace(open_lumen, roundness=0.2, stretch_mmhg=0.0)
    assert radius_towards_mm(slit, slit.tree.branches[0], 6.0, 90.0) == pytest.approx(0.47)


def test_folds_and_nodules_stand_into_it(open_lumen: Lumen) -> None:
    main = open_lumen.tree.branches[0]
    fold, bump = np.zeros((13, 8), np.float32), np.zeros((13, 8), np.float32)
    fold[6, 2], bump[8, 2] = 0.2, 0.3
    wall = Wall(main.wall.levels, 1.0, fold, bump, np.zeros_like(fold), 1.0)
    branch = replace(main, wall=wall)
    smooth = radius_towards_mm(open_lumen, main, 6.0, 90.0)
    assert smooth - radius_towards_mm(open_lumen, branch, 6.0, 90.0) == pytest.approx(0.2 * open_lumen.fold_share)
    assert smooth - radius_towards_mm(open_lumen, branch, 8.0, 90.0) == pytest.approx(0.3)
    assert radius_towards_mm(open_lumen, branch, 8.0, 180.0) == pytest.approx(smooth), "only where it stands"


def test_the_forks_hollow_belongs_to_its_children(open_lumen: Lumen) -> None:
    main, child = open_lumen.tree.branches[:2]
    assert radius_towards_mm(open_lumen, child, 0.0, 45.0) == pytest.approx(round_radius_mm(open_lumen, main, 12.0))
    assert radius_towards_mm(open_lumen, child, 3.0, 45.0) == pytest.approx(round_radius_mm(open_lumen, child, 3.0))

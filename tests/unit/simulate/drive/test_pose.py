from __future__ import annotations

import numpy as np
import pytest

from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.pose import look, retell, tip_pose
from ductoscope.simulate.drive.state import TipState


def test_a_straight_tip_looks_along_its_branch(forked_tree: DuctTree) -> None:
    pose = tip_pose(forked_tree, TipState(0, 5.0))
    assert np.allclose(pose, [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 5], [0, 0, 0, 1]])


def test_offset_tilt_and_roll_mean_what_they_say(forked_tree: DuctTree) -> None:
    pose = tip_pose(forked_tree, TipState(0, 5.0, (0.2, -0.1), (10.0, 0.0), 0.0))
    assert np.allclose(pose[:3, 3], [0.2, -0.1, 5.0])
    assert np.allclose(pose[:3, 2], [np.sin(np.deg2rad(10)), 0.0, np.cos(np.deg2rad(10))])
    rolled = tip_pose(forked_tree, TipState(0, 5.0, roll_deg=90.0))
    assert np.allclose(rolled[:3, 0], [0.0, 1.0, 0.0]), "its right has turned to down"
    assert np.allclose(rolled[:3, :3].T @ rolled[:3, :3], np.eye(3))
    assert np.linalg.det(rolled[:3, :3]) == pytest.approx(1.0)


@pytest.mark.parametrize("roll_deg", [0.0, 130.0, -200.0, 400.0])
def test_retelling_keeps_the_pose(forked_tree: DuctTree, roll_deg: float) -> None:
    tip = TipState(0, 13.4, (0.2, 0.1), (8.0, -5.0), roll_deg)
    place, _ = look(forked_tree, tip)
    told = retell(forked_tree, tip, forked_tree.branches[1], place, 1.0)
    assert told.branch == 1
    assert np.allclose(tip_pose(forked_tree, told), tip_pose(forked_tree, tip), atol=2e-3)
    assert abs(told.roll_deg - roll_deg) < 20.0, "roll goes on; it does not jump by a turn"

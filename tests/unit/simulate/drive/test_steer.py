from __future__ import annotations

import pytest

from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.state import TipState
from ductoscope.simulate.drive.steer import aim, turn_into_picture


def test_aims_at_the_middle_of_the_lumen(forked_tree: DuctTree) -> None:
    assert aim(forked_tree, TipState(0, 4.0), (0,)) == pytest.approx((0.0, 0.0))
    right, down = aim(forked_tree, TipState(0, 4.0, (-0.5, 0.3)), (0,))
    assert right > 0.2
    assert down < -0.1


@pytest.mark.parametrize(("way", "side"), [((0, 1), 1.0), ((0, 2), -1.0)])
def test_aims_into_the_branch_of_its_way(forked_tree: DuctTree, way: tuple[int, ...], side: float) -> None:
    assert side * aim(forked_tree, TipState(0, 11.5), way)[0] > 0.2


def test_a_rolled_picture_has_other_sides(forked_tree: DuctTree) -> None:
    right, down = turn_into_picture(TipState(0, 4.0, roll_deg=90.0), 0.5, 0.0)
    assert (right, down) == pytest.approx((0.0, -0.5))
    assert turn_into_picture(TipState(0, 4.0, roll_deg=90.0), 0.0, 0.5) == pytest.approx((0.5, 0.0))
    assert turn_into_picture(TipState(0, 4.0), 3.0, -2.0) == (1.0, -1.0)

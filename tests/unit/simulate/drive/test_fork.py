from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.simulate.drive.fork import settle_branch
from ductoscope.simulate.drive.lumen import Lumen
from ductoscope.simulate.drive.pose import look, retell, tip_pose
from ductoscope.simulate.drive.state import TipState


@pytest.mark.parametrize(("tilt_deg", "child"), [(15.0, 1), (-15.0, 2)])
def test_enters_the_child_that_it_looks_into(open_lumen: Lumen, tilt_deg: float, child: int) -> None:
    before = TipState(0, 12.05, tilt_xy_deg=(tilt_deg, 0.0), roll_deg=33.0)
    after = settle_branch(open_lumen, before)
    assert after.branch == child
    assert np.allclose(tip_pose(open_lumen.tree, after), tip_pose(open_lumen.tree, before), atol=2e-3)


@pytest.mark.parametrize(("offset_mm", "child"), [(0.6, 1), (-0.6, 2)])
def test_place_decides_where_direction_does_not(open_lumen: Lumen, offset_mm: float, child: int) -> None:
    assert settle_branch(open_lumen, TipState(0, 12.05, (offset_mm, 0.0))).branch == child


def test_goes_back_into_the_parent(open_lumen: Lumen) -> None:
    after = settle_branch(open_lumen, TipState(2, -0.2, (0.1, 0.0)))
    assert (after.branch, after.arc_mm) == (0, pytest.approx(11.8, abs=0.01))


def test_stays_where_nothing_divides(open_lumen: Lumen) -> None:
    for tip in (TipState(0, 5.0), TipState(0, -0.3), TipState(1, 8.0, (0.5, 0.0), (-20.0, 0.0)), TipState(2, 10.3)):
        assert settle_branch(open_lumen, tip) == tip


def test_changes_over_while_the_lumen_is_shared(open_lumen: Lumen) -> None:
    tip = TipState(1, 1.0, (-0.5, 0.0), (-25.0, 0.0))
    assert settle_branch(open_lumen, tip).branch == 2
    assert settle_branch(open_lumen, replace(tip, offset_xy_mm=(0.0, 0.0), tilt_xy_deg=(5.0, 0.0))).branch == 1


def test_a_wide_lumen_catches_a_tip_that_looks_between(open_lumen: Lumen) -> None:
    assert settle_branch(open_lumen, TipState(0, 12.05, tilt_xy_deg=(-0.3, 0.0))).branch == 1
    assert settle_branch(open_lumen, TipState(0, 12.05, tilt_xy_deg=(-3.0, 0.0))).branch == 2


def test_does_not_flicker_between_two(open_lumen: Lumen) -> None:
    tree, stays = open_lumen.tree, 0
    for tilt_deg in np.arange(-15.0, 15.0, 0.5):
        in_one = TipState(1, 0.6, tilt_xy_deg=(float(tilt_deg), 0.0))
        place, _ = look(tree, in_one)
        in_two = retell(tree, in_one, tree.branches[2], place, 0.6)
        stays += settle_branch(open_lumen, in_one).branch == 1 and settle_branch(open_lumen, in_two).branch == 2
    assert stays > 3


def test_never_changes_over_into_a_lumen_that_is_too_narrow(open_lumen: Lumen) -> None:
    tip = TipState(3, 0.8, (-0.3, 0.0), (-20.0, 0.0))
    assert settle_branch(open_lumen, tip).branch == 3
    assert settle_branch(replace(open_lumen, scope_radius_mm=0.2), tip).branch == 4, "a thinner scope fits"

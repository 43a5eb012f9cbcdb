"""Room between ducts: a new one may touch its siblings in their fork, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from ductoscope.simulate.breast.branch_shape import BranchShape
from ductoscope.simulate.breast.clearance import Occupied
from ductoscope.simulate.breast.line import NIPPLE_ROW, grow_line, turn_out

GAIN = 1.0
ROWS = 41


def _branch(number: int, parent: BranchShape | None, turn_deg: float, radius_mm: float = 0.5) -> BranchShape:
    """A 10 mm branch that turns away from its parent's course within the first millimetre, to the right."""
    first_row = NIPPLE_ROW if parent is None else parent.line[-1]
    return BranchShape(
        id=number,
        parent=None if parent is None else parent.id,
        order=0 if parent is None else parent.order + 1,
        children=(),
        start_mm=0.0 if parent is None else parent.end_mm,
        line=grow_line(first_row, turn_out(ROWS, np.deg2rad(turn_deg), 0.0, 1.0)),
        radius_mm=np.full(ROWS, radius_mm),
        stiffness=np.ones(ROWS),
        slit_deg=0.0,
    )


@pytest.fixture
def main() -> BranchShape:
    return _branch(0, None, 0.0)


@pytest.fixture
def occupied(main: BranchShape) -> Occupied:
    occupied = Occupied()
    occupied.add(main, GAIN)
    occupied.zones_mm[0] = 4.0
    return occupied


def test_siblings_may_touch_in_their_fork_only(main: BranchShape, occupied: Occupied) -> None:
    assert occupied.add_if_clear(_branch(1, main, -25.0), GAIN)
    assert not occupied.add_if_clear(_branch(2, main, -20.0), GAIN)
    assert len(occupied.places) == 2, "a refused branch takes no room"
    assert occupied.add_if_clear(_branch(2, main, 25.0), GAIN)
    occupied.drop(1)
    occupied.zones_mm[0] = 0.5
    assert not occupied.add_if_clear(_branch(2, main, 25.0), GAIN)


def test_a_cousin_is_in_the_way_although_its_own_fork_is_wide(main: BranchShape, occupied: Occupied) -> None:
    left, right = _branch(1, main, -25.0), _branch(2, main, 25.0)
    for branch in (left, right):
        assert occupied.add_if_clear(branch, GAIN)
    occupied.zones_mm[1] = 8.0
    inwards, outwards = _branch(3, left, 115.0), _branch(3, left, -20.0)
    assert not occupied.add_if_clear(inwards, GAIN)
    assert occupied.add_if_clear(outwards, GAIN)


def test_room_counts_when_stretched(main: BranchShape) -> None:
    for gain, is_clear in ((0.5, True), (2.0, False)):
        occupied = Occupied()
        occupied.add(main, gain)
        occupied.zones_mm[0] = 4.0
        assert occupied.add_if_clear(_branch(1, main, -25.0, 0.7), gain)
        assert occupied.add_if_clear(_branch(2, main, 25.0, 0.7), gain) == is_clear

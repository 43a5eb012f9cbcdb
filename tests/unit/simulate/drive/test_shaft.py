from __future__ import annotations

import pytest

from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.shaft import hold_open
from ductoscope.simulate.drive.state import TipState


@pytest.mark.parametrize(
    ("tip", "opened_mm"),
    [
        (TipState(0, 0.5), [5.0, 0, 0, 0, 0]),
        (TipState(0, 8.0), [8.0, 0, 0, 0, 0]),
        (TipState(0, 12.3), [12.0, 0, 0, 0, 0]),
        (TipState(3, 2.5), [12.0, 10.0, 0, 2.5, 0]),
        (TipState(2, -0.1), [12.0, 0, 0, 0, 0]),
    ],
)
def test_lies_in_every_branch_on_the_way(forked_tree: DuctTree, tip: TipState, opened_mm: list[float]) -> None:
    assert hold_open(forked_tree, tip) == pytest.approx(opened_mm)

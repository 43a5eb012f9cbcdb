from __future__ import annotations

import numpy as np
import pytest

from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.course import cross, follow_course


@pytest.mark.parametrize("arc_mm", [0.0, 0.6, 1.1, 4.9, 10.0])
def test_lies_between_the_rows_with_square_directions(forked_tree: DuctTree, arc_mm: float) -> None:
    branch = forked_tree.branches[1]
    course = follow_course(branch, arc_mm)
    rows = np.arange(len(branch.line)) * 0.25
    expected = [np.interp(arc_mm, rows, branch.line[:, axis]) for axis in range(3)]
    assert np.allclose(course.place, expected, atol=1e-9)
    frame = np.array(course[1:])
    assert np.allclose(frame @ frame.T, np.eye(3), atol=1e-12)
    assert np.allclose(cross(course.right, course.down), course.along), "right-handed: x right, y down, z ahead"


@pytest.mark.parametrize(("arc_mm", "z_mm"), [(-1.5, -1.5), (14.0, 14.0)])
def test_goes_straight_on_beyond_its_ends(forked_tree: DuctTree, arc_mm: float, z_mm: float) -> None:
    assert follow_course(forked_tree.branches[0], arc_mm).place == pytest.approx((0.0, 0.0, z_mm))

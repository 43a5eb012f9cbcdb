from __future__ import annotations

import numpy as np
import pytest

from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.course import add, follow_course
from ductoscope.simulate.drive.locate import locate


@pytest.mark.parametrize("branch", [0, 1, 3])
@pytest.mark.parametrize("arc_mm", [0.3, 1.3, 5.0])
def test_finds_depth_and_offset_of_a_place(forked_tree: DuctTree, branch: int, arc_mm: float) -> None:
    course = follow_course(forked_tree.branches[branch], arc_mm)
    place = add(add(course.place, course.right, 0.3), course.down, -0.2)
    found_mm, offset = locate(forked_tree, branch, place, arc_mm + 1.5)
    assert found_mm == pytest.approx(arc_mm, abs=0.01)
    assert offset == pytest.approx((0.3, -0.2), abs=0.01)


def test_a_place_behind_the_start_or_beyond_the_end_says_so(forked_tree: DuctTree) -> None:
    assert locate(forked_tree, 0, (0.1, 0.0, -2.0), 1.0)[0] == pytest.approx(-2.0)
    assert locate(forked_tree, 0, (0.1, 0.0, 13.0), 1.0)[0] == pytest.approx(13.0)


def test_the_fork_is_the_parents_end_and_the_childs_start(forked_tree: DuctTree) -> None:
    fork = tuple(np.asarray(forked_tree.branches[0].line[-1, :3]).tolist())
    assert locate(forked_tree, 0, fork, 11.0) == (pytest.approx(12.0), pytest.approx((0.0, 0.0)))
    assert locate(forked_tree, 2, fork, 1.0) == (pytest.approx(0.0, abs=1e-3), pytest.approx((0.0, 0.0), abs=1e-3))

"""Find the depth along a branch, and the way off its centreline, of a place in the tree's frame."""

from __future__ import annotations

from ductoscope.simulate.breast.duct_tree import Branch, DuctTree
from ductoscope.simulate.drive.course import Vector, add, dot, follow_course

_STEPS = 6
_CLOSE_MM = 1e-4


def locate(tree: DuctTree, branch: int, place_mm: Vector, near_arc_mm: float) -> tuple[float, tuple[float, float]]:
    """The depth `arc_mm` whose cross-section holds `place_mm`, and the offset (right, down) in it, both in mm.

    Walks from `near_arc_mm` along the centreline until the place lies beside it: a few steps for a place within some
    radii. A place beyond an end gets an arc below 0 or above the branch's length.
    """
    return locate_in(tree.branches[branch], place_mm, near_arc_mm)


def locate_in(branch: Branch, place_mm: Vector, near_arc_mm: float) -> tuple[float, tuple[float, float]]:
    """`locate` in a branch that is at hand."""
    arc_mm = near_arc_mm
    for _ in range(_STEPS):
        course = follow_course(branch, arc_mm)
        away = add(place_mm, course.place, -1.0)
        ahead_mm = dot(away, course.along)
        if abs(ahead_mm) < _CLOSE_MM:
            break
        arc_mm += ahead_mm
    course = follow_course(branch, arc_mm)
    away = add(place_mm, course.place, -1.0)
    return arc_mm, (dot(away, course.right), dot(away, course.down))

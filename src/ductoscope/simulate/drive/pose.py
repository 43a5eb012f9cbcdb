"""From the tip in its branch's terms to its pose in the tree's frame, and back."""

from __future__ import annotations

import math

import numpy as np

from ductoscope.model import DoubleArray
from ductoscope.simulate.breast.duct_tree import Branch, DuctTree
from ductoscope.simulate.drive.course import Course, Vector, add, cross, dot, follow_course, normalise
from ductoscope.simulate.drive.locate import locate_in
from ductoscope.simulate.drive.state import TipState

_STEEPEST = math.cos(math.radians(80.0))
"""A tip cannot look farther off its branch's course than this: the duct would have turned it."""


def tip_pose(tree: DuctTree, tip: TipState) -> DoubleArray:
    """`duct_from_tip` (4, 4): where the tip is (mm) and how it is turned; it looks along +z, x right, y down."""
    course = follow_course(tree.branches[tip.branch], tip.arc_mm)
    ahead = _look_ahead(course, tip)
    right = _roll_right(course, ahead, tip.roll_deg)
    columns = (right, cross(ahead, right), ahead, find_place(course, tip))
    return np.array([[*row] for row in zip(*columns, strict=True)] + [[0.0, 0.0, 0.0, 1.0]])


def find_place(course: Course, tip: TipState) -> Vector:
    """Where the middle of the tip is in the tree's frame, in mm."""
    return add(add(course.place, course.right, tip.offset_xy_mm[0]), course.down, tip.offset_xy_mm[1])


def look(tree: DuctTree, tip: TipState) -> tuple[Vector, Vector]:
    """Place of the tip in mm and the unit direction in which it looks, in the tree's frame."""
    course = follow_course(tree.branches[tip.branch], tip.arc_mm)
    return find_place(course, tip), _look_ahead(course, tip)


def retell(tree: DuctTree, tip: TipState, branch: Branch, place: Vector, near_arc_mm: float) -> TipState:
    """The tip at `place`, turned as `tip` is, in the terms of `branch` (its own, or another one at a fork)."""
    before = follow_course(tree.branches[tip.branch], tip.arc_mm)
    ahead = _look_ahead(before, tip)
    right = _roll_right(before, ahead, tip.roll_deg)
    arc_mm, offset_xy_mm = locate_in(branch, place, near_arc_mm)
    after = follow_course(branch, arc_mm)
    along = max(dot(ahead, after.along), _STEEPEST)
    tilt_xy_deg = (
        math.degrees(math.atan2(dot(ahead, after.right), along)),
        math.degrees(math.atan2(dot(ahead, after.down), along)),
    )
    unrolled = _roll_right(after, ahead, 0.0)
    turned_deg = math.degrees(math.atan2(dot(right, cross(ahead, unrolled)), dot(right, unrolled)))
    roll_deg = tip.roll_deg + math.remainder(turned_deg - tip.roll_deg, 360.0)
    return TipState(branch.id, arc_mm, offset_xy_mm, tilt_xy_deg, roll_deg)


def _look_ahead(course: Course, tip: TipState) -> Vector:
    """The direction in which the tip looks: its branch's course, tilted."""
    tilt_x, tilt_y = (math.tan(math.radians(tilt_deg)) for tilt_deg in tip.tilt_xy_deg)
    return normalise(add(add(course.along, course.right, tilt_x), course.down, tilt_y))


def _roll_right(course: Course, ahead: Vector, roll_deg: float) -> Vector:
    """The tip's own right: the branch's right as far as it is square to `ahead`, rolled towards down."""
    right = normalise(add(course.right, ahead, -dot(course.right, ahead)))
    if roll_deg == 0.0:
        return right
    roll = math.radians(roll_deg)
    cos = math.cos(roll)
    return add((cos * right[0], cos * right[1], cos * right[2]), cross(ahead, right), math.sin(roll))

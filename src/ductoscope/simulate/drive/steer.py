"""Aim the tip along the lumen that it is to follow, as a hand does that sees the way."""

from __future__ import annotations

import math

from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.advance import FULL_BEND_DEG
from ductoscope.simulate.drive.course import add, dot, follow_course
from ductoscope.simulate.drive.pose import find_place
from ductoscope.simulate.drive.state import TipState

_LOOK_AHEAD_MM = 2.5
_EAGERNESS = 1.3
"""A hand bends somewhat more than it takes, so that the tip gets there sooner."""


def aim(tree: DuctTree, tip: TipState, way: tuple[int, ...]) -> tuple[float, float]:
    """The bend (x, y), each -1 to 1 in the picture, that turns the tip towards the middle of the lumen ahead.

    way: branches from the main duct on; at a fork the next of them is aimed at.
    """
    branch = tree.branches[tip.branch]
    course = follow_course(branch, tip.arc_mm)
    arc_mm, target_in = tip.arc_mm + _LOOK_AHEAD_MM, branch
    while arc_mm > target_in.length_mm and target_in.id in way[:-1]:
        arc_mm -= target_in.length_mm
        target_in = tree.branches[way[way.index(target_in.id) + 1]]
    towards = add(follow_course(target_in, arc_mm).place, find_place(course, tip), -1.0)
    along = max(dot(towards, course.along), 0.3)
    return turn_into_picture(
        tip,
        _EAGERNESS * math.degrees(math.atan2(dot(towards, course.right), along)) / FULL_BEND_DEG,
        _EAGERNESS * math.degrees(math.atan2(dot(towards, course.down), along)) / FULL_BEND_DEG,
    )


def turn_into_picture(tip: TipState, right: float, down: float) -> tuple[float, float]:
    """A bend to the branch's right and down, as one to the picture's right and down; each cut to -1 to 1."""
    cos, sin = math.cos(math.radians(tip.roll_deg)), math.sin(math.radians(tip.roll_deg))
    return (_cut(cos * right + sin * down), _cut(cos * down - sin * right))


def _cut(value: float) -> float:
    return min(max(value, -1.0), 1.0)

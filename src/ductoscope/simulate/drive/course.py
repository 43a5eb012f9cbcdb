"""Where a duct's centreline runs at a depth: its place and its three directions, in plain numbers.

A step asks for a few single places, for which tuples of floats are several times faster than small arrays.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.duct_tree import Branch

Vector = tuple[float, float, float]


class Course(NamedTuple):
    """One place on a centreline, in the tree's frame: mm, then unit directions along, right and down."""

    place: Vector
    along: Vector
    right: Vector
    down: Vector


def follow_course(branch: Branch, arc_mm: float) -> Course:
    """The centreline at `arc_mm` from the branch's first row; beyond its ends it goes straight on.

    Between rows everything is interpolated, then the directions are made orthonormal again.
    """
    line = branch.line
    last = len(line) - 1
    at = min(max(arc_mm / LINE_MM, 0.0), float(last))
    row = min(int(at), max(last - 1, 0))
    share = at - row
    here = line[row].tolist()
    if share > 0.0:
        here = [low + share * (high - low) for low, high in zip(here, line[row + 1].tolist(), strict=True)]
    along = normalise((here[3], here[4], here[5]))
    right = (here[6], here[7], here[8])
    right = normalise(add(right, along, -dot(right, along)))
    over_mm = arc_mm - at * LINE_MM
    return Course(add((here[0], here[1], here[2]), along, over_mm), along, right, cross(along, right))


def add(first: Vector, second: Vector, times: float = 1.0) -> Vector:
    """`first + times * second`."""
    return (first[0] + times * second[0], first[1] + times * second[1], first[2] + times * second[2])


def dot(first: Vector, second: Vector) -> float:
    """Scalar product."""
    return first[0] * second[0] + first[1] * second[1] + first[2] * second[2]


def cross(first: Vector, second: Vector) -> Vector:
    """Vector product: right x down = along, down x along = right, along x right = down."""
    return (
        first[1] * second[2] - first[2] * second[1],
        first[2] * second[0] - first[0] * second[2],
        first[0] * second[1] - first[1] * second[0],
    )


def normalise(vector: Vector) -> Vector:
    """The same direction, of length 1."""
    length = math.sqrt(dot(vector, vector))
    return (vector[0] / length, vector[1] / length, vector[2] / length)

"""The line that a duct follows: it turns out of its fork, then wanders in slow bends, and never kinks."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ductoscope.model import DoubleArray, freeze
from ductoscope.simulate.breast.branch_shape import LINE_MM

NIPPLE_ROW: DoubleArray = freeze(np.array([0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0]))
"""The first row of every tree: at the orifice, looking straight into the breast."""

_BEND_EVERY_MM = 5.0
"""From one chosen bend to the next (assumed): bends then last about a centimetre, as in ductograms."""
_RUN_IN_MM = 3.0


def draw_wander(rng: np.random.Generator, rows: int, tightest_mm: float, after_mm: float) -> DoubleArray:
    """Slow bends along a line of `rows` rows.

    Returns (rows, 2) curvature in 1/mm towards the line's right and down, never above 1 / tightest_mm, and none for
    the first `after_mm`, where the line turns out of its fork.
    """
    nodes = rng.standard_normal((int((rows - 1) * LINE_MM / _BEND_EVERY_MM) + 3, 2)).view(np.complex128)[:, 0]
    at = np.arange(rows) * (LINE_MM / _BEND_EVERY_MM) + rng.uniform()
    first = at.astype(np.intp)
    here = nodes[first]
    bend = here + ease(at - first) * (nodes[first + 1] - here)
    run_in = min(rows, int((after_mm + _RUN_IN_MM) / LINE_MM) + 1)
    bend[:run_in] *= ease((np.arange(run_in) * LINE_MM - after_mm) / _RUN_IN_MM)
    steepest = max(float(np.abs(bend).max()), 1e-9)
    bend *= rng.uniform(0.3, 0.95) / (tightest_mm * steepest)
    return bend.view(np.float64).reshape(rows, 2)


def turn_out(rows: int, angle_rad: float, towards_rad: float, over_mm: float) -> DoubleArray:
    """The bend that turns a line by an angle over its first millimetres, softly.

    towards_rad: in which direction, from the line's right towards its down. Returns (rows, 2) curvature in 1/mm.
    """
    arc = np.arange(rows + 1) * LINE_MM
    turned = angle_rad * ease(arc / over_mm)
    return np.asarray(
        np.diff(turned)[:, None] / LINE_MM * np.array([np.cos(towards_rad), np.sin(towards_rad)]), dtype=np.float64
    )


def ease(share: NDArray[np.floating[Any]]) -> DoubleArray:
    """0 before 0, 1 after 1, and between them without a jump in the slope."""
    share = np.minimum(np.maximum(share, 0.0), 1.0)
    return np.asarray(share * share * (3.0 - 2.0 * share), dtype=np.float64)


@njit(cache=True, nogil=True, fastmath=True)
def grow_line(first_row, bend):  # type: ignore[no-untyped-def]
    """Follow bends from a first row (12,): place, along, right, down.

    bend: (M, 2) curvature in 1/mm. Returns (M, 12), rows LINE_MM of arc apart, frames carried along without twist: each
    step rotates the frame in the plane of its bend only.
    """
    rows = bend.shape[0]
    line = np.empty((rows, 12))
    line[0] = first_row
    for row in range(1, rows):
        x, y = bend[row - 1, 0], bend[row - 1, 1]
        turn = np.sqrt(x * x + y * y) * LINE_MM
        if turn < 1e-12:
            turn, x, y = 1e-12, 1.0, 0.0
        norm = np.sqrt(x * x + y * y)
        x, y = x / norm, y / norm
        cos, sin = np.cos(turn), np.sin(turn)
        chord = LINE_MM * np.sin(0.5 * turn) / (0.5 * turn)
        half_cos, half_sin = np.cos(0.5 * turn), np.sin(0.5 * turn)
        for axis in range(3):
            place, along = line[row - 1, axis], line[row - 1, 3 + axis]
            right, down = line[row - 1, 6 + axis], line[row - 1, 9 + axis]
            inward = x * right + y * down
            across = y * right - x * down
            line[row, axis] = place + chord * (half_cos * along + half_sin * inward)
            line[row, 3 + axis] = cos * along + sin * inward
            turned = cos * inward - sin * along
            line[row, 6 + axis] = x * turned + y * across
            line[row, 9 + axis] = y * turned - x * across
    return line

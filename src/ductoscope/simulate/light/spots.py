"""Spots: blood that runs on a wall, and the petechiae that a scope leaves there."""

from __future__ import annotations

import math

from ductoscope.simulate.light.kernel import kernel
from ductoscope.simulate.light.shade import BLOOD_BLUE, BLOOD_GREEN, BLOOD_RED

_PETECHIA_RED, _PETECHIA_GREEN, _PETECHIA_BLUE = 0.70, 0.16, 0.13
"""Albedo of a petechia: blood under a thin layer of tissue (assumed)."""


@kernel
def paint_spots(spots, ranges, tube, along, angle, radius, height, red, green, blue):  # type: ignore[no-untyped-def]
    """A wall's colour under the petechiae and blood that lie on it; their edges follow the fine relief."""
    for n in range(ranges[tube, 0], ranges[tube, 0] + ranges[tube, 1]):
        up = along - spots[n, 0]
        reach = 1.6 * spots[n, 2]
        if abs(up) > reach:
            continue
        turn = angle - spots[n, 1]
        turn -= 2.0 * math.pi * math.floor(turn / (2.0 * math.pi) + 0.5)
        side = turn * radius
        away = math.sqrt(up * up + side * side) / spots[n, 2] + 1.2 * (height - 0.5)
        share = spots[n, 3] * min(max(1.6 - 1.1 * away, 0.0), 1.0)
        if spots[n, 4] > 0.5:
            red, green, blue = (
                red + share * (BLOOD_RED - red),
                green + share * (BLOOD_GREEN - green),
                blue + share * (BLOOD_BLUE - blue),
            )
        else:
            share *= 0.85
            red, green, blue = (
                red + share * (_PETECHIA_RED - red),
                green + share * (_PETECHIA_GREEN - green),
                blue + share * (_PETECHIA_BLUE - blue),
            )
    return red, green, blue

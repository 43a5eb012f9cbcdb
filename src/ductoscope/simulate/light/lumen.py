"""The lumen in numbers: how far it is from a place to the wall of one tube of the tree.

    R(s, a) = radius(s) * ellipse(a) - fold_share * fold(s, a) - bump(s, a), and at least the shaft's own room

`radius` is the present one (rest times stretch). Tables are those of `Tables` and `Moment`; a tube is a branch's id.
The columns of `rows`, `tubes`, `spans` and `now` are named here, because numba reads arrays, not dataclasses.
"""

from __future__ import annotations

import math

import numpy as np

from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.light.kernel import kernel, kernel_part

# rows, (every branch's rows one after the other, 15): place, along, right, down, then the radius, its slope along, and
# how far folds and bumps within a step's reach stand into the lumen.
RADIUS, SLOPE, UNEVEN = 12, 13, 14
# tubes, (B, 12) float64; ZONES: up to where it may run together with each of the three tubes that meet it at its start,
# ZONE_START the farthest of them.
LENGTH, RELIEF_PER_MM, SAMPLES_PER_MM, SLIT_COS, SLIT_SIN, ZONE_START, ZONE_END, OPENED, BURST, ZONES = range(10)
# spans, (B, 12) int64; NEIGHBOURS: three that meet it at its start, then three at its end, -1 for none.
FIRST_ROW, ROWS, RELIEF_FIRST, RELIEF_ROWS, RELIEF_COLUMNS, LEVELS, NEIGHBOURS = range(7)
# now, (12,) float64: what is the same all over the tree at this moment.
(FOLD_SHARE, ROUNDNESS, SHAFT_MM, MIRRORED, IS_AIR, SPACING_RAD, PUPIL_MM, FOCUS_MM, BLUR_PER_MM, OFFSET_MM) = range(10)

SHAFT_FADE_MM = 0.4
"""Ahead of the shaft the lumen that it holds open closes over this length."""

_PER_TURN = 1.0 / (2.0 * math.pi)
_PER_LINE = 1.0 / LINE_MM


@kernel_part
def place_in_tube(rows, tubes, spans, tube, along, x, y, z):  # type: ignore[no-untyped-def]
    """Where a place lies as seen from the tube's centreline, one Newton step from the guess `along`.

    Returns along, row, part of the row, distance from the line, its share to the side (1 beside the tube, less over
    its rounded ends), how far beyond an end, cos and sin of the angle around, and the outward direction.
    """
    length = tubes[tube, LENGTH]
    along = min(max(along, 0.0), length)
    at = along * _PER_LINE
    row = min(int(at), spans[tube, ROWS] - 2)
    part = at - row
    row += spans[tube, FIRST_ROW]
    a, b = np.uintp(row), np.uintp(row + 1)
    rest = 1.0 - part
    tx = rest * rows[a, 3] + part * rows[b, 3]
    ty = rest * rows[a, 4] + part * rows[b, 4]
    tz = rest * rows[a, 5] + part * rows[b, 5]
    ox = x - rest * rows[a, 0] - part * rows[b, 0]
    oy = y - rest * rows[a, 1] - part * rows[b, 1]
    oz = z - rest * rows[a, 2] - part * rows[b, 2]
    lead = ox * tx + oy * ty + oz * tz
    moved = min(max(along + lead, 0.0), length) - along
    ox, oy, oz = ox - moved * tx, oy - moved * ty, oz - moved * tz
    beyond = lead - moved
    distance = math.sqrt(ox * ox + oy * oy + oz * oz) + 1e-9
    right = ox * rows[a, 6] + oy * rows[a, 7] + oz * rows[a, 8]
    down = ox * rows[a, 9] + oy * rows[a, 10] + oz * rows[a, 11]
    right += part * (ox * (rows[b, 6] - rows[a, 6]) + oy * (rows[b, 7] - rows[a, 7])
                     + oz * (rows[b, 8] - rows[a, 8]))  # fmt: skip
    down += part * (ox * (rows[b, 9] - rows[a, 9]) + oy * (rows[b, 10] - rows[a, 10])
                    + oz * (rows[b, 11] - rows[a, 11]))  # fmt: skip
    side = math.sqrt(right * right + down * down) + 1e-9
    scale = 1.0 / distance
    # What is read from the rows afterwards is wanted there, not at the guess.
    along += moved
    at = along * _PER_LINE
    row = min(int(at), spans[tube, ROWS] - 2)
    part = at - row
    row += spans[tube, FIRST_ROW]
    return (
        along,
        row,
        part,
        distance,
        min(side * scale, 1.0),
        beyond,
        right / side,
        down / side,
        ox * scale,
        oy * scale,
        oz * scale,
    )


@kernel_part
def gap_to_wall(rows, tubes, spans, relief, now, tube, along, x, y, z, dx, dy, dz):  # type: ignore[no-untyped-def]
    """Distance to the tube's wall straight outward (negative outside), and what a ray from there needs to go on.

    Returns the gap (a lower bound far from the wall), the place along, how fast the ray nears the wall, how far it may
    go before it could meet a fold (to the cylinder that no fold reaches into, or the tube's end; 0 beyond that), and
    how uneven the wall is here.
    """
    along, row, part, distance, side, beyond, cos, sin, ox, oy, oz = place_in_tube(
        rows, tubes, spans, tube, along, x, y, z
    )
    a, b = np.uintp(row), np.uintp(row + 1)
    radius = rows[a, RADIUS] + part * (rows[b, RADIUS] - rows[a, RADIUS])
    nearing = dx * ox + dy * oy + dz * oz
    free = radius * now[ROUNDNESS] - rows[a, UNEVEN]
    room = 0.0
    if distance < free and beyond == 0.0:
        rest = 1.0 - part
        ahead = dx * (rest * rows[a, 3] + part * rows[b, 3])
        ahead += dy * (rest * rows[a, 4] + part * rows[b, 4])
        ahead += dz * (rest * rows[a, 5] + part * rows[b, 5])
        across = max(1.0 - ahead * ahead, 1e-6)
        half = nearing * distance
        room = (math.sqrt(half * half + across * (free * free - distance * distance)) - half) / across
        left = tubes[tube, LENGTH] - along if ahead > 0.0 else along
        room = min(room, left / (abs(ahead) + 1e-6) + 0.02)
        if free - distance > 0.25:
            return free - distance, along, nearing, room, 0.0
    wall = radius_around(tubes, spans, relief, now, tube, along, radius, cos, sin, side)
    return wall - distance, along, nearing, room, rows[a, UNEVEN]


@kernel_part
def radius_around(tubes, spans, relief, now, tube, along, radius, cos, sin, side):  # type: ignore[no-untyped-def]
    """The wall's distance from the centreline in one direction; `side` fades unevenness out at the rounded ends."""
    wall = radius
    roundness = now[ROUNDNESS]
    if roundness < 0.9999:
        # Towards the ends' poles the slit rounds off with everything else.
        turned = (sin * tubes[tube, SLIT_COS] - cos * tubes[tube, SLIT_SIN]) * side
        wall *= roundness / math.sqrt(roundness * roundness + turned * turned * (1.0 - roundness * roundness))
    columns = spans[tube, RELIEF_COLUMNS]
    at = min(max(along * tubes[tube, RELIEF_PER_MM], 0.0), spans[tube, RELIEF_ROWS] - 1.001)
    row = int(at)
    down = at - row
    turn = (find_angle(sin, cos) * _PER_TURN + 1.0) * columns
    column = int(turn)
    right = turn - column
    first = spans[tube, RELIEF_FIRST] + row * columns
    near, far = first + (column & (columns - 1)), first + ((column + 1) & (columns - 1))
    # Unsigned: numba then need not ask whether an index counts from the end.
    p, q, r, s = np.uintp(near), np.uintp(far), np.uintp(near + columns), np.uintp(far + columns)
    above, below = (1.0 - down), down
    fold = above * ((1.0 - right) * relief[p, 0] + right * relief[q, 0]) + below * (
        (1.0 - right) * relief[r, 0] + right * relief[s, 0]
    )
    bump = above * ((1.0 - right) * relief[p, 1] + right * relief[q, 1]) + below * (
        (1.0 - right) * relief[r, 1] + right * relief[s, 1]
    )
    wall -= side * (now[FOLD_SHARE] * fold + bump)
    return max(wall, room_of_shaft(tubes[tube, OPENED], now[SHAFT_MM], along))


@kernel
def room_of_shaft(opened, shaft, along):  # type: ignore[no-untyped-def]
    """Radius that the shaft holds open: its own up to where it is, then less and less; 0 in other branches."""
    if opened <= 0.0:
        return 0.0
    ahead = min(max((along - opened) / SHAFT_FADE_MM, 0.0), 1.0)
    return shaft * (1.0 - ahead * ahead * (3.0 - 2.0 * ahead))


@kernel
def find_angle(y, x):  # type: ignore[no-untyped-def]
    """atan2 to 0.00001 rad, faster (Abramowitz and Stegun, Handbook of Mathematical Functions, 4.4.49)."""
    wide, high = abs(x), abs(y)
    ratio = min(wide, high) / (max(wide, high) + 1e-30)
    square = ratio * ratio
    angle = ratio * (
        0.9998660 + square * (-0.3302995 + square * (0.1801410 + square * (-0.0851330 + square * 0.0208351)))
    )
    if high > wide:
        angle = 0.5 * math.pi - angle
    if x < 0.0:
        angle = math.pi - angle
    return -angle if y < 0.0 else angle

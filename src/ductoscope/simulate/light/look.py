"""What one tube's wall looks like at a place: which way it faces, its colour, its gloss."""

from __future__ import annotations

import math

import numpy as np

from ductoscope.simulate.light.kernel import kernel, kernel_part
from ductoscope.simulate.light.lumen import (
    BURST,
    FOLD_SHARE,
    LEVELS,
    OPENED,
    RADIUS,
    RELIEF_COLUMNS,
    RELIEF_FIRST,
    RELIEF_PER_MM,
    RELIEF_ROWS,
    ROUNDNESS,
    SAMPLES_PER_MM,
    SHAFT_FADE_MM,
    SHAFT_MM,
    SLIT_COS,
    SLIT_SIN,
    SLOPE,
    find_angle,
    place_in_tube,
    radius_around,
    room_of_shaft,
)

FINE_HEIGHT_MM = 0.03
"""Height of the fine relief from 0 to 1 (assumed)."""

_PER_TURN = 1.0 / (2.0 * math.pi)


@kernel
def look_of_wall(rows, tubes, spans, levels, relief, slopes, texels, now, tube, along, x, y, z, footprint, dither):  # type: ignore[no-untyped-def]
    """Normal into the lumen (unit), R, G, B albedo, gloss, fine height 0..1, mm that it stands out, radius, angle.

    footprint: mm of wall over which to average. dither: 0..1 for one of many rays, see `_sample_colour`, else -1.
    """
    along, row, part, distance, side, beyond, cos, sin, ox, oy, oz = place_in_tube(
        rows, tubes, spans, tube, along, x, y, z
    )
    angle = find_angle(sin, cos)
    radius = rows[row, RADIUS] + part * (rows[row + 1, RADIUS] - rows[row, RADIUS])
    widening = rows[row, SLOPE] + part * (rows[row + 1, SLOPE] - rows[row, SLOPE])
    fold_along, fold_around, bump_along, bump_around, gloss, fold_out, bump_out = _sample_slopes(
        spans, slopes, tube, along * tubes[tube, RELIEF_PER_MM], angle
    )
    share = now[FOLD_SHARE]
    round_, around = 1.0, 0.0
    q = now[ROUNDNESS]
    if q < 0.9999:
        turned = (sin * tubes[tube, SLIT_COS] - cos * tubes[tube, SLIT_SIN]) * side
        wide = (cos * tubes[tube, SLIT_COS] + sin * tubes[tube, SLIT_SIN]) * side
        square = q * q + turned * turned * (1.0 - q * q)
        round_ = q / math.sqrt(square)
        around = -radius * round_ * turned * wide * (1.0 - q * q) / square
    slope_along = widening * round_ - share * fold_along - bump_along
    slope_around = around - share * fold_around - bump_around
    out = share * fold_out + bump_out
    room = room_of_shaft(tubes[tube, OPENED], now[SHAFT_MM], along)
    if room > 0.0 and radius_around(tubes, spans, relief, now, tube, along, radius, cos, sin, side) <= room + 1e-6:
        ahead = min(max((along - tubes[tube, OPENED]) / SHAFT_FADE_MM, 0.0), 1.0)
        slope_along = -now[SHAFT_MM] * 6.0 * ahead * (1.0 - ahead) / SHAFT_FADE_MM
        slope_around, out = 0.0, 0.0
    if beyond != 0.0:
        slope_along = 0.0
    # Over a rounded end the pattern runs back along the tube, as coarsely as it gets narrow.
    per_mm = tubes[tube, SAMPLES_PER_MM]
    red, green, blue, height, rise_along, rise_around = _sample_colour(
        levels,
        texels,
        tube,
        spans[tube, LEVELS],
        (along - abs(beyond)) * per_mm,
        angle,
        max(footprint * per_mm, 1.0) / max(side, 0.05),
        dither,
    )
    scale = FINE_HEIGHT_MM * per_mm
    slope_along = side * (slope_along - scale * rise_along)
    slope_around = side * (slope_around / distance - scale * rise_around)
    if tubes[tube, BURST] > 0.0:
        # Extravasation: saline in the tissue makes it white and feathery.
        white = tubes[tube, BURST] * min(max(0.5 + 2.0 * (height - 0.4), 0.2), 1.0)
        red, green, blue = red + white * (0.97 - red), green + white * (0.94 - green), blue + white * (0.92 - blue)
    rest = 1.0 - part
    tx = rest * rows[row, 3] + part * rows[row + 1, 3]
    ty = rest * rows[row, 4] + part * rows[row + 1, 4]
    tz = rest * rows[row, 5] + part * rows[row + 1, 5]
    # The wall's normal, into the lumen, is the gradient of (inner radius - distance from the line).
    nx = slope_along * tx + slope_around * (ty * oz - tz * oy) - ox
    ny = slope_along * ty + slope_around * (tz * ox - tx * oz) - oy
    nz = slope_along * tz + slope_around * (tx * oy - ty * ox) - oz
    size = 1.0 / math.sqrt(nx * nx + ny * ny + nz * nz)
    return nx * size, ny * size, nz * size, red, green, blue, gloss, height, out, radius, angle


@kernel
def stretch_of_view(rows, spans, tube, along, dx, dy, dz):  # type: ignore[no-untyped-def]
    """How much longer a core's footprint is on a wall along the tube than across the ray, as one number for both."""
    row = spans[tube, 0] + min(int(along * 4.0), spans[tube, 1] - 2)
    ahead = rows[row, 3] * dx + rows[row, 4] * dy + rows[row, 5] * dz
    return 1.0 / math.sqrt(max(math.sqrt(max(1.0 - ahead * ahead, 0.0)), 0.15))


@kernel
def grain_of_lesion(tubes, spans, levels, texels, tube, along, x, y, z, nx, ny, nz, footprint, dither):  # type: ignore[no-untyped-def]
    """Red, green and height of the wall's pattern on a lesion at x, y, z from its middle: vessels and grain go on.

    The pattern is pressed onto it from three sides, each counting as much as the surface (normal n) faces it.
    """
    per_mm = tubes[tube, SAMPLES_PER_MM]
    around = 2.0 * math.pi / levels[tube, 0, 2] * per_mm
    red, green, height, total = 0.0, 0.0, 0.0, 1e-9
    for side in range(3):
        facing, u, v = nx, y, z
        if side == 1:
            facing, u, v = ny, z, x
        elif side == 2:
            facing, u, v = nz, x, y
        share = facing * facing * facing * facing
        if share < 0.01:
            continue
        r, g, _, h, _, _ = _sample_colour(
            levels, texels, tube, spans[tube, LEVELS], (along + u) * per_mm, v * around + side,
            max(footprint * per_mm, 1.0), dither,
        )  # fmt: skip
        red, green, height, total = red + share * r, green + share * g, height + share * h, total + share
    return red / total, green / total, height / total


@kernel_part
def _sample_slopes(spans, slopes, tube, at, angle):  # type: ignore[no-untyped-def]
    """The first seven columns of `slopes`, bilinear; rows stop at the ends, columns (a power of two) wrap."""
    columns = spans[tube, RELIEF_COLUMNS]
    at = min(max(at, 0.0), spans[tube, RELIEF_ROWS] - 1.001)
    row = int(at)
    down = at - row
    turn = (angle * _PER_TURN + 1.0) * columns
    column = int(turn)
    right = turn - column
    first = spans[tube, RELIEF_FIRST] + row * columns
    near, far = first + (column & (columns - 1)), first + ((column + 1) & (columns - 1))
    p, q, r, s = np.uintp(near), np.uintp(far), np.uintp(near + columns), np.uintp(far + columns)
    a, b, c, d = (1.0 - down) * (1.0 - right), (1.0 - down) * right, down * (1.0 - right), down * right
    return (
        a * slopes[p, 0] + b * slopes[q, 0] + c * slopes[r, 0] + d * slopes[s, 0],
        a * slopes[p, 1] + b * slopes[q, 1] + c * slopes[r, 1] + d * slopes[s, 1],
        a * slopes[p, 2] + b * slopes[q, 2] + c * slopes[r, 2] + d * slopes[s, 2],
        a * slopes[p, 3] + b * slopes[q, 3] + c * slopes[r, 3] + d * slopes[s, 3],
        a * slopes[p, 4] + b * slopes[q, 4] + c * slopes[r, 4] + d * slopes[s, 4],
        a * slopes[p, 5] + b * slopes[q, 5] + c * slopes[r, 5] + d * slopes[s, 5],
        a * slopes[p, 6] + b * slopes[q, 6] + c * slopes[r, 6] + d * slopes[s, 6],
    )


@kernel
def _sample_colour(levels, texels, tube, count, at, angle, footprint, dither):  # type: ignore[no-untyped-def]
    """Albedo, height (0..1) and its rise per finest sample, over about `footprint` finest samples.

    Bilinear in two levels, mixed; or with a `dither` of 0..1 in one of them, so that a core's rays mix them together.
    """
    wanted = min(max(math.log2(footprint), 0.0), count - 1.001)
    level = int(wanted)
    share = wanted - level
    if dither >= 0.0:
        share = 1.0 if share > dither else 0.0
    red, green, blue, height, rise_along, rise_around = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for coarser in range(2):
        part = share if coarser == 1 else 1.0 - share
        if part > 0.0:
            r, g, b, h, u, v = _sample_level(levels, texels, tube, level + coarser, at, angle)
            red, green, blue, height = red + part * r, green + part * g, blue + part * b, height + part * h
            rise_along, rise_around = rise_along + part * u, rise_around + part * v
    return red, green, blue, height, rise_along, rise_around


@kernel_part
def _sample_level(levels, texels, tube, level, at, angle):  # type: ignore[no-untyped-def]
    first, rows, columns = levels[tube, level, 0], levels[tube, level, 1], levels[tube, level, 2]
    size = 1.0 / (1 << level)
    at = min(max(at * size - 0.5, 0.0), rows - 1.001)
    row = int(at)
    down = at - row
    turn = (angle * _PER_TURN + 1.0) * columns - 0.5
    column = int(turn)
    side = turn - column
    first += row * columns
    near, far = first + (column & (columns - 1)), first + ((column + 1) & (columns - 1))
    p, q, r, s = np.uintp(near), np.uintp(far), np.uintp(near + columns), np.uintp(far + columns)
    scale = 1.0 / 255.0
    a, b = (1.0 - down) * (1.0 - side) * scale, (1.0 - down) * side * scale
    c, d = down * (1.0 - side) * scale, down * side * scale
    hp, hq, hr, hs = float(texels[p, 3]), float(texels[q, 3]), float(texels[r, 3]), float(texels[s, 3])
    return (
        a * texels[p, 0] + b * texels[q, 0] + c * texels[r, 0] + d * texels[s, 0],
        a * texels[p, 1] + b * texels[q, 1] + c * texels[r, 1] + d * texels[s, 1],
        a * texels[p, 2] + b * texels[q, 2] + c * texels[r, 2] + d * texels[s, 2],
        a * hp + b * hq + c * hr + d * hs,
        ((1.0 - side) * (hr - hp) + side * (hs - hq)) * scale * size,
        ((1.0 - down) * (hq - hp) + down * (hs - hr)) * scale * size,
    )

"""What the tip sees in a duct: one ray a core, lit by the scope's own light."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from ductoscope.model import DoubleArray, FloatArray
from ductoscope.simulate.duct import LINE_MM, Duct

_STEPS = 60
_FARTHEST_MM = 15.0
_FAR_AWAY = 1e6
_CLOSE_ENOUGH = 0.0015
_FOLD_SLOPE = 0.12
_GROWTH_REACH_MM = 1.2
_SOFTNESS_MM = 0.03
_LOBE_SOFTNESS_MM = 0.012
_CORE_RAD = 0.011
_POWER = 4.6
_BOUNCED = 0.6
_PER_TURN = 1.0 / (2.0 * math.pi)


def see_duct(duct: Duct, place: DoubleArray, rotation: DoubleArray, rays: DoubleArray, depth_mm: float) -> FloatArray:
    """Linear light (N, 3) that comes along each of the rays (N, 3), unit vectors in the tip's own directions.

    place, rotation: of the tip, from `place_tip`. depth_mm: where along the duct to begin looking for the wall.
    A white card about 2.2 mm ahead, facing the tip, would give 1; the near wall gives more.
    """
    light = np.empty((len(rays), 3), dtype=np.float32)
    wall = duct.wall
    _see(
        rays @ rotation.T,
        place,
        depth_mm,
        duct.line,
        wall.relief,
        1.0 / wall.relief_mm,
        wall.levels,
        1.0 / wall.sample_mm,
        duct.balls,
        duct.growth_mm,
        light,
    )
    return light


@njit(cache=True, nogil=True, fastmath=True)
def _see(rays, tip, depth, line, relief, relief_per_mm, levels, samples_per_mm, balls, growth, light):  # type: ignore[no-untyped-def]
    for n in range(rays.shape[0]):
        dx, dy, dz = rays[n, 0], rays[n, 1], rays[n, 2]
        along, gone, closing, last_gap, step = depth, 0.0, 0.0, 0.0, 0.0
        x, y, z = tip[0], tip[1], tip[2]
        for _ in range(_STEPS):
            # The place along the duct follows the ray: one Newton step for each step of the march.
            at = min(max(along / LINE_MM, 0.0), line.shape[0] - 1.001)
            row = int(at)
            part = at - row
            tx, ty, tz = _between(line, row, part, 3)
            cx, cy, cz = _between(line, row, part, 0)
            ox, oy, oz = x - cx, y - cy, z - cz
            lead = ox * tx + oy * ty + oz * tz
            along += lead
            ox, oy, oz = ox - lead * tx, oy - lead * ty, oz - lead * tz
            radius = math.sqrt(ox * ox + oy * oy + oz * oz) + 1e-9
            scale = 1.0 / radius
            ox, oy, oz = ox * scale, oy * scale, oz * scale
            rx, ry, rz = _between(line, row, part, 6)
            # Across the outward direction, the way the angle grows (along x outward, for a right-handed frame).
            ax, ay, az = ty * oz - tz * oy, tz * ox - tx * oz, tx * oy - ty * ox
            angle = _find_angle(-(ax * rx + ay * ry + az * rz), ox * rx + oy * ry + oz * rz)
            gap = _sample_relief(relief, along * relief_per_mm, angle, 0) - radius
            lobe_gap = _FAR_AWAY
            if abs(along - growth) < _GROWTH_REACH_MM:
                lobe_gap, nx, ny, nz, red, green, blue = _sample_growth(balls, x, y, z)
            if min(abs(gap), lobe_gap) < _CLOSE_ENOUGH * (2.0 + gone) or gone > _FARTHEST_MM:
                break
            # Secant steps: the wall comes nearer as fast as it did over the last step, folds included, and a little
            # faster, so that the ray stops short of a fold; where it went through after all it comes back.
            closing = max(dx * ox + dy * oy + dz * oz, (last_gap - gap) / step if step != 0.0 else 0.0, 0.0)
            last_gap = gap
            step = gap / (closing + _FOLD_SLOPE)
            if along < growth:
                step = min(step, max(growth - _GROWTH_REACH_MM - along, 0.3))
            step = min(step, lobe_gap, 1.5)
            gone += step
            x, y, z = tip[0] + gone * dx, tip[1] + gone * dy, tip[2] + gone * dz
        slope_along = _sample_relief(relief, along * relief_per_mm, angle, 1)
        slope_around = _sample_relief(relief, along * relief_per_mm, angle, 2)
        # The wall's normal, into the lumen, is the gradient of (inner radius - radius).
        around = slope_around / radius
        wx = slope_along * tx + around * ax - ox
        wy = slope_along * ty + around * ay - oy
        wz = slope_along * tz + around * az - oz
        facing = -(wx * dx + wy * dy + wz * dz) / math.sqrt(wx * wx + wy * wy + wz * wz)
        # One core covers this much wall, the longer the flatter it looks at it.
        footprint = gone * _CORE_RAD / math.sqrt(max(facing, 0.15))
        wall_red, wall_green, wall_blue, bump = _sample_colour(
            levels, along * samples_per_mm, angle, footprint * samples_per_mm
        )
        facing += 0.5 * (bump - 0.5)
        if lobe_gap < _FAR_AWAY:
            # Where a lobe meets the wall the two run into each other.
            share = min(max(0.5 + 0.5 * (gap - lobe_gap) / _SOFTNESS_MM, 0.0), 1.0)
            facing = (1.0 - share) * facing - share * (nx * dx + ny * dy + nz * dz)
            wall_red = (1.0 - share) * wall_red + share * red
            wall_green = (1.0 - share) * wall_green + share * green
            wall_blue = (1.0 - share) * wall_blue + share * blue
        # Soft tissue lets light in beside the lit side, so shading wraps a little around.
        near = _POWER / (gone * gone + 0.3)
        direct = near * max(facing + 0.3, 0.0) / 1.3
        # Light that has bounced between the pale walls: it falls more slowly and has taken their colour twice.
        hollow = min(max(1.0 + 4.0 * (radius - 0.9), 0.6), 1.2)
        bounced = _BOUNCED * hollow / (1.0 + 0.12 * gone * gone)
        gloss = 0.1 * near * max(facing, 0.0) ** 40
        light[n, 0] = wall_red * (direct + bounced * wall_red) + gloss
        light[n, 1] = wall_green * (direct + bounced * wall_green) + gloss
        light[n, 2] = wall_blue * (direct + bounced * wall_blue) + gloss


@njit(cache=True, nogil=True, fastmath=True)
def _between(line, row, part, first):  # type: ignore[no-untyped-def]
    """Three numbers of the centreline table, between two of its rows."""
    rest = 1.0 - part
    return (
        rest * line[row, first] + part * line[row + 1, first],
        rest * line[row, first + 1] + part * line[row + 1, first + 1],
        rest * line[row, first + 2] + part * line[row + 1, first + 2],
    )


@njit(cache=True, nogil=True, fastmath=True)
def _find_angle(y, x):  # type: ignore[no-untyped-def]
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


@njit(cache=True, nogil=True, fastmath=True)
def _sample_relief(relief, at, angle, what):  # type: ignore[no-untyped-def]
    """Inner radius (`what` 0) or a slope of it, bilinear; rows stop at the ends, columns (a power of two) wrap."""
    rows, columns = relief.shape[1], relief.shape[2]
    at = min(max(at, 0.0), rows - 1.001)
    row = int(at)
    down = at - row
    turn = (angle * _PER_TURN + 1.0) * columns
    column = int(turn)
    side = turn - column
    near, far = column & (columns - 1), (column + 1) & (columns - 1)
    above = relief[what, row, near] + side * (relief[what, row, far] - relief[what, row, near])
    below = relief[what, row + 1, near] + side * (relief[what, row + 1, far] - relief[what, row + 1, near])
    return above + down * (below - above)


@njit(cache=True, nogil=True, fastmath=True)
def _sample_colour(levels, at, angle, footprint):  # type: ignore[no-untyped-def]
    """Albedo and height (0..1) averaged over about `footprint` finest samples: bilinear in two levels, mixed."""
    wanted = min(max(math.log2(max(footprint, 1.0)), 0.0), len(levels) - 1.001)
    level = int(wanted)
    share = wanted - level
    fine = _sample_level(levels[level], at / (1 << level), angle)
    coarse = _sample_level(levels[level + 1], at / (2 << level), angle)
    rest = 1.0 - share
    return (
        rest * fine[0] + share * coarse[0],
        rest * fine[1] + share * coarse[1],
        rest * fine[2] + share * coarse[2],
        rest * fine[3] + share * coarse[3],
    )


@njit(cache=True, nogil=True, fastmath=True)
def _sample_level(level, at, angle):  # type: ignore[no-untyped-def]
    rows, columns = level.shape[0], level.shape[1]
    at = min(max(at - 0.5, 0.0), rows - 1.001)
    row = int(at)
    down = at - row
    turn = (angle * _PER_TURN + 1.0) * columns - 0.5
    column = int(turn)
    side = turn - column
    near, far = column & (columns - 1), (column + 1) & (columns - 1)
    scale = 1.0 / 255.0
    a, b = (1.0 - down) * (1.0 - side) * scale, (1.0 - down) * side * scale
    c, d = down * (1.0 - side) * scale, down * side * scale
    return (
        a * level[row, near, 0] + b * level[row, far, 0] + c * level[row + 1, near, 0] + d * level[row + 1, far, 0],
        a * level[row, near, 1] + b * level[row, far, 1] + c * level[row + 1, near, 1] + d * level[row + 1, far, 1],
        a * level[row, near, 2] + b * level[row, far, 2] + c * level[row + 1, near, 2] + d * level[row + 1, far, 2],
        a * level[row, near, 3] + b * level[row, far, 3] + c * level[row + 1, near, 3] + d * level[row + 1, far, 3],
    )


@njit(cache=True, nogil=True, fastmath=True)
def _sample_growth(balls, x, y, z):  # type: ignore[no-untyped-def]
    """Distance to the lobes, the direction away from them, and their colour; soft minimum over the lobes."""
    # The first ball holds all the others: far from it only the distance matters.
    away = math.sqrt((x - balls[0, 0]) ** 2 + (y - balls[0, 1]) ** 2 + (z - balls[0, 2]) ** 2) - balls[0, 3]
    if away > 0.1:
        return away, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    nearest = _FAR_AWAY
    for k in range(1, balls.shape[0]):
        square = (x - balls[k, 0]) ** 2 + (y - balls[k, 1]) ** 2 + (z - balls[k, 2]) ** 2
        nearest = min(nearest, math.sqrt(square) - balls[k, 3])
    nx, ny, nz, red, green, blue, total = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for k in range(1, balls.shape[0]):
        bx, by, bz = x - balls[k, 0], y - balls[k, 1], z - balls[k, 2]
        reach = math.sqrt(bx * bx + by * by + bz * bz) + 1e-9
        excess = reach - balls[k, 3] - nearest
        if excess < 6.0 * _LOBE_SOFTNESS_MM:
            weight = math.exp(-excess / _LOBE_SOFTNESS_MM)
            total += weight
            nx, ny, nz = nx + weight * bx / reach, ny + weight * by / reach, nz + weight * bz / reach
            red, green, blue = red + weight * balls[k, 4], green + weight * balls[k, 5], blue + weight * balls[k, 6]
    size = math.sqrt(nx * nx + ny * ny + nz * nz) + 1e-9
    gap = nearest - _LOBE_SOFTNESS_MM * math.log(total)
    return gap, nx / size, ny / size, nz / size, red / total, green / total, blue / total

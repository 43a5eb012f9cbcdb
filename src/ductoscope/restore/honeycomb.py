"""Where the honeycomb sits now: how far the cores have moved on the camera.

Two clues, both in every lit frame whatever the scene. The honeycomb itself (bright cores, darker gaps) shows the
shift to a few hundredths of a pixel, but looks the same after one whole pitch. The fingerprint (each core passes
its own share of light) tells which pitch is the right one: the contrast of two touching cores follows from their
gains wherever the scene is smooth, and only when each is read at its own place.

Reads here are single bilinear ones: their noise averages out over hundreds of cores, and they cost a tenth of a
matched window.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ductoscope.model import DoubleArray, FloatArray, Pixels

_CLIPPED = np.float32(0.97)
"""Of full scale; above it a core's light is cut off and its spot is flat."""

_ARMS = ((0.0, 0.0), (1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0))


@njit(cache=True, nogil=True, inline="always")
def read_point(planes: Pixels, x: float, y: float, channel: int) -> float:
    """Read one channel between pixels, in the camera's own units; places outside read the border."""
    height, width = planes.shape[0], planes.shape[1]
    x = min(max(x, 0.0), width - 1.001)
    y = min(max(y, 0.0), height - 1.001)
    column, row = int(x), int(y)
    right, down = x - column, y - row
    upper = planes[row, column, channel] * (1.0 - right) + planes[row, column + 1, channel] * right
    lower = planes[row + 1, column, channel] * (1.0 - right) + planes[row + 1, column + 1, channel] * right
    return float(upper * (1.0 - down) + lower * down)


@njit(cache=True, nogil=True, inline="always")
def _read_sum(planes: Pixels, x: float, y: float) -> float:
    """All channels together: some colour is lit in every tissue."""
    total = 0.0
    for channel in range(planes.shape[2]):
        total += read_point(planes, x, y, channel)
    return total


@njit(cache=True, nogil=True)
def climb_honeycomb(
    planes: Pixels,
    xy_px: DoubleArray,
    dark: FloatArray,
    cores: NDArray[np.int32],
    shift_x_px: float,
    shift_y_px: float,
    arm_px: float,
    scale: float,
    least_lit: float,
) -> tuple[int, float, float, float]:
    """One Newton step towards the middles of the cores.

    dark: (N,) camera value without light, summed over channels, in full scales.
    cores: rows to look at. arm_px: how far beside each core to look. scale: 1 / full scale.
    least_lit: light, summed over channels in full scales, from which a core counts as lit.
    Returns how many were lit, the step (dx, dy) in px, at most one arm each, and the honeycomb's strength: how much
    light differs one arm away, as a share of the light here (0 where no honeycomb can be seen).
    """
    channels = planes.shape[2]
    sums = np.zeros(5)
    values = np.empty(5)
    lit = 0
    for core in cores:
        x, y = xy_px[core, 0] + shift_x_px, xy_px[core, 1] + shift_y_px
        highest = 0.0
        for arm in range(5):
            at_x, at_y = x + arm_px * _ARMS[arm][0], y + arm_px * _ARMS[arm][1]
            values[arm] = _read_sum(planes, at_x, at_y) * scale
            highest = max(highest, values[arm])
        if values[0] - dark[core] < least_lit or highest > _CLIPPED * channels:
            continue
        lit += 1
        # Every core counts alike, so that a bright side of the picture cannot lead.
        for arm in range(5):
            sums[arm] += (values[arm] - dark[core]) / (values[0] - dark[core])
    if lit == 0:
        return 0, 0.0, 0.0, 0.0
    bend_x = 2.0 * sums[0] - sums[1] - sums[2]
    bend_y = 2.0 * sums[0] - sums[3] - sums[4]
    slope = np.hypot(sums[1] - sums[2], sums[3] - sums[4])
    strength = max(abs(bend_x + bend_y), 2.0 * slope) / (4.0 * lit)
    step_x = _newton_step(sums[1] - sums[2], bend_x, arm_px, lit)
    step_y = _newton_step(sums[3] - sums[4], bend_y, arm_px, lit)
    return lit, step_x, step_y, strength


@njit(cache=True, nogil=True)
def _newton_step(rise: float, bend: float, arm_px: float, lit: int) -> float:
    """Top of the parabola through three reads; far from a top, where the bend is no guide, one arm uphill."""
    if abs(rise) < 1e-4 * lit:
        return 0.0
    if bend <= 0.0 or abs(rise) > 2.0 * bend:
        return arm_px if rise > 0.0 else -arm_px
    return 0.5 * arm_px * rise / bend


@njit(cache=True, nogil=True)
def compare_fingerprint(
    planes: Pixels,
    xy_px: DoubleArray,
    dark: FloatArray,
    pairs: NDArray[np.int32],
    expected: FloatArray,
    shifts_px: DoubleArray,
    scale: float,
    least_lit: float,
) -> tuple[int, DoubleArray, DoubleArray]:
    """Hold the contrast of touching cores against what their gains say, at several shifts.

    pairs: (M, 2) rows. expected: (M,) contrast (a - b) / (a + b) by gain. shifts_px: (S, 2), the first is the one
    that is believed now.
    Returns how many pairs were lit, the correlation (S,) of seen and expected contrast, and (S,) by how many of its
    own standard errors each shift fits better than the first (0 for the first itself).
    """
    count = shifts_px.shape[0]
    channels = planes.shape[2]
    used = 0
    seen = np.empty(count)
    cross, square, total = np.zeros(count), np.zeros(count), np.zeros(count)
    gained, gained_square = np.zeros(count), np.zeros(count)
    own_total, own_square = 0.0, 0.0
    for m in range(pairs.shape[0]):
        a, b = pairs[m, 0], pairs[m, 1]
        usable = True
        for s in range(count):
            dx, dy = shifts_px[s, 0], shifts_px[s, 1]
            first = _read_sum(planes, xy_px[a, 0] + dx, xy_px[a, 1] + dy) * scale
            second = _read_sum(planes, xy_px[b, 0] + dx, xy_px[b, 1] + dy) * scale
            if s == 0 and max(first, second) > _CLIPPED * channels:
                usable = False
                break
            first, second = max(first - dark[a], 0.0), max(second - dark[b], 0.0)
            if s == 0 and first + second < 2.0 * least_lit:
                usable = False
                break
            seen[s] = (first - second) / (first + second + 0.1 * least_lit)
        if not usable:
            continue
        used += 1
        wanted = expected[m]
        own_total += wanted
        own_square += wanted * wanted
        miss_now = min(abs(seen[0] - wanted), 0.5)
        for s in range(count):
            cross[s] += seen[s] * wanted
            square[s] += seen[s] * seen[s]
            total[s] += seen[s]
            better = miss_now - min(abs(seen[s] - wanted), 0.5)
            gained[s] += better
            gained_square[s] += better * better
    agreement, advantage = np.zeros(count), np.zeros(count)
    if used < 8:
        return used, agreement, advantage
    for s in range(count):
        spread = (square[s] - total[s] ** 2 / used) * (own_square - own_total**2 / used)
        if spread > 0.0:
            agreement[s] = (cross[s] - total[s] * own_total / used) / np.sqrt(spread)
        error = np.sqrt(max(gained_square[s] - gained[s] ** 2 / used, 1e-12))
        advantage[s] = gained[s] / error
    return used, agreement, advantage

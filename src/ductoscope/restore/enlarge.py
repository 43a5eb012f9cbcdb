"""Enlarge: cubic interpolation from an even grid to the view's pixels."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ductoscope.model import DoubleArray, FloatArray, PictureArray
from ductoscope.restore.vectors import BLOCK, STEP, blend_block, to_bytes_block, widen_colour_step, widen_step

_ZERO, _HALF, _TOP = np.float32(0.0), np.float32(0.5), np.float32(255.0)


def cubic_taps(place: DoubleArray) -> tuple[NDArray[np.int64], FloatArray]:
    """First of four grid lines, and their weights, for each `place` in grid lines: (S,) and (S, 4).

    The cubic convolution of Keys (IEEE Trans. ASSP 29:1153, 1981) with a = -1/2, which is exact for parabolas.
    """
    below = np.floor(place)
    t = place - below
    weight = np.stack(
        [
            ((2.0 - t) * t - 1.0) * t * 0.5,
            ((3.0 * t - 5.0) * t * t + 2.0) * 0.5,
            ((4.0 - 3.0 * t) * t + 1.0) * t * 0.5,
            (t - 1.0) * t * t * 0.5,
        ],
        axis=1,
    )
    return below.astype(np.int64) - 1, weight.astype(np.float32)


def lay_taps(weight: FloatArray, channels: int) -> FloatArray:
    """Lay weights (S, 4) out for `widen_row`: (4, C S and room for one more step), each C times in turn."""
    taps = np.zeros((4, (len(weight) + STEP) * channels), dtype=np.float32)
    taps[:, : len(weight) * channels] = np.repeat(weight, channels, axis=0).T
    return taps


@njit(cache=True, nogil=True, fastmath=True)
def widen_row(
    samples: FloatArray,
    first_pixel: NDArray[np.int32],
    taps: FloatArray,
    begin: int,
    end: int,
    channels: int,
    wide: FloatArray,
) -> None:
    """Enlarge one grid row: the view pixels that start from grid columns `begin` to `end` (past the last).

    samples: C numbers a grid column, and one to spare. first_pixel: (columns + 1,) the first view pixel that takes its
    four samples from each column on. taps: from `lay_taps`. wide: (taps.shape[1],) C numbers a view pixel.
    """
    for column in range(begin, end):
        # A whole step is written even where the next column takes over earlier: that is faster than to count.
        for x in range(first_pixel[column], first_pixel[column + 1], STEP):
            if channels == 3:
                widen_colour_step(wide, np.uintp(3 * x), samples, np.uintp(3 * column), taps)
            else:
                widen_step(wide, np.uintp(x), samples, np.uintp(column), taps)


@njit(cache=True, nogil=True, fastmath=True)
def blend_rows(
    a: FloatArray,
    b: FloatArray,
    c: FloatArray,
    d: FloatArray,
    weight: FloatArray,
    begin: int,
    end: int,
    row: PictureArray,
) -> None:
    """Mix four enlarged grid rows (light) by `weight` (4,) into one picture row, clipped to 0..255.

    All as long as `row` or longer; `row` is black before `begin` and from `end` on.
    """
    wa, wb, wc, wd = _TOP * weight[0], _TOP * weight[1], _TOP * weight[2], _TOP * weight[3]
    count = row.shape[0]
    # Blocks begin where memory is aligned; what they draw too much is blackened after.
    for i in range(begin - begin % BLOCK, end, BLOCK):
        if count < BLOCK:
            for j in range(count):
                value = wa * a[j] + wb * b[j] + wc * c[j] + wd * d[j] + _HALF
                row[j] = np.uint8(np.int32(min(max(value, _ZERO), _TOP)))
        else:
            blend_block(row, np.uintp(min(i, count - BLOCK)), a, wa, b, wb, c, wc, d, wd)
    row[:begin] = 0
    row[end:] = 0


@njit(cache=True, nogil=True, fastmath=True)
def to_bytes(light: FloatArray, begin: int, end: int, row: PictureArray) -> None:
    """Write light as bytes: 1 is 255, clipped to 0..255; `row` is black before `begin` and from `end` on."""
    count = row.shape[0]
    for i in range(begin - begin % BLOCK, end, BLOCK):
        if count < BLOCK:
            for j in range(count):
                row[j] = np.uint8(np.int32(min(max(_TOP * light[j] + _HALF, _ZERO), _TOP)))
        else:
            to_bytes_block(row, np.uintp(min(i, count - BLOCK)), light, _TOP)
    row[:begin] = 0
    row[end:] = 0

"""Enlarge: cubic interpolation from an even grid to the view's pixels."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ductoscope.model import DoubleArray, FloatArray, PictureArray

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


@njit(cache=True, nogil=True, fastmath=True)
def widen_row(
    samples: FloatArray,
    x_base: NDArray[np.uint32],
    x_weight: FloatArray,
    x0: int,
    x1: int,
    channels: int,
    wide: FloatArray,
) -> None:
    """Enlarge one grid row, `samples` (columns * C), to view columns `x0` to `x1` of `wide` (S * C)."""
    if channels == 3:
        _widen_colour(samples, x_base[x0:x1], x_weight[x0:x1], wide[3 * x0 : 3 * x1])
    else:
        _widen_grey(samples, x_base[x0:x1], x_weight[x0:x1], wide[x0:x1])


@njit(cache=True, nogil=True, fastmath=True)
def _widen_colour(samples: FloatArray, x_base: NDArray[np.uint32], x_weight: FloatArray, wide: FloatArray) -> None:
    # Unsigned places: a signed index would be tested for counting from the end at every access.
    for x in range(x_base.shape[0]):
        p = np.uintp(x_base[x]) * np.uintp(3)
        wa, wb, wc, wd = x_weight[x, 0], x_weight[x, 1], x_weight[x, 2], x_weight[x, 3]
        for c in range(3):
            q = p + np.uintp(c)
            wide[3 * x + c] = (
                wa * samples[q]
                + wb * samples[q + np.uintp(3)]
                + wc * samples[q + np.uintp(6)]
                + wd * samples[q + np.uintp(9)]
            )


@njit(cache=True, nogil=True, fastmath=True)
def _widen_grey(samples: FloatArray, x_base: NDArray[np.uint32], x_weight: FloatArray, wide: FloatArray) -> None:
    for x in range(x_base.shape[0]):
        p = np.uintp(x_base[x])
        wide[x] = (
            x_weight[x, 0] * samples[p]
            + x_weight[x, 1] * samples[p + np.uintp(1)]
            + x_weight[x, 2] * samples[p + np.uintp(2)]
            + x_weight[x, 3] * samples[p + np.uintp(3)]
        )


@njit(cache=True, nogil=True, fastmath=True)
def blend_rows(
    a: FloatArray, b: FloatArray, c: FloatArray, d: FloatArray, weight: FloatArray, row: PictureArray
) -> None:
    """Mix four enlarged grid rows (light) by `weight` (4,) into one picture row, clipped to 0..255."""
    wa, wb, wc, wd = _TOP * weight[0], _TOP * weight[1], _TOP * weight[2], _TOP * weight[3]
    for i in range(row.shape[0]):
        value = wa * a[i] + wb * b[i] + wc * c[i] + wd * d[i] + _HALF
        row[i] = np.uint8(np.int32(min(max(value, _ZERO), _TOP)))


@njit(cache=True, nogil=True, fastmath=True)
def to_bytes(light: FloatArray, row: PictureArray) -> None:
    """Write one row of light as bytes: 1 is 255, clipped to 0..255."""
    for i in range(row.shape[0]):
        row[i] = np.uint8(np.int32(min(max(_TOP * light[i] + _HALF, _ZERO), _TOP)))


@njit(cache=True, nogil=True, fastmath=True)
def weave_bytes(red: FloatArray, green: FloatArray, blue: FloatArray, row: PictureArray) -> None:
    """Write three rows of light as the RGB bytes of one picture row (S * 3): 1 is 255, clipped to 0..255."""
    for x in range(row.shape[0] // 3):
        row[3 * x] = np.uint8(np.int32(min(max(_TOP * red[x] + _HALF, _ZERO), _TOP)))
        row[3 * x + 1] = np.uint8(np.int32(min(max(_TOP * green[x] + _HALF, _ZERO), _TOP)))
        row[3 * x + 2] = np.uint8(np.int32(min(max(_TOP * blue[x] + _HALF, _ZERO), _TOP)))

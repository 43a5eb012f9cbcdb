"""The hand-written vector steps against the plain sums, and that they stay inside the room that they are given."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit

from ductoscope.restore import vectors


@njit
def _draw(row, place, planes, first, x, y, channels):
    if channels == 3:
        vectors.draw_colour_line(row, np.uintp(place), planes, np.uintp(first), np.float32(x), np.float32(y))
    else:
        vectors.draw_line(row, np.uintp(place), planes, np.uintp(first), np.float32(x), np.float32(y))


@njit
def _sum_grey(flat, place, row, weight_x, weight_y, core):
    return vectors.sum_window(flat, np.uintp(place), np.uintp(row), weight_x, weight_y, np.uintp(core))


@njit
def _sum_colour(flat, place, row, weight_x, weight_y, core):
    return vectors.sum_colour_window(flat, np.uintp(place), np.uintp(row), weight_x, weight_y, np.uintp(core))


@pytest.mark.parametrize("channels", [1, 3])
def test_a_line_is_the_plane_along_a_row(channels):
    lanes = 1 if channels == 1 else 4
    planes = np.random.default_rng(0).normal(size=(2, 3, lanes)).astype(np.float32)
    row = np.full((vectors.RUN + 4) * channels, -7.0, dtype=np.float32)
    _draw(row, 2 * channels, planes.ravel(), 3 * lanes, 11.0, 5.0, channels)
    level, along, down = planes[1, :, :channels].astype(float)
    x = 11.0 + np.arange(vectors.RUN)[:, np.newaxis]
    run = row.reshape(-1, channels)
    np.testing.assert_allclose(run[2:-2], level + along * x + down * 5.0, rtol=1e-4, atol=1e-4)
    assert set(run[:2].ravel().tolist()) | set(run[-2:].ravel().tolist()) == {-7.0}


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 3])
def test_a_window_is_summed_by_its_weights(channels, dtype):
    rng = np.random.default_rng(1)
    side, reach = vectors.SIDE, vectors.GREY_REACH if channels == 1 else vectors.COLOUR_REACH
    top = np.iinfo(dtype).max
    pixels = rng.integers(0, top, (12, 20 * channels), dtype=dtype, endpoint=True)
    weight_x, weight_y = rng.random((2, 3, side)).astype(np.float32)
    # The very last window that may be summed in place.
    column = 20 * channels - reach
    place = (12 - side) * 20 * channels + column
    found = (_sum_grey if channels == 1 else _sum_colour)(pixels.ravel(), place, 20 * channels, weight_x, weight_y, 2)
    window = pixels[-side:, column : column + side * channels].reshape(side, side, channels).astype(float)
    plain = np.einsum("ijc,i,j->c", window, weight_y[2], weight_x[2])
    np.testing.assert_allclose(np.atleast_1d(found), plain, rtol=1e-5)

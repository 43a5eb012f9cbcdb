from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ductoscope.model import BadInputError
from ductoscope.restore.psf import psf_windows, read_psf

place = st.floats(-5.0, 70.0)
sigma = st.floats(0.6, 6.0)


@settings(deadline=None)
@given(x=place, y=place, sigma_px=sigma)
def test_weights_sum_to_one_and_windows_stay_inside(x: float, y: float, sigma_px: float) -> None:
    windows = psf_windows(np.array([[x, y]]), sigma_px, sigma_px / 0.28, (48, 64))
    side = windows.weight_x.shape[1]
    assert windows.weight_x.sum() == pytest.approx(1.0, abs=1e-5)
    assert windows.weight_y.sum() == pytest.approx(1.0, abs=1e-5)
    row, column = windows.corner_rc[0]
    assert 0 <= row <= 48 - side
    assert 0 <= column <= 64 - side


@settings(deadline=None)
@given(x=st.floats(15.0, 48.0), y=st.floats(15.0, 32.0))
def test_a_slope_reads_as_its_value_within_a_fifth_of_a_pixel_of_the_centre(x: float, y: float) -> None:
    row, column = np.mgrid[:48, :64]
    slope = (300 * column + 500 * row + 1000).astype(np.uint16)
    read = read_psf(slope, psf_windows(np.array([[x, y]]), 1.4, 5.0, slope.shape))
    assert read[0, 0] * 65535 == pytest.approx(300 * x + 500 * y + 1000, abs=0.2 * 800)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("shape", [(40, 50), (40, 50, 3)])
def test_full_scale_reads_as_one_in_every_channel(dtype: type[np.uint8], shape: tuple[int, ...]) -> None:
    pixels = np.full(shape, np.iinfo(dtype).max, dtype=dtype)
    read = read_psf(pixels, psf_windows(np.array([[3.2, 4.1], [49.0, 39.0]]), 1.5, 5.0, (40, 50)))
    assert read.shape == (2, 1 if len(shape) == 2 else 3)
    np.testing.assert_allclose(read, 1.0, atol=1e-5)


def test_colours_do_not_mix() -> None:
    pixels = np.zeros((40, 50, 3), dtype=np.uint8)
    pixels[:, :, 1] = 255
    read = read_psf(pixels, psf_windows(np.array([[20.0, 20.0]]), 1.5, 5.0, (40, 50)))
    np.testing.assert_allclose(read, [[0.0, 1.0, 0.0]], atol=1e-6)


def test_a_shift_reads_where_the_cores_have_gone() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 50), dtype=np.uint8)
    xy = np.array([[12.3, 14.8], [30.1, 25.5]])
    shifted = read_psf(pixels, psf_windows(xy, 1.5, 5.0, (40, 50), (2.25, -1.5)))
    moved = read_psf(pixels, psf_windows(xy + np.array([2.25, -1.5]), 1.5, 5.0, (40, 50)))
    np.testing.assert_array_equal(shifted, moved)


def test_a_picture_smaller_than_a_window_is_refused() -> None:
    with pytest.raises(BadInputError, match="smaller than one core"):
        psf_windows(np.array([[1.0, 1.0]]), 5.0, 20.0, (4, 64))

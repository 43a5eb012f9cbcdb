from __future__ import annotations

import numpy as np
import pytest

from ductoscope.simulate.breast.wall_grid import SAMPLE_MM, blur_around, draw_clouds, enlarge, lay_grid, spread_along


@pytest.mark.parametrize("radius_mm", [0.15, 0.4, 0.9, 2.2])
def test_a_grid_covers_the_wall_with_square_samples_of_about_the_wanted_length(radius_mm: float) -> None:
    grid = lay_grid(17.3, radius_mm)
    assert grid.rows * grid.sample_mm >= 17.3
    assert grid.rows * grid.sample_mm < 17.3 + 17 * grid.sample_mm
    assert grid.columns * grid.sample_mm == pytest.approx(2.0 * np.pi * radius_mm)
    assert SAMPLE_MM / 1.5 < grid.sample_mm < SAMPLE_MM * 1.5
    assert grid.columns & (grid.columns - 1) == 0
    assert grid.rows % 16 == 0
    assert grid.area_mm2 == pytest.approx(2.0 * np.pi * radius_mm * grid.rows * grid.sample_mm)


def test_a_very_thin_duct_keeps_enough_columns_to_be_halved() -> None:
    assert lay_grid(3.0, 0.03).columns == 64


def test_clouds_keep_to_their_band_and_close_around_the_duct() -> None:
    clouds = draw_clouds(np.random.default_rng(1), (512, 256), 0.012, 1.0, 0.1, 1.0)
    power = np.abs(np.fft.rfft(clouds, axis=1)).mean(axis=0) ** 2
    wavelength_mm = 0.012 * 256 / np.arange(1, 129)
    assert power[1:][wavelength_mm < 0.09].sum() < 1e-3 * power[1:].sum()
    seam = np.abs(clouds[:, 0] - clouds[:, -1]).mean()
    assert seam < 1.3 * np.abs(np.diff(clouds, axis=1)).mean()
    assert clouds.std() == pytest.approx(1.0, abs=0.2)


def test_the_far_end_of_clouds_does_not_continue_at_the_near_end() -> None:
    clouds = draw_clouds(np.random.default_rng(2), (512, 64), 0.012, 1.0, 0.1, 1.0)
    assert np.abs(clouds[0] - clouds[-1]).mean() > 5.0 * np.abs(np.diff(clouds, axis=0)).mean()


def test_enlarging_and_blurring_close_around_the_duct() -> None:
    coarse = np.tile(np.cos(2.0 * np.pi * np.arange(32) / 32).astype(np.float32), (16, 1))
    large = enlarge(coarse, 4)
    assert large.shape == (64, 128)
    angle = 2.0 * np.pi * (np.arange(128) + 0.5 - 2.0) / 128
    np.testing.assert_allclose(large[30], np.cos(angle), atol=0.02)
    spot = np.zeros((32, 64), dtype=np.float32)
    spot[16, 0] = 1.0
    blurred = blur_around(spot, 2.0)
    assert blurred[16, 63] == pytest.approx(blurred[16, 1])
    assert blurred.sum() == pytest.approx(1.0, abs=1e-3)


def test_values_of_line_rows_are_spread_along_wall_rows() -> None:
    np.testing.assert_allclose(spread_along(np.array([1.0, 2.0, 4.0]), 5, 0.125)[:, 0], [1.0, 1.5, 2.0, 3.0, 4.0])

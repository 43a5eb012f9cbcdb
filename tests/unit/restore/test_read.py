"""Reading: linear, on the code grid, in place, and refusing what does not fit."""

from __future__ import annotations

import numpy as np
import pytest

from ductoscope.model import CalibrationError, CalibrationFit, Frame, round_light
from ductoscope.restore import plan_restore, read_core_image, read_cores
from ductoscope.restore.psf import psf_windows, read_psf


def _pixels(bundle, seed=0, dtype=np.uint8):
    shape = bundle.frame_shape if bundle.channels == 1 else (*bundle.frame_shape, bundle.channels)
    return np.random.default_rng(seed).integers(0, np.iinfo(dtype).max, shape, dtype=dtype, endpoint=True)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_reading_is_the_windowed_light_on_the_code_grid(lattice_bundle, channels, dtype):
    bundle = lattice_bundle(channels=channels)
    pixels = _pixels(bundle, dtype=dtype)
    light = read_cores(pixels, plan_restore(bundle, 32))
    windows = psf_windows(bundle.xy_px, bundle.sigma_px, bundle.pitch_px, bundle.frame_shape)
    plain = (read_psf(pixels, windows) - bundle.dark) / bundle.gain
    assert light.dtype == np.float32
    assert light.shape == (bundle.cores, channels)
    # One step of the code grid at most; the grid itself is hit exactly.
    np.testing.assert_allclose(light, round_light(plain), atol=0.0021)
    assert np.abs(light - plain).max() < 0.002
    np.testing.assert_array_equal(round_light(light), light)


def test_light_beyond_white_is_kept_and_black_may_fall_below_zero(lattice_bundle):
    bundle = lattice_bundle()
    plan = plan_restore(bundle, 32)
    assert read_cores(np.full((120, 120, 3), 255, np.uint8), plan).max() > 2.0
    assert read_cores(np.zeros((120, 120, 3), np.uint8), plan).max() < 0.0


def test_crops_and_flips_are_read_as_their_copies(lattice_bundle):
    bundle = lattice_bundle()
    plan = plan_restore(bundle, 32)
    large = np.random.default_rng(1).integers(0, 256, (200, 300, 3), dtype=np.uint8)
    for view in (large[40:160, 70:190], large[40:160, 70:190, ::-1], large[160:40:-1, 70:190]):
        np.testing.assert_array_equal(read_cores(view, plan), read_cores(view.copy(), plan))


def test_dead_cores_carry_the_mean_of_their_live_neighbours(lattice_bundle):
    bundle = lattice_bundle(dead=(50, 51, 120))
    plan = plan_restore(bundle, 32)
    light = read_cores(_pixels(bundle), plan)
    live = np.flatnonzero(~bundle.dead)
    for core in (50, 51, 120):
        away = np.linalg.norm(bundle.xy_px[live] - bundle.xy_px[core], axis=1)
        nearest = live[np.argsort(away)[:6]]
        np.testing.assert_allclose(light[core], light[nearest].mean(axis=0), atol=0.002)


@pytest.mark.parametrize(
    ("pixels", "words"),
    [
        (np.zeros((100, 120, 3), np.uint8), r"120 x 120 .*\(120, 120, 3\).*120 x 100 .*\(100, 120, 3\)"),
        (np.zeros((120, 120), np.uint8), r"\(120, 120, 3\).*\(120, 120, 1\)"),
        (np.zeros((120, 120, 4), np.uint8), r"\(120, 120, 3\).*\(120, 120, 4\)"),
        (np.zeros((120, 120, 3), np.float32), "uint8 or uint16.*float32"),
        (np.zeros((2, 120, 120, 3), np.uint8), "array of shape"),
    ],
)
def test_pictures_of_another_kind_are_refused_with_both_kinds_named(lattice_bundle, pixels, words):
    with pytest.raises(CalibrationError, match=words):
        read_cores(pixels, plan_restore(lattice_bundle(), 32))


def test_a_shifted_camera_is_followed(lattice_bundle):
    bundle = lattice_bundle()
    plan = plan_restore(bundle, 32)
    pixels = _pixels(bundle)
    moved = np.roll(pixels, (2, -3), axis=(0, 1))
    followed = read_core_image(Frame(4, 9, moved), plan, CalibrationFit(shift_xy_px=(-3.0, 2.0)))
    inner = np.all((bundle.xy_px > 12) & (bundle.xy_px < 107), axis=1)
    np.testing.assert_allclose(followed.light_lin[inner], read_cores(pixels, plan)[inner], atol=0.003)
    assert (followed.index, followed.t_ns) == (4, 9)
    assert followed.valid.all()


def test_newly_dark_cores_are_filled_and_not_valid(lattice_bundle):
    bundle = lattice_bundle(dead=(10,))
    plan = plan_restore(bundle, 32)
    pixels = np.full((120, 120, 3), 90, dtype=np.uint8)
    x, y = np.rint(bundle.xy_px[150]).astype(int)
    pixels[y - 3 : y + 4, x - 3 : x + 4] = 5
    frame = Frame(0, 0, pixels)
    told = read_core_image(frame, plan, CalibrationFit(new_dark=1))
    assert np.flatnonzero(~told.valid).tolist() == [10, 150]
    assert told.light_lin[150].min() > 0.2
    untold = read_core_image(frame, plan)
    assert np.flatnonzero(~untold.valid).tolist() == [10]
    assert untold.light_lin[150].max() < 0.1

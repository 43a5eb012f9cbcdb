"""Restored pictures: even light, clipping, sizes, zooms, and the plain NumPy form of the same sums."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ductoscope.model import BadInputError, CalibrationError, CoreImage, Frame
from ductoscope.restore import grid as grid_module
from ductoscope.restore import plan_restore, read_core_image, read_cores, render, restore, restore_view
from ductoscope.restore.enlarge import cubic_taps
from ductoscope.restore.lean import find_lean
from ductoscope.restore.psf import psf_windows
from ductoscope.restore.steer import lean_weights
from ductoscope.restore.vectors import SETS, TOGETHER

METHODS = ("mmse", "triangular")


def _draw_spots(bundle, light, dtype=np.uint8):
    """A camera picture whose windows read exactly gain * light + dark, as nearly as whole numbers can."""
    windows = psf_windows(bundle.xy_px, bundle.sigma_px, bundle.pitch_px, bundle.frame_shape)
    side = windows.weight_x.shape[1]
    level = bundle.gain * light + bundle.dark
    picture = np.zeros((*bundle.frame_shape, bundle.channels))
    for (row, column), value in zip(windows.corner_rc, level, strict=True):
        picture[row : row + side, column : column + side] = value
    picture = np.rint(picture * np.iinfo(dtype).max).astype(dtype)
    return picture if bundle.channels == 3 else picture[:, :, 0]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("channels", [1, 3])
def test_white_is_255_and_outside_the_rim_is_black(lattice_bundle, method, channels):
    bundle = lattice_bundle(channels=channels, dead=(5, 80))
    plan = plan_restore(bundle, 90, method=method)
    picture = render(np.ones((bundle.cores, channels), np.float32), plan)
    assert picture.shape == ((90, 90, 3) if channels == 3 else (90, 90))
    assert picture.dtype == np.uint8
    assert set(picture[plan.seen].ravel().tolist()) == {255}
    assert not picture[~plan.seen].any()


@settings(max_examples=25, deadline=None)
@given(level=st.floats(-1.0, 3.0), method=st.sampled_from(METHODS))
def test_even_light_restores_even(lattice_bundle, level, method):
    bundle = lattice_bundle(channels=1)
    plan = plan_restore(bundle, 40, method=method)
    picture = render(np.full((bundle.cores, 1), level, np.float32), plan)
    wanted = np.clip(round(255 * level), 0, 255)
    assert np.abs(picture[plan.seen].astype(int) - wanted).max() <= 1


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), method=st.sampled_from(METHODS), stretch=st.floats(0.1, 100.0))
def test_light_is_clipped_never_wrapped(lattice_bundle, seed, method, stretch):
    bundle = lattice_bundle(channels=1)
    plan = plan_restore(bundle, 40, method=method)
    light = np.random.default_rng(seed).normal(0.5, stretch, (bundle.cores, 1)).astype(np.float32)
    picture = render(light, plan)
    brighter = render(light + np.float32(0.02), plan)
    # A wrapped value would fall from 255 to 0 under a little more light.
    assert np.all(brighter.astype(int)[plan.seen] >= picture[plan.seen].astype(int) - 1)


@pytest.mark.parametrize("method", METHODS)
def test_out_is_used_cleaned_and_returned(lattice_bundle, method):
    bundle = lattice_bundle()
    plan = plan_restore(bundle, 50, method=method)
    pixels = np.random.default_rng(0).integers(0, 256, (120, 120, 3), dtype=np.uint8)
    out = np.full((50, 50, 3), 77, dtype=np.uint8)
    assert restore(pixels, plan, out) is out
    np.testing.assert_array_equal(out, restore(pixels, plan))
    np.testing.assert_array_equal(out, render(read_cores(pixels, plan), plan))


@pytest.mark.parametrize(
    "out", [np.empty((50, 50), np.uint8), np.empty((50, 50, 3), np.float32), np.empty((50, 100, 3), np.uint8)[:, ::2]]
)
def test_an_out_that_does_not_fit_is_refused(lattice_bundle, out):
    plan = plan_restore(lattice_bundle(), 50)
    with pytest.raises(BadInputError, match=r"\(50, 50, 3\)"):
        restore(np.zeros((120, 120, 3), np.uint8), plan, out)


def test_pictures_and_tables_of_another_bundle_are_refused(lattice_bundle):
    plan = plan_restore(lattice_bundle(), 50)
    with pytest.raises(CalibrationError, match=r"\(120, 120, 3\).*\(60, 80, 3\)"):
        restore(np.zeros((60, 80, 3), np.uint8), plan)
    with pytest.raises(BadInputError, match="core table"):
        render(np.zeros((3, 3), np.float32), plan)


@pytest.mark.parametrize("method", METHODS)
def test_8_and_16_bit_cameras_agree(lattice_bundle, method):
    bundle = lattice_bundle()
    plan = plan_restore(bundle, 64, method=method)
    light = np.random.default_rng(1).uniform(0.2, 1.0, (bundle.cores, 3)).astype(np.float32)
    narrow, wide = (restore(_draw_spots(bundle, light, dtype), plan) for dtype in (np.uint8, np.uint16))
    difference = np.abs(narrow.astype(int) - wide.astype(int))[plan.seen]
    # One step of 8 bits is 1/255 of full scale, and a gain of 0.3 makes up to 1.7 output steps of its half; in light
    # that is all noise, as here, it also turns the scene that is leant to a little.
    assert difference.max() <= 8
    assert difference.mean() < 1.0


@pytest.mark.parametrize("method", METHODS)
def test_grey_in_colour_is_the_same_as_mono(lattice_bundle, method):
    mono, colour = lattice_bundle(channels=1), lattice_bundle(channels=3)
    light = np.random.default_rng(2).uniform(0.0, 1.2, (mono.cores, 1)).astype(np.float32)
    # Same places, and the same gain for every colour: kriging weighs cores by their gain.
    from dataclasses import replace

    colour = replace(
        colour, gain=np.repeat(mono.gain, 3, axis=1), dark=np.repeat(mono.dark, 3, axis=1), xy_px=mono.xy_px
    )
    grey = render(light, plan_restore(mono, 64, method=method))
    rgb = render(np.repeat(light, 3, axis=1), plan_restore(colour, 64, method=method))
    for channel in range(3):
        assert np.abs(rgb[:, :, channel].astype(int) - grey.astype(int)).max() <= 1


@pytest.mark.parametrize("method", METHODS)
def test_a_zoomed_window_shows_the_same_as_the_whole(lattice_bundle, method):
    bundle = lattice_bundle()
    light = np.random.default_rng(3).uniform(0.0, 1.0, (bundle.cores, 3)).astype(np.float32)
    whole = render(light, plan_restore(bundle, 400, method=method))
    plan = plan_restore(bundle, 100, method=method, zoom=4.0, at=(0.45, 0.6))
    zoomed = render(light, plan)
    left, top = round(400 * 0.45 - 50), round(400 * 0.6 - 50)
    crop = whole[top : top + 100, left : left + 100]
    assert np.abs(zoomed.astype(int) - crop.astype(int)).max() <= 1


@pytest.mark.parametrize("method", METHODS)
def test_a_window_beside_the_rim_is_black(lattice_bundle, method):
    bundle = lattice_bundle()
    plan = plan_restore(bundle, 32, method=method, zoom=8.0, at=(0.0, 0.0))
    assert not plan.seen.any()
    assert not restore(np.full((120, 120, 3), 200, np.uint8), plan).any()


@pytest.mark.parametrize("is_steered", [True, False])
def test_mmse_picture_is_the_plain_sums(lattice_bundle, monkeypatch, is_steered):
    bundle = lattice_bundle(dead=(40,))
    monkeypatch.setattr(grid_module, "FEW_CORES", bundle.cores if is_steered else 0)
    plan = plan_restore(bundle, 77, zoom=1.3, at=(0.4, 0.55))
    grid = plan.picture
    light = np.random.default_rng(4).uniform(0.0, 1.0, (bundle.cores, 3)).astype(np.float32)
    index, weight = grid.index, grid.weight
    if is_steered:
        steering, weight = grid.steering, np.empty_like(grid.weight)
        rows = np.arange(len(steering.cores), dtype=np.uint16)
        lean = find_lean(light, steering.cores, steering.near, steering.ring, steering.misfit, steering.prior, rows)
        lean_weights(grid.index, grid.weight, grid.steered, grid.steered_place, lean, weight)
    else:
        strips = grid.strips
        index = strips.order[strips.first[:, :, None].astype(int) + np.arange(TOGETHER)].reshape(-1, SETS * TOGETHER)
        weight = strips.weight / 8192
        assert set(weight[:-TOGETHER].sum(axis=1).tolist()) == {1.0}
    samples = np.einsum("mk,mkc->mc", weight, light[index])
    columns = len(grid.first_pixel) - 1
    sheet = np.zeros((len(grid.row_column), columns, 3))
    for row, column in enumerate(grid.row_column):
        run = slice(grid.row_start[row], grid.row_start[row + 1])
        sheet[row, column : column + run.stop - run.start] = samples[run]
    x_base = np.repeat(np.arange(columns), np.diff(grid.first_pixel))
    wide = np.einsum("rxkc,kx->rxc", sheet[:, x_base[:, None] + np.arange(4)], grid.taps[:, : 3 * plan.size_px : 3])
    plain = np.einsum("ykxc,yk->yxc", wide[grid.y_base[:, None] + np.arange(4)], grid.y_weight)
    plain = np.where(plan.seen[:, :, None], np.clip(np.rint(255 * plain), 0, 255), 0)
    assert np.abs(render(light, plan) - plain).max() <= 1


def test_triangular_picture_is_plain_linear_interpolation(lattice_bundle):
    from scipy.interpolate import LinearNDInterpolator

    bundle = lattice_bundle(channels=1, dead=(40, 90))
    plan = plan_restore(bundle, 150, method="triangular")
    live = ~bundle.dead
    light = np.random.default_rng(5).uniform(0.0, 1.0, (bundle.cores, 1)).astype(np.float32)
    row, column = np.nonzero(plan.seen)
    at = np.stack([column, row], axis=1) @ plan.frame_from_view[:, :2].T + plan.frame_from_view[:, 2]
    plain = LinearNDInterpolator(bundle.xy_px[live], light[live, 0])(at)
    picture = render(light, plan)[row, column]
    inner = np.hypot(*(at - (bundle.rim.x_px, bundle.rim.y_px)).T) < bundle.rim.radius_px - 1.5 * bundle.pitch_px
    assert np.abs(picture[inner] - 255 * plain[inner]).max() < 1.0
    # Beyond the last cores the nearest one counts, so the rim is as bright as the cores beside it.
    assert picture[~inner].mean() == pytest.approx(255 * light.mean(), rel=0.15)


def test_dead_cores_never_show(lattice_bundle):
    bundle = lattice_bundle(dead=(60, 61))
    light = np.full((bundle.cores, 3), 0.5, dtype=np.float32)
    light[[60, 61]] = 50.0
    for method in METHODS:
        plan = plan_restore(bundle, 64, method=method)
        assert np.abs(render(light, plan)[plan.seen].astype(int) - 128).max() <= 1


def test_many_threads_may_restore_at_once(lattice_bundle):
    plan = plan_restore(lattice_bundle(), 128)
    frames = [np.random.default_rng(n).integers(0, 256, (120, 120, 3), dtype=np.uint8) for n in range(6)]
    alone = [restore(frame, plan) for frame in frames]
    wrong = []

    def work(n: int) -> None:
        for _ in range(20):
            wrong.extend([n] * (not np.array_equal(restore(frames[n], plan), alone[n])))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_view_remembers_where_it_came_from(lattice_bundle):
    bundle = lattice_bundle()
    plan = plan_restore(bundle, 48)
    image = read_core_image(Frame(7, 123, np.full((120, 120, 3), 99, np.uint8)), plan)
    view = restore_view(image, plan)
    assert (view.index, view.t_ns, view.lineage) == (7, 123, ("read", "mmse", "resize 48"))
    np.testing.assert_array_equal(view.pixels, render(image.light_lin, plan))
    np.testing.assert_array_equal(view.seen, plan.seen)
    assert isinstance(image, CoreImage)


@pytest.mark.parametrize("bad", ["linear", "MMSE", ""])
def test_unknown_methods_are_refused(lattice_bundle, bad):
    with pytest.raises(BadInputError, match=f'got "{bad}"'):
        plan_restore(lattice_bundle(), 32, method=bad)


def test_a_view_coarser_than_the_cores_is_drawn_too(lattice_bundle):
    bundle = lattice_bundle()
    ramp = (bundle.xy_px[:, :1] / 120).astype(np.float32).repeat(3, axis=1)
    plan = plan_restore(bundle, 12)
    picture = render(ramp, plan)
    x_px = plan.frame_from_view[0, 0] * np.arange(12) + plan.frame_from_view[0, 2]
    np.testing.assert_allclose(picture[6, 1:11, 0], 255 * x_px[1:11] / 120, atol=3)
    assert cubic_taps(np.array([3.0]))[1].tolist() == [[0.0, 1.0, 0.0, 0.0]]

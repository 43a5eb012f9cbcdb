from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import map_coordinates

from ductoscope.model import BadInputError
from ductoscope.simulate import (
    CameraSettings,
    FibreBundle,
    camera_picture,
    dark_picture,
    true_centres_px,
    white_picture,
)


def light_of(fibre: FibreBundle, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0.1, 0.9, (fibre.cores, 3)).astype(np.float32)


def ring_mean(picture: np.ndarray, camera: CameraSettings, inner: float, outer: float) -> np.ndarray:
    """Mean colour between two radii of the disc."""
    rows, columns = np.indices(picture.shape[:2])
    x, y = camera.lens.centre_xy_px
    radius = np.hypot(columns - x, rows - y) / camera.lens.radius_px
    return picture[(radius >= inner) & (radius < outer)].mean(axis=0)


def test_white_has_the_exposure_that_was_set(plain_fibre: FibreBundle, camera: CameraSettings) -> None:
    quiet = replace(camera, vignette=0.0, bit_depth=16, exposure=0.3)
    white, dark = (make(plain_fibre, quiet, None) / 65535.0 for make in (white_picture, dark_picture))
    assert ring_mean(white - dark, quiet, 0.0, 0.8) == pytest.approx(np.full(3, 0.3), rel=0.02)
    assert dark == pytest.approx(np.full(dark.shape, quiet.dark_level), abs=1e-4)


def test_vignette_falls_with_the_radius_squared(plain_fibre: FibreBundle, camera: CameraSettings) -> None:
    flat, falling = (replace(camera, vignette=share, bit_depth=16, dark_level=0.0) for share in (0.0, 0.4))
    even, uneven = (white_picture(plain_fibre, each, None).astype(float) for each in (flat, falling))
    for inner, outer in ((0.0, 0.2), (0.45, 0.55), (0.75, 0.85)):
        middle = np.sqrt((inner**2 + outer**2) / 2)
        share = ring_mean(uneven, camera, inner, outer) / ring_mean(even, camera, inner, outer)
        assert share == pytest.approx(np.full(3, 1.0 - 0.4 * middle**2), abs=0.01)


def test_noise_is_shot_noise_and_read_noise(plain_fibre: FibreBundle, camera: CameraSettings) -> None:
    noisy = replace(camera, bit_depth=16, full_well=2000.0, read_noise=20.0)
    light = light_of(plain_fibre)
    clean = camera_picture(light, plain_fibre, noisy, None) / 65535.0
    rng = np.random.default_rng(9)
    pictures = np.stack([camera_picture(light, plain_fibre, noisy, rng, gain=1.0) / 65535.0 for _ in range(60)])
    signal = clean - noisy.dark_level
    # Clipped pixels have less noise; leave out those within five sigmas of the ends.
    inside = (clean < 0.85) & (signal > 0.0)
    bright, black = inside & (signal > 0.3), signal < 1e-6
    predicted = np.sqrt(signal / 2000.0 + (20.0 / 2000.0) ** 2)
    assert np.sqrt((pictures.var(axis=0)[bright] / predicted[bright] ** 2).mean()) == pytest.approx(1.0, abs=0.03)
    assert (pictures.mean(axis=0) - clean)[bright].mean() == pytest.approx(0.0, abs=5e-4)
    # Black is half cut off at zero here (dark level 1 sigma), so its spread is that of a clipped normal.
    clipped = np.clip(np.random.default_rng(0).normal(0.01, 0.01, 200_000), 0.0, 1.0).std()
    assert pictures[:, black].std() == pytest.approx(clipped, rel=0.05)


def test_gain_lifts_light_and_noise_together(plain_fibre: FibreBundle, camera: CameraSettings) -> None:
    dim = replace(camera, bit_depth=16, exposure=0.1)
    light = light_of(plain_fibre)
    plain, lifted = (camera_picture(light, plain_fibre, dim, None, gain=gain) / 65535.0 for gain in (1.0, 3.0))
    np.testing.assert_allclose(lifted - dim.dark_level, 3.0 * (plain - dim.dark_level), atol=5e-5)
    spread = []
    for gain in (1.0, 3.0):
        clean = camera_picture(light, plain_fibre, dim, None, gain=gain) / 65535.0
        noisy = camera_picture(light, plain_fibre, dim, np.random.default_rng(1), gain=gain) / 65535.0
        spread.append((noisy - clean)[clean > 0.1 * gain + 0.01].std())
    assert spread[1] == pytest.approx(3.0 * spread[0], rel=0.05)


def test_noise_differs_between_frames_and_rows(plain_fibre: FibreBundle, camera: CameraSettings) -> None:
    rng, deep = np.random.default_rng(3), replace(camera, bit_depth=16)
    light = np.full((plain_fibre.cores, 3), 0.5, np.float32)
    clean = camera_picture(light, plain_fibre, deep, None).astype(float)
    first, second = (camera_picture(light, plain_fibre, deep, rng) - clean for _ in range(2))
    box = np.s_[60:180, 100:220]
    assert abs(np.corrcoef(first[box].ravel(), second[box].ravel())[0, 1]) < 0.05
    assert abs(np.corrcoef(first[60:179, 100:220].ravel(), first[61:180, 100:220].ravel())[0, 1]) < 0.05


def test_same_generator_same_bytes(fibre: FibreBundle, camera: CameraSettings) -> None:
    first, second, other = (
        camera_picture(light_of(fibre), fibre, camera, np.random.default_rng(seed)).tobytes() for seed in (4, 4, 5)
    )
    assert first == second
    assert first != other


def test_8_and_16_bit_agree(fibre: FibreBundle, camera: CameraSettings) -> None:
    light = light_of(fibre)
    eight = camera_picture(light, fibre, camera, None)
    sixteen = camera_picture(light, fibre, replace(camera, bit_depth=16), None)
    assert eight.dtype == np.uint8
    assert sixteen.dtype == np.uint16
    assert np.abs(eight / 255.0 - sixteen / 65535.0).max() <= 0.51 / 255.0


def test_mono_is_the_luma_of_colour(fibre: FibreBundle, camera: CameraSettings) -> None:
    deep = replace(camera, bit_depth=16)
    colour = camera_picture(light_of(fibre), fibre, deep, None)
    mono = camera_picture(light_of(fibre), fibre, replace(deep, mono=True), None)
    assert mono.shape == (camera.height_px, camera.width_px)
    unclipped = colour.max(axis=2) < 65535
    np.testing.assert_allclose(mono[unclipped], (colour @ [0.299, 0.587, 0.114])[unclipped], atol=2)


def test_422_halves_chroma_and_keeps_luma(fibre: FibreBundle, camera: CameraSettings) -> None:
    full = camera_picture(light_of(fibre), fibre, camera, None).astype(float)
    cable = camera_picture(light_of(fibre), fibre, replace(camera, chroma_422=True), None).astype(float)
    weights = np.array([0.299, 0.587, 0.114])
    inside = (full.max(axis=2) < 200) & (cable.min(axis=2) > 3)
    assert np.abs((cable - full) @ weights)[inside].max() < 1.0
    difference = cable - (cable @ weights)[:, :, None]
    pairs = np.abs(difference[:, 0::2] - difference[:, 1::2])[inside[:, 0::2] & inside[:, 1::2]]
    assert pairs.max() <= 1.5, "each pair of pixels shares one colour"
    full_difference = full - (full @ weights)[:, :, None]
    assert np.abs(full_difference[:, 0::2] - full_difference[:, 1::2]).mean() > 1.0


def test_bayer_keeps_colours_but_not_their_detail(plain_fibre: FibreBundle, camera: CameraSettings) -> None:
    # At 3 px a pitch the mosaic is too coarse for single cores.
    fine = replace(camera, disc_fraction=0.26, blur_px=0.0)
    even = np.tile(np.array([0.8, 0.4, 0.2], np.float32), (plain_fibre.cores, 1))
    full = camera_picture(even, plain_fibre, fine, None).astype(float)
    mosaic = camera_picture(even, plain_fibre, replace(fine, bayer=True), None).astype(float)
    assert ring_mean(mosaic, fine, 0.0, 0.8) == pytest.approx(ring_mean(full, fine, 0.0, 0.8), rel=0.02)
    honeycomb = [
        ring_mean((picture - ring_mean(picture, fine, 0.0, 0.8)) ** 2, fine, 0.0, 0.8) for picture in (full, mosaic)
    ]
    assert (honeycomb[1] < 0.8 * honeycomb[0]).all(), "a colour's detail is averaged over its cell of the mosaic"


def test_bright_surround_and_specks(fibre: FibreBundle, camera: CameraSettings) -> None:
    odd = replace(camera, surround=0.5, specks=5)
    picture = camera_picture(light_of(fibre), fibre, odd, None)
    again = camera_picture(light_of(fibre, 1), fibre, odd, None)
    assert picture[:6].mean() == pytest.approx(255 * (0.5 + odd.dark_level), abs=1.0)
    corner = ring_mean(picture, odd, 1.06, 1.5)
    assert corner == pytest.approx(np.full(3, 255 * (0.5 + odd.dark_level)), abs=2.0)
    burnt = (picture == 255).all(axis=2)
    assert 5 <= burnt.sum() <= 5 * 37
    assert not (camera_picture(light_of(fibre), fibre, camera, None) == 255).all(axis=2).any()
    assert burnt.tobytes() == (again == 255).all(axis=2).tobytes(), "dirt stays where it is"


def test_dead_cores_are_dark_in_the_picture(fibre: FibreBundle, camera: CameraSettings) -> None:
    white = white_picture(fibre, camera, None)[:, :, 1].astype(float)
    x, y = true_centres_px(fibre, camera).T
    at_core = map_coordinates(white, (y, x), order=1)
    assert at_core[fibre.dead].max() < 0.4 * np.median(at_core)
    assert np.percentile(at_core[~fibre.dead], 1) > 0.4 * np.median(at_core)


def test_averaging_white_frames_calms_the_noise(fibre: FibreBundle, camera: CameraSettings) -> None:
    clean = white_picture(fibre, camera, None).astype(float)
    one = white_picture(fibre, camera, np.random.default_rng(0)) - clean
    many = white_picture(fibre, camera, np.random.default_rng(0), frames=16) - clean
    assert many[60:180, 100:220].std() < 0.5 * one[60:180, 100:220].std()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"bit_depth": 10}, "bit_depth must be 8 or 16, got 10"),
        ({"height_px": 241}, "even, got 320 x 241"),
        ({"mono": True, "bayer": True}, "no Bayer"),
        ({"vignette": 1.5}, "vignette must lie between 0.0 and 0.9, got 1.5"),
    ],
)
def test_refuses_what_no_camera_is(camera: CameraSettings, change: dict[str, object], message: str) -> None:
    with pytest.raises(BadInputError, match=message):
        replace(camera, **change)

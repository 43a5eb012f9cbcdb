"""Calibration against the simulator's truth, over the range of scopes and cameras that the field uses."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.calibration_truth import WhitePicture, score_cores, show_white
from ductoscope.model import Pixels
from ductoscope.restore.calibrate import calibrate
from ductoscope.restore.calibrate_from_frames import calibrate_from_frames
from ductoscope.simulate.instrument.camera import camera_picture
from ductoscope.simulate.instrument.fibre import FibreSettings, see_scene

CONDITIONS = {
    "1,600 cores, pitch 3 px": lambda: show_white(11, cores=1600, pitch_px=3.0),
    "3,000 cores, pitch 4 px, mono": lambda: show_white(12, cores=3000, pitch_px=4.0, mono=True),
    "6,000 cores, pitch 5.5 px, Bayer and 4:2:2": lambda: show_white(
        13, cores=6000, pitch_px=5.5, bayer=True, chroma_422=True
    ),
    "3,000 cores, pitch 8 px, 16 bit, deep vignette": lambda: show_white(
        14, cores=3000, pitch_px=8.0, mono=True, bit_depth=16, vignette=0.5
    ),
    "1,600 cores, pitch 12 px, bright surround": lambda: show_white(15, cores=1600, pitch_px=12.0, surround=0.3),
    "1,600 cores, pitch 20 px": lambda: show_white(16, cores=1600, pitch_px=20.0),
    "3,000 cores, pitch 5.5 px, blurred": lambda: show_white(17, cores=3000, pitch_px=5.5, blur_px=1.0),
    "3,000 cores, pitch 6 px, low light": lambda: show_white(
        18, cores=3000, pitch_px=6.0, exposure=0.08, full_well=5000.0
    ),
    "3,000 cores, pitch 5 px, rim cut": lambda: show_white(
        19, cores=3000, pitch_px=5.0, frame_shape=(230, 280), offset_px=(30.0, -25.0)
    ),
    "3,000 cores, pitch 5 px, distorted lens": lambda: show_white(20, cores=3000, pitch_px=5.0, distortion=-0.06),
    "3,000 cores, pitch 7 px, 2 % dead": lambda: show_white(
        21, cores=3000, pitch_px=7.0, fibre=FibreSettings(cores=3000, dead=0.02, crosstalk=0.3, transmission_sd=0.2)
    ),
}


@pytest.mark.parametrize("name", CONDITIONS)
def test_finds_the_cores_of_a_simulated_bundle(name: str) -> None:
    white = CONDITIONS[name]()
    bundle = calibrate(white.pixels)
    score = score_cores(white, bundle.xy_px, bundle.dead)
    assert score.recall >= 0.99
    assert score.false <= 0.005
    assert score.rms_px <= 0.25
    # Bright cores that the exposure truly cuts off count as dead: their gain is unknown.
    assert score.dead_wrongly <= 0.02


def test_dead_cores_keep_their_place_and_are_flagged() -> None:
    white = show_white(31, cores=3000, pitch_px=7.0, fibre=FibreSettings(cores=3000, dead=0.03))
    bundle = calibrate(white.pixels)
    score = score_cores(white, bundle.xy_px, bundle.dead)
    assert score.dead_found >= 0.9
    assert score.dead_wrongly <= 0.005


def test_saturated_specks_are_flagged_and_spoil_no_neighbours() -> None:
    white = show_white(32, cores=3000, pitch_px=8.0, specks=15)
    clean = show_white(32, cores=3000, pitch_px=8.0)
    speckled = np.argwhere((white.pixels == 255).all(axis=2) & ~(clean.pixels == 255).all(axis=2))[:, ::-1]
    bundle = calibrate(white.pixels)
    score = score_cores(white, bundle.xy_px, bundle.dead)
    assert score.recall >= 0.99
    assert score.rms_px <= 0.25
    distance = np.hypot(*(speckled[:, np.newaxis] - bundle.xy_px).transpose(2, 0, 1))
    assert bundle.dead[distance.argmin(axis=1)[distance.min(axis=1) < 1.0]].mean() >= 0.9


def test_the_rim_is_found_even_where_it_lies_outside_the_picture() -> None:
    white = show_white(33, cores=3000, pitch_px=5.0, frame_shape=(230, 280), offset_px=(30.0, -25.0))
    rim = calibrate(white.pixels).rim
    lens = white.camera.lens
    assert np.hypot(rim.x_px - lens.centre_xy_px[0], rim.y_px - lens.centre_xy_px[1]) <= 5.0
    assert rim.radius_px == pytest.approx(lens.radius_px, abs=5.0)


def test_gain_and_black_are_those_of_the_camera() -> None:
    white = show_white(34, cores=3000, pitch_px=6.0, dark_level=0.03)
    dark = camera_picture(np.zeros((3000, 3), np.float32), white.fibre, white.camera, np.random.default_rng(1))
    half = camera_picture(np.full((3000, 3), 0.5, np.float32), white.fibre, white.camera, np.random.default_rng(2))
    with_dark = calibrate(white.pixels, dark)
    assert np.median(with_dark.dark) == pytest.approx(0.03, abs=0.002)
    # The surround is black in the white picture too, so black is known without a dark picture.
    without = calibrate(white.pixels)
    assert np.median(without.dark) == pytest.approx(0.03, abs=0.003)
    light = _read(half, with_dark)
    assert np.median(light) == pytest.approx(0.5, abs=0.005)
    assert np.std(light[~with_dark.dead]) <= 0.02


def test_moving_frames_calibrate_without_a_white_picture() -> None:
    white = show_white(35, cores=3000, pitch_px=5.5)
    bundle = calibrate_from_frames(_moving_frames(white, frames=24))
    score = score_cores(white, bundle.xy_px, bundle.dead)
    assert score.recall >= 0.99
    assert score.false <= 0.005
    assert score.rms_px <= 0.25
    assert bundle.quality.calibrated_from == "frames"
    assert bundle.quality.grade != "good"
    # What the fibre itself does to an even scene, core against core, is mostly taken out.
    even = camera_picture(np.full((3000, 3), 0.6, np.float32), white.fibre, white.camera, np.random.default_rng(3))
    light = _read(even, bundle)[~bundle.dead].mean(axis=1)
    raw = (light * bundle.gain[~bundle.dead].mean(axis=1)) / light.mean()
    assert light.std() / light.mean() <= 0.5 * raw.std() / raw.mean()


def test_a_still_scene_says_so() -> None:
    white = show_white(36, cores=1600, pitch_px=5.0)
    bundle = calibrate_from_frames([white.pixels] * 20)
    assert any("hardly moved" in note for note in bundle.quality.notes)


@pytest.mark.parametrize(
    ("name", "cores", "pitch_px"),
    [
        ("usaf1_background.tif", (26_000, 31_000), (5.0, 5.6)),
        ("bundle_colour_1_background.tif", (16_000, 18_500), (4.4, 4.8)),
        ("thin_bundle.tif", (9_000, 10_500), (9.4, 10.4)),
    ],
)
def test_real_bundles_are_found_whole(
    fibre_images: Path, name: str, cores: tuple[int, int], pitch_px: tuple[float, float]
) -> None:
    picture = cv2.imread(str(fibre_images / name), cv2.IMREAD_UNCHANGED)
    white = picture if picture.ndim == 2 else np.ascontiguousarray(picture[:, :, 2::-1])
    bundle = calibrate(white)
    assert cores[0] <= bundle.cores <= cores[1]
    assert pitch_px[0] <= bundle.pitch_px <= pitch_px[1]
    # Nothing in the surround: every core lies inside the rim, or a core's width beside it.
    distance = np.hypot(bundle.xy_px[:, 0] - bundle.rim.x_px, bundle.xy_px[:, 1] - bundle.rim.y_px)
    assert distance.max() <= bundle.rim.radius_px + 2.0 * bundle.pitch_px
    # The cores fill the part of the circle that is in the picture: in close packing each takes 0.87 pitches squared.
    height, width = bundle.frame_shape
    y, x = np.mgrid[:height, :width]
    area = (np.hypot(x - bundle.rim.x_px, y - bundle.rim.y_px) < bundle.rim.radius_px).sum()
    assert bundle.cores * 0.866 * bundle.pitch_px**2 / area == pytest.approx(1.0, abs=0.08)
    assert bundle.dead.mean() < 0.02


def _read(pixels: Pixels, bundle):
    from ductoscope.restore.psf import psf_windows, read_psf

    windows = psf_windows(bundle.xy_px, bundle.sigma_px, bundle.pitch_px, bundle.frame_shape)
    return (read_psf(pixels, windows) - bundle.dark) / bundle.gain


def _moving_frames(white: WhitePicture, frames: int) -> list[Pixels]:
    """A textured scene that drifts, dark in the middle like a duct."""
    rng = np.random.default_rng(5)
    texture = cv2.GaussianBlur(rng.normal(size=(600, 600)).astype(np.float32), (0, 0), 5.0)
    y, x = np.mgrid[:600, :600] / 300.0 - 1.0
    scene = (0.5 + 0.15 * texture / texture.std())[:, :, np.newaxis] * np.array([1.0, 0.6, 0.5], dtype=np.float32)
    shade = (0.4 + 0.6 * np.clip(np.hypot(x, y), 0.0, 1.0))[:, :, np.newaxis]
    pictures = []
    for index in range(frames):
        moved = np.roll(scene, (11 * index, 17 * index), (0, 1)) * shade
        light = see_scene(white.fibre, np.clip(moved, 0.0, 1.0))
        pictures.append(camera_picture(light, white.fibre, white.camera, rng))
    return pictures

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from ductoscope.model import CalibrationError
from ductoscope.restore.find_cores import find_cores, mean_light
from tests.lattices import lay_round_hexagons, light_spots


@settings(max_examples=8, deadline=None)
@given(pitch_px=st.floats(3.2, 12.0), jitter=st.floats(0.0, 0.06), seed=st.integers(0, 1000))
def test_every_core_is_found_once_and_to_a_quarter_pixel(pitch_px: float, jitter: float, seed: int) -> None:
    xy = lay_round_hexagons(pitch_px, 24, jitter=jitter, seed=seed)
    size = int(xy.max() + 4 * pitch_px)
    light = light_spots(xy, 0.28 * pitch_px, (size, size), floor=0.03)
    noisy = light + np.random.default_rng(seed).normal(0, 0.005, light.shape)
    found = find_cores(np.clip(np.rint(255 * noisy), 0, 255).astype(np.uint8))
    distance, nearest = cKDTree(xy).query(found.xy_px)
    assert len(found.xy_px) == len(xy)
    assert len(np.unique(nearest)) == len(xy)
    assert np.sqrt(np.mean(distance**2)) < 0.25
    assert found.pitch_px == pytest.approx(pitch_px, rel=0.03)


def test_the_same_picture_gives_the_same_cores() -> None:
    xy = lay_round_hexagons(6.0, 24, jitter=0.05)
    white = (255 * np.clip(light_spots(xy, 1.7, (180, 180)), 0, 1)).astype(np.uint8)
    np.testing.assert_array_equal(find_cores(white).xy_px, find_cores(white).xy_px)


def test_mean_light_is_in_full_scales() -> None:
    assert mean_light(np.full((40, 40, 3), 255, dtype=np.uint8)).max() == pytest.approx(1.0)
    assert mean_light(np.full((40, 40), 65535, dtype=np.uint16)).max() == pytest.approx(1.0)


def _photograph(beta: float) -> np.ndarray:
    """Random picture with the spectrum of natural scenes."""
    rng = np.random.default_rng(3)
    frequency = np.hypot(np.fft.fftfreq(400)[:, None], np.fft.fftfreq(500)[None, :])
    frequency[0, 0] = 1.0
    scene = np.fft.ifft2(np.fft.fft2(rng.normal(size=(400, 500))) / frequency**beta).real
    return np.clip(128 + 50 * (scene - scene.mean()) / scene.std(), 0, 255).astype(np.uint8)


def _page_of_text() -> np.ndarray:
    page = np.full((400, 700), 240, dtype=np.uint8)
    for line in range(18):
        cv2.putText(page, "the quick brown fox jumps over the lazy dog", (5, 20 + 22 * line), 0, 0.6, 20, 1)
    return page


NO_BUNDLE = {
    "black": np.zeros((300, 400, 3), dtype=np.uint8),
    "plain grey": np.full((300, 400), 128, dtype=np.uint8),
    "all saturated": np.full((300, 400, 3), 255, dtype=np.uint8),
    "white noise": np.random.default_rng(0).integers(0, 256, (300, 400), dtype=np.uint8),
    "camera noise": np.random.default_rng(1).normal(100, 3, (300, 400)).astype(np.uint8),
    "ramp": np.tile(np.arange(400) // 2, (300, 1)).astype(np.uint8),
    "stripes": np.tile(128 + 100 * np.sin(np.arange(400) / 1.2), (300, 1)).astype(np.uint8),
    "chequers": ((np.add.outer(np.arange(300) // 4, np.arange(400) // 4) % 2) * 200).astype(np.uint8),
    "wide chequers": ((np.add.outer(np.arange(300) // 6, np.arange(400) // 6) % 2) * 200).astype(np.uint8),
    "photograph": _photograph(1.0),
    "soft photograph": _photograph(1.6),
    "page of text": _page_of_text(),
    "single pixel": np.zeros((1, 1), dtype=np.uint8),
    "too small": np.full((20, 400), 90, dtype=np.uint8),
}


@pytest.mark.parametrize("name", NO_BUNDLE)
def test_no_bundle_is_invented(name: str) -> None:
    with pytest.raises(CalibrationError) as refusal:
        find_cores(NO_BUNDLE[name])
    assert len(str(refusal.value)) < 250


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((64, 64), dtype=np.float32),
        np.zeros((64, 64, 4), dtype=np.uint8),
        np.zeros(64, dtype=np.uint8),
        np.zeros((64, 64), dtype=np.int16),
    ],
)
def test_what_is_no_camera_picture_is_refused(pixels: np.ndarray) -> None:
    with pytest.raises(CalibrationError, match="uint8 or uint16"):
        find_cores(pixels)

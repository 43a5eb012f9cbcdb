"""Core contrast tells a honeycomb from everything else."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from ductoscope.live.compression import EATEN_CONTRAST, make_grid_bundle, measure_core_contrast, plan_probe
from ductoscope.model import PictureArray, Rim
from ductoscope.restore import plan_restore, read_cores

RIM = Rim(120.0, 118.0, 100.0)
LATTICE = replace(make_grid_bundle((240, 240), 1, RIM, 0.0), pitch_px=3.0)


@pytest.fixture(scope="module")
def honeycomb() -> tuple[PictureArray, np.ndarray]:
    """A picture of cores 8 px apart, and where they are."""
    coarse = make_grid_bundle((240, 240), 1, Rim(120 / 2.7, 118 / 2.7, 100 / 2.7), 0.0)
    xy_px = coarse.xy_px * 2.7
    rows, columns = np.mgrid[:240, :240]
    light = np.zeros((240, 240))
    for x, y in xy_px:
        light += np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * 2.2**2))
    return np.clip(150 * light, 0, 255).astype(np.uint8), xy_px


def probe_of(xy_px: np.ndarray):
    n = len(xy_px)
    bundle = replace(
        LATTICE,
        xy_px=xy_px,
        pitch_px=8.1,
        gain=np.ones((n, 1), np.float32),
        dark=np.zeros((n, 1), np.float32),
        dead=np.zeros(n, bool),
    )
    return plan_probe(bundle)


def test_cores_stand_out_until_they_are_blurred_away(honeycomb: tuple[PictureArray, np.ndarray]) -> None:
    picture, xy_px = honeycomb
    probe = probe_of(xy_px)
    sharp = measure_core_contrast(picture, probe)
    eaten = measure_core_contrast(cv2.GaussianBlur(picture, (0, 0), 5), probe)
    assert sharp is not None
    assert sharp > 0.2
    assert eaten is not None
    assert eaten < EATEN_CONTRAST


def test_text_and_noise_are_no_cores(honeycomb: tuple[PictureArray, np.ndarray]) -> None:
    probe = probe_of(honeycomb[1])
    card = np.zeros((240, 240), np.uint8)
    for line in range(5):
        cv2.putText(card, "DOE, JANE", (30, 60 + 30 * line), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 255, 2)
    noise = np.random.default_rng(0).integers(0, 255, (240, 240), dtype=np.uint8)
    for picture in (card, noise):
        contrast = measure_core_contrast(picture, probe)
        assert contrast is not None
        assert contrast < EATEN_CONTRAST


def test_a_black_picture_says_nothing(honeycomb: tuple[PictureArray, np.ndarray]) -> None:
    assert measure_core_contrast(np.zeros((240, 240), np.uint8), probe_of(honeycomb[1])) is None


def test_a_grid_reads_a_smooth_picture_as_it_is() -> None:
    rows, columns = np.mgrid[:240, :240]
    picture = (100 + 60 * np.sin(columns / 25) * np.cos(rows / 30)).astype(np.uint8)
    light_lin = read_cores(picture, plan_restore(LATTICE, 256))[:, 0]
    x, y = LATTICE.xy_px.round().astype(int).T
    assert np.abs(light_lin - picture[y, x] / 255).max() < 0.03


@pytest.mark.parametrize("radius", [60.0, 250.0, 520.0])
def test_a_grid_is_fine_but_bounded(radius: float) -> None:
    bundle = make_grid_bundle((1100, 1100), 3, Rim(550.0, 550.0, radius), 0.01)
    assert bundle.cores <= 30_500
    assert bundle.pitch_px == pytest.approx(max(3.0, np.sqrt(np.pi * radius**2 / (np.sqrt(0.75) * 30_000))))
    assert bundle.quality.grade == "poor"
    assert "Compression has eaten" in bundle.quality.notes[0]

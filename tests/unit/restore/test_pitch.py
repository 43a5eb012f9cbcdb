from __future__ import annotations

import numpy as np
import pytest

from ductoscope.restore.pitch import guess_pitch
from tests.lattices import lay_hexagons, light_spots


@pytest.mark.parametrize("pitch_px", [2.9, 3.7, 5.0, 7.3, 11.0, 15.0, 20.0])
def test_the_ring_tells_the_pitch(pitch_px: float) -> None:
    xy = lay_hexagons(pitch_px, 30, jitter=0.05)
    size = int(xy.max() + 3 * pitch_px)
    guesses = guess_pitch(light_spots(xy, 0.28 * pitch_px, (size, size)))
    assert guesses[0].pitch_px == pytest.approx(pitch_px, rel=0.06)


def test_a_small_bundle_in_a_large_noisy_picture_is_seen() -> None:
    light = np.random.default_rng(0).normal(0.05, 0.004, (720, 1280)).astype(np.float32)
    xy = lay_hexagons(3.5, 40, jitter=0.05)
    light[200:380, 600:780] += light_spots(xy, 1.0, (180, 180), floor=0.0)
    assert guess_pitch(light)[0].pitch_px == pytest.approx(3.5, rel=0.06)


def test_a_blank_picture_shows_no_ring() -> None:
    assert guess_pitch(np.zeros((300, 300), dtype=np.float32)) == ()


def test_noise_shows_no_ring_to_speak_of() -> None:
    noise = np.random.default_rng(0).uniform(0.0, 1.0, (500, 500)).astype(np.float32)
    assert all(guess.prominence < 0.4 for guess in guess_pitch(noise))

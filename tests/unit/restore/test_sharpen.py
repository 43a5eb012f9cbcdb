from __future__ import annotations

import numpy as np
import pytest

from ductoscope.restore.sharpen import Sharpener, tame_specks
from tests.lattices import lay_hexagons, light_spots


def test_two_cores_that_share_one_maximum_come_apart() -> None:
    pitch_px = 8.0
    pair = np.array([[30.0, 32.0], [30.0 + 0.6 * pitch_px, 32.0]])
    light = light_spots(pair, 0.3 * pitch_px, (64, 64))
    middle = slice(29, 37)
    assert light[32, middle].argmax() not in (0, 1, 6, 7)
    row = Sharpener(light, pitch_px).sharpen(0.3, 0.2, 1e-4)[32]
    assert row[32] < 0.8 * row[30]
    assert row[32] < 0.8 * row[35]


@pytest.mark.parametrize("zoom", [1, 2])
@pytest.mark.parametrize("shape", [(61, 74), (64, 80)])
def test_sharpening_moves_nothing(zoom: int, shape: tuple[int, int]) -> None:
    light = light_spots(np.array([[33.0, 27.0]]), 1.5, shape)
    sharp = Sharpener(light, 5.0).sharpen(0.3, 0.2, 1e-3, zoom)
    assert sharp.shape == (shape[0] * zoom, shape[1] * zoom)
    assert np.unravel_index(sharp.argmax(), sharp.shape) == (27 * zoom, 33 * zoom)


def test_more_noise_means_less_sharpening() -> None:
    rng = np.random.default_rng(0)
    clean = light_spots(lay_hexagons(5.0, 20), 1.4, (120, 120))
    quiet = Sharpener(clean + rng.normal(0, 0.002, clean.shape).astype(np.float32), 5.0)
    loud = Sharpener(clean + rng.normal(0, 0.02, clean.shape).astype(np.float32), 5.0)
    assert loud.noise_square == pytest.approx(0.02**2, rel=0.2)
    assert loud.noise_share(0.3) > quiet.noise_share(0.3)
    assert quiet.noise_share(1e-9) <= 1e-2


def test_specks_are_cut_and_cores_are_not() -> None:
    light = light_spots(lay_hexagons(6.0, 25), 1.7, (170, 170), floor=0.05)
    speckled = light.copy()
    speckled[80:84, 90:94] = 5.0
    tamed = tame_specks(speckled, 6.0)
    assert tamed[80:84, 90:94].max() < 1.0
    untouched = np.ones(light.shape, dtype=bool)
    untouched[80:84, 90:94] = False
    np.testing.assert_array_equal(tamed[untouched], light[untouched])

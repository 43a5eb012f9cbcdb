from __future__ import annotations

import numpy as np
import pytest

from ductoscope.simulate.instrument.sensor import SensorNoise, expose, fill_surround

SENSOR = SensorNoise(gain=1.5, full_well=5000.0, read_noise=10.0, dark_level=0.02)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_without_noise_it_is_scaling_rounding_and_clipping(dtype: type) -> None:
    light = np.random.default_rng(0).uniform(-0.1, 1.2, (40, 60)).astype(np.float32)
    out = np.empty(light.shape, dtype)
    expose(light, out, None, SENSOR)
    top = np.iinfo(dtype).max
    plain = np.clip((1.5 * light.astype(float) + 0.02) * top, 0, top)
    assert np.abs(out - plain).max() <= 0.51, "clipped, never wrapped"


def test_noise_has_the_spread_of_its_electrons() -> None:
    level = 0.2
    light, out = np.full((300, 400), level, np.float32), np.empty((300, 400), np.uint16)
    expose(light, out, np.random.default_rng(1), SENSOR)
    seen = out / 65535.0
    assert seen.mean() == pytest.approx(1.5 * level + 0.02, abs=2e-4)
    assert seen.std() == pytest.approx(1.5 * np.sqrt(level / 5000.0 + (10.0 / 5000.0) ** 2), rel=0.02)
    centred = (seen - seen.mean()) / seen.std()
    assert (centred**4).mean() == pytest.approx(3.0, abs=0.1), "normal, not some other shape"


def test_writes_into_a_part_of_a_picture() -> None:
    picture = np.zeros((10, 12), np.uint8)
    expose(np.full((4, 6), 0.5, np.float32), picture[3:7, 2:8], None, SensorNoise(1.0, 1e4, 1.0, 0.0))
    assert (picture[3:7, 2:8] == 128).all()
    assert picture.sum() == 128 * 24


def test_surround_is_even_with_the_noise_of_its_level() -> None:
    picture = np.zeros((250, 900), np.uint16)
    fill_surround(picture, np.random.default_rng(2), SENSOR, level=0.3)
    seen = picture / 65535.0
    assert seen.mean() == pytest.approx(1.5 * 0.3 + 0.02, abs=2e-3)
    assert seen.std() == pytest.approx(1.5 * np.sqrt(0.3 / 5000.0 + (10.0 / 5000.0) ** 2), rel=0.05)
    assert abs(np.corrcoef(seen[:-1].ravel(), seen[1:].ravel())[0, 1]) < 0.02, "no row repeats the one above"
    still = np.zeros_like(picture)
    fill_surround(still, None, SENSOR, level=0.3)
    assert (still == round((1.5 * 0.3 + 0.02) * 65535)).all()

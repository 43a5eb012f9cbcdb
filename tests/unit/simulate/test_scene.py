from __future__ import annotations

import numpy as np
import pytest

from ductoscope.model import BadInputError
from ductoscope.simulate import SCENE_FAMILIES, make_scene
from ductoscope.simulate.scene import fractal_noise


@pytest.mark.parametrize("family", sorted(SCENE_FAMILIES))
def test_scenes_are_light_with_detail_and_colour(family: str) -> None:
    scene = make_scene(family, 3, 128)
    assert scene.shape == (128, 128, 3)
    assert scene.dtype == np.float32
    assert 0.0 <= scene.min() < scene.max() <= 1.0
    assert np.abs(np.diff(scene, axis=1)).mean() > 0.004, "detail from one pixel to the next"
    assert scene.std(axis=2).mean() > 0.01, "colour"
    assert make_scene(family, 3, 128).tobytes() == scene.tobytes()
    assert make_scene(family, 4, 128).tobytes() != scene.tobytes()


def test_fractal_noise_falls_as_its_power() -> None:
    noise = fractal_noise(np.random.default_rng(0), 256, 1.0)
    spectrum = np.abs(np.fft.fft2(noise))
    frequency = np.hypot(np.fft.fftfreq(256)[:, None], np.fft.fftfreq(256)[None, :])
    low = spectrum[(frequency > 0.02) & (frequency < 0.03)].mean()
    high = spectrum[(frequency > 0.2) & (frequency < 0.3)].mean()
    assert low / high == pytest.approx(10.0, rel=0.15)


def test_names_the_families_when_one_is_unknown() -> None:
    with pytest.raises(BadInputError, match="no scene family 'clouds'; choose one of chart, texture, vessels, edges"):
        make_scene("clouds", 0)

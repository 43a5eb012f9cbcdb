from __future__ import annotations

import numpy as np
import pytest

from ductoscope.simulate.wall import COLUMNS, Wall, draw_wall

LENGTH_MM, RADIUS_MM = 12.0, 0.9


@pytest.fixture(scope="module")
def wall() -> Wall:
    return draw_wall(np.random.default_rng(3), LENGTH_MM, RADIUS_MM)


def test_samples_are_square_and_cover_the_duct(wall: Wall) -> None:
    assert wall.sample_mm * COLUMNS == pytest.approx(2.0 * np.pi * RADIUS_MM)
    assert wall.levels[0].shape[0] * wall.sample_mm == pytest.approx(LENGTH_MM, abs=0.1)
    assert [level.shape[1] for level in wall.levels] == [512, 256, 128, 64]
    assert wall.relief.shape[1] * wall.relief_mm == pytest.approx(LENGTH_MM, abs=0.1)


def test_is_pale_and_pinkish_yellow_with_red_vessels(wall: Wall) -> None:
    red, green, blue = (wall.levels[0][:, :, channel].astype(float).mean() for channel in range(3))
    assert red > green > blue > 100.0
    ratio = wall.levels[0][:, :, 1] / wall.levels[0][:, :, 0].astype(float)
    assert np.percentile(ratio, 1) < 0.7 < np.percentile(ratio, 50), "vessels are redder than the wall"


def test_goes_around_without_a_seam(wall: Wall) -> None:
    colour = wall.levels[0][:, :, 1].astype(float)
    seam = np.abs(colour[:, 0] - colour[:, -1]).mean()
    inside = np.abs(np.diff(colour, axis=1)).mean()
    assert seam < 1.5 * inside
    radius = wall.relief[0]
    assert np.abs(radius[:, 0] - radius[:, -1]).mean() < 2.0 * np.abs(np.diff(radius, axis=1)).mean()


def test_nothing_repeats_along_the_duct(wall: Wall) -> None:
    colour = wall.levels[1][:, :, 1].astype(float)
    colour = colour - colour.mean()
    padded = np.fft.rfft2(np.concatenate([colour, np.zeros_like(colour)]))
    correlation = np.fft.irfft2(np.abs(padded) ** 2)[: len(colour) // 2]
    beyond = int(2.0 / (2.0 * wall.sample_mm))
    assert correlation[beyond:].max() < 0.5 * correlation[0, 0]


def test_slopes_are_those_of_the_radius(wall: Wall) -> None:
    radius, along, around = wall.relief.astype(float)
    assert (radius > 0.5 * RADIUS_MM).all()
    steps = np.diff(radius, axis=0) / wall.relief_mm
    np.testing.assert_allclose(0.5 * (steps[1:] + steps[:-1]), along[1:-1], atol=1e-4)
    turn = 2.0 * np.pi / radius.shape[1]
    np.testing.assert_allclose((radius[:, 2:] - radius[:, :-2]) / (2.0 * turn), around[:, 1:-1], atol=1e-4)

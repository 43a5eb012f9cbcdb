"""The disc is found to a fraction of a pixel, whatever a tower writes around it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ductoscope.live.find_disc import find_disc
from ductoscope.model import PictureArray


def draw_screen(
    x: float, y: float, radius: float, *, shape: tuple[int, int] = (480, 640), oval: float = 1.0
) -> PictureArray:
    """A dark screen with a shaded, honeycombed disc; `oval` is its width over its height."""
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float64)
    reach = np.hypot((columns - x) / np.sqrt(oval), (rows - y) * np.sqrt(oval)) / radius
    light = (
        120
        * (1 - 0.3 * reach**2)
        * (0.7 + 0.3 * np.cos(columns * 1.1) * np.cos(rows * 1.1))
        * (1 + 0.3 * np.sin(columns / 30))
    )
    edge = np.clip((1 - reach) * radius + 0.5, 0, 1)
    noise = np.random.default_rng(0).normal(0, 2, shape)
    return np.clip(8 + light * edge + noise, 0, 255).astype(np.uint8)


def write_text(screen: PictureArray) -> PictureArray:
    for line in range(6):
        cv2.putText(screen, "DOE, JANE 1960", (4, 40 + 60 * line), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 255, 2)
    cv2.rectangle(screen, (560, 400), (630, 470), 200, -1)
    return screen


@pytest.mark.parametrize(("x", "y", "radius"), [(340.3, 236.7, 200.4), (400.0, 200.0, 90.0), (320.0, 240.0, 45.0)])
def test_a_disc_among_text_and_a_logo(x: float, y: float, radius: float) -> None:
    disc = find_disc(write_text(draw_screen(x, y, radius)))
    assert disc is not None
    assert (disc.rim.x_px, disc.rim.y_px, disc.rim.radius_px) == pytest.approx(
        (x, y, radius), abs=max(1.0, 0.02 * radius)
    )
    assert disc.width_over_height == pytest.approx(1, abs=0.01)


def test_a_disc_cut_by_the_screen() -> None:
    disc = find_disc(draw_screen(320, 230, 280))
    assert disc is not None
    assert (disc.rim.x_px, disc.rim.y_px, disc.rim.radius_px) == pytest.approx((320, 230, 280), abs=4)


def test_an_oval_shows_pixels_that_are_not_square() -> None:
    disc = find_disc(draw_screen(320, 240, 180, oval=15 / 16))
    assert disc is not None
    assert disc.width_over_height == pytest.approx(15 / 16, abs=0.01)


def test_text_without_a_disc_is_none() -> None:
    assert find_disc(write_text(np.full((480, 640), 8, np.uint8))) is None


def test_black_noise_and_a_full_picture_are_none() -> None:
    rng = np.random.default_rng(1)
    assert find_disc(np.zeros((480, 640), np.uint8)) is None
    assert find_disc(rng.integers(0, 30, (480, 640), dtype=np.uint8)) is None
    assert find_disc(rng.integers(90, 130, (480, 640), dtype=np.uint8)) is None


def test_a_bright_rectangle_is_no_disc() -> None:
    screen = np.full((480, 640), 10, np.uint8)
    screen[100:380, 120:520] = 150
    assert find_disc(screen) is None

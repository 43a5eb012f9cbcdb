from __future__ import annotations

import numpy as np
import pytest

from ductoscope.model import Bundle, BundleQuality, Rim
from ductoscope.restore.calibration_picture import draw_calibration

BUNDLE = Bundle(
    frame_shape=(60, 80),
    xy_px=np.array([[20.0, 20.0], [50.0, 30.0]]),
    pitch_px=10.0,
    sigma_px=2.8,
    rim=Rim(40.0, 30.0, 25.0),
    gain=np.ones((2, 1), np.float32),
    dark=np.zeros((2, 1), np.float32),
    dead=np.array([False, True]),
    quality=BundleQuality("white", 0.4, 0.0, "good"),
)


@pytest.mark.parametrize("white", [np.full((60, 80), 3, np.uint8), np.full((60, 80, 3), 900, np.uint16)])
def test_live_cores_are_green_dead_ones_red_and_the_rim_blue(white: np.ndarray) -> None:
    picture = draw_calibration(white, BUNDLE).astype(int)
    assert picture.shape == (60, 80, 3)
    red, green, blue = picture[20, 20]
    assert green > red + 50 > 50
    assert green > blue + 50
    ring = picture[30, 46]
    assert ring[0] > ring[1] + 50
    rim = picture[30, 15]
    assert rim[2] > rim[0] + 50


def test_a_black_picture_can_be_drawn() -> None:
    assert draw_calibration(np.zeros((60, 80), np.uint8), BUNDLE).shape == (60, 80, 3)

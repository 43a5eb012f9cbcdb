"""A disc that jumps or changes size is found again; text that comes up and darkness do not move it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ductoscope.live.follow_disc import start_place, step_place
from ductoscope.model import PictureArray, Rim

RIM = Rim(300.0, 240.0, 150.0)


def draw(rim: Rim, light: float = 120.0) -> PictureArray:
    rows, columns = np.mgrid[:480, :640]
    reach = np.hypot(columns - rim.x_px, rows - rim.y_px)
    return np.clip(6 + light * np.clip(rim.radius_px - reach + 0.5, 0, 1), 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    "new", [Rim(318.0, 231.0, 150.0), Rim(420.0, 250.0, 150.0), Rim(300.0, 240.0, 110.0), Rim(300.0, 240.0, 190.0)]
)
def test_a_jump_and_a_zoom_are_followed_at_once(new: Rim) -> None:
    place = start_place(RIM, 5.0)
    for _ in range(10):
        place, rim = step_place(place, draw(RIM), is_doubted=False)
        assert rim == RIM
    place, rim = step_place(place, draw(new), is_doubted=False)
    assert (rim.x_px, rim.y_px, rim.radius_px) == pytest.approx((new.x_px, new.y_px, new.radius_px), abs=1.5)


def test_doubt_alone_does_not_move_a_disc_that_is_where_it_was() -> None:
    _place, rim = step_place(start_place(RIM, 5.0), draw(RIM), is_doubted=True)
    assert rim == RIM


def test_darkness_and_text_beside_it_move_nothing() -> None:
    place = start_place(RIM, 5.0)
    dark = draw(RIM, light=0)
    texted = draw(RIM)
    cv2.putText(texted, "FREEZE", (300, 80), cv2.FONT_HERSHEY_SIMPLEX, 2.0, 255, 4)
    for screen in [dark] * 8 + [texted] * 8 + [draw(RIM)] * 8:
        place, rim = step_place(place, screen, is_doubted=False)
        assert rim == RIM

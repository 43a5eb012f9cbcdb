"""A white balance is bright, grey, even, and lasts; tissue and title cards are not."""

from __future__ import annotations

import cv2
import numpy as np

from ductoscope.live.find_white import Thumbnail, find_white, is_white
from ductoscope.model import Rim

RIM = Rim(320.0, 240.0, 200.0)


def look(t_s: float, colour: tuple[float, float, float], texture: float = 0.0) -> Thumbnail:
    """A small screen with a disc of a colour that falls off by 20 % to the rim, with texture on it."""
    rows, columns = np.mgrid[:120, :160]
    reach = np.hypot(columns - 79.6, rows - 59.6) / 50
    relief = 1 + texture * np.sin(columns / 6) * np.cos(rows / 5)
    light = np.where(reach < 1, (1 - 0.2 * reach**2) * relief, 0)
    pixels = np.clip(light[:, :, None] * np.array(colour), 0, 255).astype(np.uint8)
    return Thumbnail(round(t_s * 1e9), pixels, 0.25)


def test_white_is_told_from_tissue_dark_glare_and_text() -> None:
    assert is_white(look(0, (150, 160, 145)), RIM)
    assert not is_white(look(0, (180, 100, 80)), RIM)
    assert not is_white(look(0, (150, 160, 145), texture=0.3), RIM)
    assert not is_white(look(0, (20, 20, 20)), RIM)
    assert not is_white(look(0, (320, 320, 320)), RIM)
    card = look(0, (0, 0, 0))
    pixels = card.pixels.copy()
    cv2.putText(pixels, "DOE, JANE", (35, 65), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255, 255, 255), 1)
    assert not is_white(Thumbnail(0, pixels, 0.25), RIM)


def test_the_longest_white_while_is_taken_and_a_flash_is_not() -> None:
    white, tissue = (150, 160, 145), (180, 100, 80)
    times = np.arange(0, 4, 0.12)
    colours = [white if 0.2 < t < 0.7 or 1.5 < t < 2.9 else tissue for t in times]
    found = find_white([look(t, colour) for t, colour in zip(times, colours, strict=True)], RIM)
    assert found is not None
    assert 1.5e9 < found[0] < 1.7e9
    assert 2.7e9 < found[1] < 2.9e9
    flash = [look(t, white if t == times[7] else tissue) for t in times]
    assert find_white(flash, RIM) is None
    assert find_white([], RIM) is None

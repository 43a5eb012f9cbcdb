"""Nothing outside the disc is kept, and nothing inside it is touched."""

from __future__ import annotations

import numpy as np
import pytest

from ductoscope.live.cut_disc import DiscCut
from ductoscope.model import Rim

RIM = Rim(150.4, 120.2, 60.0)
SCREEN = np.random.default_rng(0).integers(1, 255, (240, 320, 3), dtype=np.uint8)


def test_the_inside_is_the_screen_itself_and_the_outside_black() -> None:
    disc_cut = DiscCut(RIM)
    cut = disc_cut.cut(SCREEN, RIM)
    x, y = disc_cut.corner_xy_px
    side = disc_cut.side_px
    rows, columns = np.mgrid[:side, :side]
    reach = np.hypot(columns + x - RIM.x_px, rows + y - RIM.y_px) / RIM.radius_px
    assert np.array_equal(cut[reach < 1.02], SCREEN[y : y + side, x : x + side][reach < 1.02])
    assert cut[reach > 1.12].max() == 0
    assert (disc_cut.rim_inside.x_px, disc_cut.rim_inside.y_px) == pytest.approx((RIM.x_px - x, RIM.y_px - y))


def test_a_moved_disc_lands_in_the_same_place() -> None:
    moved = np.roll(SCREEN, (7, -12), axis=(0, 1))
    disc_cut = DiscCut(RIM)
    assert np.array_equal(disc_cut.cut(moved, Rim(138.4, 127.2, 60.0)), disc_cut.cut(SCREEN, RIM))


def test_a_disc_beyond_the_edge_is_black_there() -> None:
    cut = DiscCut(Rim(5.0, 5.0, 40.0)).cut(SCREEN, Rim(5.0, 5.0, 40.0))
    assert cut.shape[0] == cut.shape[1]
    assert cut[:10].max() == 0
    assert cut.max() > 0


def test_a_larger_disc_is_brought_back_to_size() -> None:
    rows, columns = np.mgrid[:240, :320]

    def draw(rim: Rim) -> np.ndarray:
        return (
            127 + 100 * np.sin(5 * (columns - rim.x_px) / rim.radius_px) * np.cos(4 * (rows - rim.y_px) / rim.radius_px)
        ).astype(np.uint8)

    larger = Rim(160.0, 110.0, 72.0)
    disc_cut = DiscCut(RIM)
    apart = disc_cut.cut(draw(larger), larger).astype(int) - disc_cut.cut(draw(RIM), RIM)
    assert np.abs(apart).max() <= 3

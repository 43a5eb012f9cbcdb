"""A piece of wall is found again where it is, or not at all."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ductoscope.model import WALL_COLUMNS
from ductoscope.navigate.relocalise import Found, find_wall
from ductoscope.navigate.wall import WallRecord, paint

STEP = 0.25
ROWS = 80


def draw_texture(seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).standard_normal((ROWS, WALL_COLUMNS))
    soft = cv2.GaussianBlur(np.pad(noise, 8, mode="wrap"), (0, 0), 1.2)[8:-8, 8:-8]
    return 0.4 * np.exp(0.3 * soft / soft.std())


def lay_out(texture: np.ndarray, rows: slice) -> tuple[np.ndarray, ...]:
    row, column = (one.reshape(-1) for one in np.mgrid[rows, 0:WALL_COLUMNS])
    light = np.repeat(texture[row, column][:, None], 3, axis=1).astype(np.float32)
    return (row + 0.5) * STEP, (column + 0.5) * 360.0 / WALL_COLUMNS, light, np.full(row.size, 0.5, np.float32)


@pytest.fixture
def known() -> WallRecord:
    wall = WallRecord()
    along, angle, light, quality = lay_out(draw_texture(1), slice(0, ROWS))
    paint(wall, along, angle, light, quality, np.ones(along.size, bool), 0, STEP)
    return wall


def find(known: WallRecord, seed: int, off_mm: float, off_deg: float) -> Found | None:
    along, angle, light, quality = lay_out(draw_texture(seed), slice(30, 46))
    # Even light fades towards the rim of the picture: that is no texture.
    light = light * np.linspace(0.5, 1.5, along.size, dtype=np.float32)[:, None]
    return find_wall(known, along - off_mm, (angle - off_deg) % 360.0, light, quality, reach=2.0)


@pytest.mark.parametrize(("off_mm", "off_deg"), [(0.0, 0.0), (1.5, 45.0), (-1.0, -120.0), (0.0, 180.0)])
def test_the_wall_is_found_where_it_is(known: WallRecord, off_mm: float, off_deg: float) -> None:
    found = find(known, 1, off_mm, off_deg)
    assert found is not None
    assert found.along == pytest.approx(off_mm, abs=STEP)
    assert abs((found.angle_deg - off_deg + 180.0) % 360.0 - 180.0) < 4.0


def test_another_wall_is_not_found(known: WallRecord) -> None:
    assert find(known, 2, 0.0, 0.0) is None


def test_what_lies_out_of_reach_is_not_found(known: WallRecord) -> None:
    assert find(known, 1, 4.0, 0.0) is None


@pytest.mark.parametrize("off_rows", [0, 6, 12])
def test_a_wall_that_seems_to_begin_before_the_known_one_is_found(off_rows: int) -> None:
    known, texture = WallRecord(), draw_texture(1)
    along, angle, light, quality = lay_out(texture, slice(20, ROWS))
    paint(known, along, angle, light, quality, np.ones(along.size, bool), 0, STEP)
    along, angle, light, quality = lay_out(texture, slice(16, 32))
    found = find_wall(known, along - off_rows * STEP, angle, light, quality, reach=4.0)
    assert found is not None
    assert found.along == off_rows * STEP
    assert found.alike > 0.99


def test_a_smooth_wall_is_not_found(known: WallRecord) -> None:
    known.light_lin[:] = 0.4
    assert find(known, 1, 0.0, 0.0) is None


def test_nothing_known_finds_nothing() -> None:
    assert find(WallRecord(), 1, 0.0, 0.0) is None

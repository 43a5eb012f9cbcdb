from __future__ import annotations

import numpy as np

from ductoscope.restore.dead_cores import find_dark, find_glowing, find_hot, usual_around
from tests.lattices import lay_hexagons, light_spots


def test_usual_is_the_median_of_usable_cores_around() -> None:
    xy = lay_hexagons(6.0, 12)
    values = np.full((144, 3), 0.4, dtype=np.float32)
    values[70] = 9.0
    usable = np.ones(144, dtype=bool)
    usable[70] = False
    np.testing.assert_allclose(usual_around(values, xy, usable), 0.4)


def test_dark_is_judged_against_the_neighbours_not_the_picture() -> None:
    level = np.array([0.4, 0.05, 0.05], dtype=np.float32)
    usual = np.array([0.4, 0.4, 0.06], dtype=np.float32)
    assert find_dark(level, usual).tolist() == [False, True, False]


def test_a_speck_is_hot_and_an_overexposed_area_is_not() -> None:
    xy = lay_hexagons(8.0, 12)
    light = light_spots(xy, 2.2, (130, 140), floor=0.05)
    white = np.clip(np.rint(light * 255), 0, 255).astype(np.uint8)
    read = np.full(len(xy), 0.45, dtype=np.float32)
    usual = read.copy()
    x, y = np.rint(xy[60]).astype(int)
    white[y - 1 : y + 2, x - 1 : x + 2] = 255
    assert np.flatnonzero(find_hot(white, xy, 8.0, read, usual, read, usual)).tolist() == [60]
    everywhere = np.full_like(white, 255)
    full = np.ones(len(xy), dtype=np.float32)
    assert not find_hot(everywhere, xy, 8.0, full, full, full, full).any()


def test_a_core_far_brighter_than_its_neighbours_is_hot() -> None:
    xy = lay_hexagons(8.0, 12)
    white = np.zeros((130, 140), dtype=np.uint8)
    level = np.full(len(xy), 0.2, dtype=np.float32)
    level[50] = 0.6
    usual = np.full(len(xy), 0.2, dtype=np.float32)
    assert np.flatnonzero(find_hot(white, xy, 8.0, level, usual, level, usual)).tolist() == [50]


def test_a_core_that_shines_in_the_dark_is_found() -> None:
    black = np.full((9, 3), 0.02, dtype=np.float32)
    black[4, 2] = 0.3
    assert np.flatnonzero(find_glowing(black, np.full((9, 3), 0.5, dtype=np.float32))).tolist() == [4]

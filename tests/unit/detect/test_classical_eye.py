"""The classical eye on drawn pictures whose truth is plain."""

from __future__ import annotations

import numpy as np
import pytest

from ductoscope.detect import open_eye
from ductoscope.model import RASTER_SIZE, BoolArray, DoubleArray, FloatArray, Outlook, Raster, place_pixels

PLACES = place_pixels()
SEEN: BoolArray = np.hypot(*np.moveaxis(PLACES, -1, 0)) <= 1.0


def _look(light: DoubleArray | FloatArray) -> Outlook:
    coloured = light if light.ndim == 3 else light[..., None] * np.array([1.0, 0.8, 0.7])
    return open_eye("classical").look_out(Raster(3, 40, (coloured * SEEN[..., None]).astype(np.float32), SEEN))


def _draw_lumen(x: float, y: float, width: float) -> DoubleArray:
    """1 on the wall, down to a twentieth in the lumen."""
    away = np.hypot(PLACES[..., 0] - x, PLACES[..., 1] - y)
    return np.asarray(0.05 + 0.95 / (1.0 + np.exp(-(away - width) / 0.04)))


def _at(values: FloatArray, x: float, y: float) -> float:
    column, row = (round((place + 1.0) * RASTER_SIZE / 2.0 - 0.5) for place in (x, y))
    return float(values[row, column])


def test_darkness_is_distance_by_the_inverse_square() -> None:
    away = np.hypot(PLACES[..., 0], PLACES[..., 1])
    distance = 1.0 + 2.0 * (1.0 - away)
    told = _look(0.8 / distance**2).distance
    ratio = told[SEEN & (away < 0.9)] / distance[SEEN & (away < 0.9)]
    assert ratio.std() / ratio.mean() < 0.02


def test_two_lumens_are_mouths_with_an_edge_between_them() -> None:
    outlook = _look(0.6 * np.minimum(_draw_lumen(-0.4, 0.0, 0.25), _draw_lumen(0.4, 0.0, 0.25)))
    assert min(_at(outlook.mouth, -0.4, 0.0), _at(outlook.mouth, 0.4, 0.0)) > 0.6
    assert _at(outlook.mouth, 0.0, 0.7) < 0.1
    assert _at(outlook.edge, 0.0, 0.0) > 0.5
    assert _at(outlook.edge, 0.0, 0.7) < 0.2


def test_one_lumen_is_the_duct_itself() -> None:
    outlook = _look(0.6 * _draw_lumen(0.1, 0.0, 0.3))
    assert outlook.mouth.max() < 0.3
    assert not outlook.edge.any()


def test_a_yellow_patch_stands_out_from_its_wall() -> None:
    light = 0.5 * np.ones((RASTER_SIZE, RASTER_SIZE, 1)) * np.array([1.0, 0.7, 0.65])
    light = light * (1.0 + 0.02 * np.random.default_rng(1).standard_normal(light.shape))
    patch = np.hypot(PLACES[..., 0] - 0.4, PLACES[..., 1] + 0.3) < 0.12
    light[patch] *= np.array([1.1, 1.1, 0.6])
    outlook = _look(light)
    assert outlook.spot[patch].mean() > 3.0 * outlook.spot[SEEN & ~patch].mean()


def test_saturated_pixels_are_not_clear() -> None:
    light = 0.5 * _draw_lumen(0.0, 0.0, 0.2)
    light[PLACES[..., 0] > 0.5] = 3.0
    outlook = _look(light)
    assert outlook.clear[SEEN & (PLACES[..., 0] > 0.55)].max() < 0.1


def test_a_white_picture_is_white_out() -> None:
    chances = _look(np.full((RASTER_SIZE, RASTER_SIZE, 3), 2.0)).chances
    assert max(chances, key=lambda word: chances[word]) == "white-out"


def test_nothing_depends_on_which_way_is_up() -> None:
    light = 0.6 * np.minimum(_draw_lumen(-0.4, 0.1, 0.2), _draw_lumen(0.4, -0.2, 0.25))
    light *= 1.0 + 0.1 * PLACES[..., 0]
    one, turned = _look(light), _look(np.rot90(light))
    assert one.chances == pytest.approx(turned.chances, abs=0.02)
    assert np.rot90(one.distance) == pytest.approx(turned.distance, rel=1e-3)

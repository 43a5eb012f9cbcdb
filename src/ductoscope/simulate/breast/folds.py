"""Folds of the wall: circular, incomplete ones that hands know from every duct, and shallow ones along it.

They stand at no regular distance: a motion tracker would feed on a pattern that no duct has.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d

from ductoscope.model import DoubleArray, FloatArray
from ductoscope.simulate.breast.wall_grid import WallGrid, draw_clouds, spread_along

_CIRCULAR_PER_RADIUS = 1.5
_ALONG = 5
_HIGHEST = 0.3


def draw_folds(rng: np.random.Generator, grid: WallGrid, radius_mm: DoubleArray) -> FloatArray:
    """Height of folds into the resting lumen in mm, relief-shaped; at most 0.3 of the radius.

    radius_mm: (M,) by row of the branch's line. Heights of 3 to 15 % of the radius, about 1.5 circular folds in each
    radius of length, are assumed.
    """
    radius = spread_along(radius_mm, grid.relief_shape[0], grid.relief_mm)
    height = _draw_circular(rng, grid, radius) + _draw_along(rng, grid) * radius
    return np.asarray(np.clip(height, 0.0, _HIGHEST * radius), dtype=np.float32)


def draw_unevenness(rng: np.random.Generator, grid: WallGrid, radius_mm: DoubleArray) -> FloatArray:
    """Departures of the cross-section from a circle that stay under pressure, in mm, both ways, relief-shaped."""
    radius = spread_along(radius_mm, grid.relief_shape[0], grid.relief_mm)
    size = float(radius_mm.mean())
    slow = draw_clouds(rng, grid.relief_shape, grid.relief_mm, 1.4, 0.5 * size, 8.0 * size)
    return np.asarray(0.018 * slow * radius, dtype=np.float32)


def _draw_circular(rng: np.random.Generator, grid: WallGrid, radius: DoubleArray) -> DoubleArray:
    """Ridges that waver along the duct as they go around, and fade out at their ends."""
    rows, columns = grid.relief_shape
    along = np.arange(rows) * grid.relief_mm
    around = np.arange(columns) * (2.0 * np.pi / columns)
    height = np.zeros((rows, columns))
    size = float(radius.mean())
    for place in rng.uniform(0.0, along[-1], rng.poisson(_CIRCULAR_PER_RADIUS * along[-1] / size)):
        local = float(radius[int(place / grid.relief_mm), 0])
        centre, reach = rng.uniform(0.0, 2.0 * np.pi), rng.uniform(0.4, 2.0)
        high = local * 0.03 * np.exp(rng.uniform(0.0, 1.6))
        wide = max(local * rng.uniform(0.07, 0.2), 1.2 * grid.relief_mm)
        turn = np.angle(np.exp(1j * (around - centre)))
        bend = np.sin(turn * rng.uniform(0.7, 2.4) + rng.uniform(0.0, 6.0))
        bent = place + local * (0.16 * bend + 0.1 * rng.normal() * turn)
        fade = np.exp(-0.5 * (turn / reach) ** 4)
        near = slice(*np.searchsorted(along, (place - 1.2 * local - 3.0 * wide, place + 1.2 * local + 3.0 * wide)))
        height[near] += high * fade * np.exp(-0.5 * ((along[near, None] - bent) / wide) ** 2)
    return height


def _draw_along(rng: np.random.Generator, grid: WallGrid) -> DoubleArray:
    """Shallow ridges along the duct, in radii, that come, wander and go."""
    rows, columns = grid.relief_shape
    around = np.arange(columns) * (2.0 * np.pi / columns)
    height = np.zeros((rows, columns))
    smooth = 1.5 / grid.relief_mm
    for start in rng.uniform(0.0, 2.0 * np.pi, _ALONG):
        middle = start + _wander(rng, rows, smooth, 0.5)
        high = np.clip(0.02 * _wander(rng, rows, smooth, 1.0), 0.0, 0.05)
        turn = np.angle(np.exp(1j * (around - middle[:, None])))
        height += high[:, None] * np.exp(-0.5 * (turn / rng.uniform(0.15, 0.3)) ** 2)
    return height


def _wander(rng: np.random.Generator, rows: int, smooth: float, spread: float) -> DoubleArray:
    """A smooth random course along the rows, of this spread."""
    margin = int(4.0 * smooth)
    course = gaussian_filter1d(rng.standard_normal(rows + 2 * margin), smooth, mode="wrap")[margin : margin + rows]
    # White noise blurred by sigma keeps 1 / (2 sqrt(pi) sigma) of its variance.
    return np.asarray(spread * course * np.sqrt(2.0 * np.sqrt(np.pi) * smooth))

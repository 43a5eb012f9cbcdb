"""Fine vessels under the wall's surface: branching trees of several calibres, sharp when shallow, blurred when deep."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from ductoscope.model import DoubleArray, FloatArray
from ductoscope.simulate.breast.wall_grid import WallGrid, blur_around, enlarge

_STEP_MM = 0.07
_TREES_PER_MM2 = 0.30
_DEEP_TREES_PER_MM2 = 0.10
_ORDERS = 4
_THINNEST_MM = 0.008
_TAPERS_FROM_MM = 0.02
_STEM = (0.3, 0.6, 0.85, 1.0, 0.9, 0.75, 0.6)
"""A stem rises from the depth, so that it begins as faintly as it ends; then how a twig thins out."""
_TWIG = (1.0, 0.85, 0.7)
_DEEP_COARSENESS = 4


def draw_vessels(rng: np.random.Generator, grid: WallGrid) -> tuple[FloatArray, FloatArray]:
    """Blood of shallow and of deep vessels, (rows, columns) each, 0 without and about 1 in the middle of a wide one.

    Calibres of 10 to 120 um and their density are assumed: the consensus only calls vessels "clearly visible" and fine.
    Tissue above a vessel scatters, so every line has a soft halo, and deep ones are only bands.
    """
    shallow = np.zeros((grid.rows, grid.columns), dtype=np.uint8)
    count = rng.poisson(_TREES_PER_MM2 * grid.area_mm2)
    _draw_trees(rng, shallow, grid.sample_mm, count, (0.016, 0.05))
    # The coarse copies of the lines make the halo: it has no fine detail.
    lines = shallow.astype(np.float32) / 255.0
    small = cv2.resize(lines, (grid.columns // 4, grid.rows // 4), interpolation=cv2.INTER_AREA)
    halo = enlarge(blur_around(np.asarray(small, dtype=np.float32), 0.05 / (4 * grid.sample_mm)), 4)
    sharp = blur_around(lines, max(0.010 / grid.sample_mm, 0.5))
    times = _DEEP_COARSENESS
    deep = np.zeros((grid.rows // times, grid.columns // times), dtype=np.uint8)
    _draw_trees(rng, deep, grid.sample_mm * times, rng.poisson(_DEEP_TREES_PER_MM2 * grid.area_mm2), (0.05, 0.16))
    soft = blur_around(deep.astype(np.float32) / 255.0, 0.06 / (times * grid.sample_mm))
    shallow_blood = np.maximum(0.8 * sharp + 0.7 * halo, 0.0)
    return np.asarray(shallow_blood, dtype=np.float32), np.maximum(enlarge(soft, times), 0.0)


def _draw_trees(
    rng: np.random.Generator, canvas: NDArray[np.uint8], sample_mm: float, count: int, width_mm: tuple[float, float]
) -> None:
    """Draw `count` trees whose stems have this range of widths; thin twigs first, so that stems lie over them."""
    rows, columns = canvas.shape
    lines: list[tuple[float, float, DoubleArray]] = []
    for _ in range(count):
        start = np.array([rng.uniform(0, columns), rng.uniform(0, rows)]) * sample_mm
        # Most stems follow the duct, some cross it.
        heading = rng.choice([-1.0, 1.0]) * np.pi / 2.0 + rng.normal(0.0, 0.7)
        low, high = np.log(width_mm)
        width = float(np.exp(rng.uniform(low, high)))
        lines.extend(_grow(rng, start, heading, width, rng.uniform(0.45, 1.0), 0))
    lines.sort(key=lambda line: line[0])
    for width, strength, path in lines:
        # What is thinner than a sample is drawn paler instead.
        samples = width / sample_mm
        level = 255.0 * strength * min(samples + 0.1, 1.0)
        _draw_line(canvas, path / sample_mm, level, max(1, round(samples)))


def _grow(
    rng: np.random.Generator, start: DoubleArray, heading: float, width_mm: float, strength: float, order: int
) -> Iterator[tuple[float, float, DoubleArray]]:
    """One wandering vessel (width, strength, path in mm: around, along) that thins out, then its branches."""
    count = int(rng.gamma(4.0, 8.0) * 0.8**order) + 5
    wander = rng.normal(0.0, rng.uniform(0.10, 0.28), count)
    headings = heading + np.cumsum(wander)
    path = np.empty((count, 2))
    np.cumsum(np.cos(headings), out=path[:, 0])
    np.cumsum(np.sin(headings), out=path[:, 1])
    path = start + _STEP_MM * 0.85**order * path
    tapers = (0.8,) if width_mm < _TAPERS_FROM_MM else _STEM if order == 0 else _TWIG
    for number, taper in enumerate(tapers):
        first, last = number * count // len(tapers), (number + 1) * count // len(tapers)
        yield width_mm * taper, strength * taper, path[max(first - 1, 0) : last + 1]
    if order == _ORDERS or width_mm < _THINNEST_MM:
        return
    for fork in np.flatnonzero(rng.random(count) < 0.085 * 0.9**order):
        side = rng.choice([-1.0, 1.0]) * rng.uniform(0.3, 1.3)
        thinner = width_mm * rng.uniform(0.45, 0.8)
        yield from _grow(rng, path[fork], headings[fork] + side, thinner, strength * rng.uniform(0.7, 0.95), order + 1)


def _draw_line(canvas: NDArray[np.uint8], path: DoubleArray, level: float, thickness: int) -> None:
    """A line through samples `path` (column, row), once for each time that it goes around."""
    columns = canvas.shape[1]
    points = np.rint(16.0 * path).astype(np.int32)
    around = points[:, 0].copy()
    for turn in range(int(around.min()) // (16 * columns), int(around.max()) // (16 * columns) + 1):
        points[:, 0] = around - 16 * columns * turn
        cv2.polylines(canvas, [points], False, level, thickness, cv2.LINE_AA, shift=4)

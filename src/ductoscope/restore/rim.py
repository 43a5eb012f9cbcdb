"""The rim: the circle that holds the cores, even when part of it lies outside the picture."""

from __future__ import annotations

import numpy as np

from ductoscope.model import DoubleArray, Rim

_TRIES = 150


def fit_rim(xy_px: DoubleArray, pitch_px: float, frame_shape: tuple[int, int]) -> Rim:
    """Fit the circle half a pitch outside the outermost cores.

    Cores within two pitches of the picture's border say nothing of the rim, which may lie beyond. When no other
    boundary is left, the bundle fills the picture and the rim is the circle around all its cores.
    """
    middle = xy_px.mean(axis=0)
    outermost = _outermost_by_sector(xy_px, middle, pitch_px)
    height, width = frame_shape
    gap = np.minimum(outermost, np.array([width - 1, height - 1]) - outermost).min(axis=1)
    boundary = outermost[gap > 2.0 * pitch_px]
    if len(boundary) < 8:
        reach = np.hypot(*(xy_px - middle).T).max()
        return Rim(float(middle[0]), float(middle[1]), float(reach + 0.5 * pitch_px))
    circle = _fit_circle_robustly(boundary, pitch_px)
    # The fitted circle runs through a jagged edge; the rim is drawn around it.
    beyond = _beyond(boundary, circle)
    jags = float(np.percentile(beyond[np.abs(beyond) < pitch_px], 90)) if (np.abs(beyond) < pitch_px).any() else 0.0
    return Rim(circle[0], circle[1], circle[2] + jags + 0.5 * pitch_px)


def _outermost_by_sector(xy_px: DoubleArray, middle: DoubleArray, pitch_px: float) -> DoubleArray:
    """Farthest core from the middle in each sector; sectors are about two cores wide at the boundary."""
    offset = xy_px - middle
    distance = np.hypot(offset[:, 0], offset[:, 1])
    sectors = int(np.clip(np.pi * np.percentile(distance, 95) / pitch_px, 24, 720))
    sector = ((np.arctan2(offset[:, 1], offset[:, 0]) / (2.0 * np.pi) + 0.5) * sectors).astype(np.intp) % sectors
    order = np.lexsort((distance, sector))
    last = np.flatnonzero(np.diff(sector[order], append=-1))
    return np.asarray(xy_px[order[last]])


def _fit_circle_robustly(points: DoubleArray, pitch_px: float) -> tuple[float, float, float]:
    """Best circle through most of the points: three at a time, then least squares on those it explains."""
    # The same picture must always give the same rim.
    rng = np.random.default_rng(0)
    best, best_cost = _fit_circle(points), np.inf
    for _ in range(_TRIES):
        trial = _fit_circle(points[rng.choice(len(points), 3, replace=False)])
        cost = float(np.minimum(np.abs(_beyond(points, trial)), 2.0 * pitch_px).mean())
        if cost < best_cost:
            best, best_cost = trial, cost
    for reach in (2.0, 1.5, 1.5):
        near = points[np.abs(_beyond(points, best)) < reach * pitch_px]
        if len(near) >= 8:
            best = _fit_circle(near)
    return best


def _beyond(points: DoubleArray, circle: tuple[float, float, float]) -> DoubleArray:
    return np.asarray(np.hypot(points[:, 0] - circle[0], points[:, 1] - circle[1]) - circle[2])


def _fit_circle(points: DoubleArray) -> tuple[float, float, float]:
    """Least-squares circle (I. Kasa, IEEE Trans. Instrum. Meas. 25:8, 1976)."""
    middle = points.mean(axis=0)
    x, y = (points - middle).T
    matrix = np.stack([x, y, np.ones_like(x)], axis=1)
    normal = matrix.T @ matrix + 1e-9 * np.eye(3)
    a, b, c = np.linalg.solve(normal, matrix.T @ (x * x + y * y))
    radius = float(np.sqrt(max(c + 0.25 * (a * a + b * b), 1e-12)))
    return float(middle[0] + a / 2.0), float(middle[1] + b / 2.0), radius

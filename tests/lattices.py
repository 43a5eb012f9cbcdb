"""Lattices and light spots that are known exactly."""

from __future__ import annotations

import numpy as np

from ductoscope.model import DoubleArray, FloatArray


def lay_hexagons(pitch_px: float, rows: int, *, jitter: float = 0.0, seed: int = 0) -> DoubleArray:
    """Lay a square-ish patch of a hexagonal lattice, (rows * rows, 2) xy, its first core three pitches from 0."""
    column, row = np.meshgrid(np.arange(rows), np.arange(rows))
    lattice = np.stack([column + 0.5 * (row % 2), row * np.sqrt(0.75)], axis=-1).reshape(-1, 2)
    return pitch_px * (lattice + 3.0 + jitter * np.random.default_rng(seed).normal(size=lattice.shape))


def lay_round_hexagons(pitch_px: float, rows: int, *, jitter: float = 0.0, seed: int = 0) -> DoubleArray:
    """Lay the round middle of such a patch."""
    xy = lay_hexagons(pitch_px, rows, jitter=jitter, seed=seed)
    middle = xy.mean(axis=0)
    return xy[np.hypot(*(xy - middle).T) < 0.42 * rows * pitch_px]


def light_spots(xy_px: DoubleArray, sigma_px: float, shape: tuple[int, int], floor: float = 0.1) -> FloatArray:
    """Light a Gaussian spot of height 0.5 on every place."""
    light = np.full(shape, floor)
    y, x = np.arange(shape[0]), np.arange(shape[1])
    for at_x, at_y in xy_px:
        light += 0.5 * np.outer(
            np.exp(-0.5 * ((y - at_y) / sigma_px) ** 2), np.exp(-0.5 * ((x - at_x) / sigma_px) ** 2)
        )
    return light.astype(np.float32)

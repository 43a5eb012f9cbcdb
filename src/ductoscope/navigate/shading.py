"""The scope's own light on the tube: a smooth model of it, fitted to every picture, to be divided out."""

from __future__ import annotations

import numpy as np

from ductoscope.model import DoubleArray, FloatArray

_KNOTS = np.log([1.0, 1.7, 2.6, 4.0, 6.0, 10.0])
"""Distances, radii, between whose logarithms the light is taken to change evenly."""
_RIDGE = 0.8
_EVERY = 4
_ROUNDS = 2
_TUKEY = 3.5
_LEAST = 0.004
_FEW = 60


def fit_shading(planes: FloatArray, distance: DoubleArray, around_xy: DoubleArray, weight: FloatArray) -> FloatArray:
    """Fit how the light of each plane falls off with distance and goes around the tube; return it at every pixel.

    planes: (N, C), logarithms. distance: (N,) to the wall, in radii. around_xy: (N, 2), unit direction of the wall's
    point from the lumen's middle. weight: (N,) 0 to 1.

    Piecewise even in the logarithm of distance, times the first two harmonics around the lumen (light and lens stand
    side by side, and the tip aside); robust (Tukey), so that vessels and growths do not pull it. Nothing is assumed of
    how light falls off: whatever the scope's light does that is smooth along and around the lumen, this follows.
    """
    basis = _make_basis(distance, around_xy)
    some = np.flatnonzero(weight > 0.05)[_EVERY // 2 :: _EVERY]
    if len(some) < _FEW:
        return np.repeat(planes.mean(axis=0, keepdims=True), len(planes), axis=0)
    stiff = _RIDGE * _stiffen(basis.shape[1])
    chosen, told, sure = basis[some], planes[some].astype(np.float64), weight[some].astype(np.float64)
    factors = _solve(chosen, told, sure, stiff)
    out = np.zeros((basis.shape[1], planes.shape[1]))
    for channel in range(planes.shape[1]):
        mine = factors[:, channel]
        for _ in range(_ROUNDS):
            residual = told[:, channel] - chosen @ mine
            spread = max(1.4826 * float(np.median(np.abs(residual))), _LEAST)
            robust = sure * np.maximum(1.0 - (residual / (_TUKEY * spread)) ** 2, 0.0) ** 2
            mine = _solve(chosen, told[:, channel], robust, stiff)
        out[:, channel] = mine
    return (basis @ out).astype(np.float32)


def _solve(basis: DoubleArray, told: DoubleArray, weight: DoubleArray, stiff: DoubleArray) -> DoubleArray:
    weighed = basis * weight[:, None]
    return np.asarray(np.linalg.solve(weighed.T @ basis + stiff, weighed.T @ told), np.float64)


def _make_basis(distance: DoubleArray, around_xy: DoubleArray) -> DoubleArray:
    place = np.interp(np.log(np.maximum(distance, 0.1)), _KNOTS, np.arange(len(_KNOTS), dtype=np.float64))
    hats = np.maximum(1.0 - np.abs(place[:, None] - np.arange(len(_KNOTS))), 0.0)
    c, s = around_xy[:, 0], around_xy[:, 1]
    harmonics = np.stack([np.ones_like(c), c, s, c * c - s * s, 2.0 * c * s], axis=1)
    basis: DoubleArray = (hats[:, :, None] * harmonics[:, None, :]).reshape(len(distance), -1)
    return basis


def _stiffen(count: int) -> DoubleArray:
    """Penalty (count, count) on bends of each harmonic's fall-off with distance, and a little on harmonics at all."""
    knots = len(_KNOTS)
    harmonics = count // knots
    bend = np.diff(np.eye(knots), 2, axis=0)
    penalty = np.kron(bend.T @ bend, np.eye(harmonics))
    little = np.tile([1e-4, 0.02, 0.02, 0.1, 0.1], knots)
    return np.asarray(penalty + np.diag(little), np.float64)

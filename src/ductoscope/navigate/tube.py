"""The tube around the tip: where the lumen runs, how far aside the tip lies, how the lumen narrows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from ductoscope.model import DoubleArray, freeze

FAR_RADII = 12.0
"""Wall farther ahead than this many radii of the lumen is taken to be as far: no fibre tells it apart."""

_COUNT = 9
"""Slope x, y; offset x, y; bend x, y; taper; logarithm of the distance unit; power of distance that the eye tells."""
_USUAL = np.array([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0])
_SPREAD = np.array([0.4, 0.4, 0.35, 0.35, 0.07, 0.07, 0.02, 3.0, 0.10])
"""How far a duct and a tip in it stray from straight, even and middle (one standard deviation, in radii)."""
_CHANGE = np.array([0.06, 0.06, 0.06, 0.06, 0.02, 0.02, 0.006, 0.06, 0.02])
"""How far each may change from one picture to the next."""
_NOISE = 0.10
"""Of the logarithm of an eye's distance, one standard deviation; pixels beside it count for less and less."""
_CLOSE = 0.15
_PIXELS_PER_NEIGHBOURHOOD = 12.0
"""An eye's errors are alike in neighbouring pixels: so many tell no more than one."""


@dataclass(frozen=True, slots=True, eq=False)
class Tube:
    """The lumen around and ahead of the tip; its own radius, there where the tip is, is the unit of length.

    axis: (3,) unit direction of the lumen at the tip, in the tip's frame (x right, y down, z ahead).
    offset_xy: (2,) place of the lumen's middle beside the tip.
    taper: change of the radius for every radius ahead. bend_xy: (2,) curvature of the middle line, for every radius.
    unit: length of a radius in the outlook's own unit of distance. power: of the distance that the outlook tells
        (1 when its shape is right).
    fits: share of the pixels, 0 to 1, whose distance the tube explains to 15 %.
    """

    axis: DoubleArray
    offset_xy: DoubleArray
    taper: float
    bend_xy: DoubleArray
    unit: float
    power: float
    fits: float

    def __post_init__(self) -> None:
        for name in ("axis", "offset_xy", "bend_xy"):
            object.__setattr__(self, name, freeze(getattr(self, name)))

    def point_along(self, ahead: float) -> DoubleArray:
        """Direction (3,) of the lumen's middle line at `ahead` radii before the tip."""
        slope = self.axis[:2] / self.axis[2] + self.bend_xy * ahead
        direction = np.array([slope[0], slope[1], 1.0])
        return direction / float(np.linalg.norm(direction))

    def place_middle(self, ahead: DoubleArray) -> DoubleArray:
        """Places (..., 3) of the middle line at heights `ahead` (...) along z."""
        slope = self.axis[:2] / self.axis[2]
        aside = self.offset_xy + slope * ahead[..., None] + 0.5 * self.bend_xy * ahead[..., None] ** 2
        return np.concatenate([aside, ahead[..., None]], axis=-1)

    def meet_wall(self, rays: DoubleArray) -> DoubleArray:
        """Distances (N,) in radii from the tip to the wall along unit `rays` (N, 3); at most FAR_RADII."""
        return np.asarray(_meet(np.ascontiguousarray(rays), _to_parameters(self), False)[:, 0], np.float64)


def fit_tube(rays: DoubleArray, distance: DoubleArray, weight: DoubleArray, before: Tube | None, rounds: int) -> Tube:
    """Fit the tube that makes the shape of an outlook's distances.

    rays: (N, 3) unit. distance: (N,), above 0, in the outlook's own unit. weight: (N,) 0 to 1, how much a pixel's
    distance is to be believed. before: the tube in the picture before, None at the start. rounds: of Gauss-Newton.

    Iteratively reweighted (Cauchy) Gauss-Newton on the logarithm of distance; what a duct and a hand can do keeps the
    rest in bounds. The unit of distance is free, so only the shape counts.
    """
    told = np.log(distance)
    value = _to_parameters(before) if before is not None else _begin(told, weight)
    expected = value.copy()
    for _ in range(rounds):
        value = _improve(np.ascontiguousarray(rays), told, weight, value, expected, before is not None)
    residual, _ = _compare(np.ascontiguousarray(rays), told, value)
    counts = float(weight.sum())
    fits = float((weight * (np.abs(residual) < _CLOSE)).sum()) / counts if counts > 0.0 else 0.0
    return _to_tube(value, fits)


def _begin(told: DoubleArray, weight: DoubleArray) -> DoubleArray:
    value = _USUAL.copy()
    sure = told[weight > 0.0]
    value[7] = float(np.median(sure)) - np.log(3.0) if sure.size else 0.0
    return value


def _improve(
    rays: DoubleArray, told: DoubleArray, weight: DoubleArray, value: DoubleArray, expected: DoubleArray, is_known: bool
) -> DoubleArray:
    residual, slope = _compare(rays, told, value)
    # Beyond the tube's own end of sight neither its distance nor the eye's tells anything.
    near = slope[:, 8] < np.log(0.7 * FAR_RADII)
    trust = weight * near / (1.0 + (residual / (2.0 * _NOISE)) ** 2) / (_NOISE**2 * _PIXELS_PER_NEIGHBOURHOOD)
    # The unit may be anything, so what is usual says nothing about it.
    usual = 1.0 / _SPREAD**2 * np.where(np.arange(_COUNT) == 7, 0.0, 1.0)
    steady = (1.0 if is_known else 0.0) / _CHANGE**2
    if not is_known:
        usual = usual + np.where(np.arange(_COUNT) == 7, 1e-3, 0.0)
    matrix = (slope * trust[:, None]).T @ slope + np.diag(usual + steady)
    force = slope.T @ (trust * residual) + usual * (_USUAL - value) + steady * (expected - value)
    step = np.linalg.solve(matrix, force)
    # A tip within its lumen, looking at no more than 50 degrees aside: farther steps are those of a bad start.
    new: DoubleArray = value + np.clip(step, -0.5, 0.5)
    new[:2] = np.clip(new[:2], -1.2, 1.2)
    new[2:4] *= min(1.0, 0.85 / max(float(np.hypot(*new[2:4])), 1e-9))
    new[4:6] = np.clip(new[4:6], -0.25, 0.25)
    new[6] = np.clip(new[6], -0.1, 0.08)
    new[8] = np.clip(new[8], 0.5, 1.6)
    return new


def _compare(rays: DoubleArray, told: DoubleArray, value: DoubleArray) -> tuple[DoubleArray, DoubleArray]:
    met = _meet(rays, value, True)
    log_distance = np.log(met[:, 0])
    slope = np.empty((len(rays), _COUNT))
    slope[:, :7] = value[8] * met[:, 1:] / met[:, :1]
    slope[:, 7] = 1.0
    slope[:, 8] = log_distance
    return told - value[7] - value[8] * log_distance, slope


def _to_parameters(tube: Tube) -> DoubleArray:
    slope = tube.axis[:2] / tube.axis[2]
    return np.array([*slope, *tube.offset_xy, *tube.bend_xy, tube.taper, np.log(tube.unit), tube.power])


def _to_tube(value: DoubleArray, fits: float) -> Tube:
    direction = np.array([value[0], value[1], 1.0])
    axis = direction / np.linalg.norm(direction)
    unit = float(np.exp(value[7]))
    return Tube(axis, value[2:4].copy(), float(value[6]), value[4:6].copy(), unit, float(value[8]), fits)


@njit(cache=True, nogil=True)
def _outside(s: float, ray: DoubleArray, p: DoubleArray) -> float:
    """How far the point at `s` along `ray` lies outside the tube: squared distance off the middle line less radius."""
    z = s * ray[2]
    aside_x = s * ray[0] - (p[2] + p[0] * z + 0.5 * p[4] * z * z)
    aside_y = s * ray[1] - (p[3] + p[1] * z + 0.5 * p[5] * z * z)
    slope_x, slope_y = p[0] + p[4] * z, p[1] + p[5] * z
    along = aside_x * slope_x + aside_y * slope_y
    radius = max(1.0 + p[6] * z, 0.2)
    square: float = aside_x**2 + aside_y**2 - along**2 / (1.0 + slope_x**2 + slope_y**2) - radius**2
    return square


@njit(cache=True, nogil=True)
def _meet(rays: DoubleArray, p: DoubleArray, with_slope: bool) -> DoubleArray:
    """Distance to the wall along each ray, and its change with the seven figures of the tube's shape: (N, 8)."""
    out = np.zeros((rays.shape[0], 8))
    for i in range(rays.shape[0]):
        ray = rays[i]
        low, high = 0.0, 0.4
        while high < 12.0 and _outside(high, ray, p) < 0.0:
            low, high = high, high * 1.5
        if high >= 12.0 and _outside(12.0, ray, p) < 0.0:
            out[i, 0] = 12.0
            continue
        high = min(high, 12.0)
        f_low, f_high = _outside(low, ray, p), _outside(high, ray, p)
        s = high
        for _ in range(8):
            # Regula falsi with the Illinois rule: never leaves the bracket, and converges faster than halving.
            s = (low * f_high - high * f_low) / (f_high - f_low)
            f = _outside(s, ray, p)
            if abs(f) < 1e-6:
                break
            if f * f_high < 0.0:
                low, f_low = high, f_high
            else:
                f_low *= 0.5
            high, f_high = s, f
        out[i, 0] = s
        if not with_slope:
            continue
        steep = (_outside(s + 1e-4, ray, p) - _outside(s - 1e-4, ray, p)) / 2e-4
        if steep < 1e-3:
            continue
        for k in range(7):
            kept = p[k]
            p[k] = kept + 1e-5
            more = _outside(s, ray, p)
            p[k] = kept - 1e-5
            less = _outside(s, ray, p)
            p[k] = kept
            out[i, 1 + k] = -(more - less) / 2e-5 / steep
    return out

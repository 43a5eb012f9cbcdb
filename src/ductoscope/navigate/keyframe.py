"""A picture kept to measure from: its points in space, their marks, and how marks move when the tip does."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

from ductoscope.model import DoubleArray, FloatArray, Scope, place_pixels
from ductoscope.navigate.tube import Tube
from ductoscope.navigate.wall_picture import CHANNELS, WallPicture

FREEDOMS = 7
"""Shift x, y, z; turn about x, y, z; widening of the lumen."""

_NEAREST_RADII = 0.3
_FARTHEST_RADII = 7.0
"""Wall beyond is too small in the picture, and too dark, to be more than the hole it makes."""
_POINTS = 2000
_FEW = 100
_BUSY, _BUSY_NORMAL = 0.8, 1.2816
_TIMES_NOISE = np.array([3.0, 1.5])
"""The strongest fifth of the marks must be so many times what noise alone would make of it; more of brightness, for
shading that is left stands in it too."""


@dataclass(frozen=True, slots=True, eq=False)
class Lens:
    """Which direction every pixel looks in, and back: the scope's lens for one size of picture.

    rays: (S * S, 3) unit. index: of refraction at the window. half_air: half the field in air, rad.
    """

    size: int
    rays: DoubleArray
    index: float
    half_air: float

    def project(self, points: DoubleArray) -> DoubleArray:
        """Pixels (..., 2) (x, y; the middle of the first pixel is 0) in which points (..., 3) ahead are seen."""
        aside = np.hypot(points[..., 0], points[..., 1])
        sine = aside / np.sqrt(aside**2 + points[..., 2] ** 2)
        radius = np.arcsin(np.minimum(self.index * sine, 1.0)) / self.half_air
        place = points[..., :2] * (radius / np.maximum(aside, 1e-9))[..., None]
        pixels: DoubleArray = (place + 1.0) * (self.size / 2.0) - 0.5
        return pixels


def plan_lens(scope: Scope, size: int, *, is_air: bool) -> Lens:
    """Plan the lens of `scope` for rasters of `size` pixels a side."""
    half_air = math.radians(scope.field_of_view_air_deg / 2.0)
    index = 1.0 if is_air else math.sin(half_air) / math.sin(math.radians(scope.field_of_view_saline_deg / 2.0))
    rays = scope.look_along(place_pixels(size).reshape(-1, 2), is_air=is_air)
    return Lens(size, rays, index, half_air)


@dataclass(frozen=True, slots=True, eq=False)
class Level:
    """The keyframe at one size: N points of wall.

    points: (N, 3) radii, in the keyframe's tip frame. widen: (N, 3), where a point goes when the lumen grows by its
    whole radius. marks: (N, 2). slope: (N, 2, 7), change of the marks there for each freedom. weight: (N, 2), one
    over the noise's variance, without its scale.
    """

    points: FloatArray
    widen: FloatArray
    marks: FloatArray
    slope: FloatArray
    weight: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Keyframe:
    """A picture that the next ones are measured against, with the tube it was seen in; fine level first."""

    t_ns: int
    tube: Tube
    levels: tuple[Level, ...]


def make_keyframe(
    t_ns: int,
    pictures: tuple[WallPicture, ...],
    lenses: tuple[Lens, ...],
    depths: tuple[FloatArray, ...],
    tube: Tube,
) -> Keyframe:
    """Keep one picture. depths: (S, S) distance to the wall in radii of `tube`, for each level; 0 where unknown."""
    return Keyframe(
        t_ns,
        tube,
        tuple(_make_level(p, lens, depth, tube) for p, lens, depth in zip(pictures, lenses, depths, strict=True)),
    )


def _make_level(picture: WallPicture, lens: Lens, depth: FloatArray, tube: Tube) -> Level:
    size = lens.size
    flat_depth = depth.reshape(-1)
    trust = picture.trust.reshape(-1)
    slope_x = np.zeros_like(picture.marks)
    slope_y = np.zeros_like(picture.marks)
    slope_x[:, 1:-1] = (picture.marks[:, 2:] - picture.marks[:, :-2]) / 2.0
    slope_y[1:-1] = (picture.marks[2:] - picture.marks[:-2]) / 2.0
    is_good = (trust > 0.1) & (flat_depth > _NEAREST_RADII) & (flat_depth < _FARTHEST_RADII)
    chosen = np.flatnonzero(is_good)
    limit = _POINTS if size > 48 else _POINTS // 2
    if chosen.size > limit:
        steep = ((slope_x**2 + slope_y**2) / picture.noise**2).reshape(-1, CHANNELS)[chosen]
        strength = (steep * [0.3, 1.0]).sum(axis=1)
        chosen = np.sort(chosen[np.argpartition(strength, -limit)[-limit:]])
    points = lens.rays[chosen] * flat_depth[chosen, None].astype(np.float64)
    widen = points - tube.place_middle(points[:, 2])
    gradient = np.stack([slope_x.reshape(-1, CHANNELS)[chosen], slope_y.reshape(-1, CHANNELS)[chosen]], axis=-1)
    slope = np.empty((len(chosen), CHANNELS, FREEDOMS), np.float32)
    _lean(points, widen, gradient, lens.index, lens.half_air, size, slope)
    noise = picture.noise.reshape(-1, CHANNELS)[chosen]
    marks = np.ascontiguousarray(picture.marks.reshape(-1, CHANNELS)[chosen])
    weight = trust[chosen, None] / noise**2 * _believe(np.abs(marks) / noise)
    return Level(
        points.astype(np.float32),
        widen.astype(np.float32),
        marks,
        slope,
        weight.astype(np.float32),
    )


def _believe(strength: DoubleArray | FloatArray) -> DoubleArray:
    """How much of each channel's marks is the wall's (2,), 0 to 1, from their strength (N, 2) against their noise.

    Noise has slopes too, and aligning would hold on to them: marks that are no stronger than noise tell nothing.
    """
    if len(strength) < _FEW:
        return np.zeros(CHANNELS)
    times = np.asarray(np.quantile(strength, _BUSY, axis=0), np.float64) / _BUSY_NORMAL
    believed: DoubleArray = np.clip(1.0 - (_TIMES_NOISE / np.maximum(times, 1e-3)) ** 2, 0.0, 1.0)
    return believed


@njit(cache=True, nogil=True)
def _lean(
    points: DoubleArray, widen: DoubleArray, gradient: FloatArray,
    index: float, half_air: float, size: int, slope: FloatArray,
) -> None:  # fmt: skip
    """Change of the marks (N, C, 7) for each freedom: their gradient in the picture times how the point moves in it."""
    for i in range(points.shape[0]):
        u, v, w = points[i, 0], points[i, 1], points[i, 2]
        aside = max(math.sqrt(u * u + v * v), 1e-6)
        away = math.sqrt(aside * aside + w * w)
        sine = min(index * aside / away, 0.999)
        radius = math.asin(sine) / half_air
        steep = index / (math.sqrt(1.0 - sine * sine) * half_air * away**3)
        by_aside, by_ahead = steep * w * w, -steep * aside * w
        half = size / 2.0
        ratio = radius / aside
        # What a mark changes by when its point moves in x, y and z.
        for c in range(gradient.shape[1]):
            gx, gy = gradient[i, c, 0], gradient[i, c, 1]
            outward = (gx * u + gy * v) / aside
            grow = outward * (by_aside - ratio) / aside
            in_x = half * (gx * ratio + grow * u)
            in_y = half * (gy * ratio + grow * v)
            in_z = half * outward * by_ahead
            slope[i, c, 0] = in_x
            slope[i, c, 1] = in_y
            slope[i, c, 2] = in_z
            slope[i, c, 3] = in_z * v - in_y * w
            slope[i, c, 4] = in_x * w - in_z * u
            slope[i, c, 5] = in_y * u - in_x * v
            slope[i, c, 6] = in_x * widen[i, 0] + in_y * widen[i, 1] + in_z * widen[i, 2]

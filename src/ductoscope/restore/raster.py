"""Lay a core image on the small square lattice that motion and detection look at."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ductoscope.model import (
    RASTER_SIZE,
    BoolArray,
    Bundle,
    CoreImage,
    FloatArray,
    Raster,
    freeze,
    place_pixels,
)
from ductoscope.restore.nearest import find_nearest

_NEIGHBOURS = 7
_WIDTH_PITCHES = 0.45
_WIDTH_PIXELS = 0.45
"""A pixel's Gaussian window is as wide as a core or as itself, whichever is wider: neither lattice shows."""
_FARTHEST_WIDTHS = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class RasterPlan:
    """What every pixel is made of.

    index, weight: (S * S, K) cores and weights; a row sums to 1, or to 0 outside the rim. seen: (S, S).
    """

    index: NDArray[np.int32]
    weight: FloatArray
    seen: BoolArray

    def __post_init__(self) -> None:
        for name in self.__slots__:
            object.__setattr__(self, name, freeze(getattr(self, name)))


def plan_raster(bundle: Bundle, size: int = RASTER_SIZE) -> RasterPlan:
    """Plan the lattice of `size` pixels a side over the bundle's rim, from its live cores."""
    rim = bundle.rim
    places = place_pixels(size).reshape(-1, 2)
    points_px = places * rim.radius_px + np.array([rim.x_px, rim.y_px])
    live = np.flatnonzero(~bundle.dead)
    away_px, nearest = find_nearest(bundle.xy_px[live], points_px, min(_NEIGHBOURS, len(live)))
    width_px = max(_WIDTH_PITCHES * bundle.pitch_px, _WIDTH_PIXELS * 2.0 * rim.radius_px / size)
    seen = (np.hypot(*places.T) <= 1.0) & (away_px[:, 0] <= _FARTHEST_WIDTHS * width_px)
    # Relative to the nearest core, so that no window is empty by underflow.
    weight = np.exp(-0.5 * (away_px**2 - away_px[:, :1] ** 2) / width_px**2) * seen[:, None]
    weight /= np.maximum(weight.sum(axis=1, keepdims=True), 1e-12)
    return RasterPlan(live[nearest].astype(np.int32), weight.astype(np.float32), seen.reshape(size, size))


def make_raster(core_image: CoreImage, plan: RasterPlan) -> Raster:
    """Lay `core_image` on the lattice of `plan`, which was made for its bundle."""
    size = plan.seen.shape[0]
    light = np.empty((size * size, 3), dtype=np.float32)
    _mix(core_image.light_lin, plan.index, plan.weight, light)
    return Raster(core_image.index, core_image.t_ns, light.reshape(size, size, 3), plan.seen)


@njit(cache=True, nogil=True)
def _mix(light: FloatArray, index: NDArray[np.int32], weight: FloatArray, out: FloatArray) -> None:
    last = light.shape[1] - 1
    for pixel in range(index.shape[0]):
        red, green, blue = np.float32(0.0), np.float32(0.0), np.float32(0.0)
        for k in range(index.shape[1]):
            share, core = weight[pixel, k], index[pixel, k]
            red += share * light[core, 0]
            green += share * light[core, min(1, last)]
            blue += share * light[core, last]
        out[pixel, 0], out[pixel, 1], out[pixel, 2] = red, green, blue

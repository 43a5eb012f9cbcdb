"""The lens: which camera pixel receives how much of which core's light."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ductoscope.model import DoubleArray, FloatArray

_CUTOFF_SIGMAS = 3.5
_MOST = 16
_KEPT_LIGHT = 0.999
_PIXEL_VARIANCE = 1.0 / 12.0
"""A pixel averages over its square; to second order that is a blur of this variance."""


@dataclass(frozen=True, slots=True)
class Lens:
    """How the unit disc of the bundle lies on the camera.

    centre_xy_px: of the disc. radius_px: of its rim. rotation_rad: from x towards y.
    distortion: a place at radius r shows at r * (1 + distortion * r^2) / (1 + distortion); the rim stays.
    """

    centre_xy_px: tuple[float, float]
    radius_px: float
    rotation_rad: float
    distortion: float

    def camera_of(self, xy: DoubleArray) -> DoubleArray:
        """Camera places, (N, 2) px, of unit-disc places (N, 2)."""
        square = np.sum(xy**2, axis=1, keepdims=True)
        bent = xy * (1.0 + self.distortion * square) / (1.0 + self.distortion)
        return np.asarray(self.radius_px * bent @ self._turn().T + np.asarray(self.centre_xy_px), dtype=np.float64)

    def disc_of(self, xy_px: DoubleArray) -> DoubleArray:
        """Unit-disc places, (N, 2), of camera places (N, 2) px; undoes `camera_of`."""
        bent = (xy_px - np.asarray(self.centre_xy_px)) @ self._turn() / self.radius_px
        wanted = np.hypot(bent[:, 0], bent[:, 1])
        radius = wanted.copy()
        for _ in range(8):  # Newton steps; the cubic is monotonic over the allowed distortion
            value = radius * (1.0 + self.distortion * radius**2) / (1.0 + self.distortion) - wanted
            slope = (1.0 + 3.0 * self.distortion * radius**2) / (1.0 + self.distortion)
            radius = radius - value / np.maximum(slope, 0.1)
        return np.asarray(bent * (radius / np.maximum(wanted, 1e-12))[:, None], dtype=np.float64)

    def _turn(self) -> DoubleArray:
        cos, sin = np.cos(self.rotation_rad), np.sin(self.rotation_rad)
        return np.array([[cos, -sin], [sin, cos]])


@dataclass(frozen=True, slots=True, eq=False)
class Spots:
    """Weights from core light to the pixels of the box around the disc.

    box_xy: left and top of the box on the camera, even numbers. shape: (height, width) of the box.
    core: (height * width, K) uint16, the cores that light each pixel, strongest first.
    weight: (height * width, K) float32, light at the pixel per light in the core; 0 fills up.
    """

    box_xy: tuple[int, int]
    shape: tuple[int, int]
    core: NDArray[np.uint16]
    weight: FloatArray

    @property
    def box(self) -> tuple[slice, slice]:
        """Rows and columns of the box on the camera."""
        (left, top), (height, width) = self.box_xy, self.shape
        return slice(top, top + height), slice(left, left + width)


def place_spots(
    lens: Lens,
    xy_px: DoubleArray,
    spot_px: DoubleArray,
    pitch_px: float,
    frame_shape: tuple[int, int],
    *,
    blur_px: float,
    cladding: float,
    vignette: float,
) -> Spots:
    """Work out the weights of every pixel that light can reach.

    Each core is a Gaussian spot whose total light is that of one lattice cell of an even picture, so a white scene
    has mean 1 over the disc. A share `cladding` of it spreads wider, over the gaps.
    """
    height, width = frame_shape
    sigma_px = np.sqrt(spot_px**2 + blur_px**2 + _PIXEL_VARIANCE)
    reach_px = np.maximum(_CUTOFF_SIGMAS * sigma_px, 0.9 * pitch_px)
    margin = float(np.max(reach_px)) + 1.0
    low = np.floor(np.min(xy_px, axis=0) - margin).astype(int)
    high = np.ceil(np.max(xy_px, axis=0) + margin).astype(int) + 1
    left, top = (int(np.clip(low[axis], 0, size - 2)) // 2 * 2 for axis, size in ((0, width), (1, height)))
    right, bottom = (
        int(np.clip(edge + edge % 2, first + 2, size))
        for edge, first, size in ((high[0], left, width), (high[1], top, height))
    )
    shape = (bottom - top, right - left)
    core, weight = _list_weights(
        xy_px - np.array([left, top]), sigma_px, reach_px, shape[0], shape[1], cladding, np.sqrt(0.75) * pitch_px**2
    )
    # Keep as many cores a pixel as hold nearly all light; the same number everywhere is what makes gathering fast.
    share = np.cumsum(weight.sum(axis=0, dtype=np.float64))
    kept = int(np.searchsorted(share, _KEPT_LIGHT * share[-1])) + 1
    weight = weight[:, :kept] * np.float32(share[-1] / share[kept - 1])
    if vignette:
        rows, columns = np.divmod(np.arange(shape[0] * shape[1]), shape[1])
        square = (columns + left - lens.centre_xy_px[0]) ** 2 + (rows + top - lens.centre_xy_px[1]) ** 2
        weight *= np.maximum(0.0, 1.0 - vignette * square / lens.radius_px**2).astype(np.float32)[:, None]
    return Spots((left, top), shape, np.ascontiguousarray(core[:, :kept]), weight)


def gather_light(spots: Spots, leaving: FloatArray, out: FloatArray | None = None) -> FloatArray:
    """Light on each pixel of the box, (height, width, C), of the light (N, C) that leaves the cores; C is 1 or 3.

    out: where to put it, when it has that shape; else a new array is made.
    """
    shape = (*spots.shape, leaving.shape[1])
    light = np.empty(shape, dtype=np.float32) if out is None or out.shape != shape else out
    if leaving.shape[1] == 1:
        _gather_one(spots.core, spots.weight, leaving[:, 0], light.reshape(-1))
    else:
        _gather_three(spots.core, spots.weight, leaving, light.reshape(-1, 3))
    return light


@njit(cache=True, nogil=True)
def _list_weights(xy, sigma, reach, height, width, cladding, cell):  # type: ignore[no-untyped-def]
    """For every pixel the `_MOST` cores that light it most, strongest first."""
    core = np.zeros((height * width, _MOST), dtype=np.uint16)
    weight = np.zeros((height * width, _MOST), dtype=np.float32)
    for n in range(xy.shape[0]):
        x, y, far, variance = xy[n, 0], xy[n, 1], reach[n], sigma[n] ** 2
        inside = 1.0 - np.exp(-0.5 * far * far / variance)
        narrow = (1.0 - cladding) * cell / (2.0 * np.pi * variance * inside)
        wide = cladding * cell / (0.5 * np.pi * far * far)
        for row in range(max(0, int(np.ceil(y - far))), min(height - 1, int(np.floor(y + far))) + 1):
            for column in range(max(0, int(np.ceil(x - far))), min(width - 1, int(np.floor(x + far))) + 1):
                square = (column - x) ** 2 + (row - y) ** 2
                if square >= far * far:
                    continue
                share = narrow * np.exp(-0.5 * square / variance) + wide * (1.0 - square / (far * far))
                pixel = row * width + column
                place = _MOST
                while place > 0 and weight[pixel, place - 1] < share:
                    place -= 1
                for later in range(_MOST - 1, place, -1):
                    core[pixel, later] = core[pixel, later - 1]
                    weight[pixel, later] = weight[pixel, later - 1]
                if place < _MOST:
                    core[pixel, place] = n
                    weight[pixel, place] = share
    return core, weight


@njit(cache=True, nogil=True, fastmath=True)
def _gather_one(core, weight, leaving, light):  # type: ignore[no-untyped-def]
    for pixel in range(light.shape[0]):
        total = np.float32(0.0)
        if weight[pixel, 0] > 0.0:
            for k in range(core.shape[1]):
                total += weight[pixel, k] * leaving[core[pixel, k]]
        light[pixel] = total


@njit(cache=True, nogil=True, fastmath=True)
def _gather_three(core, weight, leaving, light):  # type: ignore[no-untyped-def]
    for pixel in range(light.shape[0]):
        red, green, blue = np.float32(0.0), np.float32(0.0), np.float32(0.0)
        if weight[pixel, 0] > 0.0:
            for k in range(core.shape[1]):
                share, n = weight[pixel, k], core[pixel, k]
                red += share * leaving[n, 0]
                green += share * leaving[n, 1]
                blue += share * leaving[n, 2]
        light[pixel, 0] = red
        light[pixel, 1] = green
        light[pixel, 2] = blue

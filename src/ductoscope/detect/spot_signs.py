"""Spot signs: what marks a pixel's surroundings as unlike its wall, in figures that a small network weighs.

Everything is relative to the neighbourhood: logarithms of light, of red over green and of green over blue, each against
itself blurred wider and wider (differences of Gaussians), and how rough the wall is. The lamp's strength and a colour
cast cancel out.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np

from ductoscope.model import FloatArray, Raster

_FLOOR = 0.004
_BRIGHTEST = 0.98
_SIGMAS = (0.7, 1.5, 3.0, 6.0, 11.0)
"""In pixels of the halved raster."""


def list_signs(raster: Raster) -> tuple[FloatArray, FloatArray]:
    """Signs (H, H, K) of every pixel of the raster halved, and which of its pixels (H, H) are seen (0 or 1)."""
    half = raster.size // 2
    light = cv2.resize(raster.light_lin, (half, half), interpolation=cv2.INTER_AREA)
    seen = (cv2.resize(raster.seen.astype(np.float32), (half, half), interpolation=cv2.INTER_AREA) > 0.9).astype(
        np.float32
    )
    log = np.log(np.maximum(light, _FLOOR))
    full = (light.max(axis=2) > _BRIGHTEST).astype(np.float32)
    layers = np.dstack((log[..., 1], log[..., 0] - log[..., 1], log[..., 1] - log[..., 2], full)) * seen[..., None]
    blurred = [_blur(layers, seen, sigma) for sigma in _SIGMAS]
    steps = [fine - coarse for fine, coarse in pairwise(blurred)]
    inside = seen > 0
    level = blurred[1][..., :3] - np.median(layers[inside][:, :3], axis=0)
    fine = np.square(layers[..., :3] - blurred[1][..., :3])
    rough = [np.sqrt(_blur(fine, seen, sigma)) for sigma in (1.5, 6.0)]
    wide = [np.abs(steps[1][..., :3]), np.abs(steps[2][..., :3])]
    rows, columns = np.mgrid[:half, :half].astype(np.float32) * np.float32(2.0 / half) - 1.0
    place = np.dstack((np.hypot(rows, columns), blurred[2][..., 3]))
    signs = np.concatenate((*(one[..., :3] for one in steps), level, *rough, *wide, place), axis=2)
    return np.asarray(signs, dtype=np.float32), seen


def _blur(layers: FloatArray, seen: FloatArray, sigma: float) -> FloatArray:
    """Blur what is seen, as if nothing were beyond the rim."""
    share = _share_seen(seen.tobytes(), len(seen), sigma)
    return np.asarray(cv2.GaussianBlur(layers * seen[..., None], (0, 0), sigma) * share, dtype=np.float32)


@lru_cache(maxsize=32)
def _share_seen(seen: bytes, side: int, sigma: float) -> FloatArray:
    """One over the share of every window (H, H, 1) that is seen; the same for all frames of one fibre."""
    window = cv2.GaussianBlur(np.frombuffer(seen, dtype=np.float32).reshape(side, side), (0, 0), sigma)
    return np.asarray(1.0 / np.maximum(window, 1e-3)[..., None], dtype=np.float32)

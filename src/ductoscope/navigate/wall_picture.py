"""The wall's own picture: what is left of a raster once the scope's light and its falling off are divided out."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ductoscope.model import BoolArray, DoubleArray, FloatArray
from ductoscope.navigate.shading import fit_shading

CHANNELS = 2
"""Brightness and redness. Light falls off with distance in all colours nearly alike, so redness (vessels, blood in the
wall) hardly knows where the light stands; brightness (relief, folds) does."""

_FLOOR_LIN = 0.01
"""Light below this is not told from stray light between cores."""
_FINE_PIXELS = 0.7
_SMOOTH_PIXELS = 4.0
"""What shading the fitted light leaves is taken out by a blur this wide: less and it eats the vessels."""
_STRONG = np.float32(0.06)
"""Marks stronger than this count no more than this: an edge of something that floats must not outweigh the wall."""
_FARTHEST_OUT = np.float32(0.12)
_RIM_PIXELS = 6
"""So near the rim the wide blur lacks one side, and what it leaves stands with the picture, not with the wall: it
would hold the motion back (3 % with half as many pixels)."""
_DARK = 0.035
_BRIGHT = 0.97

_GRAIN = (0.0016, 0.0035)
"""Noise of the marks at full light, standard deviation: what a good camera makes of it. More is measured, less is not
believed."""
_LEFT_OVER = (0.004, 0.0015)
"""Shading that is left in the marks near by, and how much more of it towards the dark."""
_LEFT_OVER_FAR_RADII = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class WallPicture:
    """One level of the wall's picture.

    marks: (S, S, 2) float32, relative: brightness and redness of the wall against the wall around it.
    trust: (S, S) float32, 0 to 1: how well the wall is seen there.
    noise: (S, S, 2) float32, one standard deviation of what in the marks is not the wall's: grain, and shading left.
    """

    marks: FloatArray
    trust: FloatArray
    noise: FloatArray


def picture_wall(
    light_lin: FloatArray, seen: BoolArray, clear: FloatArray, distance: DoubleArray, around_xy: DoubleArray
) -> tuple[WallPicture, WallPicture]:
    """Divide the shading out of a raster's light: the fine picture, and one of half its size to begin with.

    light_lin: (S, S, 3). seen: (S, S). clear: (S, S) 0 to 1, how well the wall is seen. distance: (S / 2, S / 2) to the
    tube's wall, radii. around_xy: (S / 2, S / 2, 2), where around the lumen that is.
    """
    log_light = np.log(np.maximum(light_lin, 0.0) + np.float32(_FLOOR_LIN))
    planes = np.stack([log_light.mean(axis=2), log_light[..., 0] - log_light[..., 1]], axis=-1)
    level = light_lin.mean(axis=2)
    inside = cv2.erode(seen.astype(np.uint8), np.ones((2 * _RIM_PIXELS + 1,) * 2, np.uint8), borderValue=0)
    lit = np.clip((level - _DARK) / _DARK, 0.0, 1.0)
    unclipped = light_lin.max(axis=2) < _BRIGHT
    spread = cv2.erode(unclipped.astype(np.uint8), np.ones((3, 3), np.uint8))
    trust = (inside * spread * lit * clear).astype(np.float32)
    mask = seen.astype(np.float32)
    size = light_lin.shape[0]
    half = size // 2
    small_mask = _halve(mask)
    small = np.asarray(_halve(planes * mask[..., None]) / np.maximum(small_mask, 1e-3)[..., None], np.float32)
    small_trust = _halve(trust)
    shading = fit_shading(
        small.reshape(-1, CHANNELS), distance.reshape(-1), around_xy.reshape(-1, 2), small_trust.reshape(-1)
    ).reshape(half, half, CHANNELS)
    large = np.asarray(cv2.resize(shading, (size, size), interpolation=cv2.INTER_LINEAR), np.float32)
    left_over = (1.0 + (distance / _LEFT_OVER_FAR_RADII) ** 4) ** 2
    noise = np.stack(
        [
            np.sqrt(grain**2 / np.maximum(_halve(level), 0.02) + left**2 * left_over)
            for grain, left in zip(_GRAIN, _LEFT_OVER, strict=True)
        ],
        axis=-1,
    ).astype(np.float32)
    fine = WallPicture(
        _keep_marks(planes - large, mask, _FINE_PIXELS, _SMOOTH_PIXELS),
        trust,
        np.asarray(cv2.resize(noise, (size, size), interpolation=cv2.INTER_LINEAR), np.float32),
    )
    coarse_marks = _keep_marks(small - shading, (small_mask > 0.5).astype(np.float32), 1.0, _SMOOTH_PIXELS)
    return fine, WallPicture(coarse_marks, small_trust, noise)


def _keep_marks(planes: FloatArray, mask: FloatArray, fine: float, smooth: float) -> FloatArray:
    """Difference of two blurs (S, S, 2), each over what is seen only."""
    seen = mask[..., None]
    # What stands out far more than a wall does (a flake, a bubble, a highlight) must not shade off its surroundings.
    planes = np.clip(planes, -_FARTHEST_OUT, _FARTHEST_OUT)
    near = _blur(planes * seen, fine) / np.maximum(_blur(mask, fine), 1e-3)[..., None]
    wide = _blur(planes * seen, smooth) / np.maximum(_blur(mask, smooth), 1e-3)[..., None]
    marks = (near - wide) * seen
    return np.asarray(marks / np.sqrt(1.0 + np.square(marks / _STRONG)), np.float32)


def _blur(plane: FloatArray, sigma: float) -> FloatArray:
    return np.asarray(cv2.GaussianBlur(plane, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT), np.float32)


def _halve(plane: FloatArray) -> FloatArray:
    size = (plane.shape[1] // 2, plane.shape[0] // 2)
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float32)

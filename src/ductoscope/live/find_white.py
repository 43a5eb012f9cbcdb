"""Find the white balance in a tower's video: a while in which the fibre saw something evenly white.

Nurses hold the tip before gauze when a tower starts, and many towers record it. Such a while calibrates better than
moving tissue. It is told by a disc that is bright, grey, without texture once its fall-off towards the rim is
taken away, and that lasts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ductoscope.model import FloatArray, PictureArray, Rim

_LEAST_LIGHT, _MOST_LIGHT = 40.0, 235.0
_MOST_TINT = 0.2  # of green, by which red and blue may differ: a tower before its white balance
_BLUR = 0.08  # of the radius
_MOST_TEXTURE = 0.05  # of the mean; tissue has 0.1 and more
_LEAST_S, _LEAST_PICTURES = 0.3, 3


@dataclass(frozen=True, slots=True, eq=False)
class Thumbnail:
    """A small (h, w, 3) copy of a screen, at a time."""

    t_ns: int
    pixels: PictureArray
    scale: float


def find_white(thumbnails: Sequence[Thumbnail], rim: Rim) -> tuple[int, int] | None:
    """Find the longest white while: (first, last) time in ns, or None."""
    whites = [is_white(thumbnail, rim) for thumbnail in thumbnails]
    best: tuple[int, int] | None = None
    start: int | None = None
    for number, white in enumerate([*whites, False]):
        if white and start is None:
            start = number
        if not white and start is not None:
            first, last = thumbnails[start].t_ns, thumbnails[number - 1].t_ns
            is_long = last - first >= _LEAST_S * 1e9 and number - start >= _LEAST_PICTURES
            if is_long and (best is None or last - first > best[1] - best[0]):
                best = first, last
            start = None
    return best


def is_white(thumbnail: Thumbnail, rim: Rim) -> bool:
    """Whether the disc of one screen shows nothing but even white."""
    height, width = thumbnail.pixels.shape[:2]
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    x, y = (rim.x_px + 0.5) * thumbnail.scale - 0.5, (rim.y_px + 0.5) * thumbnail.scale - 0.5
    reach = np.hypot(columns - x, rows - y) / (rim.radius_px * thumbnail.scale)
    # Blurred over some forty cores of a coarse bundle, so that their own differences are no texture.
    soft = cv2.GaussianBlur(thumbnail.pixels.astype(np.float32), (0, 0), _BLUR * rim.radius_px * thumbnail.scale)
    light = soft[reach < 0.8].astype(np.float64)
    if len(light) < 50:
        return False
    red, green, blue = light.mean(axis=0)
    gray = light.mean(axis=1)
    if not _LEAST_LIGHT < gray.mean() < _MOST_LIGHT:
        return False
    if abs(red / green - 1) > _MOST_TINT or abs(blue / green - 1) > _MOST_TINT:
        return False
    return _texture(gray.astype(np.float32), reach[reach < 0.8]) < _MOST_TEXTURE


def _texture(gray: FloatArray, reach: FloatArray) -> float:
    """Spread of light that a fall-off with the squared radius does not explain, as a share of the mean."""
    matrix = np.column_stack((np.ones_like(reach), reach**2))
    rest = gray - matrix @ np.linalg.lstsq(matrix, gray, rcond=None)[0]
    return float(rest.std() / gray.mean())

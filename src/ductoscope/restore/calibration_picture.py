"""A picture of a calibration that a person can judge."""

from __future__ import annotations

import cv2
import numpy as np

from ductoscope.model import Bundle, PictureArray, Pixels

_LIVE_RGB = (80, 230, 120)
_DEAD_RGB = (255, 70, 70)
_RIM_RGB = (90, 170, 255)
_SHIFT = 4
"""OpenCV draws with this many binary digits behind the point."""


def draw_calibration(white: Pixels, bundle: Bundle) -> PictureArray:
    """Draw what a calibration found over its white picture: (H, W, 3) uint8 RGB.

    A green dot on every core, a red ring on every dead one, the rim in blue. The picture is brightened so that
    the darkest cores show; nothing else is changed.
    """
    top = float(np.iinfo(white.dtype).max)
    bright = np.percentile(white, 99.5) if white.size else top
    shown = np.clip(white.astype(np.float32) * (200.0 / max(float(bright), 0.01 * top)), 0.0, 255.0)
    gray = np.repeat(shown[:, :, np.newaxis], 3, axis=2) if shown.ndim == 2 else shown
    picture = np.ascontiguousarray(gray.astype(np.uint8))
    scale = 1 << _SHIFT
    for (x, y), is_dead in zip(bundle.xy_px, bundle.dead, strict=True):
        at = (round(x * scale), round(y * scale))
        if is_dead:
            cv2.circle(picture, at, round(0.4 * bundle.pitch_px * scale), _DEAD_RGB, 1, cv2.LINE_AA, _SHIFT)
        else:
            dot = max(scale // 2, round(0.1 * bundle.pitch_px * scale))
            cv2.circle(picture, at, dot, _LIVE_RGB, -1, cv2.LINE_AA, _SHIFT)
    rim = bundle.rim
    middle = (round(rim.x_px * scale), round(rim.y_px * scale))
    cv2.circle(picture, middle, round(rim.radius_px * scale), _RIM_RGB, 1, cv2.LINE_AA, _SHIFT)
    return picture

"""Cores that carry no usable light: dark ones, and those stuck bright."""

from __future__ import annotations

import cv2
import numpy as np

from ductoscope.model import BoolArray, DoubleArray, FloatArray, Pixels
from ductoscope.restore.nearest import find_nearest

_AROUND = 18

SATURATED = 0.985
"""Share of the camera's range from which a value may have been cut off."""

# Against the usual core around: real transmissions spread by a fifth or two, so both limits lie far outside.
_DARK = 0.25
_BRIGHT = 2.2
_GLOWS = 0.25
_STEEP_SIGMAS = 5.0
_CUT, _CUT_IN_ALL = 1.7, 1.35
_WELL_LIT = 0.8


def usual_around(values: FloatArray, xy_px: DoubleArray, is_usable: BoolArray) -> FloatArray:
    """Median of `values` (N, C) over the usable cores around each core, itself left out as far as it matters."""
    usable = np.flatnonzero(is_usable)
    near = find_nearest(xy_px[usable], xy_px, min(_AROUND + 1, len(usable)))[1]
    return np.asarray(np.median(values[usable][near], axis=1), dtype=np.float32)


def find_dark(level: FloatArray, usual: FloatArray) -> BoolArray:
    """Mark cores that pass less than a quarter of the light around: (N,) of levels (N,)."""
    return np.asarray(level < _DARK * usual)


def find_hot(
    white: Pixels,
    xy_px: DoubleArray,
    pitch_px: float,
    level: FloatArray,
    usual: FloatArray,
    read_top: FloatArray,
    usual_top: FloatArray,
) -> BoolArray:
    """Mark cores under a saturated speck, and those far brighter than any transmission explains: (N,).

    level, usual: (N,) light of each core, and usual around it. read_top, usual_top: the same of the brightest
    channel as read, in full scales. Where whole areas are overexposed nothing is
    marked: that is the camera's exposure, not the core.
    """
    brightest = white if white.ndim == 2 else white.max(axis=2)
    reach = max(1, round(0.4 * pitch_px))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    around = cv2.dilate(brightest, kernel)
    last = np.array(white.shape[1::-1]) - 1
    x, y = np.clip(np.rint(xy_px), 0, last).astype(np.intp).T
    peak = around[y, x] / np.float32(np.iinfo(white.dtype).max)
    # A bright core's own peak is in proportion to its read, as in all other cores; a speck's is not.
    steep = peak / np.maximum(read_top, 1e-3)
    middle = np.median(steep)
    spread = 1.48 * np.median(np.abs(steep - middle))
    is_speck = (
        (peak >= SATURATED)
        & (usual_top < _WELL_LIT)
        & (steep > np.maximum(middle + _STEEP_SIGMAS * spread, 1.05 * middle))
    )
    # Cut off although the cores around are not: whatever it is, its gain is unknown.
    excess = read_top / np.maximum(usual_top, 1e-3)
    is_cut = (peak >= SATURATED) & (excess > _CUT)
    if white.ndim == 3:
        # No tint cuts off all colours at once; a glint does.
        whitest = cv2.dilate(white.min(axis=2), kernel)[y, x] / np.float32(np.iinfo(white.dtype).max)
        is_cut |= (whitest >= SATURATED) & (excess > _CUT_IN_ALL)
    return np.asarray(is_speck | is_cut | (level > _BRIGHT * usual))


def find_glowing(black: FloatArray, usual_gain: FloatArray) -> BoolArray:
    """Mark cores that shine by themselves in the dark picture: (N,) of black and gain (N, C)."""
    return np.asarray((black - np.median(black, axis=0) > _GLOWS * usual_gain).any(axis=1))

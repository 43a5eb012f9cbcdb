"""Signs: some thirty numbers that tell one picture's kind: how bright, how red, how hazy, how sharp, how round."""

from __future__ import annotations

import math

import cv2
import numpy as np

from ductoscope.model import BoolArray, DoubleArray, FloatArray, Raster

LEAST_LIGHT = 0.003
"""Below this a pixel is noise; logarithms are taken above it."""
WHITE_LIGHT = 0.98
"""From here on in every colour a pixel counts as saturated: the calibration white is 1."""

_SHARES = (5, 25, 50, 75, 95)


def read_signs(raster: Raster) -> DoubleArray:
    """The signs (K,) of one picture, each about -3 to 3 by its nature; all 0 where nothing is seen.

    None depends on how the picture is turned or mirrored. All but the finest detail is read at half the size.
    """
    seen = _halve(raster.seen.astype(np.float32)) > 0.99
    if not seen.any():
        return np.zeros(SIGNS, dtype=np.float64)
    fine = np.log(np.maximum(raster.light_lin.mean(axis=2), np.float32(LEAST_LIGHT)))
    half = _halve(raster.light_lin)
    light = np.maximum(half, np.float32(LEAST_LIGHT))
    logs = np.log(light[seen])
    grey = np.log(light.mean(axis=2))
    shown = grey[seen]
    red_green, green_blue = logs[:, 0] - logs[:, 1], logs[:, 1] - logs[:, 2]
    spread = float(shown.std())
    signs = [
        float((raster.light_lin.min(axis=2) >= WHITE_LIGHT)[raster.seen].mean()),
        float((half.max(axis=2) >= WHITE_LIGHT)[seen].mean()),
        *np.percentile(shown, _SHARES),
        *np.percentile(red_green, _SHARES[::2]),
        *np.percentile(green_blue, _SHARES[::2]),
        spread,
        *_read_detail(fine, raster.seen, grey, seen),
        *_read_darkest(grey, seen),
        float(np.corrcoef(shown, red_green)[0, 1]) if spread > 1e-3 and red_green.std() > 1e-6 else 0.0,
    ]
    return np.nan_to_num(np.array(signs, dtype=np.float64), nan=0.0, posinf=3.0, neginf=-3.0)


def _halve(values: FloatArray) -> FloatArray:
    height, width = values.shape[:2]
    return np.asarray(cv2.resize(values, (width // 2, height // 2), interpolation=cv2.INTER_AREA), dtype=np.float32)


def _read_detail(fine: FloatArray, fine_seen: BoolArray, grey: FloatArray, seen: BoolArray) -> list[float]:
    """How much fine, middling and coarse detail there is, and how much of it is bright specks or rings."""
    finest = np.abs(fine - cv2.GaussianBlur(fine, (5, 5), 1.0))[_shrink(fine_seen, 5)]
    inside = _shrink(seen, 3)
    if not len(finest) or not inside.any():
        return [0.0] * 11
    bands = [finest]
    finer: FloatArray = grey
    for sigma in (1.0, 2.0, 4.0):
        coarser: FloatArray = np.asarray(cv2.GaussianBlur(finer, (0, 0), sigma), dtype=np.float32)
        bands.append(np.abs(finer - coarser)[inside])
        finer = coarser
    window = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    bright = cv2.morphologyEx(grey, cv2.MORPH_TOPHAT, window)[inside]
    dark = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, window)[inside]
    detail = [float(np.log10(each + 1e-4)) for band in bands for each in (band.mean(), np.percentile(band, 98))]
    return [*detail, float(bright.mean()), float(np.percentile(bright, 98)), float(dark.mean())]


def _shrink(seen: BoolArray, width: int) -> BoolArray:
    return np.asarray(cv2.erode(seen.astype(np.uint8), np.ones((width, width), np.uint8)) > 0, dtype=np.bool_)


def _read_darkest(grey: FloatArray, seen: BoolArray) -> list[float]:
    """Where the darkest parts lie and how round they are: a lumen is a disc, a shut one a slit."""
    soft = cv2.GaussianBlur(np.where(seen, grey, grey[seen].mean()).astype(np.float32), (0, 0), 1.0)
    size = grey.shape[0]
    shape: list[float] = []
    for level in np.percentile(soft[seen], (10, 30)):
        rows, columns = np.nonzero(seen & (soft <= level))
        if len(rows) < 3:
            return [0.0] * 6
        x, y = (columns + 0.5) * (2.0 / size) - 1.0, (rows + 0.5) * (2.0 / size) - 1.0
        across = float(x.var() + y.var()) / 2.0 + 1e-6
        askew = math.hypot(float(x.var() - y.var()) / 2.0, float(((x - x.mean()) * (y - y.mean())).mean()))
        narrow, wide = math.sqrt(max(across - askew, 1e-6)), math.sqrt(across + askew)
        shape += [math.log(narrow / wide), narrow * wide * 10.0, math.hypot(x.mean(), y.mean())]
    return shape


SIGNS = 2 + 5 + 3 + 3 + 1 + 11 + 6 + 1
"""How many signs there are."""

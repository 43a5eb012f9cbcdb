"""Calibrate: from a white picture to a Bundle."""

from __future__ import annotations

import cv2
import numpy as np

from ductoscope.model import BoolArray, Bundle, CalibrationError, DoubleArray, FloatArray, Pixels, Rim
from ductoscope.restore.dead_cores import SATURATED, find_dark, find_glowing, find_hot, usual_around
from ductoscope.restore.find_cores import FoundCores, find_cores
from ductoscope.restore.grade import grade
from ductoscope.restore.psf import psf_windows, read_psf

# A pixel's smallest step in 10 bits: no gain can be told apart from nothing below it.
_LEAST_GAIN = 1.0 / 1024.0
# A channel of one core this much weaker than the same channel around it is noise, and dividing by it more noise.
_LEAST_SHARE = 0.1
# Higher than any camera's own black: a surround brighter than this is lit.
_MOST_BLACK = 0.06


def calibrate(white: Pixels, dark: Pixels | None = None) -> Bundle:
    """Calibrate a fibre bundle from a picture of something evenly white, and optionally one without light.

    white, dark: (H, W) or (H, W, 3) RGB, uint8 or uint16, of the same kind. Without `dark`, black is what the
    camera shows far outside the rim, where that is dark, else 0. Raises CalibrationError when the picture holds
    no bundle or the two do not match.
    """
    if dark is not None and (dark.shape != white.shape or dark.dtype != white.dtype):
        raise CalibrationError(
            f"The dark picture ({dark.shape}, {dark.dtype}) and the white one ({white.shape}, {white.dtype}) differ "
            "in kind; take both with the same camera settings."
        )
    found = find_cores(white)
    shape = (white.shape[0], white.shape[1])
    windows = psf_windows(found.xy_px, found.sigma_px, found.pitch_px, shape)
    read = read_psf(white, windows)
    if dark is None:
        black = np.broadcast_to(estimate_black(white, found.rim, found.pitch_px, read), read.shape)
    else:
        black = read_psf(dark, windows)
    gain, dead = judge_cores(white, found, read, black)
    live = ~dead
    saturated = _share_saturated(white, found.xy_px[live])
    level = float(np.median(gain[live].mean(axis=1))) if live.any() else 0.0
    return Bundle(
        frame_shape=shape,
        xy_px=found.xy_px,
        pitch_px=found.pitch_px,
        sigma_px=found.sigma_px,
        rim=found.rim,
        gain=gain,
        dark=np.array(black, dtype=np.float32),
        dead=dead,
        quality=grade("white", found.contrast, saturated, float(dead.mean()), level),
    )


def judge_cores(white: Pixels, found: FoundCores, read: FloatArray, black: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Tell gain (N, C), always above 0, and which cores are dead; dead ones get the gain usual around them."""
    raw = read - black
    usual = usual_around(raw, found.xy_px, ~found.is_guess)
    usual_top = usual_around(read, found.xy_px, ~found.is_guess).max(axis=1)
    level, usual_level = raw.mean(axis=1), usual.mean(axis=1)
    dead = found.is_guess | find_dark(level, usual_level) | find_glowing(black, usual)
    dead |= find_hot(white, found.xy_px, found.pitch_px, level, usual_level, read.max(axis=1), usual_top)
    least = np.maximum(_LEAST_SHARE * usual, _LEAST_GAIN)
    gain = np.maximum(np.where(dead[:, np.newaxis], usual, raw), least)
    return np.asarray(gain, dtype=np.float32), np.asarray(dead)


def _share_saturated(white: Pixels, xy_px: DoubleArray) -> float:
    """Share of the cores whose middle pixel is cut off in some channel."""
    last = np.array(white.shape[1::-1]) - 1
    x, y = np.clip(np.rint(xy_px), 0, last).astype(np.intp).T
    middle = white[y, x].reshape(len(xy_px), -1).max(axis=1)
    return float((middle >= SATURATED * np.iinfo(white.dtype).max).mean()) if len(xy_px) else 1.0


def estimate_black(white: Pixels, rim: Rim, pitch_px: float, read: FloatArray) -> FloatArray:
    """Camera black of each channel, (C,) in full scales, from the dark surround; 0 when there is none."""
    height, width = white.shape[:2]
    block = 8
    means = cv2.resize(white, (max(1, width // block), max(1, height // block)), interpolation=cv2.INTER_AREA)
    means = means.reshape(*means.shape[:2], -1).astype(np.float32) / np.iinfo(white.dtype).max
    y, x = np.mgrid[: means.shape[0], : means.shape[1]] * block + (block - 1) / 2.0
    is_outside = np.hypot(x - rim.x_px, y - rim.y_px) > rim.radius_px + 3.0 * pitch_px + block
    if is_outside.sum() < 16:
        return np.zeros(read.shape[1], dtype=np.float32)
    # The darkest of it: what glare there is falls off with distance.
    black = np.percentile(means[is_outside], 2.0, axis=0)
    is_black = (black < _MOST_BLACK) & (black < 0.5 * np.median(read, axis=0))
    return np.asarray(np.where(is_black, black, 0.0), dtype=np.float32)

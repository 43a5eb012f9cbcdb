"""How noisy the camera is, learned from the core tables themselves.

Variance on the camera grows in a straight line with the signal (read noise plus shot noise: Foi, Trimeche,
Katkovnik and Egiazarian, IEEE Trans. Image Process. 17:1737, 2008). Its line is taken as fixed in shape and
measured in height, one number a channel. Three things show the height, and the lowest is believed. Differences between
consecutive frames, and between touching cores: scene motion and detail only add to them, so a low quantile finds the
stillest, smoothest parts. And how much one frame's difference takes back the one before: noise does so by exactly its
variance, steady motion does the opposite.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ductoscope.model import FloatArray

_KNEE = 0.03
"""Camera signal (full scale is 1) at which shot noise equals read noise: 0.01 to 0.1 in usual cameras."""

_LEAST_SD, _MOST_SD = 2e-4, 0.1
"""Bounds of the noise at no light, in full scales: below an 8-bit step averaged over a core, and beyond use."""

_QUANTILE = 0.2
_QUANTILE_OF_POOL = 0.546
"""The 20 % quantile of chi-square with 7 degrees of freedom, over 7: a core and its ring are pooled."""

_MEDIAN_OF_TURNS = 0.85
"""Median of the pooled product of two consecutive differences, sign turned, of pure noise of variance 1."""

_FALL, _RISE = 0.3, 0.03
"""Share of the way that one frame moves the estimate: down at once, up slowly, as all errors are upwards."""

_STRIDE = 5
"""Every fifth core is looked at: 1,200 of 6,000 give the quantile to 3 %."""


@dataclass(frozen=True, slots=True)
class NoiseModel:
    """How noisy a camera has shown itself to be.

    floor: variance without light, in squared full scales, one for each channel; None before any frame.
    """

    floor: tuple[float, ...] | None
    channels: int


def start_noise(channels: int) -> NoiseModel:
    """Begin without knowing anything."""
    return NoiseModel(None, channels)


def shape_noise(noise: NoiseModel, light_lin: FloatArray, gain: FloatArray) -> FloatArray:
    """Noise variance of every core value, (N, C), in squared linear light."""
    floor = np.asarray(noise.floor if noise.floor is not None else (1e-5,) * noise.channels, dtype=np.float32)
    return _shape(light_lin, gain, floor)


def measure_noise(
    noise: NoiseModel,
    light_lin: FloatArray,
    last_lin: FloatArray,
    older_lin: FloatArray | None,
    gain: FloatArray,
    ring: NDArray[np.int32],
) -> NoiseModel:
    """Learn from one more frame, the frame before it, and the one before that where there is one."""
    older = last_lin if older_lin is None else older_lin
    in_time, in_space, in_turns = _pool(light_lin, last_lin, older, gain, ring, _STRIDE)
    place = int(_QUANTILE * (len(in_time) - 1))
    low = np.minimum(np.partition(in_time, place, axis=0)[place], np.partition(in_space, place, axis=0)[place])
    low = low / _QUANTILE_OF_POOL
    if older_lin is not None:
        low = np.minimum(low, np.median(in_turns, axis=0) / _MEDIAN_OF_TURNS)
    seen = np.clip(low, _LEAST_SD**2, _MOST_SD**2)
    if noise.floor is None:
        return NoiseModel(tuple(float(v) for v in seen), noise.channels)
    floor = [
        old * (new / old) ** (_FALL if new < old else _RISE)
        for old, new in zip(noise.floor, seen.tolist(), strict=True)
    ]
    return NoiseModel(tuple(floor), noise.channels)


@njit(cache=True, nogil=True, fastmath=True)
def _shape(light: FloatArray, gain: FloatArray, floor: FloatArray) -> FloatArray:
    out = np.empty_like(light)
    for i in range(light.shape[0]):
        for c in range(light.shape[1]):
            signal = max(light[i, c] * gain[i, c], np.float32(0.0))
            out[i, c] = floor[c] * (np.float32(1.0) + signal / np.float32(_KNEE)) / (gain[i, c] * gain[i, c])
    return out


@njit(cache=True, nogil=True, fastmath=True)
def _pool(
    light: FloatArray, last: FloatArray, older: FloatArray, gain: FloatArray, ring: NDArray[np.int32], stride: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Noise floor as time, space and turns show it, pooled over each looked-at core and its ring, (n, C) each."""
    cores, channels = light.shape
    count = (cores + stride - 1) // stride
    in_time = np.zeros((count, channels), dtype=np.float32)
    in_space = np.zeros((count, channels), dtype=np.float32)
    in_turns = np.zeros((count, channels), dtype=np.float32)
    for row in range(count):
        i = row * stride
        for c in range(channels):
            around = np.float32(0.0)
            for k in range(6):
                around += light[ring[i, k], c]
            around += light[i, c]
            around /= np.float32(7.0)
            for k in range(7):
                j = ring[i, k] if k < 6 else i
                scale = gain[j, c] * gain[j, c]
                scale /= np.float32(1.0) + max(light[j, c] * gain[j, c], np.float32(0.0)) / np.float32(_KNEE)
                change = light[j, c] - last[j, c]
                in_time[row, c] += change * change * scale / np.float32(14.0)
                in_turns[row, c] -= change * (last[j, c] - older[j, c]) * scale / np.float32(7.0)
                detail = light[j, c] - around
                in_space[row, c] += detail * detail * scale / np.float32(6.0)
    return in_time, in_space, in_turns

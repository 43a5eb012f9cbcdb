"""Sharpen a picture of fibre cores until each stands alone.

Light spots of neighbouring cores overlap so far that two may share one maximum, and each pulls on the other's.
A Wiener filter (N. Wiener, "Extrapolation, Interpolation, and Smoothing of Stationary Time Series", 1949) takes
the spot's own width back out as far as the noise allows, removes slow shading, and gives narrow spots whose
maxima are the centres. It is also the place to zoom: the same spectrum sampled finer.
"""

from __future__ import annotations

import cv2
import numpy as np
import scipy
from numpy.typing import NDArray

from ductoscope.model import FloatArray

# Shading slower than this many pitches is taken out.
_SHADING = 0.45
# Spots unlike the model set the limits: below the first ringing grows, above the second little is sharpened.
_LEAST_NOISE, _MOST_NOISE = 1e-4, 1e-2
_SAFETY = 4.0
# Corners of the spectrum, in cycles a pixel: past any lens and any pitch, only noise is left there.
_NOISE_ONLY = 0.6


class Sharpener:
    """The spectrum of one picture, ready to be sharpened for any spot."""

    def __init__(self, light: FloatArray, pitch_px: float) -> None:
        """Keep the spectrum of `light` (H, W), in which cores lie about `pitch_px` apart."""
        self.pitch_px = pitch_px
        self._shape = light.shape
        # A bundle cut by the picture's border goes on as its mirror image, without a step.
        self._pad = min(int(2.0 * pitch_px) + 1, min(light.shape) - 1)
        size = [n + 2 * self._pad for n in light.shape]
        self._size = [_even(scipy.fft.next_fast_len(n, real=True)) for n in size]
        rest = [(self._pad, full - n - self._pad) for full, n in zip(self._size, light.shape, strict=True)]
        padded = cv2.copyMakeBorder(light, rest[0][0], rest[0][1], rest[1][0], rest[1][1], cv2.BORDER_REFLECT_101)
        self._spectrum: NDArray[np.complex64] = np.asarray(scipy.fft.rfft2(padded), dtype=np.complex64)
        down = scipy.fft.fftfreq(self._size[0]).astype(np.float32)[:, np.newaxis]
        across = scipy.fft.rfftfreq(self._size[1]).astype(np.float32)[np.newaxis, :]
        self._square = down * down + across * across
        corner = self._spectrum[self._square > _NOISE_ONLY**2]
        # Mean power of a pixel's noise; half is left by the median of an exponential distribution's 0.69.
        self.noise_square = float(np.median(np.abs(corner) ** 2) / 0.69 / np.prod(self._size)) if corner.size else 0.0

    def noise_share(self, contrast: float) -> float:
        """Power of the picture's noise against that of its cores, each taken as a point of light.

        contrast: usual height of a core above its gaps, in the picture's units. Kept between the limits in which
        sharpening is worth it.
        """
        points = 0.28 * contrast * contrast * self.pitch_px * self.pitch_px
        return float(np.clip(_SAFETY * self.noise_square / max(points, 1e-12), _LEAST_NOISE, _MOST_NOISE))

    def sharpen(self, spot: float, target: float, noise_share: float, zoom: int = 1) -> FloatArray:
        """Picture of (H * zoom, W * zoom) with spots `spot` wide made `target` wide (sigmas, in pitches).

        Sample (0, 0) is the centre of pixel (0, 0). `noise_share` sets how far sharpening may go.
        """
        pitch_square = self.pitch_px * self.pitch_px
        reach = (-2.0 * np.pi**2 * pitch_square) * self._square
        spread = np.exp(np.float32(spot * spot) * reach)
        gain = spread / (spread * spread + np.float32(noise_share))
        gain *= np.exp(np.float32(target * target) * reach)
        gain *= -np.expm1(np.float32(_SHADING * _SHADING) * reach)
        filtered = self._spectrum * gain
        height, width = self._size
        if zoom > 1:
            finer = np.zeros((height * zoom, width * zoom // 2 + 1), dtype=filtered.dtype)
            finer[: height // 2, : filtered.shape[1]] = filtered[: height // 2]
            finer[-(height // 2) :, : filtered.shape[1]] = filtered[height // 2 :]
            filtered = finer
        sharp = scipy.fft.irfft2(filtered, s=(height * zoom, width * zoom)) * np.float32(zoom * zoom)
        top = self._pad * zoom
        part = sharp[top : top + self._shape[0] * zoom, top : top + self._shape[1] * zoom]
        return np.ascontiguousarray(part, dtype=np.float32)


def tame_specks(light: FloatArray, pitch_px: float) -> FloatArray:
    """Cut what is far brighter than the cores around it, so that one speck does not ring over its neighbours."""
    block = max(2, round(2.0 * pitch_px))
    height, width = light.shape
    rows, columns = -(-height // block), -(-width // block)
    padded = np.pad(light, ((0, rows * block - height), (0, columns * block - width)), mode="edge")
    brightest = padded.reshape(rows, block, columns, block).max(axis=(1, 3))
    # Not the median: at the rim most blocks around a good core are dark.
    usual = scipy.ndimage.percentile_filter(brightest, 80, size=5, mode="nearest")
    ceiling = cv2.resize(1.5 * usual, (columns * block, rows * block), interpolation=cv2.INTER_LINEAR)
    return np.minimum(light, ceiling[:height, :width])


def _even(size: int) -> int:
    while size % 2:
        size = scipy.fft.next_fast_len(size + 1, real=True)
    return size

"""The duct's wall, unrolled: its colour, its fine vessels, its circular folds.

Rows run along the duct, columns around it. No pattern repeats along the duct. Look: pale, smooth, glossy,
yellow-white to pink, vessels clearly visible (Chinese consensus on ductoscopy, section 6.1).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.ndimage import gaussian_filter1d

from ductoscope.model import DoubleArray, FloatArray, freeze

COLUMNS = 512
"""Colour samples around the duct; the finest level has square samples."""

_LEVELS = 4
_VESSELS_PER_MM = 1.8
_VESSEL_STEP = 9.0
_VESSEL_ORDERS = 4
_YELLOWISH = np.array([1.0, 0.86, 0.70], dtype=np.float32)
_PINKISH = np.array([0.98, 0.74, 0.67], dtype=np.float32)
_BLOOD = np.array([0.72, 0.30, 0.30], dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Wall:
    """The unrolled wall of one duct.

    levels: colour and fine relief, (rows, columns, 4) uint8 each: R, G, B albedo / 255 and height; every level has
        half the samples of the one before, so that a far core can average. Columns run once around.
    sample_mm: of the finest level, along the duct.
    relief: (3, rows, columns) float32: inner radius in mm, its slope along the duct (mm/mm) and around it (mm/rad).
    relief_mm: length of one relief row.
    """

    levels: tuple[NDArray[np.uint8], ...]
    sample_mm: float
    relief: FloatArray
    relief_mm: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "levels", tuple(freeze(level) for level in self.levels))
        object.__setattr__(self, "relief", freeze(self.relief))


def draw_wall(rng: np.random.Generator, length_mm: float, radius_mm: float) -> Wall:
    """Draw a wall of this length about this inner radius."""
    sample_mm = 2.0 * np.pi * radius_mm / COLUMNS
    rows = int(length_mm / sample_mm) // 8 * 8
    colour = _draw_colour(rng, rows, sample_mm)
    height = 0.5 + 0.16 * _noise(rng, (rows, COLUMNS), 1.1, longest=40.0)
    level = np.clip(np.rint(255.0 * np.dstack([colour, height])), 0, 255).astype(np.uint8)
    levels = [level]
    for _ in range(_LEVELS - 1):
        size = levels[-1].shape
        half = cv2.resize(levels[-1], (size[1] // 2, size[0] // 2), interpolation=cv2.INTER_AREA)
        levels.append(np.asarray(half, dtype=np.uint8))
    relief_mm = 0.05
    return Wall(
        tuple(levels), sample_mm, _draw_relief(rng, int(length_mm / relief_mm), radius_mm, relief_mm), relief_mm
    )


def _draw_colour(rng: np.random.Generator, rows: int, sample_mm: float) -> FloatArray:
    """Albedo (rows, COLUMNS, 3) 0..1: mottled between yellowish and pinkish, with vessels under the surface."""
    shape = (rows, COLUMNS)
    pinkness = np.clip(0.42 + 0.24 * _noise(rng, shape, 1.5), 0.0, 1.0)[:, :, None]
    colour = _YELLOWISH + (_PINKISH - _YELLOWISH) * pinkness
    colour *= 1.0 + 0.045 * _noise(rng, shape, 0.9, longest=60.0)[:, :, None]
    vessels = np.zeros(shape, dtype=np.float32)
    for _ in range(round(_VESSELS_PER_MM * rows * sample_mm)):
        start = np.array([rng.uniform(0, COLUMNS), rng.uniform(0, rows)])
        heading = rng.choice([-1.0, 1.0]) * (np.pi / 2.0 + rng.normal(0.0, 0.6))
        _grow_vessel(rng, vessels, start, heading, rng.uniform(0.012, 0.05) / sample_mm, 0)
    wide = np.concatenate([vessels[:, -32:], vessels, vessels[:, :32]], axis=1)
    # Tissue above a vessel scatters: a sharp line and its soft halo.
    sharp, halo = (cv2.GaussianBlur(wide, (0, 0), sigma)[:, 32:-32, None] for sigma in (0.9, 5.0))
    blood = np.clip(0.75 * sharp + 0.5 * halo, 0.0, 0.9)
    colour *= 1.0 + blood * (_BLOOD - 1.0)
    return np.asarray(colour, dtype=np.float32)


def _grow_vessel(
    rng: np.random.Generator, depth: FloatArray, start: DoubleArray, heading: float, width: float, order: int
) -> None:
    """Draw one wandering vessel (`start` is x around, y along) into `depth`, and its thinner branches."""
    count = int(rng.integers(15, 60) * 0.8**order)
    headings = heading + np.cumsum(rng.normal(0.0, 0.16, count))
    path = start + _VESSEL_STEP * np.cumsum(np.column_stack([np.cos(headings), np.sin(headings)]), axis=0)
    strength = float(rng.uniform(0.55, 1.0)) * 0.85**order
    for turn in range(int(path[:, 0].min() // COLUMNS), int(path[:, 0].max() // COLUMNS) + 1):
        # Once for each time that it goes around, since the picture's two sides are the same place.
        points = np.rint(16.0 * (path - np.array([turn * COLUMNS, 0.0]))).astype(np.int32)
        cv2.polylines(depth, [points], False, strength, max(1, round(width)), cv2.LINE_AA, shift=4)
    if order == _VESSEL_ORDERS:
        return
    for fork in np.flatnonzero(rng.uniform(size=count) < 0.07):
        side = rng.choice([-1.0, 1.0]) * rng.uniform(0.35, 1.2)
        _grow_vessel(rng, depth, path[fork], headings[fork] + side, 0.7 * width, order + 1)


def _draw_relief(rng: np.random.Generator, rows: int, radius_mm: float, row_mm: float) -> FloatArray:
    """Inner radius with slow widenings, an uneven cross-section and incomplete circular folds, and its slopes."""
    columns = 128
    along = np.arange(rows) * row_mm
    around = np.arange(columns) * (2.0 * np.pi / columns)
    slow = gaussian_filter1d(rng.standard_normal(rows), 4.0 / row_mm, mode="reflect")
    radius = radius_mm * (1.0 + 0.09 * slow / slow.std())[:, None] + np.zeros(columns)
    for lobe in (2, 3):
        phase = gaussian_filter1d(np.cumsum(rng.normal(0.0, 0.05, rows)), 20)
        radius += (0.035 / lobe) * np.cos(lobe * around[None, :] + 3.0 * phase[:, None] + rng.uniform(0.0, 6.0))
    place = rng.uniform(0.2, 0.6)
    while place < along[-1]:
        centre, reach = rng.uniform(0.0, 2.0 * np.pi), rng.uniform(0.6, 2.2)
        height, width = rng.uniform(0.015, 0.075), rng.uniform(0.09, 0.22)
        turn = np.angle(np.exp(1j * (around - centre)))
        # A fold is a ridge that wavers along the duct as it goes around, and fades out at its ends.
        bent = place + 0.12 * np.sin(turn * rng.uniform(0.7, 1.8) + rng.uniform(0.0, 6.0)) + 0.1 * turn * rng.normal()
        fade = np.exp(-0.5 * (turn / reach) ** 4)
        near = slice(*np.searchsorted(along, (place - 2.0, place + 2.0)))
        radius[near] -= height * fade * np.exp(-0.5 * ((along[near, None] - bent) / width) ** 2)
        place += rng.gamma(3.0, 0.24)
    slope_along = np.gradient(radius, row_mm, axis=0)
    slope_around = (np.roll(radius, -1, axis=1) - np.roll(radius, 1, axis=1)) / (4.0 * np.pi / columns)
    return np.stack([radius, slope_along, slope_around]).astype(np.float32)


def _noise(rng: np.random.Generator, shape: tuple[int, int], power: float, longest: float = np.inf) -> FloatArray:
    """Noise with amplitude 1 / frequency^power, wrapping around; wavelengths above `longest` samples are left out."""
    frequency = np.hypot(np.fft.fftfreq(shape[0])[:, None], np.fft.rfftfreq(shape[1])[None, :])
    amplitude = np.zeros_like(frequency, dtype=np.float32)
    kept = frequency > max(1.0 / longest, 0.5 / shape[0])
    amplitude[kept] = frequency[kept] ** -power
    spectrum = fft.rfft2(rng.standard_normal(shape, dtype=np.float32)) * amplitude
    noise = fft.irfft2(spectrum, s=shape)
    return np.asarray(noise / noise.std(), dtype=np.float32)

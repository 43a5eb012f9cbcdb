"""Relocalise: find a picture's piece of wall again on the wall that is known, and with it roll and place."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ductoscope.model import WALL_COLUMNS, BoolArray, DoubleArray, FloatArray
from ductoscope.navigate.wall import WallRecord

_SOFT_CELLS = 5.0
"""What is wider than this on the wall is light, not texture."""
_LEAST_CELLS, _LEAST_OVERLAP = 250, 0.4
_LEAST_ALIKE, _LEAST_CLEARER = 0.65, 0.1
_OWN_PEAK_COLUMNS, _OWN_PEAK_ROWS = 6, 2


@dataclass(frozen=True, slots=True)
class Found:
    """Where a picture's wall lies on the known one: how far farther along, how far farther round, how much alike."""

    along: float
    angle_deg: float
    alike: float


def find_wall(
    known: WallRecord,
    along: DoubleArray,
    angle_deg: DoubleArray,
    light_lin: FloatArray,
    quality: FloatArray,
    reach: float,
) -> Found | None:
    """Find pixels (N,) of a wall on the known wall, all around and up to `reach` along to either side.

    Both are unrolled, their texture taken, and correlated where both were seen (normalised cross-correlation with
    masks, Padfield, IEEE Trans. Image Process. 21, 2012; around by FFT). None when
    nothing is alike enough, or two places are.
    """
    if not len(known.best) or not along.size:
        return None
    shifts = int(np.ceil(reach / known.step))
    rows = np.floor((along - known.first) / known.step).astype(np.intp)
    low, high = int(rows.min()), int(rows.max()) + 1
    columns = (angle_deg * (WALL_COLUMNS / 360.0)).astype(np.intp) % WALL_COLUMNS
    cell = (rows - low) * WALL_COLUMNS + columns
    count = (high - low) * WALL_COLUMNS
    weight = np.bincount(cell, quality, count)
    bright = np.bincount(cell, quality * np.log(np.maximum(light_lin.mean(axis=1), 1e-3)), count)
    mask = (weight > 0.0).reshape(-1, WALL_COLUMNS)
    picture = np.divide(bright, weight, out=np.zeros(count), where=weight > 0.0).reshape(-1, WALL_COLUMNS)
    if mask.sum() < _LEAST_CELLS:
        return None
    picture, wanted = _take_texture(picture, mask)
    alike = np.full((2 * shifts + 1, WALL_COLUMNS), -1.0)
    for number, shift in enumerate(range(-shifts, shifts + 1)):
        there_rows = np.arange(low + shift, high + shift)
        is_known = (there_rows >= 0) & (there_rows < len(known.best))
        there_rows = np.where(is_known, there_rows, 0)  # what lies beyond the known wall was not seen
        there = (known.best[there_rows] > 0.0) & is_known[:, None]
        wall = np.log(np.maximum(known.light_lin[there_rows].mean(axis=2), 1e-3)).astype(np.float64)
        alike[number] = _correlate(picture, wanted, *_take_texture(wall, there))
    return _pick(alike, shifts, known.step)


def _take_texture(wall: DoubleArray, mask: BoolArray) -> tuple[DoubleArray, DoubleArray]:
    """Take what is wide out of a wall that is closed around; 0 where nothing was seen."""
    seen = mask.astype(np.float64)
    pad = int(3 * _SOFT_CELLS)
    blurred, share = (
        cv2.GaussianBlur(np.pad(one, ((0, 0), (pad, pad)), mode="wrap"), (0, 0), _SOFT_CELLS)[:, pad:-pad]
        for one in (wall * seen, seen)
    )
    return (wall - blurred / np.maximum(share, 1e-6)) * seen, seen


def _correlate(
    first: DoubleArray, first_seen: DoubleArray, second: DoubleArray, second_seen: DoubleArray
) -> DoubleArray:
    """Likeness (COLUMNS,) for every turn of the second against the first, -1 where too little is seen in both."""

    def across(one: DoubleArray, other: DoubleArray) -> DoubleArray:
        product = np.conj(np.fft.rfft(one, axis=1)) * np.fft.rfft(other, axis=1)
        return np.asarray(np.fft.irfft(product.sum(axis=0), WALL_COLUMNS))

    together = across(first_seen, second_seen)
    strength = np.sqrt(np.maximum(across(first**2, second_seen) * across(first_seen, second**2), 1e-12))
    alike = across(first, second) / strength
    return np.where(together >= _LEAST_OVERLAP * first_seen.sum(), alike, -1.0)


def _pick(alike: DoubleArray, shifts: int, step: float) -> Found | None:
    row, column = np.unravel_index(int(alike.argmax()), alike.shape)
    best = float(alike[row, column])
    others = np.roll(alike, WALL_COLUMNS // 2 - int(column), axis=1).copy()
    middle = WALL_COLUMNS // 2
    others[
        max(row - _OWN_PEAK_ROWS, 0) : row + _OWN_PEAK_ROWS + 1,
        middle - _OWN_PEAK_COLUMNS : middle + _OWN_PEAK_COLUMNS + 1,
    ] = -1.0
    if best < _LEAST_ALIKE or best - float(others.max()) < _LEAST_CLEARER:
        return None
    turned = (int(column) + middle) % WALL_COLUMNS - middle
    return Found((int(row) - shifts) * step, turned * 360.0 / WALL_COLUMNS, best)

"""How far apart the cores are, told from the ring that any bundle draws in the power spectrum.

Cores a distance p apart in near-hexagonal packing put a ring at 2 / (sqrt(3) p) cycles a pixel, however
irregular the packing is and whatever the picture shows at larger scales.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import scipy

from ductoscope.model import DoubleArray, FloatArray

RING = 2.0 / np.sqrt(3.0)
"""Frequency of the ring times the pitch."""

SMALLEST_PITCH_PX = 2.6
LARGEST_PITCH_PX = 24.0

_TILE_PX = 128
# Ring-shaped averages over a tile: narrower ones than this hold too few frequencies to judge.
_FIRST_BIN = 8
# The smallest bundle (1,600 cores at 3 px) covers about four half-overlapping tiles.
_BEST_TILES = 4


@dataclass(frozen=True, slots=True)
class PitchGuess:
    """One possible pitch.

    pitch_px: distance between neighbouring cores.
    prominence: decades of power by which the ring stands above the spectrum around it, over the tiles that show it.
    """

    pitch_px: float
    prominence: float


def guess_pitch(light: FloatArray, most: int = 3) -> tuple[PitchGuess, ...]:
    """Rank possible pitches of a bundle somewhere in `light` (H, W), best first; empty when no ring shows.

    The picture is cut in overlapping tiles, because a bundle may fill only a small part of it; a second round on
    the half-size picture sees pitches that are coarse for a tile.
    """
    full = _ring_curve(light)
    smaller = cv2.resize(light, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    half = _ring_curve(np.asarray(smaller, dtype=np.float32))
    pitches = np.geomspace(SMALLEST_PITCH_PX, LARGEST_PITCH_PX, 161)
    bins = RING / pitches * _TILE_PX
    places = np.arange(len(full))
    fine = np.interp(bins, places, full)
    coarse = np.interp(2.0 * bins, places, half, right=0.0)
    # Each scale only where its rings are wide enough to average and well inside Nyquist.
    score = np.maximum(np.where(bins >= _FIRST_BIN, fine, 0.0), np.where(2.0 * bins <= 0.4 * _TILE_PX, coarse, 0.0))
    guesses: list[PitchGuess] = []
    left = score.copy()
    while len(guesses) < most:
        top = int(np.argmax(left))
        if left[top] <= 0.0:
            break
        guesses.append(PitchGuess(float(pitches[top]), float(score[top])))
        left[np.abs(np.log(pitches / pitches[top])) < 0.25] = 0.0
    return tuple(guesses)


def _ring_curve(light: FloatArray) -> DoubleArray:
    """Prominence of a ring at every whole frequency of a tile, averaged over the tiles that show it best."""
    # The square root evens out vignette, and keeps a few saturated specks from ruling the spectrum.
    root = np.sqrt(np.maximum(light, 0.0, dtype=np.float32))
    height, width = root.shape
    pad = ((0, max(0, _TILE_PX - height)), (0, max(0, _TILE_PX - width)))
    root = np.pad(root, pad, mode="edge")
    step = _TILE_PX // 2
    tiles = np.lib.stride_tricks.sliding_window_view(root, (_TILE_PX, _TILE_PX))[::step, ::step]
    tiles = tiles.reshape(-1, _TILE_PX, _TILE_PX)
    hann = np.hanning(_TILE_PX + 2)[1:-1].astype(np.float32)
    window = np.outer(hann, hann)
    frequency = np.hypot(scipy.fft.fftfreq(_TILE_PX)[:, None], scipy.fft.rfftfreq(_TILE_PX)[None, :])
    ring = np.rint(frequency * _TILE_PX).astype(np.intp).ravel()
    rings = _TILE_PX // 2 + 20
    count = np.bincount(ring)[:rings]
    profile = np.empty((len(tiles), rings))
    for index, tile in enumerate(tiles):
        power = np.abs(scipy.fft.rfft2((tile - tile.mean()) * window)) ** 2
        profile[index] = np.bincount(ring, power.ravel())[:rings] / count
    # A step of one 8-bit level spread as noise: below it nothing is signal, and the logarithm stays finite.
    floor = 1e-7 * (window**2).sum()
    level = np.log10(profile + floor)
    places = np.arange(rings)
    below = np.array([np.interp(places / 1.4, places, row) for row in level])
    above = np.array([np.interp(places * 1.35, places, row) for row in level])
    stands_out = np.maximum(level - 0.5 * (below + above), 0.0)
    stands_out[:, :_FIRST_BIN] = 0.0
    best = np.sort(stands_out, axis=0)[::-1][:_BEST_TILES]
    return np.asarray(best.mean(axis=0))

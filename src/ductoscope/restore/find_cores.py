"""Find the cores of a fibre bundle in a white picture, without any knob."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from ductoscope.model import BoolArray, CalibrationError, DoubleArray, FloatArray, Pixels, Rim
from ductoscope.restore.holes import Enclosed, predict_missing
from ductoscope.restore.lattice import keep_strongest, largest_patch, measure_disorder, measure_sixfold
from ductoscope.restore.nearest import find_nearest
from ductoscope.restore.pitch import guess_pitch
from ductoscope.restore.rim import fit_rim
from ductoscope.restore.sharpen import Sharpener, tame_specks
from ductoscope.restore.spots import (
    climb,
    find_outward,
    find_peaks,
    measure_contrast,
    measure_depth,
    measure_fall,
    measure_pitch,
    measure_sigma,
    soften,
)

_ORDERLY = 0.16
_FEWEST_CORES = 200
_LEAST_PROMINENCE = 0.5
_SIXFOLD = 0.7
_SMALLEST_PX = 32
# A core weaker than this share of the cores around it is not taken at its word.
_WEAK = 0.2
_WEAK_AT_EDGE = 0.4
_PEELS = 4
_DARK = 0.15
# Pitches that two cores lie apart at least.
_APART = 0.55
# Spot and target widths in pitches, and noise share, that show the cores of any bundle well enough to start from.
_FIRST_LOOK = (0.3, 0.2, 1e-3)
_AROUND = 12

NO_BUNDLE = "No fibre bundle can be seen in this picture"
WHAT_TO_DO = "focus the camera on the fibre's end, and point the scope at something evenly white."


@dataclass(frozen=True, slots=True, eq=False)
class FoundCores:
    """Cores of a bundle, as seen.

    xy_px: (N, 2) centres. height: (N,) of each sharpened spot against the usual height around it.
    is_guess: (N,) True where no light was seen and the place follows from the lattice alone.
    pitch_px: median distance between neighbours. sigma_px: width of the light spots. rim: their circle.
    contrast: median of (core - gap) / (core + gap).
    """

    xy_px: DoubleArray
    height: DoubleArray
    is_guess: BoolArray
    pitch_px: float
    sigma_px: float
    rim: Rim
    contrast: float


def find_cores(white: Pixels) -> FoundCores:
    """Find every core in `white`, (H, W) or (H, W, 3), uint8 or uint16.

    Raises CalibrationError, saying what to do, when the picture holds no bundle.
    """
    check_kind(white)
    light = mean_light(white)
    light, seeds, pitch_px = _find_seeds(light)
    box = _box_around(seeds, 6.0 * pitch_px, light.shape)
    corner = np.array([box[1].start, box[0].start])
    xy, height, is_guess, pitch_px, sigma_px = _find_all(np.ascontiguousarray(light[box]), seeds - corner, pitch_px)
    xy += corner
    shape = (light.shape[0], light.shape[1])
    rim = fit_rim(xy, pitch_px, shape)
    # What still lies well outside the circle hangs on by a speck or a glint.
    held = np.hypot(xy[:, 0] - rim.x_px, xy[:, 1] - rim.y_px) < rim.radius_px + pitch_px
    if not held.all():
        xy, height, is_guess = xy[held], height[held], is_guess[held]
        rim = fit_rim(xy, pitch_px, shape)
    # Row by row, so that cores near each other on the camera are near each other in memory.
    order = np.lexsort((xy[:, 0], np.rint(xy[:, 1] / pitch_px)))
    xy, height, is_guess = xy[order], height[order], is_guess[order]
    contrast = measure_contrast(soften(light, pitch_px), xy[~is_guess], pitch_px)
    return FoundCores(xy, height, is_guess, pitch_px, sigma_px, rim, contrast)


def _find_seeds(light: FloatArray) -> tuple[FloatArray, DoubleArray, float]:
    """Find most cores, enough to know where the bundle lies and how its cores look.

    Returns the picture without its specks, (N, 2) xy, and the pitch. Overtones of the lattice may pass for a pitch,
    but nothing lies in order at theirs.
    """
    refusal = CalibrationError(f"{NO_BUNDLE}; {WHAT_TO_DO}")
    for guess in guess_pitch(light):
        if guess.prominence < _LEAST_PROMINENCE:
            break
        tamed = tame_specks(light, guess.pitch_px)
        zoom = _choose_zoom(guess.pitch_px)
        sharp = Sharpener(tamed, guess.pitch_px).sharpen(*_FIRST_LOOK, zoom)
        peaks = find_peaks(sharp, guess.pitch_px, zoom)[0]
        try:
            seeds = np.asarray(peaks[_orderly(peaks, guess.pitch_px)])
        except CalibrationError as error:
            refusal = error
            continue
        if measure_sixfold(seeds) < _SIXFOLD:
            refusal = CalibrationError(f"{NO_BUNDLE}: its spots do not lie like close-packed cores; {WHAT_TO_DO}")
            continue
        return tamed, seeds, measure_pitch(seeds)
    raise refusal


def _box_around(xy: DoubleArray, margin_px: float, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Rows and columns of the picture that hold all places, with a margin where the picture goes on."""
    low = np.maximum(np.floor(xy.min(axis=0) - margin_px), 0).astype(int)
    high = np.ceil(xy.max(axis=0) + margin_px).astype(int) + 1
    return slice(int(low[1]), min(int(high[1]), shape[0])), slice(int(low[0]), min(int(high[0]), shape[1]))


def _find_all(
    light: FloatArray, seeds: DoubleArray, pitch_px: float
) -> tuple[DoubleArray, DoubleArray, BoolArray, float, float]:
    """Find every core, knowing most: (N, 2) xy, (N,) height and whether it is a guess, pitch and sigma."""
    zoom = _choose_zoom(pitch_px)
    sharpener = Sharpener(light, pitch_px)
    soft = soften(light, pitch_px)
    sigma_px = measure_sigma(light, seeds, pitch_px)
    noise = sharpener.noise_share(2.0 * float(np.median(measure_depth(soft, seeds, pitch_px))))
    spot = float(np.clip(0.92 * sigma_px / pitch_px, 0.12, 0.3))
    peaks, height = find_peaks(sharpener.sharpen(spot, 0.2, noise, zoom), pitch_px, zoom)
    xy = _peel(soft, *_keep_cores(peaks, height, pitch_px), pitch_px)
    xy = np.concatenate([xy, _find_faint(peaks, height, xy, pitch_px)])
    pitch_px = measure_pitch(xy)
    sigma_px = measure_sigma(light, xy, pitch_px)
    final = sharpener.sharpen(0.92 * sigma_px / sharpener.pitch_px, 0.22, noise, zoom)
    xy, height = climb(final, xy, pitch_px, zoom)
    return (*_add_missing(final, xy, height, pitch_px, zoom), pitch_px, sigma_px)


def _find_faint(peaks: DoubleArray, height: DoubleArray, xy: DoubleArray, pitch_px: float) -> DoubleArray:
    """Find faint peaks in gaps between cores: cores too weak to be believed anywhere but there."""
    distance = scipy.spatial.cKDTree(xy).query(peaks)[0]
    own = height[distance < 0.05 * pitch_px]
    is_faint = (distance > _APART * pitch_px) & (height > 0.1 * np.median(own))
    faint, height = peaks[is_faint], height[is_faint]
    if len(faint) == 0:
        return faint
    inside = Enclosed(xy, pitch_px).contains(faint)
    faint, height = faint[inside], height[inside]
    return faint[keep_strongest(faint, height, _APART * pitch_px)] if len(faint) else faint


def _choose_zoom(pitch_px: float) -> int:
    # Peaks must lie several samples apart to be told apart.
    return 1 if pitch_px > 4.5 else 2


def _peel(soft: FloatArray, xy: DoubleArray, relative: DoubleArray, pitch_px: float) -> DoubleArray:
    """Take false cores away from the edge: weak ones, and those behind which light does not fall.

    Noise outside the rim makes the first, a bright surround the second: its own edge is sharpened into a row of them.
    """
    depth = measure_depth(soft, xy, pitch_px)
    for _ in range(_PEELS):
        outward = find_outward(xy, pitch_px)
        at_edge = np.flatnonzero(np.hypot(*outward.T) > 0.0)
        fall = measure_fall(soft, xy[at_edge], outward[at_edge], pitch_px)
        is_false = (fall < 0.2 * _usual(xy, depth, xy[at_edge])) | (relative[at_edge] < _WEAK_AT_EDGE)
        if not is_false.any():
            break
        xy, relative, depth = (np.delete(array, at_edge[is_false], axis=0) for array in (xy, relative, depth))
    return xy


def check_kind(pixels: Pixels) -> None:
    """Refuse what is no camera picture. Raises CalibrationError."""
    is_picture = pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[2] == 3)
    if not is_picture or pixels.dtype not in (np.uint8, np.uint16):
        raise CalibrationError(
            f"Calibration needs (H, W) or (H, W, 3) pixels in uint8 or uint16, got {pixels.shape} {pixels.dtype}."
        )
    if min(pixels.shape[:2]) < _SMALLEST_PX:
        raise CalibrationError(
            f"A picture of {pixels.shape[1]} x {pixels.shape[0]} pixels is too small to hold a fibre bundle."
        )


def mean_light(pixels: Pixels) -> FloatArray:
    """Mean of the colours, (H, W) float32 in full scales."""
    top = float(np.iinfo(pixels.dtype).max)
    if pixels.ndim == 2:
        return np.asarray(pixels / np.float32(top), dtype=np.float32)
    total = pixels[:, :, 0].astype(np.float32)
    total += pixels[:, :, 1]
    total += pixels[:, :, 2]
    total *= np.float32(1.0 / (3.0 * top))
    return total


def _orderly(peaks: DoubleArray, pitch_px: float) -> NDArray[np.intp]:
    """Find the largest patch of peaks that lie like cores. Raises CalibrationError when there is none."""
    if len(peaks) < _FEWEST_CORES:
        raise CalibrationError(f"{NO_BUNDLE}: it shows only {len(peaks)} spots of light; {WHAT_TO_DO}")
    orderly = np.flatnonzero(measure_disorder(peaks) < _ORDERLY)
    if len(orderly) < _FEWEST_CORES:
        raise CalibrationError(f"{NO_BUNDLE}: only {len(orderly)} of {len(peaks)} spots lie in order; {WHAT_TO_DO}")
    return orderly[largest_patch(peaks[orderly], pitch_px)]


def _keep_cores(peaks: DoubleArray, height: DoubleArray, pitch_px: float) -> tuple[DoubleArray, DoubleArray]:
    """Tell true cores from peaks of noise, texture and doubles."""
    keep = keep_strongest(peaks, height, _APART * pitch_px)
    xy, height = peaks[keep], height[keep]
    orderly = _orderly(xy, pitch_px)
    distance = scipy.spatial.cKDTree(xy[orderly]).query(xy)[0]
    relative = height / _usual(xy[orderly], height[orderly], xy)
    chosen = np.flatnonzero((relative > _WEAK) & (distance < 2.5 * pitch_px))
    chosen = chosen[largest_patch(xy[chosen], pitch_px)]
    return xy[chosen], relative[chosen]


def _add_missing(
    sharp: FloatArray, xy: DoubleArray, height: DoubleArray, pitch_px: float, zoom: int
) -> tuple[DoubleArray, DoubleArray, BoolArray]:
    """Fill holes of the lattice: with the weak core that shines there, else with the place where one must be."""
    usual = _usual(xy, height, xy)
    places = predict_missing(xy, pitch_px)
    if len(places) == 0:
        return xy, height / usual, np.zeros(len(xy), dtype=np.bool_)
    around = _usual(xy, height, places)
    shining, shine = climb(sharp, places, pitch_px, zoom)
    is_guess = shine < _DARK * around
    found = np.where(is_guess[:, np.newaxis], places, shining)
    relative = np.where(is_guess, 0.0, shine / around)
    return (
        np.concatenate([xy, found]),
        np.concatenate([height / usual, relative]),
        np.concatenate([np.zeros(len(xy), dtype=np.bool_), is_guess]),
    )


def _usual(xy: DoubleArray, height: DoubleArray, at: DoubleArray) -> DoubleArray:
    """Usual height of the cores around each place."""
    near = find_nearest(xy, at, _AROUND + 1)[1]
    return np.asarray(np.median(height[near], axis=1))

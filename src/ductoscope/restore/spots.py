"""Light spots of cores: where each peaks, and how wide they are."""

from __future__ import annotations

import cv2
import numpy as np
import scipy
from numpy.typing import NDArray

from ductoscope.model import DoubleArray, FloatArray

_SAMPLE_CORES = 80
_SAMPLE_PIXELS = 1500
_SIGMAS = np.arange(0.12, 0.45, 0.04)


def find_peaks(sharp: FloatArray, pitch_px: float, zoom: int) -> tuple[DoubleArray, DoubleArray]:
    """Find every positive local maximum of a sharpened picture: (N, 2) xy in camera pixels, and (N,) heights."""
    reach = max(1, int(0.35 * pitch_px * zoom))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    is_top = (sharp >= cv2.dilate(sharp, kernel)) & (sharp > 0.0)
    is_top[[0, -1], :] = False
    is_top[:, [0, -1]] = False
    y, x = np.nonzero(is_top)
    xy = np.stack([x, y], axis=1) + _peak_offset(sharp, x, y)
    return xy / zoom, sharp[y, x].astype(np.float64)


def climb(sharp: FloatArray, xy_px: DoubleArray, pitch_px: float, zoom: int) -> tuple[DoubleArray, DoubleArray]:
    """Move places to the maximum of the sharpened picture next to each: (N, 2) xy and (N,) heights.

    A place with no maximum within a third of the pitch stays where it is.
    """
    height, width = sharp.shape
    start = np.rint(xy_px * zoom).astype(np.intp)
    first_x, first_y = np.clip(start[:, 0], 1, width - 2), np.clip(start[:, 1], 1, height - 2)
    x, y = first_x, first_y
    is_climbing = np.ones(len(x), dtype=np.bool_)
    # One step more than is allowed, to see who is still climbing.
    for _ in range(max(1, int(pitch_px * zoom / 3.0)) + 1):
        best, best_x, best_y = sharp[y, x], x, y
        for down in (-1, 0, 1):
            for across in (-1, 0, 1):
                to_x, to_y = np.clip(x + across, 1, width - 2), np.clip(y + down, 1, height - 2)
                higher = sharp[to_y, to_x] > best
                best = np.where(higher, sharp[to_y, to_x], best)
                best_x, best_y = np.where(higher, to_x, best_x), np.where(higher, to_y, best_y)
        is_climbing = (best_x != x) | (best_y != y)
        x, y = best_x, best_y
        if not is_climbing.any():
            break
    top = (np.stack([x, y], axis=1) + _peak_offset(sharp, x, y)) / zoom
    stays = is_climbing | (np.hypot(*(top - xy_px).T) > pitch_px / 3.0)
    reached = np.where(stays, sharp[first_y, first_x], sharp[y, x])
    return np.where(stays[:, np.newaxis], xy_px, top), reached.astype(np.float64)


def measure_sigma(light: FloatArray, xy_px: DoubleArray, pitch_px: float) -> float:
    """Measure the width of the light spots: the one with which spots on the cores explain the picture best.

    All cores of a patch in the middle are fitted together, with a plane for what lies under them.
    """
    middle = np.median(xy_px, axis=0)
    half = pitch_px * np.sqrt(0.866 * _SAMPLE_CORES) / 2.0
    last = np.array(light.shape[::-1]) - 1
    low = np.clip(np.floor(middle - half), 0, last).astype(np.intp)
    high = np.clip(np.ceil(middle + half), 0, last).astype(np.intp)
    x, y = (axis.ravel() for axis in np.meshgrid(np.arange(low[0], high[0] + 1), np.arange(low[1], high[1] + 1)))
    # A regular thinning would beat against the lattice.
    if len(x) > _SAMPLE_PIXELS:
        some = np.random.default_rng(0).choice(len(x), _SAMPLE_PIXELS, replace=False)
        x, y = x[some], y[some]
    near = xy_px[(np.abs(xy_px - middle) < half + 1.5 * pitch_px).all(axis=1)]
    square = ((x[:, np.newaxis] - near[:, 0]) ** 2 + (y[:, np.newaxis] - near[:, 1]) ** 2) / pitch_px**2
    plane = np.stack([np.ones(len(x)), (x - middle[0]) / half, (y - middle[1]) / half], axis=1)
    value = light[y, x].astype(np.float64)
    left = np.array([_unexplained(square, plane, value, sigma) for sigma in _SIGMAS])
    best = int(np.clip(np.argmin(left), 1, len(left) - 2))
    before, at, after = left[best - 1 : best + 2]
    bend = before + after - 2.0 * at
    step = float(np.clip(0.5 * (before - after) / bend, -1.0, 1.0)) if bend > 0.0 else 0.0
    return float(pitch_px * (_SIGMAS[best] + step * (_SIGMAS[1] - _SIGMAS[0])))


def soften(light: FloatArray, pitch_px: float) -> FloatArray:
    """Smooth a picture by far less than a core, so that single pixels' noise does not speak for it."""
    return np.asarray(cv2.GaussianBlur(light, (0, 0), max(0.12 * pitch_px, 0.3)))


def measure_depth(light: FloatArray, xy_px: DoubleArray, pitch_px: float) -> DoubleArray:
    """How much brighter each core is than its gaps, (N,), in the picture's units."""
    angle = np.arange(6) * (np.pi / 3.0) + 0.3
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1) * (pitch_px / np.sqrt(3.0))
    around = _sample(light, xy_px[:, np.newaxis, :] + ring).mean(axis=1)
    return np.asarray(_sample(light, xy_px) - around)


def measure_contrast(light: FloatArray, xy_px: DoubleArray, pitch_px: float) -> float:
    """Median of (core - gap) / (core + gap), 0..1; a core's gap is the darkest third of the ring around it."""
    angle = np.arange(12) * (np.pi / 6.0)
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1) * (pitch_px / np.sqrt(3.0))
    gap = np.sort(_sample(light, xy_px[:, np.newaxis, :] + ring), axis=1)[:, :4].mean(axis=1)
    core = _sample(light, xy_px)
    return float(np.clip(np.median((core - gap) / np.maximum(core + gap, 1e-6)), 0.0, 1.0))


def find_outward(xy_px: DoubleArray, pitch_px: float) -> DoubleArray:
    """Unit vector away from the bundle for cores at its edge, 0 for all others: (N, 2)."""
    found = scipy.spatial.cKDTree(xy_px).query(xy_px, k=9)
    distance, near = np.asarray(found[0]), np.asarray(found[1])
    offset = xy_px[near[:, 1:]] - xy_px[:, np.newaxis, :]
    is_near = distance[:, 1:] < 1.6 * pitch_px
    angle = np.arctan2(offset[:, :, 1], offset[:, :, 0])
    # Neighbours too far away count at the angle of the nearest one, where they open no gap.
    angle = np.sort(np.where(is_near, angle, angle[:, :1]), axis=1)
    gap = np.diff(np.concatenate([angle, angle[:, :1] + 2.0 * np.pi], axis=1), axis=1)
    widest = gap.argmax(axis=1)
    rows = np.arange(len(xy_px))
    toward = angle[rows, widest] + 0.5 * gap[rows, widest]
    is_edge = gap[rows, widest] > np.deg2rad(115.0)
    return np.asarray(np.stack([np.cos(toward), np.sin(toward)], axis=1) * is_edge[:, np.newaxis])


def measure_fall(light: FloatArray, xy_px: DoubleArray, outward: DoubleArray, pitch_px: float) -> DoubleArray:
    """How far light falls from each core to the darkest place within a pitch in its outward direction, (N,)."""
    side = np.stack([-outward[:, 1], outward[:, 0]], axis=1)
    at = np.stack(
        [xy_px + pitch_px * (far * outward + aside * side) for far in (0.5, 0.7, 0.9) for aside in (-0.25, 0.0, 0.25)],
        axis=1,
    )
    beyond = _sample(light, at).reshape(len(xy_px), 3, 3).mean(axis=2).min(axis=1)
    return np.asarray(_sample(light, xy_px) - beyond)


def measure_pitch(xy_px: DoubleArray) -> float:
    """Median distance between a core and its six neighbours."""
    distance = np.asarray(scipy.spatial.cKDTree(xy_px).query(xy_px, k=7)[0])
    return float(np.median(distance[:, 1:]))


def _sample(light: FloatArray, xy_px: DoubleArray) -> DoubleArray:
    """Light at places (..., 2) between pixels."""
    return np.asarray(
        scipy.ndimage.map_coordinates(light, (xy_px[..., 1], xy_px[..., 0]), order=1, mode="nearest"), dtype=np.float64
    )


def _unexplained(square: DoubleArray, plane: DoubleArray, value: DoubleArray, sigma: float) -> float:
    """Mean square left by the best heights of spots with this sigma (in pitches)."""
    basis = np.concatenate([np.exp(square * (-0.5 / sigma**2)), plane], axis=1)
    # Not `@`: threads cost more than this small product, on a machine where others work too.
    normal = np.einsum("ki,kj->ij", basis, basis)
    normal[np.diag_indices_from(normal)] *= 1.0 + 1e-6
    normal[np.diag_indices_from(normal)] += 1e-9
    height = np.linalg.solve(normal, basis.T @ value)
    return float(np.mean((value - basis @ height) ** 2))


def _peak_offset(sharp: FloatArray, x: NDArray[np.intp], y: NDArray[np.intp]) -> DoubleArray:
    """Where between the samples the maximum at (x, y) lies: vertex of the parabola along each axis, (N, 2)."""
    at = sharp[y, x]
    offset = np.empty((len(x), 2))
    for axis, (before, after) in enumerate(((sharp[y, x - 1], sharp[y, x + 1]), (sharp[y - 1, x], sharp[y + 1, x]))):
        bend = np.minimum(before + after - 2.0 * at, -1e-12)
        offset[:, axis] = np.clip(0.5 * (before - after) / bend, -0.5, 0.5)
    return offset

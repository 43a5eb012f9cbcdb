"""Steer: lean the guess along the edges of what is seen, where cores are few.

Along an edge or a vessel a scene stays alike for longer than across it. So every grid sample has further sets of
weights, for scenes that are stretched in one direction each, worked out before the first frame; in every frame
`lean.py` tells which of them to mix. After steering kernels (Takeda, Farsiu and Milanfar, IEEE Trans. Image Process.
16:349, 2007), with kriging for the weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ductoscope.model import DoubleArray, FloatArray, freeze
from ductoscope.restore.halves import do_halves
from ductoscope.restore.lean import DIRECTIONS, JUDGED, MIXED, PAIRS, RING, STRETCHED, STRETCHES, Steering
from ductoscope.restore.mmse import SceneModel, core_patch
from ductoscope.restore.nearest import find_nearest

_STEPS_A_PITCH = 16
_MORE = 4
"""Cores that samples are made from beyond a model's `neighbours`: around the nearest core, not around the sample."""


@dataclass(frozen=True, slots=True, eq=False)
class SteeredWeights:
    """Weights of M samples under every scene, all from the K cores nearest to the core nearest to the sample.

    index: (M, K) rows of the cores. even: (M, K) weights under the even scene.
    stretched: (M STRETCHED, K) those under stretched scenes, core by core, so that what is mixed lies together.
    place: (M, 2) the row in it of each sample for the first scene, and how many rows further the next scenes' are.
    """

    index: NDArray[np.int64]
    even: FloatArray
    stretched: FloatArray
    place: NDArray[np.int32]


def plan_steering(
    cores_xy: DoubleArray,
    live: NDArray[np.int64],
    points_xy: DoubleArray,
    pitch_px: float,
    noise: FloatArray | DoubleArray,
    model: SceneModel,
) -> tuple[SteeredWeights, Steering]:
    """Work out the weights of points (M, 2) under every scene, and how likely each makes the light around each core.

    cores_xy: (L, 2) live cores, `live` their numbers in the bundle; noise: (L,) as `mmse_weights` takes it. Scene
    s DIRECTIONS + d is STRETCHES[s] times longer along the angle d / DIRECTIONS of half a turn, from x towards y, than
    across it; its area of likeness stays the same. The weights of a sample sum to 1 under each.
    """
    count = len(cores_xy)
    taken = min(model.neighbours + _MORE, count)
    away, near = find_nearest(cores_xy, cores_xy, min(max(taken, JUDGED), count))
    to_own, own = find_nearest(cores_xy, points_xy, 1)
    order = np.argsort(own[:, 0], kind="stable")
    begin = np.searchsorted(own[order, 0], np.arange(count + 1))
    samples = np.diff(begin)
    place = np.empty((len(points_xy), 2), dtype=np.int32)
    place[:, 1] = samples[own[:, 0]]
    place[order, 0] = np.arange(len(order)) + (STRETCHED - 1) * begin[own[order, 0]]
    even = np.empty((len(points_xy), taken), dtype=np.float32)
    stretched = np.empty((len(points_xy) * STRETCHED, taken), dtype=np.float32)
    misfit = np.zeros((count, 1 + STRETCHED, PAIRS), dtype=np.float32)
    prior = np.empty((count, 1 + STRETCHED), dtype=np.float32)
    noise = noise.astype(np.float64)
    step_px = pitch_px / _STEPS_A_PITCH
    reach_px = 2.0 * float(away.max(initial=pitch_px)) + float(to_own.max(initial=0.0)) + pitch_px
    # In whole pitches, so that every zoom into a bundle finds the same tables.
    reach_px = pitch_px * float(np.ceil(reach_px / pitch_px))
    tables = [_tabulate_stretched(model, pitch_px, reach_px, stretch) for stretch in (1.0, *STRETCHES)]

    def solve_every_other(first: int) -> None:
        for scene in range(first, 1 + STRETCHED, 2):
            # The even scene is alike in whatever direction it gets here.
            stretch, direction = divmod(scene + DIRECTIONS - 1, DIRECTIONS)
            row = (place[:, 0] + (scene - 1) * place[:, 1])[order] if scene else order
            _solve_scene(
                _turn(cores_xy, direction),
                _turn(points_xy[order], direction),
                begin,
                near,
                noise,
                step_px,
                *tables[stretch],
                row,
                stretched if scene else even,
                misfit[:, scene],
                prior[:, scene],
            )

    do_halves(solve_every_other)
    fill = np.zeros((count, max(JUDGED - near.shape[1], 0)), dtype=np.int64) + np.arange(count)[:, np.newaxis]
    judged = np.concatenate([near, fill], axis=1)[:, :JUDGED]
    steering = Steering(
        live.astype(np.uint16), live[judged].astype(np.uint16), judged[:, 1 : 1 + RING].astype(np.uint16), misfit, prior
    )
    return SteeredWeights(near[own[:, 0], :taken], even, stretched, place), steering


def _turn(xy: DoubleArray, direction: int) -> DoubleArray:
    """Coordinates along and across a direction, (N, 2)."""
    angle = np.pi * direction / DIRECTIONS
    return np.ascontiguousarray(xy @ np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]))


@lru_cache(maxsize=2 * (1 + len(STRETCHES)))
def _tabulate_stretched(
    model: SceneModel, pitch_px: float, reach_px: float, stretch: float
) -> tuple[DoubleArray, DoubleArray]:
    """Covariance point to core, and core to core, by distance along and across the stretch, both from 0."""
    patch, share = core_patch(model, pitch_px)
    # Mirrored too, so that the tables hold for all four quarters.
    patch, share = np.concatenate([patch, patch * (1.0, -1.0)]), np.concatenate([share, share]) / 2.0
    step_px = pitch_px / _STEPS_A_PITCH
    margin_px = float(np.abs(patch).max())
    line = np.arange(int(np.ceil((reach_px + margin_px) / step_px)) + 3) * step_px
    length_px = model.likeness_pitches * pitch_px * np.array([np.sqrt(stretch), np.sqrt(1.0 / stretch)])
    point_core = np.zeros((len(line), len(line)))
    for (along, across), weight in zip(patch, share, strict=True):
        u, v = (line + along) / length_px[0], (line + across) / length_px[1]
        point_core += weight * np.exp(-np.hypot(u[:, np.newaxis], v))
    point_core = freeze(point_core)
    kept = int(np.ceil(reach_px / step_px)) + 2
    core_core = np.zeros((kept, kept))
    for (along, across), weight in zip(patch, share, strict=True):
        _add_moved(point_core, step_px, along, across, weight, core_core)
    return point_core, freeze(core_core)


@njit(cache=True, nogil=True)
def _look_up(table: DoubleArray, step_px: float, along: float, across: float) -> float:
    u, v = abs(along) / step_px, abs(across) / step_px
    i, j = min(int(u), table.shape[0] - 2), min(int(v), table.shape[1] - 2)
    p, q = u - i, v - j
    near = table[i, j] * (1.0 - p) + table[i + 1, j] * p
    far = table[i, j + 1] * (1.0 - p) + table[i + 1, j + 1] * p
    return float(near * (1.0 - q) + far * q)


@njit(cache=True, nogil=True)
def _add_moved(
    table: DoubleArray, step_px: float, along: float, across: float, weight: float, total: DoubleArray
) -> None:
    for i in range(total.shape[0]):
        for j in range(total.shape[1]):
            total[i, j] += weight * _look_up(table, step_px, i * step_px + along, j * step_px + across)


@njit(cache=True, nogil=True)
def _solve_scene(
    cores: DoubleArray,
    points: DoubleArray,
    begin: NDArray[np.int64],
    near: NDArray[np.int64],
    noise: DoubleArray,
    step_px: float,
    point_core: DoubleArray,
    core_core: DoubleArray,
    row: NDArray[np.int64],
    weights: FloatArray,
    misfit: FloatArray,
    prior: FloatArray,
) -> None:
    count, taken, judged = near.shape[1], weights.shape[1], min(near.shape[1], JUDGED)
    between = np.empty((count, count))
    mean, total = np.empty(count), np.empty(count)
    for m in range(near.shape[0]):
        for i in range(count):
            a = near[m, i]
            for j in range(i):
                b = near[m, j]
                between[i, j] = _look_up(core_core, step_px, cores[a, 0] - cores[b, 0], cores[a, 1] - cores[b, 1])
                between[j, i] = between[i, j]
            between[i, i] = core_core[0, 0] + noise[a]
        inverse = between[:judged, :judged].copy()
        prior[m] = _invert_but_mean(inverse, mean)
        at = 0
        for i in range(1, judged):
            for j in range(1, i + 1):
                # Pairs off the diagonal stand for two.
                misfit[m, at] = inverse[i, j] * (1.0 if i == j else 2.0)
                at += 1
        # One inverse serves all the samples around a core.
        inverse = between[:taken, :taken].copy()
        _invert_but_mean(inverse, mean)
        for n in range(begin[m], begin[m + 1]):
            total[:] = mean
            for i in range(taken):
                a = near[m, i]
                guess = _look_up(point_core, step_px, cores[a, 0] - points[n, 0], cores[a, 1] - points[n, 1])
                for j in range(taken):
                    total[j] += guess * inverse[i, j]
            for j in range(taken):
                weights[row[n], j] = total[j]


@njit(cache=True, nogil=True)
def _invert_but_mean(matrix: DoubleArray, mean: DoubleArray) -> float:
    """Invert a covariance (n, n) in place, less what a level common to all explains.

    mean: its first n become the weights of the best guess of that level. Returns the log-likelihood without misfit.
    """
    count = matrix.shape[0]
    log_volume = 0.0
    # Gauss and Jordan, in place; a covariance needs no exchange of rows.
    for p in range(count):
        pivot = matrix[p, p]
        log_volume += np.log(pivot)
        matrix[p, p] = 1.0
        for j in range(count):
            matrix[p, j] /= pivot
        for i in range(count):
            if i != p:
                share = matrix[i, p]
                matrix[i, p] = 0.0
                for j in range(count):
                    matrix[i, j] -= share * matrix[p, j]
    total = 0.0
    for i in range(count):
        mean[i] = 0.0
        for j in range(count):
            mean[i] += matrix[j, i]
        total += mean[i]
    for i in range(count):
        mean[i] /= total
    for i in range(count):
        for j in range(count):
            matrix[i, j] -= total * mean[i] * mean[j]
    return float(-0.5 * (log_volume + np.log(total)))


@njit(cache=True, nogil=True, fastmath=True)
def lean_weights(
    index: NDArray[np.uint16],
    weight: FloatArray,
    stretched: FloatArray,
    place: NDArray[np.int32],
    lean: FloatArray,
    mixed: FloatArray,
) -> None:
    """Mix each sample's even weights (m, K) with the stretched scenes' as its nearest core leans (`find_lean`)."""
    for m in range(index.shape[0]):
        here = lean[index[m, 0]]
        for k in range(weight.shape[1]):
            mixed[m, k] = here[0] * weight[m, k]
        for which in range(MIXED):
            share = here[2 + 2 * which]
            if share > 0.0:
                row = place[m, 0] + int(here[1 + 2 * which]) * place[m, 1]
                for k in range(weight.shape[1]):
                    mixed[m, k] += share * stretched[row, k]

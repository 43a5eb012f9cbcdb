"""Local MMSE: the best linear guess of the scene at a point from the cores around it.

Each core reports the scene averaged over the patch that it accepts, with some of its neighbours' light mixed in
(cross-talk) and with noise. Given how alike two points of a scene are at a distance (its covariance), the
weights with the least mean squared error follow from one small linear system a point: ordinary kriging
(Matheron, Economic Geology 58:1246, 1963; Cressie, Statistics for Spatial Data, 1993, 3.2), here with the
patch's averaging in the system, so that the weights also undo part of the blur.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ductoscope.model import DoubleArray, FloatArray
from ductoscope.restore.halves import do_halves
from ductoscope.restore.nearest import find_nearest

_FAR_LIKENESSES = 8.0


@dataclass(frozen=True, slots=True)
class SceneModel:
    """What is assumed of scenes and cores; lengths in core pitches, so that it holds for every bundle.

    likeness_pitches: the distance at which a scene's covariance exp(-r / L) falls to 1/e.
    acceptance_pitches: diameter of the patch that one core sees.
    crosstalk: share of a core's light that comes from its neighbours in the fibre, 0..1.
    noise: noise variance of a usual core's read, as a share of the scene's variance.
    neighbours: cores that each guess is made from.

    The defaults: cross-talk in the middle of the 0.1 to 0.3 of real bundles. It and the acceptance are not known for a
    given bundle: assuming too much sharpens too far where there is little. Likeness, noise and neighbours matter
    little around these values. Chosen on simulated scenes.
    """

    likeness_pitches: float = 3.0
    acceptance_pitches: float = 0.85
    crosstalk: float = 0.2
    noise: float = 0.0005
    neighbours: int = 16


@dataclass(frozen=True, slots=True, eq=False)
class Covariances:
    """Covariance by distance, tabled: point to core and core to core.

    step_px: distance between two entries; the tables start at 0.
    """

    step_px: float
    point_core: DoubleArray
    core_core: DoubleArray


def spilled_share(pitch_px: float, sigma_px: float, side_px: int) -> float:
    """Share of a read that is the light of neighbouring spots reaching into its window on the camera, 0..1."""
    x = np.linspace(-0.5 * side_px, 0.5 * side_px, 129)
    window = np.exp(-0.5 * (x / sigma_px) ** 2)

    def overlap(away_px: float) -> float:
        return float(np.sum(window * np.exp(-0.5 * ((x - away_px) / sigma_px) ** 2)))

    angles = np.arange(6) * (np.pi / 3.0) + np.pi / 12.0
    six = sum(overlap(pitch_px * np.cos(a)) * overlap(pitch_px * np.sin(a)) for a in angles)
    return float(six / (six + overlap(0.0) ** 2))


def tabulate_covariances(model: SceneModel, pitch_px: float, reach_px: float) -> Covariances:
    """Average the scene's covariance over the patches of cores, for distances 0..`reach_px`."""
    step_px = pitch_px / 32.0
    distance = np.arange(int(np.ceil(reach_px / step_px)) + 3) * step_px
    patch_xy, patch_weight = core_patch(model, pitch_px)
    twice_xy = (patch_xy[:, None, :] - patch_xy[None, :, :]).reshape(-1, 2)
    twice_weight = (patch_weight[:, None] * patch_weight[None, :]).reshape(-1)
    length_px = model.likeness_pitches * pitch_px

    def average(offsets: DoubleArray, weights: DoubleArray) -> DoubleArray:
        away = np.hypot(distance[:, None] + offsets[None, :, 0], offsets[None, :, 1])
        # Not a matrix product: threaded BLAS takes seconds over this when the machine is busy.
        return np.asarray(np.einsum("rk,k->r", np.exp(-away / length_px), weights))

    return Covariances(step_px, average(patch_xy, patch_weight), average(twice_xy, twice_weight))


def core_patch(model: SceneModel, pitch_px: float) -> tuple[DoubleArray, DoubleArray]:
    """Where in the scene one core's light comes from: its own disc, and its neighbours' discs, as weighted points."""
    angle = np.arange(6) * (np.pi / 3.0)
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    radius = 0.5 * model.acceptance_pitches * pitch_px
    # Seven points with the disc's own second moment: its centre, and a ring at the radius of gyration of equal area.
    disc = np.vstack([np.zeros((1, 2)), ring * (radius * np.sqrt(7.0 / 12.0))])
    own = np.full(7, (1.0 - model.crosstalk) / 7.0)
    turned = np.stack([np.cos(angle + np.pi / 12), np.sin(angle + np.pi / 12)], axis=1) * pitch_px
    across = (turned[:, None, :] + disc[None, :, :]).reshape(-1, 2)
    return np.vstack([disc, across]), np.concatenate([own, np.full(42, model.crosstalk / 42.0)])


def mmse_weights(
    cores_xy: DoubleArray,
    points_xy: DoubleArray,
    pitch_px: float,
    noise: FloatArray,
    model: SceneModel,
) -> tuple[NDArray[np.int64], FloatArray]:
    """Find which cores to mix, and how, for the best guess of the scene at each point.

    cores_xy: (N, 2) centres; points_xy: (M, 2); noise: (N,) noise variance of each core's light as a share of the
    scene's variance. Returns indices (M, K) into `cores_xy`, nearest first, and weights (M, K), each row summing to 1.
    """
    count = min(model.neighbours, len(cores_xy))
    index = find_nearest(cores_xy, points_xy, count)[1]
    return index, solve_weights(cores_xy, points_xy, index, pitch_px, noise, model)


def solve_weights(
    cores_xy: DoubleArray,
    points_xy: DoubleArray,
    index: NDArray[np.int64],
    pitch_px: float,
    noise: FloatArray,
    model: SceneModel,
) -> FloatArray:
    """Weights of the cores `index` (M, K), any at all, for the best guess at each point; arguments of `mmse_weights`.

    A core may come twice in a row; it then counts as two, each with noise of its own.
    """
    away = np.linalg.norm(cores_xy[index] - points_xy[:, np.newaxis], axis=2)
    # Far beyond the likeness nothing is alike any more: one table end serves all that is farther.
    reach_px = min(2.0 * float(away.max(initial=pitch_px)), _FAR_LIKENESSES * model.likeness_pitches * pitch_px)
    tables = tabulate_covariances(model, pitch_px, reach_px + pitch_px)
    weights = np.empty(index.shape, dtype=np.float32)
    noises = noise.astype(np.float64)
    middle = len(index) // 2

    def solve_half(half: int) -> None:
        part = slice(0, middle) if half == 0 else slice(middle, None)
        _solve_all(
            cores_xy,
            index[part],
            away[part],
            noises,
            tables.step_px,
            tables.point_core,
            tables.core_core,
            weights[part],
        )

    do_halves(solve_half)
    return weights


@njit(cache=True, nogil=True)
def _look_up(table: DoubleArray, per_px: float, distance: float) -> float:
    place = min(distance * per_px, table.shape[0] - 1.0)
    below = min(int(place), table.shape[0] - 2)
    share = place - below
    return float(table[below] * (1.0 - share) + table[below + 1] * share)


@njit(cache=True, nogil=True)
def _solve_all(
    cores_xy: DoubleArray,
    index: NDArray[np.int64],
    away: DoubleArray,
    noise: DoubleArray,
    step_px: float,
    point_core: DoubleArray,
    core_core: DoubleArray,
    weights: FloatArray,
) -> None:
    points, count = index.shape
    system = np.empty((count, count))
    guess = np.empty(count)
    per_px = 1.0 / step_px
    for m in range(points):
        for i in range(count):
            a = index[m, i]
            for j in range(i):
                b = index[m, j]
                x, y = cores_xy[a, 0] - cores_xy[b, 0], cores_xy[a, 1] - cores_xy[b, 1]
                system[i, j] = _look_up(core_core, per_px, np.sqrt(x * x + y * y))
            system[i, i] = core_core[0] + noise[a]
            guess[i] = _look_up(point_core, per_px, away[m, i])
        solve_kriging(system, guess, weights[m])


@njit(cache=True, nogil=True)
def solve_kriging(lower: DoubleArray, guess: DoubleArray, weights: FloatArray) -> None:
    """Solve one point's system: covariances between its cores, in the lower triangle, and of each with the point.

    `lower` (K, K) and `guess` (K,) are overwritten; `weights` (K,) sum to 1.
    """
    count = guess.shape[0]
    one = np.empty(count)
    # Cholesky in place (K is at most a few dozen, so no library call pays), its diagonal kept inverted because
    # divisions are slow; both right-hand sides, the guess and all ones, are brought along.
    both, ones = 0.0, 0.0
    for i in range(count):
        u, v = guess[i], 1.0
        for j in range(i):
            total = lower[i, j]
            for k in range(j):
                total -= lower[i, k] * lower[j, k]
            lower[i, j] = total * lower[j, j]
            u -= lower[i, j] * guess[j]
            v -= lower[i, j] * one[j]
        rest = lower[i, i]
        for k in range(i):
            rest -= lower[i, k] * lower[i, k]
        lower[i, i] = 1.0 / np.sqrt(max(rest, 1e-12))
        guess[i], one[i] = u * lower[i, i], v * lower[i, i]
        both += guess[i] * one[i]
        ones += one[i] * one[i]
    # The Lagrange multiplier that makes the weights sum to one: a constant scene stays constant.
    missing = (1.0 - both) / ones
    for i in range(count - 1, -1, -1):
        total = guess[i] + missing * one[i]
        for k in range(i + 1, count):
            total -= lower[k, i] * guess[k]
        guess[i] = total * lower[i, i]
        weights[i] = guess[i]

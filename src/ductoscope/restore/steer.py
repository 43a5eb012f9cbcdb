"""Steer: lean the guess along the edges of what is seen, where cores are few.

Along an edge or a vessel a scene stays alike for longer than across it. So every grid sample has further sets of
weights, for scenes that are stretched in one direction each, worked out before the first frame; in every frame the
slopes of the light between neighbouring cores tell which way, and how far, to lean. After steering kernels
(Takeda, Farsiu and Milanfar, IEEE Trans. Image Process. 16:349, 2007) and filters that are chosen by the structure
tensor (Romano, Isidoro and Milanfar, IEEE Trans. Comput. Imaging 3:110, 2017), with kriging for the weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numba import njit
from numpy.typing import NDArray

from ductoscope.model import BoolArray, DoubleArray, FloatArray, freeze
from ductoscope.restore.halves import do_halves
from ductoscope.restore.lattice import TOUCHING
from ductoscope.restore.mmse import SceneModel, core_patch, solve_kriging
from ductoscope.restore.nearest import find_nearest

DIRECTIONS = 8
"""Directions that scenes are stretched in, evenly over half a turn; those between are blended."""
STRETCH = 4.0
"""How much longer scenes stay alike along such a direction than across it. Chosen on simulated scenes."""

_SLOPES_AROUND = 30
"""Slopes that one core's direction is told from: those within about two pitches."""
_NO_LEAN, _FULL_LEAN = np.float32(0.2), np.float32(0.6)
"""Coherence of the slopes (0 all ways alike, 1 all one way) where leaning begins, and where it is complete."""
_FAINT = np.float32(4e-4)
"""Slopes, squared, in full scales a pitch, that tell no direction: two in a hundred, about a dim camera's noise."""
_STEPS_A_PITCH = 16


@dataclass(frozen=True, slots=True, eq=False)
class Steering:
    """How to tell, for every core, which way the scene lies.

    corners: (T, 3) the triangles between live cores. slope: (T, 2, 3) slope of the light, x and y, a pitch, as a
    weighted sum of its corners. cores: (L,) live cores. around: (L, A) the triangles nearest to each of them.
    """

    corners: NDArray[np.uint16]
    slope: FloatArray
    cores: NDArray[np.uint16]
    around: NDArray[np.int32]

    def __post_init__(self) -> None:
        for name in self.__slots__:
            object.__setattr__(self, name, freeze(getattr(self, name)))


def plan_steering(xy_px: DoubleArray, pitch_px: float, dead: BoolArray) -> Steering:
    """Lay triangles between the live cores of xy (N, 2); long ones, at the rim and across holes, are left out."""
    live = np.flatnonzero(~dead)
    corners = live[scipy.spatial.Delaunay(xy_px[live]).simplices]
    at = xy_px[corners]
    is_small = np.linalg.norm(at - np.roll(at, 1, axis=1), axis=2).max(axis=1) < TOUCHING * pitch_px
    corners, at = corners[is_small], at[is_small]
    sides = np.linalg.inv(at[:, 1:] - at[:, :1]) * pitch_px
    slope = np.concatenate([-sides.sum(axis=2, keepdims=True), sides], axis=2)
    # No triangle is left where almost all cores are dead; then nothing ever leans.
    around = np.empty((len(live), 0), dtype=np.int64)
    if len(at):
        around = find_nearest(at.mean(axis=1), xy_px[live], min(_SLOPES_AROUND, len(at)))[1]
    return Steering(
        corners.astype(np.uint16), slope.astype(np.float32), live.astype(np.uint16), around.astype(np.int32)
    )


def steered_weights(
    cores_xy: DoubleArray,
    points_xy: DoubleArray,
    index: NDArray[np.int64],
    pitch_px: float,
    noise: FloatArray | DoubleArray,
    model: SceneModel,
    stretch: float = STRETCH,
) -> FloatArray:
    """Weights of the cores `index` (M, K) as `mmse_weights` finds them, for stretched scenes: (M, DIRECTIONS, K).

    Scene d is `stretch` times longer along the angle d / DIRECTIONS of half a turn, from x towards y, than across it;
    its area of likeness stays the same. Each row sums to 1.
    """
    reach = np.linalg.norm(cores_xy[index] - points_xy[:, np.newaxis], axis=2).max(initial=pitch_px)
    step_px = pitch_px / _STEPS_A_PITCH
    point_core, core_core = _tabulate_stretched(model, pitch_px, 2.0 * float(reach) + pitch_px, stretch)
    weights = np.empty((len(points_xy), DIRECTIONS, index.shape[1]), dtype=np.float32)
    noise = noise.astype(np.float64)

    def solve_every_other(first: int) -> None:
        for d in range(first, DIRECTIONS, 2):
            angle = np.pi * d / DIRECTIONS
            turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
            cores, points = np.ascontiguousarray(cores_xy @ turn.T), np.ascontiguousarray(points_xy @ turn.T)
            _solve_stretched(cores, points, index, noise, step_px, point_core, core_core, weights[:, d])

    do_halves(solve_every_other)
    return weights


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
    kept = int(np.ceil(reach_px / step_px)) + 2
    core_core = np.zeros((kept, kept))
    for (along, across), weight in zip(patch, share, strict=True):
        _add_moved(point_core, step_px, along, across, weight, core_core)
    return point_core, core_core


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
def _solve_stretched(
    cores: DoubleArray,
    points: DoubleArray,
    index: NDArray[np.int64],
    noise: DoubleArray,
    step_px: float,
    point_core: DoubleArray,
    core_core: DoubleArray,
    weights: FloatArray,
) -> None:
    count = index.shape[1]
    system = np.empty((count, count))
    guess = np.empty(count)
    for m in range(index.shape[0]):
        for i in range(count):
            a = index[m, i]
            for j in range(i):
                b = index[m, j]
                system[i, j] = _look_up(core_core, step_px, cores[a, 0] - cores[b, 0], cores[a, 1] - cores[b, 1])
            system[i, i] = core_core[0, 0] + noise[a]
            guess[i] = _look_up(point_core, step_px, cores[a, 0] - points[m, 0], cores[a, 1] - points[m, 1])
        solve_kriging(system, guess, weights[m])


@njit(cache=True, nogil=True, fastmath=True)
def find_lean(
    light_lin: FloatArray,
    corners: NDArray[np.uint16],
    slope: FloatArray,
    cores: NDArray[np.uint16],
    around: NDArray[np.int32],
) -> FloatArray:
    """Tell which way the light lies around every core, from `light_lin` (N, C): (N, 2) direction and lean.

    Direction: 0 to DIRECTIONS, the weight set whose stretch lies along the edge, with a fraction between two of them.
    Lean: how far to follow it, 0..1. Both are 0 for dead cores.
    """
    squares = np.empty((corners.shape[0], 3), dtype=np.float32)
    for t in range(corners.shape[0]):
        x, y = np.float32(0.0), np.float32(0.0)
        for k in range(3):
            level = np.float32(0.0)
            for c in range(light_lin.shape[1]):
                level += light_lin[corners[t, k], c]
            x += slope[t, 0, k] * level
            y += slope[t, 1, k] * level
        squares[t, 0], squares[t, 1], squares[t, 2] = x * x, x * y, y * y
    lean = np.zeros((light_lin.shape[0], 2), dtype=np.float32)
    # Of `level`, a sum of channels, and of the sum over triangles: both are scaled back at once.
    faint = _FAINT * np.float32(light_lin.shape[1] ** 2 * max(around.shape[1], 1))
    for i in range(cores.shape[0]):
        xx, xy, yy = np.float32(0.0), np.float32(0.0), np.float32(0.0)
        for t in around[i]:
            xx += squares[t, 0]
            xy += squares[t, 1]
            yy += squares[t, 2]
        coherence = np.hypot(xx - yy, np.float32(2.0) * xy) / (xx + yy + faint)
        share = min(max((coherence - _NO_LEAN) / (_FULL_LEAN - _NO_LEAN), np.float32(0.0)), np.float32(1.0))
        if share > 0.0:
            # The slope points across the edge, so a quarter turn on lies along it.
            turns = 0.5 * np.arctan2(2.0 * xy, xx - yy) / np.pi + 0.5
            lean[cores[i], 0] = DIRECTIONS * turns
            lean[cores[i], 1] = share
    return lean


@njit(cache=True, nogil=True, fastmath=True)
def lean_weights(
    index: NDArray[np.uint16], weight: FloatArray, steered: FloatArray, lean: FloatArray, mixed: FloatArray
) -> None:
    """Blend each sample's even weights (m, K) with those of the two directions beside its nearest core's."""
    for m in range(index.shape[0]):
        core = index[m, 0]
        low = int(lean[core, 0])
        between, share = lean[core, 0] - np.float32(low), lean[core, 1]
        wa, wb, even = share * (np.float32(1.0) - between), share * between, np.float32(1.0) - share
        here, a, b = weight[m], steered[m, low % DIRECTIONS], steered[m, (low + 1) % DIRECTIONS]
        for k in range(here.shape[0]):
            mixed[m, k] = even * here[k] + wa * a[k] + wb * b[k]

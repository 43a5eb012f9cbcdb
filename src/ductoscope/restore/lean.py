"""Lean: tell in every frame which way, and how far, the scene is stretched around each core.

A neighbourhood of cores is more or less likely under each of the scenes that `steer.py` has weights for. To guess under
several Gaussian scenes and to trust the likeliest is the way of Yu, Sapiro and Mallat (IEEE Trans. Image Process.
21:2481, 2012), here with kriging's covariances for the scenes instead of learned ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ductoscope.model import FloatArray, freeze

DIRECTIONS = 8
"""Directions that scenes are stretched in, evenly over half a turn."""
STRETCHES = (3.0, 9.0)
"""How much longer scenes stay alike along such a direction than across it. Chosen on simulated scenes."""
STRETCHED = len(STRETCHES) * DIRECTIONS
"""Stretched scenes. Where scenes are counted, the even one comes first: it is 0, stretched ones are 1 to STRETCHED."""
MIXED = 4
"""Scenes that are mixed at most, the likeliest."""

JUDGED = 10
"""Cores that a neighbourhood is judged by: with the touching ring alone, thin vessels look like grain."""
PAIRS = 48
"""Products of the judged cores' differences from the first: 9 times 10, halved, and three idle ones to fill vectors."""
RING = 6
"""Cores around each that have a say in what it takes."""

_TRUST, _EVEN = np.float32(2.5), np.float32(2.0)
"""Power that likelihoods are raised to, and what speaks for the even scene beforehand, as a logarithm."""
_FROM_RING, _PASSES = np.float32(0.85), 2
"""How far log-likelihoods are taken from the ring's mean, and how often: edges go on from core to core."""
_FAINT, _LEAST = np.float32(0.01), np.float32(1e-5)
"""Misfit to the even scene, in squared full scales, that is about a dim camera's noise and tells little."""


@dataclass(frozen=True, slots=True, eq=False)
class Steering:
    """How to tell, for every core, which way the scene lies.

    cores: (L,) live cores. near: (L, JUDGED) those nearest to each, itself first, and again where there are too few.
    ring: (L, RING) the nearest others, as rows here.
    misfit: (L, 1 + STRETCHED, PAIRS) the quadratic form in the differences of `near` from the first that is the squared
    misfit of each scene's covariance, any mean level allowed; lower triangle, row by row.
    prior: (L, 1 + STRETCHED) log-likelihood of each scene without its misfit.
    """

    cores: NDArray[np.uint16]
    near: NDArray[np.uint16]
    ring: NDArray[np.uint16]
    misfit: FloatArray
    prior: FloatArray

    def __post_init__(self) -> None:
        for name in self.__slots__:
            object.__setattr__(self, name, freeze(getattr(self, name)))

    def rows_for(self, cores: NDArray[np.uint16]) -> NDArray[np.uint16]:
        """The rows to be judged so that these live cores know which scenes to take."""
        rows = np.searchsorted(self.cores, np.unique(cores))
        for _ in range(_PASSES):
            rows = np.unique(np.concatenate([rows, self.ring[rows].ravel()]))
        return rows.astype(np.uint16)


@njit(cache=True, nogil=True, fastmath=True)
def find_lean(
    light_lin: FloatArray,
    cores: NDArray[np.uint16],
    near: NDArray[np.uint16],
    ring: NDArray[np.uint16],
    misfit: FloatArray,
    prior: FloatArray,
    rows: NDArray[np.uint16],
) -> FloatArray:
    """Tell which scenes are likely around cores, from `light_lin` (N, C): (N, 1 + 2 MIXED).

    rows: those of `cores` to judge, from `Steering.rows_for`; the outermost of them only help the others.
    Each core has the share of the even scene and then, in turn, stretched scenes, counted from 0, and their shares.
    All shares of a core sum to 1; cores that are not judged have the even scene.
    """
    likely = np.zeros(prior.shape, dtype=np.float32)
    clear = np.zeros(prior.shape[0], dtype=np.float32)
    away = np.empty(JUDGED, dtype=np.float32)
    pairs = np.zeros(PAIRS, dtype=np.float32)
    power = np.float32(0.5 * (JUDGED - 1))
    # Loops that count to a shape become vectors; counted to a constant, LLVM writes them out and is four times slower.
    scenes, products = misfit.shape[1], misfit.shape[2]
    for m in rows:
        for i in range(JUDGED):
            away[i] = np.float32(0.0)
            for c in range(light_lin.shape[1]):
                away[i] += light_lin[near[m, i], c] - light_lin[near[m, 0], c]
            away[i] /= np.float32(light_lin.shape[1])
        at = 0
        for i in range(1, JUDGED):
            for j in range(1, i + 1):
                pairs[at] = away[i] * away[j]
                at += 1
        for s in range(scenes):
            square = np.float32(0.0)
            for at in range(products):
                square += misfit[m, s, at] * pairs[at]
            square = max(square, np.float32(0.0))
            if s == 0:
                clear[m] = square / (square + _FAINT)
            # The scene's contrast is unknown too, and taken at its likeliest: hence the logarithm.
            likely[m, s] = _TRUST * (prior[m, s] - power * np.log(square + _LEAST))
        likely[m, 0] += _EVEN
    for _ in range(_PASSES):
        likely = _spread(likely, ring, rows)
    lean = np.zeros((light_lin.shape[0], 1 + 2 * MIXED), dtype=np.float32)
    lean[:, 0] = np.float32(1.0)
    for m in rows:
        _pick_likeliest(likely[m], clear[m], lean[cores[m]])
    return lean


@njit(cache=True, nogil=True, fastmath=True)
def _spread(likely: FloatArray, ring: NDArray[np.uint16], rows: NDArray[np.uint16]) -> FloatArray:
    smooth = np.zeros_like(likely)
    from_each = _FROM_RING / np.float32(ring.shape[1])
    for m in rows:
        for s in range(likely.shape[1]):
            smooth[m, s] = (np.float32(1.0) - _FROM_RING) * likely[m, s]
        for r in ring[m]:
            for s in range(likely.shape[1]):
                smooth[m, s] += from_each * likely[r, s]
    return smooth


@njit(cache=True, nogil=True, fastmath=True)
def _pick_likeliest(likely: FloatArray, clear: np.float32, lean: FloatArray) -> None:
    """Write the shares of the likeliest scenes, which sum to `clear`; what is too faint to tell stays even."""
    best, scene = lean[2::2], lean[1::2]
    best[:] = np.float32(-1e30)
    rest = np.float32(-1e30)
    for s in range(likely.shape[0]):
        rest = max(rest, min(likely[s], best[MIXED - 1]))
        if likely[s] > best[MIXED - 1]:
            k = MIXED - 1
            while k > 0 and best[k - 1] < likely[s]:
                best[k], scene[k] = best[k - 1], scene[k - 1]
                k -= 1
            best[k], scene[k] = likely[s], np.float32(s - 1)
    # Less the likeliest that is left out: no share jumps when two scenes change places.
    most, total = best[0], _LEAST
    runner_up = np.exp(rest - most)
    for k in range(MIXED):
        best[k] = np.exp(best[k] - most) - runner_up
        total += best[k]
    lean[0] = np.float32(1.0)
    for k in range(MIXED):
        if scene[k] < 0.0:
            scene[k], best[k] = np.float32(0.0), np.float32(0.0)
        best[k] *= clear / total
        lean[0] -= best[k]

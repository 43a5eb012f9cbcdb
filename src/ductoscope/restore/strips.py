"""StripMixing: grid samples mixed from cores that lie side by side in memory.

The cores nearest to a point are scattered over a table, and to fetch each by its number takes most of the time that a
sample costs. So the cores are laid out in strips across the bundle, from left to right in each, and a sample takes
neighbours there, a whole vector at once, from each of the strips about it. Those are hardly further away than the
nearest of all, and kriging finds the best weights for whichever cores it is given.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ductoscope.model import DoubleArray, FloatArray, freeze
from ductoscope.restore.mmse import SceneModel, solve_weights
from ductoscope.restore.vectors import SETS, TOGETHER, mix_colour_sets, mix_sets

_HEIGHT_PITCHES = 0.93
"""With strips of this height, SETS times TOGETHER cores cover a square."""
_SCALE = 2.0**-13
"""One step of the weights: they are below 4 in size, and sixteen roundings are far below a grey level."""
_STEP = np.float32(_SCALE)


@dataclass(frozen=True, slots=True, eq=False)
class StripMixing:
    """Which cores every grid sample is mixed from, and how.

    order: (P,) live cores, strip after strip.
    first: (M + TOGETHER, SETS) the places in `order` where each sample's sets of TOGETHER cores begin.
    weight: (M + TOGETHER, SETS TOGETHER) int16, in steps of 2^-13; each row sums to exactly 1. The last rows are
    idle, since samples are mixed TOGETHER at a time.
    """

    order: NDArray[np.uint16]
    first: NDArray[np.uint16]
    weight: NDArray[np.int16]

    def __post_init__(self) -> None:
        for name in self.__slots__:
            object.__setattr__(self, name, freeze(getattr(self, name)))

    def cores_of_samples(self, start: int, stop: int) -> NDArray[np.uint16]:
        """The cores that samples `start` to `stop` are mixed from, and those between them in their strips."""
        if stop <= start:
            return self.order[:0]
        first = self.first[start:stop]
        return self.order[first.min() : int(first.max()) + TOGETHER]


def no_strips() -> StripMixing:
    """Mixing of no samples, for bundles whose samples are mixed otherwise."""
    return StripMixing(
        np.empty(0, dtype=np.uint16),
        np.empty((0, SETS), dtype=np.uint16),
        np.empty((0, SETS * TOGETHER), dtype=np.int16),
    )


def plan_strips(
    cores_xy: DoubleArray,
    live: NDArray[np.int64],
    points_xy: DoubleArray,
    pitch_px: float,
    noise: FloatArray,
    model: SceneModel,
) -> StripMixing:
    """Plan the samples at points (M, 2) from the cores `live`, whose centres are `cores_xy` (L, 2), L >= TOGETHER."""
    height_px = _HEIGHT_PITCHES * pitch_px
    top_px = float(cores_xy[:, 1].min())
    strip = ((cores_xy[:, 1] - top_px) / height_px).astype(np.int64)
    order = np.lexsort((cores_xy[:, 0], strip))
    strip_start = np.searchsorted(strip[order], np.arange(strip.max() + 2))
    first = np.zeros((len(points_xy) + TOGETHER, SETS), dtype=np.uint16)
    _find_sets(np.ascontiguousarray(cores_xy[order]), strip_start, top_px, height_px, points_xy, first)
    index = order[first[: len(points_xy), :, np.newaxis].astype(np.int64) + np.arange(TOGETHER)]
    exact = solve_weights(cores_xy, points_xy, index.reshape(-1, SETS * TOGETHER), pitch_px, noise, model)
    weight = np.zeros((len(first), SETS * TOGETHER), dtype=np.int16)
    weight[: len(exact)] = round_weights(exact)
    return StripMixing(live[order].astype(np.uint16), first, weight)


def round_weights(exact: FloatArray) -> NDArray[np.int16]:
    """Round weights (M, K) to whole steps; each row still sums to exactly 1."""
    steps = np.rint(np.clip(exact, -3.9, 3.9) / _SCALE).astype(np.int64)
    largest = np.argmax(steps, axis=1)
    steps[np.arange(len(steps)), largest] += round(1.0 / _SCALE) - steps.sum(axis=1)
    return np.asarray(steps, dtype=np.int16)


@njit(cache=True, nogil=True)
def _find_sets(
    xy: DoubleArray,
    strip_start: NDArray[np.int64],
    top_px: float,
    height_px: float,
    points_xy: DoubleArray,
    first: NDArray[np.uint16],
) -> None:
    strips = strip_start.shape[0] - 1
    for m in range(points_xy.shape[0]):
        x, y = points_xy[m, 0], points_xy[m, 1]
        upper = int(np.rint((y - top_px) / height_px)) - SETS // 2
        upper = max(0, min(upper, strips - SETS))
        for k in range(SETS):
            strip = min(upper + k, strips - 1)
            begin, end = strip_start[strip], strip_start[strip + 1]
            right = begin + np.searchsorted(xy[begin:end, 0], x)
            best, best_away = 0, np.inf
            # A strip of too few cores lends from the next: those weigh little, so far away.
            for start in range(right - TOGETHER, right + 1):
                held = max(0, min(max(begin, min(start, end - TOGETHER)), xy.shape[0] - TOGETHER))
                away = 0.0
                for n in range(held, held + TOGETHER):
                    away += (xy[n, 0] - x) ** 2 + (xy[n, 1] - y) ** 2
                if away < best_away:
                    best, best_away = held, away
            first[m, k] = best


@njit(cache=True, nogil=True, fastmath=True)
def lay_out(light_lin: FloatArray, order: NDArray[np.uint16], first: NDArray[np.uint16], laid: FloatArray) -> None:
    """Bring the light that samples with these `first` are mixed from into its places in `laid` (C, P)."""
    if first.shape[0] == 0:
        return
    begin, end = first.min(), first.max()
    for channel in range(laid.shape[0]):
        for p in range(np.uintp(begin), np.uintp(end) + np.uintp(TOGETHER)):
            laid[channel, p] = light_lin[order[p], channel]


@njit(cache=True, nogil=True, fastmath=True)
def mix_samples(
    laid: FloatArray,
    first: NDArray[np.uint16],
    weight: NDArray[np.int16],
    start: int,
    stop: int,
    place: int,
    samples: FloatArray,
) -> None:
    """Mix samples `start` to `stop` into `samples[place]` and on, C numbers each, and up to three more."""
    if laid.shape[0] == 3:
        for m in range(start, stop):
            mix_colour_sets(samples, np.uintp(place + 3 * (m - start)), laid, first, weight, np.uintp(m), _STEP)
    else:
        for m in range(start, stop, TOGETHER):
            mix_sets(samples, np.uintp(place + m - start), laid[0], first, weight, np.uintp(m), _STEP)

"""GridPicture: guess the scene on a fine even grid, then enlarge that to the view.

The cores cannot carry detail much finer than two samples a pitch, so the guess is made only there, and one smooth
cubic brings it to any size; that is several times less work than guessing every view pixel. Where cores are few,
sampling and not noise limits the picture: there the grid is finer, and the guess leans along edges (`steer.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ductoscope.model import Bundle, FloatArray, PictureArray, freeze
from ductoscope.restore.enlarge import blend_rows, cubic_taps, lay_taps, widen_row
from ductoscope.restore.lean import Steering
from ductoscope.restore.mmse import SceneModel, spilled_share
from ductoscope.restore.psf import choose_window_px
from ductoscope.restore.steer import lean_weights, plan_steering
from ductoscope.restore.strips import StripMixing, lay_out, mix_samples, no_strips, plan_strips
from ductoscope.restore.vectors import TOGETHER
from ductoscope.restore.window import ViewWindow

SAMPLES_A_PITCH = 2.0
SAMPLES_A_PITCH_STEERED = 3.0
FEW_CORES = 4000
"""Bundles up to here are steered: planning takes a second or two more, and a frame two to three times as long."""


@dataclass(frozen=True, slots=True, eq=False)
class GridPicture:
    """What every grid sample, and then every view pixel, is made of.

    index, weight: (M, K) cores and weights of the samples, row after row of the grid; (0, K) where strips hold them.
    strips: the same, of bundles that are not steered.
    row_start: (R + 1,) where each grid row's samples begin.
    row_column: (R,) the grid column of its first sample.
    row_enlarged: (R, 2) the grid columns, first and past last, that view pixels' first samples lie in.
    first_pixel: (columns + 1,) the first view column that takes its four samples from each grid column on.
    taps: their cubic weights, as `lay_taps` lays them out.
    y_base, y_weight: (S,) first of four grid rows, and (S, 4) their cubic weights, of each view row.
    steered, steered_place: weights that lean along edges, `stretched` and `place` of `SteeredWeights`; (0, K) and
    (0, 2) where bundles are not steered.
    steering: how a frame tells which of them to take, None for never.
    """

    index: NDArray[np.uint16]
    weight: FloatArray
    strips: StripMixing
    row_start: NDArray[np.int32]
    row_column: NDArray[np.int32]
    row_enlarged: NDArray[np.int32]
    first_pixel: NDArray[np.int32]
    taps: FloatArray
    y_base: NDArray[np.int32]
    y_weight: FloatArray
    steered: FloatArray
    steered_place: NDArray[np.int32]
    steering: Steering | None

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if name not in ("strips", "steering"):
                object.__setattr__(self, name, freeze(getattr(self, name)))

    def cores_of_rows(self, start: int, stop: int) -> NDArray[np.uint16]:
        """The cores that view rows `start` to `stop` are drawn from, or that tell how."""
        begin, end = self._samples_of_rows(start, stop)
        if self.steering is None:
            return self.strips.cores_of_samples(begin, end)
        return np.union1d(self.index[begin:end], self.steering.near[self.judged_of_rows(start, stop)])

    def judged_of_rows(self, start: int, stop: int) -> NDArray[np.uint16]:
        """The rows of `steering` that are judged to draw view rows `start` to `stop`."""
        if self.steering is None:
            return np.empty(0, dtype=np.uint16)
        begin, end = self._samples_of_rows(start, stop)
        return self.steering.rows_for(self.index[begin:end, 0])

    def _samples_of_rows(self, start: int, stop: int) -> tuple[int, int]:
        rows = slice(self.y_base[start], self.y_base[stop - 1] + 4) if stop > start else slice(0, 0)
        return int(self.row_start[rows.start]), int(self.row_start[rows.stop])


def plan_grid(bundle: Bundle, window: ViewWindow, model: SceneModel | None = None) -> GridPicture:
    """Plan the grid that covers what the window sees, and its enlargement."""
    model = model or SceneModel()
    is_steered = bundle.cores <= FEW_CORES
    step_px = bundle.pitch_px / (SAMPLES_A_PITCH_STEERED if is_steered else SAMPLES_A_PITCH)
    left, top = window.frame_from_view[:, 2]
    if step_px >= window.scale:
        # Fixed to the rim, so that every zoom shows the very same samples.
        anchor_x, anchor_y = bundle.rim.x_px, bundle.rim.y_px
    else:
        step_px, anchor_x, anchor_y = window.scale, left, top
    pixel = np.arange(window.size_px) * window.scale
    x_base, x_weight = cubic_taps((left - anchor_x + pixel) / step_px)
    y_base, y_weight = cubic_taps((top - anchor_y + pixel) / step_px)
    first_column, first_row = int(x_base.min()), int(y_base.min())
    x_base, y_base = x_base - first_column, y_base - first_row
    columns, rows = int(x_base.max()) + 4, int(y_base.max()) + 4

    row_span = np.zeros((rows, 2), dtype=np.int32)
    row_span[:, 0] = window.size_px
    seen_rows = np.flatnonzero(window.spans[:, 1])
    for tap in range(4):
        np.minimum.at(row_span[:, 0], y_base[seen_rows] + tap, window.spans[seen_rows, 0])
        np.maximum.at(row_span[:, 1], y_base[seen_rows] + tap, window.spans[seen_rows, 1])
    row_span[row_span[:, 1] == 0] = 0
    used = row_span[:, 1] > 0
    row_column = np.where(used, x_base[row_span[:, 0]], 0)
    row_end = np.where(used, x_base[np.maximum(row_span[:, 1], 1) - 1] + 4, 0)
    lengths = row_end - row_column
    row_start = np.concatenate([[0], np.cumsum(lengths)])
    grid_row = np.repeat(np.arange(rows), lengths)
    grid_column = np.arange(row_start[-1]) - np.repeat(row_start[:-1], lengths) + np.repeat(row_column, lengths)
    points = np.stack(
        [anchor_x + (grid_column + first_column) * step_px, anchor_y + (grid_row + first_row) * step_px], axis=1
    )
    live = np.flatnonzero(~bundle.dead)
    gain = bundle.gain[live].mean(axis=1)
    noise = model.noise / (gain / np.median(gain)) ** 2
    side_px = choose_window_px(bundle.pitch_px, bundle.sigma_px)
    spilled = spilled_share(bundle.pitch_px, bundle.sigma_px, side_px)
    mixed = replace(model, crosstalk=1.0 - (1.0 - model.crosstalk) * (1.0 - spilled))
    xy_px = bundle.xy_px[live]
    index, weight = np.empty((0, mixed.neighbours), dtype=np.int64), np.empty((0, mixed.neighbours), dtype=np.float32)
    steered, place, steering, strips = weight, np.empty((0, 2), dtype=np.int32), None, no_strips()
    if is_steered:
        weights, steering = plan_steering(xy_px, live, points, bundle.pitch_px, noise, mixed)
        index, weight, steered, place = weights.index, weights.even, weights.stretched, weights.place
    else:
        strips = plan_strips(xy_px, live, points, bundle.pitch_px, noise, mixed)
    return GridPicture(
        index=live[index].astype(np.uint16),
        weight=weight,
        strips=strips,
        row_start=row_start.astype(np.int32),
        row_column=row_column.astype(np.int32),
        row_enlarged=np.stack([row_column, np.where(used, row_end - 3, 0)], axis=1).astype(np.int32),
        first_pixel=np.searchsorted(x_base, np.arange(columns + 1)).astype(np.int32),
        taps=lay_taps(x_weight, bundle.channels),
        y_base=y_base.astype(np.int32),
        y_weight=y_weight,
        steered=steered,
        steered_place=place,
        steering=steering,
    )


@njit(cache=True, nogil=True, fastmath=True)
def draw_grid_rows(
    light_lin: FloatArray,
    index: NDArray[np.uint16],
    weight: FloatArray,
    order: NDArray[np.uint16],
    first: NDArray[np.uint16],
    strip_weight: NDArray[np.int16],
    row_start: NDArray[np.int32],
    row_column: NDArray[np.int32],
    row_enlarged: NDArray[np.int32],
    first_pixel: NDArray[np.int32],
    taps: FloatArray,
    y_base: NDArray[np.int32],
    y_weight: FloatArray,
    steered: FloatArray,
    steered_place: NDArray[np.int32],
    lean: FloatArray,
    spans: NDArray[np.int32],
    start: int,
    stop: int,
    out: PictureArray,
) -> None:
    """Draw view rows `start` to `stop` into `out` (S, S, C), from samples to enlargement in one sweep.

    Only four enlarged grid rows exist at any time, in a ring that stays in the processor's cache.
    order, first, strip_weight: of `StripMixing`; where they are empty, samples are mixed from `index` and `weight`.
    lean: (N, 1 + 2 MIXED) from `find_lean`, read only where `steered` holds weights.
    """
    size, channels = out.shape[1], out.shape[2]
    columns = first_pixel.shape[0] - 1
    samples = np.zeros(columns * channels + TOGETHER - 1, dtype=np.float32)
    laid = np.empty((channels, order.shape[0]), dtype=np.float32)
    if stop > start:
        lay_out(light_lin, order, first[row_start[y_base[start]] : row_start[y_base[stop - 1] + 4]], laid)
    ring = np.zeros((4, taps.shape[1]), dtype=np.float32)
    leant = np.empty((columns if len(steered) else 0, weight.shape[1]), dtype=np.float32)
    ready = 0
    for y in range(start, stop):
        i0, i1 = spans[y, 0] * channels, spans[y, 1] * channels
        row = out[y].reshape(size * channels)
        if i1 <= i0:
            row[:] = 0
            continue
        base = y_base[y]
        for g in range(max(base, ready), base + 4):
            m0, m1 = row_start[g], row_start[g + 1]
            if len(order):
                mix_samples(laid, first, strip_weight, m0, m1, row_column[g] * channels, samples)
            else:
                room = samples[row_column[g] * channels : (row_column[g] + m1 - m0) * channels]
                mixing = weight[m0:m1]
                if len(steered):
                    lean_weights(index[m0:m1], mixing, steered, steered_place[m0:m1], lean, leant)
                    mixing = leant
                if channels == 3:
                    _sample_colour(light_lin, index[m0:m1], mixing, room)
                else:
                    _sample_grey(light_lin, index[m0:m1], mixing, room)
            widen_row(samples, first_pixel, taps, row_enlarged[g, 0], row_enlarged[g, 1], channels, ring[g % 4])
        ready = base + 4
        a, b, c, d = ring[base % 4], ring[(base + 1) % 4], ring[(base + 2) % 4], ring[(base + 3) % 4]
        blend_rows(a, b, c, d, y_weight[y], i0, i1, row)


@njit(cache=True, nogil=True, fastmath=True)
def _sample_colour(light_lin: FloatArray, index: NDArray[np.uint16], weight: FloatArray, samples: FloatArray) -> None:
    for m in range(index.shape[0]):
        red, green, blue = np.float32(0.0), np.float32(0.0), np.float32(0.0)
        for k in range(index.shape[1]):
            w, core = weight[m, k], index[m, k]
            red += w * light_lin[core, 0]
            green += w * light_lin[core, 1]
            blue += w * light_lin[core, 2]
        samples[3 * m], samples[3 * m + 1], samples[3 * m + 2] = red, green, blue


@njit(cache=True, nogil=True, fastmath=True)
def _sample_grey(light_lin: FloatArray, index: NDArray[np.uint16], weight: FloatArray, samples: FloatArray) -> None:
    for m in range(index.shape[0]):
        grey = np.float32(0.0)
        for k in range(index.shape[1]):
            grey += weight[m, k] * light_lin[index[m, k], 0]
        samples[m] = grey

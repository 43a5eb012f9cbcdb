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
from ductoscope.restore.enlarge import blend_rows, cubic_taps, widen_row
from ductoscope.restore.mmse import SceneModel, mmse_weights, spilled_share
from ductoscope.restore.psf import choose_window_px
from ductoscope.restore.steer import DIRECTIONS, Steering, lean_weights, plan_steering, steered_weights
from ductoscope.restore.window import ViewWindow

SAMPLES_A_PITCH = 2.0
SAMPLES_A_PITCH_STEERED = 3.0
FEW_CORES = 4000
"""Bundles up to here are steered: planning takes a second or two more, and a frame two to three times as long."""


@dataclass(frozen=True, slots=True, eq=False)
class GridPicture:
    """What every grid sample, and then every view pixel, is made of.

    index, weight: (M, K) cores and weights of the samples, row after row of the grid.
    row_start: (R + 1,) where each grid row's samples begin.
    row_column: (R,) the grid column of its first sample.
    row_span: (R, 2) the view columns that it is enlarged to.
    x_base, x_weight: (S,) first of four grid columns, and (S, 4) their cubic weights, of each view column.
    y_base, y_weight: the same for view rows.
    columns: width of the grid.
    steered: (M, DIRECTIONS, K) weights that lean along edges; (0, DIRECTIONS, K) where bundles are not steered.
    steering: how a frame tells which of them to take, None for never.
    """

    index: NDArray[np.uint16]
    weight: FloatArray
    row_start: NDArray[np.int32]
    row_column: NDArray[np.int32]
    row_span: NDArray[np.int32]
    x_base: NDArray[np.uint32]
    x_weight: FloatArray
    y_base: NDArray[np.int32]
    y_weight: FloatArray
    steered: FloatArray
    columns: int
    steering: Steering | None

    def __post_init__(self) -> None:
        for name in self.__slots__[:-2]:
            object.__setattr__(self, name, freeze(getattr(self, name)))

    def cores_of_rows(self, start: int, stop: int) -> NDArray[np.uint16]:
        """The cores that view rows `start` to `stop` are drawn from; steered, every live one has its say."""
        if self.steering is not None:
            return self.steering.cores
        rows = slice(self.y_base[start], self.y_base[stop - 1] + 4) if stop > start else slice(0, 0)
        samples = slice(self.row_start[rows.start], self.row_start[rows.stop])
        return np.unique(self.index[samples])


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
    index, weight = mmse_weights(xy_px, points, bundle.pitch_px, noise, mixed)
    if is_steered:
        steered = steered_weights(xy_px, points, index, bundle.pitch_px, noise, mixed)
    else:
        steered = np.empty((0, DIRECTIONS, index.shape[1]), dtype=np.float32)
    return GridPicture(
        index=live[index].astype(np.uint16),
        weight=weight,
        row_start=row_start.astype(np.int32),
        row_column=row_column.astype(np.int32),
        row_span=row_span,
        x_base=x_base.astype(np.uint32),
        x_weight=x_weight,
        y_base=y_base.astype(np.int32),
        y_weight=y_weight,
        steered=steered,
        columns=columns,
        steering=plan_steering(bundle.xy_px, bundle.pitch_px, bundle.dead) if is_steered else None,
    )


@njit(cache=True, nogil=True, fastmath=True)
def draw_grid_rows(
    light_lin: FloatArray,
    index: NDArray[np.uint16],
    weight: FloatArray,
    row_start: NDArray[np.int32],
    row_column: NDArray[np.int32],
    row_span: NDArray[np.int32],
    x_base: NDArray[np.uint32],
    x_weight: FloatArray,
    y_base: NDArray[np.int32],
    y_weight: FloatArray,
    columns: int,
    steered: FloatArray,
    lean: FloatArray,
    spans: NDArray[np.int32],
    start: int,
    stop: int,
    out: PictureArray,
) -> None:
    """Draw view rows `start` to `stop` into `out` (S, S, C), from samples to enlargement in one sweep.

    Only four enlarged grid rows exist at any time, in a ring that stays in the processor's cache.
    lean: (N, 2) from `find_lean`, read only where `steered` holds weights.
    """
    size, channels = out.shape[1], out.shape[2]
    samples = np.zeros(columns * channels, dtype=np.float32)
    ring = np.zeros((4, size * channels), dtype=np.float32)
    leant = np.empty((columns if len(steered) else 0, weight.shape[1]), dtype=np.float32)
    ready = 0
    for y in range(start, stop):
        i0, i1 = spans[y, 0] * channels, spans[y, 1] * channels
        row = out[y].reshape(size * channels)
        row[:i0] = 0
        row[i1:] = 0
        if i1 <= i0:
            continue
        base = y_base[y]
        for g in range(max(base, ready), base + 4):
            first, last = row_start[g], row_start[g + 1]
            room = samples[row_column[g] * channels : (row_column[g] + last - first) * channels]
            mixing = weight[first:last]
            if len(steered):
                lean_weights(index[first:last], mixing, steered[first:last], lean, leant)
                mixing = leant
            if channels == 3:
                _sample_colour(light_lin, index[first:last], mixing, room)
            else:
                _sample_grey(light_lin, index[first:last], mixing, room)
            widen_row(samples, x_base, x_weight, row_span[g, 0], row_span[g, 1], channels, ring[g % 4])
        ready = base + 4
        a, b, c, d = ring[base % 4], ring[(base + 1) % 4], ring[(base + 2) % 4], ring[(base + 3) % 4]
        blend_rows(a[i0:i1], b[i0:i1], c[i0:i1], d[i0:i1], y_weight[y], row[i0:i1])


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

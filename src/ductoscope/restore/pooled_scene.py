"""The best guess of a scene from many scattered core values at once.

Local MMSE over pooled samples, carried to its end: every sample counts for every point. The scene is a Gaussian
field with covariance v exp(-r / L); a core reports it averaged over its patch, with some of its neighbours' light,
and with noise. The guess of least expected error solves

    (1 + K' S' W S K) u = K' S' W y,     scene = H u

where H is the root of the field's spectrum and K = B H adds the core's averaging B (both plain products in the
Fourier domain), S reads the grid at the samples' places, and W is one over each sample's noise. In these whitened
unknowns conjugate gradients need a dozen or two steps (Hestenes and Stiefel, J. Res. NBS 49:409, 1952).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numba import njit
from numpy.typing import NDArray

from ductoscope.model import DoubleArray, FloatArray
from ductoscope.restore.mmse import SceneModel

GRID_A_PITCH = 3.0
"""Grid points a pitch: beyond this the cores' own patches hide the detail, however many frames there are."""

_EASIER, _EASY_STEPS = (0.3, 3.0, 30.0), 5
"""Limits on weights, and the steps taken under each, before the true problem is solved."""

_MARGIN_PITCHES = 6.0
"""Of empty grid around the rim, so that one side of the torus does not speak to the other."""


@dataclass(frozen=True, slots=True, eq=False)
class SceneGrid:
    """The grid that a scene is guessed on, and what is assumed of scene and cores there.

    side: points on a side. disc_points: points on the rim's diameter.
    step_px: camera pixels between points. origin_xy_px: camera place of point (0, 0).
    root_spectrum: H for a scene of variance 1, half plane as `rfft2` has it.
    core_spectrum: B, the averaging of one core.
    pitch_likeness: covariance of two cores' values, at no distance and one pitch apart, for a scene of variance 1.
    """

    side: int
    disc_points: float
    step_px: float
    origin_xy_px: tuple[float, float]
    root_spectrum: FloatArray
    core_spectrum: FloatArray
    pitch_likeness: tuple[float, float]


def plan_scene_grid(
    centre_xy_px: tuple[float, float], radius_px: float, pitch_px: float, model: SceneModel
) -> SceneGrid:
    """Lay a grid over the round picture and work out the spectra of scene and cores on it."""
    step_px = pitch_px / GRID_A_PITCH
    side = scipy.fft.next_fast_len(int(np.ceil(2.0 * radius_px / step_px + _MARGIN_PITCHES * GRID_A_PITCH)), real=True)
    along = np.minimum(np.arange(side), side - np.arange(side)) / GRID_A_PITCH
    away_pitches = np.hypot(along[:, np.newaxis], along[np.newaxis, :])
    spectrum = scipy.fft.rfft2(np.exp(-away_pitches / model.likeness_pitches)).real.clip(min=1e-9)
    waves = np.hypot(scipy.fft.fftfreq(side)[:, np.newaxis], scipy.fft.rfftfreq(side)[np.newaxis, :]) * GRID_A_PITCH
    # A disc of diameter d has the second moment (d/4)^2 along each axis; a Gaussian of the same is kinder to the grid.
    sigma_pitches = model.acceptance_pitches / 4.0
    patch = np.exp(-2.0 * (np.pi * sigma_pitches * waves) ** 2)
    core = patch * (1.0 - model.crosstalk * (1.0 - scipy.special.j0(2.0 * np.pi * waves)))
    between = scipy.fft.irfft2(core * core * spectrum, s=(side, side))
    one_pitch = between[0, round(GRID_A_PITCH)]
    corner = 0.5 * (side - 1) * step_px
    return SceneGrid(
        side,
        2.0 * radius_px / step_px,
        step_px,
        (centre_xy_px[0] - corner, centre_xy_px[1] - corner),
        np.sqrt(spectrum).astype(np.float32),
        core.astype(np.float32),
        (float(between[0, 0]), float(one_pitch)),
    )


Spectrum = NDArray[np.complex64]


@dataclass(frozen=True, slots=True, eq=False)
class Guess:
    """A scene in whitened unknowns, u: (C, G, G // 2 + 1) half planes as `rfft2` has them."""

    u: Spectrum


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where samples lie on the grid: first of 4 x 4 points, and the cubic's weights (Keys, IEEE ASSP 29:1153, 1981)."""

    corner_rc: NDArray[np.int32]
    weight_x: FloatArray
    weight_y: FloatArray


def place_samples(grid: SceneGrid, xy_px: DoubleArray) -> Places:
    """Find the grid points around each sample; samples beyond the grid are held at its border."""
    count = len(xy_px)
    corner_rc = np.empty((count, 2), dtype=np.int32)
    weight_x, weight_y = np.empty((count, 4), dtype=np.float32), np.empty((count, 4), dtype=np.float32)
    _place(xy_px, *grid.origin_xy_px, grid.step_px, grid.side, corner_rc, weight_x, weight_y)
    return Places(corner_rc, weight_x, weight_y)


def read_grid(planes: FloatArray, places: Places) -> FloatArray:
    """Values of (C, G, G) planes at the samples' places, (M, C)."""
    out = np.empty((len(places.corner_rc), planes.shape[0]), dtype=np.float32)
    _read_grid(planes, places.corner_rc, places.weight_x, places.weight_y, out)
    return out


def spread_samples(grid: SceneGrid, places: Places, values: FloatArray) -> FloatArray:
    """Add values (M, C) onto planes (C, G, G): the transpose of `read_grid`."""
    planes = np.zeros((values.shape[1], grid.side, grid.side), dtype=np.float32)
    _spread(values, places.corner_rc, places.weight_x, places.weight_y, planes)
    return planes


def guess_scene(grid: SceneGrid, places: Places, values: FloatArray, weight: FloatArray, steps: int) -> Guess:
    """Guess the scene from samples; `draw_scene` and `draw_core_light` show it.

    values: (M, C), mean removed. weight: (M, C), scene variance over noise variance of each sample, 0 to leave it out.
    steps: of conjugate gradients, after a few on each of a row of easier problems, as if there were more noise: they
    bridge holes (dead cores, the rim) that the sharp problem would take hundreds of steps to fill.
    """
    guess: Guess | None = None
    for most in _EASIER:
        guess = _solve(grid, places, values, np.minimum(weight, np.float32(most)), _EASY_STEPS, guess)
    return _solve(grid, places, values, weight, steps, guess)


def _solve(
    grid: SceneGrid, places: Places, values: FloatArray, weight: FloatArray, steps: int, start: Guess | None
) -> Guess:
    """Take steps of conjugate gradients from `start`."""
    shape = (grid.side, grid.side)
    through = grid.root_spectrum * grid.core_spectrum
    # Samples an even density apart would make the system diagonal; dividing by that diagonal leaves it near one.
    density = np.float32(weight.mean() * len(values) / (np.pi * (0.5 * grid.disc_points) ** 2))
    even = (1.0 / (1.0 + density * through * through)).astype(np.float32)
    balanced = through * np.sqrt(even)
    fold = np.full(grid.side // 2 + 1, 2.0, dtype=np.float32)
    fold[0] = 1.0
    if grid.side % 2 == 0:
        fold[-1] = 1.0

    def gather(spread: FloatArray) -> Spectrum:
        return np.asarray(scipy.fft.rfft2(spread, workers=2) * balanced, dtype=np.complex64)

    def normal(z: Spectrum) -> Spectrum:
        planes = np.asarray(scipy.fft.irfft2(z * balanced, s=shape, workers=2), dtype=np.float32)
        back = np.zeros_like(planes)
        _read_and_spread(planes, places.corner_rc, places.weight_x, places.weight_y, weight, back)
        return z * even + gather(back)

    def dots(a: Spectrum, b: Spectrum) -> FloatArray:
        """Inner products of each channel, from half planes."""
        return np.asarray(((a.real * b.real + a.imag * b.imag) @ fold).sum(axis=1), dtype=np.float32)[:, None, None]

    residual = gather(spread_samples(grid, places, values * weight))
    z = np.zeros_like(residual)
    if start is not None:
        z = np.asarray(start.u / np.sqrt(even), dtype=np.complex64)
        residual = residual - normal(z)
    direction = residual.copy()
    square = dots(residual, residual)
    for _ in range(steps):
        moved = normal(direction)
        length = square / np.maximum(dots(direction, moved), 1e-20)
        z += length * direction
        residual = residual - length * moved
        new_square = dots(residual, residual)
        direction = residual + (new_square / np.maximum(square, 1e-20)) * direction
        square = new_square
    return Guess(np.asarray(z * np.sqrt(even), dtype=np.complex64))


def draw_scene(grid: SceneGrid, guess: Guess) -> FloatArray:
    """The scene itself on the grid, (C, G, G)."""
    return _draw(grid, guess, grid.root_spectrum)


def draw_core_light(grid: SceneGrid, guess: Guess) -> FloatArray:
    """What a core would report at every grid point, (C, G, G)."""
    return _draw(grid, guess, grid.root_spectrum * grid.core_spectrum)


def _draw(grid: SceneGrid, guess: Guess, spectrum: FloatArray) -> FloatArray:
    planes = scipy.fft.irfft2(guess.u * spectrum, s=(grid.side, grid.side), workers=2)
    return np.asarray(planes, dtype=np.float32)


@njit(cache=True, nogil=True)
def _place(
    xy_px: DoubleArray,
    origin_x_px: float,
    origin_y_px: float,
    step_px: float,
    side: int,
    corner_rc: NDArray[np.int32],
    weight_x: FloatArray,
    weight_y: FloatArray,
) -> None:
    for m in range(xy_px.shape[0]):
        x = min(max((xy_px[m, 0] - origin_x_px) / step_px, 1.0), side - 2.001)
        y = min(max((xy_px[m, 1] - origin_y_px) / step_px, 1.0), side - 2.001)
        corner_rc[m, 0], corner_rc[m, 1] = int(y) - 1, int(x) - 1
        _weigh_cubic(x - int(x), weight_x[m])
        _weigh_cubic(y - int(y), weight_y[m])


@njit(cache=True, nogil=True)
def _weigh_cubic(t: float, weight: FloatArray) -> None:
    weight[0] = ((-0.5 * t + 1.0) * t - 0.5) * t
    weight[1] = (1.5 * t - 2.5) * t * t + 1.0
    weight[2] = ((-1.5 * t + 2.0) * t + 0.5) * t
    weight[3] = (0.5 * t - 0.5) * t * t


@njit(cache=True, nogil=True, fastmath=True)
def _read_grid(
    planes: FloatArray, corner_rc: NDArray[np.int32], weight_x: FloatArray, weight_y: FloatArray, out: FloatArray
) -> None:
    for m in range(corner_rc.shape[0]):
        row, column = corner_rc[m, 0], corner_rc[m, 1]
        for c in range(planes.shape[0]):
            total = np.float32(0.0)
            for i in range(4):
                line = np.float32(0.0)
                for j in range(4):
                    line += weight_x[m, j] * planes[c, row + i, column + j]
                total += weight_y[m, i] * line
            out[m, c] = total


@njit(cache=True, nogil=True, fastmath=True)
def _spread(
    values: FloatArray, corner_rc: NDArray[np.int32], weight_x: FloatArray, weight_y: FloatArray, planes: FloatArray
) -> None:
    for m in range(corner_rc.shape[0]):
        row, column = corner_rc[m, 0], corner_rc[m, 1]
        for c in range(planes.shape[0]):
            for i in range(4):
                line = values[m, c] * weight_y[m, i]
                for j in range(4):
                    planes[c, row + i, column + j] += line * weight_x[m, j]


@njit(cache=True, nogil=True, fastmath=True)
def _read_and_spread(
    planes: FloatArray,
    corner_rc: NDArray[np.int32],
    weight_x: FloatArray,
    weight_y: FloatArray,
    weight: FloatArray,
    out: FloatArray,
) -> None:
    """Read at each place, weigh, and put back: S' W S in one pass over the samples."""
    for m in range(corner_rc.shape[0]):
        row, column = corner_rc[m, 0], corner_rc[m, 1]
        for c in range(planes.shape[0]):
            if weight[m, c] == 0.0:
                continue
            total = np.float32(0.0)
            for i in range(4):
                line = np.float32(0.0)
                for j in range(4):
                    line += weight_x[m, j] * planes[c, row + i, column + j]
                total += weight_y[m, i] * line
            total *= weight[m, c]
            for i in range(4):
                line = total * weight_y[m, i]
                for j in range(4):
                    out[c, row + i, column + j] += line * weight_x[m, j]

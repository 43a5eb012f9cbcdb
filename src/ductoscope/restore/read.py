"""Read a camera picture's light, core by core."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ductoscope.model import CalibrationError, CalibrationFit, CoreImage, FloatArray, Frame, Pixels
from ductoscope.model.light_code import FOOT, STEPS
from ductoscope.restore.psf import PsfWindows, psf_windows
from ductoscope.restore.strided import flatten_in_place
from ductoscope.restore.vectors import COLOUR_REACH, GREY_REACH, SIDE, fetch_window, sum_colour_window, sum_window

if TYPE_CHECKING:
    from ductoscope.restore.plan import Plan

_DARK_SHARE = 0.15
"""A core below this share of its neighbours' median light, where those are lit, has gone dark."""
_LIT_LIN = 0.02

_AHEAD = 24
"""Cores whose windows are fetched from memory while one is read."""
_STEPS = np.float32(STEPS)
_FOOT = np.float32(FOOT)
_FOOT_ROOT = np.float32(np.sqrt(FOOT))


def read_cores(pixels: Pixels, plan: Plan) -> FloatArray:
    """Read every core's linear light, (N, C) float32; 1 is the calibration white, more is kept.

    pixels: (H, W) or (H, W, 3) RGB, uint8 or uint16, of the size that the bundle was calibrated on; any strides,
    read in place. Values lie on the grid of `model.light_code`, so a recording holds exactly what was used. Dead
    cores carry the mean of their nearest live ones. Raises CalibrationError when the picture does not fit.
    """
    return _read(pixels, plan, plan.reading.windows)


def read_core_image(frame: Frame, plan: Plan, fit: CalibrationFit | None = None) -> CoreImage:
    """Read a frame into a CoreImage, following the calibration's `fit` when one is given.

    The windows move with `fit.shift_xy_px`. When the fit counts newly dark cores, those are found in this very
    picture, filled from their neighbours, and not valid.
    """
    fit = fit or CalibrationFit()
    bundle = plan.bundle
    windows = plan.reading.windows
    if fit.shift_xy_px != (0.0, 0.0):
        windows = psf_windows(bundle.xy_px, bundle.sigma_px, bundle.pitch_px, bundle.frame_shape, fit.shift_xy_px)
    light_lin = _read(frame.pixels, plan, windows)
    valid = ~bundle.dead
    if fit.new_dark:
        dark = find_dark_cores(light_lin, plan)
        _fill(light_lin, dark, plan.reading.near[dark])
        valid[dark] = False
    return CoreImage(frame.index, frame.t_ns, light_lin, valid, fit)


def find_dark_cores(light_lin: FloatArray, plan: Plan) -> NDArray[np.int32]:
    """Find live cores that are black among lit neighbours, as no scene is: indices, ascending."""
    level = light_lin.max(axis=1)
    around = np.median(level[plan.reading.near], axis=1)
    is_dark = (around > _LIT_LIN) & (level < _DARK_SHARE * around) & ~plan.bundle.dead
    return np.flatnonzero(is_dark).astype(np.int32)


def check_pixels(pixels: Pixels, plan: Plan) -> Pixels:
    """Return the picture as (H, W, C), in place, or raise CalibrationError when it is not of the bundle's kind."""
    bundle = plan.bundle
    if pixels.dtype not in (np.uint8, np.uint16):
        raise CalibrationError(
            f"A camera picture must be uint8 or uint16, this one is {pixels.dtype}; give the pixels as they came."
        )
    planes: Pixels = pixels[:, :, np.newaxis] if pixels.ndim == 2 else pixels
    wanted = (*bundle.frame_shape, bundle.channels)
    if planes.shape != wanted:
        raise CalibrationError(
            f"This bundle was calibrated on {_describe(wanted)}, but the picture is {_describe(planes.shape)}; "
            "calibrate again with this camera's white picture."
        )
    return planes


def full_scale(pixels: Pixels) -> np.float32:
    """What one step of the camera's numbers is worth when its full scale is 1."""
    return np.float32(1.0 / np.iinfo(pixels.dtype).max)


def _describe(shape: tuple[int, ...]) -> str:
    return (
        f"{shape[1]} x {shape[0]} pixels with {shape[2]} channel{'s' if shape[2] > 1 else ''} {shape}"
        if (len(shape) == 3)
        else f"an array of shape {shape}"
    )


def _read(pixels: Pixels, plan: Plan, windows: PsfWindows) -> FloatArray:
    memory = flatten_in_place(check_pixels(pixels, plan))
    reading = plan.reading
    light_lin = np.empty(reading.inverse_gain.shape, dtype=np.float32)
    read_listed(
        memory.flat,
        memory.origin,
        memory.steps,
        windows.corner_rc,
        windows.weight_x,
        windows.weight_y,
        full_scale(pixels),
        reading.inverse_gain,
        reading.dark_light,
        reading.every,
        light_lin,
    )
    _fill(light_lin, reading.dead, reading.stand_in)
    return light_lin


def _fill(light_lin: FloatArray, cores: NDArray[np.int32], stand_in: NDArray[np.int32]) -> None:
    if len(cores):
        light_lin[cores] = _round(light_lin[stand_in].mean(axis=1))


@njit(cache=True, nogil=True, fastmath=True)
def read_listed(
    flat: Pixels,
    origin: int,
    steps: tuple[int, int, int],
    corner_rc: NDArray[np.int32],
    weight_x: FloatArray,
    weight_y: FloatArray,
    scale: np.float32,
    inverse_gain: FloatArray,
    dark_light: FloatArray,
    cores: NDArray[np.uint16],
    light_lin: FloatArray,
) -> None:
    """Read the listed cores into their places in `light_lin`; `scale` brings the camera's numbers to full scales."""
    channels = light_lin.shape[1]
    # Not summed in `light_lin`: another thread may be reading the same core, and has to find nothing half done.
    sums = np.empty((cores.shape[0], channels), dtype=np.float32)
    if weight_x.shape[1] != SIDE:
        _sum_any_windows(flat, origin, steps, corner_rc, weight_x, weight_y, cores, sums)
    else:
        _sum_usual_windows(flat, origin, steps, corner_rc, weight_x, weight_y, cores, sums)
    # Small loops of their own: rounding many numbers at once costs a quarter of rounding each where it is read.
    for i in range(cores.shape[0]):
        core = np.uintp(cores[i])
        for channel in range(channels):
            sums[i, channel] = sums[i, channel] * scale * inverse_gain[core, channel] - dark_light[core, channel]
    flat_sums = sums.reshape(sums.size)
    for i in range(flat_sums.shape[0]):
        flat_sums[i] = round_to_code(flat_sums[i])
    for i in range(cores.shape[0]):
        core = np.uintp(cores[i])
        for channel in range(channels):
            light_lin[core, channel] = sums[i, channel]


@njit(cache=True, nogil=True, fastmath=True)
def _sum_usual_windows(
    flat: Pixels,
    origin: int,
    steps: tuple[int, int, int],
    corner_rc: NDArray[np.int32],
    weight_x: FloatArray,
    weight_y: FloatArray,
    cores: NDArray[np.uint16],
    sums: FloatArray,
) -> None:
    """Sum the listed cores' windows of SIDE x SIDE pixels into `sums` (len(cores), C)."""
    channels = sums.shape[1]
    row_step, reach = np.uintp(steps[0]), np.uintp(COLOUR_REACH if channels == 3 else GREY_REACH)
    is_dense = steps[1] == channels and (channels == 1 or steps[2] == 1)
    # Unsigned places wrap as wanted for backward steps, and skip the test for indices that count from the end.
    below = np.uintp(SIDE - 1) * row_step
    room = np.uintp(flat.shape[0]) if is_dense else np.uintp(0)
    left = 0
    for i in range(cores.shape[0]):
        ahead = np.uintp(cores[min(i + _AHEAD, cores.shape[0] - 1)])
        fetch_window(flat, np.uintp(origin + corner_rc[ahead, 0] * steps[0] + corner_rc[ahead, 1] * steps[1]), row_step)
        core = np.uintp(cores[i])
        first = np.uintp(origin + corner_rc[core, 0] * steps[0] + corner_rc[core, 1] * steps[1])
        if max(first, first + below) + reach > room:
            left += 1
        elif channels == 3:
            sums[i, 0], sums[i, 1], sums[i, 2] = sum_colour_window(flat, first, row_step, weight_x, weight_y, core)
        else:
            sums[i, 0] = sum_window(flat, first, row_step, weight_x, weight_y, core)
    if left == 0:
        return
    # Windows that lie scattered, or at the very end of memory, are gathered here, so that all are summed alike. A loop
    # of its own: within the one above it would make that several times slower.
    gathered = np.zeros(SIDE * reach, dtype=flat.dtype)
    for i in range(cores.shape[0]):
        core = np.uintp(cores[i])
        first = np.uintp(origin + corner_rc[core, 0] * steps[0] + corner_rc[core, 1] * steps[1])
        if max(first, first + below) + reach > room:
            _gather_window(flat, first, steps, channels, reach, gathered)
            if channels == 3:
                total = sum_colour_window(gathered, np.uintp(0), reach, weight_x, weight_y, core)
                sums[i, 0], sums[i, 1], sums[i, 2] = total
            else:
                sums[i, 0] = sum_window(gathered, np.uintp(0), reach, weight_x, weight_y, core)


@njit(cache=True, nogil=True, fastmath=True)
def _gather_window(
    flat: Pixels, first: np.uintp, steps: tuple[int, int, int], channels: int, reach: np.uintp, gathered: Pixels
) -> None:
    """Copy a window's SIDE rows, `reach` numbers apart, to `gathered`, its pixels and their colours side by side."""
    for i in range(SIDE):
        for j in range(SIDE):
            for channel in range(channels):
                place = first + np.uintp(i * steps[0] + j * steps[1] + channel * steps[2])
                gathered[np.uintp(i) * reach + np.uintp(j * channels + channel)] = flat[place]


@njit(cache=True, nogil=True, fastmath=True)
def _sum_any_windows(
    flat: Pixels,
    origin: int,
    steps: tuple[int, int, int],
    corner_rc: NDArray[np.int32],
    weight_x: FloatArray,
    weight_y: FloatArray,
    cores: NDArray[np.uint16],
    sums: FloatArray,
) -> None:
    """Sum the listed cores' windows of any size into `sums` (len(cores), C)."""
    for n in range(cores.shape[0]):
        core = np.uintp(cores[n])
        first = origin + corner_rc[core, 0] * steps[0] + corner_rc[core, 1] * steps[1]
        for channel in range(sums.shape[1]):
            total = np.float32(0.0)
            for i in range(weight_y.shape[1]):
                line = np.float32(0.0)
                for j in range(weight_x.shape[1]):
                    place = np.uintp(first + i * steps[0] + j * steps[1] + channel * steps[2])
                    line += weight_x[core, j] * np.float32(flat[place])
                total += weight_y[core, i] * line
            sums[n, channel] = total


@njit(cache=True, nogil=True)
def round_to_code(light: np.float32) -> np.float32:
    """Round one value to the grid of `model.light_code`; the same arithmetic, so recordings hold it exactly."""
    size = min(np.abs(light), np.float32(200.0))
    code = np.rint(_STEPS * (np.sqrt(size + _FOOT) - _FOOT_ROOT))
    root = np.float64(code) / np.float64(_STEPS) + np.float64(_FOOT_ROOT)
    return np.float32(np.copysign(root * root - np.float64(_FOOT), light))


@njit(cache=True, nogil=True)
def _round(light_lin: FloatArray) -> FloatArray:
    rounded = np.empty_like(light_lin)
    for core in range(light_lin.shape[0]):
        for channel in range(light_lin.shape[1]):
            rounded[core, channel] = round_to_code(light_lin[core, channel])
    return rounded

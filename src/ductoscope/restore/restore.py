"""Make pictures for eyes."""

from __future__ import annotations

import numpy as np

from ductoscope.model import BadInputError, CoreImage, FloatArray, PictureArray, Pixels, View
from ductoscope.restore.grid import GridPicture, draw_grid_rows
from ductoscope.restore.halves import do_halves
from ductoscope.restore.lean import find_lean
from ductoscope.restore.plan import Half, Plan
from ductoscope.restore.read import check_pixels, full_scale, read_listed
from ductoscope.restore.strided import flatten_in_place
from ductoscope.restore.triangular import draw_triangle_rows


def restore(pixels: Pixels, plan: Plan, out: PictureArray | None = None) -> PictureArray:
    """Turn a camera picture into a clear one: (S, S, 3) from RGB, (S, S) from mono, uint8.

    pixels: (H, W) or (H, W, 3) RGB, uint8 or uint16, as the bundle was calibrated on; any strides, read in place.
    The calibration white gives 255, light beyond is clipped, and everything outside the rim is black.
    out: written and returned when given. Two threads at most; safe to call from several threads at once.
    Raises CalibrationError when the picture does not fit the bundle, BadInputError when `out` does not fit.
    """
    memory = flatten_in_place(check_pixels(pixels, plan))
    scale = full_scale(pixels)
    picture = _claim(plan, out)
    reading, windows = plan.reading, plan.reading.windows
    light_lin = np.empty(reading.inverse_gain.shape, dtype=np.float32)

    # Each half reads the cores that it draws from, the few at the border twice (to the same values): that is
    # cheaper than waiting for each other between reading and drawing. Dead cores are drawn from nowhere.
    def read_and_draw(half: int) -> None:
        read_listed(
            memory.flat,
            memory.origin,
            memory.steps,
            windows.corner_rc,
            windows.weight_x,
            windows.weight_y,
            scale,
            reading.inverse_gain,
            reading.dark_light,
            plan.halves[half].cores,
            light_lin,
        )
        _draw_half(light_lin, plan, half, picture)

    do_halves(read_and_draw)
    return picture


def render(light_lin: FloatArray, plan: Plan, out: PictureArray | None = None) -> PictureArray:
    """Draw a core table, (N, C) linear light, as `restore` draws a camera picture."""
    wanted = plan.bundle.gain.shape
    if light_lin.shape != wanted:
        raise BadInputError(f"This bundle's core table has the shape {wanted}, this one has {light_lin.shape}.")
    table = np.ascontiguousarray(light_lin, dtype=np.float32)
    picture = _claim(plan, out)
    do_halves(lambda half: _draw_half(table, plan, half, picture))
    return picture


def restore_view(core_image: CoreImage, plan: Plan) -> View:
    """Draw a CoreImage as a View that remembers where it came from."""
    picture = render(core_image.light_lin, plan)
    lineage = ("read", plan.method, f"resize {plan.size_px}")
    return View(core_image.index, core_image.t_ns, picture, plan.seen, lineage)


def _draw_half(table: FloatArray, plan: Plan, half: int, picture: PictureArray) -> None:
    planes = picture[:, :, np.newaxis] if picture.ndim == 2 else picture
    start, stop = plan.halves[half].start, plan.halves[half].stop
    spans, drawn = plan.window.spans, plan.picture
    if isinstance(drawn, GridPicture):
        draw_grid_rows(
            table,
            drawn.index,
            drawn.weight,
            drawn.strips.order,
            drawn.strips.first,
            drawn.strips.weight,
            drawn.row_start,
            drawn.row_column,
            drawn.row_enlarged,
            drawn.first_pixel,
            drawn.taps,
            drawn.y_base,
            drawn.y_weight,
            drawn.steered,
            drawn.steered_place,
            _tell_lean(table, drawn, plan.halves[half]),
            spans,
            start,
            stop,
            planes,
        )
    else:
        draw_triangle_rows(
            table,
            drawn.corners,
            drawn.share,
            plan.halves[half].triangles,
            drawn.row_start,
            drawn.column,
            drawn.triangle,
            spans,
            start,
            stop,
            planes,
        )


def _tell_lean(table: FloatArray, drawn: GridPicture, half: Half) -> FloatArray:
    steering = drawn.steering
    if steering is None:
        return np.empty((0, 1), dtype=np.float32)
    return find_lean(table, steering.cores, steering.near, steering.ring, steering.misfit, steering.prior, half.judged)


def _claim(plan: Plan, out: PictureArray | None) -> PictureArray:
    size = plan.size_px
    wanted = (size, size, 3) if plan.bundle.channels == 3 else (size, size)
    if out is None:
        return np.empty(wanted, dtype=np.uint8)
    if out.shape != wanted or out.dtype != np.uint8 or not out.flags.c_contiguous or not out.flags.writeable:
        raise BadInputError(
            f"`out` must be a writeable, contiguous uint8 array of shape {wanted}, got {out.dtype} {out.shape}."
        )
    return out

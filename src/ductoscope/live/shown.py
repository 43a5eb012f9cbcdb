"""Shown: one picture on its way to the screens, with all that is known about it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np

from ductoscope.model import CalibrationFit, CoreImage, DoubleArray, FloatArray, Frame, PictureArray, Pixels, View
from ductoscope.restore import Plan, render


@dataclass(frozen=True, eq=False)
class Shown:
    """A picture for the screens.

    sequence: counts up by one with every picture that the room shows; a still is asked for by it.
    source_t_ns, index: those of the frame (monotonic for a live source; a file's own time for a file).
    arrived_ns: when the frame came in, by the room's clock; the age of the picture counts from here. For a live
        source this is `source_t_ns`, so that waiting in the driver counts too.
    view: the restored picture, or the raw one when it could not be restored (`view.lineage` says which).
    core_image, light_lin: what the fibre saw, and the same after denoising; None when it could not be read.
    plan: what `core_image` was read with, and a restored view was made with.
    frame: the camera picture; None when the source is a core recording.
    is_simulated: no real light was seen; must be said wherever the picture is shown.
    """

    sequence: int
    source_t_ns: int
    index: int
    arrived_ns: int
    view: View
    size_px: int
    core_image: CoreImage | None = None
    light_lin: FloatArray | None = None
    plan: Plan | None = None
    frame: Frame | None = None
    is_simulated: bool = False

    @property
    def fit(self) -> CalibrationFit | None:
        """How well the camera still sits on the calibration; None without one."""
        return None if self.core_image is None else self.core_image.fit

    @property
    def is_restored(self) -> bool:
        """Whether the view shows restored cores, not the raw camera picture."""
        return self.view.lineage[:1] != ("raw",)

    @cached_property
    def raw(self) -> View | None:
        """The camera's own picture at the view's place and size, made when first asked for; None without a camera."""
        return None if self.frame is None else draw_raw(self.frame, self.plan, self.size_px)


def draw_restored(core_image: CoreImage, light_lin: FloatArray, plan: Plan) -> View:
    """Make the View of one core image from its denoised light."""
    lineage = ("read", "denoise", plan.method, f"resize {plan.size_px}")
    return View(core_image.index, core_image.t_ns, render(light_lin, plan), plan.seen, lineage)


def draw_raw(frame: Frame, plan: Plan | None, size_px: int) -> View:
    """Cut the fibre's square out of a camera picture, unrestored; without a fitting plan, the whole picture with bars.

    Returns a View of (size_px, size_px) or (size_px, size_px, 3) uint8 with the lineage ("raw", ...).
    """
    height, width = frame.pixels.shape[:2]
    if plan is not None and plan.bundle.frame_shape == (height, width) and plan.size_px == size_px:
        pixels = _warp(_to_8_bit(frame.pixels), plan.frame_from_view, size_px)
        return View(frame.index, frame.t_ns, pixels, plan.seen, ("raw", f"resize {size_px}"))
    frame_from_view = _fit_whole_frame(height, width, size_px)
    x, y = frame_from_view @ np.stack([np.arange(size_px), np.arange(size_px), np.ones(size_px)])
    seen = ((y > -1) & (y < height))[:, np.newaxis] & ((x > -1) & (x < width))
    pixels = _warp(_to_8_bit(frame.pixels), frame_from_view, size_px)
    return View(frame.index, frame.t_ns, pixels, seen, ("raw", "whole frame", f"resize {size_px}"))


def _fit_whole_frame(height: int, width: int, size_px: int) -> DoubleArray:
    """2x3 matrix, camera xy of view xy, that shows the whole frame centred in the square."""
    scale = max(height, width) / size_px
    middle = (size_px - 1) / 2
    return np.array([[scale, 0.0, (width - 1) / 2 - scale * middle], [0.0, scale, (height - 1) / 2 - scale * middle]])


def _warp(pixels: PictureArray, frame_from_view: DoubleArray, size_px: int) -> PictureArray:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(pixels, frame_from_view, (size_px, size_px), flags=flags), dtype=np.uint8)


def _to_8_bit(pixels: Pixels) -> PictureArray:
    return np.asarray(pixels >> 8 if pixels.dtype == np.uint16 else pixels, dtype=np.uint8)

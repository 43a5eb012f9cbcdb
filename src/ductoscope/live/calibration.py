"""Calibrated: everything one bundle needs to be looked through, made once and warm before the first frame."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from ductoscope.model import Bundle, FloatArray, Frame, Pixels, SourceError
from ductoscope.restore import (
    Denoise,
    Plan,
    Watch,
    plan_restore,
    read_core_image,
    render,
    start_denoise,
    start_watch,
    step_denoise,
    step_watch,
)

_WARMING_FRAMES = 3


@dataclass(frozen=True, slots=True, eq=False)
class Calibrated:
    """A bundle's plan, and where its temporal stages begin."""

    plan: Plan
    watch: Watch
    denoise: Denoise


def prepare(bundle: Bundle, size_px: int) -> Calibrated:
    """Make the slow set-up for a bundle, and run every stage a few times so that the first live frame finds it warm."""
    plan = plan_restore(bundle, size_px)
    calibrated = Calibrated(plan, start_watch(plan), start_denoise(plan))
    watch, denoise = calibrated.watch, calibrated.denoise
    white = _draw_white(bundle)
    for index in range(_WARMING_FRAMES):
        frame = Frame(index, index, white)
        watch, fit = step_watch(watch, frame.pixels, plan)
        denoise, light_lin = step_denoise(denoise, read_core_image(frame, plan, fit))
        render(light_lin, plan)
    return calibrated


def _draw_white(bundle: Bundle) -> Pixels:
    """Draw roughly what the camera would show of a white wall; a black picture would leave stages out."""
    picture = np.zeros((*bundle.frame_shape, bundle.channels), np.float32)
    column, row = np.rint(bundle.xy_px).astype(np.intp).T
    height, width = bundle.frame_shape
    picture[row.clip(0, height - 1), column.clip(0, width - 1)] = bundle.gain
    cv2.GaussianBlur(picture, (0, 0), bundle.sigma_px, dst=picture)
    picture *= 250.0 / max(float(picture.max()), 1e-6)
    return picture.astype(np.uint8) if bundle.channels == 3 else picture[:, :, 0].astype(np.uint8)


def average_frames(frames: Iterable[Pixels]) -> Pixels:
    """Average frames of one scene into one picture with less noise, (H, W) or (H, W, 3) uint16.

    Raises SourceError when there is no frame.
    """
    total: FloatArray | None = None
    count, scale = 0, 1.0
    for pixels in frames:
        scale = 257.0 if pixels.dtype == np.uint8 else 1.0  # both full scales become 65535
        total = pixels.astype(np.float32) if total is None else total + pixels
        count += 1
    if total is None:
        raise SourceError("No calibration could be made: the source gave no picture.")
    return np.asarray(np.rint(total * np.float32(scale / count)), dtype=np.uint16)

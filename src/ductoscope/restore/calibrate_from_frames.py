"""Calibrate without a white picture: from ordinary frames of a moving scene.

When the scene moves, its detail averages out and what stays the same in every frame is the fibre. How much light
each core passes against its neighbours can then be told; slow shading and colour cannot, because nobody knows
whether they belong to the fibre or to the scene. They are left as the camera showed them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import cv2
import numpy as np
import scipy

from ductoscope.model import BoolArray, Bundle, CalibrationError, DoubleArray, FloatArray, Pixels
from ductoscope.restore.calibrate import estimate_black, judge_cores
from ductoscope.restore.dead_cores import SATURATED
from ductoscope.restore.find_cores import check_kind, find_cores
from ductoscope.restore.grade import grade
from ductoscope.restore.psf import psf_windows, read_psf

_FEW_FRAMES = 16
# Relative change of block means over time: noise alone makes a tenth of it.
_STILL = 0.02
_BLOCK_PX = 16
_NEIGHBOURHOOD = 36


def calibrate_from_frames(frames: Iterable[Pixels]) -> Bundle:
    """Calibrate a fibre bundle from frames, (H, W) or (H, W, 3), uint8 or uint16, all of one kind.

    The more the scene moves the better; some tens of frames spread over some seconds do. The grade is never
    "good", and the notes say why. Light is scaled so that the brightest the scene got is about 1, equally in all
    colours. Raises CalibrationError when there are no frames, when they differ in kind, or hold no bundle.
    """
    average = _Average()
    for pixels in frames:
        average.add(pixels)
    typical = average.picture()
    found = find_cores(typical)
    shape = (typical.shape[0], typical.shape[1])
    read = read_psf(typical, psf_windows(found.xy_px, found.sigma_px, found.pitch_px, shape))
    black = np.broadcast_to(estimate_black(typical, found.rim, found.pitch_px, read), read.shape).copy()
    seen, dead = judge_cores(typical, found, read, black)
    share = seen / np.maximum(_smooth(seen, found.xy_px, ~dead), 1e-6)
    level = max(average.brightest - float(black.mean()), float(np.median(seen)))
    gain = np.maximum(share * level, 1.0 / 1024.0).astype(np.float32)
    quality = grade(
        "frames",
        found.contrast,
        saturated=0.0,
        dead=float(dead.mean()),
        level=float(np.median(seen)),
        notes=average.notes(),
    )
    return Bundle(shape, found.xy_px, found.pitch_px, found.sigma_px, found.rim, gain, black, dead, quality)


@dataclass
class _Average:
    """Mean of frames, highlights left out, and how much they moved."""

    total: FloatArray | None = None
    counted: FloatArray | None = None
    dtype: np.dtype[np.uint8] | np.dtype[np.uint16] | None = None
    brightest: float = 0.0
    blocks: list[FloatArray] = field(default_factory=list)

    def add(self, pixels: Pixels) -> None:
        """Take one more frame in."""
        if self.total is None or self.counted is None:
            check_kind(pixels)
            self.total = np.zeros(pixels.shape, dtype=np.float32)
            self.counted = np.zeros(pixels.shape, dtype=np.float32)
            self.dtype = pixels.dtype
        if pixels.shape != self.total.shape or pixels.dtype != self.dtype:
            raise CalibrationError(
                f"Frames to calibrate from must all be of one kind: one is {pixels.shape} {pixels.dtype}, the others "
                f"{self.total.shape} {self.dtype}."
            )
        top = float(np.iinfo(pixels.dtype).max)
        is_whole = pixels < SATURATED * top
        np.add(self.total, pixels, out=self.total, where=is_whole)
        self.counted += is_whole
        self.brightest = max(self.brightest, float(np.percentile(pixels[::4, ::4], 99.0)) / top)
        size = (max(1, pixels.shape[1] // _BLOCK_PX), max(1, pixels.shape[0] // _BLOCK_PX))
        small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), dtype=np.float32)
        self.blocks.append(small.reshape(size[1], size[0], -1).mean(axis=2) + np.float32(1e-3))

    def picture(self) -> Pixels:
        """Give the mean as a picture of 16 bits; what was overexposed in every frame is white."""
        if self.total is None or self.counted is None or self.dtype is None:
            raise CalibrationError("There are no frames to calibrate from; give some seconds of moving picture.")
        top = float(np.iinfo(self.dtype).max)
        mean = np.where(self.counted > 0, self.total / np.maximum(self.counted, 1.0), top)
        return np.asarray(np.rint(mean * (65535.0 / top)), dtype=np.uint16)

    def notes(self) -> tuple[str, ...]:
        """Say what lowers the trust."""
        notes = ["Calibrated from ordinary frames, not from a white picture: shading and colour are the camera's own."]
        if len(self.blocks) < _FEW_FRAMES:
            notes.append(f"Only {len(self.blocks)} frames were seen: detail of the scene may be left in the picture.")
        elif self._change() < _STILL:
            notes.append("The scene hardly moved: its detail may be left in the picture as a faint ghost.")
        return tuple(notes)

    def _change(self) -> float:
        """Relative change over time where there is light; changes of the camera's gain do not count."""
        blocks = np.stack(self.blocks)
        blocks /= blocks.mean(axis=(1, 2), keepdims=True)
        mean = blocks.mean(axis=0)
        lit = mean > 0.5
        return float(np.median(blocks.std(axis=0)[lit] / mean[lit])) if lit.any() else 0.0


def _smooth(values: FloatArray, xy_px: DoubleArray, is_usable: BoolArray) -> FloatArray:
    """Mean of the values (N, C) of the usable cores around each core, nearer ones counting more."""
    usable = np.flatnonzero(is_usable)
    found = scipy.spatial.cKDTree(xy_px[usable]).query(xy_px, k=min(_NEIGHBOURHOOD + 1, len(usable)))
    distance, near = np.asarray(found[0]), np.asarray(found[1])
    reach = 0.5 * distance[:, -1:]
    weight = np.exp(-0.5 * (distance / reach) ** 2)
    weight /= weight.sum(axis=1, keepdims=True)
    return np.asarray(np.einsum("nk,nkc->nc", weight, values[usable][near]), dtype=np.float32)

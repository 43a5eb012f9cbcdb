"""Bundle: one calibrated fibre bundle on one camera."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from ductoscope.model.arrays import BoolArray, DoubleArray, FloatArray, freeze
from ductoscope.model.errors import BadInputError

CalibratedFrom = Literal["white", "frames"]


@dataclass(frozen=True, slots=True)
class Rim:
    """The circle that holds the fibre cores; it may lie partly outside the picture."""

    x_px: float
    y_px: float
    radius_px: float


@dataclass(frozen=True, slots=True)
class BundleQuality:
    """How far a calibration can be trusted.

    calibrated_from: "white" picture, or ordinary moving "frames" (lower quality).
    contrast: median of (core - gap) / (core + gap) in the calibration picture, 0..1; under 0.05 cores are a guess.
    saturated: share of cores whose white value touched the top of the camera's range.
    grade: "good", "fair" or "poor"; the words for people.
    notes: what lowered the grade, one plain sentence each.
    """

    calibrated_from: CalibratedFrom
    contrast: float
    saturated: float
    grade: Literal["good", "fair", "poor"]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Bundle:
    """Where every core of one fibre bundle lies on one camera, and how it passes light.

    With the camera's full scale called 1 (255 for uint8, 65535 for uint16), a core's linear light is
    `(read - dark) / gain`, where `read` is the PSF-weighted camera value at the core. The white picture
    itself therefore restores to 1.0 everywhere.

    frame_shape: (H, W) of the camera picture.
    xy_px: (N, 2) float64, core centres, x right, y down, pixel centres at whole numbers, sub-pixel.
    pitch_px: median distance between neighbouring cores.
    sigma_px: standard deviation of one core's light spot on the camera.
    rim: the circle around the cores.
    gain: (N, C) float32 > 0, white minus dark, in full scales; C is 1 (mono) or 3 (RGB).
    dark: (N, C) float32, in full scales.
    dead: (N,) bool, cores that carry no usable light (dark, or always saturated); filled from neighbours.
    id: hash of the content, so that a recording can name the bundle that made it.
    """

    frame_shape: tuple[int, int]
    xy_px: DoubleArray
    pitch_px: float
    sigma_px: float
    rim: Rim
    gain: FloatArray
    dark: FloatArray
    dead: BoolArray
    quality: BundleQuality
    id: str = field(init=False)

    def __post_init__(self) -> None:
        cores = len(self.xy_px)
        if self.xy_px.shape != (cores, 2) or self.dead.shape != (cores,):
            raise BadInputError(
                f"A bundle needs (N, 2) centres and (N,) dead flags, got {self.xy_px.shape} and {self.dead.shape}."
            )
        if self.gain.shape != self.dark.shape or self.gain.shape not in ((cores, 1), (cores, 3)):
            raise BadInputError(
                f"A bundle needs (N, 1) or (N, 3) gain and dark, got {self.gain.shape}, {self.dark.shape}."
            )
        for name in ("xy_px", "gain", "dark", "dead"):
            object.__setattr__(self, name, freeze(getattr(self, name)))
        object.__setattr__(self, "id", self._content_hash())

    @property
    def cores(self) -> int:
        """Number of cores, dead ones included."""
        return len(self.xy_px)

    @property
    def channels(self) -> int:
        """1 for mono, 3 for RGB."""
        return int(self.gain.shape[1])

    def _content_hash(self) -> str:
        digest = hashlib.sha256()
        for array, dtype in ((self.xy_px, "<f8"), (self.gain, "<f4"), (self.dark, "<f4"), (self.dead, "?")):
            digest.update(np.ascontiguousarray(array, dtype=dtype).tobytes())
        rim = self.rim
        height, width = self.frame_shape
        lengths_px = (self.pitch_px, self.sigma_px, rim.x_px, rim.y_px, rim.radius_px)
        # Plain numbers: a NumPy scalar prints differently, and the bundle read back from a file holds plain ones.
        digest.update(repr(((int(height), int(width)), *(float(length) for length in lengths_px))).encode())
        return digest.hexdigest()[:16]

"""The peer, PyFibreBundle, set up as well as its own knobs allow."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from pybundle import PyBundle

from ductoscope.model import DoubleArray, Pixels


@dataclass(frozen=True)
class PeerTriangular:
    """The peer's triangular linear interpolation, calibrated.

    frame_from_view: (2, 3) camera xy of its view xy: it chooses its own centre.
    """

    engine: PyBundle
    frame_from_view: DoubleArray

    def restore(self, pixels: Pixels) -> NDArray[np.float64]:
        """Its picture; white is 255, nothing is clipped or rounded."""
        return np.asarray(self.engine.process(pixels))


def calibrate_peer(
    white: Pixels,
    size_px: int,
    *,
    core_size_px: float,
    filter_px: float | None = None,
    dark: Pixels | None = None,
    radius_px: float | None = None,
) -> PeerTriangular:
    """Set the peer up for normalised triangular linear interpolation, compiled, each colour on its own."""
    engine = PyBundle()
    engine.set_core_method(engine.TRILIN)
    engine.set_use_numba(True)
    engine.set_core_size(core_size_px)
    engine.set_grid_size(size_px)
    engine.set_filter_size(filter_px)
    engine.set_white_balance(True)
    engine.set_calib_image(white)
    engine.set_normalise_image(white)
    if dark is not None:
        engine.set_background(dark)
    if radius_px is not None:
        engine.set_radius(radius_px)
    engine.calibrate()
    found = engine.calibration
    step = 2.0 * float(found.radius) / (size_px - 1)
    left, top = float(np.mean(found.coreX)) - float(found.radius), float(np.mean(found.coreY)) - float(found.radius)
    return PeerTriangular(engine, np.array([[step, 0.0, left], [0.0, step, top]]))


def filter_as_peer(
    pixels: Pixels,
    white: Pixels,
    dark: Pixels,
    sigma_px: float,
    frame_from_view: DoubleArray,
    size_px: int,
) -> NDArray[np.float64]:
    """The peer's Gaussian method with its white normalisation, drawn into a given view; white is 255."""
    engine = PyBundle()
    engine.set_core_method(engine.FILTER)
    engine.set_filter_size(sigma_px)
    # It subtracts in the camera's whole numbers, which wrap; as real numbers they do not.
    engine.set_normalise_image(white.astype(np.float32) - dark)
    engine.set_background(dark.astype(np.float32))
    smooth = np.nan_to_num(engine.process(pixels.astype(np.float32)), posinf=0.0, neginf=0.0)
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    return 255.0 * np.asarray(cv2.warpAffine(smooth, frame_from_view, (size_px, size_px), flags=flags))

"""Reading: where each core lies on the camera, how its light is made linear, and who stands in for a dead one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ductoscope.model import Bundle, CalibrationError, FloatArray, freeze
from ductoscope.restore.nearest import find_nearest
from ductoscope.restore.psf import PsfWindows, psf_windows

NEIGHBOURS = 6
"""A core of a hexagonal lattice has six."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Made once per bundle, used for every frame.

    windows: the camera pixels of every core.
    inverse_gain: (N, C) float32, 1 / gain; light = (read - dark) * inverse_gain, read in full scales.
    dark_light: (N, C) float32, dark / gain.
    every: (N,) all cores, 0 to N - 1.
    dead: (D,) cores that do not.
    stand_in: (D, 6) for each of them, the nearest live cores.
    near: (N, 6) the nearest live cores of every core, itself left out.
    """

    windows: PsfWindows
    inverse_gain: FloatArray
    dark_light: FloatArray
    every: NDArray[np.uint16]
    dead: NDArray[np.int32]
    stand_in: NDArray[np.int32]
    near: NDArray[np.int32]

    def __post_init__(self) -> None:
        for name in ("inverse_gain", "dark_light", "every", "dead", "stand_in", "near"):
            object.__setattr__(self, name, freeze(getattr(self, name)))


def plan_reading(bundle: Bundle) -> Reading:
    """Work out how to read a bundle's cores. Raises CalibrationError when fewer than seven of them live."""
    live = np.flatnonzero(~bundle.dead)
    if len(live) <= NEIGHBOURS:
        raise CalibrationError(f"Only {len(live)} cores of this bundle carry light; calibrate again.")
    dead = np.flatnonzero(bundle.dead)
    nearest = live[find_nearest(bundle.xy_px[live], bundle.xy_px, NEIGHBOURS + 1)[1]]
    # A live core finds itself first, a dead one does not.
    near = np.where(bundle.dead[:, np.newaxis], nearest[:, :NEIGHBOURS], nearest[:, 1:])
    inverse_gain = np.where(bundle.dead[:, np.newaxis], 0.0, 1.0 / np.maximum(bundle.gain, 1e-6)).astype(np.float32)
    return Reading(
        windows=psf_windows(bundle.xy_px, bundle.sigma_px, bundle.pitch_px, bundle.frame_shape),
        inverse_gain=inverse_gain,
        dark_light=inverse_gain * bundle.dark,
        every=np.arange(bundle.cores, dtype=np.uint16),
        dead=dead.astype(np.int32),
        stand_in=near[dead].astype(np.int32),
        near=near.astype(np.int32),
    )

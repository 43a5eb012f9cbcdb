"""Raster: a core image on a small square lattice, where neighbours are neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ductoscope.model.arrays import BoolArray, DoubleArray, FloatArray, freeze

RASTER_SIZE = 96
"""Side of the lattice: as fine as 6,000 cores are (81 across), and a power of two times three for halving."""


@dataclass(frozen=True, slots=True, eq=False)
class Raster:
    """What the fibre saw, laid on a square: the picture that motion and detection look at.

    The bundle's rim is inscribed in the square, see `place_pixels`.

    index, t_ns: those of the CoreImage.
    light_lin: (S, S, 3) float32, linear light; a mono camera's is repeated. 0 outside the rim.
    seen: (S, S) bool, inside the rim and backed by live cores.
    """

    index: int
    t_ns: int
    light_lin: FloatArray
    seen: BoolArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "light_lin", freeze(self.light_lin))
        object.__setattr__(self, "seen", freeze(self.seen))

    @property
    def size(self) -> int:
        """Pixels along one side."""
        return int(self.seen.shape[0])


def place_pixels(size: int = RASTER_SIZE) -> DoubleArray:
    """Places (S, S, 2) of a raster's pixels in the unit disc: x right, y down, the rim at radius 1."""
    steps = (np.arange(size) + 0.5) * (2.0 / size) - 1.0
    return np.stack(np.meshgrid(steps, steps), axis=-1)

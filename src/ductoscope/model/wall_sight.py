"""WallSight: which piece of which branch's wall every pixel of one picture looks at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ductoscope.model.arrays import FloatArray, freeze


@dataclass(frozen=True, slots=True, eq=False)
class WallSight:
    """One picture laid on the unrolled walls: the ground that suggestions stand on.

    The wall is the smooth tube that navigation fitted, so what stands out from it is nearer than `distance` says.
    branches: names as in Place.branch; branch: (S, S) int8 index into them, -1 where no wall of a known branch lies.
    along, angle_deg: (S, S) float32, the place on that branch's Wall: depth along the duct in `unit`, and 0 to 360.
    distance: (S, S) float32, from the tip along the pixel's ray to the smooth wall, in radii of the lumen around the
    tip. quality: (S, S) float32, 0 (no place, or too slanted or veiled to tell anything) to 1.
    along_sigma: one standard deviation of `along`, the same for all pixels, in `unit`. All are 0 where branch is -1.
    """

    index: int
    t_ns: int
    unit: Literal["mm", "radii"]
    branches: tuple[str, ...]
    branch: NDArray[np.int8]
    along: FloatArray
    angle_deg: FloatArray
    distance: FloatArray
    quality: FloatArray
    along_sigma: float

    def __post_init__(self) -> None:
        for name in ("branch", "along", "angle_deg", "distance", "quality"):
            object.__setattr__(self, name, freeze(getattr(self, name)))

"""Sight: what the fibre's cores see in one picture, and what they look at."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ductoscope.model import FloatArray, freeze


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """One picture before the fibre spoils it.

    light: (N, 3) linear light that enters each core. For each core's middle ray, what it meets first that is no
    fluid or particle: distance_mm (N,), inf for nothing; branch (N,) int16, -1 for nothing; arc_mm (N,) along it;
    angle_deg (N,) around it; lesion (N,) int16 index into the tree's lesions, -1 for wall. veil: (N,) share of the
    light that does not come from there but from fluid, particles or bubbles before it, 0..1. blur_cores (N,): diameter
    of the circle of confusion, in core pitches. particle: (N,) int8 kind of the particle in front, -1 for none.
    """

    light: FloatArray
    distance_mm: FloatArray
    branch: NDArray[np.int16]
    arc_mm: FloatArray
    angle_deg: FloatArray
    lesion: NDArray[np.int16]
    veil: FloatArray
    blur_cores: FloatArray
    particle: NDArray[np.int8]

    def __post_init__(self) -> None:
        for item in fields(self):
            object.__setattr__(self, item.name, freeze(getattr(self, item.name)))

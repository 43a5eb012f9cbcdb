"""Scope: the instrument in front of the camera."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ductoscope.model.arrays import DoubleArray


@dataclass(frozen=True, slots=True)
class Scope:
    """A ductoscope's geometry, as its maker states it.

    outer_diameter_mm: 0.35 to 1.2 in use (CLINICAL facts, equipment table).
    field_of_view_air_deg: full angle across the round picture in air.
    field_of_view_saline_deg: the same in saline; 70 degrees in air is about 51 in saline.
    focus_mm: nearest and farthest distance that is sharp.
    """

    outer_diameter_mm: float = 0.9
    field_of_view_air_deg: float = 70.0
    field_of_view_saline_deg: float = 51.0
    focus_mm: tuple[float, float] = (1.0, 10.0)

    def look_along(self, places_xy: DoubleArray, *, is_air: bool = False) -> DoubleArray:
        """Directions (..., 3), unit length, in which cores at unit-disc places (..., 2) look: x right, y down, z ahead.

        An endoscope's lens spreads its field evenly over the picture: in air the angle off the axis grows with the
        radius, to half the field at the rim. In saline the flat window refracts each ray (Snell's law); its index
        follows from the two fields that the maker states, so they never contradict each other.
        """
        radius = np.hypot(places_xy[..., 0], places_xy[..., 1])
        half_air, half_saline = (
            math.radians(field / 2.0) for field in (self.field_of_view_air_deg, self.field_of_view_saline_deg)
        )
        index = 1.0 if is_air else math.sin(half_air) / math.sin(half_saline)
        sine = np.sin(np.minimum(radius * half_air, math.pi / 2.0)) / index
        side = places_xy * (sine / np.maximum(radius, 1e-12))[..., None]
        return np.concatenate([side, np.sqrt(1.0 - sine**2)[..., None]], axis=-1)

"""Scope: the instrument in front of the camera."""

from __future__ import annotations

from dataclasses import dataclass


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

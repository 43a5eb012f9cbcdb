"""How large things are: in millimetres at a stated distance, and on the monitor.

A scope's picture has no scale of its own, because its field widens with distance: "60x" is true at one distance
only. Everything here is therefore a pure function of a distance that somebody states, and answers None when
nobody can. The scope is taken as a pinhole, so a field is `2 d tan(fov / 2)`, flat and facing the tip.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from ductoscope.model import BadInputError, Scope

Medium = Literal["air", "saline"]

PACKING = 0.907
"""Share of a circle that the unit cells' inscribed circles fill on a hexagonal lattice: pi / (2 sqrt(3))."""

BAR_MM = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
"""Lengths that a scale bar may have: round numbers only."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number that rests on a stated distance.

    value: in the unit of the function that gave it.
    sigma: one standard deviation in the same unit, or None when the distance came without one.
    """

    value: float
    sigma: float | None


@dataclass(frozen=True, slots=True)
class ScaleBar:
    """A bar to draw over the picture.

    length_mm: what the bar stands for, a round number.
    length_px: how long to draw it, in monitor pixels.
    sigma_px: one standard deviation of that length, or None when the distance came without one.
    """

    length_mm: float
    length_px: float
    sigma_px: float | None


def field_mm(scope: Scope, distance_mm: float, medium: Medium = "saline") -> float:
    """Diameter, in mm, of what the round picture shows of a flat wall `distance_mm` in front of the tip."""
    if medium not in ("air", "saline"):
        raise BadInputError(f'The scope is used in "air" or "saline", not in {medium!r}.')
    angle_deg = scope.field_of_view_air_deg if medium == "air" else scope.field_of_view_saline_deg
    if not 0.0 < angle_deg < 180.0:
        raise BadInputError(f"A field of view lies between 0 and 180 degrees, got {angle_deg}; correct the scope.")
    _require_positive("The distance to the wall", distance_mm, "mm")
    return 2.0 * distance_mm * math.tan(math.radians(angle_deg) / 2.0)


def cores_across(cores: int) -> float:
    """How many cores lie on a diameter of a round bundle of `cores`."""
    _require_positive("The number of cores", cores, "cores")
    return math.sqrt(cores / PACKING)


def core_size_mm(scope: Scope, distance_mm: float, cores: int, medium: Medium = "saline") -> float:
    """Width, in mm on the wall, of what one core sees: nothing finer can be told from one frame."""
    return field_mm(scope, distance_mm, medium) / cores_across(cores)


def screen_magnification(
    scope: Scope,
    distance_mm: float | None,
    *,
    picture_diameter_px: float,
    monitor_mm_per_px: float | None,
    medium: Medium = "saline",
    distance_sigma_mm: float | None = None,
) -> Estimate | None:
    """How many times larger than life the picture stands on this monitor, for a wall at the stated distance.

    picture_diameter_px: diameter of the whole round picture in monitor pixels, as zoomed now (also when only a
    part of it is on the screen). None when the distance or the monitor's pixel size is not known.
    """
    if distance_mm is None or monitor_mm_per_px is None:
        return None
    _require_positive("The picture's diameter", picture_diameter_px, "px")
    _require_positive("The monitor's pixel size", monitor_mm_per_px, "mm")
    value = picture_diameter_px * monitor_mm_per_px / field_mm(scope, distance_mm, medium)
    return Estimate(value, _sigma_of_inverse(value, distance_mm, distance_sigma_mm))


def zoom_for_magnification(
    scope: Scope,
    distance_mm: float | None,
    magnification: float = 60.0,
    *,
    picture_diameter_px: float,
    monitor_mm_per_px: float | None,
    medium: Medium = "saline",
) -> float | None:
    """The zoom at which a wall at the stated distance stands `magnification` times larger than life.

    picture_diameter_px: diameter of the round picture on the monitor at zoom 1. The answer may be below 1, when
    the whole picture is larger than that already. None when the distance or the monitor's pixel size is not known.
    """
    _require_positive("The magnification", magnification, "times")
    whole = screen_magnification(
        scope,
        distance_mm,
        picture_diameter_px=picture_diameter_px,
        monitor_mm_per_px=monitor_mm_per_px,
        medium=medium,
    )
    return None if whole is None else magnification / whole.value


def scale_bar(
    scope: Scope,
    distance_mm: float | None,
    *,
    picture_diameter_px: float,
    longest_px: float,
    medium: Medium = "saline",
    distance_sigma_mm: float | None = None,
) -> ScaleBar | None:
    """The longest round-numbered bar that fits into `longest_px`, or None.

    None when the distance is not known: a bar without a distance would be a guess. None also when even the
    shortest bar (0.1 mm) does not fit. picture_diameter_px: as for `screen_magnification`.
    """
    if distance_mm is None:
        return None
    _require_positive("The picture's diameter", picture_diameter_px, "px")
    px_per_mm = picture_diameter_px / field_mm(scope, distance_mm, medium)
    fitting = [length for length in BAR_MM if length * px_per_mm <= longest_px]
    if not fitting:
        return None
    length_px = fitting[-1] * px_per_mm
    return ScaleBar(fitting[-1], length_px, _sigma_of_inverse(length_px, distance_mm, distance_sigma_mm))


def _sigma_of_inverse(value: float, distance_mm: float, distance_sigma_mm: float | None) -> float | None:
    """Spread of a value that falls as 1 / distance, to first order: the same relative spread as the distance."""
    if distance_sigma_mm is None:
        return None
    if not distance_sigma_mm >= 0.0:
        raise BadInputError(f"A distance's uncertainty cannot be below 0 mm, got {distance_sigma_mm}.")
    return value * distance_sigma_mm / distance_mm


def _require_positive(name: str, value: float, unit: str) -> None:
    if not (value > 0.0 and math.isfinite(value)):
        raise BadInputError(f"{name} must be above 0 {unit}, got {value}.")

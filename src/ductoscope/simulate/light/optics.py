"""The scope's optics: where cores look in air and in saline, how blurred they see, what a wet wall mirrors."""

from __future__ import annotations

import math

import numpy as np

from ductoscope.model import DoubleArray, FloatArray
from ductoscope.simulate.settings import WorldSettings

AIR = 1.0
SALINE = 1.333
"""Refractive index of water and saline in visible light (Hale and Querry, Applied Optics 12:555, 1973)."""
TISSUE = 1.38
"""Refractive index of soft tissue (Tuchin, Tissue Optics, 3rd ed., 2015: 1.37 to 1.40)."""

_CORES_IN_A_DISC = 0.907
"""Share of a disc that a hexagonal lattice of touching circles covers: cores across = sqrt(N / 0.907)."""


def core_rays(xy: DoubleArray, settings: WorldSettings, is_air: bool) -> DoubleArray:
    """Directions (N, 3), unit length, in which cores at unit-disc places `xy` (N, 2) look: x right, y down, z ahead.

    In air the angle off the axis grows evenly with the radius, to half the field of view at the rim. In saline the
    flat window refracts every one of them towards the axis (Snell's law), so 70 degrees become 51.
    """
    radius = np.hypot(xy[:, 0], xy[:, 1])
    # A few places lie beyond the rim (the ideal view's corners); nothing looks backwards.
    angle_air = np.minimum(radius * np.deg2rad(settings.field_of_view_air_deg / 2.0), math.pi / 2.0)
    sine = np.sin(angle_air) / (AIR if is_air else SALINE)
    side = xy * (sine / np.maximum(radius, 1e-12))[:, None]
    return np.column_stack([side, np.sqrt(1.0 - sine**2)])


def field_of_view_rad(settings: WorldSettings, is_air: bool) -> float:
    """Full angle that the bundle sees in the medium before it."""
    sine = math.sin(math.radians(settings.field_of_view_air_deg) / 2.0)
    return 2.0 * math.asin(sine / (AIR if is_air else SALINE))


def core_spacing_rad(settings: WorldSettings, is_air: bool) -> float:
    """Angle between the directions of neighbouring cores, on average over the picture."""
    return field_of_view_rad(settings, is_air) / math.sqrt(settings.cores / _CORES_IN_A_DISC)


def defocus_per_mm(settings: WorldSettings) -> float:
    """Circle of confusion in core spacings for each 1/mm of |1 / distance - 1 / focus|.

    One lens with one aperture: over the range from `near_mm` to `far_mm` that is called sharp, the circle stays
    within one core, and reaches it at the worse end.
    """
    near = abs(1.0 / settings.near_mm - 1.0 / settings.focus_mm)
    far = abs(1.0 / settings.focus_mm - 1.0 / settings.far_mm)
    return 1.0 / max(near, far, 1e-6)


def blur_cores(distance_mm: FloatArray, settings: WorldSettings) -> FloatArray:
    """Diameter of the circle of confusion, in core spacings, at these distances (inf allowed)."""
    with np.errstate(divide="ignore"):
        vergence = 1.0 / np.maximum(distance_mm, 0.01)
    blur = defocus_per_mm(settings) * np.abs(vergence - 1.0 / settings.focus_mm)
    return np.asarray(blur, dtype=np.float32)


def pupil_radius_mm(settings: WorldSettings, is_air: bool) -> float:
    """Radius of the lens's opening that makes this defocus.

    A point at distance d seen from a place u beside the axis, while the lens keeps the focus f still, moves by the
    angle u |1/d - 1/f|; the circle's diameter is that of both rims.
    """
    return 0.5 * defocus_per_mm(settings) * core_spacing_rad(settings, is_air)


def mirrored_share(is_air: bool) -> float:
    """Share of light that a wet wall mirrors straight back (Fresnel, normal incidence): 0.0003 or 0.025."""
    outside = AIR if is_air else SALINE
    return ((TISSUE - outside) / (TISSUE + outside)) ** 2

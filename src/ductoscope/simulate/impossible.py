"""Worlds that cannot be: values that are fine one by one but contradict one another.

Each check raises BadInputError with one sentence: what cannot be, the values, and the way out.
"""

from __future__ import annotations

import math

from ductoscope.model import BadInputError

PASSES_AT = 1.05
"""A scope passes where the distended lumen is this many times as wide as the scope (assumed)."""
DILATED_TO_MM = 1.2
"""The widest that an orifice and its neck can be dilated to; dilators end at 1.2 mm (assumed)."""
GROWTH_DIAMETERS = 2.0
"""A polyp grows along its duct to at most this many diameters of the distended lumen (assumed)."""
_BUNDLE_FILL = 0.907
"""Share of a bundle's face that hexagonally packed cores cover, pi / (2 sqrt(3))."""


def refuse_wide_shaft(outer_diameter_mm: float) -> None:
    """Raise BadInputError for a scope that no orifice can take."""
    if outer_diameter_mm > DILATED_TO_MM:
        raise BadInputError(
            f"A scope of {outer_diameter_mm:g} mm is wider than every orifice: they can be dilated to "
            f"{DILATED_TO_MM:g} mm at most; take a thinner outer_diameter_mm."
        )


def refuse_narrow_ducts(outer_diameter_mm: float, resting_mm: float, stretch: float, pressure_mmhg: float) -> None:
    """Raise BadInputError when even the wider main ducts (of diameter `resting_mm`) do not let the scope pass.

    stretch: diameter by resting diameter at `pressure_mmhg`.
    """
    needed, opened = PASSES_AT * outer_diameter_mm, resting_mm * stretch
    if opened < needed:
        raise BadInputError(
            f"A scope of {outer_diameter_mm:g} mm is wider than every duct: the wider main ducts open to {opened:.2f} "
            f"mm at {pressure_mmhg:g} mmHg, and {needed:.2f} mm are needed; take a thinner outer_diameter_mm or a "
            "wider main_mm."
        )


def refuse_thick_bundle(cores: int, pitch_um: float, outer_diameter_mm: float) -> None:
    """Raise BadInputError for more cores than a shaft can hold."""
    bundle = pitch_um * 1e-3 * math.sqrt(cores / _BUNDLE_FILL)
    if bundle > outer_diameter_mm:
        raise BadInputError(
            f"{cores} cores {pitch_um:g} µm apart make a bundle of {bundle:.2f} mm, too thick for a scope of "
            f"{outer_diameter_mm:g} mm; take fewer cores or a wider outer_diameter_mm."
        )


def refuse_large_lesion(lesion_mm: float, resting_mm: float, stretch: float) -> None:
    """Raise BadInputError for a growth larger than a main duct of diameter `resting_mm` can hold when stretched."""
    opened = resting_mm * stretch
    if lesion_mm > GROWTH_DIAMETERS * opened:
        raise BadInputError(
            f"A lesion of {lesion_mm:g} mm is larger than its duct can hold: a main duct of {resting_mm:g} mm opens to "
            f"{opened:.1f} mm, room for {GROWTH_DIAMETERS * opened:.1f} mm; take a smaller lesion_mm, a wider main_mm, "
            "or lesion_type=superficial."
        )


def refuse_blurred_scope(near_mm: float, focus_mm: float, far_mm: float) -> None:
    """Raise BadInputError for distances of sharpness out of order."""
    if not near_mm < focus_mm < far_mm:
        raise BadInputError(
            f"A scope is sharp from near_mm over focus_mm to far_mm, so they must grow in this order, got {near_mm:g}, "
            f"{focus_mm:g} and {far_mm:g} mm."
        )


def refuse_tearing(working_mmhg: float, burst_mmhg: float) -> None:
    """Raise BadInputError for irrigation that tears every duct."""
    if working_mmhg >= burst_mmhg:
        raise BadInputError(
            f"Irrigating at {working_mmhg:g} mmHg would tear every duct, because they burst at {burst_mmhg:g} mmHg; "
            "lower working_mmhg or raise burst_mmhg."
        )

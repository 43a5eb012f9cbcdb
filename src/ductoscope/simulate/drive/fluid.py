"""What clouds the view: milky fluid and blood near the tip, washed away by flushing and slowly coming back.

Washing goes at flow by volume (CLINICAL.md section 9); the other rates are assumed.
"""

from __future__ import annotations

import math

from ductoscope.model import DoubleArray
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.lumen import Lumen, round_radius_mm
from ductoscope.simulate.drive.state import Contact, ExamState, FluidState, TipState
from ductoscope.simulate.settings import WorldSettings

MOST_TURBID_PER_MM, MOST_BLOOD_PER_MM = 0.8, 5.0

_WASHED_MM = 40.0
"""Length of the lumen that one flush renews; its volume is kept to 0.1 to 0.8 ml."""
_LEAST_ML, _MOST_ML = 0.1, 0.8
_REFILLS_S = 60.0
_FRESH_MM = 15.0
"""So far ahead of the scope's way the fluid is what it was before anybody flushed."""
_DISCHARGES_MM = 10.0
_BLEEDS_PER_MM_S = 0.25
"""A lesion that bleeds with strength 1 close by."""
_SCRAPES_PER_MM_S = 0.1
_FEATHERY_S = 2.0
_FILLED_MMHG = 10.0
_DRAWN_IN_MMHG = -20.0
"""Suction below this draws air in past the shaft."""


def find_volume_ml(lumen: Lumen, tip: TipState) -> float:
    """Volume of fluid before the tip that a flush renews, 0.1 to 0.8 ml."""
    radius_mm = round_radius_mm(lumen, lumen.tree.branches[tip.branch], tip.arc_mm)
    return min(max(math.pi * radius_mm * radius_mm * _WASHED_MM / 1000.0, _LEAST_ML), _MOST_ML)


def step_fluid(
    lumen: Lumen,
    settings: WorldSettings,
    state: ExamState,
    tip: TipState,
    *,
    pressure_mmhg: float,
    flow_ml_min: float,
    bleeding: tuple[tuple[str, float], ...],
    contact: Contact | None,
    is_torn: bool,
    particles: DoubleArray,
    dt_s: float,
) -> FluidState:
    """The fluid a step later."""
    before = state.fluid
    flow_ml_s = flow_ml_min / 60.0
    # What is flushed into a torn duct leaves through the tear and washes nothing.
    renewed = 0.0 if is_torn else max(flow_ml_s, 0.0) * dt_s / find_volume_ml(lumen, tip)
    washed = math.exp(-renewed)
    ahead_mm = max(_find_depth(lumen.tree, tip) - _find_depth(lumen.tree, state.tip), 0.0)
    fresh = 1.0 - math.exp(-ahead_mm / _FRESH_MM - dt_s / _REFILLS_S)
    turbid = before.turbid_per_mm * washed
    turbid += fresh * max(_find_discharge(lumen.tree, settings, tip) - turbid, 0.0)
    if is_torn:
        turbid += (1.0 - math.exp(-dt_s / _FEATHERY_S)) * (MOST_TURBID_PER_MM - turbid)
    blood = before.blood_per_mm * washed + fresh * max(settings.blood_per_mm - before.blood_per_mm * washed, 0.0)
    blood += dt_s * (_BLEEDS_PER_MM_S * _bleeds_near(lumen.tree, bleeding, tip) + _SCRAPES_PER_MM_S * _scraped(contact))
    return FluidState(
        is_air=_stays_air(before, pressure_mmhg, flow_ml_min),
        pressure_mmhg=pressure_mmhg,
        flow_ml_min=flow_ml_min,
        turbid_per_mm=min(turbid, MOST_TURBID_PER_MM),
        blood_per_mm=min(blood, MOST_BLOOD_PER_MM),
        flushed_ml=before.flushed_ml + max(flow_ml_s, 0.0) * dt_s,
        suctioned_ml=before.suctioned_ml + max(-flow_ml_s, 0.0) * dt_s,
        particles=particles,
    )


def _stays_air(before: FluidState, pressure_mmhg: float, flow_ml_min: float) -> bool:
    """Air gives way once a flush has filled the duct, and comes back when suction draws it in."""
    if flow_ml_min > 0.0 and pressure_mmhg > _FILLED_MMHG:
        return False
    return before.is_air or pressure_mmhg < _DRAWN_IN_MMHG


def _find_discharge(tree: DuctTree, settings: WorldSettings, tip: TipState) -> float:
    """Extinction of the fluid that comes back at the tip's place: twice the usual beside a lesion, which secretes."""
    near = max(
        (_closeness(tree, lesion.branch, lesion.arc_mm, tip) for lesion in tree.lesions if lesion.is_lesion),
        default=0.0,
    )
    return min(settings.turbidity_per_mm * (1.0 + near), MOST_TURBID_PER_MM)


def _bleeds_near(tree: DuctTree, bleeding: tuple[tuple[str, float], ...], tip: TipState) -> float:
    if not bleeding:
        return 0.0
    strengths = dict(bleeding)
    return sum(
        strengths.get(lesion.id, 0.0) * _closeness(tree, lesion.branch, lesion.arc_mm, tip) for lesion in tree.lesions
    )


def _closeness(tree: DuctTree, branch: int, arc_mm: float, tip: TipState) -> float:
    """1 at the tip's place, falling with the way along the duct; 0 in branches that fluid reaches only round a fork."""
    if (
        branch != tip.branch
        and branch != tree.branches[tip.branch].parent
        and tip.branch != tree.branches[branch].parent
    ):
        return 0.0
    away_mm = abs(tree.branches[branch].start_mm + arc_mm - _find_depth(tree, tip))
    return math.exp(-away_mm / _DISCHARGES_MM)


def _scraped(contact: Contact | None) -> float:
    """0 while the wall bears the tip, 1 when it is pressed as hard as it gets."""
    return max(contact.force - 0.6, 0.0) / 0.4 if contact else 0.0


def _find_depth(tree: DuctTree, tip: TipState) -> float:
    return tree.branches[tip.branch].start_mm + tip.arc_mm

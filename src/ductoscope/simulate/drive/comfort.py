"""How much it hurts, 0 to 10: a first-order model of what an awake patient under local anaesthesia reports.

Its level is fitted to one series (PubMed 24732645): 3.74 on average, worst 6.40, and 0.96 more beyond 12 minutes. How
the sources share it is assumed.
"""

from __future__ import annotations

import math

from ductoscope.simulate.drive.lumen import Lumen, round_radius_mm
from ductoscope.simulate.drive.state import Contact, ExamState, TipState

LONG_S = 12.0 * 60.0
_LONG_ADDS, _LONG_RAMP_S = 0.96, 60.0
_PRESENT = 2.6
"""A scope in the duct, nothing else."""
_CONTACT = 4.0
_PRESSURE_PER_MMHG, _COMFORTABLE_MMHG = 0.03, 30.0
_TIGHT = 1.5
_TIGHT_FROM = 1.5
"""Ducts narrower than this many shafts are dilated by it."""
_TORN = 4.0
_RISES_S, _EASES_S = 2.0, 12.0
START_PAIN = 4.0
"""Just after the orifice was dilated."""
MOST_PAIN = 10.0


def step_pain(
    lumen: Lumen,
    state: ExamState,
    tip: TipState,
    contact: Contact | None,
    pressure_mmhg: float,
    *,
    is_torn_now: bool,
    t_s: float,
    dt_s: float,
) -> float:
    """The pain a step later: it follows contact, pressure, a tight duct, tearing and long examinations."""
    radius_mm = round_radius_mm(lumen, lumen.tree.branches[tip.branch], tip.arc_mm)
    tight = (_TIGHT_FROM - radius_mm / lumen.scope_radius_mm) / (_TIGHT_FROM - 1.0)
    source = (
        _PRESENT
        + _CONTACT * (contact.force if contact else 0.0)
        + _PRESSURE_PER_MMHG * max(pressure_mmhg - _COMFORTABLE_MMHG, 0.0)
        + _TIGHT * min(max(tight, 0.0), 1.0)
        + _LONG_ADDS * min(max((t_s - LONG_S) / _LONG_RAMP_S, 0.0), 1.0)
    )
    pain = state.pain + (_TORN if is_torn_now else 0.0)
    lag_s = _RISES_S if source > pain else _EASES_S
    return min(max(pain + (1.0 - math.exp(-dt_s / lag_s)) * (source - pain), 0.0), MOST_PAIN)

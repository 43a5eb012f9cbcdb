"""Pressure in the duct: what the syringe pushes in, what leaks past the shaft, and how the walls follow.

No intraductal pressure has been published (CLINICAL.md section 1.3); every constant here is assumed.
"""

from __future__ import annotations

import math

from ductoscope.model import Controls
from ductoscope.simulate.breast.distension import Distension
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.settings import WorldSettings

FULL_FLUSH_ML_MIN = 15.0
FULL_SUCTION_ML_MIN = 10.0

_FULL_FLUSH_MMHG = 165.0
_FULL_SUCTION_MMHG = -30.0
_LEAK_POWER = 1.5
"""Between a narrow gap's leak (pressure by flow, 1) and a hole's (by its square, 2)."""
_TORN_KEEPS = 0.08
"""Share of its pressure that a torn duct can hold: the rest goes into the tissue."""
_WALL_LAG_S = 0.4


def find_flow_ml_min(controls: Controls) -> float:
    """What goes into the duct through the scope: the syringe less the suction."""
    return FULL_FLUSH_ML_MIN * controls.flush - FULL_SUCTION_ML_MIN * controls.suction


def find_steady_mmhg(flow_ml_min: float) -> float:
    """The pressure at which as much leaks out past the shaft as flows in: 58 mmHg at half a syringe, 165 at all."""
    if flow_ml_min < 0.0:
        return _FULL_SUCTION_MMHG * -flow_ml_min / FULL_SUCTION_ML_MIN
    return float(_FULL_FLUSH_MMHG * (flow_ml_min / FULL_FLUSH_ML_MIN) ** _LEAK_POWER)


def find_flush(pressure_mmhg: float) -> float:
    """How hard to flush (0..1) for a steady pressure; the other way round from `find_steady_mmhg`."""
    return float(min(max(pressure_mmhg, 0.0) / _FULL_FLUSH_MMHG, 1.0) ** (1.0 / _LEAK_POWER))


def step_pressure(tree: DuctTree, settings: WorldSettings, state: ExamState, flow_ml_min: float, dt_s: float) -> float:
    """The pressure a step later: it nears the steady one within `settings.leak_s`, little of it in a torn duct."""
    steady_mmhg = find_steady_mmhg(flow_ml_min)
    if steady_mmhg > 0.0 and is_torn(tree, state.burst, state.tip.branch):
        steady_mmhg *= _TORN_KEEPS
    now_mmhg = state.fluid.pressure_mmhg
    return now_mmhg + (1.0 - math.exp(-dt_s / settings.leak_s)) * (steady_mmhg - now_mmhg)


def tear(settings: WorldSettings, state: ExamState, pressure_mmhg: float) -> frozenset[int]:
    """The branches that have extravasated: too much pressure tears the one that the tip is in."""
    return state.burst | {state.tip.branch} if pressure_mmhg > settings.burst_mmhg else state.burst


def is_torn(tree: DuctTree, burst: frozenset[int], branch: int) -> bool:
    """Whether this branch, or one on the way to it, has burst."""
    at: int | None = branch
    while at is not None and burst:
        if at in burst:
            return True
        at = tree.branches[at].parent
    return False


def follow_pressure(
    distension: Distension, state: ExamState, pressure_mmhg: float, dt_s: float
) -> tuple[float, float, float]:
    """Roundness, share of the folds, and the pressure that the walls show by their stretch: all with a lag."""
    share = 1.0 - math.exp(-dt_s / _WALL_LAG_S)
    shown_mmhg = state.stretch_pressure_mmhg
    shown_mmhg += share * (max(pressure_mmhg, 0.0) - shown_mmhg)
    return distension.roundness(shown_mmhg), distension.fold_share(shown_mmhg), shown_mmhg

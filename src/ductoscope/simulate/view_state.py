"""View state: what hides the wall in one picture, as one word."""

from __future__ import annotations

from typing import Literal

import numpy as np

from ductoscope.model import BoolArray
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.light.sight import Sight
from ductoscope.simulate.settings import WorldSettings

ViewState = Literal["clear", "turbid", "blood", "red-out", "white-out", "bubble", "collapsed", "defocused"]

VEILED = 0.5
"""A core sees clearly when less than this share of its light comes from what lies before the wall (assumed)."""
BLURRED_CORES = 2.0
"""A core sees sharply while its circle of confusion is narrower than this, in core spacings (assumed)."""

_BUBBLE = 2
_BUBBLE_SHARE = 0.3
_WHITE_SHARE = 0.4
_TOUCHING_MM = 0.4
_TOUCHING_SHARE = 0.6
_SHUT = 0.5
_SHUT_WITHIN_MM = 1.5
_HALF = 0.5
_DEEP = 0.15
"""Share of the light, there and back, that must come through the fluid for the wall to count as seen (assumed)."""


def judge_view(sight: Sight, state: ExamState, settings: WorldSettings, gain: float) -> ViewState:
    """Say in one word what a picture is like; the first rule that holds gives it.

    1. "bubble": air bubbles before at least 30 % of the cores.
    2. "white-out": at least 40 % of the cores saturate (light times gain of 1 or more in every colour).
    3. "collapsed": the lumen's short axis is under half of its long one, and half of the cores meet wall within 1.5 mm
       that neither shaft nor dilator holds open.
    4. "red-out": 60 % of the cores meet wall within 0.4 mm: the tip lies on it.
    5. "blood", "turbid": half of the cores that face wall no farther than `far_mm` see it through too much fluid or
       too many flakes (veil 0.5 or more, or less than 15 % of the light comes through); whichever weakens more.
    6. "defocused": half of those cores have a circle of confusion of 2 core spacings or more.
    7. "clear".

    gain: of the camera in this picture. The shares are assumed.
    """
    if np.mean(sight.particle == _BUBBLE) >= _BUBBLE_SHARE:
        return "bubble"
    if np.mean(sight.light.min(axis=1) * gain >= 1.0) >= _WHITE_SHARE:
        return "white-out"
    if state.roundness < _SHUT and np.mean(_is_shut(sight, state)) >= _HALF:
        return "collapsed"
    if np.mean(sight.distance_mm < _TOUCHING_MM) >= _TOUCHING_SHARE:
        return "red-out"
    near = sight.distance_mm <= settings.far_mm
    if not near.any():
        return "clear"
    if np.mean(is_hidden(sight, state)[near]) >= _HALF:
        return "blood" if state.fluid.blood_per_mm > state.fluid.turbid_per_mm else "turbid"
    if np.mean(sight.blur_cores[near] >= BLURRED_CORES) >= _HALF:
        return "defocused"
    return "clear"


def _is_shut(sight: Sight, state: ExamState) -> BoolArray:
    """Which cores (N,) meet wall near the tip that lies in on itself."""
    held_mm = np.where(sight.branch >= 0, state.opened_mm[sight.branch], np.inf)
    return np.asarray((sight.distance_mm < _SHUT_WITHIN_MM) & (sight.arc_mm > held_mm), dtype=np.bool_)


def is_hidden(sight: Sight, state: ExamState) -> BoolArray:
    """Which cores (N,) see too little of the wall for the fluid, the particles or the bubbles before it."""
    extinction = 0.0 if state.fluid.is_air else state.fluid.turbid_per_mm + state.fluid.blood_per_mm
    comes_through = np.exp(-2.0 * extinction * np.minimum(sight.distance_mm, 1e3))
    return np.asarray((sight.veil >= VEILED) | (comes_through < _DEEP), dtype=np.bool_)


def is_seen_well(sight: Sight, state: ExamState) -> BoolArray:
    """Which cores (N,) look at wall or a lesion through clear fluid, past every particle, and in focus."""
    return (
        (sight.branch >= 0)
        & (sight.particle < 0)
        & ~is_hidden(sight, state)
        & (sight.blur_cores < np.float32(BLURRED_CORES))
    )

"""The main duct: from the orifice through the neck to the first fork."""

from __future__ import annotations

import numpy as np

from ductoscope.simulate.breast.branch_shape import LINE_MM, BranchShape
from ductoscope.simulate.breast.calibre import LEAST_TAPER, MOST_UNEVEN, add_neck, draw_calibre
from ductoscope.simulate.breast.fork import LEAST_RATIO, draw_within
from ductoscope.simulate.breast.line import NIPPLE_ROW, draw_wander, ease, grow_line
from ductoscope.simulate.impossible import PASSES_AT
from ductoscope.simulate.settings import WorldSettings

_LEAST_FORK_MM, _MOST_FORK_MM = 2.0, 25.0
_NARROWEST, _WIDEST = 0.45, 1.8
"""Main ducts lie between these shares of the mean (assumed): 0.8 to 3.2 mm of 1.8 mm."""
_DILATED = 1.2
"""A duct with discharge is wider than others by this factor (Peters et al.: 2.3 mm where there are complaints)."""
_NECK_STIFFNESS = 3.0
"""The nipple's muscle holds the neck (assumed)."""


def draw_main_duct(
    rng: np.random.Generator, settings: WorldSettings, orifice_mm: float, has_discharge: bool
) -> BranchShape:
    """Draw the main duct, neck included. orifice_mm: diameter of its orifice."""
    rows = round(_draw_first_fork_mm(rng, settings) / LINE_MM) + 1
    neck_length_mm = draw_within(rng, settings.neck_length_mm, 0.25, 2.0, 3.0)
    neck_mm = draw_within(rng, settings.neck_mm, 0.12, 0.1, 0.7)
    radius = draw_calibre(rng, rows, _draw_main_mm(rng, settings, has_discharge) / 2.0)
    arc = np.arange(rows) * LINE_MM
    return BranchShape(
        id=0,
        parent=None,
        order=0,
        children=(),
        start_mm=0.0,
        line=grow_line(NIPPLE_ROW, draw_wander(rng, rows, settings.bend_radius_mm, 0.0)),
        radius_mm=add_neck(radius, orifice_mm, neck_mm, neck_length_mm),
        stiffness=1.0 + (_NECK_STIFFNESS - 1.0) * ease(neck_length_mm + 0.5 - arc),
        slit_deg=float(rng.uniform(0.0, 180.0)),
    )


def _draw_first_fork_mm(rng: np.random.Generator, settings: WorldSettings) -> float:
    """A gamma-distributed depth beyond the shallowest: few forks are deep; mean and spread near the measured ones."""
    mean, sd = settings.first_fork_mm - _LEAST_FORK_MM, settings.first_fork_sd_mm
    if mean <= 0.0 or sd <= 0.0:
        return settings.first_fork_mm
    while (depth := _LEAST_FORK_MM + float(rng.gamma((mean / sd) ** 2, sd**2 / mean))) > _MOST_FORK_MM:
        pass
    return depth


def _draw_main_mm(rng: np.random.Generator, settings: WorldSettings, has_discharge: bool) -> float:
    """The main duct's diameter; with discharge it is dilated, and lets the scope pass into the second order."""
    mean = settings.main_mm
    drawn = draw_within(rng, mean, settings.main_sd_mm, _NARROWEST * mean, _WIDEST * mean)
    if not has_discharge:
        return drawn
    stretch = float(settings.distension.stretch(settings.working_mmhg, np.ones(1))[0])
    tightest = (1.0 - MOST_UNEVEN) * LEAST_TAPER
    least_ratio = max(settings.child_ratio, LEAST_RATIO)
    needed = PASSES_AT * settings.outer_diameter_mm / stretch
    return max(_DILATED * drawn, needed / (tightest * (LEAST_TAPER * least_ratio) ** 2))

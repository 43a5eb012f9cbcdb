"""Swelling: where a duct is wider than its calibre: an ampulla below the nipple, or an ectatic stretch."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ductoscope.simulate.breast.branch_shape import LINE_MM, BranchShape
from ductoscope.simulate.breast.calibre import widen
from ductoscope.simulate.breast.fork import draw_within
from ductoscope.simulate.breast.line import ease
from ductoscope.simulate.settings import WorldSettings

_CLEAR_OF_FORK_MM = 2.0
_CLEAR_OF_NECK_MM = 4.0
_LEAST_BY_GAIN = 5.0
"""A swelling is at least so many times as long as its radius grows, or its shoulders would be shelves (assumed)."""


@dataclass(frozen=True, slots=True)
class Swelling:
    """A widening to `width_mm`, `length_mm` long, that lies from depth `from_mm` to `to_mm` along the duct.

    stiffness: of its wall; an ectatic duct's is fibrous.
    """

    width_mm: float
    length_mm: float
    from_mm: float
    to_mm: float
    stiffness: float


def draw_swellings(rng: np.random.Generator, settings: WorldSettings) -> tuple[Swelling, ...]:
    """What swells in one tree: rarely an ectatic stretch, sometimes an ampulla (2 to 4 mm wide at 5 to 20 mm)."""
    swellings = []
    if rng.uniform() < settings.ectasia_share:
        width = draw_within(rng, settings.ectatic_mm, 0.6, 3.0, 6.0)
        swellings.append(Swelling(width, rng.uniform(10.0, 20.0), _CLEAR_OF_NECK_MM, 45.0, 2.0))
    if rng.uniform() < settings.ampulla_share:
        swellings.append(Swelling(rng.uniform(2.0, 4.0), rng.uniform(5.0, 9.0), 5.0, 20.0, 1.0))
    return tuple(swellings)


def place_swelling(rng: np.random.Generator, branch: BranchShape, swelling: Swelling) -> BranchShape | None:
    """The branch with the swelling on it, clear of its ends; None where it does not fit."""
    low = max(branch.start_mm + _CLEAR_OF_FORK_MM, swelling.from_mm)
    high = min(branch.end_mm - _CLEAR_OF_FORK_MM, swelling.to_mm)
    length = min(swelling.length_mm, high - low)
    gain = swelling.width_mm / 2.0 - float(branch.radius_mm[-1])
    if length < max(_LEAST_BY_GAIN * gain, 3.0):
        return None
    start = rng.uniform(low, high - length) - branch.start_mm
    arc = np.arange(len(branch.line)) * LINE_MM
    inside = ease((arc - start) / 2.0) * ease((start + length - arc) / 2.0)
    return replace(
        branch,
        radius_mm=widen(branch.radius_mm, start, start + length, swelling.width_mm),
        stiffness=branch.stiffness * (1.0 + (swelling.stiffness - 1.0) * inside),
    )

"""Whether the marks are enough to tell a motion by, and how well they tell it."""

from __future__ import annotations

import math

import numpy as np

from ductoscope.model import LostReason
from ductoscope.navigate.align import MARKS_ALIKE, Alignment, Expected, Stance
from ductoscope.navigate.keyframe import FREEDOMS
from ductoscope.navigate.tube import Tube

_WIDENING_PER_S = 0.04
"""How fast pressure widens a lumen, relative, one standard deviation of a second."""

_ASIDE_PER_S, _ALONG_PER_S = 0.8, 8.0
_TILT_PER_S, _ROLL_PER_S = 40.0, 80.0
"""How fast a hand, breathing and a bending duct move the tip: radii and degrees a second, one standard deviation."""
_FITS_LEAST = 0.6
"""Where less of what the eye sees is a tube, there is no radius to count in."""
HELD_LEAST = 300.0
"""What a keyframe's marks must amount to against their noise (sum of squares) to be worth aligning with."""
_RIVAL = 0.08
_SIGMA_ALONG = 0.04
_SIGMA_ROLL_DEG = 2.0
_OVERLAP_LEAST = 0.3
_AGREES_LEAST = 0.35
_FASTEST_RADII = 0.9


def expect_motion(before: Stance, widened_sigma: float, seconds: float) -> Expected:
    """How far a tip and a lumen can have changed in the `seconds` since the last answer."""
    ways = min(max(seconds, 0.02), 0.5)
    widening = math.hypot(widened_sigma, _WIDENING_PER_S * seconds)
    shift = np.array([_ASIDE_PER_S, _ASIDE_PER_S, _ALONG_PER_S]) * ways
    turn = np.radians(np.array([_TILT_PER_S, _TILT_PER_S, _ROLL_PER_S])) * ways
    return Expected(before, shift, turn, widening)


def doubt_motion(tube: Tube, now: Tube, found: Alignment, expected: Expected) -> LostReason | None:
    """Why the motion cannot be told, or None when it can. tube, now: of the keyframe, and now."""
    if min(tube.fits, now.fits) < _FITS_LEAST:
        return "motion does not fit"
    if found.held < HELD_LEAST:
        return "nothing to hold on to"
    step = float(np.linalg.norm(found.stance.tip - expected.stance.tip))
    if found.overlap < _OVERLAP_LEAST or step > _FASTEST_RADII:
        return "too fast"
    if found.rival > _RIVAL:
        return "nothing to hold on to"
    along, roll, _ = gauge_motion(tube, found, expected)
    if along > _SIGMA_ALONG or roll > _SIGMA_ROLL_DEG:
        return "nothing to hold on to"
    if found.agrees < _AGREES_LEAST:
        return "motion does not fit"
    return None


def gauge_motion(tube: Tube, found: Alignment, expected: Expected) -> tuple[float, float, float]:
    """Sigma along (radii), of the roll (deg), and of the widening, from the information that the marks hold.

    What a hand can do bounds how far the tip swings aside, and pressure how fast the lumen widens, so both count here;
    along and around the lumen only the marks do.
    """
    matrix = found.information / MARKS_ALIKE
    axis = tube.point_along(float(found.stance.tip[2]))
    aside = np.eye(3) - np.outer(axis, axis)
    matrix[:3, :3] += aside / float(expected.shift[0]) ** 2
    matrix[3:6, 3:6] += aside / float(expected.turn[0]) ** 2
    matrix[6, 6] += 1.0 / expected.widening**2
    matrix[np.diag_indices(FREEDOMS)] += 1e-6
    spread = np.linalg.inv(matrix)
    along = math.sqrt(max(float(axis @ spread[:3, :3] @ axis), 0.0))
    roll = math.degrees(math.sqrt(max(float(axis @ spread[3:6, 3:6] @ axis), 0.0)))
    return along, roll, math.sqrt(max(float(spread[6, 6]), 0.0))

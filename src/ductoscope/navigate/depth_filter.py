"""A small Kalman filter for how much shaft is inside, and for all that may be wrong with what tells it.

Six things are estimated together, each with its uncertainty: the tip's depth; the millimetres that one radius of the
lumen is worth; three faults of a sensor at the shaft: it counts a few per cent too much or too little (stretch), it
stands off by up to a millimetre after each reversal (slack), and its zero is not where it should be; and the unit of
the eye's distances, which has no millimetres of its own but shows when the lumen narrows.
See Kalman, J. Basic Eng. 82:35, 1960; the stretch makes it an extended one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ductoscope.model import DoubleArray, freeze

DEPTH, RADIUS, STRETCH, SLACK, ZERO, EYE = range(6)
_COUNT = 6

LIKELY_RADIUS_MM = 1.2
"""Ducts that a scope gets into, under pressure, are 0.6 to 2.5 mm in radius; only a start, before a scale is learnt."""
_RADIUS_SHARE = 0.5
_STRETCH_SIGMA = 0.02
_SLACK_SIGMA_MM, _MOST_SLACK_MM = 0.5, 1.2
ZERO_SIGMA_MM = 0.2
"""Prior beliefs about a sensor that nobody has measured: IMAGING facts, section 4, and what makers of wheels state."""

_PLAY_MM = 0.6
"""Over this way after a reversal the slack is taken up, so far as nobody has measured it."""
_PLAY_SIGMA_MM = 0.25
_UNSEEN_MM_PER_ROOT_S = 2.0
"""How a tip that nobody sees wanders off: 2 mm in a second, 6 mm in ten."""
_SPEED_OVER_S, _SPEED_KEPT_S = 0.5, 1.2
"""Over this time the speed is meant, and so long a hand goes on with it unseen (measured on simulated hands)."""
_TAPER_PER_ROOT_RADIUS = 0.12
_PRESSURE_PER_ROOT_S = 0.08
"""How the lumen's radius changes unnoticed, as a share: along the duct, and with the pressure."""
_SEEN_SHARE = 0.03
_EYE_SIGMA, _EYE_NOISE, _EYE_PER_ROOT_S = 3.0, 2.0, 0.02
"""The eye's unit: unknown at first, then steady but for slow drifts. An eye errs alike for seconds, so a picture tells
little: its error is as stated after a second of looking (measured: 25 % that last 2 s)."""
_ZERO_MM_PER_ROOT_S = 0.002
_SMALLEST_RADIUS_MM, _LARGEST_RADIUS_MM = 0.15, 6.0


@dataclass(frozen=True, slots=True, eq=False)
class Belief:
    """What is believed now.

    mean: (6,), covariance: (6, 6), in the order DEPTH, RADIUS, STRETCH, SLACK, ZERO, EYE, in mm. STRETCH is a share,
    RADIUS the logarithm of the lumen's radius, EYE that of a mm in the eye's unit.
    play: 0 after moving in, 1 after moving out, between while the slack is being taken up. speed_mm_s: of late, as it
    was seen.
    """

    mean: DoubleArray
    covariance: DoubleArray
    play: float = 0.0
    speed_mm_s: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", freeze(self.mean))
        object.__setattr__(self, "covariance", freeze(self.covariance))

    @property
    def radius_mm(self) -> float:
        """What a radius of the lumen is worth here."""
        return math.exp(float(self.mean[RADIUS]))

    @property
    def radius_share(self) -> float:
        """One standard deviation of it, as a share of it."""
        return self.sigma(RADIUS)

    def sigma(self, which: int) -> float:
        """One standard deviation of one of the six."""
        return float(np.sqrt(max(self.covariance[which, which], 0.0)))


def begin_belief(start_mm: float, radius_mm: float | None, radius_sigma_mm: float, start_sigma_mm: float) -> Belief:
    """The belief before anything was seen. radius_mm: of the lumen at the start, when somebody knows it."""
    likely_mm = LIKELY_RADIUS_MM if radius_mm is None else radius_mm
    mean = np.array([start_mm, math.log(likely_mm), 0.0, 0.0, 0.0, 0.0])
    sigmas = np.array(
        [
            start_sigma_mm,
            _RADIUS_SHARE if radius_mm is None else radius_sigma_mm / radius_mm,
            _STRETCH_SIGMA,
            _SLACK_SIGMA_MM,
            ZERO_SIGMA_MM,
            _EYE_SIGMA,
        ]
    )
    return Belief(mean, np.diag(sigmas**2))


def move(belief: Belief, along_radii: float, sigma_radii: float, grown: float, seconds: float) -> Belief:
    """The belief after the tip was seen to move; `sigma_radii` is of this motion alone.

    grown: the lumen's radius after the motion by what it was before, as it was seen.
    """
    mean, covariance = belief.mean.copy(), belief.covariance
    mean[RADIUS] = _bound(mean[RADIUS] + math.log(grown))
    radius_mm = math.exp(mean[RADIUS])
    mean[DEPTH] += radius_mm * along_radii
    transition = np.eye(_COUNT)
    transition[DEPTH, RADIUS] = radius_mm * along_radii
    covariance = transition @ covariance @ transition.T
    seen_mm = radius_mm * along_radii
    covariance[DEPTH, DEPTH] += (radius_mm * sigma_radii) ** 2 + _SEEN_SHARE**2 * abs(seen_mm) * radius_mm
    covariance[RADIUS, RADIUS] += change_unseen(along_radii, seconds)
    covariance[ZERO, ZERO] += _ZERO_MM_PER_ROOT_S**2 * seconds
    covariance[EYE, EYE] += _EYE_PER_ROOT_S**2 * seconds
    speed_mm_s = belief.speed_mm_s
    if seconds > 0.0:
        speed_mm_s += (1.0 - math.exp(-seconds / _SPEED_OVER_S)) * (seen_mm / seconds - speed_mm_s)
    return Belief(mean, covariance, belief.play, speed_mm_s)


def change_unseen(along_radii: float, seconds: float) -> float:
    """Variance of the logarithm of the lumen's radius by what may have changed unnoticed over a way and a time."""
    return _TAPER_PER_ROOT_RADIUS**2 * abs(along_radii) + _PRESSURE_PER_ROOT_S**2 * seconds


def wander(belief: Belief, seconds: float) -> Belief:
    """The belief after nobody saw where the tip moved for a while: a hand mostly goes on as it did."""
    mean, covariance = belief.mean.copy(), belief.covariance.copy()
    kept = math.exp(-seconds / _SPEED_KEPT_S)
    mean[DEPTH] += belief.speed_mm_s * _SPEED_KEPT_S * (1.0 - kept)
    covariance[DEPTH, DEPTH] += _UNSEEN_MM_PER_ROOT_S**2 * seconds
    covariance[RADIUS, RADIUS] += _TAPER_PER_ROOT_RADIUS**2 * seconds
    covariance[ZERO, ZERO] += _ZERO_MM_PER_ROOT_S**2 * seconds
    covariance[EYE, EYE] += _EYE_PER_ROOT_S**2 * seconds
    return Belief(mean, covariance, belief.play, belief.speed_mm_s * kept)


def see_radius(belief: Belief, unit: float, seconds: float) -> Belief:
    """The belief after the eye saw the lumen's radius for a while. unit: a radius in the eye's own unit of distance."""
    off = math.log(unit) - float(belief.mean[RADIUS] + belief.mean[EYE])
    slope = np.array([0.0, 1.0, 0.0, 0.0, 0.0, 1.0])
    return learn(belief, off, slope, _EYE_NOISE**2 / max(seconds, 0.01), untold=(STRETCH, ZERO))


def take_up_slack(belief: Belief, moved_mm: float) -> Belief:
    """The belief about the slack after the tip came `moved_mm` deeper (negative: out)."""
    return replace(belief, play=min(max(belief.play - moved_mm / _PLAY_MM, 0.0), 1.0))


def expect_reading(belief: Belief, sigma_mm: float) -> tuple[float, DoubleArray, float]:
    """What a sensor at the shaft should say now: mm, how that depends on the six, and the reading's own variance."""
    mean, play = belief.mean, belief.play
    slope = np.array([1.0 + mean[STRETCH], 0.0, mean[DEPTH], play, 1.0, 0.0])
    said_mm = mean[DEPTH] * (1.0 + mean[STRETCH]) + play * mean[SLACK] + mean[ZERO]
    # While the slack is being taken up nobody knows how much of it is.
    return float(said_mm), slope, sigma_mm**2 + 4.0 * play * (1.0 - play) * _PLAY_SIGMA_MM**2


def learn(belief: Belief, off: float, slope: DoubleArray, variance: float, *, untold: tuple[int, ...] = ()) -> Belief:
    """The belief after something was measured: `off` from what was expected, with this slope and own variance.

    untold: what this measurement cannot tell; its doubt counts, but it stays as it is (Schmidt, Adv. Control Syst.
    3:293, 1966).
    """
    spread = belief.covariance @ slope
    gain = spread / (float(slope @ spread) + variance)
    gain[list(untold)] = 0.0
    mean = belief.mean + gain * off
    mean[RADIUS] = _bound(mean[RADIUS])
    mean[SLACK] = min(max(mean[SLACK], -_MOST_SLACK_MM), _MOST_SLACK_MM)
    # Joseph's form stays symmetric and positive however often it is repeated.
    left = np.eye(_COUNT) - np.outer(gain, slope)
    return Belief(
        mean, left @ belief.covariance @ left.T + variance * np.outer(gain, gain), belief.play, belief.speed_mm_s
    )


def doubt(belief: Belief, which: int, variance: float) -> Belief:
    """The belief with more doubt about one of the six."""
    covariance = belief.covariance.copy()
    covariance[which, which] += variance
    return replace(belief, covariance=covariance)


def set_one(belief: Belief, which: int, value: float, sigma: float) -> Belief:
    """The belief after one of the six was told anew, whatever was thought of it before."""
    mean, covariance = belief.mean.copy(), belief.covariance.copy()
    mean[which] = value
    covariance[which, :] = covariance[:, which] = 0.0
    covariance[which, which] = sigma**2
    return replace(belief, mean=mean, covariance=covariance)


def set_zero_by(belief: Belief, said_mm: float, sigma_mm: float) -> Belief:
    """The belief when the sensor's zero is moved so that it says `said_mm` here: the depth itself stays as it was."""
    mean, covariance = belief.mean.copy(), belief.covariance.copy()
    expected_mm, slope, variance = expect_reading(belief, sigma_mm)
    mean[ZERO] += said_mm - expected_mm
    slope = slope.copy()
    slope[ZERO] = 0.0
    covariance[ZERO, :] = covariance[:, ZERO] = 0.0
    row = -covariance @ slope
    covariance[ZERO, :] = covariance[:, ZERO] = row
    covariance[ZERO, ZERO] = float(slope @ covariance @ slope) + variance
    return replace(belief, mean=mean, covariance=covariance)


def _bound(log_radius: float) -> float:
    """The same within what ducts have: a scope hardly fits into the narrowest."""
    return min(max(log_radius, math.log(_SMALLEST_RADIUS_MM)), math.log(_LARGEST_RADIUS_MM))

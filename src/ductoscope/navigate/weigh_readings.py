"""Weigh what a sensor at the shaft says: take it, wait for more of the same, or learn that its zero has moved."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ductoscope.model import DepthReading
from ductoscope.navigate.depth_filter import (
    DEPTH,
    STRETCH,
    ZERO,
    ZERO_SIGMA_MM,
    Belief,
    doubt,
    expect_reading,
    learn,
    set_one,
    set_zero_by,
)

_NEAR_MM = 1.5
_FASTEST_MM_S, _UNNOTICED_MM_S, _UNNOTICED_S = 12.0, 4.0, 2.0
"""A reading is possible when it is so near to what was expected, and farther by as much as a hand can move unseen, or
seen and not noticed: a smooth wall looks still."""
_FEW, _FEW_APART_MM, _FEW_NS = 3, 1.5, 100_000_000
"""So many suspected readings that agree so well, over so long, are no accident."""
_MOST_SUSPECTED = 5
_SURPRISE = 3.0
_TREND_SHARE, _TREND = 0.25, 0.8
"""How much the newest reading counts in the mean of what they are off, and how many sigmas of one that may be."""
_TAKEN_UP, _USUAL_SLACK_MM = 0.02, 0.8
_ASTRAY_MM = 1.5
_CONTRADICTION = 4.0
_NOT_FROM_SENSOR = (STRETCH, ZERO)
"""A sensor cannot tell its own stretch and zero, and seen motion, whose scale is learnt from it, cannot either."""
_SLOPE_OF_DEPTH = np.array([1.0, 0.0, 0.0, 0.0, 0.0, 0.0])


@dataclass(frozen=True, slots=True)
class Trust:
    """How far a sensor at the shaft has earned trust.

    is_anchored: something said where the tip is, in mm: the sensor, or a person. is_trusted: the sensor's readings are
    taken. taken_t_ns, last_t_ns: of the last reading that was taken, and that came at all. unseen_s, seen_s: time
    since the last one taken without sight of the motion, and with it. suspected: time and distance from what was
    expected, of readings that could not be. trend_mm: how far readings were off of late, in the mean.
    """

    is_anchored: bool = False
    is_trusted: bool = False
    taken_t_ns: int | None = None
    last_t_ns: int | None = None
    unseen_s: float = 0.0
    seen_s: float = 0.0
    suspected: tuple[tuple[int, float], ...] = ()
    trend_mm: float = 0.0


def is_sane(reading: DepthReading) -> bool:
    """Whether a reading is a number that a shaft can have."""
    figures = (reading.depth_mm, reading.sigma_mm)
    return all(math.isfinite(figure) for figure in figures) and abs(reading.depth_mm) < 1000 and reading.sigma_mm > 0


def take_encoder(belief: Belief, trust: Trust, reading: DepthReading) -> tuple[Belief, Trust]:
    """The belief and the trust after a sensor's reading, which must be later than its last one."""
    said_mm, slope, variance = expect_reading(belief, reading.sigma_mm)
    off = reading.depth_mm - said_mm
    trust = replace(trust, last_t_ns=reading.t_ns)
    spread = math.sqrt(float(slope @ belief.covariance @ slope) + variance)
    unseen_mm = _FASTEST_MM_S * trust.unseen_s + _UNNOTICED_MM_S * min(trust.seen_s, _UNNOTICED_S)
    if not trust.is_trusted or abs(off) > _NEAR_MM + unseen_mm + _SURPRISE * spread:
        return _suspect(belief, trust, reading, off)
    trend_mm = trust.trend_mm + _TREND_SHARE * (min(max(off, -_SURPRISE * spread), _SURPRISE * spread) - trust.trend_mm)
    if _TAKEN_UP < belief.play < 1.0 - _TAKEN_UP and abs(off) < _USUAL_SLACK_MM:
        trend_mm = 0.0  # a sensor stands still then, and should
    if abs(trend_mm) > _TREND * math.sqrt(variance):
        belief = doubt(belief, DEPTH, 2.0 * trend_mm**2)  # motion was seen wrongly, or not at all
    elif abs(off) > _SURPRISE * spread:
        variance += off**2 - (_SURPRISE * spread) ** 2  # an accident pulls only a little
    trust = replace(
        trust,
        is_anchored=True,
        taken_t_ns=reading.t_ns,
        unseen_s=0.0,
        seen_s=0.0,
        suspected=(),
        trend_mm=trend_mm,
    )
    return learn(belief, off, slope, variance, untold=_NOT_FROM_SENSOR), trust


def take_graduation(belief: Belief, trust: Trust, reading: DepthReading) -> tuple[Belief, Trust]:
    """The belief and the trust after a person told the depth: where it contradicts, the person is right."""
    off = reading.depth_mm - float(belief.mean[DEPTH])
    spread = math.hypot(belief.sigma(DEPTH), reading.sigma_mm)
    if abs(off) <= _CONTRADICTION * spread:
        return learn(belief, off, _SLOPE_OF_DEPTH, reading.sigma_mm**2), replace(trust, is_anchored=True)
    belief = set_one(belief, DEPTH, reading.depth_mm, reading.sigma_mm)
    return belief, replace(trust, is_anchored=True, is_trusted=False, suspected=())


def _suspect(belief: Belief, trust: Trust, reading: DepthReading, off: float) -> tuple[Belief, Trust]:
    """Keep a reading that could not be; a few that agree are believed, each way that is possible."""
    suspected = (*trust.suspected, (reading.t_ns, off))[-_MOST_SUSPECTED:]
    while max(each for _, each in suspected) - min(each for _, each in suspected) > _FEW_APART_MM:
        suspected = suspected[1:]
    if len(suspected) < _FEW or suspected[-1][0] - suspected[0][0] < _FEW_NS:
        return belief, replace(trust, suspected=suspected)
    is_first, was_trusted = not trust.is_anchored, trust.is_trusted
    trust = replace(
        trust,
        is_anchored=True,
        is_trusted=True,
        taken_t_ns=reading.t_ns,
        unseen_s=0.0,
        seen_s=0.0,
        suspected=(),
        trend_mm=0.0,
    )
    return _believe(belief, reading, is_first=is_first, was_trusted=was_trusted), trust


def _believe(belief: Belief, reading: DepthReading, *, is_first: bool, was_trusted: bool) -> Belief:
    """A sensor that is new, or says something else than it did, and goes on saying it."""
    fresh = set_one(belief, ZERO, 0.0, ZERO_SIGMA_MM)
    said_mm, slope, variance = expect_reading(fresh, reading.sigma_mm)
    off = reading.depth_mm - said_mm
    if is_first:  # nobody else knows the depth
        fresh = doubt(fresh, DEPTH, off**2)
        said_mm, slope, variance = expect_reading(fresh, reading.sigma_mm)
        return learn(fresh, off, slope, variance, untold=_NOT_FROM_SENSOR)
    may_be_well = not was_trusted or abs(float(belief.mean[ZERO])) > _ASTRAY_MM
    if may_be_well and abs(off) <= _NEAR_MM + _SURPRISE * math.sqrt(float(slope @ fresh.covariance @ slope) + variance):
        return learn(fresh, off, slope, variance, untold=_NOT_FROM_SENSOR)  # it was zeroed, or is well again
    # It jumped, or was switched on somewhere: how it changes is worth something still, what it says is not.
    return set_zero_by(fresh, reading.depth_mm, reading.sigma_mm)

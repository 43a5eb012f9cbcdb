"""Depth: how much shaft is inside, from all that tells it, with an honest sigma; and without a scale, only travel.

Motion that was seen has no millimetres of its own: it is counted in radii of the lumen. What a radius is worth is
learnt from a sensor at the shaft, from graduations that a person keys in, from a tool of known width, or was told. A
sensor in turn slips and lags, which the seen motion shows.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ductoscope.model import DepthReading
from ductoscope.model.clinical.place import Depth, DepthOrigin
from ductoscope.navigate.depth_filter import (
    DEPTH,
    RADIUS,
    Belief,
    begin_belief,
    doubt,
    learn,
    move,
    see_radius,
    take_up_slack,
    wander,
)
from ductoscope.navigate.motion import Motion, NoMotion
from ductoscope.navigate.weigh_readings import Trust, is_sane, take_encoder, take_graduation

_NO_TRUST = Trust()
_START_SIGMA_MM = 0.5
_FITS = 0.5
_NEAR_MM = 3.0
"""A graduation carries the depth so far; two that are farther apart teach what a radius is worth."""
_LATE_NS = 500_000_000
_EARLY_NS = 5_000_000_000
_MOST_WAITING = 1000
_FRESH_S = 1.0
"""A sensor that was silent for longer does not carry the depth any more."""
_KNOWN_SHARE = 0.6
"""The scale counts as learnt when its sigma is a smaller share of it."""
_LONGEST_GAP_S = 600.0
_SLOPE_OF_SCALE = np.array([0.0, 1.0, 0.0, 0.0, 0.0, 0.0])
_SURPRISE = 3.0
_DEEPEST_MM, _LEAST_SIGMA_MM, _MOST_SIGMA_MM = 200.0, 0.01, 100.0
_TREMBLE_MM, _RESTS_MM_S = 0.1, 0.5
"""Of a tip that moves slower, the depth that is told stays while what is believed is no farther from it: a scope at
rest has a number at rest."""

BY_ENCODER, BY_GRADUATION = "a sensor at the shaft", "graduations that were keyed in"
BY_TOOL, BY_RADIUS = "a tool of known width in view", "the duct's radius as it was told"


@dataclass(frozen=True, slots=True)
class Known:
    """What somebody knows before it begins.

    radius_mm: of the lumen where the stream begins, under pressure; its sigma. start_mm: depth where it begins.
    """

    radius_mm: float | None = None
    radius_sigma_mm: float = 0.15
    start_mm: float = 0.0


@dataclass(frozen=True, slots=True)
class DepthNow:
    """How deep it is now.

    depth: None while nothing gives a scale. travel_radii: how much deeper than at the start, as vision alone has it, in
    radii of the lumen. mm_per_radius: what a radius is worth here, None while nobody knows. scale: what gave it, in
    words; "" without.
    """

    depth: Depth | None
    travel_radii: float
    mm_per_radius: float | None
    mm_per_radius_sigma: float | None
    scale: str


@dataclass(frozen=True, slots=True, eq=False)
class DepthState:
    """Everything that `step_depth` remembers.

    t_ns: of the last frame. relative_radius: of the lumen, by what it was at the start. was_seen: the motion was. gap:
    the belief when motion was last seen, while it is not, and no reading has come since. waiting: readings later than
    the frame. scales: what has given a scale. graduation_mm, graduation_sigma_mm: the depth just after a person told
    it last, and its sigma; infinite when nobody did. told_mm: the depth as it was told last; infinite before.
    """

    belief: Belief
    trust: Trust = _NO_TRUST
    t_ns: int | None = None
    travel_radii: float = 0.0
    relative_radius: float = 1.0
    was_seen: bool = False
    gap: Belief | None = None
    waiting: tuple[DepthReading, ...] = ()
    scales: tuple[str, ...] = ()
    graduation_mm: float = math.inf
    graduation_sigma_mm: float = math.inf
    told_mm: float = math.inf


def begin_depth(known: Known) -> DepthState:
    """The state before the first frame."""
    belief = begin_belief(known.start_mm, known.radius_mm, known.radius_sigma_mm, _START_SIGMA_MM)
    return DepthState(belief, scales=() if known.radius_mm is None else (BY_RADIUS,))


def step_depth(
    state: DepthState, t_ns: int, motion: Motion | NoMotion, readings: Sequence[DepthReading]
) -> tuple[DepthState, DepthNow]:
    """The depth at a frame, after the motion since the one before and the readings that came meanwhile.

    Readings may be in any order; those later than the frame wait for theirs, those much too late are left out, and so
    is what is no number.
    """
    began_ns = t_ns if state.t_ns is None else state.t_ns
    seconds = min(max(t_ns - began_ns, 0) / 1e9, _LONGEST_GAP_S)
    known = sorted((*state.waiting, *filter(is_sane, readings)), key=lambda reading: reading.t_ns)
    due = [reading for reading in known if began_ns - _LATE_NS <= reading.t_ns <= t_ns]
    waiting = tuple(reading for reading in known if t_ns < reading.t_ns <= t_ns + _EARLY_NS)[-_MOST_WAITING:]
    before_mm = float(state.belief.mean[DEPTH])
    state, seen, seconds = _find_motion(
        replace(state, t_ns=t_ns, waiting=waiting), began_ns, motion, bool(due), seconds
    )
    done = 0.0
    for reading in due:
        share = min(max((reading.t_ns - began_ns) / 1e9 / seconds, done), 1.0) if seconds > 0 else 1.0
        state = _go_on(state, seen, share - done, seconds)
        done = share
        state = _take(state, reading)
    state = _go_on(state, seen, 1.0 - done, seconds)
    tube = motion.tube
    if tube is not None and tube.fits > _FITS and math.isfinite(tube.unit) and tube.unit > 0:
        state = replace(state, belief=see_radius(state.belief, tube.unit, seconds))
    moved_mm = float(state.belief.mean[DEPTH]) - before_mm
    state = replace(state, belief=take_up_slack(state.belief, moved_mm))
    state = replace(state, told_mm=_rest(state))
    return state, _tell(state)


def note_tool(state: DepthState, mm_per_radius: float, sigma: float) -> DepthState:
    """The state after a tool of known width was seen here, which says what a radius is worth."""
    if not (math.isfinite(mm_per_radius) and math.isfinite(sigma) and mm_per_radius > 0 and sigma > 0):
        return state
    belief = _learn_radius(state.belief, mm_per_radius, sigma)
    # Motion that comes back goes on from the belief before it was lost: that must have learnt it, too.
    gap = None if state.gap is None else _learn_radius(state.gap, mm_per_radius, sigma)
    return _with_scale(replace(state, belief=belief, gap=gap), BY_TOOL)


def _learn_radius(belief: Belief, mm_per_radius: float, sigma: float) -> Belief:
    off, share = math.log(mm_per_radius / belief.radius_mm), sigma / mm_per_radius
    spread = math.hypot(belief.radius_share, share)
    if abs(off) > _SURPRISE * spread:
        belief = doubt(belief, RADIUS, (off / _SURPRISE) ** 2 - spread**2)
    return learn(belief, off, _SLOPE_OF_SCALE, share**2)


def _find_motion(
    state: DepthState, began_ns: int, motion: Motion | NoMotion, has_readings: bool, seconds: float
) -> tuple[DepthState, Motion | None, float]:
    """What of the motion goes on from the belief, and over how long; one over a gap goes on from before the gap."""
    if not isinstance(motion, Motion) or not _is_number(motion):
        gap = state.belief if state.was_seen else state.gap
        return replace(state, was_seen=False, gap=None if has_readings else gap), None, seconds
    state = replace(state, was_seen=True)
    if motion.since_ns < 0 or motion.since_ns >= began_ns:
        return replace(state, gap=None), motion, seconds
    if state.gap is None or has_readings:  # readings have told it better meanwhile
        travel_radii = state.travel_radii + motion.along_radii * motion.grown * state.relative_radius
        relative = state.relative_radius * motion.grown
        return replace(state, gap=None, travel_radii=travel_radii, relative_radius=relative), None, seconds
    return replace(state, belief=state.gap, gap=None), motion, (motion.t_ns - motion.since_ns) / 1e9


def _is_number(motion: Motion) -> bool:
    figures = (motion.along_radii, motion.along_sigma_radii, motion.grown)
    return all(math.isfinite(figure) for figure in figures) and motion.grown > 0


def _go_on(state: DepthState, seen: Motion | None, share: float, seconds: float) -> DepthState:
    """Let a share of the time between two frames go by, and of the motion in it."""
    if share <= 0.0:
        return state
    seconds *= share
    trust = state.trust
    if seen is None:
        trust = replace(trust, unseen_s=trust.unseen_s + seconds)
        return replace(state, belief=wander(state.belief, seconds), trust=trust)
    along, sigma, grown = share * seen.along_radii, math.sqrt(share) * seen.along_sigma_radii, seen.grown**share
    relative_radius = state.relative_radius * grown
    return replace(
        state,
        belief=move(state.belief, along, sigma, grown, seconds),
        trust=replace(trust, seen_s=trust.seen_s + seconds),
        relative_radius=relative_radius,
        travel_radii=state.travel_radii + along * relative_radius,
    )


def _take(state: DepthState, reading: DepthReading) -> DepthState:
    if reading.origin == "graduation":
        belief, trust = take_graduation(state.belief, state.trust, reading)
        told_mm, sigma_mm = float(belief.mean[DEPTH]), belief.sigma(DEPTH)
        is_second = _NEAR_MM < abs(told_mm - state.graduation_mm) < math.inf
        state = replace(
            state, belief=belief, trust=trust, graduation_mm=told_mm, graduation_sigma_mm=sigma_mm, told_mm=math.inf
        )
        return _with_scale(state, BY_GRADUATION) if is_second else state
    last_t_ns = state.trust.last_t_ns
    if last_t_ns is not None and reading.t_ns <= last_t_ns:
        return state
    belief, trust = take_encoder(state.belief, state.trust, reading)
    state = replace(state, belief=belief, trust=trust)
    return _with_scale(state, BY_ENCODER) if trust.is_trusted else state


def _with_scale(state: DepthState, scale: str) -> DepthState:
    return state if scale in state.scales else replace(state, scales=(*state.scales, scale))


def _rest(state: DepthState) -> float:
    """The depth to be told: of a tip at rest that of before, moved no farther than what is believed asks for."""
    mm = float(state.belief.mean[DEPTH])
    if math.isinf(state.told_mm) or abs(state.belief.speed_mm_s) > _RESTS_MM_S:
        return mm
    return min(max(state.told_mm, mm - _TREMBLE_MM), mm + _TREMBLE_MM)


def _tell(state: DepthState) -> DepthNow:
    """What may be said: no millimetres before something gave them."""
    belief = state.belief
    radius_mm, is_learnt = belief.radius_mm, belief.radius_share < _KNOWN_SHARE
    has_scale = bool(state.scales)
    has_depth = has_scale or belief.sigma(DEPTH) < 2.0 * state.graduation_sigma_mm < math.inf
    has_radius = has_scale and is_learnt
    return DepthNow(
        depth=_tell_depth(state) if has_depth else None,
        travel_radii=float(state.travel_radii),
        mm_per_radius=radius_mm if has_radius else None,
        mm_per_radius_sigma=radius_mm * belief.radius_share if has_radius else None,
        scale=", ".join(state.scales),
    )


def _tell_depth(state: DepthState) -> Depth:
    mm = min(max(state.told_mm, 0.0), _DEEPEST_MM)
    sigma_mm = min(max(state.belief.sigma(DEPTH), _LEAST_SIGMA_MM), _MOST_SIGMA_MM)
    return Depth(mm, sigma_mm, _find_origin(state, sigma_mm))


def _find_origin(state: DepthState, sigma_mm: float) -> DepthOrigin:
    trust, t_ns = state.trust, state.t_ns
    is_fresh = trust.taken_t_ns is not None and t_ns is not None and t_ns - trust.taken_t_ns <= _FRESH_S * 1e9
    if trust.is_trusted and is_fresh:
        return "encoder"
    is_near = abs(float(state.belief.mean[DEPTH]) - state.graduation_mm) < _NEAR_MM
    return "graduation" if is_near and sigma_mm < 2.0 * state.graduation_sigma_mm else "visual"

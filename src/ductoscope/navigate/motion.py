"""How the tip moved since the picture before, or the honest answer that nobody can tell."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ductoscope.model import (
    HIDES_WALL,
    RASTER_SIZE,
    DoubleArray,
    FloatArray,
    LostReason,
    Outlook,
    Raster,
    Scope,
    ViewJudgement,
)
from ductoscope.navigate.align import AT_KEY, Alignment, Expected, Stance, align, turn_vector
from ductoscope.navigate.gauge import HELD_LEAST, doubt_motion, expect_motion, gauge_motion
from ductoscope.navigate.keyframe import Keyframe, Lens, make_keyframe, plan_lens
from ductoscope.navigate.tube import FAR_RADII, Tube, fit_tube
from ductoscope.navigate.wall_picture import CHANNELS, WallPicture, picture_wall

_TUBE_STEP = 5
"""The tube is fitted to every fifth pixel of every fifth row."""
_FIRST_ROUNDS, _NEXT_ROUNDS = 12, 2
_TUBE_LEAST = 0.1
_SLOW_RADII = 0.02

_NOISE_AT_START = 2.0
_NOISE_LEAST = 1.0
_NEAR_RADII = 0.1
_APART = 0.1
"""Logarithm of distance by which the eye and the tube differ before the eye begins to be believed."""
_DEPTH_WRONG = 0.05
"""Of the depth that the tube gives to the wall, one standard deviation; it makes every motion wrong by as much."""
_MISFIT_WRONG = 0.25
"""The same where the eye sees anything but a tube."""

_CLEAR_LEAST = 0.1

_KEY_TRAVEL = 0.35
_KEY_TURN_DEG = 7.0
_KEY_OVERLAP = 0.85
_KEY_WAITS_S = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """How the tip moved since `since_ns`, the last picture for which there is an answer (nearly always the one before).

    along_radii: along the lumen, deeper is positive, in radii of the lumen that the tip is in, as wide as it is now;
        and its sigma.
    roll_deg: how far the picture turned about the lumen, clockwise as one looks ahead (the scope itself turns the
        other way round); and its sigma.
    tube: the lumen as it lies now. turned: (3, 3), now_from_before: turns directions of the tip's frame before into
        those of the tip's frame now. grown: the lumen's radius here and now, by what it was there and then: the duct
        narrows or pressure widens it.
    """

    t_ns: int
    along_radii: float
    along_sigma_radii: float
    roll_deg: float
    roll_sigma_deg: float
    tube: Tube
    turned: DoubleArray
    since_ns: int = -1
    grown: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class NoMotion:
    """Nobody can tell how the tip moved, and why. tube: the lumen, where at least that is seen."""

    t_ns: int
    reason: LostReason
    tube: Tube | None = None


@dataclass(frozen=True, slots=True, eq=False)
class MotionPlan:
    """What can be worked out before the first picture: the lenses, fine first, and the pixels that show the tube."""

    size: int
    lenses: tuple[Lens, Lens]
    tube_pixels: NDArray[np.intp]
    tube_rays: DoubleArray


@dataclass(frozen=True, slots=True, eq=False)
class MotionState:
    """What is remembered from picture to picture.

    before: stance of the last answer, at `since_ns`. noise: (2,) scale of the marks' noise as measured.
    widened_sigma: of the lumen's widening there. speed: the last step, to begin the next one from. last: what aligning
    told, good or not.
    """

    plan: MotionPlan
    keyframe: Keyframe | None = None
    before: Stance = AT_KEY
    since_ns: int = -1
    tube: Tube | None = None
    noise: DoubleArray = field(default_factory=lambda: np.full(CHANNELS, _NOISE_AT_START))
    widened_sigma: float = 0.0
    last: Alignment | None = None
    speed: Stance = AT_KEY


def plan_motion(scope: Scope, size: int = RASTER_SIZE, *, is_air: bool = False) -> MotionPlan:
    """Plan following the motion in rasters of `size` pixels a side, seen through saline or air."""
    lenses = (plan_lens(scope, size, is_air=is_air), plan_lens(scope, size // 2, is_air=is_air))
    steps = np.arange(_TUBE_STEP // 2, size, _TUBE_STEP)
    pixels = (steps[:, None] * size + steps[None, :]).reshape(-1)
    return MotionPlan(size, lenses, pixels, lenses[0].rays[pixels])


def begin_motion(plan: MotionPlan) -> MotionState:
    """Begin to follow the motion."""
    return MotionState(plan)


def step_motion(
    state: MotionState, raster: Raster, outlook: Outlook, view: ViewJudgement
) -> tuple[MotionState, Motion | NoMotion]:
    """Tell how the tip moved since the picture before, from one raster and its outlook."""
    t_ns = raster.t_ns
    if view.clear < _CLEAR_LEAST or view.word in HIDES_WALL:
        return _lose(state, t_ns, "no view", None)
    tube = _see_tube(state, raster, outlook)
    if tube is None:
        return _lose(state, t_ns, "no view", None)
    state = replace(state, tube=tube)
    distance, around = _lay_tube(state.plan, tube)
    pictures = picture_wall(raster.light_lin, raster.seen, outlook.clear, distance, around)
    if state.keyframe is None:
        return _rekey(state, t_ns, pictures, distance, outlook), NoMotion(t_ns, "not begun", tube)
    seconds = max((t_ns - state.since_ns) / 1e9, 1e-3)
    expected = expect_motion(state.before, state.widened_sigma, seconds)
    found = align(state.keyframe, pictures, state.plan.lenses, _guess(state), state.noise, expected)
    why = doubt_motion(state.keyframe.tube, tube, found, expected)
    if why is not None:
        return _lose(replace(state, last=found), t_ns, why, tube, pictures, distance, outlook)
    motion, widened_sigma = _tell(state, t_ns, found, tube, expected)
    noise = np.maximum(0.8 * state.noise + 0.2 * found.noise, _NOISE_LEAST)
    state = replace(
        state,
        before=found.stance,
        since_ns=t_ns,
        noise=noise,
        widened_sigma=widened_sigma,
        last=found,
        speed=_step_between(state.before, found.stance),
    )
    if _is_far(found):
        state = _rekey(state, t_ns, pictures, distance, outlook)
    return state, motion


def _guess(state: MotionState) -> tuple[Stance, ...]:
    """Where the tip may be now: where it was, where its last step leads."""
    before, speed = state.before, state.speed
    ahead = Stance(speed.turn @ before.turn, speed.turn @ before.shift + speed.shift, before.widened)
    return (before, ahead) if float(np.linalg.norm(speed.shift)) > _SLOW_RADII else (before,)


def _step_between(before: Stance, now: Stance) -> Stance:
    """The step that leads from one stance to the next: p_now = turn @ p_before + shift."""
    turn = now.turn @ before.turn.T
    return Stance(turn, now.shift - turn @ before.shift, 0.0)


def _see_tube(state: MotionState, raster: Raster, outlook: Outlook) -> Tube | None:
    pixels = state.plan.tube_pixels
    whole = outlook.clear.reshape(-1)[pixels] * raster.seen.reshape(-1)[pixels]
    plain = whole * (1.0 - outlook.spot.reshape(-1)[pixels]) * (1.0 - outlook.mouth.reshape(-1)[pixels])
    for weight in (plain, whole):
        # Just before a fork all that is in view may belong to its branches: then they make the tube.
        weight = np.where(weight > 0.2, weight, 0.0)
        if float(weight.sum()) >= _TUBE_LEAST * len(pixels):
            break
    else:
        return None
    distance = np.maximum(outlook.distance.reshape(-1)[pixels], 1e-4).astype(np.float64)
    rounds = _FIRST_ROUNDS if state.tube is None else _NEXT_ROUNDS
    return fit_tube(state.plan.tube_rays, distance, weight.astype(np.float64), state.tube, rounds)


def _lay_tube(plan: MotionPlan, tube: Tube) -> tuple[DoubleArray, DoubleArray]:
    """Distance to the tube's wall (h, h), radii, and where around the lumen it is (h, h, 2), for the coarse lens."""
    lens = plan.lenses[1]
    distance = tube.meet_wall(lens.rays)
    points = lens.rays * distance[:, None]
    outward = (points - tube.place_middle(points[:, 2]))[:, :2]
    around = outward / np.maximum(np.hypot(outward[:, 0], outward[:, 1]), 1e-6)[:, None]
    return distance.reshape(lens.size, lens.size), around.reshape(lens.size, lens.size, 2)


def _rekey(
    state: MotionState, t_ns: int, pictures: tuple[WallPicture, ...], distance: DoubleArray, outlook: Outlook
) -> MotionState:
    tube = state.tube
    assert tube is not None
    keyframe = make_keyframe(t_ns, pictures, state.plan.lenses, _find_depths(state.plan, distance, tube, outlook), tube)
    return replace(state, keyframe=keyframe, before=AT_KEY, since_ns=t_ns, widened_sigma=0.0)


def _find_depths(plan: MotionPlan, distance: DoubleArray, tube: Tube, outlook: Outlook) -> tuple[FloatArray, ...]:
    """Distances to the wall of every pixel in radii, fine and coarse.

    They are the tube's; where the eye clearly sees something else (a fork, a growth, a fold) they are the eye's.
    """
    half = plan.lenses[1].size
    told = outlook.distance.reshape(half, 2, half, 2).mean(axis=(1, 3)) / np.float32(tube.unit)
    apart = np.log(np.maximum(told, 1e-4)) / tube.power - np.log(distance)
    share = np.clip(np.abs(apart) / _APART - 1.0, 0.0, 1.0) * ((told > _NEAR_RADII) & (told < FAR_RADII))
    coarse = (distance * np.exp(share * apart)).astype(np.float32)
    fine = np.asarray(cv2.resize(coarse, (plan.size, plan.size), interpolation=cv2.INTER_LINEAR), np.float32)
    return fine, coarse


def _lose(
    state: MotionState,
    t_ns: int,
    reason: LostReason,
    tube: Tube | None,
    pictures: tuple[WallPicture, ...] | None = None,
    distance: DoubleArray | None = None,
    outlook: Outlook | None = None,
) -> tuple[MotionState, NoMotion]:
    """Keep the keyframe a while, to go on from where it was; then begin anew."""
    answer = NoMotion(t_ns, reason, tube)
    if pictures is None or distance is None or outlook is None:
        return replace(state, tube=tube), answer
    is_bare = state.last is not None and state.last.held < HELD_LEAST
    if is_bare or t_ns - state.since_ns > _KEY_WAITS_S * 1e9:
        return _rekey(state, t_ns, pictures, distance, outlook), answer
    return state, answer


def _tell(state: MotionState, t_ns: int, found: Alignment, tube: Tube, expected: Expected) -> tuple[Motion, float]:
    assert state.keyframe is not None
    step = found.stance.tip - state.before.tip
    middle = 0.5 * float(found.stance.tip[2] + state.before.tip[2])
    axis = state.keyframe.tube.point_along(middle)
    along = float(axis @ step)
    sigma, roll_sigma, widened_sigma = gauge_motion(state.keyframe.tube, found, expected)
    turned = found.stance.turn @ state.before.turn.T
    axis_now = found.stance.turn @ axis
    roll = math.degrees(float(axis_now @ turn_vector(turned)))
    grown = (1.0 + found.stance.widened) / (1.0 + state.before.widened)
    along_sigma = math.hypot(sigma, _judge_depth(state.keyframe.tube) * along)
    # A stance is in radii of the lumen as wide as it was in the keyframe.
    now = 1.0 + found.stance.widened
    motion = Motion(t_ns, along / now, along_sigma / now, roll, roll_sigma, tube, turned, state.since_ns, grown)
    return motion, widened_sigma


def _judge_depth(tube: Tube) -> float:
    """How wrong the tube's depths are, relative, one standard deviation."""
    return math.hypot(_DEPTH_WRONG, _MISFIT_WRONG * (1.0 - tube.fits))


def _is_far(found: Alignment) -> bool:
    turned = math.degrees(math.acos(min(1.0, max(-1.0, (float(np.trace(found.stance.turn)) - 1.0) / 2.0))))
    travel = float(np.linalg.norm(found.stance.tip))
    return travel > _KEY_TRAVEL or turned > _KEY_TURN_DEG or found.overlap < _KEY_OVERLAP

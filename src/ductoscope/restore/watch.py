"""Watch the calibration while the scope is used: shifted camera, cores gone dark, drifted colour.

Every frame looks at a few hundred cores only, the next ones of an endless round, so the watch costs a fraction of a
millisecond whatever the bundle's size. What it finds is followed where it can be (reading moves with the shift) and
turned into one sentence of advice where it cannot. Where the picture does not tell (black, whited out, no cores left
by compression), the watch keeps what it knew and says nothing.

Reached: shifts are followed within four pitches of where the watch last was, in any direction, at any size of jump;
cores count as dark after being black among lit neighbours on eight visits, some six seconds of lit video; colour is
judged only where highlights show the lamp's own light (air, bubbles), never from tissue.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ductoscope.model import CalibrationFit, DoubleArray, FloatArray, Pixels, freeze
from ductoscope.restore.honeycomb import climb_honeycomb, compare_fingerprint
from ductoscope.restore.plan import Plan
from ductoscope.restore.read import check_pixels
from ductoscope.restore.ring_check import check_rings

LEAST_LIT = 0.04
"""Light above dark, in full scales summed over channels, from which a core says anything: 10 steps of 8 bits."""

FOLLOWED_PITCHES = 4.0
"""Jumps up to this far are found again by the fingerprint."""

_CORES_A_FRAME, _ROUND_FRAMES = 256, 32
"""At least so many cores a frame, and enough that every core is visited once in so many frames."""

_PLACES_A_FRAME = 8
"""Other places that the fingerprint is tried at in one frame."""

_STEP_PITCHES = 0.4
"""Between tried places: half of this off, a core's spot still shows most of its own light."""

_LEAST_SAMPLES = 48
"""Fewer lit cores or pairs than this, and the frame cannot be judged."""

_SURE = 5.0
"""Standard errors by which another place must fit better, in each of two frames with other cores."""

_LEAST_SPREAD = 0.02
"""Spread of the expected contrasts below which the bundle has no fingerprint."""

_LEAST_STRENGTH = 0.01
"""Of the honeycomb, below which compression or blur has eaten it."""

_LOST_AGREEMENT, _ASTRAY_FRAMES, _LOST_FRAMES = 0.06, 5, 45
_LEAST_MOVE_PX = 0.1
"""The reported shift stays as it was while the true one is nearer than this, so that read windows can be kept."""

_DARK_VISITS = 8
_DARK_ADVISED = 0.005
"""Share of cores gone dark at which a new calibration is advised, and at least three cores."""

_HIGHLIGHTS_NEEDED, _HIGHLIGHTS_KEPT, _TINT_SPREAD, _DRIFT_ADVISED = 150, 400, 0.2, 0.15


@dataclass(frozen=True, slots=True, eq=False)
class Rounds:
    """Which cores, pairs and places are looked at, in which order; made once.

    cores: (L,) live cores in an order that spreads every stretch of it over the whole picture.
    pairs: (L, 2) each of them with its nearest neighbour, and expected: (L,) their contrast by gain.
    dark: (N,) camera value without light, summed over channels.
    places_px: (P, 2) jumps to try, nearest first. a_frame: cores looked at in one frame.
    has_fingerprint: whether gains differ enough to tell one pitch from the next.
    """

    cores: NDArray[np.int32]
    pairs: NDArray[np.int32]
    expected: FloatArray
    dark: FloatArray
    places_px: DoubleArray
    a_frame: int
    has_fingerprint: bool


@dataclass(frozen=True, slots=True)
class Tint:
    """What highlights have said of the lamp's colour: running mean and mean deviation of log R/G and log B/G."""

    seen: int = 0
    red: float = 0.0
    blue: float = 0.0
    spread: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Watch:
    """What the watch remembers between frames.

    frames: how many lit frames were judged.
    shift_xy_px: where the cores are believed to be now, against the calibration.
    reported_xy_px: the shift that was last told; follows in steps of at least 0.1 px.
    agreement: running correlation of seen and expected contrasts, or None while there is none to tell.
    astray_frames: how many frames in a row the fingerprint has not been found.
    suspect_xy_px: a place that fitted better once and waits to be confirmed.
    black_visits: (N,) how often each core was black among lit neighbours, less its lit visits.
    """

    rounds: Rounds
    black_visits: NDArray[np.int8]
    frames: int = 0
    shift_xy_px: tuple[float, float] = (0.0, 0.0)
    reported_xy_px: tuple[float, float] = (0.0, 0.0)
    agreement: float | None = None
    astray_frames: int = 0
    suspect_xy_px: tuple[float, float] | None = None
    tint: Tint = Tint()

    @property
    def dark_cores(self) -> NDArray[np.intp]:
        """Rows of the cores that have gone dark since calibration, ascending."""
        return np.flatnonzero(self.black_visits >= _DARK_VISITS)


def start_watch(plan: Plan) -> Watch:
    """Make the state that `step_watch` carries from frame to frame."""
    bundle = plan.bundle
    near = plan.reading.near
    live = np.flatnonzero(~bundle.dead)
    # A fixed seed: the order must only be scattered, and the same recording must be judged the same twice.
    cores = np.random.default_rng(0).permutation(live).astype(np.int32)
    pairs = np.stack([cores, near[cores, 0]], axis=1).astype(np.int32)
    passed = bundle.gain.sum(axis=1)
    expected = ((passed[pairs[:, 0]] - passed[pairs[:, 1]]) / (passed[pairs[:, 0]] + passed[pairs[:, 1]])).astype(
        np.float32
    )
    rounds = Rounds(
        cores=freeze(cores),
        pairs=freeze(pairs),
        expected=freeze(expected),
        dark=freeze(bundle.dark.sum(axis=1).astype(np.float32)),
        places_px=freeze(_places_to_try(bundle.pitch_px)),
        a_frame=max(_CORES_A_FRAME, math.ceil(len(cores) / _ROUND_FRAMES)),
        has_fingerprint=bool(expected.std() > _LEAST_SPREAD),
    )
    return Watch(rounds, freeze(np.zeros(bundle.cores, dtype=np.int8)))


def step_watch(watch: Watch, pixels: Pixels, plan: Plan) -> tuple[Watch, CalibrationFit]:
    """Judge one more camera picture: returns the next state and how well the camera sits on the calibration.

    pixels: as for `read_cores`. Raises CalibrationError when the picture is not of the bundle's kind.
    """
    planes = check_pixels(pixels, plan)
    watch, has_light = _follow_shift(watch, planes, plan)
    if has_light and watch.astray_frames == 0:
        watch = _check_cores(watch, planes, plan)
    return _tell(watch, plan)


def _follow_shift(watch: Watch, planes: Pixels, plan: Plan) -> tuple[Watch, bool]:
    """Climb to the middle of the honeycomb, and try whether the fingerprint fits better elsewhere."""
    bundle, rounds = plan.bundle, watch.rounds
    scale = 1.0 / float(np.iinfo(planes.dtype).max)
    cores = _next(rounds.cores, watch.frames, _CORES_A_FRAME)
    arm_px = max(0.5, bundle.pitch_px / 8.0)
    x, y = watch.shift_xy_px
    lit, step_x, step_y, strength = climb_honeycomb(
        planes, bundle.xy_px, rounds.dark, cores, x, y, arm_px, scale, LEAST_LIT
    )
    if lit < _LEAST_SAMPLES:
        # Black or whited out: whatever was believed may be stale when light returns, so it must prove itself again.
        return replace(watch, suspect_xy_px=None), False
    if strength > _LEAST_STRENGTH:
        # A jump is followed at once; small steps are averaged over a few frames.
        share = 0.8 if math.hypot(step_x, step_y) > 0.5 else 0.3
        x, y = x + share * step_x, y + share * step_y
    watch = replace(watch, frames=watch.frames + 1, shift_xy_px=(x, y))
    if rounds.has_fingerprint:
        watch = _follow_fingerprint(watch, planes, plan, scale)
    return watch, strength > _LEAST_STRENGTH


def _follow_fingerprint(watch: Watch, planes: Pixels, plan: Plan, scale: float) -> Watch:
    rounds = watch.rounds
    now = np.array(watch.shift_xy_px)
    places = now + _next(rounds.places_px, watch.frames, _PLACES_A_FRAME)
    if watch.suspect_xy_px is not None:
        places[0] = watch.suspect_xy_px
    used, agreement, advantage = compare_fingerprint(
        planes,
        plan.bundle.xy_px,
        rounds.dark,
        _next(rounds.pairs, watch.frames, _CORES_A_FRAME),
        _next(rounds.expected, watch.frames, _CORES_A_FRAME),
        np.vstack([now, places]),
        scale,
        LEAST_LIT,
    )
    if used < _LEAST_SAMPLES:
        return watch
    best = int(np.argmax(advantage))
    if advantage[best] > _SURE and agreement[best] > agreement[0]:
        found = (float(places[best - 1, 0]), float(places[best - 1, 1]))
        if watch.suspect_xy_px is not None and best == 1:
            return replace(watch, shift_xy_px=found, suspect_xy_px=None, agreement=None, astray_frames=0)
        watch = replace(watch, suspect_xy_px=found)
    else:
        watch = replace(watch, suspect_xy_px=None)
    seen = float(agreement[0])
    running = seen if watch.agreement is None else watch.agreement + (seen - watch.agreement) / 15.0
    is_astray = running < _LOST_AGREEMENT
    return replace(watch, agreement=running, astray_frames=watch.astray_frames + 1 if is_astray else 0)


def _check_cores(watch: Watch, planes: Pixels, plan: Plan) -> Watch:
    """Visit the next cores: has one gone dark, does one hold a highlight."""
    bundle, rounds = plan.bundle, watch.rounds
    cores = _next(rounds.cores, watch.frames, rounds.a_frame)
    verdict = np.empty(len(cores), dtype=np.int8)
    tint = np.empty((len(cores) + 1, 2))
    highlights = check_rings(
        planes,
        bundle.xy_px,
        bundle.gain,
        bundle.dark,
        plan.reading.near,
        cores,
        *watch.shift_xy_px,
        1.0 / float(np.iinfo(planes.dtype).max),
        LEAST_LIT,
        verdict,
        tint,
    )
    visits = watch.black_visits.copy()
    # One lit visit undoes two black ones, so a speck that drifts past never adds up.
    visits[cores] = np.clip(visits[cores] + np.where(verdict < 0, -2, verdict), 0, 2 * _DARK_VISITS)
    return replace(watch, black_visits=freeze(visits), tint=_add_highlights(watch.tint, tint[:highlights]))


def _add_highlights(tint: Tint, found: DoubleArray) -> Tint:
    for red, blue in found:
        share = 1.0 / min(tint.seen + 1, _HIGHLIGHTS_KEPT)
        away = max(abs(red - tint.red), abs(blue - tint.blue))
        tint = Tint(
            tint.seen + 1,
            tint.red + share * (red - tint.red),
            tint.blue + share * (blue - tint.blue),
            tint.spread + share * (away - tint.spread),
        )
    return tint


def _colour_drift(tint: Tint) -> float:
    """Largest relative change of a channel against the others; 0 while highlights are few or disagree."""
    if tint.seen < _HIGHLIGHTS_NEEDED or tint.spread > _TINT_SPREAD:
        return 0.0
    balance = np.exp(np.array([tint.red, 0.0, tint.blue]))
    return float(np.abs(balance / balance.mean() - 1.0).max())


def _tell(watch: Watch, plan: Plan) -> tuple[Watch, CalibrationFit]:
    """Put what is known into the fit, and into one sentence where a new calibration is needed."""
    shift = watch.shift_xy_px
    if math.dist(shift, watch.reported_xy_px) > _LEAST_MOVE_PX:
        near_zero = math.hypot(*shift) <= _LEAST_MOVE_PX
        watch = replace(watch, reported_xy_px=(0.0, 0.0) if near_zero else (round(shift[0], 2), round(shift[1], 2)))
    far = math.hypot(*shift) > FOLLOWED_PITCHES * plan.bundle.pitch_px
    drift = _colour_drift(watch.tint)
    new_dark = len(watch.dark_cores)
    advice = None
    if watch.astray_frames >= _LOST_FRAMES:
        advice = "Recalibrate: the camera has moved against the fibre bundle, further than can be followed."
    elif far:
        advice = (
            f"Recalibrate: the camera has moved {math.hypot(*shift):.1f} px against the fibre bundle; it is still "
            "followed, but not for much further."
        )
    elif new_dark >= max(3, _DARK_ADVISED * plan.bundle.cores):
        advice = f"Recalibrate: {new_dark} fibre cores have gone dark since calibration."
    elif drift > _DRIFT_ADVISED:
        advice = f"Recalibrate: highlights show that the colours have drifted by {drift:.0%} since calibration."
    is_shifted = far or watch.astray_frames >= _ASTRAY_FRAMES
    return watch, CalibrationFit(watch.reported_xy_px, is_shifted, new_dark, drift, advice)


def _places_to_try(pitch_px: float) -> DoubleArray:
    """Jumps within reach, nearest first, on an even grid, none nearer than the honeycomb itself would find."""
    step = _STEP_PITCHES * pitch_px
    reach = math.ceil(FOLLOWED_PITCHES / _STEP_PITCHES)
    grid = np.stack(np.meshgrid(*2 * (np.arange(-reach, reach + 1),)), axis=-1).reshape(-1, 2) * step
    away = np.hypot(grid[:, 0], grid[:, 1])
    kept = (away > 0.3 * pitch_px) & (away <= FOLLOWED_PITCHES * pitch_px + step)
    return np.ascontiguousarray(grid[kept][np.argsort(away[kept], kind="stable")])


_Row = TypeVar("_Row", bound=np.generic)


def _next(round_of: NDArray[_Row], frame: int, count: int) -> NDArray[_Row]:
    """The stretch of `count` rows whose turn it is in this frame; the round never ends."""
    count = min(count, len(round_of))
    start = frame * count % len(round_of)
    stretch = round_of[start : start + count]
    return stretch if len(stretch) == count else np.concatenate([stretch, round_of[: count - len(stretch)]])

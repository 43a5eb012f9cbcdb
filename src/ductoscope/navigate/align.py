"""Align a picture with a keyframe: directly, pixel by pixel, in six degrees of freedom and the lumen's widening."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

from ductoscope.model import DoubleArray, FloatArray
from ductoscope.navigate.keyframe import FREEDOMS, Keyframe, Lens, Level
from ductoscope.navigate.wall_picture import CHANNELS, WallPicture

_ROUNDS = (3, 5)
"""Of Gauss-Newton at most: on the fine picture, and before it on the coarse one."""
_DONE = 5e-4
_AS_GOOD = 0.01
MARKS_ALIKE = 14.0
"""Marks are blurred and wrong in patches: so many pixels tell no more than one. Measured on tuning seeds."""
_TUKEY = 4.0
"""Marks that differ by more than this many noises belong to something else than the wall: they do not count."""


@dataclass(frozen=True, slots=True, eq=False)
class Stance:
    """Where the tip is against its keyframe: p_now = turn @ (p_key + widened * outward) + shift, in radii.

    turn: (3, 3). shift: (3,). widened: how much wider the lumen is than it was in the keyframe, 0 is not.
    """

    turn: DoubleArray
    shift: DoubleArray
    widened: float

    @property
    def tip(self) -> DoubleArray:
        """Place (3,) of the tip in the keyframe's tip frame, radii."""
        place: DoubleArray = -self.turn.T @ self.shift
        return place


AT_KEY = Stance(np.eye(3), np.zeros(3), 0.0)


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """What a hand and a duct can do: the stance before, and how far it may change (one standard deviation).

    shift: (3,) radii, in the keyframe's frame. turn: (3,) rad. widening: of the lumen, relative.
    """

    stance: Stance
    shift: DoubleArray
    turn: DoubleArray
    widening: float


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """What aligning told.

    information: (7, 7) of the marks alone, each channel counted down by its own excess of noise.
    noise: (2,) scale of the marks' residuals really measured, in units of the noise that was expected, 1 or more.
    overlap: share of the keyframe's weight that is in view. agrees: share of that which a robust eye accepts.
    rival: how far away, radii, another stance lies that fits as well; 0 when there is none.
    held: what the keyframe's marks amount to against their noise (sum of squares), where they are believed at all.
    """

    stance: Stance
    information: DoubleArray
    noise: DoubleArray
    overlap: float
    agrees: float
    rival: float
    held: float


def align(
    keyframe: Keyframe,
    pictures: tuple[WallPicture, ...],
    lenses: tuple[Lens, ...],
    starts: tuple[Stance, ...],
    noise: DoubleArray,
    expected: Expected,
) -> Alignment:
    """Find the stance in which the keyframe's marks meet those of `pictures`.

    Inverse compositional Gauss-Newton (Baker and Matthews, IJCV 56:221, 2004) with Tukey weights, coarse to fine.
    starts: stances to begin from; the one that ends with the best fit on the coarse picture is taken. noise: (2,)
    scale of the residuals, from the pictures before. expected: where the tip may be at all.
    """
    # On the coarse picture the marks differ by how wrong the start is, not by noise.
    coarse, fine = (keyframe.levels[1], lenses[1], pictures[1]), (keyframe.levels[0], lenses[0], pictures[0])
    ends = [_settle(*coarse, start, noise * 3.0, expected, _ROUNDS[1]) for start in starts]
    fits = [_agree(*coarse, end, noise * 3.0) for end in ends]
    best = int(np.argmax(fits))
    as_good = [end for end, fit in zip(ends, fits, strict=True) if fit > fits[best] - _AS_GOOD]
    rival = max(float(np.linalg.norm(end.tip - ends[best].tip)) for end in as_good)
    stance = _settle(*fine, ends[best], noise, expected, _ROUNDS[0])
    held = float((fine[0].weight * np.square(fine[0].marks)).sum())
    residual, overlap = _scatter(*fine, stance)
    measured = noise.copy()
    for channel in range(CHANNELS):
        told = residual[channel]
        if told.size >= 50:
            measured[channel] = max(1.4826 * float(np.median(np.abs(told))), 1.0)
    _, tally = _weigh(*fine, stance, measured)
    # Residuals above the noise expected are wrong marks, not random ones: more pixels do not help against them.
    system, _ = _weigh(*fine, stance, measured**2)
    agrees = float(tally[1] / tally[0]) if tally[0] > 0.0 else 0.0
    return Alignment(stance, system[:FREEDOMS].copy(), measured, overlap, agrees, rival, held)


def _settle(
    level: Level,
    lens: Lens,
    picture: WallPicture,
    start: Stance,
    scale: DoubleArray,
    expected: Expected,
    rounds: int,
) -> Stance:
    """Improve a stance on one level. scale: (2,) of the residuals of each channel; rounds: of Gauss-Newton at most."""
    stance = start
    for _ in range(rounds):
        system, _ = _weigh(level, lens, picture, stance, scale)
        matrix, force = system[:FREEDOMS], system[FREEDOMS]
        expect(expected, stance, matrix, force)
        step = np.linalg.solve(matrix, force)
        size = float(np.abs(step).max())
        if size > 0.25:
            step *= 0.25 / size
        stance = _take_step(stance, step)
        if size < _DONE:
            break
    return stance


def expect(expected: Expected, stance: Stance, matrix: DoubleArray, force: DoubleArray) -> None:
    """Add to the normal equations what a hand and a duct can do between two pictures, in place."""
    loose = np.concatenate([expected.shift, expected.turn, [expected.widening]])
    off = np.zeros(FREEDOMS)
    off[:3] = expected.stance.tip - stance.tip
    off[3:6] = turn_vector(expected.stance.turn.T @ stance.turn)
    off[6] = stance.widened - expected.stance.widened
    stiff = MARKS_ALIKE / loose**2
    matrix[np.diag_indices(FREEDOMS)] += stiff
    force += stiff * off


def _agree(level: Level, lens: Lens, picture: WallPicture, stance: Stance, scale: DoubleArray) -> float:
    """Share of the weight in view, 0 to 1, that a robust eye accepts."""
    _, tally = _weigh(level, lens, picture, stance, scale)
    return float(tally[1] / max(tally[0], 1e-12))


def _take_step(stance: Stance, step: DoubleArray) -> Stance:
    """Compose the stance with the undone step: what moved the keyframe's points now moves the tip the other way."""
    back = _rotate(-step[3:6])
    turn = stance.turn @ back
    shift = stance.shift - turn @ step[:3]
    return Stance(turn, shift, float(np.clip(stance.widened - step[6], -0.5, 0.8)))


def turn_vector(turn: DoubleArray) -> DoubleArray:
    """Rotation vector (3,) of a rotation by less than a right angle."""
    sine = 0.5 * np.array([turn[2, 1] - turn[1, 2], turn[0, 2] - turn[2, 0], turn[1, 0] - turn[0, 1]])
    size = float(np.linalg.norm(sine))
    vector: DoubleArray = sine * (math.asin(min(size, 1.0)) / size) if size > 1e-12 else sine
    return vector


def _rotate(vector: DoubleArray) -> DoubleArray:
    """Rotation matrix of a rotation vector (Rodrigues)."""
    angle = float(np.linalg.norm(vector))
    if angle < 1e-12:
        return np.eye(3)
    x, y, z = vector / angle
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    turn: DoubleArray = np.eye(3) + math.sin(angle) * cross + (1.0 - math.cos(angle)) * (cross @ cross)
    return turn


def _weigh(
    level: Level, lens: Lens, picture: WallPicture, stance: Stance, scale: DoubleArray
) -> tuple[DoubleArray, DoubleArray]:
    """Normal equations (8, 7) of the marks at a stance, the right side last, and the weight in view (2,).

    The latter is the whole, and what of it a robust eye accepts.
    """
    system = np.zeros((FREEDOMS + 1, FREEDOMS))
    tally = np.zeros(2)
    _gather(
        level.points, level.widen, level.marks, level.slope, level.weight,
        picture.marks, picture.trust,
        np.ascontiguousarray(stance.turn), stance.shift, stance.widened,
        lens.index, lens.half_air, scale, _TUKEY, system, tally,
    )  # fmt: skip
    return system, tally


def _scatter(level: Level, lens: Lens, picture: WallPicture, stance: Stance) -> tuple[tuple[DoubleArray, ...], float]:
    """Residuals (n,) of each channel, in units of the noise expected, and the share of the weight in view."""
    out = np.full((len(level.points), CHANNELS), np.nan)
    _compare(
        level.points, level.widen, level.marks, picture.marks, picture.trust,
        np.ascontiguousarray(stance.turn), stance.shift, stance.widened, lens.index, lens.half_air, out,
    )  # fmt: skip
    is_seen = ~np.isnan(out[:, 0])
    weight = level.weight.sum(axis=1)
    whole = float(weight.sum())
    share = float(weight[is_seen].sum()) / whole if whole > 0.0 else 0.0
    return tuple(out[is_seen, c] * np.sqrt(level.weight[is_seen, c]) for c in range(CHANNELS)), share


@njit(cache=True, nogil=True)
def _find(
    point: FloatArray, widen: FloatArray, turn: DoubleArray, shift: DoubleArray, widened: float,
    index: float, half_air: float, size: int,
) -> tuple[float, float]:  # fmt: skip
    """Pixel in which a keyframe's point is seen now; (-1, -1) when it is not."""
    x, y, z = point[0] + widened * widen[0], point[1] + widened * widen[1], point[2] + widened * widen[2]
    u = turn[0, 0] * x + turn[0, 1] * y + turn[0, 2] * z + shift[0]
    v = turn[1, 0] * x + turn[1, 1] * y + turn[1, 2] * z + shift[1]
    w = turn[2, 0] * x + turn[2, 1] * y + turn[2, 2] * z + shift[2]
    if w <= 0.05:
        return -1.0, -1.0
    aside = math.sqrt(u * u + v * v)
    sine = index * aside / math.sqrt(aside * aside + w * w)
    if sine >= 1.0:
        return -1.0, -1.0
    radius = math.asin(sine) / half_air
    if radius > 1.0:
        return -1.0, -1.0
    to_pixels = radius / max(aside, 1e-9) * size / 2.0
    return u * to_pixels + size / 2.0 - 0.5, v * to_pixels + size / 2.0 - 0.5


@njit(cache=True, nogil=True)
def _sample(now: FloatArray, x: float, y: float, channel: int) -> float:
    """A channel of the marks `now` (S, S, C) at a place within them, between its four pixels (bilinear)."""
    column, row = int(x), int(y)
    fx, fy = x - column, y - row
    above = (1.0 - fx) * now[row, column, channel] + fx * now[row, column + 1, channel]
    below = (1.0 - fx) * now[row + 1, column, channel] + fx * now[row + 1, column + 1, channel]
    sampled: float = (1.0 - fy) * above + fy * below
    return sampled


@njit(cache=True, nogil=True)
def _gather(
    points: FloatArray, widen: FloatArray, marks: FloatArray, slope: FloatArray, weight: FloatArray,
    now: FloatArray, trust: FloatArray, turn: DoubleArray, shift: DoubleArray, widened: float,
    index: float, half_air: float, scale: DoubleArray, tukey: float, system: DoubleArray, tally: DoubleArray,
) -> None:  # fmt: skip
    """Sum up the normal equations: rows 0 to 6 of `system` the matrix, row 7 the right side."""
    size = now.shape[0]
    for i in range(points.shape[0]):
        x, y = _find(points[i], widen[i], turn, shift, widened, index, half_air, size)
        if x < 0.0 or y < 0.0 or x >= size - 1 or y >= size - 1:
            continue
        seen = trust[int(y + 0.5), int(x + 0.5)]
        if seen < 0.1:
            continue
        for c in range(marks.shape[1]):
            away = _sample(now, x, y, c) - marks[i, c]
            sure = weight[i, c] * seen / (scale[c] * scale[c])
            off = away * away * weight[i, c] / (scale[c] * scale[c] * tukey * tukey)
            tally[0] += sure * scale[c] * scale[c]
            if off >= 1.0:
                continue
            robust = (1.0 - off) * (1.0 - off)
            tally[1] += sure * robust * scale[c] * scale[c]
            sure *= robust
            for a in range(7):
                part = sure * slope[i, c, a]
                system[7, a] += part * away
                for b in range(a, 7):
                    system[a, b] += part * slope[i, c, b]
    for a in range(7):
        for b in range(a):
            system[a, b] = system[b, a]


@njit(cache=True, nogil=True)
def _compare(
    points: FloatArray, widen: FloatArray, marks: FloatArray, now: FloatArray, trust: FloatArray,
    turn: DoubleArray, shift: DoubleArray, widened: float, index: float, half_air: float, out: DoubleArray,
) -> None:  # fmt: skip
    """Differences (N, 2) of the marks; NaN stays where a point is out of view."""
    size = now.shape[0]
    for i in range(points.shape[0]):
        x, y = _find(points[i], widen[i], turn, shift, widened, index, half_air, size)
        if x < 0.0 or y < 0.0 or x >= size - 1 or y >= size - 1:
            continue
        if trust[int(y + 0.5), int(x + 0.5)] < 0.1:
            continue
        for c in range(marks.shape[1]):
            out[i, c] = _sample(now, x, y, c) - marks[i, c]

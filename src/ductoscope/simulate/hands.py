"""The operator's hands: where the tip is at any time, as a person moves it.

Pushes of a few millimetres, pauses, small reversals, then a slow withdrawal; on top of it breathing, slow sway, roll
and a faint tremor. A pure function of the seed and the time, so any frame can be asked for first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ductoscope.model import BadInputError, DoubleArray


@dataclass(frozen=True, slots=True)
class TipPose:
    """Where the tip is and where it looks.

    t_s: time. depth_mm: along the duct's centreline. offset_xy_mm: off the centreline. tilt_xy_deg: how far the view
    turns right and down from the centreline's direction. roll_deg: of the scope about its own axis.
    """

    t_s: float
    depth_mm: float
    offset_xy_mm: tuple[float, float]
    tilt_xy_deg: tuple[float, float]
    roll_deg: float


@dataclass(frozen=True, slots=True)
class Hands:
    """One operator's way of moving, drawn by seed.

    seed: 0 or more.
    start_mm, reach_mm: shallowest and deepest place of the tip, breathing and sway aside.
    unsteadiness: 1 is a usual hand and patient; 0 leaves only the pushes.
    """

    seed: int
    start_mm: float = 3.0
    reach_mm: float = 30.0
    unsteadiness: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.start_mm < self.reach_mm:
            raise BadInputError(f"The tip must go deeper than it starts, got {self.start_mm} to {self.reach_mm} mm.")

    def pose_at(self, t_s: float) -> TipPose:
        """The pose at `t_s` seconds (0 or later)."""
        cycle, since = _find_cycle(self, t_s)
        times, depths = _draw_cycle(self, cycle)
        depth = _ease(times, depths, since)
        sway = _draw_sway(self.seed)
        waves = [self.unsteadiness * float(np.sum(a * np.sin(w * t_s + p))) for a, w, p in sway]
        breath = self.unsteadiness * float(np.sin(2.0 * np.pi * _breath_hz(self.seed) * t_s))
        return TipPose(
            t_s=t_s,
            depth_mm=depth + 0.18 * breath + 0.05 * waves[0],
            offset_xy_mm=(0.16 * waves[1] + 0.03 * breath, 0.16 * waves[2] + 0.05 * breath),
            tilt_xy_deg=(5.0 * waves[3] + 0.8 * breath, 5.0 * waves[4]),
            roll_deg=14.0 * waves[5],
        )


def _find_cycle(hands: Hands, t_s: float) -> tuple[int, float]:
    """Which round of going in and coming out it is, and the seconds since its start."""
    cycle, since = 0, max(t_s, 0.0)
    while since >= (length := float(_draw_cycle(hands, cycle)[0][-1])):
        cycle, since = cycle + 1, since - length
    return cycle, since


@lru_cache(maxsize=256)
def _draw_cycle(hands: Hands, cycle: int) -> tuple[DoubleArray, DoubleArray]:
    """Keyframes of one round: times in s from 0, depths in mm, from the start and back to it."""
    rng = np.random.default_rng([hands.seed, 1, cycle])
    deepest = hands.reach_mm - rng.uniform(0.0, 0.15) * (hands.reach_mm - hands.start_mm)
    time, depth = rng.uniform(0.3, 1.0), hands.start_mm
    times, depths = [0.0, time], [depth, depth]

    def move(target: float, speed_mm_s: float) -> None:
        nonlocal time, depth
        target = float(np.clip(target, hands.start_mm, deepest))
        time += max(abs(target - depth) / speed_mm_s, 0.15)
        depth = target
        times.append(time)
        depths.append(depth)

    while depth < deepest - 0.2:
        move(depth + rng.gamma(3.0, 0.8), rng.uniform(1.2, 3.0))
        chance = rng.uniform()
        if chance < 0.25:
            move(depth - rng.uniform(0.4, 1.8), rng.uniform(0.8, 2.0))
        elif chance < 0.55:
            time += rng.uniform(0.4, 2.5)
            times.append(time)
            depths.append(depth)
    while depth > hands.start_mm + 0.2:
        move(depth - rng.gamma(4.0, 1.1), rng.uniform(1.0, 2.2))
        if rng.uniform() < 0.35:
            time += rng.uniform(0.4, 1.8)
            times.append(time)
            depths.append(depth)
    move(hands.start_mm, 1.0)
    return np.array(times), np.array(depths)


def _ease(times: DoubleArray, depths: DoubleArray, t_s: float) -> float:
    """Depth at a time, starting and stopping softly at every keyframe."""
    after = int(np.clip(np.searchsorted(times, t_s, side="right"), 1, len(times) - 1))
    share = (t_s - times[after - 1]) / (times[after] - times[after - 1])
    share = share * share * (3.0 - 2.0 * share)
    return float(depths[after - 1] + share * (depths[after] - depths[after - 1]))


@lru_cache(maxsize=16)
def _draw_sway(seed: int) -> tuple[tuple[DoubleArray, DoubleArray, DoubleArray], ...]:
    """Six slow wanderings of amplitude about 1 with a faint tremor: amplitudes, angular rates (rad/s) and phases."""
    rng = np.random.default_rng([seed, 2])
    waves = []
    for _ in range(6):
        rate_hz = np.concatenate([rng.uniform(0.02, 0.09, 2), rng.uniform(0.1, 0.35, 2), rng.uniform(6.0, 10.0, 1)])
        amplitude = np.array([0.7, 0.5, 0.3, 0.2, 0.02])
        waves.append((amplitude, 2.0 * np.pi * rate_hz, rng.uniform(0.0, 2.0 * np.pi, 5)))
    return tuple(waves)


@lru_cache(maxsize=16)
def _breath_hz(seed: int) -> float:
    return float(np.random.default_rng([seed, 3]).uniform(0.2, 0.3))

"""Fork: how a duct divides, into how many children of which width and in which directions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

MURRAY = 2.85
"""A duct's width to this power is what its children share (Murray's law; 2.7 to 3 in CLINICAL's breast models)."""
LEAST_RATIO, MOST_RATIO = 0.6, 0.9
"""Every child's diameter lies between these shares of its parent's."""
_IN_THREE = 0.1
"""Share of forks into three instead of two (assumed)."""
_RATIO_SD = 0.06
_ANGLE_SD_DEG = 9.0
_LEAST_ANGLE_DEG, _MOST_ANGLE_DEG = 25.0, 70.0


@dataclass(frozen=True, slots=True)
class Fork:
    """One fork as it was drawn.

    ratios: each child's diameter by the parent's, widest first. angle_deg: between any two children.
    turns_rad: how far each child turns away from the parent's course. towards_rad: and in which direction, from the
    parent's right towards its down.
    """

    ratios: tuple[float, ...]
    angle_deg: float
    turns_rad: tuple[float, ...]
    towards_rad: tuple[float, ...]


def draw_fork(rng: np.random.Generator, child_ratio: float, fork_angle_deg: float, plane_rad: float) -> Fork:
    """Draw a fork whose plane lies near `plane_rad`; the narrower child turns farther, as flow would have it.

    child_ratio, fork_angle_deg: means; draws stay within 0.6 to 0.9 and 25 to 70 degrees.
    """
    angle_deg = draw_within(rng, fork_angle_deg, _ANGLE_SD_DEG, _LEAST_ANGLE_DEG, _MOST_ANGLE_DEG)
    count = 3 if rng.uniform() < _IN_THREE else 2
    ratios = _draw_ratios(rng, child_ratio, count)
    angle = float(np.deg2rad(angle_deg))
    if count == 3:
        # Three directions on a cone, each pair `angle` apart: sin(turn) = sin(angle / 2) / sin(60 deg).
        turn = float(np.arcsin(np.sin(angle / 2.0) / np.sin(np.pi / 3.0)))
        return Fork(ratios, angle_deg, (turn,) * 3, tuple(plane_rad + k * 2.0 * np.pi / 3.0 for k in range(3)))
    wide, narrow = (ratio**MURRAY for ratio in ratios)
    share = narrow / (wide + narrow)
    return Fork(ratios, angle_deg, (share * angle, (1.0 - share) * angle), (plane_rad, plane_rad + np.pi))


def draw_within(rng: np.random.Generator, mean: float, sd: float, low: float, high: float) -> float:
    """A normal number, drawn again until it lies from `low` to `high`."""
    if sd <= 0.0 or low >= high:
        return float(np.clip(mean, low, high))
    while not low <= (value := rng.normal(mean, sd)) <= high:
        pass
    return float(value)


def _draw_ratios(rng: np.random.Generator, mean: float, count: int) -> tuple[float, ...]:
    """Widths that share what two children of the mean width would have, so a wide child has a narrow sibling."""
    first = draw_within(rng, mean, _RATIO_SD, LEAST_RATIO, MOST_RATIO)
    left = max(2.0 * mean**MURRAY - first**MURRAY, 0.0)
    ratios = [first] + [float((left / (count - 1)) ** (1.0 / MURRAY))] * (count - 1)
    return tuple(sorted((float(np.clip(ratio, LEAST_RATIO, MOST_RATIO)) for ratio in ratios), reverse=True))

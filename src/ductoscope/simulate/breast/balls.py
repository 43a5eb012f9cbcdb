"""Balls on a flat wall: what lobes are made of before they are bent onto a duct's inside.

(K, 8) arrays: along, across, height of the middle above the wall and radius in mm, then R, G, B albedo and gloss.
see() blends neighbouring balls, so that a dense row of them is a smooth body and a loose one is knobbly.
"""

from __future__ import annotations

import numpy as np

from ductoscope.model import DoubleArray
from ductoscope.simulate.breast.lesion_kinds import LesionKind
from ductoscope.simulate.breast.palette import BASES, FRESH_BLOOD, TIPS

GOLDEN_RAD = float(np.pi * (3.0 - np.sqrt(5.0)))
"""Turning by this angle from one to the next spreads things evenly without rows."""

_GLOSSES = {"smooth": 0.9, "granular": 0.7, "lobulated": 0.8, "villous": 0.75, "rough": 0.35}
_BLOODY_SHARE = 0.10


def make_balls(places_mm: DoubleArray, radius_mm: DoubleArray) -> DoubleArray:
    """Balls at places (K, 3), of these radii, without colour."""
    balls = np.zeros((len(places_mm), 8))
    balls[:, :3], balls[:, 3] = places_mm, radius_mm
    return balls


def measure_balls(balls: DoubleArray) -> tuple[float, float, float]:
    """Extents in mm of what stands above the wall: along, across, height."""
    sunk = np.minimum(balls[:, 2], 0.0)
    reach = np.sqrt(np.maximum(balls[:, 3] ** 2 - sunk**2, 0.0))
    along, across = (float(np.max(balls[:, n] + reach) - np.min(balls[:, n] - reach)) for n in (0, 1))
    return along, across, float(np.max(balls[:, 2] + balls[:, 3]))


def fit_balls(balls: DoubleArray, size_mm: float, highest_mm: float) -> DoubleArray:
    """Scale so that the longest extent is size_mm and nothing stands higher than highest_mm."""
    fitted = balls.copy()
    for _ in range(4):
        fitted[:, :4] *= size_mm / max(measure_balls(fitted))
        top = float(np.max(fitted[:, 2] + fitted[:, 3]))
        if top <= highest_mm * 1.001:
            break
        # What is too high is pressed down; balls keep round, so the lowest sink into the wall.
        fitted[:, 2] = (fitted[:, 2] + fitted[:, 3]) * highest_mm / top - fitted[:, 3]
        along = measure_balls(fitted)[0]
        fitted[:, :2] *= max(size_mm - (along - np.ptp(fitted[:, 0])), 0.1) / max(float(np.ptp(fitted[:, 0])), 0.1)
    return fitted


def spread_on_head(
    rng: np.random.Generator, half_mm: DoubleArray, middle_mm: float, count: int, share: float, spread: float
) -> DoubleArray:
    """Balls whose outsides lie on an ellipsoid about a middle above the wall, few of them towards the wall.

    half_mm: half axes along, across and up. share: the balls' radius by the shortest of them; spread: of its logarithm.
    """
    index = np.arange(count) + 0.5
    rise = np.clip(1.0 - 1.6 * index / count + rng.normal(0.0, 0.07, count), -0.8, 1.0)
    turn = GOLDEN_RAD * index + rng.normal(0.0, 0.35, count)
    ring = np.sqrt(1.0 - rise**2)
    radius = share * float(np.min(half_mm)) * np.exp(rng.normal(0.0, spread, count))
    reach = np.maximum(1.0 - radius[:, None] / half_mm, 0.1) * rng.uniform(0.92, 1.06, (count, 1))
    places = np.column_stack([ring * np.cos(turn), ring * np.sin(turn), rise]) * half_mm * reach
    return make_balls(places + np.array([0.0, 0.0, middle_mm]), radius)


def rest_on(body: DoubleArray, middle_mm: float, lobes: DoubleArray, sink: float) -> DoubleArray:
    """The lobes moved along their rays from a middle above the wall until they rest on a body about that middle.

    sink: 0 leaves a lobe's middle on the body's surface, 1 lets it just vanish inside. A lobe never hangs free.
    """
    middle = np.array([0.0, 0.0, middle_mm])
    out = lobes[:, :3] - middle
    out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
    off = body[:, :3] - middle
    ahead = out @ off.T
    inside = ahead**2 - np.sum(off**2, axis=1) + body[:, 3] ** 2
    surface = np.max(np.where(inside > 0.0, ahead + np.sqrt(np.maximum(inside, 0.0)), 0.0), axis=1)
    resting = lobes.copy()
    resting[:, :3] = middle + out * np.maximum(surface - sink * lobes[:, 3], 0.0)[:, None]
    return resting


def sweep_body(
    rng: np.random.Generator, half_mm: DoubleArray, middle_mm: float, count: int, unevenness: float
) -> DoubleArray:
    """A smooth, slightly bent body: balls so close along their row that no seam shows."""
    # Closer together towards the ends, where the body is thin.
    at = np.sin(np.linspace(-0.5 * np.pi, 0.5 * np.pi, count))
    thick = 0.5 * (half_mm[1] + half_mm[2])
    slim = min(thick / float(half_mm[0]), 1.0)
    profile = np.sqrt(1.0 - (0.97 * at) ** 2) * (1.0 + unevenness * np.sin(2.2 * at + rng.uniform(0.0, 6.0)))
    bend = 0.15 * thick * np.sin(1.6 * at + rng.uniform(0.0, 6.0))
    radius = np.maximum(thick * (slim * profile + (1.0 - slim) * np.sqrt(profile)), 0.1 * thick)
    reach = max(float(half_mm[0]) - 0.8 * thick, 0.15 * thick)
    radius *= half_mm[2] / max(float(np.max(radius)), 1e-9)
    return make_balls(np.column_stack([reach * at, bend, np.full(count, middle_mm)]), radius)


def make_stalk(rng: np.random.Generator, half_mm: DoubleArray, length_mm: float, count: int) -> DoubleArray:
    """Balls from the wall up into the head; the stalk leans, as polyps hang into the duct."""
    rise = np.linspace(0.0, 1.0, count)
    lean = 0.35 * half_mm[0] * float(rng.choice([-1.0, 1.0]))
    places = np.column_stack([lean * (1.0 - rise), np.zeros(count), length_mm * rise])
    thick = 0.28 * float(np.min(half_mm[:2]))
    return make_balls(places, thick * (0.9 + 0.4 * (1.0 - rise) ** 2))


def colour_balls(
    rng: np.random.Generator, kind: LesionKind, balls: DoubleArray, ripeness: DoubleArray, jitter: float
) -> DoubleArray:
    """Colour each ball between its kind's base (ripeness 0) and tips (1), no two alike, and set its gloss."""
    count = len(balls)
    coloured = balls.copy()
    # Ripeness drifts over the body, as one side of a berry is paler than the other.
    facing = rng.normal(0.0, 1.0, 3)
    out = balls[:, :3] - balls[:, :3].mean(axis=0)
    drift = out @ (facing / np.linalg.norm(facing)) / max(float(np.abs(out).max()), 1e-9)
    ripe = np.clip(ripeness + 0.25 * drift, 0.0, 1.0)[:, None]
    mix = BASES[kind.colour] + ripe * (TIPS[kind.colour] - BASES[kind.colour])
    mix = mix * np.exp(rng.normal(0.0, jitter, (count, 1)) + rng.normal(0.0, 0.4 * jitter, (count, 3)))
    if kind.bleeds == "spontaneous":
        bloody = (rng.uniform(size=count) < _BLOODY_SHARE)[:, None]
        mix = np.where(bloody, 0.4 * mix + 0.6 * FRESH_BLOOD, mix)
    coloured[:, 4:7] = np.clip(mix, 0.01, 0.98)
    coloured[:, 7] = np.clip(_GLOSSES[kind.surface] + rng.normal(0.0, 0.04, count), 0.0, 1.0)
    return coloured

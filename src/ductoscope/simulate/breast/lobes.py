"""Lobes: balls that ride on a duct's wall and make everything that protrudes into it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ductoscope.model import DoubleArray
from ductoscope.simulate.breast.balls import GOLDEN_RAD, colour_balls, fit_balls, make_balls, measure_balls
from ductoscope.simulate.breast.lesion_kinds import LesionKind
from ductoscope.simulate.breast.loose import shape_clot, shape_debris
from ductoscope.simulate.breast.polyps import join_group, shape_dome, shape_flat, shape_papilla, shape_plug

MOST_LOBES = 60
"""In one lesion; every ray near it looks at all of them."""

_HEIGHTS = {"hemispheric": 0.5, "papillary": 0.75, "flat": 0.2, "debris": 0.55, "clot": 0.4}
_GRAINS_PER_MM2 = 6.0

_Shape = Callable[[np.random.Generator, LesionKind, DoubleArray, int], DoubleArray]
_SHAPES: dict[str, _Shape] = {
    "hemispheric": shape_dome,
    "papillary": shape_papilla,
    "flat": shape_flat,
    "debris": shape_debris,
    "clot": shape_clot,
}


def shape_lobes(
    rng: np.random.Generator, kind: LesionKind, size_mm: float, highest_mm: float, radius_mm: float
) -> tuple[DoubleArray, float]:
    """Lobes (K, 8) as in `Lesion` for a wall of this radius at working pressure, and their longest extent in mm.

    size_mm: wanted longest extent; a plug is at least as long as its lumen is wide. highest_mm: only plugs stand
    higher.
    """
    if kind.is_plug:
        balls = shape_plug(rng, kind, size_mm, radius_mm, MOST_LOBES)
    elif kind.type == "polypoid multiple":
        heads = int(rng.integers(2, 5))
        shares = rng.dirichlet(np.full(heads, 8.0)) * 0.85
        polyps = [_shape_one(rng, kind, float(share) * size_mm, highest_mm, MOST_LOBES // heads) for share in shares]
        gap_mm = (size_mm - sum(measure_balls(polyp)[0] for polyp in polyps)) / (heads - 1)
        balls = join_group(rng, polyps, gap_mm, min(0.5 * highest_mm, 0.15 * size_mm))
    else:
        balls = _shape_one(rng, kind, size_mm, highest_mm, MOST_LOBES)
    return wrap_lobes(balls, radius_mm), max(measure_balls(balls))


def shape_grains(
    rng: np.random.Generator, kind: LesionKind, length_mm: float, width_mm: float, radius_mm: float
) -> DoubleArray:
    """Low grains of a carpet, (K, 8) as in `Lesion`: balls that look a little out of the wall, none at its margin."""
    count = int(np.clip(_GRAINS_PER_MM2 * length_mm * width_mm, 8, MOST_LOBES))
    index = np.arange(count) + 0.5
    ring, turn = 0.38 * np.sqrt(index / count), GOLDEN_RAD * index + rng.normal(0.0, 0.6, count)
    shake = rng.normal(0.0, 0.03, (count, 2))
    along = length_mm * (ring * np.cos(turn) + shake[:, 0])
    across = width_mm * (ring * np.sin(turn) + shake[:, 1])
    radius = np.minimum(0.085 * np.exp(rng.normal(0.0, 0.3, count)), 0.15 * radius_mm)
    height = radius * rng.uniform(-0.85, -0.5, count)
    balls = make_balls(np.column_stack([along, across, height]), radius)
    lobes = colour_balls(rng, kind, balls, np.clip(rng.normal(0.35, 0.08, count), 0.0, 1.0), 0.03)
    # Along the wall itself, which may be a whole ring.
    lobes[:, 1] = np.rad2deg(across / radius_mm)
    return lobes


def wrap_lobes(balls: DoubleArray, radius_mm: float) -> DoubleArray:
    """Bend balls from a flat wall onto the inside of a tube: across and height become an angle and a height."""
    inward = radius_mm - balls[:, 2]
    lobes = balls.copy()
    lobes[:, 1] = np.rad2deg(np.arctan2(balls[:, 1], inward))
    lobes[:, 2] = radius_mm - np.hypot(balls[:, 1], inward)
    return lobes


def fill_share(lobes: DoubleArray, radius_mm: float) -> float:
    """Share of a lumen of this radius that lobes hide from one who looks along it, 0 to 1."""
    if len(lobes) == 0:
        return 0.0
    grid = np.linspace(-1.0, 1.0, 65) * radius_mm
    across, down = np.meshgrid(grid, grid)
    inside = np.hypot(across, down) <= radius_mm
    inward, angle = radius_mm - lobes[:, 2], np.deg2rad(lobes[:, 1])
    off = np.hypot(across[inside][:, None] - inward * np.sin(angle), down[inside][:, None] - inward * np.cos(angle))
    return float(np.mean(np.any(off <= lobes[:, 3], axis=1)))


def _shape_one(rng: np.random.Generator, kind: LesionKind, size_mm: float, highest_mm: float, most: int) -> DoubleArray:
    """One protrusion whose longest extent is size_mm, centred on its place."""
    name = kind.type if kind.is_loose else kind.form
    height = min(size_mm * _HEIGHTS[name] * rng.uniform(0.85, 1.15), highest_mm)
    across = min(size_mm * rng.uniform(0.65, 0.95), max(1.5 * highest_mm, 0.4 * size_mm))
    balls = _SHAPES[name](rng, kind, np.array([0.5 * size_mm, 0.5 * across, height]), most)
    fitted = fit_balls(balls, size_mm, highest_mm)
    ends = fitted[:, :2] + fitted[:, 3:4], fitted[:, :2] - fitted[:, 3:4]
    fitted[:, :2] -= 0.5 * (np.max(ends[0], axis=0) + np.min(ends[1], axis=0))
    return fitted

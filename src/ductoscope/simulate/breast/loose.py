"""Shapes of what lies loose in a duct: flocculent debris and clots, as balls on a flat wall."""

from __future__ import annotations

import numpy as np

from ductoscope.model import DoubleArray
from ductoscope.simulate.breast.balls import colour_balls, make_balls, spread_on_head, sweep_body
from ductoscope.simulate.breast.lesion_kinds import LesionKind


def shape_debris(rng: np.random.Generator, kind: LesionKind, half_mm: DoubleArray, most: int) -> DoubleArray:
    """White flocculent debris: a ragged cluster, every flake of which sticks to an earlier one."""
    flake = 0.09 * float(np.min(half_mm))
    radius = flake * np.exp(rng.normal(0.0, 0.4, most))
    places = np.zeros((most, 3))
    stretch = half_mm / float(np.mean(half_mm))
    for n in range(1, most):
        # Rather to a late one, so that the cluster spreads instead of thickening.
        to = max(n - 1 - int(rng.exponential(5.0)), 0)
        heading = rng.normal(0.0, 1.0, 3) * stretch * np.array([1.0, 1.0, 0.6])
        places[n] = places[to] + 0.8 * (radius[to] + radius[n]) * heading / np.linalg.norm(heading)
    places[:, 2] -= places[:, 2].min()
    ripe = np.clip(rng.normal(0.7, 0.06, most), 0.0, 1.0)
    return colour_balls(rng, kind, make_balls(places, radius), ripe, 0.02)


def shape_clot(rng: np.random.Generator, kind: LesionKind, half_mm: DoubleArray, most: int) -> DoubleArray:
    """A clot: a dark, smooth, slack lump with a tail."""
    share = most // 4
    body = sweep_body(rng, half_mm * np.array([0.85, 0.8, 0.5]), 0.25 * half_mm[2], share, 0.45)
    bulges = spread_on_head(rng, half_mm * np.array([0.85, 0.9, 0.6]), 0.25 * half_mm[2], share, 0.4, 0.35)
    at = np.linspace(0.0, 1.0, share)
    course = 0.5 * half_mm[1] * np.sin(4.0 * at + rng.uniform(0.0, 6.0))
    tail_places = np.column_stack([half_mm[0] * (0.5 + 0.9 * at), course, 0.15 * half_mm[2] * (1.0 - at)])
    tail = make_balls(tail_places, 0.22 * float(np.min(half_mm)) * (1.0 - 0.7 * at))
    balls = np.vstack([body, bulges, tail])
    return colour_balls(rng, kind, balls, np.clip(rng.normal(0.3, 0.1, len(balls)), 0.0, 1.0), 0.04)

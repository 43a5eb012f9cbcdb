"""Shapes of polyps, as balls on a flat wall: hemispheric, papillary, flat, several together, and a plug."""

from __future__ import annotations

import numpy as np

from ductoscope.model import DoubleArray
from ductoscope.simulate.breast.balls import (
    GOLDEN_RAD,
    colour_balls,
    make_balls,
    make_stalk,
    measure_balls,
    rest_on,
    spread_on_head,
    sweep_body,
)
from ductoscope.simulate.breast.lesion_kinds import LesionKind

_LOBE_SHARES = {"lobulated": 0.32, "granular": 0.20, "villous": 0.24}
_CORE_SHARES = {"lobulated": 0.84, "granular": 0.90, "villous": 0.74}
"""How much of a papillary polyp its body takes; lobes look out of it and never hang free."""


def shape_dome(rng: np.random.Generator, kind: LesionKind, half_mm: DoubleArray, most: int) -> DoubleArray:
    """A hemispheric polyp: one smooth body on a broad base or on a short stalk; pebbles on it when it is not smooth."""
    stalk = 0.3 * half_mm[2] if kind.base == "stalk" else 0.0
    tall = half_mm[2] - stalk
    middle = stalk + (0.5 if stalk else 0.15) * tall
    half = np.array([half_mm[0], half_mm[1], (0.5 if stalk else 0.85) * tall])
    foot = make_stalk(rng, half, middle, min(5, most // 5) if stalk else 0)
    body = sweep_body(rng, half, middle, min(13, most // 2), 0.08)
    room = most - len(body) - len(foot)
    is_smooth = kind.surface == "smooth"
    if is_smooth:
        swellings = spread_on_head(rng, 1.06 * half, middle, min(8, room), 0.6, 0.15)
    else:
        swellings = rest_on(body, middle, spread_on_head(rng, half, middle, room, 0.22, 0.2), 0.5)
    parts = [body, swellings, foot]
    spread = 0.04 if is_smooth else 0.12
    ripe = [np.full(len(body), 0.45), rng.normal(0.55, spread, len(swellings)), np.full(len(foot), 0.15)]
    return colour_balls(rng, kind, np.vstack(parts), np.concatenate(ripe), 0.015 if is_smooth else 0.07)


def shape_papilla(rng: np.random.Generator, kind: LesionKind, half_mm: DoubleArray, most: int) -> DoubleArray:
    """A raspberry of lobes of very different size, or a tuft of short fronds; dark between them, pale at the tips."""
    stalk = 0.22 * half_mm[2] if kind.base == "stalk" else 0.0
    half = np.array([half_mm[0], half_mm[1], 0.55 * (half_mm[2] - stalk)])
    middle = stalk + 0.9 * half[2]
    is_large = most > 30
    core = sweep_body(rng, _CORE_SHARES.get(kind.surface, 0.85) * half, middle, 5 if is_large else 2, 0.1)
    foot = make_stalk(rng, half, middle, (4 if is_large else 3) if stalk else 0)
    room = most - len(core) - len(foot)
    # The fewer lobes there are, the larger they must be to cover the body.
    share = _LOBE_SHARES.get(kind.surface, 0.19) * (60.0 / most) ** 0.5
    if kind.surface == "villous" and is_large:
        roots = rest_on(core, middle, spread_on_head(rng, half, middle, room // 2, share, 0.15), 0.2)
        tips = _grow_fronds(rng, roots, middle)
        ripe = np.tile([0.35, 0.65], room // 2)
    else:
        first = room // 3 if kind.surface == "lobulated" else room // 5
        large = spread_on_head(rng, half, middle, first, share * 1.2, 0.15)
        small = spread_on_head(rng, 1.04 * half, middle, room - first, share * 0.8, 0.2)
        tips = rest_on(core, middle, np.vstack([large, small]), 0.3)
        ripe = np.concatenate([np.full(first, 0.45), np.full(room - first, 0.6)])
    height = np.clip((tips[:, 2] - middle) / half[2], -1.0, 1.0)
    ripe = np.clip(ripe + 0.25 * height + rng.normal(0.0, 0.06, len(tips)), 0.0, 1.0)
    dark = np.full(len(core) + len(foot), 0.15)
    return colour_balls(rng, kind, np.vstack([tips, core, foot]), np.concatenate([ripe, dark]), 0.03)


def shape_flat(rng: np.random.Generator, kind: LesionKind, half_mm: DoubleArray, most: int) -> DoubleArray:
    """A flat protrusion: a low plateau of balls sunk deep into the wall, with a smooth or pebbled top."""
    is_smooth = kind.surface == "smooth"
    count = min(36 if is_smooth else 52, most)
    index = np.arange(count) + 0.5
    ring, turn = np.sqrt(index / count), GOLDEN_RAD * index + rng.normal(0.0, 0.25, count)
    # An outline with bays, not an ellipse.
    bay = 1.0 + 0.15 * np.sin(2.0 * turn + rng.uniform(0.0, 6.0)) + 0.1 * np.sin(3.0 * turn + rng.uniform(0.0, 6.0))
    radius = (0.5 if is_smooth else 0.2) * min(half_mm[0], half_mm[1]) * np.exp(rng.normal(0.0, 0.15, count))
    top = half_mm[2] * (1.0 - 0.7 * ring**2) * rng.normal(1.0, 0.02 if is_smooth else 0.12, count)
    places = np.column_stack(
        [half_mm[0] * 0.85 * ring * bay * np.cos(turn), half_mm[1] * 0.85 * ring * bay * np.sin(turn), top - radius]
    )
    ripe = np.clip(rng.normal(0.5, 0.04 if is_smooth else 0.15, count), 0.0, 1.0)
    return colour_balls(rng, kind, make_balls(places, radius), ripe, 0.02 if is_smooth else 0.06)


def shape_plug(rng: np.random.Generator, kind: LesionKind, size_mm: float, radius_mm: float, most: int) -> DoubleArray:
    """A growth that fills a lumen of this radius and shows the scope a blunt, knobbly face."""
    room = 1.04 * radius_mm
    stretch = max(size_mm - 2.0 * room, 0.0)
    core_places = np.zeros((3, 3))
    core_places[:, 0] = np.linspace(-0.5 * stretch, 0.5 * stretch, 3)
    core_places[:, 2] = radius_mm
    core = make_balls(core_places, np.full(3, room))
    # Over the half ball that faces the nipple; its other side is never seen.
    count = most - 3
    index = np.arange(count) + 0.5
    cosine = 1.0 - 0.95 * index / count
    turn = GOLDEN_RAD * index + rng.normal(0.0, 0.3, count)
    sine = np.sqrt(1.0 - cosine**2)
    share = 0.30 if kind.surface in ("smooth", "lobulated") else 0.2
    radius = radius_mm * share * np.exp(rng.normal(0.0, 0.25, count))
    reach = room - (0.65 if kind.surface == "smooth" else 0.3) * radius
    places = np.column_stack(
        [
            -0.5 * stretch - 0.8 * reach * cosine,
            reach * sine * np.cos(turn),
            radius_mm + reach * sine * np.sin(turn),
        ]
    )
    ripe = np.concatenate([np.full(3, 0.1), np.clip(rng.normal(0.45, 0.15, count), 0.0, 1.0)])
    return colour_balls(rng, kind, np.vstack([core, make_balls(places, radius)]), ripe, 0.05)


def join_group(rng: np.random.Generator, polyps: list[DoubleArray], gap_mm: float, sway_mm: float) -> DoubleArray:
    """Polyps one behind the other along the duct, this far apart, each a little to one side; centred."""
    parts, end = [], 0.0
    for polyp in polyps:
        moved = polyp.copy()
        moved[:, 0] += end - float(np.min(polyp[:, 0] - polyp[:, 3]))
        moved[:, 1] += rng.uniform(-sway_mm, sway_mm)
        end += measure_balls(polyp)[0] + gap_mm
        parts.append(moved)
    balls = np.vstack(parts)
    balls[:, 0] -= 0.5 * (end - gap_mm)
    return balls


def _grow_fronds(rng: np.random.Generator, roots: DoubleArray, middle_mm: float) -> DoubleArray:
    """A thinner ball outwards from each root, (2 K, 8), root first."""
    out = roots[:, :3] - np.array([0.0, 0.0, middle_mm])
    out = out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
    fronds = np.repeat(roots, 2, axis=0)
    lean = rng.normal(0.0, 0.22, out.shape)
    length = roots[:, 3] * rng.uniform(0.5, 1.0, len(roots))
    fronds[1::2, :3] += length[:, None] * (out + lean)
    fronds[1::2, 3] *= 0.72
    return fronds

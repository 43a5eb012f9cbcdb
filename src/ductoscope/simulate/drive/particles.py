"""What floats before the tip: flakes, fibrin threads and bubbles, carried by the flow and kept inside the lumen.

Flow in a closed duct runs away from the scope in the middle and comes back along the shaft; gravity is left out, since
flakes hardly sink within a view. All speeds and rates are assumed.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from ductoscope.model import DoubleArray
from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.duct_tree import Branch
from ductoscope.simulate.drive.fluid import find_volume_ml
from ductoscope.simulate.drive.lumen import Lumen
from ductoscope.simulate.drive.pose import look
from ductoscope.simulate.drive.state import TipState
from ductoscope.simulate.settings import WorldSettings

FLAKE, FIBRIN, BUBBLE = 0, 1, 2

_BEHIND_MM, _AHEAD_MM = 1.5, 12.0
"""Particles farther from the tip than this are forgotten."""
_USUAL_MM = 6.0
"""The numbers in the settings are for at least so much lumen ahead."""
_JET_MM_S, _JET_FADES_MM = 5.0, 4.0
"""Full flush carries a particle before the tip so fast; the jet fades with distance."""
_EBB_MM_S = 0.4
_DRIFT_MM = 0.12
"""A particle's drift in one second, at random."""
_WASHES = 0.35
"""Flakes leave so much more slowly than the fluid that carries them."""
_RENEWS_S = 25.0
_CLEARANCE_MM = 0.02
_FIBRIN_SHARE = 0.2
_COLOURS = np.array([[0.86, 0.83, 0.76], [0.92, 0.89, 0.80], [1.0, 1.0, 1.0]])


class _Stretch(NamedTuple):
    """The lumen about the tip: rows of centrelines (M, 12), radii (M,) and slits' directions in radians (M,)."""

    line: DoubleArray
    radius_mm: DoubleArray
    slit_rad: DoubleArray


def step_particles(
    lumen: Lumen,
    settings: WorldSettings,
    particles: DoubleArray,
    tip: TipState,
    flow_ml_min: float,
    dt_s: float,
    rng: np.random.Generator,
) -> DoubleArray:
    """The particles (P, 8) a step later: moved, kept in the lumen, washed away and renewed."""
    usual = settings.flakes + settings.bubbles
    if usual == 0 and len(particles) == 0:
        return particles
    wanted = usual * _find_share_ahead(lumen, tip)
    volume_ml = find_volume_ml(lumen, tip)
    washes = _WASHES * abs(flow_ml_min) / 60.0 / volume_ml
    renews = max(wanted - len(particles), 0.0) / _RENEWS_S
    is_renewed = rng.uniform() < renews * dt_s
    if len(particles):
        particles = particles[rng.uniform(size=len(particles)) >= washes * dt_s]
    if not is_renewed and len(particles) == 0:
        return particles
    stretch = _lay_stretch(lumen, tip)
    if is_renewed:
        is_bubble = rng.uniform() < settings.bubbles / usual
        born = _draw(settings, stretch, tip, is_bubble, rng)
        particles = np.vstack([particles, born[None]])
    moved = particles.copy()
    moved[:, :3] += _carry(lumen, moved[:, :3], tip, flow_ml_min, dt_s, rng)
    return _keep_inside(lumen, stretch, tip, moved)


def scatter(lumen: Lumen, settings: WorldSettings, tip: TipState, rng: np.random.Generator) -> DoubleArray:
    """As many particles (P, 8) before the tip as the settings want, fewer just before the end of a duct."""
    stretch, share = _lay_stretch(lumen, tip), _find_share_ahead(lumen, tip)
    kinds = [False] * round(share * settings.flakes) + [True] * round(share * settings.bubbles)
    drawn = [_draw(settings, stretch, tip, is_bubble, rng) for is_bubble in kinds]
    return _keep_inside(lumen, stretch, tip, np.array(drawn)) if drawn else np.zeros((0, 8))


def _lay_stretch(lumen: Lumen, tip: TipState) -> _Stretch:
    """The tip's branch from a little behind the tip, and its children as far as the view goes."""
    branch = lumen.tree.branches[tip.branch]
    first = max(int((tip.arc_mm - _BEHIND_MM) / LINE_MM), 0)
    last = int((tip.arc_mm + _AHEAD_MM) / LINE_MM) + 2
    parts = [(branch, min(first, len(branch.line) - 2), last)]
    beyond = last - len(branch.line)
    if beyond > 0:
        parts += [(lumen.tree.branches[child], 1, beyond + 1) for child in branch.children]
    return _Stretch(
        np.concatenate([each.line[low:high] for each, low, high in parts]),
        np.concatenate([_stretched(lumen, each, low, high) for each, low, high in parts]),
        np.concatenate([np.full(len(each.line[low:high]), math.radians(each.slit_deg)) for each, low, high in parts]),
    )


def _stretched(lumen: Lumen, branch: Branch, low: int, high: int) -> DoubleArray:
    stretch = lumen.distension.stretch(lumen.stretch_mmhg, branch.stiffness[low:high])
    return np.asarray(branch.radius_mm[low:high] * stretch, dtype=np.float64)


def _draw(
    settings: WorldSettings,
    stretch: _Stretch,
    tip: TipState,
    is_bubble: bool,
    rng: np.random.Generator,
) -> DoubleArray:
    """One particle somewhere in the lumen ahead."""
    size_mm = settings.bubble_mm if is_bubble else settings.flake_mm
    radius_mm = min(max(0.5 * size_mm * math.exp(0.35 * rng.standard_normal()), 0.02), 0.5)
    kind = BUBBLE if is_bubble else FIBRIN if rng.uniform() < _FIBRIN_SHARE else FLAKE
    skipped = min(int((min(tip.arc_mm, _BEHIND_MM) + 1.0) / LINE_MM), len(stretch.line) - 1)
    row = int(rng.integers(skipped, len(stretch.line)))
    here = stretch.line[row]
    out_mm = stretch.radius_mm[row] * math.sqrt(rng.uniform())
    around = rng.uniform(0.0, 2.0 * math.pi)
    place = here[:3] + out_mm * (math.cos(around) * here[6:9] + math.sin(around) * here[9:12])
    colour = _COLOURS[kind] * (1.0 if is_bubble else rng.uniform(0.85, 1.0))
    return np.array([*place, radius_mm, kind, *colour])


def _carry(
    lumen: Lumen, places: DoubleArray, tip: TipState, flow_ml_min: float, dt_s: float, rng: np.random.Generator
) -> DoubleArray:
    """How far each place (P, 3) is carried: away from the tip by the jet, slowly back when it stops, and at random."""
    at, ahead = look(lumen.tree, tip)
    axis = np.array(ahead)
    away_mm = (places - np.array(at)) @ axis
    jet = _JET_MM_S * flow_ml_min / 15.0 * np.exp(-np.abs(away_mm) / _JET_FADES_MM)
    ebb = _EBB_MM_S if flow_ml_min <= 0.0 else 0.0
    drift = (_DRIFT_MM * math.sqrt(dt_s)) * rng.standard_normal(places.shape)
    return np.asarray(((jet - ebb) * dt_s)[:, None] * axis + drift, dtype=np.float64)


def _keep_inside(lumen: Lumen, stretch: _Stretch, tip: TipState, particles: DoubleArray) -> DoubleArray:
    """Push particles (P, 8) back into the lumen, and forget those that left the view or no longer fit in."""
    places = particles[:, :3]
    line = stretch.line
    # |p - q|^2 without the term that is the same for every row.
    nearness = places @ line[:, :3].T - 0.5 * np.einsum("ij,ij->i", line[:, :3], line[:, :3])
    row = np.argmax(nearness, axis=1)
    here = line[row]
    away = places - here[:, :3]
    along = np.einsum("ij,ij->i", away, here[:, 3:6])
    right, down = np.einsum("ij,ij->i", away, here[:, 6:9]), np.einsum("ij,ij->i", away, here[:, 9:12])
    slit = stretch.slit_rad[row]
    cos, sin = np.cos(slit), np.sin(slit)
    wide_mm = np.maximum(stretch.radius_mm[row] - particles[:, 3] - _CLEARANCE_MM, 0.0)
    thin_mm = np.maximum(stretch.radius_mm[row] * lumen.roundness - particles[:, 3] - _CLEARANCE_MM, 0.0)
    wide, thin = cos * right + sin * down, cos * down - sin * right
    over = np.sqrt((wide / np.maximum(wide_mm, 1e-6)) ** 2 + (thin / np.maximum(thin_mm, 1e-6)) ** 2)
    share = 1.0 / np.maximum(over, 1.0)
    wide, thin = wide * share, thin * share
    right, down = cos * wide - sin * thin, sin * wide + cos * thin
    along = np.minimum(np.maximum(along, -LINE_MM), LINE_MM)
    kept = particles.copy()
    kept[:, :3] = here[:, :3] + along[:, None] * here[:, 3:6]
    kept[:, :3] += right[:, None] * here[:, 6:9] + down[:, None] * here[:, 9:12]
    at, ahead = look(lumen.tree, tip)
    from_tip = kept[:, :3] - np.array(at)
    is_near = np.einsum("ij,ij->i", from_tip, from_tip) < _AHEAD_MM * _AHEAD_MM
    return np.asarray(kept[is_near & (from_tip @ np.array(ahead) > -_BEHIND_MM) & (wide_mm > 0.0)], dtype=np.float64)


def _find_share_ahead(lumen: Lumen, tip: TipState) -> float:
    """How much of its usual length the lumen before the tip still has."""
    branch = lumen.tree.branches[tip.branch]
    return 1.0 if branch.children else min(max((branch.length_mm - tip.arc_mm) / _USUAL_MM, 0.0), 1.0)

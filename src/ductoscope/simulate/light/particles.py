"""What floats before the tip: flakes and fibrin threads as soft strokes, bubbles as balls of air.

A flake is a ragged cluster of soft blobs, a thread a wavering wisp of strokes; their shape follows from the
particle's own colour and size, so that it stays the same while it drifts.
"""

from __future__ import annotations

import math

import numpy as np

from ductoscope.model import DoubleArray
from ductoscope.simulate.drive.state import FluidState
from ductoscope.simulate.light.kernel import kernel
from ductoscope.simulate.light.optics import SALINE

FLAKE, THREAD, BUBBLE = 0, 1, 2

_STROKES = 8
_FARTHEST_MM = 12.0
_FLAKE_OPACITY = 0.85
_THREAD_OPACITY = 0.55
_GLINT = 1500.0
_BUBBLE_MIRRORS = ((SALINE - 1.0) / (SALINE + 1.0)) ** 2


def find_floating(
    fluid: FluidState, eye: DoubleArray, look: DoubleArray, widest_rad: float
) -> tuple[DoubleArray, DoubleArray, DoubleArray]:
    """Particles that the tip may see, nearest first, their strokes, and bubbles.

    eye, look: (3,) the tip's place and direction. Returns particles (P, 8): place, radius of a ball that holds all, R,
    G, B, kind; strokes (8 P, 8): both ends, radius, opacity; bubbles (Q, 4): place, radius.
    """
    floating = fluid.particles
    offset = floating[:, :3] - eye
    away = np.linalg.norm(offset, axis=1)
    hull = floating[:, 3] * np.where(floating[:, 4] == THREAD, 6.0, 1.3)
    off_axis = np.arccos(np.clip(offset @ look / np.maximum(away, 1e-9), -1.0, 1.0))
    seen = (off_axis < widest_rad + np.arcsin(np.minimum(hull / np.maximum(away, 1e-9), 1.0))) & (away < _FARTHEST_MM)
    seen &= (away > hull) | (floating[:, 4] != BUBBLE)
    order = np.argsort(away, kind="stable")
    order = order[seen[order]]
    soft = order[floating[order, 4] != BUBBLE]
    bubbles = order[floating[order, 4] == BUBBLE] if not fluid.is_air else order[:0]
    if fluid.is_air:
        soft = soft[:0]
    particles = np.empty((len(soft), 8))
    particles[:, :3], particles[:, 3] = floating[soft, :3], hull[soft]
    particles[:, 4:7], particles[:, 7] = floating[soft, 5:8], floating[soft, 4]
    strokes = [_draw_strokes(floating[k]) for k in soft]
    return particles, np.concatenate([np.zeros((0, 8)), *strokes]), floating[bubbles, :4].copy()


def _draw_strokes(particle: DoubleArray) -> DoubleArray:
    """The strokes (8, 8) of one flake or thread: both ends, radius, opacity."""
    middle, radius = particle[:3], particle[3]
    rng = np.random.default_rng(np.rint(1e6 * particle[[3, 5, 6, 7]]).astype(np.int64).astype(np.uint64))
    strokes = np.empty((_STROKES, 8))
    if particle[4] == THREAD:
        heading = rng.standard_normal(3)
        bends = np.cumsum(rng.normal(0.0, 0.22, (_STROKES, 3)), axis=0)
        # It wavers more and more to one side, as a hair in water does.
        steps = (
            heading / np.linalg.norm(heading) + bends + np.linspace(-0.7, 0.7, _STROKES)[:, None] * rng.normal(0, 1, 3)
        )
        steps *= (10.0 / _STROKES) * radius / np.linalg.norm(steps, axis=1, keepdims=True)
        knots = np.concatenate([np.zeros((1, 3)), np.cumsum(steps, axis=0)])
        knots += middle - knots.mean(axis=0)
        strokes[:, :3], strokes[:, 3:6] = knots[:-1], knots[1:]
        strokes[:, 6] = radius * rng.uniform(0.10, 0.2, _STROKES)
        strokes[:, 7] = _THREAD_OPACITY * np.linspace(1.0, 0.4, _STROKES)
        return strokes
    strokes[:, :3] = middle + radius * np.clip(rng.normal(0.0, 0.36, (_STROKES, 3)), -0.7, 0.7)
    strokes[:, 3:6] = strokes[:, :3] + radius * np.clip(rng.normal(0.0, 0.3, (_STROKES, 3)), -0.5, 0.5)
    strokes[:, 6] = radius * rng.uniform(0.18, 0.42, _STROKES)
    strokes[:, 7] = _FLAKE_OPACITY * rng.uniform(0.35, 1.0, _STROKES)
    return strokes


@kernel
def opacity_of(particles, strokes, n, px, py, pz, dx, dy, dz, spacing, pupil, focus):  # type: ignore[no-untyped-def]
    """How much of a ray particle n hides (0..1), softened by the core's width and its defocus there, and how far off.

    Defocus in closed form: blurring a Gaussian blob makes it wider and as much fainter.
    """
    cx, cy, cz = particles[n, 0] - px, particles[n, 1] - py, particles[n, 2] - pz
    away = cx * dx + cy * dy + cz * dz
    blur = 0.5 * spacing * abs(away) + pupil * abs(1.0 - away / focus)
    square = cx * cx + cy * cy + cz * cz - away * away
    if away < 0.02 or square > (particles[n, 3] + 2.5 * blur) ** 2:
        return 0.0, away
    thick = 0.0
    for k in range(n * (strokes.shape[0] // particles.shape[0]), (n + 1) * (strokes.shape[0] // particles.shape[0])):
        # The stroke's point nearest to the ray, seen across the ray.
        ax, ay, az = strokes[k, 0] - px, strokes[k, 1] - py, strokes[k, 2] - pz
        bx, by, bz = strokes[k, 3] - strokes[k, 0], strokes[k, 4] - strokes[k, 1], strokes[k, 5] - strokes[k, 2]
        lead = ax * dx + ay * dy + az * dz
        ax, ay, az = ax - lead * dx, ay - lead * dy, az - lead * dz
        slant = bx * dx + by * dy + bz * dz
        bx, by, bz = bx - slant * dx, by - slant * dy, bz - slant * dz
        length = bx * bx + by * by + bz * bz
        part = min(max(-(ax * bx + ay * by + az * bz) / (length + 1e-12), 0.0), 1.0)
        ax, ay, az = ax + part * bx, ay + part * by, az + part * bz
        own = strokes[k, 6] * strokes[k, 6]
        wide = own + blur * blur
        # A stroke much longer than wide fades by its width alone, a blob by its area.
        fainter = own / wide if length < own else math.sqrt(own / wide)
        soft = strokes[k, 7] * fainter * math.exp(-(ax * ax + ay * ay + az * az) / wide)
        thick = max(thick, soft) + 0.25 * min(thick, soft)
    return min(thick, 0.97), away


@kernel
def find_bubble(bubbles, px, py, pz, dx, dy, dz, margin):  # type: ignore[no-untyped-def]
    """The nearest bubble that a ray comes within `margin` (share of the distance) of, or -1, and how far off it is."""
    nearest, found = 1e6, -1
    for n in range(bubbles.shape[0]):
        cx, cy, cz = bubbles[n, 0] - px, bubbles[n, 1] - py, bubbles[n, 2] - pz
        away = cx * dx + cy * dy + cz * dz
        square = cx * cx + cy * cy + cz * cz - away * away
        if away > 0.0 and square < (bubbles[n, 3] + margin * away) ** 2 and away - bubbles[n, 3] < nearest:
            nearest, found = away - bubbles[n, 3], n
    return found, nearest


@kernel
def bend_at_bubble(bubbles, n, px, py, pz, dx, dy, dz, near, ux, uy, uz):  # type: ignore[no-untyped-def]
    """Where a ray goes on after it met bubble n: mirrored near the rim (total reflection), bent twice elsewhere.

    near, u: the light at the bubble. Returns 1 when it met it, the new place and direction, and the light's glint.
    """
    cx, cy, cz = px - bubbles[n, 0], py - bubbles[n, 1], pz - bubbles[n, 2]
    radius = bubbles[n, 3]
    lead = cx * dx + cy * dy + cz * dz
    inside = lead * lead - (cx * cx + cy * cy + cz * cz) + radius * radius
    if inside <= 0.0:
        return 0, px, py, pz, dx, dy, dz, 0.0
    gone = -lead - math.sqrt(inside)
    px, py, pz = px + gone * dx, py + gone * dy, pz + gone * dz
    nx, ny, nz = (cx + gone * dx) / radius, (cy + gone * dy) / radius, (cz + gone * dz) / radius
    cosine = -(dx * nx + dy * ny + dz * nz)
    hx, hy, hz = ux - dx, uy - dy, uz - dz
    size = math.sqrt(hx * hx + hy * hy + hz * hz) + 1e-9
    lobe = max((nx * hx + ny * hy + nz * hz) / size, 1e-3)
    glint = near * (_GLINT + 2.0) / 8.0 * math.exp(_GLINT * math.log(min(lobe, 1.0)))
    bent = 1.0 - SALINE * SALINE * (1.0 - cosine * cosine)
    if bent <= 0.0:
        return 1, px, py, pz, dx + 2.0 * cosine * nx, dy + 2.0 * cosine * ny, dz + 2.0 * cosine * nz, glint
    # Into air and out again: both times turned by the same angle about the same axis.
    into = SALINE * cosine - math.sqrt(bent)
    ix, iy, iz = SALINE * dx + into * nx, SALINE * dy + into * ny, SALINE * dz + into * nz
    chord = 2.0 * radius * math.sqrt(bent)
    px, py, pz = px + chord * ix, py + chord * iy, pz + chord * iz
    nx, ny, nz = nx + chord * ix / radius, ny + chord * iy / radius, nz + chord * iz / radius
    out = cosine - math.sqrt(bent) / SALINE
    ox, oy, oz = ix / SALINE + out * nx, iy / SALINE + out * ny, iz / SALINE + out * nz
    return 1, px, py, pz, ox, oy, oz, glint * _BUBBLE_MIRRORS

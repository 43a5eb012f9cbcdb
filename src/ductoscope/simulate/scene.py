"""Flat test scenes with detail finer than the fibre can carry, for measuring how faithful a restoration is."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import cv2
import numpy as np

from ductoscope.model import BadInputError, DoubleArray, FloatArray

_OVERSAMPLING = 2
"""Shapes are drawn this much larger and averaged down, so that their edges are not staircases."""


def make_scene(family: str, seed: int, size_px: int = 1024) -> FloatArray:
    """Draw one scene, (size_px, size_px, 3) linear light 0..1; the same family and seed give the same scene.

    family: one of `SCENE_FAMILIES`.
    """
    if family not in SCENE_FAMILIES:
        raise BadInputError(f"There is no scene family {family!r}; choose one of {', '.join(SCENE_FAMILIES)}.")
    rng = np.random.default_rng([seed, zlib.crc32(family.encode())])
    large = SCENE_FAMILIES[family](rng, size_px * _OVERSAMPLING)
    small = cv2.resize(large.astype(np.float32), (size_px, size_px), interpolation=cv2.INTER_AREA)
    return np.clip(small, 0.0, 1.0)


def draw_chart(rng: np.random.Generator, size: int) -> DoubleArray:
    """A resolution chart: a Siemens star in the middle, and bar groups of falling width around it."""
    x, y = _unit_grid(size)
    spokes = rng.integers(24, 40)
    star = np.sign(np.sin(spokes * np.arctan2(y, x) + rng.uniform(0.0, 6.0)))
    chart = np.where(np.hypot(x, y) < 0.45, 0.5 + 0.4 * star, 0.8)
    width, start = 0.11, rng.uniform(0.0, 2.0 * np.pi)
    for group in range(12):
        angle = start + group * 2.0 * np.pi / 12
        u = x - 0.68 * np.cos(angle)
        v = y - 0.68 * np.sin(angle)
        if group % 2:
            u, v = v, u
        is_bar = (np.abs(u) < 0.1) & (np.abs(v) < 0.1) & (np.sin(2.0 * np.pi * u / width) > 0.0)
        chart = np.where(is_bar, 0.1, chart)
        width *= 0.82
    paper, ink = rng.uniform(0.75, 1.0, 3), rng.uniform(0.0, 0.3, 3)
    return np.asarray(ink + (paper - ink) * chart[:, :, None])


def draw_texture(rng: np.random.Generator, size: int) -> DoubleArray:
    """A coloured texture whose amplitude falls as 1/f, as in natural pictures (Field, JOSA A 4:2379, 1987)."""
    luma = fractal_noise(rng, size, 1.0)
    chroma = np.stack([fractal_noise(rng, size, 1.4) for _ in range(3)], axis=-1)
    return np.asarray(rng.uniform(0.4, 0.6, 3) + 0.16 * luma[:, :, None] + 0.06 * chroma)


def draw_vessels(rng: np.random.Generator, size: int) -> DoubleArray:
    """Branching red vessels of many widths on a pale, softly mottled wall."""
    wall = np.array([0.88, 0.68, 0.58]) + 0.05 * fractal_noise(rng, size, 1.5)[:, :, None]
    depth = np.zeros((size, size), dtype=np.float32)
    for _ in range(22):
        place = rng.uniform(0.0, size, 2)
        _grow_vessel(rng, depth, place, rng.uniform(0.0, 2.0 * np.pi), rng.uniform(0.004, 0.014) * size)
    soft = cv2.GaussianBlur(depth, (0, 0), 0.0015 * size)[:, :, None]
    blood = np.array([0.62, 0.2, 0.2])
    return np.asarray(wall * (1.0 - 0.75 * soft) + 0.75 * soft * blood * wall)


def draw_edges(rng: np.random.Generator, size: int) -> DoubleArray:
    """Overlapping discs and polygons of all sizes ("dead leaves"; Lee et al., IJCV 41:35, 2001)."""
    scene = np.full((size, size, 3), 0.5)
    for _ in range(700):
        # Radii with density r^-3 make the picture statistically the same at every scale.
        radius = size * 0.012 / np.sqrt(1.0 - rng.uniform(0.0, 0.998))
        colour = tuple(float(c) for c in np.clip(rng.uniform(0.05, 0.95) + rng.normal(0.0, 0.12, 3), 0.0, 1.0))
        centre = rng.uniform(0.0, size, 2)
        corners = int(rng.integers(3, 9))
        angles = np.sort(rng.uniform(0.0, 2.0 * np.pi, corners if corners < 8 else 48))
        ring = centre + radius * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
        cv2.fillPoly(scene, [np.rint(ring).astype(np.int32)], colour)
    return scene


def draw_patches(rng: np.random.Generator, size: int) -> DoubleArray:
    """A colour chart: even patches of strong and weak colours, and a row of greys, with thin gaps."""
    cells = int(rng.integers(7, 11))
    colours = rng.uniform(0.03, 0.97, (cells, cells, 3))
    colours[cells // 2] = np.linspace(0.02, 0.98, cells)[:, None]
    place = np.arange(size) * cells / size
    index = np.floor(place).astype(int)
    scene = colours[index][:, index]
    inside = np.abs(place - index - 0.5) < 0.46
    return np.where((inside[:, None] & inside[None, :])[:, :, None], scene, 0.05)


SCENE_FAMILIES: dict[str, Callable[[np.random.Generator, int], DoubleArray]] = {
    "chart": draw_chart,
    "texture": draw_texture,
    "vessels": draw_vessels,
    "edges": draw_edges,
    "patches": draw_patches,
}


def fractal_noise(rng: np.random.Generator, size: int, power: float) -> DoubleArray:
    """Noise (size, size) of mean 0 and standard deviation 1 whose amplitude falls as 1 / frequency^power."""
    across = np.fft.rfftfreq(size)[None, :]
    frequency = np.hypot(np.fft.fftfreq(size)[:, None], across)
    frequency[0, 0] = np.inf
    spectrum = np.fft.rfft2(rng.standard_normal((size, size))) / frequency**power
    noise = np.fft.irfft2(spectrum, s=(size, size))
    return np.asarray((noise - noise.mean()) / noise.std(), dtype=np.float64)


def _unit_grid(size: int) -> tuple[DoubleArray, DoubleArray]:
    line = (np.arange(size) + 0.5) * 2.0 / size - 1.0
    x, y = np.meshgrid(line, line)
    return x, y


def _grow_vessel(
    rng: np.random.Generator, depth: FloatArray, place: DoubleArray, heading: float, width: float, order: int = 0
) -> None:
    """Draw one wandering vessel into `depth` (0..1), and its thinner branches."""
    size = len(depth)
    step = 0.012 * size
    for _ in range(int(rng.integers(12, 40))):
        heading += rng.normal(0.0, 0.22)
        ahead = place + step * np.array([np.cos(heading), np.sin(heading)])
        ends = [tuple(int(v) for v in np.rint(p)) for p in (place, ahead)]
        cv2.line(depth, ends[0], ends[1], 1.0 / (1.0 + 0.3 * order), max(1, round(width)), cv2.LINE_AA)
        place = ahead
        if order < 3 and rng.uniform() < 0.08:
            side = rng.choice([-1.0, 1.0]) * rng.uniform(0.4, 1.1)
            _grow_vessel(rng, depth, place, heading + side, 0.62 * width, order + 1)

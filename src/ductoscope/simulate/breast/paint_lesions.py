"""Paint on the wall what a lesion does to it: carpets, reddened bases with feeding vessels, bleeding points, folds."""

from __future__ import annotations

import cv2
import numpy as np

from ductoscope.model import DoubleArray, FloatArray
from ductoscope.simulate.breast.draw_wall import BLOOD_TAKES
from ductoscope.simulate.breast.easel import Window
from ductoscope.simulate.breast.lesion_kinds import LesionKind
from ductoscope.simulate.breast.palette import BASES, FRESH_BLOOD, OLD_BLOOD, TIPS

_LASTING_SHARE = 0.15
_FITS = 6
_PALE = np.array([0.97, 0.92, 0.86])


def paint_carpet(
    rng: np.random.Generator, window: Window, kind: LesionKind, length_mm: float, width_mm: float
) -> float:
    """A superficial lesion: irregular, granular, lustreless, with bleeding points and old blood, no vessel through it.

    length_mm, width_mm: about its extents along and around. Returns the extent along that its ragged outline got.
    """
    mask = _outline(rng, window, length_mm, width_mm)
    grains = window.draw_clouds(rng, 0.5, 0.07, 0.3)
    patches = window.draw_clouds(rng, 1.2, 0.3, 2.5)
    ripe = np.clip(0.55 + 0.22 * grains + 0.2 * patches, 0.0, 1.0)[:, :, None]
    base, tip = BASES[kind.colour], TIPS[kind.colour]
    shade = np.exp(0.05 * window.draw_clouds(rng, 0.8, 0.03, 0.4))[:, :, None]
    window.tint(0.86 * mask, np.asarray((base + ripe * (tip - base)) * shade, dtype=np.float32))
    knobs = np.maximum(grains + 0.5 * patches, 0.0) if kind.surface == "granular" else np.abs(patches)
    window.raise_bump(mask * np.asarray(0.03 + 0.022 * knobs, dtype=np.float32))
    pebbles = 0.12 * grains + 0.06 * window.draw_clouds(rng, 0.4, 0.03, 0.1)
    window.roughen(np.asarray(mask * pebbles, dtype=np.float32))
    window.change_gloss(mask, 0.22)
    reddened = np.clip(patches + 0.3, 0.0, 1.0) * mask
    window.redden(np.asarray(0.22 * reddened, dtype=np.float32), BLOOD_TAKES)
    area = 0.7 * length_mm * width_mm
    if kind.bleeds != "no":
        _dot(rng, window, mask, FRESH_BLOOD, rng.poisson(1.5 * area) + 3, (0.02, 0.07))
    _dot(rng, window, mask, OLD_BLOOD, rng.poisson(0.35 * area) + 1, (0.04, 0.18))
    return _measure_along(window, mask)


def paint_base(rng: np.random.Generator, window: Window, kind: LesionKind, size_mm: float) -> None:
    """Around a polyp: a little redness, vessels that run to its base, blood where it bleeds."""
    out = np.hypot(window.along, window.around) / (0.5 * size_mm)
    uneven = 1.0 + 0.2 * window.draw_clouds(rng, 1.0, 0.2, 2.0)
    halo = np.exp(-(np.maximum(out - 0.7, 0.0) ** 2) / 0.25) * np.clip(uneven, 0.2, 2.0)
    window.redden(np.asarray(0.14 * halo, dtype=np.float32), BLOOD_TAKES)
    window.redden(_draw_feeders(rng, window, size_mm), BLOOD_TAKES)
    if kind.bleeds == "spontaneous":
        near = np.asarray(np.clip(1.6 - out, 0.0, 1.0), dtype=np.float32)
        _dot(rng, window, near, FRESH_BLOOD, int(rng.integers(2, 6)), (0.04, 0.16))


def paint_fold(rng: np.random.Generator, window: Window, size_mm: float, height_mm: float) -> None:
    """A prominent fold across the duct that looks like a growth until pressure smooths it."""
    half = 0.5 * size_mm
    turn = window.around / half
    bent = 0.12 * size_mm * np.sin(2.0 * turn + rng.uniform(0.0, 6.0))
    wide = max(rng.uniform(0.12, 0.16), 0.5 * height_mm)
    ridge = np.exp(-0.5 * ((window.along - bent) / wide) ** 2) * np.exp(-0.5 * (1.25 * turn) ** 4)
    uneven = np.clip(1.0 + 0.1 * window.draw_clouds(rng, 1.2, 0.3, 2.0), 0.6, 1.2)
    window.raise_fold(np.asarray(height_mm * ridge * uneven, dtype=np.float32))
    # A part stays under pressure, or an examiner would never be in doubt.
    window.raise_bump(np.asarray(_LASTING_SHARE * height_mm * ridge * uneven, dtype=np.float32))
    window.tint(np.asarray(0.25 * ridge, dtype=np.float32), _PALE)


def paint_fork_edge(rng: np.random.Generator, window: Window, size_mm: float) -> None:
    """A bright, prominent carina: pale, stretched, glossy, a little reddened behind."""
    out = (window.along / (0.5 * size_mm)) ** 2 + (window.around / (0.35 * size_mm)) ** 2
    edge = np.asarray(np.exp(-out) * np.clip(1.0 + 0.15 * window.draw_clouds(rng, 1.0, 0.15, 1.0), 0.5, 1.3))
    window.tint(np.asarray(np.clip(0.7 * edge, 0.0, 0.8), dtype=np.float32), _PALE)
    window.change_gloss(np.asarray(np.clip(edge, 0.0, 1.0), dtype=np.float32), 1.0)


def _outline(rng: np.random.Generator, window: Window, length_mm: float, width_mm: float) -> FloatArray:
    """Mask 0..1 of an irregular patch with tongues along the duct, which reaches as far along as asked."""
    # A small patch has few tongues, or nothing would be left of it.
    ragged = 0.22 * min(1.0, 0.5 * length_mm) * window.draw_clouds(rng, 1.1, 0.12, 3.0)
    across = window.around / (0.5 * width_mm)
    half_mm = 0.5 * length_mm
    best, least = np.zeros(window.shape, dtype=np.float32), np.inf
    for _ in range(_FITS):
        mask = np.asarray(np.clip(6.0 * (1.0 - np.hypot(window.along / half_mm, across) - ragged), 0.0, 1.0))
        reached = _measure_along(window, mask)
        if abs(reached - length_mm) < least:
            best, least = mask, abs(reached - length_mm)
        # A tongue that comes or goes makes the length jump: go only a part of the way.
        half_mm *= float(np.clip(length_mm / max(reached, 1e-3), 0.5, 2.0)) ** 0.8
    return np.asarray(best, dtype=np.float32)


def _measure_along(window: Window, mask: FloatArray) -> float:
    """From the first to the last row that the mask mostly covers somewhere, in mm."""
    reached = window.along[:, 0][(mask > 0.5).any(axis=1)]
    return float(reached[-1] - reached[0]) + window.sample_mm if len(reached) else 0.0


def _dot(
    rng: np.random.Generator,
    window: Window,
    mask: FloatArray,
    colour: DoubleArray,
    count: int,
    radius_mm: tuple[float, float],
) -> None:
    """Put blood spots where the mask is high."""
    columns = window.shape[1]
    canvas = np.zeros(window.shape, dtype=np.uint8)
    weight = mask[::8, ::8].ravel().astype(np.float64) ** 2
    if weight.sum() <= 0.0:
        return
    wide = mask[::8, ::8].shape[1]
    for at in rng.choice(len(weight), count, p=weight / weight.sum()):
        middle = 8.0 * np.array([at % wide, at // wide]) + rng.uniform(0.0, 8.0, 2)
        radius = np.exp(rng.uniform(*np.log(radius_mm))) / window.sample_mm
        angles = np.sort(rng.uniform(0.0, 2.0 * np.pi, 10))
        ray = radius * rng.uniform(0.6, 1.2, 10)[:, None]
        points = middle + ray * np.column_stack([np.cos(angles), np.sin(angles)])
        for turn in (-1, 0, 1):
            moved = np.rint(16.0 * (points + np.array([turn * columns, 0.0]))).astype(np.int32)
            cv2.fillPoly(canvas, [moved], rng.uniform(130.0, 240.0), cv2.LINE_AA, shift=4)
    soft = cv2.GaussianBlur(canvas.astype(np.float32) / 255.0, (0, 0), 1.2)
    window.tint(np.asarray(soft, dtype=np.float32), colour)


def _draw_feeders(rng: np.random.Generator, window: Window, size_mm: float) -> FloatArray:
    """Vessels that come from the wall around and end at the base, (rows, columns)."""
    canvas = np.zeros(window.shape, dtype=np.uint8)
    columns = window.shape[1]
    middle = np.array([int(np.argmin(np.abs(window.around[0]))), int(np.argmin(np.abs(window.along[:, 0])))])
    for heading in rng.uniform(0.0, 2.0 * np.pi, int(rng.integers(3, 8))):
        steps = int(rng.integers(10, 22))
        headings = heading + np.cumsum(rng.normal(0.0, 0.22, steps))
        step = 0.06 * size_mm / window.sample_mm
        path = middle + step * np.cumsum(np.column_stack([np.cos(headings), np.sin(headings)]), axis=0)
        thickness = max(1, round(rng.uniform(0.02, 0.05) / window.sample_mm))
        for turn in (-1, 0, 1):
            points = np.rint(16.0 * (path + np.array([turn * columns, 0.0]))).astype(np.int32)
            cv2.polylines(canvas, [points], False, rng.uniform(90.0, 200.0), thickness, cv2.LINE_AA, shift=4)
    lines = canvas.astype(np.float32) / 255.0
    return np.asarray(0.55 * cv2.GaussianBlur(lines, (0, 0), 0.9) + 0.4 * cv2.GaussianBlur(lines, (0, 0), 4.0))

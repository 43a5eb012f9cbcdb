"""Inflammation: rough and lustreless, red from capillaries, with blood spots, ulcers and a flocculent web.

Chinese consensus on ductoscopy 2022, 6.2 (docs: CLINICAL facts, section 2); extents are assumed.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ductoscope.model import FloatArray
from ductoscope.simulate.breast.wall_grid import RELIEF_SAMPLES, WallGrid, blur_around, draw_clouds

_SPOTS_PER_MM2 = 2.2
_STRANDS_PER_MM2 = 1.1
_FIBRIN = np.array([0.93, 0.87, 0.72], dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Inflammation:
    """What inflammation adds to a wall.

    blood: (rows, columns) like `draw_vessels`'s. cover, cover_colour: share 0..1 of pale stuff over the wall, (rows,
    columns), and its albedo (3,). roughness: added to fine height. dullness: relief-shaped, 0..1. swelling_mm: the
    same shape, into the lumen, negative in ulcers.
    """

    blood: FloatArray
    cover: FloatArray
    cover_colour: FloatArray
    roughness: FloatArray
    dullness: FloatArray
    swelling_mm: FloatArray


def inflame(rng: np.random.Generator, grid: WallGrid, share: float) -> Inflammation:
    """Draw inflammation of this severity, 0 to 1: about this share of the wall is sore."""
    shape, sample_mm = (grid.rows, grid.columns), grid.sample_mm
    clouds = draw_clouds(rng, shape, sample_mm, 1.3, 0.3, 6.0)
    sore = np.clip(0.5 + clouds / 1.2 + 3.2 * (share - 0.45), 0.0, 1.0)
    # Lines where a field changes sign make a net of closed meshes, as capillaries do around glands.
    mesh = draw_clouds(rng, shape, sample_mm, 0.6, 0.10, 0.45)
    fullness = np.clip(0.6 + 0.5 * draw_clouds(rng, shape, sample_mm, 1.0, 0.2, 1.5), 0.0, 1.0)
    net = np.exp(-((mesh / 0.16) ** 2)) * fullness
    spots = scatter_spots(rng, grid, rng.poisson(share * _SPOTS_PER_MM2 * grid.area_mm2), (0.02, 0.12))
    ulcer_clouds = draw_clouds(rng, shape, sample_mm, 1.2, 0.15, 2.0)
    edge = ulcer_clouds - (2.6 - 0.5 * share)
    ulcer = np.clip(3.0 * edge, 0.0, 1.0) * sore
    rim = np.exp(-(((edge + 0.15) / 0.25) ** 2)) * sore
    blood = sore * (0.32 + 0.45 * net) + 2.0 * spots * (0.3 + 0.7 * sore) + 0.8 * rim
    web = _draw_web(rng, grid, rng.poisson(share * _STRANDS_PER_MM2 * grid.area_mm2)) * sore
    cover = np.clip(0.75 * ulcer + 0.7 * web, 0.0, 0.9)
    roughness = 0.16 * sore * draw_clouds(rng, shape, sample_mm, 0.8, 0.03, 0.3) + 0.25 * web - 0.2 * ulcer
    coarse = (grid.columns // RELIEF_SAMPLES, grid.rows // RELIEF_SAMPLES)
    sore_coarse = cv2.resize(sore, coarse, interpolation=cv2.INTER_AREA)
    ulcer_coarse = cv2.resize(ulcer, coarse, interpolation=cv2.INTER_AREA)
    knobs = np.maximum(draw_clouds(rng, grid.relief_shape, grid.relief_mm, 0.8, 0.15, 0.8), 0.0)
    return Inflammation(
        blood=np.asarray(blood * (1.0 - 0.8 * web), dtype=np.float32),
        cover=np.asarray(cover, dtype=np.float32),
        cover_colour=_FIBRIN,
        roughness=np.asarray(roughness, dtype=np.float32),
        dullness=np.asarray(np.clip(sore_coarse + ulcer_coarse, 0.0, 1.0), dtype=np.float32),
        swelling_mm=np.asarray(0.02 * sore_coarse * knobs - 0.04 * ulcer_coarse, dtype=np.float32),
    )


def scatter_spots(rng: np.random.Generator, grid: WallGrid, count: int, radius_mm: tuple[float, float]) -> FloatArray:
    """Blood spots with ragged, soft edges anywhere on a wall, (rows, columns) 0..1; small ones are commoner."""
    canvas = np.zeros((grid.rows, grid.columns), dtype=np.uint8)
    low, high = np.log(np.array(radius_mm) / grid.sample_mm)
    for _ in range(count):
        place = np.array([rng.uniform(0, grid.columns), rng.uniform(0, grid.rows)])
        radius = float(np.exp(low + (high - low) * rng.uniform() ** 1.6))
        angles = np.sort(rng.uniform(0.0, 2.0 * np.pi, 9))
        ray = radius * rng.uniform(0.6, 1.15, 9)[:, None]
        outline = place + ray * np.column_stack([np.cos(angles), np.sin(angles)])
        for turn in (-1, 0, 1):
            points = np.rint(16.0 * (outline + np.array([turn * grid.columns, 0.0]))).astype(np.int32)
            cv2.fillPoly(canvas, [points], rng.uniform(120.0, 255.0), cv2.LINE_AA, shift=4)
    return blur_around(canvas.astype(np.float32) / 255.0, 0.022 / grid.sample_mm)


def _draw_web(rng: np.random.Generator, grid: WallGrid, count: int) -> FloatArray:
    """White flocculent strands that lie on the wall and cross each other, (rows, columns) 0..1."""
    canvas: NDArray[np.uint8] = np.zeros((grid.rows, grid.columns), dtype=np.uint8)
    for _ in range(count):
        steps = int(rng.integers(6, 24))
        headings = rng.uniform(0.0, 2.0 * np.pi) + np.cumsum(rng.normal(0.0, 0.45, steps))
        start = np.array([rng.uniform(0, grid.columns), rng.uniform(0, grid.rows)])
        step = 0.06 / grid.sample_mm
        path = start + step * np.cumsum(np.column_stack([np.cos(headings), np.sin(headings)]), axis=0)
        for turn in (-1, 0, 1):
            points = np.rint(16.0 * (path + np.array([turn * grid.columns, 0.0]))).astype(np.int32)
            thickness = int(rng.integers(1, 4))
            cv2.polylines(canvas, [points], False, rng.uniform(90.0, 230.0), thickness, cv2.LINE_AA, shift=4)
    lines = canvas.astype(np.float32) / 255.0
    return np.clip(0.7 * blur_around(lines, 0.8) + 0.8 * blur_around(lines, 3.0), 0.0, 1.0)

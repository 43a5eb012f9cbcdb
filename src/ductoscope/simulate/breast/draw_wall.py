"""Draw one branch's wall: pale, smooth, glossy, with vessels, folds and, when wanted, inflammation.

Look: white or pale to yellow-white and pink, vessels clearly visible; inflamed: rough, lustreless, red from
capillaries (Chinese consensus on ductoscopy 2022, 6.1 and 6.2). No pattern repeats along the duct.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ductoscope.model import DoubleArray, FloatArray
from ductoscope.simulate.breast.folds import draw_folds, draw_unevenness
from ductoscope.simulate.breast.inflame import Inflammation, inflame
from ductoscope.simulate.breast.vessels import draw_vessels
from ductoscope.simulate.breast.wall import Wall
from ductoscope.simulate.breast.wall_grid import LEVELS, WallGrid, draw_clouds, lay_grid
from ductoscope.simulate.settings import WorldSettings

BLOODLESS = np.array([0.97, 0.93, 0.88], dtype=np.float32)
"""Albedo of the wall without blood (assumed)."""

BLOOD_TAKES = np.array([0.14, 1.0, 0.92], dtype=np.float32)
"""Absorbance of red, green and blue light by unit blood near the surface (assumed, after haemoglobin's shape)."""

DEEP_BLOOD_TAKES = np.array([0.30, 0.62, 0.42], dtype=np.float32)
"""The same for deep vessels: blue light turns back before it reaches them, so that they look duller."""

_FAT_TAKES = np.array([0.01, 0.06, 0.30], dtype=np.float32)
_GLOSS = 0.88


def draw_wall(rng: np.random.Generator, length_mm: float, radius_mm: DoubleArray, settings: WorldSettings) -> Wall:
    """Draw a wall of this length about these resting radii, (M,) by row of the branch's line.

    settings.texture, folds and vessels scale their parts, 0 leaves them out: with all three and inflammation at 0
    the wall has one albedo, one gloss and no relief.
    """
    grid = lay_grid(length_mm, float(radius_mm.mean()))
    sore = inflame(rng, grid, settings.inflammation) if settings.inflammation > 0.0 else None
    colour = _draw_colour(rng, grid, settings, sore)
    height = _draw_height(rng, grid, settings, sore)
    finest = np.clip(np.rint(255.0 * np.dstack([colour, height])), 0, 255).astype(np.uint8)
    fold = np.zeros(grid.relief_shape, dtype=np.float32)
    if settings.folds > 0.0:
        fold = np.float32(settings.folds) * draw_folds(rng, grid, radius_mm)
    bump = np.zeros(grid.relief_shape, dtype=np.float32)
    gloss = np.full(grid.relief_shape, _GLOSS, dtype=np.float32)
    if settings.texture > 0.0:
        bump += np.float32(settings.texture) * draw_unevenness(rng, grid, radius_mm)
        gloss += np.float32(0.05 * settings.texture) * draw_clouds(
            rng, grid.relief_shape, grid.relief_mm, 1.0, 0.2, 3.0
        )
    if sore is not None:
        gloss *= 1.0 - 0.75 * sore.dullness
        bump += sore.swelling_mm
    return Wall(halve(finest), grid.sample_mm, fold, bump, np.clip(gloss, 0.0, 1.0), grid.relief_mm)


def halve(finest: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], ...]:
    """The finest level and ever coarser ones, each with half the rows and columns."""
    levels = [finest]
    for _ in range(LEVELS - 1):
        rows, columns = levels[-1].shape[:2]
        half = cv2.resize(levels[-1], (columns // 2, rows // 2), interpolation=cv2.INTER_AREA)
        levels.append(np.asarray(half, dtype=np.uint8))
    return tuple(levels)


def _draw_colour(
    rng: np.random.Generator, grid: WallGrid, settings: WorldSettings, sore: Inflammation | None
) -> FloatArray:
    """Albedo (rows, columns, 3) 0..1: tissue that mottles between white, yellow-white and pink, with blood in it."""
    shape = (grid.rows, grid.columns)
    absorbed = np.zeros((*shape, 3), dtype=np.float32)
    absorbed += 0.16 * BLOOD_TAKES + 0.35 * _FAT_TAKES
    if settings.texture > 0.0:
        much = np.float32(settings.texture)
        pink = rng.normal(0.0, 0.03) + 0.055 * draw_clouds(rng, shape, grid.sample_mm, 1.2, 0.15, 6.0)
        yellow = rng.normal(0.0, 0.12) + 0.16 * draw_clouds(rng, shape, grid.sample_mm, 1.2, 0.25, 9.0)
        shade = 0.022 * draw_clouds(rng, shape, grid.sample_mm, 0.7, 2.5 * grid.sample_mm, 0.5)
        absorbed += much * (pink[:, :, None] * BLOOD_TAKES + yellow[:, :, None] * _FAT_TAKES + shade[:, :, None])
    if settings.vessels > 0.0:
        much = np.float32(settings.vessels)
        shallow, deep = draw_vessels(rng, grid)
        absorbed += much * (0.65 * shallow[:, :, None] * BLOOD_TAKES + 0.55 * deep[:, :, None] * DEEP_BLOOD_TAKES)
    if sore is not None:
        absorbed += sore.blood[:, :, None] * BLOOD_TAKES
    colour = BLOODLESS * np.exp(-np.maximum(absorbed, 0.0))
    if sore is not None:
        cover = sore.cover[:, :, None]
        colour = (1.0 - cover) * colour + cover * sore.cover_colour
    return np.asarray(colour, dtype=np.float32)


def _draw_height(
    rng: np.random.Generator, grid: WallGrid, settings: WorldSettings, sore: Inflammation | None
) -> FloatArray:
    """Fine height 0..1 about 0.5, (rows, columns)."""
    shape = (grid.rows, grid.columns)
    height = np.full(shape, 0.5, dtype=np.float32)
    if settings.texture > 0.0:
        height += np.float32(0.05 * settings.texture) * draw_clouds(rng, shape, grid.sample_mm, 1.2, 0.05, 0.6)
    if sore is not None:
        height += sore.roughness
    return height

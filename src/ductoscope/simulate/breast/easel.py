"""Easel: one branch's wall while lesions are painted on it, and windows of it around a place."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from ductoscope.model import DoubleArray, FloatArray
from ductoscope.simulate.breast.draw_wall import halve
from ductoscope.simulate.breast.wall import Wall
from ductoscope.simulate.breast.wall_grid import RELIEF_SAMPLES, draw_clouds


class Easel:
    """A wall that can be changed; `finish` gives the changed one, the first stays as it was."""

    def __init__(self, wall: Wall) -> None:
        self._wall = wall
        self._finest: NDArray[np.uint8] = wall.levels[0].copy()
        self._fold, self._bump, self._gloss = wall.fold_mm.copy(), wall.bump_mm.copy(), wall.gloss.copy()

    def open_window(self, arc_mm: float, angle_deg: float, reach_mm: float, radius_mm: float) -> Window:
        """The part of the wall within reach_mm along of a place, all the way around."""
        sample_mm = self._wall.sample_mm
        rows = len(self._fold)
        first = int(np.clip((arc_mm - reach_mm) / (sample_mm * RELIEF_SAMPLES), 0, rows - 1))
        last = int(np.clip(np.ceil((arc_mm + reach_mm) / (sample_mm * RELIEF_SAMPLES)), first + 1, rows))
        return Window(
            finest=self._finest[first * RELIEF_SAMPLES : last * RELIEF_SAMPLES],
            fold=self._fold[first:last],
            bump=self._bump[first:last],
            gloss=self._gloss[first:last],
            sample_mm=sample_mm,
            first_mm=first * sample_mm * RELIEF_SAMPLES - arc_mm,
            angle_deg=angle_deg,
            radius_mm=radius_mm,
        )

    def finish(self) -> Wall:
        """The painted wall."""
        return Wall(
            halve(self._finest), self._wall.sample_mm, self._fold, self._bump, self._gloss, self._wall.relief_mm
        )


class Window:
    """A part of an easel in millimetres from a place: `along` (rows, 1) and `around` (1, columns) of colour samples.

    Masks are (rows, columns), one for each colour sample. Painting changes the easel.
    """

    def __init__(
        self,
        finest: NDArray[np.uint8],
        fold: FloatArray,
        bump: FloatArray,
        gloss: FloatArray,
        sample_mm: float,
        first_mm: float,
        angle_deg: float,
        radius_mm: float,
    ) -> None:
        self._finest, self._fold, self._bump, self._gloss = finest, fold, bump, gloss
        self.sample_mm = sample_mm
        rows, columns = finest.shape[:2]
        self.shape = (rows, columns)
        self.along = np.float32(first_mm) + np.float32(sample_mm) * np.arange(rows, dtype=np.float32)[:, None]
        turn = 2.0 * np.pi * (np.arange(columns) + 0.5) / columns - np.deg2rad(angle_deg)
        turn = np.angle(np.exp(1j * turn))
        self.around = np.asarray(radius_mm * turn, dtype=np.float32)[None, :]

    def draw_clouds(self, rng: np.random.Generator, power: float, finest_mm: float, coarsest_mm: float) -> FloatArray:
        """Noise of unit spread over the window."""
        return draw_clouds(rng, self.shape, self.sample_mm, power, finest_mm, coarsest_mm)

    def tint(self, mask: FloatArray, colour: FloatArray | DoubleArray) -> None:
        """Lay a colour, (3,) or one for each sample, over the wall with this opacity."""
        wanted = np.asarray(255.0 * colour, dtype=np.float32)
        self._change(slice(0, 3), lambda under: under + mask[:, :, None] * (wanted - under))

    def redden(self, blood: FloatArray, takes: FloatArray) -> None:
        """Add blood, which takes this share of red, green and blue light."""
        self._change(slice(0, 3), lambda under: under * np.exp(-blood[:, :, None] * takes))

    def roughen(self, height: FloatArray) -> None:
        """Add to the fine height (0..1)."""
        self._change(slice(3, 4), lambda under: under + 255.0 * height[:, :, None])

    def raise_bump(self, height_mm: FloatArray) -> None:
        """Raise the wall for good."""
        self._bump += self._shrink(height_mm)

    def raise_fold(self, height_mm: FloatArray) -> None:
        """Raise a fold that pressure smooths out."""
        np.maximum(self._fold, self._shrink(height_mm), out=self._fold)

    def change_gloss(self, mask: FloatArray, gloss: float) -> None:
        """Pull the gloss towards a value where the mask is 1."""
        self._gloss += self._shrink(mask) * (gloss - self._gloss)

    def _shrink(self, field: FloatArray) -> FloatArray:
        size = (self._fold.shape[1], self._fold.shape[0])
        return np.asarray(cv2.resize(np.asarray(field, dtype=np.float32), size, interpolation=cv2.INTER_AREA))

    def _change(self, channels: slice, change: Callable[[FloatArray], FloatArray]) -> None:
        changed = change(self._finest[:, :, channels].astype(np.float32))
        self._finest[:, :, channels] = np.clip(np.rint(changed), 0, 255).astype(np.uint8)

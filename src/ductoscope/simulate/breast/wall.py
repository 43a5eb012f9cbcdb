"""Wall: one branch's inner surface, unrolled: colour, fine vessels, folds, and what is painted or raised on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ductoscope.model import FloatArray, freeze


@dataclass(frozen=True, slots=True, eq=False)
class Wall:
    """The unrolled wall of one branch. Rows run along the branch from its first row, columns once around it.

    levels: (rows, columns, 4) uint8 each: R, G, B albedo / 255 and fine height; every level has half the samples of the
        one before, so that a far core can average. Columns (a power of two) start at the branch's right, towards down.
    sample_mm: of the finest level, along the branch.
    fold_mm: (rows, columns) float32, height into the lumen of folds that smooth out under pressure.
    bump_mm: the same shape, height into the lumen of what stays: nodules, shelves, stiff ridges.
    gloss: the same shape, 0 (lustreless) to 1 (wet and glossy).
    relief_mm: length of one row of fold_mm, bump_mm and gloss.
    """

    levels: tuple[NDArray[np.uint8], ...]
    sample_mm: float
    fold_mm: FloatArray
    bump_mm: FloatArray
    gloss: FloatArray
    relief_mm: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "levels", tuple(freeze(level) for level in self.levels))
        for name in ("fold_mm", "bump_mm", "gloss"):
            object.__setattr__(self, name, freeze(getattr(self, name)))

"""DuctMap: the branches that were found, and the unrolled wall of each, with what was never seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ductoscope.model.arrays import FloatArray, freeze

NEVER, BADLY, WELL = 0, 1, 2
"""How a piece of wall was seen: never; only veiled, blurred, too slanted or from too far; well."""

WALL_COLUMNS = 96
"""Columns of an unrolled wall, once around: column c lies at angle (c + 0.5) * 360 / 96 degrees."""


@dataclass(frozen=True, slots=True, eq=False)
class Wall:
    """One branch's wall, cut open and laid flat.

    Row r lies at depth first + (r + 0.5) * step along the duct (in the map's unit); angle 0 is right, 90 is down in
    the picture, as it stood when the map began (roll 0).
    light_lin: (R, WALL_COLUMNS, 3) float32, the wall's colour with the lamp's falloff divided out; 0 where never seen.
    seen: (R, WALL_COLUMNS) uint8: NEVER, BADLY, WELL. best_frame: (R, WALL_COLUMNS) int32, the frame it was seen best
    in, -1 for none.
    """

    first: float
    step: float
    light_lin: FloatArray
    seen: NDArray[np.uint8]
    best_frame: NDArray[np.int32]

    def __post_init__(self) -> None:
        for name in ("light_lin", "seen", "best_frame"):
            object.__setattr__(self, name, freeze(getattr(self, name)))


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch of the map; lengths in the map's unit, depths counted from the nipple's surface.

    name: as in Place.branch. parent: None for the main duct. start: depth of the fork it begins at (its sigma beside
    it); clock: hour at which its mouth lay in the picture at that fork, None for the main duct. reached: deepest place
    of the tip in it, None when it was not entered. seen_to: deepest wall that was seen in it.
    radius: mean of the lumen's as seen, None when it was not measured; its sigma.
    """

    name: str
    parent: str | None
    start: float
    start_sigma: float
    clock: float | None = None
    reached: float | None = None
    seen_to: float | None = None
    radius: float | None = None
    radius_sigma: float | None = None

    @property
    def is_entered(self) -> bool:
        """Whether the tip was in it."""
        return self.reached is not None


@dataclass(frozen=True, slots=True)
class DuctMap:
    """What is known of the duct by now. Nothing in it is guessed: what was not seen is not drawn.

    unit: "mm" when something gave a scale (scale says what, in words), else "radii" of the main duct where it began.
    branches: in the order they were found, the main duct "" first. walls: by branch name, of those that were seen.
    """

    unit: Literal["mm", "radii"] = "radii"
    scale: str = ""
    branches: tuple[Branch, ...] = ()
    walls: Mapping[str, Wall] = field(default_factory=dict)

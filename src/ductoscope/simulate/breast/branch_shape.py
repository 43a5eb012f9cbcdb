"""BranchShape: the course and width of one duct between two forks, before it has a wall."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ductoscope.model import DoubleArray, freeze
from ductoscope.simulate.breast.duct_tree import LINE_MM


@dataclass(frozen=True, slots=True, eq=False)
class BranchShape:
    """One duct between two forks; its fields mean what those of `duct_tree.Branch` mean."""

    id: int
    parent: int | None
    order: int
    children: tuple[int, ...]
    start_mm: float
    line: DoubleArray
    radius_mm: DoubleArray
    stiffness: DoubleArray
    slit_deg: float

    def __post_init__(self) -> None:
        for name in ("line", "radius_mm", "stiffness"):
            object.__setattr__(self, name, freeze(getattr(self, name)))

    @property
    def length_mm(self) -> float:
        """From its first row to its last."""
        return (len(self.line) - 1) * LINE_MM

    @property
    def end_mm(self) -> float:
        """Depth along the duct of its last row."""
        return self.start_mm + self.length_mm

    def stretched_mm(self, gain: float) -> DoubleArray:
        """The radius (rows,) that it takes at the highest pressure; `gain` as in Distension."""
        return np.asarray(self.radius_mm * (1.0 + gain / self.stiffness), dtype=np.float64)

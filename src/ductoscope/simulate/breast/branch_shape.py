"""BranchShape: the course and width of one duct between two forks, before it has a wall."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ductoscope.model import DoubleArray, freeze

LINE_MM = 0.25
"""Length of one row of a branch's table."""


@dataclass(frozen=True, slots=True, eq=False)
class BranchShape:
    """One duct between two forks; it begins on its parent's line, inside the parent's lumen.

    id: its place in `DuctTree.branches`; parents come before children. parent: None for the main duct.
    order: 0 for the main duct (its neck included), 1 for its children, and so on. children: 0, 2 or 3 ids.
    start_mm: depth along the duct, from the nipple's surface, of its first row.
    line: (M, 12), the centreline every LINE_MM of its length: place, then directions along, right and down
        (orthonormal, carried along without twist).
    radius_mm: (M,) inner radius at rest when round; narrowings and ampullae included, folds left out.
    stiffness: (M,) 1 is usual, 4 hardly yields to pressure.
    slit_deg: the direction (from right towards down) in which it stays wide when it collapses.
    """

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

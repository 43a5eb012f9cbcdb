"""DuctTree: one orifice's system of ducts, as the seed drew it, at rest.

Millimetres. The frame of one system: the middle of its orifice on the nipple's surface is the origin, +z goes into
the breast, x right and y down as somebody who faces the nipple sees it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ductoscope.model import DoubleArray, freeze
from ductoscope.simulate.breast.lesion import Lesion
from ductoscope.simulate.breast.wall import Wall

LINE_MM = 0.25
"""Length of one row of a branch's table."""


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """One duct between two forks; it begins on its parent's line, inside the parent's lumen.

    id: its place in `DuctTree.branches`; parents come before children. parent: None for the main duct.
    order: 0 for the main duct (its neck included), 1 for its children, and so on. children: 0, 2 or 3 ids.
    start_mm: depth along the duct, from the nipple's surface, of its first row.
    line: (M, 12), the centreline every LINE_MM of its length: place, then directions along, right and down
        (orthonormal, carried along without twist).
    radius_mm: (M,) inner radius at rest when round; narrowings and ampullae included, folds left out.
    stiffness: (M,) 1 is usual, 4 hardly yields to pressure.
    slit_deg: the direction (from right towards down) in which it stays wide when it collapses.
    wall: colour and relief by depth and angle.
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
    wall: Wall

    def __post_init__(self) -> None:
        for name in ("line", "radius_mm", "stiffness"):
            object.__setattr__(self, name, freeze(getattr(self, name)))

    @property
    def length_mm(self) -> float:
        """From its first row to its last."""
        return (len(self.line) - 1) * LINE_MM


@dataclass(frozen=True, slots=True, eq=False)
class DuctTree:
    """Every duct behind one orifice, and what grows in them.

    orifice: its number on the nipple. branches: by id. lesions: look-alikes that are fixed to the wall included.
    """

    orifice: int
    branches: tuple[Branch, ...]
    lesions: tuple[Lesion, ...]

"""DuctTree: one orifice's system of ducts, as the seed drew it, at rest.

Millimetres. The frame of one system: the middle of its orifice on the nipple's surface is the origin, +z goes into
the breast, x right and y down as somebody who faces the nipple sees it.
"""

from __future__ import annotations

from dataclasses import dataclass

from ductoscope.simulate.breast.branch_shape import BranchShape
from ductoscope.simulate.breast.lesion import Lesion
from ductoscope.simulate.breast.wall import Wall


@dataclass(frozen=True, slots=True, eq=False)
class Branch(BranchShape):
    """A duct's course and width, and its wall: colour and relief by depth and angle."""

    wall: Wall


@dataclass(frozen=True, slots=True, eq=False)
class DuctTree:
    """Every duct behind one orifice, and what grows in them.

    orifice: its number on the nipple. branches: by id. lesions: look-alikes that are fixed to the wall included.
    """

    orifice: int
    branches: tuple[Branch, ...]
    lesions: tuple[Lesion, ...]

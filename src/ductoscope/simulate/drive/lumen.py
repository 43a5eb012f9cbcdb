"""How wide the ducts are at one moment, for the scope that is in them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ductoscope.simulate.breast.access import DILATED_MM
from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.distension import Distension
from ductoscope.simulate.breast.duct_tree import Branch, DuctTree
from ductoscope.simulate.breast.wall import Wall
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.impossible import PASSES_AT
from ductoscope.simulate.settings import WorldSettings

HELD_OPEN_MM = 0.02
"""So much wider than the shaft is a lumen that nothing but the shaft holds open."""


@dataclass(frozen=True, slots=True, eq=False)
class Lumen:
    """The lumen of a whole tree, as pressure and shaft shape it now.

    scope_radius_mm: of the shaft. roundness: short by long axis. fold_share: how much of their height folds keep.
    stretch_mmhg: the pressure whose stretch the walls show.
    """

    tree: DuctTree
    distension: Distension
    scope_radius_mm: float
    roundness: float
    fold_share: float
    stretch_mmhg: float


def shape_lumen(tree: DuctTree, settings: WorldSettings, distension: Distension, state: ExamState) -> Lumen:
    """The lumen in a state."""
    scope_radius_mm = settings.outer_diameter_mm / 2.0
    stretch_mmhg = state.stretch_pressure_mmhg
    return Lumen(tree, distension, scope_radius_mm, state.roundness, state.fold_share, stretch_mmhg)


def round_radius_mm(lumen: Lumen, branch: Branch, arc_mm: float) -> float:
    """The stretched radius at a depth, folds and slit left out; the dilated neck is as wide as the shaft needs."""
    at = min(max(arc_mm / LINE_MM, 0.0), len(branch.radius_mm) - 1.0)
    row = min(int(at), max(len(branch.radius_mm) - 2, 0))
    share = at - row
    radius_mm, stiffness = branch.radius_mm.item(row), branch.stiffness.item(row)
    if share > 0.0:
        radius_mm += share * (branch.radius_mm.item(row + 1) - radius_mm)
        stiffness += share * (branch.stiffness.item(row + 1) - stiffness)
    radius_mm *= lumen.distension.stretch(lumen.stretch_mmhg, np.array((stiffness,))).item()
    if branch.parent is None and arc_mm <= DILATED_MM:
        return max(radius_mm, PASSES_AT * lumen.scope_radius_mm)
    return radius_mm


def lets_pass(lumen: Lumen, branch: Branch, arc_mm: float) -> bool:
    """Whether the scope fits through the lumen at a depth; an empty lumen is pushed open, a narrow one is not."""
    return round_radius_mm(lumen, branch, arc_mm) >= PASSES_AT * lumen.scope_radius_mm


def radius_towards_mm(lumen: Lumen, branch: Branch, arc_mm: float, angle_deg: float) -> float:
    """From the centreline to the wall in one direction: slit, folds and what stands on the wall included.

    Never less than the shaft there needs: it lies in this lumen and holds it open. In the first radius of a branch
    the fork's own hollow (the half ball that closes the parent) is part of it.
    """
    radius_mm = _bare_radius_mm(lumen, branch, arc_mm, angle_deg)
    if branch.parent is not None:
        parent = lumen.tree.branches[branch.parent]
        hollow_mm = _bare_radius_mm(lumen, parent, parent.length_mm, angle_deg)
        if 0.0 <= arc_mm < hollow_mm:
            radius_mm = max(radius_mm, math.sqrt(hollow_mm * hollow_mm - arc_mm * arc_mm))
    return max(radius_mm, lumen.scope_radius_mm + HELD_OPEN_MM)


def _bare_radius_mm(lumen: Lumen, branch: Branch, arc_mm: float, angle_deg: float) -> float:
    turn = math.radians(angle_deg - branch.slit_deg)
    narrow, wide = math.sin(turn), lumen.roundness * math.cos(turn)
    ellipse = lumen.roundness / math.sqrt(narrow * narrow + wide * wide)
    fold_mm, bump_mm = _find_relief(branch.wall, arc_mm, angle_deg)
    return round_radius_mm(lumen, branch, arc_mm) * ellipse - lumen.fold_share * fold_mm - bump_mm


def _find_relief(wall: Wall, arc_mm: float, angle_deg: float) -> tuple[float, float]:
    """Height of folds, and of what stays under pressure, at the nearest sample of a wall, in mm."""
    rows, columns = wall.fold_mm.shape
    row = min(max(round(arc_mm / wall.relief_mm), 0), rows - 1)
    column = round(angle_deg / 360.0 * columns) % columns
    return wall.fold_mm.item(row, column), wall.bump_mm.item(row, column)

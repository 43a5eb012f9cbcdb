"""Access: how far into a duct tree the scope passes."""

from __future__ import annotations

import numpy as np

from ductoscope.model import DoubleArray
from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.distension import Distension
from ductoscope.simulate.breast.duct_tree import Branch, DuctTree
from ductoscope.simulate.impossible import PASSES_AT
from ductoscope.simulate.settings import WorldSettings

DILATED_MM = 5.0
"""The orifice and its neck are dilated to the scope down to this depth (the narrow point lies 0 to 5 mm deep)."""


def lumen_diameter_mm(tree: DuctTree, branch: int, distension: Distension, pressure_mmhg: float) -> DoubleArray:
    """Diameter (M,) of a branch's lumen, row by row, when it is as round as this pressure and the shaft make it."""
    of = tree.branches[branch]
    return np.asarray(2.0 * of.radius_mm * distension.stretch(pressure_mmhg, of.stiffness), dtype=np.float64)


def reachable(tree: DuctTree, settings: WorldSettings) -> tuple[tuple[int, float], ...]:
    """The branches that the scope can enter at working pressure, and up to which arc, by id: (branch, arc_mm).

    It passes where the lumen is 1.05 times its diameter; the neck is dilated to it beforehand.
    """
    needed = PASSES_AT * settings.outer_diameter_mm
    ways: dict[int, float] = {}
    for branch in tree.branches:
        if branch.parent is not None and ways.get(branch.parent, -1.0) < tree.branches[branch.parent].length_mm:
            continue
        width = lumen_diameter_mm(tree, branch.id, settings.distension, settings.working_mmhg)
        arc_mm = _passes_to(branch, width, needed)
        if arc_mm > 0.0:
            ways[branch.id] = arc_mm
    return tuple(ways.items())


def deepest_reachable(tree: DuctTree, settings: WorldSettings) -> tuple[int, float]:
    """The reachable place that lies deepest along the duct: branch id and arc_mm."""
    return max(reachable(tree, settings), key=lambda way: tree.branches[way[0]].start_mm + way[1])


def _passes_to(branch: Branch, width_mm: DoubleArray, needed_mm: float) -> float:
    """Up to which arc a branch is wide enough from its first row on."""
    depth = branch.start_mm + np.arange(len(width_mm)) * LINE_MM
    is_narrow = (width_mm < needed_mm) & ((depth > DILATED_MM) | (branch.parent is not None))
    return branch.length_mm if not is_narrow.any() else max(float(np.argmax(is_narrow)) - 1.0, 0.0) * LINE_MM

"""The shaft behind the tip: it lies in the lumen and holds it open."""

from __future__ import annotations

import numpy as np

from ductoscope.model import DoubleArray
from ductoscope.simulate.breast.access import DILATED_MM
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.state import TipState


def hold_open(tree: DuctTree, tip: TipState) -> DoubleArray:
    """How far along each branch (B,) the shaft, or in the neck the dilator before it, holds the lumen open, in mm."""
    opened_mm = np.zeros(len(tree.branches))
    opened_mm[tip.branch] = min(max(tip.arc_mm, 0.0), tree.branches[tip.branch].length_mm)
    at = tree.branches[tip.branch].parent
    while at is not None:
        opened_mm[at] = tree.branches[at].length_mm
        at = tree.branches[at].parent
    opened_mm[0] = max(opened_mm[0], min(DILATED_MM, tree.branches[0].length_mm))
    return opened_mm

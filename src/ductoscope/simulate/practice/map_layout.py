"""Where each branch lies on the map: depth to the right, one lane a branch, forks as elbows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.practice.best_path import Place

WIDTH = 960.0
LEFT = 48.0
RIGHT = 40.0
TOP = 64.0
_TALLEST = 640.0
_LANES = (40.0, 58.0)
_THINNEST = 12.0
_THICKEST = 0.6
"""Of a lane."""
_PER_MM = 22.0


@dataclass(frozen=True, slots=True)
class Strip:
    """One branch on the map: its wall cut open along its right side and laid flat.

    x, y: where it begins, on its middle. length, reached: to the right, of all that is drawn and of what the scope can
    reach. height: for its circumference, less than to scale for the widest.
    """

    branch: int
    x: float
    y: float
    length: float
    reached: float
    height: float

    @property
    def top(self) -> float:
        """Its upper edge, where the branch's right side is."""
        return self.y - self.height / 2.0


@dataclass(frozen=True, slots=True)
class Layout:
    """The whole map. per_mm: length of 1 mm; deepest_mm: where the scale ends; strips: by branch id."""

    per_mm: float
    deepest_mm: float
    height: float
    strips: dict[int, Strip]

    def x_of(self, depth_mm: float) -> float:
        """Where a depth is."""
        return LEFT + self.per_mm * depth_mm


def lay_out_map(tree: DuctTree, reach: Sequence[Place]) -> Layout:
    """Give every reachable branch its lane: first children above, the other ones below, nothing crossing."""
    reach_mm = dict(reach)
    shown = set(reach_mm)
    deepest_mm = max(tree.branches[branch].start_mm + tree.branches[branch].length_mm for branch in shown)
    per_mm = (WIDTH - LEFT - RIGHT) / deepest_mm
    lanes = {branch: float(lane) for lane, branch in enumerate(_in_order(tree, shown, 0))}
    lane = min(max(_TALLEST / len(shown), _LANES[0]), _LANES[1])
    strips = {}
    for branch_id in shown:
        branch = tree.branches[branch_id]
        strips[branch_id] = Strip(
            branch=branch_id,
            x=LEFT + per_mm * branch.start_mm,
            y=TOP + lane * (lanes[branch_id] + 0.5),
            length=per_mm * branch.length_mm,
            reached=per_mm * min(reach_mm[branch_id], branch.length_mm),
            height=min(max(_PER_MM * float(branch.radius_mm.mean()) * 2.0, _THINNEST), _THICKEST * lane),
        )
    return Layout(per_mm, deepest_mm, TOP + lane * len(shown), strips)


def _in_order(tree: DuctTree, shown: set[int], branch_id: int) -> list[int]:
    """Branches from top to bottom: about half of the children above their parent, the others below."""
    children = [child for child in tree.branches[branch_id].children if child in shown]
    half = len(children) // 2
    above = [each for child in children[:half] for each in _in_order(tree, shown, child)]
    below = [each for child in children[half:] for each in _in_order(tree, shown, child)]
    return [*above, branch_id, *below]

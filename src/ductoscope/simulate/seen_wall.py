"""Seen wall: which square millimetres of a duct tree the pictures have shown well, and which never.

Every branch's wall is cut into cells of 0.25 mm along by a sixteenth of the way around.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ductoscope.model import BoolArray, DoubleArray, freeze
from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.duct_tree import Branch, DuctTree
from ductoscope.simulate.light.sight import Sight

COLUMNS = 16
ENOUGH_MM2 = 0.02
"""A core may stand for so much wall: a spot of 1 mm is then seen by 40 cores (a size wants 8 to 10 across)."""

_SPAN_DEG = 360.0 / COLUMNS


@dataclass(frozen=True, slots=True, eq=False)
class WallGrid:
    """The cells of all branches in one line, branch after branch, row after row.

    first: (B + 1,) each branch's first cell. area_mm2: (K,) of each cell at rest, 0 where there is no wall but the
    opening of another branch. needed: (K,) cores that must look at a cell in one picture. is_reachable: (K,) whether
    the scope can come to this place.
    """

    first: NDArray[np.int64]
    area_mm2: DoubleArray
    needed: NDArray[np.int64]
    is_reachable: BoolArray

    def __post_init__(self) -> None:
        for item in fields(self):
            object.__setattr__(self, item.name, freeze(getattr(self, item.name)))

    @property
    def unseen(self) -> BoolArray:
        """Where an examination begins: nothing has been seen."""
        return freeze(np.zeros(len(self.area_mm2), dtype=np.bool_))

    def share_seen(self, seen: BoolArray) -> float:
        """Share of the reachable wall's area that was seen; 0 when nothing can be reached."""
        reachable_mm2 = float(self.area_mm2[self.is_reachable].sum())
        return float(self.area_mm2[self.is_reachable & seen].sum()) / reachable_mm2 if reachable_mm2 else 0.0

    def branch_cells(self, branch: int) -> slice:
        """Where the cells of a branch are, rows of COLUMNS."""
        return slice(int(self.first[branch]), int(self.first[branch + 1]))


def lay_wall_grid(tree: DuctTree, reach: Sequence[tuple[int, float]]) -> WallGrid:
    """Cut the walls of a tree into cells. reach: (branch id, arc_mm) up to which the scope can come."""
    rows = [len(branch.line) - 1 for branch in tree.branches]
    first = np.concatenate([[0], np.cumsum(rows)]) * COLUMNS
    area = np.concatenate([_measure_cells(tree, branch) for branch in tree.branches])
    is_reachable = np.zeros(len(area), dtype=np.bool_)
    for branch, arc_mm in reach:
        is_reachable[first[branch] : first[branch] + min(round(arc_mm / LINE_MM), rows[branch]) * COLUMNS] = True
    needed = np.maximum(np.ceil(area / ENOUGH_MM2 - 1e-9), 1.0).astype(np.int64)
    return WallGrid(first.astype(np.int64), area, needed, is_reachable & (area > 0.0))


def note_seen(grid: WallGrid, seen: BoolArray, sight: Sight, is_well: BoolArray) -> tuple[BoolArray, float]:
    """Add one picture: the cells seen so far (K,), and the area in mm^2 that it showed well for the first time.

    is_well: (N,) the cores that see sharply through clear fluid. A cell counts when they look at it as closely as one
    core for every 0.02 mm^2 in this one picture.
    """
    chosen = is_well & (sight.branch >= 0)
    branch = sight.branch[chosen].astype(np.int64)
    rows = np.diff(grid.first)[branch] // COLUMNS
    row = np.clip((sight.arc_mm[chosen] / LINE_MM).astype(np.int64), 0, rows - 1)
    column = (sight.angle_deg[chosen] / _SPAN_DEG).astype(np.int64) % COLUMNS
    cores = np.bincount(grid.first[branch] + row * COLUMNS + column, minlength=len(seen))
    is_new = (cores >= grid.needed) & ~seen
    return freeze(seen | is_new), float(grid.area_mm2[is_new].sum())


def _measure_cells(tree: DuctTree, branch: Branch) -> DoubleArray:
    """Area of each of a branch's cells, mm^2; 0 where another branch's lumen opens."""
    middle = 0.5 * (branch.line[:-1] + branch.line[1:])
    radius = 0.5 * (branch.radius_mm[:-1] + branch.radius_mm[1:])
    angle = np.deg2rad((np.arange(COLUMNS) + 0.5) * _SPAN_DEG)
    outward = np.cos(angle)[:, None] * middle[:, None, 6:9] + np.sin(angle)[:, None] * middle[:, None, 9:12]
    place = middle[:, None, :3] + radius[:, None, None] * outward
    area = np.repeat(radius[:, None] * np.deg2rad(_SPAN_DEG) * LINE_MM, COLUMNS, axis=1)
    for other in _list_meeting(tree, branch):
        area[_lies_in(other, place)] = 0.0
    return np.asarray(area.ravel(), dtype=np.float64)


def _list_meeting(tree: DuctTree, branch: Branch) -> list[Branch]:
    """The branches that meet this one in a fork."""
    ids = set(branch.children)
    if branch.parent is not None:
        ids |= {branch.parent, *tree.branches[branch.parent].children}
    return [tree.branches[id_] for id_ in sorted(ids - {branch.id})]


def _lies_in(branch: Branch, place: DoubleArray) -> BoolArray:
    """Which places (..., 3) lie inside a branch's lumen at rest."""
    flat = place.reshape(-1, 3)
    inside = np.zeros(len(flat), dtype=np.bool_)
    # Only what is near the branch needs the full comparison.
    low, high = branch.line[:, :3].min(axis=0), branch.line[:, :3].max(axis=0)
    margin = float(branch.radius_mm.max())
    near = np.flatnonzero(((flat > low - margin) & (flat < high + margin)).all(axis=1))
    if len(near):
        away = np.linalg.norm(flat[near, None, :] - branch.line[None, :, :3], axis=2)
        inside[near] = (away < branch.radius_mm[None, :]).any(axis=1)
    return inside.reshape(place.shape[:-1])

"""The shortest way through a duct tree that comes to every place on a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from ductoscope.simulate.breast.duct_tree import DuctTree

Place = tuple[int, float]
"""A branch's id, and how far along it in mm."""

Way = tuple[tuple[float, int], ...]
"""Turning points in order: depth along the duct in mm, and branch."""

SIGHT_MM = 3.0
"""Coming this near to a place is enough to inspect it: the usual focus of a scope (CLINICAL.md section 9)."""

INSPECTING_MM_S = 2.0
"""Speed at which a careful hand moves; at 30 pictures a second every millimetre is seen fifteen times (assumed)."""


def find_best_path(tree: DuctTree, places: Iterable[Place]) -> Way:
    """The shortest way from the nipple that comes within sight of every place; it ends at the deepest of them.

    In a tree every fork's children are walked into and back out of, but for the last; leaving the longest way for
    the end saves most.
    """
    needed_mm = _spread(tree, places)
    way = [(tree.branches[0].start_mm, 0)]
    _walk(tree, needed_mm, 0, way, is_last=True)
    return tuple(way)


def measure_way(way: Way) -> float:
    """Length in mm of a way, forwards and backwards both counted."""
    return sum(abs(after[0] - before[0]) for before, after in pairwise(way))


def time_way(way: Way) -> tuple[tuple[float, float, int], ...]:
    """The way with the seconds at which a careful hand is there: rows of seconds, depth_mm, branch."""
    rows = []
    travelled_mm = 0.0
    for at, (depth_mm, branch) in enumerate(way):
        travelled_mm += abs(depth_mm - way[at - 1][0]) if at else 0.0
        rows.append((round(travelled_mm / INSPECTING_MM_S, 2), round(depth_mm, 2), branch))
    return tuple(rows)


def _spread(tree: DuctTree, places: Iterable[Place]) -> dict[int, float]:
    """How far along each branch the tip must come; ancestors as far as their child begins."""
    needed_mm: dict[int, float] = {}
    for branch_id, arc_mm in places:
        branch = tree.branches[branch_id]
        depth_mm = branch.start_mm + arc_mm - SIGHT_MM
        while True:
            along_mm = depth_mm - branch.start_mm
            if along_mm > 0.0:
                needed_mm[branch.id] = max(needed_mm.get(branch.id, 0.0), along_mm)
            if branch.parent is None:
                break
            depth_mm = min(depth_mm, branch.start_mm)
            branch = tree.branches[branch.parent]
    return needed_mm


def _deepest(tree: DuctTree, needed_mm: Mapping[int, float], branch_id: int) -> float:
    """Depth in mm of the deepest place that must be come to in this branch and behind it."""
    branch = tree.branches[branch_id]
    own = branch.start_mm + needed_mm[branch_id]
    return max([own, *(_deepest(tree, needed_mm, child) for child in branch.children if child in needed_mm)])


def _walk(
    tree: DuctTree, needed_mm: Mapping[int, float], branch_id: int, way: list[tuple[float, int]], *, is_last: bool
) -> None:
    """Add the turning points of one branch and all behind it; back to its start unless it is the last of all."""
    if branch_id not in needed_mm:
        return
    branch = tree.branches[branch_id]
    children = sorted(
        (child for child in branch.children if child in needed_mm), key=lambda child: _deepest(tree, needed_mm, child)
    )
    way.append((branch.start_mm + needed_mm[branch_id], branch_id))
    for child in children:
        fork_mm = tree.branches[child].start_mm
        if way[-1] != (fork_mm, branch_id):
            way.append((fork_mm, branch_id))
        _walk(tree, needed_mm, child, way, is_last=is_last and child == children[-1])
        if not (is_last and child == children[-1]):
            way.append((fork_mm, branch_id))
    if not is_last:
        way.append((branch.start_mm, branch_id))

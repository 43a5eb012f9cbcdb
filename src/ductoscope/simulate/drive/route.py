"""Where a skilled hand goes: to the deepest place first, then into other branches on the way out."""

from __future__ import annotations

import numpy as np

from ductoscope.simulate.breast.access import deepest_reachable, reachable
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.settings import WorldSettings

Place = tuple[int, float]
"""A branch's id, and how far along it in mm."""


def draw_route(rng: np.random.Generator, tree: DuctTree, settings: WorldSettings) -> tuple[Place, ...]:
    """The places of one round, in order: the deepest reachable one, then one to three ends of other ways.

    The others come in the order in which the scope passes their forks when it is withdrawn. A duct with fewer ends
    gives fewer places.
    """
    ways = dict(reachable(tree, settings))
    deepest = deepest_reachable(tree, settings)
    trunk = find_way(tree, deepest[0])
    ends = [
        (branch, arc_mm)
        for branch, arc_mm in ways.items()
        if branch not in trunk and not any(child in ways for child in tree.branches[branch].children)
    ]
    picked = rng.permutation(len(ends))[: int(rng.integers(1, 4))]
    others = [ends[k] for k in sorted(picked)]
    others.sort(key=lambda place: -leave_at(tree, place[0], trunk))
    return (deepest, *others)


def find_way(tree: DuctTree, branch: int) -> tuple[int, ...]:
    """The branches from the main duct to this one, both included."""
    way = []
    at: int | None = branch
    while at is not None:
        way.append(at)
        at = tree.branches[at].parent
    return tuple(reversed(way))


def leave_at(tree: DuctTree, branch: int, trunk: tuple[int, ...]) -> float:
    """Depth in mm at which the way to a branch leaves another way."""
    shared = [each for each in find_way(tree, branch) if each in trunk]
    last = tree.branches[shared[-1]]
    return last.start_mm + last.length_mm

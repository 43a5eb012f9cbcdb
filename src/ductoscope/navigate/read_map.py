"""Read the map out of the way: branches with their forks, lengths and widths, and their walls."""

from __future__ import annotations

import math

from ductoscope.model import Branch, DuctMap
from ductoscope.navigate.map import Node, Tree
from ductoscope.navigate.wall import read_wall
from ductoscope.navigate.way import Way

_RADIUS_SIGMA_SHARE = 0.15


def read_map(way: Way) -> DuctMap:
    """Draw up the map as it is known by now. Only certain forks are in it."""
    tree = way.tree
    branches = tuple(_read_branch(tree, node) for node in tree.nodes)
    walls = {}
    for node, branch in zip(tree.nodes, branches, strict=True):
        ends = [value for value in (branch.reached, branch.seen_to) if value is not None]
        forks = tree.forks_of(node.number)
        end = forks[0].along if forks else max(ends, default=branch.start)
        wall = read_wall(node.wall, branch.start, end)
        if wall is not None:
            walls[node.name] = wall
    return DuctMap(way.unit, way.scale, branches, walls)


def _read_branch(tree: Tree, node: Node) -> Branch:
    fork = node.fork
    start = 0.0 if fork is None else fork.along
    radius = node.radius_sum / node.radius_looks if node.radius_looks else None
    is_entered = tree.is_entered(node.number)
    reached = max(start if node.reached is None else node.reached, start) if is_entered else None
    forks = tree.forks_of(node.number)
    if reached is not None and forks:
        is_followed = any(tree.is_entered(arm.child) for arm in forks[0].arms if arm.child >= 0)
        reached = min(reached, forks[0].along) if is_followed else reached
    seen_to = node.seen_to
    if seen_to is not None:
        seen_to = max(min(seen_to, forks[0].along) if forks else seen_to, start)
    return Branch(
        node.name,
        None if node.parent is None else tree.nodes[node.parent].name,
        start,
        0.0 if fork is None else fork.sigma,
        node.clock,
        reached,
        seen_to,
        radius,
        None if radius is None else _RADIUS_SIGMA_SHARE * radius / math.sqrt(max(min(node.radius_looks, 4), 1)),
    )

"""The tree of branches as it is being found: forks, who leaves where, and which branch the tip is in."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ductoscope.navigate.forks import (
    Arm,
    Fork,
    Sighting,
    certain_arms,
    is_ready,
    miss_fork,
    note_sighting,
)
from ductoscope.navigate.wall import WallRecord, cut_wall

MAIN = 0
_SAME_FORK_RADII = 2.0
_BETWEEN_FORKS_RADII = 3.0
"""A branch is longer than this before it forks again."""
_PASSED_RADII = 0.15
"""Coming back, the tip is in the parent again only this much above the fork: a fork does not flicker."""
_ZONE_RADII = 6.0
_JUST_PASSED_RADII = 2.0
"""So far behind a fork its other mouth may still be in the picture."""
_MOUTH_COUNTS = 0.7
_RECENT_NS = 1_500_000_000
_VISIT_LOOKS = 3
_SWITCH_LOOKS = 3
_SWITCH_MARGIN = 0.2
_NAMES = {1: "L", 2: "LR", 3: "LMR"}


@dataclass(frozen=True, slots=True)
class Worth:
    """What a radius of the lumen here is worth in the map's unit, its sigma, and how near two forks cannot be."""

    unit: float
    sigma: float
    same_fork: float


@dataclass(slots=True)
class Node:
    """One branch. fork: that it leaves (None: the main duct); visits: looks from inside it."""

    number: int
    parent: int | None
    fork: Fork | None
    name: str
    clock: float | None = None
    visits: int = 0
    reached: float | None = None
    seen_to: float | None = None
    radius_sum: float = 0.0
    radius_looks: int = 0
    wall: WallRecord = field(default_factory=WallRecord)


@dataclass(slots=True)
class Tree:
    """All branches and forks.

    here: number of the branch that the tip is in; before: its looks and deepest place when the tip came into it.
    other_looks: how many looks in a row have said that it is another.
    """

    nodes: list[Node] = field(default_factory=lambda: [Node(MAIN, None, None, "", visits=_VISIT_LOOKS)])
    forks: list[Fork] = field(default_factory=list)
    here: int = MAIN
    before: tuple[int, float | None] = (0, None)
    other_looks: int = 0

    @property
    def now(self) -> Node:
        """The branch that the tip is in."""
        return self.nodes[self.here]

    def start_of(self, number: int) -> float:
        """Where a branch begins, in the map's unit."""
        fork = self.nodes[number].fork
        return 0.0 if fork is None else fork.along

    def forks_of(self, number: int) -> list[Fork]:
        """Certain forks that a branch ends in (one, as a rule), the nearest first."""
        return sorted((f for f in self.forks if f.branch == number and f.is_certain), key=lambda f: f.along)

    def path_to(self, number: int) -> Iterator[int]:
        """The branch itself, its parent, and so on up to the main duct."""
        upward: int | None = number
        while upward is not None:
            yield upward
            upward = self.nodes[upward].parent

    def is_entered(self, number: int) -> bool:
        """Whether the tip was in it for more than a glance, or in a branch behind it."""
        return any(node.visits >= _VISIT_LOOKS and number in self.path_to(node.number) for node in self.nodes)


def note_forks(
    tree: Tree,
    sightings: Sequence[Sighting],
    along: float,
    sigma: float,
    worth: Worth,
    roll_deg: float,
    t_ns: int,
) -> float | None:
    """Take the forks of one picture into the tree; return how far the roll is off, where a known fork tells it.

    along, sigma: depth of the tip, in the map's unit. worth: of a radius of the lumen here.
    """
    turned: float | None = None
    seen: list[Fork] = []
    for sighting in sightings:
        place = along + sighting.ahead_radii * worth.unit
        spread = math.hypot(sigma, sighting.sigma_radii * worth.unit, sighting.ahead_radii * worth.sigma)
        fork = _find_fork(tree, place, spread, worth, seen)
        if fork is None:
            own = tree.now.fork
            if own is not None and abs(place - own.along) < max(_BETWEEN_FORKS_RADII * worth.unit, worth.same_fork):
                continue
            fork = Fork(tree.here, place, spread)
            tree.forks.append(fork)
        off = note_sighting(fork, sighting, place, spread, roll_deg, t_ns)
        seen.append(fork)
        if off is not None and fork.is_certain and turned is None:
            turned = off
        if along > fork.along + _PASSED_RADII * worth.unit and not fork.is_certain and fork.from_arm is None:
            fork.from_arm = min(fork.arms, key=_off)
        _settle(tree, fork)
        if fork is not tree.now.fork:
            break
    _forget(tree, seen, along, worth)
    return turned


def _forget(tree: Tree, seen: Sequence[Fork], along: float, worth: Worth) -> None:
    """Settle supposed forks that were just passed; give up those that should be in the picture and are not."""
    for fork in list(tree.forks):
        if fork not in tree.forks:  # settling another took it for a part of that
            continue
        ahead = (fork.along - along) / worth.unit
        if fork.branch == tree.here and not fork.is_certain and -_JUST_PASSED_RADII < ahead < 0.0:
            _settle(tree, fork, is_passed=True)
        is_due = fork.branch == tree.here and not fork.is_certain and fork not in seen and -1.0 < ahead < 3.0
        if is_due and miss_fork(fork):
            tree.forks.remove(fork)


def _find_fork(tree: Tree, place: float, spread: float, worth: Worth, taken: Sequence[Fork]) -> Fork | None:
    """Say which known or supposed fork a sighting is of: of this branch, or that which it begins at."""
    own = tree.now.fork
    near = []
    for fork in tree.forks:
        gate = max(_SAME_FORK_RADII * worth.unit, worth.same_fork) + 1.5 * math.hypot(spread, fork.sigma)
        if fork not in taken and (fork.branch == tree.here or fork is own) and abs(fork.along - place) < gate:
            near.append(fork)
    return min(near, key=lambda fork: abs(fork.along - place), default=None)


def _settle(tree: Tree, fork: Fork, *, is_passed: bool = False) -> None:
    """Make branches of a fork's arms once it is certain, and of a third arm that is seen later."""
    if not fork.is_certain and not is_ready(fork, is_passed=is_passed):
        return
    arms = certain_arms(fork)
    if not fork.is_certain and len(arms) < 2:
        return
    is_new = not fork.is_certain
    fork.is_certain = True
    stem = tree.nodes[fork.branch].name
    for letter, arm in zip(_NAMES[len(arms)], arms, strict=True):
        if arm.child < 0:
            taken = {tree.nodes[other.child].name[-1] for other in fork.arms if other.child >= 0}
            arm.child = len(tree.nodes)
            name = stem + (letter if is_new else next(c for c in "MLR" if c not in taken))
            tree.nodes.append(Node(arm.child, fork.branch, fork, name))
        tree.nodes[arm.child].clock = arm.clock
    if is_new:
        _split(tree, fork)


def _split(tree: Tree, fork: Fork) -> None:
    """What is known beyond a fork that was made out late belongs to the arm that the tip was in there."""
    stem = tree.nodes[fork.branch]
    behind = [other for other in tree.forks if other.branch == stem.number and other.along > fork.along]
    arm = fork.from_arm
    if arm is None or arm.child < 0:
        # Nothing says that the tip was beyond it: what was supposed there was a part of this fork.
        for other in behind:
            if not other.is_certain:
                tree.forks.remove(other)
        behind = [other for other in behind if other.is_certain]
        if not behind:
            return
        arm = _choose_arm(fork)
    child = tree.nodes[arm.child]
    for other in behind:
        other.branch = child.number
        for own in other.arms:
            if own.child >= 0:
                tree.nodes[own.child].parent = child.number
    child.wall = cut_wall(stem.wall, fork.along)
    child.reached, child.seen_to, child.visits = stem.reached, stem.seen_to, stem.visits
    stem.reached = stem.seen_to = fork.along
    _name_again(tree)


def _name_again(tree: Tree) -> None:
    """Give every branch the name that its place in the tree says; parents first."""
    for node in sorted(tree.nodes[1:], key=lambda one: len(list(tree.path_to(one.number)))):
        if node.parent is not None:
            node.name = tree.nodes[node.parent].name + node.name[-1]


def follow(tree: Tree, along: float, unit_per_radius: float, t_ns: int, *, is_seen: bool = True) -> None:
    """Say which branch the tip is in, now that it is at `along`; is_seen: the picture shows its way."""
    hold = _PASSED_RADII * unit_per_radius
    own = tree.now.fork
    while own is not None and along < own.along - hold:
        tree.here, tree.other_looks = own.branch, 0
        tree.before = (tree.now.visits, tree.now.reached)
        own = tree.now.fork
    for fork in tree.forks_of(tree.here):
        if along > fork.along + hold:
            arm = _choose_arm(fork)
            tree.here, tree.other_looks = arm.child, 0
            tree.before = (tree.now.visits, tree.now.reached)
            follow(tree, along, unit_per_radius, t_ns, is_seen=is_seen)
            return
    if own is not None and along - own.along < _ZONE_RADII * unit_per_radius and own.last_t_ns == t_ns:
        _look_again(tree, own)
    if not is_seen:
        return
    now = tree.now
    now.visits += 1
    now.reached = along if now.reached is None else max(now.reached, along)


def _choose_arm(fork: Fork) -> Arm:
    """The arm whose mouth the tip looks into: it stays in the picture's middle while the others leave over the rim."""
    grown = [arm for arm in fork.arms if arm.child >= 0]
    newest = max(arm.last_t_ns for arm in grown)
    recent = [arm for arm in grown if newest - arm.last_t_ns < _RECENT_NS]
    return min(recent, key=_off)


def _off(arm: Arm) -> float:
    return math.hypot(*arm.last_xy) + _MOUTH_COUNTS * arm.last_mouth


def _look_again(tree: Tree, fork: Fork) -> None:
    """Behind a fork, with its mouths in view: change to the other arm when the picture insists on it."""
    best = _choose_arm(fork)
    mine = next(arm for arm in fork.arms if arm.child == tree.here)
    if best is mine or _off(mine) - _off(best) < _SWITCH_MARGIN:
        tree.other_looks = 0
        return
    tree.other_looks += 1
    if tree.other_looks >= _SWITCH_LOOKS:
        # The tip was in the other all the time since it came here.
        wrong, right = tree.now, tree.nodes[best.child]
        looks, reached = wrong.visits - tree.before[0], wrong.reached
        wrong.visits, wrong.reached = tree.before
        tree.before = (right.visits, right.reached)
        right.visits += looks
        right.reached = max((one for one in (reached, right.reached) if one is not None), default=None)
        tree.here, tree.other_looks = best.child, 0


def relay(tree: Tree, factor: float, shift: float) -> None:
    """Change the map's unit: every place `a` becomes `factor * a + shift`."""
    for fork in tree.forks:
        fork.along = factor * fork.along + shift
        fork.sigma, fork.best_sigma = factor * fork.sigma, factor * fork.best_sigma
    for node in tree.nodes:
        node.reached = None if node.reached is None else factor * node.reached + shift
        node.seen_to = None if node.seen_to is None else factor * node.seen_to + shift
        node.radius_sum *= factor
        node.wall = replace(node.wall, first=factor * node.wall.first + shift, step=factor * node.wall.step)
    visits, reached = tree.before
    tree.before = (visits, None if reached is None else factor * reached + shift)

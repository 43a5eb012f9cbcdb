"""Which lumen the tip is in where a duct divides: it follows from where the tip is and where it looks."""

from __future__ import annotations

import math

from ductoscope.simulate.breast.duct_tree import Branch
from ductoscope.simulate.drive.course import Vector, add
from ductoscope.simulate.drive.locate import locate_in
from ductoscope.simulate.drive.lumen import Lumen, lets_pass, round_radius_mm
from ductoscope.simulate.drive.pose import look, retell
from ductoscope.simulate.drive.state import TipState

_LOOK_AHEAD = 1.6
"""The tip goes for the lumen that holds the place so many parent radii ahead of it (assumed)."""
_SHARED = 3.0
"""Children share one lumen for at most so many parent radii and a millimetre: then a wall stands between them."""
_CLEARLY = 0.85
"""A sibling must fit so much better before the tip changes over, or it would flicker between two."""


def settle_branch(lumen: Lumen, tip: TipState) -> TipState:
    """The same tip in terms of the branch whose lumen it is in now.

    Beyond the end of a branch that is the child that it heads for, whether the scope fits or not; before the start
    of one it is the parent; in the lumen that siblings share it may be a sibling.
    """
    branch = lumen.tree.branches[tip.branch]
    if tip.arc_mm > branch.length_mm and branch.children:
        child = _head_for(lumen, tip, [lumen.tree.branches[each] for each in branch.children], branch.length_mm)
        return _retell_at(lumen, tip, child, tip.arc_mm - branch.length_mm)
    if branch.parent is None:
        return tip
    parent = lumen.tree.branches[branch.parent]
    if tip.arc_mm < 0.0:
        return _retell_at(lumen, tip, parent, parent.length_mm + tip.arc_mm)
    if tip.arc_mm < _SHARED * round_radius_mm(lumen, parent, parent.length_mm) + 1.0:
        return _change_over(lumen, tip, branch, parent)
    return tip


def _change_over(lumen: Lumen, tip: TipState, branch: Branch, parent: Branch) -> TipState:
    place, _ = look(lumen.tree, tip)
    open_to_tip = [branch]
    for each in parent.children:
        sibling = lumen.tree.branches[each]
        if sibling is not branch and _is_inside(lumen, sibling, place, tip.arc_mm):
            open_to_tip.append(sibling)
    if len(open_to_tip) == 1:
        return tip
    best = _head_for(lumen, tip, open_to_tip, 0.0)
    return tip if best is branch else _retell_at(lumen, tip, best, tip.arc_mm)


def _head_for(lumen: Lumen, tip: TipState, choices: list[Branch], from_mm: float) -> Branch:
    """The branch whose middle lies nearest, by its own radius, to the place ahead of the tip."""
    place, ahead = look(lumen.tree, tip)
    reach_mm = _LOOK_AHEAD * round_radius_mm(lumen, lumen.tree.branches[tip.branch], tip.arc_mm)
    target = add(place, ahead, reach_mm)
    best, least = choices[0], math.inf
    for branch in choices:
        arc_mm, offset = locate_in(branch, target, tip.arc_mm - from_mm + reach_mm)
        miss = math.hypot(*offset) / round_radius_mm(lumen, branch, arc_mm)
        if branch.id == tip.branch:
            miss *= _CLEARLY
        if miss < least:
            best, least = branch, miss
    return best


def _is_inside(lumen: Lumen, branch: Branch, place: Vector, near_arc_mm: float) -> bool:
    arc_mm, offset = locate_in(branch, place, near_arc_mm)
    return math.hypot(*offset) < round_radius_mm(lumen, branch, arc_mm) and lets_pass(lumen, branch, arc_mm)


def _retell_at(lumen: Lumen, tip: TipState, branch: Branch, near_arc_mm: float) -> TipState:
    place, _ = look(lumen.tree, tip)
    return retell(lumen.tree, tip, branch, place, near_arc_mm)

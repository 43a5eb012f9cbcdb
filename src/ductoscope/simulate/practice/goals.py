"""Whether an exercise's goal was reached, and how much of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ductoscope.model import Task
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.breast.lesion import Lesion
from ductoscope.simulate.practice.attempt import DEEP_MM, INSIDE_MM, Attempted
from ductoscope.simulate.practice.best_path import SIGHT_MM, Place
from ductoscope.simulate.practice.match_notes import is_found, last_note, share_right

Reach = Sequence[Place]
"""Branch ids that the scope comes into, and how far along each in mm."""

FOUND_ORIFICE_MM = 5.0
"""So deep in the discharging duct, past its neck, the orifice counts as found (assumed)."""
INSPECTED_SHARE = 0.5
"""A branch counts as inspected when so much of its reachable wall was seen well (assumed)."""
DESCRIBED_SHARE = 0.75
"""A lesion counts as described when three of the four terms are right (assumed)."""
CLEAR_DEEP_S = 60.0
"""So long a clear view must be had in blood (assumed)."""
HARD_TOUCHES_ALLOWED = 3
"""In blood: nobody keeps calm who hits the wall more often (assumed)."""
_THIRD = 3


@dataclass(frozen=True, slots=True)
class Goal:
    """How far a goal was reached. share: 0..1 of it."""

    share: float
    is_reached: bool


def judge_goal(task: Task, tree: DuctTree, reach: Reach, attempted: Attempted) -> Goal:
    """How far the goal of `task` was reached in the discharging duct `tree`, of which the scope can come to `reach`."""
    match task:
        case "orifice":
            return _share_of(attempted.deepest_mm / FOUND_ORIFICE_MM)
        case "third-order":
            return _share_of(attempted.deepest_order / goal_order(tree, reach))
        case "every-branch":
            inspected = [attempted.looked.branch_share(branch) >= INSPECTED_SHARE for branch, _ in reach]
            return _share_of(sum(inspected) / len(inspected))
        case "two-lesions":
            needed = min(2, len(list_findable(tree, reach)))
            described = len(list_described(tree, reach, attempted))
            return _share_of(described / needed) if needed else Goal(1.0, is_reached=True)
        case "blood":
            share = min(attempted.seconds_clear_deep / CLEAR_DEEP_S, 1.0)
            hard = sum(touch.is_hard for touch in attempted.touches)
            return Goal(share, share >= 1.0 and hard <= HARD_TOUCHES_ALLOWED and attempted.bursts == 0)
        case "free":
            return Goal(1.0, is_reached=True)


def goal_order(tree: DuctTree, reach: Reach) -> int:
    """The third order, or the deepest that this scope comes to in this duct; at least the first."""
    return max(1, min(_THIRD, max(tree.branches[branch].order for branch, _ in reach)))


def goal_places(task: Task, tree: DuctTree, reach: Reach) -> tuple[Place, ...]:
    """The places that the shortest way to the goal must come to."""
    match task:
        case "orifice":
            return (_tip_at(reach, tree, FOUND_ORIFICE_MM),)
        case "third-order":
            order = goal_order(tree, reach)
            deep = [branch for branch, _ in reach if tree.branches[branch].order >= order] or [0]
            return ((min(deep, key=lambda branch: tree.branches[branch].start_mm), SIGHT_MM + INSIDE_MM),)
        case "two-lesions":
            return tuple((lesion.branch, lesion.arc_mm) for lesion in list_findable(tree, reach))
        case "blood":
            return (_tip_at(reach, tree, DEEP_MM),)
        case "every-branch" | "free":
            return tuple(reach)


def list_findable(tree: DuctTree, reach: Reach) -> tuple[Lesion, ...]:
    """The lesions that this scope can come within sight of; look-alikes are none."""
    as_far_mm = dict(reach)
    return tuple(
        lesion
        for lesion in tree.lesions
        if lesion.is_lesion
        and lesion.branch in as_far_mm
        and lesion.arc_mm - lesion.size_mm / 2.0 <= as_far_mm[lesion.branch] + SIGHT_MM
    )


def list_found(tree: DuctTree, reach: Reach, attempted: Attempted) -> tuple[Lesion, ...]:
    """The findable lesions that were noted as lesions."""
    return tuple(lesion for lesion in list_findable(tree, reach) if is_found(lesion, attempted.noted))


def list_described(tree: DuctTree, reach: Reach, attempted: Attempted) -> tuple[Lesion, ...]:
    """Those of the found lesions that were described well enough."""
    return tuple(
        lesion
        for lesion in list_found(tree, reach, attempted)
        if (note := last_note(lesion, attempted.noted)) is not None and share_right(note, lesion) >= DESCRIBED_SHARE
    )


def _tip_at(reach: Reach, tree: DuctTree, depth_mm: float) -> Place:
    """The place that is inspected just when the tip itself is `depth_mm` deep."""
    branch = max((each for each, _ in reach if tree.branches[each].start_mm < depth_mm), default=0)
    return branch, depth_mm - tree.branches[branch].start_mm + SIGHT_MM


def _share_of(share: float) -> Goal:
    share = min(max(share, 0.0), 1.0)
    return Goal(share, share >= 1.0)

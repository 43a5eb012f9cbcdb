"""The score of an attempt: components from 0 to 1, each with its weight, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.practice.attempt import Attempted
from ductoscope.simulate.practice.goals import Goal, Reach, list_findable, list_found
from ductoscope.simulate.practice.match_notes import last_note, list_false_notes, share_right
from ductoscope.simulate.practice.tasks import CARE, WEIGHTS, Part, TaskPlan

HARD_TOUCHES_WORST = 5
"""So many hard touches leave nothing of the component (assumed)."""
FLUSH_ML = (5.0, 50.0)
"""Usual volumes of an examination, CLINICAL.md section 1.3."""
FLUSH_WORST_ML = 100.0
PAIN_USUAL = 5.0
PAIN_WORST = 8.0
"""The worst pain of a ductoscopy is 6.40 on average, with sd 1.68 (CLINICAL.md section 4): one sd on either side."""


def judge_parts(plan: TaskPlan, tree: DuctTree, reach: Reach, attempted: Attempted, goal: Goal) -> dict[Part, float]:
    """The components that this exercise has, each 0 to 1.

    Nobody is careful by not going in: the components of care (`CARE`) are multiplied by the share of the goal that
    was reached. `found` and `described` are left out where there is no lesion to find.
    """
    hard = sum(touch.is_hard for touch in attempted.touches)
    present = len(list_findable(tree, reach))
    parts = {
        "goal": goal.share,
        "wall": attempted.looked.well_share + 0.5 * attempted.looked.badly_share,
        "contacts": 0.0 if attempted.bursts else _fall(hard, 0.0, HARD_TOUCHES_WORST),
        "flush": _judge_flush(attempted),
        "comfort": _fall(attempted.worst_pain, PAIN_USUAL, PAIN_WORST),
        "time": _fall(attempted.seconds / (60.0 * plan.scenario.minutes), 1.0, 2.0),
    }
    if present:
        false = len(list_false_notes(attempted.noted, (each for each in tree.lesions if not each.is_lesion)))
        parts["found"] = len(list_found(tree, reach, attempted)) / (present + false)
        parts["described"] = share_described(tree, reach, attempted)
    return {
        part: parts[part] * (goal.share if part in CARE else 1.0)
        for part in WEIGHTS
        if part in plan.parts and part in parts
    }


def add_up(parts: Mapping[Part, float]) -> float:
    """The score, 0 to 1: the mean of the components, weighted by `WEIGHTS`."""
    return sum(WEIGHTS[part] * value for part, value in parts.items()) / sum(WEIGHTS[part] for part in parts)


def share_described(tree: DuctTree, reach: Reach, attempted: Attempted) -> float:
    """Mean share of the four terms that were right, over the found lesions; 0 when none was found."""
    found = list_found(tree, reach, attempted)
    notes = [(last_note(lesion, attempted.noted), lesion) for lesion in found]
    return sum(share_right(note, lesion) for note, lesion in notes if note is not None) / max(len(found), 1)


def _judge_flush(attempted: Attempted) -> float:
    if attempted.bursts:
        return 0.0
    low_ml, high_ml = FLUSH_ML
    return min(attempted.flushed_ml / low_ml, 1.0) * _fall(attempted.flushed_ml, high_ml, FLUSH_WORST_ML)


def _fall(value: float, good: float, worst: float) -> float:
    """1 up to `good`, then evenly down to 0 at `worst`."""
    return min(max((worst - value) / (worst - good), 0.0), 1.0)

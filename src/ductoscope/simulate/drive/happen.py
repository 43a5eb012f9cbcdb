"""What happened in one step, for the truth's events: told from the states before and after it."""

from __future__ import annotations

from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.state import ExamState, Happening

HARD_CONTACT = 0.5
_BLEEDS_FROM = 0.1
_FLUSH_ML_MIN = 1.0


def tell_happenings(tree: DuctTree, before: ExamState, after: ExamState) -> tuple[Happening, ...]:
    """The happenings between two states, each told once, when it begins."""
    found: list[tuple[str, tuple[tuple[str, float | int | str], ...]]] = []
    tip = after.tip
    depth_mm = round(tree.branches[tip.branch].start_mm + tip.arc_mm, 3)
    where: tuple[tuple[str, float | int | str], ...] = (("branch", tip.branch), ("depth_mm", depth_mm))
    if tip.branch != before.tip.branch:
        found.append(("enter branch", (("branch", tip.branch), ("from", before.tip.branch), ("depth_mm", depth_mm))))
    force, was = (state.contact.force if state.contact else 0.0 for state in (after, before))
    if force >= HARD_CONTACT > was:
        found.append(("contact", (*where, ("force", round(force, 3)))))
    if _is_blocked(after) and not _is_blocked(before):
        found.append(("blocked", where))
    bled = {lesion for lesion, strength in before.bleeding if strength >= _BLEEDS_FROM}
    for lesion, strength in after.bleeding:
        if strength >= _BLEEDS_FROM and lesion not in bled:
            found.append(("bleeding", (("lesion", lesion), ("strength", round(strength, 3)))))
    found += [("extravasation", (("branch", branch),)) for branch in sorted(after.burst - before.burst)]
    found += [("loosened", (("lesion", lesion),)) for lesion in sorted(after.gone - before.gone)]
    if _count_petechiae(after) > _count_petechiae(before):
        found.append(("petechia", where))
    if after.fluid.flow_ml_min >= _FLUSH_ML_MIN > before.fluid.flow_ml_min:
        found.append(("flush", (("flow_ml_min", round(after.fluid.flow_ml_min, 3)),)))
    return tuple(Happening(after.t_s, kind, what) for kind, what in found)


def _is_blocked(state: ExamState) -> bool:
    return state.contact is not None and state.contact.ahead


def _count_petechiae(state: ExamState) -> int:
    return int((state.spots[:, 5] == 0.0).sum()) if len(state.spots) else 0

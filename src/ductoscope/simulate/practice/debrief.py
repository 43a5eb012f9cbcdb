"""From what was kept of an attempt to a debrief that teaches: a pure function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ductoscope.model import NOTE_TERMS, Debrief
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.breast.lesion import Lesion
from ductoscope.simulate.practice.attempt import Attempted
from ductoscope.simulate.practice.best_path import find_best_path, measure_way, time_way
from ductoscope.simulate.practice.draw_map import LABELS, MapContent, draw_map
from ductoscope.simulate.practice.goals import (
    Goal,
    Reach,
    goal_places,
    judge_goal,
    list_findable,
    list_found,
)
from ductoscope.simulate.practice.match_notes import is_found, last_note, list_false_notes, share_right
from ductoscope.simulate.practice.remarks import Lesson, choose_remarks
from ductoscope.simulate.practice.score import add_up, judge_parts, share_described
from ductoscope.simulate.practice.tasks import WEIGHTS, TaskPlan

_IN_VIEW_S = 0.2


@dataclass(frozen=True, slots=True)
class Label:
    """Which attempt it was. finished_utc: ISO 8601."""

    attempt: str
    trainee: str
    seed: int
    preset: str
    finished_utc: str


def write_debrief(
    label: Label,
    plan: TaskPlan,
    tree: DuctTree,
    reach: Reach,
    attempted: Attempted,
    *,
    texts: Mapping[str, str] = LABELS,
) -> Debrief:
    """Tell what an attempt in the discharging duct `tree` was worth, and what to do better.

    reach: where the scope can come in it. texts: the words of the map, see `draw_map.LABELS`.
    """
    goal = judge_goal(plan.scenario.task, tree, reach, attempted)
    way = find_best_path(tree, goal_places(plan.scenario.task, tree, reach))
    content = MapContent(
        tree=tree,
        reach=reach,
        looked=attempted.looked,
        findable=list_findable(tree, reach),
        found=list_found(tree, reach, attempted),
        false_notes=list_false_notes(attempted.noted, _list_lookalikes(tree)),
        path=attempted.path,
        way=way,
    )
    return Debrief(
        attempt=label.attempt,
        task=plan.scenario.task,
        trainee=label.trainee,
        seed=label.seed,
        preset=label.preset,
        finished_utc=label.finished_utc,
        is_reached=goal.is_reached,
        figures=list_figures(plan, tree, reach, attempted, goal) | {"best_path_mm": round(measure_way(way), 1)},
        remarks=choose_remarks(Lesson(plan, tree, reach, attempted, goal.is_reached)),
        map_svg=draw_map(content, texts),
        path=attempted.path,
        best_path=time_way(way),
        lesions=tuple(_describe(lesion, attempted) for lesion in list_findable(tree, reach)),
    )


def list_figures(plan: TaskPlan, tree: DuctTree, reach: Reach, attempted: Attempted, goal: Goal) -> dict[str, float]:
    """The figures of a debrief, rounded to four decimals; docs, "Practise", says what each means."""
    looked = attempted.looked
    figures: dict[str, float] = {
        "goal_share": goal.share,
        "seen_share": looked.well_share,
        "seen_badly_share": looked.badly_share,
        "lesions_present": len(list_findable(tree, reach)),
        "lesions_found": len(list_found(tree, reach, attempted)),
        "false_notes": len(list_false_notes(attempted.noted, _list_lookalikes(tree))),
        "contacts": len(attempted.touches),
        "hard_contacts": sum(touch.is_hard for touch in attempted.touches),
        "hardest_contact": max((touch.force for touch in attempted.touches), default=0.0),
        "flushed_ml": attempted.flushed_ml,
        "suctioned_ml": attempted.suctioned_ml,
        "bursts": attempted.bursts,
        "highest_mmhg": attempted.highest_mmhg,
        "worst_pain": attempted.worst_pain,
        "seconds": attempted.seconds,
        "seconds_clear": looked.seconds_clear,
        "path_mm": attempted.path_mm,
        "deepest_mm": attempted.deepest_mm,
        "wrong_orifices": sum(orifice != tree.orifice for orifice in attempted.tried),
    }
    if looked.seconds > 0.0:
        figures["clear_share"] = looked.clear_share
    if figures["lesions_found"]:
        figures["described_share"] = share_described(tree, reach, attempted)
    if plan.scenario.is_graded:
        parts = judge_parts(plan, tree, reach, attempted, goal)
        weights = sum(WEIGHTS[part] for part in parts)
        figures["score"] = add_up(parts)
        figures |= {f"part_{part}": value for part, value in parts.items()}
        figures |= {f"weight_{part}": WEIGHTS[part] / weights for part in parts}
    return {name: round(value, 4) for name, value in figures.items()}


def _list_lookalikes(tree: DuctTree) -> tuple[Lesion, ...]:
    return tuple(lesion for lesion in tree.lesions if not lesion.is_lesion)


def _describe(lesion: Lesion, attempted: Attempted) -> dict[str, str | float | bool]:
    """The truth about one lesion and, as `said_...`, what the last note about it says."""
    in_view_s = attempted.looked.seconds_in_view.get(lesion.id, 0.0)
    note = last_note(lesion, attempted.noted)
    row: dict[str, str | float | bool] = {
        "id": lesion.id,
        "branch": lesion.branch,
        "depth_mm": round(lesion.depth_mm, 1),
        "wall_angle_deg": round(lesion.wall_angle_deg),
        "size_mm": round(lesion.size_mm, 1),
        **{term: str(getattr(lesion, term)) for term in NOTE_TERMS},
        "is_seen": in_view_s >= _IN_VIEW_S,
        "is_found": is_found(lesion, attempted.noted),
        "seconds_in_view": round(in_view_s, 1),
    }
    if note is not None:
        row |= {f"said_{term}": str(getattr(note, term)) for term in NOTE_TERMS}
        row["right_share"] = share_right(note, lesion)
        if note.size_mm is not None:
            row["said_size_mm"] = note.size_mm
    return row

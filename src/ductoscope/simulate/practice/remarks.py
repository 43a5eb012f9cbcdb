"""What to say after an attempt: the three to five sentences that help most, as keys into the texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.practice.attempt import Attempted
from ductoscope.simulate.practice.goals import INSPECTED_SHARE, Reach, list_findable, list_found
from ductoscope.simulate.practice.match_notes import find_wrong_terms, last_note, list_false_notes
from ductoscope.simulate.practice.score import FLUSH_ML, PAIN_USUAL
from ductoscope.simulate.practice.tasks import TaskPlan

REMARKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "burst": ("pressure_mmhg",),
        "never-entered": ("tried", "orifice"),
        "wrong-orifice": ("tried", "orifice"),
        "did-not-press": (),
        "lesion-missed-in-view": ("lesion", "depth_mm", "seconds"),
        "lookalike-taken": ("lookalike", "depth_mm"),
        "branch-missed": ("branch", "depth_mm", "percent"),
        "lesion-not-seen": ("lesion", "depth_mm", "branch"),
        "hard-contacts": ("count", "depth_mm"),
        "described-wrong": ("lesion", "term", "said", "right"),
        "withdrew-too-fast": ("speed_mm_s", "limit_mm_s"),
        "flushed-too-little": ("flushed_ml", "percent"),
        "flushed-too-much": ("flushed_ml", "limit_ml"),
        "painful": ("pain", "minute"),
        "too-long": ("minutes", "planned"),
        "nothing-there": ("count", "depth_mm"),
        "all-found": ("count",),
        "wall-seen": ("percent",),
        "kept-clear": ("percent",),
        "gentle": ("contacts",),
        "comfortable": ("pain",),
        "in-time": ("minutes", "planned"),
    }
)
"""Every sentence there is, most useful first, with the names of its numbers; from "all-found" on it is praise."""

_PRAISE_FROM = tuple(REMARKS).index("all-found")
_CRITIQUE_MOST = 4
_ALL_MOST = 5

FAST_MM_S = 3.0
"""Withdrawing faster leaves fewer than ten pictures to a millimetre; most findings are seen on withdrawal (assumed)."""
_WITHDRAWN_MM = 10.0
_CLEAR_GOOD = 0.7
_CLEAR_BAD = 0.5
_SEEN_GOOD = 0.8

Numbers = Mapping[str, float | str]
Remark = tuple[str, Numbers]


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What there is to talk about: an attempt in the discharging duct `tree`, and whether its goal was reached."""

    plan: TaskPlan
    tree: DuctTree
    reach: Reach
    attempted: Attempted
    is_reached: bool


def choose_remarks(lesson: Lesson) -> tuple[Remark, ...]:
    """Three to five remarks when there is so much to say: at most four of what to do better, then praise."""
    said = dict(_list_critique(lesson)) | dict(_list_praise(lesson))
    ordered = [key for key in REMARKS if key in said]
    critique = [key for key in ordered if key not in _praise_keys()][:_CRITIQUE_MOST]
    praise = [key for key in ordered if key in _praise_keys()][: _ALL_MOST - len(critique)]
    return tuple((key, said[key]) for key in (*critique, *praise))


def _praise_keys() -> tuple[str, ...]:
    return tuple(REMARKS)[_PRAISE_FROM:]


def _list_critique(lesson: Lesson) -> Iterator[Remark]:
    attempted, tree = lesson.attempted, lesson.tree
    if attempted.bursts:
        yield "burst", {"pressure_mmhg": round(attempted.highest_mmhg)}
    yield from _judge_orifices(lesson)
    if attempted.seconds_inside > 0.0 and _is_about_wall(lesson.plan):
        yield from _judge_wall(lesson)
        yield from _judge_lesions(lesson)
    hard = [touch for touch in attempted.touches if touch.is_hard]
    if hard:
        hardest = max(hard, key=lambda touch: touch.force)
        yield "hard-contacts", {"count": len(hard), "depth_mm": round(hardest.depth_mm)}
    if (
        attempted.withdrawn_mm >= _WITHDRAWN_MM
        and (speed := attempted.withdrawn_mm / attempted.withdrawn_s) > FAST_MM_S
    ):
        yield "withdrew-too-fast", {"speed_mm_s": round(speed, 1), "limit_mm_s": FAST_MM_S}
    if attempted.flushed_ml > FLUSH_ML[1]:
        yield "flushed-too-much", {"flushed_ml": round(attempted.flushed_ml), "limit_ml": round(FLUSH_ML[1])}
    if (
        attempted.looked.seconds > 0.0
        and attempted.flushed_ml < FLUSH_ML[0]
        and attempted.looked.clear_share < _CLEAR_BAD
    ):
        yield "flushed-too-little", _clear(attempted) | {"flushed_ml": round(attempted.flushed_ml, 1)}
    if attempted.worst_pain > PAIN_USUAL:
        yield "painful", {"pain": round(attempted.worst_pain, 1), "minute": 1 + int(attempted.worst_pain_s // 60)}
    if attempted.seconds > 60.0 * lesson.plan.scenario.minutes:
        yield "too-long", _times(lesson)
    false = list_false_notes(attempted.noted, (each for each in tree.lesions if not each.is_lesion))
    nothing = [each for each in false if each.lesion is None]
    if nothing:
        yield "nothing-there", {"count": len(nothing), "depth_mm": round(nothing[-1].depth_mm)}
    for note in false:
        if note.lesion is not None:
            taken = next(each for each in tree.lesions if each.id == note.lesion)
            yield "lookalike-taken", {"lookalike": taken.type, "depth_mm": round(taken.depth_mm)}


def _judge_orifices(lesson: Lesson) -> Iterator[Remark]:
    attempted, right = lesson.attempted, lesson.tree.orifice
    wrong = [orifice for orifice in attempted.tried if orifice != right]
    orifices: Numbers = {"tried": len(wrong), "orifice": right + 1}
    if right not in attempted.tried:
        yield "never-entered", orifices
    elif wrong:
        yield "wrong-orifice", orifices
    if attempted.tried and not attempted.pressed:
        yield "did-not-press", {}


def _judge_wall(lesson: Lesson) -> Iterator[Remark]:
    missed = [
        (length_mm * (1.0 - share), branch, share)
        for branch, length_mm in lesson.reach
        if (share := lesson.attempted.looked.branch_share(branch)) < INSPECTED_SHARE
    ]
    if missed:
        _, branch, share = max(missed)
        start_mm = lesson.tree.branches[branch].start_mm
        yield "branch-missed", {"branch": branch, "depth_mm": round(start_mm), "percent": round(100.0 * share)}


def _judge_lesions(lesson: Lesson) -> Iterator[Remark]:
    """Of each kind one remark: the lesion that was longest in view, the largest that was not, the worst described."""
    attempted = lesson.attempted
    found = list_found(lesson.tree, lesson.reach, attempted)
    missed = [each for each in list_findable(lesson.tree, lesson.reach) if each not in found]
    in_view_s = attempted.looked.seconds_in_view
    passed = [each for each in missed if in_view_s.get(each.id, 0.0) >= 1.0]
    unseen = [each for each in missed if each not in passed]
    if passed:
        worst = max(passed, key=lambda lesion: in_view_s[lesion.id])
        seconds = round(in_view_s[worst.id])
        yield "lesion-missed-in-view", {"lesion": worst.id, "depth_mm": round(worst.depth_mm), "seconds": seconds}
    if unseen:
        largest = max(unseen, key=lambda lesion: lesion.size_mm)
        where: Numbers = {"depth_mm": round(largest.depth_mm), "branch": largest.branch}
        yield "lesion-not-seen", {"lesion": largest.id, **where}
    notes = [(lesion, note) for lesion in found if (note := last_note(lesion, attempted.noted)) is not None]
    if notes:
        lesion, note = max(notes, key=lambda pair: len(find_wrong_terms(pair[1], pair[0])))
        for term in find_wrong_terms(note, lesion)[:1]:
            right = {"said": getattr(note, term), "right": getattr(lesion, term)}
            yield "described-wrong", {"lesion": lesion.id, "term": term, **right}


def _list_praise(lesson: Lesson) -> Iterator[Remark]:
    attempted = lesson.attempted
    if attempted.seconds_inside <= 0.0:
        return
    if _is_about_wall(lesson.plan):
        found, present = list_found(lesson.tree, lesson.reach, attempted), list_findable(lesson.tree, lesson.reach)
        if present and len(found) == len(present):
            yield "all-found", {"count": len(found)}
        if (well := attempted.looked.well_share) >= _SEEN_GOOD:
            yield "wall-seen", {"percent": round(100.0 * well)}
    if attempted.looked.seconds > 0.0 and attempted.looked.clear_share >= _CLEAR_GOOD:
        yield "kept-clear", _clear(attempted)
    if not any(touch.is_hard for touch in attempted.touches):
        yield "gentle", {"contacts": len(attempted.touches)}
    if attempted.worst_pain <= PAIN_USUAL:
        yield "comfortable", {"pain": round(attempted.worst_pain, 1)}
    if lesson.is_reached and attempted.seconds <= 60.0 * lesson.plan.scenario.minutes:
        yield "in-time", _times(lesson)


def _is_about_wall(plan: TaskPlan) -> bool:
    return "wall" in plan.parts or not plan.scenario.is_graded


def _clear(attempted: Attempted) -> dict[str, float | str]:
    return {"percent": round(100.0 * attempted.looked.clear_share)}


def _times(lesson: Lesson) -> Numbers:
    return {"minutes": round(lesson.attempted.seconds / 60.0, 1), "planned": round(lesson.plan.scenario.minutes)}

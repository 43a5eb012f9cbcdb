from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from ductoscope.model import LesionNote
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.light.sight import Sight
from ductoscope.simulate.practice.attempt import ELSEWHERE, Attempt

MakeExam = Callable[..., ExamState]
Begin = Callable[[], Attempt]
NOTE = LesionNote("polypoid solitary", "stalk", "smooth", "red")


def drive(attempt: Attempt, tree: DuctTree, exams: Iterable[ExamState], dt_s: float = 0.1, **how: bool) -> None:
    for exam in exams:
        attempt.note_state(tree, exam, dt_s, **how)
        attempt.pass_time(dt_s, exam.pain)


def walk(make_exam: MakeExam, branch: int, from_mm: float, to_mm: float, steps: int = 40) -> list[ExamState]:
    return [make_exam(branch, from_mm + (to_mm - from_mm) * at / steps) for at in range(steps + 1)]


def test_way_is_kept_and_measured_both_ways(begin_attempt: Begin, small_tree: DuctTree, make_exam: MakeExam) -> None:
    attempt = begin_attempt()
    drive(attempt, small_tree, walk(make_exam, 0, 2.0, 20.0))
    drive(attempt, small_tree, walk(make_exam, 1, 0.0, 8.0))
    drive(attempt, small_tree, walk(make_exam, 1, 8.0, 3.0, steps=25))
    done = attempt.attempted()
    assert done.path[0] == (0.0, 0.0, ELSEWHERE)
    assert done.path[-1] == (10.8, 23.0, 1)
    assert [branch for _, _, branch in done.path] == sorted(branch for _, _, branch in done.path)
    assert done.path_mm == pytest.approx(18.0 + 8.0 + 5.0, abs=1.5)
    assert (done.deepest_mm, done.deepest_order) == (28.0, 1)
    assert done.withdrawn_mm == pytest.approx(5.0)
    assert done.withdrawn_mm / done.withdrawn_s == pytest.approx(2.0, rel=0.01)
    assert done.seconds == done.seconds_inside == pytest.approx(10.8, abs=0.05)


def test_breathing_to_and_fro_is_no_way(begin_attempt: Begin, small_tree: DuctTree, make_exam: MakeExam) -> None:
    attempt = begin_attempt()
    drive(attempt, small_tree, [make_exam(0, 10.0 + 0.3 * (-1) ** at) for at in range(200)], dt_s=1.3)
    assert attempt.attempted().path_mm == 0.0
    assert attempt.attempted().withdrawn_mm == 0.0


def test_looking_into_a_fork_is_not_entering_it(
    begin_attempt: Begin, small_tree: DuctTree, make_exam: MakeExam
) -> None:
    attempt = begin_attempt()
    drive(attempt, small_tree, [make_exam(0, 19.9), make_exam(1, 0.6)])
    assert attempt.attempted().deepest_order == 0


def test_way_out_by_itself_is_not_the_trainees(begin_attempt: Begin, small_tree: DuctTree, make_exam: MakeExam) -> None:
    attempt = begin_attempt()
    drive(attempt, small_tree, walk(make_exam, 0, 18.0, 2.0), is_own_hand=False)
    assert attempt.attempted().withdrawn_mm == 0.0


def test_another_duct_counts_for_the_patient_but_not_for_the_goal(
    begin_attempt: Begin, small_tree: DuctTree, make_exam: MakeExam
) -> None:
    attempt = begin_attempt()
    attempt.press()
    attempt.enter(5)
    other = DuctTree(5, small_tree.branches, ())
    exams = [replace(exam, pain=3.0) for exam in walk(make_exam, 1, 2.0, 9.0)]
    exams[20] = make_exam(1, 6.0, force=0.8, flushed_ml=4.0, pressure_mmhg=170.0, burst=frozenset({1}))
    drive(attempt, other, exams[:21])
    attempt.take_note(NOTE)
    attempt.leave()
    attempt.enter(2)
    drive(attempt, small_tree, [make_exam(0, 3.0, flushed_ml=1.5)])
    done = attempt.attempted()
    assert done.tried == (5, 2)
    assert done.pressed
    assert (done.deepest_mm, done.deepest_order, done.path_mm) == (3.0, 0, 0.0)
    assert done.seconds_inside == pytest.approx(0.1)
    assert done.flushed_ml == 5.5, "volumes of both ducts together"
    assert (done.bursts, done.highest_mmhg) == (1, 170.0)
    (touch,) = done.touches
    assert touch.branch == ELSEWHERE
    assert (done.noted[0].branch, done.noted[0].lesion) == (ELSEWHERE, None)
    assert {branch for _, _, branch in done.path} == {ELSEWHERE, 0}


def test_every_torn_duct_counts_once(begin_attempt: Begin, small_tree: DuctTree, make_exam: MakeExam) -> None:
    attempt = begin_attempt()
    torn = make_exam(1, 3.0, burst=frozenset({1}))
    drive(attempt, small_tree, [torn, torn])
    attempt.leave()
    drive(attempt, DuctTree(5, small_tree.branches, ()), [torn])
    assert attempt.attempted().bursts == 2


def test_pressing_after_the_first_try_is_too_late(begin_attempt: Begin, small_tree: DuctTree) -> None:
    attempt = begin_attempt()
    attempt.enter(1)
    attempt.press()
    assert not attempt.attempted().pressed


def test_worst_pain_has_its_time(begin_attempt: Begin, small_tree: DuctTree) -> None:
    attempt = begin_attempt()
    for pain in (1.0, 4.0, 2.0):
        attempt.pass_time(10.0, pain)
    assert (attempt.attempted().worst_pain, attempt.attempted().worst_pain_s) == (4.0, 20.0)


def test_note_is_matched_with_what_is_in_view(
    begin_attempt: Begin, small_tree: DuctTree, make_exam: MakeExam, make_sight: Callable[..., Sight]
) -> None:
    attempt = begin_attempt()
    for arc_mm, lesion in ((3.0, 0), (3.1, 0), (12.0, -1)):
        drive(attempt, small_tree, [make_exam(1, arc_mm)], dt_s=1.5)
        attempt.note_sight(make_sight(1, 8.0, 12.0, lesion=lesion, cores_on_lesion=80), make_exam(1, arc_mm))
        attempt.take_note(NOTE)
    assert [noted.lesion for noted in attempt.attempted().noted] == ["A", "A", "A"]
    drive(attempt, small_tree, [make_exam(1, 12.0)], dt_s=1.5)
    attempt.take_note(NOTE)
    assert attempt.attempted().noted[-1].lesion is None
    assert attempt.found == 4


def test_clear_seconds_deep_in_blood(
    begin_attempt: Begin, small_tree: DuctTree, make_exam: MakeExam, make_sight: Callable[..., Sight]
) -> None:
    attempt = begin_attempt()
    for arc_mm, veil in ((8.0, 0.0), (8.0, 0.0), (11.0, 0.0), (11.0, 0.8), (11.0, 0.0)):
        drive(attempt, small_tree, [make_exam(0, arc_mm)], dt_s=0.2)
        attempt.note_sight(make_sight(0, 12.0, 16.0, veil=veil), make_exam(0, arc_mm))
    assert attempt.attempted().seconds_clear_deep == pytest.approx(0.4)
    assert attempt.attempted().looked.seconds_clear == pytest.approx(0.6)

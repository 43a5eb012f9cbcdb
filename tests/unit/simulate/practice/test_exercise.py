"""An exercise with the real duct mechanics, in a breast that a person can reckon in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ductoscope.model import REST, BadInputError, Controls, LesionNote
from ductoscope.simulate.breast.draw import Breast
from ductoscope.simulate.light.sight import Sight
from ductoscope.simulate.practice.attempt import ELSEWHERE
from ductoscope.simulate.practice.exercise import DILATING_S, LONGEST_MINUTES, Exercise, count_dilators
from ductoscope.simulate.practice.tasks import PLANS

NOTE = LesionNote("polypoid solitary", "stalk", "smooth", "red")
IN = Controls(push=1.0, flush=0.5)


@pytest.fixture
def exercise(small_breast: Breast) -> Exercise:
    return Exercise(PLANS["orifice"], small_breast, "Ann")


def live(exercise: Exercise, seconds: float, controls: Controls = REST, dt_s: float = 0.05) -> None:
    for _ in range(round(seconds / dt_s)):
        exercise.next_state(dt_s, controls)


def enter(exercise: Exercise, number: int) -> None:
    exercise.enter(number, exercise.breast.tree(number))
    live(exercise, DILATING_S * 4 + 0.1)


def test_orifices_look_alike_until_the_nipple_is_pressed(exercise: Exercise) -> None:
    state = exercise.state()
    assert (state.phase, state.message, state.trainee) == ("nipple", "press-first", "Ann")
    assert [orifice.discharge for orifice in state.orifices] == [None] * 4
    exercise.press()
    state = exercise.state()
    assert [orifice.discharge for orifice in state.orifices] == ["none", "none", "bloody", "none"]
    assert state.message == "choose"
    assert 0.0 < state.pain < 2.0


def test_dilating_takes_time_and_hurts(exercise: Exercise) -> None:
    exercise.enter(2, exercise.tree)
    state = exercise.state()
    assert (state.phase, state.message, state.pain) == ("nipple", "dilating", 4.0)
    assert state.orifices[2].is_tried
    live(exercise, DILATING_S * 4 - 0.1)
    assert exercise.state().phase == "nipple"
    live(exercise, 0.2)
    assert exercise.state().phase == "duct"


@pytest.mark.parametrize(("orifice_mm", "scope_mm", "steps"), [(0.66, 0.9, 3), (0.66, 0.55, 0), (0.3, 1.2, 10)])
def test_a_wider_scope_needs_more_dilators(orifice_mm: float, scope_mm: float, steps: int) -> None:
    assert count_dilators(orifice_mm, scope_mm) == steps


def test_pushing_in_the_right_duct_reaches_the_goal(exercise: Exercise) -> None:
    exercise.press()
    enter(exercise, 2)
    assert exercise.state().progress < 0.5
    live(exercise, 3.0, IN)
    state = exercise.state()
    assert state.progress == 1.0
    assert 5.0 < state.inserted_mm < 14.0
    assert state.flushed_ml == pytest.approx(3.0 / 60.0 * 7.5, rel=0.05)
    assert state.pressure_mmhg > 5.0


def test_a_wrong_orifice_opens_another_duct(exercise: Exercise) -> None:
    enter(exercise, 1)
    live(exercise, 3.0, IN)
    _, tree, _ = exercise.scene
    assert (tree.orifice, tree.lesions) == (1, ())
    state = exercise.state()
    assert state.inserted_mm > 5.0
    assert state.progress == 0.0
    assert {branch for _, _, branch in exercise.attempt.attempted().path} == {ELSEWHERE}


def test_taking_out_goes_back_to_the_nipple_by_itself(exercise: Exercise) -> None:
    enter(exercise, 2)
    live(exercise, 3.0, IN)
    exercise.leave()
    assert exercise.state().message == "withdrawing"
    live(exercise, 1.0, IN)
    assert exercise.state().phase == "duct", "it takes its time, whatever the controls say"
    live(exercise, 5.0, IN)
    state = exercise.state()
    assert (state.phase, state.inserted_mm, state.contact) == ("nipple", 0.0, 0.0)
    flushed_ml = state.flushed_ml
    assert flushed_ml > 0.1
    enter(exercise, 3)
    live(exercise, 2.0, Controls(flush=1.0))
    assert exercise.state().flushed_ml == pytest.approx(flushed_ml + 0.5, rel=0.05), "volumes of all ducts add up"
    assert exercise.attempt.attempted().tried == (2, 3)


def test_pain_of_a_long_examination_goes_on_in_the_next_duct(exercise: Exercise) -> None:
    exercise.next_state(700.0, REST)
    enter(exercise, 1)
    _, _, exam = exercise.scene
    assert exam.t_s == pytest.approx(exercise.state().seconds, abs=0.1)


def test_what_cannot_be_done_now_is_refused_in_words(exercise: Exercise) -> None:
    with pytest.raises(BadInputError, match="No scope is in a duct"):
        exercise.leave()
    with pytest.raises(BadInputError, match="only while the scope is in a duct"):
        exercise.note(NOTE)
    exercise.enter(2, exercise.tree)
    with pytest.raises(BadInputError, match="orifice 3 is being dilated"):
        exercise.enter(1, exercise.breast.tree(1))
    live(exercise, 9.0)
    with pytest.raises(BadInputError, match="while the scope is in a duct"):
        exercise.press()
    with pytest.raises(BadInputError, match="while the scope is in a duct"):
        exercise.enter(1, exercise.breast.tree(1))
    with pytest.raises(BadInputError, match="type is one of"):
        exercise.note(LesionNote("polyp", "stalk", "smooth", "red"))
    assert exercise.state().found == 0


def test_pictures_of_the_discharging_duct_only_count(exercise: Exercise, make_sight: Callable[..., Sight]) -> None:
    sight = make_sight(1, 3.0, 8.0)
    exercise.note_sight(sight)
    enter(exercise, 1)
    exercise.note_sight(sight)
    assert exercise.attempt.attempted().looked.well_share == 0.0
    exercise.leave()
    live(exercise, 1.0)
    enter(exercise, 2)
    live(exercise, 1.0, Controls(flush=1.0))
    exercise.note_sight(sight)
    exercise.note(NOTE)
    done = exercise.attempt.attempted()
    assert done.looked.well_share > 0.05
    assert done.noted[0].lesion == "A"
    assert exercise.state().found == 1


def test_too_much_pain_ends_it(exercise: Exercise) -> None:
    enter(exercise, 2)
    live(exercise, 60.0, Controls(push=1.0, bend_x=1.0, flush=1.0))
    state = exercise.state()
    assert (state.phase, state.message) == ("over", "too-painful")
    before = state.seconds
    live(exercise, 1.0)
    assert exercise.state().seconds == before
    with pytest.raises(BadInputError, match="this attempt is over"):
        exercise.press()


def test_half_an_hour_ends_it(exercise: Exercise) -> None:
    exercise.next_state(60.0 * LONGEST_MINUTES - 1.0, REST)
    assert exercise.state().phase == "nipple"
    exercise.next_state(1.0, REST)
    assert (exercise.state().phase, exercise.state().message) == ("over", "time-over")


def test_the_same_controls_give_the_same_attempt(small_breast: Breast) -> None:
    states = []
    for _ in range(2):
        exercise = Exercise(PLANS["free"], small_breast, "Ann")
        exercise.press()
        enter(exercise, 2)
        live(exercise, 4.0, IN)
        live(exercise, 1.0, Controls(push=-0.5, roll=1.0))
        states.append((exercise.state(), exercise.attempt.attempted().path))
    assert states[0] == states[1]


@pytest.mark.parametrize("task", ["every-branch", "two-lesions", "free"])
def test_progress_that_would_tell_what_is_hidden_is_not_told(small_breast: Breast, task) -> None:
    assert Exercise(PLANS[task], small_breast, "Ann").state().progress is None

"""Motion in a tube drawn by hand: it follows texture, and says when there is nothing to follow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from ductoscope.model import Raster, Scope, ViewJudgement
from ductoscope.navigate import Motion, MotionState, NoMotion, begin_motion, plan_motion, step_motion
from tests.unit.navigate.tube_pictures import STEP_NS, TubeView, draw_tube

HERE = TubeView()


def follow(views: Iterable[TubeView], state: MotionState | None = None) -> list[Motion | NoMotion]:
    state = state or begin_motion(plan_motion(Scope()))
    answers = []
    for index, view in enumerate(views):
        state, answer = step_motion(state, *draw_tube(view, index))
        answers.append(answer)
    return answers


def told(answers: list[Motion | NoMotion]) -> list[Motion]:
    return [answer for answer in answers if isinstance(answer, Motion)]


def test_the_first_picture_begins_and_tells_nothing() -> None:
    (answer,) = follow([HERE])
    assert isinstance(answer, NoMotion)
    assert answer.reason == "not begun"
    assert answer.tube is not None


def test_it_follows_forth_and_back_in_radii_with_an_honest_sigma() -> None:
    ways = [0.12] * 10 + [-0.09] * 8
    places = np.concatenate([[0.0], np.cumsum(ways)])
    motions = told(follow(replace(HERE, along=float(place)) for place in places))
    assert len(motions) == len(ways)
    off = np.array([motion.along_radii for motion in motions]) - ways
    assert sum(motion.along_radii for motion in motions[:10]) == pytest.approx(1.2, rel=0.05)
    assert sum(motion.along_radii for motion in motions[10:]) == pytest.approx(-0.72, rel=0.05)
    sigma = np.array([motion.along_sigma_radii for motion in motions])
    assert 0.1 < np.sqrt(np.mean((off / sigma) ** 2)) < 1.6


def test_the_unit_is_the_radius_of_the_lumen() -> None:
    wide = replace(HERE, radius=1.6)
    motions = told(follow(replace(wide, along=0.15 * k) for k in range(8)))
    assert sum(motion.along_radii for motion in motions) == pytest.approx(7 * 0.15 / 1.6, rel=0.06)


def test_roll_turns_the_picture_the_other_way_than_the_scope() -> None:
    motions = told(follow(replace(HERE, roll_deg=1.5 * k) for k in range(8)))
    assert sum(motion.roll_deg for motion in motions) == pytest.approx(-10.5, abs=0.7)
    assert abs(sum(motion.along_radii for motion in motions)) < 0.03


def test_a_tilting_tip_does_not_travel() -> None:
    motions = told(follow(replace(HERE, tilt_deg=4.0 + 1.2 * k) for k in range(7)))
    assert len(motions) == 6
    assert abs(sum(motion.along_radii for motion in motions)) < 0.06
    turned = np.linalg.multi_dot([motion.turned for motion in reversed(motions)])
    angle = np.degrees(np.arccos((np.trace(turned) - 1.0) / 2.0))
    assert angle == pytest.approx(7.2, abs=0.8)


def test_a_smooth_tube_gives_nothing_to_hold_on_to() -> None:
    answers = follow(replace(HERE, texture=0.0, along=0.12 * k) for k in range(12))
    assert {answer.reason for answer in answers[1:] if isinstance(answer, NoMotion)} == {"nothing to hold on to"}
    assert not told(answers)


def test_a_faint_texture_is_followed_rightly_or_not_at_all() -> None:
    motions = told(follow(replace(HERE, texture=0.1, along=0.12 * k) for k in range(12)))
    assert all(abs(motion.along_radii - 0.12) < 4.0 * motion.along_sigma_radii for motion in motions)


def test_a_still_camera_before_texture_invents_no_motion() -> None:
    motions = told(follow(HERE for _ in range(25)))
    assert len(motions) == 24
    assert abs(sum(motion.along_radii for motion in motions)) < 0.005


@pytest.mark.parametrize(("is_told", "within"), [(True, 0.07), (False, 0.15)])
def test_what_floats_before_the_wall_does_not_drag_the_motion_along(*, is_told: bool, within: float) -> None:
    state, total = begin_motion(plan_motion(Scope())), 0.0
    for index in range(9):
        raster, outlook, view = draw_tube(replace(HERE, along=0.1 * index), index)
        light, clear = raster.light_lin.copy(), outlook.clear.copy()
        # A pale flake a quarter of the picture wide that stays where it is in the picture; the eye may see it or not.
        light[30:54, 60:84] = [0.7, 0.68, 0.6]
        clear[30:54, 60:84] = 0.1 if is_told else 1.0
        raster = Raster(raster.index, raster.t_ns, light, raster.seen)
        state, answer = step_motion(state, raster, replace(outlook, clear=clear), view)
        total += answer.along_radii if isinstance(answer, Motion) else 0.0
    assert total == pytest.approx(0.8, rel=within)


def test_a_lumen_that_widens_is_not_taken_for_travel_beyond_sigma() -> None:
    motions = told(follow(replace(HERE, radius=1.0 + 0.003 * k) for k in range(15)))
    off = sum(motion.along_radii for motion in motions)
    sigma = sum(motion.along_sigma_radii for motion in motions)
    assert abs(off) < max(sigma, 0.02)


def test_after_the_lumen_has_narrowed_travel_is_told_in_radii_of_now() -> None:
    narrow = replace(HERE, radius=0.86)
    state = begin_motion(plan_motion(Scope()))
    for index in range(15):
        state, _ = step_motion(state, *draw_tube(replace(HERE, radius=1.0 - 0.01 * index), index))

    def travel(by: float) -> float:
        ahead, total = state, 0.0
        for step in range(1, 5):
            ahead, answer = step_motion(ahead, *draw_tube(replace(narrow, along=by * step), 14 + step))
            assert isinstance(answer, Motion)
            total += answer.along_radii
        return total

    # What is left of the narrowing is taken for travel; there and back it cancels.
    assert 0.5 * (travel(0.06) - travel(-0.06)) == pytest.approx(0.24 / narrow.radius, rel=0.08)


def test_a_hidden_wall_is_no_view_and_the_way_is_bridged_when_it_comes_back() -> None:
    state = begin_motion(plan_motion(Scope()))
    answers = []
    for index in range(6):
        raster, outlook, view = draw_tube(replace(HERE, along=0.04 * index), index)
        if index in (3, 4):
            view = ViewJudgement(view.t_ns, 0.0, "white-out", "wait", {"white-out": 1.0})
        state, answer = step_motion(state, raster, outlook, view)
        answers.append(answer)
    assert [answer.reason for answer in answers if isinstance(answer, NoMotion)] == ["not begun", "no view", "no view"]
    last = answers[-1]
    assert isinstance(last, Motion)
    assert last.since_ns == 2 * STEP_NS
    assert last.along_radii == pytest.approx(0.12, abs=0.02)


def test_a_jump_is_not_told_as_motion() -> None:
    views = [replace(HERE, along=0.05 * k) for k in range(4)] + [replace(HERE, along=9.0, roll_deg=120.0)]
    assert isinstance(follow(views)[-1], NoMotion)


def test_the_same_pictures_give_the_same_answers() -> None:
    views = [replace(HERE, along=0.1 * k) for k in range(6)]
    first, second = told(follow(views)), told(follow(views))
    assert [m.along_radii for m in first] == [m.along_radii for m in second]

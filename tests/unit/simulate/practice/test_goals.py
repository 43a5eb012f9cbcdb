from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ductoscope.model import LesionNote
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.practice.attempt import Attempted
from ductoscope.simulate.practice.best_path import find_best_path
from ductoscope.simulate.practice.goals import (
    Goal,
    goal_order,
    goal_places,
    judge_goal,
    list_described,
    list_findable,
    list_found,
)
from ductoscope.simulate.practice.look import Looked
from ductoscope.simulate.practice.match_notes import Noted
from ductoscope.simulate.practice.touches import Touch

REACH = ((0, 20.0), (1, 15.0), (2, 10.0), (3, 5.0))
RIGHT_A = Noted(50.0, LesionNote("polypoid solitary", "stalk", "smooth", "red"), 22.0, 1, "A")
HALF_B = Noted(60.0, LesionNote("superficial", "broad", "smooth", "white"), 23.0, 2, "B")
RIGHT_B = Noted(70.0, LesionNote("superficial", "none", "rough", "red"), 23.0, 2, "B")


def test_orifice_is_found_past_the_neck(small_tree: DuctTree, blank_attempt: Attempted) -> None:
    def judge(deepest_mm: float) -> Goal:
        return judge_goal("orifice", small_tree, REACH, replace(blank_attempt, deepest_mm=deepest_mm))

    assert judge(0.0) == Goal(0.0, is_reached=False)
    assert judge(2.5) == Goal(0.5, is_reached=False)
    assert judge(30.0) == Goal(1.0, is_reached=True)


def test_third_order_or_the_deepest_that_the_scope_comes_to(small_tree: DuctTree, blank_attempt: Attempted) -> None:
    assert goal_order(small_tree, REACH) == 2
    assert goal_order(small_tree, REACH[:3]) == 1
    assert goal_order(small_tree, REACH[:1]) == 1, "there is always something to reach"
    deep = replace(small_tree, branches=tuple(replace(each, order=each.order + 3) for each in small_tree.branches))
    assert goal_order(deep, REACH) == 3
    first = replace(blank_attempt, deepest_order=1)
    assert judge_goal("third-order", small_tree, REACH, first) == Goal(0.5, is_reached=False)
    assert judge_goal("third-order", small_tree, REACH[:3], first).is_reached


def test_every_branch_wants_half_of_each_seen_well(
    small_tree: DuctTree, blank_attempt: Attempted, make_looked: Callable[..., Looked]
) -> None:
    some = replace(blank_attempt, looked=make_looked({0: 1.0, 1: 0.6, 2: 0.4, 3: 0.45}))
    assert judge_goal("every-branch", small_tree, REACH, some) == Goal(0.75, is_reached=False), (
        "of 3, only 5 of 8 mm can be reached, so 0.45 of it is more than half"
    )
    every = replace(blank_attempt, looked=make_looked({0: 1.0, 1: 0.6, 2: 0.6, 3: 0.45}))
    assert judge_goal("every-branch", small_tree, REACH, every) == Goal(1.0, is_reached=True)


def test_two_lesions_are_found_and_described(small_tree: DuctTree, blank_attempt: Attempted) -> None:
    def judge(*noted: Noted) -> Goal:
        return judge_goal("two-lesions", small_tree, REACH, replace(blank_attempt, noted=noted))

    assert judge() == Goal(0.0, is_reached=False)
    assert judge(RIGHT_A) == Goal(0.5, is_reached=False)
    assert judge(RIGHT_A, HALF_B) == Goal(0.5, is_reached=False), "two of four terms are no description"
    assert judge(RIGHT_A, HALF_B, RIGHT_B) == Goal(1.0, is_reached=True)
    assert judge_goal("two-lesions", small_tree, REACH[:1], blank_attempt).is_reached, "there is nothing to find"


def test_lesions_beyond_reach_are_nobodys_fault(small_tree: DuctTree, blank_attempt: Attempted) -> None:
    assert [lesion.id for lesion in list_findable(small_tree, REACH)] == ["A", "B"]
    noted = replace(blank_attempt, noted=(RIGHT_A, HALF_B))
    assert [lesion.id for lesion in list_found(small_tree, REACH, noted)] == ["A", "B"]
    assert [lesion.id for lesion in list_described(small_tree, REACH, noted)] == ["A"]
    assert [lesion.id for lesion in list_findable(small_tree, ((0, 20.0), (2, 2.0)))] == ["B"], (
        "its edge is within sight of where the scope must stop"
    )
    assert list_findable(small_tree, ((0, 20.0), (2, 1.0))) == ()


@pytest.mark.parametrize(("hard", "bursts", "is_reached"), [(0, 0, True), (3, 0, True), (4, 0, False), (0, 1, False)])
def test_calm_in_blood_is_a_clear_minute_without_harm(
    small_tree: DuctTree, blank_attempt: Attempted, hard: int, bursts: int, is_reached: bool
) -> None:
    calm = replace(blank_attempt, seconds_clear_deep=61.0, bursts=bursts, touches=(Touch(1.0, 0.9, 10.0, 0),) * hard)
    assert judge_goal("blood", small_tree, REACH, calm) == Goal(1.0, is_reached)
    half = replace(calm, seconds_clear_deep=30.0)
    assert judge_goal("blood", small_tree, REACH, half) == Goal(0.5, is_reached=False)


def test_driving_freely_has_no_goal_to_miss(small_tree: DuctTree, blank_attempt: Attempted) -> None:
    assert judge_goal("free", small_tree, REACH, blank_attempt).is_reached


def test_the_best_way_reaches_the_goal(small_tree: DuctTree) -> None:
    def way(task):
        return find_best_path(small_tree, goal_places(task, small_tree, REACH))

    assert way("orifice")[-1] == (5.0, 0)
    assert way("blood")[-1] == (10.0, 0)
    assert way("third-order")[-1] == (36.0, 3)
    assert way("two-lesions")[-1] == (23.0, 2)
    assert way("every-branch") == way("free")
    assert way("every-branch")[-1] == (37.0, 3)

"""Every component by hand, and what the score must never do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ductoscope.model import LesionNote
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.practice.attempt import Attempted
from ductoscope.simulate.practice.goals import Goal, judge_goal
from ductoscope.simulate.practice.look import Looked
from ductoscope.simulate.practice.match_notes import Noted
from ductoscope.simulate.practice.score import add_up, judge_parts, share_described
from ductoscope.simulate.practice.tasks import PLANS, WEIGHTS
from ductoscope.simulate.practice.touches import Touch

REACH = ((0, 20.0), (1, 15.0), (2, 10.0), (3, 5.0))
DONE = Goal(1.0, is_reached=True)
RIGHT_A = Noted(50.0, LesionNote("polypoid solitary", "stalk", "smooth", "red"), 22.0, 1, "A")
HALF_B = Noted(60.0, LesionNote("superficial", "broad", "smooth", "white"), 23.0, 2, "B")
NOTHING = replace(RIGHT_A, lesion=None)
PLAN = PLANS["two-lesions"]


@pytest.fixture
def good_attempt(blank_attempt: Attempted, make_looked: Callable[..., Looked]) -> Attempted:
    return replace(
        blank_attempt,
        seconds=500.0,
        flushed_ml=20.0,
        worst_pain=3.0,
        noted=(RIGHT_A, replace(HALF_B, note=LesionNote("superficial", "none", "rough", "white"))),
        looked=make_looked({0: 1.0, 1: 1.0, 2: 1.0, 3: 1.0}),
    )


def part(name: str, tree: DuctTree, attempted: Attempted, goal: Goal = DONE) -> float:
    return judge_parts(PLAN, tree, REACH, attempted, goal)[name]


def test_perfect_is_one(small_tree: DuctTree, good_attempt: Attempted) -> None:
    parts = judge_parts(PLAN, small_tree, REACH, good_attempt, DONE)
    assert set(parts) == set(PLAN.parts)
    assert set(parts.values()) == {1.0}
    assert add_up(parts) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("name", "change", "value"),
    [
        ("contacts", {"touches": (Touch(0.0, 0.7, 9.0, 0),) * 2 + (Touch(0.0, 0.3, 9.0, 0),) * 9}, 0.6),
        ("contacts", {"touches": (Touch(0.0, 0.7, 9.0, 0),) * 9}, 0.0),
        ("contacts", {"bursts": 1}, 0.0),
        ("flush", {"flushed_ml": 2.0}, 0.4),
        ("flush", {"flushed_ml": 75.0}, 0.5),
        ("flush", {"flushed_ml": 120.0}, 0.0),
        ("flush", {"bursts": 1}, 0.0),
        ("comfort", {"worst_pain": 5.0}, 1.0),
        ("comfort", {"worst_pain": 6.5}, 0.5),
        ("comfort", {"worst_pain": 9.0}, 0.0),
        ("time", {"seconds": 600.0}, 1.0),
        ("time", {"seconds": 900.0}, 0.5),
        ("found", {"noted": (RIGHT_A,)}, 0.5),
        ("found", {"noted": (RIGHT_A, NOTHING)}, 1 / 3),
        ("described", {"noted": (RIGHT_A, HALF_B)}, 0.75),
        ("described", {"noted": ()}, 0.0),
    ],
)
def test_components(
    small_tree: DuctTree, good_attempt: Attempted, name: str, change: dict[str, object], value: float
) -> None:
    assert part(name, small_tree, replace(good_attempt, **change)) == pytest.approx(value)


def test_wall_seen_badly_is_half_seen(
    small_tree: DuctTree, good_attempt: Attempted, make_looked: Callable[..., Looked]
) -> None:
    well, more = make_looked({0: 1.0}), make_looked({0: 1.0, 1: 0.5})
    attempted = replace(good_attempt, looked=replace(well, seen=more.seen))
    assert 0.3 < well.well_share < more.well_share < 0.7
    assert part("wall", small_tree, attempted) == pytest.approx(0.5 * (well.well_share + more.well_share))


def test_nobody_is_careful_by_not_going_in(small_tree: DuctTree, good_attempt: Attempted, blank_attempt) -> None:
    half = judge_parts(PLAN, small_tree, REACH, good_attempt, Goal(0.5, is_reached=False))
    assert [half[name] for name in ("contacts", "flush", "comfort", "time")] == [0.5] * 4
    assert (half["wall"], half["found"]) == (1.0, 1.0), "what was seen was seen"
    for task, plan in PLANS.items():
        if plan.scenario.is_graded:
            goal = judge_goal(task, small_tree, REACH, blank_attempt)
            assert add_up(judge_parts(plan, small_tree, REACH, blank_attempt, goal)) == 0.0, task


def test_without_lesions_finding_is_no_component(small_tree: DuctTree, good_attempt: Attempted) -> None:
    bare = replace(small_tree, lesions=())
    parts = judge_parts(PLAN, bare, REACH, replace(good_attempt, noted=()), DONE)
    assert {"found", "described"} & set(parts) == set()
    assert add_up(parts) == pytest.approx(1.0)


def test_share_described_is_of_the_found_ones(small_tree: DuctTree, good_attempt: Attempted) -> None:
    assert share_described(small_tree, REACH, replace(good_attempt, noted=(HALF_B,))) == 0.5


@given(st.dictionaries(st.sampled_from(tuple(WEIGHTS)), st.floats(0.0, 1.0), min_size=1))
def test_score_lies_between_its_worst_and_its_best_component(parts: dict[str, float]) -> None:
    assert min(parts.values()) - 1e-9 <= add_up(parts) <= max(parts.values()) + 1e-9

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ductoscope.model import LesionNote
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.practice.attempt import Attempted
from ductoscope.simulate.practice.look import Looked
from ductoscope.simulate.practice.match_notes import Noted
from ductoscope.simulate.practice.remarks import REMARKS, Lesson, choose_remarks
from ductoscope.simulate.practice.tasks import PLANS
from ductoscope.simulate.practice.touches import Touch

REACH = ((0, 20.0), (1, 15.0), (2, 10.0), (3, 5.0))
NOTE = LesionNote("polypoid solitary", "stalk", "smooth", "red")
RIGHT_A = Noted(50.0, NOTE, 22.0, 1, "A")
RIGHT_B = Noted(60.0, LesionNote("superficial", "none", "rough", "white"), 23.0, 2, "B")
ALL = {0: 1.0, 1: 1.0, 2: 1.0, 3: 1.0}


@pytest.fixture
def fine_attempt(blank_attempt: Attempted, make_looked: Callable[..., Looked]) -> Attempted:
    return replace(
        blank_attempt,
        seconds=300.0,
        seconds_inside=280.0,
        pressed=True,
        tried=(2,),
        flushed_ml=20.0,
        worst_pain=2.0,
        noted=(RIGHT_A, RIGHT_B),
        looked=make_looked(ALL),
    )


def say(tree: DuctTree, attempted: Attempted, task: str = "two-lesions", *, is_reached: bool = True) -> dict:
    remarks = choose_remarks(Lesson(PLANS[task], tree, REACH, attempted, is_reached))
    for key, numbers in remarks:
        assert set(numbers) == set(REMARKS[key]), key
    return dict(remarks)


def test_a_fine_attempt_is_praised(small_tree: DuctTree, fine_attempt: Attempted) -> None:
    assert say(small_tree, fine_attempt) == {
        "all-found": {"count": 2},
        "wall-seen": {"percent": 100},
        "kept-clear": {"percent": 80},
        "gentle": {"contacts": 0},
        "comfortable": {"pain": 2.0},
    }


@pytest.mark.parametrize(
    ("change", "key", "numbers"),
    [
        ({"bursts": 1, "highest_mmhg": 162.4}, "burst", {"pressure_mmhg": 162}),
        ({"tried": (4, 5, 2)}, "wrong-orifice", {"tried": 2, "orifice": 3}),
        ({"tried": (4,), "seconds_inside": 0.0}, "never-entered", {"tried": 1, "orifice": 3}),
        ({"pressed": False}, "did-not-press", {}),
        (
            {"touches": (Touch(9.0, 0.7, 14.2, 0), Touch(30.0, 0.9, 31.4, 1), Touch(40.0, 0.2, 2.0, 0))},
            "hard-contacts",
            {"count": 2, "depth_mm": 31},
        ),
        ({"withdrawn_mm": 40.0, "withdrawn_s": 10.0}, "withdrew-too-fast", {"speed_mm_s": 4.0, "limit_mm_s": 3.0}),
        ({"flushed_ml": 61.0}, "flushed-too-much", {"flushed_ml": 61, "limit_ml": 50}),
        ({"worst_pain": 6.26, "worst_pain_s": 130.0}, "painful", {"pain": 6.3, "minute": 3}),
        ({"seconds": 690.0}, "too-long", {"minutes": 11.5, "planned": 10}),
        (
            {"noted": (RIGHT_A, RIGHT_B, replace(RIGHT_A, lesion=None, depth_mm=7.6))},
            "nothing-there",
            {"count": 1, "depth_mm": 8},
        ),
        (
            {"noted": (RIGHT_A, RIGHT_B, replace(RIGHT_A, lesion="a"))},
            "lookalike-taken",
            {"lookalike": "debris", "depth_mm": 12},
        ),
        (
            {"noted": (RIGHT_A, replace(RIGHT_B, note=replace(RIGHT_B.note, base="stalk")))},
            "described-wrong",
            {"lesion": "B", "term": "base", "said": "stalk", "right": "none"},
        ),
        ({"noted": (RIGHT_A,)}, "lesion-not-seen", {"lesion": "B", "depth_mm": 26, "branch": 2}),
    ],
)
def test_each_fault_is_told_with_its_numbers(
    small_tree: DuctTree, fine_attempt: Attempted, change: dict[str, object], key: str, numbers: dict[str, object]
) -> None:
    said = say(small_tree, replace(fine_attempt, **change))
    assert said[key] == numbers
    assert key not in say(small_tree, fine_attempt)


def test_missed_though_in_view(
    small_tree: DuctTree, fine_attempt: Attempted, make_looked: Callable[..., Looked]
) -> None:
    looked = make_looked(ALL, in_view_s={"A": 3.0, "B": 8.4})
    said = say(small_tree, replace(fine_attempt, noted=(), looked=looked))
    assert said["lesion-missed-in-view"] == {"lesion": "B", "depth_mm": 26, "seconds": 8}
    assert "lesion-not-seen" not in said


def test_the_longest_missed_branch_is_named(
    small_tree: DuctTree, fine_attempt: Attempted, make_looked: Callable[..., Looked]
) -> None:
    looked = make_looked({0: 1.0, 1: 0.2, 2: 0.0, 3: 1.0})
    said = say(small_tree, replace(fine_attempt, looked=looked))
    assert said["branch-missed"] == {"branch": 1, "depth_mm": 20, "percent": pytest.approx(20, abs=4)}


def test_too_little_flushing_matters_only_when_the_view_was_poor(
    small_tree: DuctTree, fine_attempt: Attempted, make_looked: Callable[..., Looked]
) -> None:
    little = replace(fine_attempt, flushed_ml=1.26)
    assert "flushed-too-little" not in say(small_tree, little)
    cloudy = replace(little, looked=make_looked(ALL, clear=0.3))
    assert say(small_tree, cloudy)["flushed-too-little"] == {"flushed_ml": 1.3, "percent": 30}
    assert "kept-clear" not in say(small_tree, cloudy)


def test_an_exercise_without_walls_does_not_speak_of_them(
    small_tree: DuctTree, fine_attempt: Attempted, make_looked: Callable[..., Looked]
) -> None:
    quick = replace(fine_attempt, noted=(), looked=make_looked({0: 0.3}, clear=0.8))
    assert set(say(small_tree, quick, "orifice")) == {"too-long", "kept-clear", "gentle", "comfortable"}
    assert {"branch-missed", "lesion-not-seen"} <= set(say(small_tree, quick, "free"))


def test_never_more_than_five_and_the_worst_first(
    small_tree: DuctTree, fine_attempt: Attempted, make_looked: Callable[..., Looked]
) -> None:
    awful = replace(
        fine_attempt,
        bursts=1,
        tried=(1, 2),
        pressed=False,
        noted=(),
        worst_pain=9.0,
        seconds=5000.0,
        touches=(Touch(1.0, 1.0, 5.0, 0),),
        looked=make_looked({}, in_view_s={"A": 5.0}),
    )
    remarks = choose_remarks(Lesson(PLANS["two-lesions"], small_tree, REACH, awful, is_reached=False))
    assert [key for key, _ in remarks] == [
        "burst",
        "wrong-orifice",
        "did-not-press",
        "lesion-missed-in-view",
        "kept-clear",
    ]


def test_who_never_went_in_is_told_where(small_tree: DuctTree, blank_attempt: Attempted) -> None:
    assert say(small_tree, blank_attempt, is_reached=False) == {"never-entered": {"tried": 0, "orifice": 3}}

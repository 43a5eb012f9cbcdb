from __future__ import annotations

from collections.abc import Callable

import pytest

from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.practice.advice import MESSAGES, choose_advice


@pytest.mark.parametrize(
    ("exam", "said"),
    [
        ({}, None),
        ({"burst": frozenset({1}), "force": 0.9}, "torn"),
        ({"force": 0.7, "blood_per_mm": 2.0}, "hard-contact"),
        ({"is_ahead": True}, "too-narrow"),
        ({"is_air": True, "roundness": 0.2}, "in-air"),
        ({"roundness": 0.2, "blood_per_mm": 1.0}, "collapsed"),
        ({"blood_per_mm": 0.3, "turbid_per_mm": 0.3}, "blood"),
        ({"turbid_per_mm": 0.3}, "turbid"),
    ],
)
def test_what_harms_comes_before_what_hides(
    make_exam: Callable[..., ExamState], exam: dict[str, object], said: str | None
) -> None:
    assert choose_advice(make_exam(0, 5.0, **exam), 3.0, 100.0, is_goal_reached=False) == said
    assert said is None or said in MESSAGES


def test_pain_goal_and_twelve_minutes(make_exam: Callable[..., ExamState]) -> None:
    exam = make_exam(0, 5.0)
    assert choose_advice(exam, 6.5, 100.0, is_goal_reached=True) == "painful"
    assert choose_advice(exam, 3.0, 100.0, is_goal_reached=True) == "goal-reached"
    assert choose_advice(exam, 3.0, 719.0, is_goal_reached=False) is None
    assert choose_advice(exam, 3.0, 721.0, is_goal_reached=False) == "twelve-minutes"
    assert choose_advice(exam, 3.0, 745.0, is_goal_reached=False) is None

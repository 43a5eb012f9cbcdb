from __future__ import annotations

import pytest

from ductoscope.restore.grade import grade

GOOD = {"contrast": 0.4, "saturated": 0.0, "dead": 0.005, "level": 0.5}


def test_a_clean_white_calibration_is_good_and_says_nothing() -> None:
    quality = grade("white", **GOOD)
    assert (quality.grade, quality.notes) == ("good", ())


@pytest.mark.parametrize(
    ("name", "fair", "poor", "word"),
    [
        ("contrast", 0.08, 0.03, "focus"),
        ("saturated", 0.05, 0.4, "overexposed"),
        ("dead", 0.05, 0.2, "no usable light"),
        ("level", 0.06, 0.01, "dark"),
    ],
)
def test_each_harm_lowers_the_grade_and_is_named(name: str, fair: float, poor: float, word: str) -> None:
    for value, expected in ((fair, "fair"), (poor, "poor")):
        quality = grade("white", **{**GOOD, name: value})
        assert quality.grade == expected
        assert len(quality.notes) == 1
        assert word in quality.notes[0]


def test_the_worst_harm_decides() -> None:
    assert grade("white", **{**GOOD, "contrast": 0.03, "dead": 0.05}).grade == "poor"


def test_known_notes_make_it_fair_at_most() -> None:
    quality = grade("frames", **GOOD, notes=("From frames.",))
    assert (quality.grade, quality.notes) == ("fair", ("From frames.",))

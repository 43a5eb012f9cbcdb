"""A person's word turns a suggestion into a finding; what they left alone stays as it was suggested."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ductoscope.detect import to_finding
from ductoscope.model import BadInputError, Suggestion, Term
from ductoscope.model.clinical import Depth, Measurement, Place, Unmeasurable

SIZE = Measurement(2.1, 0.4, "longest extent", "encoder")
OUTLINE = ((0.4, 0.4), (0.6, 0.4), (0.5, 0.6))
SUGGESTION = Suggestion(
    id=7,
    shows="stands out",
    chance=0.8,
    branch="LR",
    depth=Depth(31.0, 0.5, "encoder"),
    wall_angle_deg=40.0,
    outline=((30.0, 20.0),),
    size=SIZE,
    first_t_ns=1,
    last_t_ns=2,
    frame=12,
    outline_xy=OUTLINE,
    terms={"type": Term("polypoid solitary", 0.8), "colour": Term("red", 0.7)},
)
STILL = "a" * 64
EYE = "learned 1 (56ed)"


def test_confirmed_as_it_is() -> None:
    finding = to_finding(SUGGESTION, "B", STILL, EYE, orifice=3)
    assert (finding.letter, finding.state, finding.author) == ("B", "confirmed", EYE)
    assert (finding.place.orifice, finding.place.branch, finding.place.depth) == (3, "LR", SUGGESTION.depth)
    assert finding.size == SIZE
    assert finding.terms == {"type": "polypoid solitary", "colour": "red"}
    assert (finding.still, finding.outline) == (STILL, OUTLINE)


def test_dismissed_keeps_what_was_suggested() -> None:
    finding = to_finding(SUGGESTION, "B", None, EYE, state="dismissed")
    assert (finding.state, finding.author) == ("dismissed", EYE)
    assert finding.size == SIZE


def test_terms_are_replaced_added_and_taken_away() -> None:
    finding = to_finding(SUGGESTION, "A", STILL, EYE, terms={"type": "superficial", "base": "broad", "colour": None})
    assert finding.terms == {"type": "superficial", "base": "broad"}
    assert finding.author == "person"


def test_a_dragged_outline_loses_the_size_of_the_old_one() -> None:
    dragged = ((0.3, 0.4), *OUTLINE[1:])
    finding = to_finding(SUGGESTION, "A", STILL, EYE, outline=dragged)
    assert (finding.outline, finding.author) == (dragged, "person")
    assert isinstance(finding.size, Unmeasurable)


def test_a_dragged_outline_takes_the_size_that_was_measured_on_it() -> None:
    anew = replace(SIZE, value_mm=3.0)
    assert to_finding(SUGGESTION, "A", STILL, EYE, outline=OUTLINE[::-1], size=anew).size == anew


def test_an_outline_given_back_unchanged_keeps_its_size() -> None:
    assert to_finding(SUGGESTION, "A", STILL, EYE, outline=list(OUTLINE)).size == SIZE


@pytest.mark.parametrize(
    "changes",
    [
        {"place": Place(3, "LR", None)},
        {"place": Place(3, "L", SUGGESTION.depth)},
        {"place": Place(2, "LR", SUGGESTION.depth)},
        {"count": 2},
        {"obstruction_percent": 40.0},
        {"discharge_behind": False},
    ],
)
def test_whoever_says_another_place_count_or_obstruction_is_the_author(changes: dict[str, Any]) -> None:
    finding = to_finding(SUGGESTION, "A", STILL, EYE, orifice=3, **changes)
    assert finding.author == "person"
    assert {name: getattr(finding, name) for name in changes} == changes


def test_the_place_that_was_suggested_is_no_change() -> None:
    finding = to_finding(SUGGESTION, "A", STILL, EYE, orifice=3, place=Place(3, "LR", SUGGESTION.depth))
    assert finding.author == EYE


def test_a_word_that_is_none_of_the_list_is_refused() -> None:
    with pytest.raises(BadInputError, match="malignant"):
        to_finding(SUGGESTION, "A", STILL, EYE, terms={"type": "malignant"})

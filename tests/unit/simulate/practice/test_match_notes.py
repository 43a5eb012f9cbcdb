from __future__ import annotations

from dataclasses import replace

import pytest

from ductoscope.model import BadInputError, LesionNote
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.practice.match_notes import (
    Glimpse,
    Noted,
    check_note,
    find_noted,
    find_wrong_terms,
    is_found,
    last_note,
    list_false_notes,
    share_right,
)

RIGHT = LesionNote("polypoid solitary", "stalk", "smooth", "red")
DEBRIS = LesionNote("debris", "none", "smooth", "white")


def noted(t_s: float, note: LesionNote, lesion: str | None) -> Noted:
    return Noted(t_s, note, 25.0, 1, lesion)


def test_note_is_about_what_fills_most_of_the_view_just_now() -> None:
    glimpses = [Glimpse("A", 9.9, 30), Glimpse("B", 9.5, 200), Glimpse("a", 7.0, 900)]
    assert find_noted(glimpses, 10.0) == "B"
    assert find_noted(glimpses, 11.8) == "A", "B went out of view more than two seconds ago"
    assert find_noted(glimpses, 20.0) is None


def test_a_few_cores_are_no_view() -> None:
    assert find_noted([Glimpse("A", 10.0, 7)], 10.0) is None
    assert find_noted([Glimpse("A", 10.0, 8)], 10.0) == "A"


def test_terms_are_judged_one_by_one(small_tree: DuctTree) -> None:
    lesion = small_tree.lesions[0]
    assert share_right(RIGHT, lesion) == 1.0
    wrong = replace(RIGHT, base="broad", colour="white")
    assert find_wrong_terms(wrong, lesion) == ("base", "colour")
    assert share_right(wrong, lesion) == 0.5


def test_a_later_note_corrects_the_one_before(small_tree: DuctTree) -> None:
    lesion = small_tree.lesions[0]
    notes = [noted(5.0, RIGHT, "A"), noted(9.0, DEBRIS, "A")]
    assert last_note(lesion, notes) == DEBRIS
    assert not is_found(lesion, notes), "it was taken for debris in the end"
    assert is_found(lesion, notes[:1])
    assert not is_found(lesion, [noted(5.0, RIGHT, "B")])


def test_false_are_notes_of_nothing_and_of_lookalikes_that_fooled(small_tree: DuctTree) -> None:
    lookalikes = [lesion for lesion in small_tree.lesions if not lesion.is_lesion]
    nothing, fooled, real = noted(1.0, RIGHT, None), noted(2.0, RIGHT, "a"), noted(3.0, RIGHT, "A")
    assert list_false_notes([real, fooled, nothing], lookalikes) == (nothing, fooled)
    assert list_false_notes([fooled, noted(4.0, DEBRIS, "a")], lookalikes) == (), "seen through in the end"
    assert list_false_notes([noted(4.0, DEBRIS, None)], lookalikes) == (), "floating debris is debris"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"type": "polyp"}, 'type is one of polypoid solitary, .* got "polyp"'),
        ({"base": "wide"}, 'base is one of stalk, broad, none, got "wide"'),
        ({"surface": ""}, "surface is one of"),
        ({"colour": "blue"}, "colour is one of"),
        ({"size_mm": 0.0}, "more than 0 and at most 50 mm, got 0"),
        ({"size_mm": 51.0}, "got 51"),
    ],
)
def test_other_words_are_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(BadInputError, match=said):
        check_note(replace(RIGHT, **change))


def test_the_fields_words_are_taken() -> None:
    check_note(replace(RIGHT, size_mm=3.0))
    check_note(DEBRIS)

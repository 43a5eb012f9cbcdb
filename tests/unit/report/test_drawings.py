"""Drawings are right about sides and depths, and do not pretend to know more."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from ductoscope.model.clinical import Depth, Finding, Orifice, Place
from ductoscope.model.clinical import happened as h
from ductoscope.report import draw_clock_face, draw_duct_map
from ductoscope.report.branches import entered_branches, unnoted_branches
from ductoscope.report.draw_outline import draw_outline
from ductoscope.report.words import load_words
from tests.unit.report.example import list_happened, make_procedure

WORDS = load_words("en")
SVG = "{http://www.w3.org/2000/svg}"


def read(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def place_of(svg: str, text: str) -> tuple[float, float]:
    """Where a number stands: the last text of this content (hours on the face come first)."""
    found = [one for one in read(svg).iter(f"{SVG}text") if one.text == text][-1]
    return float(found.attrib["x"]), float(found.attrib["y"])


@pytest.mark.parametrize(("clock", "sign_x", "sign_y"), [(12, 0, -1), (3, 1, 0), (6, 0, 1), (9, -1, 0), (1.5, 1, -1)])
def test_an_opening_stands_at_its_hour(clock: float, sign_x: int, sign_y: int) -> None:
    x, y = place_of(draw_clock_face([Orifice(77, clock, "peripheral")], side="left", words=WORDS), "77")
    for value, sign in ((x - 170, sign_x), (y - 4.5 - 170, sign_y)):
        assert abs(value) < 0.1 if sign == 0 else value * sign > 20


def test_central_is_nearer_to_the_middle_and_a_measured_distance_counts_more() -> None:
    def distance(orifice: Orifice) -> float:
        x, y = place_of(draw_clock_face([orifice], side="left", words=WORDS), "77")
        return ((x - 170) ** 2 + (y - 174.5) ** 2) ** 0.5

    central, peripheral = (distance(Orifice(77, 4, ring)) for ring in ("central", "peripheral"))
    near, far = (distance(Orifice(77, 4, "peripheral", mm)) for mm in (1.0, 30.0))
    assert near < central < peripheral < far <= 128


@pytest.mark.parametrize(("side", "armpit_is_right"), [("left", True), ("right", False)])
def test_the_armpit_is_where_somebody_who_faces_the_patient_sees_it(side: str, armpit_is_right: bool) -> None:
    svg = draw_clock_face([Orifice(1, 3, "central")], side=side, words=WORDS)
    x = {one.text: float(re.search(r"translate\((-?\d+)", one.attrib["transform"])[1])
         for one in read(svg).iter(f"{SVG}text") if "transform" in one.attrib}  # fmt: skip
    assert (x["armpit"] > x["middle of the body"]) is armpit_is_right


def test_entered_and_discharging_are_not_told_by_colour_alone() -> None:
    def draw(**how: object) -> str:
        return draw_clock_face([Orifice(1, 3, "central", **how)], side="left", words=WORDS)

    assert (
        draw().count('fill="#fff" stroke="#0b5563"')
        == draw(is_cannulated=True).count('fill="#fff" stroke="#0b5563"') + 1
    )
    assert draw(discharge="bloody").count("#c02626") == draw().count("#c02626") + 1


def marks(svg: str) -> list[tuple[float, float]]:
    """Where the findings' marks begin."""
    return [(float(x), float(y)) for x, y in re.findall(r'd="M([\d.]+) ([\d.]+)l8 8', svg)]


def with_finding(mm: float, sigma: float, branch: str = "L", number: int = 1) -> str:
    place = Place(number, branch, Depth(mm, sigma, "manual"))
    listed = [one for one in list_happened() if not isinstance(one[2], h.FindingMarked)]
    return draw_duct_map(make_procedure([*listed, (50, "x", h.FindingMarked(Finding("A", place)))]), WORDS)


def test_findings_stand_at_their_depth_with_one_sigma_to_each_side() -> None:
    shallow, deep = (marks(with_finding(mm, 2))[0][0] for mm in (20, 40))
    assert deep - shallow == pytest.approx(20 * 448 / 70, abs=0.2)
    narrow, wide = (float(re.search(r"h([\d.]+)M", with_finding(40, sigma))[1]) for sigma in (1, 3))
    assert wide == pytest.approx(3 * narrow, rel=0.02)
    assert narrow == pytest.approx(2 * 448 / 70, abs=0.2)


def test_a_finding_lies_behind_the_fork_of_its_branch() -> None:
    for mm in (6, 20, 60):
        svg = with_finding(mm, 1, "LR")
        forks = [float(x) for x in re.findall(r'd="M([\d.]+) [\d.]+C', svg)]
        assert min(forks) < marks(svg)[0][0]


def test_what_was_not_entered_and_what_nobody_noted_is_named() -> None:
    said = [one.text for one in read(draw_duct_map(make_procedure(list_happened()), WORDS)).iter(f"{SVG}text")]
    assert "LL: not entered" in said
    assert "RR: nothing noted" in said
    assert "deepest 62 mm" in said


def test_only_confirmed_findings_of_entered_ducts_are_on_the_map() -> None:
    assert len(marks(draw_duct_map(make_procedure(list_happened()), WORDS))) == 2
    assert marks(with_finding(20, 2, number=3)) == []


def test_a_finding_without_depth_says_so_on_the_map() -> None:
    listed = [*list_happened(), (50, "x", h.FindingMarked(Finding("A", Place(1, "L"))))]
    assert "A (depth not measured)" in draw_duct_map(make_procedure(listed), WORDS)


@pytest.mark.parametrize("branch", ["<b>&'\"", "left?", "LRLRLRLRLRLR"])
def test_any_branch_that_can_be_typed_makes_a_valid_drawing(branch: str) -> None:
    odd = Orifice(1, 3, "central", is_cannulated=True, branches_entered=(branch,), branches_not_entered=("L", branch))
    svg = draw_duct_map(make_procedure([*list_happened(), (50, "x", h.OrificeNoted(odd))]), WORDS)
    assert read(svg).tag == f"{SVG}svg"


def test_the_other_side_of_a_fork_is_unnoted_until_somebody_notes_it() -> None:
    orifice = Orifice(1, 3, "central", is_cannulated=True, branches_entered=("LR",))
    assert unnoted_branches(orifice, []) == ("LL", "R")
    assert unnoted_branches(replace(orifice, branches_not_entered=("R", "LL")), []) == ()
    assert entered_branches(orifice, [Finding("A", Place(1, "RL")), Finding("B", Place(2, "LLL"))]) == {
        "",
        "L",
        "LR",
        "R",
        "RL",
    }


def test_an_outline_is_drawn_in_shares_of_the_picture() -> None:
    assert read(draw_outline([(0.1, 0.2), (0.5, 1.0), (0.9, 0.25)])).attrib["viewBox"] == "0 0 1000 1000"
    assert "100.0,200.0 500.0,1000.0 900.0,250.0" in draw_outline([(0.1, 0.2), (0.5, 1.0), (0.9, 0.25)])

"""The map as SVG and the wall as a picture."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from ductoscope.model import BADLY, NEVER, WALL_COLUMNS, WELL, Branch, DuctMap, Pose, Suggestion, Wall
from ductoscope.model.clinical.place import Depth, Unmeasurable
from ductoscope.navigate.draw_map import LABELS, draw_map
from ductoscope.navigate.draw_wall import HEIGHT_PX, draw_wall

SVG = "{http://www.w3.org/2000/svg}"
MAIN = Branch("", None, 0.0, 0.0, None, 10.0, 10.0, 0.9, 0.1)
LEFT = Branch("L", "", 10.0, 0.3, 9.0, 22.0, 25.0, 0.7, 0.1)
RIGHT = Branch("R", "", 10.0, 0.3, 3.0)


def make_wall(first: float, rows: int, word: int = WELL) -> Wall:
    seen = np.full((rows, WALL_COLUMNS), word, np.uint8)
    light = np.full((rows, WALL_COLUMNS, 3), 0.4, np.float32)
    return Wall(first, 0.25, light, seen, np.zeros((rows, WALL_COLUMNS), np.int32))


DUCTS = DuctMap("mm", "a sensor", (MAIN, LEFT, RIGHT), {"": make_wall(0.0, 40), "L": make_wall(10.0, 60)})


def read(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def texts_of(svg: str) -> str:
    return " ".join("".join(one.itertext()) for one in read(svg).iter(f"{SVG}text"))


def test_every_branch_is_named_and_what_nobody_entered_says_so() -> None:
    said = texts_of(draw_map(DUCTS))
    assert LABELS["main"] in said
    assert "L" in said
    assert f"R · {LABELS['not_entered']}" in said
    assert "?" in said


def test_it_tells_those_who_do_not_see_it() -> None:
    root = read(draw_map(DUCTS))
    assert root.attrib["role"] == "img"
    assert root.findtext(f"{SVG}title") == LABELS["title"]
    assert root.findtext(f"{SVG}desc") == LABELS["said"].format(
        entered=2, not_entered=1, deepest="22", unit=LABELS["mm"]
    )


def test_its_words_are_those_that_are_given_and_are_escaped() -> None:
    svg = draw_map(DUCTS, {**LABELS, "main": "Haupt<gang>"})
    assert "Haupt<gang>" in texts_of(svg)


def test_it_has_attributes_only_as_a_strict_page_wants_it() -> None:
    for is_dark in (False, True):
        svg = draw_map(DUCTS, is_dark=is_dark)
        assert "style" not in svg
        assert "<script" not in svg
        assert "href" not in svg


def test_a_dark_map_has_other_colours_and_the_same_shape() -> None:
    light, dark = draw_map(DUCTS), draw_map(DUCTS, is_dark=True)
    assert light != dark
    assert texts_of(light) == texts_of(dark)


def test_a_narrow_map_leaves_out_the_legend() -> None:
    assert LABELS["never"] in texts_of(draw_map(DUCTS))
    assert LABELS["never"] not in texts_of(draw_map(DUCTS, width=380))


def test_without_a_scale_it_says_that_these_are_no_millimetres() -> None:
    ducts = DuctMap("radii", "", (MAIN,), {})
    assert LABELS["radii"] in texts_of(draw_map(ducts))


def test_an_empty_map_says_that_nothing_was_seen() -> None:
    root = read(draw_map(DuctMap()))
    assert root.findtext(f"{SVG}desc") == LABELS["empty"]


def test_wall_seen_badly_is_striped_and_wall_never_seen_is_bare() -> None:
    def count(word: int, fill: str) -> int:
        svg = draw_map(DuctMap("mm", "", (MAIN,), {"": make_wall(0.0, 40, word)}), width=380)
        return sum(one.attrib.get("fill") == fill for one in read(svg).findall(f"{SVG}path"))

    assert count(BADLY, "url(#badly)") == 1
    assert count(WELL, "url(#badly)") == count(NEVER, "url(#badly)") == 0


def make_finding(depth: Depth | None, branch: str = "L") -> Suggestion:
    outline = ((15.0, 80.0), (16.0, 100.0))
    return Suggestion(7, "stands out", 0.9, branch, depth, 90.0, outline, Unmeasurable("no scale"), 0, 0, 0)


@pytest.mark.parametrize("depth", [Depth(15.0, 0.8, "encoder"), None])
def test_a_finding_has_its_number_on_the_map(depth: Depth | None) -> None:
    assert "7" in texts_of(draw_map(DUCTS, findings=[make_finding(depth)], width=380)).split()


def test_a_finding_in_a_branch_that_is_not_on_the_map_is_left_out() -> None:
    assert draw_map(DUCTS, findings=[make_finding(None, "RRR")], width=380) == draw_map(DUCTS, width=380)


def test_the_tip_stands_where_it_is() -> None:
    def places(mm: float) -> str:
        return draw_map(DUCTS, tip=Pose(0, "L", Depth(mm, 0.2, "encoder"), 0.0, 0.0, 1.0), width=380)

    assert places(12.0) != places(20.0) != draw_map(DUCTS, width=380)
    lost = Pose(0, "L", None, 3.0, 0.0, 1.0)
    assert draw_map(DUCTS, tip=lost, width=380) == draw_map(DUCTS, width=380)


def test_the_opening_is_on_the_clock_face() -> None:
    assert draw_map(DUCTS, clock=3.0) != draw_map(DUCTS, clock=9.0) != draw_map(DUCTS)


def test_the_opening_s_number_stands_in_place_of_a_clock_face() -> None:
    def hours(svg: str) -> int:
        return texts_of(svg).split().count("12")

    assert hours(draw_map(DUCTS, clock=3.0)) == 1
    assert hours(draw_map(DUCTS, clock=3.0, opening=7)) == 0
    assert texts_of(draw_map(DUCTS, opening=7)).split().count("7") == 1


def test_a_wall_for_paper_has_its_height_and_no_bar() -> None:
    picture = draw_wall(LEFT, make_wall(0.0, 80), height_px=192, has_bar=False)
    assert picture.shape == (192, round(20.0 * 192 / (2.0 * np.pi * 0.7)), 3)


def test_a_wall_is_drawn_to_scale_with_hatched_gaps() -> None:
    wall = make_wall(0.0, 80)
    gap = wall.seen.copy()
    gap[:20] = NEVER
    picture = draw_wall(LEFT, Wall(0.0, 0.25, wall.light_lin, gap, wall.best_frame))
    assert picture.dtype == np.uint8
    assert picture.shape[2] == 3
    # 20 mm along a duct of 0.7 mm radius: as many pixels a mm along as around.
    assert picture.shape[1] == pytest.approx(20.0 * HEIGHT_PX / (2.0 * np.pi * 0.7), abs=1.0)
    hatched, seen = picture[:HEIGHT_PX, :100], picture[:HEIGHT_PX, 400:500]
    assert hatched.std() > 10.0
    assert seen.std() < 1.0


def test_angles_count_upwards_on_the_picture() -> None:
    wall = make_wall(0.0, 80)
    light = wall.light_lin.copy()
    light[:, : WALL_COLUMNS // 4] = 0.9
    picture = draw_wall(LEFT, Wall(0.0, 0.25, light, wall.seen, wall.best_frame))
    assert picture[HEIGHT_PX - 20, 200, 0] > picture[20, 200, 0]


def test_a_wall_without_light_or_width_is_drawn_all_the_same() -> None:
    blank = Wall(
        0.0,
        0.25,
        np.zeros((1, WALL_COLUMNS, 3), np.float32),
        np.zeros((1, WALL_COLUMNS), np.uint8),
        np.full((1, WALL_COLUMNS), -1, np.int32),
    )
    assert draw_wall(RIGHT, blank).shape[0] > HEIGHT_PX

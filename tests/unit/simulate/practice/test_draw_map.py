"""The map is judged by its geometry: what is drawn where, and in which fill."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from ductoscope.model import LesionNote
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.practice.draw_map import LABELS, MapContent, draw_map
from ductoscope.simulate.practice.look import Looked
from ductoscope.simulate.practice.map_layout import lay_out_map
from ductoscope.simulate.practice.match_notes import Noted

REACH = ((0, 20.0), (1, 15.0), (2, 10.0), (3, 5.0))
SVG = "{http://www.w3.org/2000/svg}"
NOTE = LesionNote("polypoid solitary", "stalk", "smooth", "red")


@pytest.fixture
def content(small_tree: DuctTree, make_looked: Callable[..., Looked]) -> MapContent:
    return MapContent(
        tree=small_tree,
        reach=REACH,
        looked=make_looked({0: 1.0, 1: 0.4}),
        findable=small_tree.lesions[:2],
        found=small_tree.lesions[:1],
        false_notes=(Noted(3.0, NOTE, 12.0, 0, None), Noted(3.0, NOTE, 12.0, -1, None)),
        path=((0.0, 0.0, -1), (5.0, 20.0, 0), (9.0, 27.0, 1), (12.0, 22.0, 1)),
        way=((0.0, 0), (20.0, 0), (23.0, 2)),
    )


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def measure_fill(svg: str, fill: str, per_mm: float) -> float:
    """Millimetres of cells in one fill, over the whole map (legend left out: it has no paths of cells)."""
    total = 0.0
    for path in parse(svg).iter(f"{SVG}path"):
        if path.get("fill") == fill:
            for x, right in re.findall(r"M([\d.]+) [\d.]+H([\d.]+)v", path.get("d", "")):
                total += (float(right) - float(x)) / per_mm
    return total


def test_lanes_do_not_cross_and_depth_is_to_scale(small_tree: DuctTree) -> None:
    layout = lay_out_map(small_tree, REACH)
    strips = layout.strips
    assert set(strips) == {0, 1, 2, 3}
    assert strips[1].y < strips[0].y < strips[2].y, "one child above its parent, one below"
    assert len({strip.y for strip in strips.values()}) == 4
    for branch, strip in strips.items():
        assert strip.x == pytest.approx(layout.x_of(small_tree.branches[branch].start_mm))
        assert strip.length == pytest.approx(layout.per_mm * small_tree.branches[branch].length_mm)
    assert strips[3].reached == pytest.approx(layout.per_mm * 5.0)
    assert layout.deepest_mm == 43.0


def test_seen_and_missed_wall_is_filled_as_long_as_it_is(content: MapContent) -> None:
    svg = draw_map(content)
    per_mm = lay_out_map(content.tree, REACH).per_mm
    well, missed = measure_fill(svg, "#2f8f7d", per_mm), measure_fill(svg, "url(#missed)", per_mm)
    sixteenth = 1.0 / 16.0
    assert well * sixteenth == pytest.approx(20.0 + 0.4 * 15.0, abs=1.0)
    assert missed * sixteenth == pytest.approx(0.6 * 15.0 + 10.0 + 5.0, abs=1.5)
    assert measure_fill(svg, "url(#badly)", per_mm) == 0.0
    spoilt = replace(content.looked, seen=content.looked.grid.unseen | True)
    assert measure_fill(draw_map(replace(content, looked=spoilt)), "url(#badly)", per_mm) == pytest.approx(missed)


def test_nothing_is_filled_where_the_scope_does_not_fit(
    content: MapContent, make_looked: Callable[..., Looked]
) -> None:
    layout = lay_out_map(content.tree, REACH)
    # Seen from afar, up to 6 of 8 mm; the scope fits for 5.
    svg = draw_map(replace(content, looked=make_looked({3: 0.75})))
    boxes = [
        (float(x), float(right))
        for path in parse(svg).iter(f"{SVG}path")
        for x, right in re.findall(r"M([\d.]+) [\d.]+H([\d.]+)v", path.get("d", ""))
    ]
    assert all(x < right for x, right in boxes)
    assert max(right for _, right in boxes) == pytest.approx(layout.x_of(40.0), abs=0.1)


def test_states_differ_in_pattern_not_only_in_colour(content: MapContent) -> None:
    patterns = {pattern.get("id"): pattern for pattern in parse(draw_map(content)).iter(f"{SVG}pattern")}
    assert set(patterns) == {"badly", "missed"}
    assert len(patterns["badly"].findall(f"{SVG}rect")) == 2, "stripes"
    assert len(patterns["missed"].findall(f"{SVG}circle")) == 1, "dots"


def test_lesions_stand_where_they_are_and_say_whether_they_were_found(content: MapContent) -> None:
    svg = parse(draw_map(content))
    layout = lay_out_map(content.tree, REACH)
    marks = {
        group.get("transform"): group
        for group in svg.iter(f"{SVG}g")
        if group.find(f"{SVG}circle") is not None and group.get("transform") != "translate(0.0 0.0)"
    }
    for lesion, disc in ((content.findable[0], "#e9eef3"), (content.findable[1], "#10161c")):
        strip = layout.strips[lesion.branch]
        place = f"translate({layout.x_of(lesion.depth_mm):.1f} {strip.top + strip.height / 4.0:.1f})"
        assert marks[place].find(f"{SVG}circle").get("fill") == disc
    assert len(marks) == 2
    texts = [text.text for text in svg.iter(f"{SVG}text")]
    assert texts.count("A") == texts.count("B") == 1
    warnings = [group for group in svg.iter(f"{SVG}g") if "0-8L8" in str(ElementTree.tostring(group))]
    place = f"translate({layout.x_of(12.0):.1f} {layout.strips[0].y:.1f})"
    assert [group.get("transform") for group in warnings].count(place) == 1


def test_ways_end_where_the_tip_was_and_had_to_be(content: MapContent) -> None:
    layout = lay_out_map(content.tree, REACH)
    ends = {
        (path.get("stroke"), round(float(match[2]), 1))
        for path in parse(draw_map(content)).iter(f"{SVG}path")
        if (match := re.fullmatch(r"M([\d.]+) [\d.]+H([\d.]+)", path.get("d", "")))
    }
    assert ends == {
        ("#e9eef3", round(layout.x_of(20.0), 1)),
        ("#e9eef3", round(layout.x_of(27.0), 1)),
        ("#7fb4ff", round(layout.x_of(20.0), 1)),
        ("#7fb4ff", round(layout.x_of(23.0), 1)),
    }


def test_every_word_comes_from_the_texts(content: MapContent) -> None:
    svg = draw_map(content, {name: f"<{name}>" for name in LABELS})
    words = {text.text for text in parse(svg).iter(f"{SVG}text")}
    assert {f"<{name}>" for name in LABELS} <= words
    rest = words - {f"<{name}>" for name in LABELS}
    assert all(re.fullmatch(r"\d+|[A-Z]", word) for word in rest), rest


def test_the_map_says_that_it_is_simulated(content: MapContent) -> None:
    assert "SIMULATED" in draw_map(content)

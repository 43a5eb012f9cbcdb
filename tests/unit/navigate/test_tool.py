"""A tool of known width against the wall of a straight tube says what a radius is worth; anything else says nothing."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import replace

import numpy as np
import pytest

from ductoscope.model import RASTER_SIZE, Scope, ToolSeen
from ductoscope.model.wall_sight import WallSight
from ductoscope.navigate.depth import DepthState, Known, begin_depth
from ductoscope.navigate.tool import KeptLook, begin_looks, keep_look, learn_from_tool, weigh_tool
from ductoscope.navigate.tube import Tube

SCOPE = Scope()
CORE_RAD = math.radians(SCOPE.field_of_view_saline_deg) / 80
MIDDLE = Tube(np.array([0.0, 0.0, 1.0]), np.zeros(2), 0.0, np.zeros(2), 1.0, 1.0, 1.0)
ASIDE = Tube(np.array([0.0, 0.0, 1.0]), np.array([0.3, -0.2]), 0.0, np.zeros(2), 1.0, 1.0, 1.0)
WIDTH_MM = 0.4
SECOND = 1_000_000_000
ALL = np.ones((24, 24), bool)


def show(point_mm: np.ndarray) -> tuple[float, float]:
    """Where the scope shows a point before the tip, in the unit disc: Snell, then evenly by angle in air."""
    away = np.hypot(point_mm[0], point_mm[1])
    sine = away / np.linalg.norm(point_mm)
    half_air, half_saline = (
        math.radians(field / 2) for field in (SCOPE.field_of_view_air_deg, SCOPE.field_of_view_saline_deg)
    )
    radius = math.asin(sine * math.sin(half_air) / math.sin(half_saline)) / half_air
    x, y = radius * point_mm[:2] / away
    return float(x), float(y)


def touch(radius_mm: float, tube: Tube, *, ahead_mm: float = 4.0, angle_deg: float = 20.0, t_ns: int = 0) -> ToolSeen:
    """A round tool that lies along the wall, so far ahead: its middle half its width off the wall."""
    angle = math.radians(angle_deg)
    out = np.array([math.cos(angle), math.sin(angle), 0.0])
    around = np.array([-math.sin(angle), math.cos(angle), 0.0])
    middle = (radius_mm - WIDTH_MM / 2) * out + np.array([*(radius_mm * tube.offset_xy), ahead_mm])
    ends = show(middle - WIDTH_MM / 2 * around), show(middle + WIDTH_MM / 2 * around)
    return ToolSeen(t_ns, t_ns, ends, WIDTH_MM, 0.02)


def look(tube: Tube = MIDDLE, *, t_ns: int = 0, travel_radii: float = 0.0, relative_radius: float = 1.0) -> KeptLook:
    return KeptLook(t_ns, tube, ALL, travel_radii, relative_radius)


def learn(depth: DepthState, tool: ToolSeen, *looks: KeptLook, t_ns: int = 0) -> DepthState:
    return learn_from_tool(depth, deque(looks), tool, t_ns, SCOPE, CORE_RAD)


@pytest.mark.parametrize("radius_mm", [0.7, 1.0, 1.6, 2.2])
@pytest.mark.parametrize("tube", [MIDDLE, ASIDE], ids=["in the middle", "aside"])
@pytest.mark.parametrize("angle_deg", [20.0, 200.0])
def test_a_tool_against_the_wall_tells_the_radius(radius_mm: float, tube: Tube, angle_deg: float) -> None:
    ahead_mm = 4.0 if radius_mm < 1.5 else 8.0
    told = weigh_tool(touch(radius_mm, tube, ahead_mm=ahead_mm, angle_deg=angle_deg), look(tube), SCOPE, CORE_RAD)
    assert told is not None
    mm_per_radius, share = told
    assert mm_per_radius == pytest.approx(radius_mm, rel=0.04)
    assert 0.15 < share < 0.5


def test_the_sigma_holds_the_width_the_edges_and_the_sight() -> None:
    tool = touch(1.0, MIDDLE)
    plain, unsure, coarse = (
        weigh_tool(one, look(), SCOPE, core_rad)
        for one, core_rad in (
            (tool, CORE_RAD),
            (replace(tool, sigma_mm=0.1), CORE_RAD),
            (tool, 2 * CORE_RAD),
        )
    )
    assert plain is not None
    assert unsure is not None
    assert coarse is not None
    assert unsure[0] == coarse[0] == plain[0]
    assert unsure[1] > 1.1 * plain[1]
    assert coarse[1] > 1.1 * plain[1]
    best = weigh_tool(replace(touch(2.2, MIDDLE, ahead_mm=8.0), sigma_mm=1e-6), look(), SCOPE, 1e-6)
    assert best is not None
    assert 0.15 < best[1] < 0.17, "never better than the sight"


@pytest.mark.parametrize(
    "ends",
    [
        ((0.5, 0.0), (0.5, 0.0)),
        ((0.5, 0.0), (0.5, 0.02)),
        ((0.9, 0.5), (0.95, 0.5)),
        ((math.nan, 0.0), (0.5, 0.1)),
        ((-0.05, 0.0), (0.05, 0.0)),
    ],
    ids=["no width", "under a core", "beyond the rim", "no number", "far down the lumen"],
)
def test_what_cannot_be_told_is_not_guessed(ends: tuple[tuple[float, float], tuple[float, float]]) -> None:
    depth = begin_depth(Known())
    assert learn(depth, ToolSeen(0, 0, ends, WIDTH_MM, 0.02), look()) is depth


def test_where_no_wall_of_the_tips_branch_is_known_nothing_is_learnt() -> None:
    tool, depth = touch(1.6, MIDDLE, angle_deg=0.0), begin_depth(Known())
    column = int((np.mean([x for x, _ in tool.ends_xy]) + 1) * 12)
    for at, is_known in ((column, False), (23 - column, True)):
        has_wall = ALL.copy()
        has_wall[8:16, at] = False
        assert (learn(depth, tool, replace(look(), has_wall=has_wall)) is not depth) is is_known


def test_a_picture_that_is_not_remembered_teaches_nothing() -> None:
    tool, depth = touch(1.6, MIDDLE, t_ns=SECOND), begin_depth(Known())
    assert learn(depth, tool) is depth
    assert learn(depth, tool, look(t_ns=SECOND - 100_000_000), look(t_ns=SECOND + 100_000_000)) is depth
    nearer, farther = look(t_ns=SECOND - 30_000_000), look(ASIDE, t_ns=SECOND + 50_000_000)
    both, one = learn(depth, tool, farther, nearer), learn(depth, tool, nearer)
    assert both.belief.radius_mm == one.belief.radius_mm > depth.belief.radius_mm
    assert "tool" in one.scales[0]


def test_the_same_mark_made_again_counts_once() -> None:
    looks, tool = deque([look(), look(t_ns=79_000_000), look(t_ns=SECOND)]), touch(1.6, MIDDLE)
    once = learn_from_tool(begin_depth(Known()), looks, tool, 0, SCOPE, CORE_RAD)
    assert learn_from_tool(once, looks, tool, 0, SCOPE, CORE_RAD) is once
    assert [one.t_ns for one in looks] == [SECOND]


def test_told_later_and_farther_on_it_is_the_lumen_here_that_is_scaled_with_more_doubt() -> None:
    tool, here = touch(1.6, MIDDLE), begin_depth(Known(radius_mm=1.6, radius_sigma_mm=8.0))
    now = learn(here, tool, look())
    later = learn(here, tool, look(), t_ns=20 * SECOND)
    farther = learn(replace(here, travel_radii=8.0), tool, look())
    narrower = learn(replace(here, relative_radius=0.7), tool, look())
    assert later.belief.radius_share > 1.3 * now.belief.radius_share
    assert farther.belief.radius_share > 1.3 * now.belief.radius_share
    assert narrower.belief.radius_mm == pytest.approx(0.7 * now.belief.radius_mm, rel=0.05)


def test_the_memory_is_about_a_minute_of_looks() -> None:
    looks, depth = begin_looks(), begin_depth(Known())
    branch = np.zeros((RASTER_SIZE, RASTER_SIZE), np.int8)
    branch[:, :48] = -1
    zeros = np.zeros(branch.shape, np.float32)
    for number in range(1000):
        t_ns = number * 80_000_000
        sight = WallSight(number, t_ns, "radii", ("",), branch, zeros, zeros, zeros, zeros, 0.1)
        keep_look(looks, sight, MIDDLE, depth)
    assert looks[-1].t_ns - looks[0].t_ns == pytest.approx(60 * SECOND, abs=SECOND)
    assert looks[-1].has_wall.tolist() == [[False] * 12 + [True] * 12] * 24
    keep_look(looks, replace(sight, t_ns=0), MIDDLE, depth)
    assert [one.t_ns for one in looks] == [0], "a stream that begins again"

"""Access: the scope goes as far as the distended lumen is wide enough, and no farther."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.simulate.breast.access import DILATED_MM, deepest_reachable, lumen_diameter_mm, reachable
from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.duct_tree import Branch, DuctTree
from ductoscope.simulate.breast.line import NIPPLE_ROW, grow_line
from ductoscope.simulate.breast.tree import draw_tree_shape
from ductoscope.simulate.breast.wall import Wall
from ductoscope.simulate.settings import PRESETS, WorldSettings

SETTINGS = PRESETS["typical"]
NO_WALL = Wall((np.zeros((1, 1, 4), np.uint8),), 0.1, *(np.zeros((1, 1), np.float32) for _ in range(3)), 0.1)
NEEDED_MM = 1.05 * 0.9 / (2.0 - np.exp(-60.0 / 25.0))
"""Resting diameter of a soft duct that just lets the 0.9 mm scope pass at 60 mmHg."""


def _branch(number: int, parent: int | None, order: int, children: tuple[int, ...], widths_mm: list[float]) -> Branch:
    rows = len(widths_mm)
    start = 0.0 if parent is None else 10.0 * order
    line = grow_line(NIPPLE_ROW, np.zeros((rows, 2)))
    radius = np.array(widths_mm) / 2.0
    return Branch(number, parent, order, children, start, line, radius, np.ones(rows), 0.0, NO_WALL)


def _tree(*branches: Branch) -> DuctTree:
    return DuctTree(0, branches, ())


ROWS = int(10.0 / LINE_MM) + 1
WIDE, NARROW = NEEDED_MM * 1.01, NEEDED_MM * 0.99


def test_a_wide_duct_is_reached_to_its_end_and_a_narrow_one_not_at_all() -> None:
    tree = _tree(
        _branch(0, None, 0, (1, 2), [WIDE] * ROWS),
        _branch(1, 0, 1, (), [WIDE] * ROWS),
        _branch(2, 0, 1, (3,), [NARROW] * ROWS),
        _branch(3, 2, 2, (), [WIDE] * ROWS),
    )
    assert reachable(tree, SETTINGS) == ((0, 10.0), (1, 10.0))


def test_a_stenosis_stops_the_scope_before_it_and_shuts_what_is_behind() -> None:
    widths = [WIDE] * ROWS
    widths[30] = NARROW
    tree = _tree(_branch(0, None, 0, (1,), widths), _branch(1, 0, 1, (), [WIDE] * ROWS))
    assert reachable(tree, SETTINGS) == ((0, 29 * LINE_MM),)
    assert deepest_reachable(tree, SETTINGS) == (0, 29 * LINE_MM)


def test_the_neck_is_dilated_but_nothing_deeper_or_beyond_a_fork() -> None:
    neck = [0.2 if row * LINE_MM <= DILATED_MM else WIDE for row in range(ROWS)]
    assert reachable(_tree(_branch(0, None, 0, (), neck)), SETTINGS) == ((0, 10.0),)
    long_neck = [0.2 if row * LINE_MM <= DILATED_MM + 0.5 else WIDE for row in range(ROWS)]
    assert reachable(_tree(_branch(0, None, 0, (), long_neck)), SETTINGS) == ((0, DILATED_MM),)
    child = replace(_branch(1, 0, 1, (), [NARROW] * ROWS), start_mm=3.0)
    assert reachable(_tree(_branch(0, None, 0, (1,), [WIDE] * 13), child), SETTINGS) == ((0, 3.0),)


def test_pressure_and_softness_open_the_lumen() -> None:
    tree = _tree(replace(_branch(0, None, 0, (), [1.0] * ROWS), stiffness=np.linspace(1.0, 4.0, ROWS)))
    at_rest = lumen_diameter_mm(tree, 0, SETTINGS.distension, 0.0)
    opened = lumen_diameter_mm(tree, 0, SETTINGS.distension, 60.0)
    np.testing.assert_allclose(at_rest, 1.0)
    assert opened[0] == pytest.approx(1.05 * 0.9 / NEEDED_MM)
    assert opened[-1] == pytest.approx(1.0 + (opened[0] - 1.0) / 4.0)
    weak = replace(SETTINGS, working_mmhg=10.0)
    assert reachable(_tree(_branch(0, None, 0, (), [WIDE] * ROWS)), weak) == ((0, DILATED_MM),)


@pytest.mark.parametrize("preset", ["easy", "typical", "hard"])
@pytest.mark.parametrize("diameter_mm", [0.55, 0.9, 1.2])
def test_every_duct_with_discharge_is_reached_beyond_its_first_fork(preset: str, diameter_mm: float) -> None:
    settings: WorldSettings = replace(PRESETS[preset], outer_diameter_mm=diameter_mm)
    for seed in range(1, 21):
        shapes = draw_tree_shape(np.random.default_rng([seed, 6]), settings, has_discharge=True)
        tree = _tree(*(_clothe(shape) for shape in shapes))
        branch, arc_mm = deepest_reachable(tree, settings)
        assert tree.branches[branch].order >= 2
        assert 0.0 < arc_mm <= tree.branches[branch].length_mm


def test_a_thinner_scope_goes_at_least_as_far() -> None:
    shapes = draw_tree_shape(np.random.default_rng([4, 6]), SETTINGS, has_discharge=True)
    tree = _tree(*(_clothe(shape) for shape in shapes))
    counts = [len(reachable(tree, replace(SETTINGS, outer_diameter_mm=mm))) for mm in (1.2, 0.9, 0.55, 0.4)]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


def _clothe(shape: object) -> Branch:
    names = ("id", "parent", "order", "children", "start_mm", "line", "radius_mm", "stiffness", "slit_deg")
    return Branch(*(getattr(shape, name) for name in names), wall=NO_WALL)

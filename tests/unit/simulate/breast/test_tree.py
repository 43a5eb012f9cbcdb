"""One tree's shape: forks that hang together, room between ducts, and what a parameter changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from ductoscope.simulate.breast.branch_shape import LINE_MM, BranchShape
from ductoscope.simulate.breast.main_duct import draw_main_duct
from ductoscope.simulate.breast.tree import LENGTHS_MM, draw_tree_shape
from ductoscope.simulate.settings import PRESETS, WorldSettings, read_settings

SETTINGS = PRESETS["typical"]
Shape = tuple[BranchShape, ...]


def _draw(count: int, settings: WorldSettings = SETTINGS) -> list[Shape]:
    return [draw_tree_shape(np.random.default_rng([seed, 5]), settings) for seed in range(count)]


@pytest.fixture(scope="module")
def shapes() -> list[Shape]:
    return _draw(60)


def test_parents_come_first_and_name_their_children(shapes: list[Shape]) -> None:
    for shape in shapes:
        for number, branch in enumerate(shape):
            assert branch.id == number
            assert len(branch.children) in (0, 2, 3)
            for child in (shape[each] for each in branch.children):
                assert child.parent == number < child.id
                assert child.order == branch.order + 1
                assert child.start_mm == pytest.approx(branch.end_mm, abs=1e-9)
            low, high = (2.0, 25.0) if branch.parent is None else LENGTHS_MM[min(branch.order, len(LENGTHS_MM)) - 1]
            assert low - LINE_MM <= branch.length_mm <= high + LINE_MM
        assert sum(len(branch.children) for branch in shape) == len(shape) - 1


def test_children_start_where_and_whither_the_parent_ends_inside_its_lumen(shapes: list[Shape]) -> None:
    for shape in shapes:
        for branch in shape:
            for child in (shape[each] for each in branch.children):
                np.testing.assert_allclose(child.line[0], branch.line[-1], atol=1e-9)
                assert child.radius_mm[0] < branch.radius_mm[-1]


def test_wide_and_distended_ducts_touch_nowhere_but_in_their_fork() -> None:
    settings = read_settings("typical", ["main_mm=3.5", "child_ratio=0.8", "fork_angle_deg=60"])
    for shape in _draw(12, settings):
        for first in shape:
            for second in shape[first.id + 1 :]:
                if second.parent in (first.id, first.parent):
                    continue
                if second.parent is not None and shape[second.parent].parent in (first.id, first.parent):
                    continue  # a short branch between two wide forks does not part them
                apart = np.linalg.norm(first.line[:, None, :3] - second.line[None, :, :3], axis=2)
                room = first.stretched_mm(settings.gain)[:, None] + second.stretched_mm(settings.gain)[None]
                assert np.min(apart - room) > 0.0, (first.id, second.id)


def test_siblings_part_and_stay_apart(shapes: list[Shape]) -> None:
    parted = 0
    for shape in shapes:
        for branch in shape:
            for one, other in _pairs(branch.children):
                rows = min(len(shape[one].line), len(shape[other].line))
                apart = np.linalg.norm(shape[one].line[:rows, :3] - shape[other].line[:rows, :3], axis=1)
                is_open = apart < shape[one].radius_mm[:rows] + shape[other].radius_mm[:rows]
                assert is_open[0]
                assert np.count_nonzero(np.diff(is_open.astype(int))) <= 1, "once parted, they do not meet again"
                parted += not is_open[-1]
    assert parted > 500


def test_no_wall_is_a_shelf(shapes: list[Shape]) -> None:
    for shape in shapes:
        for branch in shape:
            steep = np.abs(np.diff(branch.radius_mm)) / LINE_MM
            assert steep.max() < 1.3
            assert branch.radius_mm.min() > 0.02
            assert branch.stiffness.min() >= 1.0
            assert branch.stiffness.max() <= 4.0


def test_the_main_duct_begins_with_orifice_and_neck() -> None:
    settings = replace(SETTINGS, first_fork_mm=20.0, ectasia_share=0.0)
    for seed in range(40):
        main = draw_tree_shape(np.random.default_rng(seed), settings, orifice_mm=0.9)[0]
        if main.length_mm < 8.0:
            continue
        neck = 2.0 * main.radius_mm[: int(3.0 / LINE_MM)]
        assert neck[0] == pytest.approx(0.9, abs=1e-9)
        assert 0.1 <= neck.min() <= 0.7
        assert main.radius_mm[-1] > neck.min() / 2.0
        assert main.stiffness[0] > 2.0
        assert main.stiffness[int(4.5 / LINE_MM)] == pytest.approx(1.0)


def test_the_tree_is_the_same_for_the_same_chance() -> None:
    one, again = (draw_tree_shape(np.random.default_rng(8), SETTINGS) for _ in range(2))
    assert len(one) == len(again)
    assert all(
        np.array_equal(a.line, b.line) and np.array_equal(a.radius_mm, b.radius_mm)
        for a, b in zip(one, again, strict=True)
    )
    other = draw_tree_shape(np.random.default_rng(9), SETTINGS)
    assert not np.array_equal(one[0].radius_mm, other[0].radius_mm)


def test_parameters_move_the_trees() -> None:
    def median(settings: WorldSettings, of: str) -> float:
        return float(np.median([_measure(shape, of) for shape in _draw(12, settings)]))

    for name, low, high, of in (
        ("main_mm", 1.2, 3.0, "main"),
        ("first_fork_mm", 5.0, 16.0, "fork"),
        ("orders", 4, 6, "orders"),
        ("reach_mm", 60.0, 75.0, "reach"),
        ("child_ratio", 0.65, 0.82, "ratio"),
    ):
        less, more = (median(read_settings("typical", [f"{name}={value}"]), of) for value in (low, high))
        assert more > 1.1 * less, name


def test_a_reach_is_never_passed() -> None:
    deepest = [_measure(shape, "reach") for shape in _draw(40, replace(SETTINGS, reach_mm=60.0))]
    assert max(deepest) <= 80.0
    assert np.percentile(deepest, 90) <= 72.0


def test_a_duct_with_discharge_is_wider() -> None:
    plain, dilated = (
        np.array(
            [2.0 * draw_main_duct(np.random.default_rng(seed), SETTINGS, 0.66, wet).radius_mm[-1] for seed in range(60)]
        )
        for wet in (False, True)
    )
    assert np.all(dilated > 1.15 * plain)
    assert dilated.min() > 1.2


def test_ectasia_widens_and_stiffens() -> None:
    shapes = _draw(40, replace(SETTINGS, ectasia_share=1.0, ampulla_share=0.0))
    widest = np.array([max(2.0 * branch.radius_mm.max() for branch in shape) for shape in shapes])
    assert np.mean(widest >= 3.0) > 0.9
    assert widest.max() <= 6.0
    stiff = [any(np.any((branch.stiffness > 1.9) & (branch.radius_mm > 1.4)) for branch in shape) for shape in shapes]
    assert np.mean(stiff) > 0.9
    none = _draw(40, replace(SETTINGS, ectasia_share=0.0, ampulla_share=0.0))
    assert np.mean([any(2.0 * branch.radius_mm.max() >= 3.0 for branch in shape) for shape in none]) < 0.1


def _pairs(children: Sequence[int]) -> list[tuple[int, int]]:
    return [(one, other) for k, one in enumerate(children) for other in children[k + 1 :]]


def _measure(shape: Shape, of: str) -> float:
    ratios = [shape[each].radius_mm[0] / branch.radius_mm[-1] for branch in shape for each in branch.children]
    return {
        "main": 2.0 * float(shape[0].radius_mm[-1]),
        "fork": shape[0].length_mm,
        "orders": float(max(branch.order for branch in shape)),
        "reach": max(branch.end_mm for branch in shape),
        "ratio": float(np.mean(ratios)),
    }[of]

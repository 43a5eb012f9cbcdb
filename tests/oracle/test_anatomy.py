"""Trees of 1,000 seeds against the anatomy that docs/reference/simulator.md promises, and the figures it is taken from.

Tolerances of means are about four standard errors, or what the cuts of a range do to the mean, whichever is larger.
"""

from __future__ import annotations

import numpy as np
import pytest

from ductoscope.model import DoubleArray
from ductoscope.simulate.breast.branch_shape import LINE_MM, BranchShape
from ductoscope.simulate.breast.nipple import draw_nipple
from ductoscope.simulate.breast.tree import draw_tree_shape
from ductoscope.simulate.settings import PRESETS

SEEDS = 1000
SETTINGS = PRESETS["typical"]
LENGTHS_MM = {1: (8, 25), 2: (8, 15), 3: (5, 12), 4: (3, 8), 5: (2, 5), 6: (2, 5), 7: (2, 5)}
Shape = tuple[BranchShape, ...]


@pytest.fixture(scope="module")
def trees() -> list[Shape]:
    return [draw_tree_shape(np.random.default_rng([seed, 1]), SETTINGS) for seed in range(SEEDS)]


@pytest.fixture(scope="module")
def forks(trees: list[Shape]) -> list[tuple[BranchShape, list[BranchShape]]]:
    return [
        (branch, [tree[child] for child in branch.children]) for tree in trees for branch in tree if branch.children
    ]


def test_nipples_have_the_measured_size_and_number_of_orifices() -> None:
    nipples = [draw_nipple(np.random.default_rng([seed, 0]), SETTINGS) for seed in range(SEEDS)]
    assert 2.0 * np.mean([nipple.radius_mm for nipple in nipples]) == pytest.approx(13.9, abs=0.15)  # Taneri 2006
    counts = np.array([len(nipple.orifices) for nipple in nipples])
    assert (counts.min(), counts.max()) == (5, 9)  # Love & Barsky 2004
    assert counts.mean() == pytest.approx(7.0, abs=0.15)
    widths = np.array([each.diameter_mm for nipple in nipples for each in nipple.orifices])
    assert widths.mean() == pytest.approx(0.66, abs=0.01)
    assert widths.min() >= 0.3
    assert widths.max() <= 1.2


def test_first_forks_lie_at_the_measured_depth(trees: list[Shape]) -> None:
    depths = np.array([tree[0].length_mm for tree in trees])
    assert depths.min() >= 2.0
    assert depths.max() <= 25.0
    # Ramsay 2005: 8.0 +- 5.5. The cut at 25 mm takes the deepest 1.6 % and leaves 7.66 +- 4.73 (gamma, integrated).
    assert depths.mean() == pytest.approx(7.66, abs=0.4)
    assert depths.std() == pytest.approx(4.73, abs=0.4)


def test_main_ducts_have_the_measured_width(trees: list[Shape]) -> None:
    widths = np.array([2.0 * tree[0].radius_mm[-1] for tree in trees])
    # Peters et al.: 1.8; Ramsay 2005: sd 0.6. The cut to 0.8 to 3.2 mm and the taper leave a spread of about 0.51.
    assert widths.mean() == pytest.approx(1.8, abs=0.06)
    assert widths.std() == pytest.approx(0.51, abs=0.04)
    assert widths.min() > 0.7
    assert widths.max() < 3.3


def test_necks_are_narrow_and_two_to_three_millimetres_long(trees: list[Shape]) -> None:
    mains = [tree[0] for tree in trees if tree[0].length_mm > 8.0]
    narrowest = np.array([2.0 * main.radius_mm[: int(4.0 / LINE_MM)].min() for main in mains])
    assert narrowest.min() >= 0.1 - 1e-9
    assert narrowest.max() <= 0.7 + 1e-9
    assert narrowest.mean() == pytest.approx(0.4, abs=0.03)
    lengths = np.array([_last_narrow_mm(main) for main in mains])
    assert np.mean((lengths >= 1.8) & (lengths <= 3.5)) > 0.97
    shallow = [tree[0] for tree in trees if tree[0].length_mm < 4.0]
    assert all(main.radius_mm[-1] > main.radius_mm[: len(main.radius_mm) // 2].min() for main in shallow)


def test_trees_have_three_to_seven_orders_and_end_sixty_to_ninety_millimetres_deep(trees: list[Shape]) -> None:
    orders = np.array([max(branch.order for branch in tree) for tree in trees])
    assert (orders.min(), orders.max()) == (3, 7)
    assert orders.mean() == pytest.approx(5.0, abs=0.15)
    reach = np.array([max(branch.end_mm for branch in tree) for tree in trees])
    assert reach.max() <= 90.0
    assert np.mean(reach >= 60.0) > 0.93
    assert 65.0 < reach.mean() < 75.0


def test_branches_have_the_lengths_of_their_order(trees: list[Shape]) -> None:
    for order, (low, high) in LENGTHS_MM.items():
        lengths = np.array([branch.length_mm for tree in trees for branch in tree if branch.order == order])
        # Whole rows: a length is cut to the row below.
        assert low - LINE_MM <= lengths.min() < low + 0.12 * (high - low)
        assert high - 0.12 * (high - low) < lengths.max() <= high
        assert low + 0.3 * (high - low) < lengths.mean() < low + 0.8 * (high - low), order


def test_children_are_narrower_as_measured_and_share_what_the_parent_has(
    forks: list[tuple[BranchShape, list[BranchShape]]],
) -> None:
    ratios = [[child.radius_mm[0] / parent.radius_mm[-1] for child in children] for parent, children in forks]
    every = np.concatenate(ratios)
    assert every.min() >= 0.6 - 1e-9
    assert every.max() <= 0.9 + 1e-9
    assert every.mean() == pytest.approx(0.7, abs=0.02)  # Geddes 2009: 0.71
    pairs = np.array([pair for pair in ratios if len(pair) == 2])
    assert 0.85 < len(pairs) / len(ratios) < 0.95
    assert np.corrcoef(pairs.T)[0, 1] < -0.8, "a wide child has a narrow sibling"
    shared = np.sum(pairs**2.85, axis=1)  # Murray's law: not more than the parent has
    assert shared.max() <= 1.0
    assert shared.std() < 0.03


def test_forks_open_by_the_angle_and_turn_their_planes(forks: list[tuple[BranchShape, list[BranchShape]]]) -> None:
    angles, tilts, planes = [], [], {}
    by_line = {id(child.line): (parent, child) for parent, children in forks for child in children}
    assert len(by_line) == sum(len(children) for _, children in forks)
    for parent, children in forks:
        ways = np.array([_way_out(child, parent) for child in children])
        between = np.rad2deg(np.arccos(np.clip(ways @ ways.T, -1.0, 1.0)))
        angles.extend(between[np.triu_indices(len(ways), 1)])
        normal = np.cross(ways[0], ways[1])
        planes[id(parent.line)] = normal / np.linalg.norm(normal)
    for parent, children in forks:
        for child in children:
            if id(child.line) in planes:
                cosine = abs(float(planes[id(parent.line)] @ planes[id(child.line)]))
                tilts.append(np.rad2deg(np.arccos(min(cosine, 1.0))))
    of = np.array(angles)
    assert of.mean() == pytest.approx(40.0, abs=2.0)
    assert of.min() >= 24.5
    assert of.max() <= 70.5
    assert np.median(tilts) > 50.0


def test_ducts_bend_gently_outside_their_fork(trees: list[Shape]) -> None:
    tightest = []
    for tree in trees:
        for branch in tree:
            along = branch.line[0 if branch.parent is None else int(3.0 / LINE_MM) :, 3:6]
            if len(along) < 3:
                continue
            turn = 2.0 * np.arcsin(np.clip(np.linalg.norm(np.diff(along, axis=0), axis=1) / 2.0, 0.0, 1.0))
            tightest.append(LINE_MM / max(float(turn.max()), 1e-9))
    assert min(tightest) >= 10.0
    assert np.median(tightest) < 40.0, "ducts do wander"


def test_rows_are_a_quarter_millimetre_of_arc_and_frames_right_handed(trees: list[Shape]) -> None:
    for tree in trees[:100]:
        for branch in tree:
            step = np.linalg.norm(np.diff(branch.line[:, :3], axis=0), axis=1)
            assert step.max() <= LINE_MM + 1e-9
            assert step.min() > 0.995 * LINE_MM
            along, right, down = branch.line[:, 3:6], branch.line[:, 6:9], branch.line[:, 9:12]
            np.testing.assert_allclose(np.cross(along, right), down, atol=1e-9)


def test_swellings_are_as_frequent_as_asked(trees: list[Shape]) -> None:
    ectatic = [tree for tree in trees if any(_is_fibrous(branch) for branch in tree)]
    assert len(ectatic) / SEEDS == pytest.approx(SETTINGS.ectasia_share, abs=0.035)
    widest = np.array(
        [2.0 * max(branch.radius_mm[_fibrous(branch)].max(initial=0.0) for branch in tree) for tree in ectatic]
    )
    assert widest.max() <= 6.0
    assert np.mean(widest >= 3.0) > 0.9
    others = [tree for tree in trees if not any(_is_fibrous(branch) for branch in tree)]
    swollen = [place for tree in others if (place := _find_ampulla(tree)) is not None]
    # An ampulla no wider than its duct does not show.
    assert 0.5 * SETTINGS.ampulla_share < len(swollen) / len(others) < 1.1 * SETTINGS.ampulla_share
    depth, width = np.array(swollen).T
    assert depth.min() >= 5.0
    assert depth.max() <= 20.0
    assert width.max() <= 4.0


def test_a_tree_keeps_to_its_own_room_in_the_breast(trees: list[Shape]) -> None:
    for tree in trees:
        place = np.concatenate([branch.line[:, :3] for branch in tree])
        assert np.all(place[:, 2] >= 0.0)
        spread = np.hypot(place[:, 0], place[:, 1])
        assert spread.max() < 75.0


def _way_out(child: BranchShape, parent: BranchShape) -> DoubleArray:
    """Where a child heads once it has turned out of its fork: after 1.6 of the parent's radii, 1 to 3 mm."""
    row = int(np.ceil(np.clip(1.6 * parent.radius_mm[-1], 1.0, 3.0) / LINE_MM))
    return child.line[min(row, len(child.line) - 1), 3:6]


def _last_narrow_mm(main: BranchShape) -> float:
    """Depth of the last row that is hardly wider than the neck."""
    first = main.radius_mm[: int(6.0 / LINE_MM)]
    return float(np.flatnonzero(first <= 1.1 * first.min())[-1]) * LINE_MM


def _fibrous(branch: BranchShape) -> np.ndarray:
    depth = branch.start_mm + np.arange(len(branch.line)) * LINE_MM
    return (branch.stiffness > 1.9) & (depth > 4.0)


def _is_fibrous(branch: BranchShape) -> bool:
    return bool(_fibrous(branch).any())


def _find_ampulla(tree: Shape) -> tuple[float, float] | None:
    """Depth of the middle and width of a branch's widening that stands clear of what its ends lead one to expect."""
    for branch in tree:
        radius = branch.radius_mm
        if radius.max() > 1.15 * max(radius[0], radius[-1]) and radius.max() > 1.0:
            wide = np.flatnonzero(radius > 0.5 * (radius.max() + max(radius[0], radius[-1])))
            return branch.start_mm + float(wide.mean()) * LINE_MM, 2.0 * float(radius.max())
    return None

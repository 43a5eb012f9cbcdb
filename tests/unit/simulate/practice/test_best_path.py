"""The shortest way, against ways counted by hand and against trying every order."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np
import pytest

from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.practice.best_path import INSPECTING_MM_S, find_best_path, measure_way, time_way

REACH = ((0, 20.0), (1, 15.0), (2, 10.0), (3, 5.0))


def test_way_to_every_branch_ends_at_the_deepest(small_tree: DuctTree) -> None:
    way = find_best_path(small_tree, REACH)
    assert way == ((0.0, 0), (20.0, 0), (27.0, 2), (20.0, 2), (20.0, 0), (35.0, 1), (37.0, 3))
    assert measure_way(way) == pytest.approx(20 + 7 + 7 + 15 + 2)


def test_one_place_is_gone_to_straight_and_within_sight(small_tree: DuctTree) -> None:
    assert find_best_path(small_tree, [(2, 6.0)]) == ((0.0, 0), (20.0, 0), (23.0, 2))


def test_place_just_behind_a_fork_is_seen_from_before_it(small_tree: DuctTree) -> None:
    assert find_best_path(small_tree, [(2, 1.0)]) == ((0.0, 0), (18.0, 0))


def test_nothing_to_see_is_no_way(small_tree: DuctTree) -> None:
    assert measure_way(find_best_path(small_tree, [])) == 0.0
    assert measure_way(find_best_path(small_tree, [(0, 2.0)])) == 0.0


@pytest.mark.parametrize("seed", range(12))
def test_no_order_of_places_is_shorter(small_tree: DuctTree, seed: int) -> None:
    rng = np.random.default_rng(seed)
    places = [
        (branch, float(rng.uniform(3.5, small_tree.branches[branch].length_mm)))
        for branch in rng.integers(0, 5, size=4).tolist()
    ]
    shortest = min(
        sum(_distance(small_tree, one, other) for one, other in pairwise([(0, 3.0), *order]))
        for order in permutations(places)
    )
    assert measure_way(find_best_path(small_tree, places)) == pytest.approx(shortest)


def test_times_follow_a_careful_hand() -> None:
    rows = time_way(((0.0, 0), (20.0, 0), (14.0, 0)))
    assert rows == ((0.0, 0.0, 0), (20.0 / INSPECTING_MM_S, 20.0, 0), (26.0 / INSPECTING_MM_S, 14.0, 0))


def _distance(tree: DuctTree, one: tuple[int, float], other: tuple[int, float]) -> float:
    """Along the ducts, between the places where each is just within sight."""
    first, second = (tree.branches[branch].start_mm + arc_mm - 3.0 for branch, arc_mm in (one, other))
    return first + second - 2.0 * min(first, second, _shared_mm(tree, one[0], other[0]))


def _shared_mm(tree: DuctTree, one: int, other: int) -> float:
    """Depth to which two branches have the same way."""
    if one == other:
        return np.inf
    lines = []
    for branch in (one, other):
        line = [branch]
        while (parent := tree.branches[line[-1]].parent) is not None:
            line.append(parent)
        lines.append(line)
    common = next(branch for branch in lines[0] if branch in lines[1])
    return tree.branches[common].start_mm + tree.branches[common].length_mm

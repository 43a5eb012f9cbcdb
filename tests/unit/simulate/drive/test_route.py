from __future__ import annotations

import numpy as np
import pytest

from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.route import draw_route, find_way, leave_at
from ductoscope.simulate.settings import WorldSettings


def test_the_way_leads_from_the_main_duct(forked_tree: DuctTree) -> None:
    assert [find_way(forked_tree, branch) for branch in (0, 2, 4)] == [(0,), (0, 2), (0, 1, 4)]


@pytest.mark.parametrize(("branch", "leaves_mm"), [(2, 12.0), (4, 22.0), (3, 28.0)])
def test_ways_part_at_a_fork(forked_tree: DuctTree, branch: int, leaves_mm: float) -> None:
    assert leave_at(forked_tree, branch, (0, 1, 3)) == leaves_mm


def test_goes_to_the_deepest_first_and_then_to_what_the_scope_fits(forked_tree: DuctTree) -> None:
    for seed in range(5):
        route = draw_route(np.random.default_rng(seed), forked_tree, WorldSettings())
        assert route == ((3, 6.0), (2, 10.0)), "never to branch 4"


def test_goes_no_farther_than_its_working_pressure_opens(forked_tree: DuctTree) -> None:
    gentle = WorldSettings(working_mmhg=10.0)
    assert draw_route(np.random.default_rng(0), forked_tree, gentle) == ((1, 10.0), (2, 10.0))


def test_takes_other_branches_in_the_order_of_withdrawal(forked_tree: DuctTree) -> None:
    thin = WorldSettings(outer_diameter_mm=0.35, cores=1600)
    routes = {draw_route(np.random.default_rng(seed), forked_tree, thin) for seed in range(20)}
    assert {route for route in routes if len(route) == 3} == {((3, 6.0), (4, 6.0), (2, 10.0))}
    assert {len(route) for route in routes} == {2, 3}

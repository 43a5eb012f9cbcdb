from __future__ import annotations

from dataclasses import replace

import pytest

from ductoscope.model import Controls
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.pressure import (
    find_flow_ml_min,
    find_flush,
    find_steady_mmhg,
    follow_pressure,
    is_torn,
    step_pressure,
    tear,
)
from ductoscope.simulate.drive.state import ExamState, TipState
from ductoscope.simulate.drive.step import begin_exam
from ductoscope.simulate.settings import WorldSettings


@pytest.fixture
def begun(forked_tree: DuctTree, calm: WorldSettings) -> ExamState:
    return begin_exam(forked_tree, calm)


def press(state: ExamState, pressure_mmhg: float) -> ExamState:
    return replace(state, fluid=replace(state.fluid, pressure_mmhg=pressure_mmhg))


def test_flow_is_what_is_pushed_in_less_what_is_sucked_out() -> None:
    assert find_flow_ml_min(Controls(flush=1.0)) == 15.0
    assert find_flow_ml_min(Controls(flush=0.5, suction=1.0)) == pytest.approx(-2.5)


def test_half_a_syringe_works_and_a_full_one_tears() -> None:
    assert 50.0 <= find_steady_mmhg(7.5) <= 60.0
    assert find_steady_mmhg(15.0) > WorldSettings().burst_mmhg
    assert find_steady_mmhg(0.0) == 0.0
    assert find_steady_mmhg(-10.0) == pytest.approx(-30.0)


@pytest.mark.parametrize("pressure_mmhg", [10.0, 60.0, 140.0])
def test_a_flush_can_be_found_for_a_pressure(pressure_mmhg: float) -> None:
    assert find_steady_mmhg(15.0 * find_flush(pressure_mmhg)) == pytest.approx(pressure_mmhg)


def test_leaks_to_a_share_within_the_leak_time(forked_tree: DuctTree, calm: WorldSettings, begun: ExamState) -> None:
    left = step_pressure(forked_tree, calm, press(begun, 60.0), 0.0, calm.leak_s)
    assert left == pytest.approx(60.0 / 2.718281828)


def test_too_much_tears_the_branch_that_the_tip_is_in(calm: WorldSettings, begun: ExamState) -> None:
    state = replace(begun, tip=TipState(1, 2.0), burst=frozenset({3}))
    assert tear(calm, state, 149.9) == {3}
    assert tear(calm, state, 150.1) == {1, 3}


def test_a_torn_duct_holds_no_pressure_behind_the_tear_only(
    forked_tree: DuctTree, calm: WorldSettings, begun: ExamState
) -> None:
    torn = frozenset({1})
    assert [is_torn(forked_tree, torn, branch) for branch in range(5)] == [False, True, False, True, True]
    state = replace(begun, tip=TipState(3, 1.0), burst=torn)
    assert step_pressure(forked_tree, calm, state, 15.0, 60.0) < 30.0
    sound = replace(state, tip=TipState(2, 1.0))
    assert step_pressure(forked_tree, calm, sound, 15.0, 60.0) > 150.0


def test_the_walls_follow_with_a_lag(calm: WorldSettings, begun: ExamState) -> None:
    roundness, _, shown_mmhg = follow_pressure(calm.distension, begun, 60.0, 0.1)
    assert 0.0 < shown_mmhg < 20.0
    assert roundness == pytest.approx(calm.distension.roundness(shown_mmhg))
    assert follow_pressure(calm.distension, begun, 60.0, 10.0) == pytest.approx(
        (1.0, calm.distension.fold_share(60.0), 60.0)
    )
    assert follow_pressure(calm.distension, begun, -30.0, 10.0)[2] == pytest.approx(0.0)

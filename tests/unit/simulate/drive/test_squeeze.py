from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.pressure import find_steady_mmhg
from ductoscope.simulate.drive.squeeze import Squeeze
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.drive.step import begin_exam
from ductoscope.simulate.settings import WorldSettings


@pytest.fixture
def clear(forked_tree: DuctTree, calm: WorldSettings) -> ExamState:
    begun = begin_exam(forked_tree, calm)
    return replace(begun, fluid=replace(begun.fluid, turbid_per_mm=0.0))


def at(state: ExamState, pressure_mmhg: float, turbid_per_mm: float = 0.0) -> ExamState:
    return replace(state, fluid=replace(state.fluid, pressure_mmhg=pressure_mmhg, turbid_per_mm=turbid_per_mm))


def test_squeezes_until_wide_and_lets_go_until_slack(calm: WorldSettings, clear: ExamState) -> None:
    hand = Squeeze(np.random.default_rng(1), calm)
    assert hand.step(at(clear, 0.0), 0.01) > 0.0
    assert hand.step(at(clear, 50.0), 0.01) > 0.0
    assert hand.step(at(clear, 64.0), 2.0) == 0.0
    assert hand.step(at(clear, 50.0), 0.01) == 0.0, "it lets go until the duct slackens"
    assert hand.step(at(clear, 30.0), 0.01) > 0.0


def test_goes_on_when_the_view_is_cloudy_or_somebody_asks(calm: WorldSettings, clear: ExamState) -> None:
    hand = Squeeze(np.random.default_rng(1), calm)
    assert hand.step(at(clear, 64.0, turbid_per_mm=0.3), 2.0) > 0.0
    assert hand.step(at(clear, 64.0), 2.0) == 0.0
    hand.ask()
    assert hand.step(at(clear, 64.0), 2.0) > 0.0


def test_what_it_begins_lasts_a_second(calm: WorldSettings, clear: ExamState) -> None:
    hand = Squeeze(np.random.default_rng(1), calm)
    hand.ask()
    flushes = [hand.step(at(clear, 64.0), 0.1) > 0.0 for _ in range(15)]
    assert flushes == sorted(flushes, reverse=True)
    assert 9 <= sum(flushes) <= 12


@pytest.mark.parametrize(("working_mmhg", "burst_mmhg"), [(60.0, 150.0), (75.0, 80.0)])
def test_never_aims_at_tearing(clear: ExamState, working_mmhg: float, burst_mmhg: float) -> None:
    hand = Squeeze(np.random.default_rng(1), WorldSettings(working_mmhg=working_mmhg, burst_mmhg=burst_mmhg))
    steady_mmhg = find_steady_mmhg(15.0 * hand.step(at(clear, 0.0), 0.01))
    assert working_mmhg < 1.01 * steady_mmhg
    assert steady_mmhg < 0.98 * burst_mmhg


def test_rests_now_and_then(calm: WorldSettings, clear: ExamState) -> None:
    hand = Squeeze(np.random.default_rng(3), calm)
    flushes = [hand.step(at(clear, 20.0), 1.0 / 30.0) > 0.0 for _ in range(30 * 120)]
    assert 0.02 < 1.0 - np.mean(flushes) < 0.3

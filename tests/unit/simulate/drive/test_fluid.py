from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.fluid import MOST_BLOOD_PER_MM, MOST_TURBID_PER_MM, find_volume_ml, step_fluid
from ductoscope.simulate.drive.lumen import Lumen
from ductoscope.simulate.drive.state import Contact, ExamState, FluidState, TipState
from ductoscope.simulate.drive.step import begin_exam
from ductoscope.simulate.settings import WorldSettings

TIP = TipState(0, 6.0)


@pytest.fixture
def state(forked_tree: DuctTree, calm: WorldSettings) -> ExamState:
    begun = begin_exam(forked_tree, calm)
    return replace(begun, tip=TIP, fluid=replace(begun.fluid, turbid_per_mm=0.4, blood_per_mm=1.0))


def step(lumen: Lumen, settings: WorldSettings, state: ExamState, **how: Any) -> FluidState:
    given: dict[str, Any] = {
        "pressure_mmhg": 60.0, "flow_ml_min": 0.0, "bleeding": (), "contact": None, "is_torn": False,
        "particles": np.zeros((0, 8)), "dt_s": 0.5, "tip": state.tip,
    }  # fmt: skip
    given |= how
    return step_fluid(lumen, settings, state, given.pop("tip"), **given)


def test_volume_keeps_to_its_range(open_lumen: Lumen) -> None:
    volumes = [find_volume_ml(open_lumen, TipState(branch, 3.0)) for branch in (0, 1, 4)]
    assert volumes[0] > volumes[1] > volumes[2] == 0.1
    assert volumes[0] == pytest.approx(40.0 * np.pi * (0.9 * 1.909) ** 2 / 1000.0, rel=0.01)


def test_flushing_washes_at_flow_by_volume(open_lumen: Lumen, calm: WorldSettings, state: ExamState) -> None:
    clear = replace(calm, turbidity_per_mm=0.0)
    after = step(open_lumen, clear, state, flow_ml_min=12.0)
    washed = np.exp(-0.2 / find_volume_ml(open_lumen, TIP) * 0.5)
    assert after.turbid_per_mm == pytest.approx(0.4 * washed)
    assert after.blood_per_mm == pytest.approx(1.0 * washed)
    assert after.flushed_ml == pytest.approx(0.1)
    assert after.suctioned_ml == 0.0


def test_suction_counts_and_does_not_wash(open_lumen: Lumen, calm: WorldSettings, state: ExamState) -> None:
    after = step(open_lumen, calm, state, flow_ml_min=-6.0)
    assert (after.suctioned_ml, after.flushed_ml) == (pytest.approx(0.05), 0.0)
    assert after.blood_per_mm == 1.0


def test_milk_comes_back_slowly_and_with_new_ground(open_lumen: Lumen, calm: WorldSettings, state: ExamState) -> None:
    milky = replace(calm, turbidity_per_mm=0.5)
    clean = replace(state, fluid=replace(state.fluid, turbid_per_mm=0.0))
    resting = step(open_lumen, milky, clean).turbid_per_mm
    advancing = step(open_lumen, milky, clean, tip=TipState(0, 8.0)).turbid_per_mm
    assert 0.0 < resting < 0.02
    assert advancing > resting + 0.03
    assert step(open_lumen, milky, clean, dt_s=1e4).turbid_per_mm == pytest.approx(0.5)


def test_a_lesion_secretes(open_lumen: Lumen, bleeding_tree: DuctTree, calm: WorldSettings, state: ExamState) -> None:
    milky = replace(calm, turbidity_per_mm=0.3)
    lumen = replace(open_lumen, tree=bleeding_tree)
    assert step(lumen, milky, state, tip=TipState(0, 8.0), dt_s=1e4).turbid_per_mm == pytest.approx(0.6)


def test_blood_comes_from_near_lesions_and_from_scraping(
    open_lumen: Lumen, bleeding_tree: DuctTree, calm: WorldSettings, state: ExamState
) -> None:
    lumen = replace(open_lumen, tree=bleeding_tree)
    bleeding = (("A", 1.0),)
    near = step(lumen, calm, state, bleeding=bleeding, tip=TipState(0, 8.0)).blood_per_mm
    far = step(lumen, calm, state, bleeding=bleeding, tip=TipState(0, 1.0)).blood_per_mm
    elsewhere = step(lumen, calm, state, bleeding=bleeding, tip=TipState(3, 1.0)).blood_per_mm
    assert near == pytest.approx(1.125)
    assert 1.0 == elsewhere < far < near
    assert step(lumen, calm, state, contact=Contact(1.0, 0.0, False)).blood_per_mm == pytest.approx(1.05)
    assert step(lumen, calm, state, contact=Contact(0.5, 0.0, False)).blood_per_mm == 1.0
    assert step(lumen, calm, state, bleeding=bleeding, dt_s=1e3).blood_per_mm == MOST_BLOOD_PER_MM


def test_a_torn_duct_turns_white(open_lumen: Lumen, calm: WorldSettings, state: ExamState) -> None:
    assert step(open_lumen, calm, state, is_torn=True, dt_s=20.0).turbid_per_mm == pytest.approx(
        MOST_TURBID_PER_MM, rel=0.01
    )


@pytest.mark.parametrize(
    ("was_air", "pressure_mmhg", "flow_ml_min", "is_air"),
    [(True, 5.0, 7.5, True), (True, 12.0, 7.5, False), (True, 12.0, 0.0, True), (False, -25.0, -10.0, True),
     (False, 0.0, 0.0, False)],
)  # fmt: skip
def test_saline_drives_air_out_and_suction_draws_it_in(
    open_lumen: Lumen,
    calm: WorldSettings,
    state: ExamState,
    was_air: bool,
    pressure_mmhg: float,
    flow_ml_min: float,
    is_air: bool,
) -> None:
    before = replace(state, fluid=replace(state.fluid, is_air=was_air))
    assert step(open_lumen, calm, before, pressure_mmhg=pressure_mmhg, flow_ml_min=flow_ml_min).is_air is is_air

from __future__ import annotations

from dataclasses import replace

import pytest

from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.comfort import step_pain
from ductoscope.simulate.drive.lumen import Lumen
from ductoscope.simulate.drive.state import Contact, ExamState, TipState
from ductoscope.simulate.drive.step import begin_exam
from ductoscope.simulate.settings import WorldSettings

WIDE, NARROW = TipState(0, 8.0), TipState(3, 2.0)


@pytest.fixture
def state(forked_tree: DuctTree, calm: WorldSettings) -> ExamState:
    return begin_exam(forked_tree, calm)


def settle(
    lumen: Lumen,
    state: ExamState,
    tip: TipState = WIDE,
    force: float = 0.0,
    pressure_mmhg: float = 0.0,
    t_s: float = 60.0,
    *,
    is_torn_now: bool = False,
    dt_s: float = 300.0,
) -> float:
    contact = Contact(force, 0.0, False) if force else None
    return step_pain(lumen, state, tip, contact, pressure_mmhg, is_torn_now=is_torn_now, t_s=t_s, dt_s=dt_s)


def test_hurts_more_with_contact_pressure_and_tight_ducts(open_lumen: Lumen, state: ExamState) -> None:
    calm = settle(open_lumen, state)
    assert 2.0 < calm < 3.5
    assert settle(open_lumen, state, force=1.0) > calm + 3.0
    assert calm + 0.5 < settle(open_lumen, state, pressure_mmhg=60.0) < settle(open_lumen, state, pressure_mmhg=140.0)
    half_open = replace(open_lumen, stretch_mmhg=20.0)
    assert settle(half_open, state, NARROW) > settle(half_open, state) + 0.5
    assert settle(open_lumen, state, is_torn_now=True, dt_s=0.03) == pytest.approx(8.0, abs=0.1)


def test_grows_by_one_after_twelve_minutes(open_lumen: Lumen, state: ExamState) -> None:
    early, late = settle(open_lumen, state, t_s=12.0 * 60.0), settle(open_lumen, state, t_s=14.0 * 60.0)
    assert late - early == pytest.approx(0.96)


def test_rises_fast_and_eases_slowly(open_lumen: Lumen, state: ExamState) -> None:
    risen = settle(open_lumen, replace(state, pain=0.0), dt_s=2.0)
    eased = settle(open_lumen, replace(state, pain=8.0), dt_s=2.0)
    assert risen > 1.5
    assert eased > 7.0


def test_ten_is_the_most(open_lumen: Lumen, state: ExamState) -> None:
    bad = replace(state, pain=9.0)
    assert settle(open_lumen, bad, NARROW, 1.0, 300.0, 1e4, is_torn_now=True) == 10.0

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from ductoscope.model import Controls
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.state import ExamState, TipState
from ductoscope.simulate.drive.step import begin_exam, step_exam
from ductoscope.simulate.settings import PRESETS, WorldSettings

Drive = Callable[..., list[ExamState]]


def same(first: ExamState, second: ExamState) -> bool:
    plain = [
        (state.t_s, state.tip, state.contact, state.roundness, state.bleeding, state.pain, state.happenings,
         state.fluid.pressure_mmhg, state.fluid.turbid_per_mm, state.fluid.particles.tobytes(), state.spots.tobytes())
        for state in (first, second)
    ]  # fmt: skip
    return plain[0] == plain[1]


def test_begins_in_the_collapsed_neck(forked_tree: DuctTree) -> None:
    state = begin_exam(forked_tree, WorldSettings(starts_in="air", flakes=20), seconds=30.0)
    assert (state.t_s, state.tip, state.roundness) == (30.0, TipState(0, 0.5), pytest.approx(0.2))
    assert state.fluid.is_air
    assert len(state.fluid.particles) == 0
    wet = begin_exam(forked_tree, WorldSettings(flakes=20))
    assert not wet.fluid.is_air
    assert len(wet.fluid.particles) > 5


def test_a_still_world_stands_open_in_the_main_duct(forked_tree: DuctTree, drive: Drive) -> None:
    state = begin_exam(forked_tree, PRESETS["still"])
    assert state.tip == TipState(0, 6.0)
    assert (state.roundness, state.fluid.pressure_mmhg) == (1.0, 60.0)
    after = drive(forked_tree, PRESETS["still"], Controls(push=1.0, bend_x=1.0, roll=1.0), 2.0)[-1]
    assert after.tip == state.tip


def test_the_same_chance_gives_the_same_examination(forked_tree: DuctTree, drive: Drive) -> None:
    hard = PRESETS["hard"]
    pushing = Controls(push=0.6, bend_x=0.8, flush=0.5)
    first, again = (drive(forked_tree, hard, pushing, 3.0, seed=4)[-1] for _ in range(2))
    assert same(first, again)
    assert not same(first, drive(forked_tree, hard, pushing, 3.0, seed=5)[-1])


def test_a_step_changes_nothing_that_it_was_given(forked_tree: DuctTree) -> None:
    hard = PRESETS["hard"]
    before = begin_exam(forked_tree, hard)
    kept = before.fluid.particles.copy()
    rng = np.random.default_rng(0)
    once = step_exam(forked_tree, hard, hard.distension, before, Controls(push=1.0, flush=1.0), 0.03, rng)
    again = step_exam(
        forked_tree, hard, hard.distension, before, Controls(push=1.0, flush=1.0), 0.03, np.random.default_rng(0)
    )
    assert same(once, again)
    assert np.array_equal(before.fluid.particles, kept)


def test_flushing_opens_the_duct_and_it_collapses_within_seconds(
    forked_tree: DuctTree, calm: WorldSettings, drive: Drive
) -> None:
    flushed = drive(forked_tree, calm, Controls(flush=0.5), 15.0)[-1]
    assert 50.0 < flushed.fluid.pressure_mmhg < 60.0
    assert flushed.roundness == 1.0
    let_go = drive(forked_tree, calm, Controls(), 8.0, state=flushed)[-1]
    assert let_go.roundness < 0.4
    sucked = drive(forked_tree, calm, Controls(suction=1.0), 2.0, state=flushed)[-1]
    assert sucked.fluid.pressure_mmhg < drive(forked_tree, calm, Controls(), 2.0, state=flushed)[-1].fluid.pressure_mmhg


def test_flushing_too_hard_for_long_tears_the_duct(forked_tree: DuctTree, calm: WorldSettings, drive: Drive) -> None:
    begun = replace(begin_exam(forked_tree, calm), tip=TipState(1, 3.0))
    states = drive(forked_tree, calm, Controls(flush=1.0), 20.0, state=begun)
    torn = [each for state in states for each in state.happenings if each.kind == "extravasation"]
    assert [dict(each.what) for each in torn] == [{"branch": 1}]
    assert torn[0].t_s > 5.0, "a short squirt is borne"
    last = states[-1]
    assert last.burst == {1}
    assert last.roundness < 0.7
    assert last.fluid.turbid_per_mm > 0.3
    assert max(state.pain for state in states) > 6.5


def test_touching_a_papilloma_makes_it_bleed_into_the_view(
    bleeding_tree: DuctTree, calm: WorldSettings, drive: Drive
) -> None:
    begun = drive(bleeding_tree, calm, Controls(flush=0.5), 5.0)[-1]
    begun = replace(begun, tip=TipState(0, 6.6, (0.8, 0.0)))
    states = drive(bleeding_tree, calm, Controls(push=0.2, bend_x=0.6, flush=0.4), 3.0, state=begun)
    assert "bleeding" in {each.kind for state in states for each in state.happenings}
    assert states[-1].fluid.blood_per_mm > 0.05
    assert (states[-1].spots[:, 5] == 1.0).any()

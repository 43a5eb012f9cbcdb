from __future__ import annotations

import numpy as np
import pytest

from ductoscope.model import Controls
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.hands import Hands
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.drive.step import begin_exam, step_exam
from ductoscope.simulate.settings import PRESETS, WorldSettings


def examine(tree: DuctTree, settings: WorldSettings, seed: int, seconds: float) -> list[tuple[ExamState, Controls]]:
    hands, state, rng = Hands(seed, tree, settings), begin_exam(tree, settings), np.random.default_rng(seed)
    seen = []
    for _ in range(round(seconds * 15)):
        controls = hands.step(state, state.t_s)
        state = step_exam(tree, settings, settings.distension, state, controls, 1.0 / 15.0, rng)
        seen.append((state, controls))
    return seen


@pytest.fixture(scope="module")
def examined(forked_tree: DuctTree) -> list[tuple[ExamState, Controls]]:
    return examine(forked_tree, WorldSettings(), 3, 240.0)


def depths(tree: DuctTree, examined: list[tuple[ExamState, Controls]]) -> np.ndarray:
    return np.array([tree.branches[state.tip.branch].start_mm + state.tip.arc_mm for state, _ in examined])


def test_goes_to_every_reachable_branch_and_comes_back(
    forked_tree: DuctTree, examined: list[tuple[ExamState, Controls]]
) -> None:
    assert {state.tip.branch for state, _ in examined} == {0, 1, 2, 3}
    depth_mm = depths(forked_tree, examined)
    deepest = int(np.argmax(depth_mm))
    assert depth_mm[deepest] > 27.0
    out = deepest + int(np.argmax(depth_mm[deepest:] < 1.5))
    assert depth_mm[out] < 1.5, "back at the nipple"
    assert depth_mm[out:].max() > 20.0, "and in again"


def test_moves_as_a_person_does(examined: list[tuple[ExamState, Controls]]) -> None:
    push = np.array([controls.push for _, controls in examined])
    assert (push == 0.0).mean() > 0.1, "pauses"
    assert (push > 0.0).mean() > 0.15
    assert (push < 0.0).mean() > 0.1, "withdrawal"
    bend = np.array([(controls.bend_x, controls.bend_y) for _, controls in examined])
    assert np.abs(np.diff(bend, axis=0)).max() < 0.6, "no jerk"
    assert any(controls.roll for _, controls in examined)


def test_flushes_in_squeezes_and_never_tears(examined: list[tuple[ExamState, Controls]]) -> None:
    flushing = np.array([controls.flush > 0.0 for _, controls in examined])
    assert 0.2 < flushing.mean() < 0.9
    squeezes = np.count_nonzero(np.diff(flushing.astype(int)) == 1)
    assert 10 <= squeezes <= 120
    assert not examined[-1][0].burst
    assert np.mean([state.fluid.turbid_per_mm < 0.15 for state, _ in examined]) > 0.8


def test_hurts_as_published(examined: list[tuple[ExamState, Controls]]) -> None:
    pain = np.array([state.pain for state, _ in examined])
    assert pain.mean() == pytest.approx(3.74, abs=0.6)
    assert pain.max() < 6.4 + 2 * 1.68


def test_the_same_seed_is_the_same_person(forked_tree: DuctTree) -> None:
    first, again, other = (examine(forked_tree, PRESETS["hard"], seed, 20.0) for seed in (1, 1, 2))
    assert [controls for _, controls in first] == [controls for _, controls in again]
    assert [controls for _, controls in first] != [controls for _, controls in other]


def test_keeps_a_still_world_open_and_does_nothing_else(forked_tree: DuctTree) -> None:
    examined = examine(forked_tree, PRESETS["still"], 1, 20.0)
    assert {controls.push for _, controls in examined} == {0.0}
    pressures = [state.fluid.pressure_mmhg for state, _ in examined]
    assert min(pressures) == pytest.approx(60.0, abs=0.01)
    assert max(pressures) == pytest.approx(60.0, abs=0.01)

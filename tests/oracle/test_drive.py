"""Every breast of the seeds 1 to 20 can be driven from the nipple to the deepest place that the scope can reach."""

from __future__ import annotations

import numpy as np
import pytest

from ductoscope.model import Controls
from ductoscope.simulate.breast.access import deepest_reachable
from ductoscope.simulate.breast.draw import draw_breast
from ductoscope.simulate.drive.hands import Hands
from ductoscope.simulate.drive.route import find_way
from ductoscope.simulate.drive.step import begin_exam, step_exam
from ductoscope.simulate.settings import WorldSettings

DT_S = 1.0 / 15.0


@pytest.mark.parametrize("seed", range(1, 21))
def test_the_hands_reach_the_deepest_place_and_pulling_brings_the_tip_out_along_its_parents(seed: int) -> None:
    # What is painted on the walls changes nothing of the ducts and lesions, and takes most of the time to draw.
    settings = WorldSettings(texture=0.0, vessels=0.0, folds=0.0)
    breast = draw_breast(seed, settings)
    tree = breast.tree(breast.discharging)
    branch, arc_mm = deepest_reachable(tree, settings)
    hands, state, rng = Hands(seed, tree, settings), begin_exam(tree, settings), np.random.default_rng(seed)
    entered = set()
    while not (state.tip.branch == branch and state.tip.arc_mm > arc_mm - 0.5):
        controls = hands.step(state, state.t_s)
        state = step_exam(tree, settings, breast.distension, state, controls, DT_S, rng)
        entered.add(state.tip.branch)
        assert state.t_s < 120.0, f"not at branch {branch} within two minutes"
    way = find_way(tree, branch)
    assert set(way) <= entered
    assert not state.burst

    passed, began_s = [branch], state.t_s
    while state.tip.branch != 0 or state.tip.arc_mm > 1.0:
        state = step_exam(tree, settings, breast.distension, state, Controls(push=-1.0), DT_S, rng)
        if state.tip.branch != passed[-1]:
            passed.append(state.tip.branch)
        assert state.t_s < began_s + 60.0, "not back at the nipple"
    # Breathing may carry a tip that passes a fork into it once more.
    assert list(dict.fromkeys(passed)) == list(reversed(way))

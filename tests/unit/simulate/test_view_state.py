from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.simulate.settings import WorldSettings
from ductoscope.simulate.view_state import is_seen_well, judge_view
from tests.unit.simulate.small_tree import make_sight, make_state

CORES = 100
SETTINGS = WorldSettings()
MOST = np.arange(CORES) < 80
SOME = np.arange(CORES) < 20


def shares(where: np.ndarray, there: float, elsewhere: float) -> np.ndarray:
    return np.where(where, there, elsewhere)


@pytest.mark.parametrize(
    ("sight", "word"),
    [
        ({}, "clear"),
        ({"particle": shares(MOST, 2, -1)}, "bubble"),
        ({"particle": shares(SOME, 2, -1)}, "clear"),
        ({"particle": shares(MOST, 0, -1)}, "clear"),
        ({"light": shares(MOST, 1.2, 0.4)[:, None]}, "white-out"),
        ({"light": shares(SOME, 1.2, 0.4)[:, None]}, "clear"),
        ({"light": [1.2, 0.5, 0.4]}, "clear"),
        ({"distance_mm": shares(MOST, 0.2, 3.0)}, "red-out"),
        ({"distance_mm": shares(SOME, 0.2, 3.0)}, "clear"),
        ({"veil": shares(MOST, 0.7, 0.0)}, "turbid"),
        ({"veil": shares(MOST, 0.4, 0.0)}, "clear"),
        ({"blur_cores": shares(MOST, 2.5, 0.5)}, "defocused"),
        ({"blur_cores": shares(SOME, 2.5, 0.5)}, "clear"),
        ({"distance_mm": np.inf, "branch": -1, "veil": 1.0}, "clear"),
    ],
)
def test_one_word_says_what_hides_the_wall(sight: dict[str, object], word: str) -> None:
    assert judge_view(make_sight(CORES, **sight), make_state(), SETTINGS, 1.0) == word


def test_the_gain_can_wash_a_picture_out() -> None:
    sight = make_sight(CORES)
    assert judge_view(sight, make_state(), SETTINGS, 2.0) == "clear"
    assert judge_view(sight, make_state(), SETTINGS, 3.0) == "white-out"


def test_a_closed_lumen_is_collapsed_and_only_near_walls_count() -> None:
    closed = make_state(roundness=0.3)
    assert judge_view(make_sight(CORES, distance_mm=1.0), closed, SETTINGS, 1.0) == "collapsed"
    assert judge_view(make_sight(CORES, distance_mm=0.2), closed, SETTINGS, 1.0) == "collapsed"
    assert judge_view(make_sight(CORES, distance_mm=3.0), closed, SETTINGS, 1.0) == "clear"
    assert judge_view(make_sight(CORES, distance_mm=1.0), make_state(roundness=0.6), SETTINGS, 1.0) == "clear"


def test_a_neck_that_the_dilator_holds_open_is_not_collapsed() -> None:
    closed = make_state(roundness=0.3)
    arc_mm = 4.0
    held = replace(closed, opened_mm=np.full_like(closed.opened_mm, arc_mm + 0.5))
    sight = make_sight(CORES, distance_mm=1.0, arc_mm=arc_mm)
    assert judge_view(sight, held, SETTINGS, 1.0) == "clear"
    assert judge_view(make_sight(CORES, distance_mm=1.0, arc_mm=arc_mm + 1.0), held, SETTINGS, 1.0) == "collapsed"


def test_what_weakens_more_gives_the_fluid_its_name() -> None:
    state = make_state()
    sight = make_sight(CORES)
    # Through 3 mm and back, 15 % of the light come through at 0.316 a mm.
    for turbid, blood, word in ((0.30, 0.0, "clear"), (0.33, 0.0, "turbid"), (0.1, 0.3, "blood")):
        fluid = replace(state.fluid, turbid_per_mm=turbid, blood_per_mm=blood)
        assert judge_view(sight, replace(state, fluid=fluid), SETTINGS, 1.0) == word
        assert judge_view(sight, replace(state, fluid=replace(fluid, is_air=True)), SETTINGS, 1.0) == "clear"


def test_a_core_sees_well_only_when_nothing_spoils_it() -> None:
    sight = make_sight(
        6,
        veil=[0, 0.6, 0, 0, 0, 0.4],
        blur_cores=[0, 0, 2.1, 0, 0, 1.9],
        particle=[-1, -1, -1, 1, -1, -1],
        branch=[0, 0, 0, 0, -1, 1],
    )
    assert is_seen_well(sight, make_state()).tolist() == [True, False, False, False, False, True]

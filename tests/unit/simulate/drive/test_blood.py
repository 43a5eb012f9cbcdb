from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.blood import bleed, loosen, paint_spots, scrape
from ductoscope.simulate.drive.state import Contact, ExamState, TipState
from ductoscope.simulate.drive.step import begin_exam
from ductoscope.simulate.settings import WorldSettings


@pytest.fixture
def state(bleeding_tree: DuctTree, calm: WorldSettings) -> ExamState:
    return begin_exam(bleeding_tree, calm)


def test_a_touch_makes_it_bleed_and_it_stops(bleeding_tree: DuctTree, state: ExamState) -> None:
    papilloma, debris = bleeding_tree.lesions
    gentle = bleed(bleeding_tree, state, (papilloma,), None, 1.0)
    hard = dict(bleed(bleeding_tree, state, (papilloma,), Contact(1.0, 0.0, False), 1.0))
    assert 0.1 < dict(gentle)["A"] < hard["A"]
    later = bleed(bleeding_tree, replace(state, bleeding=gentle), (), None, 45.0)
    assert dict(later)["A"] == pytest.approx(dict(gentle)["A"] / np.e)
    assert bleed(bleeding_tree, replace(state, bleeding=gentle), (), None, 300.0) == ()
    assert bleed(bleeding_tree, state, (debris,), None, 1.0) == (), "debris never bleeds"


def test_some_bleed_untouched(bleeding_tree: DuctTree, state: ExamState) -> None:
    lesion = replace(bleeding_tree.lesions[0], bleeds="spontaneous")
    tree = replace(bleeding_tree, lesions=(lesion,))
    assert bleed(tree, state, (), None, 0.1) == (("A", 0.35),)
    assert bleed(tree, replace(state, gone=frozenset({"A"})), (), None, 0.1) == (), "what is gone does not bleed"


def test_the_wall_bears_light_pressure_and_shows_petechiae_after_hard(state: ExamState) -> None:
    rng, tip = np.random.default_rng(1), TipState(1, 3.0)
    assert all(scrape(tip, Contact(0.6, 90.0, False), 1.0 / 30.0, rng) is None for _ in range(600))
    spots = [spot for _ in range(600) if (spot := scrape(tip, Contact(1.0, 90.0, False), 1.0 / 30.0, rng)) is not None]
    assert 5 <= len(spots) <= 30, "one in about 1.5 s"
    assert all(list(spot[[0, 1, 5]]) == [1.0, 3.0, 0.0] and 60.0 < spot[2] < 120.0 for spot in spots)


def test_spots_stay_and_blood_runs_while_it_bleeds(bleeding_tree: DuctTree, state: ExamState) -> None:
    petechia = np.array([0.0, 5.0, 10.0, 0.1, 0.7, 0.0])
    spots = paint_spots(bleeding_tree, state, (("A", 0.4),), petechia)
    assert spots[0] == pytest.approx(petechia)
    assert spots[1, [0, 1, 2, 4, 5]] == pytest.approx([0.0, 8.0, 0.0, 0.4, 1.0])
    after = paint_spots(bleeding_tree, replace(state, spots=spots, bleeding=(("A", 0.4),)), (), None)
    assert after == pytest.approx(petechia[None])


def test_old_petechiae_make_room(bleeding_tree: DuctTree, state: ExamState) -> None:
    many = np.zeros((200, 6))
    many[:, 1] = np.arange(200)
    spots = paint_spots(bleeding_tree, replace(state, spots=many), (), np.array([0.0, 999.0, 0, 0.1, 1, 0]))
    assert len(spots) == 61
    assert spots[-1, 1] == 999.0
    assert spots[0, 1] == 140.0


def test_flow_close_by_carries_debris_away(bleeding_tree: DuctTree, state: ExamState) -> None:
    rng = np.random.default_rng(2)

    def flush(tip: TipState, flow_ml_min: float) -> frozenset[str]:
        now = state
        for _ in range(900):
            now = replace(now, gone=loosen(bleeding_tree, now, tip, flow_ml_min, 1.0 / 30.0, rng))
        return now.gone

    assert flush(TipState(0, 6.5), 7.5) == {"a"}
    assert flush(TipState(0, 6.5), 0.0) == flush(TipState(0, 11.5), 15.0) == flush(TipState(1, 6.0), 15.0) == set()

from __future__ import annotations

import numpy as np
import pytest

from ductoscope.simulate.breast.balls import (
    colour_balls,
    fit_balls,
    make_balls,
    make_stalk,
    measure_balls,
    rest_on,
    spread_on_head,
    sweep_body,
)
from ductoscope.simulate.breast.lesion_kinds import LesionKind
from ductoscope.simulate.breast.palette import BASES, TIPS

_RED = LesionKind("polypoid solitary", "papillary", "stalk", "granular", "red", "no", 1.0)
_HALF = np.array([1.0, 0.8, 0.6])


def test_only_what_stands_above_the_wall_is_measured() -> None:
    balls = make_balls(np.array([[0.0, 0.0, 0.3], [2.0, 0.5, -0.3]]), np.array([0.5, 0.5]))
    along, across, height = measure_balls(balls)
    assert along == pytest.approx(0.5 + 2.0 + 0.4)
    assert across == pytest.approx(0.5 + 0.5 + 0.4)
    assert height == pytest.approx(0.8)


def test_lobes_rest_on_their_body_wherever_they_were() -> None:
    body = make_balls(np.array([[-0.5, 0.0, 1.0], [0.0, 0.0, 1.0], [0.5, 0.0, 1.0]]), np.full(3, 0.6))
    places = np.array([[0.0, 3.0, 1.0], [0.0, 0.0, 1.1], [-9.0, 0.0, 1.0]])
    resting = rest_on(body, 1.0, make_balls(places, np.full(3, 0.2)), 0.5)
    assert resting[:, :3] == pytest.approx(np.array([[0.0, 0.5, 1.0], [0.0, 0.0, 1.5], [-1.0, 0.0, 1.0]]))
    assert np.all(resting[:, 3] == 0.2)


@pytest.mark.parametrize("highest_mm", [0.5, 1.0, 5.0])
def test_fitted_balls_have_the_wanted_extent_and_stay_low(highest_mm: float) -> None:
    balls = spread_on_head(np.random.default_rng(1), _HALF, 0.6, 40, 0.25, 0.3)
    fitted = fit_balls(balls, 3.0, highest_mm)
    assert max(measure_balls(fitted)) == pytest.approx(3.0, rel=0.05)
    assert measure_balls(fitted)[2] <= 1.05 * highest_mm


def test_a_head_is_covered_all_around() -> None:
    balls = spread_on_head(np.random.default_rng(2), _HALF, 0.6, 50, 0.2, 0.2)
    outside = np.linalg.norm((balls[:, :3] - [0.0, 0.0, 0.6]) / _HALF, axis=1) + balls[:, 3] / _HALF.min()
    assert 0.8 < outside.mean() < 1.3
    turn = np.arctan2(balls[:, 1], balls[:, 0])
    assert np.histogram(turn, bins=6, range=(-np.pi, np.pi))[0].min() >= 3


def test_a_body_has_no_gap_and_its_height() -> None:
    body = sweep_body(np.random.default_rng(3), np.array([2.0, 0.8, 0.6]), 0.3, 13, 0.1)
    steps = np.linalg.norm(np.diff(body[:, :3], axis=0), axis=1)
    assert np.all(steps < 0.8 * np.minimum(body[1:, 3], body[:-1, 3]))
    assert body[:, 3].max() == pytest.approx(0.6)
    assert measure_balls(body)[0] > 2.5


def test_a_stalk_stands_on_the_wall_and_ends_in_the_head() -> None:
    stalk = make_stalk(np.random.default_rng(4), _HALF, 0.9, 5)
    assert stalk[0, 2] == 0.0
    assert stalk[-1, 2] == pytest.approx(0.9)
    assert abs(stalk[0, 0]) > 0.1
    assert stalk[-1, 0] == pytest.approx(0.0)
    assert len(make_stalk(np.random.default_rng(4), _HALF, 0.9, 0)) == 0


def test_ripe_balls_have_the_colour_of_tips_and_no_two_are_alike() -> None:
    balls = spread_on_head(np.random.default_rng(5), _HALF, 0.6, 60, 0.2, 0.2)
    ripe = np.repeat([0.0, 1.0], 30)
    coloured = colour_balls(np.random.default_rng(6), _RED, balls[np.random.default_rng(0).permutation(60)], ripe, 0.05)
    base, tips = coloured[:30, 4:7].mean(axis=0), coloured[30:, 4:7].mean(axis=0)
    middle = 0.5 * (BASES["red"] + TIPS["red"])
    assert base[1] < middle[1] < tips[1]
    assert len(np.unique(coloured[:, 4])) > 50
    assert coloured[:, 4:7].min() > 0.0
    assert coloured[:, 4:].max() < 1.0


def test_a_bleeding_polyp_has_some_bloody_balls() -> None:
    balls = make_balls(np.random.default_rng(7).normal(0.0, 1.0, (200, 3)), np.full(200, 0.1))
    bleeding = LesionKind("polypoid solitary", "papillary", "stalk", "granular", "white", "spontaneous", 1.0)
    dry = colour_balls(np.random.default_rng(8), _RED, balls, np.full(200, 0.5), 0.02)
    bloody = colour_balls(np.random.default_rng(8), bleeding, balls, np.full(200, 0.5), 0.02)
    share = (bloody[:, 5] < 0.45).mean()
    assert 0.03 < share < 0.2
    assert dry[:, 7].mean() == pytest.approx(0.7, abs=0.02)

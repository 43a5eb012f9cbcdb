from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.simulate.drive.locate import locate
from ductoscope.simulate.drive.lumen import Lumen, round_radius_mm
from ductoscope.simulate.drive.particles import BUBBLE, FIBRIN, FLAKE, scatter, step_particles
from ductoscope.simulate.drive.state import TipState
from ductoscope.simulate.settings import WorldSettings

TIP = TipState(0, 4.0)
CLOUDY = WorldSettings(flakes=30, bubbles=4)


def test_scatters_what_the_settings_want_inside_the_lumen(open_lumen: Lumen) -> None:
    particles = scatter(open_lumen, CLOUDY, TIP, np.random.default_rng(1))
    kinds = particles[:, 4]
    assert np.count_nonzero(kinds == BUBBLE) >= 2
    assert np.count_nonzero(kinds == FLAKE) > np.count_nonzero(kinds == FIBRIN) > 0
    assert 20 <= len(particles) <= 34
    assert np.all((particles[:, 5:] > 0.5) & (particles[:, 5:] <= 1.0))
    for x, y, z, radius_mm in particles[particles[:, 2] < 11.5, :4]:
        arc_mm, offset = locate(open_lumen.tree, 0, (x, y, z), z)
        assert np.hypot(*offset) + radius_mm <= round_radius_mm(open_lumen, open_lumen.tree.branches[0], arc_mm)


def test_a_closing_lumen_squeezes_them_into_its_slit(open_lumen: Lumen) -> None:
    particles = scatter(open_lumen, CLOUDY, TIP, np.random.default_rng(1))
    slit = replace(open_lumen, roundness=0.2)
    rng = np.random.default_rng(2)
    for _ in range(10):
        particles = step_particles(slit, CLOUDY, particles, TIP, 0.0, 1.0 / 30.0, rng)
    near = particles[particles[:, 2] < 11.0]
    assert len(near) > 5
    assert np.abs(near[:, 1]).max() < 0.35, "short axis"
    assert np.abs(near[:, 0]).max() > 0.5, "long axis"


def test_the_jet_carries_them_away_and_they_ebb_back(open_lumen: Lumen) -> None:
    one = np.array([[0.0, 0.0, 6.0, 0.05, FLAKE, 0.9, 0.9, 0.9]])
    rng = np.random.default_rng(3)
    pushed = pulled = one
    for _ in range(6):
        pushed = step_particles(open_lumen, WorldSettings(flakes=1, bubbles=0), pushed, TIP, 5.0, 1.0 / 30.0, rng)
    for _ in range(60):
        pulled = step_particles(open_lumen, WorldSettings(flakes=1, bubbles=0), pulled, TIP, 0.0, 1.0 / 30.0, rng)
    assert pushed[0, 2] > 6.1
    assert 4.5 < pulled[0, 2] < 5.6


def test_flushing_clears_them_and_rest_renews_them(open_lumen: Lumen) -> None:
    particles = scatter(open_lumen, CLOUDY, TIP, np.random.default_rng(1))
    rng = np.random.default_rng(4)
    before = len(particles)
    for _ in range(300):
        particles = step_particles(open_lumen, CLOUDY, particles, TIP, 10.0, 1.0 / 30.0, rng)
    washed = len(particles)
    assert washed < before / 2
    for _ in range(900):
        particles = step_particles(open_lumen, CLOUDY, particles, TIP, 0.0, 1.0 / 30.0, rng)
    assert washed < len(particles) <= 34


def test_what_comes_back_is_of_the_kind_that_was_there(open_lumen: Lumen) -> None:
    bubbly, particles = WorldSettings(flakes=0, bubbles=5), np.zeros((0, 8))
    rng = np.random.default_rng(6)
    for _ in range(900):
        particles = step_particles(open_lumen, bubbly, particles, TIP, 0.0, 1.0 / 30.0, rng)
    assert len(particles) > 0
    assert set(particles[:, 4]) == {BUBBLE}


def test_few_crowd_before_the_end_of_a_duct(open_lumen: Lumen) -> None:
    rng = np.random.default_rng(1)
    assert len(scatter(open_lumen, CLOUDY, TipState(2, 9.9), rng)) <= 1
    particles = scatter(open_lumen, CLOUDY, TipState(2, 7.0), rng)
    assert 5 <= len(particles) <= 17
    kept = step_particles(open_lumen, CLOUDY, particles, TipState(2, 9.5), 1.0, 1.0 / 30.0, rng)
    end = open_lumen.tree.branches[2].line[-1]
    assert ((kept[:, :3] - end[:3]) @ end[3:6]).max() <= 0.25 + 1e-9, "the end holds them back"


def test_there_are_none_in_clean_fluid(open_lumen: Lumen, calm: WorldSettings) -> None:
    none = scatter(open_lumen, calm, TIP, np.random.default_rng(1))
    assert none.shape == (0, 8)
    assert step_particles(open_lumen, calm, none, TIP, 0.0, 1.0, np.random.default_rng(1)).shape == (0, 8)


@pytest.mark.parametrize("tip", [TipState(0, 11.8), TipState(1, 0.2), TipState(3, 3.0)])
def test_forks_and_ends_keep_them_too(open_lumen: Lumen, tip: TipState) -> None:
    rng = np.random.default_rng(5)
    particles = scatter(open_lumen, CLOUDY, tip, rng)
    for _ in range(60):
        particles = step_particles(open_lumen, CLOUDY, particles, tip, 2.0, 1.0 / 30.0, rng)
    assert len(particles) > 5
    for x, y, z, radius_mm in particles[:, :4]:
        room_mm = []
        for branch in open_lumen.tree.branches:
            arc_mm, offset = locate(open_lumen.tree, branch.id, (x, y, z), branch.length_mm / 2.0)
            if -0.6 < arc_mm < branch.length_mm + 0.6:
                room_mm.append(round_radius_mm(open_lumen, branch, arc_mm) - np.hypot(*offset) - radius_mm)
        assert max(room_mm) > -0.02, "inside some branch"

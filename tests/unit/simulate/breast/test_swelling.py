"""Swellings: wide where they are placed, soft-shouldered, and nowhere near a fork."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ductoscope.simulate.breast.branch_shape import LINE_MM, BranchShape
from ductoscope.simulate.breast.line import NIPPLE_ROW, grow_line
from ductoscope.simulate.breast.swelling import Swelling, draw_swellings, place_swelling
from ductoscope.simulate.settings import PRESETS

SWELLING = Swelling(width_mm=4.0, length_mm=10.0, from_mm=5.0, to_mm=20.0, stiffness=2.0)


def _straight(length_mm: float, start_mm: float = 10.0) -> BranchShape:
    rows = int(length_mm / LINE_MM) + 1
    line = grow_line(NIPPLE_ROW, np.zeros((rows, 2)))
    return BranchShape(1, 0, 1, (), start_mm, line, np.full(rows, 0.8), np.ones(rows), 0.0)


def test_a_swelling_is_as_wide_as_asked_and_leaves_the_forks_alone() -> None:
    for seed in range(20):
        swollen = place_swelling(np.random.default_rng(seed), _straight(20.0), SWELLING)
        assert swollen is not None
        depth = swollen.start_mm + np.arange(len(swollen.line)) * LINE_MM
        is_swollen = swollen.radius_mm > 0.8
        assert depth[is_swollen].min() >= 12.0
        assert depth[is_swollen].max() <= 20.0
        assert np.max(swollen.radius_mm) > 1.95
        assert np.max(np.abs(np.diff(swollen.radius_mm))) / LINE_MM < 0.8
        assert np.max(swollen.stiffness) > 1.95
        assert not np.any(swollen.stiffness[~is_swollen] > 1.01)


def test_a_short_branch_has_no_room_for_it() -> None:
    rng = np.random.default_rng(1)
    assert place_swelling(rng, _straight(9.5), SWELLING) is None
    assert place_swelling(rng, _straight(10.5), SWELLING) is not None
    assert place_swelling(rng, _straight(30.0, start_mm=16.0), SWELLING) is None, "too deep"


def test_how_often_ducts_swell_is_as_asked() -> None:
    settings = replace(PRESETS["typical"], ectasia_share=0.2, ampulla_share=0.6)
    drawn = [each for seed in range(500) for each in draw_swellings(np.random.default_rng(seed), settings)]
    ectatic = [each for each in drawn if each.stiffness > 1.0]
    assert 0.15 < len(ectatic) / 500 < 0.25
    assert 0.52 < (len(drawn) - len(ectatic)) / 500 < 0.68
    assert all(3.0 <= each.width_mm <= 6.0 for each in ectatic)
    assert all(2.0 <= each.width_mm <= 4.0 and each.to_mm <= 20.0 for each in drawn if each.stiffness == 1.0)

"""Nipples by seed: rings, distances, and one orifice that gives discharge."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from ductoscope.simulate.breast.nipple import Nipple, draw_nipple
from ductoscope.simulate.settings import PRESETS, WorldSettings

SETTINGS = PRESETS["typical"]


@pytest.fixture(scope="module")
def nipples() -> list[Nipple]:
    return [draw_nipple(np.random.default_rng(seed), SETTINGS) for seed in range(300)]


def test_orifices_are_five_to_nine_and_mostly_as_asked(nipples: list[Nipple]) -> None:
    counts = Counter(len(nipple.orifices) for nipple in nipples)
    assert min(counts) >= 5
    assert max(counts) <= 9
    assert counts.most_common(1)[0][0] == SETTINGS.orifices
    assert len(counts) >= 4


def test_they_lie_in_two_rings_numbered_clockwise_and_apart(nipples: list[Nipple]) -> None:
    for nipple in nipples:
        clock = [each.clock_deg for each in nipple.orifices]
        assert clock == sorted(clock)
        assert [each.number for each in nipple.orifices] == list(range(len(clock)))
        share = {"central": (0.0, 0.36), "peripheral": (0.49, 0.81)}
        places = []
        for each in nipple.orifices:
            low, high = share[each.ring]
            assert low <= each.distance_mm / nipple.radius_mm <= high
            angle = np.deg2rad(each.clock_deg)
            places.append(each.distance_mm * np.array([np.sin(angle), -np.cos(angle)]))
        apart = np.linalg.norm(np.array(places)[:, None] - np.array(places)[None], axis=2)
        assert np.min(apart[~np.eye(len(places), dtype=bool)]) >= 1.2 - 1e-9
    rings = Counter(each.ring for nipple in nipples for each in nipple.orifices)
    assert 0.2 < rings["central"] / sum(rings.values()) < 0.5


def test_exactly_one_gives_discharge_mostly_serous_then_bloody(nipples: list[Nipple]) -> None:
    looks: Counter[str] = Counter()
    for nipple in nipples:
        wet = [each for each in nipple.orifices if each.discharge != "none"]
        assert [each.number for each in wet] == [nipple.discharging]
        looks[wet[0].discharge] += 1
    assert [look for look, _ in looks.most_common(2)] == ["serous", "bloody"]
    assert len({nipple.discharging for nipple in nipples}) >= 5


def test_a_bloody_world_has_bloody_discharge() -> None:
    bloody = replace(SETTINGS, blood_per_mm=1.0)
    for seed in range(20):
        nipple = draw_nipple(np.random.default_rng(seed), bloody)
        assert nipple.orifices[nipple.discharging].discharge == "bloody"


@pytest.mark.parametrize("asked", [5, 9])
def test_the_count_follows_what_is_asked(asked: int) -> None:
    settings = WorldSettings(orifices=asked)
    counts = [len(draw_nipple(np.random.default_rng(seed), settings).orifices) for seed in range(100)]
    assert Counter(counts).most_common(1)[0][0] == asked

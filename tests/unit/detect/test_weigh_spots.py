"""The small network finds what is unlike its wall, whatever the lamp, and leaves a plain wall alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.detect.spot_signs import list_signs
from ductoscope.detect.weigh_spots import open_spot_net, weigh_spots
from tests.unit.detect.drawn_duct import Ball, Duct

BARE = Duct().look(0, 16.0)
RED = Duct(balls=(Ball(20.0, 90.0, 0.5, light=(0.5, 0.15, 0.12)),)).look(0, 16.0)


def test_its_layers_fit_the_signs() -> None:
    net = open_spot_net()
    signs, seen = list_signs(BARE[0])
    assert signs.shape == (48, 48, len(net.mean))
    assert seen.shape == (48, 48)
    assert [weight.shape[1] for weight in net.weights] == [len(offset) for offset in net.offsets]


def test_signs_do_not_depend_on_the_lamp() -> None:
    raster = RED[0]
    signs, seen = list_signs(raster)
    dimmer, _ = list_signs(replace(raster, light_lin=raster.light_lin * np.float32(0.5)))
    assert dimmer[seen > 0] == pytest.approx(signs[seen > 0], abs=1e-4)


def test_a_red_ball_is_likelier_than_its_wall() -> None:
    raster, outlook, _, _ = RED
    blind = replace(outlook, spot=np.zeros_like(outlook.spot), eye="classical 1")
    found = weigh_spots(raster, blind).spot
    assert found[outlook.spot > 0.5].mean() > 0.3
    assert found[(outlook.spot == 0) & raster.seen].mean() < 0.1


def test_a_bare_wall_shows_nothing() -> None:
    raster, outlook, _, _ = BARE
    assert weigh_spots(raster, outlook).spot.max() < 0.5


def test_of_two_opinions_neither_decides_alone() -> None:
    raster, outlook, _, _ = BARE

    def join(chance: float, eye: str = "learned") -> float:
        whole = np.where(raster.seen, chance, 0.0).astype(np.float32)
        return float(weigh_spots(raster, replace(outlook, spot=whole, eye=eye)).spot[48, 48])

    alone = join(0.99, "classical 1")
    assert alone < 0.2, "the classical eye's own spots do not count"
    assert alone < join(0.7) < join(0.99)
    assert join(0.01) < 0.1, "a bare wall to both"


def test_what_both_take_for_a_spot_is_one() -> None:
    raster, outlook, _, _ = RED
    ball = outlook.spot > 0.5
    surer = replace(outlook, spot=np.where(ball, 0.8, 0.02).astype(np.float32), eye="learned")
    both, net = weigh_spots(raster, surer).spot, weigh_spots(raster, replace(surer, eye="classical 1")).spot
    assert both[ball].mean() > net[ball].mean()


def test_nothing_is_seen_beyond_the_rim() -> None:
    raster, outlook, _, _ = RED
    assert not weigh_spots(raster, outlook).spot[~raster.seen].any()

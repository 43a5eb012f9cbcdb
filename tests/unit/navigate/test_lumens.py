"""Mouths and forks in hand-made outlooks."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from ductoscope.model import Outlook, Scope, place_pixels
from ductoscope.navigate.forks import CARINA_RADII, RIM_RADII, sight_forks
from ductoscope.navigate.lumens import Mouths, find_lumens

PLACES = place_pixels()
FORWARD = Scope().look_along(PLACES)[..., 2].astype(np.float32)
INSIDE = np.hypot(PLACES[..., 0], PLACES[..., 1]) <= 1.0


def look(*bottoms: tuple[float, float], edge: bool = True, spot: bool = False, rim: float | None = None) -> Outlook:
    """Mouths of cones whose bottoms lie at these places of the unit disc; the wall beside them is 2 away at most."""
    away = np.stack([np.hypot(PLACES[..., 0] - x, PLACES[..., 1] - y) for x, y in bottoms])
    nearest = away.min(axis=0)
    distance = np.where(INSIDE, 1.0 / (nearest + 0.1), 0.0).astype(np.float32)
    order = np.sort(away, axis=0)
    is_ridge = (order[1] - order[0] < 0.06) if len(bottoms) > 1 else np.zeros_like(INSIDE)
    mouth = np.ones_like(distance) * INSIDE
    if rim is not None:
        mouth = (nearest < rim).astype(np.float32) * INSIDE
    return Outlook(
        0,
        0,
        distance,
        mouth.astype(np.float32),
        (is_ridge & INSIDE & edge).astype(np.float32),
        (np.abs(PLACES[..., 0]) < 0.2).astype(np.float32) * spot,
        INSIDE.astype(np.float32),
        {"clear": 1.0},
        "by hand",
    )


def find(outlook: Outlook) -> Mouths:
    return find_lumens(outlook, FORWARD)


def test_one_mouth_is_one_lumen_where_it_is_and_no_fork() -> None:
    mouths = find(look((0.3, -0.2)))
    (lumen,) = mouths.lumens
    assert lumen.place_xy == pytest.approx((0.3, -0.2), abs=0.05)
    assert mouths.ridges == ()
    assert list(sight_forks(mouths, 1.0)) == []


@pytest.mark.parametrize(
    ("place", "hour"), [((0.0, -0.5), 12.0), ((0.5, 0.0), 3.0), ((0.0, 0.5), 6.0), ((-0.5, 0.0), 9.0)]
)
def test_a_lumen_has_the_hour_at_which_it_lies(place: tuple[float, float], hour: float) -> None:
    (lumen,) = find(look(place)).lumens
    assert abs((lumen.clock - hour + 6.0) % 12.0 - 6.0) < 0.2


def test_two_mouths_with_an_edge_between_them_are_a_fork() -> None:
    (fork,) = sight_forks(find(look((-0.4, 0.1), (0.4, -0.1))), 1.0)
    assert {round(arm.place_xy[0], 0) for arm in fork.arms} == {-0.0, 0.0}
    assert fork.weight > 0.8
    # The whole picture lies in other branches, so only the carina tells where the ducts part.
    assert fork.ahead_radii == pytest.approx(1.0 / 0.51 - CARINA_RADII, abs=0.3)


def test_three_mouths_are_one_fork_of_three_arms() -> None:
    (fork,) = sight_forks(find(look((-0.45, 0.0), (0.3, -0.4), (0.3, 0.4))), 1.0)
    assert len(fork.arms) == 3


def test_what_meets_again_farther_away_is_not_parted_by_a_near_ridge() -> None:
    """A fold stands before the two, and behind it both run into the third: sorting them out must come to an end."""
    mouths = find(look((-0.45, 0.0), (0.3, -0.4), (0.3, 0.4)))
    pairs = {(0, 1): 0.5, (0, 2): 1.0, (1, 2): 1.0}
    some = mouths.ridges[0]
    ridges = tuple(replace(some, first=a, second=b, distance=away) for (a, b), away in pairs.items())
    forks = list(itertools.islice(sight_forks(replace(mouths, ridges=ridges), 1.0), 4))
    (fork,) = forks
    assert len(fork.arms) == 3


def test_a_fold_without_an_edge_weighs_little() -> None:
    (fork,) = sight_forks(find(look((-0.4, 0.0), (0.4, 0.0), edge=False)), 1.0)
    assert fork.weight < 0.35


def test_a_lesion_between_two_dark_places_weighs_little() -> None:
    (fork,) = sight_forks(find(look((-0.4, 0.0), (0.4, 0.0), spot=True)), 1.0)
    assert fork.weight < 0.3


def test_where_the_wall_ends_is_told_by_the_rim_of_the_mouths() -> None:
    """Its ring at 0.5 from either bottom is 1 / 0.6 away, whatever the carina says."""
    (fork,) = sight_forks(find(look((-0.3, 0.0), (0.3, 0.0), rim=0.5)), 1.0)
    assert fork.ahead_radii == pytest.approx(1.0 / 0.6 - RIM_RADII, abs=0.25)


def test_a_larger_radius_brings_the_fork_nearer_in_radii() -> None:
    mouths = find(look((-0.3, 0.0), (0.3, 0.0), rim=0.5))
    (near,), (far,) = sight_forks(mouths, 2.0), sight_forks(mouths, 1.0)
    assert near.ahead_radii + RIM_RADII == pytest.approx((far.ahead_radii + RIM_RADII) / 2.0)

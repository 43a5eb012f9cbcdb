"""A patch is laid on the wall: the tube behind a sight is found again, and near faces do not pull a thing forward."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.detect.spots import find_spots, join_spots
from ductoscope.detect.wall_place import fit_tube, place_spot
from tests.unit.detect.drawn_duct import PLACES, RAYS, SEEN, Ball, Duct

DUCT = Duct(1.2, (Ball(20.0, 200.0, 0.4),))


def test_the_tube_behind_a_sight_is_found_again() -> None:
    _, outlook, sight, _ = DUCT.look(0, 16.0)
    tube = fit_tube(sight, outlook, RAYS)
    assert tube is not None
    assert tube.radius == pytest.approx(1.2, rel=1e-3)
    along, angle_deg, rho = tube.place(np.array([[0.0, 1.0, 3.0], [-0.5, 0.0, 2.0]]))
    assert along == pytest.approx([16.0 + 3.6, 16.0 + 2.4], abs=0.01)
    assert angle_deg == pytest.approx([90.0, 180.0], abs=0.5)
    assert rho == pytest.approx([1.0, 0.5], abs=0.01)


def test_the_scale_of_the_eye_is_found_on_the_wall() -> None:
    _, outlook, sight, _ = DUCT.look(0, 16.0)
    tube = fit_tube(sight, outlook, RAYS)
    assert tube is not None
    assert tube.log_scale is not None
    assert np.exp(tube.log_scale) == pytest.approx(1.0 / (2.7 * 1.2), rel=0.01)


def test_no_tube_without_wall() -> None:
    _, outlook, sight, _ = DUCT.look(0, 16.0)
    nowhere = replace(sight, branch=np.full_like(sight.branch, -1))
    assert fit_tube(nowhere, outlook, RAYS) is None


def test_a_ball_is_placed_at_its_middle_and_stands_out_by_its_height() -> None:
    _, outlook, sight, _ = DUCT.look(0, 16.0)
    tube = fit_tube(sight, outlook, RAYS)
    assert tube is not None
    (spot,) = find_spots(outlook, PLACES, SEEN)
    place, points = place_spot(spot, sight, outlook, tube, RAYS)
    assert place.along == pytest.approx(20.0, abs=0.2)
    assert place.angle_deg == pytest.approx(200.0, abs=3.0)
    assert place.height_radii == pytest.approx(0.8 / 1.2, abs=0.12)
    assert place.is_own
    assert len(points) == np.count_nonzero(spot.mask)


def test_a_patch_beyond_an_unknown_mouth_is_placed_straight_on_and_roughly() -> None:
    _, outlook, sight, _ = DUCT.look(0, 16.0)
    (spot,) = find_spots(outlook, PLACES, SEEN)
    beyond = replace(sight, branch=np.where(spot.mask, -1, sight.branch).astype(np.int8))
    tube = fit_tube(beyond, outlook, RAYS)
    assert tube is not None
    place, _ = place_spot(spot, beyond, outlook, tube, RAYS)
    assert not place.is_own
    assert place.height_radii is None
    assert place.along == pytest.approx(20.0, abs=0.3)
    assert place.sigma > 0.5


def test_a_patch_in_a_known_branch_is_placed_on_that_branch() -> None:
    _, outlook, sight, _ = DUCT.look(0, 16.0)
    (spot,) = find_spots(outlook, PLACES, SEEN)
    other = replace(
        sight,
        branches=("", "L"),
        branch=np.where(spot.mask, 1, sight.branch).astype(np.int8),
        along=np.where(spot.mask, 25.0, sight.along).astype(np.float32),
        angle_deg=np.where(spot.mask, 355.0, sight.angle_deg).astype(np.float32),
    )
    tube = fit_tube(other, outlook, RAYS)
    assert tube is not None
    place, _ = place_spot(spot, other, outlook, tube, RAYS)
    assert place.branch == "L"
    assert place.along == pytest.approx(25.0, abs=0.5)
    assert place.angle_deg == pytest.approx(355.0)


def test_pieces_of_one_thing_are_joined_and_specks_are_not_seen() -> None:
    _, outlook, _, _ = Duct(1.2, (Ball(20.0, 0.0, 0.4), Ball(20.0, 180.0, 0.4))).look(0, 16.0)
    pieces = find_spots(outlook, PLACES, SEEN)
    assert len(pieces) == 2
    whole = join_spots(pieces, outlook, PLACES)
    assert np.count_nonzero(whole.mask) == sum(np.count_nonzero(one.mask) for one in pieces)
    assert whole.reach > 1.5 * max(one.reach for one in pieces)
    speck = outlook.spot * 0.0
    speck[40:43, 40:43] = 1.0
    assert find_spots(replace(outlook, spot=speck), PLACES, SEEN) == ()


def test_what_is_hidden_by_fluid_is_no_patch() -> None:
    _, outlook, _, _ = DUCT.look(0, 16.0)
    assert find_spots(replace(outlook, clear=outlook.clear * 0.1), PLACES, SEEN) == ()


def test_a_patch_cut_off_by_the_rim_says_so() -> None:
    _, outlook, _, _ = Duct(1.2, (Ball(18.2, 0.0, 0.5),)).look(0, 16.0)
    (spot,) = find_spots(outlook, PLACES, SEEN)
    assert spot.cut > 0.1
    _, outlook, _, _ = DUCT.look(0, 16.0)
    assert find_spots(outlook, PLACES, SEEN)[0].cut == 0.0

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.breast.lesion import Lesion
from ductoscope.simulate.drive.pose import tip_pose
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.eye import Eye, open_shutter
from ductoscope.simulate.instrument.fibre import FibreBundle, FibreSettings, make_fibre
from ductoscope.simulate.lesion_view import LesionInView, Onlooker, find_lesions_in_view
from ductoscope.simulate.settings import WorldSettings
from tests.unit.simulate.small_tree import make_lesion, make_sight, make_state, make_tree

SETTINGS = WorldSettings(cores=3000)
POLYP = make_lesion(arc_mm=6.0, lobes=np.array([[0.0, 0.0, 0.9, 0.3, 0.8, 0.2, 0.2, 0.5]]))


class Room:
    """A breast of one known tree."""

    def __init__(self) -> None:
        self.settings, self.distension = SETTINGS, SETTINGS.distension


@pytest.fixture(scope="module")
def bundle() -> FibreBundle:
    return make_fibre(np.random.default_rng(1), FibreSettings(cores=3000))


def find(bundle: FibreBundle, lesion: Lesion, state: ExamState, *, hidden: bool = False) -> tuple[LesionInView, ...]:
    tree = make_tree(lesion)
    glance = open_shutter(Room(), tree, state, None, 1 / 30, 0.0)  # type: ignore[arg-type]
    sight = Eye(bundle.xy, SETTINGS).look(glance)
    well = np.full(bundle.cores, not hidden) & (sight.branch >= 0)
    onlooker = Onlooker(bundle.xy, bundle.pitch, SETTINGS)
    return find_lesions_in_view(
        onlooker, tree, SETTINGS.distension, state, glance.duct_from_tip, sight, np.asarray(well, dtype=np.bool_)
    )


def test_a_ball_ahead_is_seen_whole_and_as_large_as_it_is(bundle: FibreBundle) -> None:
    (seen,) = find(bundle, POLYP, make_state())
    assert seen.id == "A"
    assert seen.visible_share > 0.85
    # A ball of 0.3 mm radius 4 mm ahead is 8.6 degrees wide; 58 cores lie across 51 degrees.
    assert seen.longest_cores == pytest.approx(8.6 * 58.0 / 51.0, abs=2.0)


def test_the_rim_of_the_picture_cuts_it(bundle: FibreBundle) -> None:
    tip = replace(make_state().tip, tilt_xy_deg=(-24.0, 0.0))
    (seen,) = find(bundle, POLYP, make_state(tip=tip))
    assert 0.1 < seen.visible_share < 0.7


def test_what_hides_the_wall_hides_the_lesion(bundle: FibreBundle) -> None:
    (seen,) = find(bundle, POLYP, make_state(), hidden=True)
    assert seen.visible_share == 0.0
    assert seen.longest_cores > 5.0


def test_nothing_is_found_behind_the_tip_or_when_it_was_washed_away(bundle: FibreBundle) -> None:
    assert find(bundle, POLYP, make_state(tip=replace(make_state().tip, arc_mm=8.0))) == ()
    assert find(bundle, POLYP, make_state(gone=frozenset("A"))) == ()


def test_one_that_only_spreads_along_the_wall_is_found_there() -> None:
    flat = make_lesion(type="superficial", size_mm=2.0, lobes=np.zeros((0, 8)))
    tree, state = DuctTree(0, make_tree().branches, (flat,)), make_state()
    pose = tip_pose(tree, state.tip)
    onlooker = Onlooker(np.array([[0.0, 0.0], [0.1, 0.0], [0.2, 0.0], [0.3, 0.0]]), 0.1, SETTINGS)
    # 1 mm along is its edge; 1 mm around a radius of 1 mm is 57 degrees.
    sight = make_sight(4, arc_mm=[5.9, 6.1, 5.0, 5.0], angle_deg=[0.0, 0.0, 50.0, 300.0])
    (seen,) = find_lesions_in_view(onlooker, tree, SETTINGS.distension, state, pose, sight, np.ones(4, dtype=np.bool_))
    assert seen.longest_cores == pytest.approx(3.0, abs=0.01), "cores 0 and 2"


def test_a_flat_one_on_the_wall_is_seen_whole_from_before_it(bundle: FibreBundle) -> None:
    flat = make_lesion(type="superficial", arc_mm=6.0, size_mm=1.5, lobes=np.zeros((0, 8)))
    (seen,) = find(bundle, flat, make_state())
    assert 0.8 < seen.visible_share < 1.0
    half_out = replace(make_state().tip, arc_mm=4.2)
    (near,) = find(bundle, flat, make_state(tip=half_out))
    assert near.visible_share < 0.8 * seen.visible_share

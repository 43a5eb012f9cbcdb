"""The truth of pixels, from a small sight that is laid out by hand: the left half of the picture is another branch."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest

from ductoscope.restore import RasterPlan
from ductoscope.simulate.breast.branch_shape import BranchShape
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.breast.lesion import Lesion
from ductoscope.simulate.light.sight import Sight
from training.pixel_truth import FARTHEST_MM, lay_truth

SIZE = 12
CORES = SIZE * SIZE
COLUMNS, ROWS = (each.ravel() for each in np.meshgrid(np.arange(SIZE), np.arange(SIZE)))
PLAN = RasterPlan(
    np.arange(CORES, dtype=np.int32)[:, None], np.ones((CORES, 1), np.float32), np.ones((SIZE, SIZE), np.bool_)
)


def _branch(number: int) -> BranchShape:
    rows = np.zeros((40, 12))
    return BranchShape(number, None, 0, (), 0.0, rows, np.ones(40), np.ones(40), 0.0)


def _lesion(kind: Any, *, is_lesion: bool, lobes: int, arc_mm: float = 5.0) -> Lesion:
    return Lesion(
        "A", kind, is_lesion, 1, arc_mm, 9.0, 90.0, 2.0, 0.5, "broad", "smooth", "red", "no", 1.0, 0.1, False, False,
        np.zeros((lobes, 8)),
    )  # fmt: skip


def _see(lesion: np.ndarray | None = None) -> Sight:
    """The right half looks at branch 1, 0.5 mm a row along it from 2 mm on, all around at 90 degrees."""
    none = np.zeros(CORES, np.float32)
    distance = np.full(CORES, 4.0, np.float32)
    distance[0] = np.inf
    return Sight(
        light=np.zeros((CORES, 3), np.float32),
        distance_mm=distance,
        branch=np.where(COLUMNS < SIZE // 2, 2, 1).astype(np.int16),
        arc_mm=(2.0 + 0.5 * ROWS).astype(np.float32),
        angle_deg=np.full(CORES, 90.0, np.float32),
        lesion=np.full(CORES, -1, np.int16) if lesion is None else lesion,
        veil=none,
        blur_cores=none,
        particle=np.full(CORES, -1, np.int8),
    )


def _lay(sight: Sight, *lesions: Lesion) -> Any:
    tree = DuctTree(0, cast("Any", tuple(_branch(number) for number in range(3))), lesions)
    return lay_truth(sight, COLUMNS % 2 == 0, 1, tree, np.arange(CORES), PLAN)


def test_another_branch_than_the_tips_is_a_mouth() -> None:
    mouth = _lay(_see()).mouth
    assert (mouth[:, : SIZE // 2] == 1.0).all()
    assert not mouth[:, SIZE // 2 :].any()


def test_the_edge_runs_where_two_branches_meet() -> None:
    edge = _lay(_see()).edge
    assert np.array_equal(np.flatnonzero(edge.any(axis=0)), [SIZE // 2 - 1, SIZE // 2])
    assert edge[:, SIZE // 2].all()


def test_a_ray_that_meets_nothing_is_as_far_as_can_be() -> None:
    distance = _lay(_see()).distance
    assert distance[0, 0] == pytest.approx(FARTHEST_MM)
    assert distance[3, 3] == pytest.approx(4.0)


def test_clear_is_what_is_seen_well() -> None:
    assert np.array_equal(_lay(_see()).clear > 0.5, (COLUMNS % 2 == 0).reshape(SIZE, SIZE))


def test_lobes_of_lesions_are_spots_and_those_of_lookalikes_are_not() -> None:
    looks = np.full(CORES, -1, np.int16)
    looks[40], looks[50] = 0, 1
    truth = _lay(
        _see(looks),
        _lesion("polypoid solitary", is_lesion=True, lobes=1),
        _lesion("debris", is_lesion=False, lobes=1),
    )
    assert np.flatnonzero(truth.spot).tolist() == [40]
    assert np.flatnonzero(truth.alike).tolist() == [50]


def test_a_flat_lesion_is_the_wall_that_it_spreads_over() -> None:
    spot = _lay(_see(), _lesion("superficial", is_lesion=True, lobes=0)).spot
    rows = np.flatnonzero(spot.any(axis=1))
    assert (2.0 + 0.5 * rows).tolist() == [4.0, 4.5, 5.0, 5.5, 6.0]
    assert not spot[:, : SIZE // 2].any()

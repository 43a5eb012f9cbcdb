"""The map of a short simulated drive through a fork, seen by a perfect eye, against the tree that was drawn."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from ductoscope.model import (
    DepthReading,
    DoubleArray,
    DuctMap,
    Outlook,
    Pose,
    Raster,
    Scope,
    ViewJudgement,
    place_pixels,
)
from ductoscope.navigate import way as way_module
from ductoscope.navigate.depth import Known
from ductoscope.navigate.motion import Motion, MotionState
from ductoscope.navigate.read_map import read_map
from ductoscope.navigate.tube import Tube, fit_tube
from ductoscope.navigate.way import Step, begin_way, step_way
from ductoscope.restore.nearest import find_nearest
from ductoscope.simulate import SimulatedScope, Truth

FRAMES = range(42, 102, 3)
"""Down the main duct, past its fork, and into one of its branches."""
SIZE = 96
PLACES = place_pixels(SIZE)
SEEN = np.hypot(PLACES[..., 0], PLACES[..., 1]) <= 1.0
RAYS = Scope().look_along(PLACES)
EVERY = np.flatnonzero(SEEN.reshape(-1))[::23]


@pytest.fixture(scope="module")
def truths() -> list[tuple[Truth, DoubleArray]]:
    scope = SimulatedScope("sim:11?preset=easy&cores=900&folds=0&lesions=0&height=300&width=360&paced=0&fps=12.5")
    return [(scope.truth_at(index), scope.fibre.xy) for index in FRAMES]


def see(index: int, truth: Truth, xy: DoubleArray) -> Outlook:
    """What every core truly looks at, on the raster."""
    nearest = find_nearest(xy / np.hypot(*xy.T).max(), PLACES.reshape(-1, 2), 1)[1].reshape(SIZE, SIZE)
    branch = truth.sight.branch[nearest]
    distance = np.where(SEEN, np.clip(truth.sight.distance_mm[nearest], 0.05, 60.0), 0.0).astype(np.float32)
    window = np.ones((3, 3), np.uint8)
    shown = np.where(SEEN, branch, branch[SIZE // 2, SIZE // 2]).astype(np.float32)
    edge = (cv2.dilate(shown, window) > cv2.erode(shown, window)) & SEEN
    mouth = (branch >= 0) & (branch != truth.state.tip.branch) & SEEN
    clear, spot = SEEN.astype(np.float32), np.zeros(SEEN.shape, np.float32)
    arrays = (distance, mouth.astype(np.float32), edge.astype(np.float32), spot, clear)
    return Outlook(index, index * 80_000_000, *arrays, {"clear": 1.0}, "truth")


@pytest.fixture(scope="module")
def driven(truths: list[tuple[Truth, DoubleArray]]) -> Iterator[tuple[list[Step], DuctMap]]:
    """The way with true depth and roll; only forks, branches and walls are found."""
    patch = pytest.MonkeyPatch()
    answer: list[Motion] = []
    patch.setattr(way_module, "step_motion", lambda state, *_: _answer(state, answer))
    way = begin_way(Scope(), Known(radius_mm=0.8, radius_sigma_mm=0.3), cores=900)
    steps, tube, before_mm = [], None, None
    for index, (truth, xy) in zip(FRAMES, truths, strict=True):
        outlook = see(index, truth, xy)
        depth_mm = truth.tree.branches[truth.state.tip.branch].start_mm + truth.state.tip.arc_mm
        tube = _fit(outlook, tube)
        along = 0.0 if before_mm is None else (depth_mm - before_mm) / tube.unit
        before_mm = depth_mm
        answer[:] = [Motion(outlook.t_ns, along, 0.02, 0.0, 0.5, tube, np.eye(3))]
        raster = Raster(index, outlook.t_ns, np.full((SIZE, SIZE, 3), 0.4, np.float32) * SEEN[..., None], SEEN)
        view = ViewJudgement(outlook.t_ns, 1.0, "clear", "", {"clear": 1.0})
        way, step = step_way(way, raster, outlook, view, [DepthReading(outlook.t_ns, depth_mm, 0.1, "encoder")])
        steps.append(step)
    yield steps, read_map(way)
    patch.undo()


def _answer(state: MotionState, answer: list[Motion]) -> tuple[MotionState, Motion]:
    return state, answer[0]


def _fit(outlook: Outlook, before: Tube | None) -> Tube:
    distance = outlook.distance.reshape(-1)[EVERY].astype(np.float64)
    own = 1.0 - 0.95 * outlook.mouth.reshape(-1)[EVERY].astype(np.float64)
    return fit_tube(RAYS.reshape(-1, 3)[EVERY], np.maximum(distance, 1e-3), own, before, 12 if before is None else 2)


def test_the_drive_passes_a_fork(truths: list[tuple[Truth, DoubleArray]]) -> None:
    assert {truth.state.tip.branch for truth, _ in truths} == {0, 1}


def test_the_fork_is_found_where_it_is(
    driven: tuple[list[Step], DuctMap], truths: list[tuple[Truth, DoubleArray]]
) -> None:
    _, duct_map = driven
    true_mm = truths[0][0].tree.branches[1].start_mm
    starts = [branch.start for branch in duct_map.branches if branch.parent == ""]
    assert len(starts) == 2
    assert starts[0] == pytest.approx(true_mm, abs=1.0)


def test_parent_and_child_are_told_apart_and_the_other_child_was_not_entered(
    driven: tuple[list[Step], DuctMap], truths: list[tuple[Truth, DoubleArray]]
) -> None:
    steps, duct_map = driven
    said = [step.where.branch if isinstance(step.where, Pose) else None for step in steps]
    assert said[0] == ""
    child = said[-1]
    assert child in ("L", "R")
    right = [(name == "") == (truth.state.tip.branch == 0) for name, (truth, _) in zip(said, truths, strict=True)]
    assert np.mean(right) > 0.75
    assert {branch.name for branch in duct_map.branches if branch.is_entered} == {"", child}
    assert len(duct_map.branches) == 3


def test_the_sight_lays_pixels_on_the_wall_where_it_truly_is(
    driven: tuple[list[Step], DuctMap], truths: list[tuple[Truth, DoubleArray]]
) -> None:
    """In the child the wall beside the tip is its own; its depth is that of the place that the pixel's ray meets."""
    steps, _ = driven
    step, (truth, xy) = steps[-1], truths[-1]
    sight = step.sight
    assert sight is not None
    nearest = find_nearest(xy / np.hypot(*xy.T).max(), PLACES.reshape(-1, 2), 1)[1].reshape(SIZE, SIZE)
    own = (sight.branch == 0) & (truth.sight.branch[nearest] == truth.state.tip.branch) & SEEN
    true_mm = truth.sight.distance_mm[nearest] * RAYS[..., 2]
    near = own & (true_mm < 4.0)
    depth_mm = truth.tree.branches[truth.state.tip.branch].start_mm + truth.state.tip.arc_mm
    off_mm = sight.along[near] - depth_mm - true_mm[near]
    assert near.sum() > 500
    assert np.median(np.abs(off_mm)) < 0.6

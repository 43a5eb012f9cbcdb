"""The truth beside a simulated examination, worked out once more from the tree alone and from the pictures."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import cKDTree

from ductoscope.restore import calibrate, plan_restore, read_core_image
from ductoscope.simulate import ExaminationTruth, SimulatedScope, Truth
from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.duct_tree import Branch

FPS = 20
FRAMES = range(100, 420, 40)


@pytest.fixture(scope="module")
def wanderer() -> SimulatedScope:
    return SimulatedScope(f"sim:7?preset=easy&cores=900&folds=0&height=400&width=480&paced=0&fps={FPS}")


@pytest.fixture(scope="module")
def truths(wanderer: SimulatedScope) -> list[Truth]:
    return [wanderer.truth_at(index) for index in FRAMES]


def look_directions(scope: SimulatedScope, truth: Truth) -> np.ndarray:
    """Snell's law and an even angle in air, written anew."""
    xy = scope.fibre.xy
    radius = np.hypot(*xy.T)
    angle = radius * np.deg2rad(scope.spec.settings.field_of_view_air_deg / 2)
    if not truth.state.fluid.is_air:
        angle = np.arcsin(np.sin(angle) / 1.333)
    return np.column_stack([xy / radius[:, None] * np.sin(angle)[:, None], np.cos(angle)])


def find_on(branch: Branch, place: np.ndarray) -> tuple[float, float, float]:
    """Arc, angle and distance off the centreline of a place, by trying every hundredth of a millimetre."""
    fine = np.arange(0.0, branch.length_mm, 0.01)
    rows = np.arange(len(branch.line)) * LINE_MM
    line = np.stack([np.interp(fine, rows, column) for column in branch.line.T], axis=1)
    away = np.linalg.norm(line[:, :3] - place, axis=1)
    k = int(away.argmin())
    offset = place - line[k, :3]
    return fine[k], float(np.rad2deg(np.arctan2(offset @ line[k, 9:12], offset @ line[k, 6:9]))), float(away[k])


def test_what_each_core_is_said_to_see_lies_where_the_pose_says(wanderer: SimulatedScope, truths: list[Truth]) -> None:
    arcs_off, angles_off, walls_off_mm = [], [], []
    for truth in truths:
        sight, rays = truth.sight, look_directions(wanderer, truth)
        wall = (sight.branch >= 0) & (sight.lesion < 0) & (sight.distance_mm < 20.0)
        for core in np.flatnonzero(wall)[::25]:
            tip = np.append(sight.distance_mm[core] * rays[core], 1.0)
            branch = truth.tree.branches[sight.branch[core]]
            arc, angle, off = find_on(branch, (truth.duct_from_tip @ tip)[:3])
            if not 2.5 < arc < branch.length_mm - 2.5:
                continue  # At rounded ends and in forks ducts run together.
            # Folds are off, and the lumen is round by now: R = rest (1 + gain / stiffness (1 - exp(-P / yield))).
            spread = 1.0 - np.exp(-truth.state.stretch_pressure_mmhg / 25.0)
            rows = np.arange(len(branch.radius_mm)) * LINE_MM
            wide = np.interp(arc, rows, branch.radius_mm * (1.0 + spread / branch.stiffness))
            walls_off_mm.append(abs(off - wide))
            arcs_off.append(abs(arc - sight.arc_mm[core]))
            angles_off.append(abs((angle - sight.angle_deg[core] + 180.0) % 360.0 - 180.0))
    assert len(arcs_off) > 100
    assert max(angles_off) < 2.0
    assert np.percentile(walls_off_mm, 90) < 0.08, "bumps are a few hundredths high"
    assert np.percentile(arcs_off, 95) < 0.05
    assert max(arcs_off) < 0.5, "seen very flat in a bend"


def test_depth_is_the_way_along_the_duct(truths: list[Truth]) -> None:
    for truth in truths:
        branch, way = truth.tree.branches[truth.state.tip.branch], 0.0
        arc, _, _ = find_on(branch, truth.duct_from_tip[:3, 3])
        parent = branch.parent
        while parent is not None:
            way += truth.tree.branches[parent].length_mm
            parent = truth.tree.branches[parent].parent
        assert truth.depth_mm == pytest.approx(way + arc, abs=0.3)


def test_the_pictures_show_the_light_that_the_truth_tells(wanderer: SimulatedScope, truths: list[Truth]) -> None:
    plan = plan_restore(calibrate(wanderer.white()), 64)
    for truth in truths:
        image = read_core_image(wanderer.frame_at(truth.index, 0), plan)
        near_px, core = cKDTree(truth.centres_px).query(plan.bundle.xy_px)
        good = image.valid & (near_px < 1.0) & ~truth.dead[core]
        told = np.clip(truth.core_light[core] * truth.gain, 0.0, 1.5)[good]
        assert np.corrcoef(image.light_lin[good].ravel(), told.ravel())[0, 1] > 0.9


def test_lesions_are_where_the_truth_says(wanderer: SimulatedScope) -> None:
    """The lobes of a lesion, carried by the wall, lie among the cores that are said to see it."""
    checked = 0
    for index in range(60, 900, 30):
        truth = wanderer.truth_at(index)
        for lesion in truth.lesions:
            number = next(k for k, each in enumerate(truth.tree.lesions) if each.id == lesion.id)
            on_lobes = truth.sight.lesion == number
            if lesion.visible_share < 0.5 or on_lobes.sum() < 12:
                continue
            branch, told = truth.tree.branches[truth.tree.lesions[number].branch], truth.tree.lesions[number]
            rays = look_directions(wanderer, truth)[on_lobes]
            tips = np.column_stack([truth.sight.distance_mm[on_lobes, None] * rays, np.ones(on_lobes.sum())])
            arcs = [find_on(branch, (truth.duct_from_tip @ tip)[:3])[0] for tip in tips]
            assert abs(np.mean(arcs) - told.arc_mm) < 0.5 * told.size_mm + 0.3
            checked += 1
    assert checked > 3


def test_seen_wall_is_what_a_slow_count_gives(wanderer: SimulatedScope) -> None:
    gathered = ExaminationTruth(wanderer)
    seen: set[tuple[int, int, int]] = set()
    for index in range(60):
        row = gathered.note(index, 0)
        truth = wanderer.truth_at(index)
        cells: dict[tuple[int, int, int], int] = {}
        for core in np.flatnonzero(truth.is_well):
            branch = truth.tree.branches[truth.sight.branch[core]]
            at = min(max(int(truth.sight.arc_mm[core] / LINE_MM), 0), len(branch.line) - 2)
            cell = (branch.id, at, int(truth.sight.angle_deg[core] / 22.5) % 16)
            cells[cell] = cells.get(cell, 0) + 1
        new_mm2 = 0.0
        for cell, count in cells.items():
            branch = truth.tree.branches[cell[0]]
            area = 2.0 * np.pi * float(branch.radius_mm[cell[1] : cell[1] + 2].mean()) / 16 * LINE_MM
            if count >= np.ceil(area / 0.02) and cell not in seen:
                seen.add(cell)
                new_mm2 += area
        # Where another duct opens there is no wall to see; at the nipple there is no such place yet.
        assert row.seen_wall_mm2 == pytest.approx(new_mm2, abs=0.25)
    assert len(seen) > 50

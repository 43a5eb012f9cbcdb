"""The tracer's hits against Embree's, on meshes of the lumen that this file makes from the contract's formula alone."""

import embreex.mesh_construction
import embreex.rtcore_scene
import numpy as np
import pytest
from scipy.interpolate import RegularGridInterpolator
from scipy.spatial import cKDTree
from skimage.measure import marching_cubes

from ductoscope.model import BoolArray, DoubleArray, FloatArray
from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.duct_tree import Branch, DuctTree
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.light.see import see
from ductoscope.simulate.light.sight import Sight
from ductoscope.simulate.light.tables import lay_out
from ductoscope.simulate.settings import WorldSettings
from tests import small_tree

SETTINGS = WorldSettings()
CLOSE_MM = 0.02


def spread_rays(count: int, half_angle_deg: float) -> DoubleArray:
    """Directions all over a cone about +z."""
    k = np.arange(count) + 0.5
    angle = np.deg2rad(half_angle_deg) * np.sqrt(k / count)
    turn = 2.399963 * k
    return np.column_stack([np.sin(angle) * np.cos(turn), np.sin(angle) * np.sin(turn), np.cos(angle)])


def ask_embree(vertices: DoubleArray, triangles: DoubleArray, place: DoubleArray, rays: DoubleArray) -> DoubleArray:
    """Distance of the first triangle along each ray, inf for none."""
    scene = embreex.rtcore_scene.EmbreeScene()
    corners = np.ascontiguousarray(vertices[triangles], dtype=np.float32)
    embreex.mesh_construction.TriangleMesh(scene, corners)
    origins = np.broadcast_to(place, rays.shape).astype(np.float32)
    hits = scene.run(origins, rays.astype(np.float32), query="DISTANCE")
    return np.where(hits < 1e6, hits, np.inf)


def trace(tree: DuctTree, state: ExamState, pose: DoubleArray, rays: DoubleArray) -> Sight:
    return see(lay_out(tree), rays, pose, state, SETTINGS, small_tree.SOFT, rays_per_core=1)


def far_from_edges(distance: DoubleArray, rays: DoubleArray) -> BoolArray:
    """Rays whose neighbours meet nearly the same distance: at an outline, a hair's breadth decides what is met."""
    _, neighbours = cKDTree(rays).query(rays, 7)
    near = distance[neighbours]
    return np.ptp(near, axis=1) < 0.25 * distance


def swept_mesh(branch: Branch, fold_share: float, roundness: float) -> tuple[DoubleArray, DoubleArray]:
    """The wall of one branch as a fine mesh, from the contract: R = radius * ellipse - fold_share * fold - bump."""
    arc = np.arange(0.0, branch.length_mm, 0.02)
    angle = np.arange(512) * (2.0 * np.pi / 512)
    at = arc / LINE_MM
    line = np.stack([np.interp(at, np.arange(len(branch.line)), column) for column in branch.line.T], axis=1)
    slant = angle - np.deg2rad(branch.slit_deg)
    ellipse = roundness / np.sqrt(np.sin(slant) ** 2 + roundness**2 * np.cos(slant) ** 2)
    radius = np.interp(at, np.arange(len(branch.line)), branch.radius_mm)[:, None] * ellipse
    radius = radius - fold_share * read_relief(branch.wall.fold_mm, arc, angle)
    radius -= read_relief(branch.wall.bump_mm, arc, angle)
    out = np.cos(angle)[None, :, None] * line[:, None, 6:9] + np.sin(angle)[None, :, None] * line[:, None, 9:12]
    vertices = line[:, None, :3] + radius[:, :, None] * out
    index = np.arange(len(arc) * 512).reshape(len(arc), 512)
    a, b = index[:-1], np.roll(index, -1, axis=1)[:-1]
    c, d = index[1:], np.roll(index, -1, axis=1)[1:]
    triangles = np.concatenate([np.stack([a, b, c], axis=-1).reshape(-1, 3), np.stack([b, d, c], -1).reshape(-1, 3)])
    return vertices.reshape(-1, 3), triangles


def read_relief(relief_mm: FloatArray, arc: DoubleArray, angle: DoubleArray) -> DoubleArray:
    """Heights (arcs, angles) between the samples of a wall's table, which closes around the duct."""
    columns = relief_mm.shape[1]
    closed = np.concatenate([relief_mm, relief_mm[:, :1]], axis=1).astype(np.float64)
    rows = np.arange(len(closed)) * small_tree.RELIEF_MM
    turns = np.arange(columns + 1) * (2.0 * np.pi / columns)
    return RegularGridInterpolator((rows, turns), closed)(tuple(np.meshgrid(arc, angle, indexing="ij")))


def ridge(along: DoubleArray, around: DoubleArray) -> DoubleArray:
    """Circular folds that run half around."""
    half_around = 0.5 + 0.5 * np.cos(around)
    return 0.09 * half_around * np.exp(-(((np.mod(along, 1.4) - 0.7) / 0.16) ** 2))


def knoll(along: DoubleArray, around: DoubleArray) -> DoubleArray:
    """One nodule."""
    side = np.angle(np.exp(1j * (around - 2.0)))
    return 0.15 * np.exp(-(((along - 3.2) / 0.25) ** 2) - (side / 0.4) ** 2)


@pytest.mark.parametrize(("roundness", "fold_share"), [(1.0, 1.0), (1.0, 0.3), (0.55, 1.0)])
def test_a_bent_duct_with_folds_is_met_where_embree_meets_it(roundness: float, fold_share: float) -> None:
    bend = np.full(40, LINE_MM / 12.0)
    line = small_tree.make_line(np.zeros(3), np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]), bend)
    radius = 0.9 + 0.1 * np.sin(np.arange(len(line)) * LINE_MM / 2.0)
    branch = small_tree.make_branch(line, radius, small_tree.make_wall(10.0, fold=ridge, bump=knoll), slit_deg=35.0)
    tree = DuctTree(1, (branch,), ())
    pose = small_tree.look_along(tree, 0, 0.5)
    rays = spread_rays(6000, 50.0)
    state = small_tree.make_state(tree, arc_mm=0.5, roundness=roundness, fold_share=fold_share)

    sight = trace(tree, state, pose, rays)

    vertices, triangles = swept_mesh(branch, fold_share, roundness)
    true = ask_embree(vertices, triangles, pose[0, :3, 3], rays @ pose[0, :3, :3].T)
    met = np.isfinite(true)
    off = np.abs(sight.distance_mm - true)[met]
    assert met.mean() > 0.99
    assert np.median(off) < 0.002
    assert np.quantile(off, 0.99) < CLOSE_MM
    # The few others graze a fold, where a hair's breadth decides which side of it is met; they too end on the wall.
    hits = pose[0, :3, 3] + sight.distance_mm[met, None] * (rays @ pose[0, :3, :3].T)[met]
    assert np.quantile(cKDTree(vertices).query(hits)[0], 0.997) < CLOSE_MM


def test_a_fork_is_met_where_embree_meets_it() -> None:
    tree = small_tree.make_fork()
    pose = small_tree.look_along(tree, 0, 4.0)
    rays = spread_rays(6000, 40.0)

    sight = trace(tree, small_tree.make_state(tree, arc_mm=4.0), pose, rays)

    true = ask_embree(*fork_mesh(tree, 0.04), pose[0, :3, 3], rays @ pose[0, :3, :3].T)
    # Far inside the children the mesh's own box cuts them off.
    judged = (
        np.isfinite(true) & (sight.distance_mm < 4.0) & far_from_edges(np.where(np.isfinite(true), true, 99.0), rays)
    )
    assert judged.mean() > 0.8
    assert set(np.unique(sight.branch[judged])) == {0, 1, 2}
    off = np.abs(sight.distance_mm - true)[judged]
    assert np.median(off) < 0.002
    assert np.quantile(off, 0.99) < CLOSE_MM


def fork_mesh(tree: DuctTree, step_mm: float) -> tuple[DoubleArray, DoubleArray]:
    """The fork as marching cubes find it on a grid of the contract's formula: a soft union of tubes with round ends."""
    low, high = np.array([-1.9, -1.0, 4.4]), np.array([1.9, 1.0, 8.6])
    counts = np.ceil((high - low) / step_mm).astype(int)
    axes = [low[k] + np.arange(counts[k]) * step_mm for k in range(3)]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    gaps = [tube_gap(branch, grid.reshape(-1, 3)).reshape(counts) for branch in tree.branches]
    first, second = np.sort(np.stack(gaps), axis=0)[[-1, -2]]
    fork = tree.branches[0].line[-1, :3]
    away = np.linalg.norm(grid - fork, axis=-1) / tree.branches[0].radius_mm[-1]
    fade = np.clip((4.0 - away) / 2.0, 0.0, 1.0)
    softness = 0.12 * fade**2 * (3.0 - 2.0 * fade) + 1e-9
    lumen = first + np.maximum(softness - (first - second), 0.0) ** 2 / (4.0 * softness)
    vertices, triangles, _, _ = marching_cubes(lumen, 0.0, spacing=(step_mm,) * 3)
    return vertices + low, triangles


def tube_gap(branch: Branch, places: DoubleArray) -> DoubleArray:
    """Radius less distance from the finely cut centreline, whose ends close the tube with half balls."""
    at = np.linspace(0.0, len(branch.line) - 1.0, 12 * len(branch.line))
    fine = np.stack([np.interp(at, np.arange(len(branch.line)), branch.line[:, k]) for k in range(3)], axis=1)
    return branch.radius_mm[0] - cKDTree(fine).query(places)[0]

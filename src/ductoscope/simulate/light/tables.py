"""Tables: a duct tree laid out flat, so that compiled code can follow rays through all of its branches."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, maximum_filter1d

from ductoscope.model import BadInputError, DoubleArray, FloatArray, freeze
from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.duct_tree import Branch, DuctTree
from ductoscope.simulate.breast.lesion import Lesion
from ductoscope.simulate.breast.wall import Wall
from ductoscope.simulate.light import lumen

MOST_LEVELS = 8
LOBES_A_CLUSTER = 6

_HOLLOW_MM = 0.2
_STEP_REACH_MM = 1.8
_NEIGHBOURS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """A duct tree for compiled code; it does not change during an examination.

    tree: what was laid out. rows: (R, 15) see `lumen`, radius at rest. stiffness: (R,).
    row_before, row_after: (R,) the neighbouring row of the same branch. row_of: (R,) the branch.
    others: (R, 3) for each row, the nearest row of each tube that meets this branch at its start, and
    others_mm: (R, 3) how far away; inf for none.
    tubes: (B, 12) float64, spans: (B, 12) int64, see `lumen`. levels: (B, 8, 3) int64, first texel, rows, columns.
    relief: (n, 2) float32 fold and bump in mm. slopes: (n, 8) float32: fold and its slopes, see `lay_relief`.
    texels: (m, 4) uint8. lobes: (K, 10) float64: lesion, branch, arc_mm, angle (rad), height, radius, R, G, B, gloss,
    cluster by cluster; clusters: (C, 3) int64 lesion, first lobe, lobes; lesion_clusters: (L, 2) first, count.
    """

    tree: DuctTree
    rows: DoubleArray
    stiffness: DoubleArray
    row_before: NDArray[np.int64]
    row_after: NDArray[np.int64]
    row_of: NDArray[np.int64]
    others: NDArray[np.int64]
    others_mm: DoubleArray
    tubes: DoubleArray
    spans: NDArray[np.int64]
    levels: NDArray[np.int64]
    relief: FloatArray
    slopes: FloatArray
    texels: NDArray[np.uint8]
    lobes: DoubleArray
    clusters: NDArray[np.int64]
    lesion_clusters: NDArray[np.int64]

    def __post_init__(self) -> None:
        for item in fields(self):
            if item.name != "tree":
                object.__setattr__(self, item.name, freeze(getattr(self, item.name)))


def lay_out(tree: DuctTree) -> Tables:
    """Lay a tree out flat; once for each examination, some tens of milliseconds.

    Raises BadInputError when a branch has fewer than two rows, more than three children, or a wall whose columns are
    no power of two.
    """
    branches = tree.branches
    counts = np.array([len(branch.line) for branch in branches])
    if not len(branches) or counts.min() < 2:
        raise BadInputError("A duct tree needs branches of two rows or more; draw it anew.")
    firsts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    rows = np.zeros((int(counts.sum()), 15))
    rows[:, :12] = np.concatenate([branch.line for branch in branches])
    rows[:, lumen.RADIUS] = np.concatenate([branch.radius_mm for branch in branches])
    tubes = np.zeros((len(branches), 12))
    spans = np.full((len(branches), 12), -1, dtype=np.int64)
    levels = np.zeros((len(branches), MOST_LEVELS, 3), dtype=np.int64)
    texels, reliefs, slopes = [], [], []
    texel = sample = 0
    for branch in branches:
        wall = branch.wall
        if wall.fold_mm.shape[1] & (wall.fold_mm.shape[1] - 1) or len(branch.children) > _NEIGHBOURS:
            raise BadInputError(
                f"Branch {branch.id} has {wall.fold_mm.shape[1]} columns of relief and {len(branch.children)} children;"
                " give it a power of two of columns and at most 3 children."
            )
        kept = wall.levels[:MOST_LEVELS]
        for k, level in enumerate(kept):
            levels[branch.id, k] = texel, level.shape[0], level.shape[1]
            texels.append(level.reshape(-1, 4))
            texel += level.shape[0] * level.shape[1]
        slit = math.radians(branch.slit_deg)
        tubes[branch.id, [lumen.LENGTH, lumen.RELIEF_PER_MM, lumen.SAMPLES_PER_MM, lumen.SLIT_COS, lumen.SLIT_SIN]] = (
            branch.length_mm,
            1.0 / wall.relief_mm,
            1.0 / wall.sample_mm,
            math.cos(slit),
            math.sin(slit),
        )
        mine = slice(firsts[branch.id], firsts[branch.id] + len(branch.line))
        rows[mine, lumen.UNEVEN] = _find_unevenness(wall, len(branch.line))
        spans[branch.id, : lumen.NEIGHBOURS] = (
            firsts[branch.id],
            len(branch.line),
            sample,
            wall.fold_mm.shape[0],
            wall.fold_mm.shape[1],
            len(kept),
        )
        spans[branch.id, lumen.NEIGHBOURS :] = _list_neighbours(branches, branch)
        relief, slope = lay_relief(wall)
        reliefs.append(relief)
        slopes.append(slope)
        sample += len(relief)
    before, after = np.arange(len(rows)) - 1, np.arange(len(rows)) + 1
    before[firsts] = firsts
    after[firsts + counts - 1] = firsts + counts - 1
    others, others_mm = _find_others(rows, spans)
    return Tables(
        tree,
        rows,
        np.concatenate([branch.stiffness for branch in branches]),
        before,
        after,
        np.repeat(np.arange(len(branches)), counts),
        others,
        others_mm,
        tubes,
        spans,
        levels,
        np.concatenate(reliefs),
        np.concatenate(slopes),
        np.concatenate(texels),
        *_lay_lobes(tree.lesions),
    )


def lay_relief(wall: Wall) -> tuple[FloatArray, FloatArray]:
    """One wall's relief by sample, (n, 2): fold and bump; and what shading needs, (n, 8).

    The eight: fold's slope along (mm/mm) and around (mm/rad), the same of bump, gloss, how much higher fold and bump
    stand than the wall about them (mm), 0.
    """
    relief = np.stack([wall.fold_mm, wall.bump_mm], axis=-1).astype(np.float32)
    shading = np.zeros((*wall.fold_mm.shape, 8), dtype=np.float32)
    columns = wall.fold_mm.shape[1]
    for k, height in enumerate((wall.fold_mm, wall.bump_mm)):
        shading[..., 2 * k] = np.gradient(height, wall.relief_mm, axis=0)
        shading[..., 2 * k + 1] = (np.roll(height, -1, axis=1) - np.roll(height, 1, axis=1)) * (
            columns / (4.0 * math.pi)
        )
        sigma = _HOLLOW_MM / wall.relief_mm
        shading[..., 5 + k] = height - gaussian_filter(height, sigma, mode=("nearest", "wrap"), truncate=2.5)
    shading[..., 4] = wall.gloss
    return relief.reshape(-1, 2), shading.reshape(-1, 8)


def _find_unevenness(wall: Wall, count: int) -> DoubleArray:
    """How far folds and bumps near each row of a branch stand into the lumen at most, (count,) mm."""
    highest = (wall.fold_mm + wall.bump_mm).max(axis=1)
    reach = int(_STEP_REACH_MM / wall.relief_mm)
    highest = maximum_filter1d(highest, 2 * reach + 1, mode="nearest")
    at = np.minimum(np.arange(count) * LINE_MM / wall.relief_mm, len(highest) - 1).astype(int)
    return np.asarray(np.maximum(highest[at], 0.0), dtype=np.float64)


def _list_neighbours(branches: tuple[Branch, ...], branch: Branch) -> list[int]:
    """Who meets a branch at its start (parent, siblings) and at its end (children), three each, -1 for none."""
    start: list[int] = []
    if branch.parent is not None:
        start = [branch.parent, *(child for child in branches[branch.parent].children if child != branch.id)]
    return [*(start + [-1] * _NEIGHBOURS)[:_NEIGHBOURS], *(list(branch.children) + [-1] * _NEIGHBOURS)[:_NEIGHBOURS]]


def _find_others(rows: DoubleArray, spans: NDArray[np.int64]) -> tuple[NDArray[np.int64], DoubleArray]:
    """For each row the nearest row of every tube that meets its branch at the start, and how far away that is."""
    others = np.zeros((len(rows), _NEIGHBOURS), dtype=np.int64)
    others_mm = np.full((len(rows), _NEIGHBOURS), np.inf)
    for span in spans:
        mine = slice(span[lumen.FIRST_ROW], span[lumen.FIRST_ROW] + span[lumen.ROWS])
        for k in range(_NEIGHBOURS):
            other = span[lumen.NEIGHBOURS + k]
            if other >= 0:
                first, count = spans[other, [lumen.FIRST_ROW, lumen.ROWS]]
                away = np.linalg.norm(rows[mine, None, :3] - rows[None, first : first + count, :3], axis=2)
                others[mine, k] = first + away.argmin(axis=1)
                others_mm[mine, k] = away.min(axis=1)
    return others, others_mm


def _lay_lobes(lesions: tuple[Lesion, ...]) -> tuple[DoubleArray, NDArray[np.int64], NDArray[np.int64]]:
    """All lesions' lobes in clusters of neighbours, so that most of them can be passed over together."""
    lobes: list[DoubleArray] = []
    clusters: list[tuple[int, int, int]] = []
    ranges = np.zeros((len(lesions), 2), dtype=np.int64)
    for number, lesion in enumerate(lesions):
        ranges[number, 0] = len(clusters)
        if len(lesion.lobes):
            laid = np.empty((len(lesion.lobes), 10))
            laid[:, 0], laid[:, 1] = number, lesion.branch
            laid[:, 2] = lesion.arc_mm + lesion.lobes[:, 0]
            laid[:, 3] = np.deg2rad(lesion.wall_angle_deg + lesion.lobes[:, 1])
            laid[:, 4:6], laid[:, 6:10] = lesion.lobes[:, 2:4], lesion.lobes[:, 4:8]
            # About 1 mm of wall to the radian: good enough to find neighbours.
            for part in _split(laid[:, 2:5], np.arange(len(laid))):
                clusters.append((number, len(lobes), len(part)))
                lobes.extend(laid[part])
        ranges[number, 1] = len(clusters) - ranges[number, 0]
    return (
        np.array(lobes).reshape(-1, 10),
        np.array(clusters, dtype=np.int64).reshape(-1, 3),
        ranges,
    )


def _split(places: DoubleArray, members: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Halve along the longest side until few enough are left together."""
    if len(members) <= LOBES_A_CLUSTER:
        return [members]
    axis = int(np.ptp(places[members], axis=0).argmax())
    order = members[np.argsort(places[members, axis], kind="stable")]
    middle = len(order) // 2
    return _split(places, order[:middle]) + _split(places, order[middle:])

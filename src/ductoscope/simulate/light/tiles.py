"""Tiles: neighbouring cores taken together, so that one ray finds how far all of them may go at once."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ductoscope.model import DoubleArray
from ductoscope.simulate.light.kernel import kernel
from ductoscope.simulate.light.lobes import FAR_MM
from ductoscope.simulate.light.trace import LOBE_SOFTNESS_MM, march

_TILE_CORES = 4
_MOST_CELLS = 1 << 20


def lay_tiles(rays: DoubleArray, spacing_rad: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Cores in square tiles of neighbours: their order, (N,), and where each tile ends in it, (tiles,)."""
    cell = np.floor(rays[:, :2] / (_TILE_CORES * spacing_rad)).astype(np.int64)
    key = (cell[:, 1] + _MOST_CELLS) * (2 * _MOST_CELLS) + cell[:, 0] + _MOST_CELLS
    order = np.argsort(key, kind="stable")
    sorted_key = key[order]
    ends = np.append(np.flatnonzero(sorted_key[1:] != sorted_key[:-1]) + 1, len(order))
    return order, ends


@kernel
def lead_tile(rays, order, first, end, rows, tubes, spans, relief, now, hulls, hoods, balls, clusters, lesion_clusters,  # type: ignore[no-untyped-def]
               memory, stamp, ray, pose, tube, along, spread, shift):  # fmt: skip
    """How far all cores of a tile may go at once, and tube and place along it there; and where lesions begin."""
    vx, vy, vz = 0.0, 0.0, 0.0
    for m in range(first, end):
        vx, vy, vz = vx + rays[order[m], 0], vy + rays[order[m], 1], vz + rays[order[m], 2]
    size = 1.0 / math.sqrt(vx * vx + vy * vy + vz * vz)
    vx, vy, vz = vx * size, vy * size, vz * size
    farthest = 0.0
    for m in range(first, end):
        n = order[m]
        away = (rays[n, 0] - vx) ** 2 + (rays[n, 1] - vy) ** 2 + (rays[n, 2] - vz) ** 2
        farthest = max(farthest, away)
    spread += math.sqrt(farthest)
    px, py, pz = pose[0, 3], pose[1, 3], pose[2, 3]
    dx = pose[0, 0] * vx + pose[0, 1] * vy + pose[0, 2] * vz
    dy = pose[1, 0] * vx + pose[1, 1] * vy + pose[1, 2] * vz
    dz = pose[2, 0] * vx + pose[2, 1] * vy + pose[2, 2] * vz
    enter = enter_lesions(hulls, px, py, pz, dx, dy, dz, shift, spread)
    end_of_ray = march(
        rows, tubes, spans, relief, now, hulls, hoods, balls, clusters, lesion_clusters,
        memory, stamp, ray, tube, along, px, py, pz, dx, dy, dz, 0.0, 0.0, 0.0, enter, spread, shift, 1,
    )  # fmt: skip
    return end_of_ray[9], end_of_ray[10], end_of_ray[11], enter


@kernel
def enter_lesions(hulls, px, py, pz, dx, dy, dz, shift, spread):  # type: ignore[no-untyped-def]
    """How far along a ray the first hull of a lesion lies that it or a neighbour may enter; far when none."""
    enter = FAR_MM
    for n in range(hulls.shape[0]):
        cx, cy, cz = hulls[n, 0] - px, hulls[n, 1] - py, hulls[n, 2] - pz
        away = cx * dx + cy * dy + cz * dz
        reach = hulls[n, 3] + LOBE_SOFTNESS_MM + shift + spread * abs(away)
        inside = reach * reach - (cx * cx + cy * cy + cz * cz - away * away)
        if reach > 0.0 and inside > 0.0:
            half = math.sqrt(inside)
            if away + half > 0.0:
                enter = min(enter, max(away - half, 0.0))
    return enter

"""The cores nearest to points: a search through square cells, quicker to load and to ask than a tree.

Cores lie evenly, so a cell of a few of them answers most questions together with the cells around it (Bentley,
Weide and Yao, ACM Transactions on Mathematical Software 6:563, 1980).
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ductoscope.model import DoubleArray

_CORES_A_CELL = 2.0
_MOST_CELLS_ACROSS = 4096


def find_nearest(
    cores_xy: DoubleArray, points_xy: NDArray[np.floating | np.integer], count: int
) -> tuple[DoubleArray, NDArray[np.int64]]:
    """Find the `count` cores nearest to each point: distances (M, count), nearest first, and indices (M, count).

    cores_xy: (N, 2), N at least `count`; points_xy: (M, 2), anywhere, in the same unit. All finite.
    """
    cores = np.ascontiguousarray(cores_xy, dtype=np.float64)
    points = np.ascontiguousarray(points_xy, dtype=np.float64)
    away = np.empty((len(points), count))
    index = np.empty((len(points), count), dtype=np.int64)
    first_xy = cores.min(axis=0)
    across = cores.max(axis=0) - first_xy
    even = float(np.sqrt(across[0] * across[1] * _CORES_A_CELL / len(cores)))
    # Cores in one line, or in one place, span no area.
    side = max(even, float(across.max()) / _MOST_CELLS_ACROSS) or 1.0
    _search_cells(cores, points, first_xy, side, away, index)
    return away, index


@njit(cache=True, nogil=True)
def _search_cells(
    cores: DoubleArray,
    points: DoubleArray,
    first_xy: DoubleArray,
    side: float,
    away: DoubleArray,
    index: NDArray[np.int64],
) -> None:
    place = np.empty((cores.shape[0], 2), dtype=np.int64)
    columns, rows = 1, 1
    for i in range(cores.shape[0]):
        place[i, 0] = int((cores[i, 0] - first_xy[0]) / side)
        place[i, 1] = int((cores[i, 1] - first_xy[1]) / side)
        columns, rows = max(columns, place[i, 0] + 1), max(rows, place[i, 1] + 1)
    # The cores sorted by cell: those of a row of cells lie in one run.
    begin = np.zeros(rows * columns + 1, dtype=np.int64)
    for i in range(cores.shape[0]):
        begin[place[i, 1] * columns + place[i, 0] + 1] += 1
    for cell in range(rows * columns):
        begin[cell + 1] += begin[cell]
    put = begin[:-1].copy()
    order = np.empty(cores.shape[0], dtype=np.int64)
    for i in range(cores.shape[0]):
        cell = place[i, 1] * columns + place[i, 0]
        order[put[cell]] = i
        put[cell] += 1

    count = away.shape[1]
    for m in range(points.shape[0]):
        x, y = points[m, 0] - first_xy[0], points[m, 1] - first_xy[1]
        column = int(min(max(x / side, 0.0), columns - 1.0))
        row = int(min(max(y / side, 0.0), rows - 1.0))
        best, who = away[m], index[m]
        best[:] = np.inf
        ring = 0
        while True:
            for r in range(max(row - ring, 0), min(row + ring, rows - 1) + 1):
                # Whole rows above and below, the two ends of those between.
                step = 1 if ring == 0 or abs(r - row) == ring else 2 * ring
                for c in range(column - ring, column + ring + 1, step):
                    if c < 0 or c >= columns:
                        continue
                    for at in range(begin[r * columns + c], begin[r * columns + c + 1]):
                        i = order[at]
                        dx, dy = cores[i, 0] - points[m, 0], cores[i, 1] - points[m, 1]
                        square = dx * dx + dy * dy
                        if square < best[count - 1]:
                            k = count - 1
                            while k > 0 and best[k - 1] > square:
                                best[k], who[k] = best[k - 1], who[k - 1]
                                k -= 1
                            best[k], who[k] = square, i
            # Whatever was not looked at lies beyond one of the four sides that still have cells behind them.
            reach = np.inf
            if column - ring > 0:
                reach = min(reach, x - (column - ring) * side)
            if column + ring < columns - 1:
                reach = min(reach, (column + ring + 1) * side - x)
            if row - ring > 0:
                reach = min(reach, y - (row - ring) * side)
            if row + ring < rows - 1:
                reach = min(reach, (row + ring + 1) * side - y)
            if reach == np.inf or (reach > 0.0 and best[count - 1] <= reach * reach):
                break
            ring += 1
        for k in range(count):
            best[k] = np.sqrt(best[k])

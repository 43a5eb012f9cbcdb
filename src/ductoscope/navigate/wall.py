"""The wall: lay every picture on the unrolled tube and keep of each piece the best that was seen."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ductoscope.model import BADLY, NEVER, WALL_COLUMNS, WELL, DoubleArray, FloatArray, Wall

STEP_MM = 0.25
STEP_RADII = 0.25
_ROOM = 64


@dataclass(slots=True)
class WallRecord:
    """One branch's wall while it grows; row r lies at first + (r + 0.5) * step. best: how well each cell was seen."""

    first: float = 0.0
    step: float = STEP_MM
    light_lin: FloatArray = field(default_factory=lambda: np.zeros((0, WALL_COLUMNS, 3), np.float32))
    best: FloatArray = field(default_factory=lambda: np.zeros((0, WALL_COLUMNS), np.float32))
    seen: NDArray[np.uint8] = field(default_factory=lambda: np.zeros((0, WALL_COLUMNS), np.uint8))
    best_frame: NDArray[np.int32] = field(default_factory=lambda: np.full((0, WALL_COLUMNS), -1, np.int32))
    opens: NDArray[np.uint16] = field(default_factory=lambda: np.zeros((0, WALL_COLUMNS), np.uint16))


def reach_rows(wall: WallRecord, low: float, high: float, step: float) -> None:
    """Make room for the rows between two places."""
    if not len(wall.best):
        wall.step = step
        wall.first = math.floor(low / step) * step
    before = max(math.ceil((wall.first - low) / wall.step - 1e-9), 0)
    after = max(math.ceil((high - wall.first) / wall.step - len(wall.best) + 1e-9), 0)
    if before + after == 0:
        return
    if after:
        after += _ROOM
    wall.first -= before * wall.step
    edges = (before, after)
    wall.light_lin = np.pad(wall.light_lin, (edges, (0, 0), (0, 0)))
    wall.best = np.pad(wall.best, (edges, (0, 0)))
    wall.seen = np.pad(wall.seen, (edges, (0, 0)))
    wall.best_frame = np.pad(wall.best_frame, (edges, (0, 0)), constant_values=-1)
    wall.opens = np.pad(wall.opens, (edges, (0, 0)))


def cut_wall(wall: WallRecord, along: float) -> WallRecord:
    """Cut off what lies behind a place, and return it."""
    row = min(max(math.ceil((along - wall.first) / wall.step), 0), len(wall.best))
    arrays = ("light_lin", "best", "seen", "best_frame", "opens")
    rest = replace(wall, first=wall.first + row * wall.step, **{name: getattr(wall, name)[row:] for name in arrays})
    for name in arrays:
        setattr(wall, name, getattr(wall, name)[:row])
    return rest


def paint(
    wall: WallRecord,
    along: DoubleArray,
    angle_deg: DoubleArray,
    light_lin: FloatArray,
    quality: FloatArray,
    is_well: NDArray[np.bool_],
    frame: int,
    step: float,
) -> None:
    """Lay pixels (N,) on the wall: of each cell the best seen colour stays.

    light_lin: (N, 3), the lamp's falloff divided out. quality: (N,) 0 to 1. is_well: (N,), seen well.
    """
    if not along.size:
        return
    reach_rows(wall, float(along.min()), float(along.max()), step)
    rows = np.clip(((along - wall.first) / wall.step).astype(np.intp), 0, len(wall.best) - 1)
    columns = (angle_deg * (WALL_COLUMNS / 360.0)).astype(np.intp) % WALL_COLUMNS
    cells = rows * WALL_COLUMNS + columns
    best, light = wall.best.reshape(-1), wall.light_lin.reshape(-1, 3)
    better = np.flatnonzero(quality > best[cells])
    # Assignment in ascending order: of several pixels in one cell the best comes last and stays.
    better = better[np.argsort(quality[better], kind="stable")]
    improved = cells[better]
    light[improved] = light_lin[better]
    wall.best_frame.reshape(-1)[improved] = frame
    best[improved] = quality[better]
    seen = wall.seen.reshape(-1)
    seen[cells] = np.maximum(seen[cells], BADLY)
    seen[cells[is_well]] = WELL


def read_wall(wall: WallRecord, start: float, end: float) -> Wall | None:
    """The wall between two places, as the map shows it; None when nothing of it was seen."""
    first = min(max(round((start - wall.first) / wall.step), 0), len(wall.best))
    last = min(max(math.ceil((end - wall.first) / wall.step), first), len(wall.best))
    rows = slice(first, last)
    if not (wall.seen[rows] > NEVER).any():
        return None
    return Wall(
        wall.first + first * wall.step,
        wall.step,
        wall.light_lin[rows].copy(),
        wall.seen[rows].copy(),
        wall.best_frame[rows].copy(),
    )


def spread_wall(wall: Wall, start: float, end: float) -> Wall:
    """The wall from one place to another: rows that it lacks there were never seen, and what lies beyond is cut off."""
    count = max(round((end - start) / wall.step), 1)
    before = round((wall.first - start) / wall.step)
    rows = np.arange(count) - before
    is_there = (rows >= 0) & (rows < len(wall.seen))

    def spread(values: NDArray[Any], empty: int) -> NDArray[Any]:
        out = np.full((count, *values.shape[1:]), empty, values.dtype)
        out[is_there] = values[rows[is_there]]
        return out

    return Wall(start, wall.step, spread(wall.light_lin, 0), spread(wall.seen, NEVER), spread(wall.best_frame, -1))


def share_seen(wall: Wall | None, start: float, end: float) -> tuple[float, float]:
    """Shares of the wall between two places that were seen well, and only badly."""
    if wall is None or end <= start:
        return 0.0, 0.0
    count = max((end - start) / wall.step, 1e-9) * WALL_COLUMNS
    middles = wall.first + (np.arange(len(wall.seen)) + 0.5) * wall.step
    seen = wall.seen[(middles >= start) & (middles <= end)]
    well, badly = (float((seen == word).sum()) / count for word in (WELL, BADLY))
    return min(well, 1.0), min(badly, 1.0 - min(well, 1.0))

"""Tool: what a radius of the lumen is worth, told by a tool of known width that lies against the wall.

A person marks the tool seconds after the picture was taken, so the tubes of recent looks are remembered: coarsely, for
the tube of one look is a few figures.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np

from ductoscope.model import BoolArray, Scope, ToolSeen
from ductoscope.model.wall_sight import WallSight
from ductoscope.navigate.depth import DepthState, note_tool
from ductoscope.navigate.depth_filter import change_unseen
from ductoscope.navigate.tube import FAR_RADII, Tube

_KEPT_NS = 60_000_000_000
"""Drawing a finding and naming it takes people up to a minute; what a radius was worth before is worth little now."""
_MOST_KEPT = 1000
_NEAR_NS = 80_000_000
"""A picture between two looks belongs to the nearer one; they are so far apart."""
_COARSE = 4
_SIGHT_SHARE = 0.15
"""How well the wall's distance in radii is known, an assumption: `Tube.fits` counts pixels that the tube explains to
as much."""
_OFF_WIDTHS, _OFF_SIGMA_WIDTHS = 0.5, 0.25
"""How far the middle of a tool that touches the wall stands off it: half its width for a round one. Its sigma is an
assumption: from pressed in to hovering by half a width is within two."""
_LEAST_FACING = 0.1
_WORST_SHARE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class KeptLook:
    """What is remembered of one look, about 2 KB.

    has_wall: (S / 4, S / 4), the wall of the tip's own branch is seen there. travel_radii, relative_radius: as in
    DepthState, at that look.
    """

    t_ns: int
    tube: Tube
    has_wall: BoolArray
    travel_radii: float
    relative_radius: float


def begin_looks() -> deque[KeptLook]:
    """The memory before the first look, for about a minute of looks."""
    return deque(maxlen=_MOST_KEPT)


def keep_look(looks: deque[KeptLook], sight: WallSight, tube: Tube, depth: DepthState) -> None:
    """Remember a look, and forget the old ones, in place."""
    while looks and not 0 <= sight.t_ns - looks[0].t_ns <= _KEPT_NS:
        looks.popleft()
    middle = _COARSE // 2
    has_wall = sight.branch[middle::_COARSE, middle::_COARSE] == 0
    looks.append(KeptLook(sight.t_ns, tube, has_wall, depth.travel_radii, depth.relative_radius))


def learn_from_tool(
    depth: DepthState, looks: deque[KeptLook], tool: ToolSeen, t_ns: int, scope: Scope, core_rad: float
) -> DepthState:
    """The state at `t_ns` after a tool was marked in one of the remembered looks.

    The state is the same when nothing can be learnt: the picture is not remembered, no wall of the tip's branch is
    known there, or the tool is too narrow. core_rad: angle from one core to the next. Looks at that picture are
    forgotten once it has told something: the same mark made again must not count twice.
    """
    near = [look for look in looks if abs(look.t_ns - tool.frame_t_ns) <= _NEAR_NS]
    look = min(near, key=lambda one: abs(one.t_ns - tool.frame_t_ns), default=None)
    told = None if look is None else weigh_tool(tool, look, scope, core_rad)
    if look is None or told is None:
        return depth
    for one in near:
        looks.remove(one)
    mm_per_radius, share = told
    away_radii = abs(depth.travel_radii - look.travel_radii) / depth.relative_radius
    changed = change_unseen(away_radii, max(t_ns - look.t_ns, 0) / 1e9)
    mm_per_radius *= depth.relative_radius / look.relative_radius
    return note_tool(depth, mm_per_radius, mm_per_radius * math.hypot(share, math.sqrt(changed)))


def weigh_tool(tool: ToolSeen, look: KeptLook, scope: Scope, core_rad: float) -> tuple[float, float] | None:
    """What a radius of the lumen is worth at a look, in mm, and one standard deviation as a share of it; or None.

    The tool's angular width gives the distance to its middle in mm, the tube gives that of the wall behind it in radii;
    between them lies half the tool's width, for a tool that touches the wall. Both are seen through saline, as all of
    the way is.
    """
    ends = np.array(tool.ends_xy, dtype=np.float64)
    middle = ends.mean(axis=0)
    if not (np.isfinite(ends).all() and tool.width_mm > 0 and (np.hypot(*ends.T) <= 1.0).all()):
        return None
    column, row = np.minimum((0.5 * (middle + 1.0) * len(look.has_wall)).astype(int), len(look.has_wall) - 1)
    edges, ray = scope.look_along(ends), scope.look_along(middle)
    wall_radii = float(look.tube.meet_wall(ray[None])[0])
    width_rad = float(np.linalg.norm(edges[1] - edges[0]))
    if not look.has_wall[row, column] or wall_radii >= 0.98 * FAR_RADII or width_rad < core_rad:
        return None
    aside = ray * wall_radii - look.tube.place_middle(np.array(wall_radii * ray[2]))
    facing = max(abs(float(aside @ ray)) / max(float(np.linalg.norm(aside)), 1e-6), _LEAST_FACING)
    distance_mm = tool.width_mm / width_rad
    wall_mm = distance_mm + _OFF_WIDTHS * tool.width_mm / facing
    edge_share = math.hypot(tool.sigma_mm / tool.width_mm, math.sqrt(2.0) * core_rad / width_rad)
    sigma_mm = math.hypot(distance_mm * edge_share, _OFF_SIGMA_WIDTHS * tool.width_mm / facing)
    share = math.hypot(sigma_mm / wall_mm, _SIGHT_SHARE)
    return (wall_mm / wall_radii, share) if share < _WORST_SHARE else None

"""The way: where the tip is in the tree of ducts, frame after frame, and the map that grows with it."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from ductoscope.model import (
    HIDES_WALL,
    DepthReading,
    Lost,
    Outlook,
    Pose,
    Raster,
    Scope,
    Told,
    ToolSeen,
    ViewJudgement,
)
from ductoscope.model.wall_sight import WallSight
from ductoscope.navigate.depth import DepthNow, DepthState, Known, begin_depth, step_depth
from ductoscope.navigate.forks import sight_forks
from ductoscope.navigate.lumens import Lumen, find_lumens
from ductoscope.navigate.map import Tree, Worth, follow, note_forks, relay
from ductoscope.navigate.motion import Motion, MotionPlan, MotionState, NoMotion, begin_motion, plan_motion, step_motion
from ductoscope.navigate.relocalise import find_wall
from ductoscope.navigate.sight import Seen, SightPlan, even_light, place_arms, plan_sight, sight_wall
from ductoscope.navigate.tool import KeptLook, begin_looks, keep_look, learn_from_tool
from ductoscope.navigate.tube import Tube
from ductoscope.navigate.wall import STEP_MM, STEP_RADII, paint

_NECK_MM_PER_RADIUS, _NECK_SIGMA_MM = 0.6, 0.3
"""What a radius is worth where every scope comes in, until something tells."""
_RADII_SIGMA = 0.25
_WORTH_SIGMA_SHARE, _EYE_SIGMA_SHARE = 0.2, 0.2
"""Pressure and narrowing change a lumen faster than what a radius is worth can be learnt."""
_SAME_FORK_MM = 1.5
"""Ducts do not fork twice within so little."""
_LEARNT_AFTER_MM = 4.0
_UNSURE_ROLL_DEG, _FOUND_ROLL_SIGMA_DEG, _MOST_TURN_DEG = 8.0, 4.0, 40.0
_SEARCH_NS, _SEARCH_RADII = 2_000_000_000, 1.5
"""After motion was lost the wall is searched for so long, and so far to either side."""
_LEAST_FIT = 0.3
_PAINT_NS = 120_000_000
"""Walls are painted at most so often: neighbouring pictures show the same."""
_ROLL_SEEN_SIGMA_DEG = 12.0
_UNSEEN_ROLL_DEG = 3.0
_LEAST_CLEAR = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """What one frame told of the way.

    where: the tip's place, or Lost. motion, depth: what it rests on. lumens: the mouths in the picture, the deepest
    first. sight: which wall every pixel looks at; None when the tip's place or the tube is not known.
    """

    where: Pose | Lost
    motion: Motion | NoMotion
    depth: DepthNow
    lumens: tuple[Lumen, ...]
    sight: WallSight | None


@dataclass(slots=True, eq=False)
class Way:
    """Everything that `step_way` remembers; it is changed in place.

    unit: of the map. along: depth of the tip in it. travel_radii: as in DepthNow, when it was last told. roll_deg,
    roll_sigma_deg: the picture's turn since it began. narrowest_mm: radius of a lumen that the scope still fits into.
    tube_unit: a radius of the lumen in the outlook's own unit, as it was last seen. painted_ns: when the walls were
    painted last. path_mm: how far the tip has come, there and back. search_until_ns: how long the wall is still looked
    for after a loss. looks: of late, for a tool that is marked in one of them.
    """

    scope: Scope
    sight_plan: SightPlan
    narrowest_mm: float
    motion_plan: MotionPlan
    motion: MotionState
    depth: DepthState
    tree: Tree = field(default_factory=Tree)
    unit: Literal["mm", "radii"] = "radii"
    scale: str = ""
    along: float = 0.0
    travel_radii: float = 0.0
    mm_per_radius: float = _NECK_MM_PER_RADIUS
    mm_per_radius_sigma: float = _NECK_SIGMA_MM
    path_mm: float = 0.0
    roll_deg: float = 0.0
    roll_sigma_deg: float = 0.0
    tube_unit: float = 1.0
    painted_ns: int = -_PAINT_NS
    search_until_ns: int = -1
    looks: deque[KeptLook] = field(default_factory=begin_looks)


def begin_way(scope: Scope, known: Known, *, cores: int | None = None) -> Way:
    """Begin with an empty map. cores: live ones of the fibre, which tell how densely a wall is seen."""
    motion_plan = plan_motion(scope)
    sight_plan = plan_sight(scope, cores)
    narrowest_mm = 0.5 * scope.outer_diameter_mm
    return Way(scope, sight_plan, narrowest_mm, motion_plan, begin_motion(motion_plan), begin_depth(known))


def step_way(way: Way, raster: Raster, outlook: Outlook, view: ViewJudgement, told: Sequence[Told]) -> tuple[Way, Step]:
    """Go on by one frame: motion, depth, mouths, forks, branch, wall. told: since the frame before."""
    way.motion, motion = step_motion(way.motion, raster, outlook, view)
    for tool in told:
        if isinstance(tool, ToolSeen):
            core_rad = way.sight_plan.core_rad
            way.depth = learn_from_tool(way.depth, way.looks, tool, raster.t_ns, way.scope, core_rad)
    readings = [reading for reading in told if isinstance(reading, DepthReading)]
    way.depth, depth = step_depth(way.depth, raster.t_ns, motion, readings)
    _weigh_scale(way, depth, motion.tube, outlook)
    _take_depth(way, depth)
    mouths = find_lumens(outlook, way.sight_plan.forward)
    lumens = mouths.lumens
    t_ns = raster.t_ns
    tube = motion.tube
    if isinstance(motion, Motion):
        way.roll_deg += motion.roll_deg
        way.roll_sigma_deg = math.hypot(way.roll_sigma_deg, motion.roll_sigma_deg)
    else:
        way.roll_sigma_deg = min(math.hypot(way.roll_sigma_deg, _UNSEEN_ROLL_DEG), 180.0)
        way.search_until_ns = t_ns + _SEARCH_NS if way.roll_sigma_deg >= _UNSURE_ROLL_DEG else -1
    per_radius = _unit_per_radius(way)
    if isinstance(motion, NoMotion) and not _is_told(depth, view):
        if depth.depth is not None and depth.depth.origin == "encoder":
            follow(way.tree, way.along, per_radius, t_ns, is_seen=False)
        return way, Step(Lost(t_ns, motion.reason, way.tree.now.name, depth.depth), motion, depth, lumens, None)
    sigma = _sigma_along(way, depth)
    sightings = list(sight_forks(mouths, way.tube_unit))
    off_deg = note_forks(way.tree, sightings, way.along, sigma, _worth(way), way.roll_deg, t_ns)
    if off_deg is not None:
        _turn_back(way, off_deg)
    follow(way.tree, way.along, per_radius, t_ns)
    now = way.tree.now
    now.radius_sum += per_radius
    now.radius_looks += 1
    seen = None
    if tube is not None and tube.fits >= _LEAST_FIT:
        seen = _lay_wall(way, raster, outlook, tube, sigma)
        keep_look(way.looks, seen.sight, tube, way.depth)
    pose = Pose(t_ns, now.name, depth.depth, depth.travel_radii, way.roll_deg, way.roll_sigma_deg)
    return way, Step(pose, motion, depth, lumens, None if seen is None else seen.sight)


def _is_told(depth: DepthNow, view: ViewJudgement) -> bool:
    """Whether a sensor still says how deep it is while the wall is in view, though its motion could not be followed."""
    is_fresh = depth.depth is not None and depth.depth.origin == "encoder"
    return is_fresh and view.word not in HIDES_WALL and view.clear >= _LEAST_CLEAR


def _take_depth(way: Way, depth: DepthNow) -> None:
    """Move the tip to its depth, or without one as it was seen to move; change the map's unit once there is a depth."""
    way.scale = depth.scale
    travelled_radii, way.travel_radii = depth.travel_radii - way.travel_radii, depth.travel_radii
    if depth.depth is None:
        way.path_mm += abs(travelled_radii) * way.mm_per_radius
        if way.unit == "radii":
            way.along = depth.travel_radii
        else:  # travel is counted in radii of the lumen where it began, a radius here is worth so many mm
            way.along += travelled_radii / way.depth.relative_radius * _unit_per_radius(way)
        return
    if way.unit == "radii":
        way.unit = "mm"
        factor = _unit_per_radius(way)
        relay(way.tree, factor, depth.depth.mm - factor * depth.travel_radii)
        way.along = depth.depth.mm
    way.path_mm += abs(depth.depth.mm - way.along)
    way.along = depth.depth.mm


def _unit_per_radius(way: Way) -> float:
    """What a radius of the lumen here is worth in the map's unit."""
    return 1.0 if way.unit == "radii" else max(way.mm_per_radius, way.narrowest_mm)


def _weigh_scale(way: Way, depth: DepthNow, tube: Tube | None, outlook: Outlook) -> None:
    """Say what a radius is worth here: what motion and sensor have learnt, and what a learned eye takes for a mm.

    In the neck, where the scope comes in, little was learnt yet and the lumen widens fast: there the eye counts most.
    """
    if tube is not None:
        way.tube_unit = tube.unit
    worth_mm, sigma_mm = _NECK_MM_PER_RADIUS, _NECK_SIGMA_MM
    if depth.mm_per_radius is not None:
        worth_mm = depth.mm_per_radius
        unsure = _WORTH_SIGMA_SHARE + math.exp(-way.path_mm / _LEARNT_AFTER_MM)
        sigma_mm = max(depth.mm_per_radius_sigma or 0.0, unsure * worth_mm)
    if not outlook.eye.startswith("classical"):
        eye_sigma_mm = _EYE_SIGMA_SHARE * way.tube_unit
        share = sigma_mm**2 / (sigma_mm**2 + eye_sigma_mm**2)
        worth_mm += share * (way.tube_unit - worth_mm)
        sigma_mm *= math.sqrt(1.0 - share)
    way.mm_per_radius, way.mm_per_radius_sigma = worth_mm, sigma_mm


def _worth(way: Way) -> Worth:
    """What a radius is worth on the map, and what counts as one place there."""
    if way.unit == "radii":
        return Worth(1.0, _RADII_SIGMA, 0.0)
    return Worth(_unit_per_radius(way), way.mm_per_radius_sigma, _SAME_FORK_MM)


def _sigma_along(way: Way, depth: DepthNow) -> float:
    """How well the tip's place is known from look to look; an error that all of the map shares does not count."""
    if way.unit == "radii":
        return 0.3
    # On a map in mm a depth that is told no more is no better known than the worst that is told.
    worst = _unit_per_radius(way)
    return worst if depth.depth is None else min(depth.depth.sigma_mm, worst)


def _turn_back(way: Way, off_deg: float) -> None:
    """Correct the roll by what a known fork's mouths say; a half turn is a mismatch, not a roll."""
    if abs(off_deg) > max(3.0 * math.hypot(way.roll_sigma_deg, _ROLL_SEEN_SIGMA_DEG), 20.0):
        return
    gain = way.roll_sigma_deg**2 / (way.roll_sigma_deg**2 + _ROLL_SEEN_SIGMA_DEG**2)
    way.roll_deg += gain * off_deg
    way.roll_sigma_deg *= math.sqrt(1.0 - gain)


def _lay_wall(way: Way, raster: Raster, outlook: Outlook, tube: Tube, sigma: float) -> Seen:
    """Say what wall the picture shows, and keep it."""
    tree, t_ns = way.tree, raster.t_ns
    per_radius = _unit_per_radius(way)
    ahead = next(iter(tree.forks_of(tree.here)), None)
    fork = ahead if ahead is not None and ahead.last_t_ns == t_ns else tree.now.fork
    if fork is not None and fork.last_t_ns != t_ns:
        fork = ahead
    others = [(node.name, node.number) for node in tree.nodes if node.fork is fork and node.number != tree.here]
    seen = sight_wall(
        way.sight_plan,
        raster,
        outlook,
        tube,
        along=way.along,
        along_sigma=sigma,
        roll_deg=way.roll_deg,
        unit=way.unit,
        unit_per_radius=per_radius,
        mm_per_radius=None if way.unit == "radii" else per_radius,
        branch=tree.now.name,
        fork=fork,
        arms=place_arms(fork, others, way.roll_deg, t_ns),
    )
    if t_ns < way.search_until_ns and _find_again(way, raster, seen):
        return seen
    if t_ns - way.painted_ns >= _PAINT_NS:
        way.painted_ns = t_ns
        _paint_walls(way, raster, seen)
    return seen


def _find_again(way: Way, raster: Raster, seen: Seen) -> bool:
    """Look for the picture's wall on the known one, after motion was lost; say whether it could be looked for.

    Meanwhile nothing is painted: what lay turned would be found again as it lay.
    """
    sight, wall = seen.sight, way.tree.now.wall
    own = (sight.branch == 0) & (sight.quality > 0.05)
    quality = sight.quality[own]
    if not len(wall.best) or not own.any():
        return False
    light = even_light(raster.light_lin[own], sight.distance[own], quality)
    along, angle = sight.along[own].astype(np.float64), sight.angle_deg[own].astype(np.float64)
    found = find_wall(wall, along, angle, light, quality, _SEARCH_RADII * _unit_per_radius(way))
    if found is None or abs(found.angle_deg) > max(4.0 * way.roll_sigma_deg, _MOST_TURN_DEG):
        return True
    way.roll_deg -= found.angle_deg
    way.roll_sigma_deg, way.search_until_ns = _FOUND_ROLL_SIGMA_DEG, -1
    return True


def _paint_walls(way: Way, raster: Raster, seen: Seen) -> None:
    """Keep what a picture shows of each wall."""
    tree, sight = way.tree, seen.sight
    numbers = {node.name: node.number for node in tree.nodes}
    for index, name in enumerate(sight.branches):
        laid = (sight.branch == index) & (sight.quality > 0.0)
        if not laid.any():
            continue
        node = tree.nodes[numbers[name]]
        quality, distance = sight.quality[laid], sight.distance[laid]
        light = even_light(raster.light_lin[laid], distance, quality)
        step = STEP_MM if way.unit == "mm" else STEP_RADII
        along = np.maximum(sight.along[laid].astype(np.float64), 0.0)
        is_well = seen.is_well[laid]
        paint(node.wall, along, sight.angle_deg[laid].astype(np.float64), light, quality, is_well, raster.index, step)
        if is_well.any():
            far = float(along[is_well].max())
            node.seen_to = far if node.seen_to is None else max(node.seen_to, far)

"""Suggestions: point out what stands on the wall, steadily, with its place, size and description.

Every frame's patches are laid on the wall and followed there: a suggestion stays while the scope looks away, never
flickers, and is the same when the place is seen again. Withholding what showed in a few pictures only takes away most
of a detector's false hits (GI Genius: 88 % of them).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import cv2
import numpy as np

from ductoscope.detect.follow_spots import Followed, Point, is_same_picture, is_same_wall
from ductoscope.detect.look import look_at
from ductoscope.detect.measure_spot import SizeSeen, believe_extent, measure_extent, measure_spot
from ductoscope.detect.spots import SpotSeen, find_spots, join_spots
from ductoscope.detect.terms import describe, tell_what_shows
from ductoscope.detect.wall_place import TubeFrame, WallPlace, fit_tube, place_spot
from ductoscope.detect.weigh_spots import weigh_spots
from ductoscope.model import (
    BoolArray,
    DoubleArray,
    Lost,
    Outlook,
    Pose,
    Raster,
    Scope,
    Suggestion,
    ViewJudgement,
    place_pixels,
)
from ductoscope.model.clinical import Depth
from ductoscope.model.view_state import ViewWord
from ductoscope.model.wall_sight import WallSight

_BLIND: frozenset[ViewWord] = frozenset(("red-out", "white-out", "collapsed", "calibration lost"))
_LONGEST_STEP_S = 0.12
_FORGOTTEN_S = 2.0
_AHEAD_MM = 3.0
_HIDDEN_SHARE = 0.5
_MOST_CHANCE = 0.98
_OUTLINE_POINTS = 40
_CORES_ACROSS = 81.0
_SAME = 0.7
_MISS_PIXELS = 12
_MISS_SPOT, _MISS_CLEAR, _MISS_QUALITY = 0.15, 0.6, 0.4

_Laid = tuple[WallPlace, DoubleArray]
"""Where a patch lies on the wall, and its points (N, 3) in radii before the tip, as `place_spot` tells them."""


@dataclass(slots=True)
class Spots:
    """What was noticed so far. rays: (S, S, 3) unit directions; cores_across: fibre cores across the picture."""

    places: DoubleArray
    rays: DoubleArray
    cores_across: float
    followed: list[Followed] = field(default_factory=list)
    next_id: int = 1
    t_ns: int | None = None


def begin_suggest(scope: Scope, cores_across: float = _CORES_ACROSS) -> Spots:
    """Begin with nothing noticed. cores_across: of the bundle in use, its rim's diameter over its pitch."""
    places = place_pixels()
    return Spots(places, scope.look_along(places), cores_across)


def step_suggest(
    spots: Spots,
    raster: Raster,
    outlook: Outlook,
    view: ViewJudgement,
    where: Pose | Lost,
    sight: WallSight | None,
    mm_per_unit: tuple[float, float] | None,
    scale: str = "the depth of the shaft",
) -> tuple[Spots, tuple[Suggestion, ...]]:
    """Look at one more picture; returns everything that is pointed out by now, wherever the scope looks.

    sight: where on the wall the pixels look; None when that is not known: a patch is then followed in the picture.
    mm_per_unit: mm per radius of the lumen around the tip, and one standard deviation; None without a scale.
    scale: what gave it, in words. `spots` is changed and returned.
    """
    seconds = 0.0 if spots.t_ns is None else min(max((raster.t_ns - spots.t_ns) * 1e-9, 0.0), _LONGEST_STEP_S)
    spots.t_ns = raster.t_ns
    if view.word not in _BLIND:
        _notice(spots, raster, weigh_spots(raster, outlook), where, sight, mm_per_unit, scale, seconds)
    _forget(spots, raster.t_ns)
    for each in spots.followed:
        each.decide(raster.t_ns)
    return spots, tuple(_suggest(each, raster.t_ns) for each in spots.followed if each.is_shown)


def _notice(
    spots: Spots,
    raster: Raster,
    outlook: Outlook,
    where: Pose | Lost,
    sight: WallSight | None,
    mm_per_unit: tuple[float, float] | None,
    scale: str,
    seconds: float,
) -> None:
    tube = fit_tube(sight, outlook, spots.rays) if sight is not None else None

    def lay(spot: SpotSeen) -> _Laid | None:
        return None if sight is None or tube is None else place_spot(spot, sight, outlook, tube, spots.rays)

    pieces: dict[int, list[tuple[SpotSeen, _Laid | None]]] = {}
    slipped: dict[int, bool] = {}
    for spot in find_spots(outlook, spots.places, raster.seen):
        laid = lay(spot)
        place = None if laid is None else laid[0]
        followed, has_slipped = _recognise(spots, spot, place, raster.t_ns)
        pieces.setdefault(followed.id, []).append((spot, laid))
        slipped[followed.id] = slipped.get(followed.id, True) and has_slipped
        if place is not None and followed.hits == 0:
            followed.add_place(place)
    for each in spots.followed:
        if each.id in pieces:
            spot, laid = pieces[each.id][0]
            if len(pieces[each.id]) > 1:
                spot = join_spots([piece for piece, _ in pieces[each.id]], outlook, spots.places)
                laid = lay(spot)
            if each.hits == 0:
                each.places.clear()
                each.placed = None
            each.count_hit(spot, seconds, slipped=slipped[each.id])
            each.last_t_ns, each.shaft, each.tip_branch = raster.t_ns, where.depth or each.shaft, where.branch
            _learn(spots, each, spot, laid, raster, outlook, sight, tube, mm_per_unit, scale)
        elif sight is not None and tube is not None and _is_missing(each, sight, outlook, tube):
            each.count_miss(seconds)
    if tube is not None:
        _join(spots)


def _join(spots: Spots) -> None:
    """What turned out to lie at one place is one thing; the older one goes on."""
    kept: list[Followed] = []
    for each in spots.followed:
        place = each.place()
        for other in kept if place is not None else ():
            known = other.place()
            apart = is_same_wall(place, known) if place is not None and known is not None else None
            if apart is not None and apart < _SAME:
                other.take_over(each)
                break
        else:
            kept.append(each)
    spots.followed = kept


def _recognise(spots: Spots, spot: SpotSeen, place: WallPlace | None, t_ns: int) -> tuple[Followed, bool]:
    """The one that this patch belongs to, a new one if none, and whether it slipped along the wall."""
    best: tuple[float, Followed, bool] | None = None
    for each in spots.followed:
        on_wall, known = None, each.place() if place is not None else None
        if place is not None and known is not None:
            on_wall = is_same_wall(place, known)
        is_elsewhere = on_wall is None and place is not None and known is not None and place.branch == known.branch
        in_picture = is_same_picture(each, spot, t_ns)
        # Two patches of one picture that lie at different places are two things.
        if on_wall is None and (in_picture is None or (is_elsewhere and each.last_t_ns == t_ns)):
            continue
        apart = on_wall if on_wall is not None else 1.0 + (in_picture or 0.0)
        if best is None or apart < best[0]:
            best = (apart, each, is_elsewhere)
    if best is not None:
        return best[1], best[2]
    new = Followed(spots.next_id, t_ns, t_ns, spot.middle_xy, spot.reach)
    spots.next_id += 1
    spots.followed.append(new)
    return new, False


def _learn(
    spots: Spots,
    followed: Followed,
    spot: SpotSeen,
    laid: _Laid | None,
    raster: Raster,
    outlook: Outlook,
    sight: WallSight | None,
    tube: TubeFrame | None,
    mm_per_unit: tuple[float, float] | None,
    scale: str,
) -> None:
    """Keep what this picture adds: the place, the size, the look, and the picture itself if it is the best.

    laid: where the patch lies, by `tube` and `sight`; None when that is not known.
    """
    cores = 0.5 * spot.reach * spots.cores_across
    worth = min(cores / 20.0, 1.0) * spot.clear * spot.belief * (1.0 - 0.7 * spot.cut)
    place: WallPlace | None = None
    if laid is not None and tube is not None:
        place, points = laid
        followed.add_place(place)
        if tube.log_scale is not None:
            share = mm_per_unit[1] / mm_per_unit[0] if mm_per_unit is not None else 0.0
            longest, across = measure_extent(points)
            radii = believe_extent(longest, across)
            ahead = 1.0 - min(across / max(radii, 1e-9), 1.0)
            mm = radii * mm_per_unit[0] if mm_per_unit is not None else None
            sure = worth * (0.5 + 0.5 * place.is_own)
            followed.add_size(SizeSeen(radii, ahead, cores, spot.cut, sure, mm, share, scale))
        if place.is_own and worth > followed.wall_worth:
            followed.wall_worth, followed.wall_outline = worth, _lay_outline(points, tube)
    followed.now_outline = _draw_outline(spot.mask)
    if worth > followed.best_worth:
        followed.best_worth, followed.best_frame = worth, raster.index
        followed.best_outline = followed.now_outline
    if followed.is_worth_keeping(worth):
        look = look_at(spot, raster, outlook, worth, place, sight)
        if look is not None:
            followed.add_look(look)


def _is_missing(each: Followed, sight: WallSight, outlook: Outlook, tube: TubeFrame) -> bool:
    """Whether its wall is seen well right now and shows nothing."""
    place = each.place()
    if place is None or place.unit != sight.unit or place.branch not in sight.branches:
        return False
    near = sight.branch == sight.branches.index(place.branch)
    near &= np.abs(sight.along - place.along) < max(place.half_along, 0.25 * tube.radius)
    turn = np.abs((sight.angle_deg - place.angle_deg + 180.0) % 360.0 - 180.0)
    near &= turn < max(place.half_angle_deg, 15.0)
    near &= (sight.quality > _MISS_QUALITY) & (outlook.clear > _MISS_CLEAR)
    return bool(np.count_nonzero(near) >= _MISS_PIXELS and outlook.spot[near].max() < _MISS_SPOT)


def _forget(spots: Spots, t_ns: int) -> None:
    """Drop what never spoke up: patches that were not shown and were not seen for a while."""
    spots.followed = [
        each
        for each in spots.followed
        if each.is_shown or t_ns - each.last_t_ns < _FORGOTTEN_S * 1e9 or (each.places and each.seen_s > 0.0)
    ]


def _suggest(each: Followed, t_ns: int) -> Suggestion:
    """What is pointed out; once the scope looks away it stays as it was."""
    if each.told is None:
        each.told = _tell(each)
    is_seen = each.last_t_ns == t_ns
    return each.told if is_seen == bool(each.told.now_xy) else replace(each.told, now_xy=())


def _tell(each: Followed) -> Suggestion:
    place = each.place()
    shows = tell_what_shows(each.looks)
    depth, branch, angle_deg = _tell_depth(place, each.shaft), each.tip_branch, 0.0
    if place is not None:
        branch, angle_deg = place.branch, place.angle_deg
    chance = each.belief * (1.0 - math.exp(-max(each.seen_s, 0.0) / 0.25))
    return Suggestion(
        each.id,
        shows,
        min(round(chance, 3), _MOST_CHANCE),
        branch,
        depth,
        angle_deg,
        each.wall_outline if place is not None else (),
        measure_spot(each.sizes, is_plug=shows == "plugs"),
        each.shown_t_ns if each.shown_t_ns is not None else each.first_t_ns,
        each.last_t_ns,
        each.best_frame,
        each.best_outline,
        describe(each.looks),
        each.now_outline,
    )


def _tell_depth(place: WallPlace | None, shaft: Depth | None) -> Depth | None:
    """Its depth by the wall; without a place, by the shaft: what is in view lies ahead of the tip."""
    if shaft is None:
        return None
    if place is None:
        return Depth(shaft.mm + _AHEAD_MM, math.hypot(shaft.sigma_mm, _AHEAD_MM), shaft.origin)
    if place.unit != "mm":
        return None
    sigma_mm = math.hypot(place.sigma, _HIDDEN_SHARE * place.half_along)
    return Depth(max(place.along, 0.0), min(max(sigma_mm, 0.01), 100.0), shaft.origin)


def _draw_outline(mask: BoolArray) -> tuple[Point, ...]:
    """The outline of a patch, x, y as shares of the picture's side."""
    shapes, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    points = np.concatenate(shapes) if len(shapes) > 1 else shapes[0]
    if len(shapes) > 1:
        points = cv2.convexHull(points)
    step = max(math.ceil(len(points) / _OUTLINE_POINTS), 1)
    size = mask.shape[0]
    return tuple((float((x + 0.5) / size), float((y + 0.5) / size)) for x, y in points[::step, 0])


def _lay_outline(points: DoubleArray, tube: TubeFrame) -> tuple[Point, ...]:
    """The outline on the unrolled wall: along, angle_deg, angles running on from the middle's."""
    along, angle_deg, _ = tube.place(points)
    turn = np.deg2rad(angle_deg)
    middle = float(np.degrees(np.arctan2(np.sin(turn).mean(), np.cos(turn).mean())))
    off = (angle_deg - middle + 180.0) % 360.0 - 180.0
    laid = np.stack((along, middle % 360.0 + off), axis=1).astype(np.float32)
    hull = cv2.convexHull(laid)[:, 0]
    return tuple((float(a), float(b)) for a, b in hull)

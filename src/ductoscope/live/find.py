"""Find: what one frame after another tells of the view, the way and the wall. The same code live and on a recording.

    core image -> raster -> outlook -> view -> way (motion, depth, map) -> suggestions

Every step is pure: the same frames and readings in the same order give the same answers, whoever asks and however fast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ductoscope.detect import Eye, Spots, ViewState, begin_suggest, begin_view, step_suggest, step_view
from ductoscope.model import (
    Bundle,
    CoreImage,
    DuctMap,
    Lost,
    Outlook,
    Pose,
    Raster,
    Scope,
    Suggestion,
    Told,
    ViewJudgement,
)
from ductoscope.navigate import DepthNow, Known, Lumen, Way, begin_way, read_map, step_way
from ductoscope.restore import RasterPlan, make_raster, plan_raster

LOOKS_A_SECOND = 12.5
"""How often the finder looks at most: a lesion stays in view for longer, and two cores have a picture to draw, too."""
_SLOT_SHIFT = 0.3
"""Frames of usual rates do not fall on the borders between slots, where rounding would decide."""


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """All that the finder remembers of one scope in one duct. eye: what looks."""

    eye: Eye
    raster_plan: RasterPlan
    view: ViewState
    way: Way
    spots: Spots


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What one frame told.

    index, t_ns: of the frame. where: the tip's place, or Lost with its reason. depth: with what gives the scale.
    lumens: those in the picture. suggestions: every spot of the examination up to now.
    """

    index: int
    t_ns: int
    view: ViewJudgement
    where: Pose | Lost
    depth: DepthNow
    lumens: tuple[Lumen, ...]
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """One frame as the eye saw it: the half of the work that needs no memory and may run ahead in its own thread."""

    core_image: CoreImage
    raster: Raster
    outlook: Outlook


def begin_find(bundle: Bundle, scope: Scope, known: Known, eye: Eye) -> Search:
    """Begin with an empty map. known: what somebody knows of the duct's width and of where the stream begins."""
    live_cores = bundle.cores - int(bundle.dead.sum())
    way = begin_way(scope, known, cores=live_cores)
    spots = begin_suggest(scope, cores_across=2.0 * bundle.rim.radius_px / bundle.pitch_px)
    return Search(eye, plan_raster(bundle), begin_view(), way, spots)


def step_find(search: Search, core_image: CoreImage, readings: Sequence[Told] = ()) -> tuple[Search, Found]:
    """Look at one more frame. readings: what a sensor and people told since the frame before, oldest first."""
    return step_seen(search, look(search, core_image), readings)


def look(search: Search, core_image: CoreImage) -> Seen:
    """See one frame: what it shows, without regard to those before it."""
    raster = make_raster(core_image, search.raster_plan)
    return Seen(core_image, raster, search.eye.look_out(raster))


def step_seen(search: Search, seen: Seen, readings: Sequence[Told] = ()) -> tuple[Search, Found]:
    """Go on by one frame that was seen."""
    core_image, raster, outlook = seen.core_image, seen.raster, seen.outlook
    view_state, view = step_view(search.view, outlook, raster, core_image.fit)
    way, step = step_way(search.way, raster, outlook, view, readings)
    depth = step.depth
    scale = (
        None
        if depth.mm_per_radius is None or depth.mm_per_radius_sigma is None
        else (depth.mm_per_radius, depth.mm_per_radius_sigma)
    )
    spots, suggestions = step_suggest(search.spots, raster, outlook, view, step.where, step.sight, scale, depth.scale)
    found = Found(core_image.index, core_image.t_ns, view, step.where, depth, step.lumens, suggestions)
    return replace(search, view=view_state, way=way, spots=spots), found


def read_found_map(search: Search) -> DuctMap:
    """Draw up the map as it is known by now."""
    return read_map(search.way)


def is_due(last_t_ns: int | None, t_ns: int, looks_a_second: float = LOOKS_A_SECOND) -> bool:
    """Whether to look at the frame at `t_ns`, after one at `last_t_ns`: the first frame of every slot of time.

    It depends on the frames' own times alone, so that a recording is looked at as its examination was.
    """
    return last_t_ns is None or _slot(t_ns, looks_a_second) > _slot(last_t_ns, looks_a_second)


def _slot(t_ns: int, looks_a_second: float) -> int:
    return int(t_ns / 1e9 * looks_a_second + _SLOT_SHIFT)

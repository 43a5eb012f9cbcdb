"""See: the light that enters every core in one picture, and what each core looks at."""

from __future__ import annotations

import math

import numpy as np

from ductoscope.model import BadInputError, DoubleArray
from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.distension import Distension
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.light import lumen
from ductoscope.simulate.light.fluid import extinction_per_mm, make_veils
from ductoscope.simulate.light.gather import gather
from ductoscope.simulate.light.halves import do_halves
from ductoscope.simulate.light.moment import Moment, take_moment
from ductoscope.simulate.light.optics import blur_cores
from ductoscope.simulate.light.particles import find_floating
from ductoscope.simulate.light.sight import Sight
from ductoscope.simulate.light.tables import Tables
from ductoscope.simulate.light.tiles import lay_tiles
from ductoscope.simulate.settings import WorldSettings

_GOLDEN_RAD = 2.399963
_NEARBY_MM = 5.0
_ROUNDS = 4


def see(
    tables: Tables,
    rays: DoubleArray,
    poses: DoubleArray,
    state: ExamState,
    settings: WorldSettings,
    breast_distension: Distension,
    *,
    rays_per_core: int = 4,
    spacing_rad: float | None = None,
) -> Sight:
    """Follow `rays_per_core` rays for each of the directions `rays` (N, 3), unit vectors in the tip's frame.

    poses: (T, 4, 4) duct_from_tip at moments within the shutter; the middle one is the truth's. A core's rays are
    spread over its acceptance, the lens's opening (defocus) and the shutter (motion blur). One ray is the middle ray,
    sharp and at the middle pose. spacing_rad: angle between neighbouring directions, by default that of the
    settings' cores; give a smaller one for an ideal view. A white card about 2.2 mm ahead gives 1.
    Raises BadInputError for rays or poses of the wrong shape.
    """
    if rays.ndim != 2 or rays.shape[1] != 3 or poses.ndim != 3 or poses.shape[1:] != (4, 4) or rays_per_core < 1:
        raise BadInputError(
            f"See needs rays (N, 3), poses (T, 4, 4) and at least 1 ray a core; got {rays.shape}, {poses.shape} and"
            f" {rays_per_core}."
        )
    moment = take_moment(tables, state, settings, breast_distension)
    if spacing_rad is not None:
        moment.now[lumen.SPACING_RAD] = spacing_rad
    middle = len(poses) // 2
    poses = np.ascontiguousarray(poses, dtype=np.float64)
    eye, look = poses[middle, :3, 3], poses[middle, :3, 2]
    widest = math.acos(min(max(float(rays[:, 2].min(initial=1.0)), -1.0), 1.0))
    particles, strokes, bubbles = find_floating(state.fluid, eye, look, widest)
    starts = _start_arcs(tables, moment, state, poses)
    spread, shift = _spread_of(poses, moment.now, rays_per_core)
    count = len(rays)
    light, truth = np.empty((count, 3), dtype=np.float32), np.empty((count, 4), dtype=np.float32)
    marks = np.empty((count, 3), dtype=np.int16)
    arguments = (
        moment.rows, moment.tubes, tables.spans, tables.levels, tables.relief, tables.slopes, tables.texels, moment.now,
        moment.hulls, moment.hoods, moment.balls, tables.clusters, tables.lesion_clusters,
        moment.spots, moment.spot_ranges, particles, strokes, bubbles,
        extinction_per_mm(state.fluid), make_veils(state.fluid, settings.light_offset_mm),
        _spread_rays(rays_per_core), poses, state.tip.branch, starts, spread, shift,
    )  # fmt: skip
    steady = np.ascontiguousarray(rays, dtype=np.float64)

    order, ends = lay_tiles(steady, float(moment.now[lumen.SPACING_RAD]))
    half_tiles = int(np.searchsorted(ends, count // 2))
    split = int(ends[half_tiles - 1]) if half_tiles else 0

    def look_half(half: int) -> None:
        branches = len(moment.tubes)
        scratch = np.zeros((branches, 5)), np.full(branches, -1)
        if half == 0:
            gather(steady, order[:split], ends[:half_tiles], *arguments, *scratch, light, truth, marks)
        else:
            gather(steady, order[split:], ends[half_tiles:] - split, *arguments, *scratch, light, truth, marks)

    do_halves(look_half)
    distance = truth[:, 0]
    return Sight(
        light=light,
        distance_mm=distance,
        branch=marks[:, 0],
        arc_mm=truth[:, 1],
        angle_deg=truth[:, 2],
        lesion=marks[:, 1],
        veil=truth[:, 3],
        blur_cores=blur_cores(distance, settings),
        particle=marks[:, 2].astype(np.int8),
    )


def _start_arcs(tables: Tables, moment: Moment, state: ExamState, poses: DoubleArray) -> DoubleArray:
    """Where along the tip's branch each pose is, (T,)."""
    tube = state.tip.branch
    first, count = tables.spans[tube, [lumen.FIRST_ROW, lumen.ROWS]]
    line = tables.rows[first : first + count, :3]
    near = slice(max(int((state.tip.arc_mm - _NEARBY_MM) / LINE_MM), 0), int((state.tip.arc_mm + _NEARBY_MM) / LINE_MM))
    arcs = np.empty(len(poses))
    for k, place in enumerate(poses[:, :3, 3]):
        away = np.linalg.norm(line[near] - place, axis=1)
        along = (int(away.argmin()) if len(away) else count - 1 - near.start) + near.start
        arc = along * LINE_MM
        for _ in range(_ROUNDS):
            arc = lumen.place_in_tube(moment.rows, moment.tubes, tables.spans, tube, arc, *place)[0]
        arcs[k] = arc
    return arcs


def _spread_of(poses: DoubleArray, now: DoubleArray, rays_per_core: int) -> tuple[float, float]:
    """How far a core's rays part: rad and mm, from acceptance, opening and motion during the shutter."""
    if rays_per_core == 1:
        return 0.0, 0.0
    middle = poses[len(poses) // 2]
    turned = float(np.abs(poses[:, :3, :3] - middle[:3, :3]).max())
    moved = float(np.linalg.norm(poses[:, :3, 3] - middle[:3, 3], axis=1).max())
    pupil = now[lumen.PUPIL_MM]
    return float(0.5 * now[lumen.SPACING_RAD] + pupil / now[lumen.FOCUS_MM] + 1.5 * turned), float(pupil + moved)


def _spread_rays(count: int) -> DoubleArray:
    """Where a core's rays lie in its acceptance and in the lens's opening: (count, 4), two unit discs.

    The first is the middle ray. The others wind around it in both discs, by different angles, so that few rays fill
    both.
    """
    places = np.zeros((count, 4))
    k = np.arange(1, count)
    radius = np.sqrt((k + 0.5) / count)
    for first, turn in ((0, _GOLDEN_RAD), (2, 2.0 * math.pi / max(count - 1, 1))):
        places[1:, first], places[1:, first + 1] = radius * np.cos(turn * k), radius * np.sin(turn * k)
    return places

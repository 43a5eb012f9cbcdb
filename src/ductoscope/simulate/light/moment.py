"""Moment: the tree's tables as they are now: distended, its lesions where the wall carries them, what floats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ductoscope.model import DoubleArray
from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.distension import Distension
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.light import lumen
from ductoscope.simulate.light.lobes import FAR_MM, LOOSE, place_lobes
from ductoscope.simulate.light.lumen import NEIGHBOURS, RADIUS, SLOPE
from ductoscope.simulate.light.optics import core_spacing_rad, defocus_per_mm, mirrored_share, pupil_radius_mm
from ductoscope.simulate.light.tables import Tables
from ductoscope.simulate.settings import WorldSettings

_ROOM_MM = 0.02
_FORK_MARGIN_MM = 0.3
_EXTRAVASATION = 0.75
_HULL_COLUMNS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """What changes from picture to picture; arrays as compiled code reads them, see `lumen` and `lobes`.

    rows (R, 15), tubes (B, 12), now (10,); hulls (L, 6), hoods (C, 4), balls (K, 8) of lesions;
    spots (S, 5) by branch: arc_mm, angle (rad), radius_mm, strength, kind; spot_ranges (B, 2): first, count.
    """

    rows: DoubleArray
    tubes: DoubleArray
    now: DoubleArray
    hulls: DoubleArray
    hoods: DoubleArray
    balls: DoubleArray
    spots: DoubleArray
    spot_ranges: NDArray[np.int64]


def take_moment(tables: Tables, state: ExamState, settings: WorldSettings, distension: Distension) -> Moment:
    """Work out the present tree; below a millisecond for a tree of 50 branches."""
    rows = tables.rows.copy()
    radius = tables.rows[:, RADIUS] * distension.stretch(state.stretch_pressure_mmhg, tables.stiffness)
    rows[:, RADIUS] = radius
    steps = np.maximum(tables.row_after - tables.row_before, 1)
    rows[:, SLOPE] = (radius[tables.row_after] - radius[tables.row_before]) / (steps * LINE_MM)
    tubes = tables.tubes.copy()
    tubes[:, lumen.OPENED] = state.opened_mm
    tubes[list(state.burst), lumen.BURST] = _EXTRAVASATION
    _find_zones(tables, radius, tubes)
    is_air = state.fluid.is_air
    now = np.zeros(10)
    now[lumen.FOLD_SHARE] = state.fold_share
    now[lumen.ROUNDNESS] = state.roundness
    now[lumen.SHAFT_MM] = settings.outer_diameter_mm / 2.0 + _ROOM_MM
    now[lumen.MIRRORED] = mirrored_share(is_air)
    now[lumen.IS_AIR] = float(is_air)
    now[lumen.SPACING_RAD] = core_spacing_rad(settings, is_air)
    now[lumen.PUPIL_MM] = pupil_radius_mm(settings, is_air)
    now[lumen.FOCUS_MM] = settings.focus_mm
    now[lumen.BLUR_PER_MM] = defocus_per_mm(settings)
    now[lumen.OFFSET_MM] = settings.light_offset_mm
    hulls = np.zeros((len(tables.lesion_clusters), _HULL_COLUMNS))
    hoods, balls = np.empty((len(tables.clusters), 4)), np.empty((len(tables.lobes), 8))
    place_lobes(
        rows, tubes, tables.spans, tables.relief, now,
        tables.lobes, tables.clusters, tables.lesion_clusters, hulls, hoods, balls,
    )  # fmt: skip
    bleeding = dict(state.bleeding)
    for number, lesion in enumerate(tables.tree.lesions):
        hulls[number, 5] = LOOSE if lesion.is_loose else bleeding.get(lesion.id, 0.0)
        if lesion.id in state.gone:
            hulls[number, 3] = -FAR_MM
    spots, ranges = _sort_spots(state.spots, len(tubes))
    return Moment(rows, tubes, now, hulls, hoods, balls, spots, ranges)


def _find_zones(tables: Tables, radius: DoubleArray, tubes: DoubleArray) -> None:
    """Up to where each branch still runs together with others at its start, and from where at its end."""
    touching = tables.others_mm < radius[:, None] + radius[tables.others] + _FORK_MARGIN_MM
    first_row = tables.spans[:, lumen.FIRST_ROW]
    arc = (np.arange(len(radius)) - first_row[tables.row_of] + 1) * LINE_MM
    zones = np.maximum.reduceat(np.where(touching, arc[:, None], -1.0), first_row)
    tubes[:, lumen.ZONES :], tubes[:, lumen.ZONE_START] = zones, zones.max(axis=1)
    children = tables.spans[:, NEIGHBOURS + 3 :]
    widest = np.where(children >= 0, radius[first_row[children]], -FAR_MM).max(axis=1)
    tubes[:, lumen.ZONE_END] = tubes[:, lumen.LENGTH] - 1.2 * widest - _FORK_MARGIN_MM


def _sort_spots(spots: DoubleArray, branches: int) -> tuple[DoubleArray, NDArray[np.int64]]:
    """Spots by branch, angles in rad, and each branch's first and number."""
    order = np.argsort(spots[:, 0], kind="stable")
    sorted_spots = spots[order, 1:].copy()
    sorted_spots[:, 1] = np.deg2rad(sorted_spots[:, 1])
    edges = np.searchsorted(spots[order, 0], np.arange(branches + 1))
    return sorted_spots, np.stack([edges[:-1], np.diff(edges)], axis=1).astype(np.int64)

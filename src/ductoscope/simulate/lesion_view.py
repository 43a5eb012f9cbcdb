"""How much of each lesion one picture shows, and how large."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from ductoscope.model import BoolArray, DoubleArray
from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.distension import Distension
from ductoscope.simulate.breast.duct_tree import Branch, DuctTree
from ductoscope.simulate.breast.lesion import Lesion
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.light.optics import core_rays
from ductoscope.simulate.light.sight import Sight
from ductoscope.simulate.settings import WorldSettings

_SPREAD = ("superficial", "combined", "fold", "fork edge")
"""Types that are (also) painted or moulded on the wall itself, beyond the lobes that stand on it."""

_RIM_POINTS = 36
_RASTER_PITCHES = 0.25
_LARGEST_RASTER = 4096
_SIDES = np.deg2rad(np.arange(0.0, 180.0, 5.0))
_FARTHEST_RADIUS = 2.4


@dataclass(frozen=True, slots=True)
class LesionInView:
    """One lesion (or look-alike) in one picture.

    id: of the lesion. visible_share: of its outline as it would lie before the tip with nothing in front of it and no
    rim around the picture, the share that clear and sharp cores cover, 0 to 1. longest_cores: longest side, in core
    spacings, of what any core sees of it.
    """

    id: str
    visible_share: float
    longest_cores: float


@dataclass(frozen=True, slots=True, eq=False)
class Onlooker:
    """Who looks: the fibre's core places xy (N, 2) in the unit disc and their pitch, and the scope's settings."""

    xy: DoubleArray
    pitch: float
    settings: WorldSettings


def find_lesions_in_view(
    onlooker: Onlooker,
    tree: DuctTree,
    distension: Distension,
    state: ExamState,
    duct_from_tip: DoubleArray,
    sight: Sight,
    is_well: BoolArray,
) -> tuple[LesionInView, ...]:
    """Every lesion that at least one core looks at, in the order of `tree.lesions`. is_well: see `is_seen_well`."""
    found = []
    for index, lesion in enumerate(tree.lesions):
        looks = _looks_at(tree, index, sight)
        if not looks.any():
            continue
        rims = list(_draw_rims(tree.branches[lesion.branch], lesion, distension, state))
        whole = _count_cores(onlooker, rims, duct_from_tip, state.fluid.is_air)
        clear = float(np.count_nonzero(looks & is_well))
        share = min(clear / max(whole, clear, 1.0), 1.0)
        longest = _measure_longest(onlooker.xy[looks]) / onlooker.pitch + 1.0
        found.append(LesionInView(lesion.id, round(float(share), 4), round(float(longest), 2)))
    return tuple(found)


def _looks_at(tree: DuctTree, index: int, sight: Sight) -> BoolArray:
    """Which cores (N,) look at a lesion: at its lobes, or at wall within its extent where it spreads along it."""
    lesion = tree.lesions[index]
    looks = np.asarray(sight.lesion == index, dtype=np.bool_)
    if lesion.type not in _SPREAD and len(lesion.lobes):
        return looks
    branch = tree.branches[lesion.branch]
    half_mm, half_around_rad = _measure_spread(branch, lesion)
    around = np.deg2rad((sight.angle_deg - lesion.wall_angle_deg + 180.0) % 360.0 - 180.0)
    with np.errstate(invalid="ignore"):
        away = ((sight.arc_mm - lesion.arc_mm) / half_mm) ** 2 + (around / half_around_rad) ** 2
    return np.asarray(looks | ((sight.branch == lesion.branch) & (sight.lesion < 0) & (away <= 1.0)), dtype=np.bool_)


def _measure_spread(branch: Branch, lesion: Lesion) -> tuple[float, float]:
    """Half of a lesion's extent on the wall: mm along, rad around."""
    half_mm = 0.5 * lesion.size_mm
    radius = float(np.interp(lesion.arc_mm, np.arange(len(branch.radius_mm)) * LINE_MM, branch.radius_mm))
    return half_mm, np.pi if lesion.narrows else min(half_mm / radius, np.pi)


def _draw_rims(
    branch: Branch, lesion: Lesion, distension: Distension, state: ExamState
) -> Iterator[tuple[DoubleArray, float]]:
    """The lesion's parts in the tree's frame: balls as (place (1, 3), radius), its rim on the wall as ((n, 3), 0)."""
    if lesion.type in _SPREAD or not len(lesion.lobes):
        half_mm, half_rad = _measure_spread(branch, lesion)
        turn = np.linspace(0.0, 2.0 * np.pi, _RIM_POINTS, endpoint=False)
        arcs = lesion.arc_mm + half_mm * np.cos(turn)
        angles = np.deg2rad(lesion.wall_angle_deg) + half_rad * np.sin(turn)
        yield _find_wall(branch, arcs, angles, np.zeros(len(turn)), distension, state), 0.0
    lobes = lesion.lobes
    places = _find_wall(
        branch,
        lesion.arc_mm + lobes[:, 0],
        np.deg2rad(lesion.wall_angle_deg + lobes[:, 1]),
        lobes[:, 2],
        distension,
        state,
    )
    for place, radius in zip(places, lobes[:, 3], strict=True):
        yield place[None, :], float(radius)


def _find_wall(
    branch: Branch,
    arc_mm: DoubleArray,
    angle_rad: DoubleArray,
    height_mm: DoubleArray,
    distension: Distension,
    state: ExamState,
) -> DoubleArray:
    """Places (n, 3) that stand `height_mm` off the wall as it is now, folds left out."""
    arcs = np.arange(len(branch.line)) * LINE_MM
    line = np.stack([np.interp(arc_mm, arcs, column) for column in branch.line.T], axis=1)
    radius = branch.radius_mm * distension.stretch(state.stretch_pressure_mmhg, branch.stiffness)
    turned = angle_rad - np.deg2rad(branch.slit_deg)
    flat = state.roundness / np.sqrt(np.sin(turned) ** 2 + state.roundness**2 * np.cos(turned) ** 2)
    reach = np.interp(arc_mm, arcs, radius) * flat - height_mm
    outward = np.cos(angle_rad)[:, None] * line[:, 6:9] + np.sin(angle_rad)[:, None] * line[:, 9:12]
    return np.asarray(line[:, :3] + reach[:, None] * outward, dtype=np.float64)


def _count_cores(
    onlooker: Onlooker, parts: list[tuple[DoubleArray, float]], duct_from_tip: DoubleArray, is_air: bool
) -> float:
    """How many cores the parts would cover if the picture had no rim and nothing lay before them."""
    cell = _RASTER_PITCHES * onlooker.pitch
    # From an angle off the axis to a radius in the disc, by turning the lens' own table round.
    radii = np.linspace(0.0, _FARTHEST_RADIUS, 200)
    ahead = core_rays(np.column_stack([radii, np.zeros(200)]), onlooker.settings, is_air)[:, 2]
    angles = np.arccos(np.clip(ahead, -1.0, 1.0))
    discs: list[tuple[DoubleArray, float]] = []
    for places, ball_mm in parts:
        tip = (places - duct_from_tip[:3, 3]) @ duct_from_tip[:3, :3]
        distance = np.linalg.norm(tip, axis=1)
        angle = np.arccos(np.clip(tip[:, 2] / np.maximum(distance, 1e-9), -1.0, 1.0))
        side = np.maximum(np.hypot(tip[:, 0], tip[:, 1]), 1e-9)
        at = tip[:, :2] / side[:, None] * np.interp(angle, angles, radii)[:, None]
        if ball_mm == 0.0:
            discs.append((at, 0.0))
        elif angle[0] < angles[-1]:
            half = float(np.arcsin(min(ball_mm / max(distance[0], 1e-9), 1.0)))
            wide = np.interp(angle[0] + half, angles, radii) - np.interp(angle[0] - half, angles, radii)
            discs.append((at, max(0.5 * float(wide), half * radii[1] / max(angles[1], 1e-9))))
    if not discs:
        return 0.0
    low = np.min([(at - radius).min(axis=0) for at, radius in discs], axis=0)
    high = np.max([(at + radius).max(axis=0) for at, radius in discs], axis=0)
    columns, rows = (int(min(size, _LARGEST_RASTER)) for size in np.ceil((high - low) / cell) + 2)
    raster = np.zeros((rows, columns), dtype=np.uint8)
    for at, radius in discs:
        pixels = np.rint((at - low) / cell).astype(np.int32)
        if radius:
            cv2.circle(raster, (int(pixels[0, 0]), int(pixels[0, 1])), max(round(radius / cell), 0), 1, -1)
        else:
            cv2.fillPoly(raster, [pixels], 1)
    return float(raster.sum()) * _RASTER_PITCHES**2 / math.sqrt(0.75)


def _measure_longest(xy: DoubleArray) -> float:
    """The longest distance between two of these places, within half a percent."""
    along = xy[:, :1] * np.cos(_SIDES) + xy[:, 1:] * np.sin(_SIDES)
    return float((along.max(axis=0) - along.min(axis=0)).max())

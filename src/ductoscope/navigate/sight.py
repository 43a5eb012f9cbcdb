"""Sight: which piece of which branch's wall every pixel of a picture looks at, and how well."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from ductoscope.model import RASTER_SIZE, BoolArray, DoubleArray, FloatArray, Outlook, Raster, Scope, place_pixels
from ductoscope.model.wall_sight import WallSight
from ductoscope.navigate.forks import Fork, turn
from ductoscope.navigate.tube import FAR_RADII, Tube

WELL_MM2_PER_CORE = 0.02 * 1.8
"""Wall is seen densely enough with a core for every 0.02 mm2 of it at rest; distended, it is some 1.8 times as wide."""
_LEAST_CLEAR = 0.5
_OTHER_QUALITY = 0.3
_USUAL_MM_PER_RADIUS = 0.9
"""Only to judge density and focus while no scale is known: a distended duct's usual radius."""


@dataclass(frozen=True, slots=True, eq=False)
class SightPlan:
    """What does not change from picture to picture.

    rays: (S / 2, S / 2, 3) unit directions: a tube is smooth, so every second pixel tells it. forward: (S, S) cosine
    between a pixel's ray and the tip's axis. places: (S, S, 2) in the unit disc; is_inside: (S, S). core_rad: angle
    from one core to the next. focus_mm: nearest and farthest sharp distance.
    """

    rays: DoubleArray
    forward: FloatArray
    places: FloatArray
    is_inside: BoolArray
    core_rad: float
    focus_mm: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A picture laid on walls. is_well: (S, S), the pixel's wall is seen well."""

    sight: WallSight
    is_well: NDArray[np.bool_]


def plan_sight(scope: Scope, cores: int | None, size: int = RASTER_SIZE) -> SightPlan:
    """Plan for a scope. cores: live ones; None takes the lattice for as fine as the fibre."""
    places = place_pixels(size)
    across = size if cores is None else min(math.sqrt(cores / 0.907), size)
    return SightPlan(
        scope.look_along(place_pixels(size // 2)),
        scope.look_along(places)[..., 2].astype(np.float32),
        places.astype(np.float32),
        np.hypot(places[..., 0], places[..., 1]) <= 1.0,
        math.radians(scope.field_of_view_saline_deg) / across,
        scope.focus_mm,
    )


def sight_wall(
    plan: SightPlan,
    raster: Raster,
    outlook: Outlook,
    tube: Tube,
    *,
    along: float,
    along_sigma: float,
    roll_deg: float,
    unit: Literal["mm", "radii"],
    unit_per_radius: float,
    mm_per_radius: float | None,
    branch: str,
    fork: Fork | None,
    arms: Sequence[tuple[str, tuple[float, float]]],
) -> Seen:
    """Lay one picture on the walls.

    along, along_sigma: depth of the tip. fork: the next one ahead, or the one just passed. arms: names of the branches
    other than the tip's whose mouths are in the picture, with the places of those in the unit disc.
    """
    mm = _USUAL_MM_PER_RADIUS if mm_per_radius is None else mm_per_radius
    distance, ahead, aside_x, aside_y, facing = _meet_tube(plan, tube)
    angle = cv2.phase(aside_x, aside_y, angleInDegrees=True) - np.float32(roll_deg)
    place = np.float32(along) + ahead * np.float32(unit_per_radius)
    has_wall = plan.is_inside & raster.seen & (distance < 0.98 * FAR_RADII)
    index = np.where(has_wall, 0, -1).astype(np.int8)
    names = [branch]
    if arms:
        is_other = outlook.mouth > 0.5
        if fork is not None:
            is_other |= has_wall & (place > fork.along) & (fork.along > along)
        is_other &= plan.is_inside & raster.seen
        if is_other.any():
            nearest, names = _share_out(plan, arms, names)
            index = np.where(is_other, nearest, index).astype(np.int8)
            told = outlook.distance / max(tube.unit, 1e-6)
            distance = np.where(is_other, np.clip(told, 0.05, FAR_RADII), distance)
            place = np.where(is_other, along + distance * plan.forward * unit_per_radius, place)
            for name, mouth_xy in arms:
                own = is_other & (index == names.index(name))
                beside = plan.places[own] - np.array(mouth_xy)
                angle[own] = np.degrees(np.arctan2(beside[:, 1], beside[:, 0])) - roll_deg
                facing[own] = np.clip(0.7 / np.maximum(distance[own], 0.7), 0.0, 1.0)
    else:
        index[outlook.mouth > 0.5] = -1
    distance_mm = distance * mm
    mm2_per_core = (distance_mm * plan.core_rad) ** 2 * 0.866 / np.maximum(facing, 0.02)
    is_sharp = (distance_mm >= plan.focus_mm[0] * 0.7) & (distance_mm <= plan.focus_mm[1])
    has_place = index >= 0
    quality = outlook.clear / (1.0 + mm2_per_core / (0.5 * WELL_MM2_PER_CORE)) * np.where(is_sharp, 1.0, 0.4)
    quality = np.where(index > 0, np.minimum(quality, _OTHER_QUALITY), quality) * has_place
    is_well = has_place & is_sharp & (outlook.clear > _LEAST_CLEAR) & (mm2_per_core <= WELL_MM2_PER_CORE)
    sight = WallSight(
        raster.index,
        raster.t_ns,
        unit,
        tuple(names),
        index,
        np.where(has_place, place, 0.0).astype(np.float32),
        np.where(has_place, angle % 360.0, 0.0).astype(np.float32),
        np.where(has_place, distance, 0.0).astype(np.float32),
        quality.astype(np.float32),
        along_sigma,
    )
    return Seen(sight, is_well)


def _meet_tube(plan: SightPlan, tube: Tube) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Say where every pixel's ray meets the tube: five (S, S), lengths in radii.

    How far along the ray, how far ahead of the tip, x and y from the tube's middle, and the cosine between the ray and
    the wall's normal.
    """
    half = plan.rays.shape[0]
    distance = np.asarray(tube.meet_wall(plan.rays.reshape(-1, 3))).reshape(half, half)
    ahead = distance * plan.rays[..., 2]
    aside = plan.rays * distance[..., None] - tube.place_middle(ahead)
    length = np.sqrt(np.einsum("rci,rci->rc", aside, aside))
    facing = np.abs(np.einsum("rci,rci->rc", aside, plan.rays)) / np.maximum(length, 1e-6)
    size = plan.places.shape[:2]
    return tuple(  # type: ignore[return-value]
        cv2.resize(one.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
        for one in (distance, ahead, aside[..., 0], aside[..., 1], facing)
    )


def _share_out(
    plan: SightPlan, arms: Sequence[tuple[str, tuple[float, float]]], names: list[str]
) -> tuple[NDArray[np.int8], list[str]]:
    """Say to which arm every pixel belongs: that whose mouth is nearest in the picture."""
    away = np.stack([((plan.places - np.asarray(mouth, np.float32)) ** 2).sum(axis=-1) for _, mouth in arms])
    return (np.argmin(away, axis=0) + 1).astype(np.int8), [*names, *(name for name, _ in arms)]


def even_light(light_lin: FloatArray, distance: FloatArray, weight: FloatArray) -> FloatArray:
    """Divide the lamp's falloff out of colours (N, 3): what is left is the wall's own, its middle brightness at 0.4.

    The power of the distance is fitted to this picture, for every lamp and gain falls off in its own way.
    """
    brightness = np.log(np.maximum(light_lin.mean(axis=1), 1e-4))
    far = np.log(np.maximum(distance, 0.05))
    total = max(float(weight.sum()), 1e-9)
    mean_far, mean_bright = float((weight * far).sum()) / total, float((weight * brightness).sum()) / total
    spread = float((weight * (far - mean_far) ** 2).sum())
    slope = float((weight * (far - mean_far) * (brightness - mean_bright)).sum()) / max(spread, 1e-9)
    slope = min(max(slope, -4.0), 0.0)
    gain = 0.4 / np.exp(mean_bright + slope * (far - mean_far))
    return np.asarray(light_lin * gain[:, None], dtype=np.float32)


def place_arms(
    fork: Fork | None, names: Sequence[tuple[str, int]], roll_deg: float, t_ns: int
) -> list[tuple[str, tuple[float, float]]]:
    """Where the mouths of a fork are in the picture right now: names and children's numbers to places."""
    if fork is None:
        return []
    return [
        (name, turn(arm.last_xy, roll_deg))
        for name, child in names
        for arm in fork.arms
        if arm.child == child and arm.last_t_ns == t_ns
    ]

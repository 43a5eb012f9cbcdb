"""Lay what a picture shows on the wall: places of a patch, and how far it stands out from the smooth tube."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from ductoscope.detect.measure_spot import measure_extent
from ductoscope.detect.spots import SpotSeen
from ductoscope.model import BoolArray, DoubleArray, Outlook
from ductoscope.model.wall_sight import WallSight

_FEWEST = 40
_STEP = 3
_FARTHEST = 1.15
"""A patch's distance is believed up to this share of the smooth wall's."""
_NEAREST, _MOST_AWAY = 0.05, 12.0
_OUTER, _AS_DEEP = 15.0, 0.65
_BEYOND_QUALITY, _BEYOND_SIGMA = 0.1, 0.2
_WALL_SPOT, _WALL_QUALITY, _WALL_CLEAR = 0.2, 0.25, 0.4


@dataclass(frozen=True, slots=True, eq=False)
class TubeFrame:
    """The straight tube behind a WallSight: turns points before the tip (in radii) into places on the wall.

    rows: (3, 4), along, cosine and sine of the place for (x, y, z, 1); cosine and sine are 1 on
    the wall and shrink towards the axis. radius: of the lumen in the sight's unit.
    log_scale: logarithm of what turns the outlook's distance into radii, None where it could not be told.
    """

    rows: DoubleArray
    radius: float
    log_scale: float | None

    def place(self, points: DoubleArray) -> tuple[DoubleArray, DoubleArray, DoubleArray]:
        """Along, angle_deg and share of the radius (1 is the wall) of points (N, 3)."""
        along, cosine, sine = self.rows[:, :3] @ points.T + self.rows[:, 3:]
        return along, np.degrees(np.arctan2(sine, cosine)) % 360.0, np.hypot(cosine, sine)


@dataclass(frozen=True, slots=True, eq=False)
class WallPlace:
    """Where one patch lies on the wall, by one picture.

    unit: of along; radius: of the lumen, in it. half_along (same unit), half_angle_deg: half of its extent.
    away_radii: how far the tip was off. height_radii: how far it stands out (None where the wall behind it is not
    known); sigma: of along. quality: how well it is seen. is_own: it lies in the branch that the tip is in.
    """

    unit: str
    radius: float
    branch: str
    along: float
    angle_deg: float
    half_along: float
    half_angle_deg: float
    away_radii: float
    height_radii: float | None
    sigma: float
    quality: float
    is_own: bool


def fit_tube(sight: WallSight, outlook: Outlook, rays: DoubleArray) -> TubeFrame | None:
    """Find the straight tube that `sight` was made with, and the scale of the outlook's distances in it.

    Every place on a straight tube's wall is linear in the point's coordinates, so twelve numbers say it. Returns None
    when too little wall has a place.
    """
    own = sight.branch == 0
    good = own & (sight.quality > 0.05) & (sight.distance > 0)
    picked = np.flatnonzero(good)[::_STEP]
    if len(picked) < _FEWEST:
        return None
    points = rays.reshape(-1, 3)[picked] * sight.distance.reshape(-1)[picked, None]
    angle = np.deg2rad(sight.angle_deg.reshape(-1)[picked])
    wanted = np.stack((sight.along.reshape(-1)[picked], np.cos(angle), np.sin(angle)), axis=1)
    ahead = np.concatenate((points, np.ones((len(points), 1))), axis=1)
    rows = np.linalg.lstsq(ahead, wanted, rcond=None)[0].T
    wall = good & (outlook.spot < _WALL_SPOT) & (sight.quality > _WALL_QUALITY) & (outlook.clear > _WALL_CLEAR)
    wall &= (outlook.mouth < 0.5) & (outlook.distance > 0)
    is_told = np.count_nonzero(wall) >= _FEWEST
    log_scale = float(np.median(np.log(sight.distance[wall] / outlook.distance[wall]))) if is_told else None
    return TubeFrame(rows, float(np.linalg.norm(rows[0, :3])), log_scale)


def find_points(mask: BoolArray, sight: WallSight, outlook: Outlook, tube: TubeFrame, rays: DoubleArray) -> DoubleArray:
    """Points (N, 3) in radii before the tip of the mask's pixels, where the outlook says that they are.

    Without a scale for the outlook's distances they lie on the smooth wall. A patch is one thing: where single pixels
    say otherwise they are kept within what a wall can bear.
    """
    smooth = sight.distance[mask].astype(np.float64)
    if tube.log_scale is None:
        told = np.where(smooth > 0, smooth, np.median(smooth[smooth > 0]) if (smooth > 0).any() else 1.0)
    else:
        # On its outline a pixel mixes the thing with the wall far behind it: the nearer neighbour is the thing.
        away = np.where(outlook.distance > 0, outlook.distance, np.float32(1e6))
        told = cv2.erode(away, np.ones((3, 3), np.uint8))[mask].astype(np.float64) * np.exp(tube.log_scale)
    is_own = (sight.branch[mask] == 0) & (smooth > 0)
    # Nothing in a duct stands behind its wall.
    distance = np.clip(np.where(is_own, np.minimum(told, _FARTHEST * smooth), told), _NEAREST, _MOST_AWAY)
    return np.asarray(rays[mask] * distance[:, None])


def place_spot(
    spot: SpotSeen, sight: WallSight, outlook: Outlook, tube: TubeFrame, rays: DoubleArray
) -> tuple[WallPlace, DoubleArray]:
    """Lay a patch on the wall; returns its place and its points (N, 3) in radii before the tip.

    Where it lies beyond the mouth of a branch that has no wall yet, its place is told by the duct that the tip is in,
    straight on, and is as uncertain as the bend that it may lie behind.
    """
    branches = sight.branch[spot.mask]
    most = int(np.bincount(branches + 1, minlength=2).argmax()) - 1
    here = spot.mask & (sight.branch == most)
    points = find_points(here, sight, outlook, tube, rays)
    away = float(np.median(np.linalg.norm(points, axis=1)))
    along, angle_deg, rho = tube.place(points)
    quality, sigma, height = float(sight.quality[here].mean()), sight.along_sigma, None
    if most == 0:
        height = float(np.clip(1.0 - np.percentile(rho, 10), 0.0, 2.0))
    elif most > 0:
        along, angle_deg = sight.along[here].astype(np.float64), sight.angle_deg[here].astype(np.float64)
    else:
        quality, sigma = _BEYOND_QUALITY, math.hypot(sigma, _BEYOND_SIGMA * away * tube.radius)
    middle_deg, away_deg = _mean_angle(angle_deg)
    low, high = (float(one) for one in np.percentile(along, (_OUTER, 100.0 - _OUTER)))
    # From the front only the near face shows; most things are about as deep as they are wide.
    across = measure_extent(points)[1] * tube.radius
    high = max(high, low + _AS_DEEP * across)
    place = WallPlace(
        sight.unit,
        tube.radius,
        sight.branches[max(most, 0)],
        0.5 * (low + high),
        middle_deg,
        0.5 * (high - low),
        float(np.percentile(np.abs(away_deg), 90)),
        away,
        height,
        sigma,
        quality * (1.0 - spot.cut) ** 2,
        most == 0,
    )
    return place, points


def _mean_angle(angle_deg: DoubleArray) -> tuple[float, DoubleArray]:
    """The mean direction, and how far each is off it."""
    turn = np.deg2rad(angle_deg)
    middle = float(np.degrees(np.arctan2(np.sin(turn).mean(), np.cos(turn).mean())) % 360.0)
    return middle, (angle_deg - middle + 180.0) % 360.0 - 180.0

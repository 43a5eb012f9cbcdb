"""Look: what one picture shows of a patch beside its neighbouring wall, in figures that words can be made of."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ductoscope.detect.spots import SpotSeen
from ductoscope.detect.wall_place import WallPlace
from ductoscope.model import BoolArray, DoubleArray, FloatArray, Outlook, Raster
from ductoscope.model.wall_sight import WallSight

_RING_PIXELS = 7
_GAP_PIXELS = 2
_FEWEST = 12
_FLOOR = 0.004
_BRIGHTEST = 0.98
_BEYOND = 1.4


@dataclass(frozen=True, slots=True)
class Look:
    """One picture's.

    worth: of this view. parts: pieces that it falls into. height_radii: how far it stands out (None without a wall).
    hides: share of the lumen beyond it that it hides; around_deg: how much of the way around it covers.
    redder, yellower, brighter: of its light against the neighbouring wall's, as natural logarithms of red over green,
    green over blue, and green; red, yellow: the same of its own light against white. wall_red: of the wall next to it
    against wall farther off. rough: unevenness of its light against the wall's; ragged: length of its outline over that
    of a convex one.
    """

    worth: float
    parts: int
    height_radii: float | None
    hides: float
    around_deg: float
    redder: float
    yellower: float
    brighter: float
    red: float
    yellow: float
    wall_red: float
    rough: float
    ragged: float


def look_at(
    spot: SpotSeen,
    raster: Raster,
    outlook: Outlook,
    worth: float,
    place: WallPlace | None,
    sight: WallSight | None,
) -> Look | None:
    """Compare a patch with the wall around it; None when too little of either can be compared.

    worth: of this view. place, sight: where it lies on the wall; None when that is not known.
    """
    light = raster.light_lin
    usable = raster.seen & (light.min(axis=2) > _FLOOR) & (light.max(axis=2) < _BRIGHTEST) & (outlook.clear > 0.3)
    inside = spot.mask & usable
    near = _ring(spot.mask, _GAP_PIXELS, _RING_PIXELS) & usable & (outlook.spot < 0.2) & (outlook.mouth < 0.5)
    far = _ring(spot.mask, _RING_PIXELS, 3 * _RING_PIXELS) & usable & (outlook.spot < 0.2) & (outlook.mouth < 0.5)
    if min(np.count_nonzero(inside), np.count_nonzero(near)) < _FEWEST:
        return None
    own, wall = _middle(light, inside), _middle(light, near)
    fine = _find_fine(light)
    beyond = _middle(light, far) if np.count_nonzero(far) >= _FEWEST else wall
    return Look(
        worth,
        _count_parts(spot, outlook),
        place.height_radii if place is not None else None,
        _hides(spot.mask, sight) if sight is not None else 0.0,
        2.0 * place.half_angle_deg if place is not None else 0.0,
        float((own[0] - own[1]) - (wall[0] - wall[1])),
        float((own[1] - own[2]) - (wall[1] - wall[2])),
        float(own[1] - wall[1]),
        float(own[0] - own[1]),
        float(own[1] - own[2]),
        float((wall[0] - wall[1]) - (beyond[0] - beyond[1])),
        _unevenness(fine, inside) / max(_unevenness(fine, near), 0.005),
        _raggedness(spot.mask),
    )


def _ring(mask: BoolArray, inner: int, outer: int) -> BoolArray:
    """Pixels farther from the mask than `inner` and no farther than `outer`."""
    pixels = mask.astype(np.uint8)
    wide, narrow = (
        cv2.dilate(pixels, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * one + 1, 2 * one + 1)))
        for one in (outer, inner)
    )
    return np.asarray((wide > 0) & (narrow == 0), dtype=np.bool_)


def _middle(light: FloatArray, where: BoolArray) -> DoubleArray:
    """Logarithm of the middle light there (3,)."""
    return np.log(np.median(light[where], axis=0).astype(np.float64))


def _count_parts(spot: SpotSeen, outlook: Outlook) -> int:
    """Pieces of the patch that are divided by pixels that are no part of it."""
    sure = (spot.mask & (outlook.spot > 0.5)).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(sure, connectivity=4)
    return int(np.count_nonzero(stats[1:count, cv2.CC_STAT_AREA] >= _FEWEST))


def _hides(mask: BoolArray, sight: WallSight) -> float:
    """Of the pixels that ought to look at wall well beyond the patch, the share that it covers."""
    own = sight.branch == 0
    at = sight.distance[mask & own]
    if len(at) < _FEWEST:
        return 0.0
    beyond = own & (sight.distance > _BEYOND * float(np.percentile(at, 20)))
    count = int(np.count_nonzero(beyond))
    return float(np.count_nonzero(beyond & mask) / count) if count >= _FEWEST else 0.0


def _find_fine(light: FloatArray) -> FloatArray:
    """How much each pixel's light (S, S) differs from its slow shading, as a logarithm."""
    tone = np.log(np.maximum(light[..., 1], _FLOOR))
    return np.asarray(tone - cv2.GaussianBlur(tone, (0, 0), 2.5))


def _unevenness(fine: FloatArray, where: BoolArray) -> float:
    """How much the light changes from pixel to pixel beyond its slow shading, relative."""
    return float(np.sqrt(np.mean(np.square(np.clip(fine[where], -0.5, 0.5)))))


def _raggedness(mask: BoolArray) -> float:
    """Length of the largest piece's outline over that of its convex hull; 1 for a convex one."""
    shapes, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    largest = max(shapes, key=len)
    round_about = cv2.arcLength(cv2.convexHull(largest), True)
    return float(cv2.arcLength(largest, True) / max(round_about, 1.0))

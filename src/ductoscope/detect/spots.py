"""Find what stands out in one picture: patches of pixels that the eye takes for something on the wall."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ductoscope.model import BoolArray, DoubleArray, FloatArray, Outlook

_SEED, _GROW = 0.7, 0.35
"""A patch needs a pixel this likely, and reaches as far as pixels are at least this likely."""
_FEWEST_PIXELS = 12
_MOST_PATCHES = 6
_CLOSE_PIXELS = 3
_RIM = 0.96
_CLEAR = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class SpotSeen:
    """One patch in one picture.

    mask: (S, S). middle_xy: in the unit disc; reach: its longest extent there (the rim is 2 across).
    belief: mean chance of its pixels; clear: how well they are seen. cut: share of its outline that the rim cuts off.
    """

    mask: BoolArray
    middle_xy: tuple[float, float]
    reach: float
    belief: float
    clear: float
    cut: float


def find_spots(outlook: Outlook, places: DoubleArray, seen: BoolArray) -> tuple[SpotSeen, ...]:
    """Find the patches of one outlook, the largest first; parts that nearly touch are one.

    places: (S, S, 2) of the pixels in the unit disc. Pixels that are hardly seen through the fluid say nothing.
    """
    # A pixel alone is a core's noise: the chance is steadied over its neighbours first.
    chance = np.asarray(cv2.blur(outlook.spot * (outlook.clear > _CLEAR), (3, 3)), dtype=np.float32)
    grown = ((chance >= _GROW) & seen).astype(np.uint8)
    if not grown.any():
        return ()
    joined = cv2.morphologyEx(grown, cv2.MORPH_CLOSE, np.ones((_CLOSE_PIXELS, _CLOSE_PIXELS), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    order = 1 + np.argsort(-stats[1:, cv2.CC_STAT_AREA], kind="stable")[:_MOST_PATCHES]
    spots = []
    for label in order if count > 1 else ():
        mask = (labels == label) & (grown > 0)
        if np.count_nonzero(mask) < _FEWEST_PIXELS or chance[mask].max() < _SEED:
            continue
        spots.append(_describe(mask, outlook, chance, places))
    return tuple(spots)


def join_spots(spots: Sequence[SpotSeen], outlook: Outlook, places: DoubleArray) -> SpotSeen:
    """One patch of several that are pieces of one thing."""
    mask = np.logical_or.reduce([one.mask for one in spots])
    return _describe(mask, outlook, outlook.spot, places)


def _describe(mask: BoolArray, outlook: Outlook, chance: FloatArray, places: DoubleArray) -> SpotSeen:
    at = places[mask]
    inner = cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    border = mask & ~inner
    at_rim = np.hypot(*places[border].T) > _RIM
    middle = at.mean(axis=0)
    return SpotSeen(
        mask,
        (float(middle[0]), float(middle[1])),
        measure_reach(at) + 2.0 / mask.shape[0],
        float(chance[mask].mean()),
        float(outlook.clear[mask].mean()),
        float(at_rim.mean()),
    )


def measure_reach(at: DoubleArray) -> float:
    """The longest distance between two of the places (N, 2), within half a percent."""
    sides = np.deg2rad(np.arange(0.0, 180.0, 10.0))
    along = at[:, :1] * np.cos(sides) + at[:, 1:] * np.sin(sides)
    return float((along.max(axis=0) - along.min(axis=0)).max())

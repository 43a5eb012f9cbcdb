"""Measure a patch: its longest extent in radii of the lumen by one picture, and in mm by the best of its pictures.

A picture shows one side of a thing, so its extent along the line of sight is told only by the outlook's distances and
partly hidden. What that does to a size was measured on simulated examinations and is part of the uncertainty; it is not
clinical evidence.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ductoscope.model import DoubleArray
from ductoscope.model.clinical import Measurement, Unmeasurable

METHOD = "longest extent of the outline, laid on the fitted duct"
FEWEST_CORES = 8.0
_EDGE_CORES = 1.0
_SHAPE_SHARE, _AHEAD_SHARE = 0.18, 0.3
_MOST_CUT = 0.25
_UNSEEN_MM = 0.9
"""What an eye leaves out of a thing: of nine lesions on tuning seeds (21 to 29, 3,000 cores) four were told 1.3 to 2.5
mm too small, whatever their size and however sure the eye was. Where that is much of a size, there is none."""
_WORST_SHARE = 0.65
_BEST_VIEWS = 12
_SHARE_KEPT = 0.985
_AHEAD_BELIEVED = 0.7
_WHOLE = 70.0
"""What hides or cuts off a part makes a thing smaller, never larger: of several views the larger ones are right."""


@dataclass(frozen=True, slots=True)
class SizeSeen:
    """A patch's longest extent by one picture.

    radii: of the lumen; mm: by the scale that held then (None without one), whose own relative sigma is scale_share.
    ahead: share of it that lies along the line of sight. cores: across its longest side. cut: share of its outline at
    the rim. worth: of this view.
    """

    radii: float
    ahead: float
    cores: float
    cut: float
    worth: float
    mm: float | None
    scale_share: float
    scale: str


def measure_extent(points: DoubleArray) -> tuple[float, float]:
    """The longest extent of points (N, 3) before the tip, and that across the line of sight alone.

    Over directions all around, without the farthest few of each. Their difference is told by the outlook's distances
    only, the extent across by angles as well.
    """
    few = points[:: max(len(points) // 200, 1)]
    sight = few.mean(axis=0)
    sight /= max(float(np.linalg.norm(sight)), 1e-9)
    flat = few - (few @ sight)[:, None] * sight
    return _find_longest(few), _find_longest(flat)


def believe_extent(longest: float, across: float) -> float:
    """How long it is believed to be: an eye smears a thing along its line of sight, so that part counts less."""
    return across + _AHEAD_BELIEVED * max(longest - across, 0.0)


def _find_longest(points: DoubleArray) -> float:
    at = np.sort(points @ _DIRECTIONS.T, axis=0)
    off = round((1.0 - _SHARE_KEPT) * len(points))
    return float((at[-1 - off] - at[off]).max())


def measure_spot(views: Sequence[SizeSeen], *, is_plug: bool = False) -> Measurement | Unmeasurable:
    """The size by the best views together, or why there is none. is_plug: it fills the lumen."""
    if is_plug:
        return Unmeasurable("it fills the duct: only its near end is seen")
    if not views:
        return Unmeasurable("it was not seen on a wall whose distance is known")
    wide = [one for one in views if one.cores >= FEWEST_CORES]
    if not wide:
        most = max(one.cores for one in views)
        return Unmeasurable(f"too far away: {most:.0f} fibre cores across at best, {FEWEST_CORES:.0f} are needed")
    whole = [one for one in wide if one.cut <= _MOST_CUT]
    if not whole:
        return Unmeasurable("it reached beyond the picture's rim whenever it was near enough")
    scaled = sorted((one for one in whole if one.mm is not None), key=lambda one: -one.worth)[:_BEST_VIEWS]
    if not scaled:
        return Unmeasurable("no scale: nothing has told how wide the duct is")
    sizes = np.array([one.mm for one in scaled], dtype=np.float64)
    value = float(np.percentile(sizes, _WHOLE))
    best = scaled[0]
    spread = 1.48 * float(np.median(np.abs(sizes - np.median(sizes))))
    edge = value * _EDGE_CORES / best.cores
    shape = value * (_SHAPE_SHARE + _AHEAD_SHARE * float(np.median([one.ahead for one in scaled])))
    sigma = math.hypot(edge, shape, spread, best.scale_share * value, _UNSEEN_MM)
    if sigma > _WORST_SHARE * value:
        return Unmeasurable(f"too uncertain: {value:.1f} mm with a standard deviation of {sigma:.1f} mm")
    return Measurement(value, max(sigma, 0.001), METHOD, best.scale)


def _spread_directions() -> DoubleArray:
    """Directions over half of the sphere, 20 degrees apart."""
    ups = np.deg2rad(np.arange(0.0, 91.0, 20.0))
    turns = [np.linspace(0.0, 2.0 * math.pi, max(round(18 * math.cos(up)), 1), endpoint=False) for up in ups]
    up, turn = np.repeat(ups, [len(one) for one in turns]), np.concatenate(turns)
    return np.stack((np.cos(up) * np.cos(turn), np.cos(up) * np.sin(turn), np.sin(up)), axis=1)


_DIRECTIONS = _spread_directions()

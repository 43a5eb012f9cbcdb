"""Calibre: how wide a duct is along its length: neck, taper, slow unevenness, ampulla and ectasia."""

from __future__ import annotations

import numpy as np

from ductoscope.model import DoubleArray
from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.line import ease

MOST_UNEVEN = 0.04
"""Slow widenings and narrowings, as a share of the radius (assumed)."""
LEAST_TAPER = 0.93
"""Radius at a duct's end by that at its start, at least (VICTRE phantom: 0.95 to 1)."""
_FLARE = 2.5
"""A neck widens over this many times the radius it gains (assumed); steeper would be a shelf, not a duct."""
_ORIFICE_DEPTH_MM = 0.6


def draw_calibre(rng: np.random.Generator, rows: int, radius_mm: float) -> DoubleArray:
    """Radius (rows,) of a plain duct: it narrows by up to 7 % towards its end, with slow widenings of a few per cent.

    Both ends are exact: the first row has `radius_mm`, the last
    the tapered radius.
    """
    share = np.arange(rows) / (rows - 1)
    waves = np.sin(np.pi * np.outer(share, [1.0, 2.0, 3.0])) @ rng.normal(0.0, 1.0, 3)
    uneven = MOST_UNEVEN * np.tanh(waves)
    taper = 1.0 - rng.uniform(0.0, 1.0 - LEAST_TAPER) * share
    return np.asarray(radius_mm * taper * (1.0 + uneven), dtype=np.float64)


def add_neck(radius_mm: DoubleArray, orifice_mm: float, neck_mm: float, neck_length_mm: float) -> DoubleArray:
    """Give a main duct its orifice and neck (diameters in mm); it reaches its full radius before its end.

    A duct that forks just under the skin has no room for a whole neck and gets a shorter one.
    """
    arc = np.arange(len(radius_mm)) * LINE_MM
    neck = min(neck_mm / 2.0, 0.8 * float(radius_mm.min()))
    flare = _FLARE * (float(radius_mm.max()) - neck)
    ends = max(min(neck_length_mm, arc[-1] - flare - LINE_MM), LINE_MM)
    share = ease((arc - ends) / min(flare, arc[-1] - ends))
    narrow = neck + max(orifice_mm / 2.0 - neck, 0.0) * (1.0 - ease(arc / _ORIFICE_DEPTH_MM))
    return np.asarray(narrow + share * (np.maximum(radius_mm, narrow) - narrow), dtype=np.float64)


def widen(radius_mm: DoubleArray, from_mm: float, to_mm: float, width_mm: float) -> DoubleArray:
    """Widen a stretch of a duct to a diameter, over soft shoulders; outside of it the duct stays as it was."""
    arc = np.arange(len(radius_mm)) * LINE_MM
    shoulder = (to_mm - from_mm) * 0.4
    share = ease((arc - from_mm) / shoulder) * ease((to_mm - arc) / shoulder)
    return np.asarray(radius_mm + share * np.maximum(width_mm / 2.0 - radius_mm, 0.0), dtype=np.float64)

"""Nipple: where its duct openings lie, and which of them gives discharge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from ductoscope.simulate.breast.fork import draw_within
from ductoscope.simulate.settings import WorldSettings

Ring = Literal["central", "peripheral"]
Discharge = Literal["none", "clear", "serous", "bloody", "milky"]

LEAST_ORIFICES, MOST_ORIFICES = 5, 9

_RADIUS_MM = 6.95
"""Half of the nipple's mean diameter of 13.9 mm (Taneri 2006)."""
_CENTRAL_SHARE = 0.4
_RINGS = {"central": (0.05, 0.35), "peripheral": (0.5, 0.8)}
"""From where to where the rings of orifices lie, in nipple radii (assumed; two groups: Love & Barsky 2004)."""
_APART_MM = 1.2
"""From middle to middle of two orifices, at least (assumed: room for a dilator)."""
_ORIFICE_SD_MM = 0.12
_LOOKS: tuple[Discharge, ...] = ("serous", "bloody", "clear", "milky")
_LOOK_SHARES = (0.58, 0.36, 0.03, 0.03)
"""How often discharge looks so (Fudan series: serous 57.9 %, bloody 36.0 %)."""


@dataclass(frozen=True, slots=True)
class Orifice:
    """One duct opening.

    number: 0, 1, ... clock_deg: 0 is twelve o'clock, growing clockwise as somebody who faces the nipple sees it.
    distance_mm: from the nipple's middle. discharge: what comes out when the breast is pressed.
    """

    number: int
    clock_deg: float
    ring: Ring
    distance_mm: float
    diameter_mm: float
    discharge: Discharge


@dataclass(frozen=True, slots=True)
class Nipple:
    """A nipple's surface: its radius and its usable orifices by number; exactly one of them gives discharge."""

    radius_mm: float
    orifices: tuple[Orifice, ...]

    @property
    def discharging(self) -> int:
        """The number of the orifice that gives discharge."""
        return next(each.number for each in self.orifices if each.discharge != "none")


def draw_nipple(rng: np.random.Generator, settings: WorldSettings) -> Nipple:
    """Draw a nipple with 5 to 9 orifices, numbered clockwise, no two of them closer than a dilator needs."""
    radius_mm = draw_within(rng, _RADIUS_MM, 0.35, 6.0, 8.0)
    count = min(max(settings.orifices + round(rng.normal(0.0, 0.8)), LEAST_ORIFICES), MOST_ORIFICES)
    places: list[tuple[float, Ring, float]] = []
    while len(places) < count:
        ring: Ring = "central" if rng.uniform() < _CENTRAL_SHARE else "peripheral"
        place = (float(rng.uniform(0.0, 360.0)), ring, radius_mm * float(rng.uniform(*_RINGS[ring])))
        if all(_distance_mm(place, other) >= _APART_MM for other in places):
            places.append(place)
    discharging = int(rng.integers(count))
    look = "bloody" if settings.blood_per_mm > 0.0 else _LOOKS[rng.choice(len(_LOOKS), p=_LOOK_SHARES)]
    return Nipple(
        radius_mm,
        tuple(
            Orifice(
                number,
                clock_deg,
                ring,
                distance_mm,
                draw_within(rng, settings.orifice_mm, _ORIFICE_SD_MM, 0.3, 1.2),
                look if number == discharging else "none",
            )
            for number, (clock_deg, ring, distance_mm) in enumerate(sorted(places))
        ),
    )


def _distance_mm(one: tuple[float, Ring, float], other: tuple[float, Ring, float]) -> float:
    between = np.deg2rad(one[0] - other[0])
    return float(np.sqrt(one[2] ** 2 + other[2] ** 2 - 2.0 * one[2] * other[2] * np.cos(between)))

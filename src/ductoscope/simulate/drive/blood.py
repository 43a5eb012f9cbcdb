"""What bleeds, what the scope scraped, and what flushing carries away. Every rate here is assumed."""

from __future__ import annotations

import math

import numpy as np

from ductoscope.model import DoubleArray
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.breast.lesion import Lesion
from ductoscope.simulate.drive.pressure import FULL_FLUSH_ML_MIN
from ductoscope.simulate.drive.state import NO_SPOTS, Contact, ExamState, TipState

_STOPS_S = 45.0
"""A touched lesion's bleeding falls to 37 % in this time."""
_WELLS_S = 0.5
_SPONTANEOUS = 0.35
_FAINTEST = 0.02
_SCRAPES_FROM = 0.6
"""Share of the force that makes a wall bleed at once from which on it may."""
_PETECHIAE_S = 1.5
_MOST_SPOTS = 60
_PETECHIA_MM = (0.04, 0.14)
_STREAK_MM = 0.5
_LOOSENS_S = 4.0
_FLUSH_REACHES_MM = 5.0


def bleed(
    tree: DuctTree, state: ExamState, touched: tuple[Lesion, ...], contact: Contact | None, dt_s: float
) -> tuple[tuple[str, float], ...]:
    """How strongly each lesion bleeds now (0..1), by id; those that do not are left out.

    A touch makes one bleed that bleeds on contact, the harder the more; it stops within a minute or two. One that
    bleeds spontaneously never quite stops.
    """
    before = dict(state.bleeding)
    touched_ids = {lesion.id for lesion in touched}
    force = 0.3 + 0.7 * (contact.force if contact else 0.0)
    now = []
    for lesion in tree.lesions:
        if lesion.bleeds == "no" or lesion.id in state.gone:
            continue
        strength = before.get(lesion.id, 0.0) * math.exp(-dt_s / _STOPS_S)
        if lesion.id in touched_ids:
            strength = max(strength, strength + (1.0 - math.exp(-dt_s / _WELLS_S)) * (force - strength))
        if lesion.bleeds == "spontaneous":
            strength = max(strength, _SPONTANEOUS)
        if strength >= _FAINTEST:
            now.append((lesion.id, strength))
    return tuple(now)


def scrape(tip: TipState, contact: Contact | None, dt_s: float, rng: np.random.Generator) -> DoubleArray | None:
    """A petechia (6,) where the tip presses too hard on the wall, as a spot; None while the wall bears it."""
    if contact is None or contact.force <= _SCRAPES_FROM:
        return None
    chance = (contact.force - _SCRAPES_FROM) / (1.0 - _SCRAPES_FROM) * dt_s / _PETECHIAE_S
    if rng.uniform() >= chance:
        return None
    radius_mm = rng.uniform(*_PETECHIA_MM)
    angle_deg = contact.angle_deg + rng.uniform(-25.0, 25.0)
    return np.array([tip.branch, max(tip.arc_mm, 0.0), angle_deg % 360.0, radius_mm, rng.uniform(0.5, 1.0), 0.0])


def paint_spots(
    tree: DuctTree, state: ExamState, bleeding: tuple[tuple[str, float], ...], petechia: DoubleArray | None
) -> DoubleArray:
    """The coloured spots on the walls (S, 6).

    Petechiae stay, the oldest of very many are left out; blood runs from every lesion that bleeds, as strongly as it
    does.
    """
    if petechia is None and bleeding == state.bleeding:
        return state.spots
    stay = [state.spots[state.spots[:, 5] == 0.0][-_MOST_SPOTS:]]
    if petechia is not None:
        stay.append(petechia[None])
    strengths = dict(bleeding)
    runs = [
        [lesion.branch, lesion.arc_mm, lesion.wall_angle_deg, _STREAK_MM + lesion.size_mm / 3.0, strength, 1.0]
        for lesion in tree.lesions
        if (strength := strengths.get(lesion.id, 0.0)) > 0.0
    ]
    rows = np.vstack([*stay, *([runs] if runs else [])])
    return rows if len(rows) else NO_SPOTS


def loosen(
    tree: DuctTree, state: ExamState, tip: TipState, flow_ml_min: float, dt_s: float, rng: np.random.Generator
) -> frozenset[str]:
    """Ids of debris and clots that are gone: a strong flow close to one takes it along sooner or later."""
    gone = state.gone
    for lesion in tree.lesions:
        away_mm = abs(lesion.arc_mm - tip.arc_mm)
        if not lesion.is_loose or lesion.id in gone or lesion.branch != tip.branch or away_mm > _FLUSH_REACHES_MM:
            continue
        flow = abs(flow_ml_min) / FULL_FLUSH_ML_MIN * (1.0 - away_mm / _FLUSH_REACHES_MM)
        if rng.uniform() < flow * dt_s / _LOOSENS_S:
            gone = gone | {lesion.id}
    return gone

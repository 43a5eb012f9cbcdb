"""Grow lesions and look-alikes in a tree of ducts: choose kinds, sizes and places, then let each change its duct."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ductoscope.model import BadInputError
from ductoscope.simulate.breast.duct_tree import Branch
from ductoscope.simulate.breast.garden import Garden, Planted
from ductoscope.simulate.breast.lesion import Lesion
from ductoscope.simulate.breast.lesion_kinds import LesionKind, draw_kind, draw_lookalike, make_lookalike
from ductoscope.simulate.breast.lesion_sites import (
    Site,
    choose_fork_edge,
    choose_site,
    list_ending_sites,
    list_sites,
)
from ductoscope.simulate.settings import WorldSettings

SMALLEST_MM, LARGEST_MM = 0.5, 12.0

_BEYOND_REACH = 4
"""One lesion in so many may lie beyond the scope's reach."""
_SHRINKS = 0.85


def grow_lesions(
    rng: np.random.Generator,
    branches: tuple[Branch, ...],
    reach: tuple[tuple[int, float], ...],
    settings: WorldSettings,
) -> tuple[tuple[Branch, ...], tuple[Lesion, ...]]:
    """Grow what the settings ask for; the branches come back narrowed, stiffened and painted where things grow.

    reach: (branch id, arc_mm that the scope reaches) of a tree without lesions. Lesions come first, "A" is the one
    nearest to the nipple; then look-alikes from "a". The extent is drawn lognormal about settings.lesion_mm, and cut
    to what fits. Raises BadInputError when no duct can hold a lesion anywhere near that large.
    """
    sites = list_sites(branches, reach, settings)
    within = tuple(site for site in sites if site.is_reachable) or sites
    beyond = tuple(site for site in sites if not site.is_reachable)
    planted: list[Planted] = []
    for number in range(settings.lesions):
        is_beyond = bool(number % _BEYOND_REACH == _BEYOND_REACH - 1 and beyond and rng.uniform() < 0.5)
        plant = _plant(rng, beyond, branches, planted, settings) if is_beyond else None
        plant = plant or _plant(rng, within, branches, planted, settings)
        if plant is None:
            raise _refuse(settings, within)
        planted.append(plant)
    for _ in range(settings.lookalikes):
        plant = _plant_lookalike(rng, within, branches, planted)
        if plant is not None:
            planted.append(plant)
    garden = Garden(branches, settings)
    grown = [garden.grow(rng, plant) for plant in planted]
    return garden.finish(), _name(grown)


def draw_size(rng: np.random.Generator, settings: WorldSettings, largest_mm: float) -> float:
    """Longest extent in mm: lognormal about settings.lesion_mm, 0.5 to 12 mm and no larger than fits."""
    size = settings.lesion_mm * float(np.exp(rng.normal(0.0, settings.lesion_sd)))
    return float(np.clip(size, SMALLEST_MM, min(LARGEST_MM, max(largest_mm, SMALLEST_MM))))


def _plant(
    rng: np.random.Generator,
    sites: tuple[Site, ...],
    branches: tuple[Branch, ...],
    planted: list[Planted],
    settings: WorldSettings,
) -> Planted | None:
    """Choose one lesion's kind, size and place."""
    kind = draw_kind(rng, settings.lesion_type)
    largest = max((site.longest_mm(kind.form) for site in sites), default=0.0)
    if settings.lesion_mm > 2.0 * largest:
        return None
    size = draw_size(rng, settings, largest)
    taken = tuple(each.taken for each in planted)
    if kind.ends_duct:
        ending = list_ending_sites(sites, branches)
        site = choose_site(rng, ending, branches, taken, kind.form, size, ends_duct=True)
        if site is not None:
            return _at(rng, kind, site, size)
        kind = replace(kind, is_plug=False, narrows=False)
    while size >= SMALLEST_MM:
        site = choose_site(rng, sites, branches, taken, kind.form, size, ends_duct=False)
        if site is not None:
            return _at(rng, kind, site, size)
        size *= _SHRINKS
    return None


def _plant_lookalike(
    rng: np.random.Generator,
    sites: tuple[Site, ...],
    branches: tuple[Branch, ...],
    planted: list[Planted],
) -> Planted | None:
    """Choose one look-alike's kind, size and place; None where the ducts are full."""
    kind = draw_lookalike(rng)
    taken = tuple(each.taken for each in planted)
    if kind.type == "fork edge":
        edge = choose_fork_edge(rng, sites, branches, taken)
        if edge is not None:
            return Planted(kind, edge[0], 0.9 * edge[0].working_mm, edge[1])
        kind = make_lookalike(rng, "fold")
    size = float(np.exp(rng.uniform(np.log(0.5), np.log(1.8))))
    site = choose_site(rng, sites, branches, taken, kind.form, size, ends_duct=False)
    if site is None:
        return None
    if kind.type == "fold":
        size = site.working_mm * rng.uniform(1.0, 1.9)
    return _at(rng, kind, site, size)


def _at(rng: np.random.Generator, kind: LesionKind, site: Site, size_mm: float) -> Planted:
    return Planted(kind, site, size_mm, float(rng.uniform(0.0, 360.0)))


def _refuse(settings: WorldSettings, sites: tuple[Site, ...]) -> BadInputError:
    widest = 2.0 * max((site.working_mm for site in sites), default=0.0)
    return BadInputError(
        f"No room for {settings.lesions} lesions of about {settings.lesion_mm:g} mm in the ducts behind this orifice, "
        f"the widest of which opens to {widest:.1f} mm; take a smaller lesion_mm, fewer lesions, a wider main_mm or "
        "another seed."
    )


def _name(grown: list[Lesion]) -> tuple[Lesion, ...]:
    """Letters in order of depth: capitals for lesions, small ones for look-alikes."""
    by_depth = sorted(grown, key=lambda lesion: lesion.depth_mm)
    lesions = [lesion for lesion in by_depth if lesion.is_lesion]
    others = [lesion for lesion in by_depth if not lesion.is_lesion]
    named = [replace(lesion, id=chr(ord("A") + n)) for n, lesion in enumerate(lesions)]
    named += [replace(lesion, id=chr(ord("a") + n)) for n, lesion in enumerate(others)]
    return tuple(named)

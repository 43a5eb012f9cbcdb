"""Garden: a tree's branches while things grow in them, each of which narrows, stiffens and paints its duct."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ductoscope.model import DoubleArray
from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.duct_tree import Branch
from ductoscope.simulate.breast.easel import Easel
from ductoscope.simulate.breast.lesion import Lesion
from ductoscope.simulate.breast.lesion_kinds import LesionKind
from ductoscope.simulate.breast.lesion_sites import Site, Taken, softest_stiffness
from ductoscope.simulate.breast.lobes import fill_share, shape_grains, shape_lobes
from ductoscope.simulate.breast.paint_lesions import paint_base, paint_carpet, paint_fold, paint_fork_edge
from ductoscope.simulate.settings import WorldSettings

_ROOM = 1.1
"""Beside a growth the scope finds this many of its own diameters of room, where the duct is wide enough."""


@dataclass(frozen=True, slots=True)
class Planted:
    """What is to grow, how large, and where."""

    kind: LesionKind
    site: Site
    size_mm: float
    angle_deg: float

    @property
    def taken(self) -> Taken:
        """The stretch of duct that it needs for itself."""
        half = 0.5 * self.size_mm
        return Taken(self.site.branch, self.site.arc_mm - half, self.site.arc_mm + half, self.kind.ends_duct)


class Garden:
    """Branches that growing things change; the ones given stay as they were."""

    def __init__(self, branches: tuple[Branch, ...], settings: WorldSettings) -> None:
        self._branches = list(branches)
        self._settings = settings
        self._easels: dict[int, Easel] = {}

    def grow(self, rng: np.random.Generator, planted: Planted) -> Lesion:
        """Let one thing grow; its id is left empty."""
        kind, site = planted.kind, planted.site
        stiffness = kind.stiffness if kind.ends_duct else softest_stiffness(site, kind.stiffness, self._settings)
        self._stiffen(planted, stiffness)
        if kind.narrows:
            self._narrow(rng, planted)
        branch = self._branches[site.branch]
        at = np.arange(len(branch.radius_mm)) * LINE_MM
        resting = float(np.interp(site.arc_mm, at, branch.radius_mm))
        stretch = self._settings.distension.stretch(self._settings.working_mmhg, branch.stiffness)
        working = resting * float(np.interp(site.arc_mm, at, stretch))
        size, height, lobes = self._shape(rng, planted, resting, working)
        return Lesion(
            id="",
            type=kind.type,
            is_lesion=kind.is_lesion,
            branch=site.branch,
            arc_mm=site.arc_mm,
            depth_mm=site.depth_mm,
            wall_angle_deg=planted.angle_deg,
            size_mm=size,
            height_mm=height,
            base=kind.base,
            surface=kind.surface,
            colour=kind.colour,
            bleeds=kind.bleeds,
            stiffness=stiffness,
            obstructs=1.0 if kind.is_plug else min(fill_share(lobes, resting), 0.95),
            narrows=kind.narrows,
            is_loose=kind.is_loose,
            lobes=lobes,
        )

    def finish(self) -> tuple[Branch, ...]:
        """The changed branches."""
        for number, easel in self._easels.items():
            self._branches[number] = replace(self._branches[number], wall=easel.finish())
        return tuple(self._branches)

    def _shape(
        self, rng: np.random.Generator, planted: Planted, resting_mm: float, working_mm: float
    ) -> tuple[float, float, DoubleArray]:
        """Paint the wall and shape the lobes: longest extent and height in mm, lobes (K, 8)."""
        kind, size = planted.kind, planted.size_mm
        window = self._easel(planted.site.branch).open_window(
            planted.site.arc_mm, planted.angle_deg, 0.8 * size + 0.6, working_mm
        )
        if kind.form == "fold":
            height = resting_mm * rng.uniform(0.32, 0.45)
            paint_fold(rng, window, size, height)
            return size, height, _NO_LOBES
        if kind.form == "edge":
            paint_fork_edge(rng, window, size)
            return size, 0.0, _NO_LOBES
        highest = self._find_highest(working_mm)
        if kind.form == "carpet":
            width = min(size * rng.uniform(0.5, 1.0), 2.0 * np.pi * working_mm)
            # A stenosis is a ring.
            width = 2.5 * np.pi * working_mm if kind.narrows else width
            length = paint_carpet(rng, window, kind, size, width)
            lobes = shape_grains(rng, kind, length, min(width, 5.0 * working_mm), working_mm)
            return length, _find_top(lobes), lobes
        if kind.type == "combined":
            length = paint_carpet(rng, window, kind, size, size * rng.uniform(0.5, 0.9))
            lobes, _ = shape_lobes(rng, kind, length * rng.uniform(0.4, 0.6), highest, working_mm)
            return length, _find_top(lobes), lobes
        if kind.form != "lump":
            paint_base(rng, window, kind, size)
        lobes, longest = shape_lobes(rng, kind, size, highest, working_mm)
        return longest, _find_top(lobes), lobes

    def _find_highest(self, working_mm: float) -> float:
        """How far something may protrude in mm; the scope still finds room beside it in all but the thinnest ducts."""
        diameter = 2.0 * working_mm
        return float(np.clip(diameter - _ROOM * self._settings.outer_diameter_mm, 0.35 * diameter, 0.6 * diameter))

    def _easel(self, branch: int) -> Easel:
        if branch not in self._easels:
            self._easels[branch] = Easel(self._branches[branch].wall)
        return self._easels[branch]

    def _stiffen(self, planted: Planted, stiffness: float) -> None:
        """The wall beneath yields less to pressure, and softens over half its extent on both sides."""
        branch = self._branches[planted.site.branch]
        off = (np.arange(len(branch.stiffness)) * LINE_MM - planted.site.arc_mm) / (0.55 * planted.size_mm + 0.1)
        there = 1.0 + (stiffness - 1.0) * np.exp(-(off**4))
        self._branches[branch.id] = replace(branch, stiffness=np.maximum(branch.stiffness, there))

    def _narrow(self, rng: np.random.Generator, planted: Planted) -> None:
        """A circular stenosis, to 40 to 65 % of the resting lumen's diameter."""
        branch = self._branches[planted.site.branch]
        off = (np.arange(len(branch.radius_mm)) * LINE_MM - planted.site.arc_mm) / (0.3 * planted.size_mm + 0.3)
        depth = rng.uniform(0.35, 0.6)
        self._branches[branch.id] = replace(branch, radius_mm=branch.radius_mm * (1.0 - depth * np.exp(-(off**2))))


_NO_LOBES = np.zeros((0, 8))


def _find_top(lobes: DoubleArray) -> float:
    return float(np.max(lobes[:, 2] + lobes[:, 3]))

"""Set up what a view shows: a breast without lesions, things planted in it, and the tip placed before them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from ductoscope.model import DoubleArray
from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.draw import Breast, draw_breast
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.breast.garden import Garden, Planted
from ductoscope.simulate.breast.lesion import Lesion
from ductoscope.simulate.breast.lesion_kinds import LesionKind
from ductoscope.simulate.breast.lesion_sites import Site
from ductoscope.simulate.drive.shaft import hold_open
from ductoscope.simulate.drive.state import ExamState, TipState
from ductoscope.simulate.drive.step import begin_exam
from ductoscope.simulate.settings import PRESETS, WorldSettings

LONG_DUCT = replace(
    PRESETS["typical"],
    cores=10_000,
    lesions=0,
    lookalikes=0,
    flakes=0,
    bubbles=0,
    turbidity_per_mm=0.0,
    main_mm=2.0,
    main_sd_mm=0.2,
    first_fork_mm=22.0,
    first_fork_sd_mm=0.5,
    orders=3,
    ectasia_share=0.0,
    ampulla_share=0.0,
    head_roll_deg=0.0,
)
"""A main duct of 2 mm that runs 20 mm without a fork: room for anything."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A breast and the tree that the scope is in; `tree` may hold more than the breast drew."""

    breast: Breast
    tree: DuctTree

    @property
    def settings(self) -> WorldSettings:
        """Of the breast."""
        return self.breast.settings


@dataclass(frozen=True, slots=True)
class Wish:
    """What to plant: its kind, longest extent, place along its branch and angle on the wall."""

    kind: LesionKind
    size_mm: float
    arc_mm: float = 13.0
    angle_deg: float = 60.0
    branch: int = 0


def draw_place(seed: int, settings: WorldSettings = LONG_DUCT) -> Place:
    """The discharging duct of a seed's breast."""
    breast = draw_breast(seed, settings)
    return Place(breast, breast.tree(breast.discharging))


def plant(place: Place, wishes: Sequence[Wish], seed: int = 0) -> Place:
    """The place with these things grown in it, as the simulator grows what it draws by chance."""
    rng = np.random.default_rng([seed, 77])
    garden = Garden(place.tree.branches, place.settings)
    grown = []
    for number, wish in enumerate(wishes):
        radius_mm = read_radius(place, wish.branch, wish.arc_mm, 0.0)
        working_mm = read_radius(place, wish.branch, wish.arc_mm, place.settings.working_mmhg)
        depth_mm = place.tree.branches[wish.branch].start_mm + wish.arc_mm
        site = Site(wish.branch, wish.arc_mm, depth_mm, radius_mm, working_mm, True)
        lesion = garden.grow(rng, Planted(wish.kind, site, wish.size_mm, wish.angle_deg))
        grown.append(replace(lesion, id=chr(ord("A" if lesion.is_lesion else "a") + number)))
    return Place(place.breast, DuctTree(place.tree.orifice, garden.finish(), tuple(grown)))


def read_radius(place: Place, branch: int, arc_mm: float, pressure_mmhg: float) -> float:
    """Inner radius of a duct there at this pressure, in mm."""
    duct = place.tree.branches[branch]
    radius = duct.radius_mm * place.breast.distension.stretch(pressure_mmhg, duct.stiffness)
    return float(np.interp(arc_mm, np.arange(len(radius)) * LINE_MM, radius))


def stand(place: Place, tip: TipState, pressure_mmhg: float | None = None) -> ExamState:
    """The tip stands there, the duct settled at this pressure (by default the working pressure)."""
    pressure = place.settings.working_mmhg if pressure_mmhg is None else pressure_mmhg
    distension = place.breast.distension
    begun = begin_exam(place.tree, place.settings)
    return replace(
        begun,
        tip=tip,
        fluid=replace(begun.fluid, pressure_mmhg=pressure, particles=np.zeros((0, 8))),
        roundness=distension.roundness(pressure),
        fold_share=distension.fold_share(pressure),
        stretch_pressure_mmhg=pressure,
        opened_mm=hold_open(place.tree, tip),
    )


def stand_before(
    place: Place,
    lesion: Lesion,
    away_mm: float,
    *,
    aim: float = 0.6,
    lean: float = 0.45,
    pressure_mmhg: float | None = None,
) -> ExamState:
    """The tip stands so far before a lesion's near end and looks towards it.

    aim: 0 looks along the duct, 1 straight at the lesion. lean: how far from the duct's middle towards the opposite
    wall the tip lies, 1 at the wall.
    """
    pressure = place.settings.working_mmhg if pressure_mmhg is None else pressure_mmhg
    near_mm = float(np.min(lesion.lobes[:, 0] - lesion.lobes[:, 3])) if len(lesion.lobes) else -0.5 * lesion.size_mm
    arc_mm = max(lesion.arc_mm + near_mm - away_mm, 1.0)
    angle = math.radians(lesion.wall_angle_deg)
    radius_mm = read_radius(place, lesion.branch, arc_mm, pressure)
    off_mm = lean * max(radius_mm - 0.5 * place.settings.outer_diameter_mm, 0.0)
    rises_mm = read_radius(place, lesion.branch, lesion.arc_mm, pressure) - 0.5 * lesion.height_mm + off_mm
    tilt_deg = aim * math.degrees(math.atan2(rises_mm, away_mm + 0.25 * lesion.size_mm))
    towards = np.array([math.cos(angle), math.sin(angle)])
    offset, tilt = -off_mm * towards, tilt_deg * towards
    tip = TipState(lesion.branch, arc_mm, (float(offset[0]), float(offset[1])), (float(tilt[0]), float(tilt[1])))
    return stand(place, tip, pressure)


def put_particles(state: ExamState, particles: DoubleArray) -> ExamState:
    """The state with these particles (P, 8) before the tip."""
    return replace(state, fluid=replace(state.fluid, particles=particles))

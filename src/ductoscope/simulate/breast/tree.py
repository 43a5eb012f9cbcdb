"""The shape of one orifice's duct tree: its branches' courses and widths, without their walls."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ductoscope.model import DoubleArray
from ductoscope.simulate.breast.branch_shape import LINE_MM, BranchShape
from ductoscope.simulate.breast.calibre import draw_calibre
from ductoscope.simulate.breast.clearance import Occupied
from ductoscope.simulate.breast.fork import Fork, draw_fork, draw_within
from ductoscope.simulate.breast.line import draw_wander, grow_line, turn_out
from ductoscope.simulate.breast.main_duct import draw_main_duct
from ductoscope.simulate.breast.swelling import Swelling, draw_swellings, place_swelling
from ductoscope.simulate.settings import WorldSettings

LENGTHS_MM = ((8.0, 25.0), (8.0, 15.0), (5.0, 12.0), (3.0, 8.0), (2.0, 5.0))
"""Shortest and longest branch of the first, second, ... order after the main duct; later ones are like the last
(assumed; VICTRE halves lengths from order to order)."""
LEAST_ORDERS, MOST_ORDERS = 3, 7
LEAST_REACH_MM, MOST_REACH_MM = 60.0, 90.0

_DIVIDES = 0.7
"""Chance that a branch which need not divide does (assumed); some lobules sit on early side branches."""
_THINNEST_MM = 0.12
"""Ducts thinner than this end in a lobule instead of dividing (terminal ducts have 0.1 to 0.3 mm)."""
_TRIES = 12
_TRIES_OF_LEADER = 60
_TURN_RADII = 1.6
"""A child turns out of its fork over this many of its parent's radii (assumed)."""
_SLIT_TURNS_DEG = 25.0
_LEAST_SPREAD = 0.2
"""A tree stays within the breast: this deep, by its distance from the nipple's axis."""


def draw_tree_shape(
    rng: np.random.Generator,
    settings: WorldSettings,
    *,
    orifice_mm: float | None = None,
    has_discharge: bool = False,
) -> tuple[BranchShape, ...]:
    """Draw the branches of one tree, parents before children; `branches[i].id == i`.

    orifice_mm: diameter of the orifice, the settings' when None. has_discharge: the duct is drawn dilated, as ducts
    with discharge are (Peters et al.), and wide enough for the scope to pass into the second order.
    The first child of every fork is the widest; along first children the tree has its orders and its reach.
    """
    main = draw_main_duct(rng, settings, orifice_mm or settings.orifice_mm, has_discharge)
    growth = _Growth(rng, settings, main)
    at = 0
    while at < len(growth.branches):
        growth.divide(at)
        at += 1
    return tuple(growth.branches)


class _Growth:
    """A tree while it grows.

    orders: how many it is to have after the main duct. reach_mm: how deep its deepest end is to lie.
    leaders: the branches that must go on until then. planes_rad: of the fork that each branch came from.
    swellings: those that have found no place yet.
    """

    def __init__(self, rng: np.random.Generator, settings: WorldSettings, main: BranchShape) -> None:
        self.rng, self.settings = rng, settings
        orders = settings.orders + round(rng.normal(0.0, 0.7))
        self.orders = min(max(orders, LEAST_ORDERS), MOST_ORDERS)
        self.reach_mm = draw_within(rng, settings.reach_mm, 5.0, LEAST_REACH_MM, MOST_REACH_MM)
        self.swellings = list(draw_swellings(rng, settings))
        self.branches: list[BranchShape] = []
        self.planes_rad: list[float] = []
        self.leaders = {0}
        self.occupied = Occupied()
        main, placed = self._swell(main)
        self.occupied.add(main, settings.gain)
        self._take_in(main, float(rng.uniform(0.0, 2.0 * np.pi)))
        self._settle(placed)

    def divide(self, at: int) -> None:
        """Let one branch fork, if it is to and finds room."""
        parent, leads = self.branches[at], at in self.leaders
        if parent.order >= self.orders or 2.0 * parent.radius_mm[-1] <= _THINNEST_MM:
            return
        low, high = LENGTHS_MM[min(parent.order, len(LENGTHS_MM) - 1)]
        most = min(high, self.reach_mm - parent.end_mm)
        if most < low or not (leads or self.rng.uniform() < _DIVIDES):
            return
        usual_plane = self.planes_rad[at] + float(self.rng.normal(np.pi / 2.0, 0.5))
        tries = _TRIES_OF_LEADER if leads else _TRIES
        for attempt in range(tries):
            plane = usual_plane if attempt < 2 else float(self.rng.uniform(0.0, 2.0 * np.pi))
            fork = draw_fork(self.rng, self.settings.child_ratio, self.settings.fork_angle_deg, plane)
            lengths = self.rng.uniform(low, most, len(fork.ratios))
            if leads:
                lengths[0] = np.clip(low + (most - low) * self._wanted_share(parent), low, most)
            if self._try_fork(parent, fork, lengths, leads, may_swell=leads and attempt < tries // 2):
                return

    def _try_fork(
        self, parent: BranchShape, fork: Fork, lengths_mm: DoubleArray, leads: bool, *, may_swell: bool
    ) -> bool:
        """Grow the fork's children; none of them, when one would run into another duct."""
        radius = float(parent.radius_mm[-1])
        turn_mm = float(np.clip(_TURN_RADII * radius, 1.0, 3.0))
        widths = (1.0 + self.settings.gain) * radius * (fork.ratios[0] + fork.ratios[1])
        apart = 2.0 * np.sin(np.deg2rad(fork.angle_deg) / 2.0)
        self.occupied.zones_mm[parent.id] = turn_mm + 1.2 * widths / apart
        first, placed = len(self.branches), None
        for k, length_mm in enumerate(lengths_mm):
            child = self._grow_child(parent, fork, k, length_mm, turn_mm)
            if may_swell and k == 0:
                child, placed = self._swell(child)
            if not _is_in_breast(child) or not self.occupied.add_if_clear(child, self.settings.gain):
                self.occupied.drop(len(self.branches) - first)
                del self.branches[first:], self.planes_rad[first:]
                return False
            self._take_in(child, fork.towards_rad[0])
        self._settle(placed)
        self.branches[parent.id] = replace(parent, children=tuple(range(first, len(self.branches))))
        if leads:
            self.leaders.add(first)
        return True

    def _grow_child(self, parent: BranchShape, fork: Fork, k: int, length_mm: float, turn_mm: float) -> BranchShape:
        rows = int(length_mm / LINE_MM) + 1
        bend = turn_out(rows, fork.turns_rad[k], fork.towards_rad[k], turn_mm)
        bend += draw_wander(self.rng, rows, self.settings.bend_radius_mm, turn_mm)
        return BranchShape(
            id=len(self.branches),
            parent=parent.id,
            order=parent.order + 1,
            children=(),
            start_mm=parent.end_mm,
            line=grow_line(parent.line[-1], bend),
            radius_mm=draw_calibre(self.rng, rows, float(parent.radius_mm[-1]) * fork.ratios[k]),
            stiffness=np.ones(rows),
            slit_deg=float((parent.slit_deg + self.rng.normal(0.0, _SLIT_TURNS_DEG)) % 180.0),
        )

    def _take_in(self, branch: BranchShape, plane_rad: float) -> None:
        self.branches.append(branch)
        self.planes_rad.append(plane_rad)

    def _swell(self, branch: BranchShape) -> tuple[BranchShape, Swelling | None]:
        """The branch with the first swelling that fits it, and which one that was."""
        for swelling in self.swellings:
            swollen = place_swelling(self.rng, branch, swelling)
            if swollen is not None:
                return swollen, swelling
        return branch, None

    def _settle(self, placed: Swelling | None) -> None:
        self.swellings = [each for each in self.swellings if each is not placed]

    def _wanted_share(self, parent: BranchShape) -> float:
        """How long, within its range, a leader's first child should be for the tree to end at its reach."""
        rest = [LENGTHS_MM[min(order, len(LENGTHS_MM) - 1)] for order in range(parent.order, self.orders)]
        low, high = sum(low for low, _ in rest), sum(high for _, high in rest)
        return (self.reach_mm - parent.end_mm - low) / (high - low) + float(self.rng.normal(0.0, 0.15))


def _is_in_breast(branch: BranchShape) -> bool:
    x, y, z = branch.line[:, :3].T
    return bool(z.min() >= 0.0 and np.all(z * z >= _LEAST_SPREAD**2 * (x * x + y * y)))

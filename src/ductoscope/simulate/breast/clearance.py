"""Clearance: whether a new duct keeps clear of those that are there already."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numba import njit

from ductoscope.model import DoubleArray
from ductoscope.simulate.breast.branch_shape import LINE_MM, BranchShape

_EVERY = 2
_GAP_MM = 0.15
"""Tissue that stays between two distended ducts (assumed)."""


@dataclass(slots=True)
class Occupied:
    """The room that a growing tree's branches take, stretched by pressure.

    places: per branch (K, 5): x, y, z, stretched radius and depth along the duct, every half millimetre.
    parents: per branch, -1 for the main duct. ends_mm: depth of each branch's end. zones_mm: up to how far from
    the fork at its end its children may still touch one another.
    """

    places: list[DoubleArray] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    ends_mm: list[float] = field(default_factory=list)
    zones_mm: list[float] = field(default_factory=list)

    def add(self, branch: BranchShape, gain: float) -> None:
        """Take in one branch; its id must be the next one. gain: of the ducts' distension."""
        self._take_in(branch, _sample(branch, gain))

    def _take_in(self, branch: BranchShape, sample: DoubleArray) -> None:
        self.places.append(sample)
        self.parents.append(-1 if branch.parent is None else branch.parent)
        self.ends_mm.append(branch.end_mm)
        self.zones_mm.append(0.0)

    def drop(self, count: int) -> None:
        """Forget the last branches."""
        for each in (self.places, self.parents, self.ends_mm, self.zones_mm):
            del each[len(each) - count :]

    def add_if_clear(self, branch: BranchShape, gain: float) -> bool:
        """Take in a child unless it touches another branch outside the forks that they share; whether it was clear."""
        sample = _sample(branch, gain)
        counts = [len(each) for each in self.places]
        is_clear = _is_clear(
            sample,
            branch.parent,
            np.concatenate(self.places),
            np.repeat(np.arange(len(counts)), counts),
            np.array(self.parents),
            np.array(self.ends_mm),
            np.array(self.zones_mm),
            _GAP_MM,
        )
        if is_clear:
            self._take_in(branch, sample)
        return bool(is_clear)


def _sample(branch: BranchShape, gain: float) -> DoubleArray:
    sample = np.empty(((len(branch.line) + _EVERY - 1) // _EVERY, 5))
    sample[:, :3] = branch.line[::_EVERY, :3]
    sample[:, 3] = branch.stretched_mm(gain)[::_EVERY]
    sample[:, 4] = branch.start_mm + np.arange(len(sample)) * (_EVERY * LINE_MM)
    return sample


@njit(cache=True, nogil=True)
def _is_clear(own, parent, places, branches, parents, ends, zones, gap):  # type: ignore[no-untyped-def]
    shared = np.empty(len(parents), np.int64)
    for branch in range(len(parents)):
        # The deepest branch that lies on both ways to the nipple: at its end the two ways part.
        mine, other = parent, branch
        while mine != other:
            if mine > other:  # parents come before children
                mine = parents[mine]
            else:
                other = parents[other]
        shared[branch] = mine
    for k in range(len(places)):
        fork = shared[branches[k]]
        near_fork = abs(places[k, 4] - ends[fork]) < zones[fork]
        for i in range(len(own)):
            if near_fork and own[i, 4] - ends[fork] < zones[fork]:
                continue
            x, y, z = own[i, 0] - places[k, 0], own[i, 1] - places[k, 1], own[i, 2] - places[k, 2]
            room = own[i, 3] + places[k, 3] + gap
            if x * x + y * y + z * z < room * room:
                return False
    return True

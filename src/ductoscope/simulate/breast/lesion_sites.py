"""Where lesions can grow: places along the ducts, with room at working pressure, and how deep lesions lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.duct_tree import Branch
from ductoscope.simulate.impossible import GROWTH_DIAMETERS, PASSES_AT
from ductoscope.simulate.settings import WorldSettings

_NECK_MM = 4.0
_GAP_MM = 1.0
_BEFORE_END_MM = 2.0
_STRIDE = 2
_CUTS_OFF = 0.25
"""A plug or a stenosis may cut the scope off from this share of what it reaches."""


@dataclass(frozen=True, slots=True)
class Site:
    """A place on a branch's line. resting_mm, working_mm: the lumen's radius there at rest and at working pressure."""

    branch: int
    arc_mm: float
    depth_mm: float
    resting_mm: float
    working_mm: float
    is_reachable: bool

    def longest_mm(self, form: str) -> float:
        """The longest lesion of this form that fits: growths follow the duct to some diameters, carpets to 12 mm."""
        return 12.0 if form == "carpet" else GROWTH_DIAMETERS * 2.0 * self.working_mm


@dataclass(frozen=True, slots=True)
class Taken:
    """A stretch of a branch where something grows; ends_duct: the scope may not get past it."""

    branch: int
    from_mm: float
    to_mm: float
    ends_duct: bool


def list_sites(
    branches: tuple[Branch, ...], reach: tuple[tuple[int, float], ...], settings: WorldSettings
) -> tuple[Site, ...]:
    """Every place where something could grow, necks and the insides of forks left out."""
    far = dict(reach)
    sites = []
    for branch in branches:
        stretch = settings.distension.stretch(settings.working_mmhg, branch.stiffness)
        working = branch.radius_mm * stretch
        # A child begins inside its parent's lumen: only farther on has it a wall of its own.
        first = _NECK_MM if branch.parent is None else 2.0 * float(working[0])
        for row in range(int(np.ceil(first / LINE_MM)), len(working) - 1, _STRIDE):
            arc = row * LINE_MM
            sites.append(
                Site(
                    branch.id,
                    arc,
                    branch.start_mm + arc,
                    float(branch.radius_mm[row]),
                    float(working[row]),
                    arc <= far.get(branch.id, -1.0),
                )
            )
    return tuple(sites)


def choose_site(
    rng: np.random.Generator,
    sites: tuple[Site, ...],
    branches: tuple[Branch, ...],
    taken: tuple[Taken, ...],
    form: str,
    size_mm: float,
    ends_duct: bool,
) -> Site | None:
    """A free site near a drawn depth that has room for a lesion of this size; None when there is none."""
    fitting = [
        site
        for site in sites
        if site.longest_mm(form) >= size_mm and _is_free(site, branches, taken, 0.5 * size_mm, ends_duct)
    ]
    if not fitting:
        return None
    depths = np.array([site.depth_mm for site in fitting])
    off = np.abs(depths - draw_depth(rng, float(depths.min()), float(depths.max())))
    near = np.flatnonzero(off <= max(2.0, float(off.min())))
    return fitting[int(rng.choice(near))]


def draw_depth(rng: np.random.Generator, low_mm: float, high_mm: float) -> float:
    """0.6 N(18, 8) + 0.4 N(50, 15) mm between these depths (Moncrief 2005, Dooley 2002: 37 % beyond 50 mm)."""
    for _ in range(200):
        depth = rng.normal(18.0, 8.0) if rng.uniform() < 0.6 else rng.normal(50.0, 15.0)
        if max(3.0, low_mm) <= depth <= min(85.0, high_mm):
            return float(depth)
    return float(rng.uniform(low_mm, high_mm))


def list_ending_sites(sites: tuple[Site, ...], branches: tuple[Branch, ...]) -> tuple[Site, ...]:
    """The sites where a plug or a stenosis would cut off few of the other sites."""
    most = _CUTS_OFF * len(sites)
    behind = {branch.id: 0 for branch in branches}
    for site in sites:
        for above in _list_way(branches, site.branch)[1:]:
            behind[above] += 1
    ending = []
    for site in sites:
        farther = sum(other.branch == site.branch and other.arc_mm > site.arc_mm for other in sites)
        if farther + behind[site.branch] <= most:
            ending.append(site)
    return tuple(ending)


def choose_fork_edge(
    rng: np.random.Generator, sites: tuple[Site, ...], branches: tuple[Branch, ...], taken: tuple[Taken, ...]
) -> tuple[Site, float] | None:
    """A place and an angle (deg) on a child's wall just where it leaves its sibling; None when no fork is free."""
    edges = []
    for branch in branches:
        siblings = branches[branch.parent].children if branch.parent is not None else ()
        own = [site for site in sites if site.branch == branch.id]
        for sibling in siblings:
            if sibling == branch.id or not own:
                continue
            edge = _find_edge(branch, branches[sibling], own[0])
            if edge is not None and _is_free(edge[0], branches, taken, 0.0, ends_duct=False):
                edges.append(edge)
    return edges[int(rng.integers(len(edges)))] if edges else None


def _find_edge(branch: Branch, sibling: Branch, first: Site) -> tuple[Site, float] | None:
    """Where two children's lumens part, on the first one's wall towards the second."""
    rows = min(len(branch.line), len(sibling.line))
    apart = sibling.line[:rows, :3] - branch.line[:rows, :3]
    widths = first.working_mm / first.resting_mm * (branch.radius_mm[:rows] + sibling.radius_mm[:rows])
    parted = np.flatnonzero(np.linalg.norm(apart, axis=1) > widths)
    if len(parted) == 0:
        return None
    row = int(parted[0])
    right, down = branch.line[row, 6:9] @ apart[row], branch.line[row, 9:12] @ apart[row]
    arc = row * LINE_MM
    resting = float(branch.radius_mm[row])
    working = resting * first.working_mm / first.resting_mm
    site = Site(branch.id, arc, branch.start_mm + arc, resting, working, first.is_reachable)
    return site, float(np.rad2deg(np.arctan2(down, right)) % 360.0)


def softest_stiffness(site: Site, wanted: float, settings: WorldSettings) -> float:
    """The wanted stiffness, or less where the scope could no longer pass: only plugs and stenoses stop it."""
    needed = 1.08 * PASSES_AT * settings.outer_diameter_mm
    resting = 2.0 * site.resting_mm
    if resting >= needed:
        return wanted
    gain = float(settings.distension.stretch(settings.working_mmhg, np.ones(1))[0]) - 1.0
    return float(np.clip(gain * resting / (needed - resting), 1.0, wanted))


def _is_free(
    site: Site, branches: tuple[Branch, ...], taken: tuple[Taken, ...], half_mm: float, ends_duct: bool
) -> bool:
    """Whether a lesion of this half length at the site stays on its branch and keeps off everything that grows."""
    low, high = site.arc_mm - half_mm, site.arc_mm + half_mm
    branch = branches[site.branch]
    # One comes up to what ends a duct from inside that duct.
    before = 0.5 * site.working_mm + (_BEFORE_END_MM if ends_duct else 0.0)
    if low < before or high > branch.length_mm - 0.5 * site.working_mm:
        return False
    for other in taken:
        if other.branch == site.branch and low - _GAP_MM < other.to_mm and high + _GAP_MM > other.from_mm:
            return False
        if other.ends_duct and _is_behind(branches, site.branch, low, other.branch, other.to_mm):
            return False
        if ends_duct and _is_behind(branches, other.branch, other.from_mm, site.branch, high):
            return False
    return True


def _is_behind(branches: tuple[Branch, ...], branch: int, arc_mm: float, of_branch: int, of_arc_mm: float) -> bool:
    """Whether the way from the nipple to a place leads past another place."""
    if branch == of_branch:
        return arc_mm >= of_arc_mm
    return of_branch in _list_way(branches, branch)


def _list_way(branches: tuple[Branch, ...], branch: int) -> list[int]:
    """The branch, its parent, and so on to the main duct."""
    way = [branch]
    parent = branches[branch].parent
    while parent is not None:
        way.append(parent)
        parent = branches[parent].parent
    return way

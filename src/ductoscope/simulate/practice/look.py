"""What the pictures of an attempt showed: which wall was seen well or badly, which lesions, and how clearly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ductoscope.model import BoolArray, freeze
from ductoscope.simulate.breast.branch_shape import LINE_MM
from ductoscope.simulate.breast.duct_tree import Branch, DuctTree
from ductoscope.simulate.breast.lesion import Lesion
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.light.sight import Sight
from ductoscope.simulate.practice.match_notes import ENOUGH_CORES, Glimpse
from ductoscope.simulate.seen_wall import COLUMNS, WallGrid, lay_wall_grid, note_seen
from ductoscope.simulate.settings import WorldSettings
from ductoscope.simulate.view_state import is_seen_well, judge_view

Grades = NDArray[np.uint8]
"""One branch's wall, (rows, COLUMNS): MISSED, BADLY, WELL, or OPENING where another branch begins."""

MISSED: Final = 0
BADLY: Final = 1
WELL: Final = 2
OPENING: Final = 3

LOST_VEIL = 0.85
"""Behind fluid that gives so much of the light nothing of the wall is left to see (assumed)."""
LOOKS_EVERY_S = 0.09
_LONGEST_GAP_S = 0.25
_SPREAD = ("superficial", "combined", "fold", "fork edge")
"""Types that are painted or moulded on the wall itself, whatever stands on it besides."""


@dataclass(frozen=True, slots=True, eq=False)
class Looked:
    """What the pictures showed in the end.

    grid: how the walls are cut into K cells. seen_well, seen: (K,) shown well, shown at all. seconds: of pictures;
    seconds_clear: of clear ones. seconds_in_view: by lesion id.
    """

    grid: WallGrid
    seen_well: BoolArray
    seen: BoolArray
    seconds: float
    seconds_clear: float
    seconds_in_view: dict[str, float]

    @property
    def well_share(self) -> float:
        """Share of the reachable wall's area that was seen well."""
        return self.grid.share_seen(self.seen_well)

    @property
    def badly_share(self) -> float:
        """Share of the reachable wall's area that was seen, but never well."""
        return self.grid.share_seen(self.seen & ~self.seen_well)

    @property
    def clear_share(self) -> float:
        """Share of the pictures' time in which they were clear; 0 without a picture."""
        return self.seconds_clear / self.seconds if self.seconds else 0.0

    def branch_share(self, branch: int) -> float:
        """Share of one branch's reachable wall that was seen well; 1 where there is none."""
        cells = self.grid.branch_cells(branch)
        area = np.where(self.grid.is_reachable[cells], self.grid.area_mm2[cells], 0.0)
        return float(area[self.seen_well[cells]].sum() / area.sum()) if area.any() else 1.0

    def grade_branch(self, branch: int) -> Grades:
        """How every cell of one branch was seen."""
        cells = self.grid.branch_cells(branch)
        grades = self.seen[cells].astype(np.uint8) * BADLY
        grades[self.seen_well[cells]] = WELL
        grades[self.grid.area_mm2[cells] == 0.0] = OPENING
        return grades.reshape(-1, COLUMNS)


class Look:
    """Gathers picture after picture of one tree. Not for two threads at once."""

    def __init__(self, tree: DuctTree, reach: Sequence[tuple[int, float]], settings: WorldSettings) -> None:
        self._tree = tree
        self._settings = settings
        self._grid = lay_wall_grid(tree, reach)
        # Whatever is seen badly is seen by a few cores already.
        self._coarse = replace(self._grid, needed=np.full_like(self._grid.needed, 2))
        self._well = self._any = self._grid.unseen
        self._last_s: float | None = None
        self._seconds = self._seconds_clear = 0.0
        self._glimpses: dict[str, Glimpse] = {}
        self._seconds_in_view: dict[str, float] = {}

    def note_sight(self, sight: Sight, state: ExamState, t_s: float) -> float:
        """Add one picture, taken in `state` at `t_s` of the attempt (never earlier than the one before).

        Gives the seconds that it adds to the time of clear view, 0 for a picture that is not clear. A picture that
        comes sooner than LOOKS_EVERY_S after the last one is left out: it would tell nothing new and cost time.
        """
        if self._last_s is not None and t_s - self._last_s < LOOKS_EVERY_S:
            return 0.0
        since_s = 0.0 if self._last_s is None else min(t_s - self._last_s, _LONGEST_GAP_S)
        self._last_s = t_s
        is_any = (sight.branch >= 0) & (sight.veil < LOST_VEIL)
        is_well = is_seen_well(sight, state) & is_any
        self._well, _ = note_seen(self._grid, self._well, sight, is_well)
        self._any, _ = note_seen(self._coarse, self._any, sight, is_any)
        # Without the camera's gain a white-out cannot be told from a bright picture; its blur tells it.
        is_clear = judge_view(sight, state, self._settings, gain=0.0) == "clear"
        clear_s = since_s if is_clear else 0.0
        self._seconds += since_s
        self._seconds_clear += clear_s
        self._note_lesions(sight, is_any, t_s, since_s)
        return clear_s

    def looked(self) -> Looked:
        """What was seen up to now."""
        return Looked(
            grid=self._grid,
            seen_well=self._well,
            seen=freeze(self._any | self._well),
            seconds=self._seconds,
            seconds_clear=self._seconds_clear,
            seconds_in_view=dict(self._seconds_in_view),
        )

    @property
    def glimpses(self) -> tuple[Glimpse, ...]:
        """Of each lesion and look-alike, when it was last in view."""
        return tuple(self._glimpses.values())

    def _note_lesions(self, sight: Sight, is_any: BoolArray, t_s: float, since_s: float) -> None:
        for index, lesion in enumerate(self._tree.lesions):
            looks = (sight.lesion == index) | lies_within(lesion, self._tree.branches[lesion.branch], sight)
            cores = int(np.count_nonzero(looks & is_any))
            if cores >= ENOUGH_CORES:
                self._glimpses[lesion.id] = Glimpse(lesion.id, t_s, cores)
                self._seconds_in_view[lesion.id] = self._seconds_in_view.get(lesion.id, 0.0) + since_s


def lies_within(lesion: Lesion, branch: Branch, sight: Sight) -> BoolArray:
    """Which cores (N,) look at the wall within the ellipse that a lesion covers; it may only be painted there."""
    if len(lesion.lobes) and lesion.type not in _SPREAD:
        return np.zeros(len(sight.branch), dtype=np.bool_)
    half_mm = lesion.size_mm / 2.0
    half_deg = min(math.degrees(half_mm / float(branch.radius_mm[round(lesion.arc_mm / LINE_MM)])), 180.0)
    around_deg = (sight.angle_deg - lesion.wall_angle_deg + 180.0) % 360.0 - 180.0
    with np.errstate(invalid="ignore"):  # where a core meets nothing, its arc is no number
        away = ((sight.arc_mm - lesion.arc_mm) / half_mm) ** 2 + (around_deg / half_deg) ** 2
    return np.asarray((sight.branch == lesion.branch) & (away <= 1.0), dtype=np.bool_)

"""Examination: the whole truth of a run of frames, gathered one by one."""

from __future__ import annotations

from dataclasses import dataclass

from ductoscope.model import BoolArray, DoubleArray
from ductoscope.simulate.breast.access import reachable
from ductoscope.simulate.drive.state import Happening
from ductoscope.simulate.lesion_view import LesionInView
from ductoscope.simulate.scope import SimulatedScope
from ductoscope.simulate.seen_wall import WallGrid, lay_wall_grid, note_seen
from ductoscope.simulate.truth import Truth
from ductoscope.simulate.view_state import ViewState

SEEN_SHARE = 0.25
SEEN_CORES = 8.0
"""A lesion counts as seen when one picture shows a quarter of its outline clearly, and 8 cores across (a size wants 8
to 10 cores: IMAGING.md section 2; the share is assumed)."""
HIDES_ALL: tuple[ViewState, ...] = ("white-out", "red-out", "collapsed")
"""View states in which no lesion counts as seen. What else hides something hides it from single cores."""


@dataclass(frozen=True, slots=True, eq=False)
class FrameRow:
    """One row of frames.parquet: the truth of a frame without its arrays, and what it showed for the first time.

    seen_wall_mm2: area of wall that this frame showed well and none before it did.
    """

    index: int
    t_ns: int
    depth_mm: float
    branch: int
    duct_from_tip: DoubleArray
    roll_deg: float
    pressure_mmhg: float
    is_air: bool
    view_state: ViewState
    lesions: tuple[LesionInView, ...]
    seen_wall_mm2: float


@dataclass(frozen=True, slots=True)
class BestView:
    """The frame that showed a lesion best. is_seen: it showed enough to count."""

    index: int
    visible_share: float
    longest_cores: float
    is_seen: bool


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """Everything that happened up to a frame.

    grid, seen: the wall in cells, and which of them were seen well. best: by lesion id, only of those that were in
    view. entered: branch ids that the tip was in. events: (frame index, what happened).
    """

    grid: WallGrid
    seen: BoolArray
    rows: tuple[FrameRow, ...]
    best: dict[str, BestView]
    entered: frozenset[int]
    events: tuple[tuple[int, Happening], ...]

    @property
    def share_seen(self) -> float:
        """Share of the reachable wall that was seen well."""
        return self.grid.share_seen(self.seen)


class ExaminationTruth:
    """Gathers the truth of an examination while its frames are made."""

    def __init__(self, scope: SimulatedScope) -> None:
        tree = scope.timeline.tree
        self._scope = scope
        self._rows: list[FrameRow] = []
        self._events: list[tuple[int, Happening]] = []
        self._best: dict[str, BestView] = {}
        self._entered: set[int] = set()
        self._grid = lay_wall_grid(tree, reachable(tree, scope.spec.settings))
        self._seen = self._grid.unseen

    def note(self, index: int, t_ns: int) -> FrameRow:
        """Add frame `index`, which was taken at `t_ns` of the stream; every one once, in order."""
        truth = self._scope.truth_at(index)
        self._seen, new_mm2 = note_seen(self._grid, self._seen, truth.sight, truth.is_well)
        row = make_row(truth, t_ns, new_mm2)
        self._rows.append(row)
        self._entered.add(row.branch)
        self._events += [(index, happening) for happening in truth.state.happenings]
        for lesion in truth.lesions:
            view = judge_lesion(index, lesion, truth.view_state)
            self._best[lesion.id] = max(self._best.get(lesion.id, view), view, key=_rate)
        return row

    def examination(self) -> Examination:
        """Everything up to now."""
        return Examination(
            self._grid,
            self._seen,
            tuple(self._rows),
            dict(self._best),
            frozenset(self._entered),
            tuple(self._events),
        )


def make_row(truth: Truth, t_ns: int, seen_wall_mm2: float) -> FrameRow:
    """The row of one frame."""
    state = truth.state
    return FrameRow(
        index=truth.index,
        t_ns=t_ns,
        depth_mm=truth.depth_mm,
        branch=state.tip.branch,
        duct_from_tip=truth.duct_from_tip,
        roll_deg=state.tip.roll_deg,
        pressure_mmhg=state.fluid.pressure_mmhg,
        is_air=state.fluid.is_air,
        view_state=truth.view_state,
        lesions=truth.lesions,
        seen_wall_mm2=seen_wall_mm2,
    )


def judge_lesion(index: int, lesion: LesionInView, view_state: ViewState) -> BestView:
    """How well one frame shows a lesion, and whether that is enough to count as seen."""
    is_seen = view_state not in HIDES_ALL and lesion.visible_share >= SEEN_SHARE and lesion.longest_cores >= SEEN_CORES
    return BestView(index, lesion.visible_share, lesion.longest_cores, is_seen)


def _rate(view: BestView) -> tuple[bool, float, float]:
    return view.is_seen, view.visible_share, view.longest_cores

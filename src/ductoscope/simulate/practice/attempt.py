"""What is kept while a trainee drives: the way, the wall's touches, fluid, pain, and notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ductoscope.model import LesionNote
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.light.sight import Sight
from ductoscope.simulate.practice.look import Look, Looked
from ductoscope.simulate.practice.match_notes import Noted, find_noted
from ductoscope.simulate.practice.touches import Touch, Touches
from ductoscope.simulate.settings import WorldSettings

ELSEWHERE = -1
"""Instead of a branch's id: on the nipple, or in a duct other than the discharging one."""

DEEP_MM = 10.0
"""From this depth on, a clear view in blood counts (assumed)."""

INSIDE_MM = 1.0
"""A tip is in a branch from here on; before, it only looks into the fork (assumed)."""

_ROW_MM = 1.0
_ROW_S = 2.0
_MOVING_MM_S = 0.5
"""Slower is breathing, not withdrawing."""


@dataclass(frozen=True, slots=True, eq=False)
class Attempted:
    """What there is to judge when an attempt has ended.

    seconds: of the attempt; seconds_inside: of them in the discharging duct. pressed: whether the nipple was pressed
    before the first orifice was tried. tried: orifices in order. path: rows of seconds, depth_mm, branch
    (see ELSEWHERE). deepest_mm, deepest_order: in the discharging duct. path_mm: travelled in it, both ways.
    withdrawn_mm, withdrawn_s: of it, under the trainee's own hand, backwards. touches: see Touch. flushed_ml,
    suctioned_ml. bursts: ducts that were torn; highest_mmhg. worst_pain: 0..10, and when. seconds_clear_deep: of clear
    pictures at DEEP_MM or deeper. noted: notes in order. looked: what the pictures showed of the discharging duct.
    """

    seconds: float
    seconds_inside: float
    pressed: bool
    tried: tuple[int, ...]
    path: tuple[tuple[float, float, int], ...]
    deepest_mm: float
    deepest_order: int
    path_mm: float
    withdrawn_mm: float
    withdrawn_s: float
    touches: tuple[Touch, ...]
    flushed_ml: float
    suctioned_ml: float
    bursts: int
    highest_mmhg: float
    worst_pain: float
    worst_pain_s: float
    seconds_clear_deep: float
    noted: tuple[Noted, ...]
    looked: Looked


class Attempt:
    """One attempt while it goes on. Not for two threads at once.

    tree: of the discharging orifice. reach: where the scope can come in it, (branch, arc_mm). settings: of the world.
    """

    def __init__(self, tree: DuctTree, reach: Sequence[tuple[int, float]], settings: WorldSettings) -> None:
        self.tree = tree
        self.seconds = 0.0
        self._look = Look(tree, reach, settings)
        self._touches = Touches()
        self._pressed = False
        self._tried: list[int] = []
        self._path: list[tuple[float, float, int]] = [(0.0, 0.0, ELSEWHERE)]
        self._at = (0.0, ELSEWHERE)
        self._counted_mm = 0.0
        self._inside_s = self._travelled_mm = self._withdrawn_mm = self._withdrawn_s = 0.0
        self._deepest_mm = 0.0
        self._deepest_order = 0
        self._earlier_ml = (0.0, 0.0)
        self._visit_ml = (0.0, 0.0)
        self._burst: set[int] = set()
        self._bursts = 0
        self._highest_mmhg = 0.0
        self._worst_pain = self._worst_pain_s = 0.0
        self._clear_deep_s = 0.0
        self._noted: list[Noted] = []

    @property
    def flushed_ml(self) -> float:
        """In all ducts together."""
        return self._earlier_ml[0] + self._visit_ml[0]

    @property
    def suctioned_ml(self) -> float:
        """In all ducts together."""
        return self._earlier_ml[1] + self._visit_ml[1]

    @property
    def tried(self) -> tuple[int, ...]:
        """Orifices that a scope was put into, in order."""
        return tuple(self._tried)

    @property
    def found(self) -> int:
        """Notes so far."""
        return len(self._noted)

    def press(self) -> None:
        """The nipple was pressed."""
        self._pressed = self._pressed or not self._tried

    def enter(self, orifice: int) -> None:
        """A scope was put into this orifice."""
        self._tried.append(orifice)

    def leave(self) -> None:
        """The scope is out, on the nipple."""
        self._earlier_ml = (self.flushed_ml, self.suctioned_ml)
        self._visit_ml = (0.0, 0.0)
        self._burst.clear()
        self._touches.let_go()
        self._go_to(0.0, ELSEWHERE)

    def pass_time(self, dt_s: float, pain: float) -> None:
        """Let time go by, with this much pain at its end."""
        self.seconds += dt_s
        if pain > self._worst_pain:
            self._worst_pain, self._worst_pain_s = pain, self.seconds

    def note_state(self, tree: DuctTree, state: ExamState, dt_s: float, *, is_own_hand: bool = True) -> None:
        """Add the moment after a step. is_own_hand: False while the scope is taken out by itself."""
        branch = tree.branches[state.tip.branch]
        depth_mm = max(branch.start_mm + state.tip.arc_mm, 0.0)
        is_inside = tree.orifice == self.tree.orifice
        self._visit_ml = (state.fluid.flushed_ml, state.fluid.suctioned_ml)
        self._highest_mmhg = max(self._highest_mmhg, state.fluid.pressure_mmhg)
        self._bursts += len(state.burst - self._burst)
        self._burst |= state.burst
        self._touches.note(state.contact, self.seconds, dt_s, depth_mm, branch.id if is_inside else ELSEWHERE)
        if is_inside:
            self._note_inside(depth_mm, branch.order, state.tip.arc_mm, dt_s, is_own_hand=is_own_hand)
        self._go_to(depth_mm, branch.id if is_inside else ELSEWHERE)

    def note_sight(self, sight: Sight, state: ExamState) -> None:
        """Add a picture of the discharging duct, taken in `state`."""
        clear_s = self._look.note_sight(sight, state, self.seconds)
        if self._at[0] >= DEEP_MM:
            self._clear_deep_s += clear_s

    def take_note(self, note: LesionNote) -> None:
        """Keep what the trainee says of what is in view."""
        depth_mm, branch = self._at
        lesion = None if branch == ELSEWHERE else find_noted(self._look.glimpses, self.seconds)
        self._noted.append(Noted(self.seconds, note, depth_mm, branch, lesion))

    def attempted(self) -> Attempted:
        """What there is to judge up to now."""
        depth_mm, branch = self._at
        return Attempted(
            seconds=self.seconds,
            seconds_inside=self._inside_s,
            pressed=self._pressed,
            tried=self.tried,
            path=(*self._path, (round(self.seconds, 2), round(depth_mm, 2), branch)),
            deepest_mm=self._deepest_mm,
            deepest_order=self._deepest_order,
            path_mm=self._travelled_mm,
            withdrawn_mm=self._withdrawn_mm,
            withdrawn_s=self._withdrawn_s,
            touches=self._touches.made,
            flushed_ml=self.flushed_ml,
            suctioned_ml=self.suctioned_ml,
            bursts=self._bursts,
            highest_mmhg=self._highest_mmhg,
            worst_pain=self._worst_pain,
            worst_pain_s=self._worst_pain_s,
            seconds_clear_deep=self._clear_deep_s,
            noted=tuple(self._noted),
            looked=self._look.looked(),
        )

    def _note_inside(self, depth_mm: float, order: int, arc_mm: float, dt_s: float, *, is_own_hand: bool) -> None:
        self._inside_s += dt_s
        self._deepest_mm = max(self._deepest_mm, depth_mm)
        if arc_mm >= INSIDE_MM:
            self._deepest_order = max(self._deepest_order, order)
        if self._at[1] == ELSEWHERE:
            self._counted_mm = depth_mm
            return
        if abs(depth_mm - self._counted_mm) >= _ROW_MM:  # so that breathing to and fro is no way
            self._travelled_mm += abs(depth_mm - self._counted_mm)
            self._counted_mm = depth_mm
        forward_mm = depth_mm - self._at[0]
        if is_own_hand and forward_mm < -_MOVING_MM_S * dt_s:
            self._withdrawn_mm -= forward_mm
            self._withdrawn_s += dt_s

    def _go_to(self, depth_mm: float, branch: int) -> None:
        seconds, last_mm, last_branch = self._path[-1]
        self._at = (depth_mm, branch)
        if branch != last_branch or abs(depth_mm - last_mm) >= _ROW_MM or self.seconds - seconds >= _ROW_S:
            self._path.append((round(self.seconds, 2), round(depth_mm, 2), branch))

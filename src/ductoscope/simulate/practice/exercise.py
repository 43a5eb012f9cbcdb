"""One exercise from the nipple to its end: what the trainee's two hands may do, and what that does to the patient."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from ductoscope.model import BadInputError, Controls, LesionNote, OrificeSeen, PracticeState
from ductoscope.simulate.breast.access import reachable
from ductoscope.simulate.breast.draw import Breast
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.comfort import START_PAIN
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.drive.step import begin_exam, step_exam
from ductoscope.simulate.impossible import PASSES_AT
from ductoscope.simulate.light.sight import Sight
from ductoscope.simulate.practice.advice import choose_advice
from ductoscope.simulate.practice.attempt import Attempt
from ductoscope.simulate.practice.goals import Reach, judge_goal
from ductoscope.simulate.practice.match_notes import check_note
from ductoscope.simulate.practice.tasks import TaskPlan

DILATOR_STEP_MM = 0.1
DILATING_S = 2.0
"""Each dilator is a tenth of a millimetre wider than the one before; a real one takes some ten seconds (assumed)."""
PRESSED_PAIN = 1.0
"""While the nipple is pressed (assumed)."""
_SOOTHED_S = 12.0
ENOUGH_PAIN = 9.5
"""At this pain the patient asks to stop (assumed)."""
LONGEST_MINUTES = 30.0
"""An examination is not longer than this (CLINICAL.md section 4: 17 minutes on average, 30 to 35 with a therapy)."""

_OUT_MM = 0.5
_WITHDRAW = Controls(push=-1.0)
_WITHDRAWING_S = 90.0
_TOLD = ("orifice", "third-order", "blood")
"""Exercises whose progress a trainee may know before the end: the others would tell what is still hidden."""

Phase = Literal["nipple", "duct", "over"]


class Exercise:
    """One attempt in one breast. Not for two threads at once; time goes on only by `next_state`.

    The same acts and controls at the same times give the same attempt.
    """

    def __init__(self, plan: TaskPlan, breast: Breast, trainee: str) -> None:
        self.plan = plan
        self.breast = breast
        self.trainee = trainee
        self.tree = breast.tree(breast.discharging)
        self.reach: Reach = reachable(self.tree, breast.settings)
        self.attempt = Attempt(self.tree, self.reach, breast.settings)
        self._phase: Phase = "nipple"
        self._ended_by: str | None = None
        self._is_pressed = False
        self._entering: DuctTree | None = None
        self._dilating_s = 0.0
        self._withdrawing_s: float | None = None
        self._nipple_pain = 0.0
        self._shown = self.tree
        self._exam = begin_exam(self.tree, breast.settings)
        self._out_mm = _depth_mm(self.tree, self._exam) + _OUT_MM
        self._rng = np.random.default_rng([breast.seed, 71])

    @property
    def pain(self) -> float:
        """Now, 0 to 10."""
        return self._exam.pain if self._phase == "duct" else self._nipple_pain

    @property
    def scene(self) -> tuple[Breast, DuctTree, ExamState]:
        """What is before the scope: on the nipple, the neck of the duct last shown, at rest."""
        return self.breast, self._shown, self._exam

    def press(self) -> None:
        """Press around the nipple. Raises BadInputError while a scope is in."""
        self._check_free("press the nipple")
        self._is_pressed = True
        self._nipple_pain = max(self._nipple_pain, PRESSED_PAIN)
        self.attempt.press()

    def enter(self, number: int, tree: DuctTree) -> None:
        """Begin to dilate orifice `number`, behind which `tree` lies; when that is done the scope is in.

        Raises BadInputError while a scope is in.
        """
        self._check_free("enter an orifice")
        steps = count_dilators(self.breast.nipple.orifices[number].diameter_mm, self.breast.settings.outer_diameter_mm)
        self._entering = tree
        self._dilating_s = DILATING_S * (1 + steps)
        self._nipple_pain = max(self._nipple_pain, START_PAIN)
        self.attempt.enter(number)

    def leave(self) -> None:
        """Begin to take the scope out. Raises BadInputError when none is in."""
        if self._phase != "duct":
            raise BadInputError("No scope is in a duct, so none can be taken out; choose an orifice first.")
        self._withdrawing_s = 0.0 if self._withdrawing_s is None else self._withdrawing_s

    def note(self, note: LesionNote) -> None:
        """Keep what the trainee says of what is in view. Raises BadInputError for a word that is not on the list."""
        if self._phase != "duct":
            raise BadInputError("A lesion can be noted only while the scope is in a duct; choose an orifice first.")
        check_note(note)
        self.attempt.take_note(note)

    def next_state(self, dt_s: float, controls: Controls) -> tuple[Breast, DuctTree, ExamState]:
        """Let `dt_s` seconds go by with these controls, and say what is before the scope then."""
        if self._phase == "over":
            return self.scene
        if self._phase == "duct":
            self._drive(dt_s, controls)
        elif self._entering is not None:
            self._dilate(self._entering, dt_s)
        else:
            self._nipple_pain *= math.exp(-dt_s / _SOOTHED_S)
        self.attempt.pass_time(dt_s, self.pain)
        if self.pain >= ENOUGH_PAIN:
            self._phase, self._ended_by = "over", "too-painful"
        elif self.attempt.seconds >= 60.0 * LONGEST_MINUTES:
            self._phase, self._ended_by = "over", "time-over"
        return self.scene

    def note_sight(self, sight: Sight) -> None:
        """Add the picture of the state that `next_state` gave last."""
        if self._phase == "duct" and self._shown is self.tree:
            self.attempt.note_sight(sight, self._exam)

    def state(self) -> PracticeState:
        """How the attempt stands."""
        is_in = self._phase == "duct"
        contact = self._exam.contact
        task = self.plan.scenario.task
        progress = judge_goal(task, self.tree, self.reach, self.attempt.attempted()).share if task in _TOLD else None
        return PracticeState(
            phase=self._phase,
            task=task,
            trainee=self.trainee,
            seconds=self.attempt.seconds,
            pain=self.pain,
            pressure_mmhg=self._exam.fluid.pressure_mmhg if is_in else 0.0,
            flushed_ml=self.attempt.flushed_ml,
            suctioned_ml=self.attempt.suctioned_ml,
            inserted_mm=_depth_mm(self._shown, self._exam) if is_in else 0.0,
            contact=contact.force if is_in and contact is not None else 0.0,
            orifices=self._see_orifices(),
            message=self._advise(progress),
            progress=progress,
            found=self.attempt.found,
        )

    def _drive(self, dt_s: float, controls: Controls) -> None:
        is_own_hand = self._withdrawing_s is None
        self._exam = step_exam(
            self._shown,
            self.breast.settings,
            self.breast.distension,
            self._exam,
            controls if is_own_hand else _WITHDRAW,
            dt_s,
            self._rng,
        )
        self.attempt.note_state(self._shown, self._exam, dt_s, is_own_hand=is_own_hand)
        if self._withdrawing_s is not None:
            self._withdrawing_s += dt_s
            if _depth_mm(self._shown, self._exam) <= self._out_mm or self._withdrawing_s >= _WITHDRAWING_S:
                self._come_out()

    def _come_out(self) -> None:
        self._nipple_pain = self._exam.pain
        self._phase, self._withdrawing_s = "nipple", None
        self.attempt.leave()
        self._exam = begin_exam(self._shown, self.breast.settings, seconds=self.attempt.seconds)

    def _dilate(self, tree: DuctTree, dt_s: float) -> None:
        self._dilating_s -= dt_s
        if self._dilating_s > 0.0:
            return
        self._phase, self._entering, self._shown = "duct", None, tree
        self._exam = begin_exam(tree, self.breast.settings, seconds=self.attempt.seconds)
        self._out_mm = _depth_mm(tree, self._exam) + _OUT_MM

    def _check_free(self, wish: str) -> None:
        if self._phase == "over":
            raise BadInputError(f"You cannot {wish} now: this attempt is over; finish it to see its debrief.")
        if self._phase == "duct":
            raise BadInputError(f"You cannot {wish} while the scope is in a duct; take it out first.")
        if self._entering is not None:
            raise BadInputError(f"You cannot {wish} now: orifice {self.attempt.tried[-1] + 1} is being dilated; wait.")

    def _see_orifices(self) -> tuple[OrificeSeen, ...]:
        return tuple(
            OrificeSeen(
                number=orifice.number,
                clock_deg=orifice.clock_deg,
                ring=orifice.ring,
                distance_mm=orifice.distance_mm,
                discharge=orifice.discharge if self._is_pressed else None,
                is_tried=orifice.number in self.attempt.tried,
            )
            for orifice in self.breast.nipple.orifices
        )

    def _advise(self, progress: float | None) -> str | None:
        if self._phase == "over":
            return self._ended_by
        if self._phase == "nipple":
            return "dilating" if self._entering is not None else "choose" if self._is_pressed else "press-first"
        if self._withdrawing_s is not None:
            return "withdrawing"
        return choose_advice(self._exam, self.pain, self.attempt.seconds, is_goal_reached=progress == 1.0)


def count_dilators(orifice_mm: float, outer_diameter_mm: float) -> int:
    """How many dilators it takes until an orifice lets the scope pass."""
    return max(0, math.ceil((PASSES_AT * outer_diameter_mm - orifice_mm) / DILATOR_STEP_MM - 1e-9))


def _depth_mm(tree: DuctTree, exam: ExamState) -> float:
    return max(tree.branches[exam.tip.branch].start_mm + exam.tip.arc_mm, 0.0)

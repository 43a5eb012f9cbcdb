"""PracticeDriver: puts the scope into a trainee's hands, and back into the simulated ones."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Protocol, assert_never

from ductoscope.model import (
    REST,
    Act,
    BadInputError,
    Controls,
    Debrief,
    EnterOrifice,
    LeaveDuct,
    LesionNote,
    PracticeState,
    PressNipple,
    Scenario,
    Task,
)
from ductoscope.simulate.breast.draw import Breast, draw_breast
from ductoscope.simulate.breast.duct_tree import DuctTree
from ductoscope.simulate.drive.state import ExamState
from ductoscope.simulate.driven import Driver
from ductoscope.simulate.light.sight import Sight
from ductoscope.simulate.practice.debrief import Label, write_debrief
from ductoscope.simulate.practice.draw_map import LABELS
from ductoscope.simulate.practice.exercise import Exercise
from ductoscope.simulate.practice.tasks import PLANS, plan_of, settings_for
from ductoscope.simulate.settings import WorldSettings

NEWS_LASTS_NS = 500_000_000
"""Without news of the controls for so long, the scope rests."""

LONGEST_NAME = 60


def now_utc() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class Drivable(Protocol):
    """A simulated scope that somebody else than the simulated hands may drive."""

    def take_over(self, driver: Driver) -> None:
        """Let `driver` say from now on where the scope is."""

    def give_back(self) -> None:
        """Let the simulated hands go on."""


class PracticeDriver:
    """Gives a trainee the controls, and the scope its next moment. Every method may be called from any thread.

    settings: of the scope that is driven; its fibre, lens and shaft stay as they are in every exercise. clock_ns:
    monotonic, used only to notice controls that have fallen silent. scope: taken over when an exercise begins and given
    back when it ends; without one, whoever calls `next_state` sees to that. draw: makes a breast of a seed and
    settings. wall_clock: aware UTC. texts: the words on the map.
    """

    def __init__(
        self,
        settings: WorldSettings,
        clock_ns: Callable[[], int],
        *,
        scope: Drivable | None = None,
        draw: Callable[[int, WorldSettings], Breast] = draw_breast,
        wall_clock: Callable[[], datetime] = now_utc,
        texts: Mapping[str, str] = LABELS,
    ) -> None:
        self._settings = settings
        self._clock_ns = clock_ns
        self._scope = scope
        self._draw = draw
        self._wall_clock = wall_clock
        self._texts = texts
        self._lock = threading.Lock()
        self._exercise: Exercise | None = None
        self._label = Label("", "", 0, "", "")
        self._last: Exercise | None = None
        self._controls = REST
        self._heard_ns = 0

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The exercises that can be begun."""
        return tuple(plan.scenario for plan in PLANS.values())

    def begin(self, task: Task, trainee: str, *, seed: int, preset: str) -> PracticeState:
        """Put a trainee before the nipple of a new breast.

        Raises BadInputError when an exercise is going on, or for a task, preset, name or seed that cannot be used.
        """
        name = check_name(trainee)
        plan = plan_of(task)
        settings = settings_for(task, preset, self._settings)
        self._check_idle()
        # Drawn before the lock is taken: it takes seconds, in which the picture goes on.
        exercise = Exercise(plan, self._draw(seed, settings), name)
        with self._lock:
            if self._exercise is not None:
                raise BadInputError("An exercise is going on already; finish it first.")
            self._exercise = self._last = exercise
            self._label = Label("", name, seed, preset, "")
            self._controls = REST
            state = exercise.state()
        # Not under the lock: the scope asks for its next moment while it holds its own.
        if self._scope is not None:
            self._scope.take_over(self)
        return state

    def act(self, act: Act) -> PracticeState:
        """Do one thing with the other hand. Raises BadInputError when it cannot be done now."""
        tree = self._draw_behind(act.number) if isinstance(act, EnterOrifice) else None
        with self._lock:
            exercise = self._current()
            match act:
                case PressNipple():
                    exercise.press()
                case EnterOrifice():
                    if tree is None or tree is not exercise.breast.tree(act.number):
                        raise BadInputError("The exercise has ended meanwhile; begin a new one.")
                    exercise.enter(act.number, tree)
                case LeaveDuct():
                    exercise.leave()
                case LesionNote():
                    exercise.note(act)
                case _:
                    assert_never(act)
            return exercise.state()

    def steer(self, controls: Controls) -> None:
        """Move so from now on; after half a second without news the scope rests."""
        with self._lock:
            self._controls = controls
            self._heard_ns = self._clock_ns()

    def state(self) -> PracticeState:
        """How the attempt stands."""
        with self._lock:
            return PracticeState("idle") if self._exercise is None else self._exercise.state()

    def finish(self) -> Debrief:
        """End the attempt, give the scope back to the simulated hands, and tell what there is to learn.

        Raises BadInputError when nobody practises.
        """
        with self._lock:
            exercise, label = self._current(), self._label
            attempted = exercise.attempt.attempted()
            self._exercise = None
        if self._scope is not None:
            self._scope.give_back()
        finished = self._wall_clock().astimezone(UTC)
        label = Label(
            attempt=finished.strftime("%Y-%m-%d_%H-%M-%S-%fZ"),
            trainee=label.trainee,
            seed=label.seed,
            preset=label.preset,
            finished_utc=finished.isoformat(timespec="seconds"),
        )
        return write_debrief(label, exercise.plan, exercise.tree, exercise.reach, attempted, texts=self._texts)

    def next_state(self, dt_s: float) -> tuple[Breast, DuctTree, ExamState]:
        """Let `dt_s` seconds go by; the breast, the tree that the scope is in, and the moment now.

        After an exercise it is that exercise's last moment. Raises BadInputError before the first one.
        """
        with self._lock:
            if self._last is None:
                raise BadInputError("No exercise has been begun, so there is nothing for the scope to see; begin one.")
            if self._exercise is None:
                return self._last.scene
            is_fresh = self._clock_ns() - self._heard_ns <= NEWS_LASTS_NS
            return self._exercise.next_state(dt_s, self._controls if is_fresh else REST)

    def note_sight(self, sight: Sight) -> None:
        """Tell what the picture of the last `next_state` showed."""
        with self._lock:
            if self._exercise is not None:
                self._exercise.note_sight(sight)

    def _current(self) -> Exercise:
        if self._exercise is None:
            raise BadInputError("No exercise is going on; begin one first.")
        return self._exercise

    def _check_idle(self) -> None:
        with self._lock:
            if self._exercise is not None:
                raise BadInputError("An exercise is going on already; finish it first.")

    def _draw_behind(self, number: int) -> DuctTree:
        """The tree behind an orifice, drawn without the lock: it takes seconds, in which the picture goes on."""
        with self._lock:
            breast = self._current().breast
        count = len(breast.nipple.orifices)
        if not 0 <= number < count:
            raise BadInputError(f"This nipple has the orifices 0 to {count - 1}; there is no orifice {number}.")
        return breast.tree(number)


def check_name(trainee: str) -> str:
    """A trainee's name without spaces around it. Raises BadInputError for an empty, long or unprintable one."""
    name = trainee.strip()
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise BadInputError(f"A trainee's name has 1 to {LONGEST_NAME} printable characters, got {len(name)}.")
    return name

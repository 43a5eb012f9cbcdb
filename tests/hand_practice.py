"""A practice without a breast, for testing the web alone: it notes what it is asked, and says what a test puts."""

from __future__ import annotations

from dataclasses import replace

from ductoscope.model import (
    Act,
    BadInputError,
    Controls,
    Debrief,
    EnterOrifice,
    LeaveDuct,
    LesionNote,
    OrificeSeen,
    PracticeState,
    PressNipple,
    Scenario,
    Task,
)


class HandPractice:
    """Goes through the phases of an attempt as it is told."""

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.steered: list[Controls] = []
        self.scenarios = (Scenario("orifice", 3.0), Scenario("every-branch", 12.0), Scenario("free", 10.0, False))
        self.now = PracticeState(phase="idle")

    def begin(self, task: Task, trainee: str, *, seed: int, preset: str) -> PracticeState:
        self.asked.append((task, trainee, seed, preset))
        orifices = (
            OrificeSeen(0, 20.0, "central", 1.5),
            OrificeSeen(1, 140.0, "peripheral", 4.5),
            OrificeSeen(2, 260.0, "peripheral", 4.0),
        )
        self.now = PracticeState(phase="nipple", task=task, trainee=trainee, orifices=orifices)
        return self.now

    def act(self, act: Act) -> PracticeState:
        self.asked.append(act)
        match act:
            case PressNipple():
                seen = ["none", "bloody", "none"]
                orifices = (replace(o, discharge=d) for o, d in zip(self.now.orifices, seen, strict=True))
                self.now = replace(self.now, orifices=tuple(orifices))
            case EnterOrifice(number):
                if number >= len(self.now.orifices):
                    raise BadInputError(f"There is no opening {number} on this nipple.")
                self.now = replace(self.now, phase="duct", pain=2.5, pressure_mmhg=40.0, inserted_mm=7.0)
            case LeaveDuct():
                self.now = replace(self.now, phase="nipple")
            case LesionNote():
                self.now = replace(self.now, found=self.now.found + 1)
        return self.now

    def steer(self, controls: Controls) -> None:
        self.steered.append(controls)

    def state(self) -> PracticeState:
        return self.now

    def finish(self) -> Debrief:
        self.asked.append("finish")
        debrief = Debrief(
            attempt=f"attempt-{len(self.asked)}",
            task=self.now.task,
            trainee=self.now.trainee,
            seed=5,
            preset="easy",
            finished_utc="2026-11-22T20:00:00+00:00",
            is_reached=True,
            figures={"score": 0.62, "seen_share": 0.71, "contacts": 3, "seconds": 250.0, "flushed_ml": 4.2},
            map_svg='<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="4"/></svg>',
            path=((0.0, 3.0, 0), (100.0, 22.0, 1), (250.0, 5.0, 0)),
            best_path=((0.0, 3.0, 0), (60.0, 25.0, 1), (120.0, 3.0, 0)),
        )
        self.now = PracticeState(phase="idle")
        return debrief

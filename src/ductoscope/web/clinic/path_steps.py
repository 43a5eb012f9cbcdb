"""Steps: the path from referral to follow-up as a row of stations, and what to do next, the first thing first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from ductoscope.model.clinical import DueKind, Event, Happened, Procedure, ReportKind, SignedReport
from ductoscope.model.clinical import happened as h
from ductoscope.web.clinic.open_points import Point

StepName = Literal["referral", "decision", "preparation", "room", "preliminary", "pathology", "final", "after"]
StepState = Literal["done", "now", "later", "overdue", "none", "stopped"]
"""none: this path has no such step, as pathology without a specimen; stopped: the path ended before it."""
AFTERWARDS: tuple[DueKind, ...] = ("call", "follow-up", "meeting", "imaging")


@dataclass(frozen=True, slots=True)
class Step:
    """One station of the path. at_utc, by: when and by whom it was done; None while it was not."""

    name: StepName
    state: StepState
    link: str
    at_utc: datetime | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class NextAct:
    """One thing to do next. key: of its words; name: what they name; is_for_doctor: only a doctor can."""

    key: str
    link: str
    name: str = ""
    is_for_doctor: bool = False


def list_steps(procedure: Procedure, events: Sequence[Event], on: date) -> tuple[Step, ...]:
    """Say of every station whether it is done, by whom and when; `events`: of this procedure, oldest first."""
    steps = tuple(_all_steps(procedure, events))
    if procedure.stage in ("declined", "cancelled"):
        return tuple(step if step.state == "done" else _with(step, "stopped") for step in steps)
    late = {due.kind for due in procedure.open_dues if due.due_on < on}
    found: list[Step] = []
    for step in steps:
        if step.state != "later":
            found.append(step)
        elif (
            (step.name == "pathology" and "result" in late)
            or (step.name in ("preliminary", "final") and "report" in late and _is_next(found))
            or (step.name == "after" and late & set(AFTERWARDS))
        ):
            found.append(_with(step, "overdue"))
        else:
            found.append(_with(step, "now") if _is_next(found) else step)
    return tuple(found)


def _is_next(before: Sequence[Step]) -> bool:
    return all(step.state in ("done", "none") for step in before)


def _with(step: Step, state: StepState) -> Step:
    return Step(step.name, state, step.link, step.at_utc, step.by)


def _all_steps(procedure: Procedure, events: Sequence[Event]) -> Iterator[Step]:
    def step(name: StepName, link: str, is_done: bool, *kinds: type[Happened]) -> Step:
        event = next((event for event in reversed(events) if isinstance(event.what, kinds)), None)
        done = ("done" if is_done else "later", link)
        return Step(name, *done) if event is None else Step(name, *done, event.at_utc, event.by)  # type: ignore[arg-type]

    yield step("referral", "referral", procedure.referral_outcome != "more needed", h.ReferralReceived)
    is_decided = procedure.referral_outcome not in (None, "more needed")
    yield step("decision", "referral#decision", is_decided, h.ReferralDecided)
    yield step("preparation", "preparation", procedure.time_out is not None, h.TimeOutConfirmed)
    yield step("room", "review", procedure.ended_utc is not None, h.ExaminationBegun)
    yield _report_step("preliminary", find_report(procedure, "preliminary"))
    states = procedure.specimens.values()
    if procedure.ended_utc is not None and not states:
        yield Step("pathology", "none", "specimens")
    else:
        is_read = bool(states) and all(state.acknowledged_by is not None for state in states)
        yield step("pathology", "specimens", is_read, h.ResultAcknowledged)
    yield _report_step("final", find_report(procedure, "final"))
    yield step("after", "after", procedure.stage == "closed", h.ProcedureClosed)


def _report_step(name: Literal["preliminary", "final"], report: SignedReport | None) -> Step:
    if report is None:
        return Step(name, "later", "report")
    return Step(name, "done", "report", report.signed_utc, report.signer)


def find_report(procedure: Procedure, kind: ReportKind) -> SignedReport | None:
    """Find the newest signed report of a kind."""
    return next((report for report in reversed(procedure.reports) if report.kind == kind), None)


def list_next(procedure: Procedure, points: Sequence[Point], on: date) -> tuple[NextAct, ...]:
    """List what to do next, the first thing first; `points`: what the preparation lacks. Nothing when all is done."""
    # Several dates to keep are one thing to do: the page they lead to lists them.
    found: dict[tuple[str, str], NextAct] = {}
    for act in _all_next(procedure, points, on):
        found.setdefault((act.key, act.link), act)
    return tuple(found.values())


def _all_next(procedure: Procedure, points: Sequence[Point], on: date) -> Iterator[NextAct]:
    match procedure.stage:
        case "referred" if procedure.referral_outcome == "more needed":
            yield NextAct("complete_referral", "referral")
        case "referred":
            yield NextAct("decide_referral", "referral#decision", is_for_doctor=True)
        case "accepted":
            yield NextAct("plan", "preparation#plan")
        case "planned" if any(point.is_needed for point in points):
            yield NextAct("prepare", points[0].link, str(len(points)))
        case "planned":
            yield NextAct("time_out", "time-out")
        case "prepared":
            yield NextAct("begin", "/room")
        case "in the room":
            yield NextAct("go_on", "/room")
        case "examined" | "reported" | "final":
            yield from _all_next_after(procedure, on)


def _all_next_after(procedure: Procedure, on: date) -> Iterator[NextAct]:
    yield from (act for act, is_now in _follow_ups(procedure, on) if is_now)
    if procedure.stage == "examined":
        yield NextAct("sign_preliminary", "report#sign", is_for_doctor=True)
    for letter, state in procedure.specimens.items():
        place = f"specimens#specimen-{letter}"
        if state.step == "collected":
            yield NextAct("send_specimen", place, letter)
        if state.results and state.acknowledged_by is None:
            yield NextAct("read_result", place, letter, is_for_doctor=True)
        elif not state.results:
            yield NextAct("wait_for_result", place, letter)
    is_all_read = all(state.acknowledged_by is not None for state in procedure.specimens.values())
    if procedure.stage != "examined" and is_all_read:
        if not procedure.decisions:
            yield NextAct("decide_steps", "after#steps", is_for_doctor=True)
        if find_report(procedure, "final") is None:
            yield NextAct("sign_final", "report#sign", is_for_doctor=True)
    yield from (act for act, is_now in _follow_ups(procedure, on) if not is_now)
    if procedure.stage == "final" and not procedure.open_dues:
        yield NextAct("close", "after#close", is_for_doctor=True)


def _follow_ups(procedure: Procedure, on: date) -> Iterator[tuple[NextAct, bool]]:
    for due in procedure.open_dues:
        if due.kind in AFTERWARDS:
            act = (
                NextAct("call", "call", due.words)
                if due.kind == "call"
                else NextAct("follow_up", "after#dues", due.words)
            )
            yield act, due.due_on <= on

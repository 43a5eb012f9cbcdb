"""After: the symptom call, what findings and pathology ask for, what was decided, and what is due when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ductoscope.care import advise_next_steps, list_aftercare
from ductoscope.clinic import Desk
from ductoscope.model.clinical import Decision, DueKind, Patient, Procedure, Reason, SymptomAdvice, Symptoms
from ductoscope.model.clinical import happened as h
from ductoscope.record.journal import DueRow
from ductoscope.web.clinic.dues import list_all_dues
from ductoscope.web.clinic.entry import person_of
from ductoscope.web.clinic.pages import Pages
from ductoscope.web.clinic.paging import Number, turn
from ductoscope.web.clinic.procedure_page import is_over, open_procedure, show_part, today_of
from ductoscope.web.clinic.remembered import Remembered

SYMPTOMS: TypeAdapter[Symptoms] = TypeAdapter(Symptoms)
AHEAD = timedelta(days=14)
BUT_RESULTS: tuple[DueKind, ...] = ("report", "call", "follow-up", "meeting", "imaging")
"""What the list of follow-ups shows; results have a list of their own."""
CHANGING = (h.DuePlanned, h.DueMoved, h.DueDone, h.PatientCorrected, h.PatientReconciled)
"""What changes the list of follow-ups."""
When = Literal["late", "today", "ahead"]


class TypedCall(BaseModel):
    """A call as the form sends it. due: key of the planned call that this one is; None: the one that is due now."""

    model_config = ConfigDict(extra="forbid")
    symptoms: Symptoms
    told: str = Field("", max_length=5_000)
    caller: str = Field("", max_length=200)
    due: str | None = None


class TypingCall(BaseModel):
    """A call that is not over yet; only what was told counts."""

    symptoms: dict[str, Any]


class TypedDecision(BaseModel):
    """What was decided next, and by when, as the form sends it. expects: newest event that the person saw."""

    model_config = ConfigDict(extra="forbid")
    decision: Decision
    due_on: date | None = None
    expects: int | None = None


class TypedDue(BaseModel):
    """Something that must not be forgotten, as the form sends it."""

    model_config = ConfigDict(extra="forbid")
    kind: DueKind
    due_on: date
    words: str = Field(min_length=1, max_length=5_000)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One thing to do for one patient, and whether it is late."""

    due: DueRow
    patient: Patient
    when: When


def after_routes(desk: Desk, pages: Pages) -> APIRouter:
    """Make the routes of what comes after an examination, for one procedure and for all."""
    routes = APIRouter()
    follow_ups = Remembered(desk.journal, CHANGING, lambda today: tuple(list_follow_ups(desk, today)))

    @routes.get("/procedures/{procedure_id}/after", response_class=HTMLResponse)
    def after(request: Request, procedure_id: str) -> HTMLResponse:
        context = open_procedure(desk, request, procedure_id, "after")
        procedure: Procedure = context["procedure"]
        return pages.show(
            request,
            "clinic/after.html",
            **context,
            advice=advise_next_steps(procedure, on=context["today"], protocol=desk.protocol),
            can_call=procedure.ended_utc is not None,
            can_close=procedure.stage == "final" and not procedure.open_dues,
            is_over=is_over(procedure),
        )

    @routes.get("/procedures/{procedure_id}/call", response_class=HTMLResponse)
    def call_page(request: Request, procedure_id: str) -> HTMLResponse:
        context = open_procedure(desk, request, procedure_id, "call")
        procedure: Procedure = context["procedure"]
        return pages.show(
            request,
            "clinic/call.html",
            **context,
            hours=hours_since(procedure, context["now_utc"]),
            calls_due=[due for due in procedure.open_dues if due.kind == "call"],
            can_call=procedure.ended_utc is not None,
        )

    @routes.post("/api/procedures/{procedure_id}/call")
    def take_call(request: Request, procedure_id: str, call: TypedCall) -> dict[str, str]:
        who = person_of(request)
        desk.take_call(who, procedure_id, call.symptoms, told=call.told, caller=call.caller, due=call.due)
        return {"next": f"/procedures/{procedure_id}/after#calls"}

    @routes.post("/api/procedures/{procedure_id}/call/check")
    def check_call(request: Request, procedure_id: str, typed: TypingCall) -> dict[str, str]:
        desk.journal.procedure(procedure_id)
        advice = check_symptoms(desk, typed.symptoms)
        normal = list_aftercare(desk.protocol).normal
        reasons = () if advice is None else advice.reasons
        part = show_part(
            pages,
            request,
            "clinic/after_advice.html",
            advice=advice,
            flags=[reason for reason in reasons if not is_question(reason)],
            asks=[reason for reason in reasons if is_question(reason)],
            normal=normal,
            site=desk.site,
        )
        return {"html": part}

    @routes.post("/api/procedures/{procedure_id}/steps")
    def decide(request: Request, procedure_id: str, typed: TypedDecision) -> dict[str, str]:
        desk.decide_step(person_of(request), procedure_id, typed.decision, due_on=typed.due_on, expects=typed.expects)
        return {"next": f"/procedures/{procedure_id}/after#steps"}

    @routes.post("/api/procedures/{procedure_id}/dues")
    def add_due(request: Request, procedure_id: str, typed: TypedDue) -> dict[str, str]:
        plan_due(desk, request, procedure_id, typed)
        return {"next": f"/procedures/{procedure_id}/after#dues"}

    @routes.get("/follow-up", response_class=HTMLResponse)
    def follow_up(request: Request, late: Number = 1, today: Number = 1, ahead: Number = 1) -> HTMLResponse:
        desk.look(person_of(request), "follow-up")
        rows = follow_ups.on(today_of(desk))
        return pages.show(
            request,
            "clinic/follow_up.html",
            here="follow_up",
            groups={
                when: turn([row for row in rows if row.when == when], number)
                for when, number in (("late", late), ("today", today), ("ahead", ahead))
            },
        )

    return routes


def plan_due(desk: Desk, request: Request, procedure_id: str, typed: TypedDue) -> None:
    """Plan something under a key of its own."""
    taken = desk.journal.procedure(procedure_id).dues
    number = next(number for number in range(1, len(taken) + 2) if f"{typed.kind} {number}" not in taken)
    due = h.DuePlanned(f"{typed.kind} {number}", typed.kind, typed.due_on, typed.words)
    desk.do(person_of(request), due, procedure_id=procedure_id)


def check_symptoms(desk: Desk, typed: dict[str, Any]) -> SymptomAdvice | None:
    """Say what the rules say of what was told so far; None while an answer makes no sense. Nothing is kept."""
    try:
        return desk.assess_symptoms(SYMPTOMS.validate_python(typed))
    except ValidationError:
        return None


def is_question(reason: Reason) -> bool:
    """Whether a reason of a call is only that something was not asked yet."""
    return reason.rule.startswith("symptom.ask_")


def hours_since(procedure: Procedure, now_utc: datetime) -> float | None:
    """Whole hours since the scope came out; None before."""
    if procedure.ended_utc is None:
        return None
    return float(round((now_utc - procedure.ended_utc).total_seconds() / 3600))


def list_follow_ups(desk: Desk, today: date) -> Iterator[FollowUp]:
    """List everything but results that is due within two weeks, the latest first."""
    for due in list_all_dues(desk.journal, today + AHEAD, BUT_RESULTS):
        when: When = "late" if due.due_on < today else "today" if due.due_on == today else "ahead"
        yield FollowUp(due, desk.journal.patient(due.patient_id), when)

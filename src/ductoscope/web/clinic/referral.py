"""Referral: what the letter says, typed once; what the rules say of it, at once; what the doctor decides."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from ductoscope.clinic import Desk
from ductoscope.model.clinical import Discharge, Patient, Procedure, Referral, ReferralAdvice
from ductoscope.web.clinic.entry import person_of
from ductoscope.web.clinic.pages import Pages
from ductoscope.web.clinic.procedure_page import is_over, name_people, open_procedure, show_part, today_of

HasDischarge = Literal["yes", "no", "unknown"]
REFERRALS: TypeAdapter[Referral] = TypeAdapter(Referral)
OUTCOME_OF = {
    "indicated": "accepted",
    "not indicated": "declined",
    "biopsy instead": "sent to biopsy",
    "imaging first": "more needed",
    "cannot say": "more needed",
}
"""What a doctor decides who follows the rules; anything else needs a reason."""


class TypedReferral(BaseModel):
    """A referral as the form sends it. has_discharge: "unknown" when the letter says nothing of it."""

    model_config = ConfigDict(extra="forbid")
    referral: Referral
    has_discharge: HasDischarge = "unknown"


class TypingReferral(BaseModel):
    """A referral that is not typed to its end; whatever does not fit yet is left out."""

    model_config = ConfigDict(extra="forbid")
    referral: dict[str, Any]
    has_discharge: HasDischarge = "unknown"


def referral_routes(desk: Desk, pages: Pages) -> APIRouter:
    """Make the routes of the referral: a new one, one to complete, and the rules' word while it is typed."""
    routes = APIRouter()

    @routes.get("/patients/{patient_id}/referral/new", response_class=HTMLResponse)
    def new_referral(request: Request, patient_id: str) -> HTMLResponse:
        patient = desk.journal.patient(patient_id)
        desk.look(person_of(request), "referral", patient_id=patient.id)
        return pages.show(
            request,
            "clinic/referral_new.html",
            patient=patient,
            referral=None,
            advice=None,
            today=today_of(desk),
            names=name_people(desk),
        )

    @routes.get("/procedures/{procedure_id}/referral", response_class=HTMLResponse)
    def referral_page(request: Request, procedure_id: str) -> HTMLResponse:
        context = open_procedure(desk, request, procedure_id, "referral")
        procedure: Procedure = context["procedure"]
        advice = procedure.referral_advice
        return pages.show(
            request,
            "clinic/referral.html",
            **context,
            referral=procedure.referral,
            advice=advice,
            follows_rules=None if advice is None else OUTCOME_OF[advice.indication],
            can_decide=procedure.stage in ("referred", "accepted", "declined"),
            is_over=is_over(procedure),
        )

    @routes.post("/api/patients/{patient_id}/referral")
    def receive(request: Request, patient_id: str, typed: TypedReferral) -> dict[str, str]:
        procedure_id = desk.receive_referral(person_of(request), patient_id, settle_discharge(typed))
        return {"next": f"/procedures/{procedure_id}/referral"}

    @routes.post("/api/procedures/{procedure_id}/referral")
    def complete(
        request: Request, procedure_id: str, typed: TypedReferral, expects: int | None = None
    ) -> dict[str, str]:
        patient_id = desk.journal.procedure(procedure_id).patient_id
        desk.receive_referral(
            person_of(request), patient_id, settle_discharge(typed), procedure_id=procedure_id, expects=expects
        )
        return {"next": f"/procedures/{procedure_id}/referral"}

    @routes.post("/api/patients/{patient_id}/referral/check")
    def check(request: Request, patient_id: str, typed: TypingReferral) -> dict[str, str]:
        advice = check_typed(desk, desk.journal.patient(patient_id), typed)
        return {"html": show_part(pages, request, "clinic/referral_advice.html", advice=advice)}

    return routes


def settle_discharge(typed: TypedReferral) -> Referral:
    """Give the referral its answer on discharge: not known, none at all, or the one that was described."""
    if typed.has_discharge == "yes":
        return typed.referral
    return replace(typed.referral, discharge=None if typed.has_discharge == "unknown" else Discharge(sides=()))


def check_typed(desk: Desk, patient: Patient, typed: TypingReferral) -> ReferralAdvice | None:
    """Say what the rules say of a form that is still being typed; None while it holds too little for them.

    Rows that nobody has finished are left out; nothing is kept.
    """
    try:
        referral = REFERRALS.validate_python(_fill_gaps(typed.referral, today_of(desk).isoformat()))
        whole = TypedReferral(referral=referral, has_discharge=typed.has_discharge)
    except ValidationError:
        return None
    return desk.assess_referral(patient, settle_discharge(whole))


def _fill_gaps(typed: dict[str, Any], today: str) -> dict[str, Any]:
    filled = {name: value for name, value in typed.items() if value is not None}
    filled["referrer"] = filled.get("referrer") or "?"
    filled.setdefault("received_on", today)
    for name, key in (("imaging", "done_on"), ("medications", "name")):
        rows = filled.get(name)
        if isinstance(rows, list):
            filled[name] = [row for row in rows if isinstance(row, dict) and row.get(key)]
    return filled

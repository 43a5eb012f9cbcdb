"""Reconcile: an emergency patient proves to be somebody with a record; a person compares, then both become one."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from ductoscope.clinic import Desk
from ductoscope.web.clinic.entry import person_of
from ductoscope.web.clinic.pages import Pages


class Reconciliation(BaseModel):
    """Who the emergency patient is. is_compared: a person has compared both, name by name and number by number."""

    model_config = ConfigDict(extra="forbid")
    into: str = Field(max_length=60)
    reason: str = Field(max_length=5000)
    is_compared: bool


def reconcile_routes(desk: Desk, pages: Pages) -> APIRouter:
    """Make the routes that find out who an emergency patient is."""
    routes = APIRouter()

    @routes.get("/patients/{patient_id}/reconcile", response_class=HTMLResponse)
    def choose_page(request: Request, patient_id: str) -> Response:
        patient = desk.journal.patient(patient_id)
        desk.look(person_of(request), "patient", patient_id=patient.id)
        if not patient.is_emergency:
            return RedirectResponse(f"/patients/{patient.id}", 303)
        return pages.show(request, "clinic/patients_reconcile.html", here="patients", patient=patient, other=None)

    @routes.get("/patients/{patient_id}/reconcile/{into_id}", response_class=HTMLResponse)
    def compare_page(request: Request, patient_id: str, into_id: str) -> Response:
        patient, other = desk.journal.patient(patient_id), desk.journal.patient(into_id)
        desk.look(person_of(request), "patient", patient_id=patient.id)
        if not patient.is_emergency or patient.id == other.id:
            return RedirectResponse(f"/patients/{patient.id}", 303)
        desk.look(person_of(request), "patient", patient_id=other.id)
        return pages.show(
            request,
            "clinic/patients_reconcile.html",
            here="patients",
            patient=patient,
            other=other,
            procedures=desk.journal.procedures_of(patient.id),
            others_procedures=desk.journal.procedures_of(other.id),
        )

    @routes.post("/api/patients/{patient_id}/reconcile", response_model=None)
    def reconcile(request: Request, patient_id: str, wish: Reconciliation) -> dict[str, Any] | Response:
        if not wish.is_compared:
            sentence = pages.word("reconcile", "compare_first")
            return pages.refuse(sentence, {"is_compared": sentence})
        desk.reconcile_patient(person_of(request), patient_id, wish.into, wish.reason)
        return {"next": f"/patients/{wish.into}"}

    return routes

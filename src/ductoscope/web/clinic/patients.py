"""Patients: search, register (with a warning when somebody like that is known), look at, correct."""

from __future__ import annotations

from typing import Any, get_args

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from ductoscope.clinic import Desk
from ductoscope.model.clinical import Identifier, PatientDetails, Sex
from ductoscope.model.clinical import happened as h
from ductoscope.web.clinic.entry import person_of
from ductoscope.web.clinic.find import describe_row
from ductoscope.web.clinic.pages import Pages
from ductoscope.web.clinic.today import next_page

SEXES: tuple[str, ...] = get_args(Sex)
NUMBERS = ("hospital", "national", "insurance", "other")
WRISTBAND = "emergency"
LATEST = 20
ABOUT_IDENTITY = (h.PatientRegistered, h.PatientCorrected, h.PatientReconciled)


class NewPatient(BaseModel):
    """Somebody to register. is_sure: the likely double was looked at, and is somebody else."""

    model_config = ConfigDict(extra="forbid")
    details: PatientDetails
    is_sure: bool = False


class Correction(BaseModel):
    """What is known of a person, the whole of it, and how it was found out."""

    model_config = ConfigDict(extra="forbid")
    details: PatientDetails
    reason: str = Field("", max_length=5000)


class EmergencyWish(BaseModel):
    """An emergency patient now. wristband: the number on the band; "" lets the workstation make one."""

    model_config = ConfigDict(extra="forbid")
    wristband: str = Field("", max_length=40)


def patient_routes(desk: Desk, pages: Pages) -> APIRouter:
    """Make the routes of the search, of registering, and of one patient's page."""
    routes = APIRouter()
    form: dict[str, Any] = {"sexes": SEXES, "numbers": NUMBERS}

    @routes.get("/patients", response_class=HTMLResponse)
    def patients_page(request: Request) -> HTMLResponse:
        desk.look(person_of(request), "patients")
        latest = desk.journal.worklist(limit=LATEST, newest_first=True)
        return pages.show(request, "clinic/patients.html", here="patients", latest=latest, next_page=next_page)

    @routes.get("/patients/new", response_class=HTMLResponse)
    def new_patient_page(request: Request) -> HTMLResponse:
        return pages.show(request, "clinic/patients_new.html", here="patients", details=None, **form)

    @routes.post("/api/patients", response_model=None)
    def register(request: Request, wish: NewPatient) -> dict[str, Any] | Response:
        who = person_of(request)
        alike = [] if wish.is_sure else desk.find_look_alikes(wish.details)
        if alike:
            desk.look(who, "search")
            return JSONResponse(
                {
                    "error": pages.word("new_patient", "alike"),
                    "alike": [describe_row(row, pages) for row in alike],
                },
                409,
            )
        return {"next": f"/patients/{desk.register_patient(who, wish.details)}"}

    @routes.post("/api/patients/emergency")
    def register_emergency(request: Request, wish: EmergencyWish) -> dict[str, Any]:
        wristband = wish.wristband.strip()
        details = PatientDetails(
            family=pages.word("new_patient", "emergency_name"),
            given=pages.moment(desk.now_utc()),
            birth_date=None,
            identifiers=(Identifier(WRISTBAND, wristband),) if wristband else (),
        )
        patient_id = desk.register_patient(person_of(request), details, is_emergency=True)
        return {"next": f"/patients/{patient_id}", "id": patient_id}

    @routes.get("/patients/{patient_id}", response_class=HTMLResponse)
    def patient_page(request: Request, patient_id: str) -> Response:
        patient = desk.journal.patient(patient_id)
        if patient.id != patient_id:
            return RedirectResponse(f"/patients/{patient.id}", 303)
        desk.look(person_of(request), "patient", patient_id=patient.id)
        return pages.show(
            request,
            "clinic/patient.html",
            here="patients",
            patient=patient,
            details=patient.details,
            procedures=desk.journal.procedures_of(patient.id),
            changes=desk.journal.events(patient_id=patient.id, kinds=ABOUT_IDENTITY, newest_first=True),
            names=desk.people(),
            next_page=next_page,
            **form,
        )

    @routes.post("/api/patients/{patient_id}/correct")
    def correct(request: Request, patient_id: str, wish: Correction) -> dict[str, Any]:
        desk.correct_patient(person_of(request), patient_id, wish.details, wish.reason)
        return {"next": f"/patients/{patient_id}"}

    return routes

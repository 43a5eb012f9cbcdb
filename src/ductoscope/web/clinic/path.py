"""Path: one procedure from referral to follow-up on one page, with the first thing to do next."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from ductoscope.care import find_blood_thinners, make_checklist
from ductoscope.clinic import Desk
from ductoscope.model import NotThereError
from ductoscope.model.clinical import Procedure
from ductoscope.model.clinical import happened as h
from ductoscope.web.clinic.entry import person_of
from ductoscope.web.clinic.event_details import list_details
from ductoscope.web.clinic.open_points import Point, list_preparation_points
from ductoscope.web.clinic.pages import Pages
from ductoscope.web.clinic.path_steps import list_next, list_steps
from ductoscope.web.clinic.procedure_page import is_over, open_procedure

NEXT_SHOWN = 4
"""Things to do next that the overview names; the stations below show all of them."""


def path_routes(desk: Desk, pages: Pages) -> APIRouter:
    """Make the routes of a procedure's overview and of its stills."""
    routes = APIRouter()

    @routes.get("/procedures/{procedure_id}", response_class=HTMLResponse)
    def overview(request: Request, procedure_id: str, events: bool = False) -> HTMLResponse:
        context = open_procedure(desk, request, procedure_id, "overview")
        procedure: Procedure = context["procedure"]
        happened = [
            event
            for event in desk.journal.events(procedure_id=procedure_id)
            if not isinstance(event.what, h.RecordLooked | h.LookRefused)
        ]
        points = points_before(desk, procedure)
        return pages.show(
            request,
            "clinic/path.html",
            **context,
            steps=list_steps(procedure, happened, context["today"]),
            points=points if procedure.stage in ("accepted", "planned") else (),
            next_acts=list_next(procedure, points, context["today"])[:NEXT_SHOWN],
            is_over=is_over(procedure),
            events=[(event, type(event.what).__name__, list_details(event.what)) for event in reversed(happened)]
            if events
            else None,
            events_count=len(happened),
        )

    @routes.get("/procedures/{procedure_id}/stills/{sha256}", response_class=Response)
    def still(request: Request, procedure_id: str, sha256: str) -> Response:
        if sha256 not in desk.journal.procedure(procedure_id).stills:
            raise NotThereError("This examination has no such still. Choose one from the examination's page.")
        return Response(desk.document(person_of(request), sha256), media_type="image/png")

    return routes


def points_before(desk: Desk, procedure: Procedure) -> tuple[Point, ...]:
    """Say what the preparation of this procedure lacks, by the rules in force."""
    protocol = desk.protocol
    sedation = "none" if procedure.plan is None else procedure.plan.sedation
    before = [item.name for item in make_checklist(protocol, sedation) if item.phase == "before"]
    drugs = () if procedure.referral is None else find_blood_thinners(procedure.referral, protocol)
    return list_preparation_points(procedure, [drug.name for drug in drugs], before)

"""The time-out, and the beginning: two identifiers, side and site compared by people, then the scope is tied."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from ductoscope import __version__
from ductoscope.clinic import BIRTH_DATE, Desk, list_identifiers
from ductoscope.live import Room
from ductoscope.model import BadInputError
from ductoscope.model.clinical import Equipment, Patient, Procedure, Side, TimeOut, TimerName, TimerState
from ductoscope.model.clinical import happened as h
from ductoscope.web.clinic.entry import person_of
from ductoscope.web.clinic.occupancy import Occupancy
from ductoscope.web.clinic.pages import Pages
from ductoscope.web.clinic.procedure_page import open_procedure
from ductoscope.web.clinic.room_wishes import Line, Wish, start_clock

BEFORE = ("planned", "prepared")
EARLY_CLOCKS: tuple[TimerName, ...] = ("cream", "towel")
"""Clocks that may run before the scope is tied to the patient, in the order in which they start."""
_BIRTH_DATE = re.compile(r"(\d{1,2})[./ ](\d{1,2})[./ ](\d{4})")


class Identifying(BaseModel):
    """One identifier as it was said or scanned. kind: "birth date", or who gave the number."""

    model_config = ConfigDict(extra="forbid")
    kind: str = Field(max_length=200)
    value: str = Field(max_length=200)


class TimeOutWish(Wish):
    """What was read out and compared."""

    first: Identifying
    second: Identifying
    side: Side
    is_site_marked: bool
    is_consent_there: bool
    allergies_said: bool
    second_person: Line = ""


class BeginWish(Wish):
    """Who examines, and with what, as the label on it says. What the room knows of itself is not asked."""

    operator: Line = ""
    assistant: Line = ""
    trainee: Line = ""
    scope_model: Line = ""
    scope_serial: Line = ""
    outer_diameter_mm: float | None = None
    reprocessed: Line = ""


@dataclass(frozen=True, slots=True)
class EarlyClock:
    """A clock as the page shows it. minutes: planned now; state: None when it never ran."""

    name: TimerName
    minutes: float
    state: TimerState | None

    @property
    def is_running(self) -> bool:
        """Whether somebody started it and nobody stopped it."""
        return self.state is not None and self.state.stopped_utc is None

    @property
    def end_utc(self) -> datetime | None:
        """When it was stopped, or is planned to end."""
        if self.state is None:
            return None
        return self.state.stopped_utc or self.state.started_utc + timedelta(minutes=self.state.minutes)


def time_out_routes(desk: Desk, pages: Pages, occupancy: Occupancy) -> APIRouter:
    """Make the routes of the time-out's page, of confirming it, and of beginning."""
    routes = APIRouter()

    @routes.get("/procedures/{procedure_id}/time-out", response_class=HTMLResponse)
    def time_out_page(request: Request, procedure_id: str) -> HTMLResponse:
        context = open_procedure(desk, request, procedure_id, "time_out")
        present = occupancy.look()
        return pages.show(
            request,
            "clinic/time_out.html",
            here="today",
            kinds=list_kinds(context["patient"]),
            equipment=tell_equipment(occupancy.room, _last_equipment(desk)),
            doctors=[person for person in desk.journal.people() if person.role == "doctor" and person.is_active],
            is_occupied=present is not None and present != procedure_id,
            is_here=present == procedure_id,
            clocks=list_early_clocks(context["procedure"], desk.time_plan()),
            **context,
        )

    @routes.post("/api/procedures/{procedure_id}/time-out")
    def confirm(
        request: Request, procedure_id: str, time_out: Annotated[TimeOutWish, Body(embed=True)]
    ) -> dict[str, Any]:
        said = TimeOut(
            identifiers=(read_identifying(time_out.first), read_identifying(time_out.second)),
            side=time_out.side,
            is_site_marked=time_out.is_site_marked,
            is_consent_there=time_out.is_consent_there,
            allergies_said=time_out.allergies_said,
            second_person=time_out.second_person,
        )
        return {"number": desk.confirm_time_out(person_of(request), procedure_id, said).number}

    @routes.post("/api/room/{procedure_id}/begin")
    def begin(request: Request, procedure_id: str, begin: Annotated[BeginWish, Body(embed=True)]) -> dict[str, Any]:
        who = person_of(request)
        said = Equipment(
            scope_model=begin.scope_model,
            scope_serial=begin.scope_serial,
            outer_diameter_mm=begin.outer_diameter_mm,
            reprocessed=begin.reprocessed,
        )
        equipment = tell_equipment(occupancy.room, said)
        occupancy.begin(
            who,
            procedure_id,
            equipment,
            operator=begin.operator,
            assistant=begin.assistant,
            trainee=begin.trainee,
        )
        start_clock(desk, who, procedure_id, "plan")
        return {"next": "/room"}

    return routes


def list_early_clocks(procedure: Procedure, minutes: Mapping[TimerName, float]) -> list[EarlyClock]:
    """List the clocks that may run before the scope is tied to the patient."""
    return [EarlyClock(name, minutes[name], procedure.timers.get(name)) for name in EARLY_CLOCKS]


def list_kinds(patient: Patient) -> list[str]:
    """The kinds of identifier that this person's record has; never what they are."""
    systems = [one.system for one in patient.details.identifiers]
    known = [name for name in list_identifiers(patient) if not any(name.startswith(f"{one} ") for one in systems)]
    others = [BIRTH_DATE if name.startswith(BIRTH_DATE) else "name" for name in known]
    return [*others, *systems]


def read_identifying(said: Identifying) -> str:
    """Bring what was said into "system value"; a birth date may be said as 5.3.1970 or 1970-03-05.

    Raises BadInputError for a birth date that is no day.
    """
    value = " ".join(said.value.split())
    if not value:
        raise BadInputError("Both identifiers are needed: ask, read, and type or scan them.")
    if said.kind != BIRTH_DATE:
        return f"{said.kind} {value}"
    spoken = _BIRTH_DATE.fullmatch(value)
    try:
        born = date(int(spoken[3]), int(spoken[2]), int(spoken[1])) if spoken else date.fromisoformat(value)
    except ValueError as error:
        raise BadInputError(
            f'"{value}" is no birth date. Type it as day, month, year (5.3.1970) or as 1970-03-05.'
        ) from error
    return f"{BIRTH_DATE} {born.isoformat()}"


def tell_equipment(room: Room, said: Equipment) -> Equipment:
    """Join what a person says of the scope with what the room knows of the picture."""
    status = room.status()
    return Equipment(
        scope_model=said.scope_model,
        scope_serial=said.scope_serial,
        outer_diameter_mm=said.outer_diameter_mm,
        cores=status.cores or None,
        reprocessed=said.reprocessed,
        camera=status.source.name if status.source else "",
        bundle_id=status.bundle_id or "",
        software=f"Ductoscope {__version__}",
        is_simulated=status.source is not None and status.source.is_simulated,
    )


def _last_equipment(desk: Desk) -> Equipment:
    """What was used last on this station: most of it is the same again; the reprocessing record never is."""
    for event in desk.journal.events(kinds={h.ExaminationBegun}, newest_first=True, limit=20):
        if isinstance(event.what, h.ExaminationBegun) and event.what.station == desk.station:
            last = event.what.equipment
            return Equipment(last.scope_model, last.scope_serial, last.outer_diameter_mm)
    return Equipment()

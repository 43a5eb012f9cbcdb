"""What every page about one procedure starts from: the look is audited, then the record is opened."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request

from ductoscope.clinic import Desk
from ductoscope.model.clinical import Procedure
from ductoscope.web.clinic.entry import person_of
from ductoscope.web.clinic.pages import Pages


def open_procedure(desk: Desk, request: Request, procedure_id: str, part: str) -> dict[str, Any]:
    """Note the look in the audit and give the page its procedure, patient, today's date and people's names.

    part: the page's name, which is also what the audit says was looked at.
    Raises NotThereError for an unknown procedure, NotAllowedError when this person may not look.
    """
    desk.look(person_of(request), part, procedure_id=procedure_id)
    procedure = desk.journal.procedure(procedure_id)
    return {
        "procedure": procedure,
        "patient": desk.journal.patient(procedure.patient_id),
        "names": name_people(desk),
        "today": today_of(desk),
        "now_utc": desk.now_utc(),
        "part": part,
    }


def name_people(desk: Desk) -> Mapping[str, str]:
    """Every account's id to the name that is shown."""
    return {person.id: person.name for person in desk.journal.people()}


def today_of(desk: Desk) -> date:
    """Today where the clinic is."""
    return desk.now_utc().astimezone(ZoneInfo(desk.site.time_zone)).date()


def is_over(procedure: Procedure) -> bool:
    """Whether nothing more will happen in this procedure."""
    return procedure.stage in ("declined", "cancelled", "closed")


def show_part(pages: Pages, request: Request, template: str, **context: Any) -> str:
    """Render a part of a page, for a script that puts it in its place."""
    return bytes(pages.show(request, template, **context).body).decode()

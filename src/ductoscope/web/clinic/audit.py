"""Audit: who did and looked at what, when; by opaque numbers, without anything clinical."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from ductoscope.clinic import Desk
from ductoscope.model.clinical import KINDS, Event
from ductoscope.model.clinical import happened as h
from ductoscope.web.clinic.entry import person_of
from ductoscope.web.clinic.pages import Pages

A_PAGE = 100
PICKS = ("looks", "doors", "changes")
LOOKS = (h.RecordLooked, h.LookRefused)
AT_THE_DOOR = (h.SignedIn, h.SignInRefused, h.SignedOut, h.PasswordSet, h.PersonAdded)


def audit_routes(desk: Desk, pages: Pages) -> APIRouter:
    """Make the route of the audit list, for administrators."""
    routes = APIRouter()

    @routes.get("/admin/audit", response_class=HTMLResponse)
    def audit_page(
        request: Request,
        person: Annotated[str, Query(max_length=40)] = "",
        day: date | None = None,
        kind: Annotated[str, Query(max_length=60)] = "",
        patient: Annotated[str, Query(max_length=60)] = "",
        before: Annotated[int | None, Query(ge=1)] = None,
    ) -> HTMLResponse:
        events = desk.audit(
            person_of(request),
            person=person or None,
            on=day,
            kinds=_pick_kinds(kind),
            patient_id=patient or None,
            before=before,
            limit=A_PAGE + 1,
        )
        chosen = {"person": person, "day": day.isoformat() if day else "", "kind": kind, "patient": patient}
        older = ""
        if len(events) > A_PAGE:
            asked = chosen | {"before": str(events[A_PAGE - 1].number)}
            older = f"/admin/audit?{urlencode({name: value for name, value in asked.items() if value})}"
        return pages.show(
            request,
            "clinic/admin_audit.html",
            here="audit",
            events=events[:A_PAGE],
            older=older,
            chosen=chosen,
            day=day,
            before=before,
            people=desk.journal.people(),
            names=desk.people(),
            picks=PICKS,
            kinds=sorted(KINDS),
            detail_of=detail_of,
        )

    return routes


def detail_of(event: Event) -> str:
    """Say what an event is about as far as an administrator may know: a page, an account; never a finding."""
    match event.what:
        case h.RecordLooked(page=page) | h.LookRefused(page=page):
            return page
        case h.SignInRefused(typed=typed, why=why):
            return f"{typed} ({why})" if typed else why
        case h.SignedOut(why=why):
            return why
        case h.PersonAdded(person=person):
            return f"{person.id} ({person.role}{'' if person.is_active else ', closed'})"
        case h.PasswordSet(person=person_id):
            return person_id
        case h.ProtocolSigned(rules=rules):
            return ", ".join(rules)
        case h.ProtocolChanged(protocol=protocol):
            return protocol
    return ""


def _pick_kinds(kind: str) -> tuple[type[h.Happened], ...] | None:
    groups: dict[str, tuple[type[h.Happened], ...]] = {
        "looks": LOOKS,
        "doors": AT_THE_DOOR,
        "changes": tuple(one for one in KINDS.values() if one not in LOOKS + AT_THE_DOOR),
    }
    if kind in groups:
        return groups[kind]
    return (KINDS[kind],) if kind in KINDS else None

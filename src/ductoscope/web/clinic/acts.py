"""Plain acts: one typed route for every kind of event that says all of itself in its own noun."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request

from ductoscope.clinic import PLAIN_ACTS, Desk
from ductoscope.model.clinical import Happened
from ductoscope.model.clinical import happened as h
from ductoscope.web.clinic.entry import person_of
from ductoscope.web.clinic.pages import Pages

BOUND_TO_ROOM = frozenset({h.TimeOutConfirmed, h.ExaminationEnded, h.RecordingMade, h.FindingMarked, h.TroubleHappened})
"""Plain for the desk, but tied to the live picture: the room has routes of their own for them."""

ACTS: tuple[type[Happened], ...] = tuple(sorted(PLAIN_ACTS - BOUND_TO_ROOM, key=lambda kind: kind.__name__))
"""What can be done by its noun alone; everything else has a verb, and a route, of its own."""


def plain_act_routes(desk: Desk, _: Pages) -> APIRouter:
    """Make POST /api/procedures/{id}/acts/{Kind} for every plain act; it answers with the event's number.

    The message is the noun's fields. expects: number of the newest event that the person saw; 409 when it moved on.
    """
    routes = APIRouter(prefix="/api/procedures/{procedure_id}/acts")
    for kind in ACTS:
        routes.post(f"/{kind.__name__}", name=f"do_{kind.__name__}")(_make_act(desk, kind))
    return routes


def _make_act(desk: Desk, kind: type[Happened]) -> Callable[..., dict[str, Any]]:
    def act(request: Request, procedure_id: str, what: Any, expects: int | None = None) -> dict[str, Any]:
        event = desk.do(person_of(request), what, procedure_id=procedure_id, expects=expects)
        return {"number": event.number}

    # The noun itself is the message: FastAPI checks every field of it.
    act.__annotations__ |= {
        "request": Request,
        "procedure_id": str,
        "what": Annotated[kind, Body()],
        "expects": Annotated[int | None, Query(ge=1)],
    }
    return act

"""Today: who comes, who is in which room, what is overdue, and what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from ductoscope.clinic import Desk
from ductoscope.model.clinical import DueKind, Stage
from ductoscope.record.journal import DueRow, Journal, WorklistRow
from ductoscope.web.clinic.entry import person_of
from ductoscope.web.clinic.pages import Pages

SHOWN_OF_A_LIST = 6
IN_ROOM: tuple[Stage, ...] = ("in the room",)
OVER: tuple[Stage, ...] = ("declined", "cancelled")

NEXT_PAGE: dict[Stage, str] = {
    "referred": "/referral",
    "accepted": "/preparation",
    "planned": "/preparation",
    "prepared": "/time-out",
    "examined": "/report",
    "reported": "/specimens",
    "final": "/after",
}
"""Where the next thing of a stage is done, below the examination; the overview where nothing is."""
DUE_PAGE: dict[DueKind, str] = {"result": "/specimens", "report": "/report", "call": "/call"}
"""Where something that is due is done, below the examination; its aftercare where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Attention:
    """One kind of thing that is late: how many, the first of them, and the page that lists them all."""

    name: str
    count: int
    first: tuple[DueRow, ...]
    page: str


def today_routes(desk: Desk, pages: Pages) -> APIRouter:
    """Make the route of today's list, where doctors and nurses begin."""
    routes = APIRouter()

    @routes.get("/", response_class=HTMLResponse)
    def today_page(request: Request) -> HTMLResponse:
        desk.look(person_of(request), "today")
        today = pages.today()
        work = [row for row in desk.journal.worklist(on=today, zone=pages.zone) if row.stage not in OVER]
        work.sort(key=lambda row: (row.planned_utc or row.begun_utc or row.opened_utc, row.procedure_id))
        here_now = desk.in_room()
        in_rooms = _list_in_rooms(desk, here_now)
        queue = desk.journal.queue()
        return pages.show(
            request,
            "clinic/today.html",
            here="today",
            work=work,
            in_rooms=in_rooms,
            here_now=here_now,
            late=_sum_up_late(desk.journal, today),
            queued=len(queue),
            waiting=_list_waiting(desk),
            names=desk.people(),
            next_page=next_page,
            due_pages=DUE_PAGE,
        )

    return routes


def next_page(row: WorklistRow) -> str:
    """Return the address where the next thing of an examination is done."""
    return f"/procedures/{row.procedure_id}{NEXT_PAGE.get(row.stage, '')}"


def _list_in_rooms(desk: Desk, here_now: str | None) -> list[WorklistRow]:
    """List who is in a room: everybody with a scope in, and whoever has not left this room since."""
    rows = desk.journal.worklist(stages=IN_ROOM)
    if here_now is not None and here_now not in [row.procedure_id for row in rows]:
        patient_id = desk.journal.procedure(here_now).patient_id
        rows += [row for row in desk.journal.procedures_of(patient_id) if row.procedure_id == here_now]
    return rows


def _sum_up_late(journal: Journal, today: date) -> list[Attention]:
    yesterday = today - timedelta(days=1)
    lists: tuple[tuple[str, tuple[DueKind, ...], str, date], ...] = (
        ("results", ("result",), "/results", yesterday),
        ("calls", ("call",), "/follow-up", today),
        ("reports", ("report",), "/follow-up", yesterday),
        ("follow_up", ("follow-up", "meeting", "imaging"), "/follow-up", yesterday),
    )
    counts = {until: journal.count_dues(until=until) for until in (yesterday, today)}
    found = []
    for name, kinds, page, until in lists:
        count = sum(counts[until].get(kind, 0) for kind in kinds)
        if count:
            first = journal.dues(until=until, kinds=kinds, limit=SHOWN_OF_A_LIST)
            found.append(Attention(name, count, tuple(first), page))
    return found


def _list_waiting(desk: Desk) -> list[dict[str, Any]]:
    """List what waits for somebody, the oldest first: a decision, a date, a report, pathology."""
    lists: tuple[tuple[str, tuple[Stage, ...]], ...] = (
        ("decision", ("referred",)),
        ("date", ("accepted",)),
        ("report", ("examined",)),
        ("final", ("reported",)),
    )
    counts = desk.journal.count_stages()
    found = []
    for name, stages in lists:
        count = sum(counts.get(stage, 0) for stage in stages)
        if count:
            rows = desk.journal.worklist(stages=stages, limit=SHOWN_OF_A_LIST)
            found.append({"name": name, "count": count, "rows": rows})
    return found

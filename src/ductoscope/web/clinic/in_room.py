"""The room with a patient in it: its page, and every act of it. Each act names its procedure, and is checked."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from fastapi.responses import HTMLResponse, Response

from ductoscope.model import BadInputError
from ductoscope.model.clinical import Person, Still, Unmeasurable
from ductoscope.model.clinical import happened as h
from ductoscope.web.acts import StillWish, freeze_for_page, make_thumbnail
from ductoscope.web.clinic.entry import person_of
from ductoscope.web.clinic.look_once import LookOnce
from ductoscope.web.clinic.marking import WIDTH_SIGMA_SHARE, MeasureWish, mark_finding, measure_mark
from ductoscope.web.clinic.occupancy import Occupancy
from ductoscope.web.clinic.pages import Pages
from ductoscope.web.clinic.room_page import RoomPage
from ductoscope.web.clinic.room_state import describe_procedure, write
from ductoscope.web.clinic.room_wishes import (
    DoseWish,
    EndWish,
    OpeningWish,
    PictureSource,
    RoomFindingWish,
    SalineWish,
    SpecimenWish,
    collect_specimen,
    note_dose,
)
from ductoscope.web.clinic.stills import keep_picture, read_still
from ductoscope.web.clinic.suggested import Suggested, suggestion_routes
from ductoscope.web.encode import decode_png
from ductoscope.web.settings import MonitorSettings

log = logging.getLogger(__name__)

PLAIN: tuple[type[h.Happened], ...] = (
    h.TimerStarted, h.TimerStopped, h.WeightTaken, h.SalineNoted, h.PainScored, h.ViewJudged, h.ActionDone,
    h.ComplicationNoted, h.NoteTaken, h.StillChosen, h.ItemChecked,
)  # fmt: skip
"""Acts that are their noun and nothing more."""


def room_routes(
    occupancy: Occupancy, pages: Pages, monitor: MonitorSettings, *, has_practice: bool = False
) -> APIRouter:
    """Make the routes of the room's page and of every act in it."""
    routes = APIRouter()
    desk = occupancy.desk
    looks = LookOnce(desk, "room")
    page = RoomPage(occupancy, pages, monitor, looks, has_practice=has_practice)

    @routes.get("/room", response_class=HTMLResponse)
    def room_page(request: Request) -> HTMLResponse:
        return page.show(request)

    @routes.get("/api/room/{procedure_id}/state")
    def state(request: Request, procedure_id: str) -> dict[str, Any]:
        with occupancy.holding(procedure_id):
            looks.look(request, procedure_id)
            return describe_procedure(desk, desk.journal.procedure(procedure_id))

    @routes.get("/api/room/{procedure_id}/stills/{sha256}")
    def still_picture(request: Request, procedure_id: str, sha256: str, is_small: bool = False) -> Response:
        with occupancy.holding(procedure_id):
            looks.look(request, procedure_id)
            png = read_still(desk, procedure_id, sha256)
            if is_small:
                return Response(make_thumbnail(decode_png(png)), media_type="image/jpeg")
            return Response(png, media_type="image/png")

    @routes.post("/api/room/{procedure_id}/leave")
    def leave(request: Request, procedure_id: str) -> dict[str, Any]:
        occupancy.leave(person_of(request), procedure_id)
        return {"next": f"/procedures/{procedure_id}/report"}

    routes.include_router(_picture_routes(occupancy), prefix="/api/room/{procedure_id}")
    suggested = Suggested(occupancy)
    routes.include_router(_note_routes(occupancy, monitor, suggested), prefix="/api/room/{procedure_id}")
    routes.include_router(suggestion_routes(occupancy, suggested), prefix="/api/room/{procedure_id}")
    return routes


def _picture_routes(occupancy: Occupancy) -> APIRouter:
    """Freeze, still, record: the acts of the monitor, tied to the patient."""
    routes = APIRouter()
    room = occupancy.room

    @routes.post("/freeze")
    def freeze(procedure_id: str) -> dict[str, Any]:
        with occupancy.holding(procedure_id):
            return freeze_for_page(room, occupancy.frozen)

    @routes.post("/still")
    def take_still(request: Request, procedure_id: str, wish: StillWish) -> dict[str, Any]:
        with occupancy.holding(procedure_id):
            still = keep_picture(occupancy, person_of(request), procedure_id, wish.sequence)
            return {"sha256": still.sha256, "name": still.name}

    @routes.post("/record/start")
    def start_recording(request: Request, procedure_id: str) -> dict[str, Any]:
        with occupancy.holding(procedure_id):
            return {"name": occupancy.start_recording(person_of(request), procedure_id)}

    @routes.post("/record/stop")
    def stop_recording(request: Request, procedure_id: str) -> dict[str, Any]:
        with occupancy.holding(procedure_id):
            made = occupancy.stop_recording(person_of(request), procedure_id)
            if made is None:
                raise BadInputError("No recording is running.")
            return {"name": made.name, "frames": made.frames, "seconds": made.seconds}

    return routes


def _note_routes(occupancy: Occupancy, monitor: MonitorSettings, suggested: Suggested) -> APIRouter:
    """Everything that is noted in the room."""
    routes = APIRouter()
    desk = occupancy.desk
    for kind in PLAIN:
        routes.post(f"/acts/{kind.__name__}", name=f"room {kind.__name__}")(_plain_act(occupancy, kind))

    @routes.post("/saline")
    def note_saline(request: Request, procedure_id: str, wish: SalineWish) -> dict[str, Any]:
        with occupancy.holding(procedure_id):
            what = h.SalineNoted(wish.in_ml or 0.0, wish.out_ml or 0.0)
            return {"number": desk.do(person_of(request), what, procedure_id=procedure_id).number}

    @routes.post("/dose")
    def give_dose(request: Request, procedure_id: str, dose: Annotated[DoseWish, Body(embed=True)]) -> dict[str, Any]:
        with occupancy.holding(procedure_id):
            return {"number": note_dose(desk, person_of(request), procedure_id, dose)}

    @routes.post("/opening")
    def note_opening(
        request: Request, procedure_id: str, opening: Annotated[OpeningWish, Body(embed=True)]
    ) -> dict[str, Any]:
        with occupancy.holding(procedure_id):
            orifice = opening.to_orifice(desk.journal.procedure(procedure_id))
            desk.do(person_of(request), h.OrificeNoted(orifice), procedure_id=procedure_id)
            return {"opening": orifice.number}

    @routes.post("/measure")
    def measure(procedure_id: str, wish: MeasureWish) -> dict[str, Any]:
        with occupancy.holding(procedure_id):
            return tell_size(wish, monitor)

    @routes.post("/finding")
    def mark(
        request: Request, procedure_id: str, finding: Annotated[RoomFindingWish, Body(embed=True)]
    ) -> dict[str, Any]:
        with occupancy.holding(procedure_id):
            who = person_of(request)
            if finding.suggestion is not None:
                return {"finding": write(suggested.correct(who, procedure_id, finding))}
            still = _still_of(occupancy, who, procedure_id, finding.source)
            marked = mark_finding(desk, who, procedure_id, finding, still, monitor.scope)
            _tell_finder(occupancy, finding, still)
            return {"finding": write(marked)}

    @routes.post("/specimen")
    def take_specimen(
        request: Request, procedure_id: str, specimen: Annotated[SpecimenWish, Body(embed=True)]
    ) -> dict[str, Any]:
        with occupancy.holding(procedure_id):
            taken = collect_specimen(desk, person_of(request), procedure_id, specimen)
            return {"letter": taken.letter, "code": taken.code}

    @routes.post("/end")
    def end(request: Request, procedure_id: str, ending: Annotated[EndWish, Body(embed=True)]) -> dict[str, Any]:
        with occupancy.holding(procedure_id):
            who = person_of(request)
            occupancy.stop_recording(who, procedure_id)
            if ending.is_advice_given:
                desk.do(who, h.AdviceGiven(ending.words, ending.phone), procedure_id=procedure_id)
            return {"number": desk.end_examination(who, procedure_id).number}

    return routes


def _plain_act(occupancy: Occupancy, kind: type[h.Happened]) -> Callable[..., dict[str, int]]:
    def act(request: Request, procedure_id: str, body: Any) -> dict[str, int]:
        with occupancy.holding(procedure_id):
            return {"number": occupancy.desk.do(person_of(request), body, procedure_id=procedure_id).number}

    act.__annotations__["body"] = kind  # FastAPI reads the form of the body here: one checked route a kind
    return act


def tell_size(wish: MeasureWish, monitor: MonitorSettings, side_px: int = 1024) -> dict[str, Any]:
    """Say the size that an outline would get, before it is written anywhere."""
    size = measure_mark(wish, side_px, monitor.scope)
    return {"is_measured": not isinstance(size, Unmeasurable), **write(size)}


def _tell_finder(occupancy: Occupancy, wish: RoomFindingWish, still: Still | None) -> None:
    """Let the finder learn its scale from the tool that gave the finding its own; the finding is written already."""
    scale = wish.scale
    if scale.kind != "tool" or scale.ends is None or scale.width_mm is None:
        return
    if still is None or still.t_ns is None or occupancy.room.finder is None:
        return
    try:
        occupancy.room.see_tool(still.t_ns, scale.ends, scale.width_mm, WIDTH_SIGMA_SHARE * scale.width_mm)
    except Exception:
        log.exception("the finder could not be told of a tool")


def _still_of(occupancy: Occupancy, who: Person, procedure_id: str, source: PictureSource | None) -> Still | None:
    """The picture that a finding was marked on; kept first where it is not yet."""
    if source is None:
        return None
    if source.still is not None:
        still = occupancy.desk.journal.procedure(procedure_id).stills.get(source.still)
        if still is None:
            raise BadInputError("This picture was not kept in this examination. Choose one of its stills.")
        return still
    return keep_picture(occupancy, who, procedure_id, source.sequence)

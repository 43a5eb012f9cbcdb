"""One web application around a live room: the monitor, and the patients' path where there is a desk."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, FastAPI, WebSocket
from fastapi.staticfiles import StaticFiles

from ductoscope.clinic import Desk
from ductoscope.live import Room, Shown
from ductoscope.web.acts import ShelvedStill, act_routes
from ductoscope.web.answer_errors import answer_errors
from ductoscope.web.body_limit import BodyLimit
from ductoscope.web.clinic import list_clinic_routes
from ductoscope.web.clinic.entry import Entry
from ductoscope.web.clinic.occupancy import Occupancy
from ductoscope.web.clinic.pages import Pages
from ductoscope.web.clinic.sign_in import DemoPeople
from ductoscope.web.encode import Encoder
from ductoscope.web.find_acts import find_act_routes
from ductoscope.web.find_teller import FindTeller
from ductoscope.web.guard import Guard
from ductoscope.web.pages import page_routes
from ductoscope.web.practice import practice_routes
from ductoscope.web.practice_desk import PracticeDesk
from ductoscope.web.settings import MonitorSettings
from ductoscope.web.shelf import Shelf
from ductoscope.web.status_message import describe_status
from ductoscope.web.texts import Texts, load_texts
from ductoscope.web.viewer import Viewer
from ductoscope.web.wire import SIZES_PX, PictureKind, Want

STATIC = Path(__file__).parent / "static"
STILLS_KEPT = 40
FROZEN_KEPT = 6


def create_app(
    room: Room,
    *,
    monitor: MonitorSettings | None = None,
    practice: PracticeDesk | None = None,
    texts: Texts | None = None,
    host: str = "127.0.0.1",
    clock_ns: Callable[[], int] = time.monotonic_ns,
    desk: Desk | None = None,
    demo_people: DemoPeople = (),
) -> FastAPI:
    """Make the web application that shows `room`; the caller starts and stops the room itself.

    monitor: the screen's size, the assumed distance, the keys. texts: the words of one language.
    practice: the simulated scope that trainees may drive; without one there is no practise mode.
    host: the address it will be served on; other names in a request's Host are refused.
    clock_ns: the clock of the room's pictures.
    desk: the patients' path; with one, every page needs somebody who is signed in, today's list is at / and the monitor
    at /room. demo_people: invented accounts that the sign-in page shows, for a demonstration only.
    """
    texts = texts or load_texts()
    monitor = replace(monitor or MonitorSettings(), has_find=room.finder is not None)
    has_practice = practice is not None
    stills: Shelf[ShelvedStill] = Shelf(STILLS_KEPT)
    frozen: Shelf[Shown] = Shelf(FROZEN_KEPT)
    encoder = Encoder()
    app = FastAPI(title="Ductoscope", openapi_url=None)
    app.add_middleware(BodyLimit, refusal=texts["page_errors"]["too_large"])

    if desk is None:
        occupancy = pages = None
        app.include_router(page_routes(monitor, texts, has_practice=has_practice))
        app.include_router(act_routes(room, stills, frozen))
        app.include_router(find_act_routes(room, frozen, lambda _: nullcontext()), prefix="/api")
    else:
        make_way = practice.make_way if practice else lambda: True
        occupancy = Occupancy(room, desk, stills=stills, frozen=frozen, encoder=encoder, make_way=make_way)
        pages = Pages(
            texts,
            now_utc=desk.now_utc,
            zone=ZoneInfo(desk.site.time_zone),
            lock_after_s=desk.lock_after_s,
            has_practice=has_practice,
        )
        for routes in list_clinic_routes(desk, pages, occupancy, monitor, demo_people, has_practice=has_practice):
            app.include_router(routes)
        app.include_router(act_routes(room, stills, frozen, partial(occupancy.holding, None)))
        app.include_router(find_act_routes(room, frozen, occupancy.holding), prefix="/api")
        app.add_middleware(Entry, desk=desk, pages=pages, words=texts["page_errors"], has_practice=has_practice)
    app.add_middleware(Guard, host=host, refusal=texts["errors"]["stranger"])  # the outermost: it comes first

    def describe() -> dict[str, Any]:
        return describe_status(room.status(), stills.numbers(), None if occupancy is None else occupancy.describe())

    if practice is not None:
        is_room_taken = (lambda: False) if occupancy is None else lambda: occupancy.look() is not None
        app.include_router(practice_routes(practice, texts, is_room_taken))
    find = None if room.finder is None else FindTeller(room.finder, texts["map_labels"])
    app.include_router(_live_routes(room, encoder, describe, clock_ns, find))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    answer_errors(app, texts, pages)
    return app


def _live_routes(
    room: Room,
    encoder: Encoder,
    describe: Callable[[], dict[str, Any]],
    clock_ns: Callable[[], int],
    find: FindTeller | None,
) -> APIRouter:
    routes = APIRouter()

    @routes.get("/api/status")
    def status() -> dict[str, Any]:
        return describe()

    @routes.websocket("/ws/live")
    async def live(socket: WebSocket, picture: PictureKind = "restored") -> None:
        want = Want(picture, SIZES_PX[-1])
        viewer = Viewer(
            socket, shown=room.shown, encoder=encoder, describe=describe, clock_ns=clock_ns, want=want, find=find
        )
        await viewer.watch()

    return routes

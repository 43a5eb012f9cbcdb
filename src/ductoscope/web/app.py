"""The monitor as one web application around a live room."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, WebSocket
from fastapi.staticfiles import StaticFiles

from ductoscope.live import Room, Shown
from ductoscope.web.acts import ShelvedStill, act_routes
from ductoscope.web.answer_errors import answer_errors
from ductoscope.web.encode import Encoder
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
) -> FastAPI:
    """Make the web application that shows `room`; the caller starts and stops the room itself.

    monitor: the screen's size, the assumed distance, the keys. texts: the words of one language.
    practice: the simulated scope that trainees may drive; without one there is no practise mode.
    host: the address it will be served on; other names in a request's Host are refused.
    clock_ns: the clock of the room's pictures.
    """
    texts = texts or load_texts()
    stills: Shelf[ShelvedStill] = Shelf(STILLS_KEPT)
    frozen: Shelf[Shown] = Shelf(FROZEN_KEPT)

    def describe() -> dict[str, Any]:
        return describe_status(room.status(), stills.numbers())

    app = FastAPI(title="Ductoscope", openapi_url=None)
    app.include_router(page_routes(monitor or MonitorSettings(), texts, has_practice=practice is not None))
    if practice is not None:
        app.include_router(practice_routes(practice, texts))
    app.include_router(act_routes(room, stills, frozen))
    app.include_router(_live_routes(room, describe, clock_ns))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_middleware(Guard, host=host, refusal=texts["errors"]["stranger"])
    answer_errors(app, texts)
    return app


def _live_routes(room: Room, describe: Callable[[], dict[str, Any]], clock_ns: Callable[[], int]) -> APIRouter:
    routes = APIRouter()
    encoder = Encoder()

    @routes.get("/api/status")
    def status() -> dict[str, Any]:
        return describe()

    @routes.websocket("/ws/live")
    async def live(socket: WebSocket, picture: PictureKind = "restored") -> None:
        want = Want(picture, SIZES_PX[-1])
        await Viewer(socket, shown=room.shown, encoder=encoder, describe=describe, clock_ns=clock_ns, want=want).watch()

    return routes

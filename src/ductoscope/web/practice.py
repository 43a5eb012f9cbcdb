"""Practise mode: its page, its acts, and the WebSocket that carries the controls one way and the state the other."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, WebSocket
from fastapi.responses import HTMLResponse, Response
from fastapi.templating import Jinja2Templates
from starlette.websockets import WebSocketDisconnect

from ductoscope.model import NOTE_TERMS, BadInputError, Practice
from ductoscope.record.attempts import list_attempts, list_trainees
from ductoscope.record.progress import attempts_csv
from ductoscope.web.keys import DRIVE_KEYS
from ductoscope.web.practice_desk import PracticeDesk
from ductoscope.web.practice_wire import (
    BeginWish,
    EnterWish,
    KeyWish,
    NoteWish,
    describe_debrief,
    describe_practice,
    read_act,
    read_steering,
)
from ductoscope.web.texts import Texts
from ductoscope.web.wire import KINDS, SIZES_PX

STATES_A_SECOND = 10
HELD = tuple(DRIVE_KEYS)[:11]
"""Keys that are held down; the others do something once."""

COLUMNS = ("finished", "trainee", "task", "preset", "seed")
FIGURES = ("score", "seen_share", "lesions_found", "contacts", "flushed_ml", "seconds", "worst_pain")
"""What the table of attempts shows; static/js/progress.js fills it."""


FOLDER = Path(__file__).parent


def practice_routes(desk: PracticeDesk, texts: Texts, is_room_taken: Callable[[], bool] = lambda: False) -> APIRouter:
    """Make the routes of practise mode around one simulated scope.

    is_room_taken: whether an examination is going on; nobody practises on the scope of a patient.
    """
    routes = APIRouter()
    practice, data_folder = desk.practice, desk.data_folder
    templates = Jinja2Templates(FOLDER / "templates")
    words = {section: dict(entries) for section, entries in texts.items()}
    setup = {
        "texts": words,
        "scenarios": [asdict(scenario) for scenario in practice.scenarios],
        "keys": {action: list(names) for action, names in DRIVE_KEYS.items()},
        "sizes_px": SIZES_PX,
        "kinds": KINDS,
    }

    @routes.get("/practice", response_class=HTMLResponse)
    def practice_page(request: Request) -> HTMLResponse:
        return templates.TemplateResponse(
            request,
            "practice.html",
            {
                "t": words,
                "setup": setup,
                "keys": DRIVE_KEYS,
                "held": HELD,
                "terms": NOTE_TERMS,
                "person": getattr(request.state, "person", None),
            },
        )

    @routes.get("/practice/progress", response_class=HTMLResponse)
    def progress_page(request: Request) -> HTMLResponse:
        return templates.TemplateResponse(
            request, "progress.html", {"t": words, "setup": {"texts": words}, "columns": COLUMNS, "figures": FIGURES}
        )

    @routes.post("/api/practice/begin")
    def begin(wish: BeginWish) -> dict[str, Any]:
        if is_room_taken():
            raise BadInputError(texts["practice"]["room_taken"])
        key, state = desk.begin(wish.task, wish.trainee.strip(), seed=wish.seed, preset=wish.preset)
        return {"key": key, "state": describe_practice(state)}

    @routes.post("/api/practice/press")
    def press(wish: KeyWish) -> dict[str, Any]:
        return describe_practice(desk.act(wish.key, read_act("press")))

    @routes.post("/api/practice/enter")
    def enter(wish: EnterWish) -> dict[str, Any]:
        return describe_practice(desk.act(wish.key, read_act(wish)))

    @routes.post("/api/practice/leave")
    def leave(wish: KeyWish) -> dict[str, Any]:
        return describe_practice(desk.act(wish.key, read_act("leave")))

    @routes.post("/api/practice/note")
    def note(wish: NoteWish) -> dict[str, Any]:
        return describe_practice(desk.act(wish.key, read_act(wish)))

    @routes.post("/api/practice/finish")
    def finish(wish: KeyWish) -> dict[str, Any]:
        return describe_debrief(desk.finish(wish.key))

    @routes.get("/api/practice/attempts")
    def attempts(trainee: str | None = None) -> dict[str, Any]:
        kept = list_attempts(data_folder, trainee)
        return {"trainees": list_trainees(data_folder), "attempts": [describe_debrief(attempt) for attempt in kept]}

    @routes.get("/api/practice/attempts.csv")
    def attempts_table(trainee: str | None = None) -> Response:
        return Response(
            attempts_csv(data_folder, trainee),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="practice.csv"'},
        )

    @routes.websocket("/ws/practice")
    async def controls(socket: WebSocket) -> None:
        await socket.accept()
        try:
            async with asyncio.TaskGroup() as tasks:
                telling = tasks.create_task(_tell_state(socket, practice))
                await _listen(socket, desk)
                telling.cancel()
        except* WebSocketDisconnect:
            pass  # it left while a state was on its way to it

    return routes


async def _tell_state(socket: WebSocket, practice: Practice) -> None:
    while True:
        await socket.send_text(json.dumps(describe_practice(practice.state())))
        await asyncio.sleep(1 / STATES_A_SECOND)


async def _listen(socket: WebSocket, desk: PracticeDesk) -> None:
    with suppress(WebSocketDisconnect):
        while True:
            text = await socket.receive_text()
            try:
                desk.steer(*read_steering(text))
            except BadInputError as error:
                await socket.send_text(json.dumps({"type": "refused", "error": str(error)}))

"""A workstation's server that is started in milliseconds, so that a story may kill it a hundred times.

Everything is imported, joined and warmed once. Each line "serve" on standard input forks one server, a process of its
own with its own database connections, sockets and threads, which prints its number and port as one JSON line; it lives
until somebody kills it. "serve anew" also opens the journal and joins everything again, as a program does that was
started.

    python serve_and_die.py JOURNAL_URL FOLDER PORT
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import json
import os
import signal
import sys
import traceback
from pathlib import Path

import cv2
import httpx
import uvicorn
from fastapi import FastAPI

sys.path.insert(0, str(Path(__file__).parents[2]))

from ductoscope.clinic import Desk
from ductoscope.live import Room, calibrator
from ductoscope.live.calibration import prepare
from ductoscope.report import pades as _pades  # noqa: F401  # only who signs imports it, which takes half a second
from ductoscope.restore import calibrate
from ductoscope.web import create_app
from ductoscope.web.serve import make_server, open_door
from tests.clinic_desk import open_desk
from tests.toy_scope import ToyFibre, ToyScope

SHAPE = (200, 220)
SIZE_PX = 128
DIE_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of prctl(2)."""


def main() -> None:
    """Serve whenever asked, until the standard input ends."""
    url, folder, port = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    cv2.setNumThreads(1)  # a fork must find no thread of ours half-way through something
    fibre = ToyFibre(SHAPE)
    bundle = calibrate(fibre.white())

    def build() -> tuple[Desk, Room, FastAPI]:
        desk = open_desk(url, folder)
        scope = ToyScope(fibre, interval_s=0.25, known_bundle=bundle)
        room = Room(
            lambda _: scope,
            spec="toy:1",
            data_folder=folder,
            bundle=bundle,
            plan_size_px=SIZE_PX,
            has_picture_video=False,
        )
        return desk, room, create_app(room, desk=desk)

    desk, room, app = build()
    calibrated = prepare(bundle, SIZE_PX)
    calibrator.prepare = lambda *_: calibrated  # every child would make the same again
    asyncio.run(_knock(app))
    make_server(app).config.load()  # imports what speaks HTTP, which was a third of all that a child did
    desk.journal.close()  # each child opens its own connections
    gc.freeze()  # else a child's first collection copies every page that it shares with us
    children: list[int] = []
    _tell("ready")
    for line in sys.stdin:
        while children:
            os.waitpid(children.pop(), 0)
        child = os.fork()
        if child == 0:
            try:
                ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
                if line.strip() == "serve anew":
                    _, room, app = build()
                _serve(room, app, port)
            except BaseException:
                traceback.print_exc()
                _tell("failed")
            os._exit(1)
        children.append(child)


async def _knock(app: FastAPI) -> None:
    """Ask for what is not there: the application then works out all its routes, which each child need not do again."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        answer = await client.get("/static/nothing")
    assert answer.status_code == 404, answer.text


def _serve(room: Room, app: FastAPI, port: int) -> None:
    """Serve until killed, or until the story itself ends."""
    with room, open_door("127.0.0.1", port) as door:
        server: uvicorn.Server = make_server(app)
        _tell(json.dumps({"process": os.getpid(), "port": door.getsockname()[1]}))
        server.run(sockets=[door])


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()

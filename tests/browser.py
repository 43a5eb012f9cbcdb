"""A real server for a while, and how a quiet real Chromium is started to visit it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI

from ductoscope.web import address_of, make_server
from ductoscope.web.serve import open_door

CHROMIUM = "/usr/bin/chromium"
QUIET_CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SOON_MS = 60_000
"""Long enough for a busy machine; nothing waits for it when all is well."""


@contextmanager
def open_to_visitors(app: FastAPI) -> Iterator[str]:
    """Serve `app` for a while on a free port of this machine, and give its address."""
    with open_door("127.0.0.1", 0) as door:
        server = make_server(app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        try:
            yield address_of("127.0.0.1", door.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(10)

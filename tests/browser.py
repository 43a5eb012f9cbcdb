"""A real server for a while, and how a quiet real Chromium is started to visit it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fastapi import FastAPI

from ductoscope.web import address_of, make_server
from ductoscope.web.serve import open_door

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

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


@contextmanager
def open_page(browser: Browser, address: str, *, patient_leaves: bool = False, **settings: object) -> Iterator[Page]:
    """A screen; at the end it may not have complained.

    patient_leaves: during the story; a page that asks just then is told 409, and the browser logs that answer.
    """
    complaints: list[str] = []
    context = browser.new_context(base_url=address, **settings)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(SOON_MS)
    page.on(
        "console",
        lambda said: complaints.append(f"{said.text} {said.location['url']}") if said.type == "error" else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert [said for said in complaints if not (patient_leaves and "status of 409" in said)] == []

"""Storage: how much room there is, how much is kept, whether all of it is whole, and how it is backed up."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, StreamingResponse

from ductoscope.clinic import Desk
from ductoscope.model import DuctoscopeError
from ductoscope.record.disk import START_LIMIT_BYTES, free_bytes
from ductoscope.web.clinic.entry import person_of
from ductoscope.web.clinic.pages import Pages

JOURNAL_SHARE = 0.5
"""Of the bar, while the journal is read; the kept documents are the rest."""


def storage_routes(desk: Desk, pages: Pages) -> APIRouter:
    """Make the routes of the storage page."""
    routes = APIRouter()

    @routes.get("/admin/storage", response_class=HTMLResponse)
    def storage_page(request: Request) -> HTMLResponse:
        desk.look(person_of(request), "storage")
        free = free_bytes(_nearest(desk.media.folder))
        number, newest_hash = desk.journal.head()
        return pages.show(
            request,
            "clinic/admin_storage.html",
            here="storage",
            words=("storage",),
            free_gb=free / 1e9,
            is_low=free < START_LIMIT_BYTES,
            counts=desk.journal.counts(),
            number=number,
            newest_hash=newest_hash,
        )

    @routes.post("/api/admin/storage/verify")
    def verify(request: Request) -> StreamingResponse:
        desk.look(person_of(request), "storage")
        return StreamingResponse(_verify(desk), media_type="application/x-ndjson")

    return routes


def _nearest(folder: Path) -> Path:
    """Return the folder, or the nearest above it that is there: the first document makes the folder."""
    return next((one for one in (folder, *folder.parents) if one.is_dir()), folder)


async def _verify(desk: Desk) -> AsyncIterator[str]:
    """Check the journal and every kept document; tells how far it is, line by line, and at last what it found."""
    loop = asyncio.get_running_loop()
    told: asyncio.Queue[dict[str, object] | None] = asyncio.Queue()

    def tell(message: dict[str, object] | None) -> None:
        loop.call_soon_threadsafe(told.put_nowait, message)

    def check() -> None:
        try:
            verified = desk.journal.verify(lambda share, _: tell({"share": share * JOURNAL_SHARE}))
            media = desk.media.verify(lambda share, _: tell({"share": JOURNAL_SHARE + share * (1 - JOURNAL_SHARE)}))
            tell({"share": 1.0, "events": verified.events, "problems": [*verified.problems, *media]})
        except DuctoscopeError as error:
            tell({"share": 1.0, "events": 0, "problems": [str(error)]})
        finally:
            tell(None)

    checking = asyncio.create_task(asyncio.to_thread(check))
    while (message := await told.get()) is not None:
        yield json.dumps(message) + "\n"
    await checking

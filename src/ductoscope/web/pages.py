"""The page itself, and how large things are for it."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from ductoscope.restore.magnify import BAR_MM, field_mm
from ductoscope.web.settings import MEDIA, MonitorSettings
from ductoscope.web.texts import Texts
from ductoscope.web.wire import KINDS, SIZES_PX

FOLDER = Path(__file__).parent
DISTANCES_MM = (1, 2, 3, 5, 8, 10)
"""Distances that the page offers to state: the range in which ductoscopes are sharp."""


def page_routes(monitor: MonitorSettings, texts: Texts, *, has_practice: bool = False) -> APIRouter:
    """Make the routes of the monitor page; `has_practice` shows the way to practise mode."""
    routes = APIRouter()
    templates = Jinja2Templates(FOLDER / "templates")
    distances_mm = sorted({*DISTANCES_MM, *([] if monitor.distance_mm is None else [monitor.distance_mm])})
    words = {section: dict(entries) for section, entries in texts.items()}
    setup = {
        "texts": words,
        "keys": {action: list(names) for action, names in monitor.keys.items()},
        "monitor_width_mm": monitor.width_mm,
        "distance_mm": monitor.distance_mm,
        "medium": monitor.medium,
        # The field of a pinhole grows in step with the distance, so its width at 1 mm is all the page needs.
        "field_mm_at_1_mm": {medium: field_mm(monitor.scope, 1.0, medium) for medium in MEDIA},
        "bar_mm": BAR_MM,
        "sizes_px": SIZES_PX,
        "kinds": KINDS,
    }

    @routes.get("/", response_class=HTMLResponse)
    def monitor_page(request: Request) -> HTMLResponse:
        return templates.TemplateResponse(
            request,
            "monitor.html",
            {
                "t": words,
                "setup": setup,
                "keys": monitor.keys,
                "distances_mm": distances_mm,
                "has_practice": has_practice,
            },
        )

    return routes

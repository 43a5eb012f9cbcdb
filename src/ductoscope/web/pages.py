"""The page itself, and how large things are for it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from ductoscope.restore.magnify import BAR_MM, field_mm
from ductoscope.web.environment import make_environment
from ductoscope.web.keys import FIND_ACTIONS
from ductoscope.web.settings import MEDIA, MonitorSettings
from ductoscope.web.texts import Texts
from ductoscope.web.wire import KINDS, SIZES_PX

DISTANCES_MM = (1, 2, 3, 5, 8, 10)
"""Distances that the page offers to state: the range in which ductoscopes are sharp."""


def page_routes(monitor: MonitorSettings, texts: Texts, *, has_practice: bool = False) -> APIRouter:
    """Make the routes of the monitor page; `has_practice` shows the way to practise mode."""
    routes = APIRouter()
    templates = Jinja2Templates(env=make_environment())
    context, setup = describe_monitor(monitor, texts, has_practice=has_practice)
    words = setup["texts"]

    @routes.get("/", response_class=HTMLResponse)
    def monitor_page(request: Request) -> HTMLResponse:
        return templates.TemplateResponse(request, "monitor.html", {"t": words, "setup": setup, **context})

    return routes


def describe_monitor(
    monitor: MonitorSettings, texts: Texts, *, has_practice: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Say what the monitor's template needs beside the words, and what its script is told once."""
    distances_mm = sorted({*DISTANCES_MM, *([] if monitor.distance_mm is None else [monitor.distance_mm])})
    keys = {act: list(names) for act, names in monitor.keys.items() if monitor.has_find or act not in FIND_ACTIONS}
    setup = {
        "texts": {section: dict(entries) for section, entries in texts.items()},
        "procedure": None,
        "acts": "/api",
        "keys": keys,
        "monitor_width_mm": monitor.width_mm,
        "distance_mm": monitor.distance_mm,
        "medium": monitor.medium,
        # The field of a pinhole grows in step with the distance, so its width at 1 mm is all the page needs.
        "field_mm_at_1_mm": {medium: field_mm(monitor.scope, 1.0, medium) for medium in MEDIA},
        "bar_mm": BAR_MM,
        "sizes_px": SIZES_PX,
        "kinds": KINDS,
        "has_find": monitor.has_find,
    }
    context = {
        "keys": keys,
        "distances_mm": distances_mm,
        "has_practice": has_practice,
        "has_find": monitor.has_find,
    }
    return context, setup

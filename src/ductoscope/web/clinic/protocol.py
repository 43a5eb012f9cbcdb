"""Protocol: every rule of the patient's path with its source, and whether this clinic has signed it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from ductoscope.care import Rule, say_value, shipped_text
from ductoscope.clinic import Desk
from ductoscope.model import ConfigError
from ductoscope.model.clinical import happened as h
from ductoscope.web.clinic.entry import person_of
from ductoscope.web.clinic.pages import Pages

LONGEST_TEXT = 500_000


class SignWish(BaseModel):
    """Which rules are signed off, by name."""

    model_config = ConfigDict(extra="forbid")
    rules: tuple[str, ...] = Field(min_length=1, max_length=1000)
    protocol: str = Field(max_length=100)


class ProtocolText(BaseModel):
    """A care protocol as TOML."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(max_length=LONGEST_TEXT)


def protocol_routes(desk: Desk, pages: Pages) -> APIRouter:
    """Make the routes of the care protocol; doctors and administrators read, change and sign it."""
    routes = APIRouter()

    @routes.get("/admin/protocol", response_class=HTMLResponse)
    def protocol_page(request: Request) -> HTMLResponse:
        protocol = desk.protocol
        rules = list(protocol.rules.values())
        parts: dict[str, list[Rule]] = {}
        for rule in rules:
            parts.setdefault(rule.name.partition(".")[0], []).append(rule)
        return pages.show(
            request,
            "clinic/admin_protocol.html",
            here="protocol",
            protocol=protocol,
            rules=rules,
            parts=parts,
            unsigned=[rule.name for rule in rules if not rule.is_signed],
            signatures=_list_signatures(desk, protocol.id),
            names=desk.people(),
            text=read_text(desk),
            say_value=say_value,
        )

    @routes.get("/admin/protocol/protocol.toml", response_class=PlainTextResponse)
    def download() -> Response:
        headers = {"Content-Disposition": 'attachment; filename="protocol.toml"'}
        return PlainTextResponse(read_text(desk), headers=headers, media_type="application/toml")

    @routes.post("/api/admin/protocol/sign", response_model=None)
    def sign(request: Request, wish: SignWish) -> dict[str, Any] | Response:
        if wish.protocol != desk.protocol.id:
            return pages.refuse(pages.word("protocol", "changed_meanwhile"), {}, 409)
        desk.sign_rules(person_of(request), wish.rules)
        return {}

    @routes.post("/api/admin/protocol", response_model=None)
    def change(request: Request, wish: ProtocolText) -> dict[str, Any] | Response:
        try:
            desk.change_protocol(person_of(request), wish.text)
        except ConfigError as error:
            return pages.refuse(pages.word("protocol", "not_taken"), {"text": str(error)})
        return {}

    return routes


def read_text(desk: Desk) -> str:
    """Return the text of the care protocol in force: the clinic's own, else the one that is shipped."""
    changed = desk.journal.events(kinds=(h.ProtocolChanged,), newest_first=True, limit=1)
    if changed and isinstance(changed[0].what, h.ProtocolChanged):
        return desk.media.read(changed[0].what.document).decode("utf-8")
    return shipped_text()


def _list_signatures(desk: Desk, protocol_id: str) -> dict[str, Any]:
    """Return rule to the event of its newest signature, of this protocol; "" stands for all rules at once."""
    found = {}
    for event in desk.journal.events(kinds=(h.ProtocolSigned,)):
        if isinstance(event.what, h.ProtocolSigned) and event.what.protocol == protocol_id:
            for name in event.what.rules or ("",):
                found[name] = event
    return found

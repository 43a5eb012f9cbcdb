"""People: who has an account here, in which role; only an administrator changes that."""

from __future__ import annotations

from typing import Any, get_args

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, ConfigDict, Field

from ductoscope.clinic import Desk
from ductoscope.model.clinical import Person, Role
from ductoscope.web.clinic.entry import person_of
from ductoscope.web.clinic.pages import Pages

ROLES: tuple[str, ...] = get_args(Role)


class NewPerson(BaseModel):
    """Somebody who gets an account. id: what is typed to sign in."""

    model_config = ConfigDict(extra="forbid")
    id: str = Field(max_length=40)
    name: str = Field(max_length=200)
    role: Role
    password: str = Field(max_length=1024)


class ChangedPerson(BaseModel):
    """An account as it shall be from now on."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(max_length=200)
    role: Role
    is_active: bool


class NewPassword(BaseModel):
    """Somebody's new password; the person should change it at the next sign-in."""

    model_config = ConfigDict(extra="forbid")
    password: str = Field(max_length=1024)


def people_routes(desk: Desk, pages: Pages) -> APIRouter:
    """Make the routes of the accounts."""
    routes = APIRouter()

    @routes.get("/admin", response_class=HTMLResponse)
    def people_page(request: Request) -> HTMLResponse:
        desk.look(person_of(request), "people")
        people = sorted(desk.journal.people(), key=lambda one: (not one.is_active, one.name.casefold()))
        return pages.show(request, "clinic/admin_people.html", here="people", people=people, roles=ROLES)

    @routes.post("/api/admin/people")
    def add(request: Request, wish: NewPerson) -> dict[str, Any]:
        desk.add_person(person_of(request), Person(wish.id.strip(), wish.name.strip(), wish.role), wish.password)
        return {}

    @routes.post("/api/admin/people/{person_id}")
    def change(request: Request, person_id: str, wish: ChangedPerson) -> dict[str, Any]:
        desk.change_person(person_of(request), Person(person_id, wish.name.strip(), wish.role, wish.is_active))
        return {}

    @routes.post("/api/admin/people/{person_id}/password")
    def set_password(request: Request, person_id: str, wish: NewPassword) -> dict[str, Any]:
        desk.set_password(person_of(request), person_id, wish.password)
        return {}

    return routes

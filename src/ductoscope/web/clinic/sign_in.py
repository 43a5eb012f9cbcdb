"""Signing in and out, the lock screen, and one's own password."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from ductoscope.clinic import Desk
from ductoscope.model.clinical import Role
from ductoscope.web.clinic.doors import home_of, own_path, who_may
from ductoscope.web.clinic.entry import COOKIE, person_of, token_of
from ductoscope.web.clinic.pages import Pages

LONGEST_PASSWORD = 1024


DemoPeople = Sequence[tuple[str, str, Role]]
"""Sign-in name, password and role of invented accounts, for a demonstration; never on a workstation with patients."""


class SignInWish(BaseModel):
    """Who wants in. next: the page that was asked for."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(max_length=200)
    password: str = Field(max_length=LONGEST_PASSWORD)
    next: str = Field("", max_length=2000)


class UnlockWish(BaseModel):
    """The password of whoever locked the screen."""

    model_config = ConfigDict(extra="forbid")
    password: str = Field(max_length=LONGEST_PASSWORD)
    next: str = Field("", max_length=2000)


class PasswordWish(BaseModel):
    """One's own new password, and the old one."""

    model_config = ConfigDict(extra="forbid")
    old: str = Field(max_length=LONGEST_PASSWORD)
    new: str = Field(max_length=LONGEST_PASSWORD)


def sign_in_routes(desk: Desk, pages: Pages, demo_people: DemoPeople, *, has_practice: bool) -> APIRouter:
    """Make the routes of the door; demo_people are shown on it with their passwords, for a demonstration only."""
    routes = APIRouter()

    @routes.get("/sign-in", response_class=HTMLResponse)
    def sign_in_page(request: Request, next: str = "") -> Response:  # noqa: A002  (the address says "next")
        person = desk.visitor(request.cookies.get(COOKIE, ""))
        if person is not None:
            return RedirectResponse(own_path(next) or home_of(person.role, has_practice=has_practice), 303)
        return pages.show(
            request, "clinic/sign_in.html", next=own_path(next) or "", demo_people=demo_people, site=desk.site
        )

    @routes.post("/api/sign-in")
    def sign_in(request: Request, response: Response, wish: SignInWish) -> dict[str, Any]:
        token = desk.sign_in(wish.name.strip(), wish.password)
        old = request.cookies.get(COOKIE)
        if old:  # a session that was open here ends: two people never share one browser
            desk.sign_out(old)
        _give_cookie(request, response, token)
        person = desk.visitor(token)
        wanted = own_path(wish.next)
        if person is None:
            return {"next": "/sign-in"}
        may_go = wanted is not None and person.role in who_may(wanted.partition("?")[0], has_practice=has_practice)
        return {"next": wanted if may_go else home_of(person.role, has_practice=has_practice)}

    @routes.post("/api/sign-out")
    def sign_out(request: Request, response: Response) -> dict[str, Any]:
        desk.sign_out(token_of(request))
        response.delete_cookie(COOKIE, httponly=True, samesite="strict", path="/")
        return {"next": "/sign-in"}

    @routes.get("/lock", response_class=HTMLResponse)
    def lock_page(request: Request, next: str = "") -> Response:  # noqa: A002
        person, wanted = person_of(request), own_path(next) or ""
        if not desk.is_locked(token_of(request)):
            return RedirectResponse(wanted or home_of(person.role, has_practice=has_practice), 303)
        return pages.show(request, "clinic/lock.html", person=None, locked_by=person, next=wanted)

    @routes.post("/api/lock")
    def lock(request: Request) -> dict[str, Any]:
        desk.lock(token_of(request))
        return {"next": "/lock"}

    @routes.post("/api/unlock")
    def unlock(request: Request, wish: UnlockWish) -> dict[str, Any]:
        desk.unlock(token_of(request), wish.password)
        return {"next": own_path(wish.next) or home_of(person_of(request).role, has_practice=has_practice)}

    @routes.get("/me", response_class=HTMLResponse)
    def my_page(request: Request) -> HTMLResponse:
        return pages.show(request, "clinic/me.html")

    @routes.post("/api/me/password")
    def change_my_password(request: Request, response: Response, wish: PasswordWish) -> dict[str, Any]:
        person = person_of(request)
        desk.set_password(person, person.id, wish.new, old=wish.old)
        # Every session of this person has ended, since somebody else may know the old password; this one goes on.
        _give_cookie(request, response, desk.sign_in(person.id, wish.new))
        return {}

    return routes


def _give_cookie(request: Request, response: Response, token: str) -> None:
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict", path="/", secure=request.url.scheme == "https")

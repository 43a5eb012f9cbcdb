"""Entry: nobody comes in without a session, and nobody goes where the role does not lead."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ductoscope.clinic import Desk
from ductoscope.model import NotAllowedError
from ductoscope.model.clinical import Person
from ductoscope.web.clinic.doors import home_of, is_free, is_open_while_locked, own_path, who_may
from ductoscope.web.clinic.pages import Pages

COOKIE = "ductoscope-session"
POLICY_VIOLATED = 1008
ASK_EVERY_S = 15.0
"""How often an open WebSocket is asked whether its session still goes on."""


class Entry:
    """Asks for the session of every request but the free ones, and puts its person into the request's state.

    Pages lead to the sign-in or to the lock screen, the API answers 401 or 403 in words, a WebSocket is not opened.
    A path that no door leads to is refused like one that is not there.
    """

    def __init__(self, app: ASGIApp, *, desk: Desk, pages: Pages, words: Mapping[str, str], has_practice: bool) -> None:
        self._app = app
        self._desk = desk
        self._pages = pages
        self._words = words
        self._has_practice = has_practice

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = await self._refuse(HTTPConnection(scope))
        if refusal is None:
            heard = receive if scope["type"] == "http" else self._until_session_ends(scope, receive)
            await self._app(scope, heard, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": POLICY_VIOLATED, "reason": self._words["signed_out"]})
        else:
            await refusal(scope, receive, send)

    def _until_session_ends(self, scope: Scope, receive: Receive) -> Receive:
        """Let a WebSocket go on while its session does; while it is open, the session is in use and does not fall idle.

        A locked screen does not end it: the live picture must not go dark because somebody locked another page.
        """
        token = scope.get("state", {}).get("token", "")
        asked_s = time.monotonic()
        next_message: asyncio.Future[Message] | None = None

        async def receive_while_open() -> Message:
            nonlocal asked_s, next_message
            while True:
                if next_message is None:
                    next_message = asyncio.ensure_future(receive())
                await asyncio.wait({next_message}, timeout=ASK_EVERY_S)
                if time.monotonic() - asked_s >= ASK_EVERY_S:
                    asked_s = time.monotonic()
                    if await run_in_threadpool(self._desk.visit, token) is None:
                        next_message.cancel()
                        return {"type": "websocket.disconnect", "code": POLICY_VIOLATED}
                if next_message.done():
                    message, next_message = next_message.result(), None
                    return message

        return receive_while_open

    async def _refuse(self, visit: HTTPConnection) -> Response | None:
        path = visit.scope["path"]  # as the routes see it: an address with "%3F" in it has another url.path
        if is_free(path):
            return None
        token = visit.cookies.get(COOKIE, "")
        found = await run_in_threadpool(self._desk.visit, token) if token else None
        if found is None:
            return self._send_away(visit, "/sign-in", self._words["signed_out"])
        person = found.person
        visit.scope.setdefault("state", {}).update(person=person, token=token)
        if found.is_locked and not is_open_while_locked(path):
            return self._send_away(visit, "/lock", self._words["locked"])
        if person.role in who_may(path, has_practice=self._has_practice):
            return None
        if who_may(path, has_practice=True) and path != "/":
            await run_in_threadpool(self._desk.refuse_look, person, _door_of(path))
        return self._turn_down(visit, person)

    def _send_away(self, visit: HTTPConnection, to: str, sentence: str) -> Response:
        if _is_api(visit.scope["path"]) or visit.scope.get("method", "GET") not in ("GET", "HEAD"):
            return JSONResponse({"error": sentence}, 401)
        wanted = own_path(visit.scope["path"])
        known = wanted if wanted not in (None, "/") else None
        return RedirectResponse(f"{to}?next={quote(known)}" if known else to, 303)

    def _turn_down(self, visit: HTTPConnection, person: Person) -> Response:
        path = visit.scope["path"]
        if path == "/":
            return RedirectResponse(home_of(person.role, has_practice=self._has_practice), 303)
        is_known = bool(who_may(path, has_practice=True))
        status, kind = (403, "not_allowed") if is_known else (404, "not_found")
        sentence = self._words[kind].format(role=self._pages.word("role", person.role))
        if _is_api(path):
            return JSONResponse({"error": sentence}, status)
        return self._pages.show_error(Request(visit.scope), self._words[f"{kind}_title"], sentence, status)


def person_of(request: HTTPConnection) -> Person:
    """Return who asks. Raises NotAllowedError when nobody is signed in."""
    person = getattr(request.state, "person", None)
    if not isinstance(person, Person):
        raise NotAllowedError("Nobody is signed in here. Sign in, then try again.")
    return person


def token_of(request: HTTPConnection) -> str:
    """Return the session's token, "" when there is none."""
    return str(getattr(request.state, "token", ""))


def _door_of(path: str) -> str:
    """Return the beginning of a path, which names no patient."""
    parts = path.split("/")
    return "/".join(parts[: 3 if _is_api(path) else 2])


def _is_api(path: str) -> bool:
    return path.startswith(("/api/", "/ws/"))

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from fastapi import FastAPI
from starlette.routing import BaseRoute, Mount
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from ductoscope.model.clinical import happened as h
from ductoscope.web.clinic import entry
from ductoscope.web.clinic.doors import FREE, is_free, who_may
from ductoscope.web.clinic.entry import COOKIE
from tests.clinic_house import ADMINISTRATOR, NURSE, PASSWORD
from tests.web_visit import Visitor


def list_routes(app: FastAPI) -> list[tuple[str, str]]:
    """Every method and path that the application answers, whatever they are wrapped in; sockets as WEBSOCKET."""
    found: list[tuple[str, str]] = []

    def walk(routes: list[BaseRoute], prefix: str = "") -> None:
        for route in routes:
            if isinstance(route, Mount):
                found.append(("GET", f"{prefix}{route.path}/x"))
                continue
            inner = getattr(route, "original_router", None)
            if inner is not None:
                walk(inner.routes, prefix + route.include_context.prefix)  # type: ignore[attr-defined]
                continue
            path = re.sub(r"\{[^}]+\}", "x", prefix + route.path)  # type: ignore[attr-defined]
            methods = getattr(route, "methods", None) or {"WEBSOCKET"}
            found.extend((method, path) for method in sorted(methods))

    walk(app.routes)
    return found


@pytest.fixture
def routes(clinic) -> list[tuple[str, str]]:
    return list_routes(clinic)


def test_there_are_many_routes_to_guard(routes):
    assert len(routes) > 60
    assert ("POST", "/api/procedures/x/acts/WeightTaken") in routes
    assert ("WEBSOCKET", "/ws/live") in routes


def test_every_route_but_the_free_ones_asks_for_a_session(clinic, house, routes):
    stranger = Visitor(clinic)
    before = house.desk.journal.head()
    for method, path in routes:
        if is_free(path) or method == "WEBSOCKET":
            continue
        answer = stranger.request(method, path)
        if path.startswith("/api/") or method not in ("GET", "HEAD"):
            assert answer.status_code == 401, path
            assert answer.json()["error"]
        else:
            assert answer.status_code == 303, path
            assert answer.headers["location"].startswith("/sign-in"), path
    assert house.desk.journal.head() == before
    assert {path for _, path in routes if is_free(path)} == {"/sign-in", "/api/sign-in", "/static/x"}


def test_every_route_has_a_door(routes):
    for _, path in routes:
        assert is_free(path) or who_may(path, has_practice=True), f"nobody may open {path}; add it to doors.py"


def test_trainee_reaches_only_practice(enter, routes):
    trainee = enter("trainee")
    for method, path in routes:
        if method == "WEBSOCKET" or is_free(path) or path in ("/lock", "/me") or path.startswith("/api/me"):
            continue
        if path in ("/api/lock", "/api/unlock", "/api/sign-out"):
            continue
        answer = trainee.request(method, path)
        assert answer.status_code in (403, 404) or (path == "/" and answer.headers["location"] == "/me"), path


def test_administrator_reaches_no_record(enter, routes):
    administrator = enter("admin")
    for method, path in routes:
        if path.startswith(("/patients", "/procedures", "/api/patients", "/api/procedures", "/results", "/room")):
            assert administrator.request(method, path).status_code == 403, path


def test_nurse_reaches_no_administration(enter, routes):
    nurse = enter("nurse")
    for method, path in routes:
        if path.startswith(("/admin", "/api/admin")):
            assert nurse.request(method, path).status_code == 403, path


def test_refusal_is_a_page_to_read_for_people_and_words_for_programs(enter):
    nurse = enter("nurse")

    page = nurse.get("/admin")
    assert page.headers["content-type"].startswith("text/html")
    assert "Nurse" in page.text
    assert nurse.post("/api/admin/people").json()["error"].startswith("Your role (Nurse)")


def test_nobody_finds_a_path_that_has_no_door(enter):
    answer = enter("doctor").get("/nowhere/at/all")

    assert answer.status_code == 404
    assert "no such page" in answer.text


def test_forged_and_stale_cookies_are_nobody(clinic, house):
    visitor = Visitor(clinic)
    for token in ("x", "a" * 43, "' OR 1=1 --"):
        visitor.cookies.set(COOKIE, token)
        assert visitor.get("/api/status").status_code == 401

    visitor = Visitor(clinic)
    visitor.sign_in("nurse", PASSWORD)
    house.clock.forward(minutes=16)
    assert visitor.get("/api/status").status_code == 401
    assert visitor.get("/").headers["location"] == "/sign-in"


def test_closed_account_is_out_at_once(enter, house):
    nurse = enter("nurse")
    house.desk.change_person(ADMINISTRATOR, replace(NURSE, is_active=False))

    assert nurse.get("/api/status").status_code == 401
    house.desk.change_person(ADMINISTRATOR, NURSE)
    assert nurse.get("/api/status").status_code == 401


def test_locked_session_shows_nothing_until_it_is_unlocked(enter):
    nurse = enter("nurse")
    nurse.post("/api/lock")

    assert nurse.get("/patients").headers["location"] == "/lock?next=/patients"
    assert nurse.get("/").headers["location"] == "/lock"
    assert nurse.get("/api/status").status_code == 401
    assert nurse.post("/api/patients/find", {"text": "test"}).status_code == 401
    assert "Nurse Test" in nurse.get("/lock").text
    assert nurse.post("/api/unlock", {"password": "wrong wrong wrong"}).status_code == 403
    assert nurse.post("/api/unlock", {"password": PASSWORD, "next": "/patients"}).json() == {"next": "/patients"}
    assert nurse.get("/patients").status_code == 200
    assert nurse.get("/lock").headers["location"] == "/"


def test_free_files_may_be_kept_and_pages_may_not(clinic, enter):
    stranger = Visitor(clinic)
    answer = stranger.get("/static/clinic.css")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"
    etag = {"If-None-Match": answer.headers["ETag"]}
    assert stranger.get("/static/clinic.css", headers=etag).status_code == 304
    assert enter("nurse").get("/").headers["Cache-Control"] == "no-store"
    assert stranger.get("/static/../app.py").status_code in (303, 404)
    assert stranger.get("/static/%2e%2e/app.py").status_code == 404


@pytest.mark.parametrize("path", ["/static", "/sign-in", "/api/sign-in"])
def test_free_is_that_path_and_below_only(path):
    assert path in FREE
    assert is_free(path)
    assert is_free(f"{path}/x")
    assert not is_free(f"{path}x")
    assert not is_free(f"/patients{path}")


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9999"])
def test_page_from_elsewhere_cannot_act_with_the_cookie_of_somebody(enter, house, origin):
    nurse = enter("nurse")
    before = house.desk.journal.head()

    answer = nurse.post("/api/patients/emergency", headers={"Origin": origin})
    assert answer.status_code == 403
    assert nurse.get("/", headers={"Host": "evil.example"}).status_code == 403
    assert house.desk.journal.head() == before


def test_message_that_no_form_of_another_page_could_send_is_asked_for(enter):
    # A foreign form can send text/plain or urlencoded bodies without asking first; neither is read as a message.
    nurse = enter("nurse")
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        headers = {"Content-Type": kind}
        answer = nurse.request("POST", "/api/patients/emergency", content=b'{"wristband": ""}', headers=headers)
        assert answer.status_code == 422, kind


def test_live_picture_needs_a_session(clinic, serve_app):
    visitor = Visitor(clinic)
    visitor.sign_in("nurse", PASSWORD)
    with serve_app(clinic) as address:
        live = f"{address.replace('http', 'ws')}ws/live"
        with pytest.raises(InvalidStatus, match="403"), connect(live, close_timeout=2):
            pass
        cookie = {"Cookie": f"{COOKIE}={visitor.cookies[COOKIE]}"}
        with connect(live, additional_headers=cookie, close_timeout=2) as socket:
            assert "status" in str(socket.recv(timeout=10))
        visitor.post("/api/lock")
        with pytest.raises(InvalidStatus, match="403"), connect(live, additional_headers=cookie, close_timeout=2):
            pass


def listen(socket: ClientConnection) -> None:
    for _ in range(100):
        socket.recv(timeout=10)


def test_live_picture_ends_with_the_session(clinic, serve_app, monkeypatch):
    monkeypatch.setattr(entry, "ASK_EVERY_S", 0.05)
    visitor = Visitor(clinic)
    visitor.sign_in("nurse", PASSWORD)
    with serve_app(clinic) as address:
        cookie = {"Cookie": f"{COOKIE}={visitor.cookies[COOKIE]}"}
        with connect(f"{address.replace('http', 'ws')}ws/live", additional_headers=cookie, close_timeout=2) as socket:
            socket.recv(timeout=10)
            visitor.post("/api/sign-out")
            with pytest.raises(ConnectionClosed):
                listen(socket)


@pytest.mark.parametrize(
    "path", ["/static%3F/../admin", "/sign-in%3F/../patients", "//static/x", "/static%2f..%2fadmin"]
)
def test_no_spelling_of_an_address_opens_a_door(clinic, path):
    answer = Visitor(clinic).get(path)

    assert answer.status_code in (303, 401, 404)
    assert "Nurse" not in answer.text


def test_where_the_role_does_not_lead_is_noted_without_saying_whom_it_was_about(enter, house):
    patient = house.patient("900", "Notforyou")
    enter("trainee").get(f"/patients/{patient}")
    enter("admin").post(f"/api/patients/{patient}/correct")

    newest = house.desk.journal.events(kinds=(h.LookRefused,), newest_first=True, limit=2)
    assert [(event.by, event.what) for event in newest] == [
        ("admin", h.LookRefused("/api/patients")),
        ("trainee", h.LookRefused("/patients")),
    ]

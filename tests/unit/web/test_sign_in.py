from __future__ import annotations

import re

import pytest

from ductoscope.web import create_app
from ductoscope.web.clinic.entry import COOKIE
from tests.clinic_house import PASSWORD
from tests.web_visit import Visitor


@pytest.fixture
def visitor(clinic) -> Visitor:
    return Visitor(clinic)


def test_cookie_is_out_of_reach_of_scripts_and_of_other_pages(visitor):
    answer = visitor.sign_in("nurse", PASSWORD)

    (cookie,) = answer.headers.get_list("set-cookie")
    name, _, rest = cookie.partition("=")
    assert name == COOKIE
    assert len(rest.partition(";")[0]) >= 40
    assert {"httponly", "samesite=strict", "path=/"} <= {part.strip().casefold() for part in rest.split(";")}
    assert "secure" not in cookie.casefold()
    assert PASSWORD not in answer.text


def test_cookie_never_leaves_https_when_it_came_by_https(clinic):
    visitor = Visitor(clinic, "https://127.0.0.1:8400")

    assert "secure" in visitor.sign_in("nurse", PASSWORD).headers["set-cookie"].casefold()


@pytest.mark.parametrize(("name", "home"), [("doctor", "/"), ("nurse", "/"), ("trainee", "/me"), ("admin", "/admin")])
def test_everybody_comes_home(visitor, name, home):
    assert visitor.sign_in(name, PASSWORD).json() == {"next": home}


@pytest.mark.parametrize(
    ("name", "wanted", "next_page"),
    [
        ("nurse", "/patients", "/patients"),
        ("nurse", "/results?code=S-1", "/results?code=S-1"),
        ("nurse", "//evil.example/", "/"),
        ("nurse", "https://evil.example/", "/"),
        ("nurse", "/\\evil.example", "/"),
        ("nurse", "/admin", "/"),
        ("admin", "/patients", "/admin"),
    ],
)
def test_next_leads_to_own_pages_of_the_role_only(visitor, name, wanted, next_page):
    assert visitor.sign_in(name, PASSWORD, next=wanted).json() == {"next": next_page}


def test_hostile_next_in_the_address_is_dropped(visitor):
    page = visitor.get("/sign-in?next=//evil.example/")

    assert "evil" not in page.text
    assert 'name="next" value="/patients"' in visitor.get("/sign-in?next=/patients").text
    visitor.sign_in("nurse", PASSWORD)
    assert visitor.get("/sign-in?next=//evil.example/").headers["location"] == "/"


def test_wrong_name_and_wrong_password_sound_the_same(visitor, house):
    unknown = visitor.sign_in("nobody-here", "wrong wrong wrong")
    wrong = visitor.sign_in("trainee", "wrong wrong wrong")

    assert unknown.status_code == wrong.status_code == 403
    assert unknown.json() == wrong.json()
    assert "set-cookie" not in wrong.headers
    house.clock.forward(minutes=20)


def test_guessing_is_slowed_down_in_words(visitor, house):
    for _ in range(4):
        answer = visitor.sign_in("trainee", "wrong wrong wrong")
    assert "Wait" in visitor.sign_in("trainee", PASSWORD).json()["error"], answer.text
    house.clock.forward(minutes=20)
    assert visitor.sign_in("trainee", PASSWORD).status_code == 200


def test_session_that_was_open_in_this_browser_ends(visitor, clinic):
    visitor.sign_in("doctor", PASSWORD)
    first = Visitor(clinic)
    first.cookies.set(COOKIE, visitor.cookies[COOKIE])

    visitor.sign_in("nurse", PASSWORD)
    assert first.get("/api/status").status_code == 401
    assert visitor.get("/api/status").status_code == 200


def test_signing_out_ends_the_session_on_the_server(visitor, clinic):
    visitor.sign_in("nurse", PASSWORD)
    kept = Visitor(clinic)
    kept.cookies.set(COOKIE, visitor.cookies[COOKIE])

    assert visitor.post("/api/sign-out").json() == {"next": "/sign-in"}
    assert COOKIE not in visitor.cookies
    assert kept.get("/api/status").status_code == 401


def test_own_password_needs_the_old_one_and_keeps_this_session(visitor, clinic):
    visitor.sign_in("trainee", PASSWORD)
    other = Visitor(clinic)
    other.sign_in("trainee", PASSWORD)

    refused = visitor.post("/api/me/password", {"old": "not the old one", "new": "another long story"})
    assert refused.status_code == 403
    short = visitor.post("/api/me/password", {"old": PASSWORD, "new": "short"})
    assert "12" in short.json()["error"]
    assert visitor.post("/api/me/password", {"old": PASSWORD, "new": "another long story"}).status_code == 200
    assert visitor.get("/me").status_code == 200
    assert other.get("/me").status_code == 303
    assert visitor.post("/api/me/password", {"old": "another long story", "new": PASSWORD}).status_code == 200


def test_demonstration_shows_its_people_and_a_clinic_shows_nobody(room, house, visitor):
    assert "Demonstration" not in visitor.get("/sign-in").text
    assert not re.search(r"data-password", visitor.get("/sign-in").text)

    demo = create_app(room, desk=house.desk, demo_people=(("doctor", PASSWORD, "doctor"),))
    page = Visitor(demo).get("/sign-in").text
    assert "Demonstration" in page
    assert f'data-name="doctor" data-password="{PASSWORD}"' in page


@pytest.mark.parametrize(
    "message", [{}, {"name": "x"}, {"name": 1, "password": 2}, {"name": "x", "password": "y" * 2000}]
)
def test_message_that_is_none_is_told_field_by_field(visitor, message):
    answer = visitor.post("/api/sign-in", message)

    assert answer.status_code == 422
    assert "password" in answer.json()["fields"]
    assert "yyy" not in answer.text

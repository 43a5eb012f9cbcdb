from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest

from ductoscope.model import BadInputError, CalibrationError, DiskFullError, SourceError


def read_picture(answer):
    return cv2.imdecode(np.frombuffer(answer.content, np.uint8), cv2.IMREAD_COLOR_RGB)


def test_frozen_picture_comes_without_loss(client, room):
    shown = room.put(4, value=123)

    answer = client.post("/api/freeze").json()

    assert answer["sequence"] == 4
    assert answer["is_restored"] is True
    picture = client.get("/api/frozen/4")
    assert picture.headers["content-type"] == "image/png"
    assert np.array_equal(read_picture(picture), shown.view.pixels)
    assert read_picture(client.get("/api/frozen/4?picture=raw")).max() == 30


def test_still_is_of_the_picture_that_was_looked_at(client, room):
    room.put(9, value=77)

    answer = client.post("/api/still", json={"sequence": 9}).json()

    assert room.asked[0] == ("still", 9)
    assert answer["number"] == 1
    assert read_picture(client.get("/api/stills/1"))[0, 0, 0] == 77
    small = client.get("/api/stills/1?is_small=true")
    assert small.headers["content-type"] == "image/jpeg"
    assert read_picture(small).mean() == pytest.approx(77, abs=2)
    assert client.get("/api/status").json()["stills"] == [1]


def test_recording_starts_and_stops(client, room):
    assert client.post("/api/record/start").json() == {"name": "walk"}
    assert client.get("/api/status").json()["recording"]["name"] == "walk"
    assert client.post("/api/record/stop").json() == {"name": "walk", "frames": 45}
    assert client.get("/api/status").json()["recording"] is None


def test_recalibration_is_passed_on(client, room):
    client.post("/api/recalibrate", json={"how": "frames"})

    assert room.asked == [("recalibrate", "frames")]


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (BadInputError("No recording is running."), 409),
        (CalibrationError("Nothing can be recorded before the scope is calibrated."), 409),
        (SourceError("The camera is gone."), 503),
        (DiskFullError("The disk is full."), 507),
    ],
)
def test_what_went_wrong_comes_as_its_sentence(client, room, failure, code):
    room.failure = failure

    answer = client.post("/api/record/start")

    assert (answer.status_code, answer.json()) == (code, {"error": str(failure)})


def test_unexpected_error_shows_no_traceback(client, room, caplog):
    room.failure = RuntimeError("secret detail")

    answer = client.post("/api/record/start")

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert answer.json()["error"].startswith("The workstation met an error")
    assert "secret detail" in caplog.text


@pytest.mark.parametrize(
    "path", ["/api/freeze", "/api/still", "/api/record/start", "/api/record/stop", "/api/recalibrate"]
)
def test_acts_are_posts_only(client, room, path):
    answer = client.get(path)

    assert answer.status_code == 405
    assert set(answer.json()) == {"error"}
    assert room.asked == []


@pytest.mark.parametrize("wish", [{"sequence": "x"}, {"path": "/etc/passwd"}, [], None])
def test_malformed_wishes_are_refused(client, room, wish):
    answer = client.post("/api/still", json=wish)

    assert answer.status_code == 422
    assert set(answer.json()) == {"error"}
    assert room.asked == []


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/api/stills/99",
        "/api/frozen/99",
        "/api/stills/..%2f..%2fetc%2fpasswd",
        "/api/stills/../../../../etc/passwd",
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/static/js/..%5c..%5capp.py",
        "/static//etc/passwd",
    ],
)
def test_no_address_leads_to_another_file(address, path):
    # Sent as written: a proper client would tidy the dots away before they reach the server.
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
    connection.putrequest("GET", path)
    connection.endheaders()
    answer = connection.getresponse()

    assert answer.status in (404, 422)
    assert set(json.loads(answer.read())) == {"error"}
    connection.close()


def test_documentation_pages_with_outside_scripts_are_off(client):
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert client.get(path).status_code == 404

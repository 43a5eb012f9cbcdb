from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request
from websockets.sync.client import connect

from ductoscope.model import BadInputError, Controls, EnterOrifice, LesionNote
from ductoscope.model.clinical import Person
from ductoscope.web import PracticeDesk, create_app
from ductoscope.web.practice import practice_routes
from ductoscope.web.practice_wire import read_steering
from ductoscope.web.texts import load_texts
from tests.hand_practice import HandPractice

BEGIN = {"task": "every-branch", "trainee": " Ada ", "preset": "easy", "seed": 5}
NOTE = {"type": "superficial", "base": "none", "surface": "rough", "colour": "red", "size_mm": None}


@pytest.fixture
def practice() -> HandPractice:
    return HandPractice()


@pytest.fixture
def practice_address(practice, room, tmp_path: Path, serve_app) -> Iterator[str]:
    with serve_app(create_app(room, practice=PracticeDesk(practice, tmp_path))) as address:
        yield address


@pytest.fixture
def trainee(practice_address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=practice_address, trust_env=False) as client:
        yield client


def test_an_attempt_goes_from_the_nipple_to_a_debrief_that_is_kept(trainee, practice):
    begun = trainee.post("/api/practice/begin", json=BEGIN).json()
    key = begun["key"]
    assert begun["state"]["phase"] == "nipple"
    assert practice.asked[0] == ("every-branch", "Ada", 5, "easy")

    assert trainee.post("/api/practice/press", json={"key": key}).json()["orifices"][1]["discharge"] == "bloody"
    assert trainee.post("/api/practice/enter", json={"key": key, "number": 1}).json()["phase"] == "duct"
    assert trainee.post("/api/practice/note", json={"key": key, **NOTE}).json()["found"] == 1
    assert practice.asked[2:] == [EnterOrifice(1), LesionNote("superficial", "none", "rough", "red", None)]
    assert trainee.post("/api/practice/finish", json={"key": key}).json()["figures"]["score"] == 0.62

    kept = trainee.get("/api/practice/attempts", params={"trainee": "Ada"}).json()
    assert kept["trainees"] == ["Ada"]
    assert [attempt["figures"]["seen_share"] for attempt in kept["attempts"]] == [0.71]
    assert trainee.get("/api/practice/attempts", params={"trainee": "Bo"}).json()["attempts"] == []
    table = trainee.get("/api/practice/attempts.csv")
    assert "Ada" in table.text
    assert "attachment" in table.headers["content-disposition"]


def test_nobody_steers_without_the_key(trainee, practice, practice_address):
    key = trainee.post("/api/practice/begin", json=BEGIN).json()["key"]
    second = trainee.post("/api/practice/begin", json=BEGIN)
    assert second.status_code == 409
    assert "already" in second.json()["error"]
    assert trainee.post("/api/practice/press", json={"key": "guessed"}).status_code == 409

    address = practice_address.replace("http", "ws") + "ws/practice"
    with connect(address, compression=None, close_timeout=2) as socket:
        socket.send(json.dumps({"key": "guessed", "push": 1}))
        assert _receive(socket, "refused")["error"].startswith("This attempt is over")
        socket.send("not json")
        assert "cannot be read" in _receive(socket, "refused")["error"]
        socket.send(json.dumps({"key": key, "push": 0.5, "flush": 7, "hold": True}))
        assert _receive(socket, "practice")["phase"] == "nipple"
        socket.send(json.dumps({"key": "guessed"}))
        _receive(socket, "refused")
    assert practice.steered == [Controls(push=0.5, flush=1.0, hold=True)]


def test_an_abandoned_attempt_makes_way(practice, tmp_path):
    now_s = [0.0]
    desk = PracticeDesk(practice, tmp_path, clock_s=lambda: now_s[0])
    first, _ = desk.begin("free", "Ada", seed=1, preset="easy")
    now_s[0] = 59.0
    desk.steer(first, Controls())
    now_s[0] = 100.0
    with pytest.raises(BadInputError, match="already"):
        desk.begin("free", "Bo", seed=1, preset="easy")

    now_s[0] = 120.0
    second, _ = desk.begin("free", "Bo", seed=1, preset="easy")
    assert "finish" in practice.asked  # what Ada did was kept
    with pytest.raises(BadInputError, match="over"):
        desk.steer(first, Controls())
    desk.steer(second, Controls())


@pytest.mark.parametrize(
    "wish",
    [
        {**BEGIN, "task": "fly"},
        {**BEGIN, "trainee": ""},
        {**BEGIN, "seed": -1},
        {**BEGIN, "preset": "smooth"},
        {**BEGIN, "more": 1},
    ],
)
def test_a_malformed_wish_is_refused_in_words(trainee, practice, wish):
    answer = trainee.post("/api/practice/begin", json=wish)
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert practice.asked == []


@pytest.mark.parametrize("text", ["[]", "{}", '{"key": "k", "push": "fast"}', '{"key": "k", "push": NaN}', "x" * 300])
def test_controls_that_cannot_be_read_say_so(text):
    with pytest.raises(BadInputError, match="cannot be read"):
        read_steering(text)


def test_without_a_simulated_scope_there_is_no_practise_mode(client):
    assert client.get("/practice").status_code == 404
    assert 'href="/practice"' not in client.get("/").text


def test_the_pages_say_that_it_is_simulated(trainee):
    assert 'href="/practice"' in trainee.get("/").text
    for page in ("/practice", "/practice/progress"):
        assert "SIMULATED" in trainee.get(page).text


def test_whoever_is_signed_in_need_not_type_the_name(practice, tmp_path, serve_app):
    app = FastAPI()
    app.include_router(practice_routes(PracticeDesk(practice, tmp_path), load_texts()))

    @app.middleware("http")
    async def sign_in(request: Request, go_on):
        request.state.person = Person("theo", 'Theo "T" Trainee', "trainee")
        return await go_on(request)

    with serve_app(app) as address, httpx.Client(base_url=address, trust_env=False) as client:
        page = client.get("/practice").text
    assert 'id="trainee" value="Theo &#34;T&#34; Trainee"' in page


def _receive(socket, kind: str) -> dict:
    while True:
        message = json.loads(socket.recv(timeout=10))
        if message["type"] == kind:
            return message

"""A room with a toy scope, a desk with patients, and the web around both, as the tests of the room need them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from ductoscope.live import FindSetup, Room
from ductoscope.report import make_signer
from ductoscope.restore import calibrate
from ductoscope.web import PracticeDesk, create_app
from tests.browser import open_to_visitors
from tests.clinic_house import DOCTOR, PASSWORD, House, open_house
from tests.hand_practice import HandPractice
from tests.toy_scope import ToyFibre, ToyScope
from tests.waiting import wait_for

COOKIE = "ductoscope-session"
SQUARE = [[0.4, 0.4], [0.6, 0.4], [0.6, 0.6], [0.4, 0.6]]


class ExaminationRoom:
    """One workstation, served for a while, and the steps that its tests need often."""

    def __init__(self, house: House, room: Room, address: str) -> None:
        self.house = house
        self.desk = house.desk
        self.room = room
        self.address = address
        self._numbers = itertools.count(4711)

    def new_number(self) -> str:
        """The hospital number of the next patient."""
        return str(next(self._numbers))

    @contextmanager
    def visit(self, person_id: str = DOCTOR.id) -> Iterator[httpx.Client]:
        with httpx.Client(base_url=self.address, trust_env=False, timeout=30) as client:
            client.cookies.set(COOKIE, self.desk.sign_in(person_id, PASSWORD))
            yield client

    def begin(self, client: httpx.Client) -> str:
        """Bring the next patient into the room, up to the beginning, by the pages' own requests."""
        number = self.new_number()
        procedure_id = self.house.planned(number)
        self.confirm(client, procedure_id, number)
        answer = client.post(f"/api/room/{procedure_id}/begin", json={"begin": {"operator": DOCTOR.id}})
        assert answer.json() == {"next": "/room"}
        return procedure_id

    def confirm(self, client: httpx.Client, procedure_id: str, number: str) -> None:
        answer = client.post(f"/api/procedures/{procedure_id}/time-out", json={"time_out": say_time_out(number)})
        assert answer.status_code == 200, answer.text

    def picture(self) -> int:
        """Wait for a picture, and return its number."""
        wait_for(lambda: (got := self.room.shown.newest()) is not None and got[1].is_restored)
        newest = self.room.shown.newest()
        assert newest is not None
        return newest[1].sequence

    def record(self, client: httpx.Client, procedure_id: str, frames: int = 12) -> str:
        """Record some frames of the patient in the room, and return the recording's name."""
        self.picture()
        name = client.post(f"/api/room/{procedure_id}/record/start").json()["name"]
        wait_for(lambda: (running := self.room.status().recording) is not None and running.frames >= frames)
        assert client.post(f"/api/room/{procedure_id}/record/stop").json()["name"] == name
        return name

    def empty(self, client: httpx.Client) -> None:
        """Let whoever is in the room leave."""
        present = self.desk.in_room()
        if present is not None:
            if self.desk.journal.procedure(present).stage == "in the room":
                client.post(f"/api/room/{present}/end", json={"ending": {}})
            client.post(f"/api/room/{present}/leave", json={})

    def leave(self, client: httpx.Client, procedure_id: str) -> None:
        """End the examination, and let the patient leave."""
        ended = client.post(f"/api/room/{procedure_id}/end", json={"ending": {"is_advice_given": True, "phone": "1"}})
        assert ended.status_code == 200, ended.text
        left = client.post(f"/api/room/{procedure_id}/leave", json={})
        assert left.status_code == 200, left.text


def say_time_out(number: str = "4711", **changes: Any) -> dict[str, Any]:
    """A time-out that fits the patients of the tests, but for `changes`."""
    return {
        "first": {"kind": "birth date", "value": "17.5.1970"},
        "second": {"kind": "hospital", "value": number},
        "side": "left",
        "is_site_marked": True,
        "is_consent_there": True,
        "allergies_said": True,
        **changes,
    }


@contextmanager
def open_examination_room(folder: Path, find: FindSetup | None = None) -> Iterator[ExaminationRoom]:
    """Serve a workstation in `folder` for a while; find: what looks for the way and for findings."""
    fibre = ToyFibre((300, 330))
    scope, bundle = ToyScope(fibre, interval_s=1 / 20), calibrate(fibre.white())
    house = open_house(folder, make_signer(folder / "signing", "Test clinic"))
    data = folder / "data"
    room = Room(lambda _: scope, spec="toy:1", bundle=bundle, data_folder=data, plan_size_px=256, find=find)
    practice = PracticeDesk(HandPractice(), data)
    with room, open_to_visitors(create_app(room, desk=house.desk, practice=practice)) as address:
        yield ExaminationRoom(house, room, address)
    house.desk.journal.close()

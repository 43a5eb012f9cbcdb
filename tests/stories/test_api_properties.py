"""Whatever is sent to any route, the server never fails: drawn requests from the application's own description.

Schemathesis draws requests that fit the description and requests that break it; they reach the real application with a
real desk and journal, signed in as each role. An answer of 500 or more, or an exception, fails.
"""

from __future__ import annotations

import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.python import asgi
from schemathesis.schemas import APIOperation

from ductoscope.clinic import Desk
from ductoscope.live import Room
from ductoscope.model import Bundle
from ductoscope.restore import calibrate
from ductoscope.web import create_app
from tests.clinic_desk import PASSWORD, open_desk
from tests.stories.patient_story import STORY, Step, Told
from tests.toy_scope import ToyFibre, ToyScope

EXAMPLES = 3
"""Drawn requests of each kind (fitting, breaking) for each operation."""
PHASES = (Phase.generate, Phase.shrink)
HEALTH = list(HealthCheck)
ADDRESS = "http://127.0.0.1"
PICTURE_S = 60.0
"""A room's first picture takes its plan, and on a busy machine longer."""
ENDINGS = ("/report", "/api/me/password", "/api/lock", "/api/sign-out", "/api/unlock", "/api/sign-in")
"""Operations that may end the session, or make people wait after wrong passwords; they come last."""


@dataclass(frozen=True)
class Clinic:
    """The application with its live room, and what is really in its journal."""

    app: FastAPI
    desk: Desk
    ids: dict[str, tuple[str, ...]]


@pytest.fixture(scope="module")
def fibre() -> ToyFibre:
    return ToyFibre((200, 220))


@pytest.fixture(scope="module")
def bundle(fibre: ToyFibre) -> Bundle:
    return calibrate(fibre.white())


@pytest.fixture
def clinic(fibre: ToyFibre, bundle: Bundle, tmp_path: Path) -> Iterator[Clinic]:
    """A clinic in which one story was told to its end and another stands in the room."""
    desk = open_desk(f"sqlite:///{tmp_path / 'journal.db'}", tmp_path)
    scope = ToyScope(fibre, interval_s=0.1)
    with Room(lambda _: scope, spec="toy:1", data_folder=tmp_path, bundle=bundle, plan_size_px=128) as room:
        app = create_app(room, desk=desk)
        tell(app, desk, "H-1", len(STORY))
        in_room = next(number for number, step in enumerate(STORY) if step.name == "end")
        tell(app, desk, "H-2", in_room)
        rows = desk.journal.worklist()
        procedures = [desk.journal.procedure(row.procedure_id) for row in rows]
        ids = {
            "procedure_id": tuple(one.id for one in procedures),
            "patient_id": tuple(one.patient_id for one in procedures),
            "letter": ("A", "B"),
            "version": ("1", "2"),
            "number": ("1",),
            "sha256": tuple(sha256 for one in procedures for sha256 in one.stills),
            "document": tuple(report.pdf for one in procedures for report in one.reports),
            "person_id": ("doctor", "nurse"),
        }
        yield Clinic(app, desk, ids)
    desk.journal.close()


def sign_in(app: FastAPI, name: str) -> asgi.ASGIClient:
    client = asgi.ASGIClient(app, base_url=ADDRESS)
    answer = client.post("/api/sign-in", json={"name": name, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return client


def tell(app: FastAPI, desk: Desk, hospital_number: str, steps: int) -> None:
    """Tell the story as far as that."""
    clients = {name: sign_in(app, name) for name in ("doctor", "nurse")}
    told = Told(hospital_number)
    for step in STORY[:steps]:
        send(clients, step, told)
        told = recall(desk, told)


def send(clients: dict[str, asgi.ASGIClient], step: Step, told: Told) -> None:
    path, body = step.post(told)
    until = time.monotonic() + PICTURE_S
    while (answer := clients[step.by].post(path, json=body)).status_code == 409 and step.needs_picture:
        assert time.monotonic() < until, "no picture came"
        time.sleep(0.05)
    assert answer.status_code == 200, f"{step.name}: {answer.status_code} {answer.text}"


def recall(desk: Desk, told: Told) -> Told:
    patient_id = desk.journal.patient_by_identifier("hospital", told.hospital_number)
    assert patient_id is not None
    rows = desk.journal.procedures_of(patient_id)
    return Told(told.hospital_number, patient_id, desk.journal.procedure(rows[0].procedure_id) if rows else None)


def list_operations(app: FastAPI) -> list[APIOperation]:
    """Every operation that the application's description names (it is served to nobody); ENDINGS come last."""
    schema = schemathesis.openapi.from_dict(app.openapi())
    schema.app = app
    operations = [found.ok() for found in schema.get_all_operations()]
    return sorted(operations, key=lambda one: next((n for n, end in enumerate(ENDINGS, 1) if end in one.path), 0))


def can_be_broken(operation: APIOperation) -> bool:
    """Whether some request does not fit; a plain string in the path takes whatever it is given.

    Hypothesis would find that out too, by drawing some hundreds of requests in vain.
    """
    asked = list(operation.iter_parameters())
    takes_anything = all(
        one.location == "path" and {**one.definition["schema"], "title": ""} == {"type": "string", "title": ""}
        for one in asked
    )
    return bool(operation.body) or not asked or not takes_anything


def role_for(operation: APIOperation) -> str:
    """Who may come furthest through this door."""
    return "admin" if "/admin" in operation.path else "doctor"


@pytest.mark.timeout(900)  # a minute on two idle cores; a busy machine shall not fail it
def test_no_request_makes_the_server_fail(clinic: Clinic) -> None:
    operations = list_operations(clinic.app)
    assert len(operations) >= 80, "the description names every route"
    clients = {name: sign_in(clinic.app, name) for name in ("doctor", "admin")}
    answered: Counter[int] = Counter()
    failed: list[str] = []
    for operation in operations:
        for mode in GenerationMode:
            if mode is GenerationMode.NEGATIVE and not can_be_broken(operation):
                continue
            failed += try_operation(operation, mode, clinic, clients[role_for(operation)], answered)
    assert not failed, "\n\n".join(failed)
    assert answered[200] >= len(operations) / 2, f"most requests were turned away at the door: {answered}"
    assert clinic.desk.journal.verify().problems == ()


def try_operation(
    operation: APIOperation, mode: GenerationMode, clinic: Clinic, client: asgi.ASGIClient, answered: Counter[int]
) -> list[str]:
    """Send drawn requests of one kind to one operation; what failed, the simplest case of it, in words."""

    @settings(max_examples=EXAMPLES, deadline=None, database=None, phases=PHASES, suppress_health_check=HEALTH)
    @given(case=operation.as_strategy(generation_mode=mode), pick=st.integers(0, 11))
    def send_one(case: Case, pick: int) -> None:
        if pick % 4:  # mostly somebody's real examination, sometimes whatever was drawn
            for name in set(case.path_parameters) & set(clinic.ids):
                case.path_parameters[name] = clinic.ids[name][pick % len(clinic.ids[name])]
        answer = case.call(base_url=ADDRESS, session=client)
        answered[answer.status_code] += 1
        assert answer.status_code < 500, f"{answer.status_code}\n{case.as_curl_command()}"

    try:
        send_one()
    except Unsatisfiable:
        return []  # nothing can break an operation that asks for nothing
    except Exception as error:
        said = "".join(traceback.format_exception(error))  # a failure that did not come again holds its first one
        return [f"{operation.method.upper()} {operation.path}\n{said[-3000:]}"]
    return []

"""People, protocol, audit and storage: what an administrator sees, and nothing clinical among it."""

from __future__ import annotations

import json
import re

import pytest

from ductoscope.care import shipped_text
from ductoscope.model.clinical import happened as h
from ductoscope.web.clinic.audit import A_PAGE
from tests.clinic_house import NURSE, PASSWORD
from tests.web_visit import Visitor

NEW_PASSWORD = "seven green parrots sing"


@pytest.fixture
def admin(enter) -> Visitor:
    return enter("admin")


def test_new_person_can_sign_in(admin, clinic):
    wish = {"id": "carla", "name": "Carla New", "role": "nurse", "password": NEW_PASSWORD}

    assert admin.post("/api/admin/people", wish).status_code == 200
    assert "Carla New" in admin.get("/admin").text
    assert Visitor(clinic).sign_in("carla", NEW_PASSWORD).status_code == 200
    assert admin.post("/api/admin/people", wish).status_code == 409
    weak = admin.post("/api/admin/people", {**wish, "id": "dora", "password": "short"})
    assert weak.status_code == 409
    assert "12" in weak.json()["error"]
    assert admin.post("/api/admin/people", {**wish, "id": "erna", "role": "queen"}).json()["fields"]["role"]


def test_role_password_and_closing_take_effect_at_once(admin, clinic, house):
    admin.post("/api/admin/people", {"id": "fritz", "name": "Fritz", "role": "nurse", "password": NEW_PASSWORD})
    fritz = Visitor(clinic)
    fritz.sign_in("fritz", NEW_PASSWORD)

    admin.post("/api/admin/people/fritz", {"name": "Fritz F.", "role": "trainee", "is_active": True})
    assert fritz.get("/patients").status_code == 303
    admin.post("/api/admin/people/fritz/password", {"password": "eight blue whales swim"})
    assert Visitor(clinic).sign_in("fritz", NEW_PASSWORD).status_code == 403
    assert Visitor(clinic).sign_in("fritz", "eight blue whales swim").status_code == 200
    admin.post("/api/admin/people/fritz", {"name": "Fritz F.", "role": "trainee", "is_active": False})
    assert Visitor(clinic).sign_in("fritz", "eight blue whales swim").status_code == 403
    assert "Closed" in admin.get("/admin").text
    house.clock.forward(minutes=20)


def test_last_administrator_stays(admin):
    wish = {"name": "Admin Test", "role": "nurse", "is_active": True}
    answer = admin.post("/api/admin/people/admin", wish)

    assert answer.status_code == 409
    assert "last administrator" in answer.json()["error"]
    assert admin.post("/api/admin/people/nobody", wish).status_code == 404


def test_protocol_shows_every_rule_with_source_and_state(admin, house):
    page = admin.get("/admin/protocol").text

    for name in house.desk.protocol.rules:
        assert f"<code>{name}</code>" in page, name
    assert "are not signed yet" in page
    assert "<dt>times per week</dt><dd>2</dd>" in page, "values as a person writes them: 2, not 2.0"
    assert admin.get("/admin/protocol/protocol.toml").text == shipped_text()


def test_rule_is_signed_by_name_and_by_whom_is_shown(enter, house):
    doctor = enter("doctor")
    protocol = house.desk.protocol
    name = next(iter(protocol.rules))
    wish = {"rules": [name], "protocol": protocol.id}

    assert doctor.post("/api/admin/protocol/sign", wish).status_code == 200
    assert house.desk.protocol.rules[name].is_signed
    assert "Signed by Dr Test" in doctor.get("/admin/protocol").text
    assert doctor.post("/api/admin/protocol/sign", {**wish, "protocol": "older"}).status_code == 409
    assert doctor.post("/api/admin/protocol/sign", {**wish, "rules": []}).status_code == 422
    assert doctor.post("/api/admin/protocol/sign", {**wish, "rules": ["no.such"]}).status_code == 409


def test_wrong_protocol_is_refused_at_its_field_with_the_rule_that_is_wrong(admin, house):
    before = house.desk.protocol.id
    wrong = shipped_text().replace("times_per_week = 2", "times_per_week = -2")
    assert wrong != shipped_text()

    answer = admin.post("/api/admin/protocol", {"text": wrong})
    assert answer.status_code == 422
    assert "discharge" in answer.json()["fields"]["text"]
    assert admin.post("/api/admin/protocol", {"text": "= nonsense"}).status_code == 422
    assert house.desk.protocol.id == before


def test_changed_protocol_is_in_force_and_can_be_downloaded(admin, house):
    text = shipped_text().replace("times_per_week = 2", "times_per_week = 3")

    assert admin.post("/api/admin/protocol", {"text": text}).status_code == 200
    assert house.desk.protocol.rules["discharge.persistent"].values["times_per_week"] == 3
    assert admin.get("/admin/protocol/protocol.toml").text == text
    assert admin.post("/api/admin/protocol", {"text": text}).status_code == 409


def test_audit_says_who_looked_at_whom_without_saying_who_that_is(admin, enter, house):
    patient = house.patient("4242", "Verysecret")
    nurse = enter("nurse")
    nurse.get(f"/patients/{patient}")

    page = admin.get(f"/admin/audit?patient={patient}&kind=looks").text
    assert patient in page
    assert "Nurse Test" in page
    for path in ("/admin/audit", "/admin/audit?kind=changes", f"/admin/audit?patient={patient}"):
        page = admin.get(path).text
        assert "secret" not in page.casefold(), path
        assert "4242" not in page.replace(patient, ""), path


def test_audit_filters_and_turns_its_pages(admin, house):
    for _ in range(A_PAGE + 5):
        house.desk.look(NURSE, "search")

    first = admin.get("/admin/audit?person=nurse&kind=looks").text
    numbers = [int(number) for number in re.findall(r'<td class="number">(\d+)</td>', first)]
    assert len(numbers) == A_PAGE
    older = re.search(r'href="(/admin/audit\?[^"]*before=\d+[^"]*)"', first)
    assert older is not None
    second = admin.get(older.group(1).replace("&amp;", "&")).text
    more = [int(number) for number in re.findall(r'<td class="number">(\d+)</td>', second)]
    assert more
    assert max(more) < min(numbers)
    assert "Nothing like that happened" in admin.get("/admin/audit?day=1999-01-01").text
    for outermost in ("0001-01-01", "9999-12-31"):
        assert "Nothing like that happened" in admin.get(f"/admin/audit?day={outermost}").text
    assert admin.get("/admin/audit?day=soon").status_code == 422
    assert admin.get("/admin/audit?person=' OR 1=1").status_code == 200


def test_refused_look_is_in_the_audit(admin, house):
    with pytest.raises(PermissionError):
        house.desk.look(house.desk.journal.person("trainee"), "patient")

    assert "refused" in admin.get("/admin/audit?kind=LookRefused").text


def test_storage_counts_and_checks_everything(admin, house):
    page = admin.get("/admin/storage").text
    assert f"{house.desk.journal.head()[0]:,}" in page or str(house.desk.journal.head()[0]) in page

    lines = [json.loads(line) for line in admin.post("/api/admin/storage/verify").text.splitlines()]
    shares = [line["share"] for line in lines]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert lines[-1]["problems"] == []
    assert lines[-1]["events"] >= house.desk.journal.head()[0] - 2


def test_broken_document_is_found(admin, house):
    sha256 = house.desk.media.keep(b"something that was kept")
    house.desk.media.path(sha256).write_bytes(b"something else")

    last = json.loads(admin.post("/api/admin/storage/verify").text.splitlines()[-1])
    assert last["problems"]
    house.desk.media.path(sha256).write_bytes(b"something that was kept")


def test_passwords_are_nowhere_in_the_journal(admin, house):
    for event in house.desk.journal.events(kinds=(h.PasswordSet, h.PersonAdded, h.SignInRefused)):
        assert NEW_PASSWORD not in repr(event)
        assert PASSWORD not in repr(event)

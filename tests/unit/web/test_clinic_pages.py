"""Today, patients, reconcile: what doctors and nurses see first."""

from __future__ import annotations

import re
from datetime import date

import pytest

from ductoscope.model.clinical import Identifier, PatientDetails, Result
from ductoscope.model.clinical import happened as h
from tests.clinic_house import DOCTOR, NURSE, PASSWORD, House
from tests.web_visit import Visitor

HOSTILE = '<script>alert("x")</script>\'"&{{7*7}}'


@pytest.fixture
def nurse(enter) -> Visitor:
    return enter("nurse")


def new_patient(number: str, family: str = "New", **changes: object) -> dict[str, object]:
    details = {
        "family": family,
        "given": "Nina",
        "birth_date": "1980-02-03",
        "sex": "female",
        "identifiers": [{"system": "hospital", "value": number}],
        "phone": "",
        "language": "en",
        "gender": "",
    }
    return {"details": {**details, **changes}}


def test_today_shows_who_comes_what_is_next_and_what_waits(nurse, house):
    procedure = house.planned("100")
    waiting = house.referred("101")

    page = nurse.get("/").text
    assert f'href="/procedures/{procedure}"' in page
    assert f'href="/procedures/{procedure}/preparation"' in page
    assert "room 1" in page
    assert "09:00" in page  # planned one hour after the clock's 08:00, in the clinic's zone
    assert f'href="/procedures/{waiting}/referral"' in page
    assert "Monday, 2 Mar 2026" in page


def test_what_is_late_stands_first_in_red_with_its_count(nurse, house):
    procedure = house.examined("102", specimens=1)
    house.desk.enter_result(NURSE, Result("no-such-code", "hospital 9", "Laboratory", date(2026, 3, 3), "Nothing."))
    house.clock.forward(days=60)
    nurse = relight(nurse, house)

    page = nurse.get("/").text
    attention = page[page.index("attention") : page.index('id="list-title"')]
    assert "card danger" in page
    assert f'href="/procedures/{procedure}/specimens"' in attention
    assert re.search(r'class="count">1</span> Results overdue', attention)
    assert re.search(r'class="count">1</span> Results that match nobody', attention)
    assert "days late" in attention
    for what, there in (("Results overdue", "specimens#"), ("Reports overdue", 'report"')):
        every = re.search(r'class="tool" href="([^"]+)"', attention.partition(what)[2])  # leads to all of them
        assert f'href="/procedures/{procedure}/{there}' in nurse.get(every[1]).text.partition('id="late-title"')[2]


def relight(visitor: Visitor, house: House) -> Visitor:
    """Sign in again after the clock has moved."""
    fresh = Visitor(visitor.app)
    assert fresh.sign_in("nurse", PASSWORD).status_code == 200
    return fresh


def test_patient_in_a_room_is_shown_with_the_way_there(nurse, house):
    if house.desk.in_room() is not None:
        house.desk.leave_room(NURSE)
    procedure = house.begun("103")

    page = nurse.get("/").text
    assert "rooms-title" in page
    rooms = page[page.index("rooms-title") : page.index('id="list-title"')]
    assert f'href="/procedures/{procedure}"' in rooms
    assert 'href="/room"' in rooms
    house.desk.end_examination(DOCTOR, procedure)
    assert "rooms-title" in nurse.get("/").text  # until the patient leaves
    house.desk.leave_room(NURSE)
    assert "rooms-title" not in nurse.get("/").text


def test_search_finds_by_name_and_number_and_is_audited(nurse, house):
    patient = house.patient("55501", "Searched")

    for text in ("searched", "55501", "1970"):
        found = nurse.post("/api/patients/find", {"text": text}).json()["patients"]
        assert patient in [one["id"] for one in found], text
    assert found[0]["name"].endswith("Anna")
    looks = house.desk.journal.events(kinds=(h.RecordLooked,), newest_first=True, limit=1)
    assert looks[0].what == h.RecordLooked("search")
    assert nurse.post("/api/patients/find", {"text": ""}).status_code == 422
    assert nurse.get("/api/patients/find?text=searched").status_code in (404, 405)


def test_new_patient_opens_the_record(nurse, house):
    answer = nurse.post("/api/patients", new_patient("200", "Newone"))

    assert answer.status_code == 200
    patient_id = answer.json()["next"].removeprefix("/patients/")
    assert house.desk.journal.patient(patient_id).details.family == "Newone"
    page = nurse.get(answer.json()["next"]).text
    assert "Newone, Nina" in page
    assert "3 Feb 1980" in page
    assert "200" in page
    assert "Newone" not in answer.json()["next"]


def test_somebody_alike_is_shown_before_a_second_record_is_made(nurse, house):
    first = nurse.post("/api/patients", new_patient("210", "Alike")).json()["next"]
    before = house.desk.journal.counts()["patients"]

    warned = nurse.post("/api/patients", new_patient("211", "ALIKE"))
    assert warned.status_code == 409
    assert [f"/patients/{one['id']}" for one in warned.json()["alike"]] == [first]
    assert house.desk.journal.counts()["patients"] == before
    sure = nurse.post("/api/patients", {**new_patient("211", "Alike"), "is_sure": True})
    assert sure.status_code == 200


def test_number_of_somebody_else_is_refused(nurse):
    nurse.post("/api/patients", new_patient("220", "Owner"))
    answer = nurse.post("/api/patients", {**new_patient("220", "Thief"), "is_sure": True})

    assert answer.status_code == 409
    assert "another patient" in answer.json()["error"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"family": None}, "details.family"),
        ({"birth_date": "yesterday"}, "details.birth_date"),
        ({"sex": "unheard of"}, "details.sex"),
        ({"identifiers": [{"system": "hospital"}]}, "details.identifiers.0.value"),
    ],
)
def test_wrong_answers_are_told_at_their_field(nurse, changes, field):
    answer = nurse.post("/api/patients", new_patient("230", **changes))

    assert answer.status_code == 422
    assert answer.json()["fields"][field]
    assert answer.json()["error"]


def test_empty_family_name_is_told_in_the_nouns_own_words(nurse):
    answer = nurse.post("/api/patients", new_patient("231", family="  "))

    assert answer.status_code == 422
    assert "Family name" in answer.json()["error"]


def test_correction_keeps_what_was(nurse, house):
    patient = house.patient("300", "Misspelt")
    details = {
        "family": "Corrected", "given": "Anna", "birth_date": "1970-05-18", "sex": "female", "gender": "",
        "identifiers": [{"system": "hospital", "value": "300"}], "phone": "", "language": "en",
    }  # fmt: skip

    refused = nurse.post(f"/api/patients/{patient}/correct", {"details": details, "reason": ""})
    assert refused.status_code == 409
    answer = nurse.post(f"/api/patients/{patient}/correct", {"details": details, "reason": "passport seen"})
    assert answer.json() == {"next": f"/patients/{patient}"}
    page = nurse.get(f"/patients/{patient}").text
    assert "Corrected, Anna" in page
    assert "passport seen" in page


def test_emergency_patient_now_and_reconciled_later(nurse, house):
    true = house.patient("400", "Truename")
    answer = nurse.post("/api/patients/emergency", {"wristband": "W-77"}).json()
    emergency = answer["id"]
    page = nurse.get(answer["next"]).text
    assert "banner danger" in page
    assert "W-77" in page

    assert "data-find" in nurse.get(f"/patients/{emergency}/reconcile").text
    compare = nurse.get(f"/patients/{emergency}/reconcile/{true}").text
    assert "Truename" in compare
    assert "W-77" in compare
    wish = {"into": true, "reason": "identity card", "is_compared": False}
    blind = nurse.post(f"/api/patients/{emergency}/reconcile", wish)
    assert blind.status_code == 422
    assert "is_compared" in blind.json()["fields"]
    assert house.desk.journal.patient(emergency).id == emergency
    answer = nurse.post(f"/api/patients/{emergency}/reconcile", {**wish, "is_compared": True})
    assert answer.json() == {"next": f"/patients/{true}"}
    assert nurse.get(f"/patients/{emergency}").headers["location"] == f"/patients/{true}"
    assert "W-77" in nurse.get(f"/patients/{true}").text


def test_only_an_emergency_patient_can_be_joined(nurse, house):
    one, other = house.patient("410", "One"), house.patient("411", "Other")

    assert nurse.get(f"/patients/{one}/reconcile/{other}").headers["location"] == f"/patients/{one}"
    wish = {"into": other, "reason": "because", "is_compared": True}
    assert nurse.post(f"/api/patients/{one}/reconcile", wish).status_code == 409


def test_hostile_names_are_shown_as_letters(nurse, house):
    details = PatientDetails(HOSTILE, HOSTILE, date(1970, 1, 1), identifiers=(Identifier("hospital", HOSTILE),))
    patient = house.desk.register_patient(DOCTOR, details)

    for path in ("/patients", f"/patients/{patient}"):
        page = nurse.get(path).text
        assert "<script>alert" not in page, path
        assert "49" not in re.findall(r"\{\{(.*?)\}\}", page)
    page = nurse.get(f"/patients/{patient}").text
    assert "&lt;script&gt;alert(" in page
    assert not re.search(r"<script(?![^>]*(src=|application/json))", page)
    assert not re.search(r'\s(style|on\w+)="', page)


def test_every_look_at_a_record_is_kept(nurse, house):
    patient = house.patient("500", "Looked")
    nurse.get(f"/patients/{patient}")

    newest = house.desk.journal.events(patient_id=patient, kinds=(h.RecordLooked,), newest_first=True, limit=1)
    assert (newest[0].by, newest[0].what) == ("nurse", h.RecordLooked("patient"))


def test_no_address_on_a_page_says_who_somebody_is(nurse, house):
    house.referred("600600")
    patient = house.patient("600601", "Secretname")
    for path in ("/", "/patients", "/patients/new", f"/patients/{patient}"):
        page = nurse.get(path).text
        for address in re.findall(r'(?:href|src|data-post|data-to|action)="([^"]*)"', page):
            assert "600600" not in address, address
            assert "Secretname" not in address, address
            assert not re.search(r"1970|Anna", address), address


def test_unknown_patient_is_a_page_that_says_so(nurse):
    answer = nurse.get("/patients/nobody")

    assert answer.status_code == 404
    assert "There is no such patient" in answer.text
    assert nurse.post("/api/patients/nobody/correct", {"details": new_patient("1")["details"]}).status_code == 404


def test_list_is_of_one_day(nurse, house):
    procedure = house.planned("700")
    row = f'<th scope="row"><a href="/procedures/{procedure}">'

    assert row in nurse.get("/").text
    house.clock.forward(days=1)
    assert row not in relight(nurse, house).get("/").text

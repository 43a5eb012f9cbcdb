from __future__ import annotations

import re
from datetime import timedelta
from typing import get_args

import pytest

from ductoscope.model.clinical import DueKind, Result, Symptoms
from ductoscope.model.clinical import happened as h
from ductoscope.record.journal import Journal
from ductoscope.web.clinic import paging
from ductoscope.web.clinic.after import BUT_RESULTS, list_follow_ups
from tests.clinic_house import DOCTOR
from tests.path_results import HOSTILE, SHOWN, examined, finished, told


@pytest.fixture(scope="module")
def procedure(house) -> str:
    """One examined patient, for the whole file."""
    return examined(house, "a1")


def see(visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_before_the_examination_there_is_nothing_after_it(house, enter):
    early = house.planned("a0")
    nurse = enter("nurse")
    assert "when the scope is out" in see(nurse, f"/procedures/{early}/after")
    assert "when the scope is out" in see(nurse, f"/procedures/{early}/call")


def test_every_symptom_is_a_question(enter, procedure):
    page = see(enter("nurse"), f"/procedures/{procedure}/call")
    for name in Symptoms.__dataclass_fields__:
        assert f'name="symptoms.{name}"' in page, name


def test_the_hours_since_the_examination_are_filled_in(enter, house, procedure):
    before = house.clock.now
    house.clock.forward(hours=26)
    page = see(enter("nurse"), f"/procedures/{procedure}/call")
    house.clock.now = before
    assert 'value="26"' in page


@pytest.mark.parametrize(
    ("changes", "urgency"),
    [
        ({}, "reassure"),
        ({"temperature_c": None}, "call-back"),
        ({"temperature_c": 38.6}, "see-today"),
        ({"is_breathless": True}, "emergency"),
        ({"is_breathless": True, "temperature_c": None}, "emergency"),
    ],
)
def test_the_outcome_is_told_while_it_is_asked_and_nothing_is_kept(enter, house, procedure, changes, urgency):
    before = house.desk.journal.procedure(procedure).calls
    check = f"/api/procedures/{procedure}/call/check"
    html = enter("nurse").post(check, {"symptoms": told(**changes)}).json()["html"]
    assert f'banner-like {urgency}"' in html
    assert "What is normal" in html
    assert ("Still to ask" in html) == (changes.get("temperature_c", 1) is None)
    assert ("Emergency number:" in html) == (urgency == "emergency")
    assert house.desk.journal.procedure(procedure).calls == before


def test_an_answer_that_cannot_be_is_said_so(enter, procedure):
    check = f"/api/procedures/{procedure}/call/check"
    html = enter("nurse").post(check, {"symptoms": told(temperature_c=385)}).json()["html"]
    assert "cannot be" in html
    assert enter("nurse").post("/api/procedures/nobody/call/check", {"symptoms": {}}).status_code == 404


def test_a_call_is_kept_with_who_what_and_why(enter, house, procedure):
    nurse = enter("nurse")
    message = {"symptoms": told(temperature_c=38.6, words=HOSTILE), "told": HOSTILE, "caller": HOSTILE}
    answer = nurse.post(f"/api/procedures/{procedure}/call", message)
    assert answer.status_code == 200, answer.text
    page = see(nurse, f"/procedures/{procedure}/after")
    assert '<span class="urgency see-today">See today</span>' in page
    assert "Nurse Test, <time" in page
    assert "38.6" in page
    assert "<script>alert" not in page
    assert page.count(SHOWN) >= 3


def test_a_call_that_was_due_is_done_with_it(enter, house):
    late = examined(house, "a2")
    house.clock.forward(days=2)
    nurse = enter("nurse")
    assert nurse.post(f"/api/procedures/{late}/call", {"symptoms": told(hours=48), "due": "call 1"}).status_code == 200
    assert house.desk.journal.procedure(late).dues["call 1"].done_utc is not None
    assert nurse.post(f"/api/procedures/{late}/call", {"symptoms": told(), "due": "nothing"}).status_code == 404


def test_a_doctor_decides_with_a_date_that_lands_on_the_list(enter, house):
    decided = examined(house, "a3")
    nurse, doctor = enter("nurse"), enter("doctor")
    steps = f"/api/procedures/{decided}/steps"
    day = (house.clock.now.date() + timedelta(days=9)).isoformat()
    decision = {"kind": "image", "words": HOSTILE, "by_meeting": False, "is_concordant": None}
    assert nurse.post(steps, {"decision": decision, "due_on": day}).status_code == 403
    assert doctor.post(steps, {"decision": decision, "due_on": "2020-01-01"}).status_code == 409
    assert doctor.post(steps, {"decision": decision, "due_on": day, "expects": 1}).status_code == 409
    assert doctor.post(steps, {"decision": decision, "due_on": day}).status_code == 200
    record = house.desk.journal.procedure(decided)
    assert record.next_steps is not None
    assert any(due.kind == "imaging" and due.due_on.isoformat() == day for due in record.open_dues)
    page = see(doctor, f"/procedures/{decided}/after")
    assert SHOWN in page
    assert "<script>alert" not in page


def test_what_does_not_fit_together_stands_out_and_cannot_be_passed_over(enter, house):
    odd = house.examined("a4", specimens=1)
    house.desk.leave_room(DOCTOR)
    code = house.desk.journal.procedure(odd).specimens["A"].specimen.code
    today = house.clock.now.date()
    result = Result(code, "hospital a4", "Lab", today, "Carcinoma in situ.", cytology="C5")
    house.desk.enter_result(DOCTOR, result)
    house.desk.acknowledge_result(DOCTOR, odd, "A")
    doctor = enter("doctor")
    page = see(doctor, f"/procedures/{odd}/after")
    assert "Does not fit together" in page
    assert "fit together.</p>" not in page
    decision = {"kind": "monitor", "words": "", "by_meeting": False, "is_concordant": None}
    refused = doctor.post(f"/api/procedures/{odd}/steps", {"decision": decision})
    assert refused.status_code == 409
    assert "meeting" in refused.json()["error"]


def test_a_date_is_added_moved_with_a_reason_and_done_with_words(enter, house, procedure):
    nurse = enter("nurse")
    today = house.clock.now.date()
    wish = {"kind": "follow-up", "due_on": (today + timedelta(days=4)).isoformat(), "words": "Look at the nipple"}
    assert nurse.post(f"/api/procedures/{procedure}/dues", wish).status_code == 200
    assert nurse.post(f"/api/procedures/{procedure}/dues", wish | {"words": ""}).status_code == 422
    assert nurse.post(f"/api/procedures/{procedure}/dues", wish).status_code == 200, "a second one has a key of its own"
    key = next(due.key for due in house.desk.journal.procedure(procedure).open_dues if due.words == wish["words"])
    moved = {"key": key, "due_on": (today + timedelta(days=6)).isoformat(), "reason": "Patient is on holiday"}
    assert nurse.post(f"/api/procedures/{procedure}/acts/DueMoved", moved).status_code == 200
    assert "Patient is on holiday" in see(nurse, f"/procedures/{procedure}/after")
    done = {"key": key, "words": "Seen, all well"}
    assert nurse.post(f"/api/procedures/{procedure}/acts/DueDone", done).status_code == 200
    assert "Seen, all well" in see(nurse, f"/procedures/{procedure}/after")


def test_it_is_closed_only_when_nothing_is_open(enter, house):
    doctor = enter("doctor")
    final = finished(house, "a5", lambda message: doctor.post("/api/results", message))
    close = f"/api/procedures/{final}/acts/ProcedureClosed"
    assert close not in see(doctor, f"/procedures/{final}/after")
    assert doctor.post(close, {}).status_code == 409
    for due in house.desk.journal.procedure(final).open_dues:
        house.desk.do(DOCTOR, h.DueDone(due.key, "Done in this test"), procedure_id=final)
    assert close in see(doctor, f"/procedures/{final}/after")
    assert doctor.post(close, {}).status_code == 200
    assert "Every result is read" in see(doctor, f"/procedures/{final}")


def test_the_list_says_whom_to_call_today_and_who_is_late(enter, house):
    called = examined(house, "a6")
    house.clock.forward(days=1)
    page = see(enter("nurse"), "/follow-up")
    today = page[page.index('id="today-title"') : page.index('id="ahead-title"')]
    assert f'href="/procedures/{called}/call"' in today
    house.clock.forward(days=3)
    page = see(enter("nurse"), "/follow-up")
    late = page[page.index('id="late-title"') : page.index('id="today-title"')]
    assert f'href="/procedures/{called}/call"' in late
    assert "days late" in late


def test_follow_ups_are_turned_page_by_page(enter, house, monkeypatch):
    for number in ("turn1", "turn2"):
        examined(house, number)
    nurse = enter("nurse")
    rows = r'class="name" href="([^"]+)"'
    whole = re.findall(rows, see(nurse, "/follow-up"))
    monkeypatch.setattr(paging, "A_PAGE", 1)
    ahead = see(nurse, "/follow-up").partition("ahead-title")[2]
    assert len(re.findall(rows, ahead)) == 1
    follow = re.search(r'href="(/follow-up\?ahead=2)#ahead-title" rel="next"', ahead)
    assert follow is not None
    second = re.findall(rows, see(nurse, follow[1]).partition("ahead-title")[2])
    assert len(second) == 1
    assert second[0] in whole


def test_no_follow_up_is_left_out_however_many_there_are(house, monkeypatch):
    examined(house, "many1")
    examined(house, "many2")
    today = house.clock.now.date()
    whole = list(list_follow_ups(house.desk, today))
    assert len(whole) > 2
    monkeypatch.setitem(Journal.dues.__kwdefaults__, "limit", 1)
    assert list(list_follow_ups(house.desk, today)) == whole


def test_whatever_is_due_is_on_one_of_the_two_lists():
    assert {*BUT_RESULTS, "result"} == set(get_args(DueKind))

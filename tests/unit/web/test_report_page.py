from __future__ import annotations

import re

import pytest

from ductoscope.model.clinical import happened as h
from ductoscope.web.clinic.pdf_answer import LOCKED_IN
from tests.clinic_house import DOCTOR, NURSE, PASSWORD, PNG
from tests.path_results import HOSTILE, SHOWN, examined


@pytest.fixture(scope="module")
def procedure(house) -> str:
    """One examined patient, for the whole file; its tests sign one report after the other."""
    return examined(house, "b1")


def see(visitor, procedure: str) -> str:
    answer = visitor.get(f"/procedures/{procedure}/report")
    assert answer.status_code == 200, answer.text
    return answer.text


def test_before_the_examination_there_is_nothing_to_report(house, enter):
    assert "composes itself once" in see(enter("nurse"), house.planned("b0"))


def test_the_preview_is_the_report_in_a_frame_that_can_do_nothing(enter, procedure):
    doctor = enter("doctor")
    page = see(doctor, procedure)
    assert re.search(
        r'<iframe class="paper" title="[^"]+" src="/procedures/\w+/report/preview\?kind=preliminary" sandbox="">', page
    )
    preview = doctor.get(f"/procedures/{procedure}/report/preview?kind=preliminary")
    assert preview.headers["content-security-policy"] == LOCKED_IN
    assert "script" not in LOCKED_IN
    assert "Nothing to be seen." in preview.text


def test_what_signing_asks_for_and_what_is_usual_are_named_with_their_place(house, enter):
    incomplete = house.begun("b2")
    house.desk.end_examination(DOCTOR, incomplete)
    house.desk.leave_room(DOCTOR)
    page = see(enter("doctor"), incomplete)
    assert f'href="/procedures/{incomplete}/report#words">The impression in words</a>' in page
    assert f'href="/procedures/{incomplete}/review">The scope&#39;s serial number is missing</a>' in page
    assert 'name="despite"' in page
    sign = f"/api/procedures/{incomplete}/report"
    refused = enter("doctor").post(sign, {"kind": "preliminary", "password": PASSWORD})
    assert refused.status_code == 409
    assert "the impression" in refused.json()["error"]


def test_words_stills_and_captions_come_into_the_preview(house, enter):
    inside = house.begun("b3")
    still = house.desk.keep_still(NURSE, inside, PNG, name="one", is_simulated=True)
    house.desk.end_examination(DOCTOR, inside)
    house.desk.leave_room(DOCTOR)
    nurse = enter("nurse")
    acts = f"/api/procedures/{inside}/acts"
    assert nurse.post(f"{acts}/NoteTaken", {"text": HOSTILE, "topic": "impression"}).status_code == 200
    assert nurse.post(f"{acts}/StillChosen", {"still": still.sha256, "caption": HOSTILE}).status_code == 200
    page = see(nurse, inside)
    assert "<script>alert" not in page
    assert page.count(SHOWN) >= 2
    assert "Keep the caption" in page
    assert 'badge simulated">Simulated' in page


def test_only_a_doctor_with_the_password_signs(enter, house, procedure):
    nurse, doctor = enter("nurse"), enter("doctor")
    sign = f"/api/procedures/{procedure}/report"
    message = {"kind": "preliminary", "password": PASSWORD}
    assert "A doctor signs the report." in see(nurse, procedure)
    assert nurse.post(sign, message).status_code == 403
    assert doctor.post(sign, message | {"password": "wrong"}).status_code == 403
    stale = house.desk.journal.procedure(procedure).number - 1
    assert doctor.post(sign, message | {"expects": stale}).status_code == 409
    assert house.desk.journal.procedure(procedure).reports == ()
    seen = house.desk.journal.procedure(procedure).number
    answer = doctor.post(sign, message | {"expects": seen})
    assert answer.status_code == 200, answer.text
    assert answer.json()["next"] == f"/procedures/{procedure}/report#versions"


def test_a_signed_version_is_there_as_pdf_and_page_with_its_signature(enter, procedure):
    nurse = enter("nurse")
    page = see(nurse, procedure)
    assert "self-made certificate" in page
    assert "Dr Test, <time" in page
    pdf = nurse.get(f"/procedures/{procedure}/reports/1.pdf")
    assert pdf.content.startswith(b"%PDF-")
    assert re.fullmatch(r'inline; filename="[0-9a-f]{16}\.pdf"', pdf.headers["content-disposition"])
    html = nurse.get(f"/procedures/{procedure}/reports/1.html")
    assert html.headers["content-security-policy"] == LOCKED_IN
    assert "The signature is intact" in nurse.get(f"/procedures/{procedure}/reports/1/signature").text
    assert nurse.get(f"/procedures/{procedure}/reports/7.pdf").status_code == 404
    assert nurse.get(f"/procedures/{procedure}/reports/1.exe").status_code in (404, 422)


def test_after_the_final_report_only_addenda_are_signed(enter, house, procedure):
    doctor = enter("doctor")
    sign = f"/api/procedures/{procedure}/report"
    despite = {"despite": "No specimen was taken, nothing is open"}
    assert doctor.post(sign, {"kind": "final", "password": PASSWORD} | despite).status_code == 200
    page = see(doctor, procedure)
    assert "Add an addendum" in page
    assert f'src="/procedures/{procedure}/reports/2.html"' in page
    assert 'name="despite"' not in page
    assert doctor.post(sign, {"kind": "addendum", "password": PASSWORD, "addendum": " "}).status_code == 409
    words = {"kind": "addendum", "password": PASSWORD, "addendum": HOSTILE}
    assert doctor.post(sign, words).status_code == 200
    html = doctor.get(f"/procedures/{procedure}/reports/3.html").text
    assert "<script>alert" not in html
    assert len(house.desk.journal.procedure(procedure).reports) == 3


def test_the_patients_version_is_made_and_recorded_as_given(enter, procedure):
    nurse = enter("nurse")
    made = nurse.post(f"/api/procedures/{procedure}/documents", {"kind": "patient report", "language": "en"}).json()
    assert nurse.get(made["open"]).content.startswith(b"%PDF-")
    given = {"kind": "patient report", "document": made["document"], "language": "en"}
    assert nurse.post(f"/api/procedures/{procedure}/acts/LetterGiven", given).status_code == 200
    page = see(nurse, procedure)
    assert f"/procedures/{procedure}/documents/{made['document']}" in page
    assert "Given to the patient" in page


def test_every_look_at_a_report_is_kept_in_the_audit(enter, house, procedure):
    enter("nurse").get(f"/procedures/{procedure}/reports/1.pdf")
    newest = house.desk.journal.events(kinds=(h.RecordLooked,), newest_first=True, limit=1)[0]
    assert (newest.by, newest.what.page, newest.procedure_id) == (NURSE.id, "report", procedure)

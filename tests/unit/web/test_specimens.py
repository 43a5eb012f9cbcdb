from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest

from ductoscope.model.clinical import Depth, Orifice, Place, Specimen, SpecimenState
from ductoscope.model.clinical import happened as h
from ductoscope.web.clinic.specimens import list_chain, say_place
from tests.clinic_house import DOCTOR, NURSE
from tests.path_results import HOSTILE, PDF, SHOWN, code_of, reported, typed_result

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def procedure(house) -> str:
    """One examination with two specimens, for the whole file."""
    return reported(house, "s1", specimens=2)


def see(visitor, procedure: str) -> str:
    answer = visitor.get(f"/procedures/{procedure}/specimens")
    assert answer.status_code == 200, answer.text
    return answer.text


def make_state(*steps: str, acknowledged_by: str | None = None) -> SpecimenState:
    chain = tuple((step, "nurse", NOON) for step in steps)
    return SpecimenState(Specimen("A", "K7Q2-M4XA", "basket", NOON), chain, acknowledged_by=acknowledged_by)  # type: ignore[arg-type]


def test_without_specimens_the_page_says_so(house, enter):
    assert "No specimen was taken" in see(enter("nurse"), house.planned("s0"))


def test_each_specimen_goes_step_by_step_and_every_step_says_who(enter, house, procedure):
    nurse = enter("nurse")
    page = see(nurse, procedure)
    assert code_of(house, procedure, "A") in page
    assert code_of(house, procedure, "B") in page
    act = f"/api/procedures/{procedure}/acts/SpecimenPassed"
    assert nurse.post(act, {"letter": "A", "step": "sent", "by_whom": HOSTILE}).status_code == 200
    assert nurse.post(act, {"letter": "A", "step": "received", "by_whom": ""}).status_code == 200
    page = see(nurse, procedure)
    assert SHOWN in page
    assert "<script>alert" not in page
    assert "Nurse Test, <time" in page
    backwards = nurse.post(act, {"letter": "A", "step": "sent", "by_whom": ""})
    assert backwards.status_code == 409
    assert "already" in backwards.json()["error"]


def test_a_result_is_read_by_a_doctor_who_saw_this_one(enter, house, procedure):
    nurse, doctor = enter("nurse"), enter("doctor")
    message = typed_result(house, procedure, "s1", text=HOSTILE)
    assert nurse.post("/api/results", message).status_code == 200
    page = see(doctor, procedure)
    assert SHOWN in page
    assert "I have read it" in page
    assert "I have read it" not in see(nurse, procedure)
    read = f"/api/procedures/{procedure}/specimens/A/acknowledge"
    seen = house.desk.journal.procedure(procedure).number
    assert nurse.post(read, {"expects": seen}).status_code == 403
    nurse.post("/api/results", message | {"text": "Corrected: atypia.", "has_atypia": True})
    assert doctor.post(read, {"expects": seen}).status_code == 409, "the newer result was never seen"
    page = see(doctor, procedure)
    assert "Result, version 2" in page
    assert "replaced by a newer one" in page
    assert doctor.post(read, {"expects": house.desk.journal.procedure(procedure).number}).status_code == 200
    assert "I have read it" not in see(doctor, procedure)


def test_labels_are_printed_for_one_or_for_all(enter, procedure):
    nurse = enter("nurse")
    for letters in ("letters=A", "letters=A&letters=B"):
        answer = nurse.get(f"/procedures/{procedure}/labels?{letters}")
        assert answer.content.startswith(b"%PDF-")
    assert nurse.get(f"/procedures/{procedure}/labels?letters=Q").status_code == 409
    assert nurse.get(f"/procedures/{procedure}/labels").status_code == 422


def test_the_request_names_what_waits_for_the_laboratory(enter, procedure):
    nurse = enter("nurse")
    made = nurse.post(f"/api/procedures/{procedure}/documents", {"kind": "request", "language": "en"})
    assert nurse.get(made.json()["open"]).content.startswith(b"%PDF-")


def test_the_laboratorys_document_is_shown(enter, house, procedure):
    nurse = enter("nurse")
    message = typed_result(house, procedure, "s1", "B", pdf=base64.b64encode(PDF).decode())
    assert nurse.post("/api/results", message).status_code == 200
    assert f"/procedures/{procedure}/specimens/B/result-1.pdf" in see(nurse, procedure)
    assert nurse.get(f"/procedures/{procedure}/specimens/B/result-1.pdf").content == PDF
    for path in ("B/result-2.pdf", "B/result-0.pdf", "Q/result-1.pdf", "A/result-1.pdf"):
        assert nurse.get(f"/procedures/{procedure}/specimens/{path}").status_code == 404


def test_no_result_is_put_aside_without_a_reason(enter, house):
    procedure = reported(house, "s2")
    nurse, doctor = enter("nurse"), enter("doctor")
    done = f"/api/procedures/{procedure}/acts/DueDone"
    assert nurse.post(done, {"key": "result A", "words": "The laboratory lost it"}).status_code == 403
    assert doctor.post(done, {"key": "result A", "words": ""}).status_code == 422
    assert doctor.post(done, {"key": "result A", "words": "The laboratory lost it"}).status_code == 200


def test_the_chain_marks_what_is_next_and_what_nobody_recorded():
    assert [state for _, state, _, _ in list_chain(make_state("collected"))] == [
        "done",
        "now",
        "later",
        "later",
        "later",
    ]
    skipped = list_chain(make_state("collected", "reported"))
    assert [state for _, state, _, _ in skipped] == ["done", "missed", "missed", "done", "now"]


def test_a_place_is_said_with_what_is_known_of_it(house, clinic):
    class Words:
        def word(self, section: str, name: str, **places: object) -> str:
            return f"{name}:{places.get('number') or places.get('branch') or places.get('cm')}"

    procedure = house.desk.journal.procedure(house.referred("s3"))
    place = Place(2, "LR", Depth(21.0, 2.0, "graduation"))
    assert say_place(place, procedure, Words()) == "orifice:2, branch:LR, depth_sigma:2.1"  # type: ignore[arg-type]
    assert say_place(Place(), procedure, Words()) == ""  # type: ignore[arg-type]


def test_a_specimen_taken_in_a_duct_says_where(enter, house):
    procedure = house.begun("s4")
    house.desk.do(NURSE, h.OrificeNoted(Orifice(1, 4.5, "central")), procedure_id=procedure)
    place = Place(1, "L", Depth(18.0, 2.0, "graduation"))
    house.desk.take_specimen(NURSE, procedure, kind="basket", place=place, container="Pot 1", pieces=3)
    page = see(enter("nurse"), procedure)
    assert "opening 1 at 4.5 o&#39;clock, branch L, 1.8 ± 0.2 cm deep" in page
    assert "Pot 1" in page
    assert "Pieces: 3" in page
    house.desk.end_examination(DOCTOR, procedure)
    house.desk.leave_room(DOCTOR)

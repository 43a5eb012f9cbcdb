from __future__ import annotations

import pytest

from ductoscope.model.clinical import happened as h
from ductoscope.web.clinic.acts import ACTS, BOUND_TO_ROOM
from tests.clinic_house import PASSWORD
from tests.web_visit import Visitor


@pytest.fixture
def nurse(enter) -> Visitor:
    return enter("nurse")


def test_act_is_done_and_numbered(nurse, house):
    procedure = house.planned("1")

    answer = nurse.post(f"/api/procedures/{procedure}/acts/WeightTaken", {"kg": 70.5})
    assert answer.status_code == 200
    assert house.desk.journal.procedure(procedure).weight_kg == 70.5
    assert answer.json() == {"number": house.desk.journal.head()[0]}


def test_every_plain_act_has_a_route_and_nothing_else_has(clinic, nurse, house):
    procedure = house.planned("2")
    for kind in ACTS:
        answer = nurse.post(f"/api/procedures/{procedure}/acts/{kind.__name__}", {"no such field": 1})
        assert answer.status_code in (409, 422, 403), kind
        assert answer.status_code != 404, kind
    for kind in (
        *BOUND_TO_ROOM,
        h.PersonAdded,
        h.ReportSigned,
        h.PatientReconciled,
        h.ProtocolChanged,
        h.SpecimenTaken,
    ):
        assert nurse.post(f"/api/procedures/{procedure}/acts/{kind.__name__}").status_code == 404, kind


@pytest.mark.parametrize(
    ("kind", "message", "field"),
    [
        ("WeightTaken", {}, "kg"),
        ("WeightTaken", {"kg": "heavy"}, "kg"),
        ("WeightTaken", {"kg": None}, "kg"),
        ("ConsentRecorded", {"consent": {"kind": "everything", "is_given": True}}, "consent.kind"),
        ("ConsentRecorded", {"consent": {"kind": "images"}}, "consent.is_given"),
        ("AnaestheticGiven", {"dose": {"agent": "lidocaine", "percent": 1, "ml": "x", "route": "cream"}}, "dose.ml"),
        ("OrificeNoted", {"orifice": {"number": 1.5, "clock": 3, "ring": "central"}}, "orifice.number"),
    ],
)
def test_wrong_answer_is_told_at_its_dotted_path(nurse, house, kind, message, field):
    procedure = house.desk.journal.worklist(limit=1)[0].procedure_id
    answer = nurse.post(f"/api/procedures/{procedure}/acts/{kind}", message)

    assert answer.status_code == 422
    assert answer.json()["fields"][field]


def test_words_at_a_field_fit_what_is_wrong_with_it(nurse, house):
    path = f"/api/procedures/{house.planned('6')}/acts"

    assert nurse.post(f"{path}/WeightTaken").json()["fields"] == {"kg": "Please fill this in."}
    assert "number" in nurse.post(f"{path}/WeightTaken", {"kg": "heavy"}).json()["fields"]["kg"]
    consent = {"consent": {"kind": "everything", "is_given": True}}
    assert "offered" in nurse.post(f"{path}/ConsentRecorded", consent).json()["fields"]["consent.kind"]


def test_noun_that_refuses_itself_says_why(nurse, house):
    procedure = house.planned("3")
    answer = nurse.post(f"/api/procedures/{procedure}/acts/WeightTaken", {"kg": 4000})

    assert answer.status_code == 422
    assert "between 20 and 400" in answer.json()["error"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'"x"', b'{"kg": NaN}', b'{"kg": 1e999}'])
def test_what_is_no_message_is_refused_in_words(nurse, house, body):
    procedure = house.desk.journal.worklist(limit=1)[0].procedure_id
    path = f"/api/procedures/{procedure}/acts/WeightTaken"
    answer = nurse.request("POST", path, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422
    assert answer.json()["error"]


def test_kinds_of_error_have_their_codes(nurse, enter, house):
    procedure = house.referred("4")
    path = f"/api/procedures/{procedure}/acts"

    assert nurse.post("/api/procedures/none/acts/WeightTaken", {"kg": 70}).status_code == 404
    assert nurse.post(f"{path}/ReferralDecided", {"outcome": "accepted"}).status_code == 403
    number = house.desk.journal.procedure(procedure).number
    assert nurse.post(f"{path}/WeightTaken?expects={number}", {"kg": 70}).status_code == 200
    moved_on = nurse.post(f"{path}/WeightTaken?expects={number}", {"kg": 71})
    assert moved_on.status_code == 409
    assert house.desk.journal.procedure(procedure).weight_kg == 70
    assert nurse.post(f"{path}/WeightTaken?expects=x", {"kg": 71}).status_code == 422


def test_act_carries_the_name_of_who_did_it(clinic, house):
    procedure = house.planned("5")
    doctor = Visitor(clinic)
    doctor.sign_in("doctor", PASSWORD)
    doctor.post(f"/api/procedures/{procedure}/acts/NoteTaken", {"text": "Seen.", "topic": "note"})

    newest = house.desk.journal.events(procedure_id=procedure, kinds=(h.NoteTaken,))[-1]
    assert (newest.by, newest.what) == ("doctor", h.NoteTaken("Seen.", "note"))

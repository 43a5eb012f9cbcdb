from __future__ import annotations

from typing import Any

import pytest

from ductoscope.model.clinical import Medication
from tests.clinic_house import referral
from tests.path_results import HOSTILE, SHOWN


@pytest.fixture
def patient(house, request) -> str:
    return house.patient(f"r-{request.node.name}")


def typed(**changes: object) -> dict[str, Any]:
    """The message of the form: a referral that the rules call indicated, but for `changes`."""
    known: dict[str, Any] = {
        "side": "left",
        "received_on": "2026-03-01",
        "referrer": "Dr Elsewhere",
        "reason": "Blood on the shirt",
        "discharge": {
            "sides": ["left"], "colour": "bloody", "is_spontaneous": True, "times_per_week": 5, "weeks": 8,
            "ducts": "single", "blood_test": "positive",
        },
        "is_pregnant": False,
        "has_breastfed": False,
        "has_mass": False,
        "medications": [{"name": "Apixaban", "kind": "anticoagulant", "dose": "5 mg", "reason": ""}],
        "imaging": [
            {"kind": "mammography", "done_on": "2026-02-10", "side": None, "birads": "2", "note": ""},
            {"kind": "ultrasound", "done_on": "2026-02-10", "side": None, "birads": "2", "note": ""},
        ],
    }  # fmt: skip
    return {"has_discharge": "yes", "referral": known | changes}


def test_the_form_holds_every_question(enter, patient):
    page = enter("nurse").get(f"/patients/{patient}/referral/new").text
    for name in referral().__dataclass_fields__:
        if name not in ("medications", "imaging", "discharge"):
            assert f'name="referral.{name}"' in page, name
    for name in ("sides", "colour", "is_spontaneous", "times_per_week", "weeks", "ducts", "blood_test"):
        assert f'name="referral.discharge.{name}"' in page, name
    assert 'data-list="referral.imaging"' in page
    assert 'data-list="referral.medications"' in page


def test_a_typed_referral_opens_an_examination_and_shows_what_the_rules_say(house, enter, patient):
    nurse = enter("nurse")
    answer = nurse.post(f"/api/patients/{patient}/referral", typed())
    assert answer.status_code == 200, answer.text
    page = nurse.get(answer.json()["next"]).text
    assert 'class="indication indicated"' in page
    assert "not signed by the clinic" in page
    assert "Source:" in page
    procedure = house.desk.journal.procedures_of(patient)[0]
    kept = house.desk.journal.procedure(procedure.procedure_id).referral
    assert kept.discharge.colour == "bloody"
    assert kept.medications == (Medication("Apixaban", "anticoagulant", "5 mg"),)


@pytest.mark.parametrize(("said", "expected"), [("no", ()), ("unknown", None)])
def test_no_discharge_is_another_answer_than_nothing_said(house, enter, patient, said, expected):
    message = typed(discharge=None) | {"has_discharge": said}
    answer = enter("nurse").post(f"/api/patients/{patient}/referral", message)
    kept = house.desk.journal.procedure(answer.json()["next"].split("/")[2]).referral
    assert (kept.discharge and kept.discharge.sides) == expected or (kept.discharge is None and expected is None)


def test_what_is_typed_wrongly_is_named_at_its_field(enter, patient):
    answer = enter("nurse").post(f"/api/patients/{patient}/referral", typed(referrer=" ", has_mass="perhaps"))
    assert answer.status_code == 422
    assert "referral.has_mass" in answer.json()["fields"]


def test_an_unknown_field_is_refused(enter, patient):
    message = typed() | {"surprise": 1}
    assert enter("nurse").post(f"/api/patients/{patient}/referral", message).status_code == 422


def test_the_rules_speak_while_it_is_typed_and_nothing_is_kept(house, enter, patient):
    nurse = enter("nurse")
    before = len(house.desk.journal.procedures_of(patient))
    check = f"/api/patients/{patient}/referral/check"
    empty = {"has_discharge": "unknown", "referral": {"side": "", "referrer": "", "received_on": None}}
    assert "Choose the side" in nurse.post(check, empty).json()["html"]
    started = {"has_discharge": "unknown", "referral": {"side": "left", "referrer": "", "received_on": None}}
    html = nurse.post(check, started).json()["html"]
    assert "cannot say yet" in html
    assert "Missing" in html
    assert 'class="indication indicated"' in nurse.post(check, typed()).json()["html"]
    assert len(house.desk.journal.procedures_of(patient)) == before


def test_an_unfinished_row_does_not_silence_the_rules(enter, patient):
    unfinished = typed()
    unfinished["referral"]["imaging"].append({"kind": "mri", "done_on": None, "side": None, "birads": None, "note": ""})
    unfinished["referral"]["medications"].append({"name": "", "kind": "other", "dose": "", "reason": ""})
    html = enter("nurse").post(f"/api/patients/{patient}/referral/check", unfinished).json()["html"]
    assert 'class="indication indicated"' in html


def test_suspicious_imaging_sends_to_biopsy(enter, patient):
    suspicious = typed()
    suspicious["referral"]["imaging"][0]["birads"] = "4"
    html = enter("nurse").post(f"/api/patients/{patient}/referral/check", suspicious).json()["html"]
    assert 'class="indication biopsy-instead"' in html


def test_the_doctor_decides_and_gives_a_reason_when_it_differs(house, enter, patient):
    doctor, nurse = enter("doctor"), enter("nurse")
    procedure = nurse.post(f"/api/patients/{patient}/referral", typed()).json()["next"].split("/")[2]
    decide = f"/api/procedures/{procedure}/acts/ReferralDecided"
    assert f'data-post="{decide}?expects=' in doctor.get(f"/procedures/{procedure}/referral").text
    assert f'data-post="{decide}' not in nurse.get(f"/procedures/{procedure}/referral").text
    assert nurse.post(decide, {"outcome": "accepted"}).status_code == 403
    refused = doctor.post(decide, {"outcome": "declined", "reason": ""})
    assert refused.status_code == 409
    assert "Say why" in refused.json()["error"]
    assert doctor.post(decide, {"outcome": "accepted", "reason": ""}).status_code == 200
    assert house.desk.journal.procedure(procedure).stage == "accepted"


def test_no_decision_is_chosen_before_a_doctor_chooses(house, enter):
    procedure = house.referred("r-open")
    page = enter("doctor").get(f"/procedures/{procedure}/referral").text
    decision = page[page.index('id="decision"') :]
    assert "checked" not in decision[: decision.index("</form>")]


def test_a_completed_referral_is_assessed_anew_and_what_was_typed_is_still_there(enter, patient):
    nurse = enter("nurse")
    first = nurse.post(f"/api/patients/{patient}/referral", typed(imaging=[])).json()["next"]
    assert 'class="indication imaging-first"' in nurse.get(first).text
    procedure = first.split("/")[2]
    answer = nurse.post(f"/api/procedures/{procedure}/referral", typed(allergies="Latex"))
    assert answer.json()["next"] == first
    page = nurse.get(first).text
    assert 'class="indication indicated"' in page
    assert ">Latex</textarea>" in page
    assert '<option value="ultrasound" selected>' in page
    assert 'value="2026-02-10"' in page


def test_nobody_overwrites_or_decides_on_what_another_has_changed_meanwhile(house, enter, patient):
    nurse, doctor = enter("nurse"), enter("doctor")
    procedure = nurse.post(f"/api/patients/{patient}/referral", typed()).json()["next"].split("/")[2]
    seen = house.desk.journal.procedure(procedure).number
    assert f"/referral?expects={seen}" in nurse.get(f"/procedures/{procedure}/referral").text
    path = f"/api/procedures/{procedure}/referral?expects={seen}"
    assert nurse.post(path, typed(allergies="Latex")).status_code == 200
    assert nurse.post(path, typed(allergies="Iodine")).status_code == 409
    decide = f"/api/procedures/{procedure}/acts/ReferralDecided?expects={seen}"
    assert doctor.post(decide, {"outcome": "accepted"}).status_code == 409
    assert house.desk.journal.procedure(procedure).referral.allergies == "Latex"


def test_hostile_words_are_shown_and_never_run(enter, patient):
    nurse = enter("nurse")
    hostile = typed(
        referrer=HOSTILE, reason=HOSTILE, history=HOSTILE, allergies=HOSTILE, cytology=HOSTILE, prior_surgery=HOSTILE,
        family_risk=HOSTILE,
        medications=[{"name": HOSTILE, "kind": "anticoagulant", "dose": HOSTILE, "reason": HOSTILE}],
    )  # fmt: skip
    html = nurse.post(f"/api/patients/{patient}/referral/check", hostile).json()["html"]
    assert "<script>" not in html
    page = nurse.get(nurse.post(f"/api/patients/{patient}/referral", hostile).json()["next"]).text
    assert "<script>alert" not in page
    assert page.count(SHOWN) >= 8

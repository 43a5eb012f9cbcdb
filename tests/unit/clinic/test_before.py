"""Patients, referrals, plans: dates that cannot be, numbers that are somebody else's, decisions without a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ductoscope.model import BadInputError, ConflictError, NotAllowedError
from ductoscope.model.clinical import (
    BloodThinnerDecision,
    Consent,
    Identifier,
    Medication,
    PatientDetails,
    Plan,
    PriorImaging,
)
from ductoscope.model.clinical import happened as h
from tests.clinic_house import ADMINISTRATOR, DOCTOR, NURSE, START, TRAINEE, House, details, referral


@pytest.mark.parametrize(
    ("born", "words"),
    [(date(2026, 3, 10), "still to come"), (date(1890, 1, 1), "nobody is that old"), (None, "fill in the birth date")],
)
def test_a_birth_date_that_cannot_be(house: House, born: date | None, words: str) -> None:
    with pytest.raises(BadInputError, match=words):
        house.desk.register_patient(NURSE, replace(details(), birth_date=born))


@pytest.mark.parametrize("who", [TRAINEE, ADMINISTRATOR])
def test_only_who_treats_registers(house: House, who) -> None:
    with pytest.raises(NotAllowedError):
        house.desk.register_patient(who, details())


def test_a_number_is_one_persons(house: House) -> None:
    house.patient("1")
    with pytest.raises(ConflictError, match="another patient") as refused:
        house.patient("1", family="Other")
    assert "Test" not in str(refused.value)


def test_a_corrected_number_needs_a_reason(house: House) -> None:
    patient = house.patient("1")
    with pytest.raises(BadInputError, match="Say how"):
        house.desk.correct_patient(NURSE, patient, details("2"))
    house.desk.correct_patient(NURSE, patient, details("2"), "read from the passport")
    assert house.desk.journal.patient_by_identifier("hospital", "2") == patient
    house.patient("3", family="Other")
    with pytest.raises(ConflictError):
        house.desk.correct_patient(NURSE, patient, details("3"), "typing error")


def test_look_alikes_are_found(house: House) -> None:
    patient = house.patient("1")
    assert [row.patient_id for row in house.desk.find_look_alikes(details("2"))] == [patient]
    assert house.desk.find_look_alikes(replace(details("2"), given="Berta")) == []


def test_an_emergency_becomes_a_person(house: House) -> None:
    unknown = house.desk.register_patient(NURSE, PatientDetails("Unknown", "woman", None), is_emergency=True)
    wristband = house.desk.journal.patient(unknown).details.identifiers[0]
    assert wristband.system == "emergency"
    procedure = house.desk.receive_referral(NURSE, unknown, referral())
    true = house.patient("1")
    house.desk.reconcile_patient(NURSE, unknown, true, "her sister named her")
    assert house.desk.journal.procedure(procedure).patient_id == true
    assert [row.procedure_id for row in house.desk.journal.procedures_of(true)] == [procedure]
    assert wristband in house.desk.journal.patient(true).details.identifiers
    assert house.desk.journal.patient(unknown).id == true
    house.desk.do(NURSE, h.NoteTaken("now hers"), procedure_id=procedure)
    assert not house.desk.journal.verify().problems
    with pytest.raises(BadInputError, match="one record already"):
        house.desk.reconcile_patient(NURSE, unknown, true, "again")


def test_two_emergencies_of_one_person(house: House) -> None:
    true = house.patient("1")
    for _ in range(2):
        unknown = house.desk.register_patient(NURSE, PatientDetails("Unknown", "", None), is_emergency=True)
        house.desk.reconcile_patient(NURSE, unknown, true, "her sister named her")
    systems = [one.system for one in house.desk.journal.patient(true).details.identifiers]
    assert systems == ["hospital", "emergency", "emergency 2"]


def test_full_records_are_not_joined(house: House) -> None:
    one, other = house.patient("1"), house.patient("2", "Other")
    with pytest.raises(BadInputError, match="Only an emergency patient"):
        house.desk.reconcile_patient(NURSE, one, other, "looks alike")
    unknown = house.desk.register_patient(NURSE, PatientDetails("Unknown", "", None), is_emergency=True)
    another = house.desk.register_patient(NURSE, PatientDetails("Unknown", "", None), is_emergency=True)
    with pytest.raises(BadInputError, match="emergency patient too"):
        house.desk.reconcile_patient(NURSE, unknown, another, "looks alike")
    with pytest.raises(NotAllowedError):
        house.desk.reconcile_patient(TRAINEE, unknown, one, "looks alike")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"received_on": START.date() + timedelta(days=3)}, "still to come"),
        ({"received_on": date(2016, 1, 1)}, "check the year"),
        ({"imaging": (PriorImaging("mammography", START.date() + timedelta(days=9)),)}, "still to come"),
        ({"imaging": (PriorImaging("mammography", date(1969, 1, 1)),)}, "before the birth"),
    ],
)
def test_dates_of_a_referral_that_cannot_be(house: House, changes: dict, words: str) -> None:
    with pytest.raises(BadInputError, match=words):
        house.referred(**changes)


def test_a_referral_is_completed_under_its_own_patient(house: House) -> None:
    procedure = house.referred("1", imaging=())
    assert house.desk.journal.procedure(procedure).referral_advice.indication == "imaging first"
    patient = house.desk.journal.procedure(procedure).patient_id
    assert house.desk.receive_referral(NURSE, patient, referral(), procedure_id=procedure) == procedure
    assert house.desk.journal.procedure(procedure).referral_advice.indication == "indicated"
    with pytest.raises(BadInputError, match="another patient"):
        house.desk.receive_referral(NURSE, house.patient("2"), referral(), procedure_id=procedure)


def test_a_decision_against_the_rules_needs_a_reason(house: House) -> None:
    procedure = house.referred(imaging=())
    with pytest.raises(BadInputError, match="Say why"):
        house.desk.do(DOCTOR, h.ReferralDecided("accepted"), procedure_id=procedure)
    with pytest.raises(NotAllowedError):
        house.desk.do(NURSE, h.ReferralDecided("accepted", "no time"), procedure_id=procedure)
    house.desk.do(DOCTOR, h.ReferralDecided("more needed"), procedure_id=procedure)
    house.desk.do(DOCTOR, h.ReferralDecided("declined", "she does not want it"), procedure_id=procedure)
    with pytest.raises(BadInputError, match="Say why"):
        house.desk.do(DOCTOR, h.ReferralDecided("more needed"), procedure_id=procedure)


def test_a_decision_with_the_rules_needs_none(house: House) -> None:
    procedure = house.referred()
    house.desk.do(DOCTOR, h.ReferralDecided("accepted"), procedure_id=procedure)
    assert house.desk.journal.procedure(procedure).stage == "accepted"


@pytest.mark.parametrize(("days", "words"), [(-2, "is over"), (900, "Check the year")])
def test_a_plan_at_a_time_that_cannot_be(house: House, days: int, words: str) -> None:
    procedure = house.accepted()
    with pytest.raises(BadInputError, match=words):
        house.desk.plan_examination(NURSE, procedure, Plan(START + timedelta(days=days)))


def test_nothing_is_planned_before_it_is_accepted(house: House) -> None:
    with pytest.raises(NotAllowedError, match="referred"):
        house.desk.plan_examination(NURSE, house.referred(), Plan(START + timedelta(days=3)))


def test_the_prescriber_decides_about_a_drug_that_is_there(house: House) -> None:
    procedure = house.accepted(medications=(Medication("Warfarin", "anticoagulant"),))
    decision = BloodThinnerDecision("Aspirin", "continue", "Dr X")
    with pytest.raises(BadInputError, match="not among the drugs"):
        house.desk.do(NURSE, h.BloodThinnerDecided(decision), procedure_id=procedure)


def test_consent_to_what_has_begun_stays(house: House) -> None:
    procedure = house.begun()
    with pytest.raises(BadInputError, match="has begun"):
        house.desk.do(NURSE, h.ConsentRecorded(Consent("procedure", False)), procedure_id=procedure)
    house.desk.do(NURSE, h.ConsentRecorded(Consent("research", False)), procedure_id=procedure)


def test_the_checklist_has_its_items(house: House) -> None:
    procedure = house.planned()
    with pytest.raises(BadInputError, match="no item"):
        house.desk.do(NURSE, h.ItemChecked("coffee"), procedure_id=procedure)
    house.desk.do(NURSE, h.ItemChecked("checklist.identity"), procedure_id=procedure)
    assert "checklist.identity" in house.desk.journal.procedure(procedure).checked


def test_a_wristband_given_by_hand_stays(house: House) -> None:
    given = PatientDetails("Unknown", "", None, identifiers=(Identifier("emergency", "W-1"),))
    patient = house.desk.register_patient(NURSE, given, is_emergency=True)
    assert house.desk.journal.patient(patient).details.identifiers == given.identifiers


def test_a_contradicting_emergency_is_not_joined(house: House) -> None:
    true = house.patient("1")
    for given in (
        PatientDetails("Unknown", "", date(1990, 1, 1)),
        PatientDetails("Unknown", "", None, "male"),
    ):
        unknown = house.desk.register_patient(NURSE, given, is_emergency=True)
        with pytest.raises(BadInputError, match="STOP"):
            house.desk.reconcile_patient(NURSE, unknown, true, "looks alike")


def test_half_a_sign_is_no_name() -> None:
    with pytest.raises(BadInputError, match="no letters"):
        details(family="Te\ud800st")


def test_two_people_do_not_overwrite_each_others_referral(house: House) -> None:
    procedure = house.referred(imaging=())
    seen = house.desk.journal.procedure(procedure)
    house.desk.receive_referral(NURSE, seen.patient_id, referral(), procedure_id=procedure, expects=seen.number)
    with pytest.raises(ConflictError):
        house.desk.receive_referral(DOCTOR, seen.patient_id, referral(), procedure_id=procedure, expects=seen.number)

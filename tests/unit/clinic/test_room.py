"""In the room: the time-out refuses whatever does not fit; doses, openings, findings, stills."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ductoscope.clinic import list_identifiers
from ductoscope.model import BadInputError, NotAllowedError
from ductoscope.model.clinical import (
    Action,
    Anaesthetic,
    BloodThinnerDecision,
    Consent,
    Equipment,
    Finding,
    MappedBranch,
    MeasuredMap,
    Medication,
    Orifice,
    PatientDetails,
    Place,
    Plan,
)
from ductoscope.model.clinical import happened as h
from tests.clinic_house import DOCTOR, NURSE, PNG, TRAINEE, House, details, referral, time_out

BOTH = ("hospital 4711", "birth date 1970-05-17")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"identifiers": ("hospital 4711", "Hospital  4711")}, "two different"),
        ({"identifiers": ("hospital 4712", BOTH[1])}, "STOP.*4712"),
        ({"identifiers": (BOTH[0], "birth date 1970-05-18")}, "STOP"),
        ({"identifiers": (BOTH[0], "name Test Anna")}, "STOP"),
        ({"side": "right"}, "STOP: the time-out says the right breast, the referral the left"),
        ({"is_site_marked": False}, "marked on the skin"),
        ({"is_consent_there": False}, "consent is there"),
        ({"allergies_said": False}, "allergies"),
    ],
)
def test_a_time_out_in_which_something_does_not_fit(house: House, said: dict, words: str) -> None:
    procedure = house.planned()
    with pytest.raises(BadInputError, match=words) as refused:
        house.desk.confirm_time_out(NURSE, procedure, time_out(**said))
    assert "4711" not in str(refused.value)
    assert house.desk.journal.procedure(procedure).stage == "planned"


def test_capitals_and_spaces_do_not_matter(house: House) -> None:
    procedure = house.planned()
    said = time_out(identifiers=("Hospital 4711 ", "Birth date 1970-05-17"))
    house.desk.confirm_time_out(NURSE, procedure, said)
    assert house.desk.journal.procedure(procedure).stage == "prepared"


def test_no_time_out_without_recorded_consent(house: House) -> None:
    procedure = house.accepted()
    house.desk.plan_examination(NURSE, procedure, Plan(house.clock.now + timedelta(hours=1)))
    with pytest.raises(BadInputError, match="not in the record"):
        house.desk.confirm_time_out(NURSE, procedure, time_out())
    house.desk.do(NURSE, h.ConsentRecorded(Consent("procedure", False)), procedure_id=procedure)
    with pytest.raises(BadInputError, match="refused the procedure"):
        house.desk.confirm_time_out(NURSE, procedure, time_out())


def test_no_time_out_while_a_blood_thinner_is_open(house: House) -> None:
    procedure = house.planned(medications=(Medication("Eliquis (apixaban) 5 mg"),))
    with pytest.raises(BadInputError, match="Nobody has recorded"):
        house.desk.confirm_time_out(NURSE, procedure, time_out())
    for decision, words in (("postpone the examination", "postponed"), ("continue", None)):
        what = h.BloodThinnerDecided(BloodThinnerDecision("Eliquis (apixaban) 5 mg", decision, "Dr Heart"))
        house.desk.do(NURSE, what, procedure_id=procedure)
        if words is not None:
            with pytest.raises(BadInputError, match=words):
                house.desk.confirm_time_out(NURSE, procedure, time_out())
    house.desk.confirm_time_out(NURSE, procedure, time_out())


def test_an_emergency_patient_by_the_wristband(house: House) -> None:
    patient = house.desk.register_patient(NURSE, PatientDetails("Unknown", "woman", None), is_emergency=True)
    procedure = house.desk.receive_referral(NURSE, patient, referral())
    house.desk.do(DOCTOR, h.ReferralDecided("accepted", "bleeds"), procedure_id=procedure)
    house.desk.plan_examination(NURSE, procedure, Plan(house.clock.now))
    house.desk.do(NURSE, h.ConsentRecorded(Consent("procedure", True)), procedure_id=procedure)
    wristband, name = list_identifiers(house.desk.journal.patient(patient))
    assert wristband.startswith("emergency E-")
    assert name == "name Unknown woman"
    with pytest.raises(BadInputError, match="STOP"):
        house.desk.confirm_time_out(NURSE, procedure, time_out(identifiers=(wristband, "birth date 1970-05-17")))
    house.desk.confirm_time_out(NURSE, procedure, time_out(identifiers=(wristband, name)))


def _dose(house: House, ml: float, *, minutes: float = 0, despite: str = "") -> h.AnaestheticGiven:
    at = house.clock.now + timedelta(minutes=minutes)
    return h.AnaestheticGiven(Anaesthetic("lidocaine", 1.0, ml, "intranipple", at), despite)


def test_a_dose_above_the_limit_is_asked_twice(house: House) -> None:
    procedure = house.begun()
    with pytest.raises(BadInputError, match="Take the weight"):
        house.desk.do(NURSE, _dose(house, 2), procedure_id=procedure)
    house.desk.do(NURSE, h.WeightTaken(50), procedure_id=procedure)
    house.desk.do(NURSE, _dose(house, 2), procedure_id=procedure)
    limit = house.desk.limit_anaesthetic(house.desk.journal.procedure(procedure), "lidocaine")
    assert limit.left_mg is not None
    too_much = limit.left_mg / 10 + 1
    with pytest.raises(BadInputError, match="above the limit"):
        house.desk.do(NURSE, _dose(house, too_much), procedure_id=procedure)
    house.desk.do(NURSE, _dose(house, too_much, despite="given before the limit was seen"), procedure_id=procedure)
    after = house.desk.limit_anaesthetic(house.desk.journal.procedure(procedure), "lidocaine")
    assert after.left_mg is not None
    assert after.left_mg < 0


@pytest.mark.parametrize(("minutes", "words"), [(30, "still to come"), (-60 * 30, "more than a day ago")])
def test_a_dose_at_a_time_that_cannot_be(house: House, minutes: float, words: str) -> None:
    procedure = house.begun()
    house.desk.do(NURSE, h.WeightTaken(60), procedure_id=procedure)
    with pytest.raises(BadInputError, match=words):
        house.desk.do(NURSE, _dose(house, 1, minutes=minutes), procedure_id=procedure)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (h.OrificeNoted(Orifice(1, 0, "central")), "hour"),
        (h.SalineNoted(), "how much saline"),
        (h.TimerStarted("towel", 0), "of no use"),
        (h.TimerStopped("plan"), "does not run"),
        (h.StillChosen("0" * 64), "not kept in this examination"),
        (h.FindingMarked(Finding("A", still="0" * 64)), "not kept in this examination"),
        (h.FindingMarked(Finding("A", outline=((0.1, 0.1), (0.2, 0.1), (0.2, 0.2)))), "needs the still"),
        (h.FindingMarked(Finding("A", Place(3))), "Opening 3 is not noted"),
        (h.ActionDone(Action("brush", finding="A")), "Finding A is not marked"),
    ],
)
def test_what_cannot_be_in_the_room(house: House, what, words: str) -> None:
    procedure = house.begun()
    with pytest.raises(BadInputError, match=words):
        house.desk.do(DOCTOR, what, procedure_id=procedure)


def measure(number: int = 1) -> MeasuredMap:
    branches = (MappedBranch("", True, 0.0, 20.0, 84.0, 0.75, 0.1), MappedBranch("R", False, 20.0, 20.0, 109.0))
    return MeasuredMap(number, "", "mm", "a sensor", 800.0, 300.0, 96.0, 10.0, branches, "rules 1", "Ductoscope 1")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 300"/>'


def test_a_measured_map_is_kept_with_its_pictures_once(house: House) -> None:
    procedure = house.begun()
    house.desk.do(NURSE, h.OrificeNoted(Orifice(1, 3, "central")), procedure_id=procedure)
    kept = house.desk.keep_map(NURSE, procedure, measure(), svg=SVG, walls={"": PNG})
    assert house.desk.keep_map(DOCTOR, procedure, measure(), svg=SVG, walls={"": PNG}) == kept
    assert house.desk.journal.procedure(procedure).maps == {1: kept}
    assert [type(one.what) for one in house.desk.journal.events(procedure_id=procedure)].count(h.DuctMapped) == 1
    assert [one.wall != "" for one in kept.branches] == [True, False]
    for sha256, content in zip(kept.pictures, (SVG, PNG), strict=True):
        assert house.desk.document(NURSE, sha256, procedure_id=procedure) == content


def test_a_map_is_refused_of_no_opening_of_no_drawing_and_of_a_trainee(house: House) -> None:
    procedure = house.begun()
    with pytest.raises(BadInputError, match="Opening 1 is not noted"):
        house.desk.keep_map(NURSE, procedure, measure(), svg=SVG, walls={})
    with pytest.raises(BadInputError, match="must be an SVG"):
        house.desk.keep_map(NURSE, procedure, measure(), svg=b"<html>", walls={})
    with pytest.raises(BadInputError, match="must be an SVG"):
        house.desk.keep_map(NURSE, procedure, measure(), svg=SVG, walls={"": b"GIF89a"})
    with pytest.raises(NotAllowedError, match="trainee"):
        house.desk.keep_map(TRAINEE, procedure, measure(), svg=SVG, walls={})
    # A plain act could name pictures that nobody kept.
    with pytest.raises(BadInputError, match="verb of its own"):
        house.desk.do(DOCTOR, h.DuctMapped(measure()), procedure_id=procedure)
    assert house.desk.journal.procedure(procedure).maps == {}


def test_a_map_can_be_kept_until_the_final_report(house: House) -> None:
    with pytest.raises(NotAllowedError, match="Write an addendum"):
        house.desk.keep_map(DOCTOR, house.final(), measure(), svg=SVG, walls={})


def test_a_still_kept_twice_is_one(house: House) -> None:
    procedure = house.begun()
    first = house.desk.keep_still(NURSE, procedure, PNG, name="one")
    assert house.desk.keep_still(NURSE, procedure, PNG, name="again") == first
    assert house.desk.document(NURSE, first.sha256, procedure_id=procedure) == PNG
    with pytest.raises(BadInputError, match="PNG"):
        house.desk.keep_still(NURSE, procedure, b"JFIF", name="other")


def test_letters_go_on_and_are_never_given_again(house: House) -> None:
    procedure = house.begun()
    for letter in ("A", "B"):
        assert house.desk.next_letter(house.desk.journal.procedure(procedure)) == letter
        house.desk.mark_finding(DOCTOR, procedure, Finding(letter))
    house.desk.mark_finding(DOCTOR, procedure, Finding("A", words="looked at again"))
    assert house.desk.next_letter(house.desk.journal.procedure(procedure)) == "C"


def test_a_time_out_does_not_survive_what_was_changed_since(house: House) -> None:
    procedure = house.prepared()
    patient = house.desk.journal.procedure(procedure).patient_id
    house.desk.correct_patient(NURSE, patient, details("4712"), "read from the wristband")
    with pytest.raises(BadInputError, match="numbers were changed"):
        house.desk.begin_examination(DOCTOR, procedure, Equipment())
    house.desk.confirm_time_out(NURSE, procedure, time_out("4712"))
    house.desk.do(NURSE, h.ConsentRecorded(Consent("procedure", False)), procedure_id=procedure)
    with pytest.raises(BadInputError, match="consent back"):
        house.desk.begin_examination(DOCTOR, procedure, Equipment())


def test_the_side_cannot_change_behind_the_time_out(house: House) -> None:
    procedure = house.prepared()
    patient = house.desk.journal.procedure(procedure).patient_id
    with pytest.raises(BadInputError, match="confirmed for the left breast"):
        house.desk.receive_referral(NURSE, patient, referral(side="right"), procedure_id=procedure)


def test_a_trainee_keeps_nothing_in_the_store(house: House) -> None:
    procedure = house.begun()
    with pytest.raises(NotAllowedError):
        house.desk.keep_still(TRAINEE, procedure, PNG, name="one")
    assert list(house.desk.media.names()) == []

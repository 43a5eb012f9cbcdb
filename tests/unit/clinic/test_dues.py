"""What is due is planned by the acts themselves, and never vanishes without a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ductoscope.clinic.planned import _plan
from ductoscope.model import BadInputError, NotAllowedError, NotThereError
from ductoscope.model.clinical import Decision, Due, Finding, Place, Result, Symptoms
from ductoscope.model.clinical import happened as h
from tests.clinic_house import DOCTOR, NURSE, PASSWORD, START, House, referral

WELL = {
    "pain": 1.0, "is_pain_increasing": False, "is_pain_eased": True, "bleeding_hours": 4.0, "has_swelling": False,
    "is_swelling_rapid": False, "has_redness": False, "has_pus": False, "temperature_c": 36.7, "is_shivering": False,
    "has_chest_pain": False, "is_breathless": False, "has_rash_or_swollen_face": False, "has_fainted": False,
    "soaks_pad_minutes": 2000.0,
}  # fmt: skip


def _open(house: House, procedure: str) -> dict:
    return {due.key: due for due in house.desk.journal.procedure(procedure).open_dues}


def test_the_end_of_an_examination_plans_report_and_calls(house: House) -> None:
    dues = _open(house, house.examined(specimens=1))
    assert set(dues) == {"preliminary report", "call 1", "call 2", "result A"}
    assert dues["preliminary report"].due_on == START.date()
    assert dues["call 1"].due_on == START.date() + timedelta(days=1)
    assert dues["call 2"].due_on == START.date() + timedelta(days=7)


def test_the_final_report_is_due_when_the_results_are(house: House) -> None:
    procedure = house.examined(specimens=1)
    result_due = _open(house, procedure)["result A"].due_on
    house.desk.sign_report(DOCTOR, procedure, "preliminary", password=PASSWORD)
    dues = _open(house, procedure)
    assert "preliminary report" not in dues
    assert dues["final report"].due_on == result_due + timedelta(days=1)


def test_a_result_cannot_be_dismissed_lightly(house: House) -> None:
    procedure = house.examined(specimens=1)
    with pytest.raises(NotAllowedError, match="Ask the doctor"):
        house.desk.do(NURSE, h.DueDone("result A", "does not matter"), procedure_id=procedure)
    with pytest.raises(BadInputError, match="Say why"):
        house.desk.do(DOCTOR, h.DueDone("result A", "ok"), procedure_id=procedure)
    house.desk.do(DOCTOR, h.DueDone("result A", "the sample was lost on the way"), procedure_id=procedure)
    assert "result A" not in _open(house, procedure)


@pytest.mark.parametrize(
    ("key", "days", "reason", "words"),
    [
        ("result A", 9, "later", "Say why"),
        ("result A", -9, "the laboratory is closed", "is over"),
        ("result A", 3000, "the laboratory is closed", "Check the year"),
        ("result Z", 9, "the laboratory is closed", "Nothing is due"),
    ],
)
def test_a_due_moves_with_a_reason_only(house: House, key: str, days: int, reason: str, words: str) -> None:
    procedure = house.examined(specimens=1)
    with pytest.raises(BadInputError, match=words):
        house.desk.do(NURSE, h.DueMoved(key, START.date() + timedelta(days=days), reason), procedure_id=procedure)


def test_a_moved_due_shows_that_it_was_moved(house: House) -> None:
    procedure = house.examined(specimens=1)
    later = START.date() + timedelta(days=20)
    house.desk.do(NURSE, h.DueMoved("result A", later, "the laboratory asked for time"), procedure_id=procedure)
    row = next(row for row in house.desk.journal.dues() if row.key == "result A")
    assert (row.due_on, row.moved) == (later, 1)


def test_a_key_in_use_hides_nothing(house: House) -> None:
    procedure = house.examined(specimens=1)
    with pytest.raises(BadInputError, match="due already"):
        house.desk.do(NURSE, h.DuePlanned("result A", "result", START.date()), procedure_id=procedure)


def test_what_is_done_is_done_once(house: House) -> None:
    procedure = house.examined()
    house.desk.do(NURSE, h.DueDone("call 1", "she came by"), procedure_id=procedure)
    with pytest.raises(BadInputError, match="done already"):
        house.desk.do(NURSE, h.DueDone("call 1", "she came by"), procedure_id=procedure)


def test_a_call_ends_the_call_that_was_due(house: House) -> None:
    procedure = house.examined()
    house.desk.take_call(NURSE, procedure, Symptoms(hours=2, **WELL))
    assert {"call 1", "call 2"} <= set(_open(house, procedure))
    house.clock.forward(days=1)
    advice = house.desk.take_call(NURSE, procedure, Symptoms(hours=26, **WELL), told="All is as expected.")
    assert advice.urgency == "reassure"
    assert "call 1" not in _open(house, procedure)
    assert "call 2" in _open(house, procedure)
    assert len(house.desk.journal.procedure(procedure).calls) == 2


def test_a_call_may_say_which_one_it_was(house: House) -> None:
    procedure = house.examined()
    house.desk.take_call(NURSE, procedure, Symptoms(hours=2, **WELL), due="call 2")
    assert "call 2" not in _open(house, procedure)
    with pytest.raises(NotThereError):
        house.desk.take_call(NURSE, procedure, Symptoms(hours=2, **WELL), due="call 9")


def test_a_worrying_call_brings_the_next_thing(house: House) -> None:
    procedure = house.examined()
    advice = house.desk.take_call(NURSE, procedure, Symptoms(hours=50, **{**WELL, "temperature_c": 38.6}))
    assert advice.urgency == "see today"
    assert _open(house, procedure)["see today 1"].due_on == START.date()
    house.desk.take_call(NURSE, procedure, Symptoms(hours=51, **{**WELL, "is_breathless": True}))
    assert "emergency 2" in _open(house, procedure)


def test_a_decision_plans_what_follows(house: House) -> None:
    procedure = house.examined()
    house.desk.decide_step(DOCTOR, procedure, Decision("monitor"))
    follow_ups = [due for due in _open(house, procedure).values() if due.kind == "follow-up"]
    assert follow_ups
    assert all(due.due_on > START.date() for due in follow_ups)
    done = house.desk.journal.procedure(procedure)
    assert done.next_steps is not None
    assert len(done.decisions) == 1


def test_a_decision_with_a_day(house: House) -> None:
    procedure = house.examined()
    day = START.date() + timedelta(days=5)
    house.desk.decide_step(DOCTOR, procedure, Decision("excise", "book theatre"), due_on=day)
    assert _open(house, procedure)["excise"].due_on == day
    with pytest.raises(BadInputError, match="is over"):
        house.desk.decide_step(DOCTOR, procedure, Decision("image"), due_on=START.date() - timedelta(days=9))
    with pytest.raises(NotAllowedError):
        house.desk.decide_step(NURSE, procedure, Decision("monitor"))


def test_what_the_meeting_decided_ends_the_meeting(house: House) -> None:
    procedure = house.examined()
    house.desk.decide_step(DOCTOR, procedure, Decision("meeting"))
    assert _open(house, procedure)["meeting"].kind == "meeting"
    house.desk.decide_step(DOCTOR, procedure, Decision("excise", "Excise.", by_meeting=True))
    assert "meeting" not in _open(house, procedure)
    assert "excise" in _open(house, procedure)


def _discordant(house: House) -> str:
    """A suspicious look and an empty sample."""
    procedure = house.begun()
    house.desk.mark_finding(DOCTOR, procedure, Finding("A", Place(), terms={"type": "superficial", "suspicion": "D5"}))
    house.desk.take_specimen(NURSE, procedure, kind="forceps", finding="A")
    house.desk.end_examination(DOCTOR, procedure)
    house.clock.forward(days=2)
    code = house.desk.journal.procedure(procedure).specimens["A"].specimen.code
    day = START.date() + timedelta(days=1)
    house.desk.enter_result(NURSE, Result(code, "hospital 4711", "Lab", day, "Normal.", tissue="B1", has_atypia=False))
    house.desk.acknowledge_result(DOCTOR, procedure, "A")
    return procedure


def test_a_discordance_is_not_passed_over(house: House) -> None:
    procedure = _discordant(house)
    advice = house.desk.advise_next_steps(DOCTOR, procedure)
    assert advice.discordances
    with pytest.raises(BadInputError, match="do not fit together"):
        house.desk.do(DOCTOR, h.StepDecided(Decision("monitor")), procedure_id=procedure)
    with pytest.raises(BadInputError, match="do not fit together"):
        house.desk.decide_step(DOCTOR, procedure, Decision("monitor"))
    assert any("nothing was decided" in one for one in house.desk.list_missing(procedure, "final"))
    house.desk.decide_step(DOCTOR, procedure, Decision("meeting"))
    assert "meeting" in _open(house, procedure)


def test_a_discordance_that_nobody_looked_at_is_not_passed_over_either(house: House) -> None:
    procedure = _discordant(house)
    with pytest.raises(BadInputError, match="do not fit together"):
        house.desk.decide_step(DOCTOR, procedure, Decision("monitor"))
    assert house.desk.journal.procedure(procedure).decisions == ()


def test_the_same_advice_is_kept_once(house: House) -> None:
    procedure = house.examined()
    for _ in range(3):
        house.desk.advise_next_steps(DOCTOR, procedure)
    assert len(house.desk.journal.events(procedure_id=procedure, kinds=(h.StepsAdvised,))) == 1


def test_nothing_is_closed_while_something_is_due(house: House) -> None:
    procedure = house.final()
    with pytest.raises(BadInputError, match="call 1"):
        house.desk.do(DOCTOR, h.ProcedureClosed(), procedure_id=procedure)
    for key in _open(house, procedure):
        house.desk.do(DOCTOR, h.DueDone(key, "she moved to another town"), procedure_id=procedure)
    house.desk.do(DOCTOR, h.ProcedureClosed(), procedure_id=procedure)
    assert house.desk.journal.procedure(procedure).stage == "closed"


def test_rules_can_be_asked_without_keeping_anything(house: House) -> None:
    procedure = house.planned()
    before = house.desk.journal.head()
    patient = house.desk.journal.patient(house.desk.journal.procedure(procedure).patient_id)
    assert house.desk.assess_referral(patient, referral()).indication == "indicated"
    assert house.desk.assess_symptoms(Symptoms(hours=1, is_breathless=True)).urgency == "emergency"
    plan = house.desk.journal.procedure(procedure).plan
    assert house.desk.assess_plan(house.desk.journal.procedure(procedure), plan).protocol
    assert house.desk.journal.head() == before


def test_the_clinics_calendar_counts(house: House) -> None:
    """Nine in the evening in London is already tomorrow in Auckland, and so are the calls."""
    house.desk.site = replace(house.desk.site, time_zone="Pacific/Auckland")
    house.clock.forward(hours=12)
    dues = _open(house, house.examined())
    assert dues["preliminary report"].due_on == START.date() + timedelta(days=1)
    assert dues["call 1"].due_on == START.date() + timedelta(days=2)


def test_two_reasons_for_one_day_are_one_due_with_both(house: House) -> None:
    procedure = house.examined()
    now = house.desk._look_at(DOCTOR, procedure)
    due = Due("x", "follow-up", START.date(), "one")
    (planned,) = _plan(now.examination, (due, replace(due, words="other")))
    assert planned.words == "one\nother"

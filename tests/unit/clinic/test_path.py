"""The whole path at the desk, and the room's occupancy."""

from __future__ import annotations

import pytest

from ductoscope.model import BadInputError, ConflictError, NotAllowedError
from ductoscope.model.clinical import Equipment
from ductoscope.model.clinical import happened as h
from tests.clinic_house import DOCTOR, NURSE, PASSWORD, House, open_desk, time_out


def test_a_patient_goes_the_whole_path(house: House) -> None:
    procedure = house.final(specimens=1)
    done = house.desk.journal.procedure(procedure)
    assert done.stage == "final"
    assert [report.version for report in done.reports] == [1, 2]
    assert {due.key for due in done.open_dues} == {"result A", "call 1", "call 2"}
    assert not house.desk.journal.verify().problems


def test_nobody_begins_before_the_time_out(house: House) -> None:
    procedure = house.planned()
    with pytest.raises(NotAllowedError, match="planned"):
        house.desk.begin_examination(DOCTOR, procedure, Equipment())


def test_an_old_time_out_does_not_count(house: House) -> None:
    procedure = house.prepared()
    house.clock.forward(hours=5)
    with pytest.raises(BadInputError, match="too long ago"):
        house.desk.begin_examination(DOCTOR, procedure, Equipment())


def test_the_protocol_in_force_stays_with_the_examination(house: House) -> None:
    procedure = house.begun()
    assert house.desk.journal.procedure(procedure).protocol == house.desk.protocol.id


def test_the_operator_need_not_be_who_presses_the_button(house: House) -> None:
    procedure = house.prepared()
    with pytest.raises(BadInputError, match="no doctor"):
        house.desk.begin_examination(NURSE, procedure, Equipment(), operator="nurse")
    house.desk.begin_examination(NURSE, procedure, Equipment(), operator="doctor")
    assert house.desk.journal.procedure(procedure).operator == "doctor"


def test_one_patient_at_a_time_in_a_room(house: House) -> None:
    first, second = house.begun("1"), house.prepared("2")
    assert house.desk.in_room() == first
    with pytest.raises(ConflictError, match="still in room 1"):
        house.desk.begin_examination(DOCTOR, second, Equipment())
    with pytest.raises(BadInputError, match="End the examination"):
        house.desk.leave_room(NURSE)
    house.desk.end_examination(DOCTOR, first)
    assert house.desk.in_room() == first
    assert house.desk.leave_room(NURSE) == first
    assert house.desk.in_room() is None
    assert house.desk.leave_room(NURSE) is None
    house.desk.begin_examination(DOCTOR, second, Equipment())
    assert house.desk.in_room() == second


def test_another_room_is_another_room(house: House, tmp_path, signer) -> None:
    other = open_desk(house.desk.journal, tmp_path, signer, house.clock, "room 2")
    first, second = house.begun("1"), house.prepared("2")
    other.begin_examination(DOCTOR, second, Equipment())
    assert (house.desk.in_room(), other.in_room()) == (first, second)


def test_nothing_stays_due_of_a_cancelled_examination(house: House) -> None:
    procedure = house.planned()
    house.desk.do(NURSE, h.DuePlanned("ask", "call", house.clock.now.date()), procedure_id=procedure)
    house.desk.do(NURSE, h.ProcedureCancelled("the patient moved away"), procedure_id=procedure)
    cancelled = house.desk.journal.procedure(procedure)
    assert cancelled.stage == "cancelled"
    assert cancelled.open_dues == ()
    with pytest.raises(NotAllowedError, match="cancelled"):
        house.desk.confirm_time_out(NURSE, procedure, time_out())


def test_a_new_date_needs_a_new_time_out(house: House) -> None:
    procedure = house.prepared()
    house.desk.plan_examination(NURSE, procedure, house.desk.journal.procedure(procedure).plan)
    with pytest.raises(NotAllowedError):
        house.desk.begin_examination(DOCTOR, procedure, Equipment())


def test_an_act_on_what_somebody_else_changed_is_refused(house: House) -> None:
    procedure = house.begun()
    seen = house.desk.journal.procedure(procedure).number
    house.desk.do(NURSE, h.PainScored(3), procedure_id=procedure, expects=seen)
    with pytest.raises(ConflictError):
        house.desk.do(NURSE, h.PainScored(4), procedure_id=procedure, expects=seen)


def test_a_kind_with_a_verb_of_its_own_is_no_plain_act(house: House) -> None:
    procedure = house.begun()
    with pytest.raises(BadInputError, match="verb of its own"):
        house.desk.do(DOCTOR, h.StepsAdvised(None), procedure_id=procedure)  # type: ignore[arg-type]
    with pytest.raises(NotAllowedError, match="Nobody writes"):
        house.desk.do(DOCTOR, h.SignedIn(), procedure_id=procedure)


def test_the_program_notes_only_what_is_its_own(house: House) -> None:
    procedure = house.begun()
    assert house.desk.note(h.TroubleHappened("camera", "It went dark."), procedure_id=procedure).by == ""
    with pytest.raises(NotAllowedError):
        house.desk.note(h.PainScored(1), procedure_id=procedure)


def test_only_the_right_password_signs(house: House) -> None:
    procedure = house.examined()
    with pytest.raises(NotAllowedError, match="password"):
        house.desk.sign_report(DOCTOR, procedure, "preliminary", password="wrong " + PASSWORD)
    assert house.desk.journal.procedure(procedure).reports == ()


def test_after_a_restart_the_room_is_as_it_was(house: House, tmp_path, signer) -> None:
    first, second = house.begun("1"), house.prepared("2")
    again = open_desk(house.desk.journal, tmp_path, signer, house.clock, "room 1")
    assert again.in_room() == first
    house.desk.end_examination(DOCTOR, first)
    house.desk.leave_room(NURSE)
    assert again.in_room() is None
    assert open_desk(house.desk.journal, tmp_path, signer, house.clock, "room 1").in_room() is None
    again.begin_examination(DOCTOR, second, Equipment())
    assert house.desk.in_room() == second


def test_a_busy_other_room_does_not_hide_who_is_here(house: House, tmp_path, signer, monkeypatch) -> None:
    monkeypatch.setattr("ductoscope.clinic.occupancy._FIRST_LOOK", 1)
    other = open_desk(house.desk.journal, tmp_path, signer, house.clock, "room 2")
    first, second = house.begun("1"), house.prepared("2")
    other.begin_examination(DOCTOR, second, Equipment())
    other.end_examination(DOCTOR, second)
    other.leave_room(NURSE)
    assert open_desk(house.desk.journal, tmp_path, signer, house.clock, "room 1").in_room() == first

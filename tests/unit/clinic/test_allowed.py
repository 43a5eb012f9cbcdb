"""Who may do what, and when; everything that is not in the table is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ductoscope.clinic import ALLOWED, PLAIN_ACTS
from ductoscope.model import NotAllowedError
from ductoscope.model.clinical import KINDS, Finding
from ductoscope.model.clinical import happened as h
from tests.clinic_house import ADMINISTRATOR, DOCTOR, NURSE, PASSWORD, TRAINEE, House

BY_VERBS_OF_THEIR_OWN = {
    h.PersonAdded, h.PasswordSet, h.SignedIn, h.SignInRefused, h.SignedOut, h.RecordLooked, h.LookRefused,
    h.ProtocolChanged, h.ProtocolSigned,
}  # fmt: skip
DOCTORS_ONLY = {
    h.ReferralDecided, h.ResultAcknowledged, h.ReportSigned, h.StepDecided, h.ProcedureClosed,
}  # fmt: skip
CHANGES_WHAT_WAS_REPORTED = {
    h.FindingMarked, h.SpecimenTaken, h.OrificeNoted, h.StillKept, h.StillChosen, h.ViewJudged, h.ActionDone,
    h.NoteTaken, h.AnaestheticGiven, h.SalineNoted, h.PainScored, h.ComplicationNoted, h.TimeOutConfirmed,
    h.ExaminationBegun, h.ExaminationEnded, h.ReferralReceived, h.ExaminationPlanned, h.ProcedureCancelled,
    h.AdviceGiven, h.RecordingMade, h.WeightTaken, h.DuctMapped,
}  # fmt: skip


def test_every_kind_of_event_has_its_place() -> None:
    assert set(ALLOWED) | BY_VERBS_OF_THEIR_OWN == set(KINDS.values())
    assert not set(ALLOWED) & BY_VERBS_OF_THEIR_OWN


@pytest.mark.parametrize("kind", sorted(ALLOWED, key=lambda kind: kind.__name__))
def test_trainees_and_administrators_do_nothing_clinical(kind: type) -> None:
    rule = ALLOWED[kind]
    assert not rule.is_for(TRAINEE)
    assert not rule.is_for(ADMINISTRATOR)
    assert rule.is_for(DOCTOR)
    assert rule.is_for(NURSE) == (kind not in DOCTORS_ONLY)
    assert not rule.is_for(replace(DOCTOR, is_active=False))


@pytest.mark.parametrize("kind", sorted(CHANGES_WHAT_WAS_REPORTED, key=lambda kind: kind.__name__))
def test_what_was_reported_is_frozen(kind: type) -> None:
    assert not ALLOWED[kind].stages & {"final", "closed"}


def test_a_trainee_is_refused_at_the_desk(house: House) -> None:
    procedure = house.begun()
    for what in (h.PainScored(1), h.FindingMarked(Finding("A")), h.NoteTaken("x")):
        for who in (TRAINEE, ADMINISTRATOR):
            with pytest.raises(NotAllowedError, match=who.role):
                house.desk.do(who, what, procedure_id=procedure)


def test_after_the_final_report_only_an_addendum(house: House) -> None:
    procedure = house.final()
    with pytest.raises(NotAllowedError, match="addendum"):
        house.desk.mark_finding(DOCTOR, procedure, Finding("A"))


def test_a_closed_account_does_nothing(house: House) -> None:
    procedure = house.begun()
    with pytest.raises(NotAllowedError, match="closed"):
        house.desk.do(replace(NURSE, is_active=False), h.PainScored(1), procedure_id=procedure)


def test_an_act_needs_its_examination(house: House) -> None:
    with pytest.raises(NotAllowedError, match="within an examination"):
        house.desk.do(NURSE, h.PainScored(1))


def test_plain_acts_and_buttons_follow_the_table(house: House) -> None:
    assert h.PainScored in PLAIN_ACTS
    assert h.ReportSigned not in PLAIN_ACTS
    procedure = house.desk.journal.procedure(house.planned())
    assert house.desk.can_do(NURSE, h.TimeOutConfirmed, procedure)
    assert not house.desk.can_do(NURSE, h.ExaminationEnded, procedure)
    assert not house.desk.can_do(TRAINEE, h.TimeOutConfirmed, procedure)


def test_what_is_signed_meanwhile_is_frozen_at_once(house: House) -> None:
    """The checks saw the examination open; before the act was written, the final report was signed."""
    procedure = house.examined()
    look_at = house.desk._look_at
    meanwhile = iter([True])

    def look_late(*given):
        seen = look_at(*given)
        if next(meanwhile, False):
            house.desk.sign_report(DOCTOR, procedure, "final", password=PASSWORD)
        return seen

    house.desk._look_at = look_late
    with pytest.raises(NotAllowedError, match="addendum"):
        house.desk.mark_finding(NURSE, procedure, Finding("A"))
    assert house.desk.journal.procedure(procedure).findings == {}

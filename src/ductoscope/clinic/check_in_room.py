"""Checks of what happens in the room: the time-out above all, then doses, openings, findings."""

from __future__ import annotations

from datetime import datetime, timedelta

from ductoscope.care import CareProtocol, find_blood_thinners, limit_anaesthetic
from ductoscope.clinic.identity import BIRTH_DATE, WRISTBAND, is_of, list_identifiers, read_identifier
from ductoscope.clinic.situation import Situation
from ductoscope.model import BadInputError
from ductoscope.model.clinical import Patient, Procedure
from ductoscope.model.clinical import happened as h

_TIME_OUT_LASTS = timedelta(hours=4)
_CLOCKS_DIFFER = timedelta(minutes=5)
_NOTED_LATE = timedelta(hours=24)


def time_out(situation: Situation, what: h.TimeOutConfirmed) -> None:
    """Refuse a time-out in which anything does not fit: two numbers, the side, the consent, the blood thinners."""
    procedure, patient, said = situation.examination, situation.person, what.time_out
    _compare_identifiers(patient, said.identifiers)
    if procedure.referral is None or said.side != procedure.referral.side:
        side = procedure.referral.side if procedure.referral else "unknown"
        raise BadInputError(
            f"STOP: the time-out says the {said.side} breast, the referral the {side}. Find out which one is right."
        )
    consent = procedure.consents.get("procedure")
    if consent is None:
        raise BadInputError("The consent to the procedure is not in the record yet. Record it, then confirm again.")
    if not consent.is_given:
        raise BadInputError("STOP: the patient refused the procedure. Nothing may be begun.")
    for is_said, words in (
        (said.is_site_marked, "the side is marked on the skin"),
        (said.is_consent_there, "the signed consent is there"),
        (said.allergies_said, "allergies were said aloud"),
    ):
        if not is_said:
            raise BadInputError(f"The time-out is not complete: confirm that {words}.")
    _ask_blood_thinners(procedure, situation.protocol)


def _compare_identifiers(patient: Patient, identifiers: tuple[str, str]) -> None:
    first, second = map(read_identifier, identifiers)
    if first == second:
        raise BadInputError("The time-out needs two different identifiers; the same one was given twice.")
    for one in identifiers:
        if not is_of(patient, one):
            known = ", ".join(_name_kind(each) for each in list_identifiers(patient)) or "none"
            raise BadInputError(
                f'STOP: "{one}" is not in this patient\'s record. Is it the right patient? '
                f"The record has these kinds of identifier: {known}."
            )


def _name_kind(identifier: str) -> str:
    # Only the kind: whoever reads the message must read the number from the patient, not from the screen.
    for kind in (BIRTH_DATE, WRISTBAND):
        if identifier.startswith(f"{kind} "):
            return kind
    return identifier.rsplit(" ", 1)[0]


def _ask_blood_thinners(procedure: Procedure, protocol: CareProtocol) -> None:
    if procedure.referral is None:
        return
    for drug in find_blood_thinners(procedure.referral, protocol):
        decided = procedure.blood_thinners.get(drug.name)
        if decided is None:
            raise BadInputError(
                f"Nobody has recorded what the prescriber decided about {drug.name}. Ask, record it, then confirm "
                "again."
            )
        if decided.decision == "postpone the examination":
            raise BadInputError(f"STOP: the prescriber of {drug.name} asked for the examination to be postponed.")


def begin(situation: Situation, _: h.ExaminationBegun) -> None:
    """Refuse to begin on a time-out of hours ago, or on one that no longer holds since something was changed."""
    procedure = situation.examination
    confirmed = procedure.time_out_by
    if confirmed is None or situation.now_utc - confirmed.at_utc > _TIME_OUT_LASTS:
        raise BadInputError("The time-out was too long ago. Confirm it again, with the patient.")
    said, consent = procedure.time_out, procedure.consents.get("procedure")
    if said is None or not all(is_of(situation.person, one) for one in said.identifiers):
        raise BadInputError("STOP: the patient's numbers were changed since the time-out. Confirm it again.")
    if procedure.referral is None or procedure.referral.side != said.side:
        raise BadInputError("STOP: the side was changed since the time-out. Confirm it again.")
    if consent is None or not consent.is_given:
        raise BadInputError("STOP: the patient took the consent back. Nothing may be begun.")


def timer_start(situation: Situation, what: h.TimerStarted) -> None:
    """Refuse a clock of no or of endless minutes; situation: not needed."""
    del situation
    if not 0 < what.minutes <= 480:
        raise BadInputError(f"A timer of {what.minutes:g} minutes is of no use; give 1 to 480.")


def timer_stop(situation: Situation, what: h.TimerStopped) -> None:
    """Refuse to stop a clock that does not run."""
    running = situation.examination.timers.get(what.timer)
    if running is None or running.stopped_utc is not None:
        raise BadInputError(f"The timer {what.timer} does not run.")


def anaesthetic(situation: Situation, what: h.AnaestheticGiven) -> None:
    """Refuse a dose above the limit, or one whose limit nobody can tell, unless a reason stands with it."""
    procedure, dose = situation.examination, what.dose
    _check_moment("The time of the dose", dose.at_utc, situation)
    if what.despite.strip():
        return
    limit = limit_anaesthetic((*procedure.anaesthetics, dose), dose.agent, procedure.weight_kg, situation.protocol)
    if limit.left_mg is None:
        raise BadInputError(
            f"The limit of {dose.agent} cannot be told: {limit.reason.says} Take the weight, or say why it is given "
            "without."
        )
    if limit.left_mg < 0:
        raise BadInputError(
            f"{dose.ml:g} ml of {dose.agent} {dose.percent:g} % ({dose.mg:g} mg) is {-limit.left_mg:.0f} mg above the "
            f"limit of {limit.limit_mg:.0f} mg for {procedure.weight_kg:g} kg. Check the amount; if it was given, "
            "record it with the reason."
        )


def _check_moment(name: str, moment: datetime, situation: Situation) -> None:
    if moment > situation.now_utc + _CLOCKS_DIFFER:
        raise BadInputError(f"{name}, {moment:%Y-%m-%d %H:%M} UTC, is still to come. Check the clock.")
    if moment < situation.now_utc - _NOTED_LATE:
        raise BadInputError(f"{name}, {moment:%Y-%m-%d %H:%M} UTC, is more than a day ago. Check the date.")


def orifice(situation: Situation, what: h.OrificeNoted) -> None:
    """Refuse an opening at no hour; 12 is twelve o'clock, 0 is nothing."""
    del situation
    if not what.orifice.clock > 0:
        raise BadInputError("Give the hour on the nipple, above 0 and up to 12; twelve o'clock is 12.")


def duct_map(situation: Situation, what: h.DuctMapped) -> None:
    """Refuse a map of an opening that nobody has noted."""
    need_orifice(situation.examination, what.measured.orifice)


def saline(situation: Situation, what: h.SalineNoted) -> None:
    """Refuse a note of no fluid at all; situation: not needed."""
    del situation
    if not what.in_ml and not what.out_ml:
        raise BadInputError("Say how much saline went in or came out.")


def still_choice(situation: Situation, what: h.StillChosen) -> None:
    """Refuse a still of another examination."""
    _need_still(situation.examination, what.still)


def finding(situation: Situation, what: h.FindingMarked) -> None:
    """Refuse a finding on a still, or in an opening, that this examination does not have."""
    procedure, marked = situation.examination, what.finding
    if marked.still is not None:
        _need_still(procedure, marked.still)
    if marked.outline and marked.still is None:
        raise BadInputError("An outline needs the still on which it was drawn.")
    need_orifice(procedure, marked.place.orifice)


def action(situation: Situation, what: h.ActionDone) -> None:
    """Refuse something done to a finding, or in an opening, that this examination does not have."""
    need_finding(situation.examination, what.action.finding)
    need_orifice(situation.examination, what.action.place.orifice)


def need_orifice(procedure: Procedure, number: int | None) -> None:
    """Refuse the number of an opening that nobody has noted."""
    if number is not None and number not in procedure.orifices:
        raise BadInputError(f"Opening {number} is not noted yet. Note it on the clock face first.")


def need_finding(procedure: Procedure, letter: str | None) -> None:
    """Refuse the letter of a finding that nobody has marked."""
    if letter is not None and letter not in procedure.findings:
        raise BadInputError(f"Finding {letter} is not marked yet. Mark it first.")


def _need_still(procedure: Procedure, sha256: str) -> None:
    if sha256 not in procedure.stills:
        raise BadInputError("This picture was not kept in this examination. Choose one of its stills.")

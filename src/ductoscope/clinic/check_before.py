"""Checks of what happens before the day: people, referrals, plans, consents. Each refuses in words what cannot be."""

from __future__ import annotations

from datetime import date, timedelta

from ductoscope.care import make_checklist
from ductoscope.clinic.situation import Situation
from ductoscope.model import BadInputError
from ductoscope.model.clinical import happened as h

_OLDEST_YEARS = 125
_REFERRAL_DAYS = 5 * 366
_PLAN_BACK = timedelta(days=1)
_PLAN_AHEAD = timedelta(days=2 * 366)
_EXPECTED = {"indicated": "accepted", "biopsy instead": "sent to biopsy", "not indicated": "declined"}


def check_not_future(name: str, day: date, situation: Situation) -> None:
    """Refuse a day after tomorrow's date; a day's grace, since a laboratory or a practice may be elsewhere."""
    if day > situation.today + timedelta(days=1):
        raise BadInputError(f"{name} is {day.isoformat()}, which is still to come. Check the date.")


def details(situation: Situation, what: h.PatientRegistered | h.PatientCorrected) -> None:
    """Refuse a birth date that cannot be, and a person known by nothing but a name."""
    born = what.details.birth_date
    is_emergency = situation.patient.is_emergency if situation.patient else getattr(what, "is_emergency", False)
    if born is None:
        if not is_emergency:
            raise BadInputError(
                "Please fill in the birth date. Only an emergency patient may be registered without one."
            )
        return
    check_not_future("The birth date", born, situation)
    if born.year < situation.today.year - _OLDEST_YEARS:
        raise BadInputError(f"The birth date is {born.isoformat()}; nobody is that old. Check the year.")


def referral(situation: Situation, what: h.ReferralReceived) -> None:
    """Refuse dates that cannot be, and another side once somebody has confirmed the first one in a time-out."""
    given = what.referral
    check_not_future("The day the referral came", given.received_on, situation)
    if given.received_on < situation.today - timedelta(days=_REFERRAL_DAYS):
        raise BadInputError(
            f"The referral is of {given.received_on.isoformat()}; ask for a new one, or check the year."
        )
    born = situation.patient.details.birth_date if situation.patient else None
    for one in given.imaging:
        check_not_future(f"The {one.kind}", one.done_on, situation)
        if born is not None and one.done_on < born:
            raise BadInputError(f"The {one.kind} is of {one.done_on.isoformat()}, before the birth. Check the date.")
    before = situation.procedure
    if before is not None and before.stage == "prepared" and before.referral and before.referral.side != given.side:
        raise BadInputError(
            f"The time-out was confirmed for the {before.referral.side} breast. "
            "Plan the examination anew before the side is changed."
        )


def referral_decision(situation: Situation, what: h.ReferralDecided) -> None:
    """Ask for the reason wherever the decision is another than the rules', or a first decision is taken back."""
    procedure = situation.examination
    advice = procedure.referral_advice
    expected = _EXPECTED.get(advice.indication, "more needed") if advice is not None else None
    if not what.reason.strip():
        if what.outcome != expected:
            raise BadInputError(
                f'The rules say "{advice.indication if advice else "nothing"}", and the decision is "{what.outcome}". '
                "Say why."
            )
        if procedure.stage == "declined":
            raise BadInputError("This referral was declined. Say why it is decided anew.")


def plan(situation: Situation, what: h.ExaminationPlanned) -> None:
    """Refuse a time that is over, or so far away that the year must be wrong."""
    at = what.plan.at_utc
    if at < situation.now_utc - _PLAN_BACK:
        raise BadInputError(f"The planned time, {at:%Y-%m-%d %H:%M} UTC, is over. Give a time to come.")
    if at > situation.now_utc + _PLAN_AHEAD:
        raise BadInputError(f"The planned time is in {at.year}. Check the year.")


def blood_thinner(situation: Situation, what: h.BloodThinnerDecided) -> None:
    """Refuse a decision about a drug that the referral does not name: it would count for nothing."""
    given = situation.examination.referral
    names = [one.name for one in given.medications] if given else []
    if what.decision.medication not in names:
        known = ", ".join(names) or "none"
        raise BadInputError(
            f"{what.decision.medication} is not among the drugs of the referral ({known}). Add it there first."
        )


def consent(situation: Situation, what: h.ConsentRecorded) -> None:
    """Refuse a consent to the procedure that is taken back after the scope was in: what happened, happened."""
    if what.consent.kind == "procedure" and situation.examination.begun_utc is not None:
        raise BadInputError(
            "The examination has begun, so the consent to it stays as recorded. Take a note instead; the consents to "
            "images and research can still be changed."
        )


def item(situation: Situation, what: h.ItemChecked) -> None:
    """Refuse an item that the checklist in force does not have."""
    planned = situation.examination.plan
    names = {one.name for one in make_checklist(situation.protocol, planned.sedation if planned else "none")}
    if what.is_done and what.item not in names:
        raise BadInputError(f'The checklist has no item "{what.item}". Load the page again: the protocol may be new.')

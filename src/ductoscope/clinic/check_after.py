"""Checks of what happens afterwards: specimens and results, reports, decisions, and what is due."""

from __future__ import annotations

from datetime import date, timedelta

from ductoscope.clinic.check_before import check_not_future
from ductoscope.clinic.check_in_room import need_finding, need_orifice
from ductoscope.clinic.situation import Situation
from ductoscope.model import BadInputError, NotAllowedError
from ductoscope.model.clinical import STEPS, Due, Procedure, SpecimenState
from ductoscope.model.clinical import happened as h

_DUE_AHEAD = timedelta(days=5 * 366)
_REASON_LETTERS = 8


def find_specimen(procedure: Procedure, letter: str) -> SpecimenState:
    """The specimen of this letter. Raises BadInputError when there is none."""
    state = procedure.specimens.get(letter)
    if state is None:
        known = ", ".join(procedure.specimens) or "none"
        raise BadInputError(f"There is no specimen {letter} in this examination; there are: {known}.")
    return state


def specimen(situation: Situation, what: h.SpecimenTaken) -> None:
    """Refuse a sample of a finding, an opening or a picture that this examination does not have."""
    procedure, taken = situation.examination, what.specimen
    need_finding(procedure, taken.finding)
    need_orifice(procedure, taken.place.orifice)
    if taken.still is not None and taken.still not in procedure.stills:
        raise BadInputError("The specimen's picture was not kept in this examination. Choose one of its stills.")
    if taken.fixed_utc is not None and taken.fixed_utc > situation.now_utc + timedelta(minutes=5):
        raise BadInputError(f"The time of fixation, {taken.fixed_utc:%Y-%m-%d %H:%M} UTC, is still to come.")


def specimen_passed(situation: Situation, what: h.SpecimenPassed) -> None:
    """Refuse a step backwards: what has arrived cannot be sent any more."""
    state = find_specimen(situation.examination, what.letter)
    if STEPS.index(what.step) <= STEPS.index(state.step):
        raise BadInputError(f'Specimen {what.letter} is "{state.step}" already; it cannot become "{what.step}".')


def result(situation: Situation, what: h.ResultArrived) -> None:
    """Refuse a result that is dated before its sample was taken, or still to come."""
    state = find_specimen(situation.examination, what.letter)
    check_not_future("The day of the result", what.result.reported_on, situation)
    collected = situation.day_of(state.specimen.collected_utc)
    if what.result.reported_on < collected - timedelta(days=1):
        raise BadInputError(
            f"The result is of {what.result.reported_on.isoformat()}, but specimen {what.letter} was taken on "
            f"{collected.isoformat()}. Check the date, and whether it is the right specimen."
        )


def acknowledgement(situation: Situation, what: h.ResultAcknowledged) -> None:
    """Refuse to acknowledge what has not come, or was acknowledged already."""
    state = find_specimen(situation.examination, what.letter)
    if not state.results:
        raise BadInputError(f"There is no result of specimen {what.letter} to acknowledge yet.")
    if state.acknowledged_by is not None:
        raise BadInputError(f"{state.acknowledged_by} has acknowledged the result of specimen {what.letter} already.")


def report(situation: Situation, what: h.ReportSigned) -> None:
    """Refuse a preliminary or a second final report after the final one, and an addendum before it."""
    is_final = situation.examination.stage in ("final", "closed")
    if what.report.kind == "addendum" and not is_final:
        raise NotAllowedError("An addendum follows a final report; sign that one first.")
    if what.report.kind != "addendum" and is_final:
        raise NotAllowedError("The final report is signed. Write an addendum.")
    if what.report.kind == "addendum" and not what.addendum.strip():
        raise BadInputError("Write what the addendum adds.")


def decision(situation: Situation, what: h.StepDecided) -> None:
    """Refuse to pass over a discordance: it is for the meeting, or needs words."""
    advice, decided = situation.examination.next_steps, what.decision
    if advice is None or not advice.discordances:
        return
    if decided.kind != "meeting" and not decided.by_meeting and not decided.words.strip():
        raise BadInputError(
            f"Scope, imaging and pathology do not fit together: {advice.discordances[0].says} "
            "Take it to the meeting, or say why it is decided without."
        )


def due(situation: Situation, what: h.DuePlanned) -> None:
    """Refuse a day that is over, and a key that is in use: it would hide what is due under it."""
    check_day(what.due_on, situation)
    old = situation.examination.dues.get(what.key)
    if old is not None and old.done_utc is None:
        raise BadInputError(f'"{what.key}" is due already, on {old.due_on.isoformat()}. Move that one, with a reason.')


def due_move(situation: Situation, what: h.DueMoved) -> None:
    """Refuse to move what is not due, without a real reason, or into the past."""
    _need_open(situation.examination, what.key)
    _check_reason(what.reason)
    check_day(what.due_on, situation)


def due_done(situation: Situation, what: h.DueDone) -> None:
    """Refuse to tick off a result: it ends with a doctor's acknowledgement, or with a doctor's reason."""
    open_due = _need_open(situation.examination, what.key)
    if open_due.kind == "result":
        if situation.who.role != "doctor":
            raise NotAllowedError("A result that is due ends when a doctor acknowledges it. Ask the doctor.")
        _check_reason(what.words)


def closing(situation: Situation, _: h.ProcedureClosed) -> None:
    """Refuse to close while anything is open."""
    left = situation.examination.open_dues
    if left:
        names = ", ".join(f"{one.key} ({one.due_on.isoformat()})" for one in left)
        raise BadInputError(f"This is still due: {names}. Finish it first, or say why it is not needed.")


def _need_open(procedure: Procedure, key: str) -> Due:
    found = procedure.dues.get(key)
    if found is None:
        raise BadInputError(f'Nothing is due under "{key}" in this examination.')
    if found.done_utc is not None:
        raise BadInputError(f'"{key}" was done already, on {found.done_utc:%Y-%m-%d}.')
    return found


def _check_reason(words: str) -> None:
    if len(words.strip()) < _REASON_LETTERS:
        raise BadInputError("Say why, in a few words that a colleague understands.")


def check_day(day: date, situation: Situation) -> None:
    """Refuse a day that is over, or years away."""
    today = situation.today
    if day < today - timedelta(days=1):
        raise BadInputError(f"{day.isoformat()} is over. Give a day to come.")
    if day > today + _DUE_AHEAD:
        raise BadInputError(f"{day.isoformat()} is more than five years away. Check the year.")

"""Planned: what is due from an act on, and what is no longer due; written in the same transaction as the act.

The intervals of care are those of the protocol. The days here only say by when somebody checks that a thing was done.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from ductoscope.care import due_dates
from ductoscope.clinic.situation import Followed, Situation
from ductoscope.model.clinical import Due, DueKind, NextStep, Procedure, StepKind
from ductoscope.model.clinical import happened as h

PRELIMINARY = "preliminary report"
FINAL = "final report"
MEETING = "meeting"
_ADDENDUM = "addendum"
_CHECK_DAYS = 14
_MEETING_DAYS = 7
_DAY = timedelta(days=1)
_LONGEST = 5_000
_FOLLOWED: dict[StepKind, DueKind] = {"meeting": "meeting", "image": "imaging", "monitor": "follow-up"}


def drop_all(situation: Situation, what: h.ProcedureCancelled) -> Followed:
    """Nothing stays due of an examination that will not take place."""
    return tuple(h.DueDone(one.key, f"Cancelled: {what.reason}"[:_LONGEST]) for one in situation.examination.open_dues)


def at_sign_out(situation: Situation, _: h.ExaminationEnded) -> Followed:
    """The preliminary report is due today, and the calls on the protocol's days."""
    today = situation.today
    calls = due_dates(situation.protocol).calls(today)
    planned = (Due(PRELIMINARY, "report", today, "Sign the preliminary report."), *calls)
    return tuple(_plan(situation.examination, planned))


def at_report(situation: Situation, what: h.ReportSigned) -> Followed:
    """After the preliminary report the final one is due, when the results should be there.

    An addendum ends what asked for one.
    """
    procedure = situation.examination
    if what.report.kind == "preliminary":
        waits = [one.due_on for one in procedure.open_dues if one.kind == "result"]
        last = max(waits, default=situation.today)
        words = "Sign the final report." if waits else "No specimen is awaited: sign the final report."
        return (
            *_finish(procedure, (PRELIMINARY,), "Signed."),
            *_plan(procedure, (Due(FINAL, "report", last + _DAY, words),)),
        )
    if what.report.kind == "final":
        return tuple(_finish(procedure, (PRELIMINARY, FINAL), "Signed."))
    asked = tuple(key for key in procedure.dues if key.startswith(_ADDENDUM))
    return tuple(_finish(procedure, asked, "Signed."))


def at_result(situation: Situation, what: h.ResultArrived) -> Followed:
    """A result that comes after the final report asks for an addendum."""
    procedure = situation.examination
    if procedure.stage not in ("final", "closed"):
        return ()
    words = f"New result of specimen {what.letter} after the final report: read it and write an addendum."
    key = f"{_ADDENDUM} {what.letter} {what.result.version}"
    return tuple(_plan(procedure, (Due(key, "report", situation.today + _DAY, words),)))


def at_decision(situation: Situation, what: h.StepDecided, due_on: date | None = None) -> Followed:
    """What was decided is due on the day that the person gave or the rules say, else somebody checks in two weeks."""
    procedure, decided = situation.examination, what.decision
    done = tuple(_finish(procedure, (MEETING,), decided.words or decided.kind)) if decided.by_meeting else ()
    return (*done, *_plan(procedure, _due_of_step(situation, decided.kind, decided.words, due_on)))


def _due_of_step(situation: Situation, kind: StepKind, words: str, due_on: date | None) -> tuple[Due, ...]:
    procedure, today = situation.examination, situation.today
    if kind == "discharge from care":
        return ()
    if due_on is not None:
        return (_due(kind, due_on, words),)
    steps = procedure.next_steps.steps if procedure.next_steps is not None else ()
    # What the rules say of later imaging belongs to the follow-up: nobody else would think of it.
    wanted: tuple[StepKind, ...] = ("monitor", "image") if kind == "monitor" else (kind,)
    dated = [one for one in steps if one.kind in wanted and one.due_on is not None and one.due_on >= today]
    listed = tuple(_due(one.kind, one.due_on, one.reason.says, _dated_key(one)) for one in dated if one.due_on)
    if kind == "monitor" and not any(one.kind == "monitor" for one in dated):
        examined = situation.day_of(procedure.ended_utc or situation.now_utc)
        visits = due_dates(situation.protocol).follow_ups(examined)
        return (*(one for one in visits if one.due_on >= today), *listed)
    if kind in ("monitor", "image") and listed:
        return listed
    checked = today + timedelta(days=_MEETING_DAYS if kind == "meeting" else _CHECK_DAYS)
    day = min((one.due_on for one in dated if one.due_on), default=checked)
    return (_due(kind, day, words or (dated[0].reason.says if dated else "")),)


def _dated_key(step: NextStep) -> str:
    return f"{_FOLLOWED.get(step.kind, step.kind)} {step.due_on}"


def _due(kind: StepKind, due_on: date, words: str, key: str = "") -> Due:
    return Due(key or kind, _FOLLOWED.get(kind, "follow-up"), due_on, words or f"Check that it was done: {kind}.")


def at_call(situation: Situation, what: h.SymptomsTold, due_key: str | None = None) -> Followed:
    """A call that was due is done; what the rules answered may bring the next one.

    due_key: of the call that this was; None: the one that is due by today, if any.
    """
    procedure, today = situation.examination, situation.today
    if due_key is None:
        waiting = [one.key for one in procedure.open_dues if one.kind == "call" and one.due_on <= today]
    else:
        waiting = [due_key]
    urgency = what.call.advice.urgency
    done = tuple(_finish(procedure, tuple(waiting[:1]), f"Called: {urgency}."))
    count = len(procedure.calls) + 1
    following: dict[str, Due] = {
        "call back": Due(f"call back {count}", "call", today + _DAY, "Call again: see the last call."),
        "see today": Due(f"see today {count}", "follow-up", today, "Is to be seen today: see the last call."),
        "emergency": Due(f"emergency {count}", "call", today + _DAY, "Was sent as an emergency: find out how it went."),
    }
    return (*done, *_plan(procedure, (following[urgency],) if urgency in following else ()))


def _plan(procedure: Procedure, dues: tuple[Due, ...]) -> Iterator[h.DuePlanned]:
    planned: dict[str, Due] = {}
    for one in dues:
        old = procedure.dues.get(one.key)
        if old is None or old.done_utc is not None:
            first = planned.get(one.key)
            planned[one.key] = one if first is None else replace(first, words=f"{first.words}\n{one.words}"[:_LONGEST])
    for one in planned.values():
        yield h.DuePlanned(one.key, one.kind, one.due_on, one.words)


def _finish(procedure: Procedure, keys: tuple[str, ...], words: str) -> Iterator[h.DueDone]:
    for one in procedure.open_dues:
        if one.key in keys:
            yield h.DueDone(one.key, words)

"""Fold: the same events give the same procedure, and the same patient. Nothing is known that no event says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeVar

from ductoscope.model.clinical import happened as h
from ductoscope.model.clinical.after import Due
from ductoscope.model.clinical.event import Event
from ductoscope.model.clinical.patient import Patient
from ductoscope.model.clinical.procedure import Note, Procedure, Stage, Timed, TimerState
from ductoscope.model.clinical.specimen import SpecimenState
from ductoscope.model.errors import BadInputError

K = TypeVar("K")
V = TypeVar("V")


def fold(events: Iterable[Event]) -> Procedure:
    """Make a procedure of its events, in their order.

    Events of another procedure must not be among them. Raises BadInputError when they do not begin with a referral.
    """
    procedure: Procedure | None = None
    for event in events:
        procedure = follow(procedure, event)
    if procedure is None:
        raise BadInputError("There are no events of this examination.")
    return procedure


def follow(procedure: Procedure | None, event: Event) -> Procedure:
    """Say how a procedure stands after one more event; None before its first, which must be its referral."""
    if procedure is None:
        if not isinstance(event.what, h.ReferralReceived) or event.procedure_id is None or event.patient_id is None:
            raise BadInputError(f"Event {event.number} does not begin an examination; its first must be a referral.")
        procedure = Procedure(event.procedure_id, event.patient_id, "referred", event.number, event.at_utc)
    change = _CHANGES.get(type(event.what))
    changes = {} if change is None else change(procedure, event, event.what)
    return replace(procedure, number=event.number, **changes)


def fold_patient(events: Iterable[Event]) -> Patient:
    """Make a patient of the events about the person. Raises BadInputError when none registers one."""
    patient: Patient | None = None
    for event in events:
        match event.what:
            case h.PatientRegistered(details, is_emergency) if event.patient_id is not None:
                patient = Patient(event.patient_id, details, is_emergency)
            case h.PatientCorrected(details) if patient is not None:
                patient = replace(patient, details=details)
            case h.PatientReconciled(into) if patient is not None:
                patient = replace(patient, merged_into=into)
    if patient is None:
        raise BadInputError("There is no such patient.")
    return patient


def _put(old: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    return MappingProxyType({**old, key: value})


def _timed(event: Event) -> Timed:
    return Timed(event.at_utc, event.by)


def _receive_referral(_: Procedure, __: Event, what: h.ReferralReceived) -> dict[str, Any]:
    return {"referral": what.referral, "referral_advice": what.advice}


def _decide_referral(_: Procedure, __: Event, what: h.ReferralDecided) -> dict[str, Any]:
    stages: dict[str, Stage] = {"accepted": "accepted", "declined": "declined", "sent to biopsy": "declined"}
    return {
        "stage": stages.get(what.outcome, "referred"),
        "referral_outcome": what.outcome,
        "referral_reason": what.reason,
    }


def _plan(_: Procedure, __: Event, what: h.ExaminationPlanned) -> dict[str, Any]:
    return {"stage": "planned", "plan": what.plan, "preparation_advice": what.advice}


def _decide_blood_thinner(old: Procedure, event: Event, what: h.BloodThinnerDecided) -> dict[str, Any]:
    drug = what.decision.medication
    return {
        "blood_thinners": _put(old.blood_thinners, drug, what.decision),
        "blood_thinners_by": _put(old.blood_thinners_by, drug, _timed(event)),
    }


def _check_item(old: Procedure, event: Event, what: h.ItemChecked) -> dict[str, Any]:
    checked = {item: timed for item, timed in old.checked.items() if item != what.item}
    return {"checked": _put(checked, what.item, _timed(event)) if what.is_done else MappingProxyType(checked)}


def _begin(_: Procedure, event: Event, what: h.ExaminationBegun) -> dict[str, Any]:
    return {
        "stage": "in the room",
        "equipment": what.equipment,
        "protocol": what.protocol,
        "operator": what.operator or event.by,
        "assistant": what.assistant,
        "trainee": what.trainee,
        "begun_utc": event.at_utc,
        "ended_utc": None,
    }


def _stop_timer(old: Procedure, event: Event, what: h.TimerStopped) -> dict[str, Any]:
    running = old.timers.get(what.timer)
    if running is None:
        return {}
    return {"timers": _put(old.timers, what.timer, replace(running, stopped_utc=event.at_utc))}


def _choose_still(old: Procedure, _: Event, what: h.StillChosen) -> dict[str, Any]:
    chosen = {still: caption for still, caption in old.chosen.items() if still != what.still}
    return {"chosen": _put(chosen, what.still, what.caption) if what.is_chosen else MappingProxyType(chosen)}


def _take_specimen(old: Procedure, event: Event, what: h.SpecimenTaken) -> dict[str, Any]:
    state = SpecimenState(what.specimen, (("collected", event.by, what.specimen.collected_utc),), what.due_on)
    due = Due(f"result {what.specimen.letter}", "result", what.due_on)
    return {
        "specimens": _put(old.specimens, what.specimen.letter, state),
        "dues": _put(old.dues, due.key, due),
    }


def _pass_specimen(old: Procedure, event: Event, what: h.SpecimenPassed) -> dict[str, Any]:
    state = old.specimens[what.letter]
    chain = (*state.chain, (what.step, what.by_whom or event.by, event.at_utc))
    return {"specimens": _put(old.specimens, what.letter, replace(state, chain=chain))}


def _receive_result(old: Procedure, event: Event, what: h.ResultArrived) -> dict[str, Any]:
    state = old.specimens[what.letter]
    return {
        "specimens": _put(
            old.specimens,
            what.letter,
            replace(
                state,
                results=(*state.results, what.result),
                chain=(*state.chain, ("reported", what.result.laboratory, event.at_utc)),
                acknowledged_by=None,
            ),
        ),
        # A result that nobody has read is as good as none: it stays due until a doctor acknowledges it.
        "dues": _put(old.dues, f"result {what.letter}", replace(_due_of(old, what.letter), done_utc=None)),
    }


def _acknowledge(old: Procedure, event: Event, what: h.ResultAcknowledged) -> dict[str, Any]:
    state = old.specimens[what.letter]
    chain = (*state.chain, ("acknowledged", event.by, event.at_utc))
    return {
        "specimens": _put(old.specimens, what.letter, replace(state, chain=chain, acknowledged_by=event.by)),
        "dues": _put(old.dues, f"result {what.letter}", replace(_due_of(old, what.letter), done_utc=event.at_utc)),
    }


def _due_of(old: Procedure, letter: str) -> Due:
    return old.dues[f"result {letter}"]


def _sign(old: Procedure, event: Event, what: h.ReportSigned) -> dict[str, Any]:
    stages: dict[str, Stage] = {"preliminary": "reported", "final": "final"}
    addenda = old.addenda
    if what.report.kind == "addendum":
        addenda = (*addenda, Note(event.at_utc, event.by, what.addendum, "addendum"))
    return {
        "reports": (*old.reports, what.report),
        "addenda": addenda,
        "stage": stages.get(what.report.kind, old.stage),
    }


def _move_due(old: Procedure, event: Event, what: h.DueMoved) -> dict[str, Any]:
    due = old.dues[what.key]
    moved = (*due.moved, (due.due_on, what.reason, event.by))
    return {"dues": _put(old.dues, what.key, replace(due, due_on=what.due_on, moved=moved))}


def _finish_due(old: Procedure, event: Event, what: h.DueDone) -> dict[str, Any]:
    due = old.dues[what.key]
    words = "\n".join(part for part in (due.words, what.words) if part)
    return {"dues": _put(old.dues, what.key, replace(due, done_utc=event.at_utc, words=words))}


_CHANGES: dict[type[h.Happened], Callable[[Procedure, Event, Any], dict[str, Any]]] = {
    h.ReferralReceived: _receive_referral,
    h.ReferralDecided: _decide_referral,
    h.ExaminationPlanned: _plan,
    h.BloodThinnerDecided: _decide_blood_thinner,
    h.ConsentRecorded: lambda old, _, what: {"consents": _put(old.consents, what.consent.kind, what.consent)},
    h.ItemChecked: _check_item,
    h.LetterGiven: lambda old, event, what: {"letters": (*old.letters, (what.kind, what.document, event.at_utc))},
    h.ProcedureCancelled: lambda _, __, what: {"stage": "cancelled", "cancelled_for": what.reason},
    h.TimeOutConfirmed: lambda _, event, what: {
        "stage": "prepared",
        "time_out": what.time_out,
        "time_out_by": _timed(event),
    },
    h.ExaminationBegun: _begin,
    h.ExaminationEnded: lambda _, event, __: {"stage": "examined", "ended_utc": event.at_utc},
    h.TimerStarted: lambda old, event, what: {
        "timers": _put(old.timers, what.timer, TimerState(event.at_utc, what.minutes))
    },
    h.TimerStopped: _stop_timer,
    h.WeightTaken: lambda _, __, what: {"weight_kg": what.kg},
    h.AnaestheticGiven: lambda old, _, what: {"anaesthetics": (*old.anaesthetics, what.dose)},
    h.OrificeNoted: lambda old, _, what: {"orifices": _put(old.orifices, what.orifice.number, what.orifice)},
    h.DuctMapped: lambda old, _, what: {"maps": _put(old.maps, what.measured.orifice, what.measured)},
    h.SalineNoted: lambda old, _, what: {
        "saline_in_ml": old.saline_in_ml + what.in_ml,
        "saline_out_ml": old.saline_out_ml + what.out_ml,
    },
    h.PainScored: lambda old, event, what: {"pains": (*old.pains, (event.at_utc, what.score))},
    h.RecordingMade: lambda old, _, what: {"recordings": _put(old.recordings, what.name, what)},
    h.StillKept: lambda old, _, what: {"stills": _put(old.stills, what.still.sha256, what.still)},
    h.StillChosen: _choose_still,
    h.FindingMarked: lambda old, _, what: {"findings": _put(old.findings, what.finding.letter, what.finding)},
    h.ViewJudged: lambda _, __, what: {"view": what.view},
    h.ActionDone: lambda old, _, what: {"actions": (*old.actions, what.action)},
    h.ComplicationNoted: lambda old, _, what: {"complications": (*old.complications, what.complication)},
    h.NoteTaken: lambda old, event, what: {"notes": (*old.notes, Note(event.at_utc, event.by, what.text, what.topic))},
    h.AdviceGiven: lambda _, event, what: {
        "advice_given": _timed(event),
        "advice_words": what.words,
        "advice_phone": what.phone,
    },
    h.SpecimenTaken: _take_specimen,
    h.SpecimenPassed: _pass_specimen,
    h.ResultArrived: _receive_result,
    h.ResultAcknowledged: _acknowledge,
    h.ReportSigned: _sign,
    h.StepsAdvised: lambda _, __, what: {"next_steps": what.advice},
    h.StepDecided: lambda old, event, what: {"decisions": (*old.decisions, (_timed(event), what.decision))},
    h.SymptomsTold: lambda old, event, what: {"calls": (*old.calls, (_timed(event), what.call))},
    h.DuePlanned: lambda old, _, what: {
        "dues": _put(old.dues, what.key, Due(what.key, what.kind, what.due_on, what.words))
    },
    h.DueMoved: _move_due,
    h.DueDone: _finish_due,
    h.ProcedureClosed: lambda _, __, ___: {"stage": "closed"},
    h.TroubleHappened: lambda old, _, what: {"troubles": (*old.troubles, what.words)},
}

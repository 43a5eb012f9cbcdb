"""Procedure: everything known of one examination, from referral to the last follow-up; fold(events) gives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from ductoscope.model.clinical.advice import NextStepAdvice, PreparationAdvice, ReferralAdvice
from ductoscope.model.clinical.after import Decision, Due, SymptomCall
from ductoscope.model.clinical.examination import (
    Action,
    Anaesthetic,
    Complication,
    Equipment,
    Orifice,
    Still,
    TimerName,
    ViewQuality,
)
from ductoscope.model.clinical.finding import Finding
from ductoscope.model.clinical.happened import RecordingMade
from ductoscope.model.clinical.measured_map import MeasuredMap
from ductoscope.model.clinical.preparation import BloodThinnerDecision, Consent, Plan, TimeOut
from ductoscope.model.clinical.referral import Referral
from ductoscope.model.clinical.report import SignedReport
from ductoscope.model.clinical.specimen import SpecimenState
from ductoscope.model.clinical.words import nothing_yet

Stage = Literal[
    "referred", "accepted", "declined", "planned", "prepared", "in the room", "examined", "reported", "final", "closed",
    "cancelled",
]  # fmt: skip
"""Where the procedure stands. "prepared": time-out confirmed; "reported": preliminary signed; "final": final signed."""


@dataclass(frozen=True, slots=True)
class Timed:
    """Something with its time and the id of whoever said it."""

    at_utc: datetime
    by: str


@dataclass(frozen=True, slots=True)
class TimerState:
    """A clock of the room. stopped_utc: None while it runs."""

    started_utc: datetime
    minutes: float
    stopped_utc: datetime | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Words with who said them when. topic: part of the report."""

    at_utc: datetime
    by: str
    text: str
    topic: str


@dataclass(frozen=True, slots=True)
class Procedure:
    """One examination. Everything is None or empty until it happened.

    number: of the newest event in it. stills: by sha256; chosen: sha256 to caption, of those in the report. findings,
    specimens: by letter, orifices: by number, maps: by the opening's number, recordings: by name. dues: by key.
    checked: items of the checklist to who and when. calls, decisions, notes, actions, complications: in order, oldest
    first.
    """

    id: str
    patient_id: str
    stage: Stage
    number: int
    opened_utc: datetime
    referral: Referral | None = None
    referral_advice: ReferralAdvice | None = None
    referral_outcome: str | None = None
    referral_reason: str = ""
    plan: Plan | None = None
    preparation_advice: PreparationAdvice | None = None
    blood_thinners: Mapping[str, BloodThinnerDecision] = field(default_factory=nothing_yet)
    blood_thinners_by: Mapping[str, Timed] = field(default_factory=nothing_yet)
    consents: Mapping[str, Consent] = field(default_factory=nothing_yet)
    checked: Mapping[str, Timed] = field(default_factory=nothing_yet)
    letters: tuple[tuple[str, str, datetime], ...] = ()
    cancelled_for: str = ""
    time_out: TimeOut | None = None
    time_out_by: Timed | None = None
    equipment: Equipment | None = None
    protocol: str = ""
    operator: str = ""
    assistant: str = ""
    trainee: str = ""
    begun_utc: datetime | None = None
    ended_utc: datetime | None = None
    timers: Mapping[TimerName, TimerState] = field(default_factory=nothing_yet)
    weight_kg: float | None = None
    anaesthetics: tuple[Anaesthetic, ...] = ()
    orifices: Mapping[int, Orifice] = field(default_factory=nothing_yet)
    maps: Mapping[int, MeasuredMap] = field(default_factory=nothing_yet)
    saline_in_ml: float = 0.0
    saline_out_ml: float = 0.0
    pains: tuple[tuple[datetime, float], ...] = ()
    recordings: Mapping[str, RecordingMade] = field(default_factory=nothing_yet)
    stills: Mapping[str, Still] = field(default_factory=nothing_yet)
    chosen: Mapping[str, str] = field(default_factory=nothing_yet)
    findings: Mapping[str, Finding] = field(default_factory=nothing_yet)
    view: ViewQuality | None = None
    actions: tuple[Action, ...] = ()
    complications: tuple[Complication, ...] = ()
    notes: tuple[Note, ...] = ()
    advice_given: Timed | None = None
    advice_words: str = ""
    advice_phone: str = ""
    specimens: Mapping[str, SpecimenState] = field(default_factory=nothing_yet)
    reports: tuple[SignedReport, ...] = ()
    addenda: tuple[Note, ...] = ()
    next_steps: NextStepAdvice | None = None
    decisions: tuple[tuple[Timed, Decision], ...] = ()
    calls: tuple[tuple[Timed, SymptomCall], ...] = ()
    dues: Mapping[str, Due] = field(default_factory=nothing_yet)
    troubles: tuple[str, ...] = ()

    @property
    def is_simulated(self) -> bool:
        """Whether any of its pictures comes from the simulator."""
        return (
            (self.equipment is not None and self.equipment.is_simulated)
            or any(still.is_simulated for still in self.stills.values())
            or any(measured.is_simulated for measured in self.maps.values())
        )

    @property
    def open_dues(self) -> tuple[Due, ...]:
        """What is still due, the soonest first."""
        return tuple(sorted((due for due in self.dues.values() if due.done_utc is None), key=lambda due: due.due_on))
